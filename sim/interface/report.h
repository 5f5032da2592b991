/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * report: the results of one scenario, for people. At most 80 columns; levels, response times and plain values each
 * have a table of their own, so that a mean stands beside its peak and its quantiles. Units are those one would say
 * (MB, ms): every row picks the one in which its mean reads well. Machines read --json or the CSV.
 */
#ifndef SIM_INTERFACE_REPORT_H
#define SIM_INTERFACE_REPORT_H

#include <stdio.h>

#include "sim/experiment/estimate.h"
#include "sim/experiment/scenario.h"
#include "sim/experiment/warmup.h"

/* `estimates`: one a column of the scenario's model. */
void report_table(FILE *out, const struct scenario *scenario, const struct estimate *estimates);

/* {"scenario", "seed", "version", "measures": {NAME: {"unit", "mean", "half_width", "n"}}}, SI units; and "warmup" when it
 * was found, "intervals" when they are of batch means (then n counts batches). */
void report_json(FILE *out, const struct scenario *scenario, const struct estimate *estimates,
                 const struct warmup *warmup);

/* A unit for people: how much of the SI unit it is, and its name. Nothing observed (NAN) has the SI unit. */
struct report_scale {
    double si;
    const char *name;
};
struct report_scale report_scale_of(const char *unit, double magnitude);

/* `digits` significant ones, but whole numbers in full up to ten million; "-" for NAN. Returns `out`. */
const char *report_number(double value, int digits, char *out, size_t out_bytes);

#endif
