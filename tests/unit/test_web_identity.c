/* SPDX-License-Identifier: GPL-3.0-or-later
 * web, by identity: lanes or heap alone, again, alone or among others, it is the same replication to the last bit. Scenarios
 * in lock-step make exact ties of every kind, which (time, priority, id) must order and not chance. */
#define _POSIX_C_SOURCE 200809L
#include "tests/unit/workbench.h"

#define MANY "users.connections=4; users.objects=geometric(0.2); users.rtt=80ms; cpu.request=exponential(3ms); " \
             "cpu.connection=1ms; run.horizon=120s; run.warmup=20s; "

static const struct {
    const char *settings;
    const char *classes[3];
} scenarios[] = {
    {MANY "users.count=80; users.think=exponential(3s); server.idle_limit=2s", {0}},
    {MANY "users.count=80; users.think=pareto(1s,1.5); server.idle_limit=4s; server.requests_per_connection=3", {0}},
    {MANY "users.count=80; users.think=exponential(3s); server.keepalive=off", {0}},
    /* Every second request meets a FIN; nobody answers FINs. */
    {MANY "users.count=80; users.think=uniform(1s,3s); server.idle_limit=1500ms; users.rtt=1s; users.answers_close=off", {0}},
    /* Two classes, dynamic documents, too few daemons and seats: SYNs are dropped and sent again. */
    {MANY "server.worker_limit=20; server.backlog=8; server.idle_limit=5s; users.dynamic_share=0.3",
     {"count=40; think=exponential(2s)", "count=30; think=weibull(5s,0.7); rtt=200ms; answers_close=off"}},
    /* The pool at work, short of memory, forks that take their time. */
    {MANY "users.count=100; users.think=exponential(1s); machine.ram=40MB; cpu.fork=50ms; server.idle_limit=1s", {0}},
    /* Lock-step: 200 users click together, think as long as the limit, at no distance or at one that makes the FIN meet the request; the
     * closing limit is a round trip, so that it meets the browser's FIN. */
    {"users.count=200; users.think=2s; users.objects=3; users.connections=2; users.rtt=0s; cpu.request=0s; cpu.connection=0s; "
     "server.idle_limit=2s; server.tie=timer; server.worker_limit=300; run.horizon=60s", {0}},
    {"users.count=200; users.think=2s; users.objects=3; users.connections=2; users.rtt=0s; cpu.request=0s; cpu.connection=0s; "
     "server.idle_limit=2s; server.tie=request; server.worker_limit=300; run.horizon=60s", {0}},
    {"users.count=200; users.think=2s; users.objects=3; users.connections=2; users.rtt=500ms; cpu.request=250ms; "
     "machine.cores=500; server.idle_limit=2500ms; server.closing_limit=500ms; server.worker_limit=150; server.backlog=40; "
     "run.horizon=60s", {0}},
    {"users.think=1s; users.objects=1; cpu.request=125ms; machine.cores=4; server.idle_limit=1s; run.horizon=60s",
     {"count=50; rtt=500ms", "count=50; rtt=250ms; objects=2", "count=50; rtt=0s; think=500ms"}},
    /* Files on disk and pages on swap, reads of random and of equal length. */
    {MANY "users.count=80; users.think=exponential(3s); users.dynamic_share=0.5; site.files=2000; site.file_bytes=20kB; machine.ram=60MB; "
          "disk.service=exponential(2ms); machine.disks=2", {0}},
    {MANY "users.count=80; users.think=exponential(3s); machine.overcommit=swap; machine.ram=40MB; memory.daemon_private=2MB; "
          "memory.daemon_rss=6MB; disk.service=100us", {0}},
    {"users.count=200; users.think=2s; users.objects=3; users.rtt=0s; server.architecture=nginx; server.processes=2; "
     "server.connection_limit=2000; site.files=100; site.file_bytes=1MB; machine.ram=50MB; machine.reserved=10MB; disk.service=250us; run.horizon=60s", {0}},
    /* A proxy: races, few ports, few places in the pool, everything at random, with sizes and streams. */
    {MANY "proxy.present=on; proxy.rtt=200ms; proxy.processes=3; proxy.pool_size=3; proxy.idle_limit=1s; server.idle_limit=500ms; "
     "users.non_idempotent=0.5; users.count=30; users.think=exponential(3s); proxy.connection_age_limit=5s; proxy.ports=250", {0}},
    {MANY "proxy.present=on; proxy.rtt=200ms; proxy.pool_size=8; server.idle_limit=500ms; users.document_bytes=exponential(30kB); "
     "users.object_bytes=20kB; users.bandwidth=10Mbit/s; users.http2=0.3; users.tls=1.3; server.architecture=nginx; "
     "server.worker_limit=20; server.backlog=8",
     {"count=40; think=exponential(2s)", "count=30; think=weibull(5s,0.7); rtt=200ms; idle_limit=3s; non_idempotent=1", "count=10; http10=0.7"}},
    {MANY "proxy.present=on; proxy.rtt=20ms; proxy.pool_size=0; users.session_pages=geometric(0.5); users.syn_loss=0.1; "
     "users.count=50; proxy.ports=300; server.architecture=event; server.idle_limit=3s; tcp.time_wait=10s", {0}},
    /* Lock-step: 60 users and a proxy that gives up as the request comes, or as the FIN does. */
    {"users.count=60; users.think=2s; users.objects=3; users.connections=2; users.rtt=500ms; cpu.request=250ms; machine.cores=500; "
     "server.idle_limit=2750ms; server.worker_limit=150; proxy.present=on; proxy.rtt=500ms; proxy.pool_size=20; proxy.idle_limit=2500ms; "
     "users.non_idempotent=0.5; run.horizon=60s", {0}},
    {"users.count=60; users.think=2s; users.objects=3; users.connections=2; users.rtt=0s; cpu.request=0s; cpu.connection=0s; "
     "server.idle_limit=2s; server.worker_limit=300; proxy.present=on; proxy.rtt=0s; proxy.idle_limit=2s; run.horizon=60s", {0}},
};
enum { SCENARIOS = sizeof scenarios / sizeof scenarios[0] };

static void open_scenario(struct workbench *bench, size_t k) {
    size_t n = 0;
    workbench_open(bench, &model_web, scenarios[k].settings);
    while (n < 3 && scenarios[k].classes[n]) n++;
    if (n) workbench_classes(bench, scenarios[k].classes, n);
}

static void assert_same_bytes(const struct workbench *bench, const double *values, const char *what, size_t k) {
    char name[64];
    for (size_t c = 0; c < model_columns(&model_web); c++) {
        if (memcmp(&bench->values[c], &values[c], sizeof values[c]) == 0) continue;
        model_column(&model_web, c, name, sizeof name);
        fail_msg("scenario %zu, %s: %s is %.17g, and was %.17g", k, what, name, bench->values[c], values[c]);
    }
}

/* And what should happen in a scenario does, else there is nothing to compare. */
static void lanes_and_heap(void **state) {
    (void)state;
    double resets = 0, dropped = 0, refused = 0, files = 0, swap = 0, races = 0, bad = 0;
    for (size_t k = 0; k < SCENARIOS; k++) {
        struct workbench bench;
        double values[WORKBENCH_COLUMNS_MAX];
        open_scenario(&bench, k);
        for (uint32_t number = 0; number < 2; number++) {
            workbench_run_as(&bench, number, false);
            struct replication_effort effort = bench.effort;
            memcpy(values, bench.values, sizeof values);
            assert_true(effort.n_jobs > 1000);
            workbench_run_as(&bench, number, true);
            assert_same_bytes(&bench, values, "through the heap alone", k);
            assert_int_equal(bench.effort.n_events, effort.n_events);
            assert_int_equal(bench.effort.n_jobs, effort.n_jobs);
        }
        resets += workbench_value(&bench, "resets_per_s") > 0;
        dropped += workbench_value(&bench, "syn_dropped_per_s") > 0;
        refused += workbench_value(&bench, "forks_refused_per_s") > 0;
        files += workbench_value(&bench, "hit_ratio") < 1;
        swap += workbench_value(&bench, "swap_reads_per_s") > 0;
        races += workbench_value(&bench, "bad_gateway_races_per_s") > 0;
        bad += workbench_value(&bench, "bad_gateway_ports_per_s") > 0;
        workbench_close(&bench);
    }
    assert_true(resets >= 3 && dropped >= 2 && refused >= 1 && files >= 2 && swap >= 1 &&
                races >= 2 && bad >= 2);
}

/* Quantiles of a level are in order, and none is above its peak: memory is noted wherever it can rise. */
static void quantiles_of_levels(void **state) {
    (void)state;
    for (size_t k = 0; k < SCENARIOS; k++) {
        struct workbench bench;
        open_scenario(&bench, k);
        workbench_run_as(&bench, 1, false);
        for (size_t i = 0; i < model_web.n_measures; i++) {
            const double *value = bench.values + model_first_column(&model_web, i); /* mean, p50, p95, p99, peak */
            if (model_web.measures[i].kind != MEASURE_LEVEL || isnan(value[0])) continue;
            if (!(value[1] <= value[2] && value[2] <= value[3] && value[3] <= value[4] + 1e-9 * value[4]))
                fail_msg("scenario %zu, %s: %g %g %g, peak %g", k, model_web.measures[i].name, value[1], value[2], value[3], value[4]);
        }
        workbench_close(&bench);
    }
}

/* The same again after another one in the same arena; number 3 alone and number 3 of a set; another number is another. */
static void again_and_alone(void **state) {
    (void)state;
    enum { SET = 5 };
    size_t columns = model_columns(&model_web);
    for (size_t k = 0; k < 6; k++) {
        struct workbench bench;
        double *set = malloc(SET * columns * sizeof *set);
        assert_non_null(set);
        open_scenario(&bench, k);
        workbench_run_as(&bench, 3, false);
        replication_set(&bench.scenario, SET, &bench.run_arena, set);
        assert_same_bytes(&bench, set + 3 * columns, "alone", k);
        double *other = set + 2 * columns;
        size_t rate = model_column_find(&model_web, "page_response");
        assert_true(other[rate] < bench.values[rate] || other[rate] > bench.values[rate]);
        workbench_run_as(&bench, 3, false);
        assert_same_bytes(&bench, set + 3 * columns, "again", k);
        free(set);
        workbench_close(&bench);
    }
}

/* Looking at the time line changes nothing that is measured. */
static void being_watched(void **state) {
    (void)state;
    for (size_t k = 0; k < SCENARIOS; k++) {
        struct workbench bench;
        double values[WORKBENCH_COLUMNS_MAX];
        open_scenario(&bench, k);
        workbench_run(&bench);
        memcpy(values, bench.values, sizeof values);
        workbench_watch(&bench);
        workbench_run(&bench);
        assert_int_equal(bench.series.n_rows, bench.series.rows_max - 1);
        assert_same_bytes(&bench, values, "watched", k);
        workbench_close(&bench);
    }
}

/* Common random numbers: with thinking and work that nothing else depends on (no round trip, cores for all), each user clicks at the
 * same moments whatever the server does with connections. */
static void the_same_users_before_every_server(void **state) {
    (void)state;
    static const char *const servers[] = {"server.keepalive=off", "server.idle_limit=1h", "server.requests_per_connection=3"};
    struct workbench bench;
    workbench_open(&bench, &model_web, WEB_BARE
                   "users.count=40; users.think=lognormal(1,0.5); users.objects=geometric(0.3); users.connections=1; "
                   "cpu.request=exponential(10ms); machine.cores=100; server.start=100; server.worker_limit=100; "
                   "server.spare_max=100; run.horizon=100s");
    double pages[3], requests[3], response_s[3];
    for (size_t i = 0; i < 3; i++) {
        workbench_try(&bench, servers[i]);
        pages[i] = workbench_value(&bench, "pages_per_s");
        requests[i] = workbench_value(&bench, "requests_per_s");
        response_s[i] = workbench_value(&bench, "page_response");
        workbench_set(&bench, "server.keepalive=on; server.idle_limit=5s");
    }
    for (size_t i = 1; i < 3; i++) {
        assert_same(pages[i], pages[0]);
        assert_same(requests[i], requests[0]);
        assert_near(response_s[i], response_s[0], 1e-12);
    }
    workbench_close(&bench);
}

/* Users who are alike but for their chance: no two of them think or work for the same time. */
static void each_user_has_his_own_chance(void **state) {
    (void)state;
    static const char *const chances[] = {"users.think=exponential(1s); cpu.request=1ms",
                                          "users.think=1s; cpu.request=exponential(1s)"};
    struct workbench bench;
    for (size_t i = 0; i < 2; i++) {
        workbench_open(&bench, &model_web, WEB_BARE "users.count=40; machine.cores=100; run.horizon=100s; ");
        workbench_set(&bench, "run.series_interval=1ms");
        workbench_set(&bench, chances[i]);
        workbench_watch(&bench);
        workbench_run(&bench);
        double most = 0; /* pages that end in one and the same millisecond: of 40 alike, all */
        for (size_t row = 1; row <= bench.series.n_rows; row++)
            most = fmax(most, workbench_seen(&bench, row, "pages_per_s") / 1000);
        assert_true(most >= 1 && most <= 6);
        workbench_close(&bench);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lanes_and_heap), cmocka_unit_test(quantiles_of_levels),
        cmocka_unit_test(again_and_alone),
        cmocka_unit_test(being_watched),
        cmocka_unit_test(each_user_has_his_own_chance),
        cmocka_unit_test(the_same_users_before_every_server),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
