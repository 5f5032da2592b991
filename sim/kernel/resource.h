/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * resource: units that work on jobs, in two disciplines.
 *
 *   fcfs   c units, each holds one job until it is done; the others wait first come, first served
 *   ps     m units (cores) shared equally: each of n jobs gets min(1, m/n) of a unit
 *
 * Both count jobs present and keep utilisation. A resource does not know what a job is: it hands
 * back the 32-bit number that it was given.
 */
#ifndef SIM_KERNEL_RESOURCE_H
#define SIM_KERNEL_RESOURCE_H

#include <math.h>
#include <stdint.h>

#include "sim/kernel/event_set.h"
#include "sim/kernel/ring.h"
#include "sim/kernel/statistics.h"

/* ---- first come, first served -------------------------------------------------------------- */

/* A waiting line of numbers. */
struct fifo {
    struct ring ring; /* of uint32_t */
};

static inline void fifo_open(struct fifo *fifo, struct arena *arena) {
    ring_open(&fifo->ring, arena, sizeof(uint32_t));
}
static inline uint32_t fifo_length(const struct fifo *fifo) { return ring_length(&fifo->ring); }
static inline void fifo_push(struct fifo *fifo, uint32_t item) {
    uint32_t seat = ring_push(&fifo->ring);
    ((uint32_t *)fifo->ring.items)[seat] = item;
}
static inline uint32_t fifo_first(const struct fifo *fifo) {
    SIM_ASSERT(fifo_length(fifo) > 0);
    const uint32_t *items = fifo->ring.items;
    return items[fifo->ring.head & fifo->ring.mask];
}
static inline uint32_t fifo_pop(struct fifo *fifo) {
    const uint32_t *items = fifo->ring.items;
    return items[ring_pop(&fifo->ring)];
}

struct fcfs {
    uint32_t units;
    struct time_average busy; /* units working */
    struct fifo waiting;
};

void fcfs_open(struct fcfs *fcfs, uint32_t units, struct arena *arena);

/* True: a unit begins with the job now, and the caller schedules its end. False: it waits. */
static inline int fcfs_seize(struct fcfs *fcfs, double now_s, uint32_t job) {
    if (fcfs->busy.level < fcfs->units) {
        time_average_add(&fcfs->busy, now_s, 1);
        return 1;
    }
    fifo_push(&fcfs->waiting, job);
    return 0;
}

/* A unit is done. Returns the job that it begins next, or POOL_NONE. */
static inline uint32_t fcfs_release(struct fcfs *fcfs, double now_s) {
    SIM_ASSERT(fcfs->busy.level > 0);
    if (fifo_length(&fcfs->waiting)) return fifo_pop(&fcfs->waiting);
    time_average_add(&fcfs->busy, now_s, -1);
    return POOL_NONE;
}

/* ---- processor sharing --------------------------------------------------------------------- */

/* Virtual time V runs at min(1, m/n) while n jobs are present; a job that arrives at V with work w is done when V reaches
 * V + w (Kleinrock 1967; the same clock as in fair queueing). So the job to finish next is the head
 * of a heap whose keys never change, and each arrival or completion costs O(log n). */
struct ps {
    double units;
    double virtual_s;        /* V at updated_s */
    double updated_s;
    double arrived_s;        /* work that came since ps_reset_work, and what was left of earlier work then */
    struct event_set jobs;   /* by virtual finish; ties by job number */
    struct time_average busy;/* units in use: min(n, m) */
};

void ps_open(struct ps *ps, double units, size_t capacity, struct arena *arena);

static inline double ps_rate(const struct ps *ps) {
    double n = (double)ps->jobs.n;
    return n <= ps->units ? 1.0 : ps->units / n;
}

/* Brings V to now. */
static inline void ps_advance(struct ps *ps, double now_s) {
    ps->virtual_s += (now_s - ps->updated_s) * ps_rate(ps);
    ps->updated_s = now_s;
}

static inline void ps_note_busy(struct ps *ps, double now_s) {
    double n = (double)ps->jobs.n, busy = n < ps->units ? n : ps->units;
    if (busy > ps->busy.level || busy < ps->busy.level) time_average_set(&ps->busy, now_s, busy);
}

static inline void ps_arrive(struct ps *ps, double now_s, uint32_t job, double work_s) {
    ps_advance(ps, now_s);
    ps->arrived_s += work_s;
    event_set_insert(&ps->jobs, event_make(ps->virtual_s + work_s, 0, job));
    ps_note_busy(ps, now_s);
}

/* When the next job is done if nothing else happens; HUGE_VAL when there is none. Call after
 * ps_arrive or ps_complete, at the same instant. */
static inline double ps_next_completion(const struct ps *ps) {
    if (ps->jobs.n == 0) return HUGE_VAL;
    double left_s = event_set_first(&ps->jobs).time_s - ps->virtual_s;
    return left_s > 0 ? ps->updated_s + left_s / ps_rate(ps) : ps->updated_s;
}

/* Takes out the job that is done now. An empty resource restarts V at 0, so that rounding cannot
 * gather over long runs. */
static inline uint32_t ps_complete(struct ps *ps, double now_s) {
    SIM_ASSERT(ps->jobs.n > 0);
    struct event job = event_set_first(&ps->jobs);
    event_set_remove_first(&ps->jobs);
    ps->virtual_s = ps->jobs.n ? job.time_s : 0;
    ps->updated_s = now_s;
    ps_note_busy(ps, now_s);
    return event_id(job);
}

/* Work not yet done. Units do nothing but work: over one window the integral of `busy` is arrived_s - ps_left_s. O(n). */
double ps_left_s(const struct ps *ps, double now_s);
void ps_reset_work(struct ps *ps, double now_s);

#endif
