/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * looks: how large levels are for which share of the time (the p50, p95, p99 of daemons, connections, memory).
 *
 * A window of time is cut into LOOKS equal parts, and each part is looked at once, at a moment inside it: stratified sampling
 * (Cochran, "Sampling Techniques", 3rd ed., ch. 5). The share of looks at which a level is at most x estimates the share of
 * time, without bias, and more exactly than as many moments drawn at random, since neighbours in time resemble each other.
 * What is left of its error is in every interval over replications, as each replication has its own.
 *
 * A replication's quantile says what its level was below for so much of the window. Results are means over replications, as they
 * are of means and peaks, with Student's t. Quantiles of responses are pooled over replications instead (experiment/pooled_quantile.h), for
 * want of observations in one; here that would leave the usual ten replications without an interval: a pool of processes that has
 * found its size keeps it for minutes, so ten windows may hold ten sizes, of which no 95 % point can be said. A mean of quantiles of short
 * windows lies nearer to the median than the quantile of all time does. Measured on the customers of M/M/1 at load 0.8, whose memory is 90 s,
 * p95 13 and p99 20, 1000 replications: 11.9 and 14.8 in windows of 500 s, 12.9 and 17.9 of 2000 s, 13.0 and 19.2 of 5000 s, 12.9 and 19.9 of 20,000 s.
 *
 * Why not the time itself, change by change: memory is made of a dozen levels, and of it a quantile would want all of them added up at
 * each change of any, ten times a request. A thousand looks take 3 to 4 % of the samples in a profile of the classic study.
 *
 * Moments are those of a Kronecker sequence, k + {(k + 1/2) g} with g the golden section (Niederreiter 1992, 3.1), which goes on from
 * replication to replication. They are spread evenly over the phase of anything periodic, such as the second in which servers count
 * their spare processes, which looks in equal steps would always meet at the same phase. They draw no random numbers,
 * and are the same in all settings that are compared.
 *
 * Memory is the arena's that opened them.
 */
#ifndef SIM_KERNEL_LOOKS_H
#define SIM_KERNEL_LOOKS_H

#include "sim/kernel/statistics.h"

enum { LOOKS = 1000, LOOKS_QUANTILES = 3 };

struct looks {
    double start_s, part_s; /* of the window, of one of its parts; 0: there is no window */
    uint64_t origin;        /* of this replication in the sequence */
    size_t n;               /* looks that were taken */
    double *levels;         /* LOOKS for each level, level by level */
};

/* Room for the looks of one replication at so many levels. There is no window yet. */
void looks_open(struct looks *looks, size_t n_levels, uint32_t replication, struct arena *arena);

/* Looks from start_s to end_s; at nothing when that is no time. */
void looks_begin(struct looks *looks, double start_s, double end_s);

/* When the next look is due; HUGE_VAL: there is none. */
double looks_next_s(const struct looks *looks);

/* What a level is at the present look; looks_taken ends it, after all levels were put. */
static inline void looks_put(struct looks *looks, size_t level, double value) { looks->levels[level * LOOKS + looks->n] = value; }
static inline void looks_taken(struct looks *looks) { looks->n++; }

/* The ceil(q n)-th smallest of the looks at a level for q = 0.50, 0.95, 0.99. NAN where nobody looked, or it was not observed. */
void looks_quantiles(const struct looks *looks, size_t level, double out[LOOKS_QUANTILES]);

#endif
