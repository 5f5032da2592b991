/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/interface/workload_file.h"

#include <stdio.h>
#include <string.h>

#include "sim/interface/client_table.h"
#include "sim/interface/csv_table.h"
#include "sim/kernel/text.h"

/* What a column means: a parameter's index, or one of these. */
enum { COLUMN_IGNORED = -1, COLUMN_CLASS_NAME = -2 };

enum shape { SHAPE_UNKNOWN, SHAPE_TRACE, SHAPE_CLASSES };

/* A workload while it is read. Arrays double in the arena as they fill; what they outgrow is lost until the arena
 * is reset, which is at most as much as is kept. */
struct loading {
    const char *file;
    struct scenario *scenario;
    struct diag *diag;
    enum shape shape;
    /* trace */
    size_t time_column, client_column, capacity, n;
    double *time_s;
    uint32_t *client;
    struct client_table clients;
    /* classes */
    int meaning[CSV_COLUMNS_MAX];
    size_t class_capacity, n_classes;
    const char **class_names;
    struct param_set *classes;
};

/* A larger copy of an array. */
static void *enlarge(struct arena *arena, const void *old, size_t n, size_t capacity, size_t size) {
    void *larger = arena_alloc(arena, capacity, size);
    if (n) memcpy(larger, old, n * size);
    return larger;
}

/* Reading goes on after a wrong cell, to find the others, but not for ever. */
static bool go_on(const struct loading *loading) { return loading->diag->count < DIAG_MESSAGES_MAX; }

/* ---- trace ------------------------------------------------------------------------------------- */

static bool take_request(struct loading *loading, const struct csv_row *row) {
    const char *time = row->field[loading->time_column];
    double time_s, before_s = loading->n ? loading->time_s[loading->n - 1] : 0;
    if (!text_number(time, row->length[loading->time_column], &time_s) || time_s < before_s) {
        char least[TEXT_NUMBER_BYTES];
        diag_add(loading->diag, STATUS_DATA, (struct place){loading->file, row->line, "time_s"},
                 "read '%.100s', allowed: a number of %s or more%s", time,
                 text_print_number(before_s, least, sizeof least),
                 loading->n ? ", the time of the request before" : "");
        return go_on(loading);
    }
    if (row->length[loading->client_column] == 0) {
        diag_add(loading->diag, STATUS_DATA, (struct place){loading->file, row->line, "client"},
                 "read '', allowed: any text");
        return go_on(loading);
    }
    if (loading->n == loading->capacity) {
        struct arena *arena = loading->scenario->arena;
        loading->capacity = loading->capacity ? 2 * loading->capacity : 4096;
        loading->time_s = enlarge(arena, loading->time_s, loading->n, loading->capacity, sizeof(double));
        loading->client = enlarge(arena, loading->client, loading->n, loading->capacity, sizeof(uint32_t));
    }
    loading->time_s[loading->n] = time_s;
    loading->client[loading->n++] = client_table_number(&loading->clients, row->field[loading->client_column],
                                                        row->length[loading->client_column]);
    return true;
}

/* ---- classes ----------------------------------------------------------------------------------- */

static bool take_cells(struct loading *loading, const struct csv_row *row, struct param_set *class) {
    for (size_t c = 0; c < row->n; c++) {
        if (loading->meaning[c] < 0 || row->length[c] == 0) continue;
        size_t index = (size_t)loading->meaning[c], complaints = loading->diag->count;
        const char *key = strchr(class->params[index].name, '.') + 1;
        struct place place = {loading->file, row->line, key};
        param_assign(class, index, row->field[c], place, csv_table_column, loading->scenario->arena, loading->diag);
        /* param says STATUS_SCENARIO, for most values stand there; this one stands in a data file. */
        if (complaints == 0 && loading->diag->status == STATUS_SCENARIO) loading->diag->status = STATUS_DATA;
    }
    return go_on(loading);
}

static const char *class_name(const struct loading *loading, const struct csv_row *row) {
    for (size_t c = 0; c < row->n; c++)
        if (loading->meaning[c] == COLUMN_CLASS_NAME && row->length[c] > 0)
            return arena_text(loading->scenario->arena, row->field[c], row->length[c]);
    char number[TEXT_NUMBER_BYTES];
    int n = snprintf(number, sizeof number, "%zu", loading->n_classes + 1);
    return arena_text(loading->scenario->arena, number, (size_t)n);
}

static bool take_class(struct loading *loading, const struct csv_row *row) {
    struct arena *arena = loading->scenario->arena;
    if (loading->n_classes == WORKLOAD_CLASSES_MAX) {
        diag_add(loading->diag, STATUS_DATA, (struct place){loading->file, row->line, NULL},
                 "more than %d rows, allowed: one row a class of users", WORKLOAD_CLASSES_MAX);
        return false;
    }
    if (loading->n_classes == loading->class_capacity) {
        size_t n = loading->n_classes, capacity = n ? 2 * n : 16;
        loading->classes = enlarge(arena, loading->classes, n, capacity, sizeof *loading->classes);
        loading->class_names = enlarge(arena, loading->class_names, n, capacity, sizeof *loading->class_names);
        loading->class_capacity = capacity;
    }
    struct param_set class = param_set_copy(&loading->scenario->params, arena);
    for (size_t i = 0; i < class.n; i++) class.values[i].given = false; /* by this row */
    loading->class_names[loading->n_classes] = class_name(loading, row);
    loading->classes[loading->n_classes++] = class;
    return take_cells(loading, row, &class);
}

/* ---- header ------------------------------------------------------------------------------------ */

static int column_meaning(struct loading *loading, const char *column, long line) {
    const struct scenario *scenario = loading->scenario;
    if (strcmp(column, "class") == 0) return COLUMN_CLASS_NAME;
    char key[200];
    int n = snprintf(key, sizeof key, "%s.%s", scenario->model->class_section, column);
    size_t index = n < (int)sizeof key ? param_find(&scenario->params, key) : scenario->params.n;
    if (index < scenario->params.n) return (int)index;
    const char *near = n < (int)sizeof key ? param_nearest(&scenario->params, key) : NULL;
    size_t section = strlen(scenario->model->class_section);
    bool in_section = near && strncmp(near, key, section + 1) == 0;
    diag_add(loading->diag, STATUS_DATA, (struct place){loading->file, line, NULL},
             "unknown column '%.100s'%s%s%s, allowed: time_s and client, or class and keys of [%s]", column,
             in_section ? ", did you mean '" : "", in_section ? near + section + 1 : "", in_section ? "'?" : "",
             scenario->model->class_section);
    return COLUMN_IGNORED;
}

static bool take_header(struct loading *loading, const struct csv_row *row) {
    struct place place = {loading->file, row->line, NULL};
    size_t complaints = loading->diag->count;
    loading->time_column = csv_row_find(row, "time_s");
    loading->client_column = csv_row_find(row, "client");
    bool has_time = loading->time_column < row->n, has_client = loading->client_column < row->n;
    loading->shape = has_time && has_client ? SHAPE_TRACE : SHAPE_CLASSES;
    if (loading->shape == SHAPE_TRACE) return true;
    if (has_time != has_client) {
        diag_add(loading->diag, STATUS_DATA, place, "no column '%s'; a trace has time_s and client",
                 has_time ? "client" : "time_s");
    } else if (!loading->scenario->model->class_section) {
        diag_add(loading->diag, STATUS_DATA, place, "model %s takes no classes of users, allowed: a trace",
                 loading->scenario->model->name);
    } else {
        for (size_t c = 0; c < row->n && go_on(loading); c++)
            loading->meaning[c] = column_meaning(loading, row->field[c], row->line);
    }
    return loading->diag->count == complaints;
}

static bool take_row(void *context, const struct csv_row *row, bool is_header) {
    struct loading *loading = context;
    if (is_header) return take_header(loading, row);
    return loading->shape == SHAPE_TRACE ? take_request(loading, row) : take_class(loading, row);
}

void workload_file_read(const char *file, struct scenario *scenario, struct diag *diag) {
    struct loading *loading = ARENA_NEW(scenario->arena, 1, struct loading);
    *loading = (struct loading){.file = file, .scenario = scenario, .diag = diag};
    client_table_open(&loading->clients, scenario->arena);
    size_t complaints = diag->count;
    csv_table_read(file, take_row, loading, diag);
    if (diag->count == complaints && loading->n == 0 && loading->n_classes == 0)
        diag_add(diag, STATUS_DATA, (struct place){file, 0, NULL}, "a header and no rows");
    struct workload *workload = &scenario->workload;
    workload->n_classes = loading->n_classes;
    workload->class_names = loading->class_names;
    workload->classes = loading->classes;
    workload->n_requests = loading->n;
    workload->request_time_s = loading->time_s;
    workload->request_client = loading->client;
    workload->n_clients = loading->clients.n;
}
