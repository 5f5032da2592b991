/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ports: how many connections a proxy needs to its servers, and whether there are ports for them.
 *
 * Ports. A connection is named by two addresses and two ports, of which all but the proxy's own port are given, so each pair of a proxy's address
 * and a server's address can have n of them (Linux ip_local_port_range, 32768 to 60999: 28,232). Who closes first keeps the name in TIME_WAIT
 * for w = 60 s (RFC 9293 3.6.1). If that is the proxy, a port is taken for life + w, so by Little's law v new connections a second take
 * a = v (life + w) of them, a Poisson number (M/G/infinity), n / (life + w) a second are the most, and of more than that Erlang B(n, a) are
 * refused, whatever the law of the life (M/G/n/n). If it is the server, it keeps v w entries, and the proxy's port is free at once.
 *
 * The pool. Requests come at rate l (Poisson) and take s on average, exponentially distributed: b = l s are under way, a Poisson number. Of the
 * connections that are not, up to k are kept, and each request takes one of them or, if there is none, opens one. (busy, idle) is a Markov chain:
 *
 *     (j, i) -> (j + 1, max(i - 1, 0))  at rate l            a request; from i = 0 on a new connection
 *     (j, i) -> (j - 1, min(i + 1, k))  at rate j / s        a response; from i = k on it is closed
 *
 * It is solved by levels j, from the top one down (block elimination; Latouche and Ramaswami 1999, ch. 12), cut to where all but 1e-12 of the
 * Poisson law lies. Idle limits are left out: where they act, more is opened. A pool wider than that opens less than one in 1e12 and
 * is a number of connections that stay, k in all, so that k - b are idle; there the chain falls to pieces and is not solved.
 *
 * Everything is a pure function of numbers. Times in seconds.
 */
#ifndef MODELS_ADVICE_PORTS_H
#define MODELS_ADVICE_PORTS_H

#include <stdbool.h>

/* The largest pool, and the most requests under way on average, for which the chain is solved. */
enum { PORTS_POOL_MAX = 64, PORTS_BUSY_MAX = 20000 };

struct pool_shares {
    double opens; /* of requests: those that find no idle connection */
    double idle;  /* connections idle on average */
};
struct pool_shares ports_pool(double busy, unsigned pool);

/* The smallest pool at which no more than `share` of the requests open a connection; PORTS_POOL_MAX + 1 when none is large enough. */
unsigned ports_pool_needed(double busy, double share);

/* The least k with P(Poisson(mean) <= k) >= probability. */
double ports_poisson_quantile(double mean, double probability);

/* Erlang B(n, a): of new connections those that find no port. */
double ports_refused(double ports, double load);

/* Its inverse: the largest load of which no more than `refused` find none. */
double ports_load_most(double ports, double refused);

#endif
