/* SPDX-License-Identifier: GPL-3.0-or-later
 * replication: what the model is told, that nothing is left of the one before, and that any can be run alone. */
#define _POSIX_C_SOURCE 200809L
#include "tests/unit/unit.h"

#include <string.h>

#include "sim/experiment/replication.h"
#include "tests/unit/specimen.h"

enum { N = 5 };

struct bench {
    struct arena arena, run_arena;
    struct scenario scenario;
};

static int set_up(void **state) {
    struct bench *bench = calloc(1, sizeof *bench);
    arena_open(&bench->arena, 1 << 28);
    bench->scenario = scenario_open(&specimen, "test", &bench->arena);
    arena_open(&bench->run_arena, replication_arena_bytes(&bench->scenario));
    *state = bench;
    return 0;
}

static int tear_down(void **state) {
    struct bench *bench = *state;
    arena_close(&bench->run_arena);
    arena_close(&bench->arena);
    free(bench);
    return 0;
}

static void the_model_is_told(void **state) {
    struct bench *bench = *state;
    double values[SPECIMEN_MEASURES];
    specimen_set(&bench->scenario, "run.seed", "9007199254740991");
    specimen_set(&bench->scenario, "run.warmup", "30s");
    specimen_set(&bench->scenario, "run.horizon", "2min");
    struct replication replication = {.scenario = &bench->scenario, .number = 3, .heap_only = true};
    struct replication_effort effort = replication_run(&replication, &bench->run_arena, values);
    assert_same(values[COLUMN_SEED], 9007199254740991.0);
    assert_same(values[COLUMN_REPLICATION], 3);
    assert_same(values[COLUMN_WARMUP], 30);
    assert_same(values[COLUMN_HORIZON], 120);
    assert_same(values[COLUMN_HEAP_ONLY], 1);
    assert_same(values[COLUMN_ODD], 1);
    assert_int_equal(effort.n_events, 10);
    assert_int_equal(effort.n_jobs, 1);
}

/* Horizon 0: until the trace is exhausted. */
static void no_horizon_is_no_end(void **state) {
    struct bench *bench = *state;
    double values[SPECIMEN_MEASURES];
    specimen_set(&bench->scenario, "run.horizon", "0");
    struct replication replication = {.scenario = &bench->scenario};
    replication_run(&replication, &bench->run_arena, values);
    assert_true(isinf(values[COLUMN_HORIZON]));
}

static void what_was_not_observed_is_nan(void **state) {
    struct bench *bench = *state;
    double values[SPECIMEN_MEASURES] = {0};
    struct replication replication = {.scenario = &bench->scenario, .number = 2};
    replication_run(&replication, &bench->run_arena, values);
    assert_true(isnan(values[COLUMN_NEVER]));
    assert_true(isnan(values[COLUMN_ODD]));
}

static void nothing_is_left_of_the_one_before(void **state) {
    struct bench *bench = *state;
    double values[N * SPECIMEN_MEASURES];
    replication_set(&bench->scenario, N, &bench->run_arena, values);
    for (size_t i = 0; i < N; i++) {
        assert_same(values[i * SPECIMEN_MEASURES + COLUMN_DIRT], 0);
        assert_same(values[i * SPECIMEN_MEASURES + COLUMN_REPLICATION], (double)i);
    }
}

static void any_can_be_run_alone(void **state) {
    struct bench *bench = *state;
    double values[N * SPECIMEN_MEASURES], alone[SPECIMEN_MEASURES];
    replication_set(&bench->scenario, N, &bench->run_arena, values);
    for (uint32_t i = N; i-- > 0;) {
        struct replication replication = {.scenario = &bench->scenario, .number = i};
        replication_run(&replication, &bench->run_arena, alone);
        assert_same(alone[COLUMN_DRAW], values[i * SPECIMEN_MEASURES + COLUMN_DRAW]);
        for (uint32_t j = 0; j < i; j++) /* and no two see the same draws */
            assert_true(fabs(alone[COLUMN_DRAW] - values[j * SPECIMEN_MEASURES + COLUMN_DRAW]) > 0);
    }
}

/* Another level, the same chance: common random numbers. */
static void scenarios_share_their_draws(void **state) {
    struct bench *bench = *state;
    double a[SPECIMEN_MEASURES], b[SPECIMEN_MEASURES];
    struct scenario other = scenario_copy(&bench->scenario, &bench->arena);
    specimen_set(&other, "test.level", "8");
    replication_run(&(struct replication){.scenario = &bench->scenario}, &bench->run_arena, a);
    replication_run(&(struct replication){.scenario = &other}, &bench->run_arena, b);
    assert_same(a[COLUMN_LEVEL], 7);
    assert_same(b[COLUMN_LEVEL], 8);
    assert_same(a[COLUMN_DRAW], b[COLUMN_DRAW]);
}

static void the_time_line_has_room_for_the_horizon(void **state) {
    struct bench *bench = *state;
    specimen_set(&bench->scenario, "run.horizon", "300s");
    specimen_set(&bench->scenario, "run.series_interval", "2s");
    struct series series = replication_series(&bench->scenario, &bench->arena);
    assert_true(series.rows_max >= 150);
    assert_int_equal(series.n_columns, 2);
    assert_same(series.interval_s, 2);
    double values[SPECIMEN_MEASURES];
    struct replication replication = {.scenario = &bench->scenario, .series = &series};
    replication_run(&replication, &bench->run_arena, values);
    assert_int_equal(series.n_rows, 1);
    assert_same(series.values[0], 2);
    assert_same(series.values[1], 7);
}

/* A trace that ends at 90 s and is run to its end, whose last connections close later. */
static void the_time_line_of_a_trace(void **state) {
    struct bench *bench = *state;
    const double times_s[] = {0, 90};
    specimen_set(&bench->scenario, "run.horizon", "0");
    bench->scenario.workload.n_requests = 2;
    bench->scenario.workload.request_time_s = times_s;
    assert_true(replication_series(&bench->scenario, &bench->arena).rows_max >= 90 + 60);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_model_is_told, set_up, tear_down),
        cmocka_unit_test_setup_teardown(no_horizon_is_no_end, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_was_not_observed_is_nan, set_up, tear_down),
        cmocka_unit_test_setup_teardown(nothing_is_left_of_the_one_before, set_up, tear_down),
        cmocka_unit_test_setup_teardown(any_can_be_run_alone, set_up, tear_down),
        cmocka_unit_test_setup_teardown(scenarios_share_their_draws, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_time_line_has_room_for_the_horizon, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_time_line_of_a_trace, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
