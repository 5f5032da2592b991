/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * lru: what share of requests finds its file in a cache that keeps the least recently used ones out, as the page cache of an
 * operating system does in the main.
 *
 * Requests are independent of one another, and rank i of N files is asked for with probability p(i), proportional to i^-s (Zipf). A
 * file is in a cache of C files if it was asked for within the time T that a file stays unasked for before it falls out. Che's
 * approximation takes that time as the same for all files (a request a unit of time):
 *
 *   C = sum of 1 - exp(-p(i) T)          hit ratio = sum of p(i) (1 - exp(-p(i) T))
 *
 * Che, Tung, Wang: "Hierarchical Web caching systems: modeling, design and experimental results", IEEE JSAC 20(7), 2002; why it is so
 * accurate: Fricker, Robert, Roberts: "A versatile and accurate approximation for LRU cache performance", ITC 24, 2012.
 *
 * The two sums together are the curve, with T as its parameter: each T gives a size and the ratio that belongs to it, so that no
 * equation has to be solved for T, and the curve is read between its points by straight lines (error below 2e-4 for any N and s, see
 * tests/unit/test_lru.c). Ranks above some hundreds are summed in blocks of 1 % of the rank, by the middle of each.
 */
#ifndef MODELS_LRU_H
#define MODELS_LRU_H

#include <stddef.h>

#include "sim/kernel/arena.h"

/* Hit ratio by cache size; sizes increase from 0. Below and above, the ends hold. */
struct hit_curve {
    size_t n;
    const double *size, *hit_ratio;
};

/* Sizes are numbers of files: `n_files` of popularity rank^-zipf. Memory is the arena's. A few milliseconds. */
struct hit_curve lru_zipf(double n_files, double zipf, struct arena *arena);

/* From a measured miss-ratio curve in any unit of size (increasing): an empty cache misses all. */
struct hit_curve lru_measured(const double *size, const double *miss_ratio, size_t n, struct arena *arena);

double lru_hit_ratio(const struct hit_curve *curve, double size);

#endif
