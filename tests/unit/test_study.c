/* SPDX-License-Identifier: GPL-3.0-or-later
 * study: order, completeness and independence of threads, with a model that takes its time irregularly; stopping. */
#define _POSIX_C_SOURCE 200809L
#include "tests/unit/unit.h"

#include <string.h>

#include "sim/experiment/study.h"
#include "tests/unit/specimen.h"

enum { POINTS = 6, REPLICATIONS = 5 };

struct bench {
    struct arena arena;
    struct scenario points[POINTS];
};

/* The first points are the slowest, so that with several threads later ones are complete before them. */
static int set_up(void **state) {
    const char *const slow[POINTS] = {"20ms", "0s", "5ms", "0s", "0s", "1ms"};
    struct bench *bench = calloc(1, sizeof *bench);
    arena_open(&bench->arena, 1 << 28);
    for (int i = 0; i < POINTS; i++) {
        char level[8];
        snprintf(level, sizeof level, "%d", 100 + i);
        bench->points[i] = scenario_open(&specimen, "test", &bench->arena);
        specimen_set(&bench->points[i], "test.level", level);
        specimen_set(&bench->points[i], "test.slow", slow[i]);
        specimen_set(&bench->points[i], "run.replications", i == 2 ? "3" : "5");
    }
    *state = bench;
    return 0;
}

static int tear_down(void **state) {
    struct bench *bench = *state;
    arena_close(&bench->arena);
    free(bench);
    return 0;
}

/* What a sink saw. */
struct seen {
    size_t n;
    double draws[POINTS][REPLICATIONS];
    size_t fail_at;
    size_t stop_at;
    atomic_bool stop;
};

static bool look(void *context, size_t point, const double *values, uint32_t n) {
    struct seen *seen = context;
    assert_int_equal(point, seen->n);
    assert_int_equal(n, point == 2 ? 3 : REPLICATIONS);
    for (uint32_t r = 0; r < n; r++) {
        const double *row = values + r * SPECIMEN_MEASURES;
        assert_same(row[COLUMN_LEVEL], 100 + (double)point);
        assert_same(row[COLUMN_REPLICATION], r);
        assert_same(row[COLUMN_DIRT], 0);
        seen->draws[point][r] = row[COLUMN_DRAW];
    }
    if (point == seen->fail_at) return false;
    if (++seen->n == seen->stop_at) atomic_store(&seen->stop, true);
    return true;
}

static struct study_outcome run_with(struct bench *bench, unsigned threads, struct seen *seen) {
    struct study study = {.points = bench->points,
                          .n_points = POINTS,
                          .threads = threads,
                          .stop = &seen->stop,
                          .sink = look,
                          .sink_context = seen};
    return study_run(&study);
}

static void threads_change_nothing(void **state) {
    struct seen one = {.fail_at = POINTS}, other = {.fail_at = POINTS};
    struct study_outcome outcome = run_with(*state, 1, &one);
    assert_int_equal(outcome.points_done, POINTS);
    assert_false(outcome.stopped || outcome.sink_failed);
    assert_int_equal(outcome.effort.n_jobs, 5 * REPLICATIONS + 3);
    assert_int_equal(outcome.effort.n_events, 10 * (5 * REPLICATIONS + 3));
    for (unsigned threads = 2; threads <= 40;
         threads += 19) { /* 2, 21, 40: more than there is work */
        other.n = 0;
        run_with(*state, threads, &other);
        assert_int_equal(other.n, POINTS);
        assert_memory_equal(one.draws, other.draws, sizeof one.draws);
    }
}

static void a_stop_keeps_whole_points(void **state) {
    struct seen seen = {.fail_at = POINTS, .stop_at = 1};
    struct study_outcome outcome = run_with(*state, 1, &seen);
    assert_true(outcome.stopped);
    assert_int_equal(outcome.points_done, 1);
    assert_int_equal(seen.n, 1);
}

static void a_stop_before_the_beginning(void **state) {
    struct seen seen = {.fail_at = POINTS};
    atomic_store(&seen.stop, true);
    struct study_outcome outcome = run_with(*state, 3, &seen);
    assert_true(outcome.stopped);
    assert_int_equal(outcome.points_done, 0);
}

static void a_sink_that_fails_ends_the_study(void **state) {
    struct seen seen = {.fail_at = 1};
    struct study_outcome outcome = run_with(*state, 2, &seen);
    assert_true(outcome.sink_failed);
    assert_false(outcome.stopped);
    assert_int_equal(outcome.points_done, 1);
    assert_int_equal(seen.n, 1);
}

static void the_time_line_is_of_the_first(void **state) {
    struct bench *bench = *state;
    struct series series = replication_series(&bench->points[0], &bench->arena);
    struct study study = {
        .points = bench->points, .n_points = POINTS, .threads = 2, .series = &series};
    assert_int_equal(study_run(&study).points_done, POINTS); /* and nobody need take the rows */
    assert_int_equal(series.n_rows, 1);
    assert_same(series.values[1], 100);
}

/* Progress never goes back and never lies about the whole. */
static void watch(void *context, const struct study_progress *progress) {
    uint64_t *last = context;
    assert_true(progress->replications_done >= *last);
    assert_int_equal(progress->n_replications, 5 * REPLICATIONS + 3);
    assert_int_equal(progress->n_points, POINTS);
    assert_true(progress->points_done * 3 <= progress->replications_done);
    *last = progress->replications_done;
}

static void progress_is_told(void **state) {
    struct bench *bench = *state;
    uint64_t last = 0;
    struct study study = {.points = bench->points,
                          .n_points = POINTS,
                          .threads = 1,
                          .watch = watch,
                          .watch_context = &last};
    study_run(&study);
    assert_int_equal(last, 5 * REPLICATIONS + 3);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(threads_change_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_stop_keeps_whole_points, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_stop_before_the_beginning, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_sink_that_fails_ends_the_study, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_time_line_is_of_the_first, set_up, tear_down),
        cmocka_unit_test_setup_teardown(progress_is_told, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
