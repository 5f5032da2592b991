/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * trials: settings and the replications that have been made of each, for those who decide step by step which settings deserve more.
 * What was simulated once is kept and never simulated again. Replication r of all settings shares its random numbers.
 *
 * Numbers begin at `first`: a second set of trials that begins where the first ended is fresh chance for the same settings.
 */
#ifndef SIM_EXPERIMENT_TRIALS_H
#define SIM_EXPERIMENT_TRIALS_H

#include "sim/experiment/study.h"

/* Runs a study, with whatever threads, progress and interruption its owner likes. */
typedef struct study_outcome trials_study_fn(void *context, struct study *study);

struct trials {
    struct scenario *settings; /* room for n_max */
    size_t n, n_max, columns;
    uint32_t first;
    double **rows;   /* by setting: n_rows rows of `columns` numbers */
    uint32_t *n_rows, *room;
    uint64_t spent;  /* replications simulated */
    bool stopped;    /* by the owner; what was asked for is not there */
    trials_study_fn *run_study;
    void *context;
    struct arena *arena;
};

/* No settings yet, room for n_max. */
struct trials trials_open(const struct model *model, size_t n_max, uint32_t first, trials_study_fn *run_study, void *context,
                          struct arena *arena);

/* Adds a setting, a copy of its laboratory's values being made; its number. Beyond n_max is a bug. */
size_t trials_add(struct trials *trials, const struct scenario *setting);

/* Sees to it that n_which settings have n replications each at least. False when it was stopped. */
bool trials_extend(struct trials *trials, const size_t *which, size_t n_which, uint32_t n);

static inline const double *trials_row(const struct trials *trials, size_t setting, uint32_t r) {
    return trials->rows[setting] + (size_t)r * trials->columns;
}

/* The largest number of replications that a setting has. */
uint32_t trials_most(const struct trials *trials);

#endif
