/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * assertion: --assert 'page_response_p95 < 500ms' of linger run and linger sweep: limits that results must keep, for scripts that have
 * to know. Each is judged at each point by the 95 % interval (criterion.h): what is undecided has failed, and that is said. A single
 * replication has the interval of its batches, where there is one (results.h), and only single measures have; of a trace, which has
 * nothing random of its own, the value decides.
 *
 * Verdicts go to stderr, after all results have been written; what fails makes the exit code 1 (STATUS_CHECK_FAILED).
 */
#ifndef SIM_INTERFACE_ASSERTION_H
#define SIM_INTERFACE_ASSERTION_H

#include "sim/experiment/criterion.h"
#include "sim/interface/study_request.h"

struct assertions {
    const struct sweep *sweep;
    struct limit *limits;
    size_t n_limits;
    size_t n_points;            /* judged */
    struct estimate *estimates; /* n_points rows of n_limits */
    enum limit_verdict *verdicts;
};

/* Parses all of the request's. False after complaints. */
bool assertions_open(struct assertions *assertions, const struct study_request *request, const struct sweep *sweep, struct arena *arena,
                     struct diag *diag);

/* Judges a point; calls come in the order of the points. `estimates` are the results', one a column. */
void assertions_point(struct assertions *assertions, size_t point, const double *values, uint32_t n_replications,
                      const struct estimate *estimates);

/* Says what became of them; `code` as it is, or STATUS_CHECK_FAILED where it was STATUS_OK. */
int assertions_tell(const struct assertions *assertions, int code);

/* "holds: 200.7 +- 1.2 ms": a verdict and what it is about. Returns `out`. */
const char *assertion_words(const struct limit *limit, enum limit_verdict verdict, const struct estimate *estimate, char *out,
                            size_t out_bytes);

#endif
