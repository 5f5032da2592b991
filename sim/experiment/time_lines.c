/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/experiment/time_lines.h"

#include <stdlib.h>

/* Intervals are shorter by so much than they should be, lest rounding carry the last row beyond the end. */
static const double ROUNDING = 1e-9;

void time_lines_open(struct time_lines *lines, const struct scenario *points, size_t n_points, size_t n_replications,
                     size_t n_rows, bool whole) {
    *lines = (struct time_lines){.points = points,
                                 .n_points = n_points,
                                 .n_replications = n_replications,
                                 .n_rows = n_rows,
                                 .whole = whole,
                                 .lines = calloc(n_points * n_replications, sizeof *lines->lines)};
    if (!lines->lines) status_machine("memory for time lines");
}

struct series *time_lines_of(const struct time_lines *lines, size_t point) {
    return lines->lines + point * lines->n_replications;
}

struct series *time_lines_take(struct time_lines *lines, size_t point, uint32_t replication) {
    const struct scenario *scenario = &lines->points[point];
    const struct param_value *run = scenario->run.values;
    double start_s = lines->whole ? 0 : run[RUN_WARMUP].number, end_s = run[RUN_HORIZON].number;
    if (replication >= lines->n_replications || scenario->workload.n_requests || !(end_s > start_s)) return NULL;
    struct series *line = time_lines_of(lines, point) + replication;
    *line = (struct series){.start_s = start_s,
                            .interval_s = (end_s - start_s) / (double)lines->n_rows * (1 - ROUNDING),
                            .n_columns = 1 + scenario->model->n_series_columns,
                            .rows_max = lines->n_rows};
    line->values = calloc(line->rows_max * line->n_columns, sizeof *line->values);
    if (!line->values) status_machine("memory for time lines");
    return line;
}

void time_lines_drop(struct time_lines *lines, size_t point) {
    struct series *line = time_lines_of(lines, point);
    for (size_t r = 0; r < lines->n_replications; r++) {
        free(line[r].values);
        line[r] = (struct series){0};
    }
}

void time_lines_close(struct time_lines *lines) {
    for (size_t p = 0; p < lines->n_points; p++) time_lines_drop(lines, p);
    free(lines->lines);
    lines->lines = NULL;
}
