/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/experiment/replication.h"

#include <math.h>

enum { SERIES_ROWS_MAX = 10 * 1000 * 1000 };

/* Models count their own needs; this is for the rounding of each array to a cache line. */
static const size_t ARENA_SPARE_BYTES = (size_t)1 << 20;

static double run_number(const struct scenario *scenario, enum run_param which) {
    return scenario->run.values[which].number;
}

size_t replication_arena_bytes(const struct scenario *scenario) {
    return scenario->model->arena_bytes(&scenario->params, &scenario->workload) + ARENA_SPARE_BYTES;
}

struct replication_effort replication_run(const struct replication *replication,
                                          struct arena *arena, double *values) {
    const struct scenario *scenario = replication->scenario;
    double horizon_s = run_number(scenario, RUN_HORIZON), warmup_s = run_number(scenario, RUN_WARMUP);
    struct run run = {
        .seed = (uint64_t)run_number(scenario, RUN_SEED),
        .replication = replication->number,
        .warmup_s = isnan(warmup_s) ? 0 : warmup_s,
        .horizon_s = horizon_s > 0 ? horizon_s : HUGE_VAL,
        .heap_only = replication->heap_only,
        .arena = arena,
        .series = replication->series,
        .journal = replication->journal,
        .values = values,
        .sketches = replication->sketches,
    };
    size_t columns = model_columns(scenario->model);
    for (size_t c = 0; c < columns; c++) values[c] = NOTHING_OBSERVED;
    arena_reset(arena);
    looks_open(&run.looks, model_levels_end(scenario->model), replication->number, arena);
    scenario->model->run(&scenario->params, &scenario->workload, &run);
    return (struct replication_effort){run.n_events, run.n_jobs};
}

void replication_set(const struct scenario *scenario, uint32_t n, struct arena *arena,
                     double *values) {
    size_t columns = model_columns(scenario->model);
    for (uint32_t i = 0; i < n; i++) {
        struct replication replication = {.scenario = scenario, .number = i};
        replication_run(&replication, arena, values + i * columns);
    }
}

struct series replication_series(const struct scenario *scenario, struct arena *arena) {
    const struct workload *workload = &scenario->workload;
    double interval_s = run_number(scenario, RUN_SERIES_INTERVAL);
    double end_s = run_number(scenario, RUN_HORIZON);
    if (end_s <= 0 && workload->n_requests)
        end_s = workload->request_time_s[workload->n_requests - 1] + 3600;
    double rows = ceil(end_s / interval_s) + 1;
    size_t n_columns = 1 + scenario->model->n_series_columns;
    size_t rows_max = rows < SERIES_ROWS_MAX ? (size_t)rows : SERIES_ROWS_MAX;
    return (struct series){.interval_s = interval_s,
                           .n_columns = n_columns,
                           .rows_max = rows_max,
                           .values = ARENA_NEW(arena, rows_max * n_columns, double)};
}

uint32_t replication_count(const struct scenario *scenario) {
    return (uint32_t)run_number(scenario, RUN_REPLICATIONS);
}

void replication_fix_count(struct scenario *scenario, uint32_t n) {
    scenario->run.values[RUN_REPLICATIONS].number = n;
    scenario->run.values[RUN_PRECISION].number = 0;
}
