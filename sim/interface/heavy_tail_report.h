/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * heavy_tail_report: what is said of distributions without a variance (heavy_tail.h): a warning on stderr, rows in manifest.csv, an
 * array in JSON. Points of a sweep that say the same say it once.
 */
#ifndef SIM_INTERFACE_HEAVY_TAIL_REPORT_H
#define SIM_INTERFACE_HEAVY_TAIL_REPORT_H

#include <stdio.h>

#include "sim/experiment/heavy_tail.h"

void heavy_tail_report_warn(const struct scenario *points, size_t n_points);

/* Rows parameter,value,unit,source,reference: "heavy_tail", the parameter's name, "", what is infinite, its value. */
void heavy_tail_report_manifest(FILE *out, const struct scenario *points, size_t n_points);

/* `"heavy_tails": [{"parameter", "value", "class", "infinite", "concerns"}],` with its line end; nothing when there are none. */
void heavy_tail_report_json(FILE *out, const struct scenario *scenario);

#endif
