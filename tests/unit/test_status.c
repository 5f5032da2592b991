/* SPDX-License-Identifier: GPL-3.0-or-later
 * status: the text of a complaint, the limit on their number, and how bugs and poor machines end. */
#define _POSIX_C_SOURCE 200809L
#include "tests/unit/unit.h"

#include <string.h>
#include <sysexits.h>

#include "sim/kernel/status.h"

static void codes_are_those_of_sysexits(void **state) {
    (void)state;
    assert_int_equal(STATUS_USAGE, EX_USAGE);
    assert_int_equal(STATUS_DATA, EX_DATAERR);
    assert_int_equal(STATUS_NO_INPUT, EX_NOINPUT);
    assert_int_equal(STATUS_BUG, EX_SOFTWARE);
    assert_int_equal(STATUS_CANNOT_CREATE, EX_CANTCREAT);
    assert_int_equal(STATUS_IO, EX_IOERR);
    assert_int_equal(STATUS_SCENARIO, EX_CONFIG);
    assert_int_equal(STATUS_INTERRUPTED, 128 + SIGINT);
}

static void a_complaint_says_where(void **state) {
    (void)state;
    struct diag diag = {0};
    assert_true(diag_ok(&diag));
    diag_add(&diag, STATUS_DATA, (struct place){"users.csv", 7, "think"}, "'%s' is not a time", "5q");
    diag_add(&diag, STATUS_USAGE, (struct place){"--set", 0, "users.think"}, "no");
    diag_add(&diag, STATUS_USAGE, (struct place){"users.csv", 0, NULL}, "is empty");
    diag_add(&diag, STATUS_USAGE, (struct place){0}, "%d%%", 5);
    assert_string_equal(diag.text[0], "users.csv:7: think: '5q' is not a time");
    assert_string_equal(diag.text[1], "--set: users.think: no");
    assert_string_equal(diag.text[2], "users.csv: is empty");
    assert_string_equal(diag.text[3], "5%");
    assert_false(diag_ok(&diag));
    assert_int_equal(diag.count, 4);
    assert_int_equal(diag.status, STATUS_DATA); /* of the first */
}

static void too_many_are_only_counted(void **state) {
    (void)state;
    struct {
        struct diag diag;
        char wall[16];
    } fenced = {.wall = "untouched"};
    for (int i = 0; i < DIAG_MESSAGES_MAX + 5; i++)
        diag_add(&fenced.diag, STATUS_SCENARIO, (struct place){"f", i + 1, NULL}, "wrong");
    assert_int_equal(fenced.diag.count, DIAG_MESSAGES_MAX + 5);
    assert_string_equal(fenced.diag.text[DIAG_MESSAGES_MAX - 1], "f:20: wrong");
    assert_string_equal(fenced.wall, "untouched");
}

static void a_long_text_is_cut(void **state) {
    (void)state;
    static const char pattern[] = "abcdefgh";
    char text[2000];
    for (size_t i = 0; i < sizeof text - 1; i++) text[i] = pattern[i % 8];
    text[sizeof text - 1] = '\0';
    struct diag diag = {0};
    diag_add(&diag, STATUS_DATA, (struct place){"f", 1, NULL}, "%s", text);
    diag_add(&diag, STATUS_DATA, (struct place){text, 1, text}, "%s", text); /* cut before the message begins */
    diag_add(&diag, STATUS_DATA, (struct place){"f", 3, NULL}, "next");
    assert_int_equal(strlen(diag.text[0]), DIAG_TEXT_BYTES - 1);
    assert_memory_equal(diag.text[0], "f:1: abcdefgh", 13);
    assert_int_equal(strlen(diag.text[1]), DIAG_TEXT_BYTES - 1);
    assert_string_equal(diag.text[2], "f:3: next");
}

static void break_a_rule(void *context) { SIM_ASSERT(*(const int *)context == 5); }
static void want_too_much(void *context) { status_machine(context); }

static void bugs_abort_and_machines_end(void **state) {
    (void)state;
    int four = 4, five = 5;
    assert_is_bug(break_a_rule, &four);
    assert_exits(break_a_rule, &five, 0);
    char wish[] = "the moon";
    assert_exits(want_too_much, wish, EX_IOERR);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(codes_are_those_of_sysexits), cmocka_unit_test(a_complaint_says_where),
        cmocka_unit_test(too_many_are_only_counted),   cmocka_unit_test(a_long_text_is_cut),
        cmocka_unit_test(bugs_abort_and_machines_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
