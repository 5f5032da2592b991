/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * statistics: what a replication counts while it runs. Four instruments, each a plain struct placed by
 * the model; none allocates (the quantile sketch takes its counters from the arena once).
 *
 *   counter       how often                     uint64_t, ++
 *   tally         per observation               mean, variance (Welford 1962), smallest, largest
 *   time_average  per level held over time      integral / time, peak
 *   quantile      distribution of observations  p50, p95, p99 with a bounded relative error
 *
 * Nothing observed is not zero: an empty mean or quantile is NAN, and an empty field in CSV.
 *
 * Warm-up: *_reset forgets what was seen but keeps the present level.
 */
#ifndef SIM_KERNEL_STATISTICS_H
#define SIM_KERNEL_STATISTICS_H

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "sim/kernel/arena.h"

#define NOTHING_OBSERVED ((double)NAN)

/* ---- tally ------------------------------------------------------------------------------- */

/* gsl_rstat_add does the same in 30 ns (it feeds a median too); this is 2 to 7 ns, in the event loop. */
struct tally {
    uint64_t n;
    double mean, sum_squares; /* of deviations from the mean */
    double min, max;
};

static inline void tally_observe(struct tally *tally, double x) {
    if (tally->n++ == 0) {
        tally->min = tally->max = x;
    } else {
        if (x < tally->min) tally->min = x;
        if (x > tally->max) tally->max = x;
    }
    double delta = x - tally->mean;
    tally->mean += delta / (double)tally->n;
    tally->sum_squares += delta * (x - tally->mean);
}

static inline void tally_reset(struct tally *tally) { *tally = (struct tally){0}; }
static inline double tally_mean(const struct tally *tally) { return tally->n ? tally->mean : NOTHING_OBSERVED; }

/* Unbiased; NAN below two observations. */
static inline double tally_variance(const struct tally *tally) {
    return tally->n > 1 ? tally->sum_squares / (double)(tally->n - 1) : NOTHING_OBSERVED;
}

/* ---- time average ------------------------------------------------------------------------ */

/* A level that is piecewise constant in time. `peak` is the largest level held over an interval of
 * positive length; `peak_event` also counts levels that came and went within one instant. */
struct time_average {
    double level;
    double since_s;  /* of the present level */
    double start_s;  /* of the window */
    double integral; /* level x seconds from start_s to since_s */
    double peak, peak_event;
};

static inline void time_average_open(struct time_average *average, double now_s, double level) {
    *average = (struct time_average){.level = level, .since_s = now_s, .start_s = now_s,
                                     .peak = level, .peak_event = level};
}

static inline void time_average_set(struct time_average *average, double now_s, double level) {
    double held_s = now_s - average->since_s;
    average->integral += average->level * held_s;
    average->peak = held_s > 0 && average->level > average->peak ? average->level : average->peak;
    average->peak_event = level > average->peak_event ? level : average->peak_event;
    average->level = level;
    average->since_s = now_s;
}

static inline void time_average_add(struct time_average *average, double now_s, double change) {
    time_average_set(average, now_s, average->level + change);
}

/* Starts the window anew at the present level. */
static inline void time_average_reset(struct time_average *average, double now_s) {
    time_average_open(average, now_s, average->level);
}

/* level x seconds from the start of the window to now. */
static inline double time_average_integral(const struct time_average *average, double now_s) {
    return average->integral + average->level * (now_s - average->since_s);
}

/* NAN for an empty window. */
static inline double time_average_mean(const struct time_average *average, double now_s) {
    double window_s = now_s - average->start_s;
    return window_s > 0 ? time_average_integral(average, now_s) / window_s : NOTHING_OBSERVED;
}

/* ---- sojourn ------------------------------------------------------------------------------ */

/* The other side of Little's law, L = lambda W: time that entities spend in a station, added up entity by entity. Entering counts -now
 * and leaving +now, so those still there need no list. Over the same window it is the integral of the number present, to
 * rounding, whatever chance does: kept where entities come and go, it proves that the level is counted right (Little 1961;
 * for one sample path, Stidham 1974). */
struct sojourn {
    double sum_s;
    uint64_t n; /* present */
};

static inline void sojourn_enter(struct sojourn *sojourn, double now_s) {
    sojourn->sum_s -= now_s;
    sojourn->n++;
}
static inline void sojourn_leave(struct sojourn *sojourn, double now_s) {
    sojourn->sum_s += now_s;
    sojourn->n--;
}

/* Forgets what was spent before now. */
static inline void sojourn_reset(struct sojourn *sojourn, double now_s) { sojourn->sum_s = -(double)sojourn->n * now_s; }

static inline double sojourn_spent_s(const struct sojourn *sojourn, double now_s) {
    return sojourn->sum_s + (double)sojourn->n * now_s;
}

/* Two sums of the same entity-seconds, up to `now_s`, with `n` present at the end. */
static inline bool is_same_time(double a_s, double b_s, double now_s, double n) {
    return fabs(a_s - b_s) <= 1e-9 * (fabs(a_s) + fabs(b_s) + now_s * (1 + n));
}

/* ---- quantile ---------------------------------------------------------------------------- */

/* A histogram whose cells are equal shares of each power of two, after HdrHistogram (Tene) and DDSketch (Masson,
 * Rim, Lee, VLDB 2019): QUANTILE_CELLS_PER_OCTAVE cells from 2^QUANTILE_LOW to 2^QUANTILE_HIGH seconds. The answer is the
 * middle of the cell that holds the ceil(q n)-th smallest observation, so it is within
 * QUANTILE_RELATIVE_ERROR of that observation; below 2^QUANTILE_LOW (0.9 ns) it is given as 0. */
enum { QUANTILE_BITS = 7, QUANTILE_CELLS_PER_OCTAVE = 1 << QUANTILE_BITS,
       QUANTILE_LOW = -30, QUANTILE_HIGH = 34 };
#define QUANTILE_RELATIVE_ERROR (0.5 / QUANTILE_CELLS_PER_OCTAVE) /* 0.39 % */

struct quantile {
    uint64_t n;
    uint64_t *cells; /* the arena's */
};

enum { QUANTILE_CELLS = (QUANTILE_HIGH - QUANTILE_LOW) * QUANTILE_CELLS_PER_OCTAVE + 2 };

static inline void quantile_open(struct quantile *quantile, struct arena *arena) {
    *quantile = (struct quantile){.cells = ARENA_NEW(arena, QUANTILE_CELLS, uint64_t)};
}

/* Cell of a value >= 0: the exponent and the first QUANTILE_BITS bits of the fraction are the index, as they stand
 * in an IEEE 754 double. Cell 0 holds all that is too small, the last one all that is too large. */
static inline uint32_t quantile_cell(double x) {
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    int64_t cell = (int64_t)(bits >> (52 - QUANTILE_BITS)) -
                   ((int64_t)(1023 + QUANTILE_LOW) << QUANTILE_BITS) + 1;
    if (cell < 0) return 0;
    return cell < QUANTILE_CELLS ? (uint32_t)cell : QUANTILE_CELLS - 1;
}

static inline void quantile_observe(struct quantile *quantile, double x) {
    quantile->n++;
    quantile->cells[quantile_cell(x)]++;
}

static inline void quantile_reset(struct quantile *quantile) {
    memset(quantile->cells, 0, QUANTILE_CELLS * sizeof *quantile->cells);
    quantile->n = 0;
}

/* A value inside a cell: part 0 is its lower edge, 0.5 the middle, 1 the upper edge. Cell 0 is 0. */
double quantile_in_cell(uint32_t cell, double part);

/* 0 < q <= 1. NAN when nothing was observed. */
double quantile_value(const struct quantile *quantile, double q);

#endif
