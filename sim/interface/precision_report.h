/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * precision_report: why a point got no more replications, in words and in JSON. Nothing where no precision was asked for.
 *
 *   precision 2 % reached; widest of 3 measures: page_response, ±1.9 %
 *
 *   precision 2 % NOT reached: the budget of 100 replications is used up
 *   widest of 3 measures: page_response, ±3.2 %
 *   not judged, since never observed or always 0: resets
 *
 * ± is the half-width over the estimate, of the rows that are reported, for any reason of stopping. It is at most g / (1 + g) when a
 * precision g was reached (precision.h).
 *
 *   "stopped": {"reason": "precision", "precision": 0.02, "replications": 214, "widest": "page_response",
 *               "relative_half_width": 0.0189, "not_judged": ["resets"]}
 *
 * reason is precision, replications_max, time_budget or nothing_observed; widest and relative_half_width are null when nothing was
 * judged, the latter also when there is no interval.
 */
#ifndef SIM_INTERFACE_PRECISION_REPORT_H
#define SIM_INTERFACE_PRECISION_REPORT_H

#include <stdio.h>

#include "sim/experiment/precision.h"

void precision_report_text(FILE *out, const struct scenario *scenario, const struct precision_look *look);

/* A member of an object, with the comma before it. */
void precision_report_json(FILE *out, const struct scenario *scenario, const struct precision_look *look);

#endif
