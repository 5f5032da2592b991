/* SPDX-License-Identifier: GPL-3.0-or-later
 * web, who comes and how they speak: HTTP versions, slow and idle clients, half-open connections and lost SYNs, open users and their
 * curve. By hand where nothing is drawn; what is drawn is held against its formula with |z| < 3.3 (false alarms: 1 in 1000). */
#define _POSIX_C_SOURCE 200809L
#include "tests/unit/workbench.h"

static int set_up(void **state) {
    struct workbench *bench = malloc(sizeof *bench);
    assert_non_null(bench);
    workbench_open(bench, &model_web, WEB_BARE "cpu.kilobyte=0s; ");
    *state = bench;
    return 0;
}

static int tear_down(void **state) {
    workbench_close(*state);
    free(*state);
    return 0;
}

/* ---- HTTP versions ----------------------------------------------------------------------------------------- */

/* Pages of a document and two objects, at 4, 8 and 12. */
#define THREE_PAGES "users.think=4s; users.objects=2; run.horizon=13s; "

static void http10_has_to_ask(void **state) {
    struct workbench *bench = *state;
    workbench_try(bench, THREE_PAGES "users.http10=1");
    assert_same(workbench_value(bench, "connections_opened"), 9);
    assert_same(workbench_value(bench, "closed_as_asked"), 9);
    assert_same(workbench_value(bench, "requests_per_connection"), 1);
    workbench_try(bench, "users.http10=0; users.http10_keepalive=1");
    assert_same(workbench_value(bench, "connections_opened"), 1);
    assert_same(workbench_value(bench, "closed_as_asked"), 0);
}

/* A document whose length is not known ends with its connection; the objects, and the next page's document, share one. */
static void http10_needs_a_length(void **state) {
    struct workbench *bench = *state;
    workbench_try(bench, THREE_PAGES "users.http10_keepalive=1; users.dynamic_share=1; cpu.dynamic=0s");
    assert_same(workbench_value(bench, "connections_opened"), 4);
    assert_same(workbench_value(bench, "closed_as_asked"), 3);
    workbench_try(bench, "server.dynamic_length=known");
    assert_same(workbench_value(bench, "connections_opened"), 1);
    workbench_try(bench, "server.dynamic_length=unknown; users.http10_keepalive=0"); /* HTTP/1.1 sends chunks */
    assert_same(workbench_value(bench, "connections_opened"), 1);
}

static void http11_keeps_unless_told_to_close(void **state) {
    struct workbench *bench = *state;
    workbench_try(bench, THREE_PAGES);
    assert_same(workbench_value(bench, "connections_opened"), 1);
    workbench_try(bench, "users.close=1");
    assert_same(workbench_value(bench, "connections_opened"), 9);
    assert_same(workbench_value(bench, "closed_as_asked"), 9);
    assert_same(workbench_value(bench, "time_wait_peak"), 9); /* the server closes first */
}

/* 4000 visitors, one page each: those of the share open a connection more. Binomial. */
static void shares_are_of_visitors(void **state) {
    struct workbench *bench = *state;
    workbench_try(bench, "users.count=4000; server.worker_limit=4000; server.start=4000; server.spare_max=4000; server.backlog=5000; "
                         "users.think=4s; users.objects=1; users.close=0.3; run.horizon=5s");
    double extra = workbench_value(bench, "connections_opened") - 4000;
    assert_near(extra, 4000 * 0.3, 3.3 * sqrt(4000 * 0.3 * 0.7));
    assert_same(workbench_value(bench, "closed_as_asked"), 2 * extra);
}

/* One connection; the four objects of 5 kB go together at 5 and land at 5.25; 4 x 0.125 s of CPU: 5.75; first byte at 6, 2 s for 20 kB: 8. */
static void http2_sends_all_objects_at_once(void **state) {
    struct workbench *bench = *state;
    workbench_set(bench, "users.think=4s; users.rtt=500ms; users.connections=6; users.object_bytes=5kB; users.bandwidth=10kB/s; "
                         "tcp.initial_window=100; tcp.segment=1kB; run.horizon=12s; ");
    workbench_try(bench, "users.objects=4; users.http2=1; cpu.request=125ms");
    assert_near(workbench_value(bench, "page_response_max"), 1 + 0.125 + 0.5 + 0.5 + 2, 1e-9);
    assert_same(workbench_value(bench, "connections_opened"), 1);
    workbench_expect(bench, "requests_per_s", 5.0 / 12);
    workbench_expect(bench, "reuse_share", 4.0 / 5);
    assert_same(workbench_value(bench, "requests_per_connection"), 5);
}

/* For the page that is the same as one object with the bytes of all, on one connection of HTTP/1.1, over any window and link. */
static void http2_is_one_connection_with_all_objects(void **state) {
    struct workbench *bench = *state;
    static const char *const networks[] = {
        "users.rtt=500ms; tcp.initial_window=2; users.bandwidth=0", "users.rtt=100ms; tcp.initial_window=10; users.bandwidth=20kB/s",
        "users.rtt=0s; users.bandwidth=7kB/s", "users.rtt=250ms; users.bandwidth=1MB/s; tcp.slow_start_after_idle=off",
    };
    workbench_set(bench, "users.think=4s; users.connections=1; users.document_bytes=3kB; tcp.segment=1kB; run.horizon=60s; ");
    for (size_t i = 0; i < 4; i++) {
        workbench_set(bench, networks[i]);
        workbench_try(bench, "users.http2=1; users.objects=12; users.object_bytes=5kB");
        double two = workbench_value(bench, "page_response"), pages = workbench_value(bench, "pages_per_s");
        workbench_try(bench, "users.http2=0; users.objects=1; users.object_bytes=60kB");
        assert_same(two, workbench_value(bench, "page_response"));
        assert_same(pages, workbench_value(bench, "pages_per_s"));
    }
}

/* Two at a time: three trips for five objects. */
static void streams_are_limited(void **state) {
    struct workbench *bench = *state;
    workbench_try(bench, "users.think=4s; users.rtt=500ms; users.http2=1; users.objects=5; users.streams=2; run.horizon=8s");
    assert_same(workbench_value(bench, "page_response_max"), 1 + 3 * 0.5);
}

/* ---- slow and idle clients ----------------------------------------------------------------------------------- */

/* 10 s from the first byte to the last, all of which the daemon waits; nginx waits without one. */
static void a_slow_request_holds_a_daemon(void **state) {
    struct workbench *bench = *state;
    workbench_try(bench, "users.think=4s; users.request_send=10s; server.header_limit=20s; cpu.request=500ms; run.horizon=16s");
    workbench_expect(bench, "page_response", 10.5);
    workbench_expect(bench, "daemons_busy", 10.5 / 16);
    workbench_expect(bench, "cpu_utilisation", 0.5 / 32);
    workbench_try(bench, "server.architecture=nginx");
    workbench_expect(bench, "page_response", 10.5);
    workbench_expect(bench, "daemons_held", 0);
}

/* Five who never end their requests: from 4 on each holds a daemon for 20 s, is closed (2 s for his FIN, which comes at once), and comes
 * again 4 s later: at 28 and 52. */
static void an_attacker_is_stopped_by_the_header_limit(void **state) {
    struct workbench *bench = *state;
    workbench_try(bench, "users.count=5; users.think=4s; users.request_send=1h; server.header_limit=20s; run.horizon=60s");
    workbench_expect(bench, "daemons_busy", 5 * (20 + 20 + 8) / 60.0);
    assert_same(workbench_value(bench, "closed_by_header_limit"), 10);
    workbench_expect(bench, "requests_timed_out_per_s", 10.0 / 60);
    workbench_expect(bench, "pages_failed_per_s", 10.0 / 60);
    assert_same(workbench_value(bench, "resets_per_s"), 0);
    workbench_try(bench, "server.header_limit=0s");
    workbench_expect(bench, "daemons_busy", 5 * 56 / 60.0);
}

/* All daemons taken by attackers: a visitor at 5 waits until the first of them is closed, at 24. */
static void attackers_keep_visitors_waiting(void **state) {
    struct workbench *bench = *state;
    static const char *const rows[] = {"count=3; think=4s; request_send=1h", "think=5s"};
    workbench_set(bench, "server.worker_limit=3; server.start=3; run.horizon=26s");
    workbench_classes(bench, rows, 2);
    workbench_run(bench);
    assert_same(workbench_value(bench, "page_response_max"), 24 - 5);
    workbench_set(bench, "server.architecture=nginx");
    workbench_classes(bench, rows, 2);
    workbench_run(bench);
    assert_same(workbench_value(bench, "page_response_max"), 0);
}

/* ---- SYNs ---------------------------------------------------------------------------------------------------- */

/* One SYN a second that nothing follows, from 1 on; each stays for 63 s (1 + 2 + 4 + 8 + 16 + 32). */
static void abandoned_syns_stay_half_open(void **state) {
    struct workbench *bench = *state;
    workbench_try(bench, "users.think=1s; users.handshake=never; run.horizon=200s; run.warmup=100s");
    assert_same(workbench_value(bench, "half_open_peak"), 63);
    workbench_expect(bench, "half_open", 63);
    assert_same(workbench_value(bench, "connections_opened"), 0);
    workbench_try(bench, "tcp.syncookies=off; tcp.syn_backlog=21; run.warmup=0; run.horizon=63.5s");
    assert_same(workbench_value(bench, "half_open_peak"), 21);
    workbench_expect(bench, "syn_dropped_per_s", (63 - 21) / 63.5);
}

/* The flood keeps a visitor out, but not where there are cookies. */
static void a_flood_keeps_visitors_out(void **state) {
    struct workbench *bench = *state;
    static const char *const rows[] = {"think=125ms; handshake=never", "think=5s"};
    workbench_set(bench, "tcp.syncookies=off; tcp.syn_backlog=16; run.horizon=12s");
    workbench_classes(bench, rows, 2);
    workbench_run(bench); /* full from 2 on; SYNs at 5, 6, 8, 12 */
    assert_same(workbench_value(bench, "connections_opened"), 0);
    workbench_set(bench, "tcp.syncookies=on");
    workbench_classes(bench, rows, 2);
    workbench_run(bench);
    assert_same(workbench_value(bench, "connections_opened"), 1);
}

/* E[delay | success] = r sum_{j<=n} (2^j - 1)(1 - q) q^j / (1 - q^(n+1)) with r = 1 s, n = 6 retries; P(fail) = q^7. Requests that succeed
 * lose no other time. Reference points: q 1 %, 5 %, 20 %: 0.010204, 0.055555, 0.331166 s. */
static void lost_syn(struct workbench *bench, double q, double reference_s) {
    char settings[64];
    double mean = 0, square = 0, success = 1 - pow(q, 7);
    for (int j = 0; j <= 6; j++) {
        double delay_s = pow(2, j) - 1, p = (1 - q) * pow(q, j) / success;
        mean += p * delay_s;
        square += p * delay_s * delay_s;
    }
    if (reference_s > 0) assert_near(mean, reference_s, 2e-6);
    snprintf(settings, sizeof settings, "users.syn_loss=%g", q);
    workbench_try(bench, settings);
    double horizon_s = 2000, n = workbench_value(bench, "pages_per_s") * horizon_s, failed = workbench_value(bench, "pages_failed_per_s") * horizon_s;
    assert_true(n > 20000);
    assert_near(workbench_value(bench, "page_response"), mean, 3.3 * sqrt((square - mean * mean) / n));
    assert_near(failed / (n + failed), pow(q, 7), 3.3 * sqrt(pow(q, 7) * success / n) + 2e-4); /* those under way at the end */
}

static void lost_syns_delay_by_the_ladder(void **state) {
    struct workbench *bench = *state;
    workbench_set(bench, "users.count=400; users.think=4s; server.keepalive=off; server.worker_limit=400; server.start=400; "
                         "server.spare_max=400; run.horizon=2000s");
    lost_syn(bench, 0.01, 0.010204);
    lost_syn(bench, 0.05, 0.055555);
    lost_syn(bench, 0.20, 0.331166);
    lost_syn(bench, 0.50, 0);
}

/* ---- open users ---------------------------------------------------------------------------------------------- */

/* Visits of three pages, 1 s apart, stay 2 s; they come at 10/s for 2000 s. Poisson: count 20,000 +- 141. M/D/inf: 20 present, and the time
 * average's variance is 10 x 2^2 / 2000. */
static void visitors_come_and_go(void **state) {
    struct workbench *bench = *state;
    workbench_try(bench, "users.sessions=10/s; users.session_pages=3; users.think=1s; server.worker_limit=500; server.start=500; "
                         "server.spare_max=500; run.horizon=2000s");
    double visits = workbench_value(bench, "sessions_per_s") * 2000;
    assert_near(visits, 20000, 3.3 * sqrt(20000));
    assert_near(workbench_value(bench, "visitors"), 20, 3.3 * sqrt(10 * 4 / 2000.0));
    assert_near(workbench_value(bench, "pages_per_s") * 2000, 3 * visits, 3 * 60); /* those still there */
    assert_near(workbench_value(bench, "connections_opened"), visits, 1);
    assert_near(workbench_value(bench, "closed_by_client"), visits, 60);
}

/* A visitor is the same one whatever the server does: with no time lost anywhere, pages and objects are the same to the last. */
static void visits_do_not_depend_on_the_server(void **state) {
    struct workbench *bench = *state;
    static const char *const servers[] = {"server.keepalive=on", "server.keepalive=off", "server.idle_limit=500ms", "server.architecture=nginx"};
    double pages = 0, requests = 0;
    workbench_set(bench, "users.sessions=20/s; users.session_pages=geometric(0.25); users.think=exponential(2s); users.objects=geometric(0.3); "
                         "users.connections=4; users.close=0.2; server.worker_limit=2000; server.start=2000; server.spare_max=2000; run.horizon=100s");
    for (size_t i = 0; i < 4; i++) {
        workbench_try(bench, servers[i]);
        if (i == 0) pages = workbench_value(bench, "pages_per_s");
        if (i == 0) requests = workbench_value(bench, "requests_per_s");
        assert_same(workbench_value(bench, "pages_per_s"), pages);
        assert_same(workbench_value(bench, "requests_per_s"), requests);
    }
}

/* From 0 up to 1 at 50 s, down to 0 at 80, 0 until 100, and again. Visits until t are Poisson with mean 500/s x the area. */
static void visits_follow_the_curve(void **state) {
    struct workbench *bench = *state;
    static const double time_s[] = {0, 50, 80, 100}, factor[] = {0, 1, 0, 0};
    static const struct {
        double until_s, area;
    } rows[] = {{10, 1}, {25, 6.25}, {50, 25}, {65, 36.25}, {80, 40}, {99, 40}, {125, 46.25}, {200, 80}};
    workbench_set(bench, "users.sessions=500/s; users.session_pages=1; server.worker_limit=500; server.start=500; server.spare_max=500");
    bench->scenario.workload.n_rate_times = 4;
    bench->scenario.workload.rate_time_s = time_s;
    bench->scenario.workload.rate_factor = factor;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char settings[64];
        snprintf(settings, sizeof settings, "run.horizon=%gs", rows[i].until_s);
        workbench_try(bench, settings);
        double visits = workbench_value(bench, "sessions_per_s") * rows[i].until_s, mean = 500 * rows[i].area;
        assert_near(visits, mean, 3.3 * sqrt(mean));
    }
}

/* Each class of two has its column. Nobody comes where the factor is 0. */
static void classes_have_curves_of_their_own(void **state) {
    struct workbench *bench = *state;
    static const double time_s[] = {0, 100}, factor[] = {1, 0, 1, 0};
    static const char *const rows[] = {"sessions=20/s; session_pages=1", "sessions=20/s; session_pages=2; think=1h"};
    workbench_set(bench, "run.horizon=100s; server.worker_limit=500; server.start=500; server.spare_max=500");
    workbench_classes(bench, rows, 2);
    bench->scenario.workload.n_rate_times = 2;
    bench->scenario.workload.rate_time_s = time_s;
    bench->scenario.workload.rate_factor = factor;
    workbench_run(bench);
    assert_near(workbench_value(bench, "sessions_per_s") * 100, 2000, 3.3 * sqrt(2000));
    assert_same(workbench_value(bench, "visitors_peak"), 0); /* the first class's do not stay, and nobody else came */
}

int main(void) {
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        TEST(http10_has_to_ask),
        TEST(http10_needs_a_length),
        TEST(http11_keeps_unless_told_to_close),
        TEST(shares_are_of_visitors),
        TEST(http2_sends_all_objects_at_once),
        TEST(http2_is_one_connection_with_all_objects),
        TEST(streams_are_limited),
        TEST(a_slow_request_holds_a_daemon),
        TEST(an_attacker_is_stopped_by_the_header_limit),
        TEST(attackers_keep_visitors_waiting),
        TEST(abandoned_syns_stay_half_open),
        TEST(a_flood_keeps_visitors_out),
        TEST(lost_syns_delay_by_the_ladder),
        TEST(visitors_come_and_go),
        TEST(visits_do_not_depend_on_the_server),
        TEST(visits_follow_the_curve),
        TEST(classes_have_curves_of_their_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
