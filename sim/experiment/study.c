/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _POSIX_C_SOURCE 200809L /* pthreads with a monotonic clock */
#include "sim/experiment/study.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

enum { WATCH_INTERVAL_NS = 100 * 1000 * 1000 };

struct point {
    double *values; /* n rows; NULL before the first replication is handed out and after the sink */
    uint32_t n, taken, done;
};

/* Shared by the threads; all but `study`, `columns` and `arena_bytes` is guarded by `lock`. A mutex, not atomics: it is
 * taken twice a replication, and replications last longer than microseconds. */
struct execution {
    const struct study *study;
    size_t columns, arena_bytes;
    pthread_mutex_t lock;
    pthread_cond_t thread_ended;
    struct point *points;
    size_t next; /* the point whose replications are handed out */
    unsigned running;
    struct study_progress progress;
    struct study_outcome outcome;
};

/* One replication to run. */
struct unit {
    size_t point;
    uint32_t replication;
    struct series *series;
};

static bool stop_wanted(struct execution *execution) {
    atomic_bool *stop = execution->study->stop;
    if (stop && atomic_load(stop)) execution->progress.stopping = true;
    return execution->progress.stopping || execution->outcome.sink_failed;
}

static struct series *series_of(const struct study *study, const struct unit *unit) {
    if (study->lines) return time_lines_take(study->lines, unit->point, unit->replication);
    return unit->point == 0 && unit->replication == 0 ? study->series : NULL;
}

/* The next unit in design order; false when there is none or no more is wanted. Under the lock. */
static bool take_unit(struct execution *execution, struct unit *unit) {
    size_t n_points = execution->study->n_points;
    while (execution->next < n_points &&
           execution->points[execution->next].taken == execution->points[execution->next].n)
        execution->next++;
    if (execution->next == n_points || stop_wanted(execution)) return false;
    struct point *point = &execution->points[execution->next];
    if (!point->values)
        point->values = calloc(point->n * execution->columns, sizeof *point->values);
    if (!point->values) status_machine("memory for results");
    *unit = (struct unit){execution->next, point->taken++, NULL};
    unit->series = series_of(execution->study, unit);
    return true;
}

static struct replication_effort run_unit(const struct execution *execution, struct unit unit,
                                          double *values, struct arena *arena) {
    const struct study *study = execution->study;
    struct replication replication = {.scenario = &study->points[unit.point],
                                      .number = study->first_replication + unit.replication,
                                      .heap_only = study->heap_only,
                                      .series = unit.series};
    return replication_run(&replication, arena, values);
}

/* Hands the points that are now complete to the sink, in order. Under the lock, so calls do not overlap. */
static void commit(struct execution *execution) {
    struct study_outcome *outcome = &execution->outcome;
    const struct study *study = execution->study;
    while (outcome->points_done < study->n_points && !outcome->sink_failed) {
        struct point *point = &execution->points[outcome->points_done];
        if (point->done < point->n) break;
        if (study->sink &&
            !study->sink(study->sink_context, outcome->points_done, point->values, point->n)) {
            outcome->sink_failed = true;
            break;
        }
        free(point->values);
        point->values = NULL;
        outcome->points_done++;
    }
    execution->progress.points_done = outcome->points_done;
}

static void finish_unit(struct execution *execution, struct unit unit,
                        struct replication_effort effort) {
    execution->points[unit.point].done++;
    execution->progress.replications_done++;
    execution->outcome.effort.n_events += effort.n_events;
    execution->outcome.effort.n_jobs += effort.n_jobs;
    commit(execution);
}

static void *work(void *context) {
    struct execution *execution = context;
    struct arena arena;
    struct unit unit;
    arena_open(&arena, execution->arena_bytes);
    pthread_mutex_lock(&execution->lock);
    while (take_unit(execution, &unit)) {
        double *values = execution->points[unit.point].values +
                         unit.replication * execution->columns;
        pthread_mutex_unlock(&execution->lock);
        struct replication_effort effort = run_unit(execution, unit, values, &arena);
        pthread_mutex_lock(&execution->lock);
        finish_unit(execution, unit, effort);
    }
    execution->running--;
    pthread_cond_signal(&execution->thread_ended);
    pthread_mutex_unlock(&execution->lock);
    arena_close(&arena);
    return NULL;
}

static void count_work(struct execution *execution) {
    const struct study *study = execution->study;
    execution->progress.n_points = study->n_points;
    for (size_t i = 0; i < study->n_points; i++) {
        SIM_ASSERT(study->points[i].model == study->points[0].model);
        size_t bytes = replication_arena_bytes(&study->points[i]);
        if (bytes > execution->arena_bytes) execution->arena_bytes = bytes;
        execution->points[i].n = replication_count(&study->points[i]);
        execution->progress.n_replications += execution->points[i].n;
    }
}

static void execution_open(struct execution *execution, const struct study *study) {
    *execution = (struct execution){.study = study,
                                    .columns = model_columns(study->points[0].model),
                                    .points = calloc(study->n_points, sizeof *execution->points)};
    if (!execution->points) status_machine("memory for design points");
    count_work(execution);
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&execution->thread_ended, &attributes);
    pthread_condattr_destroy(&attributes);
    pthread_mutex_init(&execution->lock, NULL);
}

static void execution_close(struct execution *execution) {
    for (size_t i = 0; i < execution->study->n_points; i++) free(execution->points[i].values);
    free(execution->points);
    pthread_cond_destroy(&execution->thread_ended);
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
