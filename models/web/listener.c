/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/web/listener.h"

#include "models/web/network.h"

enum { SYN_RETRIES = 6 };

void listener_open(struct web *web, const struct param_set *set) {
    web->listener.backlog = (uint32_t)set->values[SERVER_BACKLOG].number;
    fifo_open(&web->listener.accept_queue, web->run->arena);
}

static bool is_full(const struct listener *listener) {
    return fifo_length(&listener->accept_queue) >= listener->backlog;
}

/* The n-th SYN left `under_way_s` ago; the next leaves 2^(n-1) s after it. */
static void drop(struct web *web, uint32_t c, double under_way_s) {
    struct connection *connection = connection_at(web, c);
    double wait_s = ldexp(1, connection->u.n_syn - 1) - under_way_s;
    web->meters.count[COUNT_SYN_DROPPED]++;
    simulation_at(&web->simulation, web_now(web) + fmax(wait_s, 0), EVENT_SYN_RETRY, c);
}

void listener_syn(struct web *web, uint32_t c) {
    if (is_full(&web->listener)) drop(web, c, network_path_of(web, connection_at(web, c))->rtt_s / 2);
    else network_handshake(web, c);
}

/* A dropped ACK leaves the client believing that it is connected until its data go unanswered; the time it then loses is
 * taken to be that of a dropped SYN. */
bool listener_ack(struct web *web, uint32_t c) {
    if (!is_full(&web->listener)) return true;
    drop(web, c, network_path_of(web, connection_at(web, c))->rtt_s * 1.5);
    return false;
}

bool listener_syn_retry(struct web *web, uint32_t c) {
    if (connection_at(web, c)->u.n_syn > SYN_RETRIES) return false;
    network_send_syn(web, c);
    return true;
}
