/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * race_report: what linger race prints of one pair, and of many, in 80 columns.
 */
#ifndef MODELS_ADVICE_RACE_REPORT_H
#define MODELS_ADVICE_RACE_REPORT_H

#include <stdio.h>

#include "models/advice/race.h"
#include "models/advice/race_sides.h"
#include "models/advice/race_simulation.h"

/* Who is asked about, and how often what meets. */
struct race_pair {
    struct race_side reuser, server;
    struct race race;
};

void race_report_sides(FILE *out, const struct race_pair *pair);
void race_report_verdict(FILE *out, const struct race_pair *pair);

/* `gaps` as they were written, NULL for race_likeliest_gap. `simulated` may be NULL. */
void race_report_rates(FILE *out, const struct race_pair *pair, const char *gaps, const struct race_simulated *simulated, double n_requests);

void race_report_advice(FILE *out, const struct race_pair *pair);

void race_report_table_head(FILE *out);
void race_report_table_row(FILE *out, const struct race_pair *pair);

#endif
