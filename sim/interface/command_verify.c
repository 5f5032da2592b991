/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * linger verify: is the simulator right? Every special case of a model that has a closed form is simulated and set
 * beside it.
 *
 * When a check holds is said in estimate.h. The seed is fixed, so the verdict is the same every time; `make soak` draws
 * fresh ones.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "sim/experiment/closed_form.h"
#include "sim/interface/csv_table.h"
#include "sim/interface/json.h"
#include "sim/interface/report.h"
#include "sim/interface/study_request.h"

enum { REPLICATIONS_MIN = 30, NUMBER_BYTES = 32 };
static const char REPLICATIONS_DEFAULT[] = "40";

/* A check and what became of it. */
struct verdict {
    const struct check *check;
    const struct closed_form *form;
    const struct scenario *scenario;
    size_t point;
    size_t column;
    double exact;
    struct estimate estimate;
    struct comparison comparison;
};

/* All checks of one model. Checks with equal name and settings share a point. */
struct verification {
    const struct model *model;
    struct verdict *verdicts;
    struct scenario *points;
    size_t n_points;
};

/* ---- design ---------------------------------------------------------------------------------------- */

static void make_point(struct scenario *out, const struct study_request *request,
                       const struct model *model, const struct check *check, struct arena *arena,
                       struct diag *diag) {
    *out = scenario_open(model, check->name, arena);
    closed_form_assign_all(out, check->settings, check->name, csv_table_column, diag);
    for (size_t i = 0; i < request->n_settings; i++)
        scenario_assign(out, request->settings[i].key, request->settings[i].value,
                        (struct place){.file = "--set", .column = request->settings[i].key}, NULL,
                        diag);
    if (!out->run.values[RUN_REPLICATIONS].given)
        scenario_assign(out, "run.replications", REPLICATIONS_DEFAULT, (struct place){0}, NULL,
                        diag);
    if (out->run.values[RUN_REPLICATIONS].number < REPLICATIONS_MIN)
        diag_add(diag, STATUS_USAGE, (struct place){.column = "run.replications"},
                 "too few for a verdict; allowed: %d or more", REPLICATIONS_MIN);
    scenario_check(out, check->name, diag);
}

static size_t point_of(const struct verification *verification, size_t n,
                       const struct check *check) {
    for (size_t i = 0; i < n; i++) {
        const struct check *earlier = verification->verdicts[i].check;
        if (strcmp(earlier->name, check->name) == 0 &&
            strcmp(earlier->settings, check->settings) == 0)
            return verification->verdicts[i].point;
    }
    return verification->n_points;
}

/* A check to which no closed form of its model applies is a bug of the model. */
static void find_form(struct verdict *verdict, const struct model *model) {
    SIM_ASSERT(verdict->column < model_columns(model));
    for (size_t i = 0; i < model->n_forms && !verdict->form; i++)
        if (strcmp(model->forms[i].measure, verdict->check->measure) == 0 &&
            closed_form_applies(model->forms[i].of, verdict->scenario))
            verdict->form = &model->forms[i];
    SIM_ASSERT(verdict->form);
}

static void plan(struct verification *verification, const struct study_request *request,
                 const struct model *model, struct arena *arena, struct diag *diag) {
    *verification = (struct verification){
        .model = model,
        .verdicts = ARENA_NEW(arena, model->n_checks, struct verdict),
        .points = ARENA_NEW(arena, model->n_checks, struct scenario)};
    for (size_t i = 0; i < model->n_checks && diag_ok(diag); i++) {
        const struct check *check = &model->checks[i];
        size_t point = point_of(verification, i, check);
        if (point == verification->n_points)
            make_point(&verification->points[verification->n_points++], request, model, check,
                       arena, diag);
        verification->verdicts[i] = (struct verdict){
            .check = check,
            .point = point,
            .scenario = &verification->points[point],
            .column = model_column_find(model, check->measure)};
        find_form(&verification->verdicts[i], model);
    }
}

/* ---- judgement --------------------------------------------------------------------------------------- */

static void judge(struct verdict *verdict, const double *values, uint32_t n, size_t columns) {
    verdict->estimate = estimate_of(values + verdict->column, n, columns);
    verdict->exact = verdict->form->exact(&verdict->scenario->params);
    verdict->comparison = estimate_compare(&verdict->estimate, verdict->exact);
}

static bool judge_point(void *context, size_t point, const double *values, uint32_t n) {
    struct verification *verification = context;
    for (size_t i = 0; i < verification->model->n_checks; i++)
        if (verification->verdicts[i].point == point)
            judge(&verification->verdicts[i], values, n, model_columns(verification->model));
    return true;
}

/* ---- words --------------------------------------------------------------------------------------------- */

static const char *verdict_word(const struct verdict *verdict) {
    if (verdict->comparison.holds) return "ok";
    return fabs(verdict->comparison.z) < ESTIMATE_Z_LIMIT ? "TOO WIDE" : "DIFFERS";
}

static void print_row(const struct verdict *verdict) {
    char exact[NUMBER_BYTES], mean[NUMBER_BYTES];
    printf("  %-26s %12s %12s %8.2f %% %7.2f  %s\n", verdict->check->measure,
           report_number(verdict->exact, 6, exact, sizeof exact),
           report_number(verdict->estimate.mean, 6, mean, sizeof mean),
           100 * verdict->comparison.relative_width, verdict->comparison.z, verdict_word(verdict));
}

static void print_table(const struct verification *verification) {
    const struct model *model = verification->model;
    if (model->n_checks == 0) {
        printf("model %s: no closed forms\n", model->name);
        return;
    }
    printf("model %-22s %12s %12s %10s %7s\n", model->name, "exact", "simulated", "±95 %", "z");
    for (size_t i = 0; i < model->n_checks; i++) {
        const struct verdict *verdict = &verification->verdicts[i];
        bool same = i > 0 && verdict->point == verification->verdicts[i - 1].point;
        if (!same) printf("%s (%s)\n", verdict->check->name, verdict->form->of->source);
        print_row(verdict);
    }
}

static void print_json_row(const struct verification *verification, const struct verdict *verdict) {
    const struct check *check = verdict->check;
    const char *const texts[][2] = {{"model", verification->model->name},
                                    {"check", check->name},
                                    {"settings", check->settings},
                                    {"measure", check->measure},
                                    {"source", verdict->form->of->source}};
    const struct {
        const char *name;
        double value;
    } numbers[] = {{"exact", verdict->exact},
                   {"mean", verdict->estimate.mean},
                   {"half_width", verdict->estimate.half_width},
                   {"n", (double)verdict->estimate.n},
                   {"z", verdict->comparison.z}};
    fputs("    {", stdout);
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        json_key(stdout, texts[i][0]);
        json_text(stdout, texts[i][1]);
        fputs(", ", stdout);
    }
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        json_key(stdout, numbers[i].name);
        json_number(stdout, numbers[i].value);
        fputs(", ", stdout);
    }
    printf("\"holds\": %s}", verdict->comparison.holds ? "true" : "false");
}

static void print_json(const struct verification *all, size_t n) {
    bool first = true;
    fputs("{\n  \"version\": ", stdout);
    json_text(stdout, linger_version);
    fputs(",\n  \"checks\": [", stdout);
    for (size_t v = 0; v < n; v++)
        for (size_t i = 0; i < all[v].model->n_checks; i++) {
            fputs(first ? "\n" : ",\n", stdout);
            first = false;
            print_json_row(&all[v], &all[v].verdicts[i]);
        }
    fputs("\n  ]\n}\n", stdout);
}

/* ---- the command --------------------------------------------------------------------------------------- */

static int sum_up(const struct study_request *request, const struct verification *all, size_t n) {
    size_t checks = 0, failed = 0;
    for (size_t v = 0; v < n; v++)
        for (size_t i = 0; i < all[v].model->n_checks; i++) {
            checks++;
            if (!all[v].verdicts[i].comparison.holds) failed++;
        }
    if (request->json)
        print_json(all, n);
    else
        printf("%zu checks, %zu failed (a check holds when |z| < %.1f and ± < %.0f %%)\n", checks,
               failed, ESTIMATE_Z_LIMIT, 100 * ESTIMATE_WIDTH_LIMIT);
    return failed ? STATUS_CHECK_FAILED : STATUS_OK;
}

static int simulate(const struct study_request *request, struct verification *verification) {
    struct study study = {.points = verification->points,
                          .n_points = verification->n_points,
                          .sink = judge_point,
                          .sink_context = verification};
    struct study_outcome outcome = {0};
    if (study.n_points) outcome = study_request_run(request, &study);
    if (outcome.stopped) {
        fprintf(stderr, "linger: interrupted; no verdict\n");
        return STATUS_INTERRUPTED;
    }
    if (!request->json) print_table(verification);
    return STATUS_OK;
}

static int verify(const struct study_request *request, struct arena *arena) {
    struct diag diag = {0};
    size_t n = 0, n_models = 0;
    while (models[n_models]) n_models++;
    struct verification *all = ARENA_NEW(arena, n_models, struct verification);
    for (size_t i = 0; i < n_models; i++)
        if (!request->model || strcmp(models[i]->name, request->model) == 0)
            plan(&all[n++], request, models[i], arena, &diag);
    if (!diag_ok(&diag)) return command_complain(&diag);
    if (n == 0) return cli_usage("verify", "unknown model '%s'", request->model);
    for (size_t v = 0; v < n; v++) {
        int code = simulate(request, &all[v]);
        if (code != STATUS_OK) return code;
    }
    return sum_up(request, all, n);
}

static int run(int argc, char **argv) {
    static const enum study_option taken[] = {OPTION_MODEL,    OPTION_SEED, OPTION_REPLICATIONS,
                                              OPTION_THREADS,  OPTION_JSON, OPTION_QUIET,
                                              OPTION_HEAP_ONLY};
    struct study_request request;
    struct arena arena;
    arena_open(&arena, CLI_ARENA_BYTES);
    int code = study_request_parse(argc, argv, taken, sizeof taken / sizeof taken[0], &request,
                                   &arena);
    if (code == STATUS_OK && request.scenario_file)
        code = cli_usage("verify", "'%s'; the scenarios with a closed form are built in",
                         request.scenario_file);
    if (code == STATUS_OK) code = verify(&request, &arena);
    arena_close(&arena);
    return code;
}

const struct command command_verify = {
    .name = "verify",
    .arguments = "[options]",
    .summary = "simulation beside closed forms; fails when they differ",
    .help = "examples:\n"
            "  linger verify\n"
            "  linger verify --model mmc --seed 7\n"
            "\n"
            "Simulates the special cases that have a formula (queues of Erlang and Kleinrock,\n"
            "closed systems, renewal formulas of keep-alive). A check holds when the mean is\n"
            "within 3.3 standard errors of the exact value and the 95 % interval is narrower\n"
            "than 1 % of it to each side. Exit code 1 when one does not.\n"
            "\n"
            "options:\n"
            "  -m, --model NAME        only the checks of one model\n"
            "  -r, --replications N    30 or more; default: what each check says, or 40\n"
            "      --seed N            default 1\n"
            "      --json              one JSON object\n"
            "  -t, --threads N         default: all cores; the results do not depend on it\n"
            "  -q, --quiet             no progress line\n"
            "      --heap-only         every event through the heap (a test of the lanes)\n",
    .run = run,
};
