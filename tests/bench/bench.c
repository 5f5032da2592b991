/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * bench: how fast, and how large: the simulator, and the reading of logs. `make bench`, two to three minutes; `make bench
 * BENCH=--quick` leaves 10 M users out.
 *
 * What is compared is measured in one run, in turns, and given as the median of the rounds: a machine of this kind
 * changes its speed by half from minute to minute, so only ratios inside one table mean something. The reference figures
 * were measured for other engines on another machine (2 vCPU Xeon 2.5 GHz, gcc 12, -O3 -march=native); they
 * stand here to be compared as ratios too.
 *
 * An event is an executed state change; cancelled timers are not counted. Each model runs through its full contract:
 * parameters, streams, statistics, results, from a cold arena.
 */
#define _GNU_SOURCE /* clock_gettime, getrusage, wait4 */
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <gsl/gsl_statistics.h>
#include <gsl/gsl_sort.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <zlib.h>

#include "models/advice/import.h"
#include "models/models.h"
#include "sim/interface/cli.h"
#include "sim/experiment/replication.h"
#include "sim/kernel/event_set.h"
#include "sim/kernel/rng_stream.h"

enum { ROUNDS_MAX = 9 };

static double wall_s(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static double median(double *x, size_t n) {
    gsl_sort(x, 1, n);
    return gsl_stats_median_from_sorted_data(x, 1, n);
}

/* ---- the event set alone ------------------------------------------------------------------------------ */

static double hold_ns(size_t n, size_t holds) {
    struct arena arena;
    struct event_set set;
    arena_open(&arena, (n + 64) * sizeof(struct event) + (1 << 20));
    if (n > 10000) arena_expect_much(&arena);
    event_set_open(&set, &arena, n + 1);
    struct rng_stream stream = rng_stream_open(1, 0, 0, 0);
    for (size_t i = 0; i < n; i++)
        event_set_insert(&set, event_make(-log(rng_stream_uniform(&stream)), 0, (uint32_t)i));
    double begin_s = 0;
    for (size_t i = 0; i < n + holds; i++) { /* the first n bring it to its steady state */
        if (i == n) begin_s = wall_s();
        struct event event = event_set_first(&set);
        event_set_remove_first(&set);
        event_set_insert(&set, event_make(event.time_s - log(rng_stream_uniform(&stream)), 0, event_id(event)));
    }
    double took_s = wall_s() - begin_s;
    arena_close(&arena);
    return took_s / (double)holds * 1e9;
}

/* ---- models ---------------------------------------------------------------------------------------------- */

static void set(struct scenario *scenario, const char *key, const char *value) {
    struct diag diag = {0};
    if (!scenario_assign(scenario, key, value, (struct place){.file = "bench"}, NULL, &diag)) {
        fprintf(stderr, "bench: %s\n", diag.text[0]);
        exit(STATUS_BUG);
    }
}

static void set_number(struct scenario *scenario, const char *key, double value) {
    char text[40];
    snprintf(text, sizeof text, "%.17g", value);
    set(scenario, key, text);
}

struct cost {
    double ns_per_event, ns_per_job, events_per_job, resident_bytes, open_connections;
};

static struct cost run_once(const struct scenario *scenario, bool heap_only) {
    struct arena arena;
    double *values = calloc(model_columns(scenario->model), sizeof *values);
    if (!values) status_machine("memory for results");
    arena_open(&arena, replication_arena_bytes(scenario) + (heap_only ? (size_t)1 << 31 : 0));
    struct replication replication = {.scenario = scenario, .heap_only = heap_only};
    double begin_s = wall_s();
    struct replication_effort effort = replication_run(&replication, &arena, values);
    double took_ns = (wall_s() - begin_s) * 1e9;
    size_t open = model_column_find(scenario->model, "connections_open_peak");
    struct cost cost = {took_ns / (double)effort.n_events, took_ns / (double)effort.n_jobs,
                        (double)effort.n_events / (double)effort.n_jobs, 0,
                        open < model_columns(scenario->model) ? values[open] : 0};
    arena_close(&arena);
    free(values);
    return cost;
}

static struct cost mm1(struct arena *arena) {
    struct scenario scenario = scenario_open(&model_mmc, "M/M/1", arena);
    set(&scenario, "queue.arrival_rate", "0.9/s");
    set(&scenario, "run.horizon", "2000000s");
    return run_once(&scenario, false);
}

/* The keep-alive workload: think exponential(7 s), a document and 8 objects over 6 connections, idle limit
 * 15 s, 8 cores at 61 % load, so that the CPU is no bottleneck at any size. */
static struct scenario web_scenario(double users, double horizon_s, struct arena *arena) {
    struct scenario scenario = scenario_open(&model_web, "keep-alive workload", arena);
    const double cycle_s = 7.3, load = 0.61, cores = 8;
    char request[64];
    snprintf(request, sizeof request, "exponential(%.17g)", load * cores * cycle_s / (9 * users));
    set_number(&scenario, "users.count", users);
    set(&scenario, "users.think", "exponential(7s)");
    set(&scenario, "users.objects", "8");
    set(&scenario, "users.connections", "6");
    set(&scenario, "users.rtt", "50ms");
    set(&scenario, "server.idle_limit", "15s");
    set(&scenario, "server.requests_per_connection", "0");
    set_number(&scenario, "server.worker_limit", 6 * users);
    set_number(&scenario, "server.start", 6 * users);
    set_number(&scenario, "server.spare_max", 6 * users);
    set(&scenario, "machine.ram", "1000TB");
    set(&scenario, "machine.cores", "8");
    set(&scenario, "cpu.request", request);
    set(&scenario, "cpu.connection", "0");
    set_number(&scenario, "run.horizon", horizon_s);
    return scenario;
}

/* In a process of its own, so that its resident set can be told. */
static struct cost web(double users, double horizon_s, bool heap_only) {
    int pipe_fd[2];
    struct cost cost = {0};
    if (pipe(pipe_fd) != 0) status_machine("a pipe");
    pid_t child = fork();
    if (child == 0) {
        struct arena arena;
        struct rusage before, after;
        arena_open(&arena, 1 << 24);
        struct scenario scenario = web_scenario(users, horizon_s, &arena);
        getrusage(RUSAGE_SELF, &before);
        cost = run_once(&scenario, heap_only);
        getrusage(RUSAGE_SELF, &after);
        cost.resident_bytes = 1024.0 * (double)(after.ru_maxrss - before.ru_maxrss);
        _exit(write(pipe_fd[1], &cost, sizeof cost) == (ssize_t)sizeof cost ? 0 : 1);
    }
    close(pipe_fd[1]);
    bool told = read(pipe_fd[0], &cost, sizeof cost) == (ssize_t)sizeof cost;
    close(pipe_fd[0]);
    waitpid(child, NULL, 0);
    if (!told) status_machine("a child for the benchmark");
    return cost;
}

/* ---- random numbers ------------------------------------------------------------------------------------------- */

enum { DRAWS = 5000000 };

static double exponential_ns(void) {
    struct rng_stream stream = rng_stream_open(1, 0, 0, 0);
    double sum = 0, begin_s = wall_s();
    for (int i = 0; i < DRAWS; i++) sum -= log(rng_stream_uniform(&stream));
    double took_s = wall_s() - begin_s;
    return sum > 0 ? took_s / DRAWS * 1e9 : 0;
}

/* A stream an entity: every draw opens another one, as the web model does. */
static double entity_exponential_ns(void) {
    struct rng_stream stream = rng_stream_open(1, 0, 0, 0);
    double sum = 0, begin_s = wall_s();
    for (uint32_t i = 0; i < DRAWS; i++) {
        rng_stream_seek(&stream, i & 0xffff, i >> 16);
        sum -= log(rng_stream_uniform(&stream));
    }
    double took_s = wall_s() - begin_s;
    return sum > 0 ? took_s / DRAWS * 1e9 : 0;
}

static double gsl_exponential_ns(gsl_rng *rng) {
    double sum = 0, begin_s = wall_s();
    for (int i = 0; i < DRAWS; i++) sum += gsl_ran_exponential(rng, 1);
    double took_s = wall_s() - begin_s;
    return sum > 0 ? took_s / DRAWS * 1e9 : 0;
}

static void bench_random(void) {
    double ours[ROUNDS_MAX], entity[ROUNDS_MAX], mt[ROUNDS_MAX], view[ROUNDS_MAX];
    gsl_rng *twister = gsl_rng_alloc(gsl_rng_mt19937);
    for (size_t i = 0; i < 5; i++) {
        struct rng_stream stream = rng_stream_open(1, 0, 0, 0);
        gsl_rng rng = rng_stream_gsl(&stream);
        ours[i] = exponential_ns();
        entity[i] = entity_exponential_ns();
        mt[i] = gsl_exponential_ns(twister);
        view[i] = gsl_exponential_ns(&rng);
    }
    gsl_rng_free(twister);
    printf("\nrandom numbers, ns an exponential draw\n");
    printf("  %-46s %8.1f\n", "Philox4x32-10, one stream, -log(u)", median(ours, 5));
    printf("  %-46s %8.1f\n", "Philox4x32-10, another entity's stream each draw", median(entity, 5));
    printf("  %-46s %8.1f\n", "Philox4x32-10 behind gsl_ran_exponential", median(view, 5));
    printf("  %-46s %8.1f   (reference 31.1)\n", "GSL mt19937, gsl_ran_exponential", median(mt, 5));
}

static void floor_line(const char *what, double value, double limit) {
    printf("  %-58s %6.2f   floor %.2f  %s\n", what, value, limit, value <= limit ? "held" : "MISSED");
}

/* ---- logs ------------------------------------------------------------------------------------------------------ */

enum { LOG_LINES = 1000000, LOG_CLIENTS = 50000, LOG_LINE_BYTES = 300 };

/* A combined log of a day, lines of 200 bytes; "wT" writes it plain. */
static void write_log(const char *path, const char *mode) {
    gzFile out = gzopen(path, mode);
    char line[LOG_LINE_BYTES];
    if (!out) status_machine("a file for the benchmark");
    for (int i = 0; i < LOG_LINES; i++) {
        int second = (int)((int64_t)i * 86400 / LOG_LINES), client = (int)((int64_t)i * 7919 % LOG_CLIENTS);
        int n = snprintf(line, sizeof line,
                         "10.0.%d.%d - - [10/Oct/2000:%02d:%02d:%02d +0000] \"GET /static/img/%d.png HTTP/1.1\" 200 %d \"https://www.example.org/"
                         "page-%d.html\" \"Mozilla/5.0 (X11; Linux x86_64; rv:109.0) Gecko/20100101 Firefox/115.0\"\n",
                         client / 256, client % 256, second / 3600, second / 60 % 60, second % 60, i % 5000, i % 50000, i % 1000);
        if (gzwrite(out, line, (unsigned)n) != n) status_machine("room for the benchmark's log");
    }
    gzclose(out);
}

/* All that linger import does before it writes, in a process of its own: CPU seconds and resident bytes. */
static struct rusage import_once(const char *path) {
    struct rusage used = {0};
    pid_t child = fork();
    if (child == 0) {
        const struct import_request request = {.files = &path, .n_files = 1, .visit_gap_s = 1800};
        struct arena arena;
        struct import import = {.request = &request, .arena = &arena};
        arena_open(&arena, CLI_ARENA_BYTES);
        request_log_open(&import.log, false, &arena);
        _exit(import_read(&import) == STATUS_OK && import.log.n == LOG_LINES ? 0 : 1);
    }
    int fate = 1;
    if (wait4(child, &fate, 0, &used) != child || fate != 0) status_machine("a child for the benchmark");
    return used;
}

static void bench_import(void) {
    static const struct {
        const char *name, *mode;
    } kinds[] = {{"plain", "wT"}, {"gzip", "w6"}};
    printf("\nlinger import, a combined log of 1 M lines of 200 bytes by 50 k clients\n");
    for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++) {
        char path[] = "/tmp/linger-bench-XXXXXX";
        double cpu_s[ROUNDS_MAX], resident_bytes = 0;
        close(mkstemp(path));
        write_log(path, kinds[k].mode);
        for (size_t i = 0; i < 5; i++) {
            struct rusage used = import_once(path);
            cpu_s[i] = (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) + 1e-6 * (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec);
            resident_bytes = 1024.0 * (double)used.ru_maxrss;
        }
        unlink(path);
        double m = median(cpu_s, 5);
        printf("  %-10s %6.2f s of CPU %10.2f M lines/s %10.0f MB resident\n", kinds[k].name, m, LOG_LINES / 1e6 / m, resident_bytes / 1e6);
        floor_line("... s of CPU", m, 2);
    }
}

/* ---- tables ---------------------------------------------------------------------------------------------------- */

static double bench_hold(size_t n, size_t holds, double reference, size_t rounds) {
    double ns[ROUNDS_MAX];
    for (size_t i = 0; i < rounds; i++) ns[i] = hold_ns(n, holds);
    double m = median(ns, rounds);
    printf("  hold model, 4-ary heap, n = %-10zu %9.1f ns/event %24s (reference %.0f)\n", n, m, "", reference);
    fflush(stdout);
    return m;
}

static double bench_web(double users, double horizon_s, bool heap_only, size_t rounds, const char *reference) {
    double ns[ROUNDS_MAX];
    struct cost cost = {0};
    for (size_t i = 0; i < rounds; i++) {
        cost = web(users, horizon_s, heap_only);
        ns[i] = cost.ns_per_event;
    }
    double m = median(ns, rounds);
    printf("  web, %8.0f users%-17s %9.1f ns/event %6.1f M ev/s  %4.1f ev/request  %s\n", users,
           heap_only ? ", heap only" : "", m, 1e3 / m, cost.events_per_job, reference);
    if (!heap_only && users >= 1e4)
        printf("       %6.0f MB resident, %.0f bytes a user, %.0f bytes an open connection (%.1f M open)\n",
               cost.resident_bytes / 1e6, cost.resident_bytes / users, cost.resident_bytes / cost.open_connections,
               cost.open_connections / 1e6);
    fflush(stdout);
    return m;
}

int main(int argc, char **argv) {
    bool large = argc < 2 || strcmp(argv[1], "--quick") != 0;
    struct arena arena;
    double customer[ROUNDS_MAX], customer_event[ROUNDS_MAX];
    arena_open(&arena, 1 << 24);
    printf("event set and models, one core, medians of interleaved rounds\n");
    bench_hold(100, 3000000, 39, 5);
    double hold_10k = bench_hold(10000, 3000000, 68, 5);
    double web_10k = bench_web(1e4, 60, false, 5, "(reference 50-60 tuned, 104 4-ary heap)");
    double hold_10k_again = bench_hold(10000, 3000000, 68, 5);
    bench_web(100, 3000, false, 5, "(reference 57 tuned, 84 4-ary heap)");
    bench_web(1e4, 60, true, 3, "(lanes led through the heap)");
    double hold_1m = bench_hold(1000000, 3000000, 360, 3);
    double web_1m = bench_web(1e6, 20, false, 3, "(reference 71-99 tuned, 286 4-ary heap)");
    double hold_1m_again = bench_hold(1000000, 3000000, 360, 3);
    if (large) {
        bench_hold(10000000, 3000000, 1330, 1);
        bench_web(1e7, 6, false, 1, "(reference 150 tuned)");
    }
    for (size_t i = 0; i < 7; i++) {
        struct cost cost = mm1(&arena);
        customer[i] = cost.ns_per_job;
        customer_event[i] = cost.ns_per_event;
    }
    double mm1_ns = median(customer, 7);
    printf("  M/M/1 rho 0.9, full contract  %9.1f ns/customer, %.1f ns/event  (reference: Cimba 140-212, SimPy 9500)\n",
           mm1_ns, median(customer_event, 7));
    printf("\nfloors\n");
    floor_line("web at 10 k users / hold model at 10 k", web_10k / (0.5 * (hold_10k + hold_10k_again)), 1.6);
    floor_line("web at 1 M users / hold model at 1 M", web_1m / (0.5 * (hold_1m + hold_1m_again)), 0.7);
    floor_line("M/M/1, ns per customer", mm1_ns, 100);
    bench_random();
    bench_import();
    arena_close(&arena);
    return 0;
}
