/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * report: the results of one scenario, for people. At most 80 columns; levels, response times and plain values each
 * have a table of their own, so that a mean stands beside its peak and its quantiles. Units are those one would say
 * (MB, ms): every row picks the one in which its mean reads well. Machines read --json or the CSV.
 */
#ifndef SIM_INTERFACE_REPORT_H
#define SIM_INTERFACE_REPORT_H

#include <stdio.h>

#include "sim/experiment/closed_form.h"
#include "sim/experiment/precision.h"
#include "sim/experiment/scenario.h"
#include "sim/experiment/warmup.h"

/* What is reported. Arrays have one entry a column of the scenario's model. */
struct report {
    const struct scenario *scenario;
    const struct estimate *estimates;
    const struct precision_look *look;       /* of how many replications, and why there are no more */
    const struct warmup *warmup;             /* n_columns 0: not searched for */
    const struct closed_form *const *forms;  /* NULL where there is none */
    const double *exact;
    size_t n_forms;
};

void report_table(FILE *out, const struct report *report);

/* {"scenario", "seed", "version", "measures": {NAME: {"unit", "mean", "half_width", "n"}}}, SI units; "warmup" when it was
 * found, "intervals" when they are of batch means (then n counts batches); "stopped" when a precision was asked for (precision_report.h); and "exact", "z", "agrees" and "case" in measures with
 * a closed form. */
void report_json(FILE *out, const struct report *report);

/* Says on stderr which means disagree with their closed form (closed_form.h). */
void report_warn(const struct report *report);

/* A unit for people: how much of the SI unit it is, and its name. Nothing observed (NAN) has the SI unit. */
struct report_scale {
    double si;
    const char *name;
};
struct report_scale report_scale_of(const char *unit, double magnitude);

/* `digits` significant ones, but whole numbers in full up to ten million; "-" for NAN. Returns `out`. */
const char *report_number(double value, int digits, char *out, size_t out_bytes);

#endif
