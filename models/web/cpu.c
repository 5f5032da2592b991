/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/web/cpu.h"

void cpu_open(struct web *web, const struct param_set *set, size_t jobs_max) {
    struct cpu *cpu = &web->cpu;
    ps_open(&cpu->ps, set->values[MACHINE_CORES].number, jobs_max, web->run->arena);
    cpu->timer = simulation_timer(&web->simulation, EVENT_CPU_DONE);
    cpu->connection_s = set->values[CPU_CONNECTION].number;
    cpu->fork_s = set->values[CPU_FORK].number;
    cpu->request = set->values[CPU_REQUEST].variate;
    cpu->dynamic = set->values[CPU_DYNAMIC].variate;
    cpu->stream = run_stream(web->run, STREAM_CPU, 0);
}

/* Random work is the user's own, so that the same user brings the same work whatever the server does. */
static double draw_work(struct web *web, const struct variate *variate, uint32_t user_number) {
    if (variate->kind == VARIATE_CONSTANT || user_number == POOL_NONE) return variate->a;
    struct user *user = user_at(web, user_number);
    struct rng_stream *stream = &web->cpu.stream;
    rng_stream_seek(stream, user_number, user->cpu_block);
    double work_s = variate_draw(variate, stream);
    user->cpu_block = stream->block;
    return work_s;
}

static void begin(struct web *web, uint32_t job, double work_s) {
    ps_arrive(&web->cpu.ps, web_now(web), job, work_s);
    cpu_plan(web);
}

void cpu_begin_request(struct web *web, uint32_t c, bool first) {
    const struct connection *connection = connection_at(web, c);
    double work_s = draw_work(web, &web->cpu.request, connection->user);
    if (first) work_s += web->cpu.connection_s;
    if (connection->dynamic) work_s += draw_work(web, &web->cpu.dynamic, connection->user);
    begin(web, c, work_s);
}

void cpu_begin_fork(struct web *web) { begin(web, CPU_JOB_FORK, web->cpu.fork_s); }

uint32_t cpu_finish(struct web *web) { return ps_complete(&web->cpu.ps, web_now(web)); }

void cpu_plan(struct web *web) {
    simulation_timer_set(&web->simulation, web->cpu.timer, EVENT_CPU_DONE, ps_next_completion(&web->cpu.ps));
}
