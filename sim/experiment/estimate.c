/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/experiment/estimate.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

#include "sim/kernel/statistics.h"

double estimate_t975(size_t degrees) {
    SIM_ASSERT(degrees >= 1);
    return gsl_cdf_tdist_Pinv(0.975, (double)degrees);
}

struct estimate estimate_of(const double *values, size_t n, size_t stride) {
    struct tally tally = {0};
    for (size_t i = 0; i < n; i++)
        if (!isnan(values[i * stride])) tally_observe(&tally, values[i * stride]);
    struct estimate estimate = {.mean = tally_mean(&tally), .half_width = NOTHING_OBSERVED,
                                .standard_error = NOTHING_OBSERVED, .n = (size_t)tally.n};
    if (tally.n < 2) return estimate;
    estimate.standard_error = sqrt(tally_variance(&tally) / (double)tally.n);
    estimate.half_width = estimate_t975((size_t)tally.n - 1) * estimate.standard_error;
    return estimate;
}
