/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * setting_lines: what to write into a configuration to have a setting. First in our own words, as a scenario says it, by section; then,
 * when the scenario names a preset, in its vendor's (vendor.h). The preset says in [preset] line how a directive is written: "NAME VALUE;" for
 * nginx; "NAME = VALUE" unless it says so.
 */
#ifndef SIM_INTERFACE_SETTING_LINES_H
#define SIM_INTERFACE_SETTING_LINES_H

#include <stdio.h>

#include "sim/experiment/scenario.h"

/* "6.92s": the value of a parameter with the unit that a user would write. Returns `out`. */
const char *setting_value(const struct param_set *set, size_t index, char *out, size_t out_bytes);

/* Lines for n parameters of a model: ours, by section; those of the vendor whose preset is named, and how many they are. What is special about
 * a value of his stands behind it; a directive whose value does not follow stands as a comment. */
void setting_lines_ours(FILE *out, const struct scenario *scenario, const char *const *keys, size_t n, const char *indent);
size_t setting_lines_vendor(FILE *out, const struct scenario *scenario, const char *const *keys, size_t n, const char *indent);

/* "Apache httpd event 2.4"; NULL: no preset is named. Text is the scenario's arena's. */
const char *setting_lines_product(const struct scenario *scenario);

/* Both, indented by two blanks, with the product between them. */
void setting_lines_write(FILE *out, const struct scenario *scenario, const char *const *keys, size_t n);

#endif
