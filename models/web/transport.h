/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * transport: how long a response of n bytes is under way, and what TLS adds to a connection.
 *
 *   slow start   A connection may send a window of segments, then waits for acknowledgements; each segment acknowledged lets one more
 *                go, so the window doubles with each round trip: n segments from window w take ceil(log2(n/w + 1)) rounds, of which
 *                the last needs no waiting. With a bandwidth, a window that takes longer to send than the round trip leaves no gap,
 *                and the rest flows at line rate (Kurose and Ross, "Computer Networking", 3.7, latency of TCP). No segment is lost; acknowledgements
 *                are not delayed; the receiver's window does not bind.
 *   the window   starts at tcp.initial_window (RFC 6928), is kept by a reused connection, and halved for every retransmission timeout
 *                that the connection was idle, down to the initial one (RFC 2861; Linux tcp_cwnd_restart).
 *   the link     users.bandwidth is one link for all connections of a user: what they carry passes one response after the other.
 *   the uplink   network.uplink is shared equally by the responses under way (processor sharing, the limit of fair flows: Massoulie and
 *                Roberts 2000). A response lands when both the uplink and its own path have carried it.
 *   writing      the kernel takes server.send_buffer; what is above that keeps the server writing until it is acknowledged.
 *   TLS          a full handshake takes two round trips more with 1.2, one with 1.3; a resumed one takes one (RFC 5246 7.3, RFC 8446 2). The
 *                server's work, cpu.tls, comes with the client's first message.
 *
 * What a connection needs for this stands beside its 40 bytes, in network.transports, and only in scenarios that have
 * sizes, HTTP/2 or slow requests. In the others a response needs half a round trip, as before.
 */
#ifndef MODELS_WEB_TRANSPORT_H
#define MODELS_WEB_TRANSPORT_H

#include "models/web/web.h"

/* Whether the scenario has sizes, HTTP/2 or slow requests. */
bool transport_is_needed(const struct param_set *set, const struct workload *workload);

void transport_open(struct web *web, const struct param_set *set, const struct workload *workload);

static inline struct transport *transport_of(struct web *web, uint32_t c) {
    return web->network.transports ? &web->network.transports[c] : NULL;
}

/* From the moment the first segment leaves to that when the last does, and the window afterwards. bandwidth 0: no limit. */
double transport_sending_s(double bytes, double segment_bytes, double rtt_s, double bandwidth_bytes_per_s, uint32_t *window);

/* A new connection, with its request. */
void transport_begin(struct web *web, uint32_t c);

/* Sends the response asked for, `packet` being DOWN_RESPONSE or DOWN_LAST. True when the kernel has taken it all at once; false: EVENT_WRITTEN
 * will say. */
bool transport_respond(struct web *web, uint32_t c, uint8_t packet);

/* Sends a response that a proxy has in hand down to its user: over his path, but not over the server's uplink. */
void transport_relay(struct web *web, uint32_t c, uint8_t packet);

/* Sends the FIN behind what is under way. */
void transport_finish(struct web *web, uint32_t c);

/* The uplink has sent a response. */
void transport_sent(struct web *web);

/* The client's part of the TLS handshake: messages there and back. */
void transport_tls(struct web *web, uint32_t c, bool resumed);

/* Whether this new connection resumes an earlier session of its user: REQUEST_TLS, with REQUEST_RESUMED or not. */
uint8_t transport_tls_kind(struct web *web, const struct user_class *class, struct user *user);

#endif
