/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/experiment/near_best.h"

#include <math.h>


static double value_of(const struct near_best *near, size_t setting, uint32_t r) { return trials_row(near->trials, setting, r)[near->column]; }

static double mean_of(const struct near_best *near, size_t setting, uint32_t n) {
    return estimate_of(near->trials->rows[setting] + near->column, n, near->trials->columns).mean;
}

static bool is_observed(const struct near_best *near, size_t setting, uint32_t n) {
    for (uint32_t r = 0; r < n; r++)
        if (isnan(value_of(near, setting, r))) return false;
    return true;
}

/* The first of `which` stands for it where none was observed. */
static size_t find_best(const struct near_best *near, uint32_t n) {
    size_t best = near->which[0];
    double least = HUGE_VAL;
    for (size_t i = 0; i < near->n; i++) {
        double mean = mean_of(near, near->which[i], n), cost = near->larger ? -mean : mean;
        if (is_observed(near, near->which[i], n) && cost < least) least = cost, best = near->which[i];
    }
    return best;
}

static enum limit_verdict judge(const struct near_best *near, size_t setting, uint32_t n, struct arena *arena) {
    double line = near->larger ? 1 - near->share : 1 + near->share, *beyond = ARENA_NEW(arena, n, double);
    if (!is_observed(near, setting, n)) return LIMIT_FAILS;
    if (setting == near->best) return LIMIT_HOLDS;
    for (uint32_t r = 0; r < n; r++) {
        double more = value_of(near, setting, r) - line * value_of(near, near->best, r);
        beyond[r] = near->larger ? -more : more;
    }
    struct estimate estimate = estimate_of(beyond, n, 1);
    if (estimate.mean + estimate.half_width < 0) return LIMIT_HOLDS;
    return estimate.mean - estimate.half_width > 0 ? LIMIT_FAILS : LIMIT_UNDECIDED;
}

bool near_best_find(struct near_best *near, uint32_t n) {
    struct arena *arena = near->trials->arena;
    size_t *open = ARENA_NEW(arena, near->n + 1, size_t); /* + 1: the best */
    near->best = find_best(near, n);
    for (size_t i = 0; i < near->n; i++) near->verdict[i] = LIMIT_UNDECIDED;
    for (int look = 0; look <= near->looks; look++, n *= 2) {
        size_t n_open = 0;
        for (size_t i = 0; i < near->n; i++) /* all have n where they are undecided */
            if (near->verdict[i] == LIMIT_UNDECIDED && (near->verdict[i] = judge(near, near->which[i], n, arena)) == LIMIT_UNDECIDED)
                open[n_open++] = near->which[i];
        if (n_open == 0 || look == near->looks) break;
        open[n_open++] = near->best;
        if (!trials_extend(near->trials, open, n_open, 2 * n)) return false;
    }
    return true;
}
