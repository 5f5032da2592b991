/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * growing_text: what is printed to `out` becomes a text when it is taken.
 */
#ifndef SIM_INTERFACE_GROWING_TEXT_H
#define SIM_INTERFACE_GROWING_TEXT_H

#include <stdio.h>

#include "sim/kernel/arena.h"

struct growing_text {
    FILE *out;
    char *text; /* private */
    size_t bytes;
};

/* Every one that is opened is taken. */
void growing_text_open(struct growing_text *growing);

/* The whole, in `arena`. */
const char *growing_text_take(struct growing_text *growing, struct arena *arena);

#endif
