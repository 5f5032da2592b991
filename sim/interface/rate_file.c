/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/interface/rate_file.h"

#include <string.h>

#include "sim/interface/csv_table.h"
#include "sim/kernel/text.h"

enum { ROWS_MAX = 100000 };

struct loading {
    const char *file;
    struct scenario *scenario;
    struct diag *diag;
    size_t n_classes, time_column;
    size_t *column; /* by class: where its factors stand; CSV_COLUMNS_MAX: always 1 */
    double *time_s, *factor;
    size_t n, capacity;
};

static bool complain(struct loading *loading, long line, const char *column, const char *text, const char *allowed) {
    diag_add(loading->diag, STATUS_DATA, (struct place){loading->file, line, column}, "read '%.100s', allowed: %s", text, allowed);
    return loading->diag->count < DIAG_MESSAGES_MAX;
}

/* Every column must be of somebody: a misspelt class would go by the common factor, unnoticed. */
static bool check_columns(struct loading *loading, const struct csv_row *row) {
    const struct workload *workload = &loading->scenario->workload;
    size_t complaints = loading->diag->count;
    for (size_t c = 0; c < row->n; c++) {
        bool known = c == loading->time_column || strcmp(row->field[c], "factor") == 0;
        for (size_t k = 0; k < workload->n_classes && !known; k++) known = strcmp(row->field[c], workload->class_names[k]) == 0;
        if (!known)
            diag_add(loading->diag, STATUS_DATA, (struct place){loading->file, row->line, NULL},
                     "unknown column '%.100s', allowed: time_s, factor, and names of classes in workload.file", row->field[c]);
    }
    return loading->diag->count == complaints;
}

static bool take_header(struct loading *loading, const struct csv_row *row) {
    const struct workload *workload = &loading->scenario->workload;
    loading->time_column = csv_row_find(row, "time_s");
    if (loading->time_column == row->n || row->n < 2) {
        diag_add(loading->diag, STATUS_DATA, (struct place){loading->file, row->line, NULL},
                 loading->time_column == row->n ? "no column 'time_s'; a curve of rates has time_s and factor"
                                                : "no column 'factor'; a curve of rates has time_s and factor");
        return false;
    }
    for (size_t k = 0; k < loading->n_classes; k++) {
        size_t own = workload->n_classes ? csv_row_find(row, workload->class_names[k]) : row->n;
        size_t common = csv_row_find(row, "factor");
        loading->column[k] = own < row->n ? own : common < row->n ? common : CSV_COLUMNS_MAX;
    }
    return check_columns(loading, row);
}

static void make_room(struct loading *loading) {
    if (loading->n < loading->capacity) return;
    struct arena *arena = loading->scenario->arena;
    size_t capacity = loading->capacity ? 2 * loading->capacity : 64, k = loading->n_classes;
    double *time_s = ARENA_NEW(arena, capacity, double), *factor = ARENA_NEW(arena, capacity * k, double);
    if (loading->n) {
        memcpy(time_s, loading->time_s, loading->n * sizeof *time_s);
        memcpy(factor, loading->factor, loading->n * k * sizeof *factor);
    }
    loading->time_s = time_s;
    loading->factor = factor;
    loading->capacity = capacity;
}

static bool take_time(struct loading *loading, const struct csv_row *row, double *time_s) {
    const char *text = row->field[loading->time_column];
    bool is_number = text_number(text, row->length[loading->time_column], time_s);
    if (loading->n == 0) {
        if (is_number && !(*time_s < 0) && !(*time_s > 0)) return true;
        complain(loading, row->line, "time_s", text, "0, where a curve begins");
        return false;
    }
    if (is_number && *time_s > loading->time_s[loading->n - 1]) return true;
    complain(loading, row->line, "time_s", text, "a number above that of the row before");
    return false;
}

static bool take_row(void *context, const struct csv_row *row, bool is_header) {
    struct loading *loading = context;
    if (is_header) return take_header(loading, row);
    if (loading->n == ROWS_MAX) return complain(loading, row->line, NULL, row->field[0], "100000 rows at most");
    make_room(loading);
    double time_s;
    if (!take_time(loading, row, &time_s)) return loading->diag->count < DIAG_MESSAGES_MAX;
    for (size_t k = 0; k < loading->n_classes; k++) {
        double *factor = &loading->factor[loading->n * loading->n_classes + k];
        size_t c = loading->column[k];
        *factor = 1;
        if (c == CSV_COLUMNS_MAX || (text_number(row->field[c], row->length[c], factor) && *factor >= 0)) continue;
        return complain(loading, row->line, NULL, row->field[c], "a number of 0 or more");
    }
    loading->time_s[loading->n++] = time_s;
    return true;
}

void rate_file_read(const char *file, struct scenario *scenario, struct diag *diag) {
    struct workload *workload = &scenario->workload;
    struct loading loading = {.file = file, .scenario = scenario, .diag = diag, .n_classes = workload->n_classes ? workload->n_classes : 1};
    loading.column = ARENA_NEW(scenario->arena, loading.n_classes, size_t);
    size_t complaints = diag->count;
    csv_table_read(file, take_row, &loading, diag);
    if (diag->count > complaints) return;
    if (loading.n < 2) {
        diag_add(diag, STATUS_DATA, (struct place){file, 0, NULL}, "%zu rows, allowed: 2 or more, between which a curve runs", loading.n);
        return;
    }
    workload->n_rate_times = loading.n;
    workload->rate_time_s = loading.time_s;
    workload->rate_factor = loading.factor;
}
