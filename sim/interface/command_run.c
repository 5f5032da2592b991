/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * linger run: one scenario. A table for people, or JSON; with -o also the files and pictures of a study.
 */
#include <stdio.h>

#include "sim/interface/assertion.h"
#include "sim/interface/folder.h"
#include "sim/interface/report.h"
#include "sim/interface/study_report.h"

/* A study of one point, and where its files are. */
struct simulated {
    struct sweep sweep;
    struct results results;
    struct assertions assertions;
    struct series series;
    struct warmup *warmup; /* n_columns 0: not searched for */
    FILE *file; /* results.csv; NULL without -o */
    const char *path;
};

/* The point goes into the results, and is judged. */
static bool take_point(void *context, size_t point, const double *values, uint32_t n_replications) {
    struct simulated *simulated = context;
    bool written = results_point(&simulated->results, point, values, n_replications);
    assertions_point(&simulated->assertions, point, values, n_replications, simulated->results.estimates);
    return written;
}

static void take_pool(void *context, size_t point, const struct pooled_quantile *pooled) {
    struct simulated *simulated = context;
    results_pool(&simulated->results, point, pooled);
}

static int simulate(const struct study_request *request, struct simulated *simulated,
                    struct arena *arena) {
    struct diag diag = {0};
    const struct scenario *scenario = simulated->sweep.base;
    bool has_series = request->output_dir && scenario->model->n_series_columns > 0;
    if (request->output_dir) {
        simulated->file = folder_open(request, &simulated->sweep, &simulated->path, arena, &diag);
        if (!simulated->file) return command_complain(&diag);
    }
    simulated->results = results_open(&simulated->sweep, simulated->file, simulated->path, arena);
    struct time_lines *lines = results_lines(&simulated->results);
    if (has_series && !lines) simulated->series = replication_series(scenario, arena);
    struct study study = {.points = simulated->sweep.points,
                          .n_points = 1,
                          .sequential = true,
                          .time_budget_s = scenario->run.values[RUN_TIME_BUDGET].number,
                          .series = has_series && !lines ? &simulated->series : NULL,
                          .lines = lines,
                           .sink = take_point,
                           .pool = take_pool,
                           .sink_context = simulated};
    struct study_outcome outcome = study_request_run(request, &study);
    results_close(&simulated->results);
    if (has_series && lines && !outcome.stopped) /* a replication has one time line: that of the batches is another */
        outcome = study_request_series(request, scenario, &simulated->series, arena);
    if (simulated->file) folder_close_file(simulated->file, simulated->path, &diag);
    if (!outcome.stopped && has_series)
        folder_series(request, scenario->model, &simulated->series, arena, &diag);
    if (!outcome.stopped && request->output_dir && simulated->warmup->n_columns)
        folder_warmup(request, simulated->warmup, arena, &diag);
    if (!diag_ok(&diag)) return command_complain(&diag);
    if (!outcome.stopped) return STATUS_OK;
    fprintf(stderr, "linger: interrupted; nothing was finished\n");
    return STATUS_INTERRUPTED;
}

static void tell(const struct study_request *request, const struct simulated *simulated, struct arena *arena) {
    const struct scenario *scenario = &simulated->sweep.points[0];
    size_t columns = model_columns(scenario->model);
    const struct closed_form **forms = ARENA_NEW(arena, columns, const struct closed_form *);
    double *exact = ARENA_NEW(arena, columns, double);
    struct report report = {.scenario = scenario,
                            .estimates = simulated->results.estimates,
                            .look = &simulated->results.look,
                            .warmup = simulated->warmup,
                            .n_forms = closed_form_find(scenario, forms, exact),
                            .forms = forms,
                            .exact = exact};
    if (request->json)
        report_json(stdout, &report);
    else
        report_table(stdout, &report);
    fflush(stdout);
    report_warn(&report);
}

/* The pictures and report.html. */
static int finish_folder(const struct study_request *request, const struct simulated *simulated, struct arena *arena) {
    struct diag diag = {0};
    bool drawn = folder_draw(request);
    struct study_report report = study_report_open(request, &simulated->sweep, arena);
    study_report_point(&report, 0, simulated->results.estimates);
    return study_report_write(&report, drawn, &diag) ? STATUS_OK : command_complain(&diag);
}

static int run_request(const struct study_request *request, struct arena *arena) {
    struct scenario scenario;
    struct simulated simulated = {0};
    struct diag diag = {0};
    int code = study_request_scenario(request, &scenario, arena);
    if (code != STATUS_OK) return code;
    if (!sweep_open(&simulated.sweep, &scenario, NULL, 0, NULL, arena, &diag) ||
        !assertions_open(&simulated.assertions, request, &simulated.sweep, arena, &diag))
        return command_complain(&diag);
    code = study_request_prepare(request, simulated.sweep.points, 1, &simulated.warmup, arena);
    if (code == STATUS_OK) code = simulate(request, &simulated, arena);
    if (code != STATUS_OK) return code;
    tell(request, &simulated, arena);
    return assertions_tell(&simulated.assertions, request->output_dir ? finish_folder(request, &simulated, arena) : STATUS_OK);
}

static int run(int argc, char **argv) {
    static const enum study_option taken[] = {
        OPTION_SET,       OPTION_SEED,   OPTION_REPLICATIONS, OPTION_PRECISION, OPTION_PRECISION_MEASURES,
        OPTION_PRECISION_BUDGET, OPTION_THREADS, OPTION_OUTPUT, OPTION_JSON, OPTION_QUIET,
        OPTION_NO_PLOTS, OPTION_FORCE, OPTION_HEAP_ONLY, OPTION_ASSERT};
    struct study_request request;
    struct arena arena;
    arena_open(&arena, CLI_ARENA_BYTES);
    int code = study_request_parse(argc, argv, taken, sizeof taken / sizeof taken[0], &request,
                                   &arena);
    if (code == STATUS_OK) code = run_request(&request, &arena);
    arena_close(&arena);
    return code;
}

const struct command command_run = {
    .name = "run",
    .arguments = "SCENARIO [--set KEY=VALUE]... [options]",
    .summary = "simulates one scenario: a table, JSON, or a folder of results",
    .help = "examples:\n"
            "  linger run inputs/scenarios/classic-100x5.ini\n"
            "  linger run inputs/scenarios/classic-100x5.ini --set server.keepalive=off\n"
            "  linger run inputs/scenarios/classic-100x5.ini --json > off.json\n"
            "  linger run inputs/scenarios/classic-100x5.ini -o outputs/classic\n"
            "  linger run inputs/scenarios/static-site.ini --assert 'page_response_p95 < 500ms'\n"
            "\n"
            "SCENARIO is an INI file; - reads it from stdin. Where theory has a formula, the\n"
            "exact value stands beside the simulated one; a warning says if they disagree.\n"
            "\n"
            "options:\n"
            "  -s, --set KEY=VALUE     sets a parameter; linger params lists them\n"
            "  -r, --replications N    the same as --set run.replications=N\n"
            "  -p, --precision SHARE   adds replications (at least 10) until the measures\n"
            "                          are within SHARE (2%) of the truth, with 95 %\n"
            "                          confidence each; the output says why it stopped\n"
            "      --measures NAMES    page_response_p95,memory_total; default: the model's\n"
            "      --budget N|TIME     at most N replications, or so much time, such as 60s;\n"
            "                          default: 10000 replications\n"
            "      --seed N            the same as --set run.seed=N\n"
            "  -o, --output DIR        writes report.html, results.csv, manifest.csv,\n"
            "                          series.csv and plots, and warmup.csv where a warm-up\n"
            "                          was found\n"
            "      --no-plots          ... without the plots\n"
            "  -f, --force             ... also over a results.csv that linger did not write\n"
            "      --assert 'M < V'    a limit that a result must keep, by its interval; repeatable;\n"
            "                          exit code 1 when one fails or is undecided\n"
            "      --json              one JSON object, SI units, instead of the table\n"
            "  -t, --threads N         default: all cores; the results do not depend on it\n"
            "  -q, --quiet             no progress line\n"
            "      --heap-only         every event through the heap (a test of the lanes)\n",
    .run = run,
};
