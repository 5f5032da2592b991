/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * proxy: a proxy or load balancer between users and server (proxy.present), which keeps a pool of connections to the server.
 *
 *   user --front connection, users.rtt--> proxy --upstream connection, proxy.rtt--> server
 *
 * Fronts are the browsers' connections as they are without a proxy, but the proxy accepts all, ends TLS (so the server pays neither
 * cpu.tls nor memory.tls), reads slow requests to their end, and never closes one for being idle. What it costs itself is not modelled:
 * it is a machine of its own, and a request or response that has landed goes on at once. Responses are relayed when they are
 * complete. Each stream of HTTP/2 becomes a request of its own.
 *
 * Upstreams are all that the server sees: handshake, accept queue, idle limit, FIN and TIME_WAIT as with any client.
 *
 *   a request   takes the idle connection of its process's pool that was used last, or a new one (as nginx's ngx_http_upstream_keepalive
 *               and HAProxy do, so that the least are kept busy and the rest may time out).
 *   a response  puts the connection back on top; with more than proxy.pool_size there the one at the bottom is closed. One that has carried
 *               proxy.requests_per_connection, or is older than proxy.connection_age_limit, is closed instead.
 *   the race    A request can meet a connection that the server is closing, while the FIN is still under way (RFC 9112 9.5; theory_close_race
 *               has how often). The proxy learns of it by that FIN. It then sends the request again, on what the pool gives next (nginx
 *               does not count a pooled connection as a try), unless the request must not be sent twice (RFC 9110 9.2.2): that one is
 *               answered 502.
 *   ports       A connection takes one of proxy.ports. It is free again when the proxy's FIN answers the server's, or, where the proxy closes
 *               first, after TIME_WAIT. A request that finds none (EADDRNOTAVAIL) is answered 502 at once. The server's TIME_WAIT entry of a
 *               port ends when a new connection comes from it.
 *   failures    A server that answers no SYN for 127 s means 502 too; the proxy has no limit of its own for connecting or for answers.
 *
 * A 502 is neither answered nor failed but an outcome of its own, counted when it lands at the user; its page has failed.
 */
#ifndef MODELS_WEB_PROXY_H
#define MODELS_WEB_PROXY_H

#include "models/web/web.h"

/* Nothing without proxy.present. After network, transport and browser. */
void proxy_open(struct web *web, const struct param_set *set);

/* Complains about what would be said to the server and is said to the proxy. */
void proxy_check(const struct param_set *set, const struct workload *workload, struct diag *diag);

/* Records of connections that it can have beside those of browsers: one for each port, and as many whose last packet is under way. */
uint32_t proxy_connections_max(const struct param_set *set);

static inline bool proxy_is_upstream(const struct web *web, uint32_t c) { return connection_at(web, c)->path == PATH_PROXY; }

/* ---- of a front ---- */

/* Its handshake is complete: a process accepts it. */
void proxy_accept(struct web *web, uint32_t front);
/* A request has landed whole. */
void proxy_request(struct web *web, uint32_t front);
/* Its answer has landed at the user: how many of the requests in it got a 502. */
uint16_t proxy_count_bad(struct web *web, uint32_t front);

/* ---- of an upstream ---- */

void proxy_response(struct web *web, uint32_t c, bool last);
/* The server's FIN. */
void proxy_fin(struct web *web, uint32_t c);
/* The proxy's own FIN lands at the server. */
void proxy_fin_lands(struct web *web, uint32_t c);
void proxy_idle_limit(struct web *web, uint32_t c);
void proxy_connect_failed(struct web *web, uint32_t c);

#endif
