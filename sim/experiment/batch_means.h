/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * batch_means: an interval from one long run.
 *
 * The window (end of the warm-up to the horizon) is divided into batches of equal length, whose means are nearly independent if
 * they are long enough; Student's t over them gives the interval, as over replications (Law, "Simulation Modeling and
 * Analysis", 5th ed., 9.5.3). More than about 30 batches gain little and fewer than 10 lose much (Schmeiser, Operations
 * Research 30, 1982).
 *
 * Whether they are long enough cannot be seen in so few. After Law & Carson (Operations Research 27, 1979) the correlation of
 * successive means is estimated with ten times as many batches, of a tenth of the length: when it is below 0.4 there, it is
 * below 0.05 in the long ones, for the covariance of neighbours hardly depends on their length while the variance falls with it. So:
 *
 *     400 short ones pass: 40 batches; else 200: 20 batches; else 100: 10 batches; else 10, and the run is too short
 *
 * The correlation is that of von Neumann's ratio, C = 1 - sum (x_i+1 - x_i)^2 / (2 sum (x_i - mean)^2) (von Neumann, Annals of
 * Mathematical Statistics 12, 1941), which the ends do not bias as they do the product-moment estimate.
 *
 * They exist for what a time line has (model.h: series_columns): means of levels over time and rates. Responses, shares and peaks
 * are not sums over intervals of time; with one replication they have no interval. The mean stays that of the replication.
 */
#ifndef SIM_EXPERIMENT_BATCH_MEANS_H
#define SIM_EXPERIMENT_BATCH_MEANS_H

#include "sim/experiment/estimate.h"
#include "sim/experiment/time_lines.h"

enum { BATCH_MEANS_ROWS = 400, BATCH_MEANS_REFINEMENT = 10, BATCH_MEANS_LEAST = 10 };
#define BATCH_MEANS_CORRELATION_LIMIT 0.4

struct batch_means {
    struct estimate estimate; /* n: batches */
    double correlation;       /* of the short ones at last; 0 when all are alike */
    bool correlated;          /* not below the limit: the interval is too narrow */
};

/* Of n rows (a multiple of BATCH_MEANS_REFINEMENT x BATCH_MEANS_LEAST, 400 at most), row[0], row[stride], ... */
struct batch_means batch_means_of(const double *rows, size_t n, size_t stride);

/* Whether a scenario's intervals come from batches: it has one replication and a steady state, and its model a time line. */
bool batch_means_apply(const struct scenario *scenario);

/* Gives `estimate` of result column `column` its interval from the line of the only replication. False, and nothing is touched, when
 * the line has no such column. */
bool batch_means_estimate(const struct scenario *scenario, const struct series *line, size_t column,
                          struct estimate *estimate, bool *correlated);

#endif
