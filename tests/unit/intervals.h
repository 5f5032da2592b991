/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * intervals: whether the 95 % intervals that a program states hold what is exact, over seeds 1 .. INTERVALS_SEEDS. This was decided before any
 * of it was run:
 *
 *   coverage  the number of intervals that hold the exact value is at least the lower 0.1 % point of Binomial(60, 0.95), which is the largest c with
 *             P(N < c) <= 0.001: 51. A right mean fails with a chance of 0.001 at most; one whose intervals hold in 85 % fails every
 *             other time, in 75 % nineteen times of twenty.
 *   bias      z = (mean of all seeds - exact) / (their standard deviation / sqrt(60)) is below 3.3. A right mean fails with a chance of
 *             0.0017 (Student, 59 degrees); one that is off by half of an interval's half-width, which a single interval seldom shows, fails for
 *             certain.
 *
 * Fifteen means are held so (test_race.c: 8, test_ports.c: 7): for a right program and seeds drawn anew one run of all in 25 would fail, as 15 (0.001 +
 * 0.0017) is 0.04. Seeds are fixed, so the verdict is as well.
 */
#ifndef TESTS_UNIT_INTERVALS_H
#define TESTS_UNIT_INTERVALS_H

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_statistics_double.h>

#include "sim/experiment/estimate.h"
#include "tests/unit/unit.h"

enum { INTERVALS_SEEDS = 60 };
#define INTERVALS_Z_LIMIT 3.3

/* One mean. */
struct intervals {
    const char *name;
    double exact;
    size_t n, below, above; /* intervals that lie wholly below the exact value, or above */
    double half_width_sum;
    double means[INTERVALS_SEEDS];
};

static inline unsigned intervals_least(void) {
    unsigned c = 0;
    while (gsl_cdf_binomial_P(c, 0.95, INTERVALS_SEEDS) <= 0.001) c++;
    return c;
}

static inline void intervals_add(struct intervals *of, struct estimate estimate) {
    assert_true(of->n < INTERVALS_SEEDS && !isnan(estimate.half_width));
    of->below += estimate.mean + estimate.half_width < of->exact;
    of->above += estimate.mean - estimate.half_width > of->exact;
    of->half_width_sum += estimate.half_width;
    of->means[of->n++] = estimate.mean;
}

static inline void intervals_judge(const struct intervals *of) {
    double n = INTERVALS_SEEDS, mean = gsl_stats_mean(of->means, 1, INTERVALS_SEEDS);
    double z = (mean - of->exact) / (gsl_stats_sd(of->means, 1, INTERVALS_SEEDS) / sqrt(n));
    size_t held = of->n - of->below - of->above;
    printf("# %-52s exact %-10.5g held %zu of %zu (below %zu, above %zu; +-%.2g %%), bias %+.2f %%, z %+.2f\n", of->name, of->exact, held, of->n,
           of->below, of->above, 100 * of->half_width_sum / n / of->exact, 100 * (mean / of->exact - 1), z);
    assert_int_equal(of->n, INTERVALS_SEEDS);
    if (held < intervals_least()) fail_msg("%s: %zu of %zu intervals hold, %u wanted", of->name, held, of->n, intervals_least());
    if (!(fabs(z) < INTERVALS_Z_LIMIT)) fail_msg("%s: z %.2f", of->name, z);
}

#endif
