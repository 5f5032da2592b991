/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * tuning_report: what a search found: the settings and what they trade, the best one and how sure that is, what to write, and what is known
 * without a simulation. A table for people (80 columns), JSON and CSV in SI units.
 *
 *   tuning.csv      the varied parameters, then refined (0 or 1), n, objective, objective_half_width, limits (holds, fails, undecided), each
 *                   cost of the front with its half-width, front (0 or 1), distance (of the knee's scale), knee, best (0 or 1)
 *   front_data.csv  the same for the plot: label, x, x_low, x_high, y, y_low, y_high, z, front, knee, best
 *   front_settings.gp  assignments only: names, units, words
 */
#ifndef SIM_INTERFACE_TUNING_REPORT_H
#define SIM_INTERFACE_TUNING_REPORT_H

#include <stdio.h>

#include "sim/experiment/search.h"
#include "sim/interface/condition.h"

struct tuning_report {
    const struct search *search;
    const struct search_front *front; /* NULL: there is none */
    const struct wish *wish;
    const char *objective;            /* in words */
    const struct optimum *optimum;    /* NULL: nothing is known */
};

/* The setting that is the answer: the best, or the knee. trials.n when there is none. */
size_t tuning_report_answer(const struct tuning_report *report);

void tuning_report_table(FILE *out, const struct tuning_report *report);
void tuning_report_json(FILE *out, const struct tuning_report *report);
void tuning_report_csv(FILE *out, const struct tuning_report *report);
void tuning_report_plot_data(FILE *out, const struct tuning_report *report);
void tuning_report_plot_settings(FILE *out, const struct tuning_report *report);

/* The lines of an optimum, and what to write for it when that is all. */
void tuning_report_optimum(FILE *out, const struct optimum *optimum);

#endif
