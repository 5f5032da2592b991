/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * import: what `linger import` was asked for, and what it found in the logs. Between command_import.c, which reads the words,
 * import.c, which reads the logs, import_workload.c, which makes what a scenario can use, and import_report.c, which tells people.
 * `linger advise` begins in the same way and needs no files between.
 */
#ifndef MODELS_ADVICE_IMPORT_H
#define MODELS_ADVICE_IMPORT_H

#include <stdio.h>

#include "models/advice/gap_fit.h"
#include "models/advice/log_file.h"
#include "models/advice/reuse_curve.h"
#include "models/advice/visit_rates.h"
#include "models/web/params.h"

struct import_request {
    const char **files;
    size_t n_files;
    struct log_reading reading;
    bool as_trace, no_rates, keeps_names, force, quiet;
    const char *output;   /* the workload CSV; NULL: none */
    const char *scenario; /* the INI beside it; NULL: none */
    const char *curve;    /* the reuse curve as CSV; NULL: none */
    const double *idle_limits_s; /* of --timeouts; NULL: the usual ones */
    size_t n_idle_limits;
    double opening_cost_s; /* below 0: not given */
    double page_gap_s;     /* 0: found */
    double visit_gap_s;
    double rate_step_s;    /* 0: found */
    uint32_t request_limit; /* 0: none */
    enum reuse_tie tie;
};

struct import {
    const struct import_request *request;
    struct arena *arena;
    const char *form; /* of the last file: "combined" */
    struct request_log log;
    struct reuse_trace trace;
    struct reuse_curve curve;
    struct visits visits;
    struct visit_rates rates;
    struct gap_fit fit; /* of the think times */
};

/* Reads the logs of the request into import->log, which is open, and finds out what is in them. Complaints and lines that did not fit
 * are told. STATUS_OK, or the exit code. */
int import_read(struct import *import);

/* One point of the curve, with the request limit and the tie that were asked for. */
struct reuse_point import_point(const struct import *import, double idle_limit_s);

/* ---- import_workload.c ------------------------------------------------------------------------------------ */

/* The name of a CSV that goes with a CSV of classes: site.csv and "values", site-values.csv. */
const char *import_path_beside(const char *output, const char *what, struct arena *arena);

/* Whether the workload comes with a curve of rates. */
bool import_has_rates(const struct import *import);

void import_write_trace(FILE *out, struct import *import);
void import_write_classes(FILE *out, struct import *import);
void import_write_values(FILE *out, struct import *import);
void import_write_rates(FILE *out, struct import *import);
void import_write_scenario(FILE *out, struct import *import);

/* The users as parameters of a scenario, the same that the CSV of classes would give it, but that visits begin `visits_per_s`,
 * all the time. */
void import_apply(struct import *import, double visits_per_s, struct param_set *set);

/* How long the visit lasts in whose middle one finds oneself: long ones are found more often. */
double import_visit_met_s(const struct visits *visits);

/* ---- import_report.c ---------------------------------------------------------------------------------------- */

void import_report(FILE *out, const struct import *import);
void import_write_curve(FILE *out, struct import *import);

#endif
