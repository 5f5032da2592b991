/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * server: what every architecture does with a connection, and the door for what differs: who holds it.
 *
 *   QUEUED --accept--> BUSY --answered--> IDLE --request--> BUSY ...
 *                        |                  |
 *                        | limit, age, off  | idle limit, reclaim, client's FIN
 *                        v                  v
 *                     CLOSING --client's FIN, or closing limit--> done
 *
 * With TLS a handshake comes before the first request: the connection is BUSY from accept on, its daemon held while it waits for the
 * client (httpd reads the handshake blocking in a worker, event too). A slow request is read likewise, server.header_limit at most.
 * A response that the kernel cannot take at once is written for a while: prefork and worker are held by it (BUSY), event and nginx
 * are not (WRITING).
 *
 * The idle limit runs from the moment the response is with the kernel. The side that closes first keeps the TIME_WAIT entry.
 *
 *                  | busy          | idle keep-alive | closing     | under pressure
 *   prefork        | a process     | a process       | a process   | never reclaims
 *   worker         | a thread      | a thread        | a thread    | never reclaims
 *   event          | a thread      | nobody          | nobody      | a process without a free thread closes its idle ones
 *   nginx          | the loop      | nobody          | does not    | closes the oldest idle ones at 1/16 free
 */
#ifndef MODELS_WEB_SERVER_H
#define MODELS_WEB_SERVER_H

#include "models/web/web.h"

/* One table per architecture, one file each. */
struct server_architecture {
    const char *name;
    bool holds_busy;    /* a connection that is served holds a daemon */
    bool holds_idle;    /* an idle one does */
    bool holds_closing; /* a closing one does */
    bool lingers;       /* a closing connection waits for the client's FIN at all */
    void (*open)(struct web *web, const struct param_set *set);
    /* Takes what one more connection needs, and notes in it whose it is; false when there is nothing free. */
    bool (*accept)(struct web *web, uint32_t c);
    /* A request landed on an idle connection: false when nobody is free to serve it. NULL: always. */
    bool (*wake)(struct web *web, uint32_t c);
    /* A response is more than the kernel takes: it is written as the client acknowledges, and who served it is free meanwhile. NULL: its
     * daemon writes it and is held. */
    void (*write)(struct web *web, uint32_t c);
    /* The connection is answered and goes idle, from LEVEL_BUSY or _WRITING; NULL: nothing to do. */
    void (*rest)(struct web *web, uint32_t c, enum web_level from);
    /* The server has decided to close, from LEVEL_BUSY, _WRITING or _IDLE; what served it may be free. NULL: nothing to do. */
    void (*close)(struct web *web, uint32_t c, enum web_level from);
    /* The connection is done; what held it is free again. */
    void (*release)(struct web *web, uint32_t c);
    /* Whether its process still keeps connections alive; NULL: yes. */
    bool (*keeps)(const struct web *web, uint32_t c);
    /* A forked process is ready. NULL: it never forks. */
    void (*forked)(struct web *web, uint32_t process);
    /* Its listener has handed a connection on and can take another. NULL: taking one is part of serving it. */
    void (*listened)(struct web *web, uint32_t process);
    /* Maintenance, once a second; NULL: none. */
    void (*tick)(struct web *web);
    /* A graceful reload: those without a connection end, a new generation is started beside the rest. */
    void (*reload)(struct web *web);
};

extern const struct server_architecture server_prefork, server_worker, server_event, server_nginx;

void server_open(struct web *web, const struct param_set *set);

/* A connection with its first request is ready to be accepted. */
void server_established(struct web *web, uint32_t c);
/* Accepts from the queue while somebody is free to hold. */
void server_accept_waiting(struct web *web);
/* A further request landed. */
void server_request(struct web *web, uint32_t c);
/* The CPU has done its work for the handshake or the request at hand. */
void server_worked(struct web *web, uint32_t c);
/* The handshake is over and the first request has landed. */
void server_handshaken(struct web *web, uint32_t c);
/* The last byte of a slow request has landed, or it took too long. */
void server_read(struct web *web, uint32_t c);
/* The kernel has taken the last byte of the response. */
void server_written(struct web *web, uint32_t c);
/* The client's FIN landed. */
void server_fin(struct web *web, uint32_t c);
void server_idle_limit(struct web *web, uint32_t c);
void server_closing_limit(struct web *web, uint32_t c);
/* server.reload_at has come. After it the spawn rate does not double for ten rounds of forking (httpd
 * hold_off_on_exponential_spawning). */
void server_reload(struct web *web);

/* Closes an idle connection before its time. */
void server_close_idle(struct web *web, uint32_t c, enum web_counter why);
/* The process's connection that has been idle longest; POOL_NONE when none is idle. */
uint32_t server_oldest_idle(struct web *web, uint32_t process);

/* Gives the record back once both ends are done and nothing is in flight. */
void connection_try_free(struct web *web, uint32_t c);

#endif
