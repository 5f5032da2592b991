/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * differences: how far the points of a sweep are from one of them, the baseline, replication by replication: all points of a sweep share
 * their random numbers, so these intervals are mostly far narrower than those of results.csv say (paired.h).
 *
 *   differences.csv   one row per design point (but the baseline) and measure: the varied parameters, then measure, unit, baseline (its
 *                     mean), mean, difference, half_width (95 %, of this difference alone), n (pairs), p (two-sided, of no difference; not
 *                     corrected for how many are looked at), variance_ratio. Written and flushed point by point, in design order;
 *                     points before the baseline wait for it, in memory.
 */
#ifndef SIM_INTERFACE_DIFFERENCES_H
#define SIM_INTERFACE_DIFFERENCES_H

#include <stdio.h>

#include "sim/experiment/sweep.h"
#include "sim/interface/gathered.h"

/* Placed by the caller. */
struct differences {
    const struct sweep *sweep;
    size_t baseline;
    FILE *file;
    const char *path;
    int error; /* errno of a failed write */
    struct gathered gathered;
};

/* The point that --baseline names: "KEY=LEVEL" each, other factors at their first level. Returns sweep->n_points after a complaint
 * (STATUS_USAGE). */
size_t differences_baseline(const struct sweep *sweep, const char *const *texts, size_t n, param_column_fn *column_fn, struct diag *diag);

/* Writes the header. Rows are kept in `arena`. */
struct differences differences_open(const struct sweep *sweep, size_t baseline, FILE *file, const char *path, struct arena *arena);

/* A study_sink_fn whose context is a struct differences. */
bool differences_point(void *differences, size_t point, const double *values, uint32_t n_replications);

#endif
