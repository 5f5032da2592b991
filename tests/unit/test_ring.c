/* SPDX-License-Identifier: GPL-3.0-or-later
 * ring, and fifo on it: first in, first out, through growth and through the end of the 32-bit positions.
 * delay_line: who is present, counted one by one. */
#define _POSIX_C_SOURCE 200809L
#include "tests/unit/unit.h"

#include "sim/kernel/delay_line.h"
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

/* 4 s each, entered at 0, 1, 2 and 10: levels 1 2 3 in [0,4), then 2 1 until 6, 0 until 10, 1 until 14. */
static void a_delay_line_by_hand(void **state) {
    (void)state;
    struct arena arena;
    arena_open(&arena, 1 << 16);
    struct delay_line line;
    delay_line_open(&line, 4, &arena);
    for (int i = 0; i < 3; i++) delay_line_enter(&line, i);
    delay_line_advance(&line, 4); /* up to and including now */
    assert_same(line.present.level, 2);
    delay_line_enter(&line, 10);
    delay_line_advance(&line, 20);
    assert_same(line.present.level, 0);
    assert_same(line.present.peak, 3);
    assert_same(time_average_mean(&line.present, 20), 4.0 * 4 / 20);
    arena_close(&arena);
}

/* Random entries on a grid of quarters; those present at t are counted from the list of all. */
static void a_delay_line_equals_counting(void **state) {
    (void)state;
    enum { ENTRIES = 3000 };
    struct dice dice = {22};
    struct arena arena;
    arena_open(&arena, 1 << 20);
    struct delay_line line;
    delay_line_open(&line, 15, &arena);
    double now_s = 0, *entered_s = malloc(ENTRIES * sizeof *entered_s);
    assert_non_null(entered_s);
    for (int i = 0; i < ENTRIES; i++) {
        now_s += 0.25 * dice_below(&dice, i / 500 % 2 ? 2 : 12);
        entered_s[i] = now_s;
        delay_line_enter(&line, now_s);
        double look_s = now_s + 0.25 * dice_below(&dice, 3);
        int present = 0;
        for (int k = 0; k <= i; k++) present += entered_s[k] + 15 > look_s;
        delay_line_advance(&line, look_s);
        assert_same(line.present.level, present);
        now_s = look_s;
    }
    delay_line_advance(&line, now_s + 15);
    assert_same(time_average_integral(&line.present, now_s + 15), 15.0 * ENTRIES);
    free(entered_s);
    arena_close(&arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(first_in_first_out),
        cmocka_unit_test(popping_nothing_is_a_bug),
        cmocka_unit_test(a_delay_line_by_hand),
        cmocka_unit_test(a_delay_line_equals_counting),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
