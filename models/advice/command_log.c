/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * linger log: the access log that a simulated server would have written.
 */
#include <stdio.h>
#include <string.h>

#include "models/advice/advice.h"
#include "models/advice/log_time.h"
#include "models/models.h"
#include "models/web/connection.h"
#include "sim/interface/output_file.h"
#include "sim/interface/study_request.h"

/* Simulations have no date; this is a Monday. */
#define FIRST_DAY_US (INT64_C(1704067200) * MICROSECONDS) /* 2024-01-01 00:00:00 UTC */
#define ROWS_MAX ((size_t)1 << 28)

/* "[01/Jan/2024:00:00:00 +0000]": of "2024-01-01 00:00:00". */
static void write_time(FILE *out, double time_s) {
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    char text[LOG_TIME_BYTES];
    log_time_print(FIRST_DAY_US + (int64_t)time_s * MICROSECONDS, text);
    int month = (text[5] - '0') * 10 + (text[6] - '0');
    fprintf(out, "[%.2s/%.3s/%.4s:%.8s +0000]", text + 8, months + 3 * (month - 1), text, text + 11);
}

/* Users have addresses of their own: their numbers in 10.0.0.0/8. */
static void write_row(FILE *out, const struct journal_row *row, size_t i) {
    uint32_t user = row->customer;
    fprintf(out, "10.%u.%u.%u - - ", user >> 16 & 255, user >> 8 & 255, user & 255);
    write_time(out, row->time_s);
    if (row->kind & REQUEST_DYNAMIC) fprintf(out, " \"GET /article.php?id=%zu HTTP/1.1\"", i % 1000);
    else if (row->kind & REQUEST_DOCUMENT) fprintf(out, " \"GET /page-%zu.html HTTP/1.1\"", i % 1000);
    else fprintf(out, " \"GET /static/%zu.png HTTP/1.1\"", i % 5000);
    fprintf(out, " 200 %.0f \"-\" \"Mozilla/5.0 (simulated by linger)\"\n", row->bytes);
}

static int write_log(const struct study_request *request, const struct scenario *scenario, struct arena *arena) {
    struct journal journal = {.rows_max = ROWS_MAX, .rows = ARENA_NEW(arena, ROWS_MAX, struct journal_row)};
    struct replication replication = {.scenario = scenario, .journal = &journal};
    struct output_file output;
    struct arena own;
    int code = output_file_open(&output, request->output_dir, request->force);
    if (code != STATUS_OK) return code;
    double warmup_s = scenario->run.values[RUN_WARMUP].number;
    arena_open(&own, replication_arena_bytes(scenario));
    replication_run(&replication, &own, ARENA_NEW(arena, model_columns(scenario->model), double));
    arena_close(&own);
    bool ready = !output.file || output_file_begin(&output);
    for (size_t i = 0; i < journal.n && ready; i++)
        if (journal.rows[i].time_s >= warmup_s) write_row(output.file ? output.file : stdout, &journal.rows[i], i);
    return output_file_close(&output);
}

static int run(int argc, char **argv) {
    static const enum study_option taken[] = {OPTION_SET, OPTION_SEED, OPTION_OUTPUT_FILE, OPTION_FORCE};
    struct study_request request;
    struct scenario scenario;
    struct arena arena;
    arena_open(&arena, CLI_ARENA_BYTES);
    int code = study_request_parse(argc, argv, taken, sizeof taken / sizeof taken[0], &request, &arena);
    if (code == STATUS_OK) code = study_request_scenario(&request, &scenario, &arena);
    if (code == STATUS_OK && scenario.model != &model_web) code = cli_usage("log", "model %s has no web server", scenario.model->name);
    if (code == STATUS_OK) code = write_log(&request, &scenario, &arena);
    arena_close(&arena);
    return code;
}

const struct command command_log = {
    .name = "log",
    .arguments = "SCENARIO [-o FILE] [--set KEY=VALUE]...",
    .summary = "the access log that a simulated server would have written",
    .help = "examples:\n"
            "  linger log inputs/scenarios/static-site.ini -o access.log\n"
            "  linger log inputs/scenarios/classic-100x5.ini | linger import -\n"
            "\n"
            "One replication of SCENARIO, after its warm-up, in Apache's combined format.\n"
            "Stamps are whole seconds, as those of a real log; the first day is 2024-01-01.\n"
            "\n"
            "options:\n"
            "  -s, --set KEY=VALUE     sets a parameter; linger params lists them\n"
            "      --seed N            the same as --set run.seed=N\n"
            "  -o, --output FILE       instead of stdout\n"
            "  -f, --force             ... also over a file that exists\n",
    .run = run,
};
