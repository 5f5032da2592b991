/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * server_bench: what the tests of worker, event and nginx share. Clients of a trace send one request each at given
 * times; processes are counted second by second.
 *
 * What real servers did is quoted from own measurements on loopback: Apache 2.4.71 (worker, event) with 25 threads a process,
 * 600 threads at most, 25 to 75 spare, 2 processes at the start; nginx 1.22.1 with 128 worker_connections; Debian 12.
 */
#ifndef TESTS_UNIT_SERVER_BENCH_H
#define TESTS_UNIT_SERVER_BENCH_H

#include "tests/unit/workbench.h"

/* The measured Apache, and a process is a megabyte, so that the time line's RSS counts processes. */
#define APACHE_OF_THREADS \
    "server.threads_per_process=25; server.worker_limit=600; server.start=2; server.spare_min=25; server.spare_max=75; " \
    "server.backlog=10000; " PROCESSES_ARE_MEGABYTES
#define PROCESSES_ARE_MEGABYTES \
    "memory.base=0B; memory.shared=0B; memory.daemon_rss=1MB; memory.daemon_private=0B; memory.daemon_kernel=0B; " \
    "memory.thread_idle=0B; memory.thread_used=0B; memory.thread_kernel=0B; memory.socket=0B; machine.ram=1TB; "

enum { SERVER_BENCH_REQUESTS_MAX = 2048 };

struct server_bench {
    struct workbench bench;
    double time_s[SERVER_BENCH_REQUESTS_MAX];
    uint32_t client[SERVER_BENCH_REQUESTS_MAX];
    size_t n_requests;
};

static inline int server_bench_set_up(void **state, const char *settings) {
    struct server_bench *server = calloc(1, sizeof *server);
    assert_non_null(server);
    workbench_open(&server->bench, &model_web, WEB_BARE);
    workbench_set(&server->bench, settings);
    *state = server;
    return 0;
}

static inline int server_bench_tear_down(void **state) {
    struct server_bench *server = *state;
    workbench_close(&server->bench);
    free(server);
    return 0;
}

/* ---- clients ------------------------------------------------------------------------------------------ */

static inline void server_bench_nobody(struct server_bench *server) { server->n_requests = 0; }

/* One more request; times must not decrease. */
static inline void server_bench_request(struct server_bench *server, uint32_t client, double time_s) {
    size_t n = server->n_requests++;
    assert_true(n < SERVER_BENCH_REQUESTS_MAX);
    server->time_s[n] = time_s;
    server->client[n] = client;
    uint32_t clients = client + 1 > server->bench.scenario.workload.n_clients
                           ? client + 1 : server->bench.scenario.workload.n_clients;
    workbench_trace(&server->bench, n + 1, server->time_s, server->client, clients);
}

/* A request of each of n clients, `apart_s` after one another. */
static inline void server_bench_crowd(struct server_bench *server, uint32_t first, uint32_t n, double time_s, double apart_s) {
    for (uint32_t i = 0; i < n; i++) server_bench_request(server, first + i, time_s + i * apart_s);
}

/* ---- the time line ------------------------------------------------------------------------------------- */

static inline void server_bench_watch(struct server_bench *server, const char *settings) {
    workbench_set(&server->bench, settings);
    workbench_watch(&server->bench);
    workbench_run(&server->bench);
}

/* Mean number of processes in second k, which counts from 1: what the tick at k-1 left, if nothing happens in between. */
static inline double server_bench_processes(const struct server_bench *server, size_t second) {
    return workbench_seen(&server->bench, second, "memory_rss") / 1e6;
}

static inline void server_bench_assert_processes(const struct server_bench *server, size_t first, const double *want, size_t n) {
    for (size_t k = 0; k < n; k++) {
        double got = server_bench_processes(server, first + k);
        if (fabs(got - want[k]) > 1e-9) fail_msg("second %zu: %g processes, wanted %g", first + k, got, want[k]);
    }
}
#define ASSERT_PROCESSES(server, first, ...) \
    server_bench_assert_processes(server, first, (const double[]){__VA_ARGS__}, sizeof((double[]){__VA_ARGS__}) / sizeof(double))

/* A monitor that counts each second is not in step with the server's own second: a count lies between what the tick of that
 * second finds and what it leaves; both are means, and who comes or goes within the second counts in part. `want[0]` was
 * counted when second `first` of the simulation had begun. */
static inline void server_bench_assert_measured(const struct server_bench *server, size_t first, const double *want, size_t n) {
    for (size_t k = 0; k < n; k++) {
        double found = server_bench_processes(server, first + k), left = server_bench_processes(server, first + k + 1);
        if (want[k] < floor(fmin(found, left) + 1e-9) || want[k] > ceil(fmax(found, left) - 1e-9))
            fail_msg("second %zu: measured %g processes, simulated %g to %g", first + k, want[k], found, left);
    }
}
#define ASSERT_MEASURED(server, first, ...) \
    server_bench_assert_measured(server, first, (const double[]){__VA_ARGS__}, sizeof((double[]){__VA_ARGS__}) / sizeof(double))

static inline double server_bench_value(const struct server_bench *server, const char *column) {
    return workbench_value(&server->bench, column);
}

#endif
