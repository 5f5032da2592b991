/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pooled_quantile: quantiles of single observations (the p50, p95 and p99 of response times) from several replications.
 *
 * The estimate is the quantile of the observations of all replications taken together, since the mean of the replications' own quantiles is
 * biased by an amount that depends on their length, and more replications make the interval narrower around the wrong value. The
 * interval is Woodruff's (JASA 47, 1952): with x the estimate of the q-quantile, the share of observations up to x varies from
 * replication to replication; with n_r observations of which c_r are up to x, R replications, N = sum n_r and p = sum c_r / N, its variance is
 * that of a ratio, R / (R - 1) sum (c_r - p n_r)^2 / N^2 (Cochran, "Sampling Techniques", 3rd ed., 6.4; a replication is a cluster). The
 * limits are the pooled quantiles at q -+ t_{0.975}(R - 1) times its root (the larger one of the share up to x and the share before x,
 * which differ where many observations are equal). Nothing is assumed of the dependence inside a replication.
 *
 * Why not others, measured on M/M/1 response times, whose law is exponential (500 to 2000 experiments; coverage of 95 % intervals, p50 /
 * p95 / p99; an upper limit above all observations counted as covering):
 *
 *   load, customers, replications      this          mean of quantiles     order statistics
 *   0.5,    150,  10               95 / 93 / 90        95 / 89 / 56          71 / 52 / 51
 *   0.5,    150, 100               95 / 95 / 93        86 / 92 / 0.4         70 / 57 / 51
 *   0.8,    240, 100               95 / 93 / 89        39 /  1 / 0           31 / 17 / 20
 *   0.8, 16,000,  10               96 / 96 / 93        97 / 96 / 92          27 / 19 / 19
 *
 * Order statistics of the pooled observations with binomial ranks (Conover, "Practical Nonparametric Statistics", 3.2) take them for
 * independent, which responses inside one replication are not; hence a single replication has no interval either.
 *
 * Observations are kept as counts in the cells of the kernel's sketch (statistics.h), each 2 QUANTILE_RELATIVE_ERROR (0.78 %) wide at
 * most. Inside a cell they are taken to be evenly spread, which costs nothing noticeable for a smooth law and up to the width of the cell
 * when all are equal. Hence half_width is never less than that width: the error of the sketch is in it, and no quantile is
 * known better than to 0.78 %. Otherwise it is half the width of the interval, which is longer above than below: as often as the truth is
 * above by more, it is below by less. (The longer side to both sides covers p99 of M/M/1 with 97 instead of 95 %.) When a limit
 * would be a rank beyond the observations there is no interval (NAN): too few were made.
 *
 * Memory is independent of the number of replications, and sums are of whole numbers, so that their order has no influence: of c_r, of
 * c_r^2 and of c_r n_r for each cell, as differences from the cell before (only cells in which a replication has observations change).
 */
#ifndef SIM_EXPERIMENT_POOLED_QUANTILE_H
#define SIM_EXPERIMENT_POOLED_QUANTILE_H

#include "sim/experiment/estimate.h"
#include "sim/model.h"

/* One measure at one point. Opened and closed by a study; memory is its own. */
struct pooled_quantile {
    uint64_t n_replications; /* in which something was observed */
    uint64_t n;              /* observations */
    struct pooled_cell *cells;
};

void pooled_quantile_open(struct pooled_quantile *pooled);
void pooled_quantile_close(struct pooled_quantile *pooled);

/* Takes the sketch of one replication. */
void pooled_quantile_add(struct pooled_quantile *pooled, const struct quantile *sketch);

/* 0 < q < 1. Mean is the estimate; NAN when nothing was observed. */
struct estimate pooled_quantile_estimate(const struct pooled_quantile *pooled, double q);

/* What n rows of model_columns numbers say about column `c`: the quantiles of responses from `pooled` (one a MEASURE_RESPONSE of the
 * model, in their order), all else, or all if `pooled` is NULL, by estimate_of. */
struct estimate estimate_column(const struct model *model, size_t c, const double *rows, size_t n,
                                const struct pooled_quantile *pooled);

#endif
