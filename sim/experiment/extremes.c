/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/experiment/extremes.h"

#include <math.h>

static double reach(const struct estimate *estimate) { return isnan(estimate->half_width) ? 0 : estimate->half_width; }

bool extremes_touch(const struct estimate *a, const struct estimate *b) {
    return fabs(a->mean - b->mean) <= reach(a) + reach(b); /* false for NAN */
}

/* ---- what makes no difference ---------------------------------------------------------------------- */

/* The point has the extreme's levels in all factors that are not free. */
static bool is_alike(const struct sweep *sweep, const struct extreme *extreme, size_t point) {
    for (size_t f = 0; f < sweep->n_factors; f++)
        if (!extreme->is_free[f] && sweep_level(sweep, point, f) != sweep_level(sweep, extreme->point, f)) return false;
    return true;
}

static bool all_alike_touch(const struct surface *surface, const struct extreme *extreme) {
    const struct estimate *at = surface_at(surface, extreme->point);
    for (size_t i = 0; i < surface->sweep->n_points; i++)
        if (is_alike(surface->sweep, extreme, i) && !extremes_touch(at, surface_at(surface, i))) return false;
    return true;
}

/* One after the other, the first factor last: it is the one that was varied first, hence the one that is asked about. */
static void find_free(const struct surface *surface, struct extreme *extreme) {
    for (size_t f = surface->sweep->n_factors; f-- > 0;) {
        extreme->is_free[f] = true;
        extreme->is_free[f] = all_alike_touch(surface, extreme);
    }
}

/* ---- where it is ------------------------------------------------------------------------------------- */

struct extreme extremes_find(const struct surface *surface, bool highest, struct arena *arena) {
    size_t n = surface->sweep->n_points;
    struct extreme extreme = {.point = n, .is_free = ARENA_NEW(arena, surface->sweep->n_factors + 1, bool)};
    for (size_t i = 0; i < n; i++) {
        double mean = surface_at(surface, i)->mean, best = extreme.point < n ? surface_at(surface, extreme.point)->mean : mean;
        if (!isnan(mean) && (extreme.point == n || (highest ? mean > best : mean < best))) extreme.point = i;
    }
    if (extreme.point == n) return extreme;
    for (size_t i = 0; i < n; i++)
        extreme.n_touching += extremes_touch(surface_at(surface, extreme.point), surface_at(surface, i));
    find_free(surface, &extreme);
    return extreme;
}

double extremes_effect(const struct surface *surface, size_t factor, struct arena *arena) {
    const struct sweep *sweep = surface->sweep;
    size_t n_levels = sweep->factors[factor].n_levels;
    double *sum = ARENA_NEW(arena, n_levels, double), *count = ARENA_NEW(arena, n_levels, double);
    double low = HUGE_VAL, high = -HUGE_VAL;
    for (size_t i = 0; i < sweep->n_points; i++) {
        double mean = surface_at(surface, i)->mean;
        if (isnan(mean)) continue;
        sum[sweep_level(sweep, i, factor)] += mean;
        count[sweep_level(sweep, i, factor)]++;
    }
    for (size_t k = 0; k < n_levels; k++) {
        if (!(count[k] > 0)) continue;
        low = fmin(low, sum[k] / count[k]);
        high = fmax(high, sum[k] / count[k]);
    }
    return high > low ? high - low : 0;
}
