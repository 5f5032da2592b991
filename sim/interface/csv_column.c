/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One column of a CSV as numbers, for empirical(file.csv:column) and for curves.
 */
#include <math.h>
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
    const char *file;
    const struct param_column *wanted;
    struct place named_at;
    size_t index, n, capacity;
    double *values;
    struct arena *arena;
    struct diag *diag;
};

static bool find_column(struct column *column, const struct csv_row *row) {
    column->index = csv_row_find(row, column->wanted->name);
    if (column->index < row->n) return true;
    char known[DIAG_TEXT_BYTES / 2] = "";
    size_t used = 0;
    for (size_t i = 0; i < row->n && used < sizeof known; i++)
        used += (size_t)snprintf(known + used, sizeof known - used, "%s%s", i ? ", " : "", row->field[i]);
    struct place place = {column->file, row->line, NULL};
    diag_add(column->diag, STATUS_DATA, place, "no column '%.60s' (wanted by %.60s), allowed: %s", column->wanted->name,
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

/* " of 0 to 1", " of 0 or more, above 4096, the one before". */
static void print_wanted(const struct column *column, char *out, size_t out_bytes) {
    const struct param_column *wanted = column->wanted;
    char low[TEXT_NUMBER_BYTES], high[TEXT_NUMBER_BYTES];
    *out = '\0';
    if (!isfinite(wanted->min)) return;
    text_print_number(wanted->min, low, sizeof low);
    text_print_number(wanted->max, high, sizeof high);
    bool has_high = isfinite(wanted->max);
    size_t used = (size_t)snprintf(out, out_bytes, " of %s%s%s", low, has_high ? " to " : " or more", has_high ? high : "");
    if (!wanted->increases || column->n == 0) return;
    text_print_number(column->values[column->n - 1], low, sizeof low);
    snprintf(out + used, out_bytes - used, ", above %s, the one before", low);
}

static bool is_wanted(const struct column *column, double value) {
    const struct param_column *wanted = column->wanted;
    if (value < wanted->min || value > wanted->max) return false;
    return !wanted->increases || column->n == 0 || value > column->values[column->n - 1];
}

static bool take_row(void *context, const struct csv_row *row, bool is_header) {
    struct column *column = context;
    if (is_header) return find_column(column, row);
    double value;
    if (!text_number(row->field[column->index], row->length[column->index], &value) || !is_wanted(column, value)) {
        struct place place = {column->file, row->line, column->wanted->name};
        char allowed[5 * TEXT_NUMBER_BYTES];
        print_wanted(column, allowed, sizeof allowed);
        diag_add(column->diag, STATUS_DATA, place, "read '%.100s', allowed: a number%s", row->field[column->index], allowed);
        return column->diag->count < DIAG_MESSAGES_MAX;
    }
    append(column, value);
    return true;
}

const double *csv_table_column(const char *file, const struct param_column *column, size_t *n, struct arena *arena,
                               struct place place, struct diag *diag) {
    struct column reading = {.file = input_beside(place.file, file, arena),
                             .wanted = column,
                             .named_at = place,
                             .arena = arena,
                             .diag = diag};
    size_t complaints = diag->count;
    csv_table_read(reading.file, take_row, &reading, diag);
    if (diag->count == complaints && reading.n == 0)
        diag_add(diag, STATUS_DATA, (struct place){reading.file, 0, column->name}, "a header and no rows");
    *n = reading.n;
    return diag->count == complaints ? reading.values : NULL;
}
