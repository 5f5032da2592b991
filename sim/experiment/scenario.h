/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * scenario: what is simulated. A model, a value for each of its parameters and for each of the laboratory's
 * own (section [run] and [workload]), and the users when they come from a CSV.
 *
 * A scenario is made by sim/interface/scenario_file.h from an INI file, a workload CSV and --set values, and is
 * read only from then on; a sweep copies it and sets its factors in the copy. All its memory is one
 * arena's, which outlives it.
 */
#ifndef SIM_EXPERIMENT_SCENARIO_H
#define SIM_EXPERIMENT_SCENARIO_H

#include "sim/experiment/preset.h"
#include "sim/model.h"

/* The laboratory's own parameters, in the order of scenario_run_params. */
enum run_param {
    RUN_MODEL,           /* run.model: web | mmc */
    RUN_SEED,            /* run.seed: 0 .. 2^53-1, default 1 */
    RUN_REPLICATIONS,    /* run.replications: 1 .. 100000, default 10 */
    RUN_PRECISION,       /* run.precision: relative error asked for, 0: none (precision.h) */
    RUN_PRECISION_MEASURES, /* run.precision_measures: of which results; empty: the model's own choice */
    RUN_REPLICATIONS_MAX,   /* run.replications_max: 10 .. 100000, default 10000: the budget of a point */
    RUN_TIME_BUDGET,     /* run.time_budget: s of real time of the whole study; 0: no limit */
    RUN_HORIZON,         /* run.horizon: s; 0: until a trace is exhausted */
    RUN_WARMUP,          /* run.warmup: s, below the horizon; auto (NAN) until warmup.h has found it, default */
    RUN_SERIES_INTERVAL, /* run.series_interval: s between rows of the time line, default 1s */
    RUN_WORKLOAD_FILE,   /* workload.file: CSV of classes or of requests, plain or gzip, - for stdin; default none */
    RUN_WORKLOAD_THINK,  /* workload.think: CSV of recorded think times (user, think_s); default none */
    RUN_WORKLOAD_RATES,  /* workload.rates: CSV of a curve of arrival rates (time_s, factor or classes); default none */
    RUN_PARAMS
};
extern const struct param scenario_run_params[RUN_PARAMS];

struct scenario {
    const char *name;          /* the file's name without folder and .ini */
    const struct model *model;
    struct param_set run;      /* of scenario_run_params */
    struct param_set params;   /* of model->params */
    struct workload workload;
    struct preset_shelf *shelf; /* where presets are found, shared by copies; NULL: there are none */
    struct arena *arena;
};

/* A scenario of `model` with every parameter at its default. */
struct scenario scenario_open(const struct model *model, const char *name, struct arena *arena);

/* Sets "section.key" in whichever table has it. An unknown key is a complaint with the nearest known one. Setting a parameter
 * of type PARAM_PRESET sets what that preset says of parameters that nobody has set yet (preset.h). For a key of
 * the model's class section, classes that came from a CSV are set too, unless their row gave the value. */
bool scenario_assign(struct scenario *scenario, const char *key, const char *text, struct place place,
                     param_column_fn *column_fn, struct diag *diag);

/* A copy that can be assigned to without touching the original; the workload's arrays are shared. */
struct scenario scenario_copy(const struct scenario *scenario, struct arena *arena);

/* Whether there is a steady state to speak of: a horizon, and neither a trace nor rates that follow the clock. */
bool scenario_is_steady(const struct scenario *scenario);

/* Looks at the values together: warm-up below the horizon, a horizon unless there is a trace, and the model's own
 * check. Complaints carry `file`. */
void scenario_check(const struct scenario *scenario, const char *file, struct diag *diag);

#endif
