/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * report_settings: the parts of report.html that are about settings: the lines to paste, what was assumed, what is not modelled.
 */
#ifndef SIM_INTERFACE_REPORT_SETTINGS_H
#define SIM_INTERFACE_REPORT_SETTINGS_H

#include "sim/experiment/sweep.h"
#include "sim/interface/report_html.h"

/* The levels of a point as lines of a scenario file; factors that `is_free` names (NULL: none) are left out. With no factors, all that the
 * scenario was given. Where the point follows a preset, also the vendor's directives that are to be changed. */
void report_settings_lines(struct report_html *page, const struct sweep *sweep, size_t point, const bool *is_free, struct arena *arena);

/* "server.keepalive = off, server.idle_limit = 5", in `arena`. */
const char *report_settings_words(const struct sweep *sweep, size_t point, const bool *is_free, struct arena *arena);

/* For who knows better than "given" where a value comes from: says it, or NULL. */
struct report_source {
    const char *(*of)(const void *context, const struct param_set *set, size_t i);
    const void *context;
};

/* What was given and varied; presets' values and defaults folded, with their sources. `source` may be NULL. */
void report_settings_assumptions(struct report_html *page, const struct sweep *sweep, const struct report_source *source, struct arena *arena);

/* A section: what the model says that it leaves out, and what holds of every simulation. */
void report_settings_left_out(struct report_html *page, const struct scenario *scenario);

#endif
