/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * preset: values of some of a model's parameters under one name, and where each comes from. What a vendor calls a setting,
 * how he writes its value and what he means by 0 stand here and nowhere else: the model's parameters are neutral, and a preset is
 * the translation of one product and version into them.
 *
 * A scenario names a preset in a parameter of type PARAM_PRESET. What it says then ranks between the defaults and what
 * the scenario gives:
 *
 *   defaults  <  preset  <  the scenario's file  <  --set  <  --vary
 *
 * whatever the order in which they are read. Naming another one takes back what the one before had said.
 *
 * This floor does no I/O: the interface floor lends the shelf a function that reads presets. What was read once is kept, so that a
 * sweep over presets reads each of them once.
 */
#ifndef SIM_EXPERIMENT_PRESET_H
#define SIM_EXPERIMENT_PRESET_H

#include "sim/model.h"

/* One value. Texts that the preset leaves out are NULL. */
struct preset_value {
    size_t index;     /* of the model's parameters */
    long line;        /* of the preset's text */
    const char *text; /* as a user would write it */
    const char *directive, *vendor_value; /* what the vendor calls it, and what he writes there */
    const char *zero;   /* what 0 means to the vendor */
    const char *note;   /* how he counts; what stands for what */
    const char *source; /* where that is written */
};

enum { PRESET_NOTES_MAX = 16 };

/* Memory is the arena's that it was read into. */
struct preset {
    const char *name; /* as it was asked for */
    const char *file; /* "preset NAME", or the file: where complaints are about */
    const struct model *model;
    const char *product, *version, *origin; /* NULL: not said */
    const char *line; /* how the vendor writes a directive, "NAME VALUE;"; NULL: not said */
    const char *fractions; /* the unit of less than a second, where numbers are seconds: "ms"; "none"; NULL: not said (vendor.h) */
    const char *notes[PRESET_NOTES_MAX];
    size_t n_notes, n;
    struct preset_value *values; /* each index once, in the order of the text */
};

/* Reads the preset of that name (or file) for any model. NULL after complaints, which are about `place` where the name is
 * wrong, and about the preset's lines where those are. */
typedef const struct preset *preset_read_fn(const char *name, struct place place, struct arena *arena,
                                            struct diag *diag);

/* Presets that have been read. */
struct preset_shelf {
    preset_read_fn *read;
    struct arena *arena; /* of what is read */
    struct preset_book *first;
};

/* An empty shelf, in `arena`. */
struct preset_shelf *preset_shelf_open(preset_read_fn *read, struct arena *arena);

/* The preset of that name for `model`; NULL after complaints. `shelf` may be NULL: then there are no presets. */
const struct preset *preset_find(struct preset_shelf *shelf, const char *name, const struct model *model, struct place place,
                                 struct diag *diag);

/* Whether a preset is for parameter `index` of its model, one of type PARAM_PRESET: "server.preset" is for those that say something of
 * section server. One that says nothing of any section that has such a parameter is for all of them. */
bool preset_suits(const struct preset *preset, size_t index);

/* The first parameter that the preset is for, NULL when its model has none. */
const struct param *preset_side(const struct preset *preset);

#endif
