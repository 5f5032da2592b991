/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Puts the rooms together: event routines, one replication, the model's entry.
 */
#include "models/web/web.h"

#include "models/models.h"
#include "models/web/browser.h"
#include "models/web/checks.h"
#include "models/web/cpu.h"
#include "models/web/disk.h"
#include "models/web/listener.h"
#include "models/web/memory.h"
#include "models/web/network.h"
#include "models/web/page_cache.h"
#include "models/web/population.h"
#include "models/web/proxy.h"
#include "models/web/proxy_report.h"
#include "models/web/proxy_route.h"
#include "models/web/server.h"
#include "models/web/transport.h"

/* ---- event routines: each hands on to the room that it concerns ------------------------------------- */

static void on_idle_limit(void *model, uint32_t c) { server_idle_limit(model, c); }
static void on_closing_limit(void *model, uint32_t c) { server_closing_limit(model, c); }
static void on_handshake(void *model, uint32_t c) {
    if (listener_ack(model, c)) server_established(model, c);
}
static void on_syn_retry(void *model, uint32_t c) {
    if (!listener_syn_retry(model, c)) browser_connect_failed(model, c);
}
static void on_half_open_end(void *model, uint32_t unused) {
    (void)unused;
    listener_half_open_end(model);
}
static void on_sent(void *model, uint32_t unused) {
    (void)unused;
    transport_sent(model);
}
static void on_written(void *model, uint32_t c) { server_written(model, c); }
static void on_read(void *model, uint32_t c) { server_read(model, c); }
static void on_tls(void *model, uint32_t c) { server_handshaken(model, c); }
static void on_session(void *model, uint32_t class_number) { browser_session(model, class_number); }
static void on_proxy_idle(void *model, uint32_t c) { proxy_idle_limit(model, c); }
static void on_browser_idle(void *model, uint32_t place) { browser_idle_limit(model, place); }
static void on_think_end(void *model, uint32_t user) { browser_think_end(model, user); }

/* The CPU has done its work, and all that had to be read is there. */
static void served(struct web *web, uint32_t c) {
    cpu_go_on(web, c);
    server_worked(web, c);
}

static void on_cpu_done(void *model, uint32_t unused) {
    (void)unused;
    struct web *web = model;
    uint32_t job = cpu_finish(web);
    if ((job & CPU_JOB_KIND) == CPU_JOB_FORK) web->server.architecture->forked(web, job & ~CPU_JOB_KIND);
    else if ((job & CPU_JOB_KIND) == CPU_JOB_LISTEN) web->server.architecture->listened(web, job & ~CPU_JOB_KIND);
    else if (!disk_begin(web, job)) served(web, job);
    cpu_plan(web);
}

static void on_disk_done(void *model, uint32_t c) {
    struct web *web = model;
    if (!disk_finish(web, c)) return;
    served(web, c);
    cpu_plan(web);
}

/* Packets of one connection and direction land in the order in which they left: the lowest bit first. */
static void on_uplink(void *model, uint32_t c) {
    struct web *web = model;
    struct connection *connection = connection_at(web, c);
    uint8_t what = connection->up & (uint8_t)-connection->up;
    connection->up ^= what;
    if (what == UP_REQUEST) server_request(web, c);
    else if (what == UP_SYN) listener_syn(web, c);
    else server_fin(web, c);
}

static void on_downlink(void *model, uint32_t c) {
    struct web *web = model;
    struct connection *connection = connection_at(web, c);
    uint8_t what = connection->down & (uint8_t)-connection->down;
    connection->down ^= what;
    if (what == DOWN_FIN) browser_fin(web, c);
    else browser_response(web, c, what == DOWN_LAST);
}

/* The window begins. */
static void forget(struct web *web) {
    meters_reset(&web->meters, &web->cpu.ps.busy, web_now(web));
    ps_reset_work(&web->cpu.ps, web_now(web));
}

static void on_trace_request(void *model, uint32_t unused) {
    (void)unused;
    struct web *web = model;
    if (web->browser.next_request == 0) /* the window begins with the first request */
        forget(web);
    browser_trace_request(web);
}

static void on_trace_end(void *model, uint32_t unused) {
    (void)unused;
    struct web *web = model;
    meters_end(&web->meters, &web->cpu.ps.busy, web_now(web));
}

/* A trace that is over and has no connection left needs no more maintenance: the run ends by itself. Connections that nobody closes, to a
 * proxy, do not count. */
static bool is_over(const struct web *web) {
    if (!web->browser.workload->n_requests || web->meters.end_s < 0) return false;
    if (!web->proxy.is_present) return pool_in_use(&web->connections) == 0;
    const struct time_average *level = web->meters.level;
    return meters_in_flight(&web->meters) == 0 && level[LEVEL_UPSTREAM].level + level[LEVEL_OPEN].level <= 0;
}

static void on_pool_tick(void *model, uint32_t unused) {
    (void)unused;
    struct web *web = model;
    if (web->server.architecture->tick) web->server.architecture->tick(web);
    if (web->memory.is_watched) memory_note(web);
    if (!is_over(web)) simulation_at(&web->simulation, web_now(web) + 1, EVENT_POOL_TICK, 0);
}

static void on_reload(void *model, uint32_t unused) {
    (void)unused;
    server_reload(model);
}

static void plan_look(struct web *web) {
    double next_s = looks_next_s(&web->run->looks);
    if (next_s < HUGE_VAL) simulation_at(&web->simulation, next_s, EVENT_LOOK, 0);
}

static void on_look(void *model, uint32_t unused) {
    (void)unused;
    struct web *web = model;
    meters_look(web);
    plan_look(web);
}

/* The window of a trace is from its first request to its last. */
static void plan_looks(struct web *web) {
    struct run *run = web->run;
    const struct workload *workload = web->browser.workload;
    size_t n = workload->n_requests;
    looks_begin(&run->looks, n ? fmax(run->warmup_s, workload->request_time_s[0]) : run->warmup_s,
                n ? fmin(run->horizon_s, workload->request_time_s[n - 1]) : run->horizon_s);
    plan_look(web);
}

static void on_observe(void *model, uint32_t unused) {
    (void)unused;
    struct web *web = model;
    meters_observe(web);
    if (!is_over(web))
        simulation_at(&web->simulation, web_now(web) + web->run->series->interval_s, EVENT_OBSERVE, 0);
}

static void on_warmup(void *model, uint32_t unused) {
    (void)unused;
    struct web *web = model;
    forget(web);
    if (web->run->series && web->run->series->start_s >= web_now(web)) meters_begin_rows(&web->meters);
    web->cpu.given_s = web->cpu.given_user_s = 0;
    time_average_reset(&web->network.uplink.busy, web_now(web));
    web->memory.peak = (struct memory_use){0};
    web->memory.total_peak_bytes = 0;
    memory_note(web);
}

static const struct event_class classes[WEB_EVENTS] = {
    [EVENT_IDLE_LIMIT] = {"idle limit", on_idle_limit},
    [EVENT_CLOSING_LIMIT] = {"closing limit", on_closing_limit},
    [EVENT_CPU_DONE] = {"cpu done", on_cpu_done},
    [EVENT_DISK_DONE] = {"disk done", on_disk_done},
    [EVENT_SENT] = {"sent by the uplink", on_sent},
    [EVENT_WRITTEN] = {"written", on_written},
    [EVENT_READ] = {"read", on_read},
    [EVENT_TLS] = {"TLS handshake done", on_tls},
    [EVENT_UPLINK] = {"lands at the server", on_uplink},
    [EVENT_DOWNLINK] = {"lands at the client", on_downlink},
    [EVENT_HANDSHAKE] = {"handshake done", on_handshake},
    [EVENT_SYN_RETRY] = {"SYN retry", on_syn_retry},
    [EVENT_HALF_OPEN_END] = {"half-open end", on_half_open_end},
    [EVENT_BROWSER_IDLE] = {"browser's idle limit", on_browser_idle},
    [EVENT_PROXY_IDLE] = {"proxy's idle limit", on_proxy_idle},
    [EVENT_SESSION] = {"visit begins", on_session},
    [EVENT_THINK_END] = {"think end", on_think_end},
    [EVENT_TRACE_REQUEST] = {"trace request", on_trace_request},
    [EVENT_POOL_TICK] = {"pool tick", on_pool_tick},
    [EVENT_RELOAD] = {"reload", on_reload},
    [EVENT_IDLE_LIMIT_LATE] = {"idle limit", on_idle_limit},
    [EVENT_TRACE_END] = {"trace end", on_trace_end},
    [EVENT_LOOK] = {"look", on_look},
    [EVENT_OBSERVE] = {"observe", on_observe},
    [EVENT_WARMUP] = {"warm-up", on_warmup},
};

/* ---- one replication ---------------------------------------------------------------------------------- */

/* Connections that can exist at once: those of browsers, and those that browsers are done with and the server is
 * not, each of which is in a daemon's hands or has its last FIN under way (a second life of a slot at most). Where
 * visitors walk away or clients never answer a FIN, only time bounds what is left behind. */
static uint32_t connections_capacity(const struct param_set *set, const struct workload *workload) {
    const double left_behind = 1 << 22;
    double daemons = set->values[SERVER_WORKER_LIMIT].number;
    double browsers = population_connections_max(set, workload);
    return (uint32_t)fmin(3 * browsers + daemons + left_behind + proxy_connections_max(set), 4e9);
}

/* In the heap: a think time for each user, a SYN retry for each connection, a read for each disk, the laboratory's few. */
static size_t heap_capacity(const struct web *web, const struct param_set *set, const struct workload *workload) {
    const size_t stale_events_too = (size_t)1 << 26;
    if (web->run->heap_only) return stale_events_too;
    size_t rare = transport_is_needed(set, workload) ? 3 * (size_t)connections_capacity(set, workload) : 0; /* responses, FINs, writing */
    return (size_t)population_users_max(set, workload) + population_connections_max(set, workload) + rare +
           (size_t)set->values[MACHINE_DISKS].number + proxy_connections_max(set) + 16 + workload->n_classes;
}

static void run_web(const struct param_set *set, const struct workload *workload, struct run *run) {
    struct web *web = ARENA_NEW(run->arena, 1, struct web);
    struct simulation *simulation = &web->simulation;
    web->run = run;
    simulation->heap_only = run->heap_only;
    simulation_open(simulation, proxy_route(web, classes, set), WEB_EVENTS, web, heap_capacity(web, set, workload), run->arena);
    pool_open(&web->connections, run->arena, sizeof(struct connection), connections_capacity(set, workload));
    meters_open(&web->meters, set->values[TCP_TIME_WAIT].number, run->arena);
    network_open(web, set);
    transport_open(web, set, workload);
    memory_open(web, set, workload);
    listener_open(web, set);
    cpu_open(web, set, (size_t)connections_capacity(set, workload) + (size_t)set->values[SERVER_WORKER_LIMIT].number);
    page_cache_open(web, set, population_users_max(set, workload));
    disk_open(web, set, population_users_max(set, workload));
    server_open(web, set);
    browser_open(web, set, workload);
    proxy_open(web, set);
    simulation_at(simulation, 1, EVENT_POOL_TICK, 0);
    double reload_s = set->values[SERVER_RELOAD_AT].number;
    if (reload_s > 0) simulation_at(simulation, reload_s, EVENT_RELOAD, 0);
    if (run->warmup_s > 0) simulation_at(simulation, run->warmup_s, EVENT_WARMUP, 0);
    plan_looks(web);
    if (run->series) simulation_at(simulation, run->series->start_s + run->series->interval_s, EVENT_OBSERVE, 0);
    simulation_run(simulation, run->horizon_s);
    meters_report(web);
    proxy_report(web);
}

/* Addresses, three times what all bounds together come to (rings keep their old halves). */
static size_t arena_bytes(const struct param_set *set, const struct workload *workload) {
    size_t users = population_users_max(set, workload), connections = connections_capacity(set, workload);
    size_t each_user = sizeof(struct user) + 32 * sizeof(uint32_t) + 64 + sizeof(struct event);
    size_t each_connection = sizeof(struct connection) + sizeof(struct transport) + 8 * sizeof(struct event);
    if (set->values[PROXY_PRESENT].number > 0) {
        each_user += sizeof(struct method_draws);
        each_connection += sizeof(struct front) + sizeof(struct upstream);
    }
    size_t daemons = (size_t)set->values[SERVER_WORKER_LIMIT].number * sizeof(struct event);
    return 3 * (users * each_user + connections * each_connection + daemons + workload->n_requests * 8) +
           ((size_t)1 << 32);
}

/* ---- checks of a scenario -------------------------------------------------------------------------------- */

/* What a path is shared by (network_path). */
static bool same_path(const struct param_value *a, const struct param_value *b) {
    static const enum web_param parts[] = {USERS_RTT, USERS_IDLE_LIMIT, USERS_BANDWIDTH, USERS_TLS};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        if (fabs(a[parts[i]].number - b[parts[i]].number) > 0) return false;
    return true;
}

static size_t count_paths(const struct workload *workload) {
    size_t n = 0;
    for (size_t k = 0; k < workload->n_classes && n <= PATHS_MAX; k++) {
        size_t i = 0;
        while (i < k && !same_path(workload->classes[i].values, workload->classes[k].values)) i++;
        n += i == k;
    }
    return n;
}

static void check_shares(const struct param_value *v, const char *class_name, struct diag *diag) {
    double sum = v[USERS_HTTP10].number + v[USERS_HTTP10_KEEPALIVE].number + v[USERS_CLOSE].number + v[USERS_HTTP2].number;
    if (sum > 1 + 1e-9)
        diag_add(diag, class_name ? STATUS_DATA : STATUS_SCENARIO, (struct place){.column = "users.http10"},
                 "http10, http10_keepalive, close and http2%s%s are %g together; allowed: shares that add up to 1 at most",
                 class_name ? " of class " : "", class_name ? class_name : "", sum);
    if (v[USERS_SESSIONS].number > 0 && v[USERS_SESSION_PAGES].variate.kind == VARIATE_CONSTANT && v[USERS_SESSION_PAGES].variate.a < 1)
        diag_add(diag, class_name ? STATUS_DATA : STATUS_SCENARIO, (struct place){.column = "users.session_pages"},
                 "read '%s'%s%s, allowed: 1 or more, since visits begin (users.sessions) and must end",
                 v[USERS_SESSION_PAGES].text, class_name ? " for class " : "", class_name ? class_name : "");
}

static void check_classes(const struct param_set *set, const struct workload *workload, struct diag *diag) {
    if (count_paths(workload) > PATHS_MAX)
        diag_add(diag, STATUS_DATA, (struct place){.column = "rtt"},
                 "more than %d different sets of rtt, bandwidth, tls and idle_limit; allowed: %d", PATHS_MAX, PATHS_MAX);
    if (workload->n_classes == 0) check_shares(set->values, NULL, diag);
    for (size_t k = 0; k < workload->n_classes; k++) check_shares(workload->classes[k].values, workload->class_names ? workload->class_names[k] : NULL, diag);
    double connections = 0;
    for (size_t k = 0; k < (workload->n_classes ? workload->n_classes : 1); k++) {
        const struct param_value *v = workload->n_classes ? workload->classes[k].values : set->values;
        double users = workload->n_requests ? workload->n_clients : v[USERS_COUNT].number;
        connections += users * v[USERS_CONNECTIONS].number;
    }
    if (connections > 1e9)
        diag_add(diag, STATUS_SCENARIO, (struct place){.column = "users.count"},
                 "%.0f connections in all; allowed: 1000000000", connections);
}

static void check_web(const struct param_set *set, const struct workload *workload, double horizon_s,
                      struct diag *diag) {
    const struct param_value *v = set->values;
    if (!isfinite(horizon_s) && workload->n_requests == 0)
        diag_add(diag, STATUS_SCENARIO, (struct place){.column = "run.horizon"},
                 "read '0', which means the end of a trace; allowed without one: a time above 0 s");
    if (v[MEMORY_DAEMON_PRIVATE].number > v[MEMORY_DAEMON_RSS].number)
        diag_add(diag, STATUS_SCENARIO, (struct place){.column = "memory.daemon_private"},
                 "read '%s', allowed: at most memory.daemon_rss (%s), of which it is a part",
                 v[MEMORY_DAEMON_PRIVATE].text, v[MEMORY_DAEMON_RSS].text);
    if (v[MACHINE_RESERVED].number > v[MACHINE_RAM].number)
        diag_add(diag, STATUS_SCENARIO, (struct place){.column = "machine.reserved"},
                 "read '%s', allowed: at most machine.ram (%s), of which it is a part", v[MACHINE_RESERVED].text, v[MACHINE_RAM].text);
    check_classes(set, workload, diag);
    proxy_check(set, workload, diag);
}

static const char *const streams[WEB_STREAMS] = {
    [STREAM_BEHAVIOUR] = "behaviour",
    [STREAM_CPU] = "cpu",
    [STREAM_PORTS] = "ports",
    [STREAM_SESSIONS] = "sessions",
    [STREAM_PROTOCOL] = "protocol",
    [STREAM_NETWORK] = "network",
    [STREAM_CACHE] = "cache",
    [STREAM_DISK] = "disk",
    [STREAM_METHOD] = "method",
};

static const char *const left_out[] = {
    "Packets of requests and answers are never lost, reordered or acknowledged late, and the client's window never binds; SYNs may be lost.",
    "A proxy (proxy.present) costs nothing itself: its CPU time and memory are not modelled, nor does it cache. There is one server, and "
    "it waits for no other machine.",
    "The page cache is as warm as its size allows at any moment; files of the site are of one size, and nothing is written to disks.",
    "What a request costs in CPU time and a process in memory is what the parameters say: measured on one machine, where they are "
    "not given. linger calibrate fits them to your own.",
    "HTTP/3, and priorities among the streams of HTTP/2.",
    NULL,
};

const struct model model_web = {
    .name = "web",
    .summary = "Users with browsers, a network, a web server that keeps connections, its machine.",
    .params = web_params,
    .n_params = WEB_PARAMS,
    .measures = web_measures,
    .n_measures = WEB_MEASURES,
    .headlines = web_headlines,
    .n_headlines = WEB_HEADLINES,
    .left_out = left_out,
    .streams = streams,
    .n_streams = WEB_STREAMS,
    .class_section = "users",
    .series_columns = web_series_columns,
    .n_series_columns = WEB_SERIES_COLUMNS,
    .settling_columns = web_settling_columns,
    .forms = web_forms,
    .n_forms = WEB_FORMS,
    .precision_measures = "page_response,requests_per_s,connections_open",
    .checks = web_checks,
    .n_checks = WEB_CHECKS,
    .commands = web_commands,
    .tuning = &web_tuning,
    .check = check_web,
    .arena_bytes = arena_bytes,
    .run = run_web,
};
