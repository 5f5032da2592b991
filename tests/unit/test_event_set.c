/* SPDX-License-Identifier: GPL-3.0-or-later
 * event_set: against an array that is searched from end to end, with times so coarse that most are ties. */
#define _POSIX_C_SOURCE 200809L
#include "tests/unit/unit.h"

#include "sim/kernel/event_set.h"

enum { CAPACITY = 600, OPERATIONS = 60000 };

/* The definition: earlier, then lower class, then lower id. Not by the bits. */
static bool fires_before(struct event a, struct event b) {
    if (a.time_s < b.time_s || a.time_s > b.time_s) return a.time_s < b.time_s;
    if (event_class(a) != event_class(b)) return event_class(a) < event_class(b);
    return event_id(a) < event_id(b);
}

static void assert_same_event(struct event got, struct event want) {
    if (got.key == want.key && got.time_s >= want.time_s && got.time_s <= want.time_s) return;
    fail_msg("got (%g, %u, %u), wanted (%g, %u, %u)", got.time_s, event_class(got), event_id(got), want.time_s,
             event_class(want), event_id(want));
}

struct heap_of_sand {
    struct event grains[CAPACITY];
    size_t n;
};

static size_t sand_first(const struct heap_of_sand *sand) {
    size_t first = 0;
    for (size_t i = 1; i < sand->n; i++)
        if (fires_before(sand->grains[i], sand->grains[first])) first = i;
    return first;
}

static double some_time(struct dice *dice) {
    static const double odd[] = {0, 0x1p-1074, 0x1p-1022, 1e-300, 1.0, 1.0 + 0x1p-52, 1e300, HUGE_VAL};
    switch (dice_below(dice, 4)) {
    case 0: return odd[dice_below(dice, 8)];
    case 1: return 1e6 * dice_uniform(dice);
    default: return 0.25 * dice_below(dice, 9);
    }
}

static struct event some_event(struct dice *dice) {
    static const uint32_t ids[] = {0, 1, 2, 0x7fffffff, 0x80000000, 0xfffffffe};
    return event_make(some_time(dice), dice_below(dice, 4), ids[dice_below(dice, 6)]);
}

static void the_order_is_time_class_id(void **state) {
    (void)state;
    struct dice dice = {11};
    for (int i = 0; i < 100000; i++) {
        struct event a = some_event(&dice), b = some_event(&dice);
        assert_int_equal(event_before(a, b), fires_before(a, b));
        assert_true(event_before(a, EVENT_NEVER));
    }
    assert_false(event_before(EVENT_NEVER, EVENT_NEVER));
    struct event event = event_make(1.5, 0x80000001, 0xfffffffe);
    assert_same(event.time_s, 1.5);
    assert_int_equal(event_class(event), 0x80000001);
    assert_int_equal(event_id(event), 0xfffffffe);
}

static void equals_a_heap_of_sand(void **state) {
    (void)state;
    struct dice dice = {12};
    struct arena arena;
    struct event_set set;
    struct heap_of_sand *sand = calloc(1, sizeof *sand);
    assert_non_null(sand);
    arena_open(&arena, 1 << 20);
    event_set_open(&set, &arena, CAPACITY);
    size_t fullest = 0;
    for (int i = 0; i < OPERATIONS; i++) {
        /* Tides: grow to the brim, shrink to nothing, again and again. */
        bool grow = dice_below(&dice, 100) < (i / 4000 % 2 ? 35u : 65u);
        if (grow && sand->n < CAPACITY) {
            struct event event = some_event(&dice);
            event_set_insert(&set, event);
            sand->grains[sand->n++] = event;
        } else if (!grow && sand->n > 0) {
            event_set_remove_first(&set);
            sand->grains[sand_first(sand)] = sand->grains[sand->n - 1];
            sand->n--;
        }
        fullest = sand->n > fullest ? sand->n : fullest;
        assert_int_equal(set.n, sand->n);
        assert_same_event(event_set_first(&set), sand->n ? sand->grains[sand_first(sand)] : EVENT_NEVER);
    }
    assert_int_equal(fullest, CAPACITY);
    free(sand);
    arena_close(&arena);
}

/* Three events at each instant, filled in the worst of orders. */
static void empties_in_order(void **state) {
    (void)state;
    struct arena arena;
    struct event_set set;
    arena_open(&arena, 1 << 20);
    event_set_open(&set, &arena, 3000);
    for (uint32_t i = 3000; i-- > 0;) event_set_insert(&set, event_make(i / 3, 2 - i % 3, i));
    for (uint32_t k = 0; k < 3000; k++) {
        struct event first = event_set_first(&set);
        assert_same(first.time_s, k / 3);
        assert_int_equal(event_class(first), k % 3);
        event_set_remove_first(&set);
    }
    assert_same_event(event_set_first(&set), EVENT_NEVER);
    arena_close(&arena);
}

static void insert_one_too_many(void *context) {
    struct event_set *set = context;
    while (set->n < 7) event_set_insert(set, event_make(1, 0, 0));
    event_set_insert(set, event_make(1, 0, 0));
}

static void remove_from_nothing(void *context) { event_set_remove_first(context); }

static void full_and_empty_are_bugs(void **state) {
    (void)state;
    struct arena arena;
    struct event_set set;
    arena_open(&arena, 1 << 16);
    event_set_open(&set, &arena, 7);
    assert_is_bug(insert_one_too_many, &set);
    assert_is_bug(remove_from_nothing, &set);
    arena_close(&arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_order_is_time_class_id),
        cmocka_unit_test(equals_a_heap_of_sand),
        cmocka_unit_test(empties_in_order),
        cmocka_unit_test(full_and_empty_are_bugs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
