/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * scenario_file: from files and --set values to a checked scenario.
 *
 * The scenario is an INI file (libinih): [section] and key = value, named "section.key" elsewhere. Which
 * model it is for stands in run.model (default web). File names inside it are relative to its folder. "-" reads
 * the INI from stdin. A parameter that names a preset (sim/experiment/preset.h) takes the name of one that the program carries, or of a
 * file, told by a / in it or .ini at its end.
 *
 * The workload CSV (parameter workload.file) is one of two, told by its header:
 *   classes   columns are keys of the model's class section ("think", "objects", "count" ...), and optionally "class" (a
 *             name); one row a class of users; a column that is absent, or an empty cell, takes the scenario's value
 *   trace     columns time_s (seconds, not decreasing) and client (any text); other columns are ignored
 */
#ifndef SIM_INTERFACE_SCENARIO_FILE_H
#define SIM_INTERFACE_SCENARIO_FILE_H

#include "sim/experiment/scenario.h"

/* One --set: "section.key=value". Applied after the file, in order. */
struct setting {
    const char *key, *value;
};

/* Splits "section.key=value" (a copy in arena). False after a complaint (STATUS_USAGE). */
bool setting_parse(const char *text, struct setting *out, struct arena *arena, struct diag *diag);

/* Reads, sets, loads the workload and checks. True when diag stayed empty. All of the wrong values are
 * complained about, not only the first. */
bool scenario_file_read(const char *file, const struct setting *settings, size_t n_settings,
                        struct scenario *out, struct arena *arena, struct diag *diag);

#endif
