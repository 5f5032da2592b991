/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * calibration: a straight model against least squares by hand, M/D/1 against the Pollaczek-Khinchine formula, and the web server against
 * itself with another seed. What cannot be found must be named, and threads must not matter.
 */
#define _POSIX_C_SOURCE 200809L
#include "tests/unit/unit.h"

#include <string.h>

#include "tests/unit/calibration_bench.h"

/* ---- a model whose least squares can be done by hand: y = a x + b z + n --------------------------------------------- */

enum { A, B, X, Z, N, IDLE, WORD, LAW, CURVED, THRESHOLD, LINE_PARAMS };
static const struct param line_params[LINE_PARAMS] = {
    [A] = {"line.a", PARAM_NUMBER, 0, 1e9, "1", NULL, "", ""},
    [B] = {"line.b", PARAM_NUMBER, 0, 1e9, "1", NULL, "", ""},
    [X] = {"line.x", PARAM_NUMBER, 0, 1e9, "1", NULL, "", ""},
    [Z] = {"line.z", PARAM_NUMBER, 0, 1e9, "0", NULL, "", ""},
    [N] = {"line.n", PARAM_COUNT, 0, 1e6, "0", NULL, "", ""},
    [IDLE] = {"line.idle", PARAM_TIME, 0, 1e3, "1s", NULL, "", ""},
    [WORD] = {"line.word", PARAM_CHOICE, 0, 0, "left", "left|right", "", ""},
    [LAW] = {"line.law", PARAM_TIME_VARIATE, 0, 1e9, "exponential(1s)", NULL, "", ""},
    [THRESHOLD] = {"line.threshold", PARAM_NUMBER, 0, 1e9, "0", NULL, "", ""},
    [CURVED] = {"line.curved", PARAM_NUMBER, 0, 1e9, "0", NULL, "", ""},
};
static const struct measure line_measures[] = {{"y", "1", MEASURE_VALUE, ""}, {"never", "1", MEASURE_VALUE, ""}};
static const char *const line_streams[] = {"none"};

static size_t line_arena_bytes(const struct param_set *params, const struct workload *workload) {
    (void)params, (void)workload;
    return 1 << 16;
}

static void line_run(const struct param_set *params, const struct workload *workload, struct run *run) {
    (void)workload;
    const struct param_value *v = params->values;
    double b = v[B].number < v[THRESHOLD].number ? 0 : v[B].number;
    double straight = v[A].number * v[X].number + b * v[Z].number + v[N].number;
    run->values[0] = straight + v[CURVED].number * sqrt(v[A].number);
}

/* Refuses what run() would answer wrongly. */
static void line_check(const struct param_set *params, const struct workload *workload, double horizon_s, struct diag *diag) {
    (void)workload, (void)horizon_s;
    if (params->values[B].number > 50) diag_add(diag, STATUS_SCENARIO, (struct place){0}, "b is too large");
}

static const struct model line = {.name = "line", .summary = "", .params = line_params, .n_params = LINE_PARAMS,
                                  .measures = line_measures, .n_measures = 2, .streams = line_streams, .n_streams = 1,
                                  .check = line_check, .arena_bytes = line_arena_bytes, .run = line_run};

static void add_line(struct bench *bench, double x, double z, double measured) {
    struct scenario *point = add_point(bench, measured, 0);
    set_number(point, "line.x", x);
    set_number(point, "line.z", z);
}

/* ---- by hand ------------------------------------------------------------------------------------------------------------ */

/* Least squares of sum w (a u - 1)^2 with u = x / measured: a = S1 / S2, variance chi^2 / (n - 1) / S2. t_{0.975}(2) = 4.30265. */
static void one_parameter(void **state) {
    (void)state;
    const double x[] = {1, 2, 3}, y[] = {2.1, 3.9, 6.3}, w[] = {1, 2, 0.5};
    struct bench *bench = bench_open(&line, "y", NULL);
    double s1 = 0, s2 = 0, chi2 = 0, squares = 0;
    for (size_t i = 0; i < 3; i++) {
        add_line(bench, x[i], 0, y[i]);
        bench->weights[i] = w[i];
        s1 += w[i] * x[i] / y[i];
        s2 += w[i] * x[i] / y[i] * x[i] / y[i];
    }
    double a = s1 / s2;
    for (size_t i = 0; i < 3; i++) {
        squares += pow(a * x[i] / y[i] - 1, 2);
        chi2 += w[i] * pow(a * x[i] / y[i] - 1, 2);
    }
    double standard_error = sqrt(chi2 / 2 / s2);
    struct calibrated *param = to_fit(bench, "line.a");
    assert_true(fit(bench));
    assert_int_equal(param->state, CALIBRATION_FITTED);
    assert_true(bench->calibration.converged);
    assert_near(param->estimate, a, 1e-6);
    assert_near(param->standard_error, standard_error, 1e-6);
    assert_near(param->low, a - 4.302652730 * standard_error, 1e-5);
    assert_near(param->high, a + 4.302652730 * standard_error, 1e-5);
    assert_near(bench->calibration.rms_error, sqrt(squares / 3), 1e-6);
    assert_near(bench->calibration.simulated[2], 3 * a, 1e-5);
    bench_close(bench);
}

/* The normal equations of two parameters, by Cramer's rule; an empty cell in the middle. */
static void two_parameters(void **state) {
    (void)state;
    const double x[] = {1, 2, 5, 3, 1}, z[] = {4, 1, 9, 2, 6}, y[] = {14.5, 7, (double)NAN, 12.5, 21};
    struct bench *bench = bench_open(&line, "y", NULL);
    double xx = 0, xz = 0, zz = 0, x1 = 0, z1 = 0, chi2 = 0;
    for (size_t i = 0; i < 5; i++) {
        add_line(bench, x[i], z[i], y[i]);
        if (isnan(y[i])) continue;
        double u = x[i] / y[i], v = z[i] / y[i];
        xx += u * u, xz += u * v, zz += v * v, x1 += u, z1 += v;
    }
    double determinant = xx * zz - xz * xz, a = (x1 * zz - z1 * xz) / determinant, b = (z1 * xx - x1 * xz) / determinant;
    for (size_t i = 0; i < 5; i++)
        if (!isnan(y[i])) chi2 += pow((a * x[i] + b * z[i]) / y[i] - 1, 2);
    set(&bench->base, "line.a", "500"); /* the start is the base's: far off */
    to_fit(bench, "line.a");
    to_fit(bench, "line.b");
    assert_true(fit(bench));
    assert_near(bench->params[0].estimate, a, 1e-5);
    assert_near(bench->params[1].estimate, b, 1e-5);
    assert_near(bench->params[0].standard_error, sqrt(chi2 / 2 * zz / determinant), 1e-5);
    assert_near(bench->params[1].standard_error, sqrt(chi2 / 2 * xx / determinant), 1e-5);
    assert_near(correlation(bench, 0, 1), -xz / sqrt(xx * zz), 1e-5);
    assert_int_equal(bench->calibration.n_cells, 4);
    bench_close(bench);
}

/* As many parameters as values: exact, and no interval. From 0, where 1 % is nothing. */
static void nothing_left_over(void **state) {
    (void)state;
    struct bench *bench = bench_open(&line, "y", NULL);
    add_line(bench, 1, 0, 3);
    add_line(bench, 1, 2, 11);
    set(&bench->base, "line.b", "0");
    to_fit(bench, "line.a");
    to_fit(bench, "line.b");
    assert_true(fit(bench));
    assert_near(bench->params[0].estimate, 3, 1e-6);
    assert_near(bench->params[1].estimate, 4, 1e-6);
    assert_true(isnan(bench->params[0].standard_error) && isnan(bench->params[0].low));
    bench_close(bench);
}

/* y = a + 3 sqrt(a) at a = 4 is 10; ten thousand times too large at the start. */
static void curved(void **state) {
    (void)state;
    struct bench *bench = bench_open(&line, "y", NULL);
    set(&bench->base, "line.curved", "3");
    set(&bench->base, "line.a", "40000");
    add_line(bench, 1, 0, 10);
    to_fit(bench, "line.a");
    assert_true(fit(bench));
    assert_near(bench->params[0].estimate, 4, 1e-3);
    bench_close(bench);
}

static void whole_numbers(void **state) {
    (void)state;
    struct bench *bench = bench_open(&line, "y", NULL);
    add_line(bench, 1, 0, 18.2);
    add_line(bench, 2, 0, 18.9);
    to_fit(bench, "line.n");
    assert_true(fit(bench));
    assert_same(bench->params[0].estimate, 17);
    bench_close(bench);
}

/* Best is a = 4, b = -1; b is held at 0, and a alone is then S1 / S2. */
static void beyond_a_limit(void **state) {
    (void)state;
    const double x[] = {1, 2, 3}, z[] = {1, 1, 2}, y[] = {3, 7, 10};
    struct bench *bench = bench_open(&line, "y", NULL);
    double s1 = 0, s2 = 0;
    for (size_t i = 0; i < 3; i++) {
        add_line(bench, x[i], z[i], y[i]);
        s1 += x[i] / y[i];
        s2 += pow(x[i] / y[i], 2);
    }
    to_fit(bench, "line.a");
    to_fit(bench, "line.b");
    assert_true(fit(bench));
    assert_int_equal(bench->params[1].state, CALIBRATION_AT_LIMIT);
    assert_same(bench->params[1].estimate, 0);
    assert_near(bench->params[0].estimate, s1 / s2, 1e-5);
    assert_int_equal(bench->calibration.n_fitted, 1);
    bench_close(bench);
}

/* The model's own check refuses b above 50: the search starts below and ends at 49. */
static void beyond_a_check(void **state) {
    (void)state;
    struct bench *bench = bench_open(&line, "y", NULL);
    set(&bench->base, "line.a", "0");
    set(&bench->base, "line.b", "49.9");
    add_line(bench, 0, 1, 49);
    add_line(bench, 0, 2, 98);
    to_fit(bench, "line.b");
    assert_true(fit(bench));
    assert_near(bench->params[0].estimate, 49, 1e-3);
    bench_close(bench);
}

/* ---- what cannot be found ---------------------------------------------------------------------------------------------- */

/* x = z everywhere: only a + b counts, which is 5. */
static void told_apart(void **state) {
    (void)state;
    struct bench *bench = bench_open(&line, "y", NULL);
    for (int i = 1; i <= 4; i++) add_line(bench, i, i, 5 * i * (i % 2 ? 1.01 : 0.99));
    to_fit(bench, "line.a");
    to_fit(bench, "line.b");
    to_fit(bench, "line.n");
    assert_true(fit(bench));
    assert_true(fabs(correlation(bench, 0, 1)) > 0.999);
    assert_true(fabs(correlation(bench, 0, 2)) < CALIBRATION_CORRELATION_LIMIT);
    assert_true(bench->calibration.condition > 1e6);
    assert_near(bench->params[0].estimate + bench->params[1].estimate, 5, 0.2);
    assert_true(bench->params[0].standard_error > 1e3);
    bench_close(bench);
}

static void no_influence(void **state) {
    (void)state;
    struct bench *bench = bench_open(&line, "y", NULL);
    add_line(bench, 1, 0, 3);
    add_line(bench, 2, 0, 6);
    to_fit(bench, "line.idle");
    to_fit(bench, "line.a");
    assert_true(fit(bench));
    assert_int_equal(bench->params[0].state, CALIBRATION_NO_INFLUENCE);
    assert_same(bench->params[0].estimate, 1);
    assert_true(isnan(bench->params[0].standard_error));
    assert_int_equal(bench->params[1].state, CALIBRATION_FITTED);
    assert_near(bench->params[1].estimate, 3, 1e-6);
    bench_close(bench);
}

/* A step far away is seen, and where the search ends nothing depends on it: b matters above 10 only. */
static void influence_elsewhere(void **state) {
    (void)state;
    struct bench *bench = bench_open(&line, "y", NULL);
    set(&bench->base, "line.threshold", "10");
    add_line(bench, 1, 1, 3);
    add_line(bench, 2, 1, 6);
    to_fit(bench, "line.b");
    to_fit(bench, "line.a");
    assert_true(fit(bench));
    assert_int_equal(bench->params[0].state, CALIBRATION_NO_INFLUENCE);
    assert_same(bench->params[0].estimate, 1);
    assert_near(bench->params[1].estimate, 3, 1e-4);
    bench_close(bench);
}

static void none_has_influence(void **state) {
    (void)state;
    struct bench *bench = bench_open(&line, "y", NULL);
    add_line(bench, 1, 0, 3);
    to_fit(bench, "line.idle");
    assert_false(fit(bench));
    assert_int_equal(bench->diag.status, STATUS_DATA);
    bench_close(bench);
}

static void never_simulated(void **state) {
    (void)state;
    struct bench *bench = bench_open(&line, "y", "never");
    set_number(add_point(bench, 3, 4), "line.x", 2);
    to_fit(bench, "line.a");
    assert_false(fit(bench));
    assert_int_equal(bench->diag.status, STATUS_DATA);
    assert_non_null(strstr(bench->diag.text[0], "never"));
    bench_close(bench);
}

static void only_numbers(void **state) {
    (void)state;
    struct bench *bench = bench_open(&line, "y", NULL);
    const char *const wrong[] = {"line.word", "line.law", "line.c", "run.seed"};
    struct calibrated param;
    for (size_t i = 0; i < 4; i++) assert_false(calibrated_open(&param, wrong[i], &bench->base, &bench->diag));
    assert_int_equal(bench->diag.count, 4);
    assert_int_equal(bench->diag.status, STATUS_USAGE);
    set(&bench->base, "line.law", "3s"); /* a constant is a number */
    assert_true(calibrated_open(&param, "line.law", &bench->base, &bench->diag));
    assert_same(param.start, 3);
    bench_close(bench);
}

/* ---- real models ------------------------------------------------------------------------------------------------------------ */

/* M/D/1: W = s + lambda s^2 / (2 (1 - lambda s)) (Pollaczek and Khinchine), busy = lambda s. Measured is theory at s = 0.9. */
static void service_time_of_md1(void **state) {
    (void)state;
    const double rates[] = {0.2, 0.5, 0.8, 1.0}, s = 0.9;
    struct bench *bench = bench_open(model_find("mmc"), "response", "servers_busy");
    set(&bench->base, "queue.service", "0.1s");
    set(&bench->base, "run.replications", "20");
    set(&bench->base, "run.horizon", "4000s");
    set(&bench->base, "run.warmup", "200s");
    for (size_t i = 0; i < 4; i++) {
        double response_s = s + rates[i] * s * s / (2 * (1 - rates[i] * s));
        set_number(add_point(bench, response_s, rates[i] * s), "queue.arrival_rate", rates[i]);
    }
    struct calibrated *param = to_fit(bench, "queue.service");
    assert_true(fit(bench));
    assert_true(bench->calibration.converged);
    printf("# service %.5g, 95 %% interval %.5g to %.5g; it is 0.9\n", param->estimate, param->low, param->high);
    assert_true(param->low < s && s < param->high);
    assert_near(param->estimate, s, 0.02);
    bench_close(bench);
}

static struct scenario *add_web(struct bench *bench, const char *idle_limit, const char *keepalive) {
    struct scenario *point = add_point(bench, 1, 1);
    set(point, "server.idle_limit", idle_limit);
    set(point, "server.keepalive", keepalive);
    return point;
}

/* A server of known costs, in place of a real one: its users draw other numbers. */
static void measure(struct bench *bench, const char *const *settings, size_t n, uint64_t first_seed) {
    for (size_t i = 0; i < bench->data.n_points; i++) {
        struct arena arena;
        double values[256];
        struct scenario truth = scenario_copy(&bench->points[i], &bench->arena);
        set_number(&truth, "run.seed", (double)(first_seed + i)); /* measured one after the other */
        for (size_t k = 0; k < n; k++) set(&truth, settings[2 * k], settings[2 * k + 1]);
        arena_open(&arena, replication_arena_bytes(&truth));
        replication_run(&(struct replication){.scenario = &truth}, &arena, values);
        for (size_t c = 0; c < bench->data.n_columns; c++)
            bench->measured[i * bench->data.n_columns + c] = values[bench->columns[c]];
        arena_close(&arena);
    }
}

static struct bench *web_bench(void) {
    static const char *const truth[] = {"cpu.connection", "120us", "cpu.wake", "60us", "memory.daemon_private", "300kB"};
    struct bench *bench = bench_open(model_find("web"), "cpu_utilisation", "memory_pss");
    set(&bench->base, "run.horizon", "60s");
    set(&bench->base, "run.warmup", "20s");
    set(&bench->base, "run.replications", "3");
    set(&bench->base, "server.worker_limit", "600");
    add_web(bench, "5s", "off");
    add_web(bench, "1s", "on");
    add_web(bench, "2s", "on");
    add_web(bench, "5s", "on");
    add_web(bench, "15s", "on");
    measure(bench, truth, 3, 4711);
    set(&bench->base, "cpu.connection", "10us");
    to_fit(bench, "cpu.connection");
    to_fit(bench, "cpu.wake"); /* from its default, 0 */
    to_fit(bench, "memory.daemon_private");
    return bench;
}

static void costs_of_a_web_server(void **state) {
    (void)state;
    const double truth[] = {120e-6, 60e-6, 300e3};
    struct bench *bench = web_bench();
    assert_true(fit(bench));
    for (size_t i = 0; i < 3; i++) {
        struct calibrated *param = &bench->params[i];
        printf("# %s %.5g, 95 %% interval %.5g to %.5g; it is %.5g\n", param->key, param->estimate, param->low, param->high, truth[i]);
        assert_true(param->low < truth[i] && truth[i] < param->high);
        assert_near(param->estimate, truth[i], 0.25 * truth[i]);
    }
    bench_close(bench);
}

static void threads_do_not_matter(void **state) {
    (void)state;
    struct bench *one = web_bench(), *seven = web_bench();
    one->threads = 1;
    seven->threads = 7;
    assert_true(fit(one) && fit(seven));
    for (size_t i = 0; i < 3; i++) {
        assert_same(seven->params[i].estimate, one->params[i].estimate);
        assert_same(seven->params[i].standard_error, one->params[i].standard_error);
    }
    assert_int_equal(seven->calibration.n_iterations, one->calibration.n_iterations);
    bench_close(one);
    bench_close(seven);
}

/* M/M/1 at four rates, each measured once for 500 s, a hundred times over: 95 of 100 intervals should hold the truth. Below 88 with
 * probability 0.002 if they do. */
static void intervals_cover(void **state) {
    (void)state;
    static const char *const truth[] = {"queue.service", "0.7s"};
    int covered = 0;
    for (uint64_t round = 0; round < 100; round++) {
        struct bench *bench = bench_open(model_find("mmc"), "servers_busy", NULL);
        set(&bench->base, "queue.service", "0.7s");
        set(&bench->base, "run.replications", "5");
        set(&bench->base, "run.horizon", "500s");
        set_number(&bench->base, "run.seed", (double)(1000 * round + 1));
        for (int i = 1; i <= 4; i++) set_number(add_point(bench, 1, 1), "queue.arrival_rate", 0.2 * i);
        measure(bench, truth, 1, 1000 * round + 500);
        struct calibrated *param = to_fit(bench, "queue.service");
        assert_true(fit(bench));
        covered += param->low < 0.7 && 0.7 < param->high;
        bench_close(bench);
    }
    printf("# %d of 100 intervals hold the truth\n", covered);
    assert_in_range(covered, 88, 100);
}

/* A study that is stopped ends the fit. */
static struct study_outcome stop_study(void *context, struct study *study) {
    (void)context, (void)study;
    return (struct study_outcome){.stopped = true};
}

static void stopped(void **state) {
    (void)state;
    struct bench *bench = bench_open(&line, "y", NULL);
    add_line(bench, 1, 0, 3);
    to_fit(bench, "line.a");
    struct calibration calibration = {.data = &bench->data, .params = bench->params, .n_params = 1, .run_study = stop_study};
    assert_false(calibration_run(&calibration, &bench->arena, &bench->diag));
    assert_true(calibration.stopped && diag_ok(&bench->diag));
    bench_close(bench);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_parameter),      cmocka_unit_test(two_parameters),        cmocka_unit_test(nothing_left_over),
        cmocka_unit_test(curved),             cmocka_unit_test(whole_numbers),         cmocka_unit_test(beyond_a_limit),
        cmocka_unit_test(beyond_a_check),     cmocka_unit_test(told_apart),            cmocka_unit_test(no_influence),
        cmocka_unit_test(influence_elsewhere), cmocka_unit_test(none_has_influence), cmocka_unit_test(never_simulated),       cmocka_unit_test(only_numbers),
        cmocka_unit_test(service_time_of_md1), cmocka_unit_test(costs_of_a_web_server), cmocka_unit_test(threads_do_not_matter),
        cmocka_unit_test(intervals_cover),    cmocka_unit_test(stopped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
