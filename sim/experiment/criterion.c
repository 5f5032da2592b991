/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/experiment/criterion.h"

#include <math.h>

#include "sim/kernel/statistics.h"

double weighted_sum_of(const struct weighted_sum *sum, const double *row) {
    double value = 0;
    for (size_t i = 0; i < sum->n; i++) value += sum->weight[i] * row[sum->column[i]];
    return value;
}

struct estimate weighted_sum_estimate(const struct weighted_sum *sum, const double *rows, uint32_t n, size_t columns) {
    struct tally tally = {0};
    for (uint32_t r = 0; r < n; r++) {
        double value = weighted_sum_of(sum, rows + r * columns);
        if (!isnan(value)) tally_observe(&tally, value);
    }
    return estimate_of_tally(&tally);
}

/* Whether x is on the right side. */
static bool is_kept(const struct limit *limit, double x) {
    double room = limit->above ? x - limit->value : limit->value - x;
    return limit->or_equal ? room >= 0 : room > 0;
}

enum limit_verdict limit_judge(const struct limit *limit, const struct estimate *estimate, uint32_t n, bool is_exact) {
    double half_width = estimate->n == 1 && is_exact ? 0 : estimate->half_width;
    if (estimate->n < n || isnan(half_width)) return LIMIT_UNDECIDED;
    bool low = is_kept(limit, estimate->mean - half_width), high = is_kept(limit, estimate->mean + half_width);
    return low != high ? LIMIT_UNDECIDED : low ? LIMIT_HOLDS : LIMIT_FAILS;
}

double limit_excess(const struct limit *limit, double mean) {
    double over = limit->above ? limit->value - mean : mean - limit->value;
    double size = fabs(limit->value) > 0 ? fabs(limit->value) : 1;
    return over > 0 ? over / size : 0;
}
