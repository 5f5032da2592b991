/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/experiment/precision.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "sim/experiment/estimate.h"
#include "sim/experiment/replication.h"

static const double GROWTH_LEAST = 1.05, GROWTH_MOST = 2;

static double run_number(const struct scenario *scenario, enum run_param which) {
    return scenario->run.values[which].number;
}

double precision_goal(const struct scenario *scenario) { return run_number(scenario, RUN_PRECISION); }
double precision_limit(double goal) { return goal / (1 + goal); }

static uint32_t budget(const struct scenario *scenario) {
    return (uint32_t)run_number(scenario, RUN_REPLICATIONS_MAX);
}

uint32_t precision_first(const struct scenario *scenario) {
    uint32_t n = replication_count(scenario);
    if (!(precision_goal(scenario) > 0)) return n;
    if (n < PRECISION_REPLICATIONS_MIN) n = PRECISION_REPLICATIONS_MIN;
    return n < budget(scenario) ? n : budget(scenario);
}

/* ---- the measures ------------------------------------------------------------------------------------ */

static const char *measure_list(const struct scenario *scenario) {
    const char *text = scenario->run.values[RUN_PRECISION_MEASURES].text;
    if (*text) return text;
    return scenario->model->precision_measures ? scenario->model->precision_measures : "";
}

bool precision_measure(const struct scenario *scenario, const char **at, size_t *column, struct span *name) {
    char word[96];
    if (!*at) *at = measure_list(scenario);
    do {
        *at += strspn(*at, ", ");
        *name = span_trim((struct span){*at, strcspn(*at, ",")});
        *at += strcspn(*at, ",");
    } while (name->length == 0 && **at);
    if (name->length == 0) return false;
    snprintf(word, sizeof word, "%.*s", (int)name->length, name->text);
    *column = model_column_find(scenario->model, word);
    return true;
}

/* The column nearest in spelling, in `out`; false when none is near. */
static bool nearest(const struct model *model, struct span name, char *out, size_t out_bytes) {
    char word[96], column[96];
    size_t least = SIZE_MAX;
    snprintf(word, sizeof word, "%.*s", (int)name.length, name.text);
    for (size_t c = 0; c < model_columns(model); c++) {
        model_column(model, c, column, sizeof column);
        size_t distance = text_distance(word, column);
        if (distance >= least || !text_is_near(distance, strlen(word))) continue;
        snprintf(out, out_bytes, "%s", column);
        least = distance;
    }
    return least < SIZE_MAX;
}

static void complain(const struct scenario *scenario, struct span name, const char *file, struct diag *diag) {
    char near[96];
    struct place place = {file, 0, "run.precision_measures"};
    if (nearest(scenario->model, name, near, sizeof near))
        diag_add(diag, STATUS_SCENARIO, place, "read '%.*s', did you mean '%s'?", (int)name.length, name.text, near);
    else
        diag_add(diag, STATUS_SCENARIO, place, "read '%.*s', allowed: results of model %s, as linger run --json names them",
                 (int)name.length, name.text, scenario->model->name);
}

void precision_check(const struct scenario *scenario, const char *file, struct diag *diag) {
    const char *at = NULL;
    size_t column, n = 0;
    struct span name;
    for (; precision_measure(scenario, &at, &column, &name); n++)
        if (column == model_columns(scenario->model)) complain(scenario, name, file, diag);
    struct place place = {file, 0, "run.precision_measures"};
    if (n > PRECISION_MEASURES_MAX)
        diag_add(diag, STATUS_SCENARIO, place, "read %zu names, allowed: up to %d", n, PRECISION_MEASURES_MAX);
    if (n == 0 && precision_goal(scenario) > 0)
        diag_add(diag, STATUS_SCENARIO, place,
                 "read '', allowed: at least one result, since model %s has no choice of its own", scenario->model->name);
}

/* ---- looking ----------------------------------------------------------------------------------------- */

static bool is_zero(double x) { return !(x < 0 || x > 0 || isnan(x)); }

/* The smallest i at which t(i-1) s / sqrt(i) would be within the limit. Four rounds settle t. */
static double needed(const struct estimate *estimate, double limit) {
    double n = (double)estimate->n, t_now = estimate_t975(estimate->n - 1), i = n;
    double relative = estimate->half_width / fabs(estimate->mean);
    for (int round = 0; round < 4; round++) {
        double t = estimate_t975(i < 1e6 ? (size_t)i - 1 : 1000000);
        i = n * (relative / limit) * (relative / limit) * (t / t_now) * (t / t_now);
        if (i < n) i = n;
    }
    return ceil(i);
}

/* Takes one measure into the look. `forecast`: the largest number needed so far. */
static void judge(const struct scenario *scenario, size_t column, struct estimate estimate, uint64_t bit,
                  struct precision_look *look, double *forecast) {
    if (estimate.n == 0 || (is_zero(estimate.mean) && !(estimate.half_width > 0))) {
        look->unjudged |= bit;
        return;
    }
    double relative = HUGE_VAL, n = HUGE_VAL;
    if (estimate.half_width >= 0 && !is_zero(estimate.mean)) {
        relative = estimate.half_width / fabs(estimate.mean);
        n = needed(&estimate, precision_limit(precision_goal(scenario))) * look->n / (double)estimate.n;
    }
    if (look->n_judged++ == 0 || relative > look->relative) {
        look->relative = relative;
        look->widest = column;
    }
    *forecast = fmax(*forecast, n);
}

static uint32_t clamped(double n, double least, double most) {
    return (uint32_t)fmin(fmax(ceil(n), least), most);
}

/* When to look again, or never. */
static void plan(const struct scenario *scenario, struct precision_look *look, double forecast) {
    double n = look->n, most = budget(scenario);
    if (look->state != PRECISION_NOT_REACHED || n >= most) return;
    look->next = clamped(fmin(forecast, GROWTH_MOST * n), ceil(GROWTH_LEAST * n), most);
    look->expected = clamped(forecast, look->next, most);
}

struct precision_look precision_look(const struct scenario *scenario, const double *values, uint32_t n,
                                     const struct pooled_quantile *pooled) {
    struct precision_look look = {.n = n, .next = n, .expected = n, .relative = NOTHING_OBSERVED};
    const char *at = NULL;
    size_t column;
    struct span name;
    double forecast = n;
    look.widest = model_columns(scenario->model);
    if (!(precision_goal(scenario) > 0)) return look;
    for (uint64_t bit = 1; precision_measure(scenario, &at, &column, &name); bit <<= 1)
        judge(scenario, column, estimate_column(scenario->model, column, values, n, pooled), bit, &look, &forecast);
    if (look.n_judged == 0)
        look.state = PRECISION_NOTHING_TO_JUDGE;
    else if (look.relative <= precision_limit(precision_goal(scenario)))
        look.state = PRECISION_REACHED;
    else
        look.state = PRECISION_NOT_REACHED;
    plan(scenario, &look, forecast);
    return look;
}

const char *precision_reason(const struct scenario *scenario, const struct precision_look *look) {
    switch (look->state) {
    case PRECISION_NOT_ASKED: return "";
    case PRECISION_REACHED: return "precision";
    case PRECISION_NOTHING_TO_JUDGE: return "nothing_observed";
    default: return look->n < budget(scenario) ? "time_budget" : "replications_max";
    }
}
