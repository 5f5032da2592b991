/* SPDX-License-Identifier: GPL-3.0-or-later
 * web, replay of a trace: by hand, and against an independent count that walks the requests and knows no events. All times are
 * whole seconds, so every sum is exact and everything must be equal, not near. */
#define _POSIX_C_SOURCE 200809L
#include "tests/unit/workbench.h"

#define REPLAY WEB_BARE "server.start=1000; server.worker_limit=1000; server.spare_max=1000; run.horizon=0; "

struct answer {
    uint32_t opened, reused, by_timer, by_limit;
    double seconds, open, peak_event, peak_interval;
};

static struct answer replay(const char *settings, size_t n, const double *time_s, const uint32_t *client,
                            uint32_t n_clients) {
    struct workbench bench;
    workbench_open(&bench, &model_web, REPLAY);
    workbench_trace(&bench, n, time_s, client, n_clients);
    workbench_try(&bench, settings);
    struct answer answer = {
        .opened = (uint32_t)workbench_value(&bench, "connections_opened"),
        .reused = (uint32_t)lround(workbench_value(&bench, "reuse_share") * (double)n),
        .by_timer = (uint32_t)workbench_value(&bench, "closed_by_idle_limit"),
        .by_limit = (uint32_t)workbench_value(&bench, "closed_by_request_limit"),
        .seconds = workbench_value(&bench, "connection_seconds"),
        .open = workbench_value(&bench, "connections_open"),
        .peak_event = workbench_value(&bench, "connections_open_peak_event"),
        .peak_interval = workbench_value(&bench, "connections_open_peak"),
    };
    assert_same(workbench_value(&bench, "reuse_share"), answer.reused / (double)n);
    assert_same(workbench_value(&bench, "requests_per_connection"), (double)n / answer.opened);
    workbench_close(&bench);
    return answer;
}

static void assert_answers(struct answer got, struct answer want) {
    assert_int_equal(got.opened, want.opened);
    assert_int_equal(got.reused, want.reused);
    assert_int_equal(got.by_timer, want.by_timer);
    assert_int_equal(got.by_limit, want.by_limit);
    assert_same(got.seconds, want.seconds);
    assert_same(got.open, want.open);
    assert_same(got.peak_event, want.peak_event);
    assert_same(got.peak_interval, want.peak_interval);
}

/* ---- by hand --------------------------------------------------------------------------------------------- */

/* The shipped sample: a at 0 3 8 20, b at 2 9, c at 9 12. T = 5; the window is [0, 20]. */
enum { A, B, C, SAMPLE = 8 };
static const double sample_s[SAMPLE] = {0, 2, 3, 8, 9, 9, 12, 20};
static const uint32_t sample_client[SAMPLE] = {A, B, A, A, C, B, C, A};

/* The timer wins at 8 = 3 + 5: a [0,8) [8,13) [20,25), b [2,7) [9,14), c [9,17).
 * 8+5+5 + 5+5 + 8 = 36 s, of which 5 s after the window; three at once in [9,13). */
static void sample_where_the_timer_wins(void **state) {
    (void)state;
    assert_answers(replay("server.idle_limit=5s; server.tie=timer", SAMPLE, sample_s, sample_client, 3),
                   (struct answer){.opened = 6, .reused = 2, .by_timer = 6, .seconds = 36, .open = 31.0 / 20,
                                   .peak_event = 3, .peak_interval = 3});
}

/* The request wins: a [0,13) [20,25), the others as before. */
static void sample_where_the_request_wins(void **state) {
    (void)state;
    assert_answers(replay("server.idle_limit=5s; server.tie=request", SAMPLE, sample_s, sample_client, 3),
                   (struct answer){.opened = 5, .reused = 3, .by_timer = 5, .seconds = 36, .open = 31.0 / 20,
                                   .peak_event = 3, .peak_interval = 3});
}

/* Two requests a connection: a [0,3) [8,13) [20,25), b as before, c [9,12); by the limit those of a at 3 and c at 12. */
static void sample_with_a_limit(void **state) {
    (void)state;
    assert_answers(replay("server.idle_limit=5s; server.requests_per_connection=2", SAMPLE, sample_s, sample_client, 3),
                   (struct answer){.opened = 6, .reused = 2, .by_timer = 4, .by_limit = 2, .seconds = 26,
                                   .open = 21.0 / 20, .peak_event = 3, .peak_interval = 3});
    assert_answers(replay("server.idle_limit=5s; server.requests_per_connection=1", SAMPLE, sample_s, sample_client, 3),
                   (struct answer){.opened = 8, .by_limit = 8, .peak_event = 1});
}

/* y comes at the very end of x's connection: two for an instant where requests go first, never where timers do. */
static void two_for_an_instant(void **state) {
    (void)state;
    static const double time_s[] = {0, 5};
    static const uint32_t client[] = {0, 1};
    assert_answers(replay("server.idle_limit=5s; server.tie=request", 2, time_s, client, 2),
                   (struct answer){.opened = 2, .by_timer = 2, .seconds = 10, .open = 1, .peak_event = 2, .peak_interval = 1});
    assert_answers(replay("server.idle_limit=5s; server.tie=timer", 2, time_s, client, 2),
                   (struct answer){.opened = 2, .by_timer = 2, .seconds = 10, .open = 1, .peak_event = 1, .peak_interval = 1});
}

/* One connection a client and 2 s of CPU: his second request waits in the browser until the first is answered.
 * Clicks at 1, 2 and 2: answered at 3, 5 and 7; responses 2, 3 and 5 counted from the click. */
static void one_connection_a_client(void **state) {
    (void)state;
    static const double time_s[] = {1, 2, 2};
    static const uint32_t client[] = {0, 0, 0};
    struct workbench bench;
    workbench_open(&bench, &model_web, REPLAY "cpu.request=2s; server.idle_limit=10s");
    workbench_trace(&bench, 3, time_s, client, 1);
    workbench_run(&bench);
    workbench_expect(&bench, "request_response", (2 + 3 + 5) / 3.0);
    assert_same(workbench_value(&bench, "request_response_max"), 5);
    assert_same(workbench_value(&bench, "connections_opened"), 1);
    assert_same(workbench_value(&bench, "connection_seconds"), 16);
    /* Means and rates are those of the window [1, 2], in which one of two cores works and nothing is answered. */
    assert_same(workbench_value(&bench, "cpu_utilisation"), 0.5);
    assert_same(workbench_value(&bench, "daemons_busy"), 1);
    assert_same(workbench_value(&bench, "requests_per_s"), 0);
    assert_same(workbench_value(&bench, "connections_per_s"), 1);
    workbench_close(&bench);
}

/* Round trip 1 s: what the requests at 0 and 1 open, at 1.5 and 2.5, is open after the window [0, 1], in which there is nothing.
 * Both close at the idle limit of 2 s after they are answered, and end a round trip later: [1.5, 4.5), [2.5, 5.5). */
static void a_trace_outlives_its_window(void **state) {
    (void)state;
    static const double time_s[] = {0, 1};
    static const uint32_t client[] = {0, 1};
    assert_answers(replay("server.idle_limit=2s; users.rtt=1s", 2, time_s, client, 2),
                   (struct answer){.opened = 2, .by_timer = 2, .seconds = 6, .open = 0, .peak_event = 2, .peak_interval = 2});
}

/* ---- an independent count ---------------------------------------------------------------------------------- */

enum { REQUESTS = 2000, CLIENTS = 60 };

/* One connection, open in [from_s, to_s). */
struct life {
    double from_s, to_s;
};

struct count {
    double last_s[CLIENTS], opened_s[CLIENTS];
    uint32_t served[CLIENTS]; /* on the open connection; 0: none */
    struct life lives[REQUESTS];
    struct answer answer;
    uint32_t n_lives;
};

static void end_life(struct count *count, uint32_t client, double to_s) {
    count->lives[count->n_lives++] = (struct life){count->opened_s[client], to_s};
    count->answer.seconds += to_s - count->opened_s[client];
    count->served[client] = 0;
}

/* Closes what its timer has closed when a request at now_s is looked at. */
static void expire(struct count *count, double now_s, double limit_s, bool request_wins) {
    for (uint32_t i = 0; i < CLIENTS; i++) {
        double end_s = count->last_s[i] + limit_s;
        if (!count->served[i] || end_s > now_s || (request_wins && end_s >= now_s)) continue;
        count->answer.by_timer++;
        end_life(count, i, end_s);
    }
}

static uint32_t n_open(const struct count *count) {
    uint32_t n = 0;
    for (uint32_t i = 0; i < CLIENTS; i++) n += count->served[i] > 0;
    return n;
}

static void serve(struct count *count, double now_s, uint32_t client, uint32_t limit) {
    if (count->served[client] > 0) {
        count->answer.reused++;
    } else {
        count->answer.opened++;
        count->opened_s[client] = now_s;
    }
    count->last_s[client] = now_s;
    count->served[client]++;
    count->answer.peak_event = fmax(count->answer.peak_event, n_open(count));
    if (limit == 0 || count->served[client] < limit) return;
    count->answer.by_limit++;
    end_life(count, client, now_s);
}

/* Levels change only at births, so the largest held over an interval is seen right after some birth of a life that lasts. */
static double peak_interval(const struct count *count) {
    double peak = 0;
    for (uint32_t i = 0; i < count->n_lives; i++) {
        double at_s = count->lives[i].from_s, level = 0;
        for (uint32_t k = 0; k < count->n_lives; k++)
            level += count->lives[k].from_s <= at_s && at_s < count->lives[k].to_s;
        peak = fmax(peak, level);
    }
    return peak;
}

static struct answer count_all(const double *time_s, const uint32_t *client, double limit_s, uint32_t limit,
                               bool request_wins) {
    struct count *count = calloc(1, sizeof *count);
    assert_non_null(count);
    double first_s = time_s[0], last_s = time_s[REQUESTS - 1], inside_s = 0;
    for (size_t i = 0; i < REQUESTS; i++) {
        expire(count, time_s[i], limit_s, request_wins);
        serve(count, time_s[i], client[i], limit);
    }
    expire(count, last_s + limit_s + 1, limit_s, request_wins);
    for (uint32_t i = 0; i < count->n_lives; i++)
        inside_s += fmin(count->lives[i].to_s, last_s) - count->lives[i].from_s;
    struct answer answer = count->answer;
    answer.open = inside_s / (last_s - first_s);
    answer.peak_interval = peak_interval(count);
    free(count);
    return answer;
}

/* Whole seconds; seven in ten requests come in the same second as the one before; few clients at a time, so that gaps of 0, 1, 5 and 15
 * s within a client are common. */
static void make_trace(struct dice *dice, double *time_s, uint32_t *client) {
    double now_s = 3;
    for (size_t i = 0; i < REQUESTS; i++) {
        if (dice_below(dice, 10) >= 7) now_s += 1 + dice_below(dice, dice_below(dice, 8) ? 3 : 20);
        time_s[i] = now_s;
        client[i] = (uint32_t)(i * CLIENTS / REQUESTS / 4 * 4 + dice_below(dice, 8)) % CLIENTS;
    }
}

static void a_random_trace_equals_the_count(void **state) {
    (void)state;
    static const double limits_s[] = {1, 5, 15};
    static const uint32_t limits[] = {0, 1, 5};
    double *time_s = malloc(REQUESTS * sizeof *time_s);
    uint32_t *client = malloc(REQUESTS * sizeof *client);
    assert_true(time_s && client);
    struct dice dice = {1995};
    char settings[WORKBENCH_TEXT_BYTES];
    uint32_t ties_differ = 0;
    for (int trace = 0; trace < 3; trace++) {
        make_trace(&dice, time_s, client);
        for (size_t t = 0; t < 3; t++) {
            for (size_t m = 0; m < 3; m++) {
                struct answer want[2];
                for (int request_wins = 0; request_wins < 2; request_wins++) {
                    want[request_wins] = count_all(time_s, client, limits_s[t], limits[m], request_wins);
                    snprintf(settings, sizeof settings,
                             "server.idle_limit=%gs; server.requests_per_connection=%u; server.tie=%s", limits_s[t],
                             limits[m], request_wins ? "request" : "timer");
                    assert_answers(replay(settings, REQUESTS, time_s, client, CLIENTS), want[request_wins]);
                }
                ties_differ += want[0].opened != want[1].opened;
                assert_true(limits[m] == 1 || want[0].reused > 300); /* the trace has something to tell */
            }
        }
    }
    assert_int_equal(ties_differ, 3 * 3 * 2); /* always but for keep-alive off */
    free(time_s);
    free(client);
}

/* With all lanes led through the heap: the same bytes, also where requests and timers meet. */
static void a_random_trace_by_heap_alone(void **state) {
    (void)state;
    static double time_s[REQUESTS];
    static uint32_t client[REQUESTS];
    struct dice dice = {81};
    make_trace(&dice, time_s, client);
    struct workbench bench;
    workbench_open(&bench, &model_web, REPLAY "server.idle_limit=5s; server.requests_per_connection=4; server.tie=request");
    workbench_trace(&bench, REQUESTS, time_s, client, CLIENTS);
    workbench_run_as(&bench, 0, false);
    double values[WORKBENCH_COLUMNS_MAX];
    memcpy(values, bench.values, sizeof values);
    workbench_run_as(&bench, 0, true);
    assert_memory_equal(bench.values, values, model_columns(&model_web) * sizeof *values);
    workbench_close(&bench);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sample_where_the_timer_wins),
        cmocka_unit_test(sample_where_the_request_wins),
        cmocka_unit_test(sample_with_a_limit),
        cmocka_unit_test(two_for_an_instant),
        cmocka_unit_test(one_connection_a_client),
        cmocka_unit_test(a_trace_outlives_its_window),
        cmocka_unit_test(a_random_trace_equals_the_count),
        cmocka_unit_test(a_random_trace_by_heap_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
