/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * heavy_tail: parameters whose distribution has no variance, so that averages of what it drives cannot be trusted.
 *
 * With a finite mean and an infinite variance (Pareto of shape 1 to 2) an average over time t still converges, but as t^(1/shape - 1) in
 * place of t^(-1/2): slower than intervals say, which take a variance for granted; and what a run remembers of its start
 * fades as slowly (Crovella & Lipsky, "Long-lasting transient conditions in simulations with heavy-tailed workloads", Winter
 * Simulation Conference 1997). Without a finite mean (shape up to 1) nothing converges at all. An upper end ("pareto(1s,1.5) in
 * 1s..1h") makes the law bounded.
 *
 * Averages are all levels over time, rates, shares, mean responses; peaks and largest values grow with the run anyway. Quantiles of
 * responses need no moments.
 */
#ifndef SIM_EXPERIMENT_HEAVY_TAIL_H
#define SIM_EXPERIMENT_HEAVY_TAIL_H

#include "sim/experiment/scenario.h"

struct heavy_tail {
    const char *parameter;
    const char *text;       /* "pareto(1s,1.5)" */
    const char *class_name; /* of users, when a CSV gave it; NULL: the scenario */
    bool no_mean;
};

/* The first `max` of them go to `out`; returns how many there are. */
size_t heavy_tail_find(const struct scenario *scenario, struct heavy_tail *out, size_t max);

/* Whether a result column is an average. */
bool heavy_tail_concerns(const struct model *model, size_t column);

#endif
