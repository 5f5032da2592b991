/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * study: design points x replications, on all cores.
 *
 * The unit of work is one replication. Threads take units in design order (all replications of point 0, then of
 * point 1, ...), each runs in its own arena, and writes into its own row; so no result depends on who ran what,
 * on how many threads there were, or on which finished first. As soon as a point and all points before it
 * are complete, its rows are handed to the sink, in design order. What the sink has written survives
 * whatever happens next, kill -9 included.
 *
 * A sequential study stops on precision: where a scenario asks for one, its replications are looked at when all that were planned are
 * complete, and more are planned until precision.h is content. Which thread looks, and when, has no influence on what it sees, so the
 * number of replications is the same for any number of threads. Threads that find nothing planned at one point go on with the next.
 * Only a time budget makes results depend on the machine: point i of k may grow until (i + 1) / k of it are over, so that time
 * that early points did not need is left to later ones; then it ends with the replications that have begun, though not before its first
 * look.
 *
 * Memory: rows of a point live from its first replication until the sink has had them, so a study of
 * a million points needs no more than those in flight.
 */
#ifndef SIM_EXPERIMENT_STUDY_H
#define SIM_EXPERIMENT_STUDY_H

#include <stdatomic.h>

#include "sim/experiment/pooled_quantile.h"
#include "sim/experiment/replication.h"
#include "sim/experiment/time_lines.h"

struct study_progress {
    size_t points_done, n_points;
    uint64_t replications_done, n_replications; /* expected, in a sequential study */
    double widest; /* of the latest look: half-width / |mean| of the widest interval; NAN: nobody looked */
    bool stopping;
};

/* Takes one complete point: n_replications rows of model_columns numbers, valid during the call. Calls do not overlap and
 * come in design order, but from any thread. False: the sink cannot go on (its disk is full); the study stops. */
typedef bool study_sink_fn(void *context, size_t point, const double *values,
                           uint32_t n_replications);

/* Takes the observations of a complete point's responses, one a MEASURE_RESPONSE of the model, just before the sink takes its rows;
 * they are valid until the sink returns. */
typedef void study_pool_fn(void *sink_context, size_t point, const struct pooled_quantile *pooled);

/* Called some times a second, from the thread that called study_run. */
typedef void study_watch_fn(void *context, const struct study_progress *progress);

struct study {
    const struct scenario *points; /* all of one model */
    size_t n_points;
    uint32_t first_replication; /* number of the first replication of each point; 0 unless a study goes on where another
                                   ended, or wants numbers of its own */
    unsigned threads; /* 1 or more */
    bool heap_only;
    bool sequential;      /* heed run.precision; else run.replications of each */
    double time_budget_s; /* of a sequential study, from its beginning on; 0: no limit */
    struct series *series;    /* time line of replication 0 of point 0; NULL: none */
    struct time_lines *lines; /* instead: time lines of the replications it has places for; whoever is the sink drops them */
    atomic_bool *stop;     /* set by anybody: hand out no more work; NULL: nobody will */
    study_sink_fn *sink;   /* NULL: the rows are forgotten */
    study_pool_fn *pool;   /* NULL: observations are not pooled, and a precision looks at the rows alone */
    void *sink_context;
    study_watch_fn *watch; /* may be NULL */
    void *watch_context;
};

struct study_outcome {
    size_t points_done; /* handed to the sink */
    bool stopped;       /* by `stop` before all were done */
    bool sink_failed;
    struct replication_effort effort; /* of all replications finished */
};

/* Returns when all work is done, or after a stop when the replications that were running are. */
struct study_outcome study_run(const struct study *study);

#endif
