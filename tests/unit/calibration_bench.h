/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * calibration_bench: points of measurement made by hand and a fit to them, for the tests of the calibration.
 */
#ifndef TESTS_UNIT_CALIBRATION_BENCH_H
#define TESTS_UNIT_CALIBRATION_BENCH_H

#include "sim/experiment/calibration.h"

enum { POINTS_MAX = 8 };

struct bench {
    struct arena arena;
    struct scenario base, points[POINTS_MAX];
    const char *names[POINTS_MAX];
    double weights[POINTS_MAX], measured[2 * POINTS_MAX];
    size_t columns[2];
    struct measurements data;
    struct calibrated params[CALIBRATION_PARAMS_MAX];
    struct calibration calibration;
    struct diag diag;
    unsigned threads;
};

static inline void set(struct scenario *scenario, const char *key, const char *text) {
    struct diag diag = {0};
    if (!scenario_assign(scenario, key, text, (struct place){0}, NULL, &diag)) fail_msg("%s", diag.text[0]);
}

static inline void set_number(struct scenario *scenario, const char *key, double value) {
    char text[64];
    snprintf(text, sizeof text, "%.17g", value);
    set(scenario, key, text);
}

static inline struct bench *bench_open(const struct model *model, const char *column, const char *second) {
    struct bench *bench = calloc(1, sizeof *bench);
    assert_non_null(bench);
    arena_open(&bench->arena, (size_t)1 << 34);
    bench->base = scenario_open(model, "test", &bench->arena);
    bench->columns[0] = model_column_find(model, column);
    bench->columns[1] = second ? model_column_find(model, second) : 0;
    bench->data = (struct measurements){.points = bench->points, .names = bench->names, .weights = bench->weights,
                                        .columns = bench->columns, .n_columns = second ? 2 : 1, .measured = bench->measured};
    bench->threads = 2;
    set(&bench->base, "run.replications", "1");
    return bench;
}

/* A point to be set by the caller. */
static inline struct scenario *add_point(struct bench *bench, double measured, double second) {
    size_t i = bench->data.n_points++;
    assert_true(i < POINTS_MAX);
    bench->points[i] = scenario_copy(&bench->base, &bench->arena);
    bench->names[i] = "point";
    bench->weights[i] = 1;
    bench->measured[i * bench->data.n_columns] = measured;
    if (bench->data.n_columns > 1) bench->measured[i * 2 + 1] = second;
    return &bench->points[i];
}

static inline struct calibrated *to_fit(struct bench *bench, const char *key) {
    struct calibrated *param = &bench->params[bench->calibration.n_params++];
    if (!calibrated_open(param, key, &bench->base, &bench->diag)) fail_msg("%s", bench->diag.text[0]);
    return param;
}

static inline struct study_outcome run_study(void *context, struct study *study) {
    study->threads = ((struct bench *)context)->threads;
    return study_run(study);
}

static inline bool fit(struct bench *bench) {
    struct calibration *calibration = &bench->calibration;
    calibration->data = &bench->data;
    calibration->params = bench->params;
    calibration->run_study = run_study;
    calibration->context = bench;
    return calibration_run(calibration, &bench->arena, &bench->diag);
}

static inline void bench_close(struct bench *bench) {
    arena_close(&bench->arena);
    free(bench);
}

static inline double correlation(const struct bench *bench, size_t i, size_t j) {
    return bench->calibration.correlation[i * bench->calibration.n_params + j];
}

#endif
