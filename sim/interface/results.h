/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * results: the files of a study. Machine-readable, in SI units, numbers as the shortest text that reads back to the
 * same double; nothing observed is an empty field. None of them depends on the clock, the machine or the
 * number of threads: same scenario, same seed, same bytes.
 *
 *   results.csv   one row per design point and measure: the varied parameters, then measure, unit, mean,
 *                 half_width, n (replications; with one replication, batches). Written and flushed point by point. When a precision is asked for, two columns more, the
 *                 same in all rows of a point: stopped (why no more replications were added: precision, replications_max,
 *                 time_budget or nothing_observed) and widest (the measure whose interval was the widest).
 *   differences.csv  see differences.h
 *   manifest.csv  parameter, value, unit, source, reference: version, scenario, model, seed, then every parameter. The
 *                 source is default, given, preset NAME, varied (then the value lists the levels) or varied with PARAMETER
 *                 (what each level, a preset, says); the reference says where a default comes from. A warm-up that was found
 *                 has its value here, and the source found; where points differ (in horizon), all of them in design order.
 *   series.csv    time_s and the model's levels at the end of each interval, of replication 0 of the first point
 */
#ifndef SIM_INTERFACE_RESULTS_H
#define SIM_INTERFACE_RESULTS_H

#include <stdio.h>

#include "sim/experiment/batch_means.h"
#include "sim/experiment/estimate.h"
#include "sim/experiment/precision.h"
#include "sim/experiment/study.h"
#include "sim/experiment/sweep.h"

/* results.csv while it grows. Placed by the caller. */
struct results {
    const struct sweep *sweep;
    FILE *file;                 /* NULL: only the estimates are kept */
    const char *path;           /* for messages; "stdout" */
    bool sequential;            /* some point asks for a precision */
    struct estimate *estimates; /* of the last point, one a column */
    struct precision_look look; /* ... how precise they are */
    size_t n_imprecise;         /* points so far that did not reach the precision asked */
    const struct pooled_quantile *pooled; /* of the point that comes next; see study_pool_fn */
    int error;                  /* errno of a failed write */
    struct time_lines lines;    /* of points with one replication, for batch means (batch_means.h) */
    bool has_lines;
    size_t n_correlated;        /* points at which batches of some column are correlated */
    size_t correlated_column;   /* the first that was found to be */
};

/* `file` NULL keeps only estimates. */
struct results results_open(const struct sweep *sweep, FILE *file, const char *path,
                            struct arena *arena);

/* For the study: what lines it is to fill, NULL when none. */
struct time_lines *results_lines(struct results *results);

/* After the study. Says on stderr where a run was too short for batch means. */
void results_close(struct results *results);

/* Writes the rows of a point, flushed: a study_sink_fn whose context is a struct results. */
void results_pool(void *results, size_t point, const struct pooled_quantile *pooled); /* a study_pool_fn, same context */
bool results_point(void *results, size_t point, const double *values, uint32_t n_replications);

/* The first line of every manifest.csv; by it we know our folders. */
extern const char manifest_header[];

/* A field of a CSV: quoted only when it must be; a number, empty when it is NAN; the varied parameters of a point, each with a comma after it. */
void results_put_text(FILE *file, const char *text);
void results_put_number(FILE *file, double value);
void results_put_factors(FILE *file, const struct sweep *sweep, size_t point);

void manifest_write(FILE *file, const struct sweep *sweep);
void series_write(FILE *file, const struct model *model, const struct series *series);

#endif
