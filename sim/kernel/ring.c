/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/kernel/ring.h"

enum { FIRST_SEATS = 64 };

void ring_open(struct ring *ring, struct arena *arena, uint32_t item_bytes) {
    *ring = (struct ring){.items = arena_alloc(arena, FIRST_SEATS, item_bytes), .mask = FIRST_SEATS - 1,
                          .item_bytes = item_bytes, .arena = arena};
}

void ring_grow(struct ring *ring) {
    uint32_t seats = ring->mask + 1;
    SIM_ASSERT(seats < UINT32_MAX / 2);
    char *items = arena_alloc(ring->arena, (size_t)seats * 2, ring->item_bytes);
    uint32_t first = ring->head & ring->mask;
    size_t bytes = ring->item_bytes, before_wrap = (size_t)(seats - first) * bytes;
    memcpy(items, (char *)ring->items + first * bytes, before_wrap);
    memcpy(items + before_wrap, ring->items, first * bytes);
    ring->items = items;
    ring->mask = 2 * seats - 1;
    ring->head = 0;
    ring->tail = seats;
}
