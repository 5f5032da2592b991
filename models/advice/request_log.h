/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * request_log: what a log says, whatever it was written by: requests in the order of their times, by numbered clients.
 *
 * Memory: 40 bytes a request (touched as they come, never copied, but for half of them while a log that is out of order is sorted);
 * 48 to 96 a client and, where the log names connections, a connection, names above 16 bytes aside. Nothing grows with the length
 * of lines.
 */
#ifndef MODELS_ADVICE_REQUEST_LOG_H
#define MODELS_ADVICE_REQUEST_LOG_H

#include "sim/interface/client_table.h"
#include "sim/kernel/status.h"
#include "sim/kernel/text.h"

#define REQUEST_LOG_MAX ((size_t)1 << 30) /* requests */

enum {
    LOGGED_DYNAMIC = 1, /* a program made it, as far as its path shows */
    LOGGED_HTTP2 = 2,
    LOGGED_HTTP10 = 4,
    LOGGED_REUSED = 8,  /* the server counted requests on this connection before it */
};

struct logged {
    int64_t time_us;     /* when it came, since 1970 */
    int64_t duration_us; /* -1: not logged */
    int64_t bytes;       /* -1 */
    uint32_t client;
    uint32_t connection; /* from 1; 0: not logged */
    uint16_t status;
    uint8_t flags;
};

struct request_log {
    struct arena *arena;
    struct arena room; /* of the requests */
    struct logged *requests;
    size_t n, capacity;
    struct client_table clients, connections;
    bool keeps_names;
    const char **names; /* of the clients, if they are kept */
    /* What there was. */
    uint64_t n_lines, n_wrong, n_silent, n_not_http, n_internal, n_elsewhere; /* elsewhere: another host of a HAR */
    uint64_t n_out_of_order, n_http2, n_http10, n_kept_known, n_reused;
    bool has_bytes; /* above 0 */
    bool has_duration, has_connection;
    int64_t resolution_us; /* of the times, once they are sorted */
    int64_t latest_us;
    /* Lines that did not fit, the first of them in words. */
    struct diag wrong;
};

/* Names and tables live in `arena`. */
void request_log_open(struct request_log *log, bool keeps_names, struct arena *arena);
void request_log_close(struct request_log *log);

/* Adds one; `logged->client` and `connection` are found from the names. */
void request_log_add(struct request_log *log, struct logged logged, struct span client, struct span connection);

/* Puts the requests in order, those of one time as they were read. To be called once, when all are there. */
void request_log_sort(struct request_log *log);

/* Whether a path looks like a program's: a query, /cgi-bin/, or an ending such as .php. */
bool request_log_is_dynamic(struct span path);

/* Seconds of the i-th request since the first. */
static inline double request_log_time_s(const struct request_log *log, size_t i) {
    return (double)(log->requests[i].time_us - log->requests[0].time_us) / 1e6;
}

#endif
