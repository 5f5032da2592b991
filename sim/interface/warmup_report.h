/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * warmup_report: what is said of a warm-up that was found (warmup.h): on stderr, in the title of a table, in JSON, in
 * manifest.csv, and as warmup.csv, which `linger run -o` writes for the picture warmup.gp:
 *
 *   time_s, cut, then for each column that was judged NAME, NAME.mser, NAME.cut
 *
 * One row a batch of MSER-5: its end, whether it is cut; the column's mean over the batch and the replications; MSER when all
 * before this batch is cut; whether this column alone would have it cut.
 */
#ifndef SIM_INTERFACE_WARMUP_REPORT_H
#define SIM_INTERFACE_WARMUP_REPORT_H

#include <stdio.h>

#include "sim/experiment/warmup.h"

/* Two sentences on stderr at most: what is cut (not if `quiet`), and a warning where runs are too short to tell. Nothing for
 * points that did not ask. */
void warmup_report_tell(const struct warmup *found, size_t n_points, bool quiet);

/* `"warmup": {...},` with its indentation and line end; nothing when it was not searched for. */
void warmup_report_json(FILE *out, const struct warmup *found);

void warmup_report_csv(FILE *out, const struct warmup *found);

/* Whether a scenario's warm-up was auto and has been found. */
bool warmup_report_is_found(const struct scenario *scenario);

#endif
