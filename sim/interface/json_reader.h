/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * json_reader: JSON (RFC 8259), one token after the other, from a text in memory. Strict: what the grammar does not allow is an error at
 * its line; so is anything after the one value, nesting deeper than JSON_DEPTH_MAX and a number that a double cannot hold.
 *
 *   {"a": [1, true]}   is   OBJECT  KEY a  ARRAY  NUMBER 1  TRUE  ARRAY_END  OBJECT_END  END
 *
 * Texts are given with their escapes resolved, as UTF-8 with an end mark, in an arena; an escaped NUL is refused.
 */
#ifndef SIM_INTERFACE_JSON_READER_H
#define SIM_INTERFACE_JSON_READER_H

#include <stdint.h>

#include "sim/kernel/arena.h"
#include "sim/kernel/status.h"

enum { JSON_DEPTH_MAX = 64 };

enum json_token {
    JSON_END, /* of the text */
    JSON_WRONG,
    JSON_OBJECT,
    JSON_OBJECT_END,
    JSON_ARRAY,
    JSON_ARRAY_END,
    JSON_KEY, /* its value is next */
    JSON_TEXT,
    JSON_NUMBER,
    JSON_TRUE,
    JSON_FALSE,
    JSON_NULL
};

/* Placed by the caller: {.at = text, .end = text + length, .line = 1, .arena = arena}. */
struct json_reader {
    const char *at, *end;
    long line;
    struct arena *arena;
    const char *text;  /* of KEY and TEXT; of WRONG: why */
    double number;     /* of NUMBER */
    /* private */
    uint64_t in_object; /* bit d: what is open at depth d is an object */
    int depth;
    enum json_token last;
    bool has_value;    /* something stands in what is open, so that a comma must come */
};

enum json_token json_next(struct json_reader *reader);

/* Reads on to the end of the value whose first token was `token`. False at an error. */
bool json_skip(struct json_reader *reader, enum json_token token);

/* The whole of a file or of stdin ("-") in `arena`; NULL after a complaint (STATUS_NO_INPUT, STATUS_IO; STATUS_DATA above 1 GiB). */
const char *json_load(const char *file, size_t *length, struct arena *arena, struct diag *diag);

#endif
