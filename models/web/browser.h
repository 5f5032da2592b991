/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * browser: users, their pages and their connections.
 *
 * A page is a document, then, when it has arrived, k objects over up to c connections: a free open connection is used
 * before a new one is opened. The page ends with its last byte; think time follows. A request that meets a
 * connection which the server is just closing is sent again on a new one, as browsers do.
 *
 * A user of HTTP/2 has one connection. The objects of a page are streams on it, sent together and answered together when the last byte
 * of all has landed, which for the page is the same as any other order (RFC 9113 5.3 leaves the order to the server): one request with the work and
 * the bytes of all.
 *
 * Users of a trace do not think: their requests come at given times, each a page of its own. One that finds all of its
 * client's connections busy waits in the browser.
 */
#ifndef MODELS_WEB_BROWSER_H
#define MODELS_WEB_BROWSER_H

#include "models/web/web.h"

void browser_open(struct web *web, const struct param_set *set, const struct workload *workload);

/* Event routines. */
void browser_think_end(struct web *web, uint32_t user);
void browser_session(struct web *web, uint32_t class_number);
void browser_trace_request(struct web *web);

/* A response landed; `last`: with the server's FIN. */
void browser_response(struct web *web, uint32_t c, bool last);
/* ... in which n_bad of the answers are errors; whoever sent them counts them. */
void browser_answer(struct web *web, uint32_t c, bool last, uint16_t n_bad);
/* The server's FIN landed alone. */
void browser_fin(struct web *web, uint32_t c);
/* The browser's own idle limit of what went idle so long ago in this place, user x BROWSER_SLOTS + slot, and may have been used or
 * closed since. */
enum { BROWSER_SLOTS = 32 };
void browser_idle_limit(struct web *web, uint32_t place);
/* The server never answered the SYNs. */
void browser_connect_failed(struct web *web, uint32_t c);

#endif
