/* SPDX-License-Identifier: GPL-3.0-or-later
 * pooled_quantile: against a calculation by hand, a naive oracle that keeps every observation, and the truth. */
#define _POSIX_C_SOURCE 200809L
#include "tests/unit/unit.h"

#include <string.h>

#include "models/models.h"
#include "sim/experiment/pooled_quantile.h"

struct bench {
    struct arena arena;
    struct pooled_quantile pooled;
    struct quantile sketch;
};

static int set_up(void **state) {
    struct bench *bench = calloc(1, sizeof *bench);
    arena_open(&bench->arena, 1 << 28);
    pooled_quantile_open(&bench->pooled);
    quantile_open(&bench->sketch, &bench->arena);
    *state = bench;
    return 0;
}

static int tear_down(void **state) {
    struct bench *bench = *state;
    pooled_quantile_close(&bench->pooled);
    arena_close(&bench->arena);
    free(bench);
    return 0;
}

static void add(struct bench *bench, const double *values, size_t n) {
    quantile_reset(&bench->sketch);
    for (size_t i = 0; i < n; i++) quantile_observe(&bench->sketch, values[i]);
    pooled_quantile_add(&bench->pooled, &bench->sketch);
}

/* k times `low`, then 2 up to 100 observations in all. */
static void add_hundred(struct bench *bench, size_t k, double low) {
    double values[100];
    for (size_t i = 0; i < 100; i++) values[i] = i < k ? low : 2;
    add(bench, values, 100);
}

/* Values 1 and 2, three replications of 100 in which 58, 60 and 62 are 1: p = 0.6, sum (c - 60)^2 = 8, variance
 * 3/2 8 / 300^2, root 0.0115470; t(2) = 4.302653; reach 0.0496828. The 180 observations of 1 are in the cell from 1 to 1 + 1/128, the
 * k-th at (k - 1/2)/180 of it; the 120 of 2 in that from 2 to 2 + 1/64. At q = 0.5 the estimate is the 150th and the limits are the
 * 136th and 165th, nearer than the width of a cell. At q = 0.5583, the 168th, the limits are the 153rd and the 183rd,
 * the third of the twos: half of their distance is the half-width. */
static void by_hand(void **state) {
    struct bench *bench = *state;
    for (size_t k = 58; k <= 62; k += 2) add_hundred(bench, k, 1);
    struct estimate half = pooled_quantile_estimate(&bench->pooled, 0.5), more = pooled_quantile_estimate(&bench->pooled, 0.5583);
    assert_near(half.mean, 1 + 149.5 / 180 / 128, 1e-15);
    assert_near(half.half_width, 1.0 / 128, 1e-15);
    assert_near(half.standard_error, 1.0 / 128 / 4.302653, 1e-8);
    assert_int_equal(half.n, 3);
    assert_near(more.mean, 1 + 167.5 / 180 / 128, 1e-15);
    assert_near(more.half_width, (2 + 2.5 / 120 / 64 - (1 + 152.5 / 180 / 128)) / 2, 1e-14);
}

/* Replications of unlike length count by their observations: 10 of 10 and 10 of 90 below is p = 0.2, and
 * 2/1 ((10 - 2)^2 + (10 - 18)^2) / 100^2 has the root 0.16: t(1) = 12.7 of it are beyond all ranks. That is the share before the
 * median, which is 4; the share up to it is 1 in both. */
static void too_few_for_an_interval(void **state) {
    struct bench *bench = *state;
    double values[90];
    for (size_t i = 0; i < 90; i++) values[i] = i < 10 ? 1 : 4;
    add(bench, values, 10);
    struct estimate one = pooled_quantile_estimate(&bench->pooled, 0.5);
    assert_near(one.mean, 1 + 4.5 / 10 / 128, 1e-15);
    assert_true(isnan(one.half_width) && isnan(one.standard_error));
    add(bench, values, 90);
    struct estimate two = pooled_quantile_estimate(&bench->pooled, 0.5);
    assert_near(two.mean, 4 + 29.5 / 80 / 32, 1e-15); /* the 50th, the 30th of the fours */
    assert_true(isnan(two.half_width));
}

static void nothing_is_not_zero(void **state) {
    struct bench *bench = *state;
    add(bench, NULL, 0);
    struct estimate nothing = pooled_quantile_estimate(&bench->pooled, 0.5);
    assert_true(isnan(nothing.mean) && isnan(nothing.half_width) && nothing.n == 0);
}

/* ---- an oracle -------------------------------------------------------------------------------------------- */

enum { REPLICATIONS = 12, LONGEST = 800 };

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* t times the standard error of the share of observations in cells up to `cell`. */
static double reach_of(double (*values)[LONGEST], const size_t *n, size_t total, int64_t cell) {
    double below[REPLICATIONS] = {0}, sum = 0, squares = 0;
    for (size_t r = 0; r < REPLICATIONS; r++) {
        for (size_t i = 0; i < n[r]; i++) below[r] += quantile_cell(values[r][i]) <= cell;
        sum += below[r];
    }
    for (size_t r = 0; r < REPLICATIONS; r++) squares += pow(below[r] - sum / (double)total * (double)n[r], 2);
    return estimate_t975(REPLICATIONS - 1) * sqrt(squares * REPLICATIONS / (REPLICATIONS - 1)) / (double)total;
}

/* The same in the observations themselves, sorted: x, and the limits at q -+ reach. */
static double oracle(double (*values)[LONGEST], const size_t *n, double q, double *limits) {
    static double all[REPLICATIONS * LONGEST];
    size_t total = 0;
    for (size_t r = 0; r < REPLICATIONS; r++)
        for (size_t i = 0; i < n[r]; i++) all[total++] = values[r][i];
    qsort(all, total, sizeof *all, ascending);
    double x = all[(size_t)ceil(q * (double)total) - 1];
    int64_t cell = quantile_cell(x);
    double reach = fmax(reach_of(values, n, total, cell - 1), reach_of(values, n, total, cell));
    limits[0] = all[(size_t)ceil((q - reach) * (double)total) - 1];
    limits[1] = all[(size_t)ceil((q + reach) * (double)total) - 1];
    return x;
}

/* Waiting times of a random walk, so that observations depend on each other, in replications of 400 to 799. */
static void as_with_every_observation(void **state) {
    struct bench *bench = *state;
    static double values[REPLICATIONS][LONGEST];
    size_t n[REPLICATIONS];
    struct dice dice = {2026};
    for (int trial = 0; trial < 20; trial++) {
        pooled_quantile_close(&bench->pooled);
        pooled_quantile_open(&bench->pooled);
        for (size_t r = 0; r < REPLICATIONS; r++) {
            double wait = 0;
            n[r] = 400 + dice_below(&dice, 400);
            for (size_t i = 0; i < n[r]; i++) {
                values[r][i] = wait + 0.01;
                wait = fmax(0, wait + dice_exponential(&dice, 0.6) - dice_exponential(&dice, 1));
            }
            add(bench, values[r], n[r]);
        }
        for (double q = 0.5; q < 0.96; q += 0.45) {
            double limits[2], x = oracle(values, n, q, limits);
            struct estimate estimate = pooled_quantile_estimate(&bench->pooled, q);
            double half_width = (limits[1] - limits[0]) / 2;
            assert_near(estimate.mean, x, 2 * QUANTILE_RELATIVE_ERROR * x);
            assert_near(estimate.half_width, half_width, 2 * QUANTILE_RELATIVE_ERROR * limits[1]);
        }
    }
}

/* ---- a model's columns -------------------------------------------------------------------------------------- */

/* Quantiles come from what was pooled, all else from the rows. */
static void columns_of_a_model(void **state) {
    struct bench *bench = *state;
    size_t columns = model_columns(&model_mmc), response = model_column_find(&model_mmc, "response");
    double flat[64];
    assert_true(columns <= 32);
    for (size_t c = 0; c < columns; c++) flat[c] = 10, flat[columns + c] = 20;
    add_hundred(bench, 50, 1);
    add_hundred(bench, 50, 1);
    for (size_t c = 0; c < columns; c++) {
        struct estimate estimate = estimate_column(&model_mmc, c, flat, 2, &bench->pooled);
        double want = c == response + 1 ? 1 : c == response + 2 || c == response + 3 ? 2 : 15;
        assert_near(estimate.mean, want, 2 * QUANTILE_RELATIVE_ERROR * want);
        assert_same(estimate_column(&model_mmc, c, flat, 2, NULL).mean, 15);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(by_hand, set_up, tear_down),
        cmocka_unit_test_setup_teardown(too_few_for_an_interval, set_up, tear_down),
        cmocka_unit_test_setup_teardown(nothing_is_not_zero, set_up, tear_down),
        cmocka_unit_test_setup_teardown(as_with_every_observation, set_up, tear_down),
        cmocka_unit_test_setup_teardown(columns_of_a_model, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
