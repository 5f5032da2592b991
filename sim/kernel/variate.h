/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * variate: a distribution written as text, and draws from it.
 *
 *   constant(5)  exponential(3)  uniform(1,9)  lognormal(9.36,1.32)  pareto(1,1.5)
 *   weibull(1.46,0.382)  gamma(4,1.25)  geometric(0.2)  zipf(1000,0.9)  empirical(file.csv:column)
 *   mix(0.8,exponential(0.5),exponential(30))
 *
 * A bare number is a constant. Arguments that have the dimension of the value take its units
 * (exponential(300ms)); shapes, probabilities and the log parameters of lognormal do not.
 * Optionally truncated, both ends allowed: `pareto(1,1.5) in 0..100`.
 *
 *   exponential(mean)            density exp(-x/mean)/mean
 *   lognormal(mu,sigma)          exp of a normal; mu is ln(median in SI units)
 *   pareto(scale,shape)          P(X>x) = (scale/x)^shape, x >= scale
 *   weibull(scale,shape)         P(X>x) = exp(-(x/scale)^shape)
 *   gamma(shape,scale)           mean shape*scale; gamma(k,s) with whole k is Erlang-k
 *   geometric(p)                 1, 2, 3 ... trials up to the first success
 *   zipf(n,s)                    rank 1..n with P(k) proportional to k^-s, by inversion of a table
 *   empirical(file:column)       one of the values recorded in a CSV, each as likely as the others
 *   mix(p,A,B)                   A with probability p, else B; eight deep at most
 *
 * Sampling is GSL's on our streams (lognormal, gamma), except where inversion of one uniform number is
 * exact (exponential, uniform, pareto, weibull, geometric, zipf, empirical): one draw a variate keeps common
 * random numbers in step when a scenario changes only the parameter.
 *
 * Truncation keeps to that: what is inverted is inverted between the two ends, so it still costs one
 * draw. Lognormal, gamma and mix are redrawn until a value lies inside, so an interval with less than
 * 1 % of their probability is refused when the text is parsed, and one with less than 1e-9 for the others, whose
 * inverse would have too few digits there.
 */
#ifndef SIM_KERNEL_VARIATE_H
#define SIM_KERNEL_VARIATE_H

#include <stdbool.h>
#include <stddef.h>

#include "sim/kernel/arena.h"
#include "sim/kernel/rng_stream.h"
#include "sim/kernel/status.h"

enum variate_kind {
    VARIATE_CONSTANT, VARIATE_EXPONENTIAL, VARIATE_UNIFORM, VARIATE_LOGNORMAL, VARIATE_PARETO,
    VARIATE_WEIBULL, VARIATE_GAMMA, VARIATE_GEOMETRIC, VARIATE_ZIPF, VARIATE_EMPIRICAL, VARIATE_MIX
};

struct variate {
    enum variate_kind kind;
    double a, b;                 /* parameters in the order of the text, in SI units */
    double low, high;            /* truncation; -INFINITY, INFINITY when none */
    const double *table;         /* empirical: sorted values; zipf: cumulated probabilities */
    size_t n;                    /* entries of the table */
    const struct variate *parts; /* mix: two */
};

/* One draw. */
double variate_draw(const struct variate *variate, struct rng_stream *stream);

/* The exact mean; NAN where we have no closed form (truncated, except constant), INFINITY where it does
 * not exist. Used to compute theory beside a simulation, never inside one. */
double variate_mean(const struct variate *variate);

/* The exact variance; INFINITY where it does not exist, NAN where it does and we have no closed form (truncated above). */
double variate_variance(const struct variate *variate);

/* No draw is below the one or above the other (to refuse distributions that could give a negative time). */
double variate_min(const struct variate *variate);
double variate_max(const struct variate *variate);

/* P(low <= X <= high). */
double variate_probability(const struct variate *variate, double low, double high);

/* Parses a quantity: the caller knows the dimension. Returns false when the text is not one finite number of that
 * dimension. */
typedef bool variate_quantity_fn(const char *text, size_t length, double *value);

/* Loads the column of an `empirical(...)`; see param.h. `context` is passed through. */
typedef const double *variate_column_fn(void *context, const char *file, const char *column, size_t *n);

/* Parses `text`. On failure returns false and writes why into `why` ("unknown distribution 'exp'; known: ..."). Tables
 * and parts go to `arena`. `column_fn` may be NULL. */
bool variate_parse(const char *text, struct variate *out, variate_quantity_fn *quantity,
                   variate_column_fn *column_fn, void *context, struct arena *arena,
                   char *why, size_t why_bytes);

#endif
