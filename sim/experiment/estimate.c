/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/experiment/estimate.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

#include "sim/kernel/statistics.h"

double estimate_t975(size_t degrees) {
    SIM_ASSERT(degrees >= 1);
    return gsl_cdf_tdist_Pinv(0.975, (double)degrees);
}

struct estimate estimate_of_tally(const struct tally *tally) {
    struct estimate estimate = {.mean = tally_mean(tally),
                                .half_width = NOTHING_OBSERVED,
                                .standard_error = NOTHING_OBSERVED,
                                .n = (size_t)tally->n};
    if (tally->n < 2) return estimate;
    estimate.standard_error = sqrt(tally_variance(tally) / (double)tally->n);
    estimate.half_width = estimate_t975((size_t)tally->n - 1) * estimate.standard_error;
    return estimate;
}

struct estimate estimate_of(const double *values, size_t n, size_t stride) {
    struct tally tally = {0};
    for (size_t i = 0; i < n; i++)
        if (!isnan(values[i * stride])) tally_observe(&tally, values[i * stride]);
    return estimate_of_tally(&tally);
}

/* Nothing of nothing is nothing: a measure without any spread that is exactly right has z = 0. */
static double ratio(double part, double whole) {
    return fabs(part) > 0 || isnan(part) ? part / fabs(whole) : 0;
}

struct comparison estimate_compare(const struct estimate *estimate, double exact) {
    struct comparison comparison = {.relative_width = ratio(estimate->half_width, exact),
                                    .z = ratio(estimate->mean - exact, estimate->standard_error)};
    comparison.holds = fabs(comparison.z) < ESTIMATE_Z_LIMIT &&
                       comparison.relative_width < ESTIMATE_WIDTH_LIMIT;
    return comparison; /* no comparison with NAN holds */
}
