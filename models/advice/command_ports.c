/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * linger ports: whether a proxy runs out of ports, and how large its pool should be.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "models/advice/advice.h"
#include "models/advice/ports_report.h"
#include "models/advice/ports_study.h"
#include "models/models.h"
#include "models/web/params.h"
#include "sim/interface/cli.h"

/* Numbers, then what is asked of a scenario, then what any command that simulates takes. */
enum option {
    WORD_RATE, WORD_RESPONSE, WORD_POOL, WORD_PORTS, WORD_TIME_WAIT, WORD_DESTINATIONS, WORD_ADDRESSES, WORD_CLOSES_FIRST, NUMBERS,
    WORD_SHARE = NUMBERS, WORD_BUCKETS, VALUES,
    WORD_SET = VALUES, WORD_SEED, WORD_REPLICATIONS, WORD_THREADS, WORD_JSON, WORD_QUIET
};

static const struct cli_option options[] = {
    {WORD_RATE, "rate", 0, "RATE"},
    {WORD_RESPONSE, "response", 0, "TIME"},
    {WORD_POOL, "pool", 0, "N"},
    {WORD_PORTS, "ports", 0, "N|LOW-HIGH"},
    {WORD_TIME_WAIT, "time-wait", 0, "TIME"},
    {WORD_DESTINATIONS, "destinations", 0, "N"},
    {WORD_ADDRESSES, "addresses", 0, "N"},
    {WORD_CLOSES_FIRST, "closes-first", 0, "proxy|server"},
    {WORD_SHARE, "opening", 0, "SHARE"},
    {WORD_BUCKETS, "tw-buckets", 0, "N"},
    {WORD_SET, "set", 's', "SECTION.KEY=VALUE"},
    {WORD_SEED, "seed", 0, "N"},
    {WORD_REPLICATIONS, "replications", 'r', "N"},
    {WORD_THREADS, "threads", 't', "N"},
    {WORD_JSON, "json", 0, NULL},
    {WORD_QUIET, "quiet", 'q', NULL},
};

/* The arguments as values of a scenario, by option. */
static const struct param values[VALUES] = {
    [WORD_RATE] = {"--rate", PARAM_RATE, 1e-6, 1e7, "100", NULL, NULL, NULL},
    [WORD_RESPONSE] = {"--response", PARAM_TIME, 1e-6, 3600, "100ms", NULL, NULL, NULL},
    [WORD_POOL] = {"--pool", PARAM_COUNT, 0, PORTS_POOL_MAX, "0", NULL, NULL, NULL},
    [WORD_PORTS] = {"--ports", PARAM_COUNT, 1, 65535, "28232", NULL, NULL, NULL},
    [WORD_TIME_WAIT] = {"--time-wait", PARAM_TIME, 0, 3600, "60s", NULL, NULL, NULL},
    [WORD_DESTINATIONS] = {"--destinations", PARAM_COUNT, 1, 100000, "1", NULL, NULL, NULL},
    [WORD_ADDRESSES] = {"--addresses", PARAM_COUNT, 1, 1000, "1", NULL, NULL, NULL},
    [WORD_CLOSES_FIRST] = {"--closes-first", PARAM_CHOICE, 0, 0, "proxy", "proxy|server", NULL, NULL},
    [WORD_SHARE] = {"--opening", PARAM_SHARE, 1e-6, 1, "1%", NULL, NULL, NULL},
    [WORD_BUCKETS] = {"--tw-buckets", PARAM_COUNT, 1, 1e9, "131072", NULL, NULL, NULL},
};

/* Where a scenario has the same. */
static const char *const instead[NUMBERS] = {
    [WORD_RATE] = "users.sessions=RATE", [WORD_RESPONSE] = "cpu.request=TIME",     [WORD_POOL] = "proxy.pool_size=N",
    [WORD_PORTS] = "proxy.ports=N",      [WORD_TIME_WAIT] = "tcp.time_wait=TIME", [WORD_CLOSES_FIRST] = "proxy.closes_first=WHO",
};

/* "32768-60999" is a count of ports too, as ip_local_port_range has it. */
static const char *count_of_range(const char *text, struct arena *arena) {
    char first[8], word[16];
    const char *dash = strchr(text, '-');
    long low, high;
    if (!dash || dash == text || (size_t)(dash - text) >= sizeof first) return text;
    snprintf(first, sizeof first, "%.*s", (int)(dash - text), text);
    if (!cli_count(first, 1, 65535, &low) || !cli_count(dash + 1, low, 65535, &high)) return text;
    int n = snprintf(word, sizeof word, "%ld", high - low + 1);
    return arena_text(arena, word, (size_t)n);
}

/* Our own words are values; the others are for study_request. */
struct words {
    struct param_set set;
    bool scenario, studies;   /* one was named; options that only a study has */
    char **rest;
    int n_rest;
};

static int take(struct words *words, int id, const struct cli *cli, int first, struct arena *arena, struct diag *diag) {
    if (id == CLI_WRONG) return STATUS_USAGE;
    if (id >= 0 && id < VALUES) {
        const char *text = id == WORD_PORTS ? count_of_range(cli->value, arena) : cli->value;
        param_assign(&words->set, (size_t)id, text, (struct place){.file = values[id].name}, NULL, arena, diag);
        return STATUS_OK;
    }
    words->scenario |= id == CLI_OPERAND;
    words->studies |= id != CLI_OPERAND;
    for (int i = first; i <= cli->at; i++) words->rest[words->n_rest++] = cli->argv[i];
    return STATUS_OK;
}

static int check(const struct words *words, struct diag *diag) {
    const struct param_value *v = words->set.values;
    double busy = v[WORD_RATE].number * v[WORD_RESPONSE].number;
    if (!words->scenario && (words->studies || v[WORD_BUCKETS].given))
        return cli_usage("ports", "which scenario? --set, --seed, --json and the like are about one; for example: linger ports "
                                  "inputs/scenarios/lesson-9-time-wait.ini");
    for (size_t i = 0; words->scenario && i < NUMBERS; i++) {
        if (!v[i].given) continue;
        if (!instead[i]) return cli_usage("ports", "%s beside a scenario, whose proxy has one address and one server", values[i].name);
        return cli_usage("ports", "%s beside a scenario, which says that itself; allowed: --set %s", values[i].name, instead[i]);
    }
    if (diag_ok(diag) && busy > PORTS_BUSY_MAX)
        diag_add(diag, STATUS_SCENARIO, (struct place){.file = "--response"}, "%g requests under way at %s/s, allowed: up to %d", busy,
                 v[WORD_RATE].text, PORTS_BUSY_MAX);
    if (!diag_ok(diag)) diag->status = STATUS_USAGE;
    return diag_ok(diag) ? STATUS_OK : command_complain(diag);
}

static int parse(int argc, char **argv, struct words *words, struct arena *arena) {
    struct cli cli = {.argc = argc, .argv = argv, .options = options, .n_options = sizeof options / sizeof options[0]};
    struct diag diag = {0};
    *words = (struct words){.set = param_set_open(values, VALUES, arena), .rest = ARENA_NEW(arena, (size_t)argc + 1, char *)};
    words->rest[words->n_rest++] = argv[0];
    for (int first = 1, id; (id = cli_next(&cli)) != CLI_END; first = cli.at + 1) {
        int code = take(words, id, &cli, first, arena, &diag);
        if (code != STATUS_OK) return code;
    }
    return check(words, &diag);
}

static int of_numbers(const struct param_value *v, struct arena *arena) {
    struct param_set web = param_set_open(web_params, WEB_PARAMS, arena);
    struct ports_question question = {
        .per_s = v[WORD_RATE].number, .response_s = v[WORD_RESPONSE].number, .pool = (unsigned)v[WORD_POOL].number,
        .ports = v[WORD_PORTS].number, .pairs = v[WORD_DESTINATIONS].number * v[WORD_ADDRESSES].number,
        .time_wait_s = v[WORD_TIME_WAIT].number, .server_closes = v[WORD_CLOSES_FIRST].number > 0,
        .opening = v[WORD_SHARE].number, .time_wait_bytes = web.values[MEMORY_TIME_WAIT].number};
    return ports_report(stdout, &question);
}

static int of_scenario(const struct words *words, struct arena *arena) {
    static const enum study_option taken[] = {OPTION_SET, OPTION_SEED, OPTION_REPLICATIONS, OPTION_THREADS, OPTION_JSON, OPTION_QUIET};
    struct study_request request;
    struct ports_study study;
    int code = study_request_parse(words->n_rest, words->rest, taken, sizeof taken / sizeof taken[0], &request, arena);
    if (code != STATUS_OK) return code;
    study = (struct ports_study){.request = &request, .arena = arena, .opening = words->set.values[WORD_SHARE].number,
                                 .buckets = words->set.values[WORD_BUCKETS].number};
    code = ports_study_run(&study);
    if (code != STATUS_OK) return code;
    if (request.json) ports_study_json(stdout, &study);
    else ports_study_text(stdout, &study);
    return study.enough ? STATUS_OK : STATUS_CHECK_FAILED;
}

static int run(int argc, char **argv) {
    struct arena arena;
    struct words words;
    arena_open(&arena, CLI_ARENA_BYTES);
    int code = parse(argc, argv, &words, &arena);
    if (code == STATUS_OK) code = words.scenario ? of_scenario(&words, &arena) : of_numbers(words.set.values, &arena);
    arena_close(&arena);
    return code;
}

const struct command command_ports = {
    .name = "ports",
    .arguments = "[SCENARIO | --rate RATE --response TIME --pool N] [options]",
    .summary = "do ports or TIME_WAIT run out? how large a pool is enough?",
    .help = "examples:\n"
            "  linger ports --rate 600/s                   each request a new connection\n"
            "  linger ports --rate 600/s --response 80ms --pool 32\n"
            "  linger ports --rate 2000/s --destinations 4 --ports 1024-65535\n"
            "  linger ports --rate 600/s --closes-first server\n"
            "  linger ports inputs/scenarios/lesson-9-time-wait.ini\n"
            "  linger ports site.ini --set proxy.pool_size=32 --opening 2%\n"
            "\n"
            "Requests come to a proxy at random moments, and it asks a server. Printed is how\n"
            "many ports are taken, TIME_WAIT included, the most connections a second, when\n"
            "and how often ports run out (Little's law, Poisson, Erlang B), how many requests\n"
            "are under way, and for pools of several sizes how many connections are opened.\n"
            "Idle limits are left out; a scenario has them.\n"
            "\n"
            "A SCENARIO is simulated. The closed form stands beside the simulated numbers,\n"
            "with what the scenario has and it does not know. With a proxy in it: whether\n"
            "ports run out, at how many requests a second they would, which side keeps\n"
            "TIME_WAIT and what that takes, and how many connections pools of 0 to 64 open.\n"
            "Without one: TIME_WAIT at the server and at its clients, and how far it is from\n"
            "tcp_max_tw_buckets, above which Linux ends entries early.\n"
            "\n"
            "Exit code 0: there are enough; 1: more than one new connection in 1000 finds no\n"
            "port, or there are more TIME_WAIT entries than may be.\n"
            "\n"
            "options of numbers:\n"
            "      --rate RATE            requests a second; default 100\n"
            "      --response TIME        how long one takes, on average; default 100ms\n"
            "      --pool N               idle connections that are kept, 0 to 64; default 0\n"
            "      --ports N|LOW-HIGH     ip_local_port_range; default 32768-60999: 28232\n"
            "      --addresses N          of the proxy; default 1\n"
            "      --destinations N       servers' addresses and ports; default 1\n"
            "      --time-wait TIME       default 60s, as in Linux\n"
            "      --closes-first WHO     proxy | server: who keeps TIME_WAIT; default proxy\n"
            "\n"
            "options of a scenario:\n"
            "  -s, --set KEY=VALUE        sets a parameter; linger params lists them\n"
            "  -r, --replications N       the same as --set run.replications=N\n"
            "      --seed N               the same as --set run.seed=N\n"
            "      --tw-buckets N         tcp_max_tw_buckets of the server; default 131072\n"
            "      --json                 one JSON object, SI units\n"
            "  -t, --threads N            default: all cores; the results do not depend on it\n"
            "  -q, --quiet                no progress line\n"
            "\n"
            "options of both:\n"
            "      --opening SHARE        of requests that may open a connection, for the\n"
            "                             size of the pool; default 1%\n",
    .run = run,
};
