/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * advise: what happens with a site's present settings, what is wrong with them, and what to write instead.
 *
 *   command_advise.c    the words after `linger advise`, and the order of the steps
 *   advise_scenario.c   traffic (a log, or a scenario) + configuration + machine = what is simulated
 *   advise_slots.c      how slots are spent, and why there are none left
 *   advise_rules.c      the table of rules: each looks at one measure
 *   advise_settings.c   which other settings are tried;  advise_choice.c: which is best, what it promises
 *   advise_words.c      what the terminal and the page both say
 *   advise_report.c     for people;  advise_json.c: for programs;  advise_data.c: the files of -o;  advise_page.c: report.html, one of them
 *
 * Traffic of a log is that of its busiest hour: a mean over the night says nothing about the limit that is reached at noon. Users come
 * as often as in that hour, and think, ask and fetch as all of the log's do (import.h). They are open users: those who wait for a
 * full server do not make others come more slowly.
 *
 * Every number that is said stands beside the measure that it comes from (linger params, the columns of linger run), or, where the
 * log alone says it without a simulation, beside what of the reuse curve it is (reuse_curve.h), or what of the closed form (fit.h).
 *
 * The choice. Settings whose peak of memory_total is not surely within RAM are out, and those that do not surely serve ADVISE_SERVED of the most
 * pages a second: who lets most visitors wait for ever may be quick with the rest. Of the others those are left whose page_response is
 * surely within `within` of the least (the mean, and not a quantile, which stays where it is as long as most pages take the same number of
 * round trips). "Surely" is near_best.h: paired 95 % intervals, and more replications for what they do not decide. Of these the one with
 * least memory_total is found with ADVISE_PROBABILITY by procedure KN (selection.h), as linger tune does; those that surely take at most
 * ADVISE_EQUAL_MEMORY of RAM more are its equals, and the one nearest to the present settings is advised: often these themselves. Trials
 * are not used again: what the chosen one promises is the paired difference over replications that had no part in the choice, so being
 * chosen for its luck does not make it look better (no winner's curse). What is promised is that it is better than the present
 * settings by so much, not that nothing better exists.
 *
 * How long an opening is worth (the rule of the idle limit). A connection that is opened takes cpu.connection of the cores, one that is held
 * takes memory. With both as shares of the machine, one opening weighs as much as holding for
 *   A = (cpu.connection / machine.cores) / (bytes of an idle connection / machine.ram) seconds,
 * and the exact optimum of the log's gaps is the T that minimises A opened + connection_seconds. --opening-cost gives another A.
 */
#ifndef MODELS_ADVICE_ADVISE_H
#define MODELS_ADVICE_ADVISE_H

#include <stdio.h>

#include "models/advice/config.h"
#include "models/advice/fit.h"
#include "models/advice/import.h"
#include "sim/experiment/paired.h"
#include "sim/experiment/trials.h"
#include "sim/interface/study_request.h"

#define ADVISE_SERVED 0.97       /* of the most pages_per_s */
#define ADVISE_EQUAL_MEMORY 0.01 /* of machine.ram */
#define ADVISE_PROBABILITY 0.95  /* of the selection */

enum { ADVISE_SETTINGS_MAX = 32, ADVISE_CHANGES_MAX = 3, ADVISE_SLOTS_MAX = 5, ADVISE_FINDINGS_MAX = 16, ADVISE_PROMISES = 10 };

struct advise_request {
    struct import_request import; /* the log */
    const char *scenario_file;    /* instead of a log */
    const char *config_path;      /* NULL: the scenario's server is meant */
    struct config_options how;
    struct setting *settings;     /* --ram, --cores, --set, ..., in the order given; they have the last word */
    size_t n_settings;
    double traffic;               /* times the log's */
    double opening_cost_s;        /* A; below 0: of the machine */
    double within;
    bool json;
    struct study_request study;   /* threads, quiet, -o, --no-plots, --force */
};

/* A part of the slots. */
struct advise_slot {
    const char *name;
    const char *measure; /* or a sum of them */
    double mean, share;
};

/* Why there is no slot left. */
enum advise_cause { CAUSE_NOT_REACHED, CAUSE_KEEPALIVE, CAUSE_CLOSING, CAUSE_CPU, CAUSE_REQUESTS };

struct advise_slots {
    enum web_param limit;     /* whose slots they are */
    double total, peak;       /* peak: most that were taken, mean over replications */
    const char *peak_measure;
    struct advise_slot parts[ADVISE_SLOTS_MAX];
    size_t n;
    enum advise_cause cause;
};

/* What a rule found. */
struct finding {
    const char *rule;
    const char *measure;  /* which was looked at */
    const char *unit;
    double value, limit;  /* the rule holds when value is on the wrong side of limit */
    const char *limit_is; /* where the limit comes from */
    const char *words;    /* one sentence */
    const char *source;
    enum web_param param; /* whose setting it is about */
};

/* What became of a setting: why it was not chosen, or that it is as good as the one that was. */
enum advise_fate { FATE_EQUAL, FATE_LARGER, FATE_SLOWER, FATE_SERVES_LESS, FATE_BEYOND_RAM, FATE_UNDECIDED };

/* A setting that was tried. The first is the present one. */
struct advise_setting {
    struct setting changes[ADVISE_CHANGES_MAX];
    size_t n;
    double response_s, p95_s, memory_bytes, memory_peak_bytes; /* page_response, its p95, memory_total, its peak: means of the trials */
    enum advise_fate fate;
};

struct advise {
    const struct advise_request *request;
    struct arena *arena;
    bool has_log, has_config;
    struct import import;
    struct config config;
    struct scenario scenario;
    double busiest_per_s;        /* requests a second in the busiest hour of the log */
    struct estimate *estimates;  /* of the present settings, by column */
    double opening_cost_s;       /* A as used */
    struct fit fit;
    struct advise_slots slots;
    struct finding findings[ADVISE_FINDINGS_MAX];
    size_t n_findings;
    struct advise_setting settings[ADVISE_SETTINGS_MAX];
    size_t n_settings, best;
    uint32_t n_trials, n_fresh;  /* replications of each, of trials at first */
    struct trials trials;        /* by setting */
    struct study_request study;  /* of them */
    struct difference promises[ADVISE_PROMISES];
    const char *patch;           /* a unified diff; NULL: nothing to write, or no configuration to write it into */
    const char *patch_said, *applied_in;
};

/* The columns that are promised. */
extern const char *const advise_promised[ADVISE_PROMISES];

/* STATUS_OK, or the exit code after messages. */
int advise_scenario(struct advise *advise);
int advise_simulate(struct advise *advise); /* the present settings */
void advise_slots(struct advise *advise);
void advise_rules(struct advise *advise);
void advise_propose(struct advise *advise);
int advise_choose(struct advise *advise); /* proposals, trials, the choice, the promise and the patch */

void advise_report(FILE *out, const struct advise *advise);
void advise_json(FILE *out, const struct advise *advise);
/* The files of -o. False after complaints. */
bool advise_data_begin(struct advise *advise, struct diag *diag);
bool advise_data(const struct advise *advise, struct diag *diag);
/* One of them, the last: report.html. `drawn`: front.svg is there. */
bool advise_page(const struct advise *advise, bool drawn, struct diag *diag);

/* ---- what was tried ---------------------------------------------------------------------------------------------- */

/* "advised", "equal", "larger", "slower", "serves less", "beyond RAM" or "undecided". */
const char *advise_fate_word(const struct advise *advise, size_t setting);

/* Over the trials of a setting. */
struct estimate advise_tried(const struct advise *advise, size_t setting, const char *column);

/* Whether it fits in RAM and serves all, so that it might be advised. */
bool advise_is_possible(const struct advise *advise, size_t setting);

/* "idle_limit=2 worker_limit=300", or "as now". */
const char *advise_changes(const struct advise *advise, size_t setting);

/* "higher", "lower", "the same", "not decided" or "not observed". */
const char *advise_difference_word(const struct difference *difference);

/* ---- the present settings ------------------------------------------------------------------------------------------- */

/* Mean of a column of the present settings. NAN: not observed. */
double advise_mean(const struct advise *advise, const char *column);

/* "Apache's MaxRequestWorkers 150 in FILE:LINE", or the parameter's name and value. */
const char *advise_where(const struct advise *advise, enum web_param param);

/* "2.5 MB": four digits in a unit for people. Returns `out`. */
enum { ADVISE_NUMBER_BYTES = 48 };
const char *advise_quantity(double value, const char *unit, char out[ADVISE_NUMBER_BYTES]);

/* ---- sentences, the arena's ------------------------------------------------------------------------------------------ */

const char *advise_traffic_words(const struct advise *advise);
const char *advise_server_words(const struct advise *advise);
const char *advise_machine_words(const struct advise *advise);
const char *advise_assumed_words(const struct advise *advise); /* what neither log nor configuration says; NULL without a log */
const char *advise_simulated_words(const struct advise *advise);
const char *advise_cause_words(const struct advise *advise);   /* whether the limit is reached, and why */
const char *advise_log_words(const struct advise *advise);     /* what the log says without a simulation; NULL without a log */
const char *advise_full_words(const struct advise *advise);    /* memory when all slots are taken */
const char *advise_sieve_words(const struct advise *advise);   /* what the fates mean */

/* What is told of the present settings. */
struct advise_shown {
    const char *words, *column;
};
extern const struct advise_shown advise_shown[];
extern const size_t advise_n_shown;

#endif
