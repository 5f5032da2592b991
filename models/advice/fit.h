/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * fit: how many daemons or connections a machine has memory for, in closed form.
 *
 * Memory of the web model (models/web/memory.h) is linear in what there is. When the limit N is reached all of it is there at once, and
 *
 *   total(N) = fixed + N each
 *
 *              fixed                                           each
 *   prefork    shared                                          private + kernel + dynamic + c
 *   worker     shared                                          (private + kernel) / t + used + thread kernel + dynamic + c
 *   event      shared                                          (private + kernel) / t + used + thread kernel + dynamic + (f + 1) c
 *   nginx      shared + p (private + kernel)                   p c
 *
 * with N = server.worker_limit, for nginx server.connection_limit, of which two are the process's own and hold no client; t threads and
 * p processes; c = memory.connection + memory.socket + memory.tls what a connection takes; f = server.async_factor, since event
 * takes on f more connections for each thread that is idle, and (f + 1) N in all. Processes of threads are whole: total(N) rounds
 * them up, and the largest N is a multiple of t. To `fixed` come connections in a full accept queue, server.backlog c. What programs take behind nginx is in processes of
 * their own, which the model does not have.
 *
 * N fits when total(N) <= machine.ram - machine.reserved - what is kept free for the page cache.
 *
 * What is in total is PSS and the kernel's part: shared pages once. The rule that is often told, RAM divided by the RSS that ps
 * shows for a process, counts them for every process; fit_rss_rule says what it would give, from the same sizes.
 *
 * Not in it: TIME_WAIT entries (memory.time_wait each, connections a second times a minute of them) and socket buffers with data in
 * them, which are limited by net.ipv4.tcp_mem.
 */
#ifndef MODELS_ADVICE_FIT_H
#define MODELS_ADVICE_FIT_H

#include "models/web/params.h"

struct fit {
    int architecture;
    enum web_param limit;    /* which parameter N is */
    double threads, processes; /* t (1 without threads), p */
    double fixed_bytes, process_bytes, each_bytes; /* of a process; of one of N, its process not counted */
    double user_each_bytes;  /* of each_bytes, what is not the kernel's */
    double queue_bytes;      /* in fixed_bytes */
    double per_connection_bytes, connections_each; /* c; how many come with one of N */
    double rss_each_bytes, base_bytes; /* as ps shows: of a process; of the parent */
    double available_bytes;  /* RAM less reserved less cache */
    double own;              /* of N, that hold no client */
};

/* `tls`: clients speak it. `cache_bytes` is kept free. */
struct fit fit_of(const struct param_set *set, bool tls, double cache_bytes);

double fit_total_bytes(const struct fit *fit, double n);

/* The largest whole N whose total is available, and that the parameter may be; 0 when not even 1 does. */
double fit_limit(const struct fit *fit);

/* The largest whose RSS, as ps adds it up, is available. */
double fit_rss_rule(const struct fit *fit);

/* What ps adds up at N. */
double fit_rss_bytes(const struct fit *fit, double n);

#endif
