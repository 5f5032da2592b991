/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * meters: what the web model counts, and the table of measures that comes of it.
 *
 * Counters run from time 0, so that conservation can be asserted over the whole run; the window's share is the
 * difference to a copy taken at the end of the warm-up. Levels are forgotten at that moment.
 */
#ifndef MODELS_WEB_METERS_H
#define MODELS_WEB_METERS_H

#include "sim/kernel/delay_line.h"
#include "sim/model.h"

/* Levels that are stored; memory and CPU are computed from them. BUSY, IDLE and CLOSING are of connections. */
enum web_level {
    LEVEL_PROCESSES, LEVEL_ALIVE, LEVEL_HELD, LEVEL_BUSY, LEVEL_IDLE, LEVEL_CLOSING, LEVEL_OPEN, LEVEL_BACKLOG,
    LEVEL_USED, /* daemons that have ever served */
    LEVEL_WRITING,   /* connections whose response is being written with nobody held */
    LEVEL_HALF_OPEN, /* SYN_RECV */
    LEVEL_TLS,       /* connections open that speak TLS */
    MEMORY_LEVELS,   /* memory is made of those so far */
    LEVEL_VISITORS = MEMORY_LEVELS,      /* open users present */
    LEVEL_CACHE, LEVEL_SWAP,             /* bytes; kept where files or swap are modelled */
    LEVEL_DISK_BUSY, LEVEL_DISK_WAITING, /* disks that read, and reads that wait for one */
    LEVEL_UPSTREAM, /* connections of the proxy to the server, from the first SYN to its FIN */
    LEVEL_POOLED,   /* ... idle in its pools */
    LEVELS
};

/* Events that are counted. */
enum web_counter {
    COUNT_REQUESTS,        /* in hand of a browser with a connection to send them on */
    COUNT_REUSED,          /* of these: that found their connection open when they landed */
    COUNT_ANSWERED, COUNT_FAILED, COUNT_TIMED_OUT, /* server.header_limit */
    COUNT_BAD_RACE, COUNT_BAD_PORTS, COUNT_BAD_CONNECT, /* answered 502: enum bad_gateway */ COUNT_PAGES, COUNT_PAGES_FAILED,
    COUNT_OPENED,          /* established at the server */
    COUNT_GONE,            /* done at both ends */
    COUNT_CLOSED_IDLE, COUNT_CLOSED_LIMIT, COUNT_CLOSED_OFF, /* why the server closed: idle limit, request limit, keep-alive off */
    COUNT_CLOSED_AGE,      /* ... older than connections may become */
    COUNT_CLOSED_RECLAIM,  /* ... an idle connection had to make room */
    COUNT_CLOSED_DYING,    /* ... its process is being ended */
    COUNT_CLOSED_ASKED,    /* ... its client asked for it, or speaks HTTP/1.0 and cannot be told that it stays */
    COUNT_CLOSED_HEADER,   /* ... a request took longer than server.header_limit */
    COUNT_CLOSED_CLIENT,   /* the client closed first */
    COUNT_RESETS,          /* requests that met a connection which the server was closing; sent again */
    COUNT_POOL_HITS, COUNT_UPSTREAM_CONNECTS, /* requests that the proxy sent on a pooled connection, on a new one */
    COUNT_RACES, COUNT_RETRIES, /* ... that met a connection being closed; of these sent again */
    COUNT_SESSIONS, COUNT_TLS_FULL, COUNT_TLS_RESUMED, COUNT_SYN_LOST, COUNT_SYN_DROPPED, COUNT_COLD /* requests that paid cpu.wake */, COUNT_FORKED, COUNT_REAPED, COUNT_FORK_REFUSED,
    COUNT_LOOKUPS, COUNT_HITS, /* files looked up, and found in the page cache */
    COUNT_DISK_READS,          /* begun by a disk, of files or of swap */
    COUNT_SWAP_READS,          /* of these: of swap */
    COUNTERS
};

/* What the time line keeps of each level: its integral at the last row. */
enum { SEEN_TIME_WAIT = LEVELS, SEEN_CPU, SEEN };

struct meters {
    struct time_average level[LEVELS];
    struct time_average level_at_end[LEVELS]; /* a trace's window ends before its run */
    struct delay_line time_wait, time_wait_client; /* at the server, and at clients that closed first */
    struct delay_line proxy_ports; /* taken by a connection, or in TIME_WAIT; opened by the proxy */
    struct time_average time_wait_at_end, cores_at_end, proxy_ports_at_end;
    struct sojourn waiting; /* of connections in the accept queue, where they are put into it and taken out */
    double end_s; /* of the window; < 0 until it is known */
    double bytes, bytes_at_start, bytes_at_end; /* of responses sent */
    uint64_t count[COUNTERS], count_at_start[COUNTERS], count_at_end[COUNTERS];
    struct tally request_response, page_response;
    struct quantile request_quantile, page_quantile;
    /* time line */
    double seen_integral[SEEN];
    uint64_t seen_count[COUNTERS];
    double page_response_sum_s, seen_page_response_sum_s; /* over all pages, for the mean of an interval */
};

void meters_open(struct meters *meters, double time_wait_s, struct arena *arena);

static inline void meters_level_add(struct meters *meters, enum web_level level, double now_s, double change) {
    time_average_add(&meters->level[level], now_s, change);
}

/* Forgets all that was observed before now; `cores` are those at work. Rows of the time line go on. */
void meters_reset(struct meters *meters, struct time_average *cores, double now_s);

/* After a reset: the time line begins here, nothing is owed to its first row. */
void meters_begin_rows(struct meters *meters);

/* Fixes the end of the window; what comes later counts no longer towards means and rates. */
void meters_end(struct meters *meters, const struct time_average *cores, double now_s);

static inline void meters_request_done(struct meters *meters, double response_s) {
    meters->count[COUNT_ANSWERED]++;
    tally_observe(&meters->request_response, response_s);
    quantile_observe(&meters->request_quantile, response_s);
}

/* Sent, and neither answered nor given up. */
uint64_t meters_in_flight(const struct meters *meters);

static inline void meters_page_done(struct meters *meters, double response_s) {
    meters->count[COUNT_PAGES]++;
    meters->page_response_sum_s += response_s;
    tally_observe(&meters->page_response, response_s);
    quantile_observe(&meters->page_quantile, response_s);
}

/* ---- the measures --------------------------------------------------------------------------------- */

struct web;
/* The columns of results, in the order of `linger run`; levels first (model_levels_end). */
enum web_measure {
    M_PROCESSES, M_ALIVE, M_HELD, M_BUSY, M_IDLE, M_CLOSING, M_OPEN, M_CONNECTIONS_IDLE, M_WRITING, M_BACKLOG, M_HALF_OPEN, M_VISITORS, M_TIME_WAIT, M_TIME_WAIT_CLIENT,
    M_RSS, M_PSS, M_PRIVATE, M_HELD_BYTES, M_KERNEL, M_TOTAL, M_RAM_SHARE, M_CACHE, M_SWAP, M_PROXY_CONNECTIONS, M_PROXY_IDLE, M_PROXY_PORTS, M_CPU, M_CPU_USER_SHARE, M_UPLINK,
    M_REQUESTS_PER_S, M_PAGES_PER_S, M_SESSIONS_PER_S, M_CONNECTIONS_PER_S, M_TLS_FULL, M_TLS_RESUMED, M_BYTES_PER_S, M_CONNECTIONS_OPENED, M_CONNECTION_SECONDS,
    M_OPEN_PEAK_EVENT, M_REQUEST_RESPONSE, M_PAGE_RESPONSE, M_ACCEPT_WAIT, M_REQUESTS_PER_CONNECTION,
    M_REUSE_SHARE, M_CLOSED_IDLE, M_CLOSED_LIMIT, M_CLOSED_OFF, M_CLOSED_AGE,
    M_CLOSED_RECLAIM, M_CLOSED_DYING, M_CLOSED_ASKED, M_CLOSED_HEADER, M_CLOSED_CLIENT, M_RESETS, M_SYN_LOST, M_SYN_DROPPED, M_FAILED,
    M_TIMED_OUT, M_PAGES_FAILED, M_COLD,
    M_FORKED, M_REAPED, M_FORK_REFUSED, M_HIT_RATIO, M_DISK_READS, M_SWAP_READS, M_DISK, M_DISK_WAIT,
    M_PROXY_CONNECTS, M_PROXY_HIT_SHARE, M_PROXY_RACES, M_PROXY_RACE_SHARE, M_PROXY_RETRIES,
    M_BAD_GATEWAY, M_BAD_GATEWAY_RACES, M_BAD_GATEWAY_PORTS, M_BAD_GATEWAY_SHARE,
    WEB_MEASURES
};
extern const struct measure web_measures[WEB_MEASURES];
enum { WEB_HEADLINES = 10 };
extern const struct headline web_headlines[WEB_HEADLINES];

enum { WEB_SERIES_COLUMNS = 20 };
extern const char *const web_series_columns[WEB_SERIES_COLUMNS];
/* What the warm-up is judged by. The others follow these (memory, CPU), or are nothing for long and then much (backlog). */
extern const char *const web_settling_columns[];

/* Mean over the window, peak over the whole run: the two differ for a trace, whose connections outlive it. `now` at now_s. */
struct time_average meters_window(const struct time_average *at_end, const struct time_average *now, double end_s, double now_s);

/* Writes all results at the end of a run. */
void meters_report(struct web *web);

/* Puts what all levels are now into the looks of the run. */
void meters_look(struct web *web);

/* One row of the time line: means over the interval that ends now. */
void meters_observe(struct web *web);

#endif
