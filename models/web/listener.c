/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/web/listener.h"

#include "models/web/network.h"

enum { SYN_RETRIES = 6 };
#define SYN_ACKS_OVER_S 63.0 /* 1 + 2 + 4 + 8 + 16 + 32 */

void listener_open(struct web *web, const struct param_set *set) {
    struct listener *listener = &web->listener;
    const struct param_value *v = set->values;
    listener->backlog = (uint32_t)v[SERVER_BACKLOG].number;
    listener->syn_backlog = v[TCP_SYNCOOKIES].number > 0 ? UINT32_MAX : (uint32_t)v[TCP_SYN_BACKLOG].number;
    fifo_open(&listener->accept_queue, web->run->arena);
}

void listener_expect_abandoned(struct web *web) {
    struct lane *abandoned = &web->listener.abandoned;
    if (abandoned->delay_s > 0) return;
    simulation_lane_ring(&web->simulation, abandoned, EVENT_HALF_OPEN_END, SYN_ACKS_OVER_S);
}

static bool is_full(const struct listener *listener) {
    return fifo_length(&listener->accept_queue) > listener->backlog;
}

static bool has_room_for_syn(const struct web *web) {
    return web->meters.level[LEVEL_HALF_OPEN].level < web->listener.syn_backlog;
}

static void count_half_open(struct web *web, double change) {
    meters_level_add(&web->meters, LEVEL_HALF_OPEN, web_now(web), change);
}

/* The n-th SYN left `under_way_s` ago; the next leaves 2^(n-1) s after it. */
static void wait_to_retry(struct web *web, uint32_t c, double under_way_s) {
    double wait_s = ldexp(1, connection_at(web, c)->u.n_syn - 1) - under_way_s;
    simulation_at(&web->simulation, web_now(web) + fmax(wait_s, 0), EVENT_SYN_RETRY, c);
}

static void drop(struct web *web, uint32_t c, double under_way_s) {
    web->meters.count[COUNT_SYN_DROPPED]++;
    wait_to_retry(web, c, under_way_s);
}

void listener_send_syn(struct web *web, uint32_t c) {
    const struct connection *connection = connection_at(web, c);
    double loss = connection->path == PATH_PROXY ? 0 : web->browser.classes[user_at(web, connection->user)->class_number].syn_loss;
    connection_at(web, c)->u.n_syn++;
    if (loss > 0 && rng_stream_uniform(&web->network.chance) < loss) {
        web->meters.count[COUNT_SYN_LOST]++;
        wait_to_retry(web, c, 0);
        return;
    }
    network_up(web, c, UP_SYN);
}

void listener_syn(struct web *web, uint32_t c) {
    if (is_full(&web->listener) || !has_room_for_syn(web)) {
        drop(web, c, network_path_of(web, connection_at(web, c))->rtt_s / 2);
        return;
    }
    count_half_open(web, 1);
    network_handshake(web, c);
}

void listener_abandoned_syn(struct web *web) {
    if (is_full(&web->listener) || !has_room_for_syn(web)) {
        web->meters.count[COUNT_SYN_DROPPED]++;
        return;
    }
    count_half_open(web, 1);
    lane_arm(&web->simulation, &web->listener.abandoned, 0);
}

void listener_half_open_end(struct web *web) { count_half_open(web, -1); }

/* A dropped ACK leaves the client believing that it is connected until its data go unanswered; the time it then loses is
 * taken to be that of a dropped SYN. */
bool listener_ack(struct web *web, uint32_t c) {
    count_half_open(web, -1);
    if (!is_full(&web->listener)) return true;
    drop(web, c, network_path_of(web, connection_at(web, c))->rtt_s * 1.5);
    return false;
}

bool listener_syn_retry(struct web *web, uint32_t c) {
    if (connection_at(web, c)->u.n_syn > SYN_RETRIES) return false;
    listener_send_syn(web, c);
    return true;
}
