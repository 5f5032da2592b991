/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/web/process.h"

#include "models/web/cpu.h"
#include "models/web/memory.h"

static void add(struct web *web, enum web_level level, double change) {
    meters_level_add(&web->meters, level, web_now(web), change);
}

static void bear(struct web *web, struct process *process, enum process_state state) {
    *process = (struct process){.state = (uint8_t)state, .born = web->server.n_born++};
}

void process_open(struct web *web, const struct param_set *set) {
    const struct param_value *v = set->values;
    struct server *server = &web->server;
    server->n_threads = (uint32_t)v[SERVER_THREADS].number;
    server->async_factor = (uint32_t)v[SERVER_ASYNC_FACTOR].number;
    server->n_active_limit = (server->worker_limit + server->n_threads - 1) / server->n_threads;
    server->n_processes = (uint32_t)fmax(v[SERVER_PROCESS_LIMIT].number, server->n_active_limit);
    server->processes = ARENA_NEW(web->run->arena, server->n_processes, struct process);
    /* httpd raises MaxSpareThreads to at least MinSpareThreads + ThreadsPerChild. */
    if (server->spare_max < server->spare_min + server->n_threads) server->spare_max = server->spare_min + server->n_threads;
    uint32_t n = server->n_start < server->n_active_limit ? server->n_start : server->n_active_limit;
    for (uint32_t i = 0; i < n; i++) bear(web, &server->processes[i], PROCESS_ACCEPTING);
    time_average_open(&web->meters.level[LEVEL_PROCESSES], 0, n);
    time_average_open(&web->meters.level[LEVEL_ALIVE], 0, (double)n * server->n_threads);
    memory_note(web);
}

uint32_t process_next(struct web *web, bool (*accepts)(struct web *web, uint32_t process)) {
    struct server *server = &web->server;
    for (uint32_t i = 0; i < server->n_processes; i++) {
        uint32_t p = server->next_process;
        server->next_process = p + 1 < server->n_processes ? p + 1 : 0;
        if (server->processes[p].state == PROCESS_ACCEPTING && accepts(web, p)) return p;
    }
    return server->n_processes;
}

/* Idle threads wait in line for work, so each gets its turn before any gets a second: the first n_threads requests touch
 * as many stacks and heaps. */
void process_thread_busy(struct web *web, struct process *process) {
    process->n_busy++;
    if (process->n_used == web->server.n_threads) return;
    process->n_used++;
    add(web, LEVEL_USED, 1);
}

void process_thread_idle(struct web *web, struct process *process) {
    process->n_busy--;
    if (process->state != PROCESS_DYING) return;
    add(web, LEVEL_ALIVE, -1);
}

void process_end(struct web *web, uint32_t p) {
    struct process *process = &web->server.processes[p];
    process->state = PROCESS_DYING;
    web->meters.count[COUNT_REAPED]++;
    add(web, LEVEL_ALIVE, -(double)(web->server.n_threads - process->n_busy));
}

void process_try_bury(struct web *web, struct process *process) {
    if (process->state != PROCESS_DYING || process->n_open > 0) return;
    process->state = PROCESS_ENDED;
    add(web, LEVEL_PROCESSES, -1);
    add(web, LEVEL_USED, -(double)process->n_used);
}

void process_forked(struct web *web, uint32_t p) { web->server.processes[p].state = PROCESS_ACCEPTING; }

static void fork_at(struct web *web, uint32_t p) {
    if (!memory_fits_process(web)) {
        web->meters.count[COUNT_FORK_REFUSED]++;
        return;
    }
    bear(web, &web->server.processes[p], PROCESS_STARTING);
    web->meters.count[COUNT_FORKED]++;
    add(web, LEVEL_PROCESSES, 1);
    add(web, LEVEL_ALIVE, web->server.n_threads);
    memory_note(web);
    cpu_begin_fork(web, p);
}

/* In places that are free; as many as there are. */
static void fork_many(struct web *web, uint32_t n) {
    struct server *server = &web->server;
    for (uint32_t p = 0; p < server->n_processes && n > 0; p++) {
        if (server->processes[p].state != PROCESS_DEAD) continue;
        fork_at(web, p);
        n--;
    }
}

struct census {
    uint32_t idle_threads, active, dying, oldest;
};

static struct census count(const struct web *web) {
    const struct server *server = &web->server;
    struct census census = {.oldest = server->n_processes};
    for (uint32_t p = 0; p < server->n_processes; p++) {
        const struct process *process = &server->processes[p];
        if (process->state == PROCESS_DEAD) continue;
        if (process->state == PROCESS_DYING || process->state == PROCESS_ENDED) {
            census.dying++;
            continue;
        }
        census.active++;
        if (!process->not_accepting) census.idle_threads += server->n_threads - process->n_busy;
        bool older = census.oldest == server->n_processes || process->born < server->processes[census.oldest].born;
        if (process->state == PROCESS_ACCEPTING && older) census.oldest = p;
    }
    return census;
}

static void spawn(struct web *web, struct census census) {
    struct server *server = &web->server;
    uint32_t places = server->n_processes - census.active - census.dying;
    uint32_t room = server->n_active_limit - census.active;
    uint32_t n = places < room ? places : room;
    if (n == 0) { /* "server reached MaxRequestWorkers", or "scoreboard is full, not at MaxRequestWorkers" */
        server->spawn_rate = 1;
        return;
    }
    fork_many(web, n < server->spawn_rate ? n : server->spawn_rate);
    server_raise_spawn_rate(server);
}

static void take_note_of_the_dead(struct server *server) {
    for (uint32_t p = 0; p < server->n_processes; p++)
        if (server->processes[p].state == PROCESS_ENDED) server->processes[p].state = PROCESS_DEAD;
}

void process_maintain(struct web *web, bool (*may_kill)(const struct web *web),
                      void (*kill)(struct web *web, uint32_t process)) {
    struct server *server = &web->server;
    struct census census = count(web);
    bool kills = !may_kill || may_kill(web);
    take_note_of_the_dead(server);
    if (census.idle_threads > server->spare_max) {
        server->spawn_rate = 1;
        if (census.oldest < server->n_processes && kills) kill(web, census.oldest);
    } else if (census.idle_threads < server->spare_min) {
        spawn(web, census);
    } else {
        server->spawn_rate = 1;
    }
}

/* One that is just starting belongs to the new generation. */
void process_reload(struct web *web, void (*kill)(struct web *web, uint32_t process)) {
    struct server *server = &web->server;
    for (uint32_t p = 0; p < server->n_processes; p++)
        if (server->processes[p].state == PROCESS_ACCEPTING) kill(web, p);
    fork_many(web, server->n_start < server->n_active_limit ? server->n_start : server->n_active_limit);
}
