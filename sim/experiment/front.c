/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/experiment/front.h"

#include <math.h>

#include "sim/kernel/statistics.h"

static bool is_observed(const double *cost, size_t d) {
    for (size_t k = 0; k < d; k++)
        if (isnan(cost[k])) return false;
    return true;
}

static bool dominates(const double *a, const double *b, size_t d) {
    bool better = false;
    for (size_t k = 0; k < d; k++) {
        if (a[k] > b[k]) return false;
        better = better || a[k] < b[k];
    }
    return better;
}

size_t front_find(const double *cost, size_t n, size_t d, bool *is_front) {
    size_t n_front = 0;
    for (size_t i = 0; i < n; i++) {
        is_front[i] = is_observed(cost + i * d, d);
        for (size_t j = 0; j < n && is_front[i]; j++)
            if (is_observed(cost + j * d, d) && dominates(cost + j * d, cost + i * d, d)) is_front[i] = false;
        n_front += is_front[i];
    }
    return n_front;
}

/* The least and the largest of one cost on the front. */
static void range_of(const double *cost, size_t n, size_t d, size_t k, const bool *is_front, double *low, double *high) {
    *low = HUGE_VAL, *high = -HUGE_VAL;
    for (size_t i = 0; i < n; i++) {
        if (!is_front[i]) continue;
        *low = fmin(*low, cost[i * d + k]);
        *high = fmax(*high, cost[i * d + k]);
    }
}

size_t front_knee(const double *cost, size_t n, size_t d, const bool *is_front, double *distance) {
    double low[FRONT_COSTS_MAX], high[FRONT_COSTS_MAX], least = HUGE_VAL;
    size_t knee = n;
    SIM_ASSERT(d <= FRONT_COSTS_MAX);
    for (size_t k = 0; k < d; k++) range_of(cost, n, d, k, is_front, &low[k], &high[k]);
    for (size_t i = 0; i < n; i++) {
        double square = is_front[i] ? 0 : NOTHING_OBSERVED;
        for (size_t k = 0; k < d; k++)
            if (high[k] > low[k]) square += pow((cost[i * d + k] - low[k]) / (high[k] - low[k]), 2);
        if (distance) distance[i] = sqrt(square);
        if (square < least) least = square, knee = i;
    }
    return knee;
}
