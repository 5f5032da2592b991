/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * measurement_file: a CSV of what was measured, one row a point of measurement.
 *
 * A column is one of
 *   a parameter       "server.idle_limit", "run.horizon": the setting at which it was measured, written as in --set; an empty cell is
 *                     the scenario's own value. Not a file, and not a parameter that is to be fitted
 *   a result          "cpu_utilisation", "memory_pss", "page_response_p95": what was measured there, a number above 0 in SI units; an
 *                     empty cell was not measured
 *   point             a name of the row, for the report
 *   weight            a number of 0 or more, default 1: how many rows of weight 1 this one counts for
 *   one to ignore     named as such
 * Any other column is a complaint, with the nearest right word. Rows without a measurement, or with weight 0, are left out.
 */
#ifndef SIM_INTERFACE_MEASUREMENT_FILE_H
#define SIM_INTERFACE_MEASUREMENT_FILE_H

#include "sim/experiment/calibration.h"

struct measurement_request {
    const char *file; /* "-": stdin */
    const char *const *ignored;
    size_t n_ignored;
    const char *measures; /* "cpu_utilisation,memory_pss": use these only; NULL: all */
    const struct calibrated *fitted;
    size_t n_fitted;
};

/* Reads and checks all rows; points are copies of `base` at the rows' settings. Memory is `arena`'s. True when diag stayed empty. */
bool measurement_file_read(const struct measurement_request *request, const struct scenario *base, struct measurements *out,
                           struct arena *arena, struct diag *diag);

#endif
