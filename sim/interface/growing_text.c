/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _POSIX_C_SOURCE 200809L /* open_memstream */
#include "sim/interface/growing_text.h"

#include <stdlib.h>

#include "sim/kernel/status.h"
#include "sim/kernel/text.h"

void growing_text_open(struct growing_text *growing) {
    growing->out = open_memstream(&growing->text, &growing->bytes);
    if (!growing->out) status_machine("memory for a text");
}

const char *growing_text_take(struct growing_text *growing, struct arena *arena) {
    fclose(growing->out);
    const char *text = arena_text(arena, growing->text, growing->bytes);
    free(growing->text);
    return text;
}
