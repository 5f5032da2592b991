/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/experiment/sweep.h"

#include <stdio.h>
#include <string.h>

size_t sweep_level(const struct sweep *sweep, size_t point, size_t f) {
    for (size_t later = sweep->n_factors - 1; later > f; later--)
        point /= sweep->factors[later].n_levels;
    return point % sweep->factors[f].n_levels;
}

static bool check_factors(const struct sweep *sweep, struct diag *diag) {
    for (size_t f = 0; f < sweep->n_factors; f++)
        for (size_t earlier = 0; earlier < f; earlier++)
            if (strcmp(sweep->factors[f].key, sweep->factors[earlier].key) == 0)
                diag_add(diag, STATUS_USAGE,
                         (struct place){.file = "--vary", .column = sweep->factors[f].key},
                         "is varied twice; give all of its levels in one list");
    return diag_ok(diag);
}

static bool count_points(struct sweep *sweep, struct diag *diag) {
    sweep->n_points = 1;
    for (size_t f = 0; f < sweep->n_factors; f++) {
        if (sweep->factors[f].n_levels > SWEEP_POINTS_MAX / sweep->n_points) {
            diag_add(diag, STATUS_USAGE, (struct place){.file = "--vary"},
                     "more than %d design points", SWEEP_POINTS_MAX);
            return false;
        }
        sweep->n_points *= sweep->factors[f].n_levels;
    }
    return true;
}

/* "--vary server.idle_limit=5, server.keepalive=on": where a complaint about a combination belongs. */
static void point_name(const struct sweep *sweep, size_t point, char *out, size_t out_bytes) {
    size_t used = (size_t)snprintf(out, out_bytes, "--vary");
    for (size_t f = 0; f < sweep->n_factors && used < out_bytes; f++) {
        const struct factor *factor = &sweep->factors[f];
        used += (size_t)snprintf(out + used, out_bytes - used, "%s %s=%s", f ? "," : "",
                                 factor->key, factor->levels[sweep_level(sweep, point, f)]);
    }
}

static void make_point(struct sweep *sweep, size_t point, param_column_fn *column_fn,
                       struct arena *arena, struct diag *diag) {
    struct scenario *scenario = &sweep->points[point];
    *scenario = scenario_copy(sweep->base, arena);
    for (size_t f = 0; f < sweep->n_factors; f++) {
        const struct factor *factor = &sweep->factors[f];
        scenario_assign(scenario, factor->key, factor->levels[sweep_level(sweep, point, f)],
                        (struct place){.file = "--vary", .column = factor->key}, column_fn, diag);
    }
    char name[256];
    point_name(sweep, point, name, sizeof name);
    if (sweep->n_factors) scenario_check(scenario, name, diag);
}

bool sweep_open(struct sweep *sweep, const struct scenario *base, const struct factor *factors,
                size_t n_factors, param_column_fn *column_fn, struct arena *arena,
                struct diag *diag) {
    *sweep = (struct sweep){.base = base, .factors = factors, .n_factors = n_factors};
    if (!check_factors(sweep, diag) || !count_points(sweep, diag)) return false;
    sweep->points = ARENA_NEW(arena, sweep->n_points, struct scenario);
    for (size_t i = 0; i < sweep->n_points; i++) make_point(sweep, i, column_fn, arena, diag);
    return diag_ok(diag);
}
