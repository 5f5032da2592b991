/* SPDX-License-Identifier: GPL-3.0-or-later
 * paired: Student's own data with the values that statistics packages print for it, Holm's procedure by hand, the chance of a wrong word in
 * a table of measures that do not differ, and variance ratios on paper. */
#define _POSIX_C_SOURCE 200809L
#include "tests/unit/unit.h"

#include <string.h>

#include "sim/experiment/paired.h"

/* Hours of sleep gained by ten patients with two drugs ("Student", Biometrika 6, 1908; the data set `sleep` of R). As R's t.test prints:
 * paired 1.58, 0.7001142 to 2.4598858, p 0.002832890; Welch -0.2054832 to 3.3654832, df 17.77647, p 0.07939414. */
static const double drug_1[] = {0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0, 2};
static const double drug_2[] = {1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4};

static void as_student_and_r(void **state) {
    (void)state;
    struct difference d = paired_difference(drug_1, drug_2, 10, 1);
    assert_int_equal(d.n, 10);
    assert_near(d.mean_a, 0.75, 1e-12);
    assert_near(d.mean_b, 2.33, 1e-12);
    assert_near(d.mean - d.half_width, 0.7001142, 5e-8);
    assert_near(d.mean + d.half_width, 2.4598858, 5e-8);
    assert_near(d.p, 0.002832890, 5e-10);
    struct estimate a = estimate_of(drug_1, 10, 1), b = estimate_of(drug_2, 10, 1);
    d = paired_welch(&a, &b);
    assert_near(d.degrees, 17.77647, 5e-6);
    assert_near(d.mean - d.half_width, -0.2054832, 5e-8);
    assert_near(d.mean + d.half_width, 3.3654832, 5e-8);
    assert_near(d.p, 0.07939414, 5e-9);
}

static void only_pairs_count(void **state) {
    (void)state;
    const double none = (double)NAN;
    const double a[] = {1, 9, none, 9, 3, 9, 5, 9}, b[] = {4, 9, 7, 9, none, 9, 8, 9};
    struct difference d = paired_difference(a, b, 4, 2); /* 4 - 1 and 8 - 5 */
    assert_int_equal(d.n, 2);
    assert_same(d.mean, 3);
    assert_same(d.half_width, 0);
    assert_same(d.p, 0);
    d = paired_difference(a, b, 2, 2);
    assert_int_equal(d.n, 1);
    assert_true(isnan(d.half_width) && isnan(d.p));
    assert_int_equal(paired_judge(&d), PAIRED_UNKNOWN);
    d = paired_difference(a + 4, b + 4, 1, 2);
    assert_true(isnan(d.mean_a) && isnan(d.mean_b) && d.n == 0);
}

static void rounding_is_no_difference(void **state) {
    (void)state;
    const double a[] = {500, 500, 250}, b[] = {500 + 1e-10, 500 - 1e-10, 250}, c[] = {500.001, 500.001, 250.001};
    struct difference d = paired_difference(a, b, 3, 1);
    assert_int_equal(paired_adjust(&d, 1), 0);
    assert_int_equal(paired_judge(&d), PAIRED_SAME);
    d = paired_difference(a, c, 3, 1);
    paired_adjust(&d, 1);
    assert_int_equal(paired_judge(&d), PAIRED_HIGHER);
    struct estimate same = estimate_of(a, 3, 1);
    d = paired_welch(&same, &same);
    assert_int_equal(paired_judge(&d), PAIRED_SAME);
}

/* ---- many at once ------------------------------------------------------------------------------------- */

/* 0.01 x 4, 0.02 x 3, then 0.03 x 2 = 0.06 and 0.04 x 1 < 0.06; in any order, those without a p-value do not count. And 0.02 twice: both
 * have the first rank of the two, x 2. */
static void holm_by_hand(void **state) {
    (void)state;
    const double p[] = {0.03, (double)NAN, 0.01, 0.04, 0.02}, want[] = {0.06, (double)NAN, 0.04, 0.06, 0.06};
    struct difference d[5] = {{0}};
    for (int i = 0; i < 5; i++) d[i] = (struct difference){.p = p[i], .degrees = 9, .standard_error = 2, .mean_a = 1, .p_holm = (double)NAN};
    assert_int_equal(paired_adjust(d, 5), 4);
    for (int i = 0; i < 5; i++)
        if (isnan(want[i])) assert_true(isnan(d[i].p_holm));
        else assert_near(d[i].p_holm, want[i], 1e-15);
    assert_near(d[0].reach, 2 * 3.111, 2 * 5e-4); /* t(9) at 1 - 0.05/4/2 = 0.99375, from a table */
    d[0].p = d[2].p = 0.02;
    assert_int_equal(paired_adjust(d, 1), 1);
    assert_near(d[0].p_holm, 0.02, 1e-15);
    d[1] = d[2];
    assert_int_equal(paired_adjust(d, 2), 2);
    assert_near(d[0].p_holm, 0.04, 1e-15);
    assert_near(d[1].p_holm, 0.04, 1e-15);
}

/* 500 tables of 20 measures that do not differ, half of them copies of one another: with one word wrong in more than 5 % of the tables the
 * rule would be broken; binomial(500, 0.05) is above 41 once in 1,000. Taken one by one, most tables have a wrong word. */
static void words_are_rarely_wrong(void **state) {
    (void)state;
    enum { TABLES = 500, MEASURES = 20, N = 10 };
    struct dice dice = {2024};
    int wrong = 0, wrong_alone = 0;
    for (int t = 0; t < TABLES; t++) {
        double a[N * MEASURES], b[N * MEASURES];
        struct difference d[MEASURES];
        bool any = false, any_alone = false;
        for (int i = 0; i < N * MEASURES; i++) {
            a[i] = sqrt(-2 * log(dice_uniform(&dice))) * cos(6.283185307179586 * dice_uniform(&dice));
            b[i] = sqrt(-2 * log(dice_uniform(&dice))) * cos(6.283185307179586 * dice_uniform(&dice));
            if (i % MEASURES >= MEASURES / 2) a[i] += a[i - MEASURES / 2], b[i] += b[i - MEASURES / 2];
        }
        for (int m = 0; m < MEASURES; m++) d[m] = paired_difference(a + m, b + m, N, MEASURES);
        paired_adjust(d, MEASURES);
        for (int m = 0; m < MEASURES; m++) {
            enum paired_verdict verdict = paired_judge(&d[m]);
            any = any || verdict == PAIRED_HIGHER || verdict == PAIRED_LOWER;
            any_alone = any_alone || d[m].p < PAIRED_ALPHA;
        }
        wrong += any;
        wrong_alone += any_alone;
    }
    print_message("# a wrong word in %d of %d tables of 20; uncorrected in %d\n", wrong, TABLES, wrong_alone);
    assert_true(wrong <= 41);
    assert_true(wrong_alone > 200);
}

/* Mean 1 % with a reach below 9 % of A is small; with less evidence it is unseen. */
static void small_and_unseen(void **state) {
    (void)state;
    struct difference d = {.mean_a = 100, .mean_b = 101, .mean = 1, .standard_error = 2, .degrees = 9, .p = 0.63};
    paired_adjust(&d, 1);
    assert_near(d.reach, 2 * 2.262157, 1e-6);
    assert_near(paired_bound(&d), 1 + 2 * 2.262157, 1e-6);
    assert_int_equal(paired_judge(&d), PAIRED_SMALLER);
    d.standard_error = 4;
    paired_adjust(&d, 1);
    assert_int_equal(paired_judge(&d), PAIRED_UNSEEN); /* 1 + 9.05 > 10 */
}

/* ---- what common random numbers are worth -------------------------------------------------------------------- */

static void ratios_on_paper(void **state) {
    (void)state;
    double x[] = {1, 2, 4, 8}, shifted[4], against[4], thrice[4], still[] = {3, 3, 3, 3};
    for (int i = 0; i < 4; i++) shifted[i] = x[i] + 7, against[i] = -x[i], thrice[i] = 3 * x[i];
    struct difference d = paired_difference(x, shifted, 4, 1);
    assert_near(paired_variance_ratio(&d), 0, 1e-15);
    d = paired_difference(x, against, 4, 1);
    assert_near(paired_variance_ratio(&d), 2, 1e-12);
    d = paired_difference(x, thrice, 4, 1); /* (3 - 1)^2 / (1 + 9) */
    assert_near(paired_variance_ratio(&d), 0.4, 1e-12);
    assert_near(paired_least_ratio(&d), 0.4, 1e-12);
    d = paired_difference(x, still, 4, 1);
    assert_near(paired_variance_ratio(&d), 1, 1e-12);
    d = paired_difference(still, still, 4, 1);
    assert_true(isnan(paired_variance_ratio(&d)));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(as_student_and_r),    cmocka_unit_test(only_pairs_count),      cmocka_unit_test(rounding_is_no_difference),
        cmocka_unit_test(holm_by_hand),        cmocka_unit_test(words_are_rarely_wrong), cmocka_unit_test(small_and_unseen),
        cmocka_unit_test(ratios_on_paper),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
