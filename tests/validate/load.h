/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * load: users who browse a real server, one process, one epoll. The same users as in models/web/browser.h, written
 * anew and sharing nothing with it, so that a mistake in one is seen by the other.
 *
 * A user thinks, fetches the document, then its objects over up to n_connections connections (idle ones first, the
 * lowest slot of them; then new ones), and thinks again. Think times come from a sequence that is fixed by (seed, user):
 * splitmix64 from seed * 1000003 + user * 7919, one number burnt (two with sessions: the second chooses the length of the
 * first visit), exponential = -mean ln(((x >> 11) + 0.5) / 2^53). `load --print-thinks` writes them as a CSV for the simulation.
 *
 * A round trip is played in this process: a new connection connects, and its request leaves, 1.5 round trips after the
 * decision; a request on an open connection leaves 0.5 after it; responses and the server's FIN are looked at
 * 0.5 round trips after they were read. A request that meets a connection already closed by the server is sent again on
 * a new one, at once (`stale_retries`).
 *
 * Who owns what: all arrays live in struct load from load_open to load_close. Users and connections
 * are named by number. Actions in the future carry the generation of their connection; older ones are ignored.
 */
#ifndef TESTS_VALIDATE_LOAD_H
#define TESTS_VALIDATE_LOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NONE UINT32_MAX
enum { CONNECTIONS_MAX = 16, HEADER_BYTES = 2048 };

struct options {
    uint32_t port, n_users, n_connections, n_objects, session_pages;
    uint64_t seed;
    double think_s, rtt_s, warm_s, dur_s, start_at_s; /* start_at_s: seconds since 1970, 0: now */
    bool leaves, print_thinks;
    const char *summary_file, *series_file;
};

/* ---- chance (load_think.c) ---------------------------------------------------------------------- */

struct think_sequence {
    uint64_t state;
    double mean_s;
};

/* Leaves the length of the first visit, 1 .. session_pages, in *first_pages. */
struct think_sequence think_open(const struct options *options, uint32_t user, uint32_t *first_pages);
double think_next(struct think_sequence *sequence);

/* ---- measures (load_report.c) -------------------------------------------------------------------- */

struct samples {
    double *value_s;
    size_t n, capacity;
};

enum level { LEVEL_CONNECTIONS, LEVEL_OUTSTANDING, LEVELS };
enum counter {
    COUNT_CONNECTIONS, COUNT_REQUESTS, COUNT_PAGES, COUNT_NEW_CONNECTION_REQUESTS, COUNT_STALE_RETRIES,
    COUNT_ERRORS, COUNT_SERVER_CLOSES, COUNT_LAST_RESPONSES, COUNTERS
};

struct gauge {
    double level, since_s, integral, peak;
};

struct report {
    double warm_s, end_s;
    struct gauge window[LEVELS], second[LEVELS];
    uint64_t in_window[COUNTERS], in_second[COUNTERS];
    struct samples request, page;
    double second_page_s; /* page times of this second added up */
    void *series;         /* FILE */
};

void report_open(struct report *report, const struct options *options);
void report_level(struct report *report, double now_s, enum level level, int change);
void report_count(struct report *report, double now_s, enum counter counter);
void report_request(struct report *report, double now_s, double response_s);
void report_page(struct report *report, double now_s, double response_s);
/* Once a second, at now_s = 1, 2, ...: one row of the time line. */
void report_second(struct report *report, double now_s);
void report_end(struct report *report, const struct options *options);

/* ---- users and connections ------------------------------------------------------------------------- */

enum connection_state {
    FREE,
    DECIDED,    /* the user wants it; connects 1.5 round trips later */
    CONNECTING, /* SYN sent, and the request goes with the ACK */
    LEAVING,    /* a request is on its way on an open connection */
    WAITING,    /* request sent, response not complete */
    LANDING,    /* response read, on its way to the user */
    IDLE,
};

struct connection {
    int fd;
    uint32_t user; /* NONE: nobody thinks of it any more */
    uint32_t generation;
    uint8_t state, slot;
    bool document;   /* the request under way is for the page itself */
    bool fresh;      /* ... and the first on this connection */
    bool counted;    /* established, in LEVEL_CONNECTIONS */
    bool last;       /* the response said Connection: close */
    bool eof;        /* the server's FIN, or a reset, was read */
    double sent_s;   /* when the user had this request in hand */
    uint32_t header_bytes;
    int64_t body_left; /* -1: still in the header */
    char header[HEADER_BYTES];
};

struct user {
    struct think_sequence think;
    double page_started_s;
    uint32_t pages_left; /* of this visit; 0: a visit without end */
    uint32_t objects_left, in_flight, n_open;
    uint32_t slot[CONNECTIONS_MAX]; /* connection, or NONE */
};

enum action { THINK_END, CONNECT, SEND, RESPONSE_LANDS, FIN_LANDS, RETRY, SECOND };

struct plan {
    double time_s;
    uint32_t action, subject, generation;
};

struct load {
    struct options options;
    struct report report;
    struct user *users;
    struct connection *connections;
    uint32_t *free_connections, n_free, n_connections;
    struct plan *heap;
    size_t n_plans, plans_capacity;
    double now_s; /* since the start */
    int epoll_fd;
};

/* load.c */
void load_plan(struct load *load, double delay_s, enum action action, uint32_t subject, uint32_t generation);
_Noreturn void load_die(const char *what);
void *load_allocate(void *old, size_t n, size_t bytes);

/* load_user.c: what a user decides */
void user_open(struct load *load, uint32_t number);
void user_think_end(struct load *load, uint32_t number);
void user_response(struct load *load, uint32_t c);
void user_fin(struct load *load, uint32_t c);
void user_retry(struct load *load, uint32_t number, bool document, double sent_s);

/* load_socket.c: what happens on the wire */
uint32_t socket_decide(struct load *load, uint32_t number, uint32_t slot);
void socket_connect(struct load *load, uint32_t c);
void socket_send(struct load *load, uint32_t c);
void socket_ready(struct load *load, uint32_t c);
void socket_close(struct load *load, uint32_t c);

#endif
