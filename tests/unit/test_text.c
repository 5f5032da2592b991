/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Numbers and words. Expected doubles are C literals, which the compiler's own correctly rounded conversion makes.
 */
#define _POSIX_C_SOURCE 200809L
#include "tests/unit/unit.h"

#include <float.h>
#include <string.h>

#include "sim/kernel/rng_stream.h"
#include "sim/kernel/text.h"

static void reads(const char *text, double expected) {
    double value = (double)NAN;
    if (!text_number(text, strlen(text), &value)) fail_msg("'%s' was refused", text);
    if (memcmp(&value, &expected, sizeof value) != 0) fail_msg("'%s' gave %.17g, not %.17g", text, value, expected);
}

static void numbers_are_the_nearest_double(void **state) {
    (void)state;
    reads("0", 0);
    reads("-0", 0);
    reads("-0.0e5", 0);
    reads("+7", 7);
    reads("-3.25", -3.25);
    reads(".5", .5);
    reads("5.", 5);
    reads("0.1", 0.1);
    reads("0.3", 0.3);
    reads("123456789012345", 123456789012345);
    reads("9007199254740993", 9007199254740992.0); /* a tie between two doubles goes to the even one */
    reads("0.000001234567", 0.000001234567);
    reads("1e6", 1e6);
    reads("1.7976931348623157e308", DBL_MAX);
    reads("2.2250738585072011e-308", 2.2250738585072011e-308);
    reads("1e-400", 0);
    reads("3.14159265358979323846264338327950288", 3.14159265358979323846264338327950288);
    reads("00000000000000000000000000000001", 1);
}

static void what_is_no_number_is_refused(void **state) {
    (void)state;
    static const char *const wrong[] = {"",     " ",    " 1",   "1 ",  "nan",   "NaN", "inf",  "-inf", "infinity",
                                        "0x10", "1e",   "1e+",  "e5",  "1.2.3", "--1", "+-1",  "1,5",  "1_000",
                                        "5s",   "1e999", "-1e999", ".", "-",     "-.",  "1e1.5", "\xc2\xb2"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        double value;
        if (text_number(wrong[i], strlen(wrong[i]), &value)) fail_msg("'%s' was read as %g", wrong[i], value);
    }
}

static void a_prefix_ends_where_the_unit_begins(void **state) {
    (void)state;
    double value;
    assert_int_equal(text_number_prefix("250ms", 5, &value), 3);
    assert_true(value >= 250 && value <= 250);
    assert_int_equal(text_number_prefix("5 s", 3, &value), 1);
    assert_int_equal(text_number_prefix("3exa", 4, &value), 1); /* the e is no exponent */
    assert_int_equal(text_number_prefix("2e3s", 4, &value), 3);
    assert_int_equal(text_number_prefix("12", 1, &value), 1); /* no further than the length */
    assert_true(value >= 1 && value <= 1);
    assert_int_equal(text_number_prefix("s", 1, &value), 0);
}

/* Random bit patterns, and decimal texts against strtod. */
static void printing_and_reading_are_inverse(void **state) {
    (void)state;
    struct rng_stream stream = rng_stream_open(1, 0, 0, 0);
    for (int i = 0; i < 200000; i++) {
        uint64_t bits = rng_stream_bits(&stream);
        double value, back;
        memcpy(&value, &bits, sizeof value);
        if (!isfinite(value) || i % 2) value = (double)(bits >> 12) * 1e-6;
        char text[TEXT_NUMBER_BYTES];
        text_print_number(value, text, sizeof text);
        assert_true(text_number(text, strlen(text), &back));
        if (memcmp(&value, &back, sizeof value) != 0) fail_msg("%a printed as %s", value, text);
        double libc = strtod(text, NULL);
        assert_memory_equal(&back, &libc, sizeof back);
    }
}

static void printing_is_short(void **state) {
    (void)state;
    char text[TEXT_NUMBER_BYTES];
    assert_string_equal(text_print_number(0.1, text, sizeof text), "0.1");
    assert_string_equal(text_print_number(2.5e9, text, sizeof text), "2500000000");
    assert_string_equal(text_print_number(1.0 / 3, text, sizeof text), "0.3333333333333333");
    assert_string_equal(text_print_number(0x1p53 - 1, text, sizeof text), "9007199254740991");
}

/* Damerau's own four slips, and the textbook pairs of Levenshtein distance. */
static void distances_are_those_of_the_textbook(void **state) {
    (void)state;
    assert_int_equal(text_distance("", ""), 0);
    assert_int_equal(text_distance("", "abc"), 3);
    assert_int_equal(text_distance("kitten", "sitting"), 3);
    assert_int_equal(text_distance("saturday", "sunday"), 3);
    assert_int_equal(text_distance("think", "thikn"), 1);
    assert_int_equal(text_distance("ca", "abc"), 3); /* 3 by string alignment, 2 without its restriction */
    assert_int_equal(text_distance("users.thnk", "users.think"), 1);
    char longest[65];
    memset(longest, 'x', 64);
    longest[64] = '\0';
    assert_true(text_distance(longest, "x") == SIZE_MAX);
    longest[63] = '\0';
    assert_int_equal(text_distance(longest, ""), 63);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_the_nearest_double),   cmocka_unit_test(what_is_no_number_is_refused),
        cmocka_unit_test(a_prefix_ends_where_the_unit_begins), cmocka_unit_test(printing_and_reading_are_inverse),
        cmocka_unit_test(printing_is_short),                cmocka_unit_test(distances_are_those_of_the_textbook),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
