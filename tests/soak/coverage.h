/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * coverage: how often does a 95 % interval hold the exact value?
 *
 * An experiment is what a user does who runs a scenario once: so many replications of so long after so much warm-up, and the interval
 * of each measure. A case is repeated as independent experiments, each with a seed of its own (the seeds of a study are consecutive;
 * Philox makes streams of different seeds as independent as those of different entities). Counted is on which side the intervals
 * miss, because a bias of the estimate shows there: a right interval misses as often below as above.
 *
 * What it is held against comes from the models' closed forms, at the parameters of the case, and for quantiles from the
 * exponential law of the response time of M/M/1: x_q = -ln(1 - q) / (mu - lambda) (Kleinrock, Queueing Systems I, 1975, 5.118).
 */
#ifndef TESTS_SOAK_COVERAGE_H
#define TESTS_SOAK_COVERAGE_H

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "models/models.h"
#include "sim/experiment/closed_form.h"
#include "sim/experiment/study.h"

enum { COVERAGE_MEASURES_MAX = 8 };

struct coverage_case {
    const char *name;
    const char *model;
    const char *check;    /* of the model, whose settings come first */
    const char *settings; /* "key=value; key=value", after them */
    const char *measures[COVERAGE_MEASURES_MAX]; /* ends with NULL */
};

/* Of one measure of a case. */
struct coverage {
    size_t column;
    double exact;
    uint32_t n, below, above; /* intervals; those that lie wholly below the exact value, or above */
    uint32_t without;         /* experiments that were too few for an interval */
    double sum;               /* of estimates */
    double sum_relative;      /* of half-width / exact */
};

static inline double coverage_share(const struct coverage *coverage) {
    return 1 - (double)(coverage->below + coverage->above) / coverage->n;
}

/* Chance that intervals which cover with 95 % are seen to cover n experiments with a share outside low .. high. */
static inline double coverage_false_alarm(uint32_t n, double low, double high) {
    uint32_t fewest = (uint32_t)ceil(low * n - 1e-9), most = (uint32_t)floor(high * n + 1e-9);
    return gsl_cdf_binomial_P(fewest - 1, 0.95, n) + gsl_cdf_binomial_Q(most, 0.95, n);
}

/* ---- design ------------------------------------------------------------------------------------------- */

static inline const char *coverage_settings(const struct model *model, const char *check) {
    size_t i = 0;
    while (strcmp(model->checks[i].name, check) != 0) SIM_ASSERT(++i < model->n_checks);
    return model->checks[i].settings;
}

/* "response_p95": the share of the responses below, else 0. */
static inline double coverage_quantile(const char *measure) {
    if (strcmp(measure, "response_p50") == 0) return 0.5;
    if (strcmp(measure, "response_p95") == 0) return 0.95;
    return strcmp(measure, "response_p99") == 0 ? 0.99 : 0;
}

static inline double coverage_exact(const struct scenario *scenario, const char *measure) {
    enum { COLUMNS_MAX = 1024 };
    const struct closed_form *forms[COLUMNS_MAX];
    double exact[COLUMNS_MAX], q = coverage_quantile(measure);
    size_t column = model_column_find(scenario->model, measure);
    SIM_ASSERT(column < model_columns(scenario->model) && model_columns(scenario->model) <= COLUMNS_MAX);
    if (q > 0) return -log1p(-q) / (1 - scenario->params.values[param_find(&scenario->params, "queue.arrival_rate")].number);
    closed_form_find(scenario, forms, exact);
    SIM_ASSERT(forms[column]);
    return exact[column];
}

static inline struct scenario coverage_scenario(const struct coverage_case *what, struct arena *arena) {
    const struct model *model = model_find(what->model);
    struct scenario scenario = scenario_open(model, what->name, arena);
    struct diag diag = {0};
    closed_form_assign_all(&scenario, coverage_settings(model, what->check), what->name, NULL, &diag);
    closed_form_assign_all(&scenario, what->settings, what->name, NULL, &diag);
    scenario_check(&scenario, what->name, &diag);
    if (!diag_ok(&diag)) status_bug(diag.text[0], __FILE__, __LINE__);
    return scenario;
}

/* ---- counting ----------------------------------------------------------------------------------------- */

struct coverage_count {
    const struct model *model;
    size_t n_measures;
    struct coverage *measures;
    const struct pooled_quantile *pooled; /* of the point that comes next */
};

static inline void coverage_pool(void *context, size_t point, const struct pooled_quantile *pooled) {
    struct coverage_count *count = context;
    (void)point;
    count->pooled = pooled;
}

static inline bool coverage_point(void *context, size_t point, const double *values, uint32_t n) {
    struct coverage_count *count = context;
    (void)point;
    for (size_t i = 0; i < count->n_measures; i++) {
        struct coverage *coverage = &count->measures[i];
        struct estimate estimate = estimate_column(count->model, coverage->column, values, n, count->pooled);
        if (isnan(estimate.half_width)) {
            coverage->without++;
            continue;
        }
        coverage->n++;
        coverage->sum += estimate.mean;
        coverage->sum_relative += estimate.half_width / coverage->exact;
        if (estimate.mean + estimate.half_width < coverage->exact) coverage->below++;
        if (estimate.mean - estimate.half_width > coverage->exact) coverage->above++;
    }
    return true;
}

/* `experiments` of them, with seeds seed, seed + 1, ... Fills `out`, one a measure, and returns how many measures. */
static inline size_t coverage_run(const struct coverage_case *what, uint32_t experiments, uint64_t seed, unsigned threads,
                                  struct coverage *out) {
    struct arena arena;
    arena_open(&arena, (size_t)1 << 34);
    struct scenario base = coverage_scenario(what, &arena);
    struct scenario *points = ARENA_NEW(&arena, experiments, struct scenario);
    struct coverage_count count = {.model = base.model, .measures = out};
    for (size_t i = 0; what->measures[i]; i++, count.n_measures++)
        out[i] = (struct coverage){.column = model_column_find(base.model, what->measures[i]),
                                   .exact = coverage_exact(&base, what->measures[i])};
    for (uint32_t i = 0; i < experiments; i++) {
        points[i] = scenario_copy(&base, &arena);
        points[i].run.values[RUN_SEED].number = (double)(seed + i);
    }
    study_run(&(struct study){.points = points, .n_points = experiments, .threads = threads,
                              .sink = coverage_point, .pool = coverage_pool,
                              .sink_context = &count});
    arena_close(&arena);
    return count.n_measures;
}

#endif
