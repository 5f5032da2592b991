/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * gap_fit: a formula for observed times, and how good it is. Lognormal, Weibull and Pareto by maximum likelihood (Weibull's shape is
 * the root of its likelihood equation, found by GSL's Brent), written as linger writes distributions, cut to what was observed.
 *
 * `distance` is Kolmogorov's, the largest |F_fit(t) - F_observed(t)|: no idle limit would find a share of think times
 * within it that is off by more. (A test of significance would refuse every formula for a log of a million lines.) `mean` is that
 * of the formula: how many users make the observed load depends on it. A fit is *good* when the distance is at most
 * FIT_DISTANCE_MAX and the mean within FIT_MEAN_MAX of the observed one.
 */
#ifndef MODELS_ADVICE_GAP_FIT_H
#define MODELS_ADVICE_GAP_FIT_H

#include "models/advice/visits.h"

#define FIT_DISTANCE_MAX 0.02
#define FIT_MEAN_MAX 0.05

enum { FIT_TEXT_BYTES = 160, FIT_VALUES_MIN = 100 };

struct gap_fit {
    char text[FIT_TEXT_BYTES]; /* "lognormal(2.31,1.20) in 1.1s..1800s"; empty: none (too few values) */
    double distance, mean;
    bool is_good;
};

/* The best of the three by distance. Values are above 0 and sorted; `step_s` is that of the clock, whose stamps stand for times up to
 * half a step away. */
struct gap_fit gap_fit_best(const struct sample_of *sample, double step_s, struct arena *arena);

#endif
