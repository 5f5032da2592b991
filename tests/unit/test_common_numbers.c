/* SPDX-License-Identifier: GPL-3.0-or-later
 * Common random numbers of the web model, one source of chance at a time: when a setting changes that has nothing to do with it, each user's
 * draws keep their place. Where nothing takes any time but thinking, that is an identity: the same pages, to the last one. Where work takes a
 * little time, pages at the ends of the window move in or out, and what remains is a thousandth of what other draws would make. */
#define _POSIX_C_SOURCE 200809L
#include "tests/unit/workbench.h"

#include "sim/experiment/paired.h"

enum { N = 20 };

/* `measure` of N replications under the settings. */
static void observe(const char *settings, const char *change, const char *measure, double out[N]) {
    struct workbench bench;
    workbench_open(&bench, &model_web, WEB_BARE "users.count=20; run.horizon=200s; run.warmup=20s");
    workbench_set(&bench, settings);
    workbench_set(&bench, change);
    size_t columns = model_columns(&model_web), column = model_column_find(&model_web, measure);
    double *rows = ARENA_NEW(&bench.arena, N * columns, double);
    assert_true(column < columns);
    arena_open(&bench.run_arena, replication_arena_bytes(&bench.scenario));
    bench.runs = true;
    replication_set(&bench.scenario, N, &bench.run_arena, rows);
    for (int r = 0; r < N; r++) out[r] = rows[(size_t)r * columns + column];
    workbench_close(&bench);
}

static const char *const changes[] = {"server.idle_limit=1s", "server.keepalive=off", "server.requests_per_connection=3",
                                      "server.architecture=nginx"};
enum { CHANGES = sizeof changes / sizeof changes[0] };

/* Under every change, the measure is what it was, replication by replication; and chance does move it from one replication to the next. */
static void identical(const char *settings, const char *measure) {
    double before[N], after[N];
    observe(settings, "server.idle_limit=1000s", measure, before);
    bool varies = false;
    for (int r = 1; r < N; r++) varies = varies || before[r] < before[0] || before[r] > before[0];
    assert_true(varies);
    for (int c = 0; c < CHANGES; c++) {
        observe(settings, changes[c], measure, after);
        for (int r = 0; r < N; r++) assert_same(after[r], before[r]);
    }
}

static void nearly_identical(const char *settings, const char *a, const char *b, const char *measure, double ratio) {
    double before[N], after[N];
    observe(settings, a, measure, before);
    observe(settings, b, measure, after);
    struct difference difference = paired_difference(before, after, N, 1);
    print_message("# %s, %s and %s: variance ratio %.2g\n", measure, a, b, paired_variance_ratio(&difference));
    assert_true(paired_variance_ratio(&difference) < ratio);
}

static void think_times(void **state) {
    (void)state;
    identical("users.think=exponential(3s)", "pages_per_s");
    identical("users.think=gamma(4,1s)", "pages_per_s");           /* draws by rejection: 1 to 3 blocks each */
    identical("users.think=lognormal(1,1)", "pages_per_s");
    identical("users.think=exponential(3s); users.session_pages=3", "pages_per_s");
}

static void objects(void **state) {
    (void)state;
    identical("users.think=2s; users.objects=geometric(0.2)", "requests_per_s");
    identical("users.think=exponential(3s); users.objects=geometric(0.2)", "requests_per_s");
    identical("users.think=exponential(3s); users.objects=geometric(0.2); users.dynamic_share=0.3; cpu.dynamic=0s", "requests_per_s");
}

/* A microsecond of work for each dynamic document: which are dynamic is seen in the CPU time. */
static void dynamic_documents(void **state) {
    (void)state;
    for (int c = 0; c < CHANGES; c++)
        nearly_identical("users.think=exponential(3s); users.dynamic_share=0.3; cpu.dynamic=1us; cpu.wake=0s; cpu.accept=0s",
                         "server.idle_limit=1000s", changes[c], "cpu_utilisation", 1e-3);
}

static void cpu_work(void **state) {
    (void)state;
    for (int c = 0; c < CHANGES; c++)
        nearly_identical("users.think=exponential(3s); users.objects=geometric(0.2); cpu.request=exponential(1us); cpu.wake=0s; cpu.accept=0s",
                         "server.idle_limit=1000s", changes[c], "cpu_utilisation", 1e-3);
}

/* Open visits begin at the same times, last as many pages, and ask for as many bytes. */
static void visits_and_sizes(void **state) {
    (void)state;
    identical("users.sessions=2; users.session_pages=geometric(0.2); users.think=exponential(3s)", "pages_per_s");
    identical("users.think=exponential(3s); users.objects=geometric(0.2); users.object_bytes=lognormal(9,1)", "requests_per_s");
}

/* Who speaks which protocol is seen in connections, where nothing but that decides how many there are. */
static void protocols(void **state) {
    (void)state;
    double before[N], after[N];
    const char *settings = "users.think=exponential(3s); users.session_pages=4; users.http10=0.3";
    observe(settings, "server.idle_limit=1000s", "connections_opened", before);
    observe(settings, "server.idle_limit=900s; server.architecture=nginx", "connections_opened", after);
    for (int r = 0; r < N; r++) assert_same(after[r], before[r]);
}

/* Ports are drawn in the order in which connections are made, for they are walked through one behind the other: as long as that order
 * is the same, so are the ports. */
static void ports(void **state) {
    (void)state;
    nearly_identical("users.think=exponential(3s); users.ports=300; server.keepalive=off", "cpu.request=0s", "cpu.request=1us", "time_wait", 1e-3);
}

/* The distribution itself may change, where a draw costs one number whatever its parameters are (variate.h). */
static void another_mean(void **state) {
    (void)state;
    nearly_identical("server.idle_limit=1000s", "users.think=exponential(3s)", "users.think=exponential(3.1s)", "pages_per_s", 0.05);
    nearly_identical("server.idle_limit=1000s", "users.think=exponential(3s)", "users.think=weibull(3s,1.05)", "pages_per_s", 0.05);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(think_times), cmocka_unit_test(objects), cmocka_unit_test(dynamic_documents),
        cmocka_unit_test(cpu_work),    cmocka_unit_test(ports),   cmocka_unit_test(another_mean),
        cmocka_unit_test(visits_and_sizes), cmocka_unit_test(protocols),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
