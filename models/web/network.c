/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/web/network.h"

void network_open(struct web *web, const struct param_set *set) {
    struct network *network = &web->network;
    const struct param_value *v = set->values;
    network->n_ports = (uint32_t)v[v[PROXY_PRESENT].number > 0 ? PROXY_PORTS : USERS_PORTS].number;
    network->ports = run_stream(web->run, STREAM_PORTS, 0);
    if (network->n_ports == 0) return;
    network->reserved_until_s = ARENA_NEW(web->run->arena, network->n_ports, double);
    network->port = ARENA_NEW(web->run->arena, web->connections.capacity, uint16_t);
}

static uint16_t next_port(struct network *network) {
    enum { STEPS = 8 };
    uint32_t step = 1 + (uint32_t)(rng_stream_bits(&network->ports) % STEPS);
    network->next_port = (network->next_port + step) % network->n_ports;
    return (uint16_t)network->next_port;
}

void network_take_port(struct web *web, uint32_t c) {
    struct network *network = &web->network;
    if (network->n_ports == 0) return;
    if (!web->proxy.is_present) network->port[c] = next_port(network);
    double *until_s = &network->reserved_until_s[network->port[c]];
    if (*until_s > web_now(web)) delay_line_take(&web->meters.time_wait, web_now(web), *until_s);
    *until_s = 0;
}

void network_enter_time_wait(struct web *web, uint32_t c) {
    const struct network *network = &web->network;
    struct delay_line *time_wait = &web->meters.time_wait;
    delay_line_enter(time_wait, web_now(web));
    if (network->n_ports) network->reserved_until_s[network->port[c]] = web_now(web) + time_wait->delay_s;
}

static bool equal(double a, double b) { return !(a < b) && !(a > b); }

uint8_t network_path(struct web *web, const struct param_value *v) {
    struct network *network = &web->network;
    double rtt_s = v[USERS_RTT].number, idle_limit_s = v[USERS_IDLE_LIMIT].number, bandwidth = v[USERS_BANDWIDTH].number;
    int tls = (int)v[USERS_TLS].number;
    for (uint32_t i = 0; i < network->n_paths; i++) {
        const struct path *path = &network->paths[i];
        if (equal(path->rtt_s, rtt_s) && equal(path->idle_limit_s, idle_limit_s) &&
            equal(path->bandwidth_bytes_per_s, bandwidth) && path->tls == tls)
            return (uint8_t)i;
    }
    SIM_ASSERT(network->n_paths < PATHS_MAX);
    struct path *path = &network->paths[network->n_paths];
    *path = (struct path){.rtt_s = rtt_s, .idle_limit_s = idle_limit_s, .bandwidth_bytes_per_s = bandwidth, .tls = tls};
    simulation_lane_ring(&web->simulation, &path->up, EVENT_UPLINK, rtt_s / 2);
    simulation_lane_ring(&web->simulation, &path->down, EVENT_DOWNLINK, rtt_s / 2);
    simulation_lane_ring(&web->simulation, &path->handshake, EVENT_HANDSHAKE, rtt_s);
    if (idle_limit_s > 0)
        simulation_lane_ring(&web->simulation, &path->browser_idle, EVENT_BROWSER_IDLE, idle_limit_s);
    if (tls != TLS_OFF) {
        simulation_lane_ring(&web->simulation, &path->handshake_tls, EVENT_TLS, tls == TLS_1_2 ? 2 * rtt_s : rtt_s);
        simulation_lane_ring(&web->simulation, &path->resumption_tls, EVENT_TLS, rtt_s);
    }
    return (uint8_t)network->n_paths++;
}
