/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One column of a CSV as numbers, for empirical(file.csv:column).
 */
#include <stdio.h>
#include <string.h>

#include "sim/interface/csv_table.h"
#include "sim/interface/input.h"
#include "sim/kernel/text.h"

size_t csv_row_find(const struct csv_row *row, const char *column) {
    size_t i = 0;
    while (i < row->n && strcmp(row->field[i], column) != 0) i++;
    return i;
}

/* The column while it is read. The array doubles in the arena, so at most half of what it took is wasted. */
struct column {
    const char *file, *name;
    struct place named_at;
    size_t index, n, capacity;
    double *values;
    struct arena *arena;
    struct diag *diag;
};

static bool find_column(struct column *column, const struct csv_row *row) {
    column->index = csv_row_find(row, column->name);
    if (column->index < row->n) return true;
    char known[DIAG_TEXT_BYTES / 2] = "";
    size_t used = 0;
    for (size_t i = 0; i < row->n && used < sizeof known; i++)
        used += (size_t)snprintf(known + used, sizeof known - used, "%s%s", i ? ", " : "", row->field[i]);
    struct place place = {column->file, row->line, NULL};
    diag_add(column->diag, STATUS_DATA, place, "no column '%.60s' (wanted by %.60s), allowed: %s", column->name,
             column->named_at.column ? column->named_at.column : "the scenario", known);
    return false;
}

static void append(struct column *column, double value) {
    if (column->n == column->capacity) {
        column->capacity = column->capacity ? 2 * column->capacity : 1024;
        double *values = ARENA_NEW(column->arena, column->capacity, double);
        if (column->n) memcpy(values, column->values, column->n * sizeof *values);
        column->values = values;
    }
    column->values[column->n++] = value;
}

static bool take_row(void *context, const struct csv_row *row, bool is_header) {
    struct column *column = context;
    if (is_header) return find_column(column, row);
    double value;
    if (!text_number(row->field[column->index], row->length[column->index], &value)) {
        struct place place = {column->file, row->line, column->name};
        diag_add(column->diag, STATUS_DATA, place, "read '%.100s', allowed: a number", row->field[column->index]);
        return column->diag->count < DIAG_MESSAGES_MAX;
    }
    append(column, value);
    return true;
}

const double *csv_table_column(const char *file, const char *column, size_t *n, struct arena *arena,
                               struct place place, struct diag *diag) {
    struct column reading = {.file = input_beside(place.file, file, arena),
                             .name = column,
                             .named_at = place,
                             .arena = arena,
                             .diag = diag};
    size_t complaints = diag->count;
    csv_table_read(reading.file, take_row, &reading, diag);
    if (diag->count == complaints && reading.n == 0)
        diag_add(diag, STATUS_DATA, (struct place){reading.file, 0, column}, "a header and no rows");
    *n = reading.n;
    return diag->count == complaints ? reading.values : NULL;
}
