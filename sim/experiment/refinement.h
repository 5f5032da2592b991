/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * refinement: the best value of one parameter between the levels of a grid, and how well it is known.
 *
 * Best value. With replications 0 .. n-1 fixed, the mean cost of a value is a function without chance (common random numbers: the same
 * users do the same at every value), and is minimised as one: sample average approximation (Kleywegt, Shapiro, Homem-de-Mello, SIAM J. Optim.
 * 12, 2002), by golden section (GSL), on a logarithmic scale where the lower neighbour is above 0. The least of the values that were
 * looked at is taken, those of the grid included. It is the least between the neighbours if there is one valley between them.
 *
 * Interval. Of fresh replications, which had no part in the choice of b: a value x is refused when its cost is above that of b by more
 * than the half-width of the paired 95 % interval. The true best value x* is never dearer than b in the mean, so it is refused with 2.5 %
 * probability at most; values that are not refused are therefore an interval for x* of 97.5 %, told as 95 %. Its ends are where
 * refusal begins, found by bisection from the nearest levels of the grid on either side that are refused. A grid that ends before one is
 * leaves that end open. (Between b and the nearest refused level there is taken to be one crossing.)
 */
#ifndef SIM_EXPERIMENT_REFINEMENT_H
#define SIM_EXPERIMENT_REFINEMENT_H

#include <stdbool.h>
#include <stddef.h>

enum { REFINEMENT_STEPS = 8, REFINEMENT_DIGITS = 3 };

struct refinement {
    size_t n;            /* levels of the grid, ascending */
    const double *level;
    size_t best;         /* the best of them */
    /* Mean cost of a value, with the same replications at every call. */
    double (*cost)(void *context, double x);
    /* Whether x is refused beside b. */
    bool (*refused)(void *context, double x, double b);
    void *context;
    /* out */
    double value;        /* rounded to REFINEMENT_DIGITS */
    double low, high;    /* of the interval; -HUGE_VAL, HUGE_VAL: open */
};

/* value; a best level at an end of the grid is taken as it is. */
void refinement_find(struct refinement *refinement);

/* low and high, after refinement_find. */
void refinement_bound(struct refinement *refinement);

/* To `digits` significant digits. */
double refinement_round(double x, int digits);

#endif
