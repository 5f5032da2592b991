/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _POSIX_C_SOURCE 200809L /* pthreads with a monotonic clock */
#include "sim/experiment/study.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "sim/experiment/precision.h"

enum { WATCH_INTERVAL_NS = 100 * 1000 * 1000 };

struct point {
    double *values; /* n rows; NULL before the first replication is handed out and after the sink */
    uint32_t n, taken, done;
    uint32_t first;    /* n until the first look */
    uint32_t expected; /* n at the end, as far as one can say; 0 before the first look */
    bool final;        /* n will not grow */
    struct pooled_quantile *pooled; /* one a response of the model; NULL: as values, or nobody wants them */
};

/* Shared by the threads; all but `study`, `columns`, `arena_bytes` and `began_s` is guarded by `lock`. A mutex, not atomics: it is
 * taken twice a replication, and replications last longer than microseconds. */
struct execution {
    const struct study *study;
    size_t columns, responses, arena_bytes;
    double began_s;
    pthread_mutex_t lock;
    pthread_cond_t thread_ended;
    pthread_cond_t planned; /* there is something new to take, or never will be */
    struct point *points;
    size_t next; /* points before it have no replications to hand out */
    unsigned running;
    size_t n_looked;     /* points that were looked at */
    uint64_t n_expected; /* replications of those in the end */
    struct study_progress progress;
    struct study_outcome outcome;
};

/* One replication to run. */
struct unit {
    size_t point;
    uint32_t replication;
    struct series *series;
};

static double clock_s(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static struct series *series_of(const struct study *study, const struct unit *unit) {
    if (study->lines) return time_lines_take(study->lines, unit->point, unit->replication);
    return unit->point == 0 && unit->replication == 0 ? study->series : NULL;
}

static void forget_rows(const struct execution *execution, struct point *point) {
    for (size_t i = 0; point->pooled && i < execution->responses; i++) pooled_quantile_close(&point->pooled[i]);
    free(point->pooled);
    free(point->values);
    point->pooled = NULL;
    point->values = NULL;
}

/* Hands the points that are now complete to the sink, in order. Under the lock, so calls do not overlap. */
static void commit(struct execution *execution) {
    struct study_outcome *outcome = &execution->outcome;
    const struct study *study = execution->study;
    while (outcome->points_done < study->n_points && !outcome->sink_failed) {
        struct point *point = &execution->points[outcome->points_done];
        if (!point->final) break;
        if (study->pool) study->pool(study->sink_context, outcome->points_done, point->pooled);
        if (study->sink &&
            !study->sink(study->sink_context, outcome->points_done, point->values, point->n)) {
            outcome->sink_failed = true;
            break;
        }
        forget_rows(execution, point);
        outcome->points_done++;
    }
    execution->progress.points_done = outcome->points_done;
}

/* ---- how many ---------------------------------------------------------------------------------------- */

/* Has a point had its share of the time budget? */
static bool is_late(const struct execution *execution, size_t i) {
    const struct study *study = execution->study;
    if (!study->sequential || !(study->time_budget_s > 0)) return false;
    double share = (double)(i + 1) / (double)study->n_points;
    return clock_s() - execution->began_s >= share * study->time_budget_s;
}

/* Points without a look are expected to need what the others do. */
static void expect(struct execution *execution, struct point *point, const struct precision_look *look) {
    if (!point->expected) execution->n_looked++;
    execution->n_expected += look->expected - (uint64_t)point->expected;
    point->expected = look->expected;
    double mean = (double)execution->n_expected / (double)execution->n_looked;
    execution->progress.n_replications = (uint64_t)(mean * (double)execution->study->n_points);
    execution->progress.widest = look->relative;
}

/* Room for all rows that are planned. Nobody writes into the rows meanwhile: those planned so far are complete. */
static void make_room(const struct execution *execution, struct point *point) {
    size_t bytes = point->n * execution->columns * sizeof *point->values;
    point->values = realloc(point->values, bytes);
    if (!point->values) status_machine("memory for results");
    if (point->pooled || !execution->study->pool) return;
    point->pooled = calloc(execution->responses + 1, sizeof *point->pooled); /* + 1: some have none */
    if (!point->pooled) status_machine("memory for quantiles");
    for (size_t i = 0; i < execution->responses; i++) pooled_quantile_open(&point->pooled[i]);
}

/* All that was planned of a point is complete: enough, or more? */
static void end_stage(struct execution *execution, size_t i) {
    const struct study *study = execution->study;
    struct point *point = &execution->points[i];
    point->final = true;
    if (study->sequential) {
        struct precision_look look = precision_look(&study->points[i], point->values, point->n, point->pooled);
        bool late = is_late(execution, i);
        if (late) look.expected = point->n;
        expect(execution, point, &look);
        point->final = late || look.next == point->n;
        if (!point->final) {
            point->n = look.next;
            make_room(execution, point);
            if (i < execution->next) execution->next = i;
        }
    }
    if (point->final) commit(execution);
    pthread_cond_broadcast(&execution->planned);
}

/* ---- units --------------------------------------------------------------------------------------------- */

static bool stop_wanted(struct execution *execution) {
    atomic_bool *stop = execution->study->stop;
    if (stop && atomic_load(stop)) execution->progress.stopping = true;
    return execution->progress.stopping || execution->outcome.sink_failed;
}

/* No time for what is planned beyond the first look: the replications that have begun are the last. */
static void cut_short(struct execution *execution, size_t i) {
    struct point *point = &execution->points[i];
    if (point->taken == point->n || point->taken < point->first || !is_late(execution, i)) return;
    point->n = point->taken;
    if (point->done == point->n) end_stage(execution, i);
}

/* The next unit in design order, if one is planned. */
static bool find_unit(struct execution *execution, struct unit *unit) {
    for (; execution->next < execution->study->n_points; execution->next++) {
        struct point *point = &execution->points[execution->next];
        cut_short(execution, execution->next);
        if (point->taken == point->n) continue;
        if (!point->values) make_room(execution, point);
        *unit = (struct unit){execution->next, point->taken++, NULL};
        unit->series = series_of(execution->study, unit);
        return true;
    }
    return false;
}

/* Waits for a unit; false when there are no more, or no more are wanted. Under the lock. */
static bool take_unit(struct execution *execution, struct unit *unit) {
    while (!stop_wanted(execution)) {
        if (find_unit(execution, unit)) return true;
        if (execution->outcome.points_done == execution->study->n_points) return false;
        pthread_cond_wait(&execution->planned, &execution->lock);
    }
    return false;
}

static struct replication_effort run_unit(const struct execution *execution, struct unit unit, double *values,
                                          const struct quantile **sketches, struct arena *arena) {
    const struct study *study = execution->study;
    for (size_t i = 0; i < execution->responses; i++) sketches[i] = NULL;
    struct replication replication = {.scenario = &study->points[unit.point],
                                      .number = study->first_replication + unit.replication,
                                      .heap_only = study->heap_only,
                                      .series = unit.series,
                                      .sketches = study->pool ? sketches : NULL};
    return replication_run(&replication, arena, values);
}

static void finish_unit(struct execution *execution, struct unit unit, const struct quantile **sketches,
                        struct replication_effort effort) {
    struct point *point = &execution->points[unit.point];
    for (size_t i = 0; point->pooled && i < execution->responses; i++)
        if (sketches[i]) pooled_quantile_add(&point->pooled[i], sketches[i]);
    point->done++;
    execution->progress.replications_done++;
    execution->outcome.effort.n_events += effort.n_events;
    execution->outcome.effort.n_jobs += effort.n_jobs;
    if (point->done == point->n) end_stage(execution, unit.point);
}

static void *work(void *context) {
    struct execution *execution = context;
    struct arena arena;
    struct unit unit;
    const struct quantile **sketches = calloc(execution->responses + 1, sizeof(const struct quantile *));
    if (!sketches) status_machine("memory for quantiles");
    arena_open(&arena, execution->arena_bytes);
    pthread_mutex_lock(&execution->lock);
    while (take_unit(execution, &unit)) {
        double *values = execution->points[unit.point].values +
                         unit.replication * execution->columns;
        pthread_mutex_unlock(&execution->lock);
        struct replication_effort effort = run_unit(execution, unit, values, sketches, &arena);
        pthread_mutex_lock(&execution->lock);
        finish_unit(execution, unit, sketches, effort);
    }
    execution->running--;
    pthread_cond_signal(&execution->thread_ended);
    pthread_cond_broadcast(&execution->planned); /* whoever waits sees the stop too */
    pthread_mutex_unlock(&execution->lock);
    arena_close(&arena);
    free(sketches);
    return NULL;
}

static void count_work(struct execution *execution) {
    const struct study *study = execution->study;
    execution->progress.n_points = study->n_points;
    execution->progress.widest = NOTHING_OBSERVED;
    for (size_t i = 0; i < study->n_points; i++) {
        SIM_ASSERT(study->points[i].model == study->points[0].model);
        size_t bytes = replication_arena_bytes(&study->points[i]);
        if (bytes > execution->arena_bytes) execution->arena_bytes = bytes;
        struct point *point = &execution->points[i];
        point->n = study->sequential ? precision_first(&study->points[i]) : replication_count(&study->points[i]);
        point->first = point->n;
        execution->progress.n_replications += point->n;
    }
}

static void execution_open(struct execution *execution, const struct study *study) {
    *execution = (struct execution){.study = study,
                                    .columns = model_columns(study->points[0].model),
                                    .responses = model_responses(study->points[0].model, study->points[0].model->n_measures),
                                    .began_s = clock_s(),
                                    .points = calloc(study->n_points, sizeof *execution->points)};
    if (!execution->points) status_machine("memory for design points");
    count_work(execution);
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&execution->thread_ended, &attributes);
    pthread_condattr_destroy(&attributes);
    pthread_cond_init(&execution->planned, NULL);
    pthread_mutex_init(&execution->lock, NULL);
}

static void execution_close(struct execution *execution) {
    for (size_t i = 0; i < execution->study->n_points; i++) forget_rows(execution, &execution->points[i]);
    free(execution->points);
    pthread_cond_destroy(&execution->thread_ended);
    pthread_cond_destroy(&execution->planned);
    pthread_mutex_destroy(&execution->lock);
}

/* How many threads began: fewer than wanted is slower, not wrong. */
static unsigned start_threads(struct execution *execution, pthread_t *threads) {
    unsigned n = 0;
    pthread_mutex_lock(&execution->lock);
    while (n < execution->study->threads && pthread_create(&threads[n], NULL, work, execution) == 0)
        n++;
    execution->running = n;
    pthread_mutex_unlock(&execution->lock);
    if (n == 0) status_machine("a thread");
    return n;
}

static void wait_watching(struct execution *execution) {
    const struct study *study = execution->study;
    pthread_mutex_lock(&execution->lock);
    while (execution->running) {
        struct timespec until;
        clock_gettime(CLOCK_MONOTONIC, &until);
        until.tv_nsec += WATCH_INTERVAL_NS;
        until.tv_sec += until.tv_nsec / 1000000000;
        until.tv_nsec %= 1000000000;
        pthread_cond_timedwait(&execution->thread_ended, &execution->lock, &until);
        struct study_progress progress = execution->progress;
        pthread_mutex_unlock(&execution->lock); /* a slow terminal must not hold up the work */
        if (study->watch) study->watch(study->watch_context, &progress);
        pthread_mutex_lock(&execution->lock);
    }
    pthread_mutex_unlock(&execution->lock);
}

struct study_outcome study_run(const struct study *study) {
    SIM_ASSERT(study->n_points > 0 && study->threads > 0);
    struct execution execution;
    execution_open(&execution, study);
    pthread_t *threads = calloc(study->threads, sizeof *threads);
    if (!threads) status_machine("memory for threads");
    unsigned n = start_threads(&execution, threads);
    wait_watching(&execution);
    for (unsigned i = 0; i < n; i++) pthread_join(threads[i], NULL);
    free(threads);
    execution.outcome.stopped = execution.outcome.points_done < study->n_points &&
                                !execution.outcome.sink_failed;
    execution_close(&execution);
    return execution.outcome;
}
