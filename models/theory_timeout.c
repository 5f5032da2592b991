/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The best idle limit of a gap law (theory.h).
 */
#include <gsl/gsl_errno.h>
#include <gsl/gsl_math.h>
#include <gsl/gsl_sf_gamma.h>
#include <math.h>
#include <stdbool.h>

#include "models/theory.h"

/* The least of what is compared. */
static struct theory_timeout better(struct theory_timeout a, double idle_limit_s, double cost_s) {
    return cost_s < a.cost_s ? (struct theory_timeout){idle_limit_s, cost_s} : a;
}

/* Closing at once, and never. */
static struct theory_timeout ends(double mean_s, double opening_s) {
    return better((struct theory_timeout){0, opening_s}, HUGE_VAL, mean_s);
}

struct theory_timeout theory_timeout_exponential(double mean_s, double opening_s) { return ends(mean_s, opening_s); }

/* int_0^T (1-F) = k + k/(a-1) (1 - (k/T)^(a-1)) for T >= k. */
struct theory_timeout theory_timeout_pareto(double scale_s, double shape, double opening_s) {
    struct theory_timeout best = ends(shape > 1 ? scale_s * shape / (shape - 1) : HUGE_VAL, opening_s);
    double t = shape * opening_s;
    if (t <= scale_s) return best;
    bool is_log = fabs(shape - 1) < 1e-12;
    double held = scale_s + (is_log ? scale_s * log(t / scale_s) : scale_s / (shape - 1) * (1 - pow(scale_s / t, shape - 1)));
    return better(best, t, held + opening_s * pow(scale_s / t, shape));
}

/* int_0^T exp(-(t/w)^b) = w Gamma(1 + 1/b) P(1/b, (T/w)^b), P the regularised incomplete gamma function. */
struct theory_timeout theory_timeout_weibull(double scale_s, double shape, double opening_s) {
    double mean_s = scale_s * gsl_sf_gamma(1 + 1 / shape);
    struct theory_timeout best = ends(mean_s, opening_s);
    if (shape >= 1) return best;
    double t = scale_s * pow(shape * opening_s / scale_s, 1 / (1 - shape)), power = pow(t / scale_s, shape);
    return better(best, t, mean_s * gsl_sf_gamma_inc_P(1 / shape, power) + opening_s * exp(-power));
}

struct theory_timeout theory_timeout_mix(double share, double rate1, double rate2, double opening_s) {
    struct theory_timeout best = ends(share / rate1 + (1 - share) / rate2, opening_s);
    if (rate1 < rate2) return theory_timeout_mix(1 - share, rate2, rate1, opening_s);
    if (!(rate1 * opening_s > 1 && rate2 * opening_s < 1)) return best;
    double ratio = share * (rate1 * opening_s - 1) / ((1 - share) * (1 - rate2 * opening_s));
    if (ratio <= 1) return best;
    double t = log(ratio) / (rate1 - rate2), first = share * exp(-rate1 * t), second = (1 - share) * exp(-rate2 * t);
    return better(best, t, (share - first) / rate1 + (1 - share - second) / rate2 + opening_s * (first + second));
}

/* Survival functions may have steps, at which adaptive rules complain of what they cannot resolve; the value is good all the same. */
double theory_timeout_cost(double (*survival)(double x, void *context), void *context, double idle_limit_s, double opening_s) {
    gsl_error_handler_t *before = gsl_set_error_handler_off();
    double held_s = theory_gap_of(survival, context, 0, idle_limit_s).held_s;
    gsl_set_error_handler(before);
    return held_s + opening_s * survival(idle_limit_s, context);
}

/* J grows by the integral from one limit of the grid to the next. */
struct theory_timeout theory_timeout_of(double (*survival)(double x, void *context), void *context, double shortest_s, double longest_s,
                                        double opening_s) {
    enum { PER_DECADE = 200 };
    struct theory_timeout best = {0, opening_s};
    double held_s = 0, before_s = 0, step = pow(10, 1.0 / PER_DECADE);
    for (double t = shortest_s; t <= longest_s; t *= step) {
        double middle = survival((before_s + t) / 2, context); /* Simpson's rule: pieces are short */
        held_s += (t - before_s) / 6 * (survival(before_s, context) + 4 * middle + survival(t, context));
        before_s = t;
        best = better(best, t, held_s + opening_s * survival(t, context));
    }
    return best;
}
