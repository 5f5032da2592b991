/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * time_lines: the time lines of many replications, for those who compute with them: the warm-up (warmup.h) is found in
 * some, and batch means (batch_means.h) are made of one. A study asks for the line of each replication as it hands
 * it out, and whoever takes the finished point drops its lines; so memory is that of the points in flight.
 *
 * All lines have the same number of rows, whatever the horizon, so that what is computed of them costs the same and does
 * not depend on run.series_interval, which is for people.
 */
#ifndef SIM_EXPERIMENT_TIME_LINES_H
#define SIM_EXPERIMENT_TIME_LINES_H

#include "sim/experiment/scenario.h"

/* Owns its memory until time_lines_close. */
struct time_lines {
    const struct scenario *points;
    size_t n_points, n_replications; /* lines a point: of replications 0 .. n_replications-1 */
    size_t n_rows;
    bool whole;                      /* from time 0, else from the end of the warm-up; both to the horizon */
    struct series *lines;            /* by point and replication; values NULL: not taken */
};

/* The scenarios are read when a line is taken. */
void time_lines_open(struct time_lines *lines, const struct scenario *points, size_t n_points, size_t n_replications,
                     size_t n_rows, bool whole);
void time_lines_close(struct time_lines *lines);

/* An empty line; NULL beyond n_replications, for a trace, and where nothing is left between warm-up and horizon. */
struct series *time_lines_take(struct time_lines *lines, size_t point, uint32_t replication);

/* The n_replications lines of a point. */
struct series *time_lines_of(const struct time_lines *lines, size_t point);
void time_lines_drop(struct time_lines *lines, size_t point);

#endif
