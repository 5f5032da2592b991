/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * capacity: how much of a load a setting bears before a limit breaks.
 *
 * Bisection on the parameter that says how much load there is. At each load replications are added (doubled, CAPACITY_LOOKS times at most)
 * until the 95 % intervals decide: all limits hold, or one fails. Near the edge no number of replications may decide, so two edges are
 * looked for: the largest load at which the limits are certain to hold, and the smallest at which one is certain to fail. The load at
 * which the mean meets the limit lies between them, and is interpolated. All this takes it that more load never helps.
 *
 * Without a range it begins at the scenario's own load, and doubles or halves until it has a bracket.
 */
#ifndef SIM_EXPERIMENT_CAPACITY_H
#define SIM_EXPERIMENT_CAPACITY_H

#include "sim/experiment/criterion.h"
#include "sim/experiment/trials.h"

enum { CAPACITY_LOOKS = 4, CAPACITY_STEPS_MAX = 200 };
/* Edges of a load that is not a whole number are as near as this share of it. */
#define CAPACITY_TOLERANCE 0.005

struct capacity_step {
    double load;
    enum limit_verdict verdict;
    size_t limit;              /* the one that fails or is undecided; else the first */
    struct estimate estimate;  /* of that limit's sum */
    uint32_t n;
};

struct capacity {
    const struct scenario *scenario;
    const char *key;     /* of a number */
    const struct limit *limits;
    size_t n_limits;
    double low, high;    /* the range, low <= high; high 0: to be found */
    uint32_t first_stage;
    trials_study_fn *run_study;
    void *context;
    struct arena *arena;
    /* out */
    struct trials trials;
    struct capacity_step step[CAPACITY_STEPS_MAX]; /* in the order in which they were taken */
    size_t n_steps;
    double holds_to, fails_from; /* NAN: nowhere in the range */
    double crossing;             /* of the mean with the limit; NAN without both edges */
    bool stopped;
};

/* Steps are judged one after the other; memory is the arena's. */
void capacity_run(struct capacity *capacity);

#endif
