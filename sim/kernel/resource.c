/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/kernel/resource.h"

void fifo_open(struct fifo *fifo, struct arena *arena, uint32_t capacity) {
    uint32_t size = 1;
    while (size < capacity) size *= 2;
    *fifo = (struct fifo){.items = ARENA_NEW(arena, size, uint32_t), .mask = size - 1};
}

void fcfs_open(struct fcfs *fcfs, uint32_t units, uint32_t waiting_capacity, struct arena *arena) {
    *fcfs = (struct fcfs){.units = units};
    time_average_open(&fcfs->busy, 0, 0);
    fifo_open(&fcfs->waiting, arena, waiting_capacity);
}

void ps_open(struct ps *ps, double units, size_t capacity, struct arena *arena) {
    *ps = (struct ps){.units = units};
    event_set_open(&ps->jobs, arena, capacity);
    time_average_open(&ps->busy, 0, 0);
}
