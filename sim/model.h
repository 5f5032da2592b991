/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * model: the contract between a model and the laboratory.
 *
 * A model says, in tables, what a scenario may set (params), what a replication yields (measures), which
 * sources of chance it has (streams) and which of its results have a closed form (forms, checks). Then it
 * runs one replication at a time, in any thread, touching nothing but the `struct run` it is given. The
 * laboratory does the rest: reading and checking inputs, replications, intervals, sweeps, CSV, plots.
 *
 * To add a model: write its `const struct model` and list it in models/models.c. models/mmc.c is the one to read.
 */
#ifndef SIM_MODEL_H
#define SIM_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/kernel/arena.h"
#include "sim/kernel/looks.h"
#include "sim/kernel/rng_stream.h"
#include "sim/kernel/statistics.h"
#include "sim/param.h"

/* ---- what a replication yields -------------------------------------------------------------- */

/* A measure stands for one or several columns of results, whose names are NAME followed by: */
enum measure_kind {
    MEASURE_VALUE,   /* ""                                  a number */
    MEASURE_LEVEL,   /* "", "_p50", "_p95", "_p99", "_peak" mean over time, quantiles of time (looks.h), largest level held */
    MEASURE_RESPONSE /* "", "_p50", "_p95", "_p99", "_max"  of single observations */
};

struct measure {
    const char *name;
    const char *unit; /* SI: "s", "B", "1/s", "1" */
    enum measure_kind kind;
    const char *help;
};

/* Columns that a kind stands for, and the k-th suffix. */
size_t measure_width(enum measure_kind kind);
const char *measure_suffix(enum measure_kind kind, size_t k);

/* What people ask first of a study, the most important one first: a report opens with the first two. */
enum headline_kind {
    HEADLINE_LOWER,  /* the lower the better */
    HEADLINE_HIGHER, /* the higher the better */
    HEADLINE_TROUBLE /* ought not to happen, and is spoken of when it does */
};

struct headline {
    const char *column; /* of results: "page_response_p95" */
    const char *words;  /* in the middle of a sentence: "mean time to load a page" */
    enum headline_kind kind;
    bool is_share;      /* people read it as per cent */
};

/* ---- what it may use ------------------------------------------------------------------------- */

/* The users of a scenario, when they come from a CSV (parameter "workload.file"). Empty otherwise: the scenario's own
 * [users] section is then the only class. Owned by the scenario, read only. */
struct workload {
    /* Classes: one row a class; a copy of the model's parameters in which the row's columns stand. */
    size_t n_classes;
    const char **class_names;
    struct param_set *classes;
    /* Trace: requests at given times; clients are numbered 0 .. n_clients-1 in order of first appearance. */
    size_t n_requests;
    const double *request_time_s; /* not decreasing */
    const uint32_t *request_client;
    uint32_t n_clients;
    /* A rate curve: factors at given times, straight between them, and from the beginning again after the last. Row by row, a
     * column for each class (in the order of the classes; one without classes). 0 rows: always 1. */
    size_t n_rate_times;
    const double *rate_time_s; /* increasing, the first is 0 */
    const double *rate_factor;
    /* Recorded think times: user u's draws are think_s[think_first[u]] .. think_s[think_first[u+1]-1], in order. */
    size_t n_think_users;
    const uint32_t *think_first;
    const double *think_s;
};

/* A time line of levels, one row an interval, from `start_s` on, which is 0 or the end of the warm-up. `values` holds
 * n_rows x n_columns, row by row; column 0 is the end of the interval [s]. Opened by the laboratory, filled by the model
 * through series_row. */
struct series {
    double start_s, interval_s;
    size_t n_columns, n_rows, rows_max;
    double *values;
};

/* The next row to fill, NULL when there is no more room. */
static inline double *series_row(struct series *series) {
    return series->n_rows < series->rows_max ? series->values + series->n_columns * series->n_rows++
                                             : NULL;
}

/* What was done for customers, one by one, in the order of time: for those who want a log rather than its summary. */
struct journal_row {
    double time_s; /* when it was done */
    double bytes;  /* of the answer; 0: sizes are not modelled */
    uint32_t customer, carrier; /* entities of the model: who, by what */
    uint32_t ordinal;           /* the how-manieth that this carrier bore, from 1 */
    uint32_t kind;              /* the model's */
};
struct journal {
    size_t n, rows_max;
    struct journal_row *rows;
};

/* The next row to fill, NULL when there is no more room. */
static inline struct journal_row *journal_row(struct journal *journal) {
    return journal->n < journal->rows_max ? &journal->rows[journal->n++] : NULL;
}

/* One replication in progress. */
struct run {
    uint64_t seed;
    uint32_t replication;
    double warmup_s;   /* statistics are forgotten at this time */
    double horizon_s;  /* the end; HUGE_VAL: when the workload is exhausted */
    bool heap_only;    /* lanes through the heap, for the test of identity */
    struct arena *arena;
    struct series *series; /* NULL: nobody watches */
    struct journal *journal; /* NULL: nobody writes */
    struct looks looks;    /* at levels, numbered as their measures; the model begins them, and takes them when they are due */
    double *values;        /* out: one a column of results, NAN where nothing was observed */
    const struct quantile **sketches; /* out: one a MEASURE_RESPONSE, in their order; the arena's. NULL: nobody asks */
    uint64_t n_events;     /* out: events executed */
    uint64_t n_jobs;       /* out: customers, requests: the unit of speed in benchmarks */
};

/* Stream `purpose` (an index of model->streams) of one entity in this replication. */
static inline struct rng_stream run_stream(const struct run *run, uint32_t purpose, uint32_t entity) {
    return rng_stream_open(run->seed, purpose, entity, run->replication);
}

/* Writes the columns of measure `index` of a model. `now_s` is the end of the window. Quantiles of a level are those of the looks at it. */
struct model;
void run_put_value(struct run *run, const struct model *model, size_t index, double value);
void run_put_level(struct run *run, const struct model *model, size_t index,
                   const struct time_average *level, double now_s);
void run_put_mean_and_peak(struct run *run, const struct model *model, size_t index, double mean, double peak);
void run_put_response(struct run *run, const struct model *model, size_t index, const struct tally *tally,
                      const struct quantile *quantile);

/* ---- what it proves -------------------------------------------------------------------------- */

/* A special case of which something is known exactly: all parameters have the values of `base`, but for those in `free`; and
 * these fulfil `holds`. So a parameter that is new to the model does not apply until somebody has thought of it. */
struct special_case {
    const char *name;   /* "M/M/c" */
    const char *base;   /* "users.rtt=0; cpu.fork=0", over the defaults */
    const char *free;   /* keys with blanks between; "memory." is the whole section */
    bool (*holds)(const struct param_set *params);
    const char *source; /* where the formulas stand */
};

/* The exact long-run value of a measure in a special case: `linger run` sets it beside the simulation. */
struct closed_form {
    const struct special_case *of;
    const char *measure; /* column of results */
    double (*exact)(const struct param_set *params);
};

/* Settings to which a closed form applies: `linger verify` simulates them and compares. */
struct check {
    const char *name;     /* "M/M/1 rho 0.8" */
    const char *settings; /* "queue.arrival_rate=0.8; queue.servers=1", over the defaults */
    const char *measure;  /* column of results */
};

/* ---- what can be tuned -------------------------------------------------------------------------- */

/* The best value of a parameter as far as it is known without a simulation, and why, in lines to be read. Texts are an arena's. */
enum { OPTIMUM_LINES_MAX = 12 };
struct optimum {
    const char *key;
    double value;  /* SI; HUGE_VAL: the largest there is */
    bool is_whole; /* it answers all that was asked: a simulation of the same would say no more */
    size_t n_lines;
    const char *line[OPTIMUM_LINES_MAX];
};

struct tunable {
    const char *key;
    const char *levels; /* as --vary takes them: a first, coarse grid */
};

/* What linger tune and linger capacity do for who says no more than the name of a scenario. */
struct tuning {
    const struct tunable *tunables;
    size_t n_tunables;
    const char *settings;         /* "key=value; key=value" under which the tunables act; NULL: none */
    const char *ram_key, *ram_measure; /* --ram: the parameter, and the measure that must stay below it; NULL: none */
    const char *front[3];         /* columns of results that pull against each other, all to be small */
    const char *const *load_keys; /* the parameter that says how much there is to do: the first that is not 0; ends with NULL */
    const char *price_columns[2]; /* --opening-cost A minimises the first + A times the second */
    /* The optimum that theory, or a trace, knows. `price` is what an opening costs, in seconds of holding; 0: from the scenario's own
     * costs. False: nothing is known. */
    bool (*optimum)(const struct param_set *params, const struct workload *workload, double price, struct arena *arena,
                    struct optimum *out);
};

/* ---- the model --------------------------------------------------------------------------------- */

struct command;

struct model {
    const char *name;    /* "web" */
    const char *summary; /* one sentence */
    const struct param *params;
    size_t n_params;
    const struct measure *measures;
    size_t n_measures;
    const struct headline *headlines;
    size_t n_headlines;
    const char *const *left_out; /* what it does not model and a reader might think it does, a sentence each; ends with NULL. NULL: nothing */
    const char *const *streams; /* one name per source of chance; append only */
    size_t n_streams;
    const char *class_section;  /* "users": keys of this section may be columns of a workload CSV; NULL: none */
    const char *const *series_columns; /* after "time_s"; NULL: no time line */
    size_t n_series_columns;
    const char *const *settling_columns; /* of these, the ones that tell when a run has settled; ends with NULL */
    const struct closed_form *forms; /* of two for one measure the first that applies counts */
    size_t n_forms;
    const char *precision_measures; /* "a,b": results that a precision is asked of when nobody names any; NULL: none */
    const struct check *checks;
    size_t n_checks;
    /* Words of its own after `linger`, for what only its users ask; ends with NULL. NULL: none. What a command is stands on
     * the interface floor (sim/interface/command.h). */
    const struct command *const *commands;
    const struct tuning *tuning; /* NULL: linger tune wants --vary and --objective */
    /* Complains about values that are right singly and wrong together. May be NULL. */
    void (*check)(const struct param_set *params, const struct workload *workload, double horizon_s,
                  struct diag *diag);
    /* Bytes of addresses that a replication may need (a bound; memory is touched as used). */
    size_t (*arena_bytes)(const struct param_set *params, const struct workload *workload);
    /* One replication. Event routines cannot fail; what goes wrong in the model's world is a measure. */
    void (*run)(const struct param_set *params, const struct workload *workload, struct run *run);
};

/* The registry: ends with NULL. Defined in models/models.c, the only door from sim/ to models/. */
extern const struct model *const models[];
const struct model *model_find(const char *name);

/* Number of result columns of a model, and the name ("page_response_p95") and unit of column `c`. The name is
 * written to `out`. */
size_t model_columns(const struct model *model);
size_t model_first_column(const struct model *model, size_t measure);
/* After the last measure that is a level: where levels stand first, looks at them take less room. */
size_t model_levels_end(const struct model *model);
/* How many of the first n measures are a MEASURE_RESPONSE. */
size_t model_responses(const struct model *model, size_t n);
const struct measure *model_column(const struct model *model, size_t c, char *out, size_t out_bytes);
/* The column of a name, or model_columns(model). */
size_t model_column_find(const struct model *model, const char *name);

#endif
