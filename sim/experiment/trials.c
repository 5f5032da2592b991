/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/experiment/trials.h"

#include <string.h>

struct trials trials_open(const struct model *model, size_t n_max, uint32_t first, trials_study_fn *run_study, void *context,
                          struct arena *arena) {
    return (struct trials){.settings = ARENA_NEW(arena, n_max, struct scenario),
                           .n_max = n_max,
                           .columns = model_columns(model),
                           .first = first,
                           .rows = ARENA_NEW(arena, n_max, double *),
                           .n_rows = ARENA_NEW(arena, n_max, uint32_t),
                           .room = ARENA_NEW(arena, n_max, uint32_t),
                           .run_study = run_study,
                           .context = context,
                           .arena = arena};
}

size_t trials_add(struct trials *trials, const struct scenario *setting) {
    SIM_ASSERT(trials->n < trials->n_max);
    trials->settings[trials->n] = *setting;
    trials->settings[trials->n].run = param_set_copy(&setting->run, trials->arena);
    return trials->n++;
}

/* Rows for n replications; the old ones stay behind in the arena, less than the new ones. */
static void make_room(struct trials *trials, size_t setting, uint32_t n) {
    if (n <= trials->room[setting]) return;
    uint32_t room = 2 * trials->room[setting] > n ? 2 * trials->room[setting] : n;
    double *rows = ARENA_NEW(trials->arena, (size_t)room * trials->columns, double);
    if (trials->n_rows[setting]) memcpy(rows, trials->rows[setting], (size_t)trials->n_rows[setting] * trials->columns * sizeof *rows);
    trials->rows[setting] = rows;
    trials->room[setting] = room;
}

/* A study of settings that all have as many replications; `which` says whose row is whose. */
struct stage {
    struct trials *trials;
    const size_t *which;
};

static bool take_point(void *context, size_t point, const double *rows, uint32_t n) {
    const struct stage *stage = context;
    struct trials *trials = stage->trials;
    size_t setting = stage->which[point];
    memcpy(trials->rows[setting] + (size_t)trials->n_rows[setting] * trials->columns, rows, (size_t)n * trials->columns * sizeof *rows);
    trials->n_rows[setting] += n;
    trials->spent += n;
    return true;
}

/* Those of `which` that have `has` replications get n. */
static bool extend_alike(struct trials *trials, const size_t *which, size_t n_which, uint32_t has, uint32_t n) {
    size_t *alike = ARENA_NEW(trials->arena, n_which, size_t), n_alike = 0;
    struct scenario *points = ARENA_NEW(trials->arena, n_which, struct scenario);
    for (size_t i = 0; i < n_which; i++) {
        if (trials->n_rows[which[i]] != has) continue;
        make_room(trials, which[i], n);
        replication_fix_count(&trials->settings[which[i]], (uint32_t)(n - has));
        points[n_alike] = trials->settings[which[i]];
        alike[n_alike++] = which[i];
    }
    struct stage stage = {trials, alike};
    struct study study = {.points = points,
                          .n_points = n_alike,
                          .first_replication = trials->first + has,
                          .sink = take_point,
                          .sink_context = &stage};
    trials->stopped = trials->run_study(trials->context, &study).stopped;
    return !trials->stopped;
}

bool trials_extend(struct trials *trials, const size_t *which, size_t n_which, uint32_t n) {
    for (size_t i = 0; i < n_which && !trials->stopped; i++) {
        uint32_t has = trials->n_rows[which[i]];
        if (has < n) extend_alike(trials, which, n_which, has, n);
    }
    return !trials->stopped;
}

uint32_t trials_most(const struct trials *trials) {
    uint32_t most = 0;
    for (size_t i = 0; i < trials->n; i++)
        if (trials->n_rows[i] > most) most = trials->n_rows[i];
    return most;
}
