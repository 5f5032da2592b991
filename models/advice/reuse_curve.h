/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * reuse_curve: what every idle limit would have done to the requests of a log, exactly and without a simulation.
 *
 * Rules. A client has one connection at most; service takes no time. A request finds its connection open if the gap since
 * the client's request before it is within the idle limit T, else it opens one; the connection is closed T after its last request,
 * past the end of the log too. Then only the gaps count: with c clients, gaps g and r_i the time from client i's last request to the
 * end of the log,
 *
 *   opened                 c + #(g > T)                             tie = request; #(g >= T) for tie = timer
 *   connection_seconds     sum min(g, T) + c T                      whole lifetimes, the same for both ties
 *   connections_open       (sum min(g, T) + sum min(r_i, T)) / W    over the window W from the first request to the last
 *
 * so gaps are sorted once, O(n log n), and each T costs two binary searches. T = 0 is keep-alive off: every request opens a
 * connection, which is held for no time.
 *
 * Cost. An opening costs as much as holding a connection for A seconds: J(T) = A opened + connection_seconds. Between two gaps J only grows
 * with T, so its least value is at a gap (tie = request). Nobody who does not know the future can promise less than twice what one who
 * does would pay, sum min(g, A) + A c, and T = A keeps that promise (ski rental: Karlin, Manasse, Rudolph, Sleator, Algorithmica 3, 1988).
 *
 * A limit on the requests of a connection has no such short cut: reuse_replay goes through the requests, O(n) for each T.
 */
#ifndef MODELS_ADVICE_REUSE_CURVE_H
#define MODELS_ADVICE_REUSE_CURVE_H

#include "sim/kernel/arena.h"

/* Requests in the order of their times, clients numbered from 0: as in struct workload. */
struct reuse_trace {
    size_t n_requests;
    const double *time_s;
    const uint32_t *client;
    uint32_t n_clients;
};

/* Who wins when a gap is exactly the idle limit. */
enum reuse_tie { REUSE_TIMER, REUSE_REQUEST };

struct reuse_curve {
    size_t n_requests, n_clients, n_gaps;
    const double *gap_s;     /* ascending */
    const double *gap_sum_s; /* of the first i gaps, i = 0 .. n_gaps */
    const double *rest_s;    /* the r_i, ascending */
    const double *rest_sum_s;
    double window_s;
};

struct reuse_point {
    double idle_limit_s;
    uint64_t requests, opened;
    uint64_t closed_by_limit;  /* of requests; the others are closed by the timer, or at once with keep-alive off */
    double connection_seconds;
    double connections_open;   /* mean over the window; NAN if it has no length */
};

/* Arrays are the arena's: 16 bytes a request and 16 a client, and 8 a client for the time being. */
void reuse_curve_open(struct reuse_curve *curve, const struct reuse_trace *trace, struct arena *arena);

struct reuse_point reuse_curve_at(const struct reuse_curve *curve, double idle_limit_s, enum reuse_tie tie);

/* The same with a limit of requests a connection, 0: none. Scratch, 24 bytes a client, is taken from the arena. */
struct reuse_point reuse_replay(const struct reuse_trace *trace, double idle_limit_s, uint32_t request_limit, enum reuse_tie tie,
                                struct arena *arena);

/* J, in held seconds. */
static inline double reuse_cost_s(const struct reuse_point *point, double opening_cost_s) {
    return opening_cost_s * (double)point->opened + point->connection_seconds;
}

/* The multiple of `step_s` (above 0) at which J is least, the smallest of several; tie = request. 0: keep-alive off. */
struct reuse_point reuse_curve_best(const struct reuse_curve *curve, double opening_cost_s, double step_s);

/* What one who knows the future would pay. */
double reuse_curve_bound_s(const struct reuse_curve *curve, double opening_cost_s);

#endif
