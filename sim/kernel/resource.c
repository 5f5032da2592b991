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
