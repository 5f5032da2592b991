/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * network: what travels and how long. A new connection costs one round trip before its request can leave: SYN, SYN-ACK,
 * then ACK and request together, so the request lands 1.5 round trips after the decision, on a reused
 * connection 0.5. Response and FIN take half a round trip each.
 *
 * A response that has a size takes longer, and so does a connection with TLS: see transport.h.
 *
 * Every delay here is one of two constants a path, so packets wait in lanes (kernel/simulation.h), O(1) each.
 */
#ifndef MODELS_WEB_NETWORK_H
#define MODELS_WEB_NETWORK_H

#include "models/web/web.h"

void network_open(struct web *web, const struct param_set *set);

/* With users.ports: a new connection comes from the next port, and if the server still has a TIME_WAIT entry for it, that entry
 * is over (RFC 9293 3.6.1). Linux goes round its ports of one parity in random steps of 1 to 8 of them (measured on 6.18, mean
 * 4.6; inet_hashtables.c), so that nothing meets before a first round of some 3,000 connections. Ports of connections that are still
 * open are not stepped over: with some hundreds among 14,116 it makes no difference. A proxy has chosen its port before. */
void network_take_port(struct web *web, uint32_t c);

/* The server has closed first and enters TIME_WAIT now. */
void network_enter_time_wait(struct web *web, uint32_t c);

/* The path of a class's round trip, bandwidth, TLS and idle limit of the browser, made if it is new. Paths are shared by all
 * classes of users with equal ones; more than PATHS_MAX different ones are refused when the scenario is checked. */
uint8_t network_path(struct web *web, const struct param_value *class_values);

static inline struct path *network_path_of(struct web *web, const struct connection *connection) {
    return &web->network.paths[connection->path];
}

/* Sends to the server (UP_*) and to the client (DOWN_*). */
static inline void network_up(struct web *web, uint32_t c, uint8_t what) {
    struct connection *connection = connection_at(web, c);
    connection->up |= what;
    lane_arm(&web->simulation, &network_path_of(web, connection)->up, c);
}
static inline void network_down(struct web *web, uint32_t c, uint8_t what) {
    struct connection *connection = connection_at(web, c);
    connection->down |= what;
    lane_arm(&web->simulation, &network_path_of(web, connection)->down, c);
}
/* SYN-ACK to the client, ACK and request back. */
static inline void network_handshake(struct web *web, uint32_t c) {
    lane_arm(&web->simulation, &network_path_of(web, connection_at(web, c))->handshake, c);
}

#endif
