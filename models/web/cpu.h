/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * cpu: m cores, shared equally by all processes that have work (processor sharing). The work of a connection's first
 * request holds the cost of the connection itself: accepting, setting up, closing.
 */
#ifndef MODELS_WEB_CPU_H
#define MODELS_WEB_CPU_H

#include "models/web/web.h"

/* Jobs are connections, or processes that are being forked, or processes that are loops, or listeners that accept. */
#define CPU_JOB_LISTEN 0x40000000u
#define CPU_JOB_FORK 0x80000000u
#define CPU_JOB_LOOP 0xC0000000u
#define CPU_JOB_KIND 0xC0000000u

void cpu_open(struct web *web, const struct param_set *set, size_t jobs_max);

/* n processes that serve their connections one after the other, each on one core at most. */
void cpu_open_loops(struct web *web, uint32_t n);

/* Work of one request of this connection. `first`: with the connection's own. `idle_s`: how long nobody worked for it. */
void cpu_begin_request(struct web *web, uint32_t c, bool first, double idle_s);
/* The server's part of a TLS handshake, with the connection's own work. */
void cpu_begin_handshake(struct web *web, uint32_t c, double idle_s);
void cpu_begin_fork(struct web *web, uint32_t process);
/* A listener thread takes one connection, which is a part of the connection's cost: it cannot take the next meanwhile. */
void cpu_begin_listen(struct web *web, uint32_t process);

/* The job that is done now: a connection, or CPU_JOB_FORK or CPU_JOB_LISTEN | process. The caller goes on with it and then
 * calls cpu_plan. */
uint32_t cpu_finish(struct web *web);
/* A connection's process is free for the next: a loop begins what waits behind it. Between cpu_finish and this it is blocked. */
void cpu_next_in_loop(struct web *web, uint32_t c);
static inline void cpu_go_on(struct web *web, uint32_t c) {
    if (web->cpu.loops) cpu_next_in_loop(web, c);
}
void cpu_plan(struct web *web);

#endif
