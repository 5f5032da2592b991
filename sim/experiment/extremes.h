/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * extremes: where in a sweep a measure is lowest and highest, how sure that is, and which parameter moves it.
 *
 * Among many points with intervals one is the lowest by chance. So it comes with all that might as well be: the points whose 95 % interval
 * touches its own. (That errs on the side of caution. Points of a sweep share their random numbers, and `linger compare` and differences.csv
 * tell apart, by paired differences, many that touch: paired.h.) A point without an interval, of one replication, is taken at its word.
 *
 * Parameters that make no difference there are found too: with a thing switched off, its limits are indifferent, and an advice
 * that names them would be noise.
 *
 * Effect of a parameter: how far the means of its levels lie apart, each taken over all points with that level (the main effect of a
 * full factorial design: Law, "Simulation Modeling and Analysis", 5th ed., 12.2, there with two levels).
 */
#ifndef SIM_EXPERIMENT_EXTREMES_H
#define SIM_EXPERIMENT_EXTREMES_H

#include "sim/experiment/estimate.h"
#include "sim/experiment/sweep.h"

/* One measure over a sweep: estimates[point * stride]. */
struct surface {
    const struct sweep *sweep;
    const struct estimate *estimates;
    size_t stride;
};

struct extreme {
    size_t point;     /* the first in design order; sweep->n_points: observed nowhere */
    size_t n_touching; /* points whose interval touches its interval, itself included */
    bool *is_free;    /* a factor: any level of it, and of the other free ones, stays among those; the arena's */
};

static inline const struct estimate *surface_at(const struct surface *surface, size_t point) {
    return &surface->estimates[point * surface->stride];
}

/* Both observed, and their intervals have a point in common. */
bool extremes_touch(const struct estimate *a, const struct estimate *b);

struct extreme extremes_find(const struct surface *surface, bool highest, struct arena *arena);

/* 0 for a factor of one level, and where nothing was observed. */
double extremes_effect(const struct surface *surface, size_t factor, struct arena *arena);

#endif
