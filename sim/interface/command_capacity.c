/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * linger capacity: how much load a setting bears before a limit breaks.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "sim/experiment/capacity.h"
#include "sim/interface/assertion.h"
#include "sim/interface/condition.h"
#include "sim/interface/folder.h"
#include "sim/interface/json.h"
#include "sim/interface/report.h"
#include "sim/kernel/text.h"

enum { NUMBER_BYTES = 32, WORDS_BYTES = 200 };

/* ---- what is asked ------------------------------------------------------------------------------------------- */

/* The first of the model's loads that is not 0. */
static const char *own_key(const struct scenario *base) {
    const struct tuning *tuning = base->model->tuning;
    for (size_t i = 0; tuning && tuning->load_keys && tuning->load_keys[i]; i++) {
        size_t index = param_find(&base->params, tuning->load_keys[i]);
        if (base->params.values[index].number > 0) return tuning->load_keys[i];
    }
    return NULL;
}

static double take_end(const struct scenario *base, const char *key, struct span text, struct arena *arena, struct diag *diag) {
    struct scenario trial = scenario_copy(base, arena);
    text = span_trim(text);
    size_t index;
    const struct param_set *table = factor_table(&trial, key, &index);
    scenario_assign(&trial, key, arena_text(arena, text.text, text.length), (struct place){.file = "--vary", .column = key}, NULL, diag);
    return table->values[index].number;
}

/* "KEY=LO..HI". */
static void take_range(const char *text, struct capacity *capacity, struct diag *diag) {
    const char *equals = strchr(text, '='), *dots = equals ? strstr(equals, "..") : NULL;
    const struct place place = {.file = "--vary"};
    size_t index;
    if (!dots) {
        diag_add(diag, STATUS_USAGE, place, "read '%.100s', allowed: KEY=LOW..HIGH", text);
        return;
    }
    struct span name = span_trim((struct span){text, (size_t)(equals - text)});
    capacity->key = arena_text(capacity->arena, name.text, name.length);
    const struct param_set *table = factor_table(capacity->scenario, capacity->key, &index);
    bool is_load = table == &capacity->scenario->params &&
                   (table->params[index].type == PARAM_COUNT || table->params[index].type == PARAM_RATE || table->params[index].type == PARAM_NUMBER);
    if (!table) {
        struct scenario trial = scenario_copy(capacity->scenario, capacity->arena); /* makes the complaint with the nearest name */
        scenario_assign(&trial, capacity->key, "", place, NULL, diag);
        return;
    }
    if (!is_load) {
        diag_add(diag, STATUS_USAGE, place, "%s is no load; allowed: a parameter that is a count, a number or a rate", capacity->key);
        return;
    }
    capacity->low = take_end(capacity->scenario, capacity->key, (struct span){equals + 1, (size_t)(dots - equals - 1)}, capacity->arena, diag);
    capacity->high = take_end(capacity->scenario, capacity->key, span_of(dots + 2), capacity->arena, diag);
    if (diag_ok(diag) && !(capacity->low < capacity->high && capacity->low > 0))
        diag_add(diag, STATUS_USAGE, place, "read '%.100s', allowed: LOW above 0 and below HIGH", text);
}

static void take_load(const struct study_request *request, struct capacity *capacity, struct diag *diag) {
    size_t index;
    if (request->n_varies > 1) {
        diag_add(diag, STATUS_USAGE, (struct place){.file = "--vary"}, "%zu loads; allowed: one", request->n_varies);
        return;
    }
    if (request->n_varies) {
        take_range(request->varies[0], capacity, diag);
        return;
    }
    capacity->key = own_key(capacity->scenario);
    if (!capacity->key) {
        diag_add(diag, STATUS_USAGE, (struct place){.file = "--vary"}, "which load of model %s? For example: --vary queue.arrival_rate=0.1..1",
                 capacity->scenario->model->name);
        return;
    }
    const struct param_set *table = factor_table(capacity->scenario, capacity->key, &index);
    capacity->low = table->values[index].number;
    if (capacity->scenario->workload.n_requests || capacity->scenario->workload.n_classes)
        diag_add(diag, STATUS_USAGE, (struct place){.file = capacity->scenario->name},
                 "its users come from a CSV, which %s does not change; allowed: --vary of another load", capacity->key);
}

static bool take_limits(const struct study_request *request, const struct scenario *base, struct wish *wish, struct arena *arena, struct diag *diag) {
    for (size_t i = 0; i < request->n_slos; i++) condition_add_limit(request->slos[i], "--slo", base->model, wish, arena, diag);
    return diag_ok(diag);
}

/* ---- the answer ------------------------------------------------------------------------------------------------- */

static const char *load_text(double load, char *out) { return report_number(load, 5, out, NUMBER_BYTES); }

static bool is_before(const struct capacity_step *a, const struct capacity_step *b) { return a->load < b->load; }

static void put_steps(FILE *out, const struct capacity *capacity) {
    char load[NUMBER_BYTES], words[WORDS_BYTES];
    fprintf(out, "\n%16s  %5s  limit\n", capacity->key, "n");
    for (size_t place = 0; place < capacity->n_steps; place++)
        for (size_t i = 0; i < capacity->n_steps; i++) {
            const struct capacity_step *step = &capacity->step[i];
            size_t before = 0;
            for (size_t other = 0; other < capacity->n_steps; other++) before += is_before(&capacity->step[other], step);
            if (before != place) continue;
            const struct limit *limit = &capacity->limits[step->limit];
            fprintf(out, "%16s  %5u  %s %s\n", load_text(step->load, load), step->n, limit->text,
                    assertion_words(limit, step->verdict, &step->estimate, words, sizeof words));
        }
}

static void put_table(FILE *out, const struct capacity *capacity) {
    const struct scenario *base = capacity->scenario;
    char holds[NUMBER_BYTES], fails[NUMBER_BYTES], crossing[NUMBER_BYTES];
    fprintf(out, "%s: how large %s may be", base->name, capacity->key);
    for (size_t k = 0; k < capacity->n_limits; k++) fprintf(out, "%s%s", k ? " and " : " for ", capacity->limits[k].text);
    fprintf(out, "\n%llu replications, seed %.0f\n", (unsigned long long)capacity->trials.spent, base->run.values[RUN_SEED].number);
    put_steps(out, capacity);
    fputc('\n', out);
    load_text(capacity->holds_to, holds), load_text(capacity->fails_from, fails), load_text(capacity->crossing, crossing);
    if (isnan(capacity->holds_to)) fprintf(out, "The limits are certain to hold nowhere; from %s = %s on they fail.\n", capacity->key, fails);
    else if (isnan(capacity->fails_from)) fprintf(out, "The limits hold up to %s = %s at least; no load that was tried breaks them.\n", capacity->key, holds);
    else
        fprintf(out, "%s = %s is certain to keep the limits, %s to break\none; the mean crosses at %s (95 %% at each step; more load is taken never to\nhelp).\n",
                capacity->key, holds, fails, crossing);
}

static void put_json_step(FILE *out, const struct capacity *capacity, const struct capacity_step *step) {
    static const char *const verdicts[] = {"holds", "fails", "undecided"};
    fputs("    {\"load\": ", out);
    json_number(out, step->load);
    fprintf(out, ", \"n\": %u, \"verdict\": \"%s\", \"limit\": ", step->n, verdicts[step->verdict]);
    json_text(out, capacity->limits[step->limit].text);
    fputs(", \"mean\": ", out);
    json_number(out, step->estimate.mean);
    fputs(", \"half_width\": ", out);
    json_number(out, step->estimate.half_width);
    fputc('}', out);
}

static void put_json(FILE *out, const struct capacity *capacity) {
    fputs("{\n  \"scenario\": ", out);
    json_text(out, capacity->scenario->name);
    fprintf(out, ",\n  \"seed\": %.0f,\n  \"version\": ", capacity->scenario->run.values[RUN_SEED].number);
    json_text(out, linger_version);
    fputs(",\n  \"parameter\": ", out);
    json_text(out, capacity->key);
    fputs(",\n  \"holds_to\": ", out);
    json_number(out, capacity->holds_to);
    fputs(",\n  \"fails_from\": ", out);
    json_number(out, capacity->fails_from);
    fputs(",\n  \"crossing\": ", out);
    json_number(out, capacity->crossing);
    fputs(",\n  \"steps\": [\n", out);
    for (size_t i = 0; i < capacity->n_steps; i++) {
        put_json_step(out, capacity, &capacity->step[i]);
        fputs(i + 1 < capacity->n_steps ? ",\n" : "\n", out);
    }
    fputs("  ]\n}\n", out);
}

/* ---- the command --------------------------------------------------------------------------------------------------- */

static struct study_outcome run_study(void *context, struct study *study) { return study_request_run(context, study); }

/* What the command line says; what a scenario says is meant for the intervals of linger run. */
static uint32_t first_stage_of(const struct study_request *request, const struct scenario *base) {
    for (size_t i = 0; i < request->n_settings; i++)
        if (strcmp(request->settings[i].key, "run.replications") == 0) return (uint32_t)base->run.values[RUN_REPLICATIONS].number;
    return 10;
}

static int capacity_request(struct study_request *request, struct arena *arena) {
    struct scenario base;
    struct wish wish = {0};
    struct diag diag = {0};
    int code = study_request_scenario(request, &base, arena);
    if (code != STATUS_OK) return code;
    if (request->n_slos == 0) return cli_usage("capacity", "up to which limit? For example: --slo 'page_response_p95 < 500ms'");
    if (!take_limits(request, &base, &wish, arena, &diag)) return command_complain(&diag);
    struct capacity *capacity = ARENA_NEW(arena, 1, struct capacity);
    *capacity = (struct capacity){.scenario = &base, .limits = wish.limits, .n_limits = wish.n_limits, .run_study = run_study,
                                  .first_stage = first_stage_of(request, &base), .context = request, .arena = arena};
    if (capacity->first_stage < 2)
        diag_add(&diag, STATUS_SCENARIO, (struct place){.file = "run.replications"}, "read %u, allowed: 2 or more", capacity->first_stage);
    take_load(request, capacity, &diag);
    if (!diag_ok(&diag)) return command_complain(&diag);
    struct warmup *warmup; /* of the scenario's own load; copies have it too */
    code = study_request_prepare(request, &base, 1, &warmup, arena);
    if (code != STATUS_OK) return code;
    capacity_run(capacity);
    if (capacity->stopped) {
        fprintf(stderr, "linger: interrupted; nothing was finished\n");
        return STATUS_INTERRUPTED;
    }
    if (request->json) put_json(stdout, capacity);
    else put_table(stdout, capacity);
    return isnan(capacity->holds_to) ? STATUS_CHECK_FAILED : STATUS_OK;
}

static int run(int argc, char **argv) {
    static const enum study_option taken[] = {OPTION_SLO,          OPTION_VARY,    OPTION_SET,  OPTION_SEED,
                                              OPTION_REPLICATIONS, OPTION_THREADS, OPTION_JSON, OPTION_QUIET};
    struct study_request request;
    struct arena arena;
    arena_open(&arena, CLI_ARENA_BYTES);
    int code = study_request_parse(argc, argv, taken, sizeof taken / sizeof taken[0], &request, &arena);
    if (code == STATUS_OK) code = capacity_request(&request, &arena);
    arena_close(&arena);
    return code;
}

const struct command command_capacity = {
    .name = "capacity",
    .arguments = "SCENARIO --slo 'MEASURE < VALUE'... [--vary KEY=LOW..HIGH]",
    .summary = "how many users it bears before a limit breaks",
    .help = "examples:\n"
            "  linger capacity inputs/scenarios/classic-100x5.ini \\\n"
            "      --slo 'page_response_p95 < 500ms'\n"
            "  linger capacity inputs/scenarios/lesson-4-timeout.ini \\\n"
            "      --slo 'page_response < 1s' --vary users.count=50..2000\n"
            "\n"
            "Bisection on users.count (users.sessions, if visits begin at a rate), or on the\n"
            "load of --vary. Each load gets replications until the 95 % interval decides\n"
            "whether the limits hold. Near the edge none may decide, so there are two answers:\n"
            "up to where they are certain to hold, and from where one is certain to fail.\n"
            "\n"
            "options:\n"
            "      --slo LIMIT          'page_response_p95 < 500ms'; repeatable\n"
            "  -v, --vary KEY=LOW..HIGH the load, and where to look for the edge; default: from\n"
            "                           the scenario's own load, doubled or halved\n"
            "  -r, --replications N     at least so many of each load; default: 10\n"
            "  -s, --set KEY=VALUE      sets a parameter\n"
            "      --seed N             the same as --set run.seed=N\n"
            "      --json               one JSON object, SI units, instead of the table\n"
            "  -t, --threads N          default: all cores; the results do not depend on it\n"
            "  -q, --quiet              no progress line\n"
            "\n"
            "Quantiles here are means of the replications' own, so replications should be long:\n"
            "some thousands of observations for a p99.\n"
            "\n"
            "Exit code 1: the limits are certain to hold nowhere.\n",
    .run = run,
};
