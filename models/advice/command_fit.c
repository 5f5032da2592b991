/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * linger fit: which limit of daemons or connections the memory of a machine allows.
 */
#include <stdlib.h>
#include <string.h>

#include "models/advice/advice.h"
#include "models/advice/fit.h"
#include "models/advice/server_costs.h"
#include "models/models.h"
#include "sim/interface/cli.h"
#include "sim/interface/json.h"
#include "sim/interface/report.h"
#include "sim/interface/study_request.h"
#include "sim/kernel/text.h"

enum { OPTION_FIT_RAM, OPTION_CORES, OPTION_PSS, OPTION_RSS, OPTION_CACHE, OPTION_FIT_SET, OPTION_SIMULATE, OPTION_FIT_JSON };

static const struct cli_option options[] = {
    {OPTION_FIT_RAM, "ram", 0, "SIZE"},     {OPTION_CORES, "cores", 0, "N"},        {OPTION_PSS, "pss", 0, "SIZE"},
    {OPTION_RSS, "rss", 0, "SIZE"},     {OPTION_CACHE, "cache", 0, "SIZE|SHARE%"}, {OPTION_FIT_SET, "set", 's', "KEY=VALUE"},
    {OPTION_SIMULATE, "simulate", 0, NULL}, {OPTION_FIT_JSON, "json", 0, NULL},
};

#define CACHE_SHARE 0.2 /* of RAM, where nobody says how much files want */

struct request {
    const char *scenario, *cache;
    struct setting *settings;
    size_t n_settings;
    bool simulate, json;
};

/* ---- words ---------------------------------------------------------------------------------------------- */

static void add(struct request *request, const char *key, const char *value) {
    request->settings[request->n_settings++] = (struct setting){key, value};
}

static int take(struct request *request, int id, const char *value, struct arena *arena) {
    struct diag diag = {0};
    switch (id) {
    case CLI_OPERAND:
        if (request->scenario) return cli_usage("fit", "one scenario at a time");
        request->scenario = value;
        break;
    case OPTION_FIT_RAM: add(request, "machine.ram", value); break;
    case OPTION_CORES: add(request, "machine.cores", value); break;
    case OPTION_PSS: add(request, "memory.daemon_private", value); break;
    case OPTION_RSS: add(request, "memory.daemon_rss", value); break;
    case OPTION_CACHE: request->cache = value; break;
    case OPTION_FIT_SET:
        if (!setting_parse(value, &request->settings[request->n_settings], arena, &diag)) return command_complain(&diag);
        request->n_settings++;
        break;
    case OPTION_SIMULATE: request->simulate = true; break;
    default: request->json = true; break;
    }
    return STATUS_OK;
}

static int parse(int argc, char **argv, struct request *request, struct arena *arena) {
    struct cli cli = {.argc = argc, .argv = argv, .options = options, .n_options = sizeof options / sizeof options[0]};
    request->settings = ARENA_NEW(arena, (size_t)argc, struct setting);
    for (int id; (id = cli_next(&cli)) != CLI_END;) {
        int code = id == CLI_WRONG ? STATUS_USAGE : take(request, id, cli.value, arena);
        if (code != STATUS_OK) return code;
    }
    return STATUS_OK;
}

/* A size, or a share of RAM. */
static bool cache_of(const struct request *request, const struct param_set *machine, double *bytes, struct arena *arena, struct diag *diag) {
    static const struct param kinds[] = {{"--cache", PARAM_SHARE, 0, 1, "20%", NULL, NULL, NULL},
                                         {"--cache", PARAM_BYTES, 0, 1e15, "0", NULL, NULL, NULL}};
    struct param_set set = param_set_open(kinds, 2, arena);
    *bytes = CACHE_SHARE * machine->values[MACHINE_RAM].number;
    if (!request->cache) return true;
    size_t n = strlen(request->cache);
    bool is_share = n > 0 && request->cache[n - 1] == '%';
    if (!param_assign(&set, is_share ? 0 : 1, request->cache, (struct place){.file = "--cache"}, NULL, arena, diag)) {
        diag->status = STATUS_USAGE;
        return false;
    }
    *bytes = is_share ? set.values[0].number * machine->values[MACHINE_RAM].number : set.values[1].number;
    return true;
}

/* ---- scenarios -------------------------------------------------------------------------------------------- */

enum { FITS_MAX = 4 };

struct fitted {
    struct scenario scenario;
    struct fit fit;
    double cache_bytes, limit;
    double simulated_bytes; /* memory_total at most; NAN: not asked for */
    bool is_costs;          /* sizes are those that we measured */
};

/* Without a scenario: the server as measured, else at its defaults. */
static bool open_scenario(const struct request *request, int architecture, struct fitted *out, struct arena *arena, struct diag *diag) {
    static const char *const names[] = {"prefork", "worker", "event", "nginx"};
    bool ok = true;
    out->is_costs = true;
    out->scenario = scenario_open(&model_web, names[architecture], arena);
    ok &= scenario_assign(&out->scenario, "server.architecture", names[architecture], (struct place){.file = "fit"}, NULL, diag);
    if (architecture == ARCHITECTURE_NGINX) ok &= scenario_assign(&out->scenario, "server.processes", "0", (struct place){.file = "fit"}, NULL, diag);
    server_costs_apply(architecture, &out->scenario.params, arena);
    for (size_t i = 0; i < request->n_settings; i++)
        ok &= scenario_assign(&out->scenario, request->settings[i].key, request->settings[i].value, (struct place){.file = "--set", .column = request->settings[i].key}, NULL, diag);
    return ok;
}

static bool speaks_tls(const struct scenario *scenario) {
    bool tls = scenario->params.values[USERS_TLS].number != TLS_OFF;
    for (size_t i = 0; i < scenario->workload.n_classes; i++) tls |= scenario->workload.classes[i].values[USERS_TLS].number != TLS_OFF;
    return tls;
}

static bool fit_it(const struct request *request, struct fitted *fitted, struct arena *arena, struct diag *diag) {
    const struct param_set *set = &fitted->scenario.params;
    if (!cache_of(request, set, &fitted->cache_bytes, arena, diag)) return false;
    fitted->fit = fit_of(set, speaks_tls(&fitted->scenario), fitted->cache_bytes);
    fitted->limit = fit_limit(&fitted->fit);
    fitted->simulated_bytes = NOTHING_OBSERVED;
    return true;
}

static int open_all(const struct request *request, struct fitted fits[FITS_MAX], size_t *n, struct arena *arena) {
    struct diag diag = {0};
    *n = request->scenario ? 1 : FITS_MAX;
    if (request->scenario) {
        if (!scenario_file_read(request->scenario, request->settings, request->n_settings, &fits[0].scenario, arena, &diag))
            return command_complain(&diag);
        if (fits[0].scenario.model != &model_web) return cli_usage("fit", "model %s has no memory", fits[0].scenario.model->name);
    }
    for (size_t i = 0; i < *n && diag_ok(&diag); i++) {
        if (!request->scenario && !open_scenario(request, (int)i, &fits[i], arena, &diag)) continue;
        fit_it(request, &fits[i], arena, &diag);
    }
    return diag_ok(&diag) ? STATUS_OK : command_complain(&diag);
}

/* ---- by simulation ------------------------------------------------------------------------------------------ */

static void set(struct scenario *scenario, enum web_param param, double value) {
    char text[TEXT_NUMBER_BYTES];
    struct diag diag = {0};
    text_print_number(value, text, sizeof text);
    bool ok = scenario_assign(scenario, web_params[param].name, text, (struct place){.file = "fit"}, NULL, &diag);
    SIM_ASSERT(ok);
}

/* As many connections as the limit takes on and its queue holds, none of which is ever closed, on daemons that are all there from the
 * start; work takes no time, so that all is idle but what it holds. */
static void fill(struct scenario *scenario, const struct fit *fit, double n) {
    static const enum web_param zero[] = {
        USERS_OBJECTS, USERS_SESSIONS, USERS_RTT, USERS_IDLE_LIMIT, USERS_HTTP10, USERS_CLOSE, USERS_HTTP2, USERS_SYN_LOSS,
        PROXY_PRESENT, SERVER_REQUESTS_PER_CONNECTION, SERVER_CONNECTION_AGE_LIMIT, SERVER_RELOAD_AT, SITE_FILES,
        CPU_CONNECTION, CPU_REQUEST, CPU_DYNAMIC, CPU_WAKE, CPU_ACCEPT, CPU_TLS, CPU_TLS_RESUMED, CPU_KILOBYTE, CPU_FORK};
    bool threaded = fit->threads > 1;
    scenario->workload = (struct workload){0};
    for (size_t i = 0; i < sizeof zero / sizeof zero[0]; i++) set(scenario, zero[i], 0);
    set(scenario, fit->limit, n);
    set(scenario, SERVER_KEEPALIVE, 1);
    set(scenario, SERVER_IDLE_LIMIT, 1e6);
    set(scenario, SERVER_RECLAIM, 0);
    set(scenario, SERVER_START, threaded ? ceil(n / fit->threads) : n);
    set(scenario, SERVER_PROCESS_LIMIT, 0);
    set(scenario, SERVER_SPARE_MAX, n);
    set(scenario, USERS_COUNT, (n - fit->own) * fit->connections_each + scenario->params.values[SERVER_BACKLOG].number);
    set(scenario, USERS_CONNECTIONS, 1);
    set(scenario, USERS_THINK, 10);
}

static int simulate(struct fitted *fitted, struct arena *arena) {
    enum { HORIZON_S = 60 };
    struct scenario full = scenario_copy(&fitted->scenario, arena);
    struct arena own;
    struct diag diag = {0};
    double *values = ARENA_NEW(arena, model_columns(&model_web), double);
    fill(&full, &fitted->fit, fitted->limit);
    full.run.values[RUN_WARMUP].number = 0;
    full.run.values[RUN_HORIZON].number = HORIZON_S;
    scenario_check(&full, "fit --simulate", &diag);
    if (!diag_ok(&diag)) return command_complain(&diag);
    arena_open(&own, replication_arena_bytes(&full));
    replication_run(&(struct replication){.scenario = &full}, &own, values);
    arena_close(&own);
    fitted->simulated_bytes = values[model_column_find(&model_web, "memory_total_peak")];
    return STATUS_OK;
}

/* ---- what is said -------------------------------------------------------------------------------------------- */

enum { NUMBER_BYTES = 40 };

static const char *bytes(double value, char out[NUMBER_BYTES]) {
    char number[NUMBER_BYTES];
    struct report_scale scale = report_scale_of("B", value);
    snprintf(out, NUMBER_BYTES, "%s %s", report_number(value / scale.si, 4, number, sizeof number), scale.name);
    return out;
}

/* What the directive is called where the parameter is N. */
static const char *directive(const struct fit *fit) {
    return fit->limit == SERVER_CONNECTION_LIMIT ? "worker_connections" : "MaxRequestWorkers";
}

static void print_part(FILE *out, double each, double of, const char *name, const char *what) {
    char size[NUMBER_BYTES], sum[NUMBER_BYTES];
    if (each <= 0 || of <= 0) return;
    fprintf(out, "%12s x %-7.0f %10s  %s (%s)\n", bytes(each, size), of, bytes(each * of, sum), what, name);
}

/* What the total is made of. */
static void print_parts(FILE *out, const struct fitted *fitted) {
    const struct fit *fit = &fitted->fit;
    const struct param_value *v = fitted->scenario.params.values;
    bool nginx = fit->limit == SERVER_CONNECTION_LIMIT, dynamic = v[USERS_DYNAMIC_SHARE].number > 0;
    double n = fitted->limit, held = n - fit->own, processes = nginx ? fit->processes : ceil(n / fit->threads);
    double connections = held * fit->connections_each + v[SERVER_BACKLOG].number;
    char size[NUMBER_BYTES];
    print_part(out, v[MEMORY_SHARED].number, 1, "memory.shared", "shared pages, once");
    print_part(out, v[MEMORY_DAEMON_PRIVATE].number, processes, "memory.daemon_private", "of each process");
    print_part(out, v[MEMORY_DAEMON_KERNEL].number, processes, "memory.daemon_kernel", "... its kernel part");
    if (fit->threads > 1) {
        print_part(out, v[MEMORY_THREAD_USED].number, n, "memory.thread_used", "of each thread");
        print_part(out, v[MEMORY_THREAD_KERNEL].number, n, "memory.thread_kernel", "... its kernel part");
    }
    if (dynamic && !nginx) print_part(out, v[MEMORY_DYNAMIC].number, n, "memory.dynamic", "program");
    print_part(out, v[MEMORY_CONNECTION].number, connections, "memory.connection", "connection, queue too");
    if (speaks_tls(&fitted->scenario)) print_part(out, v[MEMORY_TLS].number, connections, "memory.tls", "TLS");
    print_part(out, v[MEMORY_SOCKET].number, connections, "memory.socket", "socket");
    fprintf(out, "%12s   %-7s %10s  in all\n", "", "", bytes(fit_total_bytes(fit, n), size));
}

static void print_row(FILE *out, const struct fitted *fitted) {
    static const char *const names[] = {"prefork", "worker", "event", "nginx"};
    const struct fit *fit = &fitted->fit;
    char size[NUMBER_BYTES], ratio[NUMBER_BYTES];
    double rule = fit_rss_rule(fit);
    fprintf(out, "%-8s %-18s %9.0f %10.0f %12s", names[fit->architecture], directive(fit), fitted->limit,
            fitted->limit * fit->connections_each - fit->own * fit->connections_each, bytes(fit_total_bytes(fit, fitted->limit), size));
    fprintf(out, " %10.0f %7s\n", rule, rule > 0 ? report_number(fitted->limit / rule, 3, ratio, sizeof ratio) : "-");
}

static void print_yours(FILE *out, const struct fitted *fitted) {
    const struct fit *fit = &fitted->fit;
    double yours = fitted->scenario.params.values[fit->limit].number, total = fit_total_bytes(fit, yours);
    char size[NUMBER_BYTES], rss[NUMBER_BYTES], room[NUMBER_BYTES];
    fprintf(out, "\nyours: %s = %.0f takes %s when it is reached:\nit %s %s. ", web_params[fit->limit].name, yours, bytes(total, size),
            total <= fit->available_bytes ? "fits" : "does not fit", bytes(fit->available_bytes, room));
    fprintf(out, "ps would add up %s of RSS for it.\n", bytes(fit_rss_bytes(fit, yours), rss));
}

static void print_simulated(FILE *out, const struct fitted *fits, size_t n) {
    char closed[NUMBER_BYTES], simulated[NUMBER_BYTES];
    for (size_t i = 0; i < n; i++) {
        if (!(fits[i].simulated_bytes >= 0)) continue;
        double total = fit_total_bytes(&fits[i].fit, fits[i].limit);
        fprintf(out, "%ssimulated: %-8s memory_total_peak %s, closed form %s (%+.2g %%)\n", i ? "" : "\n",
                fits[i].scenario.params.values[SERVER_ARCHITECTURE].text, bytes(fits[i].simulated_bytes, simulated), bytes(total, closed),
                100 * (fits[i].simulated_bytes / total - 1));
    }
}

static void print_all(FILE *out, const struct fitted *fits, size_t n) {
    const struct param_value *v = fits[0].scenario.params.values;
    char ram[NUMBER_BYTES], reserved[NUMBER_BYTES], cache[NUMBER_BYTES], room[NUMBER_BYTES];
    fprintf(out, "RAM %s, reserved %s, for the page cache %s: %s for the server\n\n", bytes(v[MACHINE_RAM].number, ram),
            bytes(v[MACHINE_RESERVED].number, reserved), bytes(fits[0].cache_bytes, cache), bytes(fits[0].fit.available_bytes, room));
    fprintf(out, "%-8s %-18s %9s %10s %12s %10s %7s\n", "server", "directive", "at most", "clients", "PSS + kernel", "RSS rule", "ratio");
    for (size_t i = 0; i < n; i++) print_row(out, &fits[i]);
    for (size_t i = 0; i < n; i++) {
        fprintf(out, "\n%s, %.0f:\n", fits[i].is_costs ? server_costs_of(fits[i].fit.architecture) : fits[i].scenario.name, fits[i].limit);
        print_parts(out, &fits[i]);
    }
    if (!fits[0].is_costs) print_yours(out, &fits[0]);
    print_simulated(out, fits, n);
    fputs("\nThe RSS rule adds up what ps shows: shared pages for every process, sockets and\n"
          "other memory of the kernel never. ratio: at most / RSS rule. In neither:\n"
          "TIME_WAIT entries, and socket buffers with data in them.\n", out);
}

static void put(FILE *out, const char *name, double value, const char *end) {
    json_key(out, name);
    json_number(out, value);
    fputs(end, out);
}

static void print_json(FILE *out, const struct fitted *fits, size_t n) {
    fputs("{\"version\": ", out);
    json_text(out, linger_version);
    fputs(", \"fits\": [", out);
    for (size_t i = 0; i < n; i++) {
        const struct fit *fit = &fits[i].fit;
        double yours = fits[i].scenario.params.values[fit->limit].number;
        fputs(i ? ",\n {" : "\n {", out);
        json_key(out, "architecture");
        json_text(out, fits[i].scenario.params.values[SERVER_ARCHITECTURE].text);
        fputs(", ", out);
        json_key(out, "parameter");
        json_text(out, web_params[fit->limit].name);
        fputs(", ", out);
        put(out, "available", fit->available_bytes, ", ");
        put(out, "limit", fits[i].limit, ", ");
        put(out, "total", fit_total_bytes(fit, fits[i].limit), ", ");
        put(out, "rss", fit_rss_bytes(fit, fits[i].limit), ", ");
        put(out, "rss_rule", fit_rss_rule(fit), ", ");
        put(out, "present", yours, ", ");
        put(out, "present_total", fit_total_bytes(fit, yours), ", ");
        put(out, "simulated_total_peak", fits[i].simulated_bytes, "}");
    }
    fputs("\n]}\n", out);
}

/* ---- the command ------------------------------------------------------------------------------------------------ */

static int run(int argc, char **argv) {
    struct request request = {0};
    struct fitted fits[FITS_MAX] = {0};
    size_t n = 0;
    struct arena arena;
    arena_open(&arena, CLI_ARENA_BYTES);
    int code = parse(argc, argv, &request, &arena);
    if (code == STATUS_OK) code = open_all(&request, fits, &n, &arena);
    for (size_t i = 0; i < n && request.simulate && code == STATUS_OK; i++)
        if (fits[i].limit > fits[i].fit.own) code = simulate(&fits[i], &arena);
    if (code == STATUS_OK && request.json) print_json(stdout, fits, n);
    else if (code == STATUS_OK) print_all(stdout, fits, n);
    arena_close(&arena);
    return code;
}

const struct command command_fit = {
    .name = "fit",
    .arguments = "[SCENARIO] [--ram SIZE] [options]",
    .summary = "which MaxRequestWorkers or worker_connections the memory allows",
    .help = "examples:\n"
            "  linger fit --ram 4GiB\n"
            "  linger fit --ram 4GiB --cores 2 --pss 25MB --rss 60MB\n"
            "  linger fit inputs/scenarios/static-site.ini --ram 1GiB --simulate\n"
            "\n"
            "The largest server.worker_limit (nginx: server.connection_limit) for which all\n"
            "processes, threads, connections and the queue fit in RAM together: PSS, in which\n"
            "shared pages count once, and the kernel's part. Beside it, what dividing RAM by\n"
            "the RSS that ps shows would give.\n"
            "\n"
            "Sizes are the scenario's memory.*; without one, what was measured of Apache and\n"
            "nginx with small modules. Measure your own: the Pss and Private lines of\n"
            "/proc/PID/smaps_rollup of one daemon.\n"
            "\n"
            "options:\n"
            "      --ram SIZE          the same as --set machine.ram=SIZE\n"
            "      --cores N           ... machine.cores: processes of nginx\n"
            "      --pss SIZE          what one daemon adds to PSS: memory.daemon_private\n"
            "      --rss SIZE          what ps shows of it: memory.daemon_rss\n"
            "      --cache SIZE|SHARE% kept free for the page cache; default: 20% of RAM\n"
            "  -s, --set KEY=VALUE     sets a parameter; linger params memory lists them\n"
            "      --simulate          fills the server to this limit, and says what it takes\n"
            "      --json              one JSON object, SI units\n",
    .run = run,
};
