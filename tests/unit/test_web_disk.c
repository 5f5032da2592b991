/* SPDX-License-Identifier: GPL-3.0-or-later
 * page_cache and disk: what memory leaves, who waits for a read and for how long, and pages on swap, worked out by hand. Hits are made
 * certain or impossible by a miss-ratio curve, where the draw itself is not what is looked at.
 */
#define _POSIX_C_SOURCE 200809L
#include "tests/unit/server_bench.h"

#include "models/lru.h"
#include "models/web/params.h"

/* A read takes a second and a half: half of it to get there. */
#define READS "disk.service=500ms; disk.bytes_per_s=1000B/s; site.file_bytes=1000B; "

static int set_up(void **state) { return server_bench_set_up(state, READS); }

static void miss_ratio(struct server_bench *server, size_t n, const double *size, const double *miss) {
    server->bench.scenario.params.values[SITE_MISS_RATIO].curve = (struct param_curve){n, size, miss};
}
#define MISS_RATIO(server, ...) miss_ratio(server, 1, (const double[]){0}, (const double[]){__VA_ARGS__})

/* ---- the line at the disks ---------------------------------------------------------------------------------- */

/* Three requests at 1 s and one at 11 s, all of which miss. One disk: done at 2.5, 4, 5.5; the second waits 1.5 s, the third 3 s. From the
 * first request to the last it reads 4.5 of 10 s, and has begun four reads. */
static void first_come_first_served(void **state) {
    struct server_bench *server = *state;
    server_bench_crowd(server, 0, 3, 1, 0);
    server_bench_request(server, 3, 11);
    MISS_RATIO(server, 1);
    workbench_watch(&server->bench);
    workbench_try(&server->bench, "machine.disks=1; run.horizon=20s");
    workbench_expect(&server->bench, "request_response", (1.5 + 3 + 4.5 + 1.5) / 4);
    workbench_expect(&server->bench, "request_response_max", 4.5);
    workbench_expect(&server->bench, "disk_utilisation", 0.45);
    workbench_expect(&server->bench, "disk_reads_per_s", 0.4);
    workbench_expect(&server->bench, "disk_wait", (1.5 + 3) / 4);
    workbench_expect(&server->bench, "hit_ratio", 0);
    workbench_expect(&server->bench, "swap_reads_per_s", 0);
    for (size_t second = 1; second <= 8; second++)
        assert_near(workbench_seen(&server->bench, second, "disk_utilisation"), second < 2 || second > 6 ? 0 : second < 6 ? 1 : 0.5, 1e-12);
    workbench_try(&server->bench, "machine.disks=2");
    workbench_expect(&server->bench, "request_response", (1.5 + 1.5 + 3 + 1.5) / 4);
    workbench_expect(&server->bench, "disk_utilisation", 0.225);
    workbench_expect(&server->bench, "disk_wait", 1.5 / 4);
    MISS_RATIO(server, 0); /* all is there */
    workbench_run(&server->bench);
    workbench_expect(&server->bench, "request_response", 0);
    workbench_expect(&server->bench, "hit_ratio", 1);
    workbench_expect(&server->bench, "disk_reads_per_s", 0);
}

/* Two users click at 1 s, each document reads three times: A 1-2.5, B -4, A -5.5, B -7, A -8.5, B -10. */
static void a_dynamic_document_reads_one_after_the_other(void **state) {
    struct server_bench *server = *state;
    MISS_RATIO(server, 1);
    workbench_try(&server->bench, "users.count=2; users.think=1s; users.dynamic_share=1; cpu.dynamic=0s; disk.dynamic_reads=3; "
                                  "run.horizon=10.25s");
    workbench_expect(&server->bench, "request_response", (7.5 + 9) / 2);
    workbench_expect(&server->bench, "page_response_max", 9);
    workbench_try(&server->bench, "disk.dynamic_reads=0; run.horizon=1.5s");
    workbench_expect(&server->bench, "page_response_max", 0);
}

/* A document, then four objects at once on one connection: 1.5 s, and four reads. A handshake reads nothing. */
static void requests_sent_as_one(void **state) {
    struct server_bench *server = *state;
    MISS_RATIO(server, 1);
    workbench_set(&server->bench, "users.think=1s; users.objects=4; users.connections=6; machine.disks=8; run.horizon=9s");
    workbench_try(&server->bench, "users.http2=1; users.tls=1.3; cpu.tls=0s; cpu.tls_resumed=0s");
    workbench_expect(&server->bench, "page_response_max", 1.5 + 4 * 1.5);
    workbench_expect(&server->bench, "disk_reads_per_s", 5 / 9.0);
    workbench_try(&server->bench, "users.http2=0"); /* each on a connection of its own */
    workbench_expect(&server->bench, "page_response_max", 1.5 + 1.5);
}

/* ---- who waits ------------------------------------------------------------------------------------------------ */

static void responses(struct server_bench *server, const char *settings, double first_s, double second_s) {
    workbench_try(&server->bench, settings);
    workbench_expect(&server->bench, "request_response", (first_s + second_s) / 2);
    workbench_expect(&server->bench, "request_response_max", second_s);
}

/* Work 0.25 s, a read 1.5 s. A of 1 s: work until 1.25, read until 2.75. B of 1.5 s: work until 1.75, if somebody is there to do it, and
 * the disk is his at 2.75. nginx's only process waits for A's read, and begins B's work at 2.75. */
static void a_loop_is_blocked(void **state) {
    struct server_bench *server = *state;
    server_bench_request(server, 0, 1);
    server_bench_request(server, 1, 1.5);
    MISS_RATIO(server, 1);
    workbench_set(&server->bench, "cpu.request=250ms; machine.cores=4; run.horizon=20s");
    responses(server, "server.architecture=prefork; machine.disks=1", 1.75, 4.25 - 1.5);
    responses(server, "server.architecture=worker", 1.75, 4.25 - 1.5);
    responses(server, "server.architecture=event", 1.75, 4.25 - 1.5);
    responses(server, "server.architecture=nginx", 1.75, 4.5 - 1.5);
    responses(server, "server.architecture=prefork; machine.disks=2", 1.75, 1.75);
    responses(server, "server.architecture=nginx", 1.75, 4.5 - 1.5); /* a second disk is of no use to one loop */
    responses(server, "server.processes=2", 1.75, 1.75);
    MISS_RATIO(server, 0);
    responses(server, "server.processes=1", 0.25, 0.25);
}

/* A requests at 1 s and answers go out at 2.5 s; the window ends with B's request of 5 s. event's thread is held for 1.5 of 4 s, and
 * an idle connection holds nobody. */
static void a_thread_is_held_while_it_waits(void **state) {
    struct server_bench *server = *state;
    server_bench_request(server, 0, 1);
    server_bench_request(server, 1, 5);
    MISS_RATIO(server, 1);
    workbench_try(&server->bench, "server.architecture=event; run.horizon=20s");
    workbench_expect(&server->bench, "daemons_held", 1.5 / 4);
    workbench_expect(&server->bench, "daemons_busy", 1.5 / 4);
    workbench_expect(&server->bench, "cpu_utilisation", 0);
}

/* ---- what memory leaves ------------------------------------------------------------------------------------------ */

/* 100 MB less 10 reserved, 8 shared, 50 daemons of 1: 32 MB, less one for each open connection: 31 MB from 0 to 4 s, 30 until 10 s. At
 * 31 MB all is there, at 30 nothing: the requests of 4 and 10 s read. */
static void the_cache_is_what_memory_leaves(void **state) {
    struct server_bench *server = *state;
    const double size[] = {0, 30e6, 31e6}, miss[] = {1, 1, 0};
    server_bench_request(server, 0, 0);
    server_bench_request(server, 1, 4);
    server_bench_request(server, 2, 10);
    miss_ratio(server, 3, size, miss);
    workbench_watch(&server->bench);
    workbench_try(&server->bench, "machine.ram=100MB; machine.reserved=10MB; memory.shared=8MB; memory.daemon_private=1MB; "
                                  "memory.daemon_kernel=0B; memory.socket=1MB; run.horizon=20s");
    workbench_expect(&server->bench, "page_cache", (31e6 * 4 + 30e6 * 6) / 10);
    workbench_expect(&server->bench, "page_cache_peak", 32e6); /* as the window found it */
    workbench_expect(&server->bench, "swap_peak", 0);
    workbench_expect(&server->bench, "hit_ratio", 1.0 / 3);
    workbench_expect(&server->bench, "disk_reads_per_s", 0.2);
    assert_near(workbench_seen(&server->bench, 3, "page_cache"), 31e6, 1e-3);
    assert_near(workbench_seen(&server->bench, 6, "page_cache"), 30e6, 1e-3);
    workbench_try(&server->bench, "machine.reserved=60MB"); /* 108 + 3 MB in use, and the kernel has none to give */
    workbench_expect(&server->bench, "page_cache_peak", 0);
    workbench_expect(&server->bench, "swap_peak", 0);
    workbench_expect(&server->bench, "hit_ratio", 0);
}

/* Nothing is observed of what is not modelled. */
static void without_files(void **state) {
    struct server_bench *server = *state;
    server_bench_crowd(server, 0, 3, 1, 1);
    workbench_try(&server->bench, "run.horizon=20s");
    const char *const columns[] = {"page_cache", "swap", "hit_ratio", "disk_reads_per_s", "swap_reads_per_s", "disk_utilisation", "disk_wait"};
    for (size_t i = 0; i < sizeof columns / sizeof columns[0]; i++) assert_true(isnan(workbench_value(&server->bench, columns[i])));
    workbench_expect(&server->bench, "request_response_max", 0);
}

/* ---- chance --------------------------------------------------------------------------------------------------------- */

#define CLICKS "users.count=200; users.think=exponential(1s); users.objects=4; users.connections=2; users.session_pages=3; " \
               "machine.disks=10000; disk.service=0s; disk.bytes_per_s=1e15B/s; machine.ram=1GB; run.horizon=100s; "

/* 100,000 look-ups in a cache of 400 of 1000 files; 4 standard errors, exceeded by chance once in 16,000. */
static void hits_are_as_likely_as_che_says(void **state) {
    struct server_bench *server = *state;
    struct hit_curve curve = lru_zipf(1000, 0.9, &server->bench.arena);
    workbench_try(&server->bench, CLICKS "server.architecture=nginx; server.connection_limit=10000; site.files=1000; site.zipf=0.9; site.file_bytes=1MB; machine.reserved=600MB; memory.shared=0B; "
                                  "memory.daemon_private=0B; memory.daemon_kernel=0B; memory.socket=0B; memory.time_wait=0B");
    double want = lru_hit_ratio(&curve, 400), n = 100 * workbench_value(&server->bench, "requests_per_s");
    assert_true(n > 90000);
    workbench_expect(&server->bench, "page_cache", 4e8);
    assert_near(workbench_value(&server->bench, "hit_ratio"), want, 4 * sqrt(want * (1 - want) / n));
}

/* Users ask for the same, whoever serves them (reads take no time here, so that they also ask at the same times). */
static void common_random_numbers(void **state) {
    struct server_bench *server = *state;
    MISS_RATIO(server, 0.3);
    workbench_try(&server->bench, CLICKS "server.architecture=prefork; server.worker_limit=1000; server.start=1000; machine.ram=1TB");
    double hit_ratio = workbench_value(&server->bench, "hit_ratio"), reads = workbench_value(&server->bench, "disk_reads_per_s");
    assert_near(hit_ratio, 0.7, 0.01);
    workbench_try(&server->bench, "server.architecture=nginx; server.connection_limit=10000");
    assert_same(workbench_value(&server->bench, "hit_ratio"), hit_ratio);
    workbench_try(&server->bench, "server.keepalive=off");
    assert_same(workbench_value(&server->bench, "hit_ratio"), hit_ratio);
    assert_same(workbench_value(&server->bench, "disk_reads_per_s"), reads);
}

/* Visitors come and go, and take one another's places, others when pages take longer (off, with a round trip); a visitor's look-ups
 * are his own wherever he sits. So the hits of all differ only by those visitors who are not done at the end: some 50 look-ups, 4 standard
 * errors of which are 13 hits; were the two runs strangers, hits of 15,000 look-ups each would be 80 apart. */
static void each_visitor_has_his_own_chance(void **state) {
    struct server_bench *server = *state;
    static const char *const servers[] = {"server.keepalive=on", "server.keepalive=off"};
    double n[2], hits[2];
    MISS_RATIO(server, 0.3);
    workbench_set(&server->bench, CLICKS "users.sessions=30/s; users.session_pages=1; users.rtt=100ms; server.architecture=nginx; "
                                         "server.connection_limit=10000");
    for (size_t i = 0; i < 2; i++) {
        workbench_try(&server->bench, servers[i]);
        n[i] = 100 * workbench_value(&server->bench, "requests_per_s");
        hits[i] = n[i] * workbench_value(&server->bench, "hit_ratio");
    }
    print_message("# %.0f and %.0f requests, %.0f and %.0f hits\n", n[0], n[1], hits[0], hits[1]);
    assert_true(n[1] > 14000);
    assert_near(hits[0] - hits[1], 0.7 * (n[0] - n[1]), 13);
}

/* ---- swap ------------------------------------------------------------------------------------------------------------ */

/* 50 daemons of 2 MB in 50 MB: half of all pages is on swap. */
#define HALF_ON_SWAP "machine.overcommit=swap; machine.ram=50MB; memory.shared=0B; memory.daemon_private=2MB; " \
                     "memory.daemon_kernel=0B; memory.socket=0B; memory.time_wait=0B; "

/* A request touches 640 KiB, 20 clusters of 32 KiB, and reads 10 of them, each 0.1 s to get there and 0.1 s of bytes. */
static void pages_on_swap_are_read(void **state) {
    struct server_bench *server = *state;
    server_bench_request(server, 0, 1);
    server_bench_request(server, 1, 11);
    workbench_set(&server->bench, HALF_ON_SWAP);
    workbench_try(&server->bench, "memory.touched=640KiB; disk.service=100ms; disk.bytes_per_s=327680B/s; run.horizon=20s");
    workbench_expect(&server->bench, "request_response", 2);
    workbench_expect(&server->bench, "swap", 50e6);
    workbench_expect(&server->bench, "page_cache_peak", 0);
    workbench_expect(&server->bench, "disk_utilisation", 0.2);
    workbench_expect(&server->bench, "swap_reads_per_s", 1.1); /* the eleventh begins at 11 s */
    assert_true(isnan(server_bench_value(server, "hit_ratio")));
    /* Of a third: 6 or 7; 150 MB in use, 100 there. */
    workbench_try(&server->bench, "machine.ram=100MB; memory.daemon_private=3MB");
    workbench_expect(&server->bench, "swap", 50e6);
    double response_s = server_bench_value(server, "request_response_max");
    assert_true(response_s > 1.2 - 1e-9 && response_s < 1.4 + 1e-9);
    /* A file beside it: 1.5 s and 10 reads of swap more. */
    server_bench_nobody(server);
    server_bench_request(server, 0, 1);
    server_bench_request(server, 0, 31);
    MISS_RATIO(server, 1);
    workbench_try(&server->bench, HALF_ON_SWAP READS "disk.bytes_per_s=32768B/s; site.file_bytes=32768B; run.horizon=60s");
    workbench_expect(&server->bench, "request_response", 11 * 1.5);
    workbench_expect(&server->bench, "disk_utilisation", 11 * 1.5 / 30);
    /* All fits again. */
    workbench_try(&server->bench, "machine.ram=101MB");
    workbench_expect(&server->bench, "swap_peak", 0);
    workbench_expect(&server->bench, "request_response_max", 1.5);
}

/* A quarter of a read a request on average: 4 standard errors of a Bernoulli mean. */
static void a_part_of_a_read(void **state) {
    struct server_bench *server = *state;
    workbench_set(&server->bench, HALF_ON_SWAP);
    workbench_try(&server->bench, CLICKS "machine.ram=50MB; memory.touched=16KiB; server.keepalive=off");
    double requests = 100 * workbench_value(&server->bench, "requests_per_s");
    double reads = 100 * workbench_value(&server->bench, "swap_reads_per_s");
    assert_true(requests > 20000);
    assert_near(reads / requests, 0.25, 4 * sqrt(0.25 * 0.75 / requests));
}

/* Two daemons of 2 MB fit in 5 MB. Five spare are wanted. */
static void refuse_or_swap(void **state) {
    struct server_bench *server = *state;
    server_bench_request(server, 0, 1);
    server_bench_request(server, 0, 30);
    workbench_set(&server->bench, "server.start=1; server.spare_min=5; machine.reserved=1MB; memory.shared=0B; memory.daemon_private=2MB; "
                                  "memory.daemon_kernel=0B; memory.socket=0B; run.horizon=60s");
    workbench_try(&server->bench, "machine.ram=6MB; machine.overcommit=refuse");
    assert_same(server_bench_value(server, "processes_peak"), 2);
    assert_true(server_bench_value(server, "forks_refused_per_s") > 0);
    workbench_try(&server->bench, "machine.overcommit=swap");
    assert_true(server_bench_value(server, "processes_peak") >= 6);
    assert_same(server_bench_value(server, "forks_refused_per_s"), 0);
    double processes = server_bench_value(server, "processes_peak");
    assert_same(server_bench_value(server, "swap_peak"), 1e6 + 2e6 * processes - 6e6);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(first_come_first_served, set_up, server_bench_tear_down),
        cmocka_unit_test_setup_teardown(a_dynamic_document_reads_one_after_the_other, set_up, server_bench_tear_down),
        cmocka_unit_test_setup_teardown(requests_sent_as_one, set_up, server_bench_tear_down),
        cmocka_unit_test_setup_teardown(a_loop_is_blocked, set_up, server_bench_tear_down),
        cmocka_unit_test_setup_teardown(a_thread_is_held_while_it_waits, set_up, server_bench_tear_down),
        cmocka_unit_test_setup_teardown(the_cache_is_what_memory_leaves, set_up, server_bench_tear_down),
        cmocka_unit_test_setup_teardown(without_files, set_up, server_bench_tear_down),
        cmocka_unit_test_setup_teardown(hits_are_as_likely_as_che_says, set_up, server_bench_tear_down),
        cmocka_unit_test_setup_teardown(common_random_numbers, set_up, server_bench_tear_down),
        cmocka_unit_test_setup_teardown(each_visitor_has_his_own_chance, set_up, server_bench_tear_down),
        cmocka_unit_test_setup_teardown(pages_on_swap_are_read, set_up, server_bench_tear_down),
        cmocka_unit_test_setup_teardown(a_part_of_a_read, set_up, server_bench_tear_down),
        cmocka_unit_test_setup_teardown(refuse_or_swap, set_up, server_bench_tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
