/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * estimate: what n independent replications say about a mean.
 *
 * The half-width is that of the two-sided 95 % confidence interval of Student: t_{0.975}(n-1) s / sqrt(n), with s the
 * sample standard deviation (Law, "Simulation Modeling and Analysis", 5th ed., eq. 4.12). Replications in which the
 * measure was not observed (NAN) do not count. Below two observations there is no interval:
 * half-width and standard error are NAN, which is an empty field in CSV and null in JSON.
 */
#ifndef SIM_EXPERIMENT_ESTIMATE_H
#define SIM_EXPERIMENT_ESTIMATE_H

#include <stdbool.h>
#include <stddef.h>

struct estimate {
    double mean;           /* NAN when nothing was observed */
    double half_width;     /* NAN below two observations */
    double standard_error; /* s / sqrt(n) */
    size_t n;              /* replications in which it was observed */
};

/* t_{0.975}(degrees), the factor between standard error and half-width. degrees >= 1. */
double estimate_t975(size_t degrees);

/* Of values[0], values[stride], ... values[(n-1) * stride]. */
struct estimate estimate_of(const double *values, size_t n, size_t stride);
struct tally;
struct estimate estimate_of_tally(const struct tally *tally);

/* An estimate beside the exact value that theory gives. It holds when |z| < ESTIMATE_Z_LIMIT, which a right simulator
 * of 40 replications crosses once in 480 comparisons, and when the half-width is below ESTIMATE_WIDTH_LIMIT of the exact
 * value: a wide interval would prove nothing. */
#define ESTIMATE_Z_LIMIT     3.3
#define ESTIMATE_WIDTH_LIMIT 0.01

struct comparison {
    double relative_width; /* half-width / |exact| */
    double z;              /* (mean - exact) / standard error */
    bool holds;
};
struct comparison estimate_compare(const struct estimate *estimate, double exact);

#endif
