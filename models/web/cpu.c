/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/web/cpu.h"

void cpu_open(struct web *web, const struct param_set *set, size_t jobs_max) {
    struct cpu *cpu = &web->cpu;
    ps_open(&cpu->ps, set->values[MACHINE_CORES].number, jobs_max, web->run->arena);
    cpu->timer = simulation_timer(&web->simulation, EVENT_CPU_DONE);
    cpu->connection_s = set->values[CPU_CONNECTION].number;
    cpu->fork_s = set->values[CPU_FORK].number;
    if ((int)set->values[SERVER_ARCHITECTURE].number == ARCHITECTURE_EVENT)
        cpu->accept_s = fmin(set->values[CPU_ACCEPT].number, cpu->connection_s);
    cpu->tls_s = set->values[CPU_TLS].number;
    cpu->tls_resumed_s = set->values[CPU_TLS_RESUMED].number;
    cpu->byte_s = set->values[CPU_KILOBYTE].number / 1000;
    cpu->wake_s = set->values[CPU_WAKE].number;
    cpu->warm_s = set->values[CPU_WARM].number;
    cpu->user_share = set->values[CPU_USER_SHARE].number;
    cpu->dynamic_user_share = set->values[CPU_DYNAMIC_USER_SHARE].number;
    cpu->request = set->values[CPU_REQUEST].variate;
    cpu->dynamic = set->values[CPU_DYNAMIC].variate;
    cpu->stream = run_stream(web->run, STREAM_CPU, 0);
}

/* Random work is the user's own, so that the same user brings the same work whatever the server does. */
static double draw_work(struct web *web, const struct variate *variate, uint32_t user_number, uint32_t n) {
    if (variate->kind == VARIATE_CONSTANT || user_number == POOL_NONE) return n * variate->a;
    struct user *user = user_at(web, user_number);
    struct rng_stream *stream = &web->cpu.stream;
    double work_s = 0;
    rng_stream_seek(stream, user->entity, user->cpu_block);
    for (uint32_t i = 0; i < n; i++) work_s += variate_draw(variate, stream);
    user->cpu_block = stream->block;
    return work_s;
}

static void begin(struct web *web, uint32_t job, double work_s) {
    ps_arrive(&web->cpu.ps, web_now(web), job, work_s);
    cpu_plan(web);
}

void cpu_open_loops(struct web *web, uint32_t n) {
    web->cpu.loops = ARENA_NEW(web->run->arena, n, struct loop);
    for (uint32_t i = 0; i < n; i++)
        ring_open(&web->cpu.loops[i].waiting, web->run->arena, sizeof(struct loop_job));
}

/* Behind what the process has in hand. */
static void begin_in_loop(struct web *web, uint32_t process, uint32_t c, double work_s) {
    struct ring *waiting = &web->cpu.loops[process].waiting;
    bool asleep = ring_length(waiting) == 0;
    uint32_t seat = ring_push(waiting);
    ((struct loop_job *)waiting->items)[seat] = (struct loop_job){c, work_s};
    if (asleep) begin(web, CPU_JOB_LOOP | process, work_s);
}

/* Work of kinds that differ in how much of it is the user's, on a core or behind what its process has in hand. */
static void begin_for(struct web *web, uint32_t c, double work_s, double dynamic_s) {
    struct cpu *cpu = &web->cpu;
    cpu->given_s += work_s + dynamic_s;
    cpu->given_user_s += work_s * cpu->user_share + dynamic_s * cpu->dynamic_user_share;
    if (cpu->loops) begin_in_loop(web, connection_at(web, c)->u.process, c, work_s + dynamic_s);
    else begin(web, c, work_s + dynamic_s);
}

static double waking_s(struct web *web, double idle_s) {
    if (!(idle_s > web->cpu.warm_s)) return 0;
    web->meters.count[COUNT_COLD]++;
    return web->cpu.wake_s;
}

void cpu_begin_request(struct web *web, uint32_t c, bool first, double idle_s) {
    struct cpu *cpu = &web->cpu;
    const struct connection *connection = connection_at(web, c);
    const struct transport *transport = web->network.transports ? &web->network.transports[c] : NULL;
    double work_s = draw_work(web, &cpu->request, connection->user, transport ? transport->n_requests : 1);
    if (transport) work_s += transport->bytes * cpu->byte_s;
    if (first) work_s += cpu->connection_s - cpu->accept_s;
    work_s += waking_s(web, idle_s);
    double dynamic_s = connection->what & REQUEST_DYNAMIC ? draw_work(web, &cpu->dynamic, connection->user, 1) : 0;
    begin_for(web, c, work_s, dynamic_s);
}

/* A handshake is arithmetic, nearly all of it in user space, as making a document is. */
void cpu_begin_handshake(struct web *web, uint32_t c, double idle_s) {
    const struct cpu *cpu = &web->cpu;
    bool resumed = connection_at(web, c)->what & REQUEST_RESUMED;
    web->meters.count[resumed ? COUNT_TLS_RESUMED : COUNT_TLS_FULL]++;
    begin_for(web, c, cpu->connection_s - cpu->accept_s + waking_s(web, idle_s), resumed ? cpu->tls_resumed_s : cpu->tls_s);
}

void cpu_begin_fork(struct web *web, uint32_t process) { begin(web, CPU_JOB_FORK | process, web->cpu.fork_s); }

void cpu_begin_listen(struct web *web, uint32_t process) { begin(web, CPU_JOB_LISTEN | process, web->cpu.accept_s); }

uint32_t cpu_finish(struct web *web) {
    uint32_t job = ps_complete(&web->cpu.ps, web_now(web));
    if ((job & CPU_JOB_KIND) != CPU_JOB_LOOP) return job;
    const struct ring *waiting = &web->cpu.loops[job & ~CPU_JOB_KIND].waiting;
    const struct loop_job *jobs = waiting->items;
    return jobs[waiting->head & waiting->mask].connection;
}

void cpu_next_in_loop(struct web *web, uint32_t c) {
    uint32_t process = connection_at(web, c)->u.process;
    struct ring *waiting = &web->cpu.loops[process].waiting;
    const struct loop_job *jobs = waiting->items;
    uint32_t seat = ring_pop(waiting);
    SIM_ASSERT(jobs[seat].connection == c);
    if (ring_length(waiting)) begin(web, CPU_JOB_LOOP | process, jobs[waiting->head & waiting->mask].work_s);
}

void cpu_plan(struct web *web) {
    simulation_timer_set(&web->simulation, web->cpu.timer, EVENT_CPU_DONE, ps_next_completion(&web->cpu.ps));
}
