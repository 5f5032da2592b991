/* SPDX-License-Identifier: GPL-3.0-or-later
 * web, by hand: how connections end, and how they fail to begin. Idle limit, request limit, keep-alive off; the race between
 * the server's FIN and the client's next request; the closing wait; TIME_WAIT; the accept queue and the ladder of SYNs. */
#define _POSIX_C_SOURCE 200809L
#include "tests/unit/workbench.h"

static int set_up(void **state) {
    struct workbench *bench = malloc(sizeof *bench);
    assert_non_null(bench);
    workbench_open(bench, &model_web, WEB_BARE "users.think=4s; ");
    *state = bench;
    return 0;
}

static int tear_down(void **state) {
    workbench_close(*state);
    free(*state);
    return 0;
}

/* ---- limits ----------------------------------------------------------------------------------------------- */

/* Requests at 4, 8 ... 28: three, three, one. With a round trip (1 s new, 0.5 s reused) at 4, 9, 13.5; 18, 23, 27.5: the
 * FIN comes with the last response, so that no request runs into it. */
static void the_request_limit_serves_exactly_n(void **state) {
    struct workbench *bench = *state;
    workbench_try(bench, "server.requests_per_connection=3; run.horizon=29s");
    assert_same(workbench_value(bench, "connections_opened"), 3);
    assert_same(workbench_value(bench, "closed_by_request_limit"), 2);
    assert_same(workbench_value(bench, "closed_by_idle_limit"), 0);
    workbench_expect(bench, "requests_per_connection", 7.0 / 3);
    workbench_expect(bench, "reuse_share", 4.0 / 7);
    workbench_try(bench, "users.rtt=500ms; run.horizon=31s");
    assert_same(workbench_value(bench, "connections_opened"), 2);
    assert_same(workbench_value(bench, "requests_per_connection"), 3);
    assert_same(workbench_value(bench, "closed_by_request_limit"), 2);
    assert_same(workbench_value(bench, "resets_per_s"), 0);
    workbench_try(bench, "users.rtt=0s; server.requests_per_connection=1; run.horizon=29s");
    assert_same(workbench_value(bench, "connections_opened"), 7);
    assert_same(workbench_value(bench, "closed_by_request_limit"), 7);
    assert_same(workbench_value(bench, "closed_keepalive_off"), 0);
}

static void an_idle_limit_of_nothing_is_off(void **state) {
    struct workbench *bench = *state;
    static const char *const offs[] = {"server.idle_limit=0; server.keepalive=on", "server.idle_limit=5s; server.keepalive=off"};
    for (size_t i = 0; i < 2; i++) {
        workbench_set(bench, offs[i]);
        workbench_try(bench, "server.requests_per_connection=3; run.horizon=29s");
        assert_same(workbench_value(bench, "connections_opened"), 7);
        assert_same(workbench_value(bench, "closed_keepalive_off"), 7);
        assert_same(workbench_value(bench, "reuse_share"), 0);
        assert_same(workbench_value(bench, "connections_open_peak"), 0); /* open for no time at all */
        assert_same(workbench_value(bench, "connections_open_peak_event"), 1);
    }
}

/* No round trip, so a request meets the limit exactly when thinking takes as long: clicks at 4, 8 ... 20. */
static void a_request_at_the_very_limit(void **state) {
    struct workbench *bench = *state;
    workbench_try(bench, "server.idle_limit=4s; server.tie=timer; run.horizon=21s");
    assert_same(workbench_value(bench, "connections_opened"), 5);
    assert_same(workbench_value(bench, "closed_by_idle_limit"), 4);
    assert_same(workbench_value(bench, "reuse_share"), 0);
    assert_same(workbench_value(bench, "connection_seconds"), 4 * 4 + 1);
    workbench_try(bench, "server.tie=request");
    assert_same(workbench_value(bench, "connections_opened"), 1);
    assert_same(workbench_value(bench, "closed_by_idle_limit"), 0);
    workbench_expect(bench, "reuse_share", 4.0 / 5);
    assert_same(workbench_value(bench, "connection_seconds"), 17);
}

/* ---- the race ----------------------------------------------------------------------------------------------- */

/* Round trip 0.5, think Z = 4. The response leaves at 0, is there at 0.25, the next request leaves at 4.25 and lands at 4.5; the
 * server's FIN leaves at T and lands at T + 0.25.
 *   T <= 4          the browser knows: a new connection, 1 s
 *   4 < T < 4.5     the request is under way: reset, known at T + 0.25, and 1 s more: T - 3 s in all
 *   T = 4.5         the timer wins: reset; the request wins: 0.5 s
 *   T > 4.5         0.5 s
 * Every page but the first meets the same. */
static void race(struct workbench *bench, double idle_limit_s, const char *tie, double response_s, unsigned resets,
                 unsigned opened) {
    char settings[WORKBENCH_TEXT_BYTES];
    double second_s = 5 + 4 + response_s, third_s = second_s + 4 + response_s;
    snprintf(settings, sizeof settings, "users.rtt=500ms; server.idle_limit=%.17gs; server.tie=%s; run.horizon=%.17gs",
             idle_limit_s, tie, third_s + 3);
    workbench_try(bench, settings);
    workbench_expect(bench, "page_response", (1 + 2 * response_s) / 3);
    workbench_expect(bench, "page_response_max", fmax(1, response_s));
    workbench_expect(bench, "request_response", (1 + 2 * response_s) / 3);
    workbench_expect(bench, "resets_per_s", resets / (third_s + 3));
    assert_same(workbench_value(bench, "connections_opened"), opened);
    assert_same(workbench_value(bench, "requests_per_connection"), 3.0 / opened);
    assert_same(workbench_value(bench, "closed_by_idle_limit"), opened - 1);
}

static void a_request_meets_the_fin(void **state) {
    struct workbench *bench = *state;
    const double bit = 1.0 / 1024;
    for (int request_wins = 0; request_wins < 2; request_wins++) {
        const char *tie = request_wins ? "request" : "timer";
        race(bench, 3.5, tie, 1, 0, 3);
        race(bench, 4 - bit, tie, 1, 0, 3);
        race(bench, 4, tie, 1, 0, 3);
        race(bench, 4 + bit, tie, 1 + bit, 2, 3);
        race(bench, 4.25, tie, 1.25, 2, 3);
        race(bench, 4.5 - bit, tie, 1.5 - bit, 2, 3);
        race(bench, 4.5 + bit, tie, 0.5, 0, 1);
        race(bench, 5, tie, 0.5, 0, 1);
    }
    race(bench, 4.5, "timer", 1.5, 2, 3);
    race(bench, 4.5, "request", 0.5, 0, 1);
}

/* A reset in the middle of a page: round trip 0.5, T = 0.4375, 2 objects over 2 connections with 0.25 s of CPU on many cores.
 *   4 click   4.75 lands   5.0 answered   5.25 there: object 1 on A, object 2 on B
 *   5.4375 A's limit; 5.5 object 1 lands on the closing A; 5.6875 the FIN is there: reset, A' opens
 *   6.4375 it lands   6.6875 answered   6.9375 there: the page is over (object 2: 6.0, 6.25, 6.5) */
static void a_reset_inside_a_page(void **state) {
    struct workbench *bench = *state;
    workbench_try(bench, "users.rtt=500ms; users.objects=2; users.connections=2; server.idle_limit=437.5ms; "
                         "cpu.request=250ms; machine.cores=8; run.horizon=10s");
    assert_same(workbench_value(bench, "page_response_max"), 6.9375 - 4);
    assert_same(workbench_value(bench, "request_response_max"), 6.9375 - 5.25);
    workbench_expect(bench, "resets_per_s", 0.1);
    assert_same(workbench_value(bench, "connections_opened"), 3);
    workbench_expect(bench, "requests_per_s", 0.3);
}

/* ---- the closing wait and TIME_WAIT ------------------------------------------------------------------------- */

/* Keep-alive off, round trip 0.5: accepted and answered at 4.75. The browser's FIN lands at 5.25; one that never comes is waited
 * for until 6.75, or 0.25 s where that is the limit. TIME_WAIT begins when the daemon lets go. */
static void closing(struct workbench *bench, const char *settings, double held_s) {
    workbench_set(bench, "users.rtt=500ms; server.keepalive=off; run.horizon=9s");
    workbench_try(bench, settings);
    workbench_expect(bench, "daemons_closing", held_s / 9);
    workbench_expect(bench, "daemons_held", held_s / 9);
    workbench_expect(bench, "connection_seconds", held_s);
    workbench_expect(bench, "time_wait", (9 - 4.75 - held_s) / 9);
    assert_same(workbench_value(bench, "page_response_max"), 1);
}

static void a_daemon_waits_for_the_fin(void **state) {
    struct workbench *bench = *state;
    closing(bench, "users.answers_close=on", 0.5);
    closing(bench, "users.answers_close=off", 2);
    closing(bench, "server.closing_limit=3s", 3);
    closing(bench, "server.closing_limit=250ms", 0.25);
    closing(bench, "users.answers_close=on", 0.25); /* it comes too late */
    closing(bench, "server.closing_limit=0", 0);
}

/* A connection closes each 4 s and stays 60 s. From 60 s on there are always 15, the oldest leaving as the next enters;
 * before that k of them in [4k, 4k+4): the sum of 4 k for k below 15 is 420. */
static void time_wait_is_sixty_seconds(void **state) {
    struct workbench *bench = *state;
    workbench_try(bench, "server.keepalive=off; run.horizon=120s");
    workbench_expect(bench, "time_wait", (420 + 15 * 60) / 120.0);
    assert_same(workbench_value(bench, "time_wait_peak"), 15);
    workbench_try(bench, "run.warmup=60s; run.horizon=1000s");
    assert_same(workbench_value(bench, "time_wait"), 15);
    workbench_try(bench, "tcp.time_wait=6s"); /* 2, then 1, by turns */
    assert_same(workbench_value(bench, "time_wait"), 1.5);
    assert_same(workbench_value(bench, "time_wait_peak"), 2);
}

/* ---- the accept queue --------------------------------------------------------------------------------------- */

/* Keep-alive off, 10 s of CPU, one daemon, no round trip; the first user clicks at 1, the second at 2. The daemon serves
 * 1..11 A, 11..21 B, 21..31 A, 31..41 B; clicks: A 1, 12, 32; B 2, 23. Waits: 0, 9, 9, 8, and 9 until 41. */
static void those_who_find_nobody_wait(void **state) {
    struct workbench *bench = *state;
    static const char *const rows[] = {"think=1s", "think=2s"};
    workbench_set(bench, "server.keepalive=off; cpu.request=10s; server.worker_limit=1; run.horizon=41s");
    workbench_classes(bench, rows, 2);
    workbench_run(bench);
    workbench_expect(bench, "request_response", (10 + 19 + 19 + 18) / 4.0);
    assert_same(workbench_value(bench, "request_response_max"), 19);
    workbench_expect(bench, "backlog", 35.0 / 41);
    assert_same(workbench_value(bench, "backlog_peak"), 1);
    assert_same(workbench_value(bench, "connections_opened"), 5);
    workbench_expect(bench, "accept_wait", 35.0 / 5);
    workbench_expect(bench, "daemons_busy", 40.0 / 41);
}

/* At each of these times one SYN or ACK is dropped, not before. */
static void assert_drops(struct workbench *bench, const double *at_s, unsigned n) {
    const double bit = 1.0 / 1024;
    char horizon[64];
    for (unsigned i = 0; i < 2 * n; i++) {
        double end_s = at_s[i / 2] - (i % 2 ? 0 : bit);
        snprintf(horizon, sizeof horizon, "run.horizon=%.17gs", end_s);
        workbench_try(bench, horizon);
        assert_near(workbench_value(bench, "syn_dropped_per_s") * end_s, (i + 1) / 2, 1e-9);
        assert_same(workbench_value(bench, "connects_failed_per_s"), 0);
    }
}

/* The only daemon is held for ever by the first user (he clicks each second), the only seat in the queue (a backlog of 0) by the second (from
 * 2.75). The third, round trip 0.5, clicks at 3; his SYNs leave 0, 1, 3, 7, 15, 31 and 63 s after that and
 * are dropped 0.25 s later; 127 s after the click he gives up, thinks 3 s and clicks again at 133. */
static void a_full_queue_drops(void **state) {
    struct workbench *bench = *state;
    static const char *const rows[] = {"think=1s", "think=2s; rtt=500ms", "think=3s; rtt=500ms"};
    static const double dropped_s[] = {3.25, 4.25, 6.25, 10.25, 18.25, 34.25, 66.25};
    workbench_set(bench, "server.worker_limit=1; server.backlog=0");
    workbench_classes(bench, rows, 3);
    assert_drops(bench, dropped_s, 7);
    workbench_try(bench, "run.horizon=129.999s");
    assert_same(workbench_value(bench, "connects_failed_per_s"), 0);
    workbench_try(bench, "run.horizon=130s");
    workbench_expect(bench, "connects_failed_per_s", 1.0 / 130);
    workbench_expect(bench, "syn_dropped_per_s", 7.0 / 130);
    workbench_try(bench, "run.horizon=140s"); /* 133.25, 134.25, 136.25 */
    workbench_expect(bench, "syn_dropped_per_s", 10.0 / 140);
    workbench_expect(bench, "backlog", (140 - 2.75) / 140);
    assert_same(workbench_value(bench, "backlog_peak"), 1);
    assert_same(workbench_value(bench, "connections_opened"), 2);
}

/* The second and third user click together, at 2, and both SYNs find room at 2.25; at 2.75 both ACKs land, and only one fits. The other
 * user goes on as if his SYN had been lost: at 3, 5, 9 ... 65, and gives up at 129. */
static void an_ack_is_dropped(void **state) {
    struct workbench *bench = *state;
    static const char *const rows[] = {"think=1s", "count=2; think=2s; rtt=500ms"};
    static const double dropped_s[] = {2.75, 3.25, 5.25, 9.25, 17.25, 33.25, 65.25};
    workbench_set(bench, "server.worker_limit=1; server.backlog=0");
    workbench_classes(bench, rows, 2);
    assert_drops(bench, dropped_s, 7);
    workbench_try(bench, "run.horizon=129s");
    workbench_expect(bench, "connects_failed_per_s", 1.0 / 129);
}

/* As above, but a connection ends with its 4th request. The first user's at 4, so that the second is served then, after 2 s. The
 * third, whose SYN was dropped at 3.25, sends it again at 4: it lands in an empty queue at 4.25 and is followed by ACK and
 * request at 4.75. He is served when the second user's connection ends, with requests at 4, 6, 8 and 10, and has his
 * page at 10.25. Meanwhile the first user comes back: SYNs at 5, 6, 8 (and 12) are dropped. */
static void a_syn_sent_again_gets_through(void **state) {
    struct workbench *bench = *state;
    static const char *const rows[] = {"think=1s", "think=2s", "think=3s; rtt=500ms"};
    workbench_set(bench, "server.worker_limit=1; server.backlog=0; server.requests_per_connection=4; run.horizon=11s");
    workbench_classes(bench, rows, 3);
    workbench_run(bench);
    workbench_expect(bench, "syn_dropped_per_s", 4.0 / 11);
    assert_same(workbench_value(bench, "connections_opened"), 3);
    assert_same(workbench_value(bench, "page_response_max"), 7.25);
    workbench_expect(bench, "page_response", (2 + 7.25) / 9);
    workbench_expect(bench, "backlog", ((4 - 2) + (10 - 4.75)) / 11);
}

/* ---- the browser's own limit --------------------------------------------------------------------------- */

/* Think 10 s, round trip 1 s, everything else at once: the first request lands at 11.5 s (10 + 1.5), its answer at 12.0 s, idle until
 * 22.0 s. With a limit of 4 s the browser closes at 16.0 s; its FIN lands at 16.5 s, so the connection was open at the server for
 * 5 s of each cycle of 12 s, and the TIME_WAIT entry is the browser's. */
static void the_browser_closes_first(void **state) {
    (void)state;
    struct workbench bench;
    workbench_open(&bench, &model_web, WEB_BARE "users.think=10s; users.rtt=1s; users.idle_limit=4s; run.horizon=120s; ");
    workbench_run(&bench);
    assert_same(workbench_value(&bench, "closed_by_client"), 9); /* the tenth is half a second old at the end */
    assert_same(workbench_value(&bench, "connections_opened"), 10);
    workbench_expect(&bench, "connection_seconds", 9 * 5 + (120 - 119.5));
    assert_same(workbench_value(&bench, "reuse_share"), 0);
    assert_same(workbench_value(&bench, "time_wait"), 0);
    workbench_try(&bench, "users.idle_limit=11s"); /* longer than the think: what came due in between is stale */
    assert_same(workbench_value(&bench, "closed_by_client"), 0);
    assert_same(workbench_value(&bench, "connections_opened"), 1);
    workbench_try(&bench, "users.idle_limit=4s; server.idle_limit=2s"); /* the server is first */
    assert_same(workbench_value(&bench, "closed_by_client"), 0);
    workbench_close(&bench);
}

int main(void) {
#define TEST(deed) cmocka_unit_test_setup_teardown(deed, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_browser_closes_first),
        TEST(the_request_limit_serves_exactly_n),
        TEST(an_idle_limit_of_nothing_is_off),
        TEST(a_request_at_the_very_limit),
        TEST(a_request_meets_the_fin),
        TEST(a_reset_inside_a_page),
        TEST(a_daemon_waits_for_the_fin),
        TEST(time_wait_is_sixty_seconds),
        TEST(those_who_find_nobody_wait),
        TEST(a_full_queue_drops),
        TEST(an_ack_is_dropped),
        TEST(a_syn_sent_again_gets_through),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
