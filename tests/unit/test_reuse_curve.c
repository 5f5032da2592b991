/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What every idle limit does to a log: by hand, and random logs against a count that goes second by second and knows nothing of
 * gaps. (The day of a NASA server, with its published-by-others counts, is in tests/advice/import.sh.)
 */
#include "tests/unit/unit.h"

#include "models/advice/reuse_curve.h"

static struct arena arena;

static int open_arena(void **state) {
    (void)state;
    arena_open(&arena, (size_t)1 << 30);
    return 0;
}
static int close_arena(void **state) {
    (void)state;
    arena_close(&arena);
    return 0;
}

/* The shipped sample: a at 0 3 8 20, b at 2 9, c at 9 12; as in tests/theory/trace.sh. */
static const double sample_s[] = {0, 2, 3, 8, 9, 9, 12, 20};
static const uint32_t sample_client[] = {0, 1, 0, 0, 2, 1, 2, 0};
static const struct reuse_trace sample = {8, sample_s, sample_client, 3};

/* Gaps 3 5 12 (a), 7 (b), 3 (c). T = 5: a [0,8) [8,13) [20,25), b [2,7) [9,14), c [9,17): 36 s, 31 of them before 20. */
static void by_hand(void **state) {
    (void)state;
    struct reuse_curve curve;
    reuse_curve_open(&curve, &sample, &arena);
    struct reuse_point timer = reuse_curve_at(&curve, 5, REUSE_TIMER), request = reuse_curve_at(&curve, 5, REUSE_REQUEST);
    assert_int_equal(timer.opened, 6);
    assert_int_equal(request.opened, 5);
    assert_same(timer.connection_seconds, 36);
    assert_same(request.connection_seconds, 36);
    assert_near(timer.connections_open, 1.55, 1e-12);
    struct reuse_point off = reuse_curve_at(&curve, 0, REUSE_REQUEST);
    assert_int_equal(off.opened, 8);
    assert_same(off.connection_seconds, 0);
    struct reuse_point limited = reuse_replay(&sample, 5, 2, REUSE_TIMER, &arena); /* a [0,3), c [9,12) */
    assert_int_equal(limited.opened, 6);
    assert_int_equal(limited.closed_by_limit, 2);
    assert_same(limited.connection_seconds, 26);
    assert_near(limited.connections_open, 1.05, 1e-12);
}

/* J(T) = A opened + seconds with A = 4: off 32; T 3: 6 opened, 5*3+9 = 24 s: 48; so never. With A = 30: off 240; 3: 180+24 = 204;
 * 5: 150+36 = 186; 7: 120+ (3+5+7+7+3)+21 = 166; 12: 90+30+36 = 156. The bound at A = 30: 30 s of gaps + 90. */
static void best_by_hand(void **state) {
    (void)state;
    struct reuse_curve curve;
    reuse_curve_open(&curve, &sample, &arena);
    struct reuse_point best = reuse_curve_best(&curve, 4, 1);
    assert_same(best.idle_limit_s, 0);
    assert_same(reuse_cost_s(&best, 4), 32);
    best = reuse_curve_best(&curve, 30, 1);
    assert_same(best.idle_limit_s, 12);
    assert_same(reuse_cost_s(&best, 30), 156);
    assert_same(reuse_curve_bound_s(&curve, 30), 120);
    assert_same(reuse_curve_best(&curve, 30, 5).idle_limit_s, 15); /* in steps of 5 s */
}

/* Second by second: at each whole second the requests of that second, then the timers that are due (tie = request; before
 * them for tie = timer). */
static void walk(const struct reuse_trace *trace, int idle_limit, uint32_t limit, enum reuse_tie tie, uint64_t *opened, double *seconds) {
    enum { CLIENTS = 8, END = 400 };
    int closes_at[CLIENTS];
    uint32_t served[CLIENTS];
    size_t next = 0;
    *opened = 0;
    *seconds = 0;
    for (int c = 0; c < CLIENTS; c++) closes_at[c] = -1;
    for (int now = 0; now < END; now++) {
        for (int c = 0; c < CLIENTS && tie == REUSE_TIMER; c++)
            if (closes_at[c] == now) closes_at[c] = -1;
        for (; next < trace->n_requests && (int)trace->time_s[next] == now; next++) {
            uint32_t c = trace->client[next];
            if (closes_at[c] < 0) {
                ++*opened;
                served[c] = 0;
            }
            closes_at[c] = ++served[c] == limit ? -1 : now + idle_limit;
        }
        for (int c = 0; c < CLIENTS; c++) {
            if (closes_at[c] == now) closes_at[c] = -1;
            *seconds += closes_at[c] >= 0;
        }
    }
}

static void random_logs_second_by_second(void **state) {
    (void)state;
    enum { LOGS = 300, REQUESTS_MAX = 60 };
    struct dice dice = {11};
    for (int log = 0; log < LOGS; log++) {
        double time_s[REQUESTS_MAX];
        uint32_t client[REQUESTS_MAX];
        struct reuse_trace trace = {1 + dice_below(&dice, REQUESTS_MAX), time_s, client, 8};
        double now_s = 0;
        for (size_t i = 0; i < trace.n_requests; i++) {
            time_s[i] = now_s += dice_below(&dice, 5);
            client[i] = i < 8 ? (uint32_t)i : dice_below(&dice, 8);
        }
        if (trace.n_requests < 8) trace.n_clients = (uint32_t)trace.n_requests;
        struct reuse_curve curve;
        arena_reset(&arena);
        reuse_curve_open(&curve, &trace, &arena);
        for (int t = 1; t < 30; t++)
            for (int tie = REUSE_TIMER; tie <= REUSE_REQUEST; tie++)
                for (uint32_t limit = 0; limit <= 4; limit += 2) {
                    uint64_t opened;
                    double seconds;
                    walk(&trace, t, limit, (enum reuse_tie)tie, &opened, &seconds);
                    struct reuse_point point = limit ? reuse_replay(&trace, t, limit, (enum reuse_tie)tie, &arena)
                                                     : reuse_curve_at(&curve, t, (enum reuse_tie)tie);
                    if (point.opened != opened) fail_msg("log %d T %d tie %d limit %u: opened", log, t, tie, limit);
                    assert_near(point.connection_seconds, seconds, 1e-9);
                    struct reuse_point replayed = reuse_replay(&trace, t, limit, (enum reuse_tie)tie, &arena);
                    if (limit == 0 && trace.time_s[trace.n_requests - 1] > trace.time_s[0])
                        assert_near(point.connections_open, replayed.connections_open, 1e-9);
                }
    }
}

/* The best of all whole seconds is the best of the whole seconds tried one by one, and no more than twice the bound at T = A. */
static void best_against_all(void **state) {
    (void)state;
    struct dice dice = {12};
    for (int log = 0; log < 100; log++) {
        double time_s[200], now_s = 0;
        uint32_t client[200];
        for (size_t i = 0; i < 200; i++) {
            time_s[i] = now_s += (double)dice_below(&dice, 400) / 100;
            client[i] = i < 6 ? (uint32_t)i : dice_below(&dice, 6);
        }
        struct reuse_trace trace = {200, time_s, client, 6};
        struct reuse_curve curve;
        arena_reset(&arena);
        reuse_curve_open(&curve, &trace, &arena);
        double opening_cost_s = 1 + dice_below(&dice, 60), least = HUGE_VAL;
        for (int t = 0; t <= 900; t++) {
            struct reuse_point point = reuse_curve_at(&curve, t, REUSE_REQUEST);
            least = fmin(least, reuse_cost_s(&point, opening_cost_s));
        }
        struct reuse_point best = reuse_curve_best(&curve, opening_cost_s, 1), blind = reuse_curve_at(&curve, opening_cost_s, REUSE_REQUEST);
        assert_near(reuse_cost_s(&best, opening_cost_s), least, 1e-6);
        double bound_s = reuse_curve_bound_s(&curve, opening_cost_s);
        assert_true(bound_s <= least + 1e-6);
        assert_true(reuse_cost_s(&blind, opening_cost_s) <= 2 * bound_s + 1e-6);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(by_hand, open_arena, close_arena),
        cmocka_unit_test_setup_teardown(best_by_hand, open_arena, close_arena),
        cmocka_unit_test_setup_teardown(random_logs_second_by_second, open_arena, close_arena),
        cmocka_unit_test_setup_teardown(best_against_all, open_arena, close_arena),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
