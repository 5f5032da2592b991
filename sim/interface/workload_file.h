/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * workload_file: the users of a scenario from a CSV, of classes or of requests (see scenario_file.h).
 */
#ifndef SIM_INTERFACE_WORKLOAD_FILE_H
#define SIM_INTERFACE_WORKLOAD_FILE_H

#include "sim/experiment/scenario.h"

enum { WORKLOAD_CLASSES_MAX = 10000 };

/* Reads `file` into scenario->workload. Complaints go to `diag` (STATUS_DATA for what stands in the file). Its arrays
 * live in the scenario's arena. */
void workload_file_read(const char *file, struct scenario *scenario, struct diag *diag);

#endif
