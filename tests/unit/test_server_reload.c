/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * reload: a graceful restart in the middle of a run, by hand. Eight users each open a connection at 20 s and send their second
 * request at 40 s; the idle limit is far away; the reload comes at 10.5 s, before all of it, or at 25.5 s, between the two.
 */
#define _POSIX_C_SOURCE 200809L
#include "tests/unit/workbench.h"

#define EIGHT WEB_BARE "users.count=8; users.think=20s; server.idle_limit=1000s; server.start=8; server.spare_min=1; " \
                       "server.spare_max=1000; server.worker_limit=10; server.reload_at=10.5s; run.horizon=39s; "

static void with(void **state, const char *settings, void (*look)(struct workbench *bench)) {
    (void)state;
    struct workbench bench;
    workbench_open(&bench, &model_web, EIGHT);
    workbench_set(&bench, settings);
    workbench_watch(&bench);
    workbench_run(&bench);
    look(&bench);
    workbench_close(&bench);
}

/* The eight that hold a connection keep their places; of the new generation's eight only two fit beside them. */
static void places_are_taken(struct workbench *bench) {
    assert_same(workbench_seen(bench, 10, "daemons_alive"), 8);
    assert_same(workbench_seen(bench, 12, "daemons_alive"), 8);
    assert_same(workbench_seen(bench, 30, "daemons_alive"), 10);
    assert_same(workbench_seen(bench, 30, "daemons_held"), 8);
    assert_same(workbench_value(bench, "closed_by_dying_process"), 0);
}
static void prefork_old_daemons_keep_their_places(void **state) {
    with(state, "server.reload_at=25.5s", places_are_taken);
}

/* All spare ones go, and as many as at the start come: eight again. */
static void spare_ones_are_replaced(struct workbench *bench) {
    assert_same(workbench_seen(bench, 12, "daemons_alive"), 8);
    assert_same(workbench_seen(bench, 12, "daemons_held"), 0);
    workbench_expect(bench, "daemons_reaped_per_s", 8 / 15.0);
    workbench_expect(bench, "daemons_forked_per_s", 8 / 15.0);
}
static void prefork_spare_daemons_are_replaced(void **state) { with(state, "run.horizon=15s", spare_ones_are_replaced); }

/* The second request is the last that an old daemon answers. */
static void the_next_request_is_the_last(struct workbench *bench) {
    assert_same(workbench_value(bench, "closed_by_dying_process"), 8);
    assert_same(workbench_value(bench, "connections_opened"), 16);
    assert_same(workbench_value(bench, "reuse_share"), 8 / 24.0);
}
static void prefork_answers_once_more(void **state) {
    with(state, "server.reload_at=25.5s; server.worker_limit=100; run.horizon=70s", the_next_request_is_the_last);
}
static void worker_answers_once_more(void **state) {
    with(state,
         "server.architecture=worker; server.threads_per_process=4; server.start=2; server.reload_at=25.5s; "
         "server.worker_limit=100; run.horizon=70s",
         the_next_request_is_the_last);
}

/* event and nginx close what is idle at once: each user connects again for the second request. */
static void idle_ones_are_closed(struct workbench *bench) {
    assert_same(workbench_value(bench, "closed_by_dying_process"), 8);
    assert_same(workbench_seen(bench, 25, "connections_open"), 8);
    assert_same(workbench_seen(bench, 27, "connections_open"), 0);
    assert_same(workbench_value(bench, "reuse_share"), 0);
    assert_same(workbench_value(bench, "connections_opened"), 16);
}
static void event_closes_idle_ones(void **state) {
    with(state,
         "server.architecture=event; server.threads_per_process=4; server.start=2; server.reload_at=25.5s; "
         "server.worker_limit=100; run.horizon=50s",
         idle_ones_are_closed);
}
static void nginx_closes_idle_ones(void **state) {
    with(state, "server.architecture=nginx; server.connection_limit=512; server.reload_at=25.5s; run.horizon=50s",
         idle_ones_are_closed);
}

/* "scoreboard is full, not at MaxRequestWorkers": worker's two old processes keep their places while their connections live; with
 * a limit of two processes nobody new is served before they go. */
static void the_scoreboard_is_full(struct workbench *bench) {
    assert_same(workbench_seen(bench, 30, "daemons_alive"), 8);
    assert_same(workbench_value(bench, "daemons_forked_per_s"), 0);
}
static void worker_scoreboard_is_full(void **state) {
    with(state,
         "server.architecture=worker; server.threads_per_process=4; server.start=2; server.worker_limit=8; "
         "server.reload_at=25.5s",
         the_scoreboard_is_full);
}

/* After a reload the rate of forking does not double for ten rounds (httpd hold_off_on_exponential_spawning): without it a demand
 * for hundreds would grow the pool by 1, 2, 4, 8, ...; with it by one a second. */
static void forking_is_held_off(struct workbench *bench) {
    double after = workbench_seen(bench, 12, "daemons_alive");
    for (size_t k = 1; k <= 9; k++)
        assert_same(workbench_seen(bench, 12 + k, "daemons_alive"), after + (double)k);
}
static void prefork_forks_one_a_second(void **state) {
    with(state,
         "users.count=500; users.think=10.8s; server.start=1; server.spare_min=1; server.worker_limit=400; machine.ram=1TB",
         forking_is_held_off);
}

static void lanes_and_heap_agree(void **state) {
    (void)state;
    static const char *const architectures[] = {"prefork", "worker", "event", "nginx"};
    for (size_t k = 0; k < 4; k++) {
        char settings[400];
        struct workbench bench;
        double lanes[WORKBENCH_COLUMNS_MAX];
        snprintf(settings, sizeof settings,
                 "server.architecture=%s; users.count=60; users.connections=3; users.objects=4; users.think=exponential(3s); "
                 "users.rtt=20ms; server.idle_limit=4s; server.reload_at=20.25s; server.start=2; server.worker_limit=80; "
                 "server.spare_min=5; server.spare_max=30; users.idle_limit=3500ms; users.session_pages=4; run.horizon=60s",
                 architectures[k]);
        workbench_open(&bench, &model_web, WEB_BARE);
        workbench_set(&bench, settings);
        workbench_run_as(&bench, 0, false);
        memcpy(lanes, bench.values, sizeof lanes);
        workbench_run_as(&bench, 0, true);
        assert_memory_equal(lanes, bench.values, model_columns(&model_web) * sizeof(double));
        assert_true(workbench_value(&bench, "closed_by_dying_process") > 0);
        workbench_close(&bench);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(prefork_old_daemons_keep_their_places),
        cmocka_unit_test(prefork_spare_daemons_are_replaced),
        cmocka_unit_test(prefork_answers_once_more),
        cmocka_unit_test(worker_answers_once_more),
        cmocka_unit_test(event_closes_idle_ones),
        cmocka_unit_test(nginx_closes_idle_ones),
        cmocka_unit_test(worker_scoreboard_is_full),
        cmocka_unit_test(prefork_forks_one_a_second),
        cmocka_unit_test(lanes_and_heap_agree),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
