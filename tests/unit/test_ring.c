/* SPDX-License-Identifier: GPL-3.0-or-later
 * ring, and fifo on it: first in, first out, through growth and through the end of the 32-bit positions. */
#define _POSIX_C_SOURCE 200809L
#include "tests/unit/unit.h"

#include "sim/kernel/resource.h"

enum { OPERATIONS = 200000 };

/* Items are numbered in order, so the oracle of a queue is two counters. */
static void walk(struct fifo *fifo, struct dice *dice, uint32_t operations) {
    uint32_t next_in = 0, next_out = 0;
    for (uint32_t i = 0; i < operations; i++) {
        bool push = dice_below(dice, 100) < (i / 5000 % 2 ? 40u : 60u);
        if (push || next_in == next_out) fifo_push(fifo, next_in++);
        else assert_int_equal(fifo_pop(fifo), next_out++);
        assert_int_equal(fifo_length(fifo), next_in - next_out);
    }
    while (next_out != next_in) assert_int_equal(fifo_pop(fifo), next_out++);
}

static void first_in_first_out(void **state) {
    (void)state;
    struct dice dice = {21};
    struct arena arena;
    arena_open(&arena, 8 << 20);
    struct fifo fifo;
    fifo_open(&fifo, &arena);
    walk(&fifo, &dice, OPERATIONS);
    /* The positions wrap at 2^32 without a trace. */
    fifo.ring.head = fifo.ring.tail = UINT32_MAX - 1000;
    walk(&fifo, &dice, OPERATIONS);
    fifo_open(&fifo, &arena);
    fifo.ring.head = fifo.ring.tail = UINT32_MAX - 30; /* and while it grows */
    walk(&fifo, &dice, OPERATIONS);
    arena_close(&arena);
}

static void pop_nothing(void *context) { fifo_pop(context); }

static void popping_nothing_is_a_bug(void **state) {
    (void)state;
    struct arena arena;
    arena_open(&arena, 1 << 16);
    struct fifo fifo;
    fifo_open(&fifo, &arena);
    assert_is_bug(pop_nothing, &fifo);
    fifo_push(&fifo, 1);
    fifo_pop(&fifo);
    assert_is_bug(pop_nothing, &fifo);
    arena_close(&arena);
}

/* Items as large as an event, doubled again and again while the first one stands anywhere in the ring: none is lost. */
static void growing_keeps_the_order(void **state) {
    (void)state;
    struct item {
        uint64_t number[3];
    };
    struct arena arena;
    arena_open(&arena, 8 << 20);
    for (uint32_t first = 0; first < 40; first++) {
        struct ring ring;
        ring_open(&ring, &arena, sizeof(struct item));
        for (uint32_t i = 0; i < first; i++) ring_push(&ring), ring_pop(&ring);
        for (uint64_t i = 0; i < 500; i++) {
            uint32_t seat = ring_push(&ring);
            ((struct item *)ring.items)[seat] = (struct item){{i, ~i, i * i}};
        }
        for (uint64_t i = 0; i < 500; i++) {
            struct item got = ((const struct item *)ring.items)[ring_pop(&ring)];
            assert_true(got.number[0] == i && got.number[1] == ~i && got.number[2] == i * i);
        }
        assert_int_equal(ring_length(&ring), 0);
    }
    arena_close(&arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(first_in_first_out),
        cmocka_unit_test(popping_nothing_is_a_bug),
        cmocka_unit_test(growing_keeps_the_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
