/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/kernel/resource.h"

void fcfs_open(struct fcfs *fcfs, uint32_t units, struct arena *arena) {
    *fcfs = (struct fcfs){.units = units};
    time_average_open(&fcfs->busy, 0, 0);
    fifo_open(&fcfs->waiting, arena);
}

void ps_open(struct ps *ps, double units, size_t capacity, struct arena *arena) {
    *ps = (struct ps){.units = units};
    event_set_open(&ps->jobs, arena, capacity);
    time_average_open(&ps->busy, 0, 0);
}

double ps_left_s(const struct ps *ps, double now_s) {
    double virtual_s = ps->virtual_s + (now_s - ps->updated_s) * ps_rate(ps), left_s = 0;
    for (size_t i = 0; i < ps->jobs.n; i++) left_s += ps->jobs.nodes[EVENT_SET_ROOT + i].time_s - virtual_s;
    return left_s;
}

void ps_reset_work(struct ps *ps, double now_s) { ps->arrived_s = ps_left_s(ps, now_s); }
