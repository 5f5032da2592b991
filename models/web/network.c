/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/web/network.h"

uint8_t network_path(struct web *web, double rtt_s) {
    struct network *network = &web->network;
    for (uint32_t i = 0; i < network->n_paths; i++)
        if (!(network->paths[i].rtt_s < rtt_s) && !(network->paths[i].rtt_s > rtt_s)) return (uint8_t)i;
    SIM_ASSERT(network->n_paths < PATHS_MAX);
    struct path *path = &network->paths[network->n_paths];
    path->rtt_s = rtt_s;
    simulation_lane_ring(&web->simulation, &path->up, EVENT_UPLINK, rtt_s / 2);
    simulation_lane_ring(&web->simulation, &path->down, EVENT_DOWNLINK, rtt_s / 2);
    simulation_lane_ring(&web->simulation, &path->handshake, EVENT_HANDSHAKE, rtt_s);
    return (uint8_t)network->n_paths++;
}
