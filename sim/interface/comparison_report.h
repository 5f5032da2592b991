/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * comparison_report: two settings, measure by measure, in words. For people a table of 80 columns in which the unit is that of the larger
 * mean, and the measures that are the same in both are only named; for machines JSON and CSV, SI units, all measures.
 *
 *   comparison.csv   measure, unit, mean_a, mean_b, difference, half_width, n, p, p_holm, percent, percent_half_width, variance_ratio,
 *                    verdict. Percent is of mean_a, which is taken as it is.
 */
#ifndef SIM_INTERFACE_COMPARISON_REPORT_H
#define SIM_INTERFACE_COMPARISON_REPORT_H

#include <stdio.h>

#include "sim/experiment/paired.h"
#include "sim/experiment/scenario.h"

struct comparison_row {
    const char *name, *unit;
    struct difference difference; /* adjusted */
};

enum { COMPARISON_NOTES_MAX = 8 };

struct comparison_report {
    const char *a, *b;                            /* names of the two sides */
    const struct scenario *scenario_a, *scenario_b; /* NULL: from files of results, so not paired */
    size_t n_replications;                        /* pairs; 0 when not paired */
    const struct comparison_row *rows;
    size_t n_rows, n_tests;
    const char *notes[COMPARISON_NOTES_MAX];      /* what should be known before believing it */
    size_t n_notes;
};

void comparison_report_table(FILE *out, const struct comparison_report *report);
void comparison_report_json(FILE *out, const struct comparison_report *report);
void comparison_report_csv(FILE *out, const struct comparison_report *report);

#endif
