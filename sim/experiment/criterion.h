/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * criterion: what is wanted of a setting: a sum of measures that should be small or large, and limits that must be kept. A sum is
 *
 *   weight_1 measure_1 + weight_2 measure_2 + ...
 *
 * over columns of results, taken replication by replication, so that it has a variance of its own. A limit is judged by the 95 %
 * interval of its sum: it holds, or fails, when the whole interval lies on one side of the value; else it is undecided, which more
 * replications can change. A quantile in a sum is the mean of the replications' own quantiles, which short replications bias
 * (pooled_quantile.h): a p99 wants some thousands of observations in each. A sum that was not observed in every replication is undecided: what was seen of it is a selection.
 */
#ifndef SIM_EXPERIMENT_CRITERION_H
#define SIM_EXPERIMENT_CRITERION_H

#include <stdint.h>

#include "sim/experiment/estimate.h"

enum { SUM_TERMS_MAX = 8 };

struct weighted_sum {
    size_t n;
    size_t column[SUM_TERMS_MAX];
    double weight[SUM_TERMS_MAX];
    const char *text; /* as written */
    const char *unit; /* of all terms; "" when they differ or are weighted */
};

struct limit {
    struct weighted_sum sum;
    bool above;    /* it must be above the value, else below */
    bool or_equal; /* at the value it still holds */
    double value;
    const char *text;
};

enum limit_verdict { LIMIT_HOLDS, LIMIT_FAILS, LIMIT_UNDECIDED };

/* Of one row of results; NAN when one of the measures was not observed. */
double weighted_sum_of(const struct weighted_sum *sum, const double *row);

/* Of n rows, each `columns` numbers long. */
struct estimate weighted_sum_estimate(const struct weighted_sum *sum, const double *rows, uint32_t n, size_t columns);

/* `n` replications were made. `is_exact`: a single one has no chance in it, and its value decides. */
enum limit_verdict limit_judge(const struct limit *limit, const struct estimate *estimate, uint32_t n, bool is_exact);

/* How far the mean is on the wrong side, as a share of the value; 0 when it is on the right one. */
double limit_excess(const struct limit *limit, double mean);

#endif
