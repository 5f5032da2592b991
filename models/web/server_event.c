/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * event: a thread is held only while a request is served; idle and closing connections are entries of their process's
 * listener (httpd server/mpm/event).
 *
 * A process accepts while it has an idle thread and its connections, closing ones aside, are fewer than its threads +
 * async_factor x its idle threads; above that it stops accepting, and starts again when it would be below with one idle thread
 * fewer (event.c connections_above_limit). A process that needs a thread and has none closes all its idle connections, and a
 * request that met no free thread is lost with its connection: the client connects again, to another
 * process. A process that is told to end does the same and then serves what is left.
 *
 * A process accepts one connection after the other: its listener spends cpu.accept on each, which shares the cores with the threads at
 * work. So in a burst only a few threads are busy at once and the process fills to its limit; could it accept any number in
 * an instant, a burst would find all threads busy and close all that is idle, which real ones are not seen to do.
 */
#include "models/web/cpu.h"
#include "models/web/process.h"
#include "models/web/server.h"

static bool is_below_limit(const struct web *web, const struct process *process) {
    uint32_t idle = web->server.n_threads - process->n_busy;
    if (idle == 0) return false;
    if (process->not_accepting) idle--;
    return process->n_open - process->n_closing < web->server.n_threads + idle * web->server.async_factor;
}

static void close_all_idle(struct web *web, uint32_t p, enum web_counter why) {
    for (uint32_t c = server_oldest_idle(web, p); c != POOL_NONE; c = server_oldest_idle(web, p))
        server_close_idle(web, c, why);
}

/* Asked when a connection waits to be accepted. */
static bool accepts(struct web *web, uint32_t p) {
    struct process *process = &web->server.processes[p];
    if (process->is_listening) return false;
    if (process->not_accepting) return false;
    if (is_below_limit(web, process)) return true;
    process->not_accepting = true;
    if (process->n_busy == web->server.n_threads) close_all_idle(web, p, COUNT_CLOSED_RECLAIM);
    return false;
}

static void take_thread(struct web *web, struct process *process) { process_thread_busy(web, process); }

/* A thread or a place in the process is free: perhaps it may accept again. */
static void gave_back(struct web *web, struct process *process) {
    if (process->state == PROCESS_ACCEPTING && process->not_accepting && is_below_limit(web, process))
        process->not_accepting = false;
    if (!process->not_accepting) server_accept_waiting(web);
}

static bool event_accept(struct web *web, uint32_t c) {
    uint32_t p = process_next(web, accepts);
    if (p == web->server.n_processes) return false;
    struct process *process = &web->server.processes[p];
    connection_at(web, c)->u.process = (uint16_t)p;
    process->n_open++;
    take_thread(web, process);
    process->is_listening = true;
    cpu_begin_listen(web, p);
    return true;
}

static bool event_wake(struct web *web, uint32_t c) {
    struct process *process = process_of(web, c);
    if (process->n_busy < web->server.n_threads) {
        take_thread(web, process);
        return true;
    }
    close_all_idle(web, connection_at(web, c)->u.process, COUNT_CLOSED_RECLAIM);
    return false;
}

/* Its listener sees to the rest of the response (CONN_STATE_WRITE_COMPLETION). */
static void event_write(struct web *web, uint32_t c) {
    struct process *process = process_of(web, c);
    process_thread_idle(web, process);
    gave_back(web, process);
}

static void event_rest(struct web *web, uint32_t c, enum web_level from) {
    struct process *process = process_of(web, c);
    if (from == LEVEL_BUSY) process_thread_idle(web, process);
    gave_back(web, process);
}

static void event_close(struct web *web, uint32_t c, enum web_level from) {
    struct process *process = process_of(web, c);
    process->n_closing++;
    if (from == LEVEL_BUSY) process_thread_idle(web, process);
    gave_back(web, process);
}

static void event_release(struct web *web, uint32_t c) {
    struct process *process = process_of(web, c);
    process->n_open--;
    process->n_closing--;
    process_try_bury(web, process);
    gave_back(web, process);
}

static bool event_keeps(const struct web *web, uint32_t c) {
    return web->server.processes[connection_at(web, c)->u.process].state != PROCESS_DYING;
}

static void event_kill(struct web *web, uint32_t p) {
    process_end(web, p);
    close_all_idle(web, p, COUNT_CLOSED_DYING);
    process_try_bury(web, &web->server.processes[p]);
}

/* Not while others are still draining, unless there is room in the scoreboard for a full set beside them. */
static bool event_may_kill(const struct web *web) {
    uint32_t active = 0, total = 0;
    for (uint32_t p = 0; p < web->server.n_processes; p++) {
        uint8_t state = web->server.processes[p].state;
        total += state != PROCESS_DEAD;
        active += state == PROCESS_STARTING || state == PROCESS_ACCEPTING;
    }
    return active == total || web->server.n_processes - total > web->server.n_active_limit;
}

static void event_forked(struct web *web, uint32_t p) {
    process_forked(web, p);
    server_accept_waiting(web);
}

/* Accepting one after the other keeps a burst from taking all threads at once: the first are done before the last is accepted. */
static void event_listened(struct web *web, uint32_t p) {
    web->server.processes[p].is_listening = false;
    server_accept_waiting(web);
}

static void event_tick(struct web *web) { process_maintain(web, event_may_kill, event_kill); }

static void event_reload(struct web *web) { process_reload(web, event_kill); }

const struct server_architecture server_event = {
    .name = "event",
    .holds_busy = true,
    .lingers = true,
    .open = process_open,
    .accept = event_accept,
    .wake = event_wake,
    .write = event_write,
    .rest = event_rest,
    .close = event_close,
    .release = event_release,
    .keeps = event_keeps,
    .forked = event_forked,
    .listened = event_listened,
    .tick = event_tick,
    .reload = event_reload,
};
