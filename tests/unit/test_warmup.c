/* SPDX-License-Identifier: GPL-3.0-or-later
 * warmup: MSER against a naive one and by hand; and that removing what it finds is better than removing nothing, on the
 * M/M/1 queue whose mean is known. */
#define _POSIX_C_SOURCE 200809L
#include "tests/unit/workbench.h"

#include "sim/experiment/estimate.h"
#include "sim/experiment/warmup.h"

/* ---- the rule ------------------------------------------------------------------------------------------ */

/* From the definition, each remainder summed anew. */
static size_t naive_mser(const double *y, size_t n, double *statistic) {
    size_t cut = 0;
    for (size_t d = 0; d == 0 || d + WARMUP_TAIL < n; d++) {
        double mean = 0, squares = 0, m = (double)(n - d);
        for (size_t i = d; i < n; i++) mean += y[i] / m;
        for (size_t i = d; i < n; i++) squares += (y[i] - mean) * (y[i] - mean);
        statistic[d] = squares / (m * m);
        if (d <= n / 2 && statistic[d] < statistic[cut]) cut = d;
    }
    return cut;
}

/* 9, 5, then 1 and 3 in turn, twelve in all. What remains from the third on has mean 2 and squares 10: 10 / 10^2; with the 5
 * it is 200/11 / 11^2; with both 716/12 / 12^2; without the first 1 it is 80/9 / 9^2. */
static void by_hand(void **state) {
    (void)state;
    const double y[12] = {9, 5, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3};
    double statistic[12];
    assert_int_equal(warmup_mser(y, 12, statistic), 2);
    assert_near(statistic[0], 716 / 12.0 / 144, 1e-14);
    assert_near(statistic[1], 200 / 11.0 / 121, 1e-14);
    assert_near(statistic[2], 0.1, 1e-14);
    assert_near(statistic[3], 80 / 9.0 / 81, 1e-14);
}

static void as_the_naive_one(void **state) {
    (void)state;
    struct dice dice = {1};
    enum { LONGEST = 300 };
    double y[LONGEST], ours[LONGEST], naive[LONGEST];
    for (int round = 0; round < 300; round++) {
        size_t n = 1 + dice_below(&dice, LONGEST), moved = 0;
        double level = 100 * dice_uniform(&dice), memory = dice_uniform(&dice), start = 50 * dice_uniform(&dice), x = 0;
        for (size_t i = 0; i < n; i++) {
            x = memory * x + dice_uniform(&dice) - 0.5;
            y[i] = level + x + start * exp(-20.0 * (double)i / (double)n);
        }
        size_t cut = warmup_mser(y, n, ours);
        assert_int_equal(cut, naive_mser(y, n, naive));
        for (size_t d = 0; d == 0 || d + WARMUP_TAIL < n; d++, moved++) assert_near(ours[d], naive[d], 1e-10 * naive[d]);
        assert_true(moved > 0 && cut <= n / 2);
    }
}

/* A level that climbs and then stands still but for the last digits: those are no reason to cut more. */
static void standing_still(void **state) {
    (void)state;
    struct dice dice = {2};
    double y[100];
    for (size_t i = 0; i < 100; i++) y[i] = (i < 20 ? 25.0 * (double)i : 500) * (1 + 1e-12 * dice_uniform(&dice));
    assert_int_equal(warmup_mser(y, 100, NULL), 20);
    for (size_t i = 0; i < 100; i++) y[i] = 0;
    assert_int_equal(warmup_mser(y, 100, NULL), 0);
}

/* ---- M/M/1 --------------------------------------------------------------------------------------------- */

enum { EXPERIMENTS = 200, REPLICATIONS_MAX = 50 };

/* Estimates of the mean number of customers less the exact one, an experiment each, without and with a cut; and what the cut
 * takes off the square of the error. */
struct errors {
    struct tally none, cut, gain;
    double warmup_s; /* mean of those found */
};

static double experiment(struct workbench *bench, struct arena *arena, double *values) {
    uint32_t n = replication_count(&bench->scenario);
    replication_set(&bench->scenario, n, arena, values);
    return estimate_of(values + model_column_find(&model_mmc, "customers"), n, model_columns(&model_mmc)).mean;
}

static struct errors experiments(const char *settings, double exact) {
    struct workbench bench;
    struct arena arena;
    struct errors errors = {0};
    static double values[REPLICATIONS_MAX * WORKBENCH_COLUMNS_MAX];
    workbench_open(&bench, &model_mmc, settings);
    arena_open(&arena, replication_arena_bytes(&bench.scenario));
    for (int e = 0; e < EXPERIMENTS; e++) {
        double *warmup_s = &bench.scenario.run.values[RUN_WARMUP].number;
        bench.scenario.run.values[RUN_SEED].number = e + 1;
        *warmup_s = 0;
        double none = experiment(&bench, &arena, values) - exact;
        *warmup_s = (double)NAN;
        warmup_find(&bench.scenario, 1, 2, &bench.arena);
        double cut = experiment(&bench, &arena, values) - exact;
        errors.warmup_s += *warmup_s / EXPERIMENTS;
        tally_observe(&errors.none, none);
        tally_observe(&errors.cut, cut);
        tally_observe(&errors.gain, none * none - cut * cut);
    }
    arena_close(&arena);
    workbench_close(&bench);
    return errors;
}

static double mean_square(const struct tally *errors) {
    return errors->sum_squares / (double)errors->n + errors->mean * errors->mean;
}

/* L = rho / (1 - rho). Experiments have seeds 1 .. 200; the verdict is the same every time. The gain is 3 standard errors or more above
 * nothing in each case, so a right MSER would fail less than once in 700 sets of seeds. With so few replications that chance
 * outweighs the bias (10 from an empty queue), the bias gets less, and the mean square does not: README of tests. */
static void better_than_none(void **state) {
    (void)state;
    static const struct { const char *name, *settings; double rho; } cases[] = {
        {"empty, rho 0.8", "run.replications=50; run.horizon=500s; queue.arrival_rate=0.8/s", 0.8},
        {"empty, rho 0.9", "run.replications=50; run.horizon=1000s; queue.arrival_rate=0.9/s", 0.9},
        {"200, rho 0.8", "run.replications=10; run.horizon=4000s; queue.arrival_rate=0.8/s; queue.start=200", 0.8},
        {"200, rho 0.9", "run.replications=10; run.horizon=8000s; queue.arrival_rate=0.9/s; queue.start=200", 0.9},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        double exact = cases[i].rho / (1 - cases[i].rho);
        struct errors e = experiments(cases[i].settings, exact);
        double z = e.gain.mean / sqrt(tally_variance(&e.gain) / EXPERIMENTS);
        print_message("%s: bias %.3f -> %.3f, mean square %.3f -> %.3f (z %.1f), warm-up %.0f s\n", cases[i].name, e.none.mean,
                      e.cut.mean, mean_square(&e.none), mean_square(&e.cut), z, e.warmup_s);
        assert_true(fabs(e.cut.mean) < 0.7 * fabs(e.none.mean));
        assert_true(mean_square(&e.cut) < mean_square(&e.none) && z > 3);
    }
}

/* ---- all points ------------------------------------------------------------------------------------------ */

/* What is found does not depend on threads, and together all are cut where the longest is, but for one with another horizon. */
static void alone_and_together(void **state) {
    (void)state;
    static const char *const starts[] = {"queue.start=0", "queue.start=50", "queue.start=300", "queue.start=10; run.horizon=1000s"};
    struct workbench bench;
    struct scenario points[3][4]; /* alone, together in 1 thread, together in 3 */
    workbench_open(&bench, &model_mmc, "run.horizon=2000s; ");
    for (size_t i = 0; i < 4; i++) {
        workbench_set(&bench, starts[i]);
        for (size_t set = 0; set < 3; set++) points[set][i] = scenario_copy(&bench.scenario, &bench.arena);
        warmup_find(&points[0][i], 1, 1, &bench.arena);
    }
    warmup_find(points[1], 4, 1, &bench.arena);
    warmup_find(points[2], 4, 3, &bench.arena);
    for (size_t i = 0; i < 4; i++)
        for (size_t set = 1; set < 3; set++)
            assert_same(points[set][i].run.values[RUN_WARMUP].number, points[0][i < 3 ? 2 : 3].run.values[RUN_WARMUP].number);
    assert_true(points[0][2].run.values[RUN_WARMUP].number > 900); /* 296 customers too many leave in 1480 s; half is 1000 s */
    assert_true(points[0][0].run.values[RUN_WARMUP].number < 900);
    assert_true(points[0][3].run.values[RUN_WARMUP].number <= 500);
    workbench_close(&bench);
}

/* A warm-up that was given is kept; a trace, or a run without horizon, has none. */
static void not_wanted(void **state) {
    (void)state;
    struct workbench bench;
    const double time_s[] = {1, 2};
    const uint32_t client[] = {0, 0};
    workbench_open(&bench, &model_mmc, "run.warmup=7s; ");
    warmup_find(&bench.scenario, 1, 1, &bench.arena);
    assert_same(bench.scenario.run.values[RUN_WARMUP].number, 7);
    workbench_set(&bench, "run.warmup=auto");
    assert_true(warmup_is_wanted(&bench.scenario));
    workbench_set(&bench, "run.horizon=0");
    assert_false(warmup_is_wanted(&bench.scenario));
    warmup_find(&bench.scenario, 1, 1, &bench.arena);
    assert_same(bench.scenario.run.values[RUN_WARMUP].number, 0);
    workbench_close(&bench);
    workbench_open(&bench, &model_web, "run.warmup=auto; run.horizon=100s");
    workbench_trace(&bench, 2, time_s, client, 1);
    assert_false(warmup_is_wanted(&bench.scenario));
    workbench_close(&bench);
}

/* From 1000 customers at rho 0.9, half of 2000 s is not enough. */
static void too_short(void **state) {
    (void)state;
    struct workbench bench;
    struct warmup_search search;
    workbench_open(&bench, &model_mmc, "run.horizon=2000s; queue.arrival_rate=0.9/s; queue.start=1000");
    warmup_search_open(&search, &bench.scenario, 1, &bench.arena);
    search.study.threads = 1;
    study_run(&search.study);
    warmup_search_close(&search, true);
    assert_int_equal(search.found[0].n_columns, 1);
    assert_string_equal(search.found[0].columns[0].name, "customers");
    assert_true(search.found[0].columns[0].too_short);
    assert_near(bench.scenario.run.values[RUN_WARMUP].number, 1000, 50.1);
    workbench_close(&bench);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(by_hand),          cmocka_unit_test(as_the_naive_one),   cmocka_unit_test(standing_still),
        cmocka_unit_test(better_than_none), cmocka_unit_test(alone_and_together), cmocka_unit_test(not_wanted),
        cmocka_unit_test(too_short),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
