/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * visit_rates: how the rate at which visits begin goes up and down over a log, as factors of its mean: a curve for workload.rates.
 *
 * Visits, not requests: they are the arrivals of the model, and come independently of each other, which requests do not. The curve is a
 * staircase: within a step of the clock (an hour, of UTC) all that is known is how many visits began, so the rate is taken as constant, and
 * the expected number of each step is the number that was counted. The count of a step is itself one draw of a Poisson distribution: with n
 * visits the factor is known to 1/sqrt(n). Hence the step, when none is asked for: the least of 1, 2, 3, 4, 6, 12 and 24 h and 7 d in which 30
 * visits begin on average (18 %). A log of less than three steps has no curve.
 *
 * The first step and the last are seen in part. One of which less than half was seen takes the rate of its neighbour and itself together.
 *
 * Visits under way when the log begins count as beginning there, with what is left of them. So does a simulation that starts empty
 * need them: it has no other visitors at that time.
 */
#ifndef MODELS_ADVICE_VISIT_RATES_H
#define MODELS_ADVICE_VISIT_RATES_H

#include "models/advice/visits.h"

enum { VISIT_RATES_STEPS_MIN = 3, VISIT_RATES_STEPS_MAX = 50000, VISIT_RATES_VISITS_MIN = 30 }; /* rate_file takes two rows a step */

struct visit_rates {
    int64_t begin_us; /* of the first step, since 1970: a whole number of steps */
    int64_t step_us;
    size_t n_steps;      /* that the log covers */
    uint64_t *visits;    /* begun in each; NULL: no curve */
    double *seen_s;      /* of each */
    double *factor;      /* of the mean rate, n_visits / window */
    size_t most, least;  /* the steps with the highest and the lowest factor */
};

/* `step_us` 0: found. Arrays are the arena's, 24 bytes a step. */
void visit_rates_open(struct visit_rates *rates, const struct visits *visits, const struct request_log *log, int64_t step_us,
                      struct arena *arena);

/* What the curve is of: it begins again after so long. */
static inline double visit_rates_period_s(const struct visit_rates *rates) {
    return (double)rates->n_steps * (double)rates->step_us / 1e6;
}

#endif
