/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * replication: one run of a scenario's model, from an empty arena to one row of results.
 *
 * A replication is a value: (scenario, number) decides its every bit, because its random streams are named by
 * (seed, purpose, entity, number) and all that it touches is its arena. So it can be run in any thread, in any
 * order, again, or alone. All replications with the same number see the same draws in every scenario of
 * one seed: common random numbers.
 */
#ifndef SIM_EXPERIMENT_REPLICATION_H
#define SIM_EXPERIMENT_REPLICATION_H

#include "sim/experiment/scenario.h"

struct replication {
    const struct scenario *scenario;
    uint32_t number;       /* from 0 */
    bool heap_only;        /* see simulation.h */
    struct series *series; /* filled with the time line; NULL: nobody watches */
    struct journal *journal; /* filled with what was done; NULL: nobody writes */
    const struct quantile **sketches; /* out: those of the model's responses, valid until the arena is reset; NULL: nobody asks */
};

/* What it cost. */
struct replication_effort {
    uint64_t n_events, n_jobs;
};

/* Addresses that an arena needs for replications of this scenario. */
size_t replication_arena_bytes(const struct scenario *scenario);

/* Resets the arena and runs. A warm-up that is auto and was not found (warmup.h) counts as none. `values` takes model_columns(scenario->model) numbers, NAN where nothing was observed. */
struct replication_effort replication_run(const struct replication *replication,
                                          struct arena *arena, double *values);

/* Replications 0 .. n-1 one after the other in the caller's thread: n rows of model_columns numbers. (A study
 * does the same on all cores.) */
void replication_set(const struct scenario *scenario, uint32_t n, struct arena *arena,
                     double *values);

/* An empty time line for the scenario, with room for the whole horizon (or, for a trace that is run to its
 * end, for the trace and an hour more). Memory is `arena`'s, touched as rows are filled. */
struct series replication_series(const struct scenario *scenario, struct arena *arena);

/* How many replications the scenario asks for. */
uint32_t replication_count(const struct scenario *scenario);

/* Makes it ask for exactly n, whatever precision it asked for: where replications are paired, or their number is part of a procedure. */
void replication_fix_count(struct scenario *scenario, uint32_t n);

#endif
