/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _POSIX_C_SOURCE 200809L
#include "sim/interface/run_file.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "sim/interface/json_reader.h"

bool run_file_is(const char *file) {
    struct stat status;
    if (stat(file, &status) != 0 || !S_ISREG(status.st_mode)) return false;
    FILE *stream = fopen(file, "r");
    if (!stream) return false;
    int c = getc(stream);
    while (c == ' ' || c == '\t' || c == '\r' || c == '\n') c = getc(stream);
    fclose(stream);
    return c == '{';
}

/* A file in reading. */
struct reading {
    struct json_reader json;
    struct run_file *run;
    struct diag *diag;
};

static bool complain(struct reading *reading, const char *column, const char *what) {
    struct place place = {reading->run->file, reading->json.line, column};
    diag_add(reading->diag, STATUS_DATA, place, "%s; allowed: what linger run --json prints", what);
    return false;
}

static bool complain_json(struct reading *reading) {
    char what[128];
    snprintf(what, sizeof what, "read %s", reading->json.text);
    return complain(reading, NULL, what);
}

/* A number, or null for nothing observed. */
static bool take_number(struct reading *reading, const char *column, double *out) {
    enum json_token token = json_next(&reading->json);
    if (token == JSON_WRONG) return complain_json(reading);
    if (token != JSON_NUMBER && token != JSON_NULL) return complain(reading, column, "read something that is not a number");
    *out = token == JSON_NUMBER ? reading->json.number : (double)NAN;
    return true;
}

static bool take_text(struct reading *reading, const char *column, const char **out) {
    enum json_token token = json_next(&reading->json);
    if (token == JSON_WRONG) return complain_json(reading);
    if (token != JSON_TEXT) return complain(reading, column, "read something that is not a text");
    *out = reading->json.text;
    return true;
}

static bool skip_value(struct reading *reading) {
    return json_skip(&reading->json, json_next(&reading->json)) || complain_json(reading);
}

static bool begin_object(struct reading *reading, const char *column) {
    enum json_token token = json_next(&reading->json);
    if (token == JSON_WRONG) return complain_json(reading);
    return token == JSON_OBJECT || complain(reading, column, "read something that is not an object");
}

/* Whether the members of an object go on: *key is the next one's name, or NULL at the end. */
static bool next_member(struct reading *reading, const char **key) {
    enum json_token token = json_next(&reading->json);
    if (token == JSON_WRONG) return complain_json(reading);
    *key = token == JSON_KEY ? reading->json.text : NULL;
    return true;
}

static bool is_plain(const char *name) {
    return *name && strlen(name) < 64 && name[strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")] == '\0';
}

static bool check_measure(struct reading *reading, struct run_measure *measure, double n) {
    struct estimate *estimate = &measure->estimate;
    if (!is_plain(measure->name)) return complain(reading, NULL, "read a measure whose name is not made of letters, digits and _");
    if (measure->unit && strpbrk(measure->unit, ",\"\r\n")) return complain(reading, measure->name, "has a unit that is none");
    if (!measure->unit) return complain(reading, measure->name, "has no unit");
    if (!(n >= 0 && n <= 1e9 && floor(n) >= n)) return complain(reading, measure->name, "has no number of replications, n");
    if (estimate->half_width < 0) return complain(reading, measure->name, "has a half_width below 0");
    estimate->n = (size_t)n;
    bool has_interval = estimate->n >= 2 && !isnan(estimate->half_width);
    if (!has_interval && estimate->n > 1) estimate->n = isnan(estimate->mean) ? (size_t)0 : (size_t)1;
    estimate->standard_error = has_interval ? estimate->half_width / estimate_t975(estimate->n - 1) : (double)NAN;
    return true;
}

static bool take_measure(struct reading *reading, const char *name) {
    struct run_file *run = reading->run;
    struct run_measure *measure = &run->measures[run->n];
    if (run_file_find(run, name)) return complain(reading, name, "stands there twice");
    if (run->n == RUN_FILE_MEASURES_MAX) return complain(reading, name, "is one measure too many");
    *measure = (struct run_measure){.name = name, .estimate = {(double)NAN, (double)NAN, (double)NAN, 0}};
    double n = (double)NAN;
    if (!begin_object(reading, name)) return false;
    for (const char *key;;) {
        if (!next_member(reading, &key)) return false;
        if (!key) break;
        bool ok = strcmp(key, "unit") == 0         ? take_text(reading, name, &measure->unit)
                  : strcmp(key, "mean") == 0       ? take_number(reading, name, &measure->estimate.mean)
                  : strcmp(key, "half_width") == 0 ? take_number(reading, name, &measure->estimate.half_width)
                  : strcmp(key, "n") == 0          ? take_number(reading, name, &n)
                                                   : skip_value(reading);
        if (!ok) return false;
    }
    if (!check_measure(reading, measure, n)) return false;
    run->n++;
    return true;
}

static bool take_measures(struct reading *reading) {
    if (!begin_object(reading, "measures")) return false;
    for (const char *key;;) {
        if (!next_member(reading, &key)) return false;
        if (!key) return true;
        if (!take_measure(reading, key)) return false;
    }
}

static bool take_all(struct reading *reading) {
    struct run_file *run = reading->run;
    if (!begin_object(reading, NULL)) return false;
    for (const char *key;;) {
        if (!next_member(reading, &key)) return false;
        if (!key) break;
        bool ok = strcmp(key, "scenario") == 0   ? take_text(reading, key, &run->scenario)
                  : strcmp(key, "version") == 0  ? take_text(reading, key, &run->version)
                  : strcmp(key, "seed") == 0     ? take_number(reading, key, &run->seed)
                  : strcmp(key, "measures") == 0 ? take_measures(reading)
                                                 : skip_value(reading);
        if (!ok) return false;
    }
    if (json_next(&reading->json) != JSON_END) return complain_json(reading);
    return run->n > 0 || complain(reading, NULL, "has no measures");
}

bool run_file_read(const char *file, struct run_file *out, struct arena *arena, struct diag *diag) {
    size_t length;
    *out = (struct run_file){.file = file, .scenario = "", .version = "", .seed = (double)NAN};
    const char *text = json_load(file, &length, arena, diag);
    if (!text) return false;
    out->measures = ARENA_NEW(arena, RUN_FILE_MEASURES_MAX + 1, struct run_measure);
    struct reading reading = {.json = {.at = text, .end = text + length, .line = 1, .arena = arena}, .run = out, .diag = diag};
    return take_all(&reading);
}

const struct run_measure *run_file_find(const struct run_file *run, const char *name) {
    for (size_t i = 0; i < run->n; i++)
        if (strcmp(run->measures[i].name, name) == 0) return &run->measures[i];
    return NULL;
}
