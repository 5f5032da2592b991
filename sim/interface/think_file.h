/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * think_file: recorded think times from a CSV (parameter workload.think), so that a measured run and a simulated one share
 * them: columns `user` (a number from 0) and `think_s`, in each user's order; other columns are ignored.
 */
#ifndef SIM_INTERFACE_THINK_FILE_H
#define SIM_INTERFACE_THINK_FILE_H

#include "sim/experiment/scenario.h"

/* Reads `file` into scenario->workload. Complaints go to `diag`. Arrays live in the scenario's arena. */
void think_file_read(const char *file, struct scenario *scenario, struct diag *diag);

#endif
