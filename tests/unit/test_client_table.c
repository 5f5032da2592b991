/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Numbers for names: against a linear search over names of every length, and at a size where the table has grown often.
 */
#define _POSIX_C_SOURCE 200809L
#include "tests/unit/unit.h"

#include <string.h>

#include "sim/interface/client_table.h"

static uint32_t number_of(struct client_table *table, const char *name) {
    return client_table_number(table, name, strlen(name));
}

static void similar_names_are_different_clients(void **state) {
    (void)state;
    static const char *const names[] = {"1", "01", "001", "10", "a", "A", "a ", "1234567890123456", "12345678901234567",
                                        "12345678901234568", "1234567890123457", "12345678", "123456789",
                                        "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"};
    enum { N = sizeof names / sizeof names[0] };
    struct arena arena;
    struct client_table table;
    arena_open(&arena, (size_t)1 << 30);
    client_table_open(&table, &arena);
    for (uint32_t i = 0; i < N; i++) assert_int_equal(number_of(&table, names[i]), i);
    for (uint32_t i = 0; i < N; i++) assert_int_equal(number_of(&table, names[i]), i);
    assert_int_equal(table.n, N);
    arena_close(&arena);
}

/* Few letters and lengths around the border between short and long, so that names come again. */
static void random_names_against_a_list(void **state) {
    (void)state;
    enum { LOOK_UPS = 20000, LENGTH_MAX = 20 };
    static char known[LOOK_UPS][LENGTH_MAX + 1];
    uint32_t n = 0;
    struct dice dice = {1};
    struct arena arena;
    struct client_table table;
    arena_open(&arena, (size_t)1 << 30);
    client_table_open(&table, &arena);
    for (int i = 0; i < LOOK_UPS; i++) {
        char name[LENGTH_MAX + 1] = {0};
        uint32_t length = dice_below(&dice, 2) ? 1 + dice_below(&dice, 4) : 14 + dice_below(&dice, 7), k = 0;
        for (uint32_t j = 0; j < length; j++) name[j] = j < 6 ? (char)('a' + dice_below(&dice, 3)) : 'x';
        while (k < n && strcmp(known[k], name) != 0) k++;
        if (k == n) memcpy(known[n++], name, sizeof name);
        assert_int_equal(number_of(&table, name), k);
    }
    assert_int_equal(table.n, n);
    assert_true(n > 2000); /* enough to have grown once */
    arena_close(&arena);
}

static void a_million_clients(void **state) {
    (void)state;
    struct arena arena;
    struct client_table table;
    arena_open(&arena, (size_t)1 << 32);
    client_table_open(&table, &arena);
    char name[32];
    for (uint32_t round = 0; round < 2; round++)
        for (uint32_t i = 0; i < 1000000; i++) {
            snprintf(name, sizeof name, i % 2 ? "%u" : "host-%u.example.org", i);
            if (number_of(&table, name) != i) fail_msg("%s has another number than %u", name, i);
        }
    arena_close(&arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(similar_names_are_different_clients),
        cmocka_unit_test(random_names_against_a_list),
        cmocka_unit_test(a_million_clients),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
