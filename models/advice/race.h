/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * race: two time limits in a row, and whether they fit. One side, the reuser, sends requests on idle connections (a proxy, a load balancer,
 * a browser); the other, the server, closes them. RFC 9112 9.5 leaves the close race to the two.
 *
 * The rule: the side that reuses must give up first, by a round trip r, because its clock starts half of one after the server's and its request
 * needs the other half (models/theory.h has the picture). Nor can limits be kept more exactly than they are looked at: where that happens every
 * s seconds, they must be that much further apart.
 *
 *     t + r + s < T        t the reuser's limit, T the server's
 *
 * The rate follows from the law of the gaps, which are the times for which a connection is idle before it is used again. A server that looks every
 * s seconds closes between T and T + s, each moment being as likely: what one that closes at U lets happen is averaged over these.
 *
 * Times in seconds. Nothing here owns memory.
 */
#ifndef MODELS_ADVICE_RACE_H
#define MODELS_ADVICE_RACE_H

#include <stdbool.h>

#include "sim/kernel/variate.h"

struct race {
    bool keeps;         /* both sides keep connections; else there is nothing to meet */
    double reuser_s;    /* 0: until the server closes them */
    double server_s;
    double rtt_s, scan_s;
    struct variate gap; /* of exponential law with mean server_s unless one is given */
    double per_s;       /* requests */
    double once;        /* share of them that must not be sent twice */
};

/* T - t - r - s: above 0 they fit. -HUGE_VAL when the reuser has no limit, HUGE_VAL when one side keeps nothing. */
double race_margin_s(const struct race *race);
static inline bool race_fits(const struct race *race) { return race_margin_s(race) > 0; }

/* Largest limit of the reuser that is advised with the server's as it is, and the smallest of the server with the reuser's: a whole second or
 * one of two digits, away by 5 s or a fifth of the other limit, whichever is less, and by twice r + s at least. 0: there is none. */
double race_advised_reuser_s(const struct race *race);
double race_advised_server_s(const struct race *race);

/* What theory says. Shares are of all requests but `of_pooled`, which is of those sent on a connection that was open. */
struct race_shares {
    double gap;       /* of gaps: F(min(t,T)) - F(T - r) */
    double of_pooled;
    double races;
    double bad;       /* answered 502 */
};
struct race_shares race_shares(const struct race *race);

/* The exponential law whose mean is the server's limit: of all exponential laws it hits a narrow window before that limit most
 * often, d/dm (exp(-T/m) / m) = 0 at m = T. */
struct variate race_likeliest_gap(double server_s);

#endif
