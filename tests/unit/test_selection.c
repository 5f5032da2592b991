/* SPDX-License-Identifier: GPL-3.0-or-later
 * selection: constants against a calculation by hand and a published value, choices by hand, and the probability of correct selection
 * over 500 macro-replications of normal observations whose means are known. Normal variates are Box and Muller's of SplitMix64. */
#define _POSIX_C_SOURCE 200809L
#include "tests/unit/unit.h"

#include "sim/experiment/selection.h"
#include "tests/unit/specimen.h"

enum { SETTINGS_MAX = 20 };

/* Setting i observes mean[i] + spread[i] (sqrt(shared) Z_j + sqrt(1 - shared) Z_ij): all correlate by `shared`. */
struct bench {
    struct arena arena;
    double mean[SETTINGS_MAX], spread[SETTINGS_MAX], shared;
    uint64_t seed;
    uint32_t next; /* the replication that must be asked for next */
};

static double normal(uint64_t seed, uint64_t a, uint64_t b) {
    struct dice dice = {seed ^ (a * 0x9E3779B97F4A7C15u + b * 0xD1B54A32D192ED03u)};
    double radius = sqrt(-2 * log(dice_uniform(&dice)));
    return radius * cos(2 * 3.14159265358979323846 * dice_uniform(&dice));
}

static bool observe(void *context, const size_t *which, size_t n_which, uint32_t first, uint32_t n, double *values) {
    struct bench *bench = context;
    assert_int_equal(first, bench->next);
    bench->next += n;
    for (size_t i = 0; i < n_which; i++)
        for (uint32_t j = 0; j < n; j++) {
            double z = sqrt(bench->shared) * normal(bench->seed, first + j, SETTINGS_MAX);
            z += sqrt(1 - bench->shared) * normal(bench->seed, first + j, which[i]);
            values[i * n + j] = bench->mean[which[i]] + bench->spread[which[i]] * z;
        }
    return true;
}

static struct selection select_from(struct bench *bench, size_t k, double delta) {
    return (struct selection){.n_settings = k, .probability = 0.95, .indifference = delta, .first_stage = SELECTION_FIRST_STAGE,
                              .sample = observe, .context = bench};
}

static int set_up(void **state) {
    struct bench *bench = calloc(1, sizeof *bench);
    arena_open(&bench->arena, 1 << 28);
    *state = bench;
    return 0;
}

static int tear_down(void **state) {
    struct bench *bench = *state;
    arena_close(&bench->arena);
    free(bench);
    return 0;
}

/* By hand: k = 10, n0 = 10, alpha 0.05: 2 alpha / (k - 1) = 1/90, ln 90 = 4.499810, x 2/9 = 0.999958, e^0.999958 = 2.718167, minus 1 is
 * 1.718167, times n0 - 1 = 9: h^2 = 15.46351. k = 2, n0 = 2, alpha 0.05: (0.1^-2 - 1) = 99. */
static void h_squared_by_hand(void **state) {
    (void)state;
    assert_near(selection_h_squared(0.05, 10, 10), 15.46351, 2e-5);
    assert_near(selection_h_squared(0.05, 2, 2), 99, 1e-9);
    assert_same(selection_h_squared(0.05, 1, 10), 0);
}

/* ---- choices by hand ---------------------------------------------------------------------------------- */

/* Three settings without any chance: all but the best fall at once. The third equals the second. */
static void no_chance_no_replications(void **state) {
    struct bench *bench = *state;
    bench->mean[0] = 3, bench->mean[1] = 1, bench->mean[2] = 1.5;
    struct selection selection = select_from(bench, 3, 0.1);
    selection.minimise = true;
    selection_run(&selection, &bench->arena);
    assert_int_equal(selection.end, SELECTION_DECIDED);
    assert_int_equal(selection.best, 1);
    assert_int_equal(selection.spent, 30);
    assert_same(selection.settings[2].mean, 1.5);
    assert_true(selection.settings[2].dropped && selection.settings[0].dropped && !selection.settings[1].dropped);
    assert_int_equal(selection.settings[0].dropped_by, 1);
}

/* One setting is the best of one; two that are equal in every replication tie, and the first is taken. */
static void one_and_equals(void **state) {
    struct bench *bench = *state;
    struct selection selection = select_from(bench, 1, 1);
    bench->spread[0] = bench->spread[1] = 1, bench->shared = 1;
    selection_run(&selection, &bench->arena);
    assert_int_equal(selection.end, SELECTION_DECIDED);
    assert_int_equal(selection.spent, 10);
    bench->next = 0;
    selection = select_from(bench, 2, 1);
    selection_run(&selection, &bench->arena);
    assert_int_equal(selection.end, SELECTION_DECIDED);
    assert_int_equal(selection.best, 0);
    assert_int_equal(selection.spent, 20);
}

/* Setting 0 observes +u and -u in turn, setting 1 always 0; differences are +-u with variance u^2 n0 / (n0 - 1). With n0 = 2, u = 1, delta = 2,
 * alpha 0.05: S^2 = 2, h^2 = 99, N = floor(99 * 2 / 4) = 49, so it ends at r = 50 at the latest, where the mean of setting 0 is 0: a tie, and
 * before that the means are 0 or 1/r, W = (49.5 - r)/r. 1/r > W first at r = 49 (r odd): 1 > 0.5: then setting 1 is dropped. */
static bool in_turn(void *context, const size_t *which, size_t n_which, uint32_t first, uint32_t n, double *values) {
    (void)context;
    for (size_t i = 0; i < n_which; i++)
        for (uint32_t j = 0; j < n; j++) values[i * n + j] = which[i] == 1 ? 0 : (first + j) % 2 ? -1 : 1;
    return true;
}

static void the_boundary_by_hand(void **state) {
    struct bench *bench = *state;
    struct selection selection = select_from(bench, 2, 2);
    selection.first_stage = 2;
    selection.sample = in_turn;
    selection_run(&selection, &bench->arena);
    assert_int_equal(selection.n_at_most, 50);
    assert_int_equal(selection.best, 0);
    assert_int_equal(selection.settings[1].n, 49);
    assert_int_equal(selection.settings[0].n, 49);
    assert_near(selection.settings[0].mean, 1.0 / 49, 1e-15);
}

/* ---- the promise ---------------------------------------------------------------------------------------- */

enum { MACRO = 500 };

/* How often of MACRO the procedure chose a setting whose mean is within delta (exclusive) of the best. `spent` is the mean number of replications. */
static int count_good(struct bench *bench, size_t k, double delta, uint64_t seed, double *spent, int *best_of_first_stage) {
    int good = 0;
    *spent = 0, *best_of_first_stage = 0;
    for (int m = 0; m < MACRO; m++) {
        arena_reset(&bench->arena);
        bench->seed = seed + (uint64_t)m * 0xA24BAED4963EE407u;
        bench->next = 0;
        struct selection selection = select_from(bench, k, delta);
        selection_run(&selection, &bench->arena);
        assert_int_equal(selection.end, SELECTION_DECIDED);
        assert_true(selection.settings[selection.best].n <= (selection.n_at_most > 10 ? selection.n_at_most : 10));
        if (bench->mean[selection.best] > bench->mean[0] - delta * (1 - 1e-9)) good++;
        *spent += (double)selection.spent / MACRO;
        size_t first = 0;
        double means[SETTINGS_MAX] = {0};
        for (size_t i = 0; i < k; i++) {
            double row[SELECTION_FIRST_STAGE];
            bench->next = 0;
            observe(bench, &i, 1, 0, SELECTION_FIRST_STAGE, row);
            for (int j = 0; j < SELECTION_FIRST_STAGE; j++) means[i] += row[j];
            if (means[i] > means[first]) first = i;
        }
        *best_of_first_stage += first == 0;
    }
    return good;
}

/* Were the probability exactly 0.95 the count would be below 460 once in 1,000 seeds: binomial(500, 0.95) has mean 475, s = 4.87, and
 * P(X <= 459) = 0.0015. The procedure is conservative for k > 2, so a right one fails less often. That the test can fail is shown beside it:
 * taking the best after the first stage is right far less often. */
enum { GOOD_AT_LEAST = 460 };

static void slippage(struct bench *bench, size_t k, double delta) {
    for (size_t i = 0; i < k; i++) bench->mean[i] = i ? -delta : 0, bench->spread[i] = 1;
}

static void judge(struct bench *bench, size_t k, double delta, uint64_t seed, const char *what) {
    double spent;
    int naive, good = count_good(bench, k, delta, seed, &spent, &naive);
    print_message("# %s: %d of %d right, %.0f replications; best after %d each: %d right\n", what, good, MACRO, spent,
                  SELECTION_FIRST_STAGE, naive);
    assert_true(good >= GOOD_AT_LEAST);
    assert_true(naive < 400);
}

static void correct_selection_of_two(void **state) {
    struct bench *bench = *state;
    slippage(bench, 2, 0.25);
    judge(bench, 2, 0.25, 11, "2 settings, slippage");
}

static void correct_selection_of_ten(void **state) {
    struct bench *bench = *state;
    slippage(bench, 10, 0.33);
    judge(bench, 10, 0.33, 12, "10 settings, slippage");
}

static void correct_selection_with_common_numbers(void **state) {
    struct bench *bench = *state;
    slippage(bench, 10, 0.16);
    bench->shared = 0.8;
    judge(bench, 10, 0.16, 13, "10 settings, correlation 0.8");
}

/* The best varies most, then the others do. */
static void correct_selection_with_unequal_variances(void **state) {
    struct bench *bench = *state;
    slippage(bench, 5, 0.33);
    for (size_t i = 0; i < 5; i++) bench->spread[i] = i ? 0.7 : 1.6;
    judge(bench, 5, 0.33, 14, "5 settings, the best varies most");
    for (size_t i = 0; i < 5; i++) bench->spread[i] = i ? 1.6 : 0.7;
    judge(bench, 5, 0.33, 15, "5 settings, the best varies least");
}

/* Half of the others are inside the indifference zone: choosing one of them is good, one outside it is not. */
static void near_ones_are_good_too(void **state) {
    struct bench *bench = *state;
    slippage(bench, 10, 0.33);
    for (size_t i = 1; i < 5; i++) bench->mean[i] = -0.15;
    double spent;
    int naive, good = count_good(bench, 10, 0.33, 16, &spent, &naive);
    print_message("# 10 settings, 4 others inside the zone: %d of %d good\n", good, MACRO);
    assert_true(good >= GOOD_AT_LEAST);
}

/* Common random numbers pay: correlation 0.8 leaves a fifth of the variance of differences, so with the same zone about a fifth of the
 * replications; n0 of each are a floor. */
static void common_numbers_pay(void **state) {
    struct bench *bench = *state;
    double alone, shared;
    int naive;
    slippage(bench, 5, 0.25);
    count_good(bench, 5, 0.25, 17, &alone, &naive);
    bench->shared = 0.8;
    count_good(bench, 5, 0.25, 17, &shared, &naive);
    print_message("# 5 settings: %.0f replications alone, %.0f with correlation 0.8\n", alone, shared);
    assert_true(shared < alone / 3);
}

/* ---- shares, budgets, nothing observed -------------------------------------------------------------------- */

/* A share of 5 % of a best mean of 200 without chance is 10, and the pilot is paid for and not judged. */
static void a_share_of_the_pilot(void **state) {
    struct bench *bench = *state;
    bench->mean[0] = 200, bench->mean[1] = 300;
    struct selection selection = select_from(bench, 2, 0.05);
    selection.minimise = selection.is_share = true;
    selection_run(&selection, &bench->arena);
    assert_near(selection.delta, 10, 1e-12);
    assert_int_equal(selection.spent, 2 * (SELECTION_PILOT + SELECTION_FIRST_STAGE));
    assert_int_equal(selection.settings[0].n, SELECTION_FIRST_STAGE);
    assert_int_equal(selection.settings[0].spent, SELECTION_PILOT + SELECTION_FIRST_STAGE);
    bench->mean[0] = bench->next = 0;
    selection_run(&selection, &bench->arena);
    assert_int_equal(selection.end, SELECTION_NO_ZONE);
}

static void a_budget_is_kept(void **state) {
    struct bench *bench = *state;
    slippage(bench, 4, 0.01);
    bench->seed = 3;
    struct selection selection = select_from(bench, 4, 0.01);
    for (uint64_t budget = selection_least_budget(&selection); budget < 200; budget += 7) {
        bench->next = 0;
        selection.budget = budget;
        selection_run(&selection, &bench->arena);
        assert_int_equal(selection.end, SELECTION_BUDGET);
        assert_true(selection.spent <= budget && selection.spent + 4 > budget);
    }
}

static bool sometimes(void *context, const size_t *which, size_t n_which, uint32_t first, uint32_t n, double *values) {
    observe(context, which, n_which, first, n, values);
    for (size_t i = 0; i < n_which; i++)
        if (which[i] == 2) values[i * n] = NOTHING_OBSERVED;
    return true;
}

static bool never(void *context, const size_t *which, size_t n_which, uint32_t first, uint32_t n, double *values) {
    return (void)context, (void)which, (void)n_which, (void)first, (void)n, (void)values, false;
}

static void nothing_observed_and_stopped(void **state) {
    struct bench *bench = *state;
    struct selection selection = select_from(bench, 4, 1);
    selection.sample = sometimes;
    selection_run(&selection, &bench->arena);
    assert_int_equal(selection.end, SELECTION_UNOBSERVED);
    assert_int_equal(selection.best, 2);
    selection.sample = never;
    selection_run(&selection, &bench->arena);
    assert_int_equal(selection.end, SELECTION_STOPPED);
}

/* ---- settings that are simulated ---------------------------------------------------------------------------- */

static struct study_outcome with_threads(void *context, struct study *study) {
    study->threads = *(unsigned *)context;
    return study_run(study);
}

/* The specimen's draw is the same for all settings of a replication; its level tells them apart. Replications go on where the last block
 * ended, in the numbers of the study, for 1 and for 3 threads. */
static void a_study_supplies(void **state) {
    struct bench *bench = *state;
    const char *const levels[] = {"5", "4", "6"};
    struct scenario points[3];
    for (int i = 0; i < 3; i++) {
        points[i] = scenario_open(&specimen, "test", &bench->arena);
        specimen_set(&points[i], "test.level", levels[i]);
        specimen_set(&points[i], "test.slow", i ? "0s" : "3ms");
    }
    double values[2][2 * 5];
    for (unsigned threads = 1; threads <= 3; threads += 2) {
        struct selection_study study = {points, 3, COLUMN_REPLICATION, with_threads, &threads, &bench->arena, NULL};
        const size_t which[] = {0, 2};
        assert_true(selection_sample_study(&study, which, 2, 7, 5, values[threads / 2]));
        for (int i = 0; i < 10; i++) assert_same(values[threads / 2][i], 7 + i % 5);
        study.column = COLUMN_LEVEL;
        assert_true(selection_sample_study(&study, which, 2, 7, 5, values[threads / 2]));
        for (int i = 0; i < 10; i++) assert_same(values[threads / 2][i], i < 5 ? 5 : 6);
        study.column = COLUMN_DRAW;
        assert_true(selection_sample_study(&study, which, 2, 7, 5, values[threads / 2]));
        assert_memory_equal(values[threads / 2], values[threads / 2] + 5, 5 * sizeof(double));
    }
    assert_memory_equal(values[0], values[1], sizeof values[0]);
    assert_same(points[0].run.values[RUN_REPLICATIONS].number, 10);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(h_squared_by_hand),
        cmocka_unit_test_setup_teardown(no_chance_no_replications, set_up, tear_down),
        cmocka_unit_test_setup_teardown(one_and_equals, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_boundary_by_hand, set_up, tear_down),
        cmocka_unit_test_setup_teardown(correct_selection_of_two, set_up, tear_down),
        cmocka_unit_test_setup_teardown(correct_selection_of_ten, set_up, tear_down),
        cmocka_unit_test_setup_teardown(correct_selection_with_common_numbers, set_up, tear_down),
        cmocka_unit_test_setup_teardown(correct_selection_with_unequal_variances, set_up, tear_down),
        cmocka_unit_test_setup_teardown(near_ones_are_good_too, set_up, tear_down),
        cmocka_unit_test_setup_teardown(common_numbers_pay, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_share_of_the_pilot, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_budget_is_kept, set_up, tear_down),
        cmocka_unit_test_setup_teardown(nothing_observed_and_stopped, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_study_supplies, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
