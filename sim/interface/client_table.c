/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/interface/client_table.h"

#include <string.h>

enum { FIRST_SLOTS = 1 << 12, TEXT_BYTES = 1 << 18 };

/* The finalizer of MurmurHash3 (Appleby): each bit of the key moves each bit of the hash. */
static uint64_t mix(uint64_t x) {
    x = (x ^ x >> 33) * 0xff51afd7ed558ccdu;
    x = (x ^ x >> 33) * 0xc4ceb9fe1a85ec53u;
    return x ^ x >> 33;
}

static uint64_t hash_name(const char *name, size_t length) {
    uint64_t hash = length;
    for (; length >= 8; name += 8, length -= 8) {
        uint64_t word;
        memcpy(&word, name, 8);
        hash = mix(hash ^ word);
    }
    uint64_t rest = 0;
    memcpy(&rest, name, length);
    return mix(hash ^ rest);
}

void client_table_open(struct client_table *table, struct arena *arena) {
    *table = (struct client_table){
        .arena = arena, .slots = ARENA_NEW(arena, FIRST_SLOTS, struct client_slot), .mask = FIRST_SLOTS - 1};
}

/* The key tells all, so that growing need not look at names. */
static uint64_t slot_hash(const struct client_slot *slot) {
    return slot->length > CLIENT_SHORT_BYTES ? slot->key[0] : mix(slot->key[0] ^ mix(slot->key[1] ^ slot->length));
}

static void grow(struct client_table *table) {
    const struct client_slot *old = table->slots;
    size_t n = table->mask + 1;
    table->mask = 2 * n - 1;
    table->slots = ARENA_NEW(table->arena, 2 * n, struct client_slot);
    for (size_t i = 0; i < n; i++) {
        if (old[i].number == 0) continue;
        size_t at = slot_hash(&old[i]) & table->mask;
        while (table->slots[at].number) at = (at + 1) & table->mask;
        table->slots[at] = old[i];
    }
}

/* Side by side: an arena_alloc each would take 64 bytes at least. */
static const char *keep_text(struct client_table *table, const char *name, size_t length) {
    if (length > table->text_left) {
        table->text_left = length > TEXT_BYTES ? length : TEXT_BYTES;
        table->text = ARENA_NEW(table->arena, table->text_left, char);
    }
    char *kept = table->text;
    memcpy(kept, name, length);
    table->text += length;
    table->text_left -= length;
    return kept;
}

static uint64_t keep_long_name(struct client_table *table, const char *name, size_t length) {
    if (table->n_long == table->long_capacity) {
        table->long_capacity = table->long_capacity ? 2 * table->long_capacity : 256;
        const char **names = ARENA_NEW(table->arena, table->long_capacity, const char *);
        if (table->n_long) memcpy(names, table->long_names, table->n_long * sizeof *names);
        table->long_names = names;
    }
    table->long_names[table->n_long] = keep_text(table, name, length);
    return table->n_long++;
}

static bool is_same(const struct client_table *table, const struct client_slot *a, const struct client_slot *b,
                    const char *name) {
    if (a->key[0] != b->key[0] || a->length != b->length) return false;
    if (a->length <= CLIENT_SHORT_BYTES) return a->key[1] == b->key[1];
    return memcmp(table->long_names[a->key[1]], name, a->length) == 0;
}

uint32_t client_table_number(struct client_table *table, const char *name, size_t length) {
    struct client_slot wanted = {.length = (uint32_t)length};
    bool is_long = length > CLIENT_SHORT_BYTES;
    if (is_long) wanted.key[0] = hash_name(name, length);
    else memcpy(wanted.key, name, length);
    size_t at = slot_hash(&wanted) & table->mask;
    for (; table->slots[at].number; at = (at + 1) & table->mask)
        if (is_same(table, &table->slots[at], &wanted, name)) return table->slots[at].number - 1;
    if (is_long) wanted.key[1] = keep_long_name(table, name, length);
    SIM_ASSERT(table->n < POOL_NONE - 1);
    wanted.number = ++table->n;
    table->slots[at] = wanted;
    if (table->n > table->mask / 2) grow(table);
    return wanted.number - 1;
}
