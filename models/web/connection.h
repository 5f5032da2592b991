/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * connection: one TCP connection from the SYN to the last FIN, seen from both ends. 40 bytes, so that 6 M of
 * them fit in 240 MB; named by a 32-bit number in a pool.
 *
 * The two ends do not know the same thing at the same time: while the server's FIN travels, the client may send a request into a
 * connection that is already closing. So each end has its own state, and what is in flight
 * each way is a set of bits. Packets of one direction land in the order in which they were sent.
 */
#ifndef MODELS_WEB_CONNECTION_H
#define MODELS_WEB_CONNECTION_H

#include "sim/kernel/simulation.h"

/* What the server does for it. The words are the scoreboard's (httpd scoreboard.h). */
enum connection_state {
    CONNECTION_NONE,   /* not established, or done */
    CONNECTION_QUEUED, /* established, in the accept queue */
    CONNECTION_BUSY,   /* a request is being read or answered */
    CONNECTION_WRITING,/* answered, but not all is in the kernel's hands, and nobody is held by it */
    CONNECTION_IDLE,   /* keep-alive */
    CONNECTION_CLOSING /* FIN sent, waiting for the client's */
};

/* In flight to the server, and to the client. Lower bits were sent earlier. */
enum { UP_SYN = 1, UP_REQUEST = 2, UP_FIN = 4 };
enum { DOWN_RESPONSE = 1, DOWN_LAST = 2 /* a response with the FIN */, DOWN_FIN = 4 };

/* What a request is for, and how it comes. */
enum {
    REQUEST_DOCUMENT = 1,
    REQUEST_DYNAMIC = 2,
    REQUEST_CLOSE = 4,     /* its sender wants the connection closed, or is not told that it stays (HTTP/1.0) */
    REQUEST_HTTP10 = 8,    /* kept only when the response's length is known */
    REQUEST_TLS = 16,      /* a handshake comes first */
    REQUEST_RESUMED = 32,  /* ... of an earlier session */
    REQUEST_SLOW = 64      /* arrives over transport.send_s */
};

struct connection {
    struct lane_node timer; /* idle limit, or closing limit */
    double sent_s;          /* when the browser had the request in hand that is now under way; idle: since when */
    uint32_t user;          /* POOL_NONE once the browser is done with it */
    uint32_t n_requests;    /* that reached the server */
    uint8_t slot;           /* which of the user's connections */
    uint8_t state;          /* enum connection_state */
    uint8_t up, down;       /* in flight */
    uint8_t path;           /* round trip class, see network.h */
    uint8_t what;           /* the request under way: REQUEST_* */
    union {
        uint16_t n_syn;     /* SYNs sent, before it is established */
        uint16_t process;   /* that accepted it */
    } u;
};

_Static_assert(sizeof(struct connection) == 40, "six connections are 240 bytes");

#endif
