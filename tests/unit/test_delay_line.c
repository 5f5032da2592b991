/* SPDX-License-Identifier: GPL-3.0-or-later
 * delay_line: who is present, counted one by one from the list of all who ever entered. */
#define _POSIX_C_SOURCE 200809L
#include "tests/unit/unit.h"

#include "sim/kernel/delay_line.h"

enum { ENTRIES = 3000 };

/* 4 s each, entered at 0, 1, 2 and 10: levels 1 2 3 in [0,4), then 2 1 until 6, 0 until 10, 1 until 14. */
static void by_hand(void **state) {
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

/* Who leaves at the instant at which another enters is gone: three are there for no time at all. */
static void leaving_makes_room_for_entering(void **state) {
    (void)state;
    struct arena arena;
    arena_open(&arena, 1 << 16);
    struct delay_line line;
    delay_line_open(&line, 4, &arena);
    for (int i = 0; i < 40; i += 2) delay_line_enter(&line, i);
    delay_line_advance(&line, 100);
    assert_same(line.present.peak, 2);
    assert_same(line.present.peak_event, 2);
    assert_same(time_average_integral(&line.present, 100), 20 * 4);
    arena_close(&arena);
}

/* No stay at all: seen by nobody. */
static void no_delay(void **state) {
    (void)state;
    struct arena arena;
    arena_open(&arena, 1 << 16);
    struct delay_line line;
    delay_line_open(&line, 0, &arena);
    for (int i = 0; i < 10; i++) delay_line_enter(&line, i / 3);
    delay_line_advance(&line, 10);
    assert_same(line.present.peak, 0);
    assert_same(time_average_integral(&line.present, 10), 0);
    arena_close(&arena);
}

/* ---- against the list of all ------------------------------------------------------------------------ */

static int present_at(const double *entered_s, int n, double delay_s, double look_s) {
    int present = 0;
    for (int k = 0; k < n; k++) present += entered_s[k] <= look_s && look_s < entered_s[k] + delay_s;
    return present;
}

/* Random entries on a grid of quarters, looked at in between; crowds and lulls, so that the ring grows and drains while its
 * positions go round. */
static void equals_counting(void **state) {
    (void)state;
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
        now_s += 0.25 * dice_below(&dice, 3);
        delay_line_advance(&line, now_s);
        assert_same(line.present.level, present_at(entered_s, i + 1, 15, now_s));
    }
    delay_line_advance(&line, now_s + 15);
    assert_same(time_average_integral(&line.present, now_s + 15), 15.0 * ENTRIES);
    double most = 0; /* the level rises only when somebody enters, and all times are quarters */
    for (int i = 0; i < ENTRIES; i++) most = fmax(most, present_at(entered_s, ENTRIES, 15, entered_s[i]));
    assert_same(line.present.peak, most);
    free(entered_s);
    arena_close(&arena);
}

/* Looked at often or only once at the end: the same integral and peak, to the last bit. */
static void looking_changes_nothing(void **state) {
    (void)state;
    struct dice dice = {23};
    struct arena arena;
    arena_open(&arena, 1 << 20);
    struct delay_line seldom, often;
    delay_line_open(&seldom, 7.1, &arena);
    delay_line_open(&often, 7.1, &arena);
    double now_s = 0;
    for (int i = 0; i < ENTRIES; i++) {
        now_s += dice_exponential(&dice, 1);
        delay_line_advance(&often, now_s);
        now_s += dice_exponential(&dice, 1);
        delay_line_enter(&seldom, now_s);
        delay_line_enter(&often, now_s);
    }
    delay_line_advance(&seldom, now_s + 10);
    delay_line_advance(&often, now_s + 10);
    assert_same(often.present.integral, seldom.present.integral);
    assert_same(often.present.peak, seldom.present.peak);
    arena_close(&arena);
}

/* Entries on whole seconds, many at the same one, taken out by their end: one goes each time, until none with that end is
 * left; the others leave as they would have. */
static void taken_before_their_time(void **state) {
    (void)state;
    enum { SECONDS = 40, DELAY = 15 };
    struct dice dice = {7};
    struct arena arena;
    arena_open(&arena, 1 << 20);
    struct delay_line line;
    delay_line_open(&line, DELAY, &arena);
    int entered[SECONDS] = {0};
    for (int now = 0; now < SECONDS; now++) {
        for (int n = (int)dice_below(&dice, 9); n > 0; n--, entered[now]++) delay_line_enter(&line, now);
        for (int n = (int)dice_below(&dice, 7); n > 0; n--) {
            int second = now - (int)dice_below(&dice, DELAY + 3); /* some are gone, some never were */
            delay_line_take(&line, now, second + DELAY);
            if (second >= 0 && second + DELAY > now && entered[second] > 0) entered[second]--;
        }
        int present = 0;
        for (int k = 0; k <= now; k++) present += k + DELAY > now ? entered[k] : 0;
        delay_line_advance(&line, now);
        assert_same(line.present.level, present);
    }
    delay_line_advance(&line, SECONDS + DELAY);
    assert_same(line.present.level, 0);
    arena_close(&arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(taken_before_their_time),
        cmocka_unit_test(by_hand),
        cmocka_unit_test(leaving_makes_room_for_entering),
        cmocka_unit_test(no_delay),
        cmocka_unit_test(equals_counting),
        cmocka_unit_test(looking_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
