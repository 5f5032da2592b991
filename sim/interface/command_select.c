/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * linger select: which of the settings is best, with a stated probability, for as few replications as it takes.
 */
#include <stdio.h>
#include <string.h>

#include "sim/interface/folder.h"
#include "sim/interface/selection_report.h"

enum { NAME_BYTES = 96 };
static const uint64_t BUDGET_MAX = 1000000000;

/* ---- what is asked ---------------------------------------------------------------------------------- */

static int check_words(const struct study_request *request) {
    if (request->scenario_file && !request->n_varies)
        return cli_usage(request->command, "among which settings? For example: --vary server.idle_limit=1,2,5,15,60");
    if (request->scenario_file && !request->objective)
        return cli_usage(request->command, "best in what? For example: --minimise page_response");
    return STATUS_OK;
}

/* One value, read as a parameter of that type is. */
static double take_value(const struct param *param, const char *text, struct arena *arena, struct diag *diag) {
    struct param_set set = param_set_open(param, 1, arena);
    bool first = diag_ok(diag);
    if (text) param_assign(&set, 0, text, (struct place){.file = param->name}, NULL, arena, diag);
    if (first && !diag_ok(diag)) diag->status = STATUS_USAGE; /* it stands on the command line */
    return set.values[0].number;
}

static enum param_type type_of(const char *unit) {
    return strcmp(unit, "s") == 0 ? PARAM_TIME : strcmp(unit, "B") == 0 ? PARAM_BYTES : strcmp(unit, "B/s") == 0 ? PARAM_BYTE_RATE : PARAM_NUMBER;
}

/* A share where there is a percent sign, else in the unit of the measure. */
static void take_zone(const struct study_request *request, const char *unit, struct selection *selection, struct arena *arena,
                      struct diag *diag) {
    const char *text = request->indifference;
    const struct param share = {"--indifference", PARAM_SHARE, 1e-6, 1, "5%", NULL, "", ""};
    const struct param value = {"--indifference", type_of(unit), 1e-12, 1e15, "1", NULL, "", ""};
    selection->is_share = !text || strchr(text, '%');
    selection->indifference = take_value(selection->is_share ? &share : &value, text, arena, diag);
}

static void take_probability(const struct study_request *request, struct selection *selection, struct arena *arena, struct diag *diag) {
    const struct param share = {"--probability", PARAM_SHARE, 0.5, 0.9999, "95%", NULL, "", ""};
    selection->probability = take_value(&share, request->probability, arena, diag);
}

static void take_budget(const struct study_request *request, struct selection *selection, struct diag *diag) {
    long budget;
    long least = (long)selection_least_budget(selection);
    if (!request->budget) return;
    if (cli_count(request->budget, least, (long)BUDGET_MAX, &budget))
        selection->budget = (uint64_t)budget;
    else
        diag_add(diag, STATUS_USAGE, (struct place){.file = "--budget"}, "read '%.100s', allowed: %ld to %llu replications (%ld is %s%u of each)",
                 request->budget, least, (unsigned long long)BUDGET_MAX, least, selection->is_share ? "a pilot of 4 and " : "",
                 selection->first_stage);
}

/* The column that is named, with its unit; false after a complaint. */
static bool take_objective(const struct study_request *request, const struct model *model, size_t *column, const char **unit,
                           struct arena *arena, struct diag *diag) {
    char name[NAME_BYTES];
    size_t n = model_columns(model);
    const char **names = ARENA_NEW(arena, n, const char *);
    for (size_t c = 0; c < n; c++) {
        model_column(model, c, name, sizeof name);
        names[c] = arena_text(arena, name, strlen(name));
    }
    *column = model_column_find(model, request->objective);
    const char *nearest = *column < n ? NULL : cli_nearest(request->objective, names, n);
    const struct place place = {.file = request->maximise ? "--maximise" : "--minimise"};
    if (*column < n) *unit = model_column(model, *column, name, sizeof name)->unit;
    else if (nearest) diag_add(diag, STATUS_USAGE, place, "unknown measure '%.60s', did you mean '%s'?", request->objective, nearest);
    else diag_add(diag, STATUS_USAGE, place, "unknown measure '%.60s'; allowed: '%s' and the like", request->objective, names[0]);
    return *column < n;
}

/* What the command line says; what a scenario says is meant for the intervals of linger run. */
static double first_stage_of(const struct study_request *request, const struct scenario *base) {
    for (size_t i = 0; i < request->n_settings; i++)
        if (strcmp(request->settings[i].key, "run.replications") == 0) return base->run.values[RUN_REPLICATIONS].number;
    return SELECTION_FIRST_STAGE;
}

static bool read_question(const struct study_request *request, const struct sweep *sweep, struct selection *selection, size_t *column,
                          const char **unit, struct arena *arena, struct diag *diag) {
    double first_stage = first_stage_of(request, sweep->base);
    *selection = (struct selection){.n_settings = sweep->n_points, .minimise = !request->maximise, .first_stage = (uint32_t)first_stage};
    if (first_stage < 2)
        diag_add(diag, STATUS_SCENARIO, (struct place){.file = "run.replications"}, "read %.0f, allowed: 2 or more, the first stage of each setting",
                 first_stage);
    if (sweep->n_points > SELECTION_SETTINGS_MAX)
        diag_add(diag, STATUS_USAGE, (struct place){.file = "--vary"}, "%zu settings; allowed: %d", sweep->n_points, SELECTION_SETTINGS_MAX);
    if (!take_objective(request, sweep->base->model, column, unit, arena, diag)) return false;
    take_zone(request, *unit, selection, arena, diag);
    take_probability(request, selection, arena, diag);
    take_budget(request, selection, diag);
    return diag_ok(diag);
}

/* ---- the answer --------------------------------------------------------------------------------------- */

static int complain(const struct selection_report *report) {
    char setting[512];
    selection_report_setting(report->sweep, report->selection->best, setting, sizeof setting);
    switch (report->selection->end) {
    case SELECTION_UNOBSERVED:
        fprintf(stderr, "linger: %s: a replication observed no %s, so this setting cannot be ranked; a longer run.horizon may help\n", setting,
                report->measure);
        return STATUS_SCENARIO;
    case SELECTION_NO_ZONE:
        fprintf(stderr, "linger: --indifference: the best %s of the pilot is 0, and a share of it too; allowed: a value above 0\n", report->measure);
        return STATUS_USAGE;
    default: fprintf(stderr, "linger: interrupted; nothing was finished\n"); return STATUS_INTERRUPTED;
    }
}

static int tell(const struct study_request *request, const struct selection_report *report, FILE *file, const char *path) {
    struct diag diag = {0};
    if (file) {
        selection_report_csv(file, report);
        folder_close_file(file, path, &diag);
    }
    if (request->json) selection_report_json(stdout, report);
    else selection_report_table(stdout, report);
    if (!diag_ok(&diag)) return command_complain(&diag);
    return report->selection->end == SELECTION_DECIDED ? STATUS_OK : STATUS_CHECK_FAILED;
}

static struct study_outcome run_study(void *context, struct study *study) { return study_request_run(context, study); }

static int select_best(struct study_request *request, struct arena *arena) {
    struct scenario base;
    struct sweep sweep;
    struct selection selection;
    struct diag diag = {0};
    size_t column;
    const char *unit, *path = NULL;
    FILE *file = NULL;
    int code = check_words(request);
    if (code == STATUS_OK) code = study_request_scenario(request, &base, arena);
    if (code != STATUS_OK) return code;
    if (!study_request_design(request, &base, &sweep, arena, &diag) ||
        !read_question(request, &sweep, &selection, &column, &unit, arena, &diag))
        return command_complain(&diag);
    struct warmup *warmup;
    code = study_request_prepare(request, sweep.points, sweep.n_points, &warmup, arena);
    if (code != STATUS_OK) return code;
    if (request->output_dir) file = folder_file(request, "selection.csv", "manifest.csv", &path, arena, &diag);
    if (file) folder_manifest(request, "manifest.csv", &sweep, arena, &diag);
    if (!diag_ok(&diag)) return command_complain(&diag);
    struct selection_study sampler = {.points = sweep.points, .n_points = sweep.n_points, .column = column, .run_study = run_study,
                                      .context = request, .arena = arena};
    selection.sample = selection_sample_study;
    selection.context = &sampler;
    selection_run(&selection, arena);
    struct selection_report report = {&selection, &sweep, request->objective, unit};
    if (selection.end == SELECTION_DECIDED || selection.end == SELECTION_BUDGET) return tell(request, &report, file, path);
    if (file) fclose(file);
    return complain(&report);
}

static int run(int argc, char **argv) {
    static const enum study_option taken[] = {OPTION_VARY,        OPTION_MINIMISE, OPTION_MAXIMISE, OPTION_INDIFFERENCE, OPTION_PROBABILITY,
                                              OPTION_BUDGET,      OPTION_SET,      OPTION_SEED,     OPTION_REPLICATIONS, OPTION_THREADS,
                                              OPTION_OUTPUT,      OPTION_FORCE,    OPTION_JSON,     OPTION_QUIET};
    struct study_request request;
    struct arena arena;
    arena_open(&arena, CLI_ARENA_BYTES);
    int code = study_request_parse(argc, argv, taken, sizeof taken / sizeof taken[0], &request, &arena);
    if (code == STATUS_OK) code = select_best(&request, &arena);
    arena_close(&arena);
    return code;
}

const struct command command_select = {
    .name = "select",
    .arguments = "SCENARIO --vary KEY=LEVELS... --minimise MEASURE [options]",
    .summary = "the best of some settings, with a stated probability",
    .help = "examples:\n"
            "  linger select inputs/scenarios/static-site.ini --minimise page_response \\\n"
            "      --vary server.idle_limit=1,2,5,15,60\n"
            "  linger select inputs/scenarios/lesson-4-timeout.ini --minimise page_response \\\n"
            "      --vary 'server.idle_limit=log 0.5..60 x 12' --indifference 2ms \\\n"
            "      --probability 99% --budget 2000\n"
            "\n"
            "Every setting gets a first stage of replications; then one more at a time, until\n"
            "all but one are worse for certain enough (procedure KN of Kim and Nelson, 2001).\n"
            "A smaller difference than the indifference zone is taken not to matter. All\n"
            "settings see the same random numbers, which makes it fast.\n"
            "\n"
            "options:\n"
            "  -v, --vary KEY=LEVELS   the settings, as in linger sweep; repeatable\n"
            "      --minimise MEASURE  best is the least; --maximise MEASURE: the largest\n"
            "      --indifference D    5% of the best (default), or a value: 10ms, 20MB, 0.5\n"
            "      --probability P     default: 95%\n"
            "      --budget N          gives up after N replications of all settings together\n"
            "                          (exit code 1: not decided)\n"
            "  -r, --replications N    first stage of each setting; default: 10\n"
            "  -s, --set KEY=VALUE     sets a parameter of all settings\n"
            "      --seed N            the same as --set run.seed=N\n"
            "  -o, --output DIR        writes selection.csv and manifest.csv\n"
            "  -f, --force             ... also over one that linger did not write\n"
            "      --json              one JSON object, SI units, instead of the table\n"
            "  -t, --threads N         default: all cores; the results do not depend on it\n"
            "  -q, --quiet             no progress line\n",
    .run = run,
};
