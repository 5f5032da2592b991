/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * precision: how many replications are enough. A sequential procedure for means with a stated relative error.
 *
 * Asked for by run.precision = g (0: not asked; then a point has run.replications, and this room says nothing). With n replications,
 * mean m and 95 % half-width h (estimate.h; for quantiles pooled_quantile.h) of a measure, it is precise when
 *
 *   h / |m| <= g / (1 + g)
 *
 * for then the error relative to the *true* mean is at most g whenever the interval covers it (Law, "Simulation Modeling and
 * Analysis", 5th ed., 9.4.1; Law, Kelton and Koenig, Communications in Statistics B10, 1981). So 2 % asks for a half-width of at
 * most 1.96 %, and what is printed as reached is the h / |m| of the very rows that are printed, never a forecast. All named measures
 * must be precise; each interval has its own 95 %, k of them together at least 100 - 5 k % (Bonferroni).
 *
 * When to look. First at run.replications, but at 10 at the least (Law's n0); then at the number at which the widest measure would
 * be precise if its variance stayed as it is (the second stage of Stein, Annals of Mathematical Statistics 16, 1945), but at
 * most at twice as many as now, since a variance of 10 values may be three times too large, and at least at a twentieth more, so that all
 * cores have work. Chow and Robbins (same Annals 36, 1965) look after every replication, which stops at the first moment that chance
 * offers; their coverage is right only in the limit of small g. What coverage costs is stopping near n0 on a variance that came out too
 * small, whatever the schedule. Measured, 2000 procedures each (standard error 0.5 %), replications normal, gamma and lognormal with
 * coefficients of variation 0.1 to 1, g from 2 to 15 %: looking after each covers 91.8 to 95.9 %, this schedule without the
 * least step of a twentieth 92.6 to 96.3 %, either 94.5 to 95.5 % on average from 100 replications on. With the step it was not measured
 * alone; estimated, it looks 3 to 8 times and takes 1 to 4 % more replications.
 *
 * The number of replications grows with 1/g^2: 2 % costs 25 (1.02/1.1)^2 = 21.5 times what 10 % does, unless 10 % is reached at n0.
 *
 * What cannot be judged: a measure that was observed in no replication, or was 0 in every one. It does not hold up the others, and is
 * reported as not judged; when none can be judged the point ends at the first look. A measure observed once, or whose mean is 0
 * while its values are not, is not precise and ends with the budget: run.replications_max replications a point, or run.time_budget.
 * A look depends on nothing but the rows, so the number of replications does not depend on threads; a time budget that strikes depends on
 * the clock, and `--replications N` with the N that it reports repeats its numbers.
 */
#ifndef SIM_EXPERIMENT_PRECISION_H
#define SIM_EXPERIMENT_PRECISION_H

#include "sim/experiment/pooled_quantile.h"
#include "sim/experiment/scenario.h"
#include "sim/kernel/text.h"

enum { PRECISION_REPLICATIONS_MIN = 10, PRECISION_MEASURES_MAX = 64 };

enum precision_state {
    PRECISION_NOT_ASKED,
    PRECISION_REACHED,
    PRECISION_NOT_REACHED,
    PRECISION_NOTHING_TO_JUDGE /* no named measure was observed with a value other than 0 */
};

/* What n replications say. */
struct precision_look {
    enum precision_state state;
    uint32_t n;
    uint32_t next;     /* replications at which to look again; n when these are enough, or all that may be */
    uint32_t expected; /* ... that it may take in all, by these variances; at most run.replications_max */
    size_t widest;     /* column of the widest interval; model_columns() when none was judged */
    double relative;   /* its half-width / |mean|; HUGE_VAL below two observations or around 0; NAN when none was judged */
    uint32_t n_judged;
    uint64_t unjudged; /* bit i: the i-th named measure could not be judged */
};

/* g, and the largest h / |m| that is precise. */
double precision_goal(const struct scenario *scenario);
double precision_limit(double goal);

/* Replications at the first look: run.replications when no precision is asked. */
uint32_t precision_first(const struct scenario *scenario);

/* `values`: n rows of model_columns numbers; `pooled`: their responses, as estimate_column takes them. */
struct precision_look precision_look(const struct scenario *scenario, const double *values, uint32_t n,
                                     const struct pooled_quantile *pooled);

/* Why a point ended with this look: "precision", "replications_max", "time_budget" or "nothing_observed"; "" when none was asked. */
const char *precision_reason(const struct scenario *scenario, const struct precision_look *look);

/* The columns that must be precise, one a call: *at begins as NULL; false at the end. Names are those of
 * run.precision_measures or, when that is empty, the model's own choice. A name that the model does not know (precision_check has
 * complained about it) is model_columns(). `name` takes the word. */
bool precision_measure(const struct scenario *scenario, const char **at, size_t *column, struct span *name);

/* Complains about names that are not results of the model, about too many, and when there is nothing to be precise. */
void precision_check(const struct scenario *scenario, const char *file, struct diag *diag);

#endif
