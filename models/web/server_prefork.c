/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * prefork: one process holds one connection, from accept until the connection is done, idle time included.
 *
 * The pool follows httpd's prefork.c (perform_idle_server_maintenance), once a second: with more than
 * spare_max idle one process is ended and the spawn rate falls back to 1; with fewer than spare_min the spawn rate's number
 * is forked, within the worker limit, and the rate doubles up to 32; otherwise it is 1 again. A process
 * that is still starting counts as idle. It never takes an idle connection back.
 *
 * Since all daemons are alike there are only their numbers.
 */
#include "models/web/cpu.h"
#include "models/web/memory.h"
#include "models/web/server.h"

/* Start daemons are there at time 0, as after a start without load. */
static void prefork_open(struct web *web, const struct param_set *set) {
    struct server *server = &web->server;
    (void)set;
    server->n_alive = server->n_start < server->worker_limit ? server->n_start : server->worker_limit;
    server->n_spare = server->n_alive;
    ring_open(&server->rested, web->run->arena, sizeof(double));
    time_average_open(&web->meters.level[LEVEL_ALIVE], 0, server->n_alive);
    time_average_open(&web->meters.level[LEVEL_PROCESSES], 0, server->n_alive);
    memory_note(web);
}

/* Spare daemons wait in line for the accept lock, so the one that rests longest is next. Those that have never served
 * have rested since they were forked, before any other. True: it has served before. */
static bool take_spare(struct web *web) {
    struct server *server = &web->server;
    const double *since_s = server->rested.items;
    bool has_served = ring_length(&server->rested) == server->n_spare;
    server->rested_s = has_served ? web_now(web) - since_s[ring_pop(&server->rested)] : HUGE_VAL;
    server->n_spare--;
    return has_served;
}

static bool prefork_accept(struct web *web, uint32_t c) {
    if (web->server.n_spare == 0) return false;
    connection_at(web, c)->u.process = web->server.generation;
    if (!take_spare(web)) meters_level_add(&web->meters, LEVEL_USED, web_now(web), 1);
    return true;
}

static void count_alive(struct web *web, double change) {
    meters_level_add(&web->meters, LEVEL_ALIVE, web_now(web), change);
    meters_level_add(&web->meters, LEVEL_PROCESSES, web_now(web), change);
}

/* A daemon of a generation before the last reload ends after its answer, and with its connection. */
static bool prefork_keeps(const struct web *web, uint32_t c) {
    return connection_at(web, c)->u.process == web->server.generation;
}

static void prefork_release(struct web *web, uint32_t c) {
    if (!prefork_keeps(web, c)) {
        web->server.n_alive--;
        meters_level_add(&web->meters, LEVEL_USED, web_now(web), -1);
        count_alive(web, -1);
        return;
    }
    struct ring *rested = &web->server.rested;
    uint32_t seat = ring_push(rested);
    ((double *)rested->items)[seat] = web_now(web);
    web->server.n_spare++;
    server_accept_waiting(web);
}

static void prefork_forked(struct web *web, uint32_t process) {
    (void)process;
    web->server.n_starting--;
    web->server.n_spare++;
    server_accept_waiting(web);
}

static void reap(struct web *web) {
    if (take_spare(web)) meters_level_add(&web->meters, LEVEL_USED, web_now(web), -1);
    web->server.n_alive--;
    web->server.spawn_rate = 1;
    web->meters.count[COUNT_REAPED]++;
    count_alive(web, -1);
}

static void fork_one(struct web *web) {
    if (!memory_fits_process(web)) {
        web->meters.count[COUNT_FORK_REFUSED]++;
        return;
    }
    web->server.n_alive++;
    web->server.n_starting++;
    web->meters.count[COUNT_FORKED]++;
    count_alive(web, 1);
    memory_note(web);
    cpu_begin_fork(web, 0); /* all alike: any number does */
}

static void spawn(struct web *web) {
    struct server *server = &web->server;
    uint32_t room = server->worker_limit - server->n_alive;
    if (room == 0) { /* "server reached MaxRequestWorkers" */
        server->spawn_rate = 1;
        return;
    }
    uint32_t n = server->spawn_rate < room ? server->spawn_rate : room;
    for (uint32_t i = 0; i < n; i++) fork_one(web);
    server_raise_spawn_rate(server);
}

static void prefork_tick(struct web *web) {
    struct server *server = &web->server;
    uint32_t idle = server->n_spare + server->n_starting;
    if (idle > server->spare_max && server->n_spare > 0) reap(web);
    else if (idle < server->spare_min) spawn(web);
    else server->spawn_rate = 1;
}

/* Idle connections are kept to their limit by daemons that take no other, and hold their places in the scoreboard. */
static void prefork_reload(struct web *web) {
    struct server *server = &web->server;
    while (server->n_spare > 0) reap(web);
    uint32_t room = server->worker_limit - server->n_alive;
    for (uint32_t n = server->n_start < room ? server->n_start : room; n > 0; n--) fork_one(web);
}

const struct server_architecture server_prefork = {
    .name = "prefork",
    .holds_busy = true,
    .holds_idle = true,
    .holds_closing = true,
    .lingers = true,
    .open = prefork_open,
    .accept = prefork_accept,
    .release = prefork_release,
    .keeps = prefork_keeps,
    .forked = prefork_forked,
    .tick = prefork_tick,
    .reload = prefork_reload,
};
