/* SPDX-License-Identifier: GPL-3.0-or-later
 * theory: closed forms against published tables and numbers worked out elsewhere (to the digits printed there), against
 * recursions that are other roads to the same number, and at their limits. */
#define _POSIX_C_SOURCE 200809L
#include "tests/unit/unit.h"

#include "models/theory.h"

/* To the digits printed. */
#define PRINTED_6 0.5000001e-6

/* ---- keep-alive renewal ------------------------------------------------------------------------------ */

/* Gaps exponential with rate 0.1/s, T = 5 s, no limit, s = 0: p = 1-e^-0.5, E[K] = e^0.5, E[L] = 10 (e^0.5 - 1);
 * and 1000 users: N p open, sd sqrt(N p (1-p)), 60 N 0.1 (1-p) entries in TIME_WAIT. */
static void exponential_gaps(void **state) {
    (void)state;
    struct theory_gap gap = theory_gap_exponential(10, 5);
    assert_near(gap.within, 0.393469, PRINTED_6);
    assert_near(theory_requests_per_connection(gap, 0), 1.648721, PRINTED_6);
    assert_near(theory_connection_s(gap, 0, 0), 6.487213, PRINTED_6);
    assert_near(theory_held(gap, 0, 0), 0.393469, PRINTED_6);
    assert_near(theory_reuse_share(gap, 0), theory_held(gap, 0, 0), 1e-15); /* PASTA */
    double open = 1000 * theory_held(gap, 0, 0);
    assert_near(open, 393.47, 0.005);
    assert_near(sqrt(open * (1 - open / 1000)), 15.448, 0.0005);
    assert_near(theory_time_wait(gap, 0, 0, 1000, 60), 3639.2, 0.05);
}

static void exponential_gaps_and_a_limit(void **state) {
    (void)state;
    struct theory_gap gap = theory_gap_exponential(10, 5);
    assert_near(theory_requests_per_connection(gap, 5), 1.633172, PRINTED_6);
    assert_near(theory_connection_s(gap, 5, 0), 6.331723, PRINTED_6);
    assert_near(theory_held(gap, 5, 0), 0.387695, PRINTED_6);
    assert_near(pow(gap.within, 4), 0.023969, PRINTED_6); /* closed by the limit */
    gap = theory_gap_exponential(10, 15);
    assert_near(theory_requests_per_connection(gap, 5), 3.213503, PRINTED_6);
    assert_near(theory_connection_s(gap, 5, 0.2), 22.777729, PRINTED_6);
    assert_near(theory_held(gap, 5, 0.2), 0.694915, PRINTED_6);
    gap = theory_gap_exponential(30, 75);
    assert_near(theory_requests_per_connection(gap, 5), 4.243809, PRINTED_6);
    assert_near(theory_connection_s(gap, 5, 0), 97.314284, PRINTED_6);
    assert_near(theory_held(gap, 5, 0), 0.764363, PRINTED_6);
    assert_near(pow(gap.within, 4), 0.709921, PRINTED_6);
}

static double pareto_survival(double x, void *context) {
    const double *law = context; /* k, a */
    return x < law[0] ? 1 : pow(law[0] / x, law[1]);
}

/* Pareto(1, 1.5), mean 3: the integral has a kink at 1 and no second moment. */
static void pareto_gaps(void **state) {
    (void)state;
    double law[] = {1, 1.5};
    struct theory_gap gap = theory_gap_of(pareto_survival, law, 3, 15);
    assert_near(gap.within, 0.982787, PRINTED_6);
    assert_near(gap.held_s, 3 - 2 / sqrt(15), 1e-9); /* 1 + integral of x^-1.5 from 1 to 15 */
    assert_near(theory_requests_per_connection(gap, 0), 58.0948, 0.00005);
    assert_near(theory_connection_s(gap, 0, 0), 144.284, 0.0005);
}

static double exponential_survival(double x, void *context) { return exp(-x / *(double *)context); }

/* The same law by its formula and by integration. */
static void two_roads_to_the_exponential_gap(void **state) {
    (void)state;
    double mean_s = 7.5;
    for (double limit_s = 0.01; limit_s < 200; limit_s *= 3) {
        struct theory_gap formula = theory_gap_exponential(mean_s, limit_s);
        struct theory_gap integral = theory_gap_of(exponential_survival, &mean_s, mean_s, limit_s);
        assert_near(integral.within, formula.within, 1e-14);
        assert_near(integral.held_s, formula.held_s, 1e-8);
        assert_same(integral.mean_s, formula.mean_s);
    }
}

/* M = 1 is keep-alive off: one request, held while it is served. */
static void a_limit_of_one_is_off(void **state) {
    (void)state;
    struct theory_gap gap = theory_gap_exponential(10, 5);
    assert_same(theory_requests_per_connection(gap, 1), 1);
    assert_same(theory_reuse_share(gap, 1), 0);
    assert_same(theory_connection_s(gap, 1, 0.25), 0.25);
    assert_near(theory_held(gap, 1, 0.25), 0.25 / 10.25, 1e-15);
    assert_near(theory_time_wait(gap, 1, 0, 1000, 60), 60 * 1000 / 10.0, 1e-9); /* 60 x request rate */
    struct theory_gap never = theory_gap_exponential(10, 0);
    assert_same(theory_requests_per_connection(never, 0), 1);
}

/* E[K] as the sum of its tail, P(K >= k) = p^(k-1) for k <= M. */
static void requests_are_the_sum_of_their_tail(void **state) {
    (void)state;
    struct theory_gap gap = theory_gap_exponential(3, 4);
    double sum = 0, tail = 1;
    for (unsigned k = 1; k <= 12; k++) {
        sum += tail;
        tail *= gap.within;
        assert_near(theory_requests_per_connection(gap, k), sum, 1e-12);
    }
}

/* ---- queues ------------------------------------------------------------------------------------------ */

static void erlang(void **state) {
    (void)state;
    assert_near(theory_erlang_c(10, 8), 0.409180, PRINTED_6);
    assert_near(theory_mmc_wait_s(10, 8, 1), 0.204590, PRINTED_6);
    assert_near(theory_erlang_b(10, 8), 0.121661, PRINTED_6);
    assert_near(8 * (1 - theory_erlang_b(10, 8)), 7.026711, PRINTED_6);
    /* One server: B = a/(1+a), C = a, Wq = a s/(1-a). */
    assert_near(theory_erlang_b(1, 0.8), 0.8 / 1.8, 1e-15);
    assert_near(theory_erlang_c(1, 0.8), 0.8, 1e-15);
    assert_near(theory_mmc_wait_s(1, 0.8, 1), 4, 1e-12);
    assert_same(theory_erlang_b(0, 8), 1);
}

/* a^c/c! over the sum, term by term. */
static void erlang_b_is_its_definition(void **state) {
    (void)state;
    double term = 1, sum = 1;
    for (unsigned c = 1; c <= 30; c++) {
        term *= 8.0 / c;
        sum += term;
        assert_near(theory_erlang_b(c, 8), term / sum, 1e-14);
    }
}

static void room_for_k(void **state) {
    (void)state;
    double blocked = theory_mm1k_blocked(0.8, 5), customers = theory_mm1k_customers(0.8, 5);
    assert_near(blocked, 0.088819, PRINTED_6);
    assert_near(customers, 1.868332, PRINTED_6);
    assert_near(customers / (0.8 * (1 - blocked)), 2.563065, PRINTED_6);
    /* Load 1: all K+1 states alike. */
    assert_near(theory_mm1k_blocked(1, 5), 1.0 / 6, 1e-15);
    assert_near(theory_mm1k_customers(1, 5), 2.5, 1e-15);
    /* K = 1 is Erlang's loss system. */
    assert_near(theory_mm1k_blocked(0.8, 1), theory_erlang_b(1, 0.8), 1e-15);
}

/* Pollaczek and Khinchine: exponential (E[S^2] = 2 s^2) is M/M/1, constant half of it. */
static void one_server_any_law(void **state) {
    (void)state;
    assert_near(theory_mg1_wait_s(0.8, 1, 2), theory_mmc_wait_s(1, 0.8, 1), 1e-12);
    assert_near(theory_mg1_wait_s(0.8, 1, 1), 2, 1e-12);
}

static void closed_users(void **state) {
    (void)state;
    double one = theory_closed_throughput(50, 1, 7, 0.1), four = theory_closed_throughput(280, 4, 7, 0.1);
    assert_near(one, 6.861972, PRINTED_6);
    assert_near(50 / one - 7, 0.286535, PRINTED_6);
    assert_near(four, 37.99442547552204, 1e-12); /* the chain in exact fractions, by another program */
    assert_near(280 / four - 7, 0.369502, PRINTED_6);
    assert_near(theory_closed_throughput(1, 1, 7, 0.1), 1 / 7.1, 1e-15);
    /* Never above c/s or N/(Z+s), and that many in the two limits; N of a million does not overflow. */
    assert_near(theory_closed_throughput(1000000, 4, 7, 0.1), 40, 1e-9);
    assert_near(theory_closed_throughput(5, 5, 7, 0.1), 5 / 7.1, 1e-12);
}

/* Mean value analysis, user by user: R(n) = s (1 + Q(n-1)), X = n/(Z+R), Q = X R. */
static void closed_users_by_mva(void **state) {
    (void)state;
    double queue = 0;
    for (unsigned n = 1; n <= 200; n++) {
        double response_s = 0.1 * (1 + queue), rate = n / (7 + response_s);
        queue = rate * response_s;
        assert_near(theory_closed_throughput(n, 1, 7, 0.1), rate, 1e-11);
    }
}

/* N = 50, Z = 10, H = 5, c = 20; callers see the system with one user less. */
static void engset(void **state) {
    (void)state;
    assert_near(theory_engset_time(50, 20, 5, 10), 0.080645, PRINTED_6);
    assert_near(theory_engset_time(49, 20, 5, 10), 0.070866, PRINTED_6);
    /* As many servers as users: all held is each held. */
    assert_near(theory_engset_time(3, 3, 5, 10), 1.0 / 27, 1e-15);
}

/* ---- two timeouts in a row --------------------------------------------------------------------------- */

/* T = 5, mean gap 5: e^-0.6 - e^-1 with a round trip of 2; e^-0.6 - e^-0.8 when the reuser gives up at 4; nothing when at 3, or
 * later than the server by no round trip at all; a round trip longer than T begins at 0. */
static void the_close_race(void **state) {
    (void)state;
    double mean_s = 5;
    assert_near(theory_close_race(exponential_survival, &mean_s, 5, 60, 2), 0.180932, PRINTED_6);
    assert_near(theory_close_race(exponential_survival, &mean_s, 5, 0, 2), 0.180932, PRINTED_6);
    assert_near(theory_close_race(exponential_survival, &mean_s, 5, 4, 2), 0.099483, PRINTED_6);
    assert_same(theory_close_race(exponential_survival, &mean_s, 5, 3, 2), 0);
    assert_same(theory_close_race(exponential_survival, &mean_s, 5, 60, 0), 0);
    assert_near(theory_close_race(exponential_survival, &mean_s, 5, 60, 9), 0.632121, PRINTED_6);
    /* Every fourth of the gaps that follow an answer ends in 502, and then none follows: g = x, x = 1 - g/4: a fifth of all. */
    assert_near(theory_bad_gateway_share(0.5, 0.5), 0.2, 1e-15);
    assert_near(theory_port_rate(28232, 60, 0), 470.533, 0.0005);
}

/* ---- best timeout: an opening costs 10 s of holding ------------------------------------------------------ */

static double mix_survival(double x, void *context) { return (void)context, 0.8 * exp(-2 * x) + 0.2 * exp(-x / 30); }
static double weibull_survival(double x, void *context) { return (void)context, exp(-pow(x / 1.46, 0.382)); }

static void best_timeouts(void **state) {
    (void)state;
    assert_near(theory_timeout_mix(0.8, 2, 1.0 / 30, 10).idle_limit_s, 2.408236, PRINTED_6);
    assert_near(theory_timeout_mix(0.8, 2, 1.0 / 30, 10).cost_s, 2.770072, PRINTED_6);
    assert_near(theory_timeout_mix(0.2, 1.0 / 30, 2, 10).cost_s, 2.770072, PRINTED_6); /* the parts the other way round */
    assert_near(theory_timeout_cost(mix_survival, NULL, 10, 10), 3.533875, PRINTED_6);
    assert_same(theory_timeout_cost(mix_survival, NULL, 0, 10), 10);
    assert_near(theory_timeout_weibull(1.46, 0.382, 10).idle_limit_s, 6.922450, PRINTED_6);
    assert_near(theory_timeout_pareto(1, 1.5, 10).idle_limit_s, 15, 1e-12);
    /* by hand: 1 + 2 (1 - 15^-0.5) + 10 * 15^-1.5 */
    assert_near(theory_timeout_pareto(1, 1.5, 10).cost_s, 1 + 2 * (1 - 1 / sqrt(15)) + 10 / (15 * sqrt(15)), 1e-12);
}

/* All or nothing: a hazard that never changes, one that grows, an opening that is worth less than the shortest gap. */
static void timeouts_at_the_ends(void **state) {
    (void)state;
    assert_same(theory_timeout_exponential(30, 10).idle_limit_s, 0);
    assert_same(theory_timeout_exponential(30, 10).cost_s, 10);
    assert_true(isinf(theory_timeout_exponential(5, 10).idle_limit_s));
    assert_same(theory_timeout_exponential(5, 10).cost_s, 5);
    assert_true(isinf(theory_timeout_weibull(5, 2, 10).idle_limit_s));
    assert_same(theory_timeout_weibull(50, 2, 10).idle_limit_s, 0);
    assert_same(theory_timeout_pareto(1, 1.5, 0.5).idle_limit_s, 0);
    assert_same(theory_timeout_pareto(8, 1.5, 6).idle_limit_s, 0); /* 9 s is above the shortest gap, but J(9) > 8 > 6 */
    assert_true(isinf(theory_timeout_mix(0.5, 2, 1, 10).idle_limit_s));
}

/* The law as numbers only: a grid of 200 values a decade is within 1.2 % in T, and J is flat there. */
static void timeouts_by_numbers(void **state) {
    (void)state;
    struct theory_timeout mix = theory_timeout_of(mix_survival, NULL, 1e-3, 1e5, 10), weibull = theory_timeout_of(weibull_survival, NULL, 1e-3, 1e5, 10);
    assert_near(mix.idle_limit_s, 2.408236, 0.03);
    assert_near(mix.cost_s, 2.770072, 1e-4);
    assert_near(weibull.idle_limit_s, 6.922450, 0.09);
    assert_near(weibull.cost_s, theory_timeout_weibull(1.46, 0.382, 10).cost_s, 1e-3);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exponential_gaps),
        cmocka_unit_test(exponential_gaps_and_a_limit),
        cmocka_unit_test(pareto_gaps),
        cmocka_unit_test(two_roads_to_the_exponential_gap),
        cmocka_unit_test(a_limit_of_one_is_off),
        cmocka_unit_test(requests_are_the_sum_of_their_tail),
        cmocka_unit_test(erlang),
        cmocka_unit_test(erlang_b_is_its_definition),
        cmocka_unit_test(room_for_k),
        cmocka_unit_test(one_server_any_law),
        cmocka_unit_test(closed_users),
        cmocka_unit_test(closed_users_by_mva),
        cmocka_unit_test(engset),
        cmocka_unit_test(the_close_race),
        cmocka_unit_test(best_timeouts),
        cmocka_unit_test(timeouts_at_the_ends),
        cmocka_unit_test(timeouts_by_numbers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
