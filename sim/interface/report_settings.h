/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * report_settings: the parts of report.html that are about settings: the lines to paste, what was assumed, how to repeat it.
 */
#ifndef SIM_INTERFACE_REPORT_SETTINGS_H
#define SIM_INTERFACE_REPORT_SETTINGS_H

#include "sim/experiment/sweep.h"
#include "sim/interface/report_html.h"
#include "sim/interface/study_request.h"

/* The levels of a point as lines of a scenario file; factors that `is_free` names (NULL: none) are left out. With no factors, all that the
 * scenario was given. Where the point follows a preset, also the vendor's directives that are to be changed. */
void report_settings_lines(struct report_html *page, const struct sweep *sweep, size_t point, const bool *is_free, struct arena *arena);

/* "server.keepalive = off, server.idle_limit = 5", in `arena`. */
const char *report_settings_words(const struct sweep *sweep, size_t point, const bool *is_free, struct arena *arena);

/* What was given and varied; presets' values and defaults folded, with their sources. */
void report_settings_assumptions(struct report_html *page, const struct sweep *sweep, struct arena *arena);

/* The command line that gives the same results again, without what does not change them (where to, threads, talk). */
void report_settings_repeat(struct report_html *page, const struct study_request *request, const struct sweep *sweep, struct arena *arena);

#endif
