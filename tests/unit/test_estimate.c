/* SPDX-License-Identifier: GPL-3.0-or-later
 * estimate: against a table of Student's t and a calculation by hand; and that the interval covers. */
#define _POSIX_C_SOURCE 200809L
#include "tests/unit/unit.h"

#include "sim/experiment/estimate.h"

/* Abramowitz & Stegun, table 26.10; six decimals as in R's qt(0.975, df). */
static void student_as_in_the_tables(void **state) {
    (void)state;
    const struct {
        size_t degrees;
        double t;
    } table[] = {{1, 12.706205}, {2, 4.302653},  {4, 2.776445},  {7, 2.364624},  {9, 2.262157},
                 {10, 2.228139}, {29, 2.045230}, {39, 2.022691}, {120, 1.979930}};
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        assert_near(estimate_t975(table[i].degrees), table[i].t, 6e-7);
}

/* 2 4 4 4 5 5 7 9: mean 5, squared deviations 32, s^2 = 32/7, s/sqrt(8) = sqrt(4/7); t(7) = 2.364624. */
static void by_hand(void **state) {
    (void)state;
    const double values[] = {2, 4, 4, 4, 5, 5, 7, 9};
    struct estimate estimate = estimate_of(values, 8, 1);
    assert_near(estimate.mean, 5, 1e-15);
    assert_near(estimate.standard_error, 0.755928946, 1e-9);
    assert_near(estimate.half_width, 1.787488, 1e-6);
    assert_int_equal(estimate.n, 8);
}

/* 10 and 14: s = sqrt(8), s/sqrt(2) = 2, t(1) = 12.706205. The other columns and what was not observed stay out. */
static void skips_what_was_not_observed(void **state) {
    (void)state;
    const double none = (double)NAN;
    const double rows[] = {10, 99, none, 99, 14, 99, none, 99};
    struct estimate estimate = estimate_of(rows, 4, 2);
    assert_int_equal(estimate.n, 2);
    assert_near(estimate.mean, 12, 1e-15);
    assert_near(estimate.half_width, 2 * 12.706205, 2e-6);
}

static void nothing_is_not_zero(void **state) {
    (void)state;
    const double values[] = {(double)NAN, 3, (double)NAN};
    struct estimate one = estimate_of(values, 3, 1), none = estimate_of(values, 1, 1),
                    empty = estimate_of(values, 0, 1);
    assert_same(one.mean, 3);
    assert_true(one.n == 1 && isnan(one.half_width) && isnan(one.standard_error));
    assert_true(none.n == 0 && isnan(none.mean) && isnan(none.half_width));
    assert_true(empty.n == 0 && isnan(empty.mean) && isnan(empty.half_width));
}

/* "The peak is exactly 500": ten times the same number is that number, and no doubt about it. */
static void equal_values_leave_no_doubt(void **state) {
    (void)state;
    double values[10];
    for (size_t i = 0; i < 10; i++) values[i] = 500.1;
    struct estimate estimate = estimate_of(values, 10, 1);
    assert_same(estimate.mean, 500.1);
    assert_same(estimate.half_width, 0);
}

/* Of intervals around means of normal numbers (Box and Muller) 95 % hold the truth; 20000 of them: +- 0.6 % is four
 * standard errors. Written with s instead of s/sqrt(n), or t at n, the share would be 1.0 or 0.947. */
static void covers_as_often_as_it_says(void **state) {
    (void)state;
    enum { TRIALS = 20000, N = 3 };
    struct dice dice = {4711};
    int covered = 0;
    for (int trial = 0; trial < TRIALS; trial++) {
        double values[N];
        for (size_t i = 0; i < N; i++)
            values[i] = 40 + 3 * sqrt(-2 * log(dice_uniform(&dice))) *
                                 cos(2 * 3.14159265358979 * dice_uniform(&dice));
        struct estimate estimate = estimate_of(values, N, 1);
        if (fabs(estimate.mean - 40) <= estimate.half_width) covered++;
    }
    assert_near((double)covered / TRIALS, 0.95, 0.006);
}

static struct comparison compare(double mean, double standard_error, double exact) {
    struct estimate estimate = {
        .mean = mean, .standard_error = standard_error, .half_width = 2 * standard_error, .n = 40};
    return estimate_compare(&estimate, exact);
}

static void comparison_with_theory(void **state) {
    (void)state;
    struct comparison right = compare(10.06, 0.02, 10); /* z = 3, width 0.04 / 10 */
    assert_near(right.z, 3, 1e-9);
    assert_near(right.relative_width, 0.004, 1e-12);
    assert_true(right.holds);
    assert_false(compare(10.07, 0.02, 10).holds); /* z = 3.5 */
    assert_false(compare(9.93, 0.02, 10).holds);  /* z = -3.5 */
    assert_false(compare(10, 0.06, 10).holds);    /* 1.2 % wide */
    assert_false(compare(-10, 0.06, -10).holds);
    assert_true(compare(500, 0, 500).holds);
    assert_false(compare(500.001, 0, 500).holds); /* no spread, and not right */
    assert_true(compare(0, 0, 0).holds);
    assert_false(compare((double)NAN, (double)NAN, 10).holds);
    assert_false(compare(10, (double)NAN, 10).holds);
    assert_false(compare(10, 0.01, (double)NAN).holds);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(student_as_in_the_tables),    cmocka_unit_test(by_hand),
        cmocka_unit_test(skips_what_was_not_observed), cmocka_unit_test(nothing_is_not_zero),
        cmocka_unit_test(equal_values_leave_no_doubt), cmocka_unit_test(comparison_with_theory),
        cmocka_unit_test(covers_as_often_as_it_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
