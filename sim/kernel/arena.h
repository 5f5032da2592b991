/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * arena: memory with one life time. Everything that a replication makes is taken from one arena and
 * forgotten at once by arena_reset; nothing is freed singly, nothing is checked for NULL (a machine
 * without memory ends the program with a message).
 *
 * An arena is one reserved range of addresses, backed by the kernel page by page as it is first
 * touched, so arrays sized by an upper bound cost only what is really used, never move while they
 * grow, and need no list of chunks. Memory is zero when first handed out and zero again after a reset.
 *
 * Small blocks are taken from the beginning, one behind the other, where a reset clears them; blocks of ARENA_FAR_BYTES and more, which are mostly upper bounds
 * of which little is touched, from the end, where it gives their pages back. So a reset clears what was used and no more: cleared to 8 MB
 * of addresses, as it was before, it took 5 % of the time of the classic study.
 *
 * Large pages make 10 M users 1.3 to 1.6 times faster (measured, see tests/bench), but each that is touched in one place
 * is 2 MB to be cleared. They are asked for when an owner knows that much will be used (arena_expect_much), as pools do when they grow.
 */
#ifndef SIM_KERNEL_ARENA_H
#define SIM_KERNEL_ARENA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena {
    char *base;
    size_t reserved_bytes; /* addresses, not memory */
    size_t used_bytes;     /* from the beginning */
    size_t far_bytes;      /* from the end */
    bool expects_much;
};

/* Reserves addresses for at most `reserve_bytes`. Owner: the caller, until arena_close. */
void arena_open(struct arena *arena, size_t reserve_bytes);
void arena_close(struct arena *arena);

/* Forgets all; the next arena_alloc returns zeroed memory again. */
void arena_reset(struct arena *arena);

/* `n` objects of `size` bytes, zeroed, at a multiple of 64 bytes (a cache line). Valid until reset or close. */
void *arena_alloc(struct arena *arena, size_t n, size_t size);

enum { ARENA_FAR_BYTES = 1 << 20 };

/* From now on, with large pages where the kernel has them. */
void arena_expect_much(struct arena *arena);

/* A copy of the text's first `length` bytes, with an end mark. */
char *arena_text(struct arena *arena, const char *text, size_t length);

#define ARENA_NEW(arena, n, type) ((type *)arena_alloc((arena), (n), sizeof(type)))

/* pool: slots of one size that come and go, named by 32-bit numbers (a number is half a pointer, and stays
 * valid if memory moves). A freed slot is the next one handed out, while it is still in the cache. */
#define POOL_NONE UINT32_MAX

struct pool {
    char *slots;
    size_t slot_bytes;
    uint32_t *free_slots; /* a stack */
    uint32_t n_free;
    uint32_t n_touched;   /* slots ever handed out */
    uint32_t capacity;
    struct arena *arena;
};
enum { POOL_MUCH = 1 << 14 }; /* slots */

/* `capacity` slots at most; memory is touched only as slots are first used. */
void pool_open(struct pool *pool, struct arena *arena, size_t slot_bytes, uint32_t capacity);

/* The number of a slot. Its bytes are zero on first use and as left by its last owner afterwards. */
static inline uint32_t pool_take(struct pool *pool);
static inline void pool_return(struct pool *pool, uint32_t slot);
static inline uint32_t pool_in_use(const struct pool *pool) { return pool->n_touched - pool->n_free; }

/* Private part: the inlines. */
#include "sim/kernel/status.h"

#if defined(__SANITIZE_ADDRESS__)
#define POOL_POISON 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define POOL_POISON 1
#endif
#endif
#ifdef POOL_POISON /* a pool blinds the address sanitizer unless returned slots are poisoned */
#include <sanitizer/asan_interface.h>
#else
#define ASAN_POISON_MEMORY_REGION(p, n) ((void)(p), (void)(n))
#define ASAN_UNPOISON_MEMORY_REGION(p, n) ((void)(p), (void)(n))
#endif

static inline uint32_t pool_take(struct pool *pool) {
    uint32_t slot;
    if (pool->n_free > 0) {
        slot = pool->free_slots[--pool->n_free];
    } else {
        SIM_ASSERT(pool->n_touched < pool->capacity);
        slot = pool->n_touched++;
        if (slot == POOL_MUCH) arena_expect_much(pool->arena);
    }
    ASAN_UNPOISON_MEMORY_REGION(pool->slots + (size_t)slot * pool->slot_bytes, pool->slot_bytes);
    return slot;
}

static inline void pool_return(struct pool *pool, uint32_t slot) {
    ASAN_POISON_MEMORY_REGION(pool->slots + (size_t)slot * pool->slot_bytes, pool->slot_bytes);
    pool->free_slots[pool->n_free++] = slot;
}

#endif
