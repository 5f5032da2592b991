/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/web/network.h"

void network_open(struct web *web, const struct param_set *set) {
    web->network.n_ports = set->values[USERS_PORTS].number;
    web->network.ports = run_stream(web->run, STREAM_PORTS, 0);
}

void network_take_port(struct web *web) {
    struct network *network = &web->network;
    struct delay_line *time_wait = &web->meters.time_wait;
    if (network->n_ports < 1) return;
    delay_line_advance(time_wait, web_now(web));
    double free_ports = network->n_ports - web->meters.level[LEVEL_OPEN].level;
    if (rng_stream_uniform(&network->ports) * free_ports < time_wait->present.level)
        delay_line_take_any(time_wait, web_now(web), &network->ports);
}

static bool equal(double a, double b) { return !(a < b) && !(a > b); }

uint8_t network_path(struct web *web, double rtt_s, double idle_limit_s) {
    struct network *network = &web->network;
    for (uint32_t i = 0; i < network->n_paths; i++)
        if (equal(network->paths[i].rtt_s, rtt_s) && equal(network->paths[i].idle_limit_s, idle_limit_s)) return (uint8_t)i;
    SIM_ASSERT(network->n_paths < PATHS_MAX);
    struct path *path = &network->paths[network->n_paths];
    path->rtt_s = rtt_s;
    path->idle_limit_s = idle_limit_s;
    simulation_lane_ring(&web->simulation, &path->up, EVENT_UPLINK, rtt_s / 2);
    simulation_lane_ring(&web->simulation, &path->down, EVENT_DOWNLINK, rtt_s / 2);
    simulation_lane_ring(&web->simulation, &path->handshake, EVENT_HANDSHAKE, rtt_s);
    if (idle_limit_s > 0)
        simulation_lane_ring(&web->simulation, &path->browser_idle, EVENT_BROWSER_IDLE, idle_limit_s);
    return (uint8_t)network->n_paths++;
}
