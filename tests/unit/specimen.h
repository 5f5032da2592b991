/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * specimen: a model whose every result is known beforehand, for the tests of the experiment floor. It simulates
 * nothing: it reports what it was given.
 */
#ifndef TESTS_UNIT_SPECIMEN_H
#define TESTS_UNIT_SPECIMEN_H

#include <time.h>

#include "sim/experiment/scenario.h"

enum {
    SPECIMEN_LEVEL,
    SPECIMEN_COUNT,
    SPECIMEN_GAP,
    SPECIMEN_THINK,
    SPECIMEN_WORD,
    SPECIMEN_SHARE,
    SPECIMEN_SLOW,
    SPECIMEN_PARAMS
};

static const struct param specimen_params[SPECIMEN_PARAMS] = {
    {"test.level", PARAM_NUMBER, 0, 1e9, "7", NULL, "Reported as it is.", "none"},
    {"test.count", PARAM_COUNT, 1, 1e6, "3", NULL, "A whole number.", "none"},
    {"test.gap", PARAM_TIME, 0.05, 1e9, "1s", NULL, "A time.", "none"},
    {"test.think", PARAM_TIME_VARIATE, 0, 1e9, "2s", NULL, "A distribution.", "none"},
    {"test.word", PARAM_CHOICE, 0, 0, "left", "left|right", "A word.", "none"},
    {"test.share", PARAM_SHARE, 0, 1, "0.5", NULL, "A share.", "none"},
    {"test.slow", PARAM_TIME, 0, 1, "0s", NULL, "Real time that a replication takes.", "none"},
};

/* What the laboratory told the model, as results. */
enum {
    COLUMN_LEVEL,
    COLUMN_REPLICATION,
    COLUMN_SEED,
    COLUMN_WARMUP,
    COLUMN_HORIZON,
    COLUMN_HEAP_ONLY,
    COLUMN_DRAW,
    COLUMN_DIRT,
    COLUMN_ODD,
    COLUMN_NEVER,
    SPECIMEN_MEASURES
};

static const struct measure specimen_measures[SPECIMEN_MEASURES] = {
    {"level", "1", MEASURE_VALUE, ""},   {"replication", "1", MEASURE_VALUE, ""},
    {"seed", "1", MEASURE_VALUE, ""},    {"warmup", "s", MEASURE_VALUE, ""},
    {"horizon", "s", MEASURE_VALUE, ""}, {"heap_only", "1", MEASURE_VALUE, ""},
    {"draw", "1", MEASURE_VALUE, ""},    {"dirt", "1", MEASURE_VALUE, ""},
    {"odd", "1", MEASURE_VALUE, ""},     {"never", "1", MEASURE_VALUE, ""},
};

static const char *const specimen_streams[] = {"draw"};
static const char *const specimen_series[] = {"level"};

static inline size_t specimen_arena_bytes(const struct param_set *params,
                                          const struct workload *workload) {
    (void)params;
    (void)workload;
    return 1 << 20;
}

/* How many bytes of the arena are taken or not zero at the beginning: 0 if it was reset. */
static inline double specimen_dirt(struct arena *arena) {
    double dirt = (double)arena->used_bytes;
    unsigned char *bytes = arena_alloc(arena, 4096, 1);
    for (size_t i = 0; i < 4096; i++) {
        if (bytes[i]) dirt++;
        bytes[i] = 0xA5;
    }
    return dirt;
}

static inline void specimen_run(const struct param_set *params, const struct workload *workload,
                                struct run *run);

static const struct model specimen = {
    .name = "specimen",
    .summary = "Reports what it was given.",
    .params = specimen_params,
    .n_params = SPECIMEN_PARAMS,
    .measures = specimen_measures,
    .n_measures = SPECIMEN_MEASURES,
    .streams = specimen_streams,
    .n_streams = 1,
    .series_columns = specimen_series,
    .n_series_columns = 1,
    .arena_bytes = specimen_arena_bytes,
    .run = specimen_run,
};

static inline void specimen_run(const struct param_set *params, const struct workload *workload,
                                struct run *run) {
    (void)workload;
    struct rng_stream stream = run_stream(run, 0, 0);
    double slow_s = params->values[SPECIMEN_SLOW].number;
    if (slow_s > 0) nanosleep(&(struct timespec){.tv_nsec = (long)(slow_s * 1e9)}, NULL);
    run_put_value(run, &specimen, COLUMN_LEVEL, params->values[SPECIMEN_LEVEL].number);
    run_put_value(run, &specimen, COLUMN_REPLICATION, run->replication);
    run_put_value(run, &specimen, COLUMN_SEED, (double)run->seed);
    run_put_value(run, &specimen, COLUMN_WARMUP, run->warmup_s);
    run_put_value(run, &specimen, COLUMN_HORIZON, run->horizon_s);
    run_put_value(run, &specimen, COLUMN_HEAP_ONLY, run->heap_only);
    run_put_value(run, &specimen, COLUMN_DRAW, rng_stream_uniform(&stream));
    run_put_value(run, &specimen, COLUMN_DIRT, specimen_dirt(run->arena));
    if (run->replication % 2) run_put_value(run, &specimen, COLUMN_ODD, 1);
    double *row = run->series ? series_row(run->series) : NULL;
    if (row) row[0] = run->series->interval_s, row[1] = params->values[SPECIMEN_LEVEL].number;
    run->n_events = 10;
    run->n_jobs = 1;
}

static inline void specimen_set(struct scenario *scenario, const char *key, const char *text) {
    struct diag diag = {0};
    assert_true(scenario_assign(scenario, key, text, (struct place){.file = "test"}, NULL, &diag));
}

#endif
