/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Distributions against closed forms. Moments: 1e6 draws of a fixed seed, the sample mean within 5 standard
 * errors of the textbook's (one failure in 1.7 million for a right generator). Shapes: the Kolmogorov-Smirnov
 * distance to GSL's cumulated distribution below 2.0/sqrt(n), which a right generator exceeds once in 1500 seeds
 * (Kolmogorov: 2 exp(-2*4)); the seed is fixed.
 */
#define _POSIX_C_SOURCE 200809L
#include "tests/unit/unit.h"

#include <gsl/gsl_cdf.h>
#include <string.h>

#include "sim/kernel/text.h"
#include "sim/kernel/variate.h"

static int open_arena(void **state) {
    static struct arena arena;
    arena_open(&arena, (size_t)1 << 32);
    *state = &arena;
    return 0;
}

static int close_arena(void **state) {
    arena_close(*state);
    return 0;
}

/* What empirical() finds in any file. */
static const double *recorded(void *context, const char *file, const char *column, size_t *n) {
    static const double values[] = {9, 2, 4, 4, 1};
    (void)context;
    if (strcmp(file, "think.csv") != 0 || strcmp(column, "think_s") != 0) return NULL;
    *n = 5;
    return values;
}

/* Half the units of a real one: enough to see where units are allowed. */
static bool quantity(const char *text, size_t length, double *value) {
    size_t n = text_number_prefix(text, length, value);
    if (n > 0 && length - n == 2 && memcmp(text + n, "ms", 2) == 0) {
        *value /= 1000;
        return true;
    }
    return n > 0 && n == length;
}

static struct variate parsed(struct arena *arena, const char *text) {
    struct variate variate;
    char why[240] = "";
    if (!variate_parse(text, &variate, quantity, recorded, NULL, arena, why, sizeof why))
        fail_msg("'%s': %s", text, why);
    return variate;
}

static void is_near(const char *text, double got, double expected, double tolerance) {
    if (!(fabs(got - expected) <= tolerance)) fail_msg("%s: %.17g, not %.17g", text, got, expected);
}

/* ---- moments ----------------------------------------------------------------------------------- */

enum { DRAWS = 1000000 };

static void mean_is(struct arena *arena, const char *text, double mean, double variance) {
    struct variate variate = parsed(arena, text);
    struct rng_stream stream = rng_stream_open(20240601, 1, 2, 3);
    double sum = 0, low = variate_min(&variate), high = variate_max(&variate);
    for (int i = 0; i < DRAWS; i++) {
        double value = variate_draw(&variate, &stream);
        if (!(value >= low && value <= high)) fail_msg("%s drew %.17g", text, value);
        sum += value;
    }
    is_near(text, sum / DRAWS, mean, 5 * sqrt(variance / DRAWS) + 1e-12 * fabs(mean));
    if (strstr(text, " in ")) return;
    is_near(text, variate_mean(&variate), mean, 1e-12 * fabs(mean));
    is_near(text, variate_variance(&variate), variance, 1e-9 * variance);
}

/* Means and variances of the textbook (Johnson, Kotz, Balakrishnan: Continuous Univariate Distributions). */
static void means_are_the_textbooks(void **state) {
    mean_is(*state, "constant(2.5)", 2.5, 0);
    mean_is(*state, "7", 7, 0);
    mean_is(*state, "exponential(3)", 3, 9);
    mean_is(*state, "exponential(300ms)", 0.3, 0.09);
    mean_is(*state, "uniform(1,9)", 5, 64.0 / 12);
    mean_is(*state, "lognormal(1,0.5)", exp(1.125), (exp(0.25) - 1) * exp(2.25));
    mean_is(*state, "pareto(1,3)", 1.5, 0.75);
    mean_is(*state, "weibull(1.46,0.5)", 1.46 * 2, 1.46 * 1.46 * (24 - 4)); /* Gamma(3) = 2, Gamma(5) = 24 */
    mean_is(*state, "weibull(2,1)", 2, 4);                                 /* is exponential */
    mean_is(*state, "gamma(4,1.25)", 5, 6.25);
    mean_is(*state, "gamma(0.5,2)", 1, 2);
    mean_is(*state, "geometric(0.2)", 5, 20);
    mean_is(*state, "geometric(1)", 1, 0);
    mean_is(*state, "zipf(3,1)", 18.0 / 11, 36.0 / 11 - 324.0 / 121); /* p = 6/11, 3/11, 2/11; E X^2 = 36/11 */
    mean_is(*state, "zipf(10,0)", 5.5, 8.25);
    mean_is(*state, "empirical(think.csv:think_s)", 4, 38.0 / 5); /* 81+4+16+16+1 = 118; 118/5 - 16 */
    mean_is(*state, "mix(0.8,exponential(0.5),exponential(30))", 6.4, 0.8 * 0.5 + 0.2 * 1800 - 6.4 * 6.4);
}

/* X given X <= c of an exponential of mean 1: 1 - c/(e^c - 1); memory is lost, so X given X >= c is c + X. */
static void truncation_keeps_to_the_interval(void **state) {
    mean_is(*state, "exponential(1) in 0..2", 1 - 2 / (exp(2) - 1), 1);
    mean_is(*state, "exponential(1) in 5..1000", 6, 1);
    mean_is(*state, "uniform(0,10) in 4..6", 5, 4.0 / 12);
    mean_is(*state, "pareto(1,1) in 1..2", 2 * log(2), 0.1); /* integral of x * x^-2 over 1..2, over 1/2 */
    mean_is(*state, "weibull(1,1) in 0..2", 1 - 2 / (exp(2) - 1), 1);
    mean_is(*state, "geometric(0.5) in 2..3", 2 + 1.0 / 3, 1);
    mean_is(*state, "zipf(3,1) in 2..3", 2.4, 0.24);
    mean_is(*state, "empirical(think.csv:think_s) in 2..4", 10.0 / 3, 1);
    mean_is(*state, "gamma(1,1) in 0..2", 1 - 2 / (exp(2) - 1), 1);
    mean_is(*state, "lognormal(0,1) in 0..1", exp(0.5) * gsl_cdf_ugaussian_P(-1) / 0.5, 1);
    mean_is(*state, "mix(0.5,1,5) in 2..9", 5, 0);
    mean_is(*state, "mix(0.5,exponential(1) in 5..1000,2)", 4, 4.5);
}

/* Pareto's second moment exists above a shape of 2 (textbook); an upper end makes any law bounded, a lower one none. */
static void variances_that_do_not_exist(void **state) {
    static const struct { const char *text; bool heavy; } laws[] = {
        {"pareto(1,1.5)", true}, {"pareto(1,2)", true}, {"pareto(1,2.01)", false}, {"pareto(1,0.5)", true},
        {"pareto(1,1.5) in 2..100", false}, {"mix(0.99,exponential(1),pareto(1,1.5))", true},
        {"mix(1,exponential(1),pareto(1,1.5))", false}, {"mix(0.5,pareto(1,1.5) in 1..9,2)", false},
        {"mix(0.5,pareto(1,1.5),exponential(1) in 0..2)", true}, {"weibull(1,0.2)", false}, {"lognormal(0,5)", false}};
    for (size_t i = 0; i < sizeof laws / sizeof laws[0]; i++) {
        struct variate law = parsed(*state, laws[i].text);
        if ((variate_variance(&law) >= HUGE_VAL) != laws[i].heavy) fail_msg("%s", laws[i].text);
    }
    struct variate cut = parsed(*state, "pareto(1,1.5) in 1..100");
    assert_true(isnan(variate_variance(&cut)));
}

static void means_that_do_not_exist(void **state) {
    struct variate pareto = parsed(*state, "pareto(1,1)"), cut = parsed(*state, "exponential(1) in 0..2");
    assert_true(variate_mean(&pareto) >= HUGE_VAL);
    assert_true(isnan(variate_mean(&cut)));
    struct variate cut_nothing = parsed(*state, "3 in 1..5");
    is_near("3 in 1..5", variate_mean(&cut_nothing), 3, 0);
}

/* ---- shapes ------------------------------------------------------------------------------------ */

static int compare_numbers(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

typedef double cdf_fn(double x);

static double cdf_exponential(double x) { return gsl_cdf_exponential_P(x, 3); }
static double cdf_uniform(double x) { return gsl_cdf_flat_P(x, 1, 9); }
static double cdf_lognormal(double x) { return gsl_cdf_lognormal_P(x, 9.36, 1.32); }
static double cdf_pareto(double x) { return gsl_cdf_pareto_P(x, 1.5, 2); /* GSL: shape, scale */ }
static double cdf_weibull(double x) { return gsl_cdf_weibull_P(x, 1.46, 0.382); }
static double cdf_gamma(double x) { return gsl_cdf_gamma_P(x, 4, 1.25); }
static double cdf_cut(double x) { return x < 1 ? 0 : x > 4 ? 1 : (exp(-1.0 / 3) - exp(-x / 3)) / (exp(-1.0 / 3) - exp(-4.0 / 3)); }

static void follows(struct arena *arena, const char *text, cdf_fn *cdf) {
    enum { N = 200000 };
    struct variate variate = parsed(arena, text);
    struct rng_stream stream = rng_stream_open(7, 0, 0, 0);
    double *draw = ARENA_NEW(arena, N, double), distance = 0;
    for (int i = 0; i < N; i++) draw[i] = variate_draw(&variate, &stream);
    qsort(draw, N, sizeof *draw, compare_numbers);
    for (int i = 0; i < N; i++) {
        double p = cdf(draw[i]);
        distance = fmax(distance, fmax(p - (double)i / N, (double)(i + 1) / N - p));
        if (i % 997 == 0)
            is_near(text, variate_probability(&variate, -HUGE_VAL, draw[i]), p, 1e-12);
    }
    if (distance * sqrt(N) > 2.0) fail_msg("%s: Kolmogorov-Smirnov %g", text, distance * sqrt(N));
}

static void shapes_follow_gsl(void **state) {
    follows(*state, "exponential(3)", cdf_exponential);
    follows(*state, "uniform(1,9)", cdf_uniform);
    follows(*state, "lognormal(9.36,1.32)", cdf_lognormal);
    follows(*state, "pareto(2,1.5)", cdf_pareto);
    follows(*state, "weibull(1.46,0.382)", cdf_weibull);
    follows(*state, "gamma(4,1.25)", cdf_gamma);
    follows(*state, "exponential(3) in 1..4", cdf_cut);
}

/* Counts of single values: chi-square with k-1 degrees of freedom below its 1 - 1e-6 quantile. */
static void counts_are(struct arena *arena, const char *text, const double *probability, int k) {
    struct variate variate = parsed(arena, text);
    struct rng_stream stream = rng_stream_open(11, 0, 0, 0);
    double count[16] = {0}, chi_square = 0;
    assert_true(k <= 16);
    for (int i = 0; i < DRAWS; i++) {
        int value = (int)variate_draw(&variate, &stream);
        assert_true(value >= 1);
        count[value <= k ? value - 1 : k - 1]++;
    }
    for (int i = 0; i < k; i++)
        chi_square += pow(count[i] - DRAWS * probability[i], 2) / (DRAWS * probability[i]);
    if (chi_square > gsl_cdf_chisq_Qinv(1e-6, k - 1)) fail_msg("%s: chi-square %g", text, chi_square);
}

static void counts_follow_their_probabilities(void **state) {
    const double geometric[] = {0.2, 0.16, 0.128, 0.1024, 0.4096}; /* the last: 5 or more */
    counts_are(*state, "geometric(0.2)", geometric, 5);
    const double zipf[] = {12.0 / 25, 6.0 / 25, 4.0 / 25, 3.0 / 25}; /* 1/k over 25/12 */
    counts_are(*state, "zipf(4,1)", zipf, 4);
    const double middle[] = {1e-300, 6.0 / 13, 4.0 / 13, 3.0 / 13}; /* rank 1 would make chi-square infinite */
    counts_are(*state, "zipf(4,1) in 2..4", middle, 4);
}

/* A change of parameter moves each draw, and never how many numbers a draw takes. */
static void inversion_takes_one_number(void **state) {
    static const char *const inverted[] = {"exponential(3)", "uniform(1,9)", "pareto(1,1.5)", "weibull(1,2)",
                                           "geometric(0.2)", "zipf(100,0.9)", "empirical(think.csv:think_s)",
                                           "exponential(3) in 1..2", "pareto(1,1.5) in 5..6"};
    for (size_t i = 0; i < sizeof inverted / sizeof inverted[0]; i++) {
        struct variate variate = parsed(*state, inverted[i]);
        struct rng_stream a = rng_stream_open(5, 0, 0, 0), b = a;
        for (int k = 0; k < 100; k++) {
            variate_draw(&variate, &a);
            rng_stream_bits(&b);
        }
        assert_true(rng_stream_bits(&a) == rng_stream_bits(&b));
    }
}

static void ends_are_known(void **state) {
    struct variate v = parsed(*state, "mix(0.5,uniform(3,8),geometric(0.5) in 2..1000)");
    is_near("min of a mix", variate_min(&v), 2, 0);
    is_near("max of a mix", variate_max(&v), 1000, 0);
    v = parsed(*state, "pareto(2,1) in 5..8");
    is_near("P(5..6 | 5..8)", variate_probability(&v, 5, 6), (2.0 / 5 - 2.0 / 6) / (2.0 / 5 - 2.0 / 8), 1e-14);
    v = parsed(*state, "geometric(0.5)");
    is_near("P(2..3)", variate_probability(&v, 2, 3), 0.375, 1e-15);
    is_near("P(2.5..2.9)", variate_probability(&v, 2.5, 2.9), 0, 0);
}

/* ---- wrong texts --------------------------------------------------------------------------------- */

static const char *const wrong[][2] = {
    {"", "cannot read ''"},
    {"exp(3)", "unknown distribution 'exp'; known: constant exponential"},
    {"nan", "unknown distribution 'nan'"},
    {"exponential", "an opening parenthesis is missing: exponential(mean)"},
    {"exponential(3", "a closing parenthesis is missing: exponential(mean)"},
    {"exponential()", "cannot use '' in exponential(mean)"},
    {"exponential(0)", "must be above 0"},
    {"exponential(-1)", "must be above 0"},
    {"exponential(inf)", "cannot use 'inf'"},
    {"exponential(1e308)", "too large for a computer"},
    {"exponential(3,4)", "too many arguments"},
    {"exponential(3))", "left over"},
    {"exponential(3) x", "'x' is left over"},
    {"exponential(3) in", "needs an interval"},
    {"exponential(3) in 5", "needs an interval"},
    {"exponential(3) in 5..", "cannot read '' after 'in'"},
    {"exponential(3) in 5..2", "low end above its high end"},
    {"exponential(3) in 5..5", "too little"},
    {"exponential(3) in -5..-2", "too little"},
    {"exponential(3) in 1e5..1e6", "too little"},
    {"lognormal(0,1) in 1e9..1e10", "too little"},
    {"zipf(3,1) in 1.2..1.8", "too little"},
    {"3 in 4..5", "too little"},
    {"pareto(1)", "too few arguments for pareto(scale,shape)"},
    {"pareto(0,1)", "must be above 0"},
    {"pareto(1,0.001)", "too large for a computer"},
    {"pareto(1,1ms)", "cannot use '1ms'"},
    {"uniform(9,1)", "low <= high"},
    {"uniform(-1e308,1e308)", "low <= high"},
    {"lognormal(1,0)", "sigma > 0"},
    {"lognormal(1ms,1)", "cannot use '1ms'"},
    {"lognormal(700,1)", "too large for a computer"},
    {"weibull(1,0)", "must be above 0"},
    {"weibull(1,0.001)", "too large for a computer"},
    {"gamma(0,1)", "shape of 0.001"},
    {"geometric(0)", "0 < p <= 1"},
    {"geometric(1.1)", "0 < p <= 1"},
    {"zipf(2.5,1)", "whole number of ranks"},
    {"zipf(1e9,1)", "whole number of ranks"},
    {"zipf(10,-1)", "0 <= s"},
    {"mix(2,1,2)", "p is a number of 0 to 1"},
    {"mix(0.5,1)", "too few arguments for mix"},
    {"mix(0.5,1,exp(2))", "unknown distribution 'exp'"},
    {"mix(0.5,1,2,3)", "too many arguments"},
    {"mix(0,1,mix(0,1,mix(0,1,mix(0,1,mix(0,1,mix(0,1,mix(0,1,mix(0,1,mix(0,1,2)))))))))", "more than 8"},
    {"empirical(think.csv)", "empirical(file.csv:column)"},
    {"empirical(:think_s)", "empirical(file.csv:column)"},
    {"empirical(think.csv:)", "empirical(file.csv:column)"},
    {"empirical(think.csv:other)", "cannot use column 'other' of think.csv"},
    {"empirical(think.csv:think_s", "a closing parenthesis is missing"},
};

static void wrong_texts_say_why(void **state) {
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct variate variate;
        char why[240] = "";
        if (variate_parse(wrong[i][0], &variate, quantity, recorded, NULL, *state, why, sizeof why))
            fail_msg("'%s' was accepted", wrong[i][0]);
        if (!strstr(why, wrong[i][1])) fail_msg("'%s': %s", wrong[i][0], why);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_arena, close_arena)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(means_are_the_textbooks),    TEST(truncation_keeps_to_the_interval),
        TEST(means_that_do_not_exist),    TEST(variances_that_do_not_exist), TEST(shapes_follow_gsl),
        TEST(counts_follow_their_probabilities), TEST(inversion_takes_one_number),
        TEST(ends_are_known),             TEST(wrong_texts_say_why),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
