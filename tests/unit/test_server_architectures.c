/* SPDX-License-Identifier: GPL-3.0-or-later
 * What prefork, worker, event and nginx have in common, and the waits in which they differ: request limits, closing, visits
 * that end; conservation and identity on scenarios drawn at random. */
#define _POSIX_C_SOURCE 200809L
#include "models/web/params.h"
#include "tests/unit/server_bench.h"

enum { ARCHITECTURES = 4 };
static const char *const architectures[ARCHITECTURES] = {"prefork", "worker", "event", "nginx"};

static int set_up(void **state) {
    return server_bench_set_up(state, "server.threads_per_process=10; server.spare_max=1000; ");
}

static void choose(struct server_bench *server, size_t k) {
    char word[64];
    snprintf(word, sizeof word, "server.architecture=%s", architectures[k]);
    workbench_set(&server->bench, word);
    workbench_set(&server->bench, k == 1 || k == 2 ? "server.start=5" : "server.start=50"); /* processes, daemons */
}

/* ---- rules of all -------------------------------------------------------------------------------------- */

/* Ten requests one after the other with a limit of 5. Measured: nginx served 5 on a connection with keepalive_requests 5, Apache 6
 * with MaxKeepAliveRequests 5: that one more is a matter of what is written into the scenario. */
static void the_request_limit(void **state) {
    struct server_bench *server = *state;
    for (uint32_t i = 0; i < 10; i++) server_bench_request(server, 0, 1 + i);
    for (size_t k = 0; k < ARCHITECTURES; k++) {
        choose(server, k);
        workbench_try(&server->bench, "server.requests_per_connection=5; run.horizon=20s");
        assert_same(server_bench_value(server, "connections_opened"), 2);
        assert_same(server_bench_value(server, "closed_by_request_limit"), 2);
        workbench_try(&server->bench, "server.requests_per_connection=6; run.horizon=20s");
        assert_same(server_bench_value(server, "connections_opened"), 2);
        assert_same(server_bench_value(server, "closed_by_request_limit"), 1);
        workbench_try(&server->bench, "server.requests_per_connection=0; run.horizon=20s");
        assert_same(server_bench_value(server, "connections_opened"), 1);
    }
}

/* At the idle limit exactly, by the server (measured: 2 s in 2.00 to 2.02 s), and TIME_WAIT is his. */
static void the_idle_limit(void **state) {
    struct server_bench *server = *state;
    server_bench_request(server, 0, 1);
    server_bench_request(server, 1, 8);
    for (size_t k = 0; k < ARCHITECTURES; k++) {
        choose(server, k);
        workbench_try(&server->bench, "server.idle_limit=2s; run.horizon=20s");
        assert_same(server_bench_value(server, "closed_by_idle_limit"), 2);
        assert_same(server_bench_value(server, "connection_seconds"), 4);
        workbench_expect(&server->bench, "connections_idle", 2 / 7.0);
        workbench_expect(&server->bench, "time_wait", 5 / 7.0);
    }
}

/* Keep-alive off, a client that never answers the FIN: measured, prefork's process and worker's thread stay 2.0 s, event's thread and
 * nginx's loop not at all. The connection's record stays in event for as long, in nginx it is gone. */
static void a_silent_client(void **state) {
    struct server_bench *server = *state;
    static const double held_s[ARCHITECTURES] = {2, 2, 0, 0}, open_s[ARCHITECTURES] = {2, 2, 2, 0};
    server_bench_request(server, 0, 1);
    server_bench_request(server, 1, 5);
    for (size_t k = 0; k < ARCHITECTURES; k++) {
        choose(server, k);
        workbench_try(&server->bench, "server.keepalive=off; users.answers_close=off; run.horizon=20s");
        workbench_expect(&server->bench, "daemons_held", held_s[k] / 4);
        workbench_expect(&server->bench, "daemons_closing", held_s[k] / 4);
        assert_same(server_bench_value(server, "connection_seconds"), 2 * open_s[k]);
        assert_same(server_bench_value(server, "closed_keepalive_off"), 2);
    }
}

/* Measured with KeepAliveTimeout 1 and a client that stays silent: prefork and worker in K until 0.93, then in C until 2.98; event's
 * listener alone, until 2.97; nginx closes at 1.0. */
static void a_silent_client_that_is_kept(void **state) {
    struct server_bench *server = *state;
    static const double kept_s[ARCHITECTURES] = {1, 1, 0, 0}, closing_s[ARCHITECTURES] = {2, 2, 0, 0};
    static const double open_s[ARCHITECTURES] = {3, 3, 3, 1};
    server_bench_request(server, 0, 1);
    server_bench_request(server, 1, 9);
    for (size_t k = 0; k < ARCHITECTURES; k++) {
        choose(server, k);
        workbench_try(&server->bench, "server.idle_limit=1s; users.answers_close=off; run.horizon=20s");
        workbench_expect(&server->bench, "daemons_idle_keepalive", kept_s[k] / 8);
        workbench_expect(&server->bench, "daemons_closing", closing_s[k] / 8);
        assert_same(server_bench_value(server, "connection_seconds"), 2 * open_s[k]);
    }
}

/* ---- visits that end ------------------------------------------------------------------------------------ */

/* A visitor thinks 4 s, sees one page and closes; at once another thinks. Clicks at 4, 8, 12, 16: the client is the first to close, so
 * that the server has no TIME_WAIT. Left to the server, each connection stays 5 s: the last one is open at 18. */
static void visits_of_one_page(void **state) {
    struct server_bench *server = *state;
    workbench_set(&server->bench, "users.think=4s; users.session_pages=1; server.idle_limit=5s; run.horizon=18s");
    for (size_t k = 0; k < ARCHITECTURES; k++) {
        choose(server, k);
        workbench_try(&server->bench, "users.session_end=close");
        assert_same(server_bench_value(server, "connections_opened"), 4);
        assert_same(server_bench_value(server, "closed_by_client"), 4);
        assert_same(server_bench_value(server, "connection_seconds"), 0);
        assert_same(server_bench_value(server, "time_wait_peak"), 0);
        workbench_try(&server->bench, "users.session_end=leave");
        assert_same(server_bench_value(server, "connections_opened"), 4);
        assert_same(server_bench_value(server, "closed_by_idle_limit"), 3); /* at 9, 13 and 17 */
        assert_same(server_bench_value(server, "closed_by_client"), 0);
        assert_same(server_bench_value(server, "connection_seconds"), 5 + 5 + 5 + 2);
        assert_same(server_bench_value(server, "connections_open_peak"), 2);
        assert_same(server_bench_value(server, "time_wait_peak"), 3);
    }
}

/* 48 users, three pages a visit, one a second. The first visit of each is of 1, 2 or 3 pages, chosen by chance, so that about a
 * third of the users change in each second: after three seconds each has, once. */
static void visits_of_three_pages(void **state) {
    struct server_bench *server = *state;
    workbench_set(&server->bench, "users.count=48; users.think=1s; users.session_pages=3; run.horizon=3.5s");
    for (size_t k = 0; k < ARCHITECTURES; k++) {
        choose(server, k);
        workbench_run(&server->bench);
        workbench_expect(&server->bench, "requests_per_s", 3 * 48 / 3.5);
        /* Each visit but the one in progress has ended: one of each user. */
        assert_same(server_bench_value(server, "closed_by_client"), 48);
        double opened = server_bench_value(server, "connections_opened");
        assert_true(opened > 48 + 48 / 3.0 && opened < 2 * 48 - 4); /* 2 x 48 less those whose first visit has 3 pages: 16 +- 3.3 */
    }
}

/* ---- conservation and identity ----------------------------------------------------------------------------- */

enum { RANDOM_HORIZON_S = 20 };

static const char *one_of(struct dice *dice, const char *const *words, size_t n) { return words[dice_below(dice, (uint32_t)n)]; }
#define ONE_OF(dice, ...) \
    one_of(dice, (const char *const[]){__VA_ARGS__}, sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *))

static void draw_users(struct dice *dice, struct workbench *bench) {
    workbench_set(bench, ONE_OF(dice, "users.count=3; ", "users.count=40; ", "users.count=90; "));
    workbench_set(bench, ONE_OF(dice, "users.think=1s; ", "users.think=exponential(1s); ", "users.think=pareto(500ms,1.5); "));
    workbench_set(bench, ONE_OF(dice, "users.objects=0; ", "users.objects=3; ", "users.objects=geometric(0.2); "));
    workbench_set(bench, ONE_OF(dice, "users.connections=1; ", "users.connections=2; ", "users.connections=6; "));
    workbench_set(bench, ONE_OF(dice, "users.rtt=0s; ", "users.rtt=250ms; ", "users.rtt=30ms; "));
    workbench_set(bench, ONE_OF(dice, "users.answers_close=on; ", "users.answers_close=off; "));
    workbench_set(bench, ONE_OF(dice, "users.session_pages=0; ", "users.session_pages=3; "));
    workbench_set(bench, ONE_OF(dice, "users.session_end=close; ", "users.session_end=leave; "));
}

static void draw_server(struct dice *dice, struct workbench *bench) {
    workbench_set(bench, ONE_OF(dice, "server.keepalive=on; ", "server.keepalive=on; ", "server.keepalive=off; "));
    workbench_set(bench, ONE_OF(dice, "server.idle_limit=500ms; ", "server.idle_limit=1s; ", "server.idle_limit=10s; "));
    workbench_set(bench, ONE_OF(dice, "server.requests_per_connection=0; ", "server.requests_per_connection=3; "));
    workbench_set(bench, ONE_OF(dice, "server.worker_limit=8; ", "server.worker_limit=40; ", "server.worker_limit=400; "));
    workbench_set(bench, ONE_OF(dice, "server.threads_per_process=1; ", "server.threads_per_process=4; "));
    workbench_set(bench, ONE_OF(dice, "server.start=1; ", "server.start=5; ", "server.start=20; "));
    workbench_set(bench, ONE_OF(dice, "server.spare_min=1; server.spare_max=2; ", "server.spare_min=5; server.spare_max=10; "));
    workbench_set(bench, ONE_OF(dice, "server.connection_limit=16; ", "server.connection_limit=64; ", "server.connection_limit=512; "));
    workbench_set(bench, ONE_OF(dice, "server.processes=1; ", "server.processes=3; "));
    workbench_set(bench, ONE_OF(dice, "server.async_factor=0; ", "server.async_factor=1; ", "server.async_factor=2; "));
    workbench_set(bench, ONE_OF(dice, "server.backlog=5; ", "server.backlog=500; "));
    workbench_set(bench, ONE_OF(dice, "cpu.request=0s; cpu.connection=0s; ", "cpu.request=exponential(5ms); cpu.connection=1ms; ",
                                "cpu.request=250ms; cpu.connection=0s; "));
    workbench_set(bench, ONE_OF(dice, "machine.cores=1; ", "machine.cores=4; ", "machine.cores=1000; "));
}

static void draw_world(struct dice *dice, struct workbench *bench) {
    workbench_set(bench, ONE_OF(dice, "users.document_bytes=0; ", "users.document_bytes=20kB; ", "users.document_bytes=exponential(50kB); "));
    workbench_set(bench, ONE_OF(dice, "users.object_bytes=0; ", "users.object_bytes=10kB; ", "users.object_bytes=exponential(20kB); "));
    workbench_set(bench, ONE_OF(dice, "users.bandwidth=0; ", "users.bandwidth=100kB/s; "));
    workbench_set(bench, ONE_OF(dice, "network.uplink=0; ", "network.uplink=1MB/s; "));
    workbench_set(bench, ONE_OF(dice, "server.send_buffer=2500kB; ", "server.send_buffer=10kB; ", "server.send_buffer=0B; "));
    workbench_set(bench, ONE_OF(dice, "users.tls=off; ", "users.tls=1.2; users.tls_resumed=0.5; ", "users.tls=1.3; "));
    workbench_set(bench, ONE_OF(dice, "users.http2=0; ", "users.http2=1; ", "users.http2=0.3; users.close=0.3; users.http10_keepalive=0.3; "));
    workbench_set(bench, ONE_OF(dice, "users.request_send=0s; ", "users.request_send=exponential(1s); server.header_limit=2s; "));
    workbench_set(bench, ONE_OF(dice, "users.syn_loss=0; ", "users.syn_loss=0.1; "));
    workbench_set(bench, ONE_OF(dice, "users.sessions=0; ", "users.sessions=5/s; users.session_pages=2; "));
    workbench_set(bench, ONE_OF(dice, "tcp.syncookies=on; ", "tcp.syncookies=off; tcp.syn_backlog=4; "));
}

static double closed_in_all(const struct workbench *bench) {
    static const char *const why[] = {"closed_by_idle_limit", "closed_by_request_limit", "closed_keepalive_off",
                                      "closed_by_reclaim", "closed_by_dying_process", "closed_as_asked", "closed_by_header_limit", "closed_by_client"};
    double closed = 0;
    for (size_t i = 0; i < sizeof why / sizeof why[0]; i++) closed += workbench_value(bench, why[i]);
    return closed;
}

/* What was opened is closed, or still there: open_at_end at most, and not fewer than none. And nothing exceeds its limits. */
static void assert_conserved(const struct workbench *bench, size_t k, const char *settings) {
    double opened = workbench_value(bench, "connections_opened"), closed = closed_in_all(bench);
    double open_peak = workbench_value(bench, "connections_open_peak_event");
    double limit = bench->scenario.params.values[SERVER_WORKER_LIMIT].number;
    if (closed > opened || opened - closed > open_peak)
        fail_msg("%s %s: opened %g, closed %g, most open %g", architectures[k], settings, opened, closed, open_peak);
    if (workbench_value(bench, "daemons_held_peak") > limit && k < 3)
        fail_msg("%s %s: %g held, the limit is %g", architectures[k], settings, workbench_value(bench, "daemons_held_peak"), limit);
    double seconds = workbench_value(bench, "connections_open") * RANDOM_HORIZON_S;
    assert_near(workbench_value(bench, "connection_seconds"), seconds, 1e-6 * (1 + seconds));
}

static void assert_same_columns(const struct workbench *bench, const double *values, size_t k, unsigned round) {
    char name[64];
    for (size_t c = 0; c < model_columns(&model_web); c++) {
        if (memcmp(&bench->values[c], &values[c], sizeof values[c]) == 0) continue;
        model_column(&model_web, c, name, sizeof name);
        fail_msg("%s, round %u, through the heap alone: %s is %.17g, and was %.17g", architectures[k], round, name, bench->values[c],
                 values[c]);
    }
}

/* The same scenario before all four, in lanes and through the heap. Many of them are in lock-step, with ties of every kind; the search
 * for the oldest idle connection takes another way through the heap. */
static void at_random(void **state) {
    (void)state;
    enum { ROUNDS = 90 };
    struct dice dice = {2024};
    unsigned reclaims[ARCHITECTURES] = {0}, deaths[ARCHITECTURES] = {0};
    for (unsigned round = 0; round < ROUNDS; round++) {
        struct server_bench *server;
        server_bench_set_up((void **)&server, "run.horizon=20s; ");
        struct workbench *bench = &server->bench;
        draw_users(&dice, bench);
        draw_server(&dice, bench);
        if (round >= ROUNDS / 3) draw_world(&dice, bench);
        for (size_t k = 0; k < ARCHITECTURES; k++) {
            double values[WORKBENCH_COLUMNS_MAX];
            char word[64];
            snprintf(word, sizeof word, "server.architecture=%s", architectures[k]);
            workbench_try(bench, word);
            memcpy(values, bench->values, sizeof values);
            snprintf(word, sizeof word, "in round %u", round);
            assert_conserved(bench, k, word);
            reclaims[k] += workbench_value(bench, "closed_by_reclaim") > 0;
            deaths[k] += workbench_value(bench, "closed_by_dying_process") > 0;
            uint64_t events = bench->effort.n_events;
            workbench_run_as(bench, 0, true);
            assert_same_columns(bench, values, k, round);
            assert_int_equal(bench->effort.n_events, events);
        }
        server_bench_tear_down((void **)&server);
    }
    assert_int_equal(reclaims[0] + reclaims[1], 0); /* prefork and worker never take a connection back */
    assert_true(reclaims[2] >= 5 && reclaims[3] >= 5);
    assert_true(deaths[1] >= 3 && deaths[2] >= 3);
}

int main(void) {
#define TEST(deed) cmocka_unit_test_setup_teardown(deed, set_up, server_bench_tear_down)
    const struct CMUnitTest tests[] = {
        TEST(the_request_limit),
        TEST(the_idle_limit),
        TEST(a_silent_client),
        TEST(a_silent_client_that_is_kept),
        TEST(visits_of_one_page),
        TEST(visits_of_three_pages),
        cmocka_unit_test(at_random),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
