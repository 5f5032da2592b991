/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * tuning_page: report.html of `linger tune -o DIR`: what the page (report_html.h) says of a search (search.h).
 *
 * The verdict comes first: what to write, what it gives over fresh replications, how sure the choice is and between which values the best one lies; or
 * why there is no answer, and what that means. Then the lines to paste, ours and the vendor's; how each setting fares with each limit; what
 * settings trade, as a picture and as the front with its knee; what is known without a simulation; all settings; what was assumed, what is not
 * modelled, and how to repeat it.
 *
 * All numbers are those of tuning.csv (tuning_report.h): <data title="..."> names its column. Nothing depends on the clock, the machine, the folder
 * or the number of threads.
 */
#ifndef SIM_INTERFACE_TUNING_PAGE_H
#define SIM_INTERFACE_TUNING_PAGE_H

#include "sim/interface/report_html.h"
#include "sim/interface/tuning_report.h"

/* Writes report.html into the folder of the request, which is also the one that is to be repeated. `drawn`: front.svg there is of this search. False
 * after a complaint (STATUS_CANNOT_CREATE, STATUS_IO). */
bool tuning_page_write(const struct tuning_report *report, const struct study_request *request, bool drawn, struct arena *arena, struct diag *diag);

/* ---- a page in work, for its parts ------------------------------------------------------------------------------------ */

struct tuning_page {
    const struct tuning_report *report;
    const struct search *search;
    const struct sweep *sweep;
    const char **keys; /* of the factors */
    size_t answer;     /* trials.n: none */
    struct report_html page;
    struct arena *arena;
};

/* "idle_limit=6.27"; "server.idle_limit = 6.27s", which may be written so. */
const char *tuning_page_label(const struct tuning_page *tuning, size_t id);
const char *tuning_page_words(const struct tuning_page *tuning, size_t id);

/* What numbers are of: a cost of the front; a sum in a column of tuning.csv; the sum of a limit. */
struct report_quantity tuning_page_cost(const struct tuning_page *tuning, size_t k);
struct report_quantity tuning_page_sum(const struct tuning_page *tuning, const struct weighted_sum *sum, const char *column);
struct report_quantity tuning_page_limit(const struct tuning_page *tuning, size_t k);

#endif
