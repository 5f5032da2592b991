/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * server: what every architecture does with a connection, and the door for what differs: who holds it.
 *
 *   QUEUED --accept--> BUSY --answered--> IDLE --request--> BUSY ...
 *                        |                  |
 *                        | limit, or off    | idle limit
 *                        v                  v
 *                     CLOSING --client's FIN, or closing limit--> done
 *
 * The idle limit runs from the moment the response is sent. The server closes first, so it keeps the TIME_WAIT entry.
 */
#ifndef MODELS_WEB_SERVER_H
#define MODELS_WEB_SERVER_H

#include "models/web/web.h"

/* One table of functions per architecture, one file each: server_prefork.c. */
struct server_architecture {
    const char *name;
    void (*open)(struct web *web);
    /* Takes what holds one more connection; false when there is none free. */
    bool (*hold)(struct web *web);
    /* A connection is done; what held it is free again. */
    void (*release)(struct web *web);
    /* A forked process is ready. */
    void (*forked)(struct web *web);
    /* Maintenance, once a second. */
    void (*tick)(struct web *web);
};

extern const struct server_architecture server_prefork;

void server_open(struct web *web, const struct param_set *set);

/* A connection with its first request is ready to be accepted. */
void server_established(struct web *web, uint32_t c);
/* Accepts from the queue while somebody is free to hold. */
void server_accept_waiting(struct web *web);
/* A further request landed. */
void server_request(struct web *web, uint32_t c);
/* The CPU has done its work for the request at hand. */
void server_answered(struct web *web, uint32_t c);
/* The client's FIN landed. */
void server_fin(struct web *web, uint32_t c);
void server_idle_limit(struct web *web, uint32_t c);
void server_closing_limit(struct web *web, uint32_t c);

/* Gives the record back once both ends are done and nothing is in flight. */
void connection_try_free(struct web *web, uint32_t c);

#endif
