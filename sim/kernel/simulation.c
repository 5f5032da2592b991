/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/kernel/simulation.h"

#include <float.h>
#include <math.h>

void simulation_open(struct simulation *simulation, const struct event_class *classes, uint32_t n_classes,
                     void *model, size_t heap_capacity, struct arena *arena) {
    bool heap_only = simulation->heap_only;
    *simulation = (struct simulation){
        .heap_only = heap_only,
        .n_sources = 1,
        .classes = classes,
        .n_classes = n_classes,
        .lane_of_class = ARENA_NEW(arena, n_classes, struct lane *),
        .model = model,
        .arena = arena,
    };
    event_set_open(&simulation->heap, arena, heap_capacity);
    simulation->heads[0] = EVENT_NEVER;
}

static uint32_t source_add(struct simulation *simulation, struct lane *lane) {
    SIM_ASSERT(simulation->n_sources < SIMULATION_SOURCES_MAX);
    uint32_t source = simulation->n_sources++;
    simulation->heads[source] = EVENT_NEVER;
    simulation->lanes[source] = lane;
    return source;
}

uint32_t simulation_timer(struct simulation *simulation, uint32_t class) {
    SIM_ASSERT(class < simulation->n_classes);
    return source_add(simulation, NULL);
}

void simulation_lane_linked(struct simulation *simulation, struct lane *lane, uint32_t class, double delay_s,
                            void *first_node, size_t stride_bytes) {
    SIM_ASSERT(delay_s >= 0 && isfinite(delay_s) && class < simulation->n_classes);
    *lane = (struct lane){.delay_s = delay_s, .class = class, .linked = true, .nodes = first_node,
                          .stride_bytes = stride_bytes, .head = POOL_NONE, .tail = POOL_NONE};
    lane->source = source_add(simulation, lane);
    simulation->lane_of_class[class] = lane;
}

void simulation_lane_ring(struct simulation *simulation, struct lane *lane, uint32_t class, double delay_s) {
    SIM_ASSERT(delay_s >= 0 && isfinite(delay_s) && class < simulation->n_classes);
    *lane = (struct lane){.delay_s = delay_s, .class = class};
    ring_open(&lane->ring, simulation->arena, sizeof(struct event));
    lane->source = source_add(simulation, lane);
}

/* The node remembers when it is due and, since two lanes may share a node (a connection is either idle or closing), for
 * which class. */
void simulation_arm_heap_only(struct simulation *simulation, struct lane *lane, uint32_t id) {
    double time_s = simulation->now_s + lane->delay_s;
    if (lane->linked) *lane_node(lane, id) = (struct lane_node){.time_s = time_s, .prev = lane->class};
    simulation_at(simulation, time_s, lane->class, id);
}

/* Walks back over the nodes that are due at the same instant with a larger id. O(their number): nothing
 * in a run with continuous times, the number of users for users in lock-step. */
void lane_insert_tied(struct simulation *simulation, struct lane *lane, uint32_t id) {
    struct lane_node *node = lane_node(lane, id);
    uint32_t after = lane->tail;
    while (after != POOL_NONE && after > id && lane_node(lane, after)->time_s >= node->time_s)
        after = lane_node(lane, after)->prev;
    node->prev = after;
    node->next = after == POOL_NONE ? lane->head : lane_node(lane, after)->next;
    lane_node(lane, node->next)->prev = id; /* there is one: the tail comes after us */
    if (after != POOL_NONE) {
        lane_node(lane, after)->next = id;
    } else {
        lane->head = id;
        simulation->heads[lane->source] = event_make(node->time_s, lane->class, id);
    }
}

/* Source with the first event. Eight to twelve sources: comparing them all beats keeping a tree (measured). */
static inline uint32_t first_source(const struct simulation *simulation) {
    uint32_t best = 0;
    event_rank rank = event_rank_of(simulation->heads[0]);
    for (uint32_t i = 1; i < simulation->n_sources; i++) {
        event_rank other = event_rank_of(simulation->heads[i]);
        best = other < rank ? i : best;
        rank = other < rank ? other : rank;
    }
    return best;
}

static void ring_remove_first(struct simulation *simulation, struct lane *lane) {
    struct ring *ring = &lane->ring;
    ring_pop(ring);
    const struct event *items = ring->items;
    simulation->heads[lane->source] = ring_length(ring) ? items[ring->head & ring->mask] : EVENT_NEVER;
}

/* In heap_only a cancelled event outlives the entity that it was for, whose slot the pool may have taken back (and
 * poisoned) since. What its bytes say still tells that the event is stale. */
__attribute__((no_sanitize("address"))) static bool node_is_due(const struct lane_node *node, uint32_t class,
                                                                double time_s) {
    return node->prev == class && node->time_s >= time_s && node->time_s <= time_s;
}

/* Takes the first event of a source out. False: it was stale (heap_only) and must not fire. */
static bool source_remove_first(struct simulation *simulation, uint32_t source, struct event event) {
    struct lane *lane = simulation->lanes[source];
    if (lane) {
        if (lane->linked) lane_unlink(simulation, lane, event_id(event));
        else ring_remove_first(simulation, lane);
        return true;
    }
    if (source > 0) {
        simulation->heads[source] = EVENT_NEVER;
        return true;
    }
    event_set_remove_first(&simulation->heap);
    simulation->heads[0] = event_set_first(&simulation->heap);
    struct lane *linked = simulation->lane_of_class[event_class(event)];
    if (!linked) return true;
    bool due = node_is_due(lane_node(linked, event_id(event)), linked->class, event.time_s);
    if (due) lane_node(linked, event_id(event))->time_s = LANE_IDLE;
    return due;
}

void simulation_run(struct simulation *simulation, double until_s) {
    SIM_ASSERT(until_s >= simulation->now_s);
    /* HUGE_VAL is never: an empty source, or a timer that is not set. */
    const double last_s = until_s < DBL_MAX ? until_s : DBL_MAX;
    simulation->stopped = false;
    while (!simulation->stopped) {
        uint32_t source = first_source(simulation);
        struct event event = simulation->heads[source];
        if (event.time_s > last_s) {
            if (isfinite(until_s)) simulation->now_s = until_s;
            return;
        }
        if (!source_remove_first(simulation, source, event)) continue;
        simulation->now_s = event.time_s;
        simulation->n_executed++;
        simulation->classes[event_class(event)].fire(simulation->model, event_id(event));
    }
}
