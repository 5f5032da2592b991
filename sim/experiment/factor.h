/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * factor: a parameter that a sweep varies, and its levels, from the text of --vary.
 *
 *   server.keepalive=on,off                      a list, in the order written
 *   server.idle_limit=1..60 step 1               a range, both ends included if the step meets them
 *   server.idle_limit=100ms..1s step 100ms       with units
 *   users.think=log 0.1..100 x 20                20 levels in geometric progression, to 6 significant digits
 *   server.idle_limit=0,1..5 step 1,log 10..1000 x 3    mixtures
 *   users.think=exponential(3),uniform(1,5)      commas inside parentheses do not separate
 *
 * Whole-number parameters get whole-number levels: those of a progression are rounded, and equal neighbours
 * merged. A level that the parameter does not allow is a complaint, and so is a level given twice.
 */
#ifndef SIM_EXPERIMENT_FACTOR_H
#define SIM_EXPERIMENT_FACTOR_H

#include "sim/experiment/scenario.h"

enum { FACTOR_LEVELS_MAX = 100000 };

/* Texts are the arena's that it was parsed with. */
struct factor {
    const char *key; /* "server.idle_limit" */
    size_t n_levels;
    const char **levels; /* as scenario_assign takes them */
};

/* Parses "KEY=LEVELS" and tries each level on a copy of `base`. False after complaints (STATUS_USAGE for the form,
 * scenario_assign's for values). */
bool factor_parse(const char *text, const struct scenario *base, struct factor *out,
                  param_column_fn *column_fn, struct arena *arena, struct diag *diag);

/* Where a parameter stands: which table, which entry. NULL and any index when no table has it. */
const struct param_set *factor_table(const struct scenario *scenario, const char *key,
                                     size_t *index);

#endif
