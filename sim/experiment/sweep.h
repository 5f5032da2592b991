/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * sweep: factors x levels to design points, full factorial.
 *
 * The first factor varies slowest, so points stand in the order of nested loops. Every point keeps the seed of
 * the base scenario: the same users draw the same numbers at each (common random numbers), and differences between
 * points are paired.
 */
#ifndef SIM_EXPERIMENT_SWEEP_H
#define SIM_EXPERIMENT_SWEEP_H

#include "sim/experiment/factor.h"

enum { SWEEP_POINTS_MAX = 100000 };

/* Memory is the arena's that it was opened with. */
struct sweep {
    const struct scenario *base;
    const struct factor *factors;
    size_t n_factors;
    struct scenario *points;
    size_t n_points;
};

/* Makes and checks all points. False after complaints: a factor given twice, too many points, a combination that the
 * scenario's check refuses (the complaint names the point). No factors make one point. */
bool sweep_open(struct sweep *sweep, const struct scenario *base, const struct factor *factors,
                size_t n_factors, param_column_fn *column_fn, struct arena *arena,
                struct diag *diag);

/* The level of factor `f` at a point. */
size_t sweep_level(const struct sweep *sweep, size_t point, size_t f);

#endif
