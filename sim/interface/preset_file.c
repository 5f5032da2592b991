/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/interface/preset_file.h"

#include <stdio.h>
#include <string.h>

#include "sim/experiment/scenario.h"
#include "sim/interface/cli.h"
#include "sim/interface/csv_table.h"
#include "sim/interface/ini_lines.h"
#include "sim/interface/presets_embedded.h"
#include "sim/kernel/text.h"

enum { NAMES_MAX = 256 };

/* A preset while it is read. Values are tried on `trial`, so that a wrong one is found even where a scenario has its own. */
struct reading {
    struct preset *preset;
    struct param_set trial;
    struct ini_lines lines;
    struct place place; /* of the line in work */
    struct arena *arena;
    struct diag *diag;
};

/* ---- [preset] ------------------------------------------------------------------------------------ */

static const char section[] = "preset.";

static bool is_about_itself(const char *key) { return strncmp(key, section, sizeof section - 1) == 0; }

/* Decides what the other lines may say, so it is looked for first. */
static const struct model *choose_model(const struct ini_lines *lines, struct diag *diag) {
    const char *name = scenario_run_params[RUN_MODEL].fallback;
    struct place place = {lines->file, 0, "preset.model"};
    for (size_t i = 0; i < lines->n; i++)
        if (lines->line[i].key && strcmp(lines->line[i].key, "preset.model") == 0) {
            name = lines->line[i].value;
            place.line = lines->line[i].number;
        }
    const struct model *model = model_find(name);
    if (!model) diag_add(diag, STATUS_SCENARIO, place, "read '%.100s', allowed: a model; linger params names them", name);
    return model;
}

static void set_once(struct reading *reading, const char **text, const char *value) {
    if (*text) diag_add(reading->diag, STATUS_SCENARIO, reading->place, "stands twice");
    *text = value;
}

static void take_about(struct reading *reading, const char *word, const char *value) {
    struct preset *preset = reading->preset;
    if (strcmp(word, "product") == 0) set_once(reading, &preset->product, value);
    else if (strcmp(word, "version") == 0) set_once(reading, &preset->version, value);
    else if (strcmp(word, "origin") == 0) set_once(reading, &preset->origin, value);
    else if (strcmp(word, "line") == 0) set_once(reading, &preset->line, value);
    else if (strcmp(word, "fractions") == 0) set_once(reading, &preset->fractions, value);
    else if (strcmp(word, "note") == 0 && preset->n_notes < PRESET_NOTES_MAX) preset->notes[preset->n_notes++] = value;
    else if (strcmp(word, "model") != 0)
        diag_add(reading->diag, STATUS_SCENARIO, reading->place, "unknown, allowed: product, version, origin, line, fractions, model and up to %d notes",
                 PRESET_NOTES_MAX);
}

/* ---- values -------------------------------------------------------------------------------------- */

static struct preset_value *find_value(const struct preset *preset, size_t index) {
    for (size_t i = 0; i < preset->n; i++)
        if (preset->values[i].index == index) return &preset->values[i];
    return NULL;
}

static void take_value(struct reading *reading, size_t index, const char *text) {
    struct preset *preset = reading->preset;
    const struct preset_value *before = find_value(preset, index);
    if (before) {
        diag_add(reading->diag, STATUS_SCENARIO, reading->place, "stands twice, first in line %ld", before->line);
        return;
    }
    if (reading->trial.params[index].type == PARAM_PRESET) {
        diag_add(reading->diag, STATUS_SCENARIO, reading->place, "read '%.100s', allowed: nothing; a preset names no other", text);
        return;
    }
    param_assign(&reading->trial, index, text, reading->place, csv_table_column, reading->arena, reading->diag);
    preset->values[preset->n++] = (struct preset_value){.index = index, .line = reading->place.line, .text = text};
}

/* "keepalive_timeout = 75s"; without a value, the directive alone. */
static void take_vendor(struct reading *reading, struct preset_value *value, const char *text) {
    const char *equals = strstr(text, " = ");
    struct span directive = span_trim((struct span){text, equals ? (size_t)(equals - text) : strlen(text)});
    set_once(reading, &value->directive, arena_text(reading->arena, directive.text, directive.length));
    if (equals) value->vendor_value = span_trim(span_of(equals + 3)).text;
}

/* What stands beside a value: "server.idle_limit.source". False when `key` is not of that form. */
static bool take_beside(struct reading *reading, const char *key, const char *text) {
    const char *word = strrchr(key, '.');
    const char *name = arena_text(reading->arena, key, (size_t)(word - key));
    size_t index = param_find(&reading->trial, name);
    if (index == reading->trial.n) return false;
    struct preset_value *value = find_value(reading->preset, index);
    if (!value) diag_add(reading->diag, STATUS_SCENARIO, reading->place, "stands without %s before it", name);
    else if (strcmp(word, ".vendor") == 0) take_vendor(reading, value, text);
    else if (strcmp(word, ".zero") == 0) set_once(reading, &value->zero, text);
    else if (strcmp(word, ".note") == 0) set_once(reading, &value->note, text);
    else if (strcmp(word, ".source") == 0) set_once(reading, &value->source, text);
    else
        diag_add(reading->diag, STATUS_SCENARIO, reading->place, "unknown, allowed behind %s: .vendor .zero .note .source", name);
    return true;
}

static void take_key(struct reading *reading, const char *key, const char *text) {
    size_t index = param_find(&reading->trial, key);
    if (index < reading->trial.n) {
        take_value(reading, index, text);
        return;
    }
    if (take_beside(reading, key, text)) return;
    const char *near = param_nearest(&reading->trial, key);
    struct place place = {reading->place.file, reading->place.line, NULL};
    diag_add(reading->diag, STATUS_SCENARIO, place, "unknown key '%.100s' of a preset of model %s%s%s%s", key,
             reading->preset->model->name, near ? ", did you mean '" : "; linger params lists them", near ? near : "",
             near ? "'?" : "");
}

/* ---- the whole ----------------------------------------------------------------------------------- */

static const struct preset *read_lines(struct reading *reading) {
    struct preset *preset = reading->preset;
    const struct ini_lines *lines = &reading->lines;
    size_t complaints = reading->diag->count;
    preset->model = choose_model(lines, reading->diag);
    if (!preset->model) return NULL;
    reading->trial = param_set_open(preset->model->params, preset->model->n_params, reading->arena);
    preset->values = ARENA_NEW(reading->arena, reading->trial.n, struct preset_value);
    for (size_t i = 0; i < lines->n; i++) {
        const struct ini_line *line = &lines->line[i];
        reading->place = (struct place){lines->file, line->number, line->key};
        if (!line->key) continue; /* a section; its keys tell */
        if (is_about_itself(line->key)) take_about(reading, line->key + sizeof section - 1, line->value);
        else take_key(reading, line->key, line->value);
    }
    return reading->diag->count == complaints ? preset : NULL;
}

bool preset_is_file(const char *name) {
    size_t n = strlen(name);
    return strchr(name, '/') || (n > 4 && strcmp(name + n - 4, ".ini") == 0);
}

/* The first name whose product, what stands before its hyphen, is spelt nearly like the word, or that begins with it. */
static const char *nearest_product(const char *word, const char *const *names, size_t n) {
    for (size_t i = 0; i < n; i++) {
        char product[64];
        snprintf(product, sizeof product, "%.*s", (int)strcspn(names[i], "-"), names[i]);
        if (text_is_near(text_distance(word, product), strlen(product)) || strncmp(names[i], word, strlen(word)) == 0) return names[i];
    }
    return NULL;
}

const char *preset_nearest(const char *name) {
    const char *names[NAMES_MAX];
    size_t n = 0;
    for (; n < n_preset_texts && n < NAMES_MAX; n++) names[n] = preset_texts[n].name;
    const char *near = cli_nearest(name, names, n);
    return near || !*name ? near : nearest_product(name, names, n);
}

static const char *carried(const char *name) {
    for (size_t i = 0; i < n_preset_texts; i++)
        if (strcmp(preset_texts[i].name, name) == 0) return preset_texts[i].text;
    return NULL;
}

bool preset_is_known(const char *name) { return carried(name) != NULL; }

static const struct preset *unknown(const char *name, struct place place, struct diag *diag) {
    const char *near = preset_nearest(name);
    diag_add(diag, STATUS_SCENARIO, place, "unknown preset '%.100s'%s%s%s linger presets lists them; a file's name has a / or ends with .ini",
             name, near ? ", did you mean '" : ";", near ? near : "", near ? "'?" : "");
    return NULL;
}

const struct preset *preset_read(const char *name, struct place place, struct arena *arena, struct diag *diag) {
    struct reading reading = {.arena = arena, .diag = diag};
    const char *text = preset_is_file(name) ? NULL : carried(name);
    if (!text && !preset_is_file(name)) return unknown(name, place, diag);
    reading.preset = ARENA_NEW(arena, 1, struct preset);
    reading.preset->name = arena_text(arena, name, strlen(name));
    reading.preset->file = reading.preset->name;
    size_t complaints = diag->count;
    if (text) {
        char file[128];
        int n = snprintf(file, sizeof file, "preset %s", name);
        reading.preset->file = arena_text(arena, file, (size_t)n);
        ini_lines_of_text(reading.preset->file, text, &reading.lines, arena, diag);
    } else {
        ini_lines_read(reading.preset->file, &reading.lines, arena, diag);
    }
    return diag->count == complaints ? read_lines(&reading) : NULL;
}
