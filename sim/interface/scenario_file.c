/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/interface/scenario_file.h"

#include <stdio.h>
#include <string.h>

#include "sim/interface/csv_table.h"
#include "sim/interface/ini_lines.h"
#include "sim/interface/input.h"
#include "sim/interface/preset_file.h"
#include "sim/interface/rate_file.h"
#include "sim/interface/think_file.h"
#include "sim/interface/workload_file.h"
#include "sim/kernel/text.h"

/* ---- --set ------------------------------------------------------------------------------------- */

bool setting_parse(const char *text, struct setting *out, struct arena *arena, struct diag *diag) {
    const char *equals = strchr(text, '=');
    struct span key = span_trim((struct span){text, equals ? (size_t)(equals - text) : 0});
    const char *dot = key.length ? memchr(key.text, '.', key.length) : NULL;
    if (!dot || dot == key.text || dot + 1 == key.text + key.length) {
        diag_add(diag, STATUS_USAGE, (struct place){"--set", 0, NULL},
                 "read '%.100s', allowed: SECTION.KEY=VALUE, like server.idle_limit=5s", text);
        return false;
    }
    struct span value = span_trim(span_of(equals + 1));
    *out = (struct setting){arena_text(arena, key.text, key.length),
                            arena_text(arena, value.text, value.length)};
    return true;
}

/* ---- which model --------------------------------------------------------------------------------- */

static void complain_model(const char *name, struct place place, struct diag *diag) {
    char known[DIAG_TEXT_BYTES / 2] = "";
    size_t used = 0;
    for (size_t i = 0; models[i] && used < sizeof known; i++)
        used += (size_t)snprintf(known + used, sizeof known - used, "%s%s", i ? " | " : "", models[i]->name);
    diag_add(diag, STATUS_SCENARIO, place, "read '%.100s', allowed: %s", name, known);
}

/* The last word has it: --set before the file before the default. */
static const struct model *choose_model(const struct ini_lines *lines, const struct setting *settings,
                                        size_t n_settings, struct diag *diag) {
    const char *key = scenario_run_params[RUN_MODEL].name, *name = scenario_run_params[RUN_MODEL].fallback;
    struct place place = {"default", 0, key};
    for (size_t i = 0; i < lines->n; i++)
        if (lines->line[i].key && strcmp(lines->line[i].key, key) == 0) {
            name = lines->line[i].value;
            place = (struct place){lines->file, lines->line[i].number, key};
        }
    for (size_t i = 0; i < n_settings; i++)
        if (strcmp(settings[i].key, key) == 0) {
            name = settings[i].value;
            place = (struct place){"--set", 0, key};
        }
    const struct model *model = model_find(name);
    if (!model) complain_model(name, place, diag);
    return model;
}

/* ---- the file's lines -------------------------------------------------------------------------------- */

static bool section_has(const struct param_set *set, const char *section, size_t length) {
    for (size_t i = 0; i < set->n; i++) {
        const char *name = set->params[i].name;
        if (strncmp(name, section, length) == 0 && name[length] == '.') return true;
    }
    return false;
}

static bool is_section(const struct scenario *scenario, const char *section, size_t length) {
    return section_has(&scenario->run, section, length) || section_has(&scenario->params, section, length);
}

/* Adds the sections of a table to " [run] [workload]"; parameters of one section stand together. */
static size_t list_sections(const struct param_set *set, char *out, size_t used, size_t out_bytes) {
    for (size_t i = 0; i < set->n && used < out_bytes; i++) {
        const char *name = set->params[i].name;
        size_t n = strcspn(name, ".");
        if (i > 0 && strncmp(set->params[i - 1].name, name, n + 1) == 0) continue;
        used += (size_t)snprintf(out + used, out_bytes - used, " [%.*s]", (int)n, name);
    }
    return used;
}

static void complain_section(const struct scenario *scenario, struct place place, const char *section,
                             struct diag *diag) {
    char known[DIAG_TEXT_BYTES / 2] = "";
    size_t used = list_sections(&scenario->run, known, 0, sizeof known);
    list_sections(&scenario->params, known, used, sizeof known);
    diag_add(diag, STATUS_SCENARIO, place, "unknown section [%.60s] of model %s, allowed:%s", section,
             scenario->model->name, known);
}

/* The line that gave a key first, 0 if none did before `end`. */
static long first_line_of(const struct ini_lines *lines, size_t end, const char *key) {
    for (size_t i = 0; i < end; i++)
        if (lines->line[i].key && strcmp(lines->line[i].key, key) == 0) return lines->line[i].number;
    return 0;
}

/* File names in a scenario are relative to its folder; in the scenario they are relative to where we run. */
static const char *value_here(const struct scenario *scenario, const char *key, const char *value,
                              const char *file) {
    size_t run = param_find(&scenario->run, key), own = param_find(&scenario->params, key);
    if (own < scenario->params.n && scenario->params.params[own].type == PARAM_PRESET && preset_is_file(value))
        return input_beside(file, value, scenario->arena);
    bool is_file = (run < scenario->run.n && scenario->run.params[run].type == PARAM_FILE) ||
                   (own < scenario->params.n && scenario->params.params[own].type == PARAM_FILE);
    return is_file ? input_beside(file, value, scenario->arena) : value;
}

static void assign_line(struct scenario *scenario, const struct ini_lines *lines, size_t i,
                        const char *model_key, struct diag *diag) {
    const struct ini_line *line = &lines->line[i];
    struct place place = {lines->file, line->number, line->key};
    if (!line->key) {
        if (!is_section(scenario, line->value, strlen(line->value)))
            complain_section(scenario, (struct place){lines->file, line->number, NULL}, line->value, diag);
        return;
    }
    size_t section = strcspn(line->key, ".");
    long first = first_line_of(lines, i, line->key);
    if (section == 0)
        diag_add(diag, STATUS_SCENARIO, (struct place){lines->file, line->number, line->key + 1},
                 "stands before any [section]");
    else if (!is_section(scenario, line->key, section))
        return; /* its section is complained about */
    else if (first > 0)
        diag_add(diag, STATUS_SCENARIO, place, "stands twice, first in line %ld", first);
    else if (strcmp(line->key, model_key) != 0) /* the model is chosen already */
        scenario_assign(scenario, line->key, value_here(scenario, line->key, line->value, lines->file), place,
                        csv_table_column, diag);
}

/* ---- the whole --------------------------------------------------------------------------------- */

/* "inputs/scenarios/classic.ini" is called classic. */
static const char *scenario_name(const char *file, struct arena *arena) {
    if (strcmp(file, "-") == 0) return "stdin";
    const char *slash = strrchr(file, '/');
    struct span name = span_of(slash ? slash + 1 : file);
    if (name.length > 4 && strcmp(name.text + name.length - 4, ".ini") == 0) name.length -= 4;
    return arena_text(arena, name.text, name.length);
}

static void load_classes(const char *scenario_file, struct scenario *scenario, struct diag *diag) {
    const struct param_value *file = &scenario->run.values[RUN_WORKLOAD_FILE];
    if (file->text[0] == '\0') return;
    if (strcmp(file->text, "-") == 0 && strcmp(scenario_file, "-") == 0)
        diag_add(diag, STATUS_SCENARIO, (struct place){scenario_file, 0, "workload.file"},
                 "read '-', allowed: a file, since stdin holds the scenario");
    else
        workload_file_read(file->text, scenario, diag);
}

static void load_workload(const char *scenario_file, struct scenario *scenario, struct diag *diag) {
    const char *think_file = scenario->run.values[RUN_WORKLOAD_THINK].text;
    const char *rate_file = scenario->run.values[RUN_WORKLOAD_RATES].text;
    if (think_file[0] != '\0') think_file_read(think_file, scenario, diag);
    load_classes(scenario_file, scenario, diag);
    if (rate_file[0] != '\0' && diag_ok(diag)) rate_file_read(rate_file, scenario, diag);
}

bool scenario_file_read(const char *file, const struct setting *settings, size_t n_settings,
                        struct scenario *out, struct arena *arena, struct diag *diag) {
    struct ini_lines lines;
    const char *model_key = scenario_run_params[RUN_MODEL].name;
    if (!ini_lines_read(file, &lines, arena, diag)) return false;
    const struct model *model = choose_model(&lines, settings, n_settings, diag);
    if (!model) return false;
    *out = scenario_open(model, scenario_name(file, arena), arena);
    out->shelf = preset_shelf_open(preset_read, arena);
    param_assign(&out->run, RUN_MODEL, model->name, (struct place){file, 0, model_key}, NULL, arena, diag);
    for (size_t i = 0; i < lines.n; i++) assign_line(out, &lines, i, model_key, diag);
    for (size_t i = 0; i < n_settings; i++)
        if (strcmp(settings[i].key, model_key) != 0)
            scenario_assign(out, settings[i].key, settings[i].value, (struct place){"--set", 0, settings[i].key},
                            csv_table_column, diag);
    load_workload(file, out, diag);
    if (diag_ok(diag)) scenario_check(out, file, diag);
    return diag_ok(diag);
}
