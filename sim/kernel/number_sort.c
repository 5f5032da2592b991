/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/kernel/number_sort.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "sim/kernel/arena.h"

enum { DIGITS = sizeof(double), VALUES_OF_DIGIT = 256, FEW = 256 }; /* below FEW counting costs more than comparing */

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* A number as a whole one that orders as it does, kept in the place of the number. */
static uint64_t key_at(const double *keys, size_t i) {
    uint64_t key;
    memcpy(&key, &keys[i], sizeof key);
    return key;
}
static void put_key(double *keys, size_t i, uint64_t key) { memcpy(&keys[i], &key, sizeof key); }
static uint64_t key_of(uint64_t bits) { return bits ^ (bits >> 63 ? UINT64_MAX : (uint64_t)1 << 63); }
static uint64_t bits_of(uint64_t key) { return key ^ (key >> 63 ? (uint64_t)1 << 63 : UINT64_MAX); }
static size_t digit(uint64_t key, int d) { return key >> 8 * d & (VALUES_OF_DIGIT - 1); }

/* Deals the numbers out by digit d, those of one digit in the order in which they were. */
static void deal(const double *from, double *to, size_t n, int d, const size_t count[VALUES_OF_DIGIT]) {
    size_t at[VALUES_OF_DIGIT], sum = 0;
    for (size_t v = 0; v < VALUES_OF_DIGIT; v++) {
        at[v] = sum;
        sum += count[v];
    }
    for (size_t i = 0; i < n; i++) {
        uint64_t key = key_at(from, i);
        put_key(to, at[digit(key, d)]++, key);
    }
}

static void sort_many(double *values, size_t n, double *spare) {
    size_t count[DIGITS][VALUES_OF_DIGIT] = {0};
    double *from = values, *to = spare;
    for (size_t i = 0; i < n; i++) {
        uint64_t key = key_of(key_at(values, i));
        put_key(values, i, key);
        for (int d = 0; d < DIGITS; d++) count[d][digit(key, d)]++;
    }
    for (int d = 0; d < DIGITS; d++) {
        if (count[d][digit(key_at(from, 0), d)] == n) continue;
        deal(from, to, n, d, count[d]);
        double *dealt = to;
        to = from;
        from = dealt;
    }
    for (size_t i = 0; i < n; i++) put_key(values, i, bits_of(key_at(from, i)));
}

void number_sort(double *values, size_t n) {
    if (n < FEW) {
        qsort(values, n, sizeof *values, ascending);
        return;
    }
    struct arena arena;
    arena_open(&arena, n * sizeof *values + 4096);
    if (arena.reserved_bytes > ARENA_FAR_BYTES) arena_expect_much(&arena);
    sort_many(values, n, ARENA_NEW(&arena, n, double));
    arena_close(&arena);
}
