/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE /* MAP_ANONYMOUS, MADV_HUGEPAGE */
#include "sim/kernel/arena.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { LINE_BYTES = 64 };

/* Below this a memset is cheaper than giving pages back and faulting them in again. */
static const size_t KEEP_BYTES = (size_t)8 << 20;

void arena_open(struct arena *arena, size_t reserve_bytes) {
    void *base = mmap(NULL, reserve_bytes, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (base == MAP_FAILED) status_machine("addresses for an arena");
    *arena = (struct arena){.base = base, .reserved_bytes = reserve_bytes};
}

void arena_expect_much(struct arena *arena) {
    if (arena->expects_much) return;
    arena->expects_much = true;
    /* A wish, not a need: a kernel without large pages answers with an error that changes nothing. */
    (void)madvise(arena->base, arena->reserved_bytes, MADV_HUGEPAGE);
}

/* Blocks from the end end here: a reserve need not be whole lines. */
static size_t end_bytes(const struct arena *arena) { return arena->reserved_bytes / LINE_BYTES * LINE_BYTES; }

/* Pools poison what was returned to them. */
static void unpoison(const struct arena *arena) {
    ASAN_UNPOISON_MEMORY_REGION(arena->base, arena->used_bytes);
    ASAN_UNPOISON_MEMORY_REGION(arena->base + end_bytes(arena) - arena->far_bytes, arena->far_bytes);
}

void arena_close(struct arena *arena) {
    if (arena->base) {
        unpoison(arena); /* the addresses may be handed out again */
        munmap(arena->base, arena->reserved_bytes);
    }
    *arena = (struct arena){0};
}

/* From a page's beginning to a page's end; what lies around is cleared by hand. */
static void give_back(char *from, char *to) {
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    char *first = from + (page - (uintptr_t)from % page) % page, *last = to - (uintptr_t)to % page;
    if (first >= last) {
        memset(from, 0, (size_t)(to - from));
        return;
    }
    memset(from, 0, (size_t)(first - from));
    memset(last, 0, (size_t)(to - last));
    if (madvise(first, (size_t)(last - first), MADV_DONTNEED) != 0) status_machine("fresh pages for an arena");
}

void arena_reset(struct arena *arena) {
    char *end = arena->base + end_bytes(arena);
    size_t kept = arena->used_bytes < KEEP_BYTES ? arena->used_bytes : KEEP_BYTES;
    unpoison(arena);
    memset(arena->base, 0, kept);
    give_back(arena->base + kept, arena->base + arena->used_bytes);
    give_back(end - arena->far_bytes, end);
    arena->used_bytes = arena->far_bytes = 0;
}

void *arena_alloc(struct arena *arena, size_t n, size_t size) {
    SIM_ASSERT(size > 0);
    size_t end = end_bytes(arena), left = end - arena->used_bytes - arena->far_bytes;
    if (left < LINE_BYTES || n > (left - LINE_BYTES) / size)
        status_machine("room in an arena (the scenario is too large)");
    size_t bytes = (n * size + LINE_BYTES - 1) / LINE_BYTES * LINE_BYTES;
    if (bytes >= ARENA_FAR_BYTES) {
        arena->far_bytes += bytes;
        return arena->base + end - arena->far_bytes;
    }
    void *memory = arena->base + arena->used_bytes;
    arena->used_bytes += bytes;
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
        .arena = arena,
    };
}
