/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE /* MAP_ANONYMOUS, MADV_HUGEPAGE */
#include "sim/kernel/arena.h"

#include <string.h>
#include <sys/mman.h>

enum { LINE_BYTES = 64 };

/* Below this a memset is cheaper than giving pages back and faulting them in again. */
static const size_t KEEP_BYTES = (size_t)8 << 20;

void arena_open(struct arena *arena, size_t reserve_bytes) {
    void *base = mmap(NULL, reserve_bytes, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (base == MAP_FAILED) status_machine("addresses for an arena");
    /* A wish, not a need: a kernel without large pages answers with an error that changes nothing. */
    (void)madvise(base, reserve_bytes, MADV_HUGEPAGE);
    *arena = (struct arena){.base = base, .reserved_bytes = reserve_bytes};
}

void arena_close(struct arena *arena) {
    if (arena->base) {
        ASAN_UNPOISON_MEMORY_REGION(arena->base, arena->used_bytes); /* the addresses may be handed out again */
        munmap(arena->base, arena->reserved_bytes);
    }
    *arena = (struct arena){0};
}

void arena_reset(struct arena *arena) {
    if (arena->used_bytes > arena->dirty_bytes) arena->dirty_bytes = arena->used_bytes;
    ASAN_UNPOISON_MEMORY_REGION(arena->base, arena->dirty_bytes);
    size_t kept = arena->dirty_bytes < KEEP_BYTES ? arena->dirty_bytes : KEEP_BYTES;
    memset(arena->base, 0, kept);
    if (arena->dirty_bytes > kept &&
        madvise(arena->base + kept, arena->dirty_bytes - kept, MADV_DONTNEED) != 0)
        status_machine("fresh pages for an arena");
    arena->used_bytes = 0;
    arena->dirty_bytes = 0;
}

void *arena_alloc(struct arena *arena, size_t n, size_t size) {
    SIM_ASSERT(size > 0);
    size_t left = arena->reserved_bytes - arena->used_bytes; /* below a line when the reserve is not whole lines */
    if (left < LINE_BYTES || n > (left - LINE_BYTES) / size)
        status_machine("room in an arena (the scenario is too large)");
    void *memory = arena->base + arena->used_bytes;
    size_t lines = (n * size + LINE_BYTES - 1) / LINE_BYTES;
    arena->used_bytes += lines * LINE_BYTES;
    return memory;
}

char *arena_text(struct arena *arena, const char *text, size_t length) {
    char *copy = arena_alloc(arena, length + 1, 1);
    memcpy(copy, text, length);
    return copy;
}

void pool_open(struct pool *pool, struct arena *arena, size_t slot_bytes, uint32_t capacity) {
    SIM_ASSERT(capacity < POOL_NONE);
    *pool = (struct pool){
        .slots = arena_alloc(arena, capacity, slot_bytes),
        .slot_bytes = slot_bytes,
        .free_slots = ARENA_NEW(arena, capacity, uint32_t),
        .capacity = capacity,
    };
}
