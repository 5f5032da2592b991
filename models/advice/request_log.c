/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE /* memrchr */
#include "models/advice/request_log.h"

#include <string.h>

void request_log_open(struct request_log *log, bool keeps_names, struct arena *arena) {
    *log = (struct request_log){.arena = arena, .keeps_names = keeps_names, .latest_us = INT64_MIN};
    arena_open(&log->room, REQUEST_LOG_MAX * sizeof(struct logged) + 4096);
    client_table_open(&log->clients, arena);
    client_table_open(&log->connections, arena);
}

void request_log_close(struct request_log *log) { arena_close(&log->room); }

/* The array doubles in the arena when the number of names meets a power of two. */
static void keep_name(struct request_log *log, uint32_t client, struct span name) {
    enum { FIRST = 1024 };
    if (client == 0 || (client >= FIRST && (client & (client - 1)) == 0)) {
        const char **names = ARENA_NEW(log->arena, client ? 2 * (size_t)client : FIRST, const char *);
        if (client) memcpy(names, log->names, client * sizeof *names);
        log->names = names;
    }
    log->names[client] = arena_text(log->arena, name.text, name.length);
}

/* A serial number is one of a server; another client with the same one is another connection (after a restart). */
static uint32_t connection_number(struct request_log *log, uint32_t client, struct span connection) {
    char key[sizeof client + 12];
    if (connection.length == 0) return 0;
    size_t kept = connection.length < sizeof key - sizeof client ? connection.length : sizeof key - sizeof client;
    memcpy(key, &client, sizeof client);
    memcpy(key + sizeof client, connection.text + connection.length - kept, kept);
    return client_table_number(&log->connections, key, sizeof client + kept) + 1;
}

/* Blocks of whole cache lines lie one behind the other in an arena of their own, so the array grows in its place. */
static void make_room(struct request_log *log) {
    enum { BLOCK = 8192, MUCH = 16 * BLOCK };
    _Static_assert(BLOCK * sizeof(struct logged) % 64 == 0, "no gap between two blocks");
    _Static_assert(BLOCK * sizeof(struct logged) < ARENA_FAR_BYTES, "side by side");
    if (log->capacity == MUCH) {
        arena_expect_much(&log->room);
        arena_expect_much(log->arena); /* what is made of the requests */
    }
    struct logged *block = ARENA_NEW(&log->room, BLOCK, struct logged);
    if (log->capacity == 0) log->requests = block;
    SIM_ASSERT(block == log->requests + log->capacity);
    log->capacity += BLOCK;
}

void request_log_add(struct request_log *log, struct logged logged, struct span client, struct span connection) {
    if (log->n == REQUEST_LOG_MAX) status_machine("room for more than a billion requests");
    if (log->n == log->capacity) make_room(log);
    uint32_t before = log->clients.n;
    logged.client = client_table_number(&log->clients, client.text, client.length);
    if (log->keeps_names && log->clients.n > before) keep_name(log, logged.client, client);
    logged.connection = connection_number(log, logged.client, connection);
    if (logged.time_us < log->latest_us) log->n_out_of_order++;
    else log->latest_us = logged.time_us;
    log->n_http2 += (logged.flags & LOGGED_HTTP2) != 0;
    log->n_http10 += (logged.flags & LOGGED_HTTP10) != 0;
    log->n_reused += (logged.flags & LOGGED_REUSED) != 0;
    log->has_bytes = log->has_bytes || logged.bytes > 0;
    log->has_duration = log->has_duration || logged.duration_us >= 0;
    log->has_connection = log->has_connection || logged.connection > 0;
    log->requests[log->n++] = logged;
}

/* ---- order ------------------------------------------------------------------------------------------- */

/* Merge sort, which keeps the order of equals; halves that are in order already cost one look. A log is written when requests
 * are done, so it is in order but for neighbours, and rotated ones are read as long runs. */
static void sort(struct logged *requests, size_t n, struct logged *spare) {
    if (n < 2) return;
    size_t half = n / 2;
    sort(requests, half, spare);
    sort(requests + half, n - half, spare);
    if (requests[half - 1].time_us <= requests[half].time_us) return;
    memcpy(spare, requests, half * sizeof *spare);
    size_t left = 0, right = half, out = 0;
    while (left < half && right < n)
        requests[out++] = requests[right].time_us < spare[left].time_us ? requests[right++] : spare[left++];
    memcpy(requests + out, spare + left, (half - left) * sizeof *spare);
}

/* The coarsest of 1 s, 1 ms and 1 us of which all times are multiples. */
static int64_t resolution_us(const struct request_log *log) {
    int64_t step_us = 1000000;
    for (size_t i = 0; i < log->n && step_us > 1; i++)
        while (log->requests[i].time_us % step_us != 0) step_us /= 1000;
    return step_us;
}

void request_log_sort(struct request_log *log) {
    log->resolution_us = resolution_us(log);
    if (log->n_out_of_order == 0) return;
    struct arena spare;
    arena_open(&spare, (log->n / 2 + 1) * sizeof(struct logged) + 4096);
    if (spare.reserved_bytes > ARENA_FAR_BYTES) arena_expect_much(&spare);
    sort(log->requests, log->n, ARENA_NEW(&spare, log->n / 2 + 1, struct logged));
    arena_close(&spare);
}

/* ---- paths ------------------------------------------------------------------------------------------- */

bool request_log_is_dynamic(struct span path) {
    static const char *const ends[] = {"php", "cgi", "fcgi", "pl", "py", "asp", "aspx", "jsp", "do"};
    static const char programs[] = "/cgi-bin/";
    if (path.length == 0) return false;
    if (memchr(path.text, '?', path.length)) return true;
    if (path.length >= strlen(programs) && memcmp(path.text, programs, strlen(programs)) == 0) return true;
    const char *dot = memrchr(path.text, '.', path.length), *end = path.text + path.length;
    for (size_t i = 0; dot && end - dot <= 5 && i < sizeof ends / sizeof ends[0]; i++)
        if (span_is((struct span){dot + 1, (size_t)(end - dot - 1)}, ends[i])) return true;
    return false;
}
