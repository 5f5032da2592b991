/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/experiment/refinement.h"

#include <gsl/gsl_errno.h>
#include <gsl/gsl_min.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "sim/kernel/status.h"

double refinement_round(double x, int digits) {
    char text[40];
    snprintf(text, sizeof text, "%.*g", digits, x);
    return strtod(text, NULL);
}

/* ---- the scale ------------------------------------------------------------------------------------------ */

static bool is_logarithmic(double low) { return low > 0; }
static double to_scale(double x, bool logarithmic) { return logarithmic ? log(x) : x; }
static double from_scale(double u, bool logarithmic) { return refinement_round(logarithmic ? exp(u) : u, REFINEMENT_DIGITS); }

/* ---- the best value ---------------------------------------------------------------------------------------- */

/* What golden section sees; the best value met is noted on the way, since the last one need not be it. */
struct descent {
    struct refinement *refinement;
    bool logarithmic;
    double least;
};

static double descend(double u, void *context) {
    struct descent *descent = context;
    double x = from_scale(u, descent->logarithmic), cost = descent->refinement->cost(descent->refinement->context, x);
    if (cost < descent->least) {
        descent->least = cost;
        descent->refinement->value = x;
    }
    return isfinite(cost) ? cost : 1e300; /* GSL ends the program at what is not a number */
}

void refinement_find(struct refinement *refinement) {
    size_t best = refinement->best;
    refinement->value = refinement->level[best];
    if (best == 0 || best + 1 >= refinement->n) return;
    double low = refinement->level[best - 1], high = refinement->level[best + 1];
    struct descent descent = {refinement, is_logarithmic(low), HUGE_VAL};
    gsl_function function = {descend, &descent};
    double u[3] = {to_scale(low, descent.logarithmic), to_scale(refinement->value, descent.logarithmic), to_scale(high, descent.logarithmic)};
    double at_best = descend(u[1], &descent), at_low = descend(u[0], &descent), at_high = descend(u[2], &descent);
    if (!(at_low > at_best && at_high > at_best)) return; /* chance turned the neighbours over: the interval will tell */
    gsl_min_fminimizer *minimiser = gsl_min_fminimizer_alloc(gsl_min_fminimizer_goldensection);
    if (!minimiser) status_machine("memory for a minimiser");
    int code = gsl_min_fminimizer_set_with_values(minimiser, &function, u[1], at_best, u[0], at_low, u[2], at_high);
    for (int step = 0; step < REFINEMENT_STEPS && code == GSL_SUCCESS; step++) code = gsl_min_fminimizer_iterate(minimiser);
    gsl_min_fminimizer_free(minimiser);
}

/* ---- its interval --------------------------------------------------------------------------------------------- */

/* The end of what is not refused, between `inside`, which is not, and `outside`, which is. */
static double crossing(const struct refinement *refinement, double inside, double outside) {
    bool logarithmic = is_logarithmic(fmin(inside, outside));
    double in = to_scale(inside, logarithmic), out = to_scale(outside, logarithmic);
    for (int step = 0; step < REFINEMENT_STEPS - 3; step++) {
        double middle = (in + out) / 2;
        if (refinement->refused(refinement->context, from_scale(middle, logarithmic), refinement->value)) out = middle;
        else in = middle;
    }
    return out > in || out < in ? from_scale(out, logarithmic) : outside;
}

void refinement_bound(struct refinement *refinement) {
    size_t below = 0, above;
    while (below < refinement->n && refinement->level[below] < refinement->value) below++;
    above = below;
    while (above < refinement->n && refinement->level[above] <= refinement->value) above++;
    double inside = refinement->value;
    refinement->low = -HUGE_VAL;
    refinement->high = HUGE_VAL;
    for (size_t i = below; i-- > 0; inside = refinement->level[i]) {
        if (!refinement->refused(refinement->context, refinement->level[i], refinement->value)) continue;
        refinement->low = crossing(refinement, inside, refinement->level[i]);
        break;
    }
    inside = refinement->value;
    for (size_t i = above; i < refinement->n; inside = refinement->level[i++]) {
        if (!refinement->refused(refinement->context, refinement->level[i], refinement->value)) continue;
        refinement->high = crossing(refinement, inside, refinement->level[i]);
        break;
    }
}
