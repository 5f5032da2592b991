/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * linger sweep: a scenario at every combination of the levels of some parameters. Finished points are in the
 * file at once, so an interrupted sweep keeps them.
 */
#include <stdio.h>
#include <string.h>

#include "sim/interface/assertion.h"
#include "sim/interface/csv_table.h"
#include "sim/interface/differences.h"
#include "sim/interface/folder.h"
#include "sim/interface/study_report.h"

/* ---- output -------------------------------------------------------------------------------------- */

static int tell_stopped(const struct study_outcome *outcome, const struct results *results) {
    fprintf(stderr, "linger: interrupted; %zu of %zu points are finished and kept in %s\n",
            outcome->points_done, results->sweep->n_points, results->path);
    return STATUS_INTERRUPTED;
}

static int tell_failed(const char *path, int error) {
    fprintf(stderr, "linger: %s: %s\n", path, strerror(error));
    return STATUS_IO;
}

/* Talk, since results.csv says it of each point. */
static void tell_imprecise(const struct results *results) {
    size_t n = results->n_imprecise;
    if (n == 0) return;
    fprintf(stderr, "linger: %zu of %zu points did not reach the precision within the budget; column stopped says which\n",
            n, results->sweep->n_points);
}

/* The time line of the scenario as it stands, without --vary: its replication 0. */
static struct study_outcome write_series(const struct study_request *request,
                                         const struct scenario *base, struct arena *arena,
                                         struct diag *diag) {
    struct series series;
    struct study_outcome outcome = study_request_series(request, base, &series, arena);
    if (!outcome.stopped) folder_series(request, base->model, &series, arena, diag);
    return outcome;
}

/* ---- the command ------------------------------------------------------------------------------------ */

/* What belongs into a folder beside the results. An interruption here costs the time line only. */
static int finish_folder(const struct study_request *request, const struct sweep *sweep, const struct study_report *report,
                         struct arena *arena) {
    struct diag diag = {0};
    struct study_outcome outcome = {0};
    if (sweep->base->model->n_series_columns > 0)
        outcome = write_series(request, sweep->base, arena, &diag);
    if (!diag_ok(&diag)) return command_complain(&diag);
    if (outcome.stopped) {
        fprintf(stderr, "linger: interrupted; results.csv is complete, the plots are not drawn, nor is report.html written\n");
        return STATUS_INTERRUPTED;
    }
    bool drawn = folder_draw(request);
    return study_report_write(report, drawn, &diag) ? STATUS_OK : command_complain(&diag);
}

/* What a finished point goes into: results.csv or stdout, and in a folder also differences.csv and, at the end, report.html. */
struct sinks {
    struct results results;
    struct differences differences;
    struct assertions assertions;
    struct study_report report;
};

static bool take_point(void *context, size_t point, const double *values, uint32_t n_replications) {
    struct sinks *sinks = context;
    if (!results_point(&sinks->results, point, values, n_replications)) return false;
    assertions_point(&sinks->assertions, point, values, n_replications, sinks->results.estimates);
    if (!sinks->differences.file) return true;
    study_report_point(&sinks->report, point, sinks->results.estimates);
    return differences_point(&sinks->differences, point, values, n_replications);
}

static void take_pool(void *context, size_t point, const struct pooled_quantile *pooled) {
    struct sinks *sinks = context;
    results_pool(&sinks->results, point, pooled);
}

/* False after complaints. */
static bool open_sinks(struct sinks *sinks, const struct study_request *request, const struct sweep *sweep, struct arena *arena,
                       struct diag *diag) {
    const char *path = "stdout", *differences_path;
    size_t baseline = differences_baseline(sweep, request->baselines, request->n_baselines, csv_table_column, diag);
    if (!diag_ok(diag) || !assertions_open(&sinks->assertions, request, sweep, arena, diag)) return false;
    FILE *file = request->output_dir ? folder_open(request, sweep, &path, arena, diag) : stdout;
    if (!file) return false;
    sinks->results = results_open(sweep, file, path, arena);
    if (!request->output_dir) return true;
    sinks->report = study_report_open(request, sweep, arena);
    FILE *differences = folder_file(request, "differences.csv", NULL, &differences_path, arena, diag);
    if (differences) sinks->differences = differences_open(sweep, baseline, differences, differences_path, arena);
    else fclose(file);
    return differences;
}

static bool close_sinks(const struct sinks *sinks, struct diag *diag) {
    if (sinks->results.file != stdout) folder_close_file(sinks->results.file, sinks->results.path, diag);
    if (sinks->differences.file) folder_close_file(sinks->differences.file, sinks->differences.path, diag);
    return diag_ok(diag);
}

static int sweep_points(const struct study_request *request, const struct sweep *sweep,
                        struct arena *arena) {
    struct diag diag = {0};
    struct sinks sinks = {0};
    if (!open_sinks(&sinks, request, sweep, arena, &diag)) return command_complain(&diag);
    struct study study = {.points = sweep->points,
                          .n_points = sweep->n_points,
                          .sequential = true,
                          .time_budget_s = sweep->base->run.values[RUN_TIME_BUDGET].number,
                          .lines = results_lines(&sinks.results),
                          .sink = take_point,
                          .pool = take_pool,
                          .sink_context = &sinks};
    struct study_outcome outcome = study_request_run(request, &study);
    results_close(&sinks.results);
    bool closed = close_sinks(&sinks, &diag);
    if (sinks.results.error) return tell_failed(sinks.results.path, sinks.results.error);
    if (sinks.differences.error) return tell_failed(sinks.differences.path, sinks.differences.error);
    if (!closed) return command_complain(&diag);
    tell_imprecise(&sinks.results);
    if (outcome.stopped) return tell_stopped(&outcome, &sinks.results);
    return assertions_tell(&sinks.assertions, request->output_dir ? finish_folder(request, sweep, &sinks.report, arena) : STATUS_OK);
}

static int sweep_request(const struct study_request *request, struct arena *arena) {
    struct scenario base;
    struct sweep sweep;
    struct diag diag = {0};
    int code = study_request_scenario(request, &base, arena);
    if (code != STATUS_OK) return code;
    if (request->n_varies == 0)
        return cli_usage("sweep",
                         "nothing is varied; for example: --vary server.idle_limit=0,1,2,5,15,60");
    if (request->n_baselines && !request->output_dir)
        return cli_usage("sweep", "--baseline without --output DIR, where differences.csv stands");
    if (!study_request_design(request, &base, &sweep, arena, &diag)) return command_complain(&diag);
    struct warmup *warmup;
    code = study_request_prepare(request, sweep.points, sweep.n_points, &warmup, arena);
    return code == STATUS_OK ? sweep_points(request, &sweep, arena) : code;
}

static int run(int argc, char **argv) {
    static const enum study_option taken[] = {
        OPTION_VARY,     OPTION_SET,    OPTION_SEED,  OPTION_REPLICATIONS, OPTION_PRECISION, OPTION_PRECISION_MEASURES,
        OPTION_PRECISION_BUDGET, OPTION_THREADS, OPTION_BASELINE, OPTION_OUTPUT, OPTION_QUIET, OPTION_NO_PLOTS,
        OPTION_FORCE,    OPTION_HEAP_ONLY, OPTION_ASSERT};
    struct study_request request;
    struct arena arena;
    arena_open(&arena, CLI_ARENA_BYTES);
    int code = study_request_parse(argc, argv, taken, sizeof taken / sizeof taken[0], &request,
                                   &arena);
    if (code == STATUS_OK) code = sweep_request(&request, &arena);
    arena_close(&arena);
    return code;
}

const struct command command_sweep = {
    .name = "sweep",
    .arguments = "SCENARIO --vary KEY=LEVELS... [options]",
    .summary = "simulates every combination of levels: curves and plots",
    .help = "examples:\n"
            "  linger sweep inputs/scenarios/classic-100x5.ini -o outputs/classic \\\n"
            "      --vary server.keepalive=on,off --vary server.idle_limit=0,1,2,5,15,60\n"
            "  linger sweep inputs/scenarios/classic-100x5.ini -o outputs/fine \\\n"
            "      --vary 'server.idle_limit=log 0.1..100 x 20'\n"
            "\n"
            "LEVELS is a list of values and ranges, between commas:\n"
            "  0,1,2,5,15,60              these\n"
            "  1..60 step 1               from 1 to 60, both included\n"
            "  100ms..1s step 100ms       values may carry units\n"
            "  log 0.1..100 x 20          20 levels, each by the same factor above the last\n"
            "  exponential(3),uniform(1,5)    commas inside parentheses do not separate\n"
            "The parameter varied first changes slowest.\n"
            "\n"
            "options:\n"
            "  -v, --vary KEY=LEVELS   may be given several times\n"
            "  -s, --set KEY=VALUE     sets a parameter at every point\n"
            "  -r, --replications N    the same as --set run.replications=N\n"
            "  -p, --precision SHARE   adds replications (at least 10) until the measures\n"
            "                          are within SHARE (2%) of the truth, with 95 %\n"
            "                          confidence each; the output says why it stopped\n"
            "      --measures NAMES    page_response_p95,memory_total; default: the model's\n"
            "      --budget N|TIME     at most N replications a point, or 10min in all;\n"
            "                          default: 10000 replications\n"
            "      --seed N            the same as --set run.seed=N\n"
            "  -o, --output DIR        writes report.html, results.csv, differences.csv,\n"
            "                          manifest.csv and plots; without it results.csv goes\n"
            "                          to stdout\n"
            "      --baseline KEY=LEVEL  where differences.csv measures from, one parameter\n"
            "                          at a time; default: the first level of each\n"
            "      --no-plots          ... without the plots\n"
            "      --assert 'M < V'    a limit that every point must keep, by its interval;\n"
            "                          repeatable; exit code 1 when one fails or is undecided\n"
            "  -f, --force             ... also over a results.csv that linger did not write\n"
            "  -t, --threads N         default: all cores; the results do not depend on it\n"
            "  -q, --quiet             no progress line\n"
            "      --heap-only         every event through the heap (a test of the lanes)\n"
            "\n"
            "Ctrl-C stops after the replications that are running and keeps finished points\n"
            "(exit code 130); a second Ctrl-C stops at once.\n",
    .run = run,
};
