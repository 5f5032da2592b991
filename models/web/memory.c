/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/web/memory.h"

void memory_open(struct web *web, const struct param_set *set) {
    const struct param_value *v = set->values;
    web->memory = (struct memory){
        .base_bytes = v[MEMORY_BASE].number,
        .shared_bytes = v[MEMORY_SHARED].number,
        .daemon_rss_bytes = v[MEMORY_DAEMON_RSS].number,
        .daemon_private_bytes = v[MEMORY_DAEMON_PRIVATE].number,
        .daemon_kernel_bytes = v[MEMORY_DAEMON_KERNEL].number,
        .socket_bytes = v[MEMORY_SOCKET].number,
        .time_wait_bytes = v[MEMORY_TIME_WAIT].number,
        .ram_bytes = v[MACHINE_RAM].number,
    };
}

double memory_kernel_bytes(const struct memory *memory, double alive, double open, double time_wait) {
    return memory->daemon_kernel_bytes * alive + memory->socket_bytes * open +
           memory->time_wait_bytes * time_wait;
}

double memory_pss_bytes(const struct memory *memory, double alive) {
    return memory->shared_bytes + memory->daemon_private_bytes * alive;
}

/* TIME_WAIT entries that are over are booked first: they must not count beside what came after them. */
static double kernel_now(struct web *web) {
    struct meters *meters = &web->meters;
    delay_line_advance(&meters->time_wait, web_now(web));
    return memory_kernel_bytes(&web->memory, meters->level[LEVEL_ALIVE].level, meters->level[LEVEL_OPEN].level,
                               meters->time_wait.present.level);
}

bool memory_fits_daemon(struct web *web) {
    const struct memory *memory = &web->memory;
    double total = kernel_now(web) + memory_pss_bytes(memory, web->meters.level[LEVEL_ALIVE].level);
    return total + memory->daemon_private_bytes + memory->daemon_kernel_bytes <= memory->ram_bytes;
}

void memory_note(struct web *web) {
    struct memory *memory = &web->memory;
    double kernel = kernel_now(web);
    double total = kernel + memory_pss_bytes(memory, web->meters.level[LEVEL_ALIVE].level);
    memory->kernel_peak_bytes = fmax(memory->kernel_peak_bytes, kernel);
    memory->total_peak_bytes = fmax(memory->total_peak_bytes, total);
}
