/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * worker: one thread holds one connection, from accept until the connection is done, idle time included (httpd
 * server/mpm/worker). Threads come and go as whole processes. A process that is told to end lets its idle threads go at
 * once; a connection of it that is idle keeps its thread until its limit or its next request, which is its last.
 */
#include "models/web/process.h"
#include "models/web/server.h"

static bool has_idle_thread(struct web *web, uint32_t p) {
    return web->server.processes[p].n_busy < web->server.n_threads;
}

static bool worker_accept(struct web *web, uint32_t c) {
    uint32_t p = process_next(web, has_idle_thread);
    if (p == web->server.n_processes) return false;
    struct process *process = &web->server.processes[p];
    connection_at(web, c)->u.process = (uint16_t)p;
    process->n_open++;
    process_thread_busy(web, process);
    return true;
}

static void worker_release(struct web *web, uint32_t c) {
    struct process *process = process_of(web, c);
    process->n_open--;
    process_thread_idle(web, process);
    process_try_bury(web, process);
    server_accept_waiting(web);
}

static bool worker_keeps(const struct web *web, uint32_t c) {
    return web->server.processes[connection_at(web, c)->u.process].state != PROCESS_DYING;
}

static void worker_kill(struct web *web, uint32_t p) {
    process_end(web, p);
    process_try_bury(web, &web->server.processes[p]);
}

static void worker_forked(struct web *web, uint32_t p) {
    process_forked(web, p);
    server_accept_waiting(web);
}

static void worker_tick(struct web *web) { process_maintain(web, NULL, worker_kill); }

static void worker_reload(struct web *web) { process_reload(web, worker_kill); }

const struct server_architecture server_worker = {
    .name = "worker",
    .holds_busy = true,
    .holds_idle = true,
    .holds_closing = true,
    .lingers = true,
    .open = process_open,
    .accept = worker_accept,
    .release = worker_release,
    .keeps = worker_keeps,
    .forked = worker_forked,
    .tick = worker_tick,
    .reload = worker_reload,
};
