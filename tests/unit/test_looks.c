/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Looks at levels: their moments by hand and in phase, their quantiles against sorting, a cycle whose shares of time are on paper, and two
 * laws that are known exactly: customers of M/M/1 and open connections of independent users.
 */
#include "tests/unit/workbench.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sort.h>

#include "sim/experiment/estimate.h"

/* ---- moments -------------------------------------------------------------------------------------------------- */

static void moments_by_hand(void **state) {
    (void)state;
    struct arena arena;
    struct looks looks;
    arena_open(&arena, 1 << 24);
    looks_open(&looks, 1, 0, &arena);
    assert_true(isinf(looks_next_s(&looks))); /* no window yet */
    looks_begin(&looks, 100, 100 + 2.0 * LOOKS);
    /* g = (sqrt(5) - 1) / 2: g / 2 = 0.3090170, 3 g / 2 = 0.9270510, 5 g / 2 = 1.5450850; parts are 2 s long. */
    const double want[] = {100 + 2 * 0.3090170, 102 + 2 * 0.9270510, 104 + 2 * 0.5450850};
    for (size_t i = 0; i < 3; i++) {
        assert_near(looks_next_s(&looks), want[i], 1e-6);
        looks_put(&looks, 0, 0);
        looks_taken(&looks);
    }
    while (looks.n < LOOKS) looks_taken(&looks);
    assert_true(isinf(looks_next_s(&looks)));
    looks_begin(&looks, 5, 5); /* no time, nothing to look at */
    assert_true(isinf(looks_next_s(&looks)));
    arena_close(&arena);
}

/* One look a part, and all phases of a second alike, in windows whose parts are and are not whole seconds: of 10 bins of the phase each has a
 * tenth of 4 replications to 2 %, which looks in equal steps would miss by all. */
static void every_phase_alike(void **state) {
    (void)state;
    static const double parts_s[] = {0.3, 0.5, 1, 2, 3.6, 10};
    for (size_t p = 0; p < sizeof parts_s / sizeof parts_s[0]; p++) {
        double bins[10] = {0};
        for (uint32_t r = 0; r < 4; r++) {
            struct looks looks = {.origin = (uint64_t)r * LOOKS};
            looks_begin(&looks, 60, 60 + LOOKS * parts_s[p]);
            for (size_t i = 0; i < LOOKS; i++, looks_taken(&looks)) {
                double at_s = looks_next_s(&looks), low_s = 60 + (double)i * parts_s[p];
                assert_true(at_s >= low_s && at_s < low_s + parts_s[p] + 1e-9);
                bins[(int)(10 * (at_s - floor(at_s)))]++;
            }
        }
        for (int b = 0; b < 10; b++) assert_near(bins[b] / (4 * LOOKS), 0.1, 0.002);
    }
}

/* ---- what they say ----------------------------------------------------------------------------------------------- */

static void as_sorted(void **state) {
    (void)state;
    const size_t per_mille[LOOKS_QUANTILES] = {500, 950, 990};
    struct arena arena;
    struct looks looks;
    struct dice dice = {7};
    arena_open(&arena, 1 << 26);
    for (int trial = 0; trial < 40; trial++) {
        double sorted[LOOKS], got[LOOKS_QUANTILES];
        size_t n = trial ? 1 + dice_below(&dice, LOOKS) : LOOKS;
        looks_open(&looks, 2, 0, &arena);
        for (looks.n = 0; looks.n < n; looks_taken(&looks)) {
            double x = dice_exponential(&dice, trial < 20 ? 30 : 1e9);
            sorted[looks.n] = trial % 2 ? x : floor(x);
            looks_put(&looks, 1, sorted[looks.n]);
        }
        gsl_sort(sorted, 1, n);
        looks_quantiles(&looks, 1, got);
        for (size_t k = 0; k < LOOKS_QUANTILES; k++) assert_same(got[k], sorted[(per_mille[k] * n + 999) / 1000 - 1]);
        arena_reset(&arena);
    }
    arena_close(&arena);
}

static void nothing_is_not_zero(void **state) {
    (void)state;
    struct arena arena;
    struct looks looks;
    double got[LOOKS_QUANTILES];
    arena_open(&arena, 1 << 24);
    looks_open(&looks, 1, 0, &arena);
    looks_quantiles(&looks, 0, got);
    assert_true(isnan(got[0]) && isnan(got[1]) && isnan(got[2]));
    for (looks.n = 0; looks.n < 10; looks_taken(&looks)) looks_put(&looks, 0, NOTHING_OBSERVED);
    looks_quantiles(&looks, 0, got);
    assert_true(isnan(got[0]) && isnan(got[1]) && isnan(got[2]));
    arena_close(&arena);
}

/* ---- of a model ------------------------------------------------------------------------------------------------------ */

/* One user thinks 4 s and is served 1 s: busy for a fifth of the time, so the median is 0 and p95 is 1; the same with 3 of each 100 s busy:
 * p95 is 0 and p99 is 1. Memory follows: one daemon of fifty is held, or none. */
static void cycle_by_hand(void **state) {
    (void)state;
    struct workbench bench;
    workbench_open(&bench, &model_web, WEB_BARE "users.think=4s; cpu.request=1s; run.warmup=5s; run.horizon=1005s; server.keepalive=off; "
                                                "memory.daemon_rss=5MB; ");
    workbench_run(&bench);
    assert_same(workbench_value(&bench, "daemons_busy_p50"), 0);
    assert_same(workbench_value(&bench, "daemons_busy_p95"), 1);
    assert_same(workbench_value(&bench, "daemons_alive_p50"), 50);
    assert_same(workbench_value(&bench, "memory_held_p50"), 0);
    assert_same(workbench_value(&bench, "memory_held_p95"), 5e6);
    assert_true(isnan(workbench_value(&bench, "page_cache_p50"))); /* not modelled here */
    workbench_try(&bench, "users.think=97s; cpu.request=3s; run.horizon=10005s");
    assert_same(workbench_value(&bench, "daemons_busy_p95"), 0);
    assert_same(workbench_value(&bench, "daemons_busy_p99"), 1);
    workbench_close(&bench);
}

/* Of a trace the window is from the first request to the last: 60 of 100 s with one connection, 40 with two. */
static void window_of_a_trace(void **state) {
    (void)state;
    static const double time_s[] = {1000, 1060, 1100};
    static const uint32_t client[] = {0, 1, 0};
    struct workbench bench;
    workbench_open(&bench, &model_web, WEB_BARE "run.horizon=0; ");
    workbench_trace(&bench, 3, time_s, client, 2);
    workbench_run(&bench);
    assert_same(workbench_value(&bench, "connections_open_p50"), 1);
    assert_same(workbench_value(&bench, "connections_open_p95"), 2);
    workbench_close(&bench);
}

enum { REPLICATIONS = 40 };
#define T_39 3.558 /* Student t, 39 degrees, two-sided 0.1 %: six quantiles below, so one seed in 170 would fail */

/* Means of the replications' p50, p95 and p99 of a level against quantiles of its law, which is one of whole numbers: a replication's quantile
 * is the next one above or below as often as chance has it, which moves a mean by half of one at most. */
static void against_law(const struct model *model, const char *settings, const char *measure, const double exact[LOOKS_QUANTILES]) {
    struct workbench bench;
    double seen[REPLICATIONS][LOOKS_QUANTILES];
    workbench_open(&bench, model, settings);
    for (uint32_t r = 0; r < REPLICATIONS; r++) {
        workbench_run_as(&bench, r, false);
        memcpy(seen[r], &bench.values[model_column_find(model, measure) + 1], sizeof seen[r]);
    }
    for (size_t k = 0; k < LOOKS_QUANTILES; k++) {
        struct estimate estimate = estimate_of(&seen[0][k], REPLICATIONS, LOOKS_QUANTILES);
        printf("# %s, %zu: %.3f +- %.2g, exactly %.0f\n", measure, k, estimate.mean, estimate.half_width, exact[k]);
        assert_near(estimate.mean, exact[k], 0.5 + T_39 * estimate.standard_error);
        assert_true(T_39 * estimate.standard_error < fmax(0.25, 0.05 * exact[k])); /* a wide one would prove nothing */
    }
    workbench_close(&bench);
}

/* M/M/1 of load 0.8: P(N <= n) = 1 - 0.8^(n + 1), so the quantiles are 3, 13 and 20. */
static void customers_of_mm1(void **state) {
    (void)state;
    against_law(&model_mmc, "queue.arrival_rate=0.8/s; run.warmup=1000s; run.horizon=101000s; ", "customers", (const double[]){3, 13, 20});
}

/* 1000 independent users, gaps exponential with 10 s, idle limit 5 s: connections open are binomial with p = 1 - exp(-1/2) (renewal
 * theory: the share of time that one is held is the share of requests that find it so). */
static void connections_of_users(void **state) {
    (void)state;
    const double q[LOOKS_QUANTILES] = {0.50, 0.95, 0.99};
    double exact[LOOKS_QUANTILES];
    for (size_t k = 0; k < LOOKS_QUANTILES; k++) {
        unsigned n = 0;
        while (gsl_cdf_binomial_P(n, 1 - exp(-0.5), 1000) < q[k]) n++;
        exact[k] = n;
    }
    against_law(&model_web, WEB_BARE "users.count=1000; users.think=exponential(10s); server.idle_limit=5s; server.start=1000; server.worker_limit=1000; "
                                     "server.spare_max=1000; run.warmup=100s; run.horizon=2100s; ", "connections_open", exact);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(moments_by_hand), cmocka_unit_test(every_phase_alike), cmocka_unit_test(as_sorted),
        cmocka_unit_test(nothing_is_not_zero), cmocka_unit_test(cycle_by_hand), cmocka_unit_test(window_of_a_trace),
        cmocka_unit_test(customers_of_mm1), cmocka_unit_test(connections_of_users),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
