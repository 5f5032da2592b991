/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/web/memory.h"

static bool has_dynamic(const struct param_set *set, const struct workload *workload) {
    for (size_t k = 0; k < workload->n_classes; k++)
        if (workload->classes[k].values[USERS_DYNAMIC_SHARE].number > 0) return true;
    return workload->n_classes == 0 && set->values[USERS_DYNAMIC_SHARE].number > 0;
}

void memory_open(struct web *web, const struct param_set *set, const struct workload *workload) {
    const struct param_value *v = set->values;
    int architecture = (int)v[SERVER_ARCHITECTURE].number;
    web->memory = (struct memory){
        .base_bytes = v[MEMORY_BASE].number,
        .shared_bytes = v[MEMORY_SHARED].number,
        .daemon_rss_bytes = v[MEMORY_DAEMON_RSS].number,
        .daemon_private_bytes = v[MEMORY_DAEMON_PRIVATE].number,
        .daemon_kernel_bytes = v[MEMORY_DAEMON_KERNEL].number,
        .threaded = architecture == ARCHITECTURE_WORKER || architecture == ARCHITECTURE_EVENT,
        .thread_idle_bytes = v[MEMORY_THREAD_IDLE].number,
        .thread_used_bytes = v[MEMORY_THREAD_USED].number,
        .thread_kernel_bytes = v[MEMORY_THREAD_KERNEL].number,
        .dynamic_bytes = has_dynamic(set, workload) ? v[MEMORY_DYNAMIC].number : 0,
        .connection_bytes = v[MEMORY_CONNECTION].number,
        .tls_bytes = v[MEMORY_TLS].number,
        .syn_bytes = v[MEMORY_SYN].number,
        .socket_bytes = v[MEMORY_SOCKET].number,
        .time_wait_bytes = v[MEMORY_TIME_WAIT].number,
        .ram_bytes = v[MACHINE_RAM].number,
        .reserved_bytes = v[MACHINE_RESERVED].number,
        .swaps = (int)v[MACHINE_OVERCOMMIT].number == OVERCOMMIT_SWAP,
    };
    web->memory.is_watched = web->memory.swaps || v[SITE_FILES].number > 0 || v[SITE_MISS_RATIO].curve.n > 0;
}

struct memory_use memory_at(const struct web *web, const double level[LEVELS], double time_wait) {
    const struct memory *memory = &web->memory;
    double processes = level[LEVEL_PROCESSES], threads = memory->threaded ? level[LEVEL_ALIVE] : 0;
    double used = memory->threaded ? level[LEVEL_USED] : 0;
    double user = level[LEVEL_USED] * memory->dynamic_bytes + (threads - used) * memory->thread_idle_bytes + used * memory->thread_used_bytes +
                  level[LEVEL_OPEN] * memory->connection_bytes + level[LEVEL_TLS] * memory->tls_bytes;
    double private_bytes = processes * memory->daemon_private_bytes + user;
    return (struct memory_use){
        .rss_bytes = memory->base_bytes + processes * memory->daemon_rss_bytes + user,
        .pss_bytes = memory->shared_bytes + private_bytes,
        .private_bytes = private_bytes,
        .kernel_bytes = processes * memory->daemon_kernel_bytes + threads * memory->thread_kernel_bytes +
                        level[LEVEL_OPEN] * memory->socket_bytes + level[LEVEL_HALF_OPEN] * memory->syn_bytes + time_wait * memory->time_wait_bytes,
    };
}

double memory_daemon_rss_bytes(const struct web *web) {
    const struct memory *memory = &web->memory;
    if (!memory->threaded) return memory->daemon_rss_bytes;
    return memory->daemon_rss_bytes / web->server.n_threads + memory->thread_used_bytes;
}

struct memory_use memory_now(struct web *web) {
    double level[LEVELS];
    delay_line_advance(&web->meters.time_wait, web_now(web));
    for (size_t i = 0; i < MEMORY_LEVELS; i++) level[i] = web->meters.level[i].level;
    return memory_at(web, level, web->meters.time_wait.present.level);
}

bool memory_fits_process(struct web *web) {
    const struct memory *memory = &web->memory;
    if (memory->swaps) return true;
    struct memory_use use = memory_now(web);
    double more = memory->daemon_private_bytes + memory->daemon_kernel_bytes;
    if (memory->threaded) more += web->server.n_threads * (memory->thread_idle_bytes + memory->thread_kernel_bytes);
    return use.pss_bytes + use.kernel_bytes + more <= memory->ram_bytes - memory->reserved_bytes;
}

struct memory_left memory_left_of(const struct memory *memory, struct memory_use use) {
    double used_bytes = use.pss_bytes + use.kernel_bytes + memory->reserved_bytes;
    double left_bytes = memory->ram_bytes - used_bytes, missing_bytes = memory->swaps ? fmax(0, -left_bytes) : 0;
    return (struct memory_left){fmax(0, left_bytes), missing_bytes, used_bytes > 0 ? missing_bytes / used_bytes : 0};
}

static void note_left(struct web *web, struct memory_left present) {
    time_average_set(&web->meters.level[LEVEL_CACHE], web_now(web), present.cache_bytes);
    time_average_set(&web->meters.level[LEVEL_SWAP], web_now(web), present.swap_bytes);
}

struct memory_left memory_left(struct web *web) {
    struct memory_left present = memory_left_of(&web->memory, memory_now(web));
    note_left(web, present);
    return present;
}

void memory_note(struct web *web) {
    struct memory *memory = &web->memory;
    struct memory_use use = memory_now(web);
    memory->peak.rss_bytes = fmax(memory->peak.rss_bytes, use.rss_bytes);
    memory->peak.pss_bytes = fmax(memory->peak.pss_bytes, use.pss_bytes);
    memory->peak.private_bytes = fmax(memory->peak.private_bytes, use.private_bytes);
    memory->peak.kernel_bytes = fmax(memory->peak.kernel_bytes, use.kernel_bytes);
    memory->total_peak_bytes = fmax(memory->total_peak_bytes, use.pss_bytes + use.kernel_bytes);
    if (memory->is_watched) note_left(web, memory_left_of(memory, use));
}
