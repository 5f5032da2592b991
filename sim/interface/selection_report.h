/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * selection_report: which setting was chosen, how sure that is, and what it took. A table for people (80 columns, the best first, then in
 * the order in which settings were dropped, last ones first); JSON and CSV in the order of the design, SI units.
 *
 *   selection.csv   the varied parameters, then mean (over the replications judged), judged, spent, fate (chosen, level, left, dropped),
 *                   dropped_by (the number of a row, from 1; empty: not dropped)
 */
#ifndef SIM_INTERFACE_SELECTION_REPORT_H
#define SIM_INTERFACE_SELECTION_REPORT_H

#include <stdio.h>

#include "sim/experiment/selection.h"
#include "sim/experiment/sweep.h"

struct selection_report {
    const struct selection *selection; /* decided, or at the end of its budget */
    const struct sweep *sweep;
    const char *measure, *unit;
};

void selection_report_table(FILE *out, const struct selection_report *report);
void selection_report_json(FILE *out, const struct selection_report *report);
void selection_report_csv(FILE *out, const struct selection_report *report);

/* "server.keepalive=on, server.idle_limit=5". Returns `out`. */
const char *selection_report_setting(const struct sweep *sweep, size_t point, char *out, size_t out_bytes);

#endif
