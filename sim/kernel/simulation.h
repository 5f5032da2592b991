/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * simulation: the clock and the executive. Event routines and explicit states, no coroutines.
 *
 * A model lists its classes of events in one table. The position in the table is the priority: of events
 * at exactly the same time the lower class fires first, and within a class the lower id. So the
 * order is (time, priority, id), and what happens when a request meets its timeout is read off the
 * table. At most one event of a class may be pending for one id (but see ring lanes).
 *
 * Three kinds of future events, because their costs differ by an order of magnitude:
 *
 *   heap    any delay. simulation_at. Not cancelled: the routine must recognise what is stale.
 *   lane    always the same delay (a timeout, half a round trip), so they come due in the order in which they were
 *           armed: a queue, O(1) to arm, fire and cancel. *Linked* lanes keep the node inside the
 *           entity and can be cancelled; *ring* lanes hold (time, id) and cannot.
 *   timer   one event that moves (the next completion of a resource). simulation_timer_set.
 *
 * With `heap_only` set all lanes are led through the heap. Results must be the same bytes; a test
 * asserts it, and the benchmark shows what lanes save.
 *
 * Everything a replication touches hangs on `struct simulation` and its arena; nothing is global.
 */
#ifndef SIM_KERNEL_SIMULATION_H
#define SIM_KERNEL_SIMULATION_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/kernel/event_set.h"
#include "sim/kernel/ring.h"

/* Fires at its time with the id that it was scheduled with. Cannot fail; outcomes are counted by the model. */
typedef void event_fn(void *model, uint32_t id);

struct event_class {
    const char *name;
    event_fn *fire;
};

/* What a linked lane keeps in each entity. `time_s` is when the event is due, LANE_IDLE when none is pending. */
struct lane_node {
    double time_s;
    uint32_t prev, next;
};
#define LANE_IDLE (-1.0)

struct lane {
    double delay_s;
    uint32_t class;
    uint32_t source;     /* which head is ours */
    bool linked;
    char *nodes;         /* linked: address of entity 0's node */
    size_t stride_bytes; /* linked: from one entity to the next */
    uint32_t head, tail; /* linked: ids */
    struct ring ring;    /* ring: of struct event */
};

enum { SIMULATION_SOURCES_MAX = 128 };

struct simulation {
    double now_s;
    uint64_t n_executed; /* events fired; stale or cancelled ones are not counted */
    bool heap_only;
    bool stopped;
    struct event_set heap;
    struct event heads[SIMULATION_SOURCES_MAX]; /* first event of each source; 0 is the heap */
    struct lane *lanes[SIMULATION_SOURCES_MAX]; /* of that source, NULL for heap and timers */
    uint32_t n_sources;
    const struct event_class *classes;
    uint32_t n_classes;
    struct lane **lane_of_class; /* linked lanes by class, for stale events in heap_only */
    void *model;
    struct arena *arena;
};

/* Clock at 0. `model` is handed to every routine. `heap_capacity`: most events ever pending in the heap
 * (memory is touched as needed, so a generous bound is free). */
void simulation_open(struct simulation *simulation, const struct event_class *classes, uint32_t n_classes,
                     void *model, size_t heap_capacity, struct arena *arena);

/* Linked: entity i's node is at first_node + i * stride_bytes. All nodes must be LANE_IDLE or zero before arming. */
void simulation_lane_linked(struct simulation *simulation, struct lane *lane, uint32_t class, double delay_s,
                            void *first_node, size_t stride_bytes);
/* Ring: an id may be pending more than once. */
void simulation_lane_ring(struct simulation *simulation, struct lane *lane, uint32_t class, double delay_s);
/* The number of a timer whose event is (class, 0). */
uint32_t simulation_timer(struct simulation *simulation, uint32_t class);

/* Schedules in the heap. An event in the past is a bug. */
static inline void simulation_at(struct simulation *simulation, double time_s, uint32_t class, uint32_t id);

/* Due at now + lane->delay_s. A linked lane's entity must not be armed already. */
static inline void lane_arm(struct simulation *simulation, struct lane *lane, uint32_t id);
static inline void lane_cancel(struct simulation *simulation, struct lane *lane, uint32_t id);

/* The timer's event is now at `time_s`; HUGE_VAL: never. */
static inline void simulation_timer_set(struct simulation *simulation, uint32_t timer, uint32_t class,
                                        double time_s);

/* Fires events in order until none is due at or before `until_s`, or simulation_stop. The clock ends
 * at the last event fired, or at until_s if that is finite and nothing stopped the run. */
void simulation_run(struct simulation *simulation, double until_s);
static inline void simulation_stop(struct simulation *simulation) { simulation->stopped = true; }

/* ---- Private part: the inlines ------------------------------------------------------------- */

void simulation_arm_heap_only(struct simulation *simulation, struct lane *lane, uint32_t id);
void lane_insert_tied(struct simulation *simulation, struct lane *lane, uint32_t id);

static inline struct lane_node *lane_node(const struct lane *lane, uint32_t id) {
    return (struct lane_node *)(void *)(lane->nodes + (size_t)id * lane->stride_bytes);
}

static inline void simulation_at(struct simulation *simulation, double time_s, uint32_t class, uint32_t id) {
    SIM_ASSERT(time_s >= simulation->now_s);
    event_set_insert(&simulation->heap, event_make(time_s, class, id));
    simulation->heads[0] = event_set_first(&simulation->heap);
}

static inline void simulation_timer_set(struct simulation *simulation, uint32_t timer, uint32_t class,
                                        double time_s) {
    simulation->heads[timer] = event_make(time_s, class, 0);
}

static inline void lane_arm_linked(struct simulation *simulation, struct lane *lane, uint32_t id) {
    struct lane_node *node = lane_node(lane, id);
    double time_s = simulation->now_s + lane->delay_s;
    node->time_s = time_s;
    if (lane->tail == POOL_NONE) {
        node->prev = node->next = POOL_NONE;
        lane->head = lane->tail = id;
        simulation->heads[lane->source] = event_make(time_s, lane->class, id);
        return;
    }
    struct lane_node *last = lane_node(lane, lane->tail);
    if (last->time_s >= time_s && lane->tail > id) { /* an exact tie that arrived out of order: rare */
        lane_insert_tied(simulation, lane, id);
        return;
    }
    node->prev = lane->tail;
    node->next = POOL_NONE;
    last->next = id;
    lane->tail = id;
}

static inline void lane_arm_ring(struct simulation *simulation, struct lane *lane, uint32_t id) {
    struct event event = event_make(simulation->now_s + lane->delay_s, lane->class, id);
    struct ring *ring = &lane->ring;
    uint32_t at = ring_push(ring), first = ring->head & ring->mask;
    struct event *items = ring->items;
    while (at != first && event_before(event, items[(at - 1) & ring->mask])) { /* an exact tie: rare */
        items[at] = items[(at - 1) & ring->mask];
        at = (at - 1) & ring->mask;
    }
    items[at] = event;
    if (at == first) simulation->heads[lane->source] = event;
}

static inline void lane_arm(struct simulation *simulation, struct lane *lane, uint32_t id) {
    if (simulation->heap_only)
        simulation_arm_heap_only(simulation, lane, id);
    else if (lane->linked)
        lane_arm_linked(simulation, lane, id);
    else
        lane_arm_ring(simulation, lane, id);
}

/* Takes a node out of its list and shows the next one as head if it was the first. */
static inline void lane_unlink(struct simulation *simulation, struct lane *lane, uint32_t id) {
    struct lane_node *node = lane_node(lane, id);
    node->time_s = LANE_IDLE;
    if (node->next != POOL_NONE) lane_node(lane, node->next)->prev = node->prev;
    else lane->tail = node->prev;
    if (node->prev != POOL_NONE) {
        lane_node(lane, node->prev)->next = node->next;
        return;
    }
    lane->head = node->next;
    if (lane->head == POOL_NONE) {
        simulation->heads[lane->source] = EVENT_NEVER;
    } else {
        struct lane_node *first = lane_node(lane, lane->head);
        simulation->heads[lane->source] = event_make(first->time_s, lane->class, lane->head);
        /* The one after it will be wanted soon, and at 1 M users it is in no cache. */
        if (first->next != POOL_NONE) __builtin_prefetch(lane_node(lane, first->next));
    }
}

static inline void lane_cancel(struct simulation *simulation, struct lane *lane, uint32_t id) {
    SIM_ASSERT(lane->linked && lane_node(lane, id)->time_s >= 0);
    if (simulation->heap_only)
        lane_node(lane, id)->time_s = LANE_IDLE; /* its event in the heap is now stale */
    else
        lane_unlink(simulation, lane, id);
}

#endif
