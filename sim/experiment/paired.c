/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/experiment/paired.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

#include "sim/kernel/statistics.h"

static bool is_rounding(double difference, double a, double b) {
    return fabs(difference) <= PAIRED_ROUNDING * fmax(fabs(a), fabs(b));
}

static struct difference nothing(void) {
    const double none = NOTHING_OBSERVED;
    return (struct difference){none, none, none, none, none, none, none, none, none, none, none, 0, false};
}

/* Half-width and p-value from mean, standard error and degrees of freedom. Without any spread a difference is certain. */
static void put_interval(struct difference *difference) {
    double error = difference->standard_error;
    difference->half_width = error * gsl_cdf_tdist_Pinv(0.975, difference->degrees);
    if (difference->same) return;
    difference->p = error > 0 ? 2 * gsl_cdf_tdist_Q(fabs(difference->mean) / error, difference->degrees) : 0;
}

struct difference paired_difference(const double *a, const double *b, size_t n, size_t stride) {
    struct tally of_a = {0}, of_b = {0}, of_d = {0};
    bool same = true;
    for (size_t r = 0; r < n; r++) {
        double x = a[r * stride], y = b[r * stride];
        if (isnan(x) || isnan(y)) continue;
        tally_observe(&of_a, x);
        tally_observe(&of_b, y);
        tally_observe(&of_d, y - x);
        same = same && is_rounding(y - x, x, y);
    }
    struct difference difference = nothing();
    difference.n = (size_t)of_d.n;
    difference.mean_a = tally_mean(&of_a);
    difference.mean_b = tally_mean(&of_b);
    difference.mean = tally_mean(&of_d);
    difference.same = same && of_d.n > 0;
    if (of_d.n < 2) return difference;
    difference.variance_a = tally_variance(&of_a);
    difference.variance_b = tally_variance(&of_b);
    difference.standard_error = sqrt(tally_variance(&of_d) / (double)of_d.n);
    difference.degrees = (double)of_d.n - 1;
    put_interval(&difference);
    return difference;
}

/* Infinite when neither side has any spread. */
static double welch_degrees(const struct estimate *a, const struct estimate *b) {
    double va = a->standard_error * a->standard_error, vb = b->standard_error * b->standard_error;
    return (va + vb) * (va + vb) / (va * va / ((double)a->n - 1) + vb * vb / ((double)b->n - 1));
}

struct difference paired_welch(const struct estimate *a, const struct estimate *b) {
    struct difference difference = nothing();
    difference.mean_a = a->mean;
    difference.mean_b = b->mean;
    difference.mean = b->mean - a->mean;
    difference.n = a->n < b->n ? a->n : b->n;
    if (difference.n < 2) {
        difference.same = difference.n == 1 && is_rounding(difference.mean, a->mean, b->mean);
        return difference;
    }
    difference.same = is_rounding(difference.mean, a->mean, b->mean) &&
                      is_rounding(a->standard_error - b->standard_error, a->standard_error, b->standard_error);
    difference.standard_error = hypot(a->standard_error, b->standard_error);
    difference.degrees = difference.standard_error > 0 ? welch_degrees(a, b) : (double)difference.n - 1;
    put_interval(&difference);
    return difference;
}

/* Holm's step-down: the largest of what the smaller p-values and this one come to. Equals count with the first of their ranks, which is
 * the largest product. Tables have some tens of rows: nothing is sorted. */
static double holm(const struct difference *differences, size_t n, size_t m, double p) {
    double adjusted = 0;
    for (size_t i = 0; i < n; i++) {
        double q = differences[i].p;
        if (!(q <= p)) continue;
        size_t below = 0;
        for (size_t j = 0; j < n; j++)
            if (differences[j].p < q) below++;
        adjusted = fmax(adjusted, (double)(m - below) * q);
    }
    return fmin(adjusted, 1);
}

size_t paired_adjust(struct difference *differences, size_t n) {
    size_t m = 0;
    for (size_t i = 0; i < n; i++)
        if (!isnan(differences[i].p)) m++;
    for (size_t i = 0; i < n; i++) {
        struct difference *difference = &differences[i];
        if (isnan(difference->p)) continue;
        double t = gsl_cdf_tdist_Qinv(PAIRED_ALPHA / 2 / (double)m, difference->degrees);
        difference->p_holm = holm(differences, n, m, difference->p);
        difference->reach = t * difference->standard_error;
    }
    return m;
}

double paired_bound(const struct difference *difference) { return fabs(difference->mean) + difference->reach; }

enum paired_verdict paired_judge(const struct difference *difference) {
    if (difference->same) return PAIRED_SAME;
    if (isnan(difference->p)) return PAIRED_UNKNOWN;
    if (difference->p_holm < PAIRED_ALPHA) return difference->mean > 0 ? PAIRED_HIGHER : PAIRED_LOWER;
    return paired_bound(difference) <= PAIRED_SMALL * fabs(difference->mean_a) ? PAIRED_SMALLER : PAIRED_UNSEEN;
}

/* Of A and B simulated independently; NAN when that is nothing but rounding. */
static double independent_variance(const struct difference *difference) {
    double variance = difference->variance_a + difference->variance_b;
    return is_rounding(sqrt(variance), difference->mean_a, difference->mean_b) ? NOTHING_OBSERVED : variance;
}

double paired_variance(const struct difference *difference) {
    return difference->standard_error * difference->standard_error * (double)difference->n;
}

double paired_variance_ratio(const struct difference *difference) {
    return paired_variance(difference) / independent_variance(difference);
}

double paired_least_ratio(const struct difference *difference) {
    double gap = sqrt(difference->variance_a) - sqrt(difference->variance_b);
    return gap * gap / independent_variance(difference);
}
