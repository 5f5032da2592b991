/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * study_request: what the commands that simulate (run, sweep, compare, select, calibrate, verify) can be asked for. Each of them has a table of
 * the options that it takes; the meaning of an option stands here once. The scenario is read here too, and the
 * study is run with a progress line and Ctrl-C.
 */
#ifndef SIM_INTERFACE_STUDY_REQUEST_H
#define SIM_INTERFACE_STUDY_REQUEST_H

#include "sim/experiment/sweep.h"
#include "sim/experiment/warmup.h"
#include "sim/interface/cli.h"
#include "sim/interface/scenario_file.h"

enum study_option {
    OPTION_SET,
    OPTION_VARY,
    OPTION_SEED,
    OPTION_REPLICATIONS,
    OPTION_THREADS,
    OPTION_OUTPUT,
    OPTION_MODEL,
    OPTION_JSON,
    OPTION_QUIET,
    OPTION_NO_PLOTS,
    OPTION_FORCE,
    OPTION_HEAP_ONLY,
    OPTION_FIT,
    OPTION_MEASURES,
    OPTION_IGNORE,
    OPTION_OUTPUT_FILE,
    OPTION_SET_A,
    OPTION_SET_B,
    OPTION_VARIANCE,
    OPTION_BASELINE,
    OPTION_MINIMISE,
    OPTION_MAXIMISE,
    OPTION_INDIFFERENCE,
    OPTION_PROBABILITY,
    OPTION_BUDGET,
    OPTION_PRECISION,
    OPTION_PRECISION_MEASURES,
    OPTION_PRECISION_BUDGET,
    OPTION_ASSERT,
    OPTION_OBJECTIVE,
    OPTION_COST,
    OPTION_SLO,
    OPTION_RAM,
    OPTION_OPENING_COST,
    STUDY_OPTIONS
};

enum { THREADS_MAX = 1024 };

/* Texts are argv's or the arena's. */
struct study_request {
    const char *command;
    const char *scenario_file; /* NULL: none was named */
    const char *data_file;     /* the second operand of a command that takes --fit or --set-b; NULL: none */
    struct setting *settings;  /* --set, and the options that stand for one, in the order given */
    size_t n_settings;
    struct setting *settings_a, *settings_b; /* --set-a, --set-b */
    size_t n_settings_a, n_settings_b;
    const char **varies; /* --vary */
    size_t n_varies;
    const char **fits; /* --fit */
    size_t n_fits;
    const char **ignores; /* --ignore */
    size_t n_ignores;
    const char *measures;   /* --measures; NULL: all that were measured */
    const char *without_precision; /* an option that needs run.precision; NULL: none was given */
    const char *output_dir; /* a file with OPTION_OUTPUT_FILE; NULL: none */
    const char *model;
    const char **asserts; /* --assert */
    size_t n_asserts;
    const char **slos; /* --slo */
    size_t n_slos;
    const char *wish, *cost, *ram, *opening_cost; /* --objective, --cost, --ram, --opening-cost; NULL: not said */
    const char **baselines;   /* --baseline KEY=LEVEL */
    size_t n_baselines;
    const char *objective;    /* of --minimise or --maximise; NULL: none */
    const char *indifference, *probability, *budget; /* as written; NULL: the default */
    bool maximise, variance;
    unsigned threads; /* as asked, or all cores */
    bool json, quiet, no_plots, force, heap_only;
};

/* Reads argv by the ids (enum study_option) that the command takes. STATUS_OK, or the exit code after messages. */
int study_request_parse(int argc, char **argv, const enum study_option *taken, size_t n_taken,
                        struct study_request *out, struct arena *arena);

/* Reads and checks the scenario that was named. STATUS_OK, or the exit code after messages. */
int study_request_scenario(const struct study_request *request, struct scenario *out,
                           struct arena *arena);

/* The points of --vary, at least one factor or none. False after complaints. */
bool study_request_design(const struct study_request *request, const struct scenario *base, struct sweep *sweep,
                          struct arena *arena, struct diag *diag);

/* --measures "NAME,NAME...": which of n names are wanted. When nothing was asked: all but the quantiles of levels,
 * since means and peaks stand for them, and each more that is looked at leaves less to be said of the others (Holm). False after a
 * complaint (STATUS_USAGE). */
bool study_request_measures(const struct study_request *request, const char *const *names, size_t n, bool *wanted,
                            struct diag *diag);

/* What comes before points are simulated: a warning where a distribution has no variance; the warm-up of each point whose run.warmup is
 * auto, with a word on stderr of what is cut and where a run is too short to tell. STATUS_OK with what was found in *out (by point), or STATUS_INTERRUPTED after a message. */
int study_request_prepare(const struct study_request *request, struct scenario *points, size_t n_points,
                          struct warmup **out, struct arena *arena);

/* The time line of a scenario's replication 0, alone. `series` is opened by this. */
struct study_outcome study_request_series(const struct study_request *request, const struct scenario *scenario,
                                          struct series *series, struct arena *arena);

/* Runs with the threads and flags of the request, a progress line, and SIGINT or SIGTERM as stop. */
struct study_outcome study_request_run(const struct study_request *request, struct study *study);

#endif
