/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * warmup: how long a run remembers how it was started, found from the run itself.
 *
 * MSER-5 (White 1997; White, Cobb & Spratt 2000): observations Y_1 .. Y_n are means of five successive values, and the
 * first d of them are cut where
 *
 *     MSER(d) = sum_{i=d+1..n} (Y_i - mean of these)^2 / (n-d)^2
 *
 * is least: cutting more would lose more by a shorter run than by the bias that it takes away. It was the choice of Hoad,
 * Robinson & Davies (2010) after a comparison, and as there the values are averaged over replications first. At most half
 * is cut: of the few observations that a longer cut leaves, MSER may be small because they are alike by chance. When it is least
 * within WARMUP_TAIL of the half, it is still falling there, and the run is too short to tell.
 *
 * A model names the columns of its time line by which it is judged (model.h: settling_columns); the longest cut of them
 * is taken. Lines are WARMUP_ROWS rows from 0 to the horizon, averages of WARMUP_REPLICATIONS replications whose
 * numbers no study uses: what is cut does not depend on the results, nor on threads, nor on how many replications follow.
 * Of M/M/1 started with 200 customers ten of them leave half the bias that five do (tests/README.md); they cost ten
 * replications a point.
 *
 * Points of one study with equal horizons are all cut where the longest of them says. With common random numbers the same
 * users do the same things at the same times at each point; windows that differ take some of that away. Measured for
 * classic-100x5 at idle limits of 5 and 2 s, cut at 60 and 240 s of 600 s or both at 240 s: the variance of the difference of requests/s is
 * 8 times smaller with one window, that of CPU 2.4, of PSS 1.3, of connections 1.1 times (30 replications).
 */
#ifndef SIM_EXPERIMENT_WARMUP_H
#define SIM_EXPERIMENT_WARMUP_H

#include "sim/experiment/study.h"

enum {
    WARMUP_REPLICATIONS = 10,
    WARMUP_FIRST_NUMBER = 1 << 30, /* of their replications */
    WARMUP_ROWS = 1000,
    WARMUP_BATCH = 5,
    WARMUP_BATCHES = WARMUP_ROWS / WARMUP_BATCH,
    WARMUP_TAIL = 5, /* batches: so many must be left, and a cut so near to the half is not believed */
};

/* Where to cut n observations: the d <= n / 2 at which MSER is least, the smallest of equals. The statistic of every d < n -
 * WARMUP_TAIL (and of 0) is written to `statistic` if that is not NULL. O(n). */
size_t warmup_mser(const double *observations, size_t n, double *statistic);

/* What one column says. */
struct warmup_column {
    const char *name;
    double cut_s;         /* at most half of the run */
    bool too_short;       /* MSER still falls at half of the run */
    double *batches;      /* averaged over replications; n_batches */
    double *statistic;    /* MSER of each */
};

struct warmup {
    double cut_s;         /* what this point asks for; its columns' longest */
    double horizon_s;
    double batch_s;       /* length of a batch */
    size_t n_batches;
    size_t deciding;      /* the column with the longest cut */
    size_t n_columns;
    struct warmup_column *columns;
};

/* Whether a scenario's warm-up is auto and there is one to be found: it has a steady state, and its model says by what to
 * judge. */
bool warmup_is_wanted(const struct scenario *scenario);

/* The search at all points that want one. Placed by the caller. */
struct warmup_search {
    struct scenario *points;
    size_t n_points;
    struct warmup *found;     /* by point; the columns' arrays only of point 0. n_columns 0: none was wanted */
    struct study study;       /* to be run between open and close */
    struct time_lines lines;
    struct scenario *pilots;
    size_t *point_of;         /* by pilot */
    struct arena *arena;
};

/* Prepares search->study; its n_points is 0 when there is nothing to search. Memory of the results is the arena's. */
void warmup_search_open(struct warmup_search *search, struct scenario *points, size_t n_points, struct arena *arena);

/* Sets the warm-up of each point that wanted one to the longest found among points of its horizon (0 where there is none to
 * be found), so `run.warmup` is a number from then on. Not after a study that was stopped: then `done` is false and nothing
 * is set. */
void warmup_search_close(struct warmup_search *search, bool done);

/* Both, with the study in between on so many threads. */
void warmup_find(struct scenario *points, size_t n_points, unsigned threads, struct arena *arena);

#endif
