/* SPDX-License-Identifier: GPL-3.0-or-later
 * precision: a look by hand, what cannot be judged, and what holds for many studies that stop on precision. */
#define _POSIX_C_SOURCE 200809L
#include "tests/unit/unit.h"

#include "sim/experiment/estimate.h"
#include "sim/experiment/precision.h"
#include "sim/experiment/study.h"
#include "tests/unit/specimen.h"

enum { RUNS = 400, RATIO_RUNS = 30 };

struct bench {
    struct arena arena;
    struct scenario scenario;
};

static int set_up(void **state) {
    struct bench *bench = calloc(1, sizeof *bench);
    arena_open(&bench->arena, (size_t)1 << 30);
    bench->scenario = scenario_open(&specimen, "test", &bench->arena);
    specimen_set(&bench->scenario, "run.precision_measures", "level");
    *state = bench;
    return 0;
}

static int tear_down(void **state) {
    struct bench *bench = *state;
    arena_close(&bench->arena);
    free(bench);
    return 0;
}

/* Rows in which `level` is a and b in turn, `draw` is 0, `odd` is observed once, and nothing else is observed. */
static struct precision_look look_at(struct bench *bench, uint32_t n, double a, double b) {
    double *rows = ARENA_NEW(&bench->arena, n * SPECIMEN_MEASURES, double);
    for (size_t i = 0; i < n * SPECIMEN_MEASURES; i++) rows[i] = NOTHING_OBSERVED;
    for (size_t r = 0; r < n; r++) {
        rows[r * SPECIMEN_MEASURES + COLUMN_LEVEL] = r % 2 ? b : a;
        rows[r * SPECIMEN_MEASURES + COLUMN_DRAW] = 0;
    }
    rows[COLUMN_ODD] = 3;
    return precision_look(&bench->scenario, rows, n, NULL);
}

/* ---- one look ------------------------------------------------------------------------------------------- */

/* 9 and 11, five times each: mean 10, s = sqrt(10/9), h = t(9) s / sqrt(10) = 2.262157 / 3 = 0.754052. */
static void by_hand(void **state) {
    struct bench *bench = *state;
    specimen_set(&bench->scenario, "run.precision", "8.1%"); /* limit 0.081 / 1.081 = 0.07493 */
    struct precision_look look = look_at(bench, 10, 9, 11);
    assert_int_equal(look.state, PRECISION_NOT_REACHED);
    assert_int_equal(look.widest, COLUMN_LEVEL);
    assert_near(look.relative, 0.0754052, 1e-7);
    assert_int_equal(look.next, 11);
    specimen_set(&bench->scenario, "run.precision", "8.2%"); /* 0.07579 */
    look = look_at(bench, 10, 9, 11);
    assert_int_equal(look.state, PRECISION_REACHED);
    assert_int_equal(look.next, 10);
    assert_string_equal(precision_reason(&bench->scenario, &look), "precision");
}

/* With 5 % (limit 1/21) and s^2 = 10/9 as it is, t(i-1) s <= 10/21 sqrt(i) holds first at i = 22: t(21) = 2.079614 gives 2.192
 * against 2.234, t(20) = 2.085963 gives 2.199 against 2.182. Twice 10 come first. With 40 rows s^2 = 40/39; t(39) = 2.022691. */
static void the_next_look_is_planned(void **state) {
    struct bench *bench = *state;
    specimen_set(&bench->scenario, "run.precision", "5%");
    struct precision_look look = look_at(bench, 10, 9, 11);
    assert_int_equal(look.next, 20);
    assert_int_equal(look.expected, 22);
    specimen_set(&bench->scenario, "run.precision", "2%"); /* limit 1/51: h/m = 0.0323893, (51 h/m)^2 40 = 109.1, less for t(107) */
    look = look_at(bench, 40, 9, 11);
    assert_int_equal(look.next, 80);
    assert_in_range(look.expected, 104, 107);
    specimen_set(&bench->scenario, "run.replications_max", "60");
    look = look_at(bench, 40, 9, 11);
    assert_int_equal(look.next, 60);
    assert_int_equal(look.expected, 60);
}

static void the_budget_ends_it(void **state) {
    struct bench *bench = *state;
    specimen_set(&bench->scenario, "run.precision", "1%");
    specimen_set(&bench->scenario, "run.replications_max", "30");
    struct precision_look look = look_at(bench, 30, 9, 11);
    assert_int_equal(look.state, PRECISION_NOT_REACHED);
    assert_int_equal(look.next, 30);
    assert_string_equal(precision_reason(&bench->scenario, &look), "replications_max");
    look = look_at(bench, 20, 9, 11); /* who ended it here had no time for more */
    assert_string_equal(precision_reason(&bench->scenario, &look), "time_budget");
}

static void the_first_look(void **state) {
    struct bench *bench = *state;
    specimen_set(&bench->scenario, "run.replications", "3");
    assert_int_equal(precision_first(&bench->scenario), 3); /* as ever, when nobody asks */
    specimen_set(&bench->scenario, "run.precision", "1%");
    assert_int_equal(precision_first(&bench->scenario), PRECISION_REPLICATIONS_MIN);
    specimen_set(&bench->scenario, "run.replications", "50");
    assert_int_equal(precision_first(&bench->scenario), 50);
    specimen_set(&bench->scenario, "run.replications_max", "40");
    assert_int_equal(precision_first(&bench->scenario), 40);
}

/* ---- what cannot be judged --------------------------------------------------------------------------------- */

static void nothing_to_judge_ends_at_once(void **state) {
    struct bench *bench = *state;
    specimen_set(&bench->scenario, "run.precision", "1%");
    specimen_set(&bench->scenario, "run.precision_measures", "never, draw");
    struct precision_look look = look_at(bench, 10, 9, 11);
    assert_int_equal(look.state, PRECISION_NOTHING_TO_JUDGE);
    assert_int_equal(look.next, 10);
    assert_int_equal(look.unjudged, 3);
    assert_int_equal(look.n_judged, 0);
    assert_true(isnan(look.relative));
    assert_string_equal(precision_reason(&bench->scenario, &look), "nothing_observed");
}

static void the_others_are_judged(void **state) {
    struct bench *bench = *state;
    specimen_set(&bench->scenario, "run.precision", "10%");
    specimen_set(&bench->scenario, "run.precision_measures", "draw,level,never");
    struct precision_look look = look_at(bench, 10, 9, 11);
    assert_int_equal(look.state, PRECISION_REACHED);
    assert_int_equal(look.unjudged, 1 | 4);
    assert_int_equal(look.widest, COLUMN_LEVEL);
}

/* One observation, or values around 0: no interval, or none relative to the mean. Not precise, and no loop: the next look is
 * at twice as many until the budget. */
static void without_an_interval(void **state) {
    struct bench *bench = *state;
    specimen_set(&bench->scenario, "run.precision", "10%");
    specimen_set(&bench->scenario, "run.precision_measures", "odd");
    struct precision_look look = look_at(bench, 10, 9, 11);
    assert_int_equal(look.state, PRECISION_NOT_REACHED);
    assert_true(isinf(look.relative));
    assert_int_equal(look.next, 20);
    specimen_set(&bench->scenario, "run.precision_measures", "level");
    look = look_at(bench, 10, -1, 1);
    assert_int_equal(look.state, PRECISION_NOT_REACHED);
    assert_int_equal(look.next, 20);
    assert_int_equal(look.expected, 10000);
}

static void without_spread(void **state) {
    struct bench *bench = *state;
    specimen_set(&bench->scenario, "run.precision", "0.1%");
    struct precision_look look = look_at(bench, 10, 500, 500);
    assert_int_equal(look.state, PRECISION_REACHED);
    assert_same(look.relative, 0);
}

static void wrong_names(void **state) {
    struct bench *bench = *state;
    struct diag diag = {0};
    specimen_set(&bench->scenario, "run.precision_measures", "levle, draw");
    precision_check(&bench->scenario, "test", &diag);
    assert_int_equal(diag.count, 1);
    assert_string_equal(diag.text[0], "test: run.precision_measures: read 'levle', did you mean 'level'?");
    diag = (struct diag){0};
    specimen_set(&bench->scenario, "run.precision_measures", " , ");
    specimen_set(&bench->scenario, "run.precision", "1%");
    precision_check(&bench->scenario, "test", &diag);
    assert_int_equal(diag.count, 1);
}

/* ---- many studies -------------------------------------------------------------------------------------------- */

/* The draw of the specimen is uniform on 0 .. 1: mean 0.5, coefficient of variation 1/sqrt(3). */
struct many {
    const struct scenario *points;
    double goal;
    uint32_t n_max;
    uint32_t reached, covered, n[RUNS];
    double n_sum;
};

/* The interval anew, in two passes, not by the room under test. */
static bool judge(void *context, size_t point, const double *values, uint32_t n) {
    struct many *many = context;
    double sum = 0, squares = 0;
    for (uint32_t r = 0; r < n; r++) sum += values[r * SPECIMEN_MEASURES + COLUMN_DRAW];
    double mean = sum / n;
    for (uint32_t r = 0; r < n; r++) squares += pow(values[r * SPECIMEN_MEASURES + COLUMN_DRAW] - mean, 2);
    double half_width = estimate_t975(n - 1) * sqrt(squares / (n - 1) / n);
    bool precise = half_width / mean <= many->goal / (1 + many->goal) * (1 + 1e-9);
    struct precision_look look = precision_look(&many->points[point], values, n, NULL);
    assert_true(look.state == PRECISION_REACHED ? precise : n == many->n_max);
    assert_in_range(n, PRECISION_REPLICATIONS_MIN, many->n_max);
    many->reached += precise;
    many->covered += fabs(mean - 0.5) <= half_width;
    many->n[point] = n;
    many->n_sum += n;
    return true;
}

static void run_many(struct bench *bench, struct many *many, size_t runs, const char *goal, unsigned threads) {
    struct scenario *points = ARENA_NEW(&bench->arena, runs, struct scenario);
    specimen_set(&bench->scenario, "run.precision_measures", "draw");
    specimen_set(&bench->scenario, "run.precision", goal);
    for (size_t i = 0; i < runs; i++) {
        points[i] = scenario_copy(&bench->scenario, &bench->arena);
        points[i].run.values[RUN_SEED].number = 7000 + (double)i;
    }
    *many = (struct many){.points = points, .goal = precision_goal(&bench->scenario),
                          .n_max = (uint32_t)bench->scenario.run.values[RUN_REPLICATIONS_MAX].number};
    struct study study = {.points = points, .n_points = runs, .threads = threads, .sequential = true,
                          .sink = judge, .sink_context = many};
    struct study_outcome outcome = study_run(&study);
    assert_int_equal(outcome.points_done, runs);
    assert_same((double)outcome.effort.n_jobs, many->n_sum);
}

/* Seeds 7000 .. 7399, 8 %: 10 to some 300 replications. That no run says "reached" without being so is checked in each of
 * them (judge). Coverage: the schedule costs up to 2.4 % (precision.h); 400 runs that cover with 92.6 % cover fewer than
 * 355 (88.8 %) with a chance of 0.004, and ones that cover with 95 % more than 393 with 0.005. */
static void what_is_reached_is_reached(void **state) {
    struct many many;
    run_many(*state, &many, RUNS, "8%", 2);
    assert_int_equal(many.reached, RUNS);
    assert_in_range(many.covered, 355, 393);
}

/* A budget in the middle of what is needed (some 240): some runs reach, some do not, and none says so wrongly. */
static void some_reach_and_some_do_not(void **state) {
    struct bench *bench = *state;
    struct many many;
    specimen_set(&bench->scenario, "run.replications_max", "235");
    run_many(bench, &many, RUNS, "8%", 2);
    assert_in_range(many.reached, 50, RUNS - 50);
}

/* 10 % costs 25 (1.02/1.1)^2 = 21.5 times less than 2 %. The number of replications varies by 12 % from run to run at 10 % (by
 * s^2: sqrt(0.8/155), by the mean: 2 x 0.577/sqrt(155)), so the ratio over 30 runs by 2.2 %; looking late adds 1 to 4 % to both.
 * 15 % is more than 5 standard deviations: a false alarm in a million. Seeds 7000 .. 7029. */
static void ten_percent_costs_less(void **state) {
    struct bench *bench = *state;
    struct many two, ten;
    run_many(bench, &two, RATIO_RUNS, "2%", 2);
    run_many(bench, &ten, RATIO_RUNS, "10%", 2);
    assert_int_equal(two.reached, RATIO_RUNS);
    assert_int_equal(ten.reached, RATIO_RUNS);
    assert_near(two.n_sum / ten.n_sum, 25 * pow(1.02 / 1.1, 2), 0.15 * 21.5);
}

static void threads_change_nothing(void **state) {
    struct many one, other;
    run_many(*state, &one, 60, "6%", 1);
    for (unsigned threads = 2; threads <= 16; threads += 7) {
        run_many(*state, &other, 60, "6%", threads);
        assert_memory_equal(one.n, other.n, sizeof one.n);
    }
}

/* ---- what ends a study ------------------------------------------------------------------------------------- */

struct ends {
    atomic_bool stop;
    size_t stop_after, n_points;
    uint32_t n[2];
};

static bool note(void *context, size_t point, const double *values, uint32_t n) {
    struct ends *ends = context;
    (void)values;
    ends->n[point] = n;
    if (++ends->n_points == ends->stop_after) atomic_store(&ends->stop, true);
    return true;
}

static struct study_outcome run_two(struct bench *bench, struct ends *ends, double time_budget_s) {
    struct scenario points[2];
    specimen_set(&bench->scenario, "test.slow", "1ms");
    specimen_set(&bench->scenario, "run.precision_measures", "draw");
    specimen_set(&bench->scenario, "run.precision", "0.01%");
    specimen_set(&bench->scenario, "run.replications_max", ends->stop_after ? "40" : "100000");
    for (int i = 0; i < 2; i++) points[i] = scenario_copy(&bench->scenario, &bench->arena);
    struct study study = {.points = points, .n_points = 2, .threads = 3, .sequential = true, .stop = &ends->stop,
                          .time_budget_s = time_budget_s, .sink = note, .sink_context = ends};
    return study_run(&study);
}

/* A time that is over before it began: the first looks, and no more than the replications that were on their way by then. */
static void time_is_over(void **state) {
    struct ends ends = {0};
    assert_int_equal(run_two(*state, &ends, 1e-9).points_done, 2);
    for (int i = 0; i < 2; i++) assert_int_equal(ends.n[i], PRECISION_REPLICATIONS_MIN);
    ends = (struct ends){0};
    assert_int_equal(run_two(*state, &ends, 0.2).points_done, 2); /* at 3 replications a millisecond, 600 of them */
    for (int i = 0; i < 2; i++) assert_in_range(ends.n[i], PRECISION_REPLICATIONS_MIN, 2000);
}

static void a_stop_keeps_finished_points(void **state) {
    struct ends ends = {.stop_after = 1};
    struct study_outcome outcome = run_two(*state, &ends, 0);
    assert_true(outcome.points_done >= 1);
    assert_int_equal(ends.n[0], 40);
    assert_int_equal(outcome.points_done, ends.n_points);
    assert_int_equal(outcome.stopped, ends.n_points < 2);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(by_hand, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_next_look_is_planned, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_budget_ends_it, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_first_look, set_up, tear_down),
        cmocka_unit_test_setup_teardown(nothing_to_judge_ends_at_once, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_others_are_judged, set_up, tear_down),
        cmocka_unit_test_setup_teardown(without_an_interval, set_up, tear_down),
        cmocka_unit_test_setup_teardown(without_spread, set_up, tear_down),
        cmocka_unit_test_setup_teardown(wrong_names, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_reached_is_reached, set_up, tear_down),
        cmocka_unit_test_setup_teardown(some_reach_and_some_do_not, set_up, tear_down),
        cmocka_unit_test_setup_teardown(ten_percent_costs_less, set_up, tear_down),
        cmocka_unit_test_setup_teardown(threads_change_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(time_is_over, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_stop_keeps_finished_points, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
