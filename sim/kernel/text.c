/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/kernel/text.h"

#include <math.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/kernel/status.h"

struct span span_of(const char *text) { return (struct span){text, strlen(text)}; }

static bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

struct span span_trim(struct span span) {
    while (span.length > 0 && is_blank(span.text[0])) span.text++, span.length--;
    while (span.length > 0 && is_blank(span.text[span.length - 1])) span.length--;
    return span;
}

bool span_is(struct span span, const char *word) {
    return span.length == strlen(word) && memcmp(span.text, word, span.length) == 0;
}

/* ---- numbers --------------------------------------------------------------------------------- */

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

/* The digits of a number, as an integer as long as they fit. */
struct digits {
    uint64_t value;
    int n, n_after_point;
};

static size_t skip_digits(const char *text, size_t length, size_t at, struct digits *digits) {
    for (; at < length && is_digit(text[at]); at++) {
        if (digits->n < 18) digits->value = digits->value * 10 + (uint64_t)(text[at] - '0');
        digits->n++;
    }
    return at;
}

/* The length of "e-12" at `at`, 0 if there is none. "5 e" or "3exa" have none: their letters are a unit. */
static size_t exponent_length(const char *text, size_t length, size_t at) {
    size_t i = at;
    if (i >= length || (text[i] != 'e' && text[i] != 'E')) return 0;
    i++;
    if (i < length && (text[i] == '+' || text[i] == '-')) i++;
    size_t first = i;
    while (i < length && is_digit(text[i])) i++;
    return i > first ? i - at : 0;
}

/* The slow way, right for any number: by the C library on a copy that ends where the number does. */
static bool convert(const char *text, size_t length, double *value) {
    char copy[400]; /* 1 ulp below the largest double has 309 digits */
    if (length >= sizeof copy) return false;
    memcpy(copy, text, length);
    copy[length] = '\0';
    *value = strtod(copy, NULL) + 0.0; /* -0 becomes 0 */
    return isfinite(*value);
}

size_t text_number_prefix(const char *text, size_t length, double *value) {
    static const double power[] = {1e0, 1e1, 1e2, 1e3, 1e4,  1e5,  1e6,  1e7,
                                   1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
    struct digits digits = {0};
    size_t sign = length > 0 && (text[0] == '-' || text[0] == '+');
    size_t at = skip_digits(text, length, sign, &digits);
    int n_before_point = digits.n;
    if (at < length && text[at] == '.') at = skip_digits(text, length, at + 1, &digits);
    digits.n_after_point = digits.n - n_before_point;
    if (digits.n == 0) return 0;
    size_t exponent = exponent_length(text, length, at);
    if (exponent == 0 && digits.n <= 15) {
        /* Both are exact, so their quotient is the nearest double (Clinger 1990). Four times as fast as strtod, which
         * is what a trace of a million rows needs. */
        double number = (double)digits.value / power[digits.n_after_point];
        *value = text[0] == '-' && number > 0 ? -number : number;
        return at;
    }
    return convert(text, at + exponent, value) ? at + exponent : 0;
}

bool text_number(const char *text, size_t length, double *value) {
    return length > 0 && text_number_prefix(text, length, value) == length;
}

const char *text_print_number(double value, char *out, size_t out_bytes) {
    for (int precision = 15; precision <= 17; precision++) {
        snprintf(out, out_bytes, "%.*g", precision, value);
        double back = strtod(out, NULL);
        if (!(back < value || back > value)) break;
    }
    return out;
}

/* ---- words ------------------------------------------------------------------------------------- */

enum { WORD_MAX = 63 };

static size_t least(size_t a, size_t b) { return a < b ? a : b; }

size_t text_distance(const char *a, const char *b) {
    size_t n = strlen(a), m = strlen(b);
    if (n > WORD_MAX || m > WORD_MAX) return SIZE_MAX;
    size_t rows[3][WORD_MAX + 1]; /* row i holds the distances of a's first i characters */
    for (size_t j = 0; j <= m; j++) rows[0][j] = j;
    for (size_t i = 1; i <= n; i++) {
        size_t *row = rows[i % 3], *above = rows[(i + 2) % 3], *above_that = rows[(i + 1) % 3];
        row[0] = i;
        for (size_t j = 1; j <= m; j++) {
            row[j] = least(above[j - 1] + (a[i - 1] != b[j - 1]), 1 + least(above[j], row[j - 1]));
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = least(row[j], above_that[j - 2] + 1);
        }
    }
    return rows[n % 3][m];
}

bool text_is_near(size_t distance, size_t length) { return distance <= 1 + length / 4; }

const char *text_format(struct arena *arena, const char *format, ...) {
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int length = vsnprintf(NULL, 0, format, args);
    SIM_ASSERT(length >= 0);
    char *text = ARENA_NEW(arena, (size_t)length + 1, char);
    vsnprintf(text, (size_t)length + 1, format, again);
    va_end(again);
    va_end(args);
    return text;
}
