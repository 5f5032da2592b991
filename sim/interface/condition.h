/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * condition: what is wanted of a setting, in words, for --objective, --cost, --slo and --assert.
 *
 *   sum         TERM { + TERM | - TERM }       TERM: MEASURE, NUMBER*MEASURE or MEASURE*NUMBER
 *   limit       sum < VALUE                    also <=, >, >=
 *   objective   minimise sum [subject to limit { and limit }]      also maximise
 *
 *   page_response_p95 < 500ms
 *   minimise connection_seconds + 10*connections_opened
 *   minimise memory_total subject to page_response_p95 < 500ms and cpu_utilisation < 80%
 *
 * Measures are columns of results. A value carries units as elsewhere where the sum is one measure with weight 1; of other sums it is a
 * plain number. Complaints (STATUS_USAGE) say what was read and what is allowed, with the measure nearest in spelling.
 */
#ifndef SIM_INTERFACE_CONDITION_H
#define SIM_INTERFACE_CONDITION_H

#include "sim/experiment/criterion.h"
#include "sim/model.h"

enum { CONDITION_LIMITS_MAX = 16 };

/* What is wanted. has_objective: a sum is to be small or large. */
struct wish {
    bool has_objective, maximise;
    struct weighted_sum objective;
    struct limit limits[CONDITION_LIMITS_MAX];
    size_t n_limits;
};

/* Each parses the whole text, for columns of `model`; `option` is where complaints are about. False after complaints. Texts are the arena's. */
bool condition_sum(const char *text, const char *option, const struct model *model, struct weighted_sum *out, struct arena *arena,
                   struct diag *diag);
bool condition_limit(const char *text, const char *option, const struct model *model, struct limit *out, struct arena *arena,
                     struct diag *diag);

/* Adds to a wish: an objective with its limits; one more limit. */
bool condition_objective(const char *text, const char *option, const struct model *model, struct wish *wish, struct arena *arena,
                         struct diag *diag);
bool condition_add_limit(const char *text, const char *option, const struct model *model, struct wish *wish, struct arena *arena,
                         struct diag *diag);

/* The column of that name; false after a complaint with the nearest one. */
bool condition_column(const char *name, const char *option, const struct model *model, size_t *column, struct arena *arena,
                      struct diag *diag);

#endif
