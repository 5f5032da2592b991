/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/interface/plot_settings.h"

#include <math.h>
#include <string.h>

#include "sim/interface/csv_table.h"

enum { MANIFEST_PARAMETER, MANIFEST_VALUE, MANIFEST_UNIT, MANIFEST_COLUMNS };

struct manifest_reader {
    const struct plot_table *table;
    struct plot_origin *origin;
    struct arena *arena;
    size_t column[MANIFEST_COLUMNS];
};

static bool manifest_row(void *context, const struct csv_row *row, bool is_header) {
    static const char *const names[MANIFEST_COLUMNS] = {"parameter", "value", "unit"};
    struct manifest_reader *reader = context;
    if (is_header) {
        for (size_t c = 0; c < MANIFEST_COLUMNS; c++) {
            reader->column[c] = 0;
            while (reader->column[c] < row->n && strcmp(row->field[reader->column[c]], names[c]) != 0)
                reader->column[c]++;
            if (reader->column[c] == row->n) return false; /* not one of ours: nothing is known */
        }
        return true;
    }
    const char *parameter = row->field[reader->column[MANIFEST_PARAMETER]];
    const char *value = row->field[reader->column[MANIFEST_VALUE]];
    const char *unit = row->field[reader->column[MANIFEST_UNIT]];
    const char *last = strrchr(parameter, '.') ? strrchr(parameter, '.') + 1 : parameter;
    struct plot_origin *origin = reader->origin;
    if (strcmp(last, "scenario") == 0) origin->scenario = arena_text(reader->arena, value, strlen(value));
    if (strcmp(last, "seed") == 0) origin->seed = arena_text(reader->arena, value, strlen(value));
    if (strcmp(last, "version") == 0) origin->version = arena_text(reader->arena, value, strlen(value));
    for (size_t f = 0; f < reader->table->n_factors; f++)
        if (*unit && !strpbrk(unit, " '") && strcmp(parameter, reader->table->factors[f].name) == 0)
            origin->units[f] = arena_text(reader->arena, unit, strlen(unit));
    return true;
}

struct plot_origin plot_origin_unknown(void) {
    struct plot_origin origin = {.scenario = "", .seed = "", .version = ""};
    for (size_t f = 0; f < PLOT_FACTORS_MAX; f++) origin.units[f] = "1";
    return origin;
}

void plot_origin_read(const char *file, const struct plot_table *table, struct plot_origin *out, struct arena *arena,
                      struct diag *diag) {
    *out = plot_origin_unknown();
    struct manifest_reader reader = {.table = table, .origin = out, .arena = arena};
    csv_table_read(file, manifest_row, &reader, diag);
}

struct series_reader {
    struct plot_series *series;
    struct arena *arena;
};

static bool series_row_read(void *context, const struct csv_row *row, bool is_header) {
    struct series_reader *reader = context;
    if (!is_header) {
        reader->series->rows++;
        return true;
    }
    size_t bytes = 1;
    for (size_t i = 0; i < row->n; i++) bytes += row->length[i] + 1;
    char *columns = ARENA_NEW(reader->arena, bytes, char), *end = columns;
    for (size_t i = 0; i < row->n; i++) {
        if (i > 0) *end++ = ' ';
        memcpy(end, row->field[i], row->length[i]);
        end += row->length[i];
    }
    reader->series->columns = columns;
    return true;
}

void plot_series_read(const char *file, struct plot_series *out, struct arena *arena, struct diag *diag) {
    *out = (struct plot_series){.file = file, .columns = ""};
    struct series_reader reader = {.series = out, .arena = arena};
    csv_table_read(file, series_row_read, &reader, diag);
}

/* In single quotes gnuplot reads every character as itself; a quote is written twice, a line end has no place. */
static void text_write(FILE *out, const char *text) {
    fputc('\'', out);
    for (; *text; text++) {
        if (*text == '\'') fputc('\'', out);
        fputc((unsigned char)*text < ' ' ? ' ' : *text, out);
    }
    fputc('\'', out);
}

static void assign_text(FILE *out, const char *name, const char *text) {
    fprintf(out, "%s = ", name);
    text_write(out, text);
    fputc('\n', out);
}

static void assign_array(FILE *out, const char *name, const char *const *texts, size_t n) {
    fprintf(out, "array %s[%zu] = [", name, n);
    for (size_t i = 0; i < n; i++) {
        fputs(i > 0 ? ", " : "", out);
        text_write(out, texts[i]);
    }
    fputs("]\n", out);
}

static void table_settings_write(FILE *out, const struct plot_table *table, const struct plot_origin *origin) {
    static const char *const nothing[] = {""};
    bool varied = table->x < table->n_factors;
    const struct plot_factor *x = &table->factors[table->x];
    assign_text(out, "x_name", varied ? x->name : "");
    assign_text(out, "x_unit", varied ? origin->units[table->x] : "1");
    fputs("factors = '", out);
    for (size_t f = 0; f < table->n_factors; f++) fprintf(out, "%s%s", f > 0 ? " " : "", table->factors[f].name);
    fputs("'\nfactor_units = '", out);
    for (size_t f = 0; f < table->n_factors; f++) fprintf(out, "%s%s", f > 0 ? " " : "", origin->units[f]);
    fputs("'\n", out);
    fprintf(out, "x_is_number = %d\nn_x = %zu\nn_lines = %zu\nreplications = %ld\n", varied && x->numeric, table->n_x,
            table->n_lines, table->replications);
    assign_array(out, "x_levels", varied ? x->levels : nothing, table->n_x);
    assign_array(out, "line_names", table->line_names, table->n_lines);
    fputs("measures = '", out);
    for (size_t m = 0; m < table->n_measures; m++) fprintf(out, "%s%s", m > 0 ? " " : "", table->measures[m].name);
    fputs("'\nunits = '", out);
    for (size_t m = 0; m < table->n_measures; m++) fprintf(out, "%s%s", m > 0 ? " " : "", table->measures[m].unit);
    fputs("'\n", out);
}

void plot_settings_write(FILE *out, const struct plot_request *request, const struct plot_table *table,
                         const struct plot_origin *origin, const struct plot_series *series, const struct plot_series *warmup) {
    fputs("# Written by `linger plot` for the scripts beside it: change it, and draw again with `gnuplot overview.gp`.\n",
          out);
    assign_text(out, "scenario", origin->scenario);
    assign_text(out, "seed", origin->seed);
    assign_text(out, "version", origin->version);
    fputs("formats = '", out);
    for (const char *c = request->formats ? request->formats : "svg,png"; *c; c++) fputc(*c == ',' ? ' ' : *c, out);
    fputs("'\nwanted = '", out);
    for (size_t m = 0; m < request->n_measures; m++) fprintf(out, "%s%s", m > 0 ? " " : "", request->measures[m]);
    fprintf(out, "'\npreview_columns = %d\n", request->columns > 0 ? request->columns : 80);
    assign_text(out, "series_file", series->file);
    assign_text(out, "series_columns", series->columns);
    fprintf(out, "series_rows = %ld\n", series->rows);
    assign_text(out, "warmup_columns", warmup->columns);
    fprintf(out, "has_results = %d\n", table != NULL);
    if (table) table_settings_write(out, table, origin);
}

/* An empty field where nothing was observed; without an interval the band has no width. */
static void cell_write(FILE *out, struct plot_cell cell) {
    if (isnan(cell.mean)) {
        fputs(",,,", out);
        return;
    }
    double half = isnan(cell.half_width) ? 0.0 : cell.half_width;
    fprintf(out, ",%.10g,%.10g,%.10g", cell.mean, cell.mean - half, cell.mean + half);
}

void plot_data_write(FILE *out, const struct plot_table *table) {
    fputs("x", out);
    for (size_t line = 0; line < table->n_lines; line++)
        for (size_t m = 0; m < table->n_measures; m++)
            for (size_t part = 0; part < 3; part++)
                fprintf(out, ",%s.%zu%s", table->measures[m].name, line + 1, (const char *[]){"", ".low", ".high"}[part]);
    fputc('\n', out);
    /* A lone number makes no axis: it is drawn like a word, at its place in the list. */
    bool number = table->x < table->n_factors && table->n_x > 1 && table->factors[table->x].numeric;
    for (size_t x = 0; x < table->n_x; x++) {
        if (number)
            fputs(table->factors[table->x].levels[x], out);
        else
            fprintf(out, "%zu", x + 1);
        for (size_t line = 0; line < table->n_lines; line++)
            for (size_t m = 0; m < table->n_measures; m++) cell_write(out, plot_table_cell(table, line, m, x));
        fputc('\n', out);
    }
}
