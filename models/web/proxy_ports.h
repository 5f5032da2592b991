/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * proxy_ports: from which ports the proxy connects. Linux looks for a free one from where it found the last, so the port that has been free
 * longest is near enough the next (inet_hashtables.c); it takes those of one parity first, and of the other when it must.
 *
 * With all n of them in use for a connection's life and its TIME_WAIT w there can be n / (life + w) new connections a second:
 * 28,232 / 60 s = 470.5 (theory_port_rate). No event is spent on the end of a TIME_WAIT: it is booked when a port is next looked for.
 *
 * TIME_WAIT begins when the server's FIN has come, half a round trip after the proxy's own landed.
 */
#ifndef MODELS_WEB_PROXY_PORTS_H
#define MODELS_WEB_PROXY_PORTS_H

#include "models/web/web.h"

void proxy_ports_open(struct web *web, uint32_t n, double time_wait_s);

/* False: there is none. */
bool proxy_ports_take(struct web *web, uint16_t *port);

/* The server closed first; or it never answered. */
void proxy_ports_free(struct web *web, uint16_t port);
/* The proxy did, and its FIN lands now. */
void proxy_ports_wait(struct web *web, uint16_t port);

#endif
