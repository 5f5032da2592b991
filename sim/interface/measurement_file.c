/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/interface/measurement_file.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "sim/interface/cli.h"
#include "sim/interface/csv_table.h"
#include "sim/kernel/text.h"

enum { NAME_BYTES = 96 };

enum meaning { COLUMN_IGNORED, COLUMN_SETTING, COLUMN_MEASURE, COLUMN_NAME, COLUMN_WEIGHT };

/* Measurements while they are read. Rows go straight to their arrays, which have room for the most that is allowed (memory is
 * touched as used). */
struct reading {
    const struct measurement_request *request;
    const struct scenario *base;
    struct arena *arena;
    struct diag *diag;
    enum meaning meaning[CSV_COLUMNS_MAX];
    const char *key[CSV_COLUMNS_MAX];  /* of a setting or a measure */
    size_t target[CSV_COLUMNS_MAX];    /* of a measure: its place in a row of `measured` */
    size_t n_points, n_columns;
    struct scenario *points;
    const char **names;
    double *weights, *measured;
    size_t *columns;
};

static bool go_on(const struct reading *reading) { return reading->diag->count < DIAG_MESSAGES_MAX; }

static struct place at(const struct reading *reading, long line, const char *column) {
    return (struct place){reading->request->file, line, column};
}

/* ---- header -------------------------------------------------------------------------------------- */

static bool is_ignored(const struct measurement_request *request, const char *column) {
    for (size_t i = 0; i < request->n_ignored; i++)
        if (strcmp(request->ignored[i], column) == 0) return true;
    return false;
}

/* Is the name in "a,b,c"? */
static bool is_listed(const char *list, const char *name) {
    size_t length = strlen(name);
    for (const char *word = list; word; word = strchr(word, ',')) {
        word += *word == ',';
        size_t n = strcspn(word, ",");
        if (n == length && memcmp(word, name, n) == 0) return true;
    }
    return false;
}

/* The nearest of all words that may head a column. */
static const char *nearest_column(const struct reading *reading, const char *column) {
    const struct model *model = reading->base->model;
    size_t n_columns = model_columns(model), n = 0;
    const char **words = ARENA_NEW(reading->arena, n_columns + model->n_params + RUN_PARAMS + 2, const char *);
    char(*names)[NAME_BYTES] = arena_alloc(reading->arena, n_columns, sizeof *names);
    for (size_t c = 0; c < n_columns; c++) {
        model_column(model, c, names[c], NAME_BYTES);
        words[n++] = names[c];
    }
    for (size_t i = 0; i < model->n_params; i++) words[n++] = model->params[i].name;
    for (size_t i = 0; i < RUN_PARAMS; i++) words[n++] = scenario_run_params[i].name;
    words[n++] = "point";
    words[n++] = "weight";
    return cli_nearest(column, words, n);
}

static void complain_unknown(struct reading *reading, const char *column, long line) {
    const char *near = nearest_column(reading, column);
    diag_add(reading->diag, STATUS_DATA, at(reading, line, NULL),
             "unknown column '%.100s'%s%s%s, allowed: parameters, results, point, weight; --ignore '%.100s' leaves it out",
             column, near ? ", did you mean '" : "", near ? near : "", near ? "'?" : "", column);
}

static void complain_fitted(struct reading *reading, const char *column, long line) {
    for (size_t i = 0; i < reading->request->n_fitted; i++)
        if (strcmp(reading->request->fitted[i].key, column) == 0)
            diag_add(reading->diag, STATUS_DATA, at(reading, line, column),
                     "is to be fitted and is given here; allowed: one of both");
}

/* The parameter of that name, in whichever table; NULL: none. */
static const struct param *find_param(const struct scenario *scenario, const char *name) {
    size_t model = param_find(&scenario->params, name), run = param_find(&scenario->run, name);
    if (model < scenario->params.n) return &scenario->params.params[model];
    return run < scenario->run.n ? &scenario->run.params[run] : NULL;
}

/* What all points share: the model, the files (they are read with the scenario) and the number of replications. */
static bool is_common(const struct param *param) {
    return param->type == PARAM_FILE || param == &scenario_run_params[RUN_MODEL] ||
           param == &scenario_run_params[RUN_REPLICATIONS];
}

static enum meaning meaning_of(struct reading *reading, const char *column, long line) {
    const struct model *model = reading->base->model;
    if (is_ignored(reading->request, column)) return COLUMN_IGNORED;
    if (strcmp(column, "point") == 0) return COLUMN_NAME;
    if (strcmp(column, "weight") == 0) return COLUMN_WEIGHT;
    if (model_column_find(model, column) < model_columns(model))
        return !reading->request->measures || is_listed(reading->request->measures, column) ? COLUMN_MEASURE : COLUMN_IGNORED;
    const struct param *param = find_param(reading->base, column);
    if (!param)
        complain_unknown(reading, column, line);
    else if (is_common(param))
        diag_add(reading->diag, STATUS_DATA, at(reading, line, column), "cannot differ from row to row; set it in the scenario");
    else
        complain_fitted(reading, column, line);
    return COLUMN_SETTING;
}

/* Every measure that was asked for must be a result of the model, and measured. */
static void check_measures(struct reading *reading, const struct csv_row *row) {
    const struct model *model = reading->base->model;
    for (const char *word = reading->request->measures; word; word = strchr(word, ',')) {
        word += *word == ',';
        const char *name = arena_text(reading->arena, word, strcspn(word, ","));
        if (model_column_find(model, name) == model_columns(model))
            diag_add(reading->diag, STATUS_USAGE, (struct place){.file = "--measures"},
                     "read '%.100s', allowed: results of model %s, with commas between them", name, model->name);
        else if (csv_row_find(row, name) == row->n)
            diag_add(reading->diag, STATUS_DATA, at(reading, row->line, NULL), "no column '%.100s', which --measures asks for",
                     name);
    }
}

static void make_room(struct reading *reading) {
    size_t n = CALIBRATION_POINTS_MAX;
    reading->points = ARENA_NEW(reading->arena, n, struct scenario);
    reading->names = ARENA_NEW(reading->arena, n, const char *);
    reading->weights = ARENA_NEW(reading->arena, n, double);
    reading->measured = ARENA_NEW(reading->arena, n * reading->n_columns, double);
}

static bool take_header(struct reading *reading, const struct csv_row *row) {
    reading->columns = ARENA_NEW(reading->arena, row->n, size_t);
    check_measures(reading, row);
    for (size_t c = 0; c < row->n && go_on(reading); c++) {
        reading->key[c] = arena_text(reading->arena, row->field[c], row->length[c]);
        reading->meaning[c] = meaning_of(reading, reading->key[c], row->line);
        if (reading->meaning[c] != COLUMN_MEASURE) continue;
        reading->target[c] = reading->n_columns;
        reading->columns[reading->n_columns++] = model_column_find(reading->base->model, reading->key[c]);
    }
    if (diag_ok(reading->diag) && reading->n_columns == 0)
        diag_add(reading->diag, STATUS_DATA, at(reading, row->line, NULL),
                 "no column is a result of model %s; for example '%s'", reading->base->model->name,
                 reading->base->model->measures[0].name);
    make_room(reading);
    return diag_ok(reading->diag);
}

/* ---- rows ------------------------------------------------------------------------------------------ */

/* A number from `least` on, or above it if `strictly`. */
static double take_number(struct reading *reading, const struct csv_row *row, size_t c, bool strictly) {
    double value = 0;
    if (text_number(row->field[c], row->length[c], &value) && (value > 0 || (!strictly && value >= 0))) return value;
    diag_add(reading->diag, STATUS_DATA, at(reading, row->line, reading->key[c]), "read '%.100s', allowed: a number %s",
             row->field[c], strictly ? "above 0, in SI units, or nothing" : "of 0 or more");
    return 1;
}

static void take_setting(struct reading *reading, const struct csv_row *row, size_t c, struct scenario *point) {
    size_t complaints = reading->diag->count;
    scenario_assign(point, reading->key[c], row->field[c], at(reading, row->line, reading->key[c]), csv_table_column,
                    reading->diag);
    if (complaints == 0 && reading->diag->count > 0) reading->diag->status = STATUS_DATA; /* it stands in a data file */
}

static const char *row_name(const struct reading *reading, long line) {
    char text[32];
    int n = snprintf(text, sizeof text, "line %ld", line);
    return arena_text(reading->arena, text, (size_t)n);
}

/* Values that are wrong only together. */
static void check_point(struct reading *reading, const struct scenario *point, long line) {
    struct diag found = {0};
    scenario_check(point, NULL, &found);
    for (size_t i = 0; i < found.count && i < DIAG_MESSAGES_MAX; i++)
        diag_add(reading->diag, STATUS_DATA, at(reading, line, NULL), "%s", found.text[i]);
}

static bool take_point(struct reading *reading, const struct csv_row *row) {
    if (reading->n_points == CALIBRATION_POINTS_MAX) {
        diag_add(reading->diag, STATUS_DATA, at(reading, row->line, NULL), "more than %d rows with measurements",
                 CALIBRATION_POINTS_MAX);
        return false;
    }
    size_t p = reading->n_points, n_measured = 0, complaints = reading->diag->count;
    double *measured = reading->measured + p * reading->n_columns;
    struct scenario point = scenario_copy(reading->base, reading->arena);
    reading->weights[p] = 1;
    reading->names[p] = row_name(reading, row->line);
    for (size_t i = 0; i < reading->n_columns; i++) measured[i] = (double)NAN;
    for (size_t c = 0; c < row->n; c++) {
        if (row->length[c] == 0) continue;
        switch (reading->meaning[c]) {
        case COLUMN_SETTING: take_setting(reading, row, c, &point); break;
        case COLUMN_MEASURE: measured[reading->target[c]] = take_number(reading, row, c, true), n_measured++; break;
        case COLUMN_WEIGHT: reading->weights[p] = take_number(reading, row, c, false); break;
        case COLUMN_NAME: reading->names[p] = arena_text(reading->arena, row->field[c], row->length[c]); break;
        case COLUMN_IGNORED: break;
        }
    }
    if (reading->diag->count == complaints) check_point(reading, &point, row->line);
    reading->points[p] = point;
    if (n_measured > 0 && reading->weights[p] > 0) reading->n_points++;
    return go_on(reading);
}

static bool take_row(void *context, const struct csv_row *row, bool is_header) {
    return is_header ? take_header(context, row) : take_point(context, row);
}

bool measurement_file_read(const struct measurement_request *request, const struct scenario *base, struct measurements *out,
                           struct arena *arena, struct diag *diag) {
    struct reading *reading = ARENA_NEW(arena, 1, struct reading);
    *reading = (struct reading){.request = request, .base = base, .arena = arena, .diag = diag};
    csv_table_read(request->file, take_row, reading, diag);
    *out = (struct measurements){.points = reading->points,
                                 .names = reading->names,
                                 .weights = reading->weights,
                                 .n_points = reading->n_points,
                                 .columns = reading->columns,
                                 .n_columns = reading->n_columns,
                                 .measured = reading->measured};
    if (diag_ok(diag) && out->n_points == 0)
        diag_add(diag, STATUS_DATA, at(reading, 0, NULL), "no rows with a measurement");
    else if (diag_ok(diag) && measurements_count(out) < request->n_fitted)
        diag_add(diag, STATUS_DATA, at(reading, 0, NULL), "%zu measured values for %zu parameters; allowed: at least as many",
                 measurements_count(out), request->n_fitted);
    return diag_ok(diag);
}
