/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * tuning_report: what a search found: the settings and what they trade, the best one and how sure that is, what to write, and what is known
 * without a simulation. A table for people (80 columns), JSON and CSV in SI units.
 *
 *   tuning.csv      the varied parameters, then refined (0 or 1), n, objective, objective_half_width, limits (holds, fails, undecided), of each limit
 *                   limit_K (the sum that is limited), limit_K_half_width, limit_K_verdict, each cost of the front with its half-width,
 *                   front (0 or 1), distance (of the knee's scale), knee, best (0 or 1), and of the best alone n_fresh, fresh,
 *                   fresh_half_width (the objective over fresh replications), low, high (between which the best value lies; empty: open)
 *   front_data.csv, front_settings.gp   as front_plot.h
 */
#ifndef SIM_INTERFACE_TUNING_REPORT_H
#define SIM_INTERFACE_TUNING_REPORT_H

#include <stdio.h>

#include "sim/experiment/search.h"
#include "sim/interface/condition.h"
#include "sim/interface/front_plot.h"

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
/* The picture of the front, which must be there with two costs or three; its texts and points are the search's arena's. */
struct front_plot tuning_report_plot(const struct tuning_report *report);

/* The lines of an optimum, and what to write for it when that is all. */
void tuning_report_optimum(FILE *out, const struct optimum *optimum);

/* ---- one setting, for all who show it -------------------------------------------------------------------------- */

/* "idle_limit=2, keepalive=on": without sections. Returns `out`. */
const char *tuning_report_label(const struct search *search, size_t id, char *out, size_t out_bytes);

/* By the values of the first factors that are numbers, so that refined settings stand between their neighbours; else as in the design. All
 * trials.n ids in this order, the search's arena's. */
const size_t *tuning_report_order(const struct search *search);

/* Refined settings are steps on the way, but for the answer and the knee. */
bool tuning_report_is_shown(const struct tuning_report *report, size_t id);

/* Over the replications of the search; of the objective not observed where there is none. */
struct estimate tuning_report_objective(const struct search *search, size_t id);
struct estimate tuning_report_cost(const struct tuning_report *report, size_t id, size_t k);
enum limit_verdict tuning_report_limit(const struct tuning_report *report, size_t id, size_t k, struct estimate *estimate);

/* Measure and name (96 bytes) of a cost of the front. */
const struct measure *tuning_report_cost_measure(const struct tuning_report *report, size_t k, char *name);

#endif
