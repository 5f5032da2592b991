/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/advice/fit.h"

#include <math.h>

enum { NGINX_OWN_RECORDS = 2 }; /* the listening socket and the channel to the master */

struct fit fit_of(const struct param_set *set, bool tls, double cache_bytes) {
    const struct param_value *v = set->values;
    int architecture = (int)v[SERVER_ARCHITECTURE].number;
    bool threaded = architecture == ARCHITECTURE_WORKER || architecture == ARCHITECTURE_EVENT, nginx = architecture == ARCHITECTURE_NGINX;
    double dynamic = v[USERS_DYNAMIC_SHARE].number > 0 ? v[MEMORY_DYNAMIC].number : 0;
    double process = v[MEMORY_DAEMON_PRIVATE].number + v[MEMORY_DAEMON_KERNEL].number;
    struct fit fit = {
        .architecture = architecture,
        .limit = nginx ? SERVER_CONNECTION_LIMIT : SERVER_WORKER_LIMIT,
        .threads = threaded ? v[SERVER_THREADS].number : 1,
        .processes = v[SERVER_PROCESSES].number > 0 ? v[SERVER_PROCESSES].number : v[MACHINE_CORES].number,
        .per_connection_bytes = v[MEMORY_CONNECTION].number + v[MEMORY_SOCKET].number + (tls ? v[MEMORY_TLS].number : 0),
        .rss_each_bytes = v[MEMORY_DAEMON_RSS].number,
        .base_bytes = v[MEMORY_BASE].number,
        .available_bytes = fmax(0, v[MACHINE_RAM].number - v[MACHINE_RESERVED].number - cache_bytes),
        .own = nginx ? NGINX_OWN_RECORDS : 0,
    };
    fit.connections_each = nginx ? fit.processes : architecture == ARCHITECTURE_EVENT ? v[SERVER_ASYNC_FACTOR].number + 1 : 1;
    fit.queue_bytes = v[SERVER_BACKLOG].number * fit.per_connection_bytes;
    fit.fixed_bytes = v[MEMORY_SHARED].number + fit.queue_bytes + (nginx ? fit.processes * process : 0);
    fit.process_bytes = nginx ? 0 : process;
    fit.user_each_bytes = fit.connections_each * (fit.per_connection_bytes - v[MEMORY_SOCKET].number) + (nginx ? 0 : dynamic) +
                          (threaded ? v[MEMORY_THREAD_USED].number : 0);
    fit.each_bytes = fit.user_each_bytes + fit.connections_each * v[MEMORY_SOCKET].number +
                     (threaded ? v[MEMORY_THREAD_KERNEL].number : 0);
    return fit;
}

static double processes_at(const struct fit *fit, double n) { return ceil(n / fit->threads); }

double fit_total_bytes(const struct fit *fit, double n) {
    return fit->fixed_bytes + processes_at(fit, n) * fit->process_bytes + fmax(0, n - fit->own) * fit->each_bytes;
}

/* The largest N of whole processes for which there is room: Apache rounds down to them too. */
static double largest(const struct fit *fit, double room, double process_bytes, double each_bytes) {
    double most = web_params[fit->limit].max, whole = process_bytes + fit->threads * each_bytes;
    if (room < 0) return 0;
    return whole > 0 ? fmin(floor(room / whole) * fit->threads + fit->own, most) : most;
}

double fit_limit(const struct fit *fit) {
    return largest(fit, fit->available_bytes - fit->fixed_bytes, fit->process_bytes, fit->each_bytes);
}

static double rss_fixed_bytes(const struct fit *fit) {
    return fit->base_bytes + (fit->architecture == ARCHITECTURE_NGINX ? fit->processes * fit->rss_each_bytes : 0);
}

static double rss_process_bytes(const struct fit *fit) {
    return fit->architecture == ARCHITECTURE_NGINX ? 0 : fit->rss_each_bytes;
}

double fit_rss_bytes(const struct fit *fit, double n) {
    return rss_fixed_bytes(fit) + processes_at(fit, n) * rss_process_bytes(fit) + fmax(0, n - fit->own) * fit->user_each_bytes;
}

double fit_rss_rule(const struct fit *fit) {
    return largest(fit, fit->available_bytes - rss_fixed_bytes(fit), rss_process_bytes(fit), fit->user_each_bytes);
}
