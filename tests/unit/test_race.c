/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The race of two idle limits: the simulation of linger race beside the closed form, worked out here from each law. How often its intervals hold,
 * and whether its means are biased, is judged as intervals.h says. As many requests are simulated as make 150 races or more, 30 answers of 502 (two
 * million at most and 100,000 at least is what the command takes): 1.5 of these a replication.
 */
#include "tests/unit/intervals.h"

#include "models/advice/race_simulation.h"

/* P(window - rtt < gap < window) and P(gap < the smaller limit), by hand. 20 % must not be sent twice. */
struct law {
    const char *name;
    struct variate gap;
    double reuser_s, server_s, rtt_s, races, pooled, n_requests;
};

static void hold(const struct law *law) {
    char pooled[80], bad[80];
    struct race race = {.keeps = true, .reuser_s = law->reuser_s, .server_s = law->server_s, .rtt_s = law->rtt_s, .gap = law->gap,
                        .per_s = 100, .once = 0.2};
    struct race_shares shares = race_shares(&race);
    snprintf(pooled, sizeof pooled, "%s: met a close", law->name);
    snprintf(bad, sizeof bad, "%s: 502", law->name);
    struct intervals of_pooled = {.name = pooled, .exact = law->races / law->pooled};
    struct intervals of_bad = {.name = bad, .exact = 0.2 * law->races / (1 + 0.2 * law->races)};
    assert_near(shares.of_pooled, of_pooled.exact, 1e-9);
    assert_near(shares.bad, of_bad.exact, 1e-9);
    for (uint64_t seed = 1; seed <= INTERVALS_SEEDS; seed++) {
        struct race_simulated simulated = race_simulate(&race, law->n_requests, seed);
        intervals_add(&of_pooled, simulated.of_pooled);
        intervals_add(&of_bad, simulated.bad);
    }
    intervals_judge(&of_pooled);
    intervals_judge(&of_bad);
}

#define EVERYWHERE .low = -HUGE_VAL, .high = HUGE_VAL

static void exponential_60_before_5(void **state) {
    (void)state;
    hold(&(struct law){"exponential(5s), 60 s before 5 s", {.kind = VARIATE_EXPONENTIAL, .a = 5, EVERYWHERE}, 60, 5, 0.02, exp(-4.98 / 5) - exp(-1),
                       1 - exp(-1), 102000});
}
static void exponential_30_before_10(void **state) {
    (void)state;
    hold(&(struct law){"exponential(20s), 30 s before 10 s", {.kind = VARIATE_EXPONENTIAL, .a = 20, EVERYWHERE}, 30, 10, 0.1,
                       exp(-9.9 / 20) - exp(-0.5), 1 - exp(-0.5), 50000});
}
static void uniform_just_before(void **state) {
    (void)state;
    hold(&(struct law){"uniform(1s,9s), 4.9 s before 5 s", {.kind = VARIATE_UNIFORM, .a = 1, .b = 9, EVERYWHERE}, 4.9, 5, 0.4, 0.3 / 8, 3.9 / 8, 10000});
}
static void pareto_60_before_5(void **state) {
    (void)state;
    hold(&(struct law){"pareto(1s,1.5), 60 s before 5 s", {.kind = VARIATE_PARETO, .a = 1, .b = 1.5, EVERYWHERE}, 60, 5, 0.05,
                       pow(4.95, -1.5) - pow(5, -1.5), 1 - pow(5, -1.5), 110000});
}

static bool is_same(struct race_simulated a, struct race_simulated b) { return a.bad.mean >= b.bad.mean && a.bad.mean <= b.bad.mean; }

static void seeds_differ(void **state) {
    (void)state;
    struct race race = {.keeps = true, .reuser_s = 60, .server_s = 5, .rtt_s = 0.1, .gap = race_likeliest_gap(5), .per_s = 100, .once = 0.2};
    assert_true(is_same(race_simulate(&race, 1e4, 7), race_simulate(&race, 1e4, 7)));
    assert_false(is_same(race_simulate(&race, 1e4, 7), race_simulate(&race, 1e4, 8)));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exponential_60_before_5), cmocka_unit_test(exponential_30_before_10), cmocka_unit_test(uniform_just_before),
        cmocka_unit_test(pareto_60_before_5), cmocka_unit_test(seeds_differ),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
