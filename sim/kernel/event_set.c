/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/kernel/event_set.h"

_Static_assert(sizeof(struct event) == 16, "four events are one cache line");

static size_t parent(size_t i) { return (i + 8) / 4; }
static size_t first_child(size_t i) { return 4 * i - 8; }

void event_set_open(struct event_set *set, struct arena *arena, size_t capacity) {
    /* Three more than asked: a last family may look at empty seats, which hold EVENT_NEVER. */
    *set = (struct event_set){.nodes = ARENA_NEW(arena, capacity + EVENT_SET_ROOT + 5, struct event),
                              .capacity = capacity};
}

void event_set_insert(struct event_set *set, struct event event) {
    SIM_ASSERT(set->n < set->capacity);
    struct event *nodes = set->nodes;
    size_t i = EVENT_SET_ROOT + set->n++;
    /* The seats of a family that has just begun are marked empty, so that a descent reads all four. */
    if (i % 4 == 0)
        for (size_t k = 1; k < 4; k++) nodes[i + k] = EVENT_NEVER;
    while (i > EVENT_SET_ROOT && event_before(event, nodes[parent(i)])) {
        nodes[i] = nodes[parent(i)];
        i = parent(i);
    }
    nodes[i] = event;
}

/* Index of the first of a family of four, without branches that depend on the data. */
static inline size_t first_of_four(const struct event *nodes, size_t c) {
    size_t left = c + (size_t)event_before(nodes[c + 1], nodes[c]);
    size_t right = c + 2 + (size_t)event_before(nodes[c + 3], nodes[c + 2]);
    return event_before(nodes[right], nodes[left]) ? right : left;
}

void event_set_remove_first(struct event_set *set) {
    SIM_ASSERT(set->n > 0);
    struct event *nodes = set->nodes;
    size_t end = EVENT_SET_ROOT + --set->n, i = EVENT_SET_ROOT;
    struct event moved = nodes[end];
    nodes[end] = EVENT_NEVER;
    if (set->n == 0) return;
    for (size_t c = first_child(i); c < end; c = first_child(i)) {
        size_t best = first_of_four(nodes, c);
        if (!event_before(nodes[best], moved)) break;
        nodes[i] = nodes[best];
        i = best;
    }
    nodes[i] = moved;
}
