/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * rate_file: a curve of rates over time from a CSV (parameter workload.rates): `time_s` from 0 on and increasing, then `factor`, by which
 * the rate of arrivals is multiplied at that time, or a column for each class of users that has a curve of its own (its name; `factor`
 * for the others, 1 without). Between two rows the factor changes in a straight line; after the last row the curve begins again, so the
 * last row of a day is at 86400 and repeats the first.
 */
#ifndef SIM_INTERFACE_RATE_FILE_H
#define SIM_INTERFACE_RATE_FILE_H

#include "sim/experiment/scenario.h"

/* Reads `file` into scenario->workload, whose classes must be there already. Complaints go to `diag`. Arrays live in the scenario's
 * arena. */
void rate_file_read(const char *file, struct scenario *scenario, struct diag *diag);

#endif
