/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * listener: the kernel's side of a new connection. It completes the handshake without the server; the connection then waits
 * in the accept queue, until the server takes it. The queue is full when it holds one more than min(backlog, somaxconn) (Linux
 * sk_acceptq_is_full asks for more, not for as many). A full queue drops the SYN (or the ACK), and the
 * client sends the SYN again 1, 3, 7, 15, 31 and 63 s after the first and fails at 127 s (Linux,
 * tcp_syn_retries = 6, initial retransmission timeout 1 s: kernel ip-sysctl; RFC 6298). A SYN that is lost on the way fares the same.
 *
 * Between SYN and ACK a connection is half-open, an entry of its own. Without SYN cookies there are tcp.syn_backlog of them at most, and
 * further SYNs are dropped. One whose ACK never comes (users.handshake = never) is given up after 5 SYN-ACKs, 63 s
 * (tcp_synack_retries).
 */
#ifndef MODELS_WEB_LISTENER_H
#define MODELS_WEB_LISTENER_H

#include "models/web/web.h"

void listener_open(struct web *web, const struct param_set *set);

/* Sends the first SYN, or one more. */
void listener_send_syn(struct web *web, uint32_t c);

/* There are users whose handshakes never complete. (Each source of events costs every event a little, so theirs is opened when needed.) */
void listener_expect_abandoned(struct web *web);
/* A SYN landed that nothing will follow. */
void listener_abandoned_syn(struct web *web);
/* The kernel has given it up. */
void listener_half_open_end(struct web *web);

/* A SYN landed: answers it, or drops it and leaves it to the client's timer. */
void listener_syn(struct web *web, uint32_t c);

/* The client's ACK landed, with its first request. False: dropped, there is no room in the queue. */
bool listener_ack(struct web *web, uint32_t c);

/* The client's timer ran out: sends the SYN again. False: it gave up. */
bool listener_syn_retry(struct web *web, uint32_t c);

#endif
