/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * web: users with browsers, a network, a server of one architecture, its machine. What all rooms share:
 * the state of one replication and the table of event classes.
 *
 * The rooms, in the order in which they know each other:
 *   connection, meters  what is counted        network   round trips
 *   cpu, memory         the machine            listener  accept queue, SYN retries
 *   page_cache, disk    files that are read, pages on swap
 *   server, server_*    who holds what         browser   pages, objects, think times
 *   proxy               a pool of connections between the two
 */
#ifndef MODELS_WEB_WEB_H
#define MODELS_WEB_WEB_H

#include "models/lru.h"
#include "models/web/connection.h"
#include "models/web/meters.h"
#include "models/web/params.h"
#include "sim/kernel/delay_line.h"
#include "sim/kernel/resource.h"
#include "sim/kernel/rng_stream.h"
#include "sim/model.h"

/* Event classes. The position is the priority at equal times, which settles:
 *   - with server.tie = timer an idle limit fires before a request that lands at the same instant, with
 *     server.tie = request after it;
 *   - what a request sets off within one instant (zero round trip, zero CPU) is finished before the next request
 *     of a trace is looked at, and a response frees its daemon before the next SYN arrives. */
enum web_event {
    EVENT_IDLE_LIMIT,      /* tie = timer */
    EVENT_CLOSING_LIMIT,
    EVENT_CPU_DONE,
    EVENT_DISK_DONE,
    EVENT_SENT,            /* the server's uplink has sent a response */
    EVENT_WRITTEN,         /* the kernel has taken the last byte of one */
    EVENT_READ,            /* the last byte of a slow request has come, or server.header_limit is over */
    EVENT_TLS,             /* the client's Finished lands, with its first request */
    EVENT_UPLINK,          /* a packet lands at the server */
    EVENT_DOWNLINK,        /* ... at the client */
    EVENT_HANDSHAKE,       /* the client's ACK lands, with its first request */
    EVENT_SYN_RETRY,
    EVENT_HALF_OPEN_END,   /* an entry that no ACK will complete */
    EVENT_BROWSER_IDLE,    /* the browser has kept it long enough */
    EVENT_PROXY_IDLE,      /* ... the proxy */
    EVENT_SESSION,         /* a visit begins */
    EVENT_THINK_END,
    EVENT_TRACE_REQUEST,
    EVENT_POOL_TICK,       /* once a second */
    EVENT_RELOAD,
    EVENT_IDLE_LIMIT_LATE, /* tie = request */
    EVENT_TRACE_END,
    EVENT_LOOK,            /* at levels, for their quantiles */
    EVENT_OBSERVE,
    EVENT_WARMUP,
    WEB_EVENTS
};

enum web_stream {
    STREAM_BEHAVIOUR, STREAM_CPU, STREAM_PORTS, STREAM_SESSIONS, STREAM_PROTOCOL, STREAM_NETWORK, STREAM_CACHE, STREAM_DISK,
    STREAM_METHOD, WEB_STREAMS
};

enum { PATHS_MAX = 16 }; /* different round trips and idle limits of browsers in one scenario */
enum { PATH_PROXY = PATHS_MAX }; /* between proxy and server */

/* A class of round trip and of the browser's patience: lanes of constant delay. */
struct path {
    double rtt_s, idle_limit_s, bandwidth_bytes_per_s;
    int tls;                  /* TLS_* */
    struct lane handshake_tls, resumption_tls; /* the client's part of a TLS handshake */
    struct lane browser_idle; /* idle_limit_s, if it is above 0 */
    struct lane up, down;   /* half a round trip */
    struct lane handshake;  /* SYN-ACK and ACK: one round trip */
};

/* What TCP keeps of a connection where responses have sizes, and what else is rare: by connection, beside the 40 bytes that all have. */
struct transport {
    double last_byte_s;   /* when the response last sent lands at the client, at the earliest while the uplink has it */
    double written_s;     /* when the kernel has taken it all, likewise */
    double quiet_since_s; /* when the last segment left */
    double bytes;         /* of the response asked for */
    float send_s;         /* the request's own way: from its first byte to its last */
    uint32_t window;      /* congestion window, segments */
    uint16_t n_requests;  /* that were sent as one: streams of HTTP/2 */
    uint8_t verdict;      /* what the server does when all is written: enum web_counter, 0: keeps the connection */
    uint8_t held_back;    /* DOWN_*: leave behind the response that the uplink has */
    bool in_uplink, is_writing;
    bool timed_out;       /* the request took longer than server.header_limit */
};

struct network {
    struct transport *transports; /* NULL: no sizes, streams or slow requests in this scenario */
    struct ps uplink;
    uint32_t uplink_timer;
    double uplink_bytes_per_s;    /* 0: no limit */
    uint32_t initial_window;
    double segment_bytes, rto_min_s, send_buffer_bytes;
    bool restarts_after_idle;
    struct rng_stream chance; /* lost SYNs, resumed sessions */
    uint32_t n_ports;         /* of the one address of all users; 0: each has an address of his own */
    uint32_t next_port;
    double *reserved_until_s; /* by port: the end of the TIME_WAIT entry that the server last made for it */
    uint16_t *port;           /* by connection */
    struct rng_stream ports;
    uint32_t n_paths;
    struct path paths[PATHS_MAX + 1];
};

struct cpu {
    struct ps ps;
    uint32_t timer;
    double connection_s, accept_s, fork_s, wake_s, warm_s;
    double tls_s, tls_resumed_s, byte_s;
    struct variate request, dynamic;
    struct rng_stream stream;
    double user_share, dynamic_user_share;
    double given_s, given_user_s; /* work of requests in the window, and the user part of it */
    struct loop *loops; /* nginx: work of each process, first come first served */
};

/* A process that is one loop: its jobs wait in line, and the first of them is the process's own job on the CPU. */
struct loop {
    struct ring waiting; /* of struct loop_job */
};
struct loop_job {
    uint32_t connection;
    double work_s;
};

struct memory_use {
    double rss_bytes, pss_bytes, private_bytes, kernel_bytes;
};

struct memory {
    double base_bytes, shared_bytes, daemon_rss_bytes, daemon_private_bytes, daemon_kernel_bytes;
    double thread_idle_bytes, thread_used_bytes, thread_kernel_bytes, connection_bytes;
    double dynamic_bytes; /* of each daemon that has served, where there are dynamic documents */
    double tls_bytes, syn_bytes; /* of a connection with TLS, of a half-open one */
    double socket_bytes, time_wait_bytes, ram_bytes, reserved_bytes;
    bool threaded; /* daemons are threads of processes */
    bool swaps;    /* a daemon that does not fit is forked all the same */
    bool is_watched; /* the levels of page cache and swap are kept: files are modelled, or swap */
    struct memory_use peak;
    double total_peak_bytes;
};

/* How far a user's own stream is. Another visitor in his place begins his own. */
struct user_stream {
    uint32_t entity, block;
};

/* What a request needs of the disk. */
struct page_cache {
    bool is_modelled;           /* there are files */
    uint32_t dynamic_reads;     /* files that a dynamic document looks up */
    double touched_clusters;    /* of memory, by a request; 0 without swap */
    struct hit_curve curve;     /* by cache size in bytes */
    struct user_stream *own;    /* by user */
    struct rng_stream stream;
};
struct disk {
    struct fcfs fcfs;           /* of connections */
    struct variate service;
    double bytes_per_s, file_bytes;
    struct disk_reads *left;    /* by connection; NULL: nothing is ever read */
    struct user_stream *own;    /* by user */
    struct rng_stream stream;
};
struct disk_reads {
    uint32_t files, swap;
};

struct listener {
    struct fifo accept_queue;
    uint32_t backlog;
    uint32_t syn_backlog;  /* UINT32_MAX: SYN cookies */
    struct lane abandoned; /* half-open, and no ACK will come */
};

struct server_architecture;

/* A process of worker, event or nginx. */
enum process_state {
    PROCESS_DEAD, PROCESS_STARTING, PROCESS_ACCEPTING, PROCESS_DYING,
    PROCESS_ENDED /* gone, but the parent has not taken note of it: its place is not free yet */
};
struct process {
    uint8_t state;
    bool not_accepting;   /* event: above its connection limit, until it is below again */
    bool is_listening;    /* event: its listener has a connection in hand */
    uint32_t n_busy;      /* threads in use */
    uint32_t n_used;      /* threads that ever served: their memory has been touched */
    uint32_t n_open;      /* connections, closing ones included */
    uint32_t n_closing;
    uint32_t n_idle;      /* nginx: connections idle */
    uint64_t born;        /* the how-manieth process it is: the oldest is ended first */
};

/* Prefork's daemons are all alike, so they are counted, not listed: alive = starting + spare + held. Processes of the others
 * are listed, at most some hundreds. */
struct server {
    const struct server_architecture *architecture;
    struct lane idle_lane, closing_lane;
    bool keeps;              /* keep-alive is on */
    bool knows_length;       /* of dynamic documents */
    double header_limit_s;   /* HUGE_VAL: none */
    bool is_accepting;       /* connections are being taken from the queue */
    bool reclaims;           /* nginx: closes idle connections to make room */
    uint32_t request_limit;  /* UINT32_MAX: none */
    double age_limit_s;      /* of a connection; HUGE_VAL: none */
    double *accepted_s;      /* by connection; NULL when there is no limit of age */
    uint32_t worker_limit, spare_min, spare_max, spawn_max;
    uint32_t n_alive, n_starting, n_spare;
    struct ring rested;      /* prefork: since when each spare daemon that has served rests, the longest first */
    double rested_s;         /* how long the daemon rested that accepted last */
    uint32_t spawn_rate;     /* forks in the next second that finds too few idle */
    uint32_t hold_off;       /* rounds of forking before the rate may grow, after a reload */
    uint32_t n_start;        /* processes at time 0 and after a reload */
    uint16_t generation;     /* reloads so far */
    struct process *processes;
    uint32_t n_processes;    /* places */
    uint32_t n_active_limit; /* processes that are not dying, at most */
    uint32_t n_threads;      /* of a process */
    uint32_t async_factor, connection_limit;
    uint32_t next_process;   /* where the search for one that accepts begins */
    uint64_t n_born;
};

/* Once a second of forking has gone by and was not enough. */
static inline void server_raise_spawn_rate(struct server *server) {
    if (server->hold_off > 0) server->hold_off--;
    else if (server->spawn_rate < server->spawn_max)
        server->spawn_rate = (uint32_t)fmin(2.0 * server->spawn_rate, server->spawn_max);
}

/* How a visitor speaks. */
enum protocol { PROTOCOL_HTTP11, PROTOCOL_HTTP10, PROTOCOL_HTTP10_KEEPALIVE, PROTOCOL_HTTP11_CLOSE, PROTOCOL_HTTP2, PROTOCOLS };

/* One class of users: a row of the workload. */
struct user_class {
    struct variate think, objects, pages, document_bytes, object_bytes, request_send;
    double dynamic_share, tls_resumed, syn_loss, non_idempotent;
    double protocol_share[PROTOCOLS]; /* cumulated */
    uint32_t first_user, n_connections, n_streams;
    uint8_t path;
    uint8_t answers_close;
    bool leaves, visits_end, never_completes, is_slow, is_mixed, has_tls;
    /* open users */
    double sessions_per_s; /* 0: closed */
    uint32_t n_sessions; /* begun */
    struct rng_stream arrivals;
    const double *rates;   /* factors at workload.rates' times; NULL: always 1 */
};

/* One user and the connections that his browser holds: 40 bytes and 4 for each, padded to whole cache lines up
 * to 6 connections, so that a page's events touch one line of the user. */
struct user {
    union {
        double page_started_s;
        struct { uint32_t first, last; } waiting; /* trace: his requests that found no free connection */
    } u;
    uint32_t behaviour_block, cpu_block; /* how far his streams are */
    uint32_t idle_slots, open_slots;     /* bit i: connection i */
    uint32_t entity;                     /* whose streams he draws from: his place, or of open users the visit's number */
    uint16_t objects_left;               /* not yet sent */
    uint8_t in_flight;                   /* sent, not yet answered */
    bool page_failed;                    /* a request of the page was given up */
    uint16_t class_number;
    uint16_t pages_left;                 /* of this visit */
    uint8_t protocol;                    /* enum protocol */
    bool has_session;                    /* TLS: has been here, and may resume */
    uint32_t connection[];               /* numbers, by slot */
};

struct browser {
    char *users;
    size_t user_bytes;
    uint32_t n_users, n_classes;
    struct user_class *classes;
    struct rng_stream behaviour, protocols;
    const struct workload *workload;
    uint32_t *n_thinks; /* recorded think times used, by user; NULL when there are none */
    double *link_free_s; /* by user: when his own link has carried all that is under way; NULL: no limits */
    /* Open users: places of visitors who have gone, and places never used. */
    uint32_t *free_users;
    uint32_t n_free, n_closed, users_max;
    /* Trace */
    size_t next_request;
    uint32_t *next_waiting; /* by request: the one that waits behind it */
    uint32_t trace_timer;
};

/* Why a request ends with 502. */
enum bad_gateway { BAD_RACE, BAD_PORTS, BAD_CONNECT, BAD_GATEWAYS };

/* A user's connection to the proxy. */
struct front {
    uint16_t process;               /* of the proxy */
    uint16_t n_pending;             /* requests at the server, of those that came as one */
    uint16_t n_bad[BAD_GATEWAYS];   /* ... answered 502 */
    bool once;                      /* what it asks may not be sent twice */
};

/* A connection of the proxy to the server, as the proxy sees it. */
struct upstream {
    struct lane_node idle;
    double opened_s;
    uint32_t newer, older; /* neighbours in the pool */
    uint32_t front;        /* whose request is under way */
    uint32_t n_requests;   /* sent on it */
    uint16_t process;
    bool is_pooled;
    bool closed_first;     /* the proxy's FIN left before it knew of the server's */
};

struct proxy_pool {
    uint32_t newest, oldest, n;
};

/* Ports that are free, those never used first, then the one that has been free longest. */
struct proxy_ports {
    uint32_t n, n_touched;
    struct ring free;    /* of uint16_t */
    struct ring waiting; /* of uint16_t: in TIME_WAIT, one for each end in meters.proxy_ports */
};

/* How far a user's stream of methods is, and whose it is: a place is taken by one visitor after another. */
struct method_draws {
    uint32_t entity, block;
};

struct proxy {
    bool is_present, server_closes;
    uint32_t pool_size, request_limit;
    double age_limit_s, idle_limit_s; /* HUGE_VAL, 0: none */
    uint32_t n_processes, next_process;
    const struct event_class *classes; /* without a proxy */
    struct proxy_pool *pools;    /* by process */
    struct front *fronts;        /* by connection, */
    struct upstream *upstreams;  /* of either kind */
    struct lane idle_lane;
    struct proxy_ports ports;
    struct rng_stream methods;
    struct method_draws *draws;  /* by user */
};

struct web {
    struct simulation simulation;
    struct run *run;
    struct pool connections;
    struct network network;
    struct cpu cpu;
    struct memory memory;
    struct page_cache page_cache;
    struct disk disk;
    struct listener listener;
    struct server server;
    struct browser browser;
    struct proxy proxy;
    struct meters meters;
};

static inline struct connection *connection_at(const struct web *web, uint32_t c) {
    return (struct connection *)(void *)web->connections.slots + c;
}
static inline struct user *user_at(const struct web *web, uint32_t user) {
    return (struct user *)(void *)(web->browser.users + (size_t)user * web->browser.user_bytes);
}
static inline double web_now(const struct web *web) { return web->simulation.now_s; }

#endif
