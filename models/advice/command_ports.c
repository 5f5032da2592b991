/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * linger ports: whether a proxy runs out of ports, and how large its pool should be.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "models/advice/advice.h"
#include "models/advice/ports_report.h"
#include "models/models.h"
#include "models/web/params.h"
#include "sim/interface/cli.h"

enum { OPTION_RATE, OPTION_RESPONSE, OPTION_POOL, OPTION_PORTS, OPTION_TIME_WAIT, OPTION_DESTINATIONS, OPTION_ADDRESSES, OPTION_CLOSES_FIRST, OPTION_SHARE };

static const struct cli_option options[] = {
    {OPTION_RATE, "rate", 0, "RATE"},
    {OPTION_RESPONSE, "response", 0, "TIME"},
    {OPTION_POOL, "pool", 0, "N"},
    {OPTION_PORTS, "ports", 0, "N|LOW-HIGH"},
    {OPTION_TIME_WAIT, "time-wait", 0, "TIME"},
    {OPTION_DESTINATIONS, "destinations", 0, "N"},
    {OPTION_ADDRESSES, "addresses", 0, "N"},
    {OPTION_CLOSES_FIRST, "closes-first", 0, "proxy|server"},
    {OPTION_SHARE, "opening", 0, "SHARE"},
};

/* The arguments as values of a scenario, by option. */
static const struct param values[] = {
    [OPTION_RATE] = {"--rate", PARAM_RATE, 1e-6, 1e7, "100", NULL, NULL, NULL},
    [OPTION_RESPONSE] = {"--response", PARAM_TIME, 1e-6, 3600, "100ms", NULL, NULL, NULL},
    [OPTION_POOL] = {"--pool", PARAM_COUNT, 0, PORTS_POOL_MAX, "0", NULL, NULL, NULL},
    [OPTION_PORTS] = {"--ports", PARAM_COUNT, 1, 65535, "28232", NULL, NULL, NULL},
    [OPTION_TIME_WAIT] = {"--time-wait", PARAM_TIME, 0, 3600, "60s", NULL, NULL, NULL},
    [OPTION_DESTINATIONS] = {"--destinations", PARAM_COUNT, 1, 100000, "1", NULL, NULL, NULL},
    [OPTION_ADDRESSES] = {"--addresses", PARAM_COUNT, 1, 1000, "1", NULL, NULL, NULL},
    [OPTION_CLOSES_FIRST] = {"--closes-first", PARAM_CHOICE, 0, 0, "proxy", "proxy|server", NULL, NULL},
    [OPTION_SHARE] = {"--opening", PARAM_SHARE, 1e-6, 1, "1%", NULL, NULL, NULL},
};
enum { VALUES = sizeof values / sizeof values[0] };

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

static int parse(int argc, char **argv, struct param_set *set, struct arena *arena) {
    struct cli cli = {.argc = argc, .argv = argv, .options = options, .n_options = sizeof options / sizeof options[0]};
    struct diag diag = {0};
    *set = param_set_open(values, VALUES, arena);
    for (int id; (id = cli_next(&cli)) != CLI_END;) {
        if (id == CLI_WRONG) return STATUS_USAGE;
        if (id == CLI_OPERAND) return cli_usage("ports", "'%s' belongs to no option; is it --rate, or --pool?", cli.value);
        const char *text = id == OPTION_PORTS ? count_of_range(cli.value, arena) : cli.value;
        param_assign(set, (size_t)id, text, (struct place){.file = values[id].name}, NULL, arena, &diag);
    }
    double busy = set->values[OPTION_RATE].number * set->values[OPTION_RESPONSE].number;
    if (diag_ok(&diag) && busy > PORTS_BUSY_MAX)
        diag_add(&diag, STATUS_SCENARIO, (struct place){.file = "--response"}, "%g requests under way at %s/s, allowed: up to %d", busy,
                 set->values[OPTION_RATE].text, PORTS_BUSY_MAX);
    if (!diag_ok(&diag)) diag.status = STATUS_USAGE;
    return diag_ok(&diag) ? STATUS_OK : command_complain(&diag);
}

static int run(int argc, char **argv) {
    struct arena arena;
    struct param_set set;
    arena_open(&arena, CLI_ARENA_BYTES);
    int code = parse(argc, argv, &set, &arena);
    const struct param_value *v = set.values;
    struct param_set web = param_set_open(web_params, WEB_PARAMS, &arena);
    if (code == STATUS_OK) {
        struct ports_question question = {
            .per_s = v[OPTION_RATE].number, .response_s = v[OPTION_RESPONSE].number, .pool = (unsigned)v[OPTION_POOL].number,
            .ports = v[OPTION_PORTS].number, .pairs = v[OPTION_DESTINATIONS].number * v[OPTION_ADDRESSES].number,
            .time_wait_s = v[OPTION_TIME_WAIT].number, .server_closes = v[OPTION_CLOSES_FIRST].number > 0,
            .opening = v[OPTION_SHARE].number, .time_wait_bytes = web.values[MEMORY_TIME_WAIT].number};
        code = ports_report(stdout, &question);
    }
    arena_close(&arena);
    return code;
}

const struct command command_ports = {
    .name = "ports",
    .arguments = "[--rate RATE] [--response TIME] [--pool N] [options]",
    .summary = "does a proxy run out of ports? how large a pool does it need?",
    .help = "examples:\n"
            "  linger ports --rate 600/s                   each request a new connection\n"
            "  linger ports --rate 600/s --response 80ms --pool 32\n"
            "  linger ports --rate 2000/s --destinations 4 --ports 1024-65535\n"
            "  linger ports --rate 600/s --closes-first server\n"
            "\n"
            "Requests come to a proxy at random moments, and it asks a server. Printed is how\n"
            "many ports are taken, TIME_WAIT included, the most connections a second, when\n"
            "and how often ports run out (Little's law, Poisson, Erlang B), how many requests\n"
            "are under way, and for pools of several sizes how many connections are opened.\n"
            "Idle limits are left out; linger run has them, with a proxy in the scenario.\n"
            "\n"
            "Exit code 0: there are ports enough; 1: more than one in 1000 finds none.\n"
            "\n"
            "options:\n"
            "      --rate RATE            requests a second; default 100\n"
            "      --response TIME        how long one takes, on average; default 100ms\n"
            "      --pool N               idle connections that are kept, 0 to 64; default 0\n"
            "      --ports N|LOW-HIGH     ip_local_port_range; default 32768-60999: 28232\n"
            "      --addresses N          of the proxy; default 1\n"
            "      --destinations N       servers' addresses and ports; default 1\n"
            "      --time-wait TIME       default 60s, as in Linux\n"
            "      --closes-first WHO     proxy | server: who keeps TIME_WAIT; default proxy\n"
            "      --opening SHARE        of requests that may open a connection, for the\n"
            "                             size of the pool; default 1%\n",
    .run = run,
};
