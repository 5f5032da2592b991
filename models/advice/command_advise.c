/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * linger advise: what happens with a site's settings, what is wrong with them, and what to write.
 */
#define _POSIX_C_SOURCE 200809L /* sysconf */
#include <string.h>
#include <unistd.h>

#include "models/advice/advice.h"
#include "models/advice/advise.h"
#include "sim/interface/cli.h"

enum option {
    WORD_LOG, WORD_FORMAT, WORD_SCENARIO, WORD_CONFIG, WORD_MPM, WORD_HOST, WORD_DEFINE, WORD_PRODUCT, WORD_VERSION, WORD_RAM, WORD_CORES,
    WORD_TRAFFIC, WORD_COST, WORD_WITHIN, WORD_SET, WORD_SEED, WORD_REPLICATIONS, WORD_THREADS, WORD_OUTPUT, WORD_NO_PLOTS, WORD_FORCE, WORD_JSON, WORD_QUIET
};

static const struct cli_option options[] = {
    {WORD_LOG, "log", 0, "FILE"},           {WORD_FORMAT, "format", 0, "FORMAT"},   {WORD_SCENARIO, "scenario", 0, "FILE"},
    {WORD_CONFIG, "config", 0, "PATH"},     {WORD_MPM, "mpm", 0, "NAME"},           {WORD_HOST, "host", 0, "NAME"},
    {WORD_DEFINE, "define", 'D', "NAME"},   {WORD_PRODUCT, "server", 0, "NAME"},    {WORD_VERSION, "server-version", 0, "V"},
    {WORD_RAM, "ram", 0, "SIZE"},           {WORD_CORES, "cores", 0, "N"},          {WORD_TRAFFIC, "traffic", 0, "TIMES"},
    {WORD_COST, "opening-cost", 0, "TIME"}, {WORD_WITHIN, "within", 0, "SHARE%"},   {WORD_SET, "set", 's', "KEY=VALUE"},
    {WORD_SEED, "seed", 0, "N"},            {WORD_REPLICATIONS, "replications", 'r', "N"}, {WORD_THREADS, "threads", 't', "N"},
    {WORD_OUTPUT, "output", 'o', "DIR"},    {WORD_NO_PLOTS, "no-plots", 0, NULL},   {WORD_FORCE, "force", 'f', NULL},       {WORD_JSON, "json", 0, NULL},
    {WORD_QUIET, "quiet", 'q', NULL},
};

/* The arguments that are values, read as values of a scenario are. */
enum { VALUE_COST, VALUE_TRAFFIC, VALUE_WITHIN, VALUES };
static const struct param values[VALUES] = {
    [VALUE_COST] = {"--opening-cost", PARAM_TIME, 0, 1e9, "0", NULL, NULL, NULL},
    [VALUE_TRAFFIC] = {"--traffic", PARAM_NUMBER, 1e-6, 1e6, "1", NULL, NULL, NULL},
    [VALUE_WITHIN] = {"--within", PARAM_SHARE, 0, 1, "5%", NULL, NULL, NULL},
};

#define VISIT_GAP_S 1800

/* ---- words -------------------------------------------------------------------------------------------------- */

struct words {
    struct advise_request *request;
    struct param_set values;
    const char **defines;
    const char *format;
    struct arena *arena;
    struct diag diag;
};

static void add(struct words *words, const char *key, const char *value) {
    words->request->settings[words->request->n_settings++] = (struct setting){key, value};
}

static void take_value(struct words *words, size_t which, const char *text) {
    param_assign(&words->values, which, text, (struct place){.file = values[which].name}, NULL, words->arena, &words->diag);
    if (!diag_ok(&words->diag)) words->diag.status = STATUS_USAGE;
}

static int take_threads(struct words *words, const char *text) {
    long n;
    if (!cli_count(text, 1, THREADS_MAX, &n)) return cli_usage("advise", "--threads '%s'; allowed: 1 to %d", text, THREADS_MAX);
    words->request->study.threads = (unsigned)n;
    return STATUS_OK;
}

static int take_product(struct words *words, const char *name) {
    bool is_apache = strcmp(name, "apache") == 0;
    if (!is_apache && strcmp(name, "nginx") != 0) return cli_usage("advise", "--server: read '%s', allowed: apache | nginx", name);
    words->request->how.product = is_apache ? CONFIG_APACHE : CONFIG_NGINX;
    return STATUS_OK;
}

static int take(struct words *words, int id, const char *value) {
    struct advise_request *request = words->request;
    switch (id) {
    case CLI_OPERAND: return cli_usage("advise", "'%s' is what? Allowed: --log %s, --config %s or --scenario %s", value, value, value, value);
    case WORD_LOG: request->import.files[request->import.n_files++] = value; break;
    case WORD_FORMAT: words->format = value; break;
    case WORD_SCENARIO: request->scenario_file = value; break;
    case WORD_CONFIG: request->config_path = value; break;
    case WORD_MPM: request->how.mpm = value; break;
    case WORD_HOST: request->how.site = value; break;
    case WORD_DEFINE: words->defines[request->how.n_defines++] = value; break;
    case WORD_PRODUCT: return take_product(words, value);
    case WORD_VERSION: request->how.version = value; break;
    case WORD_RAM: add(words, "machine.ram", value); break;
    case WORD_CORES: add(words, "machine.cores", value); break;
    case WORD_TRAFFIC: take_value(words, VALUE_TRAFFIC, value); break;
    case WORD_COST: take_value(words, VALUE_COST, value); break;
    case WORD_WITHIN: take_value(words, VALUE_WITHIN, value); break;
    case WORD_SET:
        if (setting_parse(value, &request->settings[request->n_settings], words->arena, &words->diag)) request->n_settings++;
        break;
    case WORD_SEED: add(words, "run.seed", value); break;
    case WORD_REPLICATIONS: add(words, "run.replications", value); break;
    case WORD_THREADS: return take_threads(words, value);
    case WORD_OUTPUT: request->study.output_dir = value; break;
    case WORD_NO_PLOTS: request->study.no_plots = true; break;
    case WORD_FORCE: request->study.force = true; break;
    case WORD_JSON: request->json = true; break;
    default: request->study.quiet = true; break;
    }
    return STATUS_OK;
}

static int check(const struct words *words) {
    const struct advise_request *request = words->request;
    bool has_log = request->import.n_files > 0;
    if (!has_log && !request->scenario_file)
        return cli_usage("advise", "which traffic? For example: linger advise --log access.log --config /etc/apache2 --ram 4GiB --cores 2");
    if (has_log && request->scenario_file) return cli_usage("advise", "traffic comes from --log or --scenario, not from both");
    if (has_log && !request->config_path)
        return cli_usage("advise", "which settings? --config PATH, a folder like /etc/apache2 or /etc/nginx, or a file");
    if (request->scenario_file && (words->format || words->values.values[VALUE_TRAFFIC].given || words->values.values[VALUE_COST].given))
        return cli_usage("advise", "--format, --traffic and --opening-cost are about a log; of a scenario, --set its users.*");
    if (request->config_path && strcmp(request->config_path, "-") == 0)
        return cli_usage("advise", "--config: read '-', allowed: a folder or a file, which can be patched");
    return STATUS_OK;
}

static int parse(int argc, char **argv, struct advise_request *request, struct arena *arena) {
    struct words words = {.request = request, .arena = arena, .values = param_set_open(values, VALUES, arena),
                          .defines = ARENA_NEW(arena, (size_t)argc, const char *)};
    struct cli cli = {.argc = argc, .argv = argv, .options = options, .n_options = sizeof options / sizeof options[0]};
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    *request = (struct advise_request){.settings = ARENA_NEW(arena, (size_t)argc, struct setting), .how.defines = words.defines};
    request->import = (struct import_request){.files = ARENA_NEW(arena, (size_t)argc, const char *), .visit_gap_s = VISIT_GAP_S};
    request->study = (struct study_request){.command = "advise", .threads = cores < 1 ? 1 : cores > THREADS_MAX ? THREADS_MAX : (unsigned)cores};
    for (int id; (id = cli_next(&cli)) != CLI_END;) {
        int code = id == CLI_WRONG ? STATUS_USAGE : take(&words, id, cli.value);
        if (code != STATUS_OK) return code;
    }
    if (words.format) {
        struct log_format *format = ARENA_NEW(arena, 1, struct log_format);
        if (log_format_parse(words.format, format, arena, &words.diag)) request->import.reading.format = format;
    }
    if (!diag_ok(&words.diag)) return command_complain(&words.diag);
    const struct param_value *value = words.values.values;
    request->traffic = value[VALUE_TRAFFIC].number;
    request->within = value[VALUE_WITHIN].number;
    request->opening_cost_s = value[VALUE_COST].given ? value[VALUE_COST].number : -1;
    return check(&words);
}

/* ---- the steps -------------------------------------------------------------------------------------------------- */

static int tell(const struct advise *advise) {
    struct diag diag = {0};
    if (advise->request->json) advise_json(stdout, advise);
    else advise_report(stdout, advise);
    if (!advise->request->study.output_dir) return STATUS_OK;
    return advise_data(advise, &diag) ? STATUS_OK : command_complain(&diag);
}

static int advise(struct advise *advise) {
    struct diag diag = {0};
    int code = advise_scenario(advise);
    if (code != STATUS_OK) return code;
    if (advise->request->study.output_dir && !advise_data_begin(advise, &diag)) return command_complain(&diag);
    code = advise_simulate(advise);
    if (code != STATUS_OK) return code;
    advise_slots(advise);
    advise_rules(advise);
    code = advise_choose(advise);
    return code == STATUS_OK ? tell(advise) : code;
}

static int run(int argc, char **argv) {
    struct advise_request request;
    struct arena arena;
    arena_open(&arena, CLI_ARENA_BYTES);
    int code = parse(argc, argv, &request, &arena);
    if (code == STATUS_OK) {
        struct advise *all = ARENA_NEW(&arena, 1, struct advise);
        all->request = &request;
        all->arena = all->import.arena = &arena;
        all->import.request = &request.import;
        request_log_open(&all->import.log, false, &arena);
        code = advise(all);
        request_log_close(&all->import.log);
    }
    arena_close(&arena);
    return code;
}

const struct command command_advise = {
    .name = "advise",
    .arguments = "--log FILE --config PATH [--ram SIZE] [--cores N] [options]",
    .summary = "your log and configuration: what happens, what is wrong, what to write",
    .help = "examples:\n"
            "  linger advise --log access.log --config /etc/apache2 --ram 4GiB --cores 2\n"
            "  linger advise --log access.log --config /etc/nginx --traffic 2 -o advice\n"
            "  linger advise --scenario inputs/scenarios/static-site.ini --ram 1GiB\n"
            "\n"
            "Reads the traffic of a log (its busiest hour), the settings of a configuration\n"
            "and the machine; simulates them; says how slots are spent and why there are none\n"
            "left, what memory and time it takes, and what is wrong. Then it tries other idle\n"
            "limits and, where a limit is reached, more slots; and prints the change as a\n"
            "patch with what it promises. Nothing is written into the configuration. Each\n"
            "number stands beside its measure (linger params, linger run).\n"
            "\n"
            "options:\n"
            "      --log FILE          an access log, as linger import reads it; repeatable\n"
            "      --format FORMAT     of the log; default: found from the first lines\n"
            "      --scenario FILE     traffic of a scenario instead of a log's\n"
            "      --config PATH       /etc/apache2, /etc/nginx, a copy, or a file\n"
            "      --mpm NAME, --host NAME, -D NAME, --server NAME, --server-version V\n"
            "                          as linger config takes them\n"
            "      --ram SIZE          the same as --set machine.ram=SIZE\n"
            "      --cores N           ... machine.cores\n"
            "      --traffic TIMES     so many times the log's\n"
            "      --opening-cost TIME what opening a connection weighs, as time held;\n"
            "                          default: CPU and memory as shares of the machine\n"
            "      --within SHARE%     settings are equally fast when their\n"
            "                          page_response is within this of the least;\n"
            "                          default: 5%\n"
            "  -s, --set KEY=VALUE     sets a parameter: users.rtt, cpu.dynamic, memory.*\n"
            "  -r, --replications N    of each setting; default: 10\n"
            "      --seed N            the same as --set run.seed=N\n"
            "  -o, --output DIR        writes report.html (all of this for people, for a\n"
            "                          phone, for paper), the numbers as CSV, advise.patch\n"
            "      --no-plots          ... without the picture\n"
            "  -f, --force             ... also over files of somebody else\n"
            "      --json              one JSON object, SI units\n"
            "  -t, --threads N         default: all cores; the results do not depend on it\n"
            "  -q, --quiet             no progress line\n",
    .run = run,
};
