/* SPDX-License-Identifier: GPL-3.0-or-later
 * server_prefork: the pool's rules second by second. The tick comes at whole seconds; row k of the time line is the mean
 * over (k-1, k], so it shows what the tick at k-1 left. */
#define _POSIX_C_SOURCE 200809L
#include "tests/unit/workbench.h"

static int set_up(void **state) {
    struct workbench *bench = malloc(sizeof *bench);
    assert_non_null(bench);
    workbench_open(bench, &model_web, WEB_BARE "server.start=5; server.spare_min=5; server.spare_max=10; "
                                               "server.worker_limit=1000; machine.ram=1TB; server.backlog=10000; ");
    *state = bench;
    return 0;
}

static int tear_down(void **state) {
    workbench_close(*state);
    free(*state);
    return 0;
}

/* More users than daemons, who all connect at 0.5 s and never let go. */
#define UNLIMITED_DEMAND "users.count=3000; users.think=500ms; server.idle_limit=1h; "
/* Nobody comes. */
#define NO_DEMAND "users.think=1000000s; "

static void assert_alive(const struct workbench *bench, const double *alive, size_t n) {
    for (size_t k = 0; k < n; k++) {
        double got = workbench_seen(bench, k + 1, "daemons_alive");
        if (fabs(got - alive[k]) > 1e-9) fail_msg("second %zu: %g alive, wanted %g", k + 1, got, alive[k]);
    }
}

static void see(struct workbench *bench, const char *settings, const double *alive, size_t n) {
    workbench_set(bench, settings);
    workbench_watch(bench);
    workbench_run(bench);
    assert_alive(bench, alive, n);
}
#define SEE(bench, settings, ...) \
    see(bench, settings, (const double[]){__VA_ARGS__}, sizeof((double[]){__VA_ARGS__}) / sizeof(double))

/* ---- growing --------------------------------------------------------------------------------------------- */

/* Forks 1, 2, 4, 8, 16, 32, 32 ... a second. */
static void the_cold_start(void **state) {
    struct workbench *bench = *state;
    SEE(bench, UNLIMITED_DEMAND "run.horizon=10s", 5, 6, 8, 12, 20, 36, 68, 100, 132, 164);
    assert_same(workbench_value(bench, "daemons_alive_peak"), 164); /* the tick at 10 leaves no time */
    workbench_expect(bench, "daemons_forked_per_s", (164 + 32 - 5) / 10.0);
    SEE(bench, "server.spawn_max=6", 5, 6, 8, 12, 18, 24, 30, 36);
}

/* Apache 2.4.71 prefork, stock settings (5 at the start, 5 to 10 spare), 100 users x 5 connections, idle limit 5 s: children
 * alive as counted at the end of each second by a monitor that does not run in step with the server's own second. So a count lies
 * between what the tick of that second finds and what it leaves. Demand was met after 19 s. */
static void the_cold_start_as_measured(void **state) {
    struct workbench *bench = *state;
    static const double measured[] = {6,   8,   12,  20,  36,  68,  100, 132, 164, 196,
                                      228, 260, 292, 301, 324, 356, 388, 420, 452};
    workbench_set(bench, UNLIMITED_DEMAND "run.horizon=21s");
    workbench_watch(bench);
    workbench_run(bench);
    for (size_t k = 1; k <= sizeof measured / sizeof measured[0]; k++) {
        double found = workbench_seen(bench, k, "daemons_alive"), left = workbench_seen(bench, k + 1, "daemons_alive");
        if (measured[k - 1] < found || measured[k - 1] > left)
            fail_msg("second %zu: measured %g, simulated %g to %g", k, measured[k - 1], found, left);
    }
}

static void the_worker_limit_is_kept(void **state) {
    struct workbench *bench = *state;
    SEE(bench, UNLIMITED_DEMAND "server.worker_limit=50; run.horizon=10s", 5, 6, 8, 12, 20, 36, 50, 50, 50, 50);
    assert_same(workbench_value(bench, "daemons_held_peak"), 50);
    assert_same(workbench_value(bench, "forks_refused_per_s"), 0);
    SEE(bench, "server.start=80", 50, 50, 50); /* the start is cut to it */
}

/* Shared 1 MB and 1 MB each: 7 fit into 8 MB. Wanted at 1 s 1, at 2 s 2 (one fits), then 4, 8, 16 and 32. */
static void memory_refuses_forks(void **state) {
    struct workbench *bench = *state;
    SEE(bench, UNLIMITED_DEMAND "machine.ram=8MB; memory.shared=1MB; memory.daemon_rss=2MB; memory.daemon_private=1MB; "
                                "memory.daemon_kernel=0B; memory.socket=0B; memory.time_wait=0B; run.horizon=6.5s",
        5, 6, 7, 7, 7, 7);
    workbench_expect(bench, "forks_refused_per_s", (1 + 4 + 8 + 16 + 32) / 6.5);
    assert_same(workbench_value(bench, "memory_total_peak"), 8e6);
    assert_same(workbench_value(bench, "ram_share"), 1);
    SEE(bench, "machine.ram=7.9MB", 5, 6, 6, 6);
}

/* 1 MB shared, 5 daemons of 1 MB, 12 MB in all. Six requests without keep-alive at 0.5 leave TIME_WAIT entries of 1 MB each until
 * 2.25: full, so that the fork wanted at 1 and the two at 2 are refused. At 3 the four wanted fit. (One more request, at 4.5,
 * keeps the trace from ending before.) */
static void memory_that_is_free_again(void **state) {
    struct workbench *bench = *state;
    static const double time_s[] = {0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 4.5};
    static const uint32_t client[] = {0, 1, 2, 3, 4, 5, 6};
    workbench_trace(bench, 7, time_s, client, 7);
    SEE(bench, "server.keepalive=off; server.spare_min=6; tcp.time_wait=1.75s; memory.shared=1MB; memory.daemon_private=1MB; "
               "memory.daemon_kernel=0B; memory.socket=0B; memory.time_wait=1MB; machine.ram=12MB; run.horizon=5s",
        5, 5, 5, 9, 9);
    workbench_expect(bench, "daemons_forked_per_s", 4 / 4.0); /* the window is that of the requests */
    workbench_expect(bench, "forks_refused_per_s", 3 / 4.0);
}

/* ---- what counts as idle ------------------------------------------------------------------------------------ */

/* One daemon held from 0.5; the second client, from 0.75, waits for the fork of second 1, which takes 0.25 s of CPU. */
static void a_fork_takes_its_time(void **state) {
    struct workbench *bench = *state;
    static const double time_s[] = {0.5, 0.75};
    static const uint32_t client[] = {0, 1};
    workbench_trace(bench, 2, time_s, client, 2);
    workbench_try(bench, "server.start=1; server.spare_min=1; cpu.fork=250ms; machine.cores=1; run.horizon=5.5s; "
                         "server.worker_limit=2");
    assert_same(workbench_value(bench, "request_response_max"), 0.5);
    assert_same(workbench_value(bench, "daemons_alive_peak"), 2);
    /* A fork of 10 s: the starting daemon counts as idle, so no more are forked. */
    SEE(bench, "cpu.fork=10s; server.worker_limit=100", 1, 2, 2, 2, 2);
    assert_same(workbench_value(bench, "backlog_peak"), 1);
}

/* Three of five daemons are taken at 0.5, three more at 3.5.
 *   1  2 idle: 1 forked   2  3 idle: 2 forked   3  5 idle: the rate falls back to 1
 *   4  2 idle: 1 forked (not 4)   5  3 idle: 2 forked */
static void a_second_without_need(void **state) {
    struct workbench *bench = *state;
    static const double time_s[] = {0.5, 0.5, 0.5, 3.5, 3.5, 3.5};
    static const uint32_t client[] = {0, 1, 2, 3, 4, 5};
    workbench_trace(bench, 6, time_s, client, 6);
    SEE(bench, "run.horizon=8s", 5, 6, 8, 8, 9, 11, 11, 11);
}

/* ---- shrinking ------------------------------------------------------------------------------------------------ */

static void one_a_second_is_ended(void **state) {
    struct workbench *bench = *state;
    SEE(bench, NO_DEMAND "server.start=20; run.horizon=20s", 20, 19, 18, 17, 16, 15, 14, 13, 12, 11, 10, 10, 10, 10);
    workbench_expect(bench, "daemons_reaped_per_s", 10 / 20.0);
    assert_same(workbench_value(bench, "daemons_forked_per_s"), 0);
    /* spare_max is at least spare_min + 1. */
    SEE(bench, "server.spare_max=2; server.start=8", 8, 7, 6, 6, 6, 6);
}

/* Three connections keep their daemons through the decay: 20 alive, 17 idle; 10 idle are left, 13 alive. */
static void those_that_hold_a_connection_stay(void **state) {
    struct workbench *bench = *state;
    SEE(bench, "users.count=3; users.think=500ms; server.start=20; run.horizon=10s", 20, 19, 18, 17, 16, 15, 14, 13, 13, 13);
    assert_same(workbench_value(bench, "daemons_held_peak"), 3);
}

/* During the decay the rate is 1: 8 are ended from 20 down to 12, then ten clients come at once, at 8.5. 9: 2 idle, 1
 * forked; 10: 2; 11: 5 idle. */
static void need_during_the_decay(void **state) {
    struct workbench *bench = *state;
    static const double time_s[] = {8.5, 8.5, 8.5, 8.5, 8.5, 8.5, 8.5, 8.5, 8.5, 8.5};
    static const uint32_t client[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
    workbench_trace(bench, 10, time_s, client, 10);
    SEE(bench, "server.start=20; run.horizon=14s", 20, 19, 18, 17, 16, 15, 14, 13, 12, 13, 15, 15, 15);
}

/* Ending one sets the rate back to 1. Three are taken from 0.5 to 2.5, five from 3.5; more than 6 idle are too many.
 *   1  2 idle: 1 forked   2  3 idle: 2 forked   3  8 idle: 1 ended   4  2 idle: 1 forked (not 4)   5  3 idle: 2 forked */
static void ending_one_slows_the_forks(void **state) {
    struct workbench *bench = *state;
    static const double time_s[] = {0.5, 0.5, 0.5, 3.5, 3.5, 3.5, 3.5, 3.5};
    static const uint32_t client[] = {0, 1, 2, 3, 4, 5, 6, 7};
    workbench_trace(bench, 8, time_s, client, 8);
    SEE(bench, "server.idle_limit=2s; server.spare_max=6; run.horizon=7s", 5, 6, 8, 7, 8, 10);
}

int main(void) {
#define TEST(deed) cmocka_unit_test_setup_teardown(deed, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(the_cold_start),
        TEST(the_cold_start_as_measured),
        TEST(the_worker_limit_is_kept),
        TEST(memory_refuses_forks),
        TEST(memory_that_is_free_again),
        TEST(a_fork_takes_its_time),
        TEST(a_second_without_need),
        TEST(one_a_second_is_ended),
        TEST(those_that_hold_a_connection_stay),
        TEST(need_during_the_decay),
        TEST(ending_one_slows_the_forks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
