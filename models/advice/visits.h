/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * visits: from the requests of a log to what users do. The requests of a client that follow each other within the *page gap* belong
 * to one page, the first of them is its document, the others its objects; what lies between two pages is a think time; a think
 * time above the *visit gap* ends the visit. (A think time reaches from the last request of a page to the next page: logs do not say when
 * the last byte arrived.)
 *
 * The page gap is found, if it is not given: logarithms of gaps have two humps, the browser's and the reader's, and the cut between
 * them is the one at which the two halves differ most in their means (Otsu, IEEE Trans. SMC 9, 1979), looked for from 0.2 s
 * to 10 s. Where there are fewer than GAPS_MIN gaps it is 1 s, which is what Mah (INFOCOM 1997) took. The visit gap is 30 min by
 * default, the custom of web statistics (Catledge and Pitkow, 1995, found 25.5 min).
 */
#ifndef MODELS_ADVICE_VISITS_H
#define MODELS_ADVICE_VISITS_H

#include "models/advice/request_log.h"
#include "sim/kernel/statistics.h"

enum { VISITS_GAPS_MIN = 50 };

/* Numbers, in the order in which they came until they are sorted. */
struct sample_of {
    size_t n;
    double *values;
    double mean;
    bool is_sorted;
};

enum visits_gap { GAP_GIVEN, GAP_FOUND, GAP_ASSUMED };

struct visits {
    enum visits_gap how;
    double page_gap_s, visit_gap_s, window_s;
    uint64_t n_pages, n_visits, n_dynamic; /* documents that a program makes */
    int64_t *begun_us;        /* of the visits, since 1970; ascending */
    struct sample_of think_s; /* sorted */
    struct sample_of pages; /* of a visit */
    struct sample_of objects, document_bytes, object_bytes; /* bytes: empty if the log has none */
    struct tally page_s; /* from the first request of a page to its last */
    struct tally document_s, dynamic_s, object_s; /* durations, of those logged */
    uint32_t connections; /* that 95 % of the pages of six requests or more were content with; 0: not logged */
};

/* `page_gap_s` 0: found. Arrays are the arena's: 8 bytes for each gap, page and request with bytes, 16 a visit, 72 a client. */
void visits_open(struct visits *visits, const struct request_log *log, double page_gap_s, double visit_gap_s, struct arena *arena);

void sample_sort(struct sample_of *sample);

/* Of a sorted sample: `n` equally likely values that stand for the sample: each the mean of its n-th part of the values, so the mean is kept. `whole`:
 * whole numbers, what is cut off is carried on to the next. */
void sample_of_parts(const struct sample_of *sample, size_t n, bool whole, double *out);

#endif
