/* SPDX-License-Identifier: GPL-3.0-or-later
 * arena: blocks are zero, aligned and apart, before and after a reset; it ends the program, not the heap, when full.
 * pool: against a table of who is in. */
#define _POSIX_C_SOURCE 200809L
#include "tests/unit/unit.h"

#include <string.h>

#include "sim/kernel/arena.h"

enum { BLOCKS = 400, ROUNDS = 5 };

struct block {
    unsigned char *bytes;
    size_t n;
};

static void assert_filled(const struct block *block, unsigned char with) {
    for (size_t i = 0; i < block->n; i++) assert_int_equal(block->bytes[i], with);
}

/* Were two blocks to overlap, the later mark would show in the earlier one. */
static void blocks_are_zero_aligned_and_apart(void **state) {
    (void)state;
    struct dice dice = {1};
    struct arena arena;
    arena_open(&arena, (size_t)64 << 20);
    for (int round = 0; round < ROUNDS; round++) {
        struct block blocks[BLOCKS];
        for (int i = 0; i < BLOCKS; i++) {
            size_t size = 1 + dice_below(&dice, 96), n = dice_below(&dice, i % 20 ? 8 : 4000);
            blocks[i] = (struct block){arena_alloc(&arena, n, size), n * size};
            assert_int_equal((uintptr_t)blocks[i].bytes % 64, 0);
            assert_filled(&blocks[i], 0);
            memset(blocks[i].bytes, 1 + i % 250, blocks[i].n);
        }
        for (int i = 0; i < BLOCKS; i++) assert_filled(&blocks[i], (unsigned char)(1 + i % 250));
        arena_reset(&arena);
        assert_int_equal(arena.used_bytes, 0);
    }
    arena_close(&arena);
}

/* A reset clears small lives by hand and gives the pages of large ones back: both must come out zero. Blocks of a megabyte come from the other
 * end, and what is taken from both must not meet. */
static void a_large_life_leaves_nothing(void **state) {
    (void)state;
    struct arena arena;
    arena_open(&arena, ((size_t)64 << 20) + 30);
    static const size_t lives[] = {1 << 10, 12 << 20, 1 << 20, 8 << 20, (1 << 20) + 4000, 30 << 20, (1 << 20) - 64};
    for (size_t life = 0; life < sizeof lives / sizeof *lives; life++) {
        size_t small = 700001, n_small = lives[life] > 20 << 20 ? 40 : 14; /* 9.8 MB and more: beyond what is cleared by hand */
        for (size_t k = 0; k <= n_small; k++) {
            size_t n = k ? small : lives[life];
            unsigned char *bytes = arena_alloc(&arena, n, 1);
            assert_int_equal((uintptr_t)bytes % 64, 0);
            for (size_t i = 0; i < n; i += 509) assert_int_equal(bytes[i], 0);
            assert_int_equal(bytes[n - 1], 0);
            memset(bytes, 0xee, n);
        }
        if (life == 4) arena_expect_much(&arena);
        arena_reset(&arena);
        assert_int_equal(arena.used_bytes + arena.far_bytes, 0);
    }
    arena_close(&arena);
}

static void text_is_copied_with_an_end(void **state) {
    (void)state;
    struct arena arena;
    arena_open(&arena, 1 << 16);
    memset(arena_alloc(&arena, 64, 1), 0xff, 64);
    arena_reset(&arena);
    char *empty = arena_text(&arena, "keep-alive", 0), *keep = arena_text(&arena, "keep-alive", 4);
    assert_string_equal(empty, "");
    assert_string_equal(keep, "keep");
    arena_close(&arena);
}

/* Takes all of an arena of `context` bytes in blocks of 60, writing each to its end. */
static void take_without_end(void *context) {
    struct arena arena;
    arena_open(&arena, *(const size_t *)context);
    for (;;) memset(arena_alloc(&arena, 1, 60), 1, 60);
}

static void take_what_overflows(void *context) {
    struct arena arena;
    arena_open(&arena, *(const size_t *)context);
    arena_alloc(&arena, SIZE_MAX / 4, 8);
}

static void a_full_arena_ends_the_program(void **state) {
    (void)state;
    static const size_t sizes[] = {4096, 4096 - 64, 4096 - 30, 4096 - 4, 4097, 64, 63, 1, 12345};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        size_t size = sizes[i];
        assert_exits(take_without_end, &size, STATUS_IO);
        assert_exits(take_what_overflows, &size, STATUS_IO);
    }
}

/* ---- pool ------------------------------------------------------------------------------------ */

enum { SLOTS = 50, OPERATIONS = 20000 };

struct guest {
    uint64_t name, again;
};

static void pool_equals_a_table(void **state) {
    (void)state;
    struct dice dice = {2};
    struct arena arena;
    struct pool pool;
    arena_open(&arena, 1 << 20);
    pool_open(&pool, &arena, sizeof(struct guest), SLOTS);
    uint64_t name_in[SLOTS] = {0}; /* the oracle: 0 is an empty slot */
    uint32_t in = 0, ever = 0, last_out = POOL_NONE;
    for (uint64_t name = 1; name <= OPERATIONS; name++) {
        struct guest *guests = (void *)pool.slots;
        if (in == 0 || (in < SLOTS && dice_below(&dice, 100) < (name / 2000 % 2 ? 40u : 60u))) {
            uint32_t slot = pool_take(&pool);
            assert_true(slot < SLOTS);
            assert_int_equal(name_in[slot], 0);
            if (last_out != POOL_NONE) assert_int_equal(slot, last_out); /* while it is in the cache */
            if (slot >= ever) assert_int_equal(guests[slot].name, 0);
            ever = slot >= ever ? slot + 1 : ever;
            name_in[slot] = name;
            guests[slot] = (struct guest){name, ~name};
            in++;
            last_out = POOL_NONE;
        } else {
            uint32_t slot = dice_below(&dice, SLOTS);
            while (!name_in[slot]) slot = (slot + 1) % SLOTS;
            assert_int_equal(guests[slot].name, name_in[slot]);
            assert_int_equal(guests[slot].again, ~name_in[slot]);
            pool_return(&pool, slot);
            name_in[slot] = 0;
            in--;
            last_out = slot;
        }
        assert_int_equal(pool_in_use(&pool), in);
    }
    assert_int_equal(ever, SLOTS); /* the walk did reach the bound */
    arena_close(&arena);
}

static void take_one_too_many(void *context) {
    struct pool pool;
    pool_open(&pool, context, 8, 3);
    for (int i = 0; i < 4; i++) pool_take(&pool);
}

static void a_full_pool_is_a_bug(void **state) {
    (void)state;
    struct arena arena;
    arena_open(&arena, 1 << 16);
    assert_is_bug(take_one_too_many, &arena);
    arena_close(&arena);
}

/* Under the address sanitizer a returned slot is out of bounds, and addresses that come back are clean. */
static void returned_slots_do_not_poison_the_next_life(void **state) {
    (void)state;
    for (int life = 0; life < 6; life++) {
        struct arena arena;
        struct pool pool;
        arena_open(&arena, 1 << 16);
        for (int replication = 0; replication < 3; replication++) {
            char *bytes = arena_alloc(&arena, 1 << 12, 1);
            memset(bytes, 1, 1 << 12);
            arena_reset(&arena);
            pool_open(&pool, &arena, 64, 8);
            for (int i = 0; i < 8; i++) memset(pool.slots + 64 * pool_take(&pool), 1, 64);
            for (uint32_t i = 0; i < 8; i++) pool_return(&pool, i);
            if (replication < 2) arena_reset(&arena);
        }
        arena_close(&arena);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blocks_are_zero_aligned_and_apart),
        cmocka_unit_test(a_large_life_leaves_nothing),
        cmocka_unit_test(text_is_copied_with_an_end),
        cmocka_unit_test(a_full_arena_ends_the_program),
        cmocka_unit_test(pool_equals_a_table),
        cmocka_unit_test(a_full_pool_is_a_bug),
        cmocka_unit_test(returned_slots_do_not_poison_the_next_life),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
