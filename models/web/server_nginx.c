/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * nginx: a few processes, each one loop on one core that serves its connections in the order in which they have something to
 * do. A connection, idle or not, is a record of its process and nothing more; it is gone the moment the response that
 * closes it is written.
 *
 * Before a process takes a record for a new connection it looks at what is left: at a sixteenth or less of connection_limit it
 * closes its oldest idle connections, an eighth of them, 32 at most and at least one (ngx_connection.c,
 * ngx_drain_connections). With server.reclaim = off it does not, as other servers of this kind. Two records are its own: the listening socket and the channel to the master (128 allowed, the first
 * drain at 118 clients: measured).
 */
#include "models/web/cpu.h"
#include "models/web/memory.h"
#include "models/web/server.h"

enum { OWN_RECORDS = 2, DRAIN_MAX = 32 };

static void nginx_open(struct web *web, const struct param_set *set) {
    struct server *server = &web->server;
    enum { PROCESSES_MAX = 60000 };
    double given = set->values[SERVER_PROCESSES].number, cores = set->values[MACHINE_CORES].number;
    uint32_t n = (uint32_t)(given > 0 ? given : fmin(cores, PROCESSES_MAX));
    server->n_processes = n;
    server->reclaims = set->values[SERVER_RECLAIM].number > 0;
    server->connection_limit = (uint32_t)set->values[SERVER_CONNECTION_LIMIT].number;
    server->processes = ARENA_NEW(web->run->arena, n, struct process);
    cpu_open_loops(web, n);
    time_average_open(&web->meters.level[LEVEL_PROCESSES], 0, n);
    time_average_open(&web->meters.level[LEVEL_ALIVE], 0, n);
    memory_note(web);
}

static uint32_t free_records(const struct web *web, uint32_t p) {
    uint32_t used = web->server.processes[p].n_open + OWN_RECORDS;
    return used < web->server.connection_limit ? web->server.connection_limit - used : 0;
}

static void drain(struct web *web, uint32_t p) {
    uint32_t n = web->server.processes[p].n_idle / 8;
    n = n < 1 ? 1 : n > DRAIN_MAX ? DRAIN_MAX : n;
    for (uint32_t c; n > 0 && (c = server_oldest_idle(web, p)) != POOL_NONE; n--)
        server_close_idle(web, c, COUNT_CLOSED_RECLAIM);
}

/* Processes accept in turn. One that is full leaves the connection in the queue. */
static bool nginx_accept(struct web *web, uint32_t c) {
    struct server *server = &web->server;
    for (uint32_t i = 0; i < server->n_processes; i++) {
        uint32_t p = server->next_process;
        server->next_process = p + 1 < server->n_processes ? p + 1 : 0;
        if (server->reclaims && free_records(web, p) <= server->connection_limit / 16) drain(web, p);
        if (free_records(web, p) == 0) continue;
        connection_at(web, c)->u.process = (uint16_t)p;
        server->processes[p].n_open++;
        return true;
    }
    return false;
}

static bool nginx_wake(struct web *web, uint32_t c) {
    web->server.processes[connection_at(web, c)->u.process].n_idle--;
    return true;
}

static void nginx_rest(struct web *web, uint32_t c, enum web_level from) {
    (void)from;
    web->server.processes[connection_at(web, c)->u.process].n_idle++;
    server_accept_waiting(web); /* now there is one to make room */
}

static void nginx_write(struct web *web, uint32_t c) {
    (void)web;
    (void)c; /* the loop goes on with others; the connection keeps its record */
}

static void nginx_close(struct web *web, uint32_t c, enum web_level from) {
    if (from == LEVEL_IDLE) web->server.processes[connection_at(web, c)->u.process].n_idle--;
}

static void nginx_release(struct web *web, uint32_t c) {
    web->server.processes[connection_at(web, c)->u.process].n_open--;
    server_accept_waiting(web);
}

/* Old processes close what is idle at once and end with their last request; new ones take their places. Since a request takes
 * milliseconds, the two lives are not told apart. */
static void nginx_reload(struct web *web) {
    for (uint32_t p = 0; p < web->server.n_processes; p++)
        for (uint32_t c = server_oldest_idle(web, p); c != POOL_NONE; c = server_oldest_idle(web, p))
            server_close_idle(web, c, COUNT_CLOSED_DYING);
}

const struct server_architecture server_nginx = {
    .name = "nginx",
    .open = nginx_open,
    .accept = nginx_accept,
    .wake = nginx_wake,
    .write = nginx_write,
    .rest = nginx_rest,
    .close = nginx_close,
    .release = nginx_release,
    .reload = nginx_reload,
};
