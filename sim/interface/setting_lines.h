/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * setting_lines: what to write into a configuration to have a setting. First in our own words, as a scenario says it, by section; then,
 * when the scenario names a preset, in its vendor's: his directives stand in the preset beside our keys, with a value of his for a value of
 * ours, and from that pair is seen how he counts:
 *
 *   75s beside 75s      times carry units: whole seconds as 7s, else 6920ms
 *   5 beside 5s         whole seconds, rounded (never to 0, which means something else), or 6920ms where [preset] fractions = ms
 *   5000 beside 5s      milliseconds
 *   100 beside 101      one less than ours
 *   On beside on        words, in his spelling
 *
 * and the preset says in [preset] line how a directive is written: "NAME VALUE;" for nginx; "NAME = VALUE" unless it says so.
 */
#ifndef SIM_INTERFACE_SETTING_LINES_H
#define SIM_INTERFACE_SETTING_LINES_H

#include <stdio.h>

#include "sim/experiment/scenario.h"

/* "6.92s": the value of a parameter with the unit that a user would write. Returns `out`. */
const char *setting_value(const struct param_set *set, size_t index, char *out, size_t out_bytes);

/* Lines for n parameters of a model: ours, by section; those of the vendor whose preset is named, and how many they are. What is special about
 * a value of his stands behind it. */
void setting_lines_ours(FILE *out, const struct scenario *scenario, const char *const *keys, size_t n, const char *indent);
size_t setting_lines_vendor(FILE *out, const struct scenario *scenario, const char *const *keys, size_t n, const char *indent);

/* "Apache httpd event 2.4"; NULL: no preset is named. Text is the scenario's arena's. */
const char *setting_lines_product(const struct scenario *scenario);

/* Both, indented by two blanks, with the product between them. */
void setting_lines_write(FILE *out, const struct scenario *scenario, const char *const *keys, size_t n);

/* How the vendor would write our value: one of his beside one of ours tells. */
struct vendor_pair {
    const char *value;     /* his, "5"; NULL: not said */
    double number;         /* ours in SI, 5 */
    const char *zero;      /* what 0 means to him; NULL: not said */
    const char *fractions; /* preset.h */
};
/* `ours` is printed, `number` in SI. `note` says what is special about the value, "" if nothing. Returns `out`. */
const char *setting_vendor_value(enum param_type type, const struct vendor_pair *pair, double number, const char *ours, char *out,
                                 size_t out_bytes, const char **note);

#endif
