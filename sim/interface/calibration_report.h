/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * calibration_report: what a calibration found. For people: estimates with their intervals, warnings where they are not to be
 * trusted, measured beside simulated. For machines: the same as JSON, SI units. For scenarios: the lines to paste.
 */
#ifndef SIM_INTERFACE_CALIBRATION_REPORT_H
#define SIM_INTERFACE_CALIBRATION_REPORT_H

#include <stdio.h>

#include "sim/experiment/calibration.h"

struct calibration_report {
    const struct calibration *calibration;
    const struct scenario *scenario;
    const char *data_file;
};

void calibration_report_table(FILE *out, const struct calibration_report *report);

/* {"scenario", "data", "seed", "version", "parameters": {KEY: {"unit", "state", "estimate", "standard_error", "low", "high",
 * "simulation_share"}},
 * "correlations": [{"parameters": [A, B], "correlation"}], "condition", "rms_error", "measurements", "degrees_of_freedom", "converged",
 * "points": [{"point", "measure", "unit", "measured", "simulated", "error"}]} */
void calibration_report_json(FILE *out, const struct calibration_report *report);

/* [section] key = value, each with its interval as a comment; a scenario file can take them as they are. Parameters without
 * influence are left out. */
void calibration_report_ini(FILE *out, const struct calibration_report *report);

#endif
