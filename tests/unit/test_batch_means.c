/* SPDX-License-Identifier: GPL-3.0-or-later
 * batch_means: by hand; and that the intervals of single M/M/1 runs cover the known mean as often as they say. */
#define _POSIX_C_SOURCE 200809L
#include "tests/unit/workbench.h"

#include "sim/experiment/batch_means.h"

/* ---- by hand ------------------------------------------------------------------------------------------- */

/* -10 and 10 in turn, and 1 more in every second ten: batches of ten have means 0 and 1. Mean 1/2, variance 10/39; t_{0.975}(39) =
 * 2.022691 from tables. Von Neumann: steps of 20, or of 19 and 21 at the 39 seams; squares 400 x (100 + 1/4), since the two parts are
 * not correlated. */
static void two_by_two(void **state) {
    (void)state;
    double x[BATCH_MEANS_ROWS];
    for (size_t i = 0; i < BATCH_MEANS_ROWS; i++) x[i] = (i % 2 ? 10.0 : -10.0) + (double)(i / 10 % 2);
    struct batch_means means = batch_means_of(x, BATCH_MEANS_ROWS, 1);
    assert_int_equal(means.estimate.n, 40);
    assert_near(means.estimate.mean, 0.5, 1e-12);
    assert_near(means.estimate.half_width, 2.022691 * sqrt(10 / 39.0 / 40), 1e-7);
    assert_near(means.correlation, 1 - (360 * 400 + 20 * 361 + 19 * 441) / (2 * 400 * 100.25), 1e-12);
    assert_false(means.correlated);
}

static void standing_still(void **state) {
    (void)state;
    double x[BATCH_MEANS_ROWS];
    for (size_t i = 0; i < BATCH_MEANS_ROWS; i++) x[i] = 500 + 1e-10 * (double)i;
    struct batch_means means = batch_means_of(x, BATCH_MEANS_ROWS, 1);
    assert_int_equal(means.estimate.n, 40);
    assert_false(means.correlated);
    assert_true(means.estimate.half_width < 1e-6);
}

/* Blocks of b equal values, 1 and -1 in turn, n in all: n/b - 1 steps of 2, squares n, so C = 1 - 2 (n/b - 1) / n. */
static void blocks(void **state) {
    (void)state;
    static const struct { size_t block, batches; double n_last, block_last; bool correlated; } cases[] = {
        {2, 40, 400, 2, false},  /* 0.0025 */
        {4, 20, 200, 2, false},  /* 0.5050, then in twos 0.0050 */
        {8, 10, 100, 2, false},  /* 0.7525, 0.5050, then 0.0200 */
        {16, 10, 100, 4, true}}; /* in fours still 0.52 */
    double x[3 * BATCH_MEANS_ROWS];
    for (size_t i = 0; i < 4; i++) {
        for (size_t k = 0; k < BATCH_MEANS_ROWS; k++) x[3 * k + 1] = k / cases[i].block % 2 ? -1 : 1;
        struct batch_means means = batch_means_of(x + 1, BATCH_MEANS_ROWS, 3);
        assert_int_equal(means.estimate.n, cases[i].batches);
        double n = cases[i].n_last, steps = n / cases[i].block_last - 1;
        assert_near(means.correlation, 1 - 2 * steps / n, 0.002); /* 25 blocks do not add up to 0 */
        assert_int_equal(means.correlated, cases[i].correlated);
    }
}

/* ---- what has an interval ---------------------------------------------------------------------------------- */

static void where_it_exists(void **state) {
    (void)state;
    struct workbench bench;
    workbench_open(&bench, &model_mmc, "run.horizon=1000s; run.warmup=0; run.replications=1");
    assert_true(batch_means_apply(&bench.scenario));
    workbench_set(&bench, "run.replications=2");
    assert_false(batch_means_apply(&bench.scenario));
    workbench_set(&bench, "run.replications=1; run.horizon=0");
    assert_false(batch_means_apply(&bench.scenario));
    double values[2 * 4] = {0};
    struct series line = {.n_columns = 4, .n_rows = 2, .rows_max = 2, .values = values};
    struct estimate estimate = {.mean = 7, .n = 1};
    bool correlated;
    assert_false(batch_means_estimate(&bench.scenario, &line, model_column_find(&model_mmc, "wait"), &estimate, &correlated));
    assert_false(batch_means_estimate(&bench.scenario, &line, model_column_find(&model_mmc, "customers_peak"), &estimate, &correlated));
    assert_same(estimate.mean, 7);
    workbench_close(&bench);
}

/* The line from the end of the warm-up has the replication's means: nothing is left out, nothing counted twice. */
static void whole_window(void **state) {
    (void)state;
    static const struct { const struct model *model; const char *settings, *columns[4]; } cases[] = {
        {&model_mmc, "run.warmup=333.3s; run.horizon=1000s", {"customers", "servers_busy", "customers_per_s", NULL}},
        {&model_web, "run.warmup=17.7s; run.horizon=80s; run.replications=1", {"connections_open", "time_wait", "requests_per_s", NULL}}};
    for (size_t i = 0; i < 2; i++) {
        struct workbench bench;
        struct time_lines lines;
        workbench_open(&bench, cases[i].model, cases[i].settings);
        workbench_run(&bench);
        double alone[WORKBENCH_COLUMNS_MAX];
        memcpy(alone, bench.values, sizeof alone);
        time_lines_open(&lines, &bench.scenario, 1, 1, BATCH_MEANS_ROWS, false);
        bench.series = *time_lines_take(&lines, 0, 0);
        workbench_run(&bench);
        assert_int_equal(bench.series.n_rows, BATCH_MEANS_ROWS);
        for (size_t c = 0; cases[i].columns[c]; c++) {
            const char *name = cases[i].columns[c];
            double sum = 0;
            for (size_t row = 1; row <= BATCH_MEANS_ROWS; row++) sum += workbench_seen(&bench, row, name);
            assert_near(sum / BATCH_MEANS_ROWS, workbench_value(&bench, name), 1e-7 * workbench_value(&bench, name));
            assert_same(workbench_value(&bench, name), alone[model_column_find(cases[i].model, name)]);
        }
        time_lines_close(&lines);
        workbench_close(&bench);
    }
}

/* ---- coverage ------------------------------------------------------------------------------------------ */

enum { EXPERIMENTS = 1000 };

struct cover {
    unsigned covered, correlated;
    double batches; /* mean number */
};

static struct cover cover(const char *settings, double exact) {
    struct workbench bench;
    struct arena arena;
    struct cover cover = {0};
    double values[WORKBENCH_COLUMNS_MAX];
    struct time_lines lines;
    workbench_open(&bench, &model_mmc, settings);
    arena_open(&arena, replication_arena_bytes(&bench.scenario));
    time_lines_open(&lines, &bench.scenario, 1, 1, BATCH_MEANS_ROWS, false);
    for (uint32_t e = 0; e < EXPERIMENTS; e++) {
        struct series *line = time_lines_take(&lines, 0, 0);
        replication_run(&(struct replication){.scenario = &bench.scenario, .number = e, .series = line}, &arena, values);
        struct estimate estimate = {.mean = values[0]};
        bool correlated;
        assert_true(batch_means_estimate(&bench.scenario, line, 0, &estimate, &correlated));
        cover.covered += fabs(estimate.mean - exact) <= estimate.half_width;
        cover.correlated += correlated;
        cover.batches += (double)estimate.n / EXPERIMENTS;
        time_lines_drop(&lines, 0);
    }
    time_lines_close(&lines);
    arena_close(&arena);
    workbench_close(&bench);
    return cover;
}

/* L = rho / (1 - rho). 95 % of 1000 has a standard deviation of 0.7 %; 93 to 97 % are 2.9 of them to each side. A run that is too
 * short is known by the warning (README of tests has more). */
static void coverage(void **state) {
    (void)state;
    struct cover enough = cover("run.warmup=100s; run.horizon=20100s; queue.arrival_rate=0.5/s", 1);
    print_message("rho 0.5, 20000 s: %u of 1000 cover, %u warned, %.1f batches\n", enough.covered, enough.correlated, enough.batches);
    assert_in_range(enough.covered, 930, 970);
    assert_true(enough.correlated == 0 && enough.batches > 39);
    struct cover busy = cover("run.warmup=1000s; run.horizon=51000s; queue.arrival_rate=0.8/s", 4);
    print_message("rho 0.8, 50000 s: %u of 1000 cover, %u warned, %.1f batches\n", busy.covered, busy.correlated, busy.batches);
    assert_in_range(busy.covered, 930, 970);
    assert_true(busy.correlated <= 5);
    struct cover little = cover("run.warmup=1000s; run.horizon=6000s; queue.arrival_rate=0.8/s", 4);
    print_message("rho 0.8, 5000 s: %u of 1000 cover, %u warned, %.1f batches\n", little.covered, little.correlated, little.batches);
    assert_true(little.correlated > 500);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_by_two),      cmocka_unit_test(standing_still), cmocka_unit_test(blocks),
        cmocka_unit_test(where_it_exists), cmocka_unit_test(whole_window),   cmocka_unit_test(coverage),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
