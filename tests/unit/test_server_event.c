/* SPDX-License-Identifier: GPL-3.0-or-later
 * server_event: a thread only while it serves; connections per process; what a process does that has no thread, or is told
 * to end; beside what Apache's event did. Row k of the time line is the mean over (k-1, k]. */
#define _POSIX_C_SOURCE 200809L
#include "tests/unit/server_bench.h"

static int set_up(void **state) { return server_bench_set_up(state, APACHE_OF_THREADS "server.architecture=event; "); }

#define ONE_PROCESS "server.start=1; server.worker_limit=25; "
/* One process of two threads. */
#define TWO_THREADS "server.threads_per_process=2; server.worker_limit=2; server.start=1; server.spare_min=1; "
#define BUSY_FOR_A_SECOND "cpu.request=1s; machine.cores=100; "

/* ---- 75 connections a process ------------------------------------------------------------------------------ */

/* 25 threads + 2 x 25 idle ones (measured: 75). Not accepting, it begins again when 25 + 2 x 24 are not reached: 72. The first
 * clients end their connections, one a second from 1.5 on: the third makes room for three, the fourth for none. */
static void seventy_five_connections(void **state) {
    struct server_bench *server = *state;
    server_bench_crowd(server, 0, 100, 0.5, 0);
    for (uint32_t i = 0; i < 4; i++) server_bench_request(server, i, 1.5 + i);
    server_bench_watch(server, ONE_PROCESS "server.requests_per_connection=2; run.horizon=6s");
    static const double waiting[] = {25 / 2.0, 25, 25, (25 + 22) / 2.0, 22, 22};
    for (size_t k = 0; k < 6; k++) assert_same(workbench_seen(&server->bench, k + 1, "backlog"), waiting[k]);
    assert_same(server_bench_value(server, "connections_idle_peak"), 75);
    assert_same(server_bench_value(server, "closed_by_reclaim"), 0);
    assert_same(server_bench_value(server, "daemons_alive_peak"), 25);
}

/* A busy thread costs async_factor connections: with all 25 busy until 1.5 the process takes 25 and no more; when they are done,
 * all at that instant, each that is idle again makes room for two. */
static void busy_threads_leave_no_room(void **state) {
    struct server_bench *server = *state;
    server_bench_crowd(server, 0, 30, 0.5, 0);
    server_bench_request(server, 30, 4.5);
    server_bench_watch(server, ONE_PROCESS BUSY_FOR_A_SECOND "run.horizon= 7s");
    assert_same(workbench_seen(&server->bench, 1, "backlog"), 5 / 2.0);
    assert_same(workbench_seen(&server->bench, 2, "backlog"), 5 / 2.0);
    workbench_expect(&server->bench, "request_response", (25 * 1 + 5 * 2 + 1) / 31.0);
}

/* Those that close do not count: 75 are closed by the server at 1.5 and never answer, and 75 more are taken at 2.25. */
static void closing_ones_do_not_count(void **state) {
    struct server_bench *server = *state;
    server_bench_crowd(server, 0, 75, 0.5, 0);
    server_bench_crowd(server, 75, 75, 2.25, 0);
    server_bench_watch(server, ONE_PROCESS "users.answers_close=off; server.idle_limit=1s; run.horizon=3s");
    assert_same(server_bench_value(server, "connections_open_peak"), 150);
    assert_same(server_bench_value(server, "backlog_peak"), 0);
}

/* And they make room as soon as they begin to close: 25 wait from 0.5 to 1.5, not until the closing wait is over. */
static void room_is_made_by_the_close(void **state) {
    struct server_bench *server = *state;
    server_bench_crowd(server, 0, 100, 0.5, 0);
    server_bench_watch(server, ONE_PROCESS "users.answers_close=off; server.idle_limit=1s; run.horizon=3s");
    assert_same(server_bench_value(server, "request_response_max"), 1);
    workbench_expect(&server->bench, "request_response", 25 / 100.0);
}

/* A thread that closes is free at once, wherever the client's FIN is: round trip 0.5 s, work 1 s, keep-alive off. Both requests
 * land at 1.25; answered at 2.25 and 3.25, there at 2.5 and 3.5. */
static void a_thread_does_not_wait_for_the_fin(void **state) {
    struct server_bench *server = *state;
    server_bench_crowd(server, 0, 2, 0.5, 0);
    workbench_try(&server->bench, "server.threads_per_process=1; server.worker_limit=1; server.start=1; users.rtt=500ms; "
                                  BUSY_FOR_A_SECOND "server.keepalive=off; run.horizon=6s");
    assert_same(server_bench_value(server, "request_response_max"), 3);
    workbench_expect(&server->bench, "request_response", 2.5);
}

/* ---- growing and shrinking, as measured ---------------------------------------------------------------------- */

/* 500 clients connect at once, send one request each, stay, and never answer a FIN. Measured, second by second: 2 3 5 9 9 9 9 8 8 8
 * 8 7 7 7 7 6. Idle threads of those that do not accept do not count, so 100 are idle when there are 9, and the oldest is told to
 * end: closes its 75 connections, waits 2.01 s for them, and is noticed at the next second; then comes the next. */
static void five_hundred_at_once(void **state) {
    struct server_bench *server = *state;
    server_bench_crowd(server, 0, 500, 0.5, 0);
    server_bench_watch(server, "users.answers_close=off; server.closing_limit=2010ms; cpu.connection=34us; cpu.request=63us; "
                               "cpu.fork=5ms; machine.cores=1; run.horizon=17s");
    ASSERT_MEASURED(server, 1, 2, 3, 5, 9, 9, 9, 9, 8, 8, 8, 8, 7, 7, 7, 7, 6);
    ASSERT_PROCESSES(server, 1, 2, 3, 5, 9, 9, 9, 8 + 0.01, 8, 8, 8, 7 + 0.01, 7, 7, 7, 6 + 0.01, 6, 6);
    double held = 500 - workbench_seen(&server->bench, 3, "backlog"); /* by five processes */
    assert_true(held > 5 * 70 && held <= 5 * 75);
    double closed = server_bench_value(server, "closed_by_dying_process"); /* at 4, 8, 12 and 16 s */
    assert_true(closed > 4 * 70 && closed <= 4 * 75);
    assert_same(server_bench_value(server, "closed_by_reclaim"), 0);
}

/* All clients have gone. Measured: 6 5 5 4 4 3 3 3 3: the parent ends no other before it has taken note of the last, which
 * it does when its second is over. */
static void one_process_every_other_second(void **state) {
    struct server_bench *server = *state;
    server_bench_watch(server, "users.think=1000000s; server.start=6; run.horizon=9s");
    ASSERT_PROCESSES(server, 1, 6, 5, 5, 4, 4, 3, 3, 3, 3);
    ASSERT_MEASURED(server, 1, 6, 5, 5, 4, 4, 3, 3, 3);
}

/* With places for more than twice the processes that can be active it need not wait: one a second. */
static void a_large_scoreboard(void **state) {
    struct server_bench *server = *state;
    server_bench_watch(server, "users.think=1000000s; server.start=6; server.worker_limit=150; server.process_limit=13; "
                               "run.horizon=7s");
    ASSERT_PROCESSES(server, 1, 6, 5, 4, 3, 3, 3, 3);
    server_bench_watch(server, "server.process_limit=12"); /* 12 - 6 is not more than 6; 12 - 5 is */
    ASSERT_PROCESSES(server, 1, 6, 5, 5, 4, 3, 3, 3);
}

/* ---- no free thread ------------------------------------------------------------------------------------------- */

/* Two threads, a second for each request. A 0.5 .. 1.5, then idle. B 2.0 .. 3.0, C 2.25 .. 3.25. D comes at 2.5: no thread, so A is
 * closed. At 3.0 one is idle, but while not accepting it counts as none: 2 connections are not fewer than 2. At 3.25 D is
 * accepted: 1.75 s in all. */
static void a_newcomer_finds_no_thread(void **state) {
    struct server_bench *server = *state;
    static const double time_s[] = {0.5, 2, 2.25, 2.5};
    for (uint32_t i = 0; i < 4; i++) server_bench_request(server, i, time_s[i]);
    workbench_try(&server->bench, TWO_THREADS BUSY_FOR_A_SECOND "run.horizon=5s");
    assert_same(server_bench_value(server, "closed_by_reclaim"), 1);
    assert_same(server_bench_value(server, "request_response_max"), 1.75);
    workbench_expect(&server->bench, "request_response", (3 + 1.75) / 4);
    assert_same(server_bench_value(server, "connections_opened"), 4);
    assert_same(server_bench_value(server, "resets_per_s"), 0);
}

/* As above, but it is A who comes back at 2.5: his request is lost with his connection, and he connects again. */
static void a_request_finds_no_thread(void **state) {
    struct server_bench *server = *state;
    static const double time_s[] = {0.5, 2, 2.25, 2.5};
    static const uint32_t client[] = {0, 1, 2, 0};
    for (size_t i = 0; i < 4; i++) server_bench_request(server, client[i], time_s[i]);
    workbench_try(&server->bench, TWO_THREADS BUSY_FOR_A_SECOND "run.horizon=5s");
    assert_same(server_bench_value(server, "closed_by_reclaim"), 1);
    assert_same(server_bench_value(server, "request_response_max"), 1.75);
    assert_same(server_bench_value(server, "connections_opened"), 4);
    workbench_expect(&server->bench, "resets_per_s", 1 / 2.0); /* the window is that of the requests */
    assert_same(server_bench_value(server, "reuse_share"), 0);
}

/* ---- a process that is told to end ------------------------------------------------------------------------------ */

/* Three processes of two threads; 1 to 3 idle threads are wanted. Half a second of work each: A (first process) is idle from 0.75, B
 * (second) and C (third) from 1.0, D (first again) from 1.25.
 *   1     5 idle threads: the first is told to end: A is closed
 *   1.25  D is answered and closed; the process is gone
 *   2     4 idle, but the parent has not taken note of the last one's end
 *   3     the second is told to end: B is closed
 *   4     2 idle */
static void it_closes_what_is_idle_and_serves_what_is_not(void **state) {
    struct server_bench *server = *state;
    static const double time_s[] = {0.25, 0.5, 0.5, 0.75};
    for (uint32_t i = 0; i < 4; i++) server_bench_request(server, i, time_s[i]);
    server_bench_watch(server, "server.threads_per_process=2; server.start=3; server.worker_limit=6; server.spare_min=1; "
                               "server.spare_max=3; cpu.request=500ms; machine.cores=100; run.horizon=5s");
    ASSERT_PROCESSES(server, 1, 3, 2.25, 2, 1, 1);
    assert_same(server_bench_value(server, "closed_by_dying_process"), 3);
    assert_same(workbench_seen(&server->bench, 2, "connections_open"), (4 * 0 + 3 * 0.25 + 2 * 0.75));
    assert_same(workbench_seen(&server->bench, 5, "connections_open"), 1);
    assert_same(server_bench_value(server, "request_response_max"), 0.5);
}

/* "Scoreboard is full, not at MaxRequestWorkers". Processes of two threads, three of them; one idle thread is wanted, three are too
 * many. A (0.25, to the first process) is answered after 10 s.
 *   1    5 idle threads: the first is told to end, and drains until 10.25
 *   1.5  four clients, of whom two are left with the third and fourth thread until 11.5, and a fifth, who waits
 *   2    no idle thread: a third process may be active, but its place is taken by the one that drains
 * With one place more it is forked at 2, and the fifth waits half a second. */
static void the_scoreboard_is_full(void **state) {
    struct server_bench *server = *state;
    server_bench_request(server, 0, 0.25);
    server_bench_crowd(server, 1, 5, 1.5, 0);
    server_bench_watch(server, "server.threads_per_process=2; server.start=3; server.worker_limit=6; server.spare_min=1; "
                               "server.spare_max=3; server.process_limit=3; cpu.request=10s; machine.cores=100; run.horizon=30s");
    ASSERT_PROCESSES(server, 1, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3);
    assert_same(server_bench_value(server, "request_response_max"), 20);
    assert_same(server_bench_value(server, "backlog_peak"), 1);
    server_bench_watch(server, "server.process_limit=4");
    ASSERT_PROCESSES(server, 1, 3, 3, 4, 4, 4);
    assert_same(server_bench_value(server, "request_response_max"), 10.5);
}

int main(void) {
#define TEST(deed) cmocka_unit_test_setup_teardown(deed, set_up, server_bench_tear_down)
    const struct CMUnitTest tests[] = {
        TEST(seventy_five_connections),
        TEST(busy_threads_leave_no_room),
        TEST(closing_ones_do_not_count),
        TEST(room_is_made_by_the_close),
        TEST(a_thread_does_not_wait_for_the_fin),
        TEST(five_hundred_at_once),
        TEST(one_process_every_other_second),
        TEST(a_large_scoreboard),
        TEST(a_newcomer_finds_no_thread),
        TEST(a_request_finds_no_thread),
        TEST(it_closes_what_is_idle_and_serves_what_is_not),
        TEST(the_scoreboard_is_full),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
