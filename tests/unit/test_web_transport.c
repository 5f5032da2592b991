/* SPDX-License-Identifier: GPL-3.0-or-later
 * web, how long a response is under way: slow start, links, the uplink, writing, TLS. By hand but for two: the latency formula of
 * Kurose and Ross ("Computer Networking", 3.7), and M/G/1-PS. */
#define _POSIX_C_SOURCE 200809L
#include "tests/unit/workbench.h"

#include "models/web/transport.h"

/* Segments of 1000 bytes, windows of two, and bytes that cost no CPU. */
#define SIZED WEB_BARE "cpu.kilobyte=0s; tcp.segment=1kB; tcp.initial_window=2; users.think=4s; users.rtt=500ms; "

static int set_up(void **state) {
    struct workbench *bench = malloc(sizeof *bench);
    assert_non_null(bench);
    workbench_open(bench, &model_web, SIZED);
    *state = bench;
    return 0;
}

static int tear_down(void **state) {
    workbench_close(*state);
    free(*state);
    return 0;
}

/* ---- slow start ------------------------------------------------------------------------------------------ */

/* Rounds of n segments from window w: ceil(log2(n/w + 1)), all but the first of which cost a round trip. */
static void rounds_follow_the_logarithm(void **state) {
    (void)state;
    for (uint32_t w = 1; w <= 40; w++)
        for (uint32_t n = 1; n <= 3000; n += n < 200 ? 1 : 37) {
            uint32_t window = w;
            double rounds = ceil(log2((double)n / w + 1) - 1e-12);
            assert_near(transport_sending_s(n * 1000.0, 1000, 0.5, 0, &window), (rounds - 1) * 0.5, 1e-9);
            assert_int_equal(window, w + n);
        }
}

/* Kurose and Ross, from window 1: O/R + P (RTT + S/R) - (2^P - 1) S/R, where P = min(Q, K - 1) rounds stall, Q = floor(log2(1 + RTT R / S)) + 1,
 * K = ceil(log2(O/S + 1)). */
static void the_latency_formula_holds(void **state) {
    (void)state;
    const double segment_bits = 536 * 8, rtt_s = 0.1;
    static const double rates[] = {28e3, 100e3, 1e6, 10e6};
    static const double sizes[] = {5 * 536, 20 * 536, 187 * 536, 2000 * 536};
    for (size_t r = 0; r < 4; r++)
        for (size_t o = 0; o < 4; o++) {
            double bits = sizes[o] * 8, segment_s = segment_bits / rates[r];
            double q = floor(log2(1 + rtt_s / segment_s)) + 1, k = ceil(log2(bits / segment_bits + 1)), p = fmin(q, k - 1);
            double want_s = bits / rates[r] + p * (rtt_s + segment_s) - (pow(2, p) - 1) * segment_s;
            uint32_t window = 1;
            assert_near(transport_sending_s(sizes[o], 536, rtt_s, rates[r] / 8, &window), want_s, 1e-9);
        }
}

/* 14 segments leave in rounds of 2, 4 and 8: 2 round trips more. Page: handshake, request and response, 2 more: 2 s. The window is 16
 * then, and if it is kept the next pages take one round trip. */
static void a_reused_connection_keeps_its_window(void **state) {
    struct workbench *bench = *state;
    workbench_try(bench, "users.document_bytes=14kB; tcp.slow_start_after_idle=off; run.horizon=16s");
    assert_same(workbench_value(bench, "page_response_max"), 2);
    workbench_expect(bench, "page_response", (2 + 0.5 + 0.5) / 3);
    assert_same(workbench_value(bench, "connections_opened"), 1);
    workbench_expect(bench, "bytes_per_s", 3 * 14e3 / 16);
}

/* 4.5 s of quiet. Timeouts of 4 s: one has passed, the window is 8: rounds of 8 and 6. Of 0.7 s: 6 have passed, it is 2 again. */
static void and_loses_it_when_idle(void **state) {
    struct workbench *bench = *state;
    workbench_try(bench, "users.document_bytes=14kB; tcp.rto_min=3500ms; run.horizon=12s");
    workbench_expect(bench, "page_response", (2 + 1) / 2.0);
    workbench_try(bench, "tcp.rto_min=200ms; run.horizon=12s");
    workbench_expect(bench, "page_response", (2 + 1.5) / 2.0);
    workbench_try(bench, "tcp.rto_min=4500ms"); /* 4.5 s are not more than 5 s */
    workbench_expect(bench, "page_response", (2 + 0.5) / 2.0);
}

/* ---- links ----------------------------------------------------------------------------------------------- */

/* 100 segments of 0.1 s: after 2 of them 0.4 s of waiting, after 4 more 0.2 s, then none. */
static void a_thin_link_fills_the_pauses(void **state) {
    struct workbench *bench = *state;
    workbench_try(bench, "users.document_bytes=100kB; users.bandwidth=10kB/s; run.horizon=16s");
    assert_near(workbench_value(bench, "page_response_max"), 1 + 0.4 + 0.2 + 10, 1e-9);
}

/* Document at 5. Object 1 on its connection: first byte at 5.5, last at 6. Objects 2 to 4 on new ones: first bytes at 6; one after the other
 * 0.5 s each: 7.5. With one connection: 5.5 to 6, then a round trip and half a second each: 6.5-7, 7.5-8, 8.5-9. */
static void connections_of_a_user_share_his_link(void **state) {
    struct workbench *bench = *state;
    workbench_set(bench, "users.objects=4; users.object_bytes=5kB; users.bandwidth=10kB/s; tcp.initial_window=100; ");
    workbench_try(bench, "users.connections=4; run.horizon=8s");
    assert_near(workbench_value(bench, "page_response_max"), 3.5, 1e-9);
    workbench_try(bench, "users.connections=1; run.horizon=9.5s");
    assert_near(workbench_value(bench, "page_response_max"), 5, 1e-9);
}

/* 1 s each alone, from 4 and from 4.5 on: half of the first is left when the second begins; they share: 5.5 and 6. */
static void the_uplink_is_shared_equally(void **state) {
    struct workbench *bench = *state;
    static const char *const rows[] = {"think=4s", "think=4500ms"};
    workbench_set(bench, "users.rtt=0s; users.document_bytes=10kB; network.uplink=10kB/s; run.horizon=7s");
    workbench_classes(bench, rows, 2);
    workbench_run(bench);
    assert_near(workbench_value(bench, "page_response"), 1.5, 1e-9);
    assert_near(workbench_value(bench, "page_response_max"), 1.5, 1e-9);
    assert_near(workbench_value(bench, "uplink_utilisation"), 2.0 / 7, 1e-12);
}

/* Flows that come at random (visits of one page) on one uplink are M/G/1-PS: E[T] = E[S] / (1 - rho) whatever the law of sizes. rho 0.7, S 0.1 s
 * on average; 40 replications of 2000 s, seeds by the default; |z| < 3.3 fails once in 1000. */
static void flows_are_processor_sharing(void **state) {
    struct workbench *bench = *state;
    static const char *const laws[] = {"users.document_bytes=exponential(10kB)", "users.document_bytes=mix(0.9,constant(1kB),constant(91kB))"};
    enum { N = 40 };
    workbench_set(bench, "users.rtt=0s; users.sessions=7/s; users.session_pages=1; network.uplink=100kB/s; users.answers_close=emulated; "
                         "server.worker_limit=5000; server.start=5000; server.spare_max=5000; machine.ram=1TB; run.horizon=2200s; run.warmup=200s");
    for (size_t law = 0; law < 2; law++) {
        double sum = 0, squares = 0;
        workbench_set(bench, laws[law]);
        for (uint32_t i = 0; i < N; i++) {
            workbench_run_as(bench, i, false);
            double x = workbench_value(bench, "page_response");
            sum += x;
            squares += x * x;
        }
        double mean = sum / N, se = sqrt((squares / N - mean * mean) / (N - 1));
        assert_near(mean, 0.1 / (1 - 0.7), 3.3 * se);
        assert_true(se < 0.02 * mean);
    }
}

/* ---- order and writing ------------------------------------------------------------------------------------- */

/* The response needs until 5; the server's idle limit is over at 4.25, and its FIN waits behind the response. The next page, at 9, needs a
 * new connection; nothing was reset. */
static void a_fin_does_not_overtake_its_response(void **state) {
    struct workbench *bench = *state;
    static const char *const ways[] = {"network.uplink=10kB/s; users.bandwidth=0", "network.uplink=0; users.bandwidth=10kB/s"};
    for (size_t i = 0; i < 2; i++) {
        workbench_set(bench, ways[i]);
        workbench_try(bench, "users.rtt=0s; users.document_bytes=10kB; server.idle_limit=250ms; run.horizon=9.125s");
        assert_near(workbench_value(bench, "page_response"), 1, 1e-9);
        assert_same(workbench_value(bench, "closed_by_idle_limit"), 1);
        assert_same(workbench_value(bench, "connections_opened"), 2);
        assert_same(workbench_value(bench, "resets_per_s"), 0);
    }
}

/* 10 kB at 1 kB/s, of which the kernel takes 2: the server writes for 8 s, and prefork's daemon with it. event's thread and nginx's loop are
 * free. A response that fits into the buffer is written at once. */
static void a_long_response_holds_its_writer(void **state) {
    struct workbench *bench = *state;
    workbench_set(bench, "users.rtt=0s; users.document_bytes=10kB; users.bandwidth=1kB/s; server.send_buffer=2kB; tcp.initial_window=100; run.horizon=16s");
    workbench_run(bench);
    assert_near(workbench_value(bench, "daemons_busy"), 8.0 / 16, 1e-9);
    assert_near(workbench_value(bench, "daemons_idle_keepalive"), 4.0 / 16, 1e-9);
    assert_same(workbench_value(bench, "connections_writing"), 0);
    workbench_try(bench, "server.architecture=nginx");
    assert_near(workbench_value(bench, "connections_writing"), 8.0 / 16, 1e-9);
    assert_same(workbench_value(bench, "daemons_held"), 0);
    workbench_try(bench, "server.architecture=event; server.start=1; server.threads_per_process=4");
    assert_near(workbench_value(bench, "connections_writing"), 8.0 / 16, 1e-9);
    assert_near(workbench_value(bench, "daemons_busy"), 0, 1e-9);
    workbench_try(bench, "server.architecture=prefork; server.start=50; server.send_buffer=10kB");
    assert_same(workbench_value(bench, "daemons_busy"), 0);
    assert_near(workbench_value(bench, "page_response"), 10, 1e-9);
}

/* Keep-alive off: the response is there at 14, and the FIN with it; the daemon writes for 8 s, then waits 2 s for the client's. */
static void closing_comes_after_writing(void **state) {
    struct workbench *bench = *state;
    workbench_try(bench, "users.rtt=0s; users.document_bytes=10kB; users.bandwidth=1kB/s; server.send_buffer=2kB; tcp.initial_window=100; "
                         "server.keepalive=off; server.closing_limit=60s; run.horizon=16s");
    assert_near(workbench_value(bench, "daemons_busy"), 8.0 / 16, 1e-9);
    assert_near(workbench_value(bench, "daemons_closing"), 2.0 / 16, 1e-9);
    assert_same(workbench_value(bench, "closed_keepalive_off"), 1);
    assert_same(workbench_value(bench, "time_wait_peak"), 1);
}

/* ---- TLS --------------------------------------------------------------------------------------------------- */

/* Plain: 1 s, two round trips. TLS 1.3 one more, 1.2 two more (RFC 8446 2, RFC 5246 7.3), a resumed 1.2 one more. */
static void tls_costs_round_trips(void **state) {
    struct workbench *bench = *state;
    workbench_set(bench, "cpu.tls=0s; cpu.tls_resumed=0s; server.keepalive=off; ");
    workbench_try(bench, "users.tls=1.3; run.horizon=15s");
    workbench_expect(bench, "page_response", 1.5);
    workbench_try(bench, "users.tls=1.2");
    workbench_expect(bench, "page_response", 2);
    workbench_try(bench, "users.tls_resumed=1"); /* the first cannot */
    workbench_expect(bench, "page_response", (2 + 1.5) / 2);
    assert_same(workbench_value(bench, "page_response_max"), 2);
    workbench_expect(bench, "tls_handshakes_per_s", 1.0 / 15);
    workbench_expect(bench, "tls_resumptions_per_s", 1.0 / 15);
    workbench_try(bench, "server.keepalive=on; users.tls_resumed=0; run.horizon=12s");
    workbench_expect(bench, "page_response", (2 + 0.5) / 2);
}

/* Click at 4; the first message lands at 4.75 and costs 0.25 + 0.125 s of CPU: 5.125. A round trip: 5.625 the request, 0.0625 s: 5.6875; there at
 * 5.9375. The daemon was busy from 4.75 to 5.6875. Its memory is taken for as long as the connection is open. */
static void a_handshake_costs_cpu_and_holds_its_daemon(void **state) {
    struct workbench *bench = *state;
    workbench_try(bench, "users.tls=1.3; cpu.tls=250ms; cpu.connection=125ms; cpu.request=62.5ms; memory.tls=1MB; memory.shared=0B; "
                         "memory.daemon_private=0B; run.horizon=8s");
    assert_same(workbench_value(bench, "page_response_max"), 1.9375);
    workbench_expect(bench, "daemons_busy", 0.9375 / 8);
    workbench_expect(bench, "cpu_utilisation", 0.4375 / 16);
    workbench_expect(bench, "memory_pss", 1e6 * (8 - 4.75) / 8);
}

/* Two connections of one nginx loop: while the one waits for its client the loop works for the other. */
static void nginx_does_not_wait_for_a_handshake(void **state) {
    struct workbench *bench = *state;
    static const char *const rows[] = {"think=4s", "think=4500ms; rtt=0s; tls=off"};
    workbench_set(bench, "server.architecture=nginx; users.tls=1.3; cpu.tls=125ms; cpu.request=62.5ms; run.horizon=8s");
    workbench_classes(bench, rows, 2);
    workbench_run(bench);
    /* 4.75 to 4.875 the handshake; 5.375 the request; the other user's at 4.5 is done at 4.5625. */
    workbench_expect(bench, "page_response", (1.6875 + 0.0625) / 2);
}

int main(void) {
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        cmocka_unit_test(rounds_follow_the_logarithm),
        cmocka_unit_test(the_latency_formula_holds),
        TEST(a_reused_connection_keeps_its_window),
        TEST(and_loses_it_when_idle),
        TEST(a_thin_link_fills_the_pauses),
        TEST(connections_of_a_user_share_his_link),
        TEST(the_uplink_is_shared_equally),
        TEST(flows_are_processor_sharing),
        TEST(a_fin_does_not_overtake_its_response),
        TEST(a_long_response_holds_its_writer),
        TEST(closing_comes_after_writing),
        TEST(tls_costs_round_trips),
        TEST(a_handshake_costs_cpu_and_holds_its_daemon),
        TEST(nginx_does_not_wait_for_a_handshake),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
