/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/experiment/preset.h"

#include <string.h>

struct preset_book {
    const char *name;
    const struct preset *preset;
    struct preset_book *next;
};

struct preset_shelf *preset_shelf_open(preset_read_fn *read, struct arena *arena) {
    struct preset_shelf *shelf = ARENA_NEW(arena, 1, struct preset_shelf);
    *shelf = (struct preset_shelf){.read = read, .arena = arena};
    return shelf;
}

static const struct preset *take(struct preset_shelf *shelf, const char *name, struct place place, struct diag *diag) {
    for (const struct preset_book *book = shelf->first; book; book = book->next)
        if (strcmp(book->name, name) == 0) return book->preset;
    const struct preset *preset = shelf->read(name, place, shelf->arena, diag);
    if (!preset) return NULL; /* not kept: who asks again is to hear again */
    struct preset_book *book = ARENA_NEW(shelf->arena, 1, struct preset_book);
    *book = (struct preset_book){arena_text(shelf->arena, name, strlen(name)), preset, shelf->first};
    shelf->first = book;
    return preset;
}

/* ---- sides ------------------------------------------------------------------------------------------- */

static bool says(const struct preset *preset, const char *section, size_t length) {
    for (size_t i = 0; i < preset->n; i++)
        if (strncmp(preset->model->params[preset->values[i].index].name, section, length) == 0) return true;
    return false;
}

/* "server." of "server.preset". */
static bool says_of(const struct preset *preset, size_t index) {
    const char *name = preset->model->params[index].name;
    return says(preset, name, strcspn(name, ".") + 1);
}

bool preset_suits(const struct preset *preset, size_t index) {
    const struct model *model = preset->model;
    bool of_others = false;
    for (size_t i = 0; i < model->n_params; i++)
        if (i != index && model->params[i].type == PARAM_PRESET) of_others |= says_of(preset, i);
    return !of_others || says_of(preset, index);
}

const struct param *preset_side(const struct preset *preset) {
    const struct model *model = preset->model;
    for (size_t i = 0; i < model->n_params; i++)
        if (model->params[i].type == PARAM_PRESET && preset_suits(preset, i)) return &model->params[i];
    return NULL;
}

/* ---- the shelf --------------------------------------------------------------------------------------- */

const struct preset *preset_find(struct preset_shelf *shelf, const char *name, const struct model *model, struct place place,
                                 struct diag *diag) {
    if (!shelf) {
        diag_add(diag, STATUS_SCENARIO, place, "read '%.100s', allowed: nothing, since there are no presets here", name);
        return NULL;
    }
    const struct preset *preset = take(shelf, name, place, diag);
    if (!preset || preset->model == model) return preset;
    diag_add(diag, STATUS_SCENARIO, place, "read '%.100s', a preset of model %s, allowed: one of model %s", name,
             preset->model->name, model->name);
    return NULL;
}
