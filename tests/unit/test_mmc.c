/* SPDX-License-Identifier: GPL-3.0-or-later
 * mmc: what must hold in every single run, whatever chance does. (That its means are those of the closed forms is for
 * `linger verify`, tests/theory.) */
#define _POSIX_C_SOURCE 200809L
#include "tests/unit/workbench.h"

enum { ROUNDS = 40 };
#define HORIZON_S 200.0

static int set_up(void **state) {
    struct workbench *bench = malloc(sizeof *bench);
    assert_non_null(bench);
    workbench_open(bench, &model_mmc, "run.horizon=200s; ");
    *state = bench;
    return 0;
}

static int tear_down(void **state) {
    workbench_close(*state);
    free(*state);
    return 0;
}

static double departed(const struct workbench *bench) { return workbench_value(bench, "customers_per_s") * HORIZON_S; }

/* ---- Little's law ------------------------------------------------------------------------------------------ */

/* The integral of those present is the time spent by those who left, and the age of those still there: exactly the former in runs that
 * end empty, which at load 0.1 are nine in ten; and in no run more apart than everybody's age. */
static void presence_is_time_spent(void **state) {
    struct workbench *bench = *state;
    static const char *const queues[] = {"queue.discipline=fcfs; queue.servers=1", "queue.discipline=fcfs; queue.servers=3",
                                         "queue.discipline=ps; queue.servers=1", "queue.discipline=ps; queue.servers=2"};
    workbench_set(bench, "queue.arrival_rate=0.2/s; queue.service=exponential(0.5s)");
    for (size_t q = 0; q < 4; q++) {
        unsigned empty = 0;
        workbench_set(bench, queues[q]);
        for (uint32_t k = 0; k < ROUNDS; k++) {
            workbench_run_as(bench, k, false);
            double present_s = workbench_value(bench, "customers") * HORIZON_S;
            double spent_s = departed(bench) * workbench_value(bench, "response");
            assert_true(present_s > spent_s - 1e-9 * HORIZON_S);
            empty += fabs(present_s - spent_s) < 1e-9 * HORIZON_S;
        }
        assert_true(empty >= ROUNDS * 3 / 4 && empty < ROUNDS);
    }
}

/* M/D/1: service is 0.5 s to the bit, so in a run that ends empty servers are busy half a second a customer and the response is
 * the wait and half a second. */
static void constant_service(void **state) {
    struct workbench *bench = *state;
    unsigned empty = 0;
    workbench_set(bench, "queue.arrival_rate=0.6/s; queue.service=0.5s");
    for (uint32_t k = 0; k < ROUNDS; k++) {
        workbench_run_as(bench, k, false);
        double busy_s = workbench_value(bench, "servers_busy") * HORIZON_S;
        assert_true(busy_s - departed(bench) * 0.5 > -1e-9 && busy_s - departed(bench) * 0.5 < 0.5);
        if (busy_s - departed(bench) * 0.5 > 1e-9) continue;
        empty++;
        assert_near(workbench_value(bench, "response"), workbench_value(bench, "wait") + 0.5, 1e-12);
        assert_near(workbench_value(bench, "customers") - workbench_value(bench, "servers_busy"),
                    workbench_value(bench, "wait") * workbench_value(bench, "customers_per_s"), 1e-10);
    }
    assert_true(empty >= ROUNDS / 3);
}

/* One server does the same work in the same seconds whomever it serves first. */
static void disciplines_do_the_same_work(void **state) {
    struct workbench *bench = *state;
    unsigned differ = 0;
    workbench_set(bench, "queue.arrival_rate=0.8/s; queue.service=exponential(1s)");
    for (uint32_t k = 0; k < ROUNDS; k++) {
        workbench_set(bench, "queue.discipline=fcfs");
        workbench_run_as(bench, k, false);
        double busy = workbench_value(bench, "servers_busy"), response_s = workbench_value(bench, "response");
        workbench_set(bench, "queue.discipline=ps");
        workbench_run_as(bench, k, false);
        assert_near(workbench_value(bench, "servers_busy"), busy, 1e-10);
        differ += fabs(workbench_value(bench, "response") - response_s) > 1e-6;
    }
    assert_true(differ == ROUNDS);
}

/* ---- room ---------------------------------------------------------------------------------------------------- */

/* At an overload of 5 with constant service of 1 s: nobody waits longer than the room in front of him, and what is lost and what is
 * served are all who came. */
static void no_more_than_fit(void **state) {
    struct workbench *bench = *state;
    workbench_set(bench, "queue.arrival_rate=5/s; queue.service=1s");
    static const struct {
        const char *settings;
        double present, response_s;
    } rooms[] = {
        {"queue.servers=1; queue.room=1; queue.discipline=fcfs", 1, 1},
        {"queue.servers=1; queue.room=3; queue.discipline=fcfs", 3, 3},
        {"queue.servers=2; queue.room=6; queue.discipline=fcfs", 6, 3},
        {"queue.servers=1; queue.room=1; queue.discipline=ps", 1, 1},
        {"queue.servers=1; queue.room=3; queue.discipline=ps", 3, 3},
    };
    for (size_t i = 0; i < sizeof rooms / sizeof rooms[0]; i++) {
        workbench_try(bench, rooms[i].settings);
        assert_same(workbench_value(bench, "customers_peak"), rooms[i].present);
        assert_true(workbench_value(bench, "response_max") <= rooms[i].response_s + 1e-9);
        assert_true(workbench_value(bench, "response_max") > 0.9 * rooms[i].response_s);
        double lost = workbench_value(bench, "blocked_share");
        double arrived = (departed(bench) + rooms[i].present / 2) / (1 - lost); /* 0 .. present are there at the end */
        assert_near(arrived, 1000, 5 * sqrt(1000)); /* Poisson */
        assert_true(lost > 0.5);
    }
}

static void room_for_all(void **state) {
    struct workbench *bench = *state;
    workbench_try(bench, "queue.arrival_rate=5/s; queue.service=10s; queue.servers=1");
    assert_same(workbench_value(bench, "blocked_share"), 0);
    assert_true(workbench_value(bench, "customers_peak") > 900);
    assert_near(departed(bench), 19, 1.01); /* one each 10 s from the first arrival on */
}

/* A server for everybody: nobody waits. */
static void servers_for_all(void **state) {
    struct workbench *bench = *state;
    workbench_try(bench, "queue.arrival_rate=5/s; queue.service=2s; queue.servers=1000");
    assert_same(workbench_value(bench, "wait"), 0);
    assert_near(workbench_value(bench, "response_max"), 2, 1e-12);
    assert_same(workbench_value(bench, "customers"), workbench_value(bench, "servers_busy"));
    workbench_try(bench, "queue.discipline=ps");
    assert_near(workbench_value(bench, "response_max"), 2, 1e-9);
}

/* ---- identity -------------------------------------------------------------------------------------------------- */

static void lanes_heap_and_again(void **state) {
    struct workbench *bench = *state;
    static const char *const queues[] = {
        "queue.discipline=fcfs; queue.servers=3; queue.arrival_rate=2.5/s; queue.service=exponential(1s)",
        "queue.discipline=ps; queue.servers=2; queue.room=7; queue.service=weibull(1s,0.7)",
        "queue.discipline=fcfs; queue.servers=1; queue.room=2; queue.service=1s; run.warmup=50s"};
    for (size_t q = 0; q < 3; q++) {
        double values[WORKBENCH_COLUMNS_MAX];
        size_t bytes = model_columns(&model_mmc) * sizeof *values;
        workbench_set(bench, queues[q]);
        workbench_run_as(bench, 3, false);
        struct replication_effort effort = bench->effort;
        memcpy(values, bench->values, sizeof values);
        workbench_run_as(bench, 3, true);
        assert_memory_equal(bench->values, values, bytes);
        assert_int_equal(bench->effort.n_events, effort.n_events);
        workbench_run_as(bench, 2, false);
        assert_memory_not_equal(bench->values, values, bytes);
        workbench_run_as(bench, 3, false);
        assert_memory_equal(bench->values, values, bytes);
    }
}

int main(void) {
#define TEST(deed) cmocka_unit_test_setup_teardown(deed, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(presence_is_time_spent), TEST(constant_service), TEST(disciplines_do_the_same_work), TEST(no_more_than_fit),
        TEST(room_for_all),           TEST(servers_for_all),  TEST(lanes_heap_and_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
