/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/interface/gathered.h"

#include <string.h>

void gathered_open(struct gathered *gathered, const struct model *model, size_t n_points, struct arena *arena) {
    *gathered = (struct gathered){.arena = arena,
                                  .columns = model_columns(model),
                                  .values = ARENA_NEW(arena, n_points, const double *),
                                  .n = ARENA_NEW(arena, n_points, uint32_t)};
}

bool gathered_point(void *context, size_t point, const double *values, uint32_t n_replications) {
    struct gathered *gathered = context;
    size_t n = n_replications * gathered->columns;
    double *copy = ARENA_NEW(gathered->arena, n, double);
    memcpy(copy, values, n * sizeof *values);
    gathered_lend(gathered, point, copy, n_replications);
    return true;
}

void gathered_lend(struct gathered *gathered, size_t point, const double *values, uint32_t n_replications) {
    gathered->values[point] = values;
    gathered->n[point] = n_replications;
}

struct difference gathered_difference(const struct gathered *gathered, size_t a, size_t b, size_t column) {
    uint32_t n = gathered->n[a] < gathered->n[b] ? gathered->n[a] : gathered->n[b];
    return paired_difference(gathered->values[a] + column, gathered->values[b] + column, n, gathered->columns);
}
