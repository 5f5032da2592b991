/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * linger race: whether two time limits in a row fit, how often requests meet a close, and what to set.
 */
#include <math.h>
#include <string.h>

#include "models/advice/advice.h"
#include "models/advice/race_report.h"
#include "models/models.h"
#include "models/web/params.h"
#include "sim/interface/cli.h"
#include "sim/interface/csv_table.h"
#include "sim/interface/params_print.h"
#include "sim/interface/preset_file.h"
#include "sim/interface/presets_embedded.h"
#include "sim/interface/scenario_file.h"

enum { OPTION_REUSER, OPTION_SERVER, OPTION_RTT, OPTION_SCAN, OPTION_GAPS, OPTION_RATE, OPTION_ONCE, OPTION_SIMULATE };

static const struct cli_option options[] = {
    {OPTION_REUSER, "reuser", 0, "TIME|PRESET"}, {OPTION_SERVER, "server", 0, "TIME|PRESET"},
    {OPTION_RTT, "rtt", 0, "TIME"},              {OPTION_SCAN, "scan", 0, "TIME"},
    {OPTION_GAPS, "gaps", 0, "LAW"},             {OPTION_RATE, "rate", 0, "RATE"},
    {OPTION_ONCE, "non-idempotent", 0, "SHARE"}, {OPTION_SIMULATE, "simulate", 0, NULL},
};

/* The arguments that are values, read as values of a scenario are. */
enum { VALUE_RTT, VALUE_SCAN, VALUE_GAPS, VALUE_RATE, VALUE_ONCE, VALUES };
static const struct param values[VALUES] = {
    [VALUE_RTT] = {"--rtt", PARAM_TIME, 0, 60, "500us", NULL, NULL, NULL},
    [VALUE_SCAN] = {"--scan", PARAM_TIME, 0, 1e6, "0", NULL, NULL, NULL},
    [VALUE_GAPS] = {"--gaps", PARAM_TIME_VARIATE, 0, 1e9, "exponential(5s)", NULL, NULL, NULL},
    [VALUE_RATE] = {"--rate", PARAM_RATE, 0, 1e9, "100", NULL, NULL, NULL},
    [VALUE_ONCE] = {"--non-idempotent", PARAM_SHARE, 0, 1, "20%", NULL, NULL, NULL},
};

/* 4000 races make an interval of 3 %, 50 one of a quarter. Two million requests take a second. */
enum { SEED = 1 };
static const double RACES_WANTED = 4000, RACES_LEAST = 50, REQUESTS_LEAST = 1e5, REQUESTS_AT_ONCE = 2e6, REQUESTS_MOST = 1e9;

struct request {
    const char *reuser, *server; /* as written; NULL: not said */
    struct param_set values;
    struct arena *arena;
    struct diag diag;
    bool simulate;
};

/* ---- words ------------------------------------------------------------------------------------------- */

/* A wrong word of the command line is wrong usage, as everywhere. */
static void assign(struct request *request, size_t which, const char *text, param_column_fn *column_fn) {
    size_t complaints = request->diag.count;
    param_assign(&request->values, which, text, (struct place){.file = values[which].name}, column_fn, request->arena, &request->diag);
    if (complaints == 0 && request->diag.count && request->diag.status == STATUS_SCENARIO) request->diag.status = STATUS_USAGE;
}

/* The think times of a scenario are gaps too. */
static void take_gaps(struct request *request, const char *text) {
    size_t n = strlen(text);
    struct scenario scenario;
    if (n < 4 || strcmp(text + n - 4, ".ini") != 0) {
        assign(request, VALUE_GAPS, text, csv_table_column);
        return;
    }
    if (!scenario_file_read(text, NULL, 0, &scenario, request->arena, &request->diag)) return;
    if (scenario.model != &model_web || scenario.workload.n_classes || scenario.workload.n_requests)
        diag_add(&request->diag, STATUS_SCENARIO, (struct place){.file = text}, "has no users.think for all; allowed: a scenario with one class of users");
    else request->values.values[VALUE_GAPS] = scenario.params.values[USERS_THINK];
    request->values.values[VALUE_GAPS].given = true;
}

static int parse(int argc, char **argv, struct request *request) {
    struct cli cli = {.argc = argc, .argv = argv, .options = options, .n_options = sizeof options / sizeof options[0]};
    request->values = param_set_open(values, VALUES, request->arena);
    for (int id; (id = cli_next(&cli)) != CLI_END;) switch (id) {
        case CLI_WRONG: return STATUS_USAGE;
        case CLI_OPERAND: return cli_usage("race", "'%s' belongs to no option; which side is it, --reuser or --server?", cli.value);
        case OPTION_REUSER: request->reuser = cli.value; break;
        case OPTION_SERVER: request->server = cli.value; break;
        case OPTION_RTT: assign(request, VALUE_RTT, cli.value, NULL); break;
        case OPTION_SCAN: assign(request, VALUE_SCAN, cli.value, NULL); break;
        case OPTION_GAPS: take_gaps(request, cli.value); break;
        case OPTION_RATE: assign(request, VALUE_RATE, cli.value, NULL); break;
        case OPTION_ONCE: assign(request, VALUE_ONCE, cli.value, NULL); break;
        default: request->simulate = true; break;
        }
    return STATUS_OK;
}

/* ---- pairs ------------------------------------------------------------------------------------------- */

static bool make_pair(struct request *request, const char *reuser, const char *server, struct race_pair *pair) {
    const struct param_value *v = request->values.values;
    bool ok = race_side_read(&pair->reuser, RACE_REUSER, reuser, "--reuser", request->arena, &request->diag);
    ok = race_side_read(&pair->server, RACE_SERVER, server, "--server", request->arena, &request->diag) && ok;
    if (!ok) return false;
    pair->race = (struct race){
        .keeps = pair->reuser.keeps && pair->server.keeps, .reuser_s = pair->reuser.limit_s, .server_s = pair->server.limit_s,
        .rtt_s = v[VALUE_RTT].number, .scan_s = v[VALUE_SCAN].number, .per_s = v[VALUE_RATE].number, .once = v[VALUE_ONCE].number,
        .gap = v[VALUE_GAPS].given ? v[VALUE_GAPS].variate : race_likeliest_gap(pair->server.limit_s)};
    return true;
}

/* How many requests are simulated: none where it takes long and nobody asked, or for ever. */
static double requests_to_simulate(const struct race *race, bool asked) {
    double share = race_shares(race).gap, most = asked ? REQUESTS_MOST : REQUESTS_AT_ONCE;
    if (!race->keeps || race->scan_s > 0) return 0;
    if (share <= 0) return REQUESTS_LEAST;
    return most * share >= RACES_LEAST ? ceil(fmax(fmin(RACES_WANTED / share, most), REQUESTS_LEAST)) : 0;
}

static void say_why_not(const struct request *request, const struct race *race) {
    if (!race->keeps) return;
    if (race->scan_s > 0) fprintf(stderr, "not simulated: --scan is in the closed form alone\n");
    else if (!request->simulate) fprintf(stderr, "not simulated, since races are rare; --simulate takes its time\n");
    else fprintf(stderr, "not simulated: too rare, one in %.2g requests\n", 1 / race_shares(race).gap);
}

static int report_pair(struct request *request) {
    struct race_pair pair;
    struct race_simulated simulated;
    if (!make_pair(request, request->reuser, request->server, &pair)) return command_complain(&request->diag);
    const struct param_value *gaps = &request->values.values[VALUE_GAPS];
    double n_requests = requests_to_simulate(&pair.race, request->simulate);
    race_report_sides(stdout, &pair);
    race_report_verdict(stdout, &pair);
    fflush(stdout);
    if (n_requests > 0) simulated = race_simulate(&pair.race, n_requests, SEED);
    else say_why_not(request, &pair.race);
    if (pair.race.keeps) race_report_rates(stdout, &pair, gaps->given ? gaps->text : NULL, n_requests > 0 ? &simulated : NULL, n_requests);
    if (!race_fits(&pair.race)) race_report_advice(stdout, &pair);
    return race_fits(&pair.race) ? STATUS_OK : STATUS_CHECK_FAILED;
}

/* ---- tables ------------------------------------------------------------------------------------------ */

/* Pairs of defaults that are known from reports of 502s, and others that manuals recommend. */
static const struct {
    const char *reuser, *server;
} known_bad[] = {
    {"aws-alb-upstream", "node-25"},        {"nginx-1.29.7-upstream", "jetty-12"}, {"caddy-2-upstream", "node-25"},
    {"gcp-alb-upstream", "nginx-1.29.7"},   {"gcp-alb-upstream", "apache-event"},  {"envoy-1-upstream", "nginx-1.29.7"},
    {"envoy-1-upstream", "apache-event"},   {"envoy-1-upstream", "node-25"},       {"envoy-1-upstream", "tomcat"},
    {"envoy-1-upstream", "jetty-12"},       {"envoy-1-upstream", "gunicorn-gevent"},
}, known_good[] = {
    {"aws-alb-upstream", "nginx-1.29.7"}, {"aws-alb-upstream", "node-main"},
};

static int put_row(struct request *request, const char *reuser, const char *server) {
    struct race_pair pair;
    if (!make_pair(request, reuser, server, &pair)) return command_complain(&request->diag);
    race_report_table_row(stdout, &pair);
    return STATUS_OK;
}

static int report_known(struct request *request) {
    int code = STATUS_OK;
    printf("Defaults that are known to race:\n\n");
    race_report_table_head(stdout);
    for (size_t i = 0; i < sizeof known_bad / sizeof known_bad[0] && code == STATUS_OK; i++)
        code = put_row(request, known_bad[i].reuser, known_bad[i].server);
    printf("\nDefaults that are known to fit:\n\n");
    race_report_table_head(stdout);
    for (size_t i = 0; i < sizeof known_good / sizeof known_good[0] && code == STATUS_OK; i++)
        code = put_row(request, known_good[i].reuser, known_good[i].server);
    return code;
}

/* The side that was named beside all presets of the other. */
static int report_all(struct request *request) {
    enum race_role other = request->reuser ? RACE_SERVER : RACE_REUSER;
    struct race_side side;
    if (!race_side_read(&side, request->reuser ? RACE_REUSER : RACE_SERVER, request->reuser ? request->reuser : request->server,
                        request->reuser ? "--reuser" : "--server", request->arena, &request->diag))
        return command_complain(&request->diag);
    race_report_table_head(stdout);
    for (size_t i = 0; i < n_preset_texts; i++) {
        const char *name = preset_texts[i].name;
        const struct preset *preset = preset_read(name, (struct place){.file = "race"}, request->arena, &request->diag);
        if (!preset) return command_complain(&request->diag);
        if (!race_side_is(preset, other)) continue;
        int code = put_row(request, request->reuser ? request->reuser : name, request->server ? request->server : name);
        if (code != STATUS_OK) return code;
    }
    return STATUS_OK;
}

static int report(struct request *request) {
    if (!diag_ok(&request->diag)) return command_complain(&request->diag);
    if (request->reuser && request->server) return report_pair(request);
    int code = request->reuser || request->server ? report_all(request) : report_known(request);
    if (code == STATUS_OK) {
        char line[400];
        const struct param_value *v = request->values.values;
        snprintf(line, sizeof line, "Races a day: requests that meet a close, at %.9g requests/s and a round trip of %.50s, connections being idle for %.200s.",
                 v[VALUE_RATE].number, v[VALUE_RTT].text,
                 v[VALUE_GAPS].given ? v[VALUE_GAPS].text : "exponential times with the server's limit as mean");
        putchar('\n');
        params_print_words(stdout, 0, 0, line);
    }
    return code;
}

static int run(int argc, char **argv) {
    struct arena arena;
    arena_open(&arena, CLI_ARENA_BYTES);
    struct request request = {.arena = &arena};
    int code = parse(argc, argv, &request);
    if (code == STATUS_OK) code = report(&request);
    arena_close(&arena);
    return code;
}

const struct command command_race = {
    .name = "race",
    .arguments = "[--reuser TIME|PRESET] [--server TIME|PRESET] [options]",
    .summary = "why intermittent 502s: do two idle limits in a row fit?",
    .help = "examples:\n"
            "  linger race                                 pairs of defaults that are known\n"
            "  linger race --reuser 60s --server 5s\n"
            "  linger race --reuser aws-alb --server node-25 --rate 500/s\n"
            "  linger race --reuser 60s --server 75s && echo they fit\n"
            "  linger race --server tomcat                 with all proxies; or --reuser\n"
            "  linger race --reuser 60s --server 5s --rtt 2ms \\\n"
            "      --gaps 'empirical(site.csv:think_s)'\n"
            "\n"
            "The reuser, a proxy, load balancer or browser, sends requests on connections\n"
            "that the server may be closing. It must give up first, by a round trip, else\n"
            "requests meet a close: they are sent again, or answered 502 where they must\n"
            "not be (POST). Printed is whether and by what margin the limits fit, the share\n"
            "and rate of both, by closed form and by simulation, and what to set.\n"
            "\n"
            "Exit code 0: they fit; 1: they do not.\n"
            "\n"
            "options:\n"
            "      --reuser TIME|PRESET   how long it keeps an idle connection; 0: for ever.\n"
            "                             Products by name: linger presets\n"
            "      --server TIME|PRESET   ... and the server; 0: keep-alive off\n"
            "      --rtt TIME             round trip between them; default 500us\n"
            "      --scan TIME            how often limits are looked at; default 0: exactly\n"
            "      --gaps LAW             how long connections are idle between two uses: a\n"
            "                             distribution like exponential(20s), or the think\n"
            "                             times of a scenario, FILE.ini; default:\n"
            "                             exponential, with the server's limit as mean\n"
            "      --rate RATE            requests a second; default 100\n"
            "      --non-idempotent SHARE of them that must not be sent twice; default 20%\n"
            "      --simulate             also where it takes more than a second or two\n",
    .run = run,
};
