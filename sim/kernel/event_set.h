/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * event_set: the future events whose delays follow no pattern, in a 4-ary implicit heap.
 *
 * An event is 16 bytes: when, and a key of (class, id). The class number is the priority at equal times and
 * the id (of the entity it concerns) breaks what ties remain, so the order (time, priority, id)
 * is total and does not depend on how the set is built. It is compared as one 128-bit number:
 * the bits of a double >= 0 sort as the double does.
 *
 * Four children share a cache line (Vengroff; LaMarca & Ladner 1996): half the levels of a binary heap, one
 * miss a level. Cost: hold model in tests/bench.
 */
#ifndef SIM_KERNEL_EVENT_SET_H
#define SIM_KERNEL_EVENT_SET_H

#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "sim/kernel/arena.h"

struct event {
    uint64_t key;  /* class << 32 | id */
    double time_s; /* >= 0 */
};

static inline struct event event_make(double time_s, uint32_t class, uint32_t id) {
    return (struct event){.key = (uint64_t)class << 32 | id, .time_s = time_s};
}
static inline uint32_t event_class(struct event event) { return (uint32_t)(event.key >> 32); }
static inline uint32_t event_id(struct event event) { return (uint32_t)event.key; }

/* Later than all others; stands for "none". */
#define EVENT_NEVER ((struct event){.key = UINT64_MAX, .time_s = HUGE_VAL})

__extension__ typedef unsigned __int128 event_rank;

static inline event_rank event_rank_of(struct event event) {
    uint64_t bits;
    memcpy(&bits, &event.time_s, sizeof bits);
    return (event_rank)bits << 64 | event.key;
}
static inline int event_before(struct event a, struct event b) {
    return event_rank_of(a) < event_rank_of(b);
}

/* The heap grows by need inside the addresses that it reserved; nothing is copied. */
struct event_set {
    struct event *nodes; /* nodes[EVENT_SET_ROOT] is the first; children of i at 4i-8 .. 4i-5 */
    size_t n, capacity;
};

void event_set_open(struct event_set *set, struct arena *arena, size_t capacity);
void event_set_insert(struct event_set *set, struct event event);

/* The first event, EVENT_NEVER when empty. */
static inline struct event event_set_first(const struct event_set *set);
void event_set_remove_first(struct event_set *set);

/* With the root at 3, the children 4 .. 7 of the root and all later families start at a multiple of four, that
 * is of 64 bytes. */
enum { EVENT_SET_ROOT = 3 };

static inline struct event event_set_first(const struct event_set *set) {
    return set->n ? set->nodes[EVENT_SET_ROOT] : EVENT_NEVER;
}

#endif
