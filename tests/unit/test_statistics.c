/* SPDX-License-Identifier: GPL-3.0-or-later
 * statistics: the tally against GSL's two-pass statistics, the time average against paper, quantiles against
 * sorting. */
#define _POSIX_C_SOURCE 200809L
#include "tests/unit/unit.h"

#include <gsl/gsl_statistics.h>

#include "sim/kernel/statistics.h"

enum { OBSERVATIONS = 20000 };

static double sample[OBSERVATIONS];

/* ---- tally ----------------------------------------------------------------------------------- */

static void nothing_observed_is_not_zero(void **state) {
    (void)state;
    struct tally tally = {0};
    assert_true(isnan(tally_mean(&tally)));
    assert_true(isnan(tally_variance(&tally)));
    tally_observe(&tally, -3);
    assert_same(tally_mean(&tally), -3);
    assert_true(isnan(tally_variance(&tally))); /* one observation has none */
    tally_observe(&tally, -3);
    assert_same(tally_variance(&tally), 0);
    tally_reset(&tally);
    assert_true(isnan(tally_mean(&tally)));
}

/* Far from zero a sum of squares would lose all digits: here it may lose those that the data itself lacks. */
static void tally_equals_two_passes(void **state) {
    (void)state;
    static const struct {
        double offset, scale, tolerance;
    } cases[] = {{0, 1, 1e-12}, {-5, 1e-9, 1e-5}, {1e9, 1, 1e-6}, {0, 1e150, 1e-12}, {7, 0, 0}};
    struct dice dice = {31};
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        struct tally tally = {0};
        for (int i = 0; i < OBSERVATIONS; i++) {
            sample[i] = cases[k].offset + cases[k].scale * dice_exponential(&dice, 1);
            tally_observe(&tally, sample[i]);
        }
        double mean = gsl_stats_mean(sample, 1, OBSERVATIONS), variance = gsl_stats_variance(sample, 1, OBSERVATIONS);
        assert_int_equal(tally.n, OBSERVATIONS);
        assert_near(tally_mean(&tally), mean, 1e-12 * fabs(mean));
        assert_near(tally_variance(&tally), variance, cases[k].tolerance * variance);
        assert_same(tally.min, gsl_stats_min(sample, 1, OBSERVATIONS));
        assert_same(tally.max, gsl_stats_max(sample, 1, OBSERVATIONS));
    }
}

/* ---- time average ---------------------------------------------------------------------------- */

/* 0 in [0,1), 2 in [1,3), 9 for no time at 3, 5 in [3,4), 1 from 4: 4 + 5 + 6 level-seconds by 10. */
static void time_average_by_hand(void **state) {
    (void)state;
    struct time_average average;
    time_average_open(&average, 0, 0);
    assert_true(isnan(time_average_mean(&average, 0)));
    time_average_set(&average, 1, 2);
    time_average_add(&average, 3, 7);
    time_average_set(&average, 3, 5);
    time_average_add(&average, 4, -4);
    assert_same(time_average_integral(&average, 10), 15);
    assert_same(time_average_mean(&average, 10), 1.5);
    assert_same(average.peak, 5);
    assert_same(average.peak_event, 9);
    assert_same(time_average_integral(&average, 4), 9); /* reading changes nothing */
    assert_same(average.level, 1);
}

static void a_reset_forgets_but_keeps_the_level(void **state) {
    (void)state;
    struct time_average average;
    time_average_open(&average, 0, 8);
    time_average_set(&average, 5, 3);
    time_average_reset(&average, 10);
    assert_same(time_average_mean(&average, 12), 3);
    time_average_add(&average, 12, 1);
    assert_same(time_average_mean(&average, 14), 3.5);
    assert_same(average.peak_event, 4);
    time_average_add(&average, 14, -4);
    assert_same(average.peak, 4); /* the 8 was before the window */
    assert_same(average.level, 0);
}

/* Levels that do not start at zero and go below it. */
static void negative_levels_are_levels(void **state) {
    (void)state;
    struct time_average average;
    time_average_open(&average, 100, -2);
    time_average_set(&average, 104, -1);
    time_average_set(&average, 106, -4);
    assert_same(time_average_mean(&average, 110), (-2 * 4 - 1 * 2 - 4 * 4) / 10.0);
    assert_same(average.peak, -1);
}

/* ---- quantile -------------------------------------------------------------------------------- */

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double draw(int distribution, struct dice *dice) {
    double u = dice_uniform(dice);
    switch (distribution) {
    case 0: return u;
    case 1: return -3 * log(u);
    case 2: return 1 / u / u;                           /* heavy tail */
    case 3: return exp(20 * u - 20);                    /* eight decades */
    case 4: return u < 0.5 ? 0.001 : 1000;              /* two atoms */
    case 5: return 0x1p-30 * (1 + u);                   /* the smallest cells */
    case 6: return 0x1p34 * (1 - u / 100);              /* the largest */
    case 7: return 1 + dice_below(dice, 5);             /* whole numbers, at the edges of cells */
    default: return ldexp(1, (int)dice_below(dice, 40) - 20); /* powers of two */
    }
}

static void quantiles_are_within_their_bound(void **state) {
    (void)state;
    static const double shares[] = {1e-9, 0.01, 0.25, 0.5, 0.75, 0.95, 0.99, 0.999, 1};
    static const int sizes[] = {1, 2, 3, 10, 99, 100, 101, 5000, OBSERVATIONS};
    struct dice dice = {32};
    struct arena arena;
    arena_open(&arena, 1 << 20);
    struct quantile quantile;
    quantile_open(&quantile, &arena);
    for (int distribution = 0; distribution < 9; distribution++) {
        for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
            quantile_reset(&quantile);
            for (int i = 0; i < sizes[k]; i++) quantile_observe(&quantile, sample[i] = draw(distribution, &dice));
            qsort(sample, (size_t)sizes[k], sizeof *sample, ascending);
            for (size_t s = 0; s < sizeof shares / sizeof *shares; s++) {
                double exact = sample[(int)ceil(shares[s] * sizes[k]) - 1];
                assert_near(quantile_value(&quantile, shares[s]), exact, QUANTILE_RELATIVE_ERROR * exact);
            }
        }
    }
    arena_close(&arena);
}

/* The ranks of p50, p95 and p99 do not slip by rounding, for any number of observations. */
static void ranks_are_those_of_whole_numbers(void **state) {
    (void)state;
    struct arena arena;
    arena_open(&arena, 1 << 20);
    struct quantile quantile;
    quantile_open(&quantile, &arena);
    uint64_t *cells = quantile.cells;
    for (uint64_t n = 1; n <= 3000; n++) {
        static const uint64_t percent[] = {50, 95, 99};
        for (int k = 0; k < 3; k++) {
            uint64_t rank = (percent[k] * n + 99) / 100;
            cells[quantile_cell(1)] = rank - 1; /* the answer is the first of the rest */
            cells[quantile_cell(2)] = 1;
            cells[quantile_cell(4)] = n - rank;
            quantile.n = n;
            assert_near(quantile_value(&quantile, (double)percent[k] / 100), 2, 2 * QUANTILE_RELATIVE_ERROR);
        }
    }
    arena_close(&arena);
}

static void what_no_cell_holds(void **state) {
    (void)state;
    struct arena arena;
    arena_open(&arena, 1 << 20);
    struct quantile quantile;
    quantile_open(&quantile, &arena);
    assert_true(isnan(quantile_value(&quantile, 0.5)));
    for (int i = 0; i < 90; i++) quantile_observe(&quantile, i % 2 ? 0 : 0x1p-31);
    for (int i = 0; i < 10; i++) quantile_observe(&quantile, 0x1p40);
    assert_same(quantile_value(&quantile, 0.9), 0); /* too small to tell from 0 */
    assert_true(quantile_value(&quantile, 0.91) >= 0x1p34);
    quantile_reset(&quantile);
    assert_true(isnan(quantile_value(&quantile, 0.5)));
    quantile_observe(&quantile, 1);
    assert_near(quantile_value(&quantile, 0.5), 1, QUANTILE_RELATIVE_ERROR);
    arena_close(&arena);
}

/* Three come at 1, 2 and 5 and leave at 4 (the first) and 7 (the second): 3 + 5 seconds, and 5 of the third by 10. From 3 on: 1 + 4 + 5. */
static void sojourns_by_hand(void **state) {
    (void)state;
    for (int reset = 0; reset < 2; reset++) {
        struct sojourn sojourn = {0};
        sojourn_enter(&sojourn, 1);
        sojourn_enter(&sojourn, 2);
        if (reset) sojourn_reset(&sojourn, 3);
        sojourn_leave(&sojourn, 4);
        sojourn_enter(&sojourn, 5);
        sojourn_leave(&sojourn, 7);
        assert_near(sojourn_spent_s(&sojourn, 10), reset ? 10 : 13, 1e-12);
        assert_int_equal(sojourn.n, 1);
    }
}

/* Any comings and goings: what is spent is the integral, and no longer when one of a thousand is miscounted by a second. */
static void sojourns_are_the_integral(void **state) {
    (void)state;
    struct dice dice = {5};
    struct sojourn sojourn = {0};
    struct time_average level;
    double now_s = 0;
    time_average_open(&level, 0, 0);
    for (int i = 0; i < 100000; i++) {
        now_s += dice_exponential(&dice, 0.01);
        bool leaves = sojourn.n > 0 && dice_below(&dice, 2);
        if (leaves) sojourn_leave(&sojourn, now_s);
        else sojourn_enter(&sojourn, now_s);
        time_average_add(&level, now_s, leaves ? -1 : 1);
        if (i != 50000) continue;
        sojourn_reset(&sojourn, now_s);
        time_average_reset(&level, now_s);
    }
    double spent_s = sojourn_spent_s(&sojourn, now_s), integral_s = time_average_integral(&level, now_s);
    assert_true(is_same_time(spent_s, integral_s, now_s, level.level));
    assert_false(is_same_time(spent_s + 1, integral_s, now_s, level.level));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sojourns_by_hand),                 cmocka_unit_test(sojourns_are_the_integral),
        cmocka_unit_test(nothing_observed_is_not_zero),     cmocka_unit_test(tally_equals_two_passes),
        cmocka_unit_test(time_average_by_hand),             cmocka_unit_test(a_reset_forgets_but_keeps_the_level),
        cmocka_unit_test(negative_levels_are_levels),       cmocka_unit_test(quantiles_are_within_their_bound),
        cmocka_unit_test(ranks_are_those_of_whole_numbers), cmocka_unit_test(what_no_cell_holds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
