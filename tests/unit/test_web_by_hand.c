/* SPDX-License-Identifier: GPL-3.0-or-later
 * web, by hand: constant think times and costs, one or a few users, so that the whole time line fits into a comment. Times are
 * sums of powers of two, hence exact. The first click comes after one think time. */
#define _POSIX_C_SOURCE 200809L
#include "tests/unit/workbench.h"

static int set_up(void **state) {
    struct workbench *bench = malloc(sizeof *bench);
    assert_non_null(bench);
    workbench_open(bench, &model_web, WEB_BARE);
    *state = bench;
    return 0;
}

static int tear_down(void **state) {
    workbench_close(*state);
    free(*state);
    return 0;
}

/* ---- one request --------------------------------------------------------------------------------------- */

/* Click at 4. SYN, SYN-ACK, ACK and request: lands at 4.75; CPU 0.125 + 0.0625: 4.9375; the response lands at 5.1875. That is 2
 * round trips and the CPU of connection and request: 1.1875. Then every 4 + 0.5625 s a click whose request lands
 * 0.25 s later and whose response is there after a round trip and the CPU of a request. By 30: 1 + 5 pages, the last click
 * at 27.4375. */
static void a_new_connection_and_a_reused_one(void **state) {
    struct workbench *bench = *state;
    workbench_try(bench, "users.think=4s; users.rtt=500ms; cpu.connection=125ms; cpu.request=62.5ms; run.horizon=30s");
    assert_same(workbench_value(bench, "page_response_max"), 1.1875);
    assert_same(workbench_value(bench, "request_response_max"), 1.1875);
    workbench_expect(bench, "page_response", (1.1875 + 5 * 0.5625) / 6);
    workbench_expect(bench, "request_response", (1.1875 + 5 * 0.5625) / 6);
    assert_near(workbench_value(bench, "page_response_p50"), 0.5625, 0.5625 * QUANTILE_RELATIVE_ERROR);
    assert_near(workbench_value(bench, "page_response_p99"), 1.1875, 1.1875 * QUANTILE_RELATIVE_ERROR);
    workbench_expect(bench, "pages_per_s", 6.0 / 30);
    workbench_expect(bench, "requests_per_s", 6.0 / 30);
    assert_same(workbench_value(bench, "connections_opened"), 1);
    workbench_expect(bench, "connections_per_s", 1.0 / 30);
    assert_same(workbench_value(bench, "requests_per_connection"), 6);
    workbench_expect(bench, "reuse_share", 5.0 / 6);
    assert_same(workbench_value(bench, "connection_seconds"), 30 - 4.75);
    workbench_expect(bench, "connections_open", (30 - 4.75) / 30);
    workbench_expect(bench, "daemons_held", (30 - 4.75) / 30);
    workbench_expect(bench, "daemons_busy", (0.125 + 6 * 0.0625) / 30);
    workbench_expect(bench, "daemons_idle_keepalive", (30 - 4.75 - 0.5) / 30);
    workbench_expect(bench, "cpu_utilisation", 0.5 / (2 * 30)); /* of 2 cores */
    assert_same(workbench_value(bench, "daemons_alive"), 50);
    assert_same(workbench_value(bench, "daemons_held_peak"), 1);
    assert_same(workbench_value(bench, "time_wait_peak"), 0);
}

/* The same, looked at from 10 s on: 4 pages, all on the open connection. */
static void what_came_before_the_warm_up_is_forgotten(void **state) {
    struct workbench *bench = *state;
    workbench_try(bench, "users.think=4s; users.rtt=500ms; cpu.connection=125ms; cpu.request=62.5ms; "
                         "run.horizon=30s; run.warmup=10s");
    assert_same(workbench_value(bench, "page_response_max"), 0.5625);
    workbench_expect(bench, "pages_per_s", 4.0 / 20);
    assert_same(workbench_value(bench, "reuse_share"), 1);
    assert_same(workbench_value(bench, "connections_opened"), 0);
    assert_true(isnan(workbench_value(bench, "requests_per_connection")));
    assert_same(workbench_value(bench, "connection_seconds"), 20);
    workbench_expect(bench, "cpu_utilisation", 4 * 0.0625 / (2 * 20));
}

/* The same, second by second: open from 4.75, busy until 4.9375, answered at 5.1875. A warm-up that ends inside a second does not
 * show in its row. */
static void the_time_line(void **state) {
    struct workbench *bench = *state;
    static const char *const warmups[] = {"run.warmup=0s", "run.warmup=4.5s", "run.warmup=4.875s"};
    workbench_set(bench, "users.think=4s; users.rtt=500ms; cpu.connection=125ms; cpu.request=62.5ms; run.horizon=8s; "
                         "memory.base=0B; memory.daemon_rss=1MB");
    workbench_watch(bench);
    for (size_t i = 0; i < 3; i++) {
        workbench_try(bench, warmups[i]);
        for (size_t k = 1; k <= 8; k++) {
            assert_same(workbench_seen(bench, k, "daemons_alive"), 50);
            assert_same(workbench_seen(bench, k, "memory_rss"), 50e6);
            assert_same(workbench_seen(bench, k, "connections_open"), k < 5 ? 0 : k > 5 ? 1 : 0.25);
            assert_same(workbench_seen(bench, k, "daemons_busy"), k == 5 ? 0.1875 : 0);
            assert_same(workbench_seen(bench, k, "cpu_utilisation"), k == 5 ? 0.1875 / 2 : 0);
            assert_same(workbench_seen(bench, k, "connections_per_s"), k == 5);
            assert_same(workbench_seen(bench, k, "requests_per_s"), k == 6);
        }
    }
}

/* ---- pages --------------------------------------------------------------------------------------------- */

/* 3 objects over 2 connections, round trip 0.5 s, no CPU.
 *   4.0  click: document on A, new               5.0  it is there: object 1 on A, object 2 on B, new; 3 waits
 *   5.5  object 1 is there: object 3 on A        6.0  objects 2 and 3 are there: page 2.0 s
 *   10   click: document on A                    10.5 objects 1 and 2 on A and B
 *   11   both are there: object 3 on A           11.5 page 1.5 s
 * Responses: 1, 0.5, 1, 0.5 (object 3 from the moment at which it has a connection), then four of 0.5. */
static void a_page_of_three_objects_over_two_connections(void **state) {
    struct workbench *bench = *state;
    workbench_try(bench, "users.think=4s; users.rtt=500ms; users.objects=3; users.connections=2; run.horizon=12s");
    assert_same(workbench_value(bench, "page_response_max"), 2);
    workbench_expect(bench, "page_response", 1.75);
    workbench_expect(bench, "request_response", 5.0 / 8);
    workbench_expect(bench, "pages_per_s", 2.0 / 12);
    workbench_expect(bench, "requests_per_s", 8.0 / 12);
    assert_same(workbench_value(bench, "connections_opened"), 2);
    workbench_expect(bench, "reuse_share", 6.0 / 8);
    assert_same(workbench_value(bench, "connection_seconds"), (12 - 4.75) + (12 - 5.75));
    assert_same(workbench_value(bench, "connections_open_peak"), 2);
}

/* 5 objects over 3 connections, keep-alive off: each request pays 2 round trips. 4 click, 5 document, 6 objects 1 to
 * 3, 7 objects 4 and 5: page 3.0 s. A connection lives from the ACK (0.75 after the decision) to the browser's FIN,
 * one round trip; then it is in TIME_WAIT: from 5.25, three from 6.25, two from 7.25, all still at 10. */
static void a_page_without_keepalive(void **state) {
    struct workbench *bench = *state;
    workbench_try(bench, "users.think=4s; users.rtt=500ms; users.objects=5; users.connections=3; "
                         "server.keepalive=off; run.horizon=10s");
    assert_same(workbench_value(bench, "page_response_max"), 3);
    workbench_expect(bench, "request_response", 1);
    assert_same(workbench_value(bench, "connections_opened"), 6);
    assert_same(workbench_value(bench, "requests_per_connection"), 1);
    assert_same(workbench_value(bench, "reuse_share"), 0);
    assert_same(workbench_value(bench, "closed_keepalive_off"), 6);
    assert_same(workbench_value(bench, "closed_by_request_limit"), 0);
    assert_same(workbench_value(bench, "connection_seconds"), 6 * 0.5);
    workbench_expect(bench, "daemons_closing", 6 * 0.5 / 10);
    assert_same(workbench_value(bench, "daemons_closing_peak"), 3);
    workbench_expect(bench, "time_wait", (4.75 + 3 * 3.75 + 2 * 2.75) / 10);
    assert_same(workbench_value(bench, "time_wait_peak"), 6);
}

/* No objects to fetch, more connections than objects, one connection for all. */
static void pages_at_their_edges(void **state) {
    struct workbench *bench = *state;
    workbench_try(bench, "users.think=4s; users.rtt=500ms; users.objects=2; users.connections=6; run.horizon=7s");
    assert_same(workbench_value(bench, "page_response_max"), 2); /* document 1, then one reused, one new */
    assert_same(workbench_value(bench, "connections_opened"), 2);
    workbench_try(bench, "users.objects=4; users.connections=1; run.horizon=8s");
    assert_same(workbench_value(bench, "page_response_max"), 3); /* 1 + 4 x 0.5 */
    assert_same(workbench_value(bench, "connections_opened"), 1);
    workbench_try(bench, "users.objects=0; users.connections=6; run.horizon=8s");
    assert_same(workbench_value(bench, "page_response_max"), 1);
}

/* ---- CPU ------------------------------------------------------------------------------------------------- */

/* Two users who click at the same instant need 1 s each: 2 s on one core, 1 s on two. Three on two cores: 1.5 s. */
static void cores_are_shared_equally(void **state) {
    struct workbench *bench = *state;
    workbench_try(bench, "users.count=2; users.think=4s; cpu.request=1s; machine.cores=1; run.horizon=8s");
    assert_same(workbench_value(bench, "page_response_max"), 2);
    workbench_expect(bench, "page_response", 2);
    workbench_expect(bench, "cpu_utilisation", 2.0 / 8);
    workbench_expect(bench, "daemons_busy", 4.0 / 8);
    workbench_try(bench, "machine.cores=2");
    assert_same(workbench_value(bench, "page_response_max"), 1);
    workbench_expect(bench, "cpu_utilisation", 2.0 / 16);
    workbench_try(bench, "users.count=3");
    assert_same(workbench_value(bench, "page_response_max"), 1.5);
    workbench_expect(bench, "cpu_utilisation", 3.0 / 16);
}

/* One core, 1 s each, clicks at 4 and 4.5: the first does half alone and the other half in twice the time, until 5.5; the second
 * does 0.5 beside him and 0.5 alone, until 6. */
static void half_a_second_apart(void **state) {
    struct workbench *bench = *state;
    static const char *const rows[] = {"think=4s", "think=4.5s"};
    workbench_set(bench, "cpu.request=1s; machine.cores=1; run.horizon=8s");
    workbench_classes(bench, rows, 2);
    workbench_run(bench);
    workbench_expect(bench, "page_response", 1.5);
    assert_same(workbench_value(bench, "page_response_max"), 1.5);
    workbench_expect(bench, "cpu_utilisation", 2.0 / 8);
    assert_same(workbench_value(bench, "daemons_busy_peak"), 2);
}

/* A dynamic document costs 2 s more than the 0.5 s of every request, its object does not; the first page pays 0.25 s for the
 * connection. 4 to 7.25, 11.25 to 14.25. */
static void dynamic_documents(void **state) {
    struct workbench *bench = *state;
    workbench_try(bench, "users.think=4s; users.objects=1; users.dynamic_share=1; cpu.dynamic=2s; "
                         "cpu.request=500ms; cpu.connection=250ms; run.horizon=15s");
    assert_same(workbench_value(bench, "page_response_max"), 3.25);
    workbench_expect(bench, "page_response", (3.25 + 3) / 2);
    workbench_expect(bench, "request_response", (2.75 + 0.5 + 2.5 + 0.5) / 4);
    workbench_expect(bench, "cpu_utilisation", 6.25 / (2 * 15));
    workbench_try(bench, "users.dynamic_share=0; run.horizon=10s");
    assert_same(workbench_value(bench, "page_response_max"), 1.25);
}

/* ---- memory ------------------------------------------------------------------------------------------------ */

/* Four daemons; one connection from 4.75 to 5.25, its TIME_WAIT entry from then to the end at 9. */
static void memory_adds_up(void **state) {
    struct workbench *bench = *state;
    workbench_try(bench, "users.think=4s; users.rtt=500ms; server.keepalive=off; server.start=4; run.horizon=9s; "
                         "memory.base=7MB; memory.shared=3MB; memory.daemon_rss=5MB; memory.daemon_private=200kB; "
                         "memory.daemon_kernel=100kB; memory.socket=4kB; memory.time_wait=1kB; memory.syn=400B; machine.ram=1GB");
    workbench_expect(bench, "memory_rss", 7e6 + 4 * 5e6);
    workbench_expect(bench, "memory_rss_peak", 7e6 + 4 * 5e6);
    workbench_expect(bench, "memory_pss", 3e6 + 4 * 200e3);
    workbench_expect(bench, "memory_pss_peak", 3e6 + 4 * 200e3);
    workbench_expect(bench, "memory_held", 5e6 * 0.5 / 9);
    workbench_expect(bench, "memory_held_peak", 5e6);
    workbench_expect(bench, "memory_kernel", 4 * 100e3 + (0.5 * 4e3 + 0.5 * 400 + 3.75 * 1e3) / 9);
    workbench_expect(bench, "memory_kernel_peak", 4 * 100e3 + 4e3);
    workbench_expect(bench, "memory_total", 3e6 + 4 * 200e3 + 4 * 100e3 + (0.5 * 4e3 + 0.5 * 400 + 3.75 * 1e3) / 9);
    workbench_expect(bench, "memory_total_peak", 3e6 + 4 * 200e3 + 4 * 100e3 + 4e3);
    workbench_expect(bench, "ram_share", 4.204e6 / 1e9);
}

/* A socket (100.75 to 101.25), its TIME_WAIT entry until 161.25, the next socket from 201.75: never two things at once. */
static void peaks_are_of_one_moment(void **state) {
    struct workbench *bench = *state;
    workbench_try(bench, "users.think=100s; users.rtt=500ms; server.keepalive=off; run.horizon=300s; "
                         "memory.daemon_kernel=0B; memory.socket=1kB; memory.time_wait=1kB");
    assert_same(workbench_value(bench, "connections_opened"), 2);
    assert_same(workbench_value(bench, "memory_kernel_peak"), 1000);
}

/* The classic: 100 users x 5 connections, all of them held: 500 daemons, 500 x 5 MB by ps, 4.8 MB + 500 x 242 kB by smaps. */
static void the_classic(void **state) {
    struct workbench *bench = *state;
    workbench_try(bench, "users.count=100; users.objects=10; users.connections=5; users.think=5s; users.rtt=50ms; "
                         "server.start=500; server.worker_limit=500; server.spare_max=500; server.idle_limit=15s; "
                         "cpu.request=74us; cpu.connection=57us; run.horizon=60s");
    assert_same(workbench_value(bench, "daemons_held_peak"), 500);
    assert_same(workbench_value(bench, "memory_held_peak"), 2500e6);
    assert_same(workbench_value(bench, "memory_pss_peak"), 4.8e6 + 500 * 242e3);
    assert_same(workbench_value(bench, "memory_rss_peak"), 5e6 + 2500e6);
}

/* ---- classes of users ---------------------------------------------------------------------------------------- */

/* Round trips 0.5, 0.25 and 0.5 again; the third user brings 2 objects over 2 connections: 4 to 5, then 5.5 and 6.
 * Responses 1, 0.5, and 1, 0.5, 1. */
static void each_class_has_its_way(void **state) {
    struct workbench *bench = *state;
    static const char *const rows[] = {"think=4s; rtt=500ms", "think=4s; rtt=250ms",
                                       "think=4s; rtt=500ms; objects=2; connections=2"};
    workbench_set(bench, "run.horizon=8s");
    workbench_classes(bench, rows, 3);
    workbench_run(bench);
    workbench_expect(bench, "page_response", (1 + 0.5 + 2) / 3);
    workbench_expect(bench, "request_response", (1 + 0.5 + 1 + 0.5 + 1) / 5);
    assert_same(workbench_value(bench, "connections_opened"), 4);
    assert_same(workbench_value(bench, "connection_seconds"), 2 * (8 - 4.75) + (8 - 4.375) + (8 - 5.75));
}

/* ---- laws that hold in every run ------------------------------------------------------------------------------ */

/* Random work of many users on two cores, and nobody at work at the end (clicks at 100 and 103, all answered long before 190):
 * the integral of busy daemons is the sum of all responses, cores are busy for the work they are given. */
static void what_is_busy_is_what_is_waited_for(void **state) {
    struct workbench *bench = *state;
    static const char *const rows[] = {"count=30; think=100s", "count=20; think=103s; objects=4; connections=3"};
    workbench_set(bench, "cpu.request=exponential(100ms); cpu.connection=10ms; run.horizon=190s; server.start=200; "
                         "server.worker_limit=200; server.spare_max=200");
    workbench_classes(bench, rows, 2);
    for (uint32_t k = 0; k < 10; k++) {
        workbench_run_as(bench, k, false);
        double requests = workbench_value(bench, "requests_per_s") * 190;
        assert_near(requests, 30 + 20 * 5, 1e-9);
        assert_near(workbench_value(bench, "daemons_busy") * 190, requests * workbench_value(bench, "request_response"), 1e-8);
        assert_near(workbench_value(bench, "connections_open") * 190, workbench_value(bench, "connection_seconds"), 1e-9);
        double held_s = workbench_value(bench, "daemons_busy") + workbench_value(bench, "daemons_idle_keepalive") +
                        workbench_value(bench, "daemons_closing");
        assert_near(workbench_value(bench, "daemons_held"), held_s, 1e-12);
    }
    /* Constant work: to the second. */
    workbench_try(bench, "cpu.request=100ms");
    double opened = workbench_value(bench, "connections_opened");
    assert_near(workbench_value(bench, "cpu_utilisation") * 2 * 190, 130 * 0.1 + opened * 0.01, 1e-9);
}

/* Little's law for the users: each of them thinks or waits, so N H = pages (Z + R) but for pages cut by the end. */
static void users_think_or_wait(void **state) {
    struct workbench *bench = *state;
    enum { USERS = 40, HORIZON_S = 2000 };
    workbench_try(bench, "users.count=40; users.think=3s; users.rtt=100ms; users.objects=2; users.connections=2; "
                         "cpu.request=exponential(20ms); server.idle_limit=2.5s; run.horizon=2000s; server.start=100; "
                         "server.worker_limit=100; server.spare_max=100");
    double pages = workbench_value(bench, "pages_per_s") * HORIZON_S;
    double lived_s = pages * (3 + workbench_value(bench, "page_response"));
    assert_true(lived_s <= USERS * HORIZON_S);
    assert_true(lived_s >= USERS * (HORIZON_S - 3 - workbench_value(bench, "page_response_max")));
}

int main(void) {
#define TEST(deed) cmocka_unit_test_setup_teardown(deed, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(a_new_connection_and_a_reused_one),
        TEST(what_came_before_the_warm_up_is_forgotten),
        TEST(the_time_line),
        TEST(a_page_of_three_objects_over_two_connections),
        TEST(a_page_without_keepalive),
        TEST(pages_at_their_edges),
        TEST(cores_are_shared_equally),
        TEST(half_a_second_apart),
        TEST(dynamic_documents),
        TEST(memory_adds_up),
        TEST(peaks_are_of_one_moment),
        TEST(the_classic),
        TEST(each_class_has_its_way),
        TEST(what_is_busy_is_what_is_waited_for),
        TEST(users_think_or_wait),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
