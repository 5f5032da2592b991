/* SPDX-License-Identifier: GPL-3.0-or-later
 * server_worker: a thread for each connection, threads come and go as whole processes; beside what Apache's worker did. Row k
 * of the time line is the mean over (k-1, k]: it shows what the tick at k-1 left. */
#define _POSIX_C_SOURCE 200809L
#include "tests/unit/server_bench.h"

static int set_up(void **state) { return server_bench_set_up(state, APACHE_OF_THREADS "server.architecture=worker; "); }

/* ---- the pool as measured -------------------------------------------------------------------------------- */

/* 500 clients connect at once, send one request each and stay; then all are gone at once: here each sends a second request,
 * the last that the server allows. Measured, second by second: 2 3 5 9 17 24 24 24 24 24 24 24 24 24 24 24, then
 * 24 13 12 11 10 9 8 6 6 5 4 3 3 3 3. The 11 that go at once were told to end while all was quiet (100 of 600 threads
 * were idle, 75 may be) and had been waiting for their clients. */
static void five_hundred_at_once(void **state) {
    struct server_bench *server = *state;
    server_bench_crowd(server, 0, 500, 0.5, 0);
    server_bench_crowd(server, 0, 500, 16.5, 0);
    server_bench_request(server, 500, 31.5); /* a trace ends when nobody is left */
    server_bench_watch(server, "server.requests_per_connection=2; run.horizon=32s");
    ASSERT_PROCESSES(server, 1, 2, 3, 5, 9, 17, 24, 24, 24, 24, 24, 24, 24, 24, 24, 24, 24);
    ASSERT_PROCESSES(server, 17, (24 + 13) / 2.0, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 3, 3, 3);
    ASSERT_MEASURED(server, 1, 2, 3, 5, 9, 17, 24, 24, 24, 24, 24, 24, 24, 24, 24, 24);
    ASSERT_MEASURED(server, 17, 13, 12, 11, 10, 9, 8, 6, 6, 5, 4, 3, 3, 3);
    assert_same(workbench_value(&server->bench, "closed_by_request_limit"), 500);
    assert_same(workbench_value(&server->bench, "request_response_max"), 4.5);
}

/* Each waited for the threads that were forked for him: 50 are served at 0.5, 75 at 1 s ... */
static void who_waits_for_threads(void **state) {
    struct server_bench *server = *state;
    server_bench_crowd(server, 0, 500, 0.5, 0);
    server_bench_watch(server, "run.horizon=7s");
    assert_same(workbench_seen(&server->bench, 1, "backlog"), 450 / 2.0);
    assert_same(workbench_seen(&server->bench, 2, "backlog"), 500 - 3 * 25);
    assert_same(workbench_seen(&server->bench, 3, "backlog"), 500 - 5 * 25);
    assert_same(workbench_seen(&server->bench, 5, "backlog"), 500 - 17 * 25);
    assert_same(workbench_seen(&server->bench, 6, "backlog"), 0);
    workbench_expect(&server->bench, "request_response",
                     (25 * 0.5 + 50 * 1.5 + 100 * 2.5 + 200 * 3.5 + 75 * 4.5) / 500);
}

/* Nobody comes. Three processes are 75 threads, which may be idle. */
static void one_process_a_second_is_ended(void **state) {
    struct server_bench *server = *state;
    server_bench_watch(server, "users.think=1000000s; server.start=24; run.horizon=25s");
    ASSERT_PROCESSES(server, 1, 24, 23, 22, 21, 20, 19, 18);
    ASSERT_PROCESSES(server, 20, 5, 4, 3, 3, 3, 3);
    assert_same(workbench_value(&server->bench, "daemons_alive_peak"), 24 * 25);
    workbench_expect(&server->bench, "daemons_reaped_per_s", 21 / 25.0);
}

/* spare_max is at least spare_min + threads_per_process (httpd raises MaxSpareThreads). */
static void spare_max_is_raised(void **state) {
    struct server_bench *server = *state;
    server_bench_watch(server, "users.think=1000000s; server.start=6; server.spare_min=80; server.spare_max=81; run.horizon=6s");
    ASSERT_PROCESSES(server, 1, 6, 5, 4, 4, 4, 4); /* 105 and not 81: 4 processes stay */
}

/* ---- a process that is told to end ------------------------------------------------------------------------- */

/* Processes of two threads, four of them; 1 to 3 idle threads are wanted. A client holds one of the first's from 0.5.
 *   1  7 idle: the first is told to end; its idle thread goes, the client's stays
 *   2  6 idle: the second ends   3  4 idle: the third   4  2 idle
 *   5.5  the client's next request is answered, and his connection ends with the process */
static void it_waits_for_its_clients(void **state) {
    struct server_bench *server = *state;
    server_bench_request(server, 0, 0.5);
    server_bench_request(server, 0, 5.5);
    server_bench_request(server, 1, 7.25);
    server_bench_watch(server, "server.threads_per_process=2; server.worker_limit=8; server.start=4; server.spare_min=1; "
                               "server.spare_max=3; run.horizon=8s");
    ASSERT_PROCESSES(server, 1, 4, 4, 3, 2, 2, 1.5, 1, 1);
    static const double threads[] = {8, 7, 5, 3, 3, 2.5, 2, 2};
    for (size_t k = 0; k < 8; k++) assert_same(workbench_seen(&server->bench, k + 1, "daemons_alive"), threads[k]);
    assert_same(workbench_value(&server->bench, "closed_by_dying_process"), 1);
    assert_same(workbench_value(&server->bench, "connections_opened"), 2);
    workbench_expect(&server->bench, "reuse_share", 1 / 3.0);
}

int main(void) {
#define TEST(deed) cmocka_unit_test_setup_teardown(deed, set_up, server_bench_tear_down)
    const struct CMUnitTest tests[] = {
        TEST(five_hundred_at_once),
        TEST(who_waits_for_threads),
        TEST(one_process_a_second_is_ended),
        TEST(spare_max_is_raised),
        TEST(it_waits_for_its_clients),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
