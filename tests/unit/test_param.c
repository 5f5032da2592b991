/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The parameter table: every type, its units, its range, its messages. Expected values are written by hand.
 */
#define _POSIX_C_SOURCE 200809L
#include "tests/unit/unit.h"

#include <string.h>

#include "sim/param.h"

enum { SWITCH, CHOICE, COUNT, NUMBER, SHARE, TIME, BYTES, RATE, BYTE_RATE, THINK, OBJECTS, TEXT, FILE_NAME, N };

static const struct param table[N] = {
    [SWITCH] = {"server.keepalive", PARAM_SWITCH, 0, 1, "on", NULL, "", ""},
    [CHOICE] = {"server.architecture", PARAM_CHOICE, 0, 0, "prefork", "prefork|worker|event", "", ""},
    [COUNT] = {"users.count", PARAM_COUNT, 1, 1e9, "100", NULL, "", ""},
    [NUMBER] = {"queue.offset", PARAM_NUMBER, -10, 10, "0", NULL, "", ""},
    [SHARE] = {"users.share", PARAM_SHARE, 0, 1, "40%", NULL, "", ""},
    [TIME] = {"server.idle_limit", PARAM_TIME, 0, HUGE_VAL, "5s", NULL, "", ""},
    [BYTES] = {"machine.ram", PARAM_BYTES, 0, HUGE_VAL, "4GiB", NULL, "", ""},
    [RATE] = {"queue.arrival_rate", PARAM_RATE, 0, HUGE_VAL, "1", NULL, "", ""},
    [BYTE_RATE] = {"network.bandwidth", PARAM_BYTE_RATE, 0, HUGE_VAL, "100Mbit/s", NULL, "", ""},
    [THINK] = {"users.think", PARAM_TIME_VARIATE, 0, HUGE_VAL, "exponential(7s)", NULL, "", ""},
    [OBJECTS] = {"users.objects", PARAM_COUNT_VARIATE, 0, 1000, "4", NULL, "", ""},
    [TEXT] = {"run.note", PARAM_TEXT, 0, 0, "", NULL, "", ""},
    [FILE_NAME] = {"workload.file", PARAM_FILE, 0, 0, "", NULL, "", ""},
};

/* One set for a test, and what the last assignment said. */
struct bench {
    struct arena arena;
    struct param_set set;
    struct diag diag;
};

static int open_bench(void **state) {
    static struct bench bench;
    arena_open(&bench.arena, (size_t)1 << 30);
    bench.set = param_set_open(table, N, &bench.arena);
    *state = &bench;
    return 0;
}

static int close_bench(void **state) {
    arena_close(&((struct bench *)*state)->arena);
    return 0;
}

static bool assign(struct bench *bench, size_t index, const char *text) {
    bench->diag = (struct diag){0};
    struct place place = {"a.ini", 7, table[index].name};
    bool ok = param_assign(&bench->set, index, text, place, NULL, &bench->arena, &bench->diag);
    assert_int_equal(ok, diag_ok(&bench->diag));
    return ok;
}

static void gives(struct bench *bench, size_t index, const char *text, double expected) {
    if (!assign(bench, index, text)) fail_msg("'%s': %s", text, bench->diag.text[0]);
    double value = bench->set.values[index].number;
    if (value < expected || value > expected || isnan(value)) fail_msg("'%s' gave %.17g", text, value);
    assert_true(bench->set.values[index].given);
}

static void refuses(struct bench *bench, size_t index, const char *text, const char *message) {
    struct param_value before = bench->set.values[index];
    if (assign(bench, index, text)) fail_msg("'%s' was accepted", text);
    assert_int_equal(bench->diag.count, 1);
    assert_int_equal(bench->diag.status, STATUS_SCENARIO);
    if (!strstr(bench->diag.text[0], message)) fail_msg("'%s': %s", text, bench->diag.text[0]);
    assert_ptr_equal(bench->set.values[index].text, before.text); /* the old value stays */
}

static void defaults_are_in_si(void **state) {
    struct bench *bench = *state;
    const struct param_value *v = bench->set.values;
    assert_true(v[SWITCH].number > 0);
    assert_true(v[SHARE].number >= 0.4 && v[SHARE].number <= 0.4);
    assert_true(v[TIME].number >= 5 && v[TIME].number <= 5);
    assert_true(v[BYTES].number >= 4294967296.0 && v[BYTES].number <= 4294967296.0);
    assert_true(v[BYTE_RATE].number >= 12.5e6 && v[BYTE_RATE].number <= 12.5e6);
    assert_true(isnan(v[THINK].number) && v[THINK].variate.kind == VARIATE_EXPONENTIAL);
    for (size_t i = 0; i < N; i++) {
        assert_false(v[i].given);
        assert_string_equal(v[i].text, table[i].fallback);
    }
}

static void times_have_units(void **state) {
    gives(*state, TIME, "3", 3);
    gives(*state, TIME, " 3 s ", 3);
    gives(*state, TIME, "250ms", 0.25);
    gives(*state, TIME, "300ms", 0.3);
    gives(*state, TIME, "7us", 7e-6);
    gives(*state, TIME, "7ns", 7e-9);
    gives(*state, TIME, "2min", 120);
    gives(*state, TIME, "1.5h", 5400);
    gives(*state, TIME, "1d", 86400);
    gives(*state, TIME, "1e3ms", 1);
    refuses(*state, TIME, "-3s", "a.ini:7: server.idle_limit: read '-3s', allowed: a time of 0 s or more");
    refuses(*state, TIME, "3 parsec", "read '3 parsec', allowed: a time of 0 s or more, in ns us ms s min h d");
    refuses(*state, TIME, "3 S", "read '3 S', allowed");
    refuses(*state, TIME, "", "read '', allowed");
    refuses(*state, TIME, "nan", "read 'nan', allowed");
    refuses(*state, TIME, "inf", "read 'inf', allowed");
    refuses(*state, TIME, "1e308d", "allowed"); /* overflows in its unit */
    refuses(*state, TIME, "3s4", "allowed");
    refuses(*state, TIME, "0x10", "allowed");
}

static void bytes_have_units(void **state) {
    gives(*state, BYTES, "1500", 1500);
    gives(*state, BYTES, "20kB", 20000);
    gives(*state, BYTES, "5MB", 5e6);
    gives(*state, BYTES, "2GB", 2e9);
    gives(*state, BYTES, "1TB", 1e12);
    gives(*state, BYTES, "1KiB", 1024);
    gives(*state, BYTES, "1MiB", 1048576);
    gives(*state, BYTES, "0.5GiB", 536870912);
    gives(*state, BYTES, "1TiB", 1099511627776.0);
    refuses(*state, BYTES, "1mb", "in B kB MB GB TB KiB MiB GiB TiB");
    refuses(*state, BYTES, "1bit", "allowed: a size of 0 B or more");
}

static void rates_have_units(void **state) {
    gives(*state, RATE, "3/s", 3);
    gives(*state, RATE, "180/min", 3);
    gives(*state, RATE, "9/h", 0.0025);
    gives(*state, RATE, "0.5", 0.5);
    refuses(*state, RATE, "3/fortnight", "allowed: a rate of 0 1/s or more, in /s /min /h");
    gives(*state, BYTE_RATE, "8bit/s", 1);
    gives(*state, BYTE_RATE, "1kbit/s", 125);
    gives(*state, BYTE_RATE, "100Mbit/s", 12.5e6);
    gives(*state, BYTE_RATE, "1Gbit/s", 125e6);
    gives(*state, BYTE_RATE, "7B/s", 7);
    gives(*state, BYTE_RATE, "3MB/s", 3e6);
    gives(*state, BYTE_RATE, "42", 42);
    refuses(*state, BYTE_RATE, "100Mbit", "allowed: a byte rate of 0 B/s or more");
}

static void words_and_numbers(void **state) {
    gives(*state, SHARE, "0.25", 0.25);
    gives(*state, SHARE, "25%", 0.25);
    refuses(*state, SHARE, "101%", "read '101%', allowed: a share of 0 to 1");
    gives(*state, SWITCH, "off", 0);
    gives(*state, SWITCH, "yes", 1);
    gives(*state, SWITCH, "false", 0);
    gives(*state, SWITCH, "1", 1);
    refuses(*state, SWITCH, "On!", "read 'On!', allowed: on | off");
    gives(*state, CHOICE, "event", 2);
    refuses(*state, CHOICE, "prefor", "read 'prefor', allowed: prefork | worker | event");
    refuses(*state, CHOICE, "prefork|worker", "allowed: prefork");
    refuses(*state, CHOICE, "", "allowed: prefork");
    gives(*state, COUNT, "1e6", 1e6);
    refuses(*state, COUNT, "0", "read '0', allowed: a whole number of 1 to 1000000000");
    refuses(*state, COUNT, "2.5", "allowed: a whole number");
    refuses(*state, COUNT, "1e300", "allowed: a whole number");
    refuses(*state, COUNT, "5s", "allowed: a whole number");
    gives(*state, NUMBER, "-2.5", -2.5);
    refuses(*state, NUMBER, "11", "allowed: a number of -10 to 10");
}

static void distributions(void **state) {
    struct bench *bench = *state;
    assert_true(assign(bench, THINK, "300ms"));
    assert_int_equal(bench->set.values[THINK].variate.kind, VARIATE_CONSTANT);
    assert_true(variate_mean(&bench->set.values[THINK].variate) >= 0.3);
    assert_true(assign(bench, THINK, "uniform(1s, 2min) in 3..1min"));
    assert_true(variate_max(&bench->set.values[THINK].variate) >= 60);
    refuses(bench, THINK, "-3s", "read '-3s', allowed: a distribution of times of 0 s or more");
    refuses(bench, THINK, "uniform(-1,1)", "allowed: a distribution of times of 0 s or more");
    refuses(bench, THINK, "exp(3)", "unknown distribution 'exp'; known: constant exponential");
    refuses(bench, THINK, "empirical(a.csv:b)", "cannot be used here"); /* no column_fn */
    refuses(bench, OBJECTS, "5s", "allowed: a distribution of numbers of 0 to 1000");
    refuses(bench, OBJECTS, "uniform(0,1001)", "0 to 1000");
    assert_true(assign(bench, OBJECTS, "geometric(0.2)")); /* a tail without end is let pass */
}

static void names_are_found(void **state) {
    struct bench *bench = *state;
    assert_int_equal(param_find(&bench->set, "users.think"), THINK);
    assert_int_equal(param_find(&bench->set, "users.thin"), N);
    assert_string_equal(param_nearest(&bench->set, "users.thnk"), "users.think");
    assert_string_equal(param_nearest(&bench->set, "server.keep_alive"), "server.keepalive");
    assert_string_equal(param_nearest(&bench->set, "machine.idle_limit"), "server.idle_limit");
    assert_string_equal(param_nearest(&bench->set, "idle_limit"), "server.idle_limit");
    assert_null(param_nearest(&bench->set, "quite.another_thing"));
}

static void prints(struct bench *bench, size_t index, const char *text, const char *expected) {
    char out[200];
    assert_true(assign(bench, index, text));
    assert_string_equal(param_print(&bench->set, index, out, sizeof out), expected);
}

static void values_print_in_si(void **state) {
    prints(*state, TIME, "250ms", "0.25");
    prints(*state, BYTES, "4GiB", "4294967296");
    prints(*state, BYTE_RATE, "100Mbit/s", "12500000");
    prints(*state, SHARE, "40%", "0.4");
    prints(*state, SWITCH, "no", "off");
    prints(*state, CHOICE, "worker", "worker");
    prints(*state, THINK, "  lognormal(9.36, 1.32) ", "lognormal(9.36, 1.32)");
    prints(*state, TEXT, "a b", "a b");
}

static void a_copy_is_apart(void **state) {
    struct bench *bench = *state;
    struct param_set copy = param_set_copy(&bench->set, &bench->arena);
    assert_true(assign(bench, TIME, "9s"));
    assert_true(copy.values[TIME].number <= 5);
    assert_string_equal(param_unit(PARAM_RATE), "1/s");
    assert_string_equal(param_unit(PARAM_SWITCH), "");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_bench, close_bench)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(defaults_are_in_si), TEST(times_have_units), TEST(bytes_have_units),   TEST(rates_have_units),
        TEST(words_and_numbers),  TEST(distributions),    TEST(names_are_found),    TEST(values_print_in_si),
        TEST(a_copy_is_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
