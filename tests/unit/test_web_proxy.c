/* SPDX-License-Identifier: GPL-3.0-or-later
 * web, a proxy: by hand, the two hops, the order of the pool and what it gives up, ports and TIME_WAIT, the race and what becomes of
 * requests that meet it; then the race of documented pairs of timeouts against theory_close_race. */
#define _POSIX_C_SOURCE 200809L
#include "tests/unit/workbench.h"

#include "models/theory.h"

#define PROXIED WEB_BARE "proxy.present=on; proxy.rtt=0s; proxy.idle_limit=0; "
#define REPLAY PROXIED "run.horizon=0; "

static double seconds(const struct workbench *bench) { return workbench_value(bench, "connection_seconds"); }
static double opened(const struct workbench *bench) { return workbench_value(bench, "connections_opened"); }

/* A replay of one request a client, client i's at time_s[i]; at most so many. */
static void replay(struct workbench *bench, const char *settings, size_t n, const double *time_s) {
    static const uint32_t client[] = {0, 1, 2, 3, 4, 5, 6, 7};
    workbench_open(bench, &model_web, REPLAY);
    workbench_trace(bench, n, time_s, client, (uint32_t)n);
    workbench_try(bench, settings);
}

/* ---- two hops ------------------------------------------------------------------------------------------- */

/* Think 4, 1 s from user to proxy and back, 0.5 s from there. New: the request lands at the proxy after 1.5, the upstream handshake and
 * it at the server after 0.75 more, the answer after 0.25 and 0.5: 3 s. Afterwards both connections are there: 1.5 s. TLS costs the
 * first page one or two of the user's round trips and the server nothing. */
static void a_request_takes_two_hops(void **state) {
    (void)state;
    struct workbench bench;
    workbench_open(&bench, &model_web, PROXIED "users.think=4s; users.rtt=1s; proxy.rtt=500ms; run.horizon=13s; ");
    workbench_run(&bench);
    assert_same(workbench_value(&bench, "page_response_max"), 3);
    assert_same(workbench_value(&bench, "page_response"), (3 + 1.5) / 2);
    assert_same(opened(&bench), 1);
    workbench_expect(&bench, "proxy_hit_share", 0.5);
    workbench_expect(&bench, "proxy_connections", (13 - 5.5) / 13);
    workbench_expect(&bench, "proxy_idle", (11.5 - 6.5 + 13 - 12) / 13);
    workbench_try(&bench, "users.tls=1.3; cpu.tls=1s; run.horizon=10s");
    assert_same(workbench_value(&bench, "page_response_max"), 4);
    workbench_try(&bench, "users.tls=1.2; run.horizon=12s");
    assert_same(workbench_value(&bench, "page_response_max"), 5);
    assert_same(workbench_value(&bench, "tls_handshakes_per_s"), 0);
    workbench_close(&bench);
}

/* 20 segments through windows of 10: a round trip more on each new hop, 3 + 1 + 0.5 s. A slow request is read by the proxy: 2 s more, of
 * which the server sees nothing. */
static void sizes_and_slow_requests(void **state) {
    (void)state;
    struct workbench bench;
    workbench_open(&bench, &model_web, PROXIED "users.think=4s; users.rtt=1s; proxy.rtt=500ms; users.document_bytes=28960; "
                   "cpu.kilobyte=0s; run.horizon=10s; ");
    workbench_run(&bench);
    assert_same(workbench_value(&bench, "page_response_max"), 4.5);
    workbench_expect(&bench, "bytes_per_s", 2896);
    workbench_try(&bench, "users.document_bytes=0; users.request_send=2s");
    assert_same(workbench_value(&bench, "page_response_max"), 5);
    assert_same(workbench_value(&bench, "daemons_busy"), 0);
    workbench_close(&bench);
}

/* HTTP/2: three objects as one, which reach the server as three requests, on the document's connection and two more; 1 s of work each, cores
 * for all. With two ports the third of them finds none, and the page fails. */
static void streams_are_requests(void **state) {
    (void)state;
    struct workbench bench;
    workbench_open(&bench, &model_web, PROXIED "users.think=4s; users.objects=3; users.http2=1; cpu.request=1s; machine.cores=8; "
                   "run.horizon=9s; ");
    workbench_run(&bench);
    assert_same(workbench_value(&bench, "page_response_max"), 2);
    assert_same(opened(&bench), 3);
    workbench_expect(&bench, "requests_per_s", 4.0 / 9);
    workbench_expect(&bench, "proxy_hit_share", 1.0 / 4);
    workbench_try(&bench, "proxy.ports=2");
    workbench_expect(&bench, "requests_per_s", 3.0 / 9);
    workbench_expect(&bench, "bad_gateway_ports_per_s", 1.0 / 9);
    workbench_expect(&bench, "pages_failed_per_s", 1.0 / 9);
    assert_same(workbench_value(&bench, "pages_per_s"), 0);
    workbench_close(&bench);
}

/* A visitor who asks for Connection: close gets it from the proxy; upstream nothing closes. */
static void close_is_between_user_and_proxy(void **state) {
    (void)state;
    struct workbench bench;
    workbench_open(&bench, &model_web, PROXIED "users.think=4s; users.rtt=1s; users.close=1; run.horizon=20s; ");
    workbench_run(&bench);
    assert_same(workbench_value(&bench, "page_response"), 2); /* 4..6, 10..12, 16..18: always a handshake */
    assert_same(opened(&bench), 1);
    assert_same(workbench_value(&bench, "closed_as_asked"), 0);
    workbench_close(&bench);
}

/* ---- the pool ------------------------------------------------------------------------------------------- */

/* 0.5 s of work. Two at 1 make two connections, idle from 1.5; then one request each 4 s. The last used is used again (1..13.5 and on,
 * until 22.5); the other is left alone and given up after 9 s, at 10.5. (By turns each would be idle for 8 s and none given up: 43 s.) */
static void last_used_first(void **state) {
    (void)state;
    static const double time_s[] = {1, 1, 5, 9, 13};
    struct workbench bench;
    replay(&bench, "cpu.request=500ms; machine.cores=8; proxy.idle_limit=9s", 5, time_s);
    assert_same(opened(&bench), 2);
    assert_same(seconds(&bench), (22.5 - 1) + (10.5 - 1));
    assert_same(workbench_value(&bench, "closed_by_client"), 2);
    assert_same(workbench_value(&bench, "closed_by_idle_limit"), 0);
    workbench_expect(&bench, "proxy_hit_share", 3.0 / 5);
    workbench_close(&bench);
}

/* Idle from 1.5, 1.75 and 1.9375; there is place for two: at 1.9375 the one idle longest is closed. The others at 10.75 and 10.9375.
 * (Were it the newest: 9.5 + 9.5 + 0.5 s.) */
static void too_many_idle(void **state) {
    (void)state;
    static const double time_s[] = {1, 1.25, 1.4375};
    struct workbench bench;
    replay(&bench, "cpu.request=500ms; machine.cores=8; proxy.idle_limit=9s; proxy.pool_size=2", 3, time_s);
    assert_same(seconds(&bench), (1.9375 - 1) + (10.75 - 1.25) + (10.9375 - 1.4375));
    assert_same(workbench_value(&bench, "proxy_idle_peak"), 2);
    workbench_close(&bench);
    /* A FIN and an idle limit take half of the round trip of 1 s, the request 1.5 s from connect to server: three at 2.5, 2.75 and 2.9375,
     * answered by 3, 3.25 and 3.4375, in the pool 0.5 later; the first one's FIN lands at 4.4375, the others' at 13.25 and 13.4375. */
    replay(&bench, "proxy.rtt=1s; cpu.request=500ms; machine.cores=8; proxy.idle_limit=9s; proxy.pool_size=2", 3, time_s);
    assert_same(seconds(&bench), (4.4375 - 2.5) + (13.25 - 2.75) + (13.4375 - 2.9375));
    workbench_close(&bench);
}

/* After two requests; or after a response that comes when the connection is older than 5 s: 1, 3, 6.5 on the first. */
static void limits_of_a_connection(void **state) {
    (void)state;
    static const double time_s[] = {1, 3, 6.5, 8, 9};
    struct workbench bench;
    replay(&bench, "proxy.requests_per_connection=2", 4, time_s);
    assert_same(opened(&bench), 2);
    assert_same(seconds(&bench), (3 - 1) + (8 - 6.5));
    workbench_close(&bench);
    replay(&bench, "proxy.connection_age_limit=5s; proxy.idle_limit=10s", 5, time_s);
    assert_same(opened(&bench), 2);
    assert_same(seconds(&bench), (6.5 - 1) + (19 - 8));
    workbench_close(&bench);
}

/* The server gives up first, and nobody is about to ask: 3 s after the answer the connection leaves the pool. */
static void the_server_gives_up(void **state) {
    (void)state;
    static const double time_s[] = {1, 2, 7};
    struct workbench bench;
    replay(&bench, "server.idle_limit=3s; proxy.idle_limit=9s", 3, time_s);
    assert_same(opened(&bench), 2);
    assert_same(seconds(&bench), (5 - 1) + (10 - 7));
    assert_same(workbench_value(&bench, "closed_by_idle_limit"), 2);
    assert_same(workbench_value(&bench, "proxy_races_per_s"), 0);
    workbench_expect(&bench, "proxy_idle", (4.0 + 0) / 6);
    workbench_close(&bench);
}

/* Users' connections go to the processes in turn, and each process has its own pool. */
static void a_pool_for_each_process(void **state) {
    (void)state;
    static const double time_s[] = {1, 2, 3, 4};
    struct workbench bench;
    for (int processes = 1; processes <= 3; processes++) {
        char settings[64];
        snprintf(settings, sizeof settings, "proxy.idle_limit=60s; proxy.processes=%d", processes);
        replay(&bench, settings, 4, time_s);
        assert_same(opened(&bench), processes);
        workbench_close(&bench);
    }
}

/* ---- ports ---------------------------------------------------------------------------------------------- */

/* Without a pool, two ports, TIME_WAIT 10 s, each request done at once. 1 and 2 take the ports until 11 and 12; 3 finds none; 11.5 takes the
 * first until 21.5, 11.75 finds none, 12.25 takes the other; 12.5 finds none. */
static void ports_run_out(void **state) {
    (void)state;
    static const double time_s[] = {1, 2, 3, 11.5, 11.75, 12.25, 12.5};
    struct workbench bench;
    replay(&bench, "proxy.pool_size=0; proxy.ports=2; tcp.time_wait=10s", 7, time_s);
    workbench_expect(&bench, "bad_gateway_ports_per_s", 3 / 11.5);
    workbench_expect(&bench, "bad_gateway_per_s", 3 / 11.5);
    workbench_expect(&bench, "bad_gateway_share", 3.0 / 7);
    workbench_expect(&bench, "requests_per_s", 4 / 11.5);
    assert_same(opened(&bench), 4);
    workbench_expect(&bench, "proxy_ports", (1 + 2 * 9 + 0.5 + 2 * 0.5 + 0.25 + 2 * 0.25) / 11.5);
    assert_same(workbench_value(&bench, "proxy_ports_peak"), 2);
    assert_same(workbench_value(&bench, "time_wait_peak"), 0); /* it sits with the proxy */
    workbench_close(&bench);
    /* The server closes: it has the entries, the proxy's ports are free at once, and who comes from one ends the entry. */
    replay(&bench, "proxy.pool_size=0; proxy.ports=2; tcp.time_wait=10s; proxy.closes_first=server", 7, time_s);
    assert_same(workbench_value(&bench, "bad_gateway_share"), 0);
    assert_same(opened(&bench), 7);
    assert_same(workbench_value(&bench, "closed_as_asked"), 7);
    assert_same(workbench_value(&bench, "time_wait_clients"), 0);
    assert_same(workbench_value(&bench, "time_wait_peak"), 2);
    workbench_close(&bench);
}

/* Round trip 2 s: asked at 1, the SYN lands at 2, the request at 4, the answer at 5; the FIN lands at 6, the server's is back at 7: 1 to 17
 * with TIME_WAIT. The server closes first: it is answered at 5, and lands at 6. */
static void a_port_is_taken_until(struct workbench *bench, const char *who, double until_s) {
    const double bit = 1.0 / 1024;
    char settings[WORKBENCH_TEXT_BYTES];
    for (int late = 0; late < 2; late++) {
        const double time_s[] = {1, until_s + (late ? bit : -bit)};
        snprintf(settings, sizeof settings, "proxy.rtt=2s; proxy.pool_size=0; proxy.ports=1; tcp.time_wait=10s; proxy.closes_first=%s", who);
        replay(bench, settings, 2, time_s);
        assert_same(workbench_value(bench, "bad_gateway_share"), late ? 0 : 0.5);
        workbench_close(bench);
    }
}

static void a_port_and_its_round_trip(void **state) {
    (void)state;
    struct workbench bench;
    a_port_is_taken_until(&bench, "proxy", 17);
    a_port_is_taken_until(&bench, "server", 6);
}

/* The only daemon works from 1 to 1001, then nobody uses its connection until the server's limit of 1000 s is over, at 2001; then it serves
 * the one who took the seat in the queue. The third got no answer for 127 s. */
static void a_server_that_does_not_answer(void **state) {
    (void)state;
    static const double time_s[] = {1, 2, 3};
    struct workbench bench;
    replay(&bench, "cpu.request=1000s; machine.cores=8; server.worker_limit=1; server.backlog=0", 3, time_s);
    workbench_expect(&bench, "bad_gateway_share", 1.0 / 3);
    assert_same(workbench_value(&bench, "page_response_max"), 2999); /* 2 to 3001 */
    assert_same(workbench_value(&bench, "connects_failed_per_s"), 0); /* of users */
    workbench_close(&bench);
}

/* ---- the race ----------------------------------------------------------------------------------------------- */

/* A round trip of 0.5 s between proxy and server, none before the proxy, Z = 4: times as in test_web_close, where the browser is where the
 * proxy is here. The race is 4 - 0.5 + 0.5 = 4 < T < 4.5, or Z - r < ... seen from the gap: T - 0.5 < 4 < T. */
static void race(double idle_limit_s, double response_s, bool meets) {
    struct workbench bench;
    char settings[WORKBENCH_TEXT_BYTES];
    double second_s = 5 + 4 + response_s, third_s = second_s + 4 + response_s, end_s = third_s + 3;
    snprintf(settings, sizeof settings, "users.think=4s; proxy.rtt=500ms; server.idle_limit=%.17gs; run.horizon=%.17gs", idle_limit_s, end_s);
    workbench_open(&bench, &model_web, PROXIED);
    workbench_try(&bench, settings);
    workbench_expect(&bench, "page_response", (1 + 2 * response_s) / 3);
    workbench_expect(&bench, "proxy_races_per_s", (meets ? 2 : 0) / end_s);
    workbench_expect(&bench, "proxy_retries_per_s", (meets ? 2 : 0) / end_s);
    assert_same(workbench_value(&bench, "bad_gateway_per_s"), 0);
    assert_same(workbench_value(&bench, "resets_per_s"), 0); /* the user sees nothing of it but the time */
    workbench_close(&bench);
}

static void a_request_meets_the_fin(void **state) {
    (void)state;
    const double bit = 1.0 / 1024;
    race(4 - bit, 1, false);
    race(4, 1, false); /* the FIN lands before the user asks */
    race(4 + bit, 1 + bit, true);
    race(4.25, 1.25, true);
    race(4.5 - bit, 1.5 - bit, true);
    race(4.5 + bit, 0.5, false);
}

/* T = 4.25, nothing may be sent twice. 4..5 a page. The request of 9 meets the FIN, which lands at 4.75 + 4.25 + 0.25 = 9.25: 502. The next of
 * 13.25 finds no connection: a page until 14.25, and so on each 9.25 s. */
static void what_may_not_be_sent_twice(void **state) {
    (void)state;
    struct workbench bench;
    workbench_open(&bench, &model_web, PROXIED "users.think=4s; proxy.rtt=500ms; server.idle_limit=4250ms; users.non_idempotent=1; "
                   "run.horizon=92.5s; ");
    workbench_run(&bench);
    workbench_expect(&bench, "bad_gateway_races_per_s", 10 / 92.5);
    workbench_expect(&bench, "bad_gateway_share", 0.5);
    workbench_expect(&bench, "pages_failed_per_s", 10 / 92.5);
    workbench_expect(&bench, "pages_per_s", 10 / 92.5);
    assert_same(workbench_value(&bench, "page_response_max"), 1);
    assert_same(workbench_value(&bench, "proxy_retries_per_s"), 0);
    assert_same(workbench_value(&bench, "proxy_race_share"), 1);
    workbench_close(&bench);
}

/* Proxy and server give up in the same moment, each before it knows of the other: both FINs meet on the way, and nothing is lost. Half a round
 * trip later: the proxy's limit of 4 s begins 0.25 s after the server's, so 4.25 s there is the same moment. */
static void both_give_up(void **state) {
    (void)state;
    struct workbench bench;
    workbench_open(&bench, &model_web, PROXIED "users.think=10s; proxy.rtt=500ms; proxy.idle_limit=4s; server.idle_limit=4250ms; "
                   "run.horizon=100s; ");
    workbench_run(&bench);
    assert_same(opened(&bench), 9);
    assert_same(workbench_value(&bench, "closed_by_idle_limit"), 8);
    assert_same(workbench_value(&bench, "page_response_max"), 1);
    workbench_close(&bench);
}

/* The same documents may not be sent twice whatever else happens: the draws are the user's own. At a share of a half, of 2,000
 * races 1,000 +- 22; 3.3 standard deviations are 74. */
static void methods_are_the_users_own(void **state) {
    (void)state;
    struct workbench bench;
    double bad[2];
    for (int i = 0; i < 2; i++) {
        workbench_open(&bench, &model_web, PROXIED "users.think=4s; proxy.rtt=500ms; users.non_idempotent=0.5; "
                       "server.idle_limit=4250ms; run.horizon=20000s; ");
        if (i) workbench_set(&bench, "users.objects=0; users.dynamic_share=0.5; cpu.dynamic=0s");
        workbench_run(&bench);
        bad[i] = workbench_value(&bench, "bad_gateway_share");
        double races = workbench_value(&bench, "proxy_races_per_s") * 20000;
        assert_true(races > 1000);
        assert_near(workbench_value(&bench, "bad_gateway_per_s") * 20000, races / 2, 3.3 * sqrt(races) / 2);
        workbench_close(&bench);
    }
    assert_same(bad[0], bad[1]);
}

/* ---- documented pairs -------------------------------------------------------------------------------------- */

static double exponential_survival(double x, void *context) { return exp(-x / *(const double *)context); }

/* z of the mean over replications; |z| < 3.3 fails by chance once in 260 for each of these 20 (Student's t with 19 degrees of freedom); seeds are
 * fixed. */
static double z_of(struct workbench *bench, const char *column, double exact) {
    enum { REPLICATIONS = 20 };
    double sum = 0, squares = 0;
    for (uint32_t i = 0; i < REPLICATIONS; i++) {
        workbench_run_as(bench, i, false);
        double x = workbench_value(bench, column);
        sum += x;
        squares += x * x;
    }
    double mean = sum / REPLICATIONS, variance = (squares - sum * mean) / (REPLICATIONS - 1);
    if (exact <= 0) return mean > 0 ? HUGE_VAL : 0;
    return (mean - exact) / sqrt(variance / REPLICATIONS);
}

/* Proxy's limit above the server's: documented outages. Below: documented as safe. The last two: a round trip decides. Gaps are exponential
 * with the server's limit as mean; the round trip of 200 ms is long, so that races are many. */
static void documented_pairs(void **state) {
    (void)state;
    static const struct { const char *who; double proxy_s, server_s; bool safe; } pairs[] = {
        {"AWS ALB before Node.js", 60, 5, false},
        {"nginx before Jetty", 60, 30, false},
        {"Caddy before Node.js", 120, 5, false},
        {"GCP before nginx", 600, 75, false},
        {"GCP before Apache", 600, 5, false},
        {"AWS ALB before nginx", 60, 75, true},
        {"AWS ALB before Node.js 26", 60, 65, true},
        {"less than a round trip", 60, 60.1, false},
        {"a round trip", 60, 60.2, true},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        struct workbench bench;
        char settings[WORKBENCH_TEXT_BYTES];
        double mean_s = pairs[i].server_s, rtt_s = 0.2;
        double q = theory_close_race(exponential_survival, &mean_s, pairs[i].server_s, pairs[i].proxy_s, rtt_s);
        snprintf(settings, sizeof settings, "users.think=exponential(%gs); proxy.rtt=%gs; proxy.idle_limit=%gs; server.idle_limit=%gs; "
                 "users.non_idempotent=1; run.horizon=%gs", mean_s, rtt_s, pairs[i].proxy_s, pairs[i].server_s, 4000 * mean_s);
        workbench_open(&bench, &model_web, PROXIED);
        workbench_set(&bench, settings);
        assert_true(pairs[i].safe ? q <= 0 : q > 0);
        double z = z_of(&bench, "bad_gateway_share", theory_bad_gateway_share(q, 1));
        if (!(fabs(z) < 3.3)) fail_msg("%s: z %g", pairs[i].who, z);
        workbench_close(&bench);
    }
}

/* What a proxy takes over cannot be said to the server. */
static void settings_that_contradict(void **state) {
    (void)state;
    static const char *const wrong[] = {"users.ports=100", "users.handshake=never"};
    for (size_t i = 0; i < 2; i++) {
        struct workbench bench;
        struct diag diag = {0};
        workbench_open(&bench, &model_web, PROXIED);
        workbench_set(&bench, wrong[i]);
        scenario_check(&bench.scenario, "test", &diag);
        assert_false(diag_ok(&diag));
        assert_non_null(strstr(diag.text[0], "proxy.present"));
        workbench_close(&bench);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_request_takes_two_hops),
        cmocka_unit_test(sizes_and_slow_requests),
        cmocka_unit_test(streams_are_requests),
        cmocka_unit_test(close_is_between_user_and_proxy),
        cmocka_unit_test(last_used_first),
        cmocka_unit_test(too_many_idle),
        cmocka_unit_test(limits_of_a_connection),
        cmocka_unit_test(the_server_gives_up),
        cmocka_unit_test(a_pool_for_each_process),
        cmocka_unit_test(ports_run_out),
        cmocka_unit_test(a_port_and_its_round_trip),
        cmocka_unit_test(a_server_that_does_not_answer),
        cmocka_unit_test(a_request_meets_the_fin),
        cmocka_unit_test(what_may_not_be_sent_twice),
        cmocka_unit_test(both_give_up),
        cmocka_unit_test(methods_are_the_users_own),
        cmocka_unit_test(documented_pairs),
        cmocka_unit_test(settings_that_contradict),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
