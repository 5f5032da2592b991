/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * cpu: m cores, shared equally by all processes that have work (processor sharing). The work of a connection's first
 * request holds the cost of the connection itself: accepting, setting up, closing.
 */
#ifndef MODELS_WEB_CPU_H
#define MODELS_WEB_CPU_H

#include "models/web/web.h"

/* Jobs are connections; a fork is a job without one. Forks are alike, so one number does for all. */
#define CPU_JOB_FORK (UINT32_MAX - 1)

void cpu_open(struct web *web, const struct param_set *set, size_t jobs_max);

/* Work of one request of this connection. `first`: with the connection's own. */
void cpu_begin_request(struct web *web, uint32_t c, bool first);
void cpu_begin_fork(struct web *web);

/* The job that is done now. The caller goes on with it and then calls cpu_plan. */
uint32_t cpu_finish(struct web *web);
void cpu_plan(struct web *web);

#endif
