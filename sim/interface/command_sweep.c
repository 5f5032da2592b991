/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * linger sweep: a scenario at every combination of the levels of some parameters. Finished points are in the
 * file at once, so an interrupted sweep keeps them.
 */
#include <stdio.h>
#include <string.h>

#include "sim/interface/csv_table.h"
#include "sim/interface/folder.h"

/* ---- input ------------------------------------------------------------------------------------- */

static bool read_design(const struct study_request *request, const struct scenario *base,
                        struct sweep *sweep, struct arena *arena, struct diag *diag) {
    struct factor *factors = ARENA_NEW(arena, request->n_varies, struct factor);
    bool ok = true;
    for (size_t f = 0; f < request->n_varies; f++)
        if (!factor_parse(request->varies[f], base, &factors[f], csv_table_column, arena, diag))
            ok = false;
    return ok && sweep_open(sweep, base, factors, request->n_varies, csv_table_column, arena, diag);
}

/* ---- output -------------------------------------------------------------------------------------- */

static int tell_stopped(const struct study_outcome *outcome, const struct results *results) {
    fprintf(stderr, "linger: interrupted; %zu of %zu points are finished and kept in %s\n",
            outcome->points_done, results->sweep->n_points, results->path);
    return STATUS_INTERRUPTED;
}

static int tell_failed(const struct results *results) {
    fprintf(stderr, "linger: %s: %s\n", results->path, strerror(results->error));
    return STATUS_IO;
}

/* The time line of the scenario as it stands, without --vary: its replication 0. */
static struct study_outcome write_series(const struct study_request *request,
                                         const struct scenario *base, struct arena *arena,
                                         struct diag *diag) {
    struct scenario once = scenario_copy(base, arena);
    struct series series = replication_series(base, arena);
    struct study study = {.points = &once, .n_points = 1, .series = &series};
    scenario_assign(&once, "run.replications", "1", (struct place){0}, NULL, diag);
    struct study_outcome outcome = study_request_run(request, &study);
    if (!outcome.stopped) folder_series(request, base->model, &series, arena, diag);
    return outcome;
}

/* ---- the command ------------------------------------------------------------------------------------ */

/* What belongs into a folder beside the results. An interruption here costs the time line only. */
static int finish_folder(const struct study_request *request, const struct sweep *sweep,
                         struct arena *arena) {
    struct diag diag = {0};
    struct study_outcome outcome = {0};
    if (sweep->base->model->n_series_columns > 0)
        outcome = write_series(request, sweep->base, arena, &diag);
    if (!diag_ok(&diag)) return command_complain(&diag);
    if (!outcome.stopped)
        folder_draw(request);
    else
        fprintf(stderr, "linger: interrupted; results.csv is complete, the plots are not drawn\n");
    return outcome.stopped ? STATUS_INTERRUPTED : STATUS_OK;
}

static int sweep_points(const struct study_request *request, const struct sweep *sweep,
                        struct arena *arena) {
    struct diag diag = {0};
    const char *path = "stdout";
    FILE *file = request->output_dir ? folder_open(request, sweep, &path, arena, &diag) : stdout;
    if (!file) return command_complain(&diag);
    struct results results = results_open(sweep, file, path, arena);
    struct study study = {.points = sweep->points,
                          .n_points = sweep->n_points,
                          .sink = results_point,
                          .sink_context = &results};
    struct study_outcome outcome = study_request_run(request, &study);
    bool closed = file == stdout || folder_close_file(file, path, &diag);
    if (outcome.sink_failed) return tell_failed(&results);
    if (!closed) return command_complain(&diag);
    if (outcome.stopped) return tell_stopped(&outcome, &results);
    return request->output_dir ? finish_folder(request, sweep, arena) : STATUS_OK;
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
    if (!read_design(request, &base, &sweep, arena, &diag)) return command_complain(&diag);
    return sweep_points(request, &sweep, arena);
}

static int run(int argc, char **argv) {
    static const enum study_option taken[] = {
        OPTION_VARY,   OPTION_SET,   OPTION_SEED,     OPTION_REPLICATIONS, OPTION_THREADS,
        OPTION_OUTPUT, OPTION_QUIET, OPTION_NO_PLOTS, OPTION_FORCE,        OPTION_HEAP_ONLY};
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
            "      --seed N            the same as --set run.seed=N\n"
            "  -o, --output DIR        writes results.csv, manifest.csv and plots; without it\n"
            "                          results.csv goes to stdout\n"
            "      --no-plots          ... without the plots\n"
            "  -f, --force             ... also over a results.csv that linger did not write\n"
            "  -t, --threads N         default: all cores; the results do not depend on it\n"
            "  -q, --quiet             no progress line\n"
            "      --heap-only         every event through the heap (a test of the lanes)\n"
            "\n"
            "Ctrl-C stops after the replications that are running and keeps finished points\n"
            "(exit code 130); a second Ctrl-C stops at once.\n",
    .run = run,
};
