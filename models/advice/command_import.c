/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * linger import: from logs to a workload, and what every idle limit would have done to them.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/advice/advice.h"
#include "models/advice/import.h"
#include "models/models.h"
#include "sim/experiment/factor.h"
#include "sim/interface/cli.h"
#include "sim/interface/output_file.h"

/* ---- words -------------------------------------------------------------------------------------------- */

enum option {
    OPTION_FORMAT, OPTION_HOST, OPTION_AS, OPTION_OUTPUT, OPTION_SCENARIO, OPTION_CURVE, OPTION_TIMEOUTS, OPTION_COST, OPTION_PAGE_GAP,
    OPTION_VISIT_GAP, OPTION_RATE_STEP, OPTION_NO_RATES, OPTION_REQUEST_LIMIT, OPTION_TIE, OPTION_KEEP_ADDRESSES, OPTION_FORCE,
    OPTION_QUIET
};

static const struct cli_option options[] = {
    {OPTION_FORMAT, "format", 0, "FORMAT"},
    {OPTION_HOST, "host", 0, "HOST"},
    {OPTION_AS, "as", 0, "classes|trace"},
    {OPTION_OUTPUT, "output", 'o', "FILE.csv"},
    {OPTION_SCENARIO, "scenario", 0, "FILE.ini"},
    {OPTION_CURVE, "curve", 0, "FILE.csv"},
    {OPTION_TIMEOUTS, "timeouts", 0, "LEVELS"},
    {OPTION_COST, "opening-cost", 0, "TIME"},
    {OPTION_PAGE_GAP, "page-gap", 0, "TIME"},
    {OPTION_VISIT_GAP, "visit-gap", 0, "TIME"},
    {OPTION_RATE_STEP, "rate-step", 0, "TIME"},
    {OPTION_NO_RATES, "no-rates", 0, NULL},
    {OPTION_REQUEST_LIMIT, "request-limit", 0, "N"},
    {OPTION_TIE, "tie", 0, "timer|request"},
    {OPTION_KEEP_ADDRESSES, "keep-addresses", 0, NULL},
    {OPTION_FORCE, "force", 'f', NULL},
    {OPTION_QUIET, "quiet", 'q', NULL},
};

/* The arguments that are values, read as values of a scenario are. */
enum { VALUE_COST, VALUE_PAGE_GAP, VALUE_VISIT_GAP, VALUE_RATE_STEP, VALUE_REQUEST_LIMIT, VALUES };
static const struct param values[VALUES] = {
    [VALUE_COST] = {"--opening-cost", PARAM_TIME, 0, 1e9, "0", NULL, NULL, NULL},
    [VALUE_PAGE_GAP] = {"--page-gap", PARAM_TIME, 1e-6, 1e6, "1s", NULL, NULL, NULL},
    [VALUE_VISIT_GAP] = {"--visit-gap", PARAM_TIME, 1e-6, 1e9, "30min", NULL, NULL, NULL},
    [VALUE_RATE_STEP] = {"--rate-step", PARAM_TIME, 1, 1e9, "1h", NULL, NULL, NULL},
    [VALUE_REQUEST_LIMIT] = {"--request-limit", PARAM_COUNT, 0, 4e9, "0", NULL, NULL, NULL},
};

/* Reading of words: what is wrong is gathered in `diag`. */
struct words {
    struct import_request *request;
    struct param_set values;
    struct arena *arena;
    struct diag diag;
    const char *format, *as, *tie;
    const char *timeouts;
};

static void take_value(struct words *words, size_t which, const char *text) {
    size_t complaints = words->diag.count;
    param_assign(&words->values, which, text, (struct place){.file = values[which].name}, NULL, words->arena, &words->diag);
    if (complaints == 0 && words->diag.count) words->diag.status = STATUS_USAGE;
}

static void take_option(struct words *words, int id, const char *value) {
    struct import_request *request = words->request;
    switch (id) {
    case CLI_OPERAND: request->files[request->n_files++] = value; break;
    case OPTION_FORMAT: words->format = value; break;
    case OPTION_HOST: request->reading.host = value; break;
    case OPTION_AS: words->as = value; break;
    case OPTION_OUTPUT: request->output = value; break;
    case OPTION_SCENARIO: request->scenario = value; break;
    case OPTION_CURVE: request->curve = value; break;
    case OPTION_TIMEOUTS: words->timeouts = value; break;
    case OPTION_COST: take_value(words, VALUE_COST, value); break;
    case OPTION_PAGE_GAP: take_value(words, VALUE_PAGE_GAP, value); break;
    case OPTION_VISIT_GAP: take_value(words, VALUE_VISIT_GAP, value); break;
    case OPTION_RATE_STEP: take_value(words, VALUE_RATE_STEP, value); break;
    case OPTION_NO_RATES: request->no_rates = true; break;
    case OPTION_REQUEST_LIMIT: take_value(words, VALUE_REQUEST_LIMIT, value); break;
    case OPTION_TIE: words->tie = value; break;
    case OPTION_KEEP_ADDRESSES: request->keeps_names = true; break;
    case OPTION_FORCE: request->force = true; break;
    default: request->quiet = true;
    }
}

static void choose_word(struct words *words, const char *option, const char *word, const char *first, const char *second, bool *is_second) {
    *is_second = word && strcmp(word, second) == 0;
    if (word && !*is_second && strcmp(word, first) != 0)
        diag_add(&words->diag, STATUS_USAGE, (struct place){.file = option}, "read '%.60s', allowed: %s, %s", word, first, second);
}

static void choose_format(struct words *words) {
    struct log_reading *reading = &words->request->reading;
    if (!words->format) return;
    reading->form = strcmp(words->format, "har") == 0 ? FORM_HAR : strcmp(words->format, "csv") == 0 ? FORM_CSV : FORM_LINES;
    if (reading->form != FORM_LINES) return;
    struct log_format *format = ARENA_NEW(words->arena, 1, struct log_format);
    if (log_format_parse(words->format, format, words->arena, &words->diag)) reading->format = format;
}

/* The levels are those of --vary server.idle_limit, by which they are read. */
static void choose_timeouts(struct words *words) {
    static const char key[] = "server.idle_limit=";
    struct factor factor;
    if (!words->timeouts) return;
    struct scenario scenario = scenario_open(&model_web, "import", words->arena);
    char *text = ARENA_NEW(words->arena, sizeof key + strlen(words->timeouts), char);
    memcpy(text, key, sizeof key - 1);
    memcpy(text + sizeof key - 1, words->timeouts, strlen(words->timeouts));
    struct diag of_levels = {0};
    if (!factor_parse(text, &scenario, &factor, NULL, words->arena, &of_levels)) {
        diag_add(&words->diag, STATUS_USAGE, (struct place){.file = "--timeouts"},
                 "read '%.100s', allowed: times of 0 s or more, like 0,1,5 or 1..60 step 1 or log 0.1..100 x 20", words->timeouts);
        return;
    }
    double *limits_s = ARENA_NEW(words->arena, factor.n_levels, double);
    for (size_t i = 0; i < factor.n_levels; i++) {
        size_t index;
        (void)factor_table(&scenario, factor.key, &index);
        param_assign(&scenario.params, index, factor.levels[i], (struct place){.file = "--timeouts"}, NULL, words->arena, &words->diag);
        limits_s[i] = scenario.params.values[index].number;
    }
    words->request->idle_limits_s = limits_s;
    words->request->n_idle_limits = factor.n_levels;
}

static bool is_stdout(const char *path) { return path && strcmp(path, "-") == 0; }

/* What does not go together. */
static int check_words(const struct import_request *request) {
    if (request->n_files == 0) return cli_usage("import", "which log? For example: linger import /var/log/apache2/access.log");
    for (size_t i = 0; i < request->n_files; i++)
        for (size_t k = 0; k < i; k++)
            if (strcmp(request->files[i], request->files[k]) == 0)
                return cli_usage("import", "'%s' stands twice; its requests would count twice", request->files[i]);
    if (is_stdout(request->output) && is_stdout(request->curve)) return cli_usage("import", "stdout cannot be both workload and curve");
    if (is_stdout(request->output) && !request->as_trace)
        return cli_usage("import", "classes come with a second file of observed values beside them: -o FILE.csv, or --as trace");
    if (request->scenario && (!request->output || is_stdout(request->output) || is_stdout(request->scenario)))
        return cli_usage("import", "--scenario names the workload's file: both --scenario FILE.ini and -o FILE.csv");
    if (request->rate_step_s > 0 && (request->no_rates || request->as_trace))
        return cli_usage("import", "--rate-step is of the curve of rates, which %s leaves out", request->no_rates ? "--no-rates" : "--as trace");
    return STATUS_OK;
}

static int parse_words(int argc, char **argv, struct import_request *request, struct arena *arena) {
    *request = (struct import_request){.files = ARENA_NEW(arena, (size_t)argc, const char *)};
    struct words words = {.request = request, .arena = arena, .values = param_set_open(values, VALUES, arena)};
    struct cli cli = {.argc = argc, .argv = argv, .options = options, .n_options = sizeof options / sizeof options[0]};
    bool request_wins = true;
    for (int id; (id = cli_next(&cli)) != CLI_END;) {
        if (id == CLI_WRONG) return STATUS_USAGE;
        take_option(&words, id, cli.value);
    }
    choose_word(&words, "--as", words.as, "classes", "trace", &request->as_trace);
    choose_word(&words, "--tie", words.tie ? words.tie : "request", "timer", "request", &request_wins);
    choose_format(&words);
    choose_timeouts(&words);
    if (!diag_ok(&words.diag)) return command_complain(&words.diag);
    const struct param_value *value = words.values.values;
    request->tie = request_wins ? REUSE_REQUEST : REUSE_TIMER;
    request->opening_cost_s = value[VALUE_COST].given ? value[VALUE_COST].number : -1;
    request->page_gap_s = value[VALUE_PAGE_GAP].given ? value[VALUE_PAGE_GAP].number : 0;
    request->visit_gap_s = value[VALUE_VISIT_GAP].number;
    request->rate_step_s = value[VALUE_RATE_STEP].given ? value[VALUE_RATE_STEP].number : 0;
    request->request_limit = (uint32_t)value[VALUE_REQUEST_LIMIT].number;
    return check_words(request);
}

/* ---- writing -------------------------------------------------------------------------------------------- */

typedef void write_fn(FILE *out, struct import *import);

struct written {
    const char *what, *path;
    write_fn *write;
    struct output_file file;
};

enum { OUTPUTS_MAX = 5 };

static size_t outputs_of(const struct import *import, struct written out[OUTPUTS_MAX]) {
    const struct import_request *request = import->request;
    size_t n = 0;
    if (request->output)
        out[n++] = (struct written){.what = "workload", .path = request->output,
                                    .write = request->as_trace ? import_write_trace : import_write_classes};
    if (request->output && !request->as_trace)
        out[n++] = (struct written){.what = "values", .path = import_path_beside(request->output, "values", import->arena),
                                    .write = import_write_values};
    if (request->output && import_has_rates(import))
        out[n++] = (struct written){.what = "rates", .path = import_path_beside(request->output, "rates", import->arena),
                                    .write = import_write_rates};
    if (request->scenario) out[n++] = (struct written){.what = "scenario", .path = request->scenario, .write = import_write_scenario};
    if (request->curve) out[n++] = (struct written){.what = "curve", .path = request->curve, .write = import_write_curve};
    return n;
}

/* All are opened before one is written, so that nothing is written when something cannot be. */
static int write_outputs(struct import *import, struct written *outputs, size_t n) {
    int code = STATUS_OK;
    size_t opened = 0;
    for (; opened < n && code == STATUS_OK; opened++)
        code = output_file_open(&outputs[opened].file, outputs[opened].path, import->request->force);
    for (size_t i = 0; code != STATUS_OK && i < opened; i++) output_file_forget(&outputs[i].file);
    for (size_t i = 0; code == STATUS_OK && i < n; i++) {
        struct output_file *file = &outputs[i].file;
        if (!file->file) outputs[i].write(stdout, import);
        else if (output_file_begin(file)) outputs[i].write(file->file, import);
        code = output_file_close(file);
    }
    return code;
}

static int tell(struct import *import) {
    const struct import_request *request = import->request;
    struct written outputs[OUTPUTS_MAX];
    size_t n = outputs_of(import, outputs);
    int code = write_outputs(import, outputs, n);
    FILE *talk = is_stdout(request->output) || is_stdout(request->curve) ? stderr : stdout;
    if (code != STATUS_OK || request->quiet) return code;
    import_report(talk, import);
    for (size_t i = 0; i < n; i++)
        if (!is_stdout(outputs[i].path)) fprintf(talk, "%s%-9s %s\n", i ? "" : "\n", outputs[i].what, outputs[i].path);
    if (request->scenario) fprintf(talk, "\nNow: linger run %s\n", request->scenario);
    return STATUS_OK;
}

/* ---- the command ------------------------------------------------------------------------------------------ */

static int run(int argc, char **argv) {
    struct import_request request;
    struct import import = {.request = &request};
    struct arena arena;
    arena_open(&arena, CLI_ARENA_BYTES);
    import.arena = &arena;
    int code = parse_words(argc, argv, &request, &arena);
    if (code == STATUS_OK) {
        request_log_open(&import.log, request.keeps_names, &arena);
        code = import_read(&import);
        if (code == STATUS_OK) code = tell(&import);
        request_log_close(&import.log);
    }
    arena_close(&arena);
    return code;
}

const struct command command_import = {
    .name = "import",
    .arguments = "LOG... [-o FILE.csv [--scenario FILE.ini]] [options]",
    .summary = "a site's access log: its users, and what each timeout does",
    .help = "examples:\n"
            "  linger import /var/log/apache2/access.log\n"
            "  linger import access.log.2.gz access.log.1 access.log --opening-cost 10s\n"
            "  linger import access.log -o site.csv --scenario site.ini\n"
            "  linger import access.log --as trace -o trace.csv --scenario replay.ini\n"
            "  linger import timed.log --format '%h %t \"%r\" %>s %b %D %k'\n"
            "  zcat access.log.*.gz | linger import - --curve curve.csv\n"
            "\n"
            "LOG is an access log of Apache or nginx, plain or gzip, a HAR of a browser, or\n"
            "a trace (CSV: time_s, client); - is stdin. Several are taken as one; what is out\n"
            "of order is sorted. Lines that do not fit are counted and shown.\n"
            "\n"
            "Classes are users who come, view pages and leave: their think times, objects\n"
            "and sizes stand beside FILE.csv in FILE-values.csv, and how often they come,\n"
            "hour by hour as in the log, in FILE-rates.csv. A trace is the requests\n"
            "themselves. Clients become numbers.\n"
            "\n"
            "The table says, for each idle limit, which share of the requests would have\n"
            "found their client's connection open, how many connections would have been\n"
            "opened, and how long they would have been held.\n"
            "\n"
            "options:\n"
            "      --format FORMAT     common, combined, vhost_common, vhost_combined, har,\n"
            "                          csv, Apache's '%h %t ...' or nginx's '$remote_addr\n"
            "                          ...'; default: found from the first lines\n"
            "      --host HOST         of a HAR; default: that of its first request\n"
            "      --as classes|trace  default: classes\n"
            "  -o, --output FILE.csv   writes the workload; -: to stdout, a trace only\n"
            "      --scenario FILE.ini writes a scenario that runs it\n"
            "      --curve FILE.csv    writes the table, every second from 0 to 300 s; -\n"
            "      --timeouts LEVELS   idle limits instead: 1,2,5 or 1..60 step 1\n"
            "      --opening-cost TIME what opening a connection costs, as time held: says\n"
            "                          the best idle limit\n"
            "      --request-limit N   requests of a connection at most; default: no limit\n"
            "      --tie timer|request who wins at the very end of the idle limit; default:\n"
            "                          request\n"
            "      --page-gap TIME     requests closer than this are one page; default: found\n"
            "      --visit-gap TIME    pages closer than this are one visit; default: 30 min\n"
            "      --rate-step TIME    step of the curve of rates; default: 1 h, or longer, so\n"
            "                          that 30 visits begin in each; three at least\n"
            "      --no-rates          visits come at the same rate all the time\n"
            "      --keep-addresses    clients keep the names they have in the log\n"
            "  -f, --force             also over files that exist\n"
            "  -q, --quiet             no report\n",
    .run = run,
};
