/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * workbench: a scenario of a model on the table, set by words as a user would, run, and read by the names of
 * its columns. Classes of users and traces are laid down as arrays, where a user has a CSV.
 */
#ifndef TESTS_UNIT_WORKBENCH_H
#define TESTS_UNIT_WORKBENCH_H

#include "tests/unit/unit.h"

#include <string.h>

#include "models/models.h"
#include "sim/experiment/replication.h"
#include "sim/model.h"

enum { WORKBENCH_COLUMNS_MAX = 256, WORKBENCH_TEXT_BYTES = 1024 };

struct workbench {
    struct arena arena, run_arena; /* of the scenario; of the replication, opened by the first run */
    bool runs;
    struct scenario scenario;
    struct series series;
    struct replication_effort effort;
    double values[WORKBENCH_COLUMNS_MAX];
};

/* The web model at its barest: documents alone, no time but thinking, fifty daemons there from the start, so that the
 * pool does not act. Tests add what they are about. */
#define WEB_BARE \
    "users.count=1; users.objects=0; users.connections=1; users.rtt=0s; cpu.connection=0s; cpu.request=0s; " \
    "cpu.fork=0s; server.start=50; server.worker_limit=50; server.spare_min=1; server.spare_max=50; " \
    "server.idle_limit=1000s; server.requests_per_connection=0; "

/* ---- laying down ------------------------------------------------------------------------------------- */

/* One "key=value", blanks around it allowed. */
static inline void workbench_assign(struct workbench *bench, char *words) {
    char *key = words + strspn(words, " "), *value = strchr(key, '=');
    struct diag diag = {0};
    if (*key == '\0') return;
    assert_non_null(value);
    *value++ = '\0';
    if (!scenario_assign(&bench->scenario, key, value, (struct place){.file = "test"}, NULL, &diag))
        fail_msg("%s", diag.text[0]);
}

/* "key=value; key=value", as in the settings of a struct check. */
static inline void workbench_set(struct workbench *bench, const char *settings) {
    char words[WORKBENCH_TEXT_BYTES];
    for (size_t length; *settings; settings += length + (settings[length] == ';')) {
        length = strcspn(settings, ";");
        assert_true(length < sizeof words);
        memcpy(words, settings, length);
        words[length] = '\0';
        workbench_assign(bench, words);
    }
}

static inline void workbench_open(struct workbench *bench, const struct model *model, const char *settings) {
    memset(bench, 0, sizeof *bench);
    arena_open(&bench->arena, 1 << 28);
    bench->scenario = scenario_open(model, "test", &bench->arena);
    assert_true(model_columns(model) <= WORKBENCH_COLUMNS_MAX);
    workbench_set(bench, settings);
}

static inline void workbench_close(struct workbench *bench) {
    if (bench->runs) arena_close(&bench->run_arena);
    arena_close(&bench->arena);
}

/* Classes of users as rows of a workload CSV would make them: each is the scenario so far, and what its words say. The words
 * name keys of [users] without the section: "count=1; rtt=250ms". */
static inline void workbench_classes(struct workbench *bench, const char *const *rows, size_t n) {
    struct workload *workload = &bench->scenario.workload;
    struct param_set *classes = ARENA_NEW(&bench->arena, n, struct param_set);
    for (size_t i = 0; i < n; i++) {
        struct scenario row = scenario_copy(&bench->scenario, &bench->arena);
        struct workbench one = {.scenario = row};
        char word[WORKBENCH_TEXT_BYTES];
        for (const char *at = rows[i]; *at; at += strcspn(at, ";"), at += *at == ';') {
            at += strspn(at, " ");
            assert_true(snprintf(word, sizeof word, "users.%.*s", (int)strcspn(at, ";"), at) < (int)sizeof word);
            workbench_assign(&one, word);
        }
        classes[i] = one.scenario.params;
    }
    workload->classes = classes;
    workload->n_classes = n;
}

/* A trace; the arrays are the caller's and outlive the bench. */
static inline void workbench_trace(struct workbench *bench, size_t n, const double *time_s, const uint32_t *client,
                                   uint32_t n_clients) {
    struct workload *workload = &bench->scenario.workload;
    workload->n_requests = n;
    workload->request_time_s = time_s;
    workload->request_client = client;
    workload->n_clients = n_clients;
}

/* A time line is kept from now on. */
static inline void workbench_watch(struct workbench *bench) {
    bench->series = replication_series(&bench->scenario, &bench->arena);
}

/* ---- running and reading ----------------------------------------------------------------------------- */

static inline void workbench_run_as(struct workbench *bench, uint32_t number, bool heap_only) {
    struct diag diag = {0};
    scenario_check(&bench->scenario, "test", &diag);
    if (!diag_ok(&diag)) fail_msg("%s", diag.text[0]);
    if (bench->runs) arena_close(&bench->run_arena);
    arena_open(&bench->run_arena, replication_arena_bytes(&bench->scenario));
    bench->runs = true;
    bench->series.n_rows = 0;
    struct replication replication = {.scenario = &bench->scenario, .number = number, .heap_only = heap_only,
                                      .series = bench->series.values ? &bench->series : NULL};
    bench->effort = replication_run(&replication, &bench->run_arena, bench->values);
}

static inline void workbench_run(struct workbench *bench) { workbench_run_as(bench, 0, false); }

/* Sets and runs. */
static inline void workbench_try(struct workbench *bench, const char *settings) {
    workbench_set(bench, settings);
    workbench_run(bench);
}

static inline double workbench_value(const struct workbench *bench, const char *column) {
    size_t c = model_column_find(bench->scenario.model, column);
    if (c == model_columns(bench->scenario.model)) fail_msg("there is no column %s", column);
    return bench->values[c];
}

/* Column of the time line at the end of interval `row`, which counts from 1. */
static inline double workbench_seen(const struct workbench *bench, size_t row, const char *column) {
    const struct model *model = bench->scenario.model;
    size_t c = 0;
    while (c < model->n_series_columns && strcmp(model->series_columns[c], column) != 0) c++;
    if (c == model->n_series_columns) fail_msg("there is no column %s", column);
    assert_true(row >= 1 && row <= bench->series.n_rows);
    return bench->series.values[(row - 1) * bench->series.n_columns + 1 + c];
}

/* "column" is `want`: a number worked out by hand, which a computer's sums may miss in the last digits. */
static inline void workbench_expect(const struct workbench *bench, const char *column, double want) {
    double got = workbench_value(bench, column), tolerance = 1e-12 * fmax(1, fabs(want));
    if (!(fabs(got - want) <= tolerance)) fail_msg("%s: got %.17g, wanted %.17g", column, got, want);
}

#endif
