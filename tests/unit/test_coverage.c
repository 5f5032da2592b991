/* SPDX-License-Identifier: GPL-3.0-or-later
 * coverage of the 95 % intervals, a small `make soak`: 200 experiments of each case, seeds 1 to 200. */
#define _POSIX_C_SOURCE 200809L
#include "tests/unit/unit.h"

#include "tests/soak/coverage.h"

enum { EXPERIMENTS = 200 };

/* Of 200 intervals that cover with 95 %, fewer than 180 (90 %) or more than 199 do so with a chance of 0.0011 + 0.00004. */
static const double LOW = 0.90, HIGH = 0.995;

static void the_false_alarm_is_as_said(void **state) {
    (void)state;
    assert_near(coverage_false_alarm(EXPERIMENTS, LOW, HIGH), 0.0011, 0.0002);
    /* By hand: of 3 intervals, 2 or fewer cover with a chance of 1 - 0.95^3. */
    assert_near(coverage_false_alarm(3, 1, 1), 1 - 0.95 * 0.95 * 0.95, 1e-12);
}

static void check_case(const struct coverage_case *what) {
    struct coverage rows[COVERAGE_MEASURES_MAX];
    size_t n = coverage_run(what, EXPERIMENTS, 1, 2, rows);
    for (size_t i = 0; i < n; i++) {
        assert_int_equal(rows[i].n, EXPERIMENTS); /* each has an interval */
        if (coverage_share(&rows[i]) < LOW || coverage_share(&rows[i]) > HIGH)
            fail_msg("%s, %s: %.1f %% of the intervals cover", what->name, what->measures[i], 100 * coverage_share(&rows[i]));
    }
}

/* Means, a share, and quantiles of dependent observations: 3000 customers at load 0.5, ten times. */
static void queue(void **state) {
    (void)state;
    check_case(&(struct coverage_case){
        "M/M/1 rho 0.5", "mmc", "M/M/1 rho 0.5", "run.replications=10; run.warmup=200s; run.horizon=6200s",
        {"customers", "wait", "response_p50", "response_p95", "response_p99"}});
}

static void keep_alive(void **state) {
    (void)state;
    check_case(&(struct coverage_case){
        "gaps exp 10 s, T 5 s, limit 5", "web", "gaps exp 10 s, T 5 s, limit 5",
        "run.replications=10; users.count=50; run.warmup=100s; run.horizon=300s",
        {"reuse_share", "daemons_held", "requests_per_connection", "time_wait"}});
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_false_alarm_is_as_said),
        cmocka_unit_test(queue),
        cmocka_unit_test(keep_alive),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
