/* SPDX-License-Identifier: GPL-3.0-or-later
 * server_nginx: loops that serve first come, first served, and records of connections that run out; beside what nginx did with
 * 128 worker_connections. */
#define _POSIX_C_SOURCE 200809L
#include "tests/unit/server_bench.h"

static int set_up(void **state) { return server_bench_set_up(state, "server.architecture=nginx; server.backlog=10000; "); }

/* ---- the loop ------------------------------------------------------------------------------------------ */

/* Three requests land at 1 s, half a second of work each. */
static void response(struct server_bench *server, const char *settings, double first_s, double second_s, double third_s) {
    workbench_try(&server->bench, settings);
    workbench_expect(&server->bench, "request_response", (first_s + second_s + third_s) / 3);
    workbench_expect(&server->bench, "request_response_max", third_s);
}

static void first_come_first_served(void **state) {
    struct server_bench *server = *state;
    server_bench_crowd(server, 0, 3, 1, 0);
    workbench_set(&server->bench, "cpu.request=500ms; run.horizon=10s; ");
    response(server, "server.processes=1; machine.cores=1", 0.5, 1, 1.5);
    response(server, "machine.cores=8", 0.5, 1, 1.5); /* one loop, one core */
    response(server, "server.processes=2; machine.cores=2", 0.5, 0.5, 1);
    /* Two loops on one core: the first two at half speed until 1, then the third alone. */
    response(server, "machine.cores=1", 1, 1, 1.5);
    response(server, "server.processes=3; machine.cores=3", 0.5, 0.5, 0.5);
    /* Prefork's daemons share the core: all three at a third of its speed. */
    response(server, "server.architecture=prefork; machine.cores=1", 1.5, 1.5, 1.5);
}

/* One core is busy for 1.5 s of 10 however many there are; the loop's second core is idle. */
static void a_loop_uses_one_core(void **state) {
    struct server_bench *server = *state;
    server_bench_crowd(server, 0, 3, 1, 0);
    server_bench_request(server, 0, 4);
    workbench_try(&server->bench, "cpu.request=500ms; machine.cores=2; run.horizon=10s");
    workbench_expect(&server->bench, "cpu_utilisation", 1.5 / (2 * 3)); /* from the first request to the last */
    workbench_try(&server->bench, "server.processes=2");
    workbench_expect(&server->bench, "cpu_utilisation", 1.5 / (2 * 3));
}

/* The work of a connection comes with its first request. 0.25 s each, and 0.5 s a connection: A 1.0 .. 1.75; B, who comes at 1.25,
 * .. 2.5; A's second request of 1.75 waits for him: .. 2.75. */
static void a_connection_and_a_request(void **state) {
    struct server_bench *server = *state;
    server_bench_request(server, 0, 1);
    server_bench_request(server, 1, 1.25);
    server_bench_request(server, 0, 1.75);
    workbench_try(&server->bench, "cpu.request=250ms; cpu.connection=500ms; machine.cores=4; run.horizon=10s");
    workbench_expect(&server->bench, "request_response", (0.75 + 1.25 + 1) / 3);
}

/* ---- what an idle connection holds ----------------------------------------------------------------------- */

/* 100 connections for 10 s: no daemon, 528 bytes of a process and a socket each. */
static void an_idle_connection_is_a_record(void **state) {
    struct server_bench *server = *state;
    server_bench_crowd(server, 0, 100, 0, 0);
    server_bench_request(server, 0, 10);
    workbench_try(&server->bench, "memory.connection=528B; memory.socket=4000B; memory.shared=1MB; memory.daemon_private=1MB; "
                                  "memory.daemon_kernel=0B; run.horizon=12s");
    assert_same(server_bench_value(server, "daemons_held"), 0);
    assert_same(server_bench_value(server, "daemons_idle_keepalive"), 0);
    assert_same(server_bench_value(server, "connections_idle"), 100);
    workbench_expect(&server->bench, "memory_pss", 2e6 + 100 * 528);
    workbench_expect(&server->bench, "memory_kernel", 100 * 4000);
    assert_same(server_bench_value(server, "processes_peak"), 1);
    assert_same(server_bench_value(server, "daemons_forked_per_s"), 0);
}

/* ---- records run out ---------------------------------------------------------------------------------------- */

/* n clients, one after the other; how many connections the server has closed. */
static double closed_after(struct server_bench *server, uint32_t n) {
    server_bench_nobody(server);
    server_bench_crowd(server, 0, n, 0.5, 0.001);
    workbench_try(&server->bench, "server.connection_limit=128; run.horizon=5s");
    return server_bench_value(server, "closed_by_reclaim");
}

/* Measured: closed by the server after 75, 100, 125 ... 300 connections. First at the 119th, when 118 clients and two of its own
 * leave 8 of 128: a sixteenth; 14 of 118 idle ones are an eighth; and so on after each 14. */
static void the_oldest_make_room(void **state) {
    struct server_bench *server = *state;
    static const double measured[] = {0, 0, 14, 42, 70, 84, 112, 140, 168, 182};
    for (uint32_t i = 0; i < 10; i++) {
        double closed = closed_after(server, 75 + 25 * i);
        if (fabs(closed - measured[i]) > 0) fail_msg("after %u connections: closed %g, measured %g", 75 + 25 * i, closed, measured[i]);
    }
    assert_same(closed_after(server, 118), 0);
    assert_same(closed_after(server, 119), 14);
    assert_same(closed_after(server, 132), 14);
    assert_same(closed_after(server, 133), 28);
    assert_same(server_bench_value(server, "connections_open_peak"), 118);
}

/* Measured: the first closed are the clients 0 1 2 3 4 5 6 7 ... So of 119 the first 14 find their connections closed. */
static void the_oldest_first(void **state) {
    struct server_bench *server = *state;
    static const struct { uint32_t client; bool reuses; } again[] = {{0, false}, {7, false}, {13, false}, {14, true}, {118, true}};
    for (size_t i = 0; i < sizeof again / sizeof again[0]; i++) {
        closed_after(server, 119);
        server_bench_request(server, again[i].client, 2);
        workbench_run(&server->bench);
        workbench_expect(&server->bench, "reuse_share", again[i].reuses / 120.0);
        assert_same(server_bench_value(server, "connections_opened"), again[i].reuses ? 119 : 120);
    }
    /* Oldest means idle for longest: he who has asked again is not. */
    server_bench_nobody(server);
    server_bench_crowd(server, 0, 118, 0.5, 0.001);
    server_bench_request(server, 0, 1);
    server_bench_request(server, 118, 2);
    server_bench_request(server, 0, 3);
    server_bench_request(server, 14, 4);
    workbench_run(&server->bench);
    workbench_expect(&server->bench, "reuse_share", 2 / 122.0); /* client 14, now the 14th oldest, is gone */
}

/* Each process counts its own: 128 x 2 records, 236 clients in turn. */
static void each_process_has_its_own(void **state) {
    struct server_bench *server = *state;
    workbench_set(&server->bench, "server.processes=2; machine.cores=2");
    assert_same(closed_after(server, 236), 0);
    assert_same(closed_after(server, 237), 14);
    assert_same(closed_after(server, 238), 28);
}

/* An eighth of those idle, 32 at most: with 1024 records 960 - 2 clients leave 64. One at least: 16 records, 13 clients leave one,
 * and an eighth of 13 is one. */
static void between_one_and_thirty_two(void **state) {
    struct server_bench *server = *state;
    server_bench_crowd(server, 0, 958, 0.5, 0.001);
    workbench_try(&server->bench, "server.connection_limit=1024; run.horizon=5s");
    assert_same(server_bench_value(server, "closed_by_reclaim"), 0);
    server_bench_request(server, 958, 2);
    workbench_run(&server->bench);
    assert_same(server_bench_value(server, "closed_by_reclaim"), 32);
    server_bench_nobody(server);
    server_bench_crowd(server, 0, 20, 0.5, 0.001);
    workbench_try(&server->bench, "server.connection_limit=16");
    assert_same(server_bench_value(server, "closed_by_reclaim"), 7);
    assert_same(server_bench_value(server, "connections_open_peak"), 13);
}

/* 14 records for clients, all in use; a second of work each, in line. The 15th and 16th client wait until one is idle and can be closed
 * for them: the first two, at 1.5 and 2.5. The 15th is served at 15.5 s, the 16th at 16.5. */
static void when_nobody_is_idle_they_wait(void **state) {
    struct server_bench *server = *state;
    server_bench_crowd(server, 0, 16, 0.5, 0);
    workbench_try(&server->bench, "server.connection_limit=16; cpu.request=1s; run.horizon=20s");
    assert_same(server_bench_value(server, "backlog_peak"), 2);
    assert_same(server_bench_value(server, "closed_by_reclaim"), 2);
    assert_same(server_bench_value(server, "request_response_max"), 16);
    workbench_expect(&server->bench, "request_response", 16 * 17 / 2.0 / 16);
    assert_same(server_bench_value(server, "connections_opened"), 16);
}

/* 126 records for clients. Without reclaim the four who come last wait in the queue, and no idle connection is closed for them. */
static void without_reclaim_they_wait_too(void **state) {
    struct server_bench *server = *state;
    server_bench_crowd(server, 0, 130, 0.5, 0.001);
    workbench_try(&server->bench, "server.connection_limit=128; server.reclaim=off; run.horizon=5s");
    assert_same(server_bench_value(server, "closed_by_reclaim"), 0);
    assert_same(server_bench_value(server, "backlog_peak"), 4);
    /* Until the idle limit: the first at 2.5 s, then each a millisecond later. */
    workbench_try(&server->bench, "server.idle_limit=2s; run.horizon=4s");
    assert_same(server_bench_value(server, "closed_by_reclaim"), 0);
    workbench_expect(&server->bench, "request_response_max", 2.5 - (0.5 + 126 * 0.001));
}

static void as_many_processes_as_cores(void **state) {
    struct server_bench *server = *state;
    server_bench_crowd(server, 0, 3, 1, 0);
    workbench_try(&server->bench, "server.processes=0; machine.cores=3; cpu.request=500ms; run.horizon=10s");
    assert_same(server_bench_value(server, "processes_peak"), 3);
    workbench_expect(&server->bench, "request_response", 0.5);
    workbench_try(&server->bench, "machine.cores=1");
    workbench_expect(&server->bench, "request_response", (0.5 + 1 + 1.5) / 3);
}

/* ---- age ---------------------------------------------------------------------------------------------------- */

/* A request at 1, 2 .. 10 s, accepted at 1. At 4 the connection is 3 s old, which is not past 3; the response at 5 closes. The second
 * is accepted at 6 and closed at 10. With 3.5 s the same; with 2.5 s at 4, 8 and the third has served 9 and 10. */
static void past_its_age_the_next_response_closes(void **state) {
    struct server_bench *server = *state;
    server_bench_crowd(server, 0, 1, 1, 0);
    for (uint32_t i = 2; i <= 10; i++) server_bench_request(server, 0, i);
    static const struct { const char *settings; double closed, opened; } ages[] = {
        {"server.connection_age_limit=3s; run.horizon=12s", 2, 2}, {"server.connection_age_limit=3.5s", 2, 2},
        {"server.connection_age_limit=2.5s", 2, 3}, {"server.connection_age_limit=9s", 0, 1},
        {"server.connection_age_limit=0", 0, 1}, {"server.architecture=prefork; server.connection_age_limit=3s", 2, 2}};
    for (size_t i = 0; i < sizeof ages / sizeof ages[0]; i++) {
        workbench_try(&server->bench, ages[i].settings);
        assert_same(server_bench_value(server, "closed_by_age_limit"), ages[i].closed);
        assert_same(server_bench_value(server, "connections_opened"), ages[i].opened);
    }
}

int main(void) {
#define TEST(deed) cmocka_unit_test_setup_teardown(deed, set_up, server_bench_tear_down)
    const struct CMUnitTest tests[] = {
        TEST(first_come_first_served),
        TEST(a_loop_uses_one_core),
        TEST(a_connection_and_a_request),
        TEST(an_idle_connection_is_a_record),
        TEST(the_oldest_make_room),
        TEST(the_oldest_first),
        TEST(each_process_has_its_own),
        TEST(between_one_and_thirty_two),
        TEST(when_nobody_is_idle_they_wait),
        TEST(without_reclaim_they_wait_too),
        TEST(as_many_processes_as_cores),
        TEST(past_its_age_the_next_response_closes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
