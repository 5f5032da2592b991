/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * race_simulation: the web model's proxy and server for what race.h has in formulas. One user whose think times are the gaps asks through a
 * proxy that keeps one connection; he, the server and the proxy cost no time, so that nothing but the two limits and the round trip is left.
 * The server closes at its limit and not later (race->scan_s is not simulated).
 */
#ifndef MODELS_ADVICE_RACE_SIMULATION_H
#define MODELS_ADVICE_RACE_SIMULATION_H

#include "models/advice/race.h"
#include "sim/experiment/estimate.h"

/* Of race_shares: of_pooled and bad, with 95 % intervals over RACE_REPLICATIONS replications. */
struct race_simulated {
    struct estimate of_pooled, bad;
};

enum { RACE_REPLICATIONS = 20 };

/* About so many requests in all, one after the other. */
struct race_simulated race_simulate(const struct race *race, double n_requests, uint64_t seed);

#endif
