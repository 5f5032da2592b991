/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * search: the best setting under limits, how sure that is, and what the others trade for it.
 *
 * 1. Every setting of a grid gets a pilot and a first stage of replications, under common random numbers.
 * 2. Limits. A setting is feasible when the 95 % interval of every limit's sum lies on the right side, infeasible when one lies on the
 *    wrong side. Undecided ones get twice as many replications, SEARCH_LOOKS times at most; those that stay undecided are not chosen.
 *    (Feasibility first, then selection among the feasible: Andradottir and Kim, Naval Research Logistics 57, 2010.)
 * 3. Selection among the feasible ones by procedure KN (selection.h), which states a probability.
 * 4. Refinement of one numeric factor between the neighbours of the best level (refinement.h), limits being kept by a penalty on what
 *    is beyond them. A refined value that fresh replications refuse, or whose limits are not certain, is given up for the level.
 * 5. Mean and half-width of the answer come from fresh replications, and so does the interval of the refined factor.
 *
 * Without an objective it ends after 2: the front (front.h) and its knee are the answer.
 */
#ifndef SIM_EXPERIMENT_SEARCH_H
#define SIM_EXPERIMENT_SEARCH_H

#include "sim/experiment/criterion.h"
#include "sim/experiment/front.h"
#include "sim/experiment/selection.h"
#include "sim/experiment/sweep.h"
#include "sim/experiment/trials.h"

enum { SEARCH_LOOKS = 4, SEARCH_REFINED_MAX = 64, SEARCH_REPLICATIONS = 20, SEARCH_FRESH = 30 };

struct search_question {
    const struct sweep *sweep;
    const struct weighted_sum *objective; /* NULL: none */
    bool maximise;
    const struct limit *limits;
    size_t n_limits;
    double probability, indifference;
    bool is_share;
    uint32_t first_stage;
    uint64_t budget;  /* of the selection, pilot and first stage included; 0: none */
    size_t refined;   /* the factor; n_factors of the sweep: none */
    trials_study_fn *run_study;
    void *context;
};

enum search_end {
    SEARCH_DECIDED,
    SEARCH_BUDGET,      /* the best so far; nothing is promised */
    SEARCH_KNEE,        /* no objective: the knee is the answer */
    SEARCH_INFEASIBLE,  /* no setting is certain to keep the limits */
    SEARCH_NO_ZONE,     /* as selection.h */
    SEARCH_UNOBSERVED,  /* `best` cannot be ranked */
    SEARCH_STOPPED
};

/* One setting. */
struct searched {
    const char **level; /* by factor */
    bool is_refined;    /* not of the grid */
    enum limit_verdict verdict; /* of all limits together */
    size_t limit;       /* the one that fails or is undecided */
};

struct search {
    const struct search_question *question;
    struct trials trials, fresh;
    struct searched *settings; /* as trials.settings; the grid first */
    double *fresh_value;       /* of the refined factor, by setting of `fresh` */
    struct selection selection;
    size_t *feasible, n_feasible; /* settings of the grid that selection chose among */
    struct arena *arena;
    double scale;              /* a size of the objective, for the penalty */
    /* out */
    enum search_end end;
    size_t grid_best, best;    /* chosen by selection; after refinement */
    struct estimate estimate;  /* of the objective at the best */
    bool has_interval;
    double low, high;          /* of the refined factor; -HUGE_VAL, HUGE_VAL: open */
};

/* Memory is `arena`'s. */
void search_run(struct search *search, const struct search_question *question, struct arena *arena);

/* Means of d columns for all settings, row by row, and what front.h says of those that are not infeasible. `sure` is the share of
 * replications in which the same setting is the knee. Arrays are the arena's. */
struct search_front {
    size_t d, column[FRONT_COSTS_MAX];
    double *cost;
    bool *is_front;
    double *distance;
    size_t n_front, knee; /* knee: n when the front is empty */
    double sure;
};
void search_front(const struct search *search, struct search_front *front);

/* Number of a factor's level text in SI; NAN where it is a word. */
double search_level_value(const struct search *search, size_t setting, size_t factor);

#endif
