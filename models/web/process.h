/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * process: the pool of processes with threads that worker and event have in common.
 *
 * Once a second (httpd worker.c and event.c, perform_idle_server_maintenance): with more than spare_max idle threads one
 * process is told to end; with fewer than spare_min the spawn rate's number of processes is forked, within the limit, and
 * the rate doubles up to spawn_max; otherwise it is 1 again. Threads of a starting process count as idle; those of a dying one, or
 * of one that does not accept, do not.
 *
 * The parent takes note of its dead children only when maintenance is done (ap_wait_or_timeout): a process told to end now is in the
 * scoreboard still at the next second, however fast it was. That is why event, which waits for the last to go before it ends
 * another, ends one every other second at most (measured: 6 5 5 4 4 3 3).
 *
 * Which process a new connection goes to is a race of listeners in reality, and one after the other here. The oldest
 * process is ended first: processes wait for the word on one pipe, and the kernel wakes the one that waits longest.
 */
#ifndef MODELS_WEB_PROCESS_H
#define MODELS_WEB_PROCESS_H

#include "models/web/web.h"

/* Places for all processes; server.start of them accept from time 0. */
void process_open(struct web *web, const struct param_set *set);

static inline struct process *process_of(struct web *web, uint32_t c) {
    return &web->server.processes[connection_at(web, c)->u.process];
}

/* The next one, in turn, for which `accepts` says yes; n_processes when there is none. */
uint32_t process_next(struct web *web, bool (*accepts)(struct web *web, uint32_t process));

/* One thread more, or fewer, at work. A dying process has no idle threads: one that is done ends. */
void process_thread_busy(struct web *web, struct process *process);
void process_thread_idle(struct web *web, struct process *process);

/* Forks, or picks one to end, by the rules above. `kill` ends the process. `may_kill` is asked first. */
void process_maintain(struct web *web, bool (*may_kill)(const struct web *web),
                      void (*kill)(struct web *web, uint32_t process));

/* Ends all and starts server.start new ones, as far as there are places: those of processes that drain are taken. */
void process_reload(struct web *web, void (*kill)(struct web *web, uint32_t process));

/* It accepts no more, and its idle threads are gone. */
void process_end(struct web *web, uint32_t process);
/* It is dead when it is dying and has nothing left. */
void process_try_bury(struct web *web, struct process *process);

void process_forked(struct web *web, uint32_t process);

#endif
