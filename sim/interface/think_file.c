/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/interface/think_file.h"

#include <string.h>

#include "sim/interface/csv_table.h"
#include "sim/kernel/text.h"

enum { USERS_MAX = 10000000 };

struct record {
    uint32_t user;
    double think_s;
};

struct loading {
    const char *file;
    struct arena *arena;
    struct diag *diag;
    size_t user_column, think_column, n, capacity;
    uint32_t n_users;
    struct record *records;
};

static void add(struct loading *loading, struct record record) {
    if (loading->n == loading->capacity) { /* what is outgrown is lost until the arena is reset */
        size_t capacity = loading->capacity ? 2 * loading->capacity : 4096;
        struct record *larger = ARENA_NEW(loading->arena, capacity, struct record);
        if (loading->n) memcpy(larger, loading->records, loading->n * sizeof *larger);
        loading->records = larger;
        loading->capacity = capacity;
    }
    loading->records[loading->n++] = record;
    if (record.user >= loading->n_users) loading->n_users = record.user + 1;
}

static bool take_header(struct loading *loading, const struct csv_row *row) {
    loading->user_column = csv_row_find(row, "user");
    loading->think_column = csv_row_find(row, "think_s");
    if (loading->user_column < row->n && loading->think_column < row->n) return true;
    diag_add(loading->diag, STATUS_DATA, (struct place){loading->file, row->line, NULL},
             "no column '%s'; recorded think times have user and think_s",
             loading->user_column < row->n ? "think_s" : "user");
    return false;
}

/* A cell that must be a number of 0 or more, whole if so asked. */
static bool take_number(struct loading *loading, const struct csv_row *row, size_t column, const char *name, bool whole,
                        double *value) {
    const char *text = row->field[column];
    if (text_number(text, row->length[column], value) && *value >= 0 &&
        (!whole || (*value < USERS_MAX && *value == (double)(uint32_t)*value)))
        return true;
    diag_add(loading->diag, STATUS_DATA, (struct place){loading->file, row->line, name}, "read '%.100s', allowed: %s", text,
             whole ? "a whole number of 0 to 9999999" : "a number of 0 or more, in seconds");
    return false;
}

static bool take_row(void *context, const struct csv_row *row, bool is_header) {
    struct loading *loading = context;
    if (is_header) return take_header(loading, row);
    double user, think_s;
    if (take_number(loading, row, loading->user_column, "user", true, &user) &&
        take_number(loading, row, loading->think_column, "think_s", false, &think_s))
        add(loading, (struct record){(uint32_t)user, think_s});
    return loading->diag->count < DIAG_MESSAGES_MAX;
}

/* By user, each user's in the order of the file: a counting sort. */
static void sort(const struct loading *loading, struct workload *workload) {
    uint32_t *first = ARENA_NEW(loading->arena, (size_t)loading->n_users + 2, uint32_t);
    double *think_s = ARENA_NEW(loading->arena, loading->n, double);
    for (size_t i = 0; i < loading->n; i++) first[loading->records[i].user + 2]++;
    for (uint32_t u = 0; u < loading->n_users; u++) first[u + 2] += first[u + 1];
    for (size_t i = 0; i < loading->n; i++) think_s[first[loading->records[i].user + 1]++] = loading->records[i].think_s;
    workload->n_think_users = loading->n_users;
    workload->think_first = first;
    workload->think_s = think_s;
}

void think_file_read(const char *file, struct scenario *scenario, struct diag *diag) {
    struct loading loading = {.file = file, .arena = scenario->arena, .diag = diag};
    size_t complaints = diag->count;
    csv_table_read(file, take_row, &loading, diag);
    if (diag->count > complaints) return;
    if (loading.n == 0)
        diag_add(diag, STATUS_DATA, (struct place){file, 0, NULL}, "a header and no rows");
    else
        sort(&loading, &scenario->workload);
}
