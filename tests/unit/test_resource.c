/* SPDX-License-Identifier: GPL-3.0-or-later
 * resource: first come first served against the recursion of Kiefer and Wolfowitz, processor sharing against a world in
 * which every job is walked at every step. */
#define _POSIX_C_SOURCE 200809L
#include "tests/unit/unit.h"

#include "sim/kernel/resource.h"

enum { JOBS = 2000 };

struct job {
    double arrival_s, work_s, done_s;
};

static struct job jobs[JOBS];

/* Bursts and lulls: queues build up and run empty. `load` is work a second. */
static void draw_jobs(uint64_t seed, double load) {
    struct dice dice = {seed};
    double now_s = 0;
    for (int i = 0; i < JOBS; i++) {
        now_s += dice_exponential(&dice, i % 100 ? 1 / load : 40 / load);
        jobs[i] = (struct job){.arrival_s = now_s, .work_s = dice_exponential(&dice, 1)};
    }
}

static double total_work(void) {
    double sum_s = 0;
    for (int i = 0; i < JOBS; i++) sum_s += jobs[i].work_s;
    return sum_s;
}

/* ---- first come, first served ---------------------------------------------------------------- */

/* Each job takes the unit that is free first (Kiefer and Wolfowitz 1955). */
static double kiefer_wolfowitz(struct job job, double *free_s, uint32_t units) {
    uint32_t first = 0;
    for (uint32_t i = 1; i < units; i++)
        if (free_s[i] < free_s[first]) first = i;
    double begin_s = job.arrival_s > free_s[first] ? job.arrival_s : free_s[first];
    return free_s[first] = begin_s + job.work_s;
}

/* The clock of the fcfs under test: the next end among the jobs in service, found by looking at all. */
static uint32_t next_end(const double *end_s) {
    uint32_t next = POOL_NONE;
    for (uint32_t i = 0; i < JOBS; i++)
        if (end_s[i] > 0 && (next == POOL_NONE || end_s[i] < end_s[next])) next = i;
    return next;
}

static double run_fcfs(uint32_t units, struct arena *arena, double *last_s) {
    static double end_s[JOBS];
    for (int i = 0; i < JOBS; i++) end_s[i] = 0;
    struct fcfs fcfs;
    fcfs_open(&fcfs, units, arena);
    for (uint32_t arrived = 0;;) {
        uint32_t ending = next_end(end_s);
        if (arrived < JOBS && (ending == POOL_NONE || jobs[arrived].arrival_s < end_s[ending])) {
            double now_s = jobs[arrived].arrival_s;
            if (fcfs_seize(&fcfs, now_s, arrived)) end_s[arrived] = now_s + jobs[arrived].work_s;
            arrived++;
            continue;
        }
        if (ending == POOL_NONE) break;
        double now_s = jobs[ending].done_s = *last_s = end_s[ending];
        end_s[ending] = 0;
        uint32_t begins = fcfs_release(&fcfs, now_s);
        if (begins != POOL_NONE) end_s[begins] = now_s + jobs[begins].work_s;
    }
    assert_same(fcfs.busy.level, 0);
    assert_int_equal(fifo_length(&fcfs.waiting), 0);
    assert_same(fcfs.busy.peak, units); /* the bursts did fill it */
    return time_average_integral(&fcfs.busy, *last_s);
}

static void fcfs_equals_the_recursion(void **state) {
    static const uint32_t units[] = {1, 2, 5, 31};
    for (size_t k = 0; k < sizeof units / sizeof *units; k++) {
        double free_s[31] = {0}, last_s = 0;
        draw_jobs(40 + k, 0.95 * units[k]);
        double busy_s = run_fcfs(units[k], *state, &last_s);
        for (int i = 0; i < JOBS; i++) assert_same(jobs[i].done_s, kiefer_wolfowitz(jobs[i], free_s, units[k]));
        assert_near(busy_s, total_work(), 1e-9 * busy_s);
        arena_reset(*state);
    }
}

static void release_what_is_idle(void *context) { fcfs_release(context, 1); }

static void releasing_an_idle_unit_is_a_bug(void **state) {
    struct fcfs fcfs;
    fcfs_open(&fcfs, 2, *state);
    assert_is_bug(release_what_is_idle, &fcfs);
}

/* ---- processor sharing ----------------------------------------------------------------------- */

/* The definition, step by step: between two events each of the n present gets min(1, m/n). O(n) a step. */
static void share_step_by_step(double m, double *done_s) {
    static double left_s[JOBS];
    bool present[JOBS] = {false};
    double now_s = 0;
    int n = 0, arrived = 0;
    while (arrived < JOBS || n > 0) {
        double rate = n <= m ? 1 : m / n, next_s = arrived < JOBS ? jobs[arrived].arrival_s : HUGE_VAL;
        int ending = -1;
        for (int i = 0; i < arrived; i++)
            if (present[i] && now_s + left_s[i] / rate < next_s) {
                next_s = now_s + left_s[i] / rate;
                ending = i;
            }
        for (int i = 0; i < arrived; i++)
            if (present[i]) left_s[i] -= (next_s - now_s) * rate;
        now_s = next_s;
        if (ending >= 0) {
            present[ending] = false;
            done_s[ending] = now_s;
            n--;
        } else {
            left_s[arrived] = jobs[arrived].work_s;
            present[arrived++] = true;
            n++;
        }
    }
}

/* Runs the jobs through a ps; done_s of each, and the unit-seconds used. */
static double run_ps(double units, struct arena *arena) {
    struct ps ps;
    ps_open(&ps, units, JOBS, arena);
    double now_s = 0;
    for (uint32_t arrived = 0; arrived < JOBS || ps.jobs.n > 0;) {
        double completion_s = ps_next_completion(&ps);
        assert_true(completion_s >= now_s);
        if (arrived < JOBS && jobs[arrived].arrival_s <= completion_s) {
            now_s = jobs[arrived].arrival_s;
            ps_arrive(&ps, now_s, arrived, jobs[arrived].work_s);
            arrived++;
        } else {
            now_s = completion_s;
            jobs[ps_complete(&ps, now_s)].done_s = now_s;
        }
    }
    assert_same(ps.busy.level, 0);
    return time_average_integral(&ps.busy, now_s);
}

static void sharing_equals_the_steps(void **state) {
    static const double units[] = {1, 2, 5, 0.5};
    static double done_s[JOBS];
    for (size_t k = 0; k < sizeof units / sizeof *units; k++) {
        draw_jobs(50 + k, 0.9 * units[k]);
        double busy_s = run_ps(units[k], *state);
        share_step_by_step(units[k], done_s);
        for (int i = 0; i < JOBS; i++) assert_near(jobs[i].done_s, done_s[i], 1e-9 * done_s[i]);
        assert_near(busy_s, total_work(), 1e-9 * busy_s); /* work is neither made nor lost */
        arena_reset(*state);
    }
}

/* Two cores. a (3 s) at 0, b (3 s) and c (1 s) at 1: from 1 each of three runs at 2/3; c is done at 2.5, when a has 1 left
 * and b has 2; each has a core then: a at 3.5, b at 4.5. */
static void sharing_by_hand(void **state) {
    struct ps ps;
    ps_open(&ps, 2, 8, *state);
    assert_same(ps_next_completion(&ps), HUGE_VAL);
    ps_arrive(&ps, 0, 0, 3);
    assert_same(ps_next_completion(&ps), 3);
    ps_arrive(&ps, 1, 1, 3);
    ps_arrive(&ps, 1, 2, 1);
    assert_near(ps_next_completion(&ps), 2.5, 1e-12);
    assert_int_equal(ps_complete(&ps, 2.5), 2);
    assert_near(ps_next_completion(&ps), 3.5, 1e-12);
    assert_int_equal(ps_complete(&ps, 3.5), 0);
    assert_near(ps_next_completion(&ps), 4.5, 1e-12);
    assert_int_equal(ps_complete(&ps, 4.5), 1);
    assert_near(time_average_mean(&ps.busy, 5), (1 + 2 * 2.5 + 1) / 5, 1e-12);
    ps_arrive(&ps, 100, 3, 0); /* no work: done at once */
    assert_same(ps_next_completion(&ps), 100);
    assert_int_equal(ps_complete(&ps, 100), 3);
    assert_same(ps_next_completion(&ps), HUGE_VAL);
}

/* Equal work from one instant ends at one instant, in the order of the numbers. */
static void sharing_breaks_ties_by_number(void **state) {
    struct ps ps;
    ps_open(&ps, 1, 8, *state);
    for (uint32_t job = 5; job-- > 0;) ps_arrive(&ps, 2, job, 0.25);
    for (uint32_t job = 0; job < 5; job++) {
        assert_same(ps_next_completion(&ps), 3.25);
        assert_int_equal(ps_complete(&ps, 3.25), job);
    }
}

static void complete_nothing(void *context) { ps_complete(context, 1); }

static void completing_nothing_is_a_bug(void **state) {
    struct ps ps;
    ps_open(&ps, 1, 8, *state);
    assert_is_bug(complete_nothing, &ps);
}

static int open_arena(void **state) {
    static struct arena arena;
    arena_open(&arena, 4 << 20);
    *state = &arena;
    return 0;
}

static int close_arena(void **state) {
    arena_close(*state);
    return 0;
}

/* Two cores; work of 4, 1 and 3 s at times 0, 1 and 2. From 1 to 2 both work at full rate; the second is done then. At 3 the first has 1 s
 * left and the third 2; cores have worked 1 + 2 + 2 of the 8 s. From 2.5 on: 1 of the 4 that were left then. */
static void work_is_conserved(void **state) {
    (void)state;
    for (int reset = 0; reset < 2; reset++) {
        struct arena arena;
        struct ps ps;
        arena_open(&arena, 1 << 20);
        ps_open(&ps, 2, 8, &arena);
        ps_arrive(&ps, 0, 0, 4);
        ps_arrive(&ps, 1, 1, 1);
        assert_int_equal(ps_complete(&ps, 2), 1);
        ps_arrive(&ps, 2, 2, 3);
        if (reset) {
            ps_reset_work(&ps, 2.5);
            time_average_reset(&ps.busy, 2.5);
        }
        assert_near(ps_left_s(&ps, 3), 3, 1e-12);
        assert_near(ps.arrived_s - ps_left_s(&ps, 3), reset ? 1 : 5, 1e-12);
        assert_near(time_average_integral(&ps.busy, 3), reset ? 1 : 5, 1e-12);
        arena_close(&arena);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fcfs_equals_the_recursion),     cmocka_unit_test(releasing_an_idle_unit_is_a_bug),
        cmocka_unit_test(work_is_conserved),             cmocka_unit_test(sharing_equals_the_steps),      cmocka_unit_test(sharing_by_hand),
        cmocka_unit_test(sharing_breaks_ties_by_number), cmocka_unit_test(completing_nothing_is_a_bug),
    };
    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
