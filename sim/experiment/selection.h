/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * selection: which of k settings has the best mean, with a stated probability of being right, for as few replications as it takes.
 *
 * Procedure KN of Kim and Nelson, "A fully sequential procedure for indifference-zone selection in simulation", ACM TOMACS 11(3), 2001,
 * with c = 1. Let 1 - alpha be the probability wanted, delta > 0 the indifference zone (a smaller difference does not matter), n0 the
 * first stage, "better" mean larger (a sign turns that round):
 *
 *   eta  = ((2 alpha / (k - 1))^(-2 / (n0 - 1)) - 1) / 2      h^2 = 2 eta (n0 - 1)
 *   S_il^2 = sample variance of X_ij - X_lj over the first stage
 *   after r replications of all survivors, r = n0, n0 + 1, ...: i is dropped when for some other survivor l
 *       mean_i(r) < mean_l(r) - W_il(r),   W_il(r) = max(0, delta / (2 r) (h^2 S_il^2 / delta^2 - r))
 *   it ends with one survivor, or with the best mean once r > max over i, l of floor(h^2 S_il^2 / delta^2).
 *
 * The variances are of differences, so replications may share random numbers over settings, and the better they do, the sooner settings
 * are told apart: the procedure allows any dependence between settings (alpha / (k - 1) for each pair is Bonferroni's). It wants
 * replications independent of each other and roughly normal, as means over a long run are.
 *
 * What is promised: when the best is better than every other by delta or more, it is chosen with probability 1 - alpha at least. When
 * others are within delta of it, one of those may be chosen instead; that this is near enough is what delta says (the paper proves the first
 * sentence; the second is what tests/unit/test_selection.c sees).
 *
 * delta as a share is a share of the best mean of a pilot, whose replications are not used again: a delta taken from the same numbers that
 * are then judged by it would be chance itself, and the proof wants a constant.
 *
 * Replications are asked for in blocks, since one at a time would leave cores idle. The size of a block depends on how many survive, never
 * on the number of threads, and the rule above is applied replication by replication, so the choice is that of the procedure one by one;
 * what was simulated beyond it is counted as spent.
 *
 * A constraint (only settings whose p95 is below a limit) would be a second number from the same sampler, and a setting that fails it
 * another way to be dropped; the order of events would not change.
 */
#ifndef SIM_EXPERIMENT_SELECTION_H
#define SIM_EXPERIMENT_SELECTION_H

#include "sim/experiment/study.h"

enum { SELECTION_SETTINGS_MAX = 1000, SELECTION_FIRST_STAGE = 10, SELECTION_PILOT = 4, SELECTION_BLOCK = 16 };

/* Supplies replications first .. first + n - 1 of the settings named by `which`: values[i * n + j] of the i-th of them. Replication r of one
 * setting may share random numbers with replication r of another, never with another number. False: stopped. */
typedef bool selection_sample_fn(void *context, const size_t *which, size_t n_which, uint32_t first, uint32_t n, double *values);

enum selection_end {
    SELECTION_DECIDED,    /* with the probability wanted */
    SELECTION_BUDGET,     /* ran out: `best` is the best so far and nothing is promised */
    SELECTION_NO_ZONE,    /* the best mean of the pilot is 0, and a share of it too */
    SELECTION_UNOBSERVED, /* a replication of `best` gave no value (NAN): it cannot be ranked */
    SELECTION_STOPPED     /* by the sampler */
};

/* One setting. */
struct selected {
    double mean;           /* over `n` replications; of the pilot none is in it */
    double variance;       /* of the first stage */
    uint32_t n;            /* that were judged */
    uint32_t spent;        /* that were simulated, pilot included */
    bool dropped;          /* after n replications, */
    size_t dropped_by;     /* by this one */
};

struct selection {
    size_t n_settings;       /* 1 .. SELECTION_SETTINGS_MAX */
    bool minimise;           /* else the largest mean is best */
    double probability;      /* 1 - alpha, above 1/k and below 1 */
    double indifference;     /* delta, above 0; a share of the best mean of the pilot if `is_share` */
    bool is_share;
    uint32_t first_stage;    /* n0, 2 or more */
    uint64_t budget;         /* replications of all settings together; 0: as many as it takes */
    selection_sample_fn *sample;
    void *context;
    /* out */
    enum selection_end end;
    size_t best;
    double delta;            /* as used */
    double h_squared;
    uint32_t n_at_most;      /* replications of a setting after which it would have ended: max N_i + 1 */
    uint64_t spent;
    struct selected *settings;
};

/* Memory is `arena`'s. */
void selection_run(struct selection *selection, struct arena *arena);

/* h^2 of the procedure; 0 for one setting, where nothing is to be chosen. */
double selection_h_squared(double alpha, size_t n_settings, uint32_t first_stage);

/* What the pilot, if there is one, and the first stage take. A smaller budget is the caller's mistake. */
uint64_t selection_least_budget(const struct selection *selection);

/* ---- settings that are simulated ------------------------------------------------------------------- */

/* Runs a study, with whatever threads, progress and interruption its owner likes. */
typedef struct study_outcome selection_study_fn(void *context, struct study *study);

/* A context of selection_sample_study. */
struct selection_study {
    const struct scenario *points; /* the settings */
    size_t n_points;
    size_t column;                 /* of results: what is compared */
    selection_study_fn *run_study;
    void *context;
    struct arena *arena;
    struct scenario *trials;       /* private: NULL at first */
};
bool selection_sample_study(void *selection_study, const size_t *which, size_t n_which, uint32_t first, uint32_t n, double *values);

#endif
