/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/kernel/looks.h"

#include <gsl/gsl_statistics_double.h>

void looks_open(struct looks *looks, size_t n_levels, uint32_t replication, struct arena *arena) {
    *looks = (struct looks){.origin = (uint64_t)replication * LOOKS, .levels = ARENA_NEW(arena, n_levels * LOOKS, double)};
}

void looks_begin(struct looks *looks, double start_s, double end_s) {
    looks->start_s = start_s;
    looks->part_s = end_s > start_s ? (end_s - start_s) / LOOKS : 0;
    looks->n = 0;
}

double looks_next_s(const struct looks *looks) {
    const double golden = 0.61803398874989484820;
    if (!(looks->part_s > 0) || looks->n == LOOKS) return HUGE_VAL;
    double turns = ((double)(looks->origin + looks->n) + 0.5) * golden;
    return looks->start_s + ((double)looks->n + (turns - floor(turns))) * looks->part_s;
}

static bool varies(const double *values, size_t n) {
    for (size_t i = 1; i < n; i++)
        if (values[i] < values[0] || values[i] > values[0]) return true;
    return false;
}

void looks_quantiles(const struct looks *looks, size_t level, double out[LOOKS_QUANTILES]) {
    static const double quantiles[LOOKS_QUANTILES] = {0.50, 0.95, 0.99};
    const double *seen = looks->levels + level * LOOKS;
    size_t n = looks->n;
    double values[LOOKS];
    bool selects = varies(seen, n); /* most levels of a scenario are constant, and one that is not observed is NAN at every look */
    if (selects) memcpy(values, seen, n * sizeof *values);
    for (size_t k = 0; k < LOOKS_QUANTILES; k++) {
        size_t rank = (size_t)ceil(quantiles[k] * (double)n);
        out[k] = n == 0 ? NOTHING_OBSERVED : selects ? gsl_stats_select(values, 1, n, rank - 1) : seen[0];
    }
}
