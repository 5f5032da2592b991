/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/advice/gap_fit.h"

#include <gsl/gsl_errno.h>
#include <gsl/gsl_roots.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "sim/kernel/text.h"
#include "sim/kernel/variate.h"

/* Likelihoods are taken over this many equally likely parts of the sample: a million logarithms for each step of a root
 * would be felt, and a thousandth of the probability is below what the distance is judged by. */
enum { PARTS = 1000 };

/* Logarithms of the parts. */
struct logs {
    size_t n;
    double ln[PARTS];
    double mean, sd, least;
};

static void open_logs(struct logs *logs, const struct sample_of *sample) {
    double parts[PARTS], squares = 0;
    logs->n = sample->n < PARTS ? sample->n : PARTS;
    sample_of_parts(sample, logs->n, false, parts);
    for (size_t i = 0; i < logs->n; i++) {
        logs->ln[i] = log(parts[i]);
        logs->mean += logs->ln[i] / (double)logs->n;
    }
    for (size_t i = 0; i < logs->n; i++) squares += (logs->ln[i] - logs->mean) * (logs->ln[i] - logs->mean);
    logs->sd = sqrt(squares / (double)logs->n);
    logs->least = log(sample->values[0]);
}

/* ---- Weibull ---------------------------------------------------------------------------------------- */

/* sum x^k ln x / sum x^k - 1/k - mean ln x, which grows with the shape k (Johnson, Kotz, Balakrishnan, vol. 1, 21). */
static double weibull_equation(double shape, void *context) {
    const struct logs *logs = context;
    double weights = 0, weighted = 0;
    for (size_t i = 0; i < logs->n; i++) {
        double ln = logs->ln[i] - logs->mean, weight = exp(shape * ln);
        weights += weight;
        weighted += weight * ln;
    }
    return weighted / weights - 1 / shape;
}

/* The scale that goes with a shape: (mean x^k)^(1/k). */
static double weibull_scale(const struct logs *logs, double shape) {
    double weights = 0;
    for (size_t i = 0; i < logs->n; i++) weights += exp(shape * (logs->ln[i] - logs->mean)) / (double)logs->n;
    return exp(logs->mean + log(weights) / shape);
}

static bool weibull_shape(struct logs *logs, double *shape) {
    double low = 0.02, high = 50;
    if (!(weibull_equation(low, logs) < 0) || !(weibull_equation(high, logs) > 0)) return false;
    gsl_function equation = {.function = weibull_equation, .params = logs};
    gsl_root_fsolver *solver = gsl_root_fsolver_alloc(gsl_root_fsolver_brent);
    if (!solver) status_machine("memory for a root");
    gsl_root_fsolver_set(solver, &equation, low, high);
    for (int i = 0; i < 100 && gsl_root_test_interval(low, high, 0, 1e-9) == GSL_CONTINUE; i++) {
        gsl_root_fsolver_iterate(solver);
        low = gsl_root_fsolver_x_lower(solver);
        high = gsl_root_fsolver_x_upper(solver);
    }
    *shape = gsl_root_fsolver_root(solver);
    gsl_root_fsolver_free(solver);
    return true;
}

/* ---- how good ----------------------------------------------------------------------------------------- */

static double distribution_at(const struct variate *variate, double x) { return variate_probability(variate, -HUGE_VAL, x); }

/* Kolmogorov's distance, at the ends of each step of the observed distribution. */
static double distance_of(const struct variate *variate, const struct sample_of *sample, double step_s) {
    double worst = 0, n = (double)sample->n, below = 0;
    for (size_t i = 0, k; i < sample->n; i = k) {
        for (k = i + 1; k < sample->n && !(sample->values[k] > sample->values[i]);) k++;
        double begins = distribution_at(variate, sample->values[i] - step_s / 2), ends = distribution_at(variate, sample->values[i] + step_s / 2);
        worst = fmax(worst, fmax(fabs(begins - below), fabs(ends - (double)k / n)));
        below = (double)k / n;
    }
    return worst;
}

/* Between its two ends: the least value and the integral of 1 - F, by trapezia whose sides are in geometric progression. */
static double mean_of(const struct variate *variate, double low, double high) {
    enum { STEPS = 2000 };
    double ratio = pow(high / low, 1.0 / STEPS), mean = low, x = low, above = 1 - distribution_at(variate, x);
    for (int i = 0; i < STEPS; i++) {
        double next = x * ratio, next_above = 1 - distribution_at(variate, next);
        mean += (next - x) * (above + next_above) / 2;
        x = next;
        above = next_above;
    }
    return mean;
}

static struct gap_fit judge(const char *name, double a, double b, const struct sample_of *sample, double step_s,
                            struct arena *arena) {
    struct gap_fit fit = {.distance = 1};
    struct variate variate;
    char why[200];
    double low = fmax(sample->values[0] - step_s / 2, sample->values[0] / 2), high = sample->values[sample->n - 1] + step_s / 2;
    snprintf(fit.text, sizeof fit.text, "%s(%.5g,%.5g) in %.6g..%.6g", name, a, b, low, high);
    if (!(b > 0) || !(high > low) || !variate_parse(fit.text, &variate, text_number, NULL, NULL, arena, why, sizeof why))
        return (struct gap_fit){.distance = 1};
    fit.distance = distance_of(&variate, sample, step_s);
    fit.mean = mean_of(&variate, low, high);
    fit.is_good = fit.distance <= FIT_DISTANCE_MAX && fabs(fit.mean / sample->mean - 1) <= FIT_MEAN_MAX;
    return fit;
}

struct gap_fit gap_fit_best(const struct sample_of *sample, double step_s, struct arena *arena) {
    struct gap_fit best = {.distance = 1}, tried[3];
    struct logs logs = {0};
    double shape;
    if (sample->n < FIT_VALUES_MIN || !(sample->values[0] > 0)) return best;
    open_logs(&logs, sample);
    tried[0] = judge("lognormal", logs.mean, logs.sd, sample, step_s, arena);
    tried[1] = judge("pareto", exp(logs.least), 1 / fmax(logs.mean - logs.least, 1e-9), sample, step_s, arena);
    tried[2] = weibull_shape(&logs, &shape) ? judge("weibull", weibull_scale(&logs, shape), shape, sample, step_s, arena)
                                            : (struct gap_fit){.distance = 1};
    for (int i = 0; i < 3; i++)
        if (tried[i].distance < best.distance) best = tried[i];
    return best;
}
