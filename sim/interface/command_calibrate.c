/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * linger calibrate: from measurements to parameters, with how sure they are.
 */
#include <stdio.h>
#include <string.h>

#include "sim/interface/calibration_report.h"
#include "sim/interface/measurement_file.h"
#include "sim/interface/output_file.h"
#include "sim/interface/study_request.h"

/* ---- input ------------------------------------------------------------------------------------------ */

static int check_words(const struct study_request *request) {
    if (!request->scenario_file || !request->data_file)
        return cli_usage(request->command, "which %s? For example: linger calibrate inputs/scenarios/measured-prefork.ini "
                                           "tests/measured/calibrate-prefork.csv --fit cpu.connection",
                         request->scenario_file ? "data" : "scenario");
    if (request->n_fits == 0)
        return cli_usage(request->command, "which parameters? For example: --fit cpu.connection --fit cpu.wake");
    if (request->n_fits > CALIBRATION_PARAMS_MAX)
        return cli_usage(request->command, "%zu times --fit; allowed: %d", request->n_fits, CALIBRATION_PARAMS_MAX);
    if (strcmp(request->scenario_file, "-") == 0 && strcmp(request->data_file, "-") == 0)
        return cli_usage(request->command, "stdin cannot be both the scenario and the data");
    return STATUS_OK;
}

static bool open_params(const struct study_request *request, const struct scenario *scenario, struct calibrated *params,
                        struct diag *diag) {
    for (size_t i = 0; i < request->n_fits; i++) {
        calibrated_open(&params[i], request->fits[i], scenario, diag);
        for (size_t earlier = 0; earlier < i; earlier++)
            if (strcmp(request->fits[i], request->fits[earlier]) == 0)
                diag_add(diag, STATUS_USAGE, (struct place){.file = "--fit", .column = request->fits[i]}, "is given twice");
    }
    return diag_ok(diag);
}

/* ---- the command ----------------------------------------------------------------------------------------- */

static struct study_outcome run_study(void *context, struct study *study) { return study_request_run(context, study); }

/* STATUS_OK, or the exit code after messages. */
static int fit(struct study_request *request, struct calibration *calibration, struct arena *arena) {
    struct diag diag = {0};
    calibration->run_study = run_study;
    calibration->context = request;
    if (calibration_run(calibration, arena, &diag)) return STATUS_OK;
    if (!calibration->stopped) return command_complain(&diag);
    fprintf(stderr, "linger: interrupted; nothing was finished\n");
    return STATUS_INTERRUPTED;
}

static int write_lines(struct output_file *output, const struct calibration_report *report) {
    if (output->file && output_file_begin(output)) calibration_report_ini(output->file, report);
    return output_file_close(output);
}

static int tell(const struct study_request *request, struct output_file *output, const struct calibration_report *report) {
    bool to_file = output->file != NULL, only_lines = output->path && !to_file;
    int code = write_lines(output, report);
    FILE *out = only_lines ? stderr : stdout;
    if (request->json)
        calibration_report_json(out, report);
    else
        calibration_report_table(out, report);
    if (to_file && !request->json) printf("\nlines for a scenario: %s\n", output->path);
    if (!output->path && !request->json) printf("\n");
    if (only_lines || (!output->path && !request->json)) calibration_report_ini(stdout, report);
    return code;
}

static int calibrate(struct study_request *request, struct arena *arena) {
    struct scenario scenario;
    struct measurements data;
    struct output_file output;
    struct diag diag = {0};
    struct calibrated *params = ARENA_NEW(arena, request->n_fits, struct calibrated);
    int code = study_request_scenario(request, &scenario, arena);
    if (code != STATUS_OK) return code;
    struct measurement_request wanted = {.file = request->data_file,
                                         .ignored = request->ignores,
                                         .n_ignored = request->n_ignores,
                                         .measures = request->measures,
                                         .fitted = params,
                                         .n_fitted = request->n_fits};
    if (!open_params(request, &scenario, params, &diag) || !measurement_file_read(&wanted, &scenario, &data, arena, &diag))
        return command_complain(&diag);
    struct warmup *found; /* once, at the values of the scenario: every evaluation sees the same window */
    code = study_request_prepare(request, data.points, data.n_points, &found, arena);
    if (code == STATUS_OK) code = output_file_open(&output, request->output_dir, request->force);
    if (code != STATUS_OK) return code;
    struct calibration calibration = {.data = &data, .params = params, .n_params = request->n_fits};
    code = fit(request, &calibration, arena);
    if (code != STATUS_OK) {
        output_file_forget(&output);
        return code;
    }
    return tell(request, &output, &(struct calibration_report){&calibration, &scenario, request->data_file});
}

static int run(int argc, char **argv) {
    static const enum study_option taken[] = {OPTION_FIT,     OPTION_MEASURES, OPTION_IGNORE, OPTION_SET,
                                              OPTION_SEED,    OPTION_REPLICATIONS, OPTION_THREADS,
                                              OPTION_OUTPUT_FILE, OPTION_JSON, OPTION_QUIET,  OPTION_FORCE};
    struct study_request request;
    struct arena arena;
    arena_open(&arena, CLI_ARENA_BYTES);
    int code = study_request_parse(argc, argv, taken, sizeof taken / sizeof taken[0], &request, &arena);
    if (code == STATUS_OK) code = check_words(&request);
    if (code == STATUS_OK) code = calibrate(&request, &arena);
    arena_close(&arena);
    return code;
}

const struct command command_calibrate = {
    .name = "calibrate",
    .arguments = "SCENARIO DATA.csv --fit KEY... [options]",
    .summary = "fits parameters to measurements, and says how sure they are",
    .help = "examples:\n"
            "  linger calibrate inputs/scenarios/measured-prefork.ini \\\n"
            "      tests/measured/calibrate-prefork.csv --fit cpu.connection --fit cpu.wake\n"
            "  linger calibrate mine.ini samples.csv --fit memory.daemon_private \\\n"
            "      --measures memory_pss -o memory.ini\n"
            "\n"
            "DATA is a CSV, one row a point of measurement; - reads it from stdin. Columns:\n"
            "  a parameter (server.idle_limit)  the setting there, as in --set\n"
            "  a result (cpu_utilisation)       what was measured there, in SI units;\n"
            "                                   an empty cell was not measured\n"
            "  point, weight                    a name; how many rows this one counts for\n"
            "\n"
            "The parameters of --fit are moved, from where the scenario has them and within\n"
            "what linger params allows, until simulated / measured - 1 is least in squares.\n"
            "The 95 % interval answers for errors of measurement and for chance in the\n"
            "simulation, not for a mechanism that the model lacks.\n"
            "\n"
            "options:\n"
            "      --fit KEY           a parameter to find, a number; repeatable\n"
            "      --measures A,B      fit to these results only; default: all in DATA\n"
            "      --ignore COLUMN     a column of DATA that means nothing here; repeatable\n"
            "  -s, --set KEY=VALUE     sets a parameter for all points\n"
            "  -r, --replications N    of each point in each evaluation\n"
            "      --seed N            the same as --set run.seed=N\n"
            "  -o, --output FILE       writes the lines for a scenario there, not below the\n"
            "                          table; -: only they go to stdout\n"
            "  -f, --force             ... also over a file that exists\n"
            "      --json              one JSON object, SI units, instead of the table\n"
            "  -t, --threads N         default: all cores; the results do not depend on it\n"
            "  -q, --quiet             no progress line\n",
    .run = run,
};
