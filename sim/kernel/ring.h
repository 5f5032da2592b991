/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ring: a queue of equal items that grows by doubling. Positions count without end and are cut to
 * the size by a mask, so that empty and full differ. Old halves stay in the arena until it is reset: at most as
 * much again as the queue at its longest.
 *
 * Beneath fifo (waiting lines), the ring lanes of the executive and delay_line.
 */
#ifndef SIM_KERNEL_RING_H
#define SIM_KERNEL_RING_H

#include <stdint.h>
#include <string.h>

#include "sim/kernel/arena.h"

struct ring {
    void *items;
    uint32_t mask; /* seats - 1; seats are a power of two */
    uint32_t head, tail;
    uint32_t item_bytes;
    struct arena *arena;
};

void ring_open(struct ring *ring, struct arena *arena, uint32_t item_bytes);
void ring_grow(struct ring *ring);

static inline uint32_t ring_length(const struct ring *ring) { return ring->tail - ring->head; }

/* Seat of a new last item; the caller writes it. */
static inline uint32_t ring_push(struct ring *ring) {
    if (ring_length(ring) > ring->mask) ring_grow(ring);
    return ring->tail++ & ring->mask;
}

/* Seat of the first item, which is taken out. */
static inline uint32_t ring_pop(struct ring *ring) {
    SIM_ASSERT(ring->head != ring->tail);
    return ring->head++ & ring->mask;
}

#endif
