/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * client_table: numbers for names, in order of first appearance. An open-addressing hash table with linear probing,
 * at most half full, in an arena. Names are compared byte by byte: "1" and "01" are two clients.
 */
#ifndef SIM_INTERFACE_CLIENT_TABLE_H
#define SIM_INTERFACE_CLIENT_TABLE_H

#include <stddef.h>
#include <stdint.h>

#include "sim/kernel/arena.h"

/* Names of up to this many bytes stand in the table itself: one cache line a look-up. */
enum { CLIENT_SHORT_BYTES = 16 };

struct client_slot {
    uint64_t key[2];  /* a short name; of a long one the hash and its index in long_names */
    uint32_t length;
    uint32_t number;  /* of the client, from 1; 0: a free slot */
};

struct client_table {
    struct arena *arena;
    struct client_slot *slots;
    size_t mask;           /* slots - 1 */
    uint32_t n;            /* names */
    const char **long_names;
    uint32_t n_long, long_capacity;
    char *text;            /* room for long names, of which `text_left` bytes are free */
    size_t text_left;
};

void client_table_open(struct client_table *table, struct arena *arena);

/* The number of a name, from 0. */
uint32_t client_table_number(struct client_table *table, const char *name, size_t length);

#endif
