/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/experiment/scenario.h"

#include <math.h>
#include <string.h>

#include "sim/experiment/precision.h"
#include "sim/kernel/text.h"

const struct param scenario_run_params[RUN_PARAMS] = {
    [RUN_MODEL] = {"run.model", PARAM_TEXT, 0, 0, "web", NULL, "Which model is simulated: web or mmc.",
                   "the model this program is for"},
    [RUN_SEED] = {"run.seed", PARAM_COUNT, 0, 0x1p53 - 1, "1", NULL,
                  "Seed of all random streams; the same seed gives the same results to the last digit.",
                  "any number serves; fixed so that a study can be repeated"},
    [RUN_REPLICATIONS] = {"run.replications", PARAM_COUNT, 1, 100000, "10", NULL,
                          "Independent replications of each point, which the intervals come from.",
                          "Law: Simulation Modeling and Analysis, 9.4.1: at least 3 to 5"},
    [RUN_PRECISION] = {"run.precision", PARAM_SHARE, 0, 0.5, "0", NULL,
                       "run and sweep: replications are added until the measures named below are this close to the true "
                       "means, with 95 % confidence each; 0: run.replications it is.",
                       "none is asked; Law, 9.4.1: 15 % or less"},
    [RUN_PRECISION_MEASURES] = {"run.precision_measures", PARAM_TEXT, 0, 0, "", NULL,
                                "Results that must be precise, between commas, such as page_response_p95; empty: the "
                                "model's own choice.",
                                "web: page_response, requests_per_s, connections_open; mmc: customers, response"},
    [RUN_REPLICATIONS_MAX] = {"run.replications_max", PARAM_COUNT, 10, 100000, "10000", NULL,
                              "Replications of a point at most, when a precision is asked for.",
                              "2 % of a measure that varies by 100 % from replication to replication"},
    [RUN_TIME_BUDGET] = {"run.time_budget", PARAM_TIME, 0, HUGE_VAL, "0", NULL,
                         "Real time that adding replications may take, the points of a sweep sharing it; 0: no limit. "
                         "Ten replications of each point are run in any case.",
                         "no limit: the same results on any machine"},
    [RUN_HORIZON] = {"run.horizon", PARAM_TIME, 0, HUGE_VAL, "300s", NULL,
                     "Simulated time of one replication; 0: until a trace is exhausted.",
                     "20 times an idle limit of 15 s"},
    [RUN_WARMUP] = {"run.warmup", PARAM_TIME, 0, HUGE_VAL, "auto", "auto",
                    "Simulated time that is left out of the statistics at the beginning. auto: found by MSER-5 from ten "
                    "replications of their own; 0 for a trace and for workload.rates.",
                    "White, Cobb & Spratt 2000; Hoad, Robinson & Davies 2010"},
    [RUN_SERIES_INTERVAL] = {"run.series_interval", PARAM_TIME, 1e-6, HUGE_VAL, "1s", NULL,
                             "Time between the rows of a time line.", "as often as a server's status page is polled"},
    [RUN_WORKLOAD_FILE] = {"workload.file", PARAM_FILE, 0, 0, "", NULL,
                           "CSV of user classes or of requests (time_s, client), plain or gzip; - is stdin; "
                           "empty: none.",
                           "none"},
    [RUN_WORKLOAD_THINK] = {"workload.think", PARAM_FILE, 0, 0, "", NULL,
                            "CSV of recorded think times (user, think_s), used in order before a user draws any; "
                            "empty: none.",
                            "none"},
    [RUN_WORKLOAD_RATES] = {"workload.rates", PARAM_FILE, 0, 0, "", NULL,
                            "CSV of a curve by which rates of arrivals are multiplied over time (time_s, then factor, or names of "
                            "classes), repeated after its last row; empty: none.",
                            "none"},
};

struct scenario scenario_open(const struct model *model, const char *name, struct arena *arena) {
    return (struct scenario){
        .name = arena_text(arena, name, strlen(name)),
        .model = model,
        .run = param_set_open(scenario_run_params, RUN_PARAMS, arena),
        .params = param_set_open(model->params, model->n_params, arena),
        .arena = arena,
    };
}

struct scenario scenario_copy(const struct scenario *scenario, struct arena *arena) {
    struct scenario copy = *scenario;
    const struct workload *workload = &scenario->workload;
    copy.arena = arena;
    copy.run = param_set_copy(&scenario->run, arena);
    copy.params = param_set_copy(&scenario->params, arena);
    if (workload->n_classes) {
        copy.workload.classes = ARENA_NEW(arena, workload->n_classes, struct param_set);
        for (size_t i = 0; i < workload->n_classes; i++)
            copy.workload.classes[i] = param_set_copy(&workload->classes[i], arena);
    }
    return copy;
}

/* ---- setting ------------------------------------------------------------------------------------ */

/* The nearer of the names that the two tables offer. */
static const char *nearest(const struct scenario *scenario, const char *key) {
    const char *run = param_nearest(&scenario->run, key), *model = param_nearest(&scenario->params, key);
    if (!run || !model) return run ? run : model;
    return text_distance(run, key) < text_distance(model, key) ? run : model;
}

static bool complain_unknown(const struct scenario *scenario, const char *key, struct place place,
                             struct diag *diag) {
    const char *near = nearest(scenario, key);
    place.column = NULL;
    if (near)
        diag_add(diag, STATUS_SCENARIO, place, "unknown key '%.100s', did you mean '%s'?", key, near);
    else
        diag_add(diag, STATUS_SCENARIO, place, "unknown key '%.100s' of model %s; linger params lists them", key,
                 scenario->model->name);
    return false;
}

/* A class keeps what its row gave and follows the scenario in all else. */
static void follow(struct workload *workload, size_t index, const struct param_value *value) {
    for (size_t i = 0; i < workload->n_classes; i++) {
        struct param_value *own = &workload->classes[i].values[index];
        if (own->given) continue;
        *own = *value;
        own->given = false;
    }
}

static bool assign(struct scenario *scenario, size_t index, const char *text, struct place place,
                   param_column_fn *column_fn, struct diag *diag) {
    if (!param_assign(&scenario->params, index, text, place, column_fn, scenario->arena, diag)) return false;
    follow(&scenario->workload, index, &scenario->params.values[index]);
    return true;
}

/* What the preset named so far in values[index] had said is unsaid. Texts are compared by place: two parameters may name
 * the same preset. */
static void take_back(struct scenario *scenario, size_t index) {
    const char *before = scenario->params.values[index].text;
    for (size_t i = 0; i < scenario->params.n; i++) {
        if (scenario->params.values[i].preset != before) continue;
        param_reset(&scenario->params, i, scenario->arena);
        follow(&scenario->workload, i, &scenario->params.values[i]);
    }
}

/* `text` is the new name; "" names none. */
static bool assign_preset(struct scenario *scenario, size_t index, const char *text, struct place place,
                          param_column_fn *column_fn, struct diag *diag) {
    struct param_value *values = scenario->params.values;
    const struct preset *preset = NULL;
    if (*text && !(preset = preset_find(scenario->shelf, text, scenario->model, place, diag))) return false;
    if (preset && !preset_suits(preset, index)) {
        diag_add(diag, STATUS_SCENARIO, place, "read '%.100s', a preset for %s", text, preset_side(preset)->name);
        return false;
    }
    take_back(scenario, index);
    if (!assign(scenario, index, text, place, NULL, diag)) return false;
    for (size_t i = 0; preset && i < preset->n; i++) {
        const struct preset_value *said = &preset->values[i];
        struct place there = {preset->file, said->line, scenario->params.params[said->index].name};
        if (values[said->index].given) continue;
        if (!assign(scenario, said->index, said->text, there, column_fn, diag)) return false;
        values[said->index].given = false;
        values[said->index].preset = values[index].text;
    }
    return true;
}

bool scenario_assign(struct scenario *scenario, const char *key, const char *text, struct place place,
                     param_column_fn *column_fn, struct diag *diag) {
    size_t index = param_find(&scenario->run, key);
    if (index == RUN_MODEL && strcmp(text, scenario->model->name) != 0) {
        diag_add(diag, STATUS_SCENARIO, place, "read '%.100s', allowed: %s, the model of this scenario", text,
                 scenario->model->name);
        return false;
    }
    if (index < scenario->run.n)
        return param_assign(&scenario->run, index, text, place, column_fn, scenario->arena, diag);
    index = param_find(&scenario->params, key);
    if (index == scenario->params.n) return complain_unknown(scenario, key, place, diag);
    if (scenario->params.params[index].type == PARAM_PRESET)
        return assign_preset(scenario, index, text, place, column_fn, diag);
    return assign(scenario, index, text, place, column_fn, diag);
}

bool scenario_is_steady(const struct scenario *scenario) {
    const struct param_value *run = scenario->run.values;
    return run[RUN_HORIZON].number > 0 && scenario->workload.n_requests == 0 && run[RUN_WORKLOAD_RATES].text[0] == '\0';
}

/* ---- values together ----------------------------------------------------------------------------- */

/* False when there is no end to simulate to, which no model needs to say again. */
static bool check_times(const struct scenario *scenario, const char *file, struct diag *diag) {
    const struct param_value *run = scenario->run.values;
    const struct workload *workload = &scenario->workload;
    double horizon_s = run[RUN_HORIZON].number;
    struct place at_horizon = {file, 0, "run.horizon"}, at_warmup = {file, 0, "run.warmup"};
    if (horizon_s <= 0 && workload->n_requests == 0) {
        diag_add(diag, STATUS_SCENARIO, at_horizon,
                 "read '%.100s', allowed: a time above 0 s, since there is no trace to be exhausted",
                 run[RUN_HORIZON].text);
        return false;
    }
    double end_s = horizon_s > 0 ? horizon_s : workload->request_time_s[workload->n_requests - 1];
    if (run[RUN_WARMUP].number > 0 && run[RUN_WARMUP].number >= end_s)
        diag_add(diag, STATUS_SCENARIO, at_warmup, "read '%.100s', allowed: a time below the end at %g s",
                 run[RUN_WARMUP].text, end_s);
    return true;
}

void scenario_check(const struct scenario *scenario, const char *file, struct diag *diag) {
    precision_check(scenario, file, diag);
    if (!check_times(scenario, file, diag) || !scenario->model->check) return;
    double horizon_s = scenario->run.values[RUN_HORIZON].number;
    struct diag found = {0};
    scenario->model->check(&scenario->params, &scenario->workload, horizon_s > 0 ? horizon_s : HUGE_VAL, &found);
    for (size_t i = 0; i < found.count && i < DIAG_MESSAGES_MAX; i++)
        diag_add(diag, found.status, (struct place){file, 0, NULL}, "%s", found.text[i]);
}
