/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * text: numbers and words, read strictly.
 *
 * What a number is stands here once, for scenario values, the arguments of distributions and CSV cells alike:
 * decimal digits with at most one point and one exponent. No blanks, no hexadecimal, no "nan", no
 * "inf", nothing behind it, and nothing that a double cannot hold; -0 is 0. Reading is exact (the nearest
 * double), and so is printing: what is printed reads back as the same double.
 */
#ifndef SIM_KERNEL_TEXT_H
#define SIM_KERNEL_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "sim/kernel/arena.h"

/* A part of somebody else's text. */
struct span {
    const char *text;
    size_t length;
};

struct span span_of(const char *text);
struct span span_trim(struct span span); /* without blanks at either end */
bool span_is(struct span span, const char *word);

/* True when the whole of the text is one number. */
bool text_number(const char *text, size_t length, double *value);

/* How many characters at the beginning of the text are a number; 0 when there is none. What comes after it (a
 * unit) is the caller's. */
size_t text_number_prefix(const char *text, size_t length, double *value);

enum { TEXT_NUMBER_BYTES = 32 }; /* room for any printed number */

/* The shortest of %.15g, %.16g, %.17g that reads back equal. Returns `out`. */
const char *text_print_number(double value, char *out, size_t out_bytes);

/* Insertions, deletions, replacements and swaps of neighbours that turn one word into the other (Damerau 1964, in
 * its "optimal string alignment" form). Words above 63 characters are as far as can be: SIZE_MAX. */
size_t text_distance(const char *a, const char *b);

/* Whether a word so far from another of that length can be a slip of the fingers: one, and one more for
 * every four characters. */
bool text_is_near(size_t distance, size_t length);

/* What printf would print, of any length, in `arena`. */
#if defined(__GNUC__)
__attribute__((format(printf, 2, 3)))
#endif
const char *text_format(struct arena *arena, const char *format, ...);

#endif
