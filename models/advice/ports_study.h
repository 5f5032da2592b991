/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ports_study: linger ports SCENARIO. What ports.h has in formulas is taken from a simulation, with all that the formulas leave out: idle
 * limits, request limits, pages that ask in bursts, users who wait for answers. The formulas stand beside it, fed with the rate and the response
 * time that were simulated, and what they assume and the scenario does not keep is said.
 *
 * What is observed of a replication, rates a second, times in seconds:
 *
 *   requests      answered, or answered 502
 *   response      of a request on a connection of the proxy's, connecting included: (connections - idle ones) / answered a second (Little)
 *   opens         (new connections + those that found no port) / (the same + requests sent on pooled ones)
 *   refused       those that found no port / (new connections + those)
 *   proxy_closes  connections that the proxy, or without one the browser, closed first / connections closed
 *
 * Verdict. A run may be shorter than the time in which ports run out, so beside `refused` as simulated stands what will come of it: by Little's
 * law the load is a = (life + f w) x (new connections wanted a second), f = proxy_closes, w = TIME_WAIT; of n ports Erlang B(n, a) find none. Ports run
 * out when either is above 1 in 1000.
 *
 * Growth. At x times the traffic, response times staying what they are, a share opens + chain(x) - chain(1) opens a connection: what is opened
 * today for limits stays the share that it is, and the pool overflows as the chain says. Where the chain is not solved it is left out. Largest x at
 * which 1 in 1000 finds no port.
 *
 * Without a proxy a server has entries of the connections that it closes first, rate x w (Little), up to tcp_max_tw_buckets, beyond which Linux
 * destroys them at once and says "TCP: time wait bucket table overflow". Each browser has an address, and so ports, of its own, unless users.ports
 * says that all share one.
 */
#ifndef MODELS_ADVICE_PORTS_STUDY_H
#define MODELS_ADVICE_PORTS_STUDY_H

#include <stdio.h>

#include "models/advice/ports.h"
#include "sim/experiment/estimate.h"
#include "sim/interface/gathered.h"
#include "sim/interface/study_request.h"

enum ports_observed {
    SEEN_REQUESTS, SEEN_RESPONSE, SEEN_OPENS, SEEN_CONNECTS, SEEN_CONNECTIONS, SEEN_POOLED, SEEN_PORTS, SEEN_PORTS_PEAK, SEEN_REFUSED,
    SEEN_CLIENT_CLOSES, SEEN_OPENED, SEEN_OPEN, SEEN_WAIT_CLIENT, SEEN_WAIT_SERVER, SEEN_WAIT_SERVER_PEAK, PORTS_OBSERVED
};

/* The same by closed form; `opens` NAN where the chain is not solved (a pool or a load beyond ports.h). */
struct ports_closed {
    double opens, idle, connects_per_s, load, ports, ports_most, refused, wait_client, wait_server;
};

enum { PORTS_POOLS_MAX = 9, PORTS_NOTES_MAX = 8, PORTS_NOTE_BYTES = 160 };

struct ports_study {
    const struct study_request *request;
    struct arena *arena;
    double opening; /* wanted share of requests that open a connection */
    double buckets; /* TIME_WAIT entries that a machine may have */
    /* what was asked */
    struct scenario scenario;
    bool has_proxy, keeps, server_closes; /* the server keeps connections; it closes first, always */
    double n_ports, time_wait_s, time_wait_bytes, n_processes;
    size_t n_pools, own;                  /* own: the point that is the scenario itself */
    unsigned pools[PORTS_POOLS_MAX];
    struct scenario points[PORTS_POOLS_MAX];
    /* what came of it, by point */
    struct gathered gathered;
    struct estimate seen[PORTS_POOLS_MAX][PORTS_OBSERVED];
    struct ports_closed closed[PORTS_POOLS_MAX];
    /* verdict, of the scenario itself */
    double load, refused;  /* by Little's law from what was simulated; of new connections */
    double grows;          /* times the traffic at which what runs out first is all taken; below 1: today */
    bool enough;
    int needed;            /* the smallest of `pools` certain to open no more than `opening`; -1: none is */
    size_t n_notes;        /* what the closed form assumes and the scenario does not keep, or what else must be known */
    char notes[PORTS_NOTES_MAX][PORTS_NOTE_BYTES];
};

/* Reads, simulates, judges. STATUS_OK, or the exit code after messages. */
int ports_study_run(struct ports_study *study);

void ports_study_text(FILE *out, const struct ports_study *study);
void ports_study_json(FILE *out, const struct ports_study *study);

#endif
