/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/web/transport.h"

#include "models/web/network.h"

static bool needs_transport(const struct param_value *v) {
    return !(v[USERS_DOCUMENT_BYTES].variate.kind == VARIATE_CONSTANT && v[USERS_DOCUMENT_BYTES].variate.a <= 0) ||
           !(v[USERS_OBJECT_BYTES].variate.kind == VARIATE_CONSTANT && v[USERS_OBJECT_BYTES].variate.a <= 0) ||
           !(v[USERS_REQUEST_SEND].variate.kind == VARIATE_CONSTANT && v[USERS_REQUEST_SEND].variate.a <= 0) ||
           v[USERS_HTTP2].number > 0;
}

bool transport_is_needed(const struct param_set *set, const struct workload *workload) {
    if (workload->n_classes == 0) return needs_transport(set->values);
    for (size_t k = 0; k < workload->n_classes; k++)
        if (needs_transport(workload->classes[k].values)) return true;
    return false;
}

void transport_open(struct web *web, const struct param_set *set, const struct workload *workload) {
    struct network *network = &web->network;
    const struct param_value *v = set->values;
    network->initial_window = (uint32_t)v[TCP_INITIAL_WINDOW].number;
    network->segment_bytes = v[TCP_SEGMENT].number;
    network->rto_min_s = v[TCP_RTO_MIN].number;
    network->restarts_after_idle = v[TCP_SLOW_START_AFTER_IDLE].number > 0;
    network->send_buffer_bytes = v[SERVER_SEND_BUFFER].number;
    network->uplink_bytes_per_s = v[NETWORK_UPLINK].number;
    network->chance = run_stream(web->run, STREAM_NETWORK, 0);
    if (!transport_is_needed(set, workload)) return;
    network->transports = ARENA_NEW(web->run->arena, web->connections.capacity, struct transport);
    if (network->uplink_bytes_per_s <= 0) return;
    ps_open(&network->uplink, 1, web->connections.capacity, web->run->arena);
    network->uplink_timer = simulation_timer(&web->simulation, EVENT_SENT);
}

double transport_sending_s(double bytes, double segment_bytes, double rtt_s, double bandwidth_bytes_per_s, uint32_t *window) {
    const uint32_t window_max = 1u << 24;
    double segments = ceil(bytes / segment_bytes), left = segments, window_now = *window, sent_s = 0;
    double byte_s = bandwidth_bytes_per_s > 0 ? 1 / bandwidth_bytes_per_s : 0, segment_s = segment_bytes * byte_s;
    while (left > window_now) {
        double stall_s = segment_s + rtt_s - window_now * segment_s;
        if (stall_s <= 0) break; /* acknowledgements come in time from here on */
        sent_s += window_now * segment_s + stall_s;
        left -= window_now;
        window_now *= 2;
    }
    double left_bytes = bytes - (segments - left) * segment_bytes;
    *window = (uint32_t)fmin(*window + segments, window_max);
    return sent_s + left_bytes * byte_s;
}

void transport_begin(struct web *web, uint32_t c) {
    struct transport *transport = transport_of(web, c);
    if (transport) *transport = (struct transport){.window = web->network.initial_window, .n_requests = 1};
}

/* tcp_cwnd_restart: once for each whole timeout that has passed. */
static void restart_after_idle(const struct network *network, struct transport *transport, double idle_s, double rtt_s) {
    if (!network->restarts_after_idle || transport->window <= network->initial_window) return;
    double timeouts = ceil(idle_s / (rtt_s + network->rto_min_s)) - 1;
    if (timeouts < 1) return;
    uint32_t halved = timeouts < 32 ? transport->window >> (uint32_t)timeouts : 0;
    transport->window = halved > network->initial_window ? halved : network->initial_window;
}

/* The user's link has other responses to carry first: by how much this one is later than it would be alone. */
static double wait_for_link(struct web *web, uint32_t user, const struct path *path, double bytes, double alone_s) {
    double *free_s = &web->browser.link_free_s[user];
    *free_s = fmax(*free_s, web_now(web) + path->rtt_s / 2) + bytes / path->bandwidth_bytes_per_s;
    double late_s = *free_s - alone_s;
    if (late_s > 0) return late_s;
    *free_s = alone_s;
    return 0;
}

static void deliver(struct web *web, uint32_t c, double at_s) {
    struct path *path = network_path_of(web, connection_at(web, c));
    double soonest_s = web_now(web) + path->rtt_s / 2;
    if (at_s > soonest_s) simulation_at(&web->simulation, at_s, EVENT_DOWNLINK, c);
    else lane_arm(&web->simulation, &path->down, c);
}

/* When the last byte of the response lands, as far as its own path goes. Returns by how much the user's link makes it later. */
static double send_down(struct web *web, uint32_t c, uint8_t packet) {
    struct network *network = &web->network;
    struct connection *connection = connection_at(web, c);
    struct transport *transport = &network->transports[c];
    const struct path *path = network_path_of(web, connection);
    double now_s = web_now(web), bytes = transport->bytes, rtt_s = path->rtt_s, bandwidth = path->bandwidth_bytes_per_s;
    connection->down |= packet;
    double sending_s = transport_sending_s(bytes, network->segment_bytes, rtt_s, bandwidth, &transport->window);
    double late_s = bandwidth > 0 && bytes > 0 ? wait_for_link(web, connection->user, path, bytes, now_s + rtt_s / 2 + sending_s) : 0;
    transport->quiet_since_s = now_s + sending_s;
    transport->last_byte_s = now_s + rtt_s / 2 + sending_s + late_s;
    return late_s;
}

static void wake_window(struct web *web, uint32_t c) {
    struct transport *transport = &web->network.transports[c];
    double rtt_s = network_path_of(web, connection_at(web, c))->rtt_s;
    restart_after_idle(&web->network, transport, web_now(web) - transport->quiet_since_s, rtt_s);
}

void transport_relay(struct web *web, uint32_t c, uint8_t packet) {
    wake_window(web, c);
    send_down(web, c, packet);
    deliver(web, c, web->network.transports[c].last_byte_s);
}

bool transport_respond(struct web *web, uint32_t c, uint8_t packet) {
    struct network *network = &web->network;
    struct transport *transport = &network->transports[c];
    const struct path *path = network_path_of(web, connection_at(web, c));
    double now_s = web_now(web), bytes = transport->bytes, rtt_s = path->rtt_s, bandwidth = path->bandwidth_bytes_per_s;
    web->meters.bytes += bytes;
    wake_window(web, c);
    uint32_t window = transport->window;
    double late_s = send_down(web, c, packet), above = bytes - network->send_buffer_bytes;
    transport->is_writing = above > 0;
    if (above > 0)
        transport->written_s = now_s + rtt_s + late_s + transport_sending_s(above, network->segment_bytes, rtt_s, bandwidth, &window);
    transport->in_uplink = network->uplink_bytes_per_s > 0 && bytes > 0;
    if (transport->in_uplink) {
        ps_arrive(&network->uplink, now_s, c, bytes / network->uplink_bytes_per_s);
        simulation_timer_set(&web->simulation, network->uplink_timer, EVENT_SENT, ps_next_completion(&network->uplink));
        return !transport->is_writing;
    }
    deliver(web, c, transport->last_byte_s);
    if (transport->is_writing) simulation_at(&web->simulation, transport->written_s, EVENT_WRITTEN, c);
    return !transport->is_writing;
}

void transport_finish(struct web *web, uint32_t c) {
    struct transport *transport = &web->network.transports[c];
    if (transport->in_uplink) transport->held_back = DOWN_FIN;
    else deliver(web, c, transport->last_byte_s);
}

void transport_sent(struct web *web) {
    struct network *network = &web->network;
    double now_s = web_now(web);
    uint32_t c = ps_complete(&network->uplink, now_s);
    simulation_timer_set(&web->simulation, network->uplink_timer, EVENT_SENT, ps_next_completion(&network->uplink));
    struct transport *transport = &network->transports[c];
    double half_s = network_path_of(web, connection_at(web, c))->rtt_s / 2;
    transport->in_uplink = false;
    transport->quiet_since_s = fmax(transport->quiet_since_s, now_s);
    transport->last_byte_s = fmax(transport->last_byte_s, now_s + half_s);
    deliver(web, c, transport->last_byte_s);
    if (transport->held_back) deliver(web, c, transport->last_byte_s);
    transport->held_back = 0;
    if (transport->is_writing)
        simulation_at(&web->simulation, fmax(transport->written_s, now_s), EVENT_WRITTEN, c);
}

void transport_tls(struct web *web, uint32_t c, bool resumed) {
    struct path *path = network_path_of(web, connection_at(web, c));
    lane_arm(&web->simulation, resumed ? &path->resumption_tls : &path->handshake_tls, c);
}

uint8_t transport_tls_kind(struct web *web, const struct user_class *class, struct user *user) {
    bool resumes = user->has_session && class->tls_resumed > 0 && rng_stream_uniform(&web->network.chance) < class->tls_resumed;
    user->has_session = true;
    return resumes ? REQUEST_TLS | REQUEST_RESUMED : REQUEST_TLS;
}
