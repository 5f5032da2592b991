/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/advice/race_sides.h"

#include <stdio.h>
#include <string.h>

#include "models/models.h"
#include "models/web/params.h"
#include "sim/interface/csv_table.h"
#include "sim/interface/preset_file.h"

/* What a role keeps for how long, whether it keeps any, and who names its presets. */
static const struct {
    enum web_param limit, keeps, preset;
} keys[] = {
    [RACE_REUSER] = {PROXY_IDLE_LIMIT, PROXY_POOL_SIZE, PROXY_PRESET},
    [RACE_SERVER] = {SERVER_IDLE_LIMIT, SERVER_KEEPALIVE, SERVER_PRESET},
};

static const struct preset_value *value_of(const struct preset *preset, size_t index) {
    for (size_t i = 0; i < preset->n; i++)
        if (preset->values[i].index == index) return &preset->values[i];
    return NULL;
}

bool race_side_is(const struct preset *preset, enum race_role role) {
    return preset->model == &model_web && (value_of(preset, keys[role].limit) || value_of(preset, keys[role].keeps));
}

static double number_of(const struct preset_value *value, enum web_param key, struct arena *arena, struct diag *diag) {
    struct param_set set = param_set_open(web_params, WEB_PARAMS, arena);
    if (value) param_assign(&set, key, value->text, (struct place){.file = "preset"}, csv_table_column, arena, diag);
    return set.values[key].number;
}

/* A server's 0 is off, a reuser's is no limit (params.c). */
static void settle(struct race_side *side, enum race_role role) {
    side->keeps = side->keeps && (role == RACE_REUSER || side->limit_s > 0);
}

static bool of_preset(struct race_side *side, enum race_role role, struct arena *arena, struct diag *diag) {
    const struct preset_value *keeps = value_of(side->preset, keys[role].keeps);
    side->limit = value_of(side->preset, keys[role].limit);
    side->limit_s = number_of(side->limit, keys[role].limit, arena, diag);
    side->keeps = number_of(keeps, keys[role].keeps, arena, diag) > 0;
    settle(side, role);
    return diag_ok(diag);
}

static bool is_time(const char *text) { return strchr("0123456789.+-", *text) != NULL; }

static bool read_time(struct race_side *side, enum race_role role, const char *text, struct place place, struct arena *arena,
                      struct diag *diag) {
    struct param_set set = param_set_open(web_params, WEB_PARAMS, arena);
    *side = (struct race_side){.keeps = true};
    size_t complaints = diag->count;
    if (!param_assign(&set, keys[role].limit, text, place, NULL, arena, diag)) {
        if (complaints == 0) diag->status = STATUS_USAGE;
        return false;
    }
    side->limit_s = set.values[keys[role].limit].number;
    settle(side, role);
    return true;
}

/* "aws-alb" as reuser: "aws-alb-upstream", if there is one. */
static const char *name_of(const char *text, enum race_role role, struct arena *arena) {
    char name[128];
    int n = snprintf(name, sizeof name, "%s-upstream", text);
    if (role == RACE_REUSER && n < (int)sizeof name && preset_is_known(name)) return arena_text(arena, name, (size_t)n);
    return text;
}

bool race_side_read(struct race_side *side, enum race_role role, const char *text, const char *option, struct arena *arena,
                    struct diag *diag) {
    struct place place = {.file = option};
    if (is_time(text) && !preset_is_file(text)) return read_time(side, role, text, place, arena, diag);
    const char *name = name_of(text, role, arena);
    *side = (struct race_side){.name = name, .preset = preset_read(name, place, arena, diag)};
    if (!side->preset) return false;
    if (race_side_is(side->preset, role)) return of_preset(side, role, arena, diag);
    diag_add(diag, STATUS_SCENARIO, place, "read '%.100s', which does not say %s; allowed: a time like 60s, or a preset for %s", text,
             web_params[keys[role].limit].name, web_params[keys[role].preset].name);
    return false;
}
