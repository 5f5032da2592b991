/* SPDX-License-Identifier: GPL-3.0-or-later
 * factor and sweep: the texts of --vary against levels written by hand, and the order of the design. */
#define _POSIX_C_SOURCE 200809L
#include "tests/unit/unit.h"

#include <string.h>

#include "sim/experiment/sweep.h"
#include "tests/unit/specimen.h"

struct bench {
    struct arena arena;
    struct scenario base;
};

static int set_up(void **state) {
    struct bench *bench = calloc(1, sizeof *bench);
    arena_open(&bench->arena, (size_t)1 << 32);
    bench->base = scenario_open(&specimen, "test", &bench->arena);
    *state = bench;
    return 0;
}

static int tear_down(void **state) {
    struct bench *bench = *state;
    arena_close(&bench->arena);
    free(bench);
    return 0;
}

/* ---- levels ------------------------------------------------------------------------------------ */

/* Levels joined with bars, as the parameter holds them (SI); "!" and the number of complaints when refused. */
static const char *levels(struct bench *bench, const char *vary) {
    static char text[4096]; /* of this test program only */
    struct factor factor;
    struct diag diag = {0};
    size_t index, used = 0;
    if (!factor_parse(vary, &bench->base, &factor, NULL, &bench->arena, &diag)) {
        assert_false(diag_ok(&diag));
        snprintf(text, sizeof text, "!%zu", diag.count);
        return text;
    }
    assert_true(diag_ok(&diag));
    struct scenario trial = scenario_copy(&bench->base, &bench->arena);
    const struct param_set *table = factor_table(&trial, factor.key, &index);
    for (size_t i = 0; i < factor.n_levels; i++) {
        char level[256];
        specimen_set(&trial, factor.key, factor.levels[i]);
        param_print(table, index, level, sizeof level);
        used += (size_t)snprintf(text + used, sizeof text - used, "%s%s", i ? "|" : "", level);
    }
    return text;
}

static void lists(void **state) {
    assert_string_equal(levels(*state, "test.level=0,1,2.5,60"), "0|1|2.5|60");
    assert_string_equal(levels(*state, "test.level = 3 "), "3");
    assert_string_equal(levels(*state, "test.word=right,left"), "right|left");
    assert_string_equal(levels(*state, "test.gap=250ms,1s,2min"), "0.25|1|120");
    assert_string_equal(levels(*state, "test.share=0,25%,1"), "0|0.25|1");
    assert_string_equal(levels(*state, "run.warmup=0,10s"), "0|10");
}

static void ranges(void **state) {
    assert_string_equal(levels(*state, "test.level=1..5 step 1"), "1|2|3|4|5");
    assert_string_equal(levels(*state, "test.level=0..10 step 4"), "0|4|8");
    /* 0.6 / 0.1 is 5.999999999999999 */
    assert_string_equal(levels(*state, "test.level=0.1..0.7 step 0.1"), "0.1|0.2|0.3|0.4|0.5|0.6|0.7");
    assert_string_equal(levels(*state, "test.level=0..1 step 0.1"),
                        "0|0.1|0.2|0.3|0.4|0.5|0.6|0.7|0.8|0.9|1");
    assert_string_equal(levels(*state, "test.gap=100ms..1s step 300ms"), "0.1|0.4|0.7|1");
    assert_string_equal(levels(*state, "test.gap=100ms..200ms step 25ms"),
                        "0.1|0.125|0.15|0.175|0.2"); /* below min */
    assert_string_equal(levels(*state, "test.share=0%..100% step 50%"), "0|0.5|1");
    assert_string_equal(levels(*state, "test.count=5..5 step 1"), "5");
}

/* 0.1, 0.1 * 1000^(1/3) = 1, 10, 100; 1..2 in three: sqrt(2) = 1.41421 to six digits. */
static void progressions(void **state) {
    assert_string_equal(levels(*state, "test.level=log 0.1..100 x 4"), "0.1|1|10|100");
    assert_string_equal(levels(*state, "test.level=log 1..2 x3"), "1|1.41421|2");
    assert_string_equal(levels(*state, "test.gap=log 100ms..10s x 3"), "0.1|1|10");
    /* 1, 1.58, 2.51, 3.98, 6.31, 10: whole numbers, the doubled ones merged */
    assert_string_equal(levels(*state, "test.count=log 1..10 x 6"), "1|2|3|4|6|10");
    assert_string_equal(levels(*state, "test.count=log 1..3 x 6"), "1|2|3");
}

static void mixtures(void **state) {
    assert_string_equal(levels(*state, "test.level=0,1..3 step 1,log 10..1000 x 3"),
                        "0|1|2|3|10|100|1000");
}

static void commas_inside_parentheses(void **state) {
    assert_string_equal(levels(*state, "test.think=exponential(3),uniform(1,5),2"),
                        "exponential(3)|uniform(1,5)|2");
    assert_string_equal(levels(*state, "test.think=mix(0.5,exponential(1),exponential(9)),1"),
                        "mix(0.5,exponential(1),exponential(9))|1");
    assert_string_equal(levels(*state, "test.think=pareto(1,1.5) in 0..100,3"),
                        "pareto(1,1.5) in 0..100|3");
    assert_string_equal(levels(*state, "test.think=1..3 step 1"), "1|2|3");
}

static void what_is_wrong_is_said(void **state) {
    const char *const wrong[] = {"test.level",
                                 "test.level=",
                                 "test.level=1,",
                                 "test.level=1,,2",
                                 "test.level=1..5",
                                 "test.level=5..1 step 1",
                                 "test.level=1..5 step 0",
                                 "test.level=1..5 step -1",
                                 "test.level=1..x step 1",
                                 "test.level=log 0..5 x 3",
                                 "test.level=log 1..5",
                                 "test.level=log 1..5 x 1",
                                 "test.level=log 5..1 x 3",
                                 "test.level=log 1..5 x many",
                                 "test.level=0..1e9 step 1",
                                 "test.level=-1",
                                 "test.level=nan",
                                 "test.gap=1kB",
                                 "test.word=up",
                                 "test.level=1,1",
                                 "test.gap=1s,1000ms",
                                 "test.level=1..3 step 1,2",
                                 "test.nothing=1",
                                 "=1",
                                 "run.model=specimen",
                                 "workload.file=a.csv",
                                 "test.count=1.5",
                                 "test.gap=0.01..1 step 0.01"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        if (levels(*state, wrong[i])[0] != '!') fail_msg("accepted: %s", wrong[i]);
    assert_string_equal(levels(*state, "test.count=0,1,x,2.5"),
                        "!3"); /* all of them, not only the first */
}

/* ---- the design ---------------------------------------------------------------------------------- */

static bool open_design(struct bench *bench, struct sweep *sweep, const char *const *varies,
                        size_t n, struct diag *diag) {
    struct factor *factors = ARENA_NEW(&bench->arena, n, struct factor);
    for (size_t i = 0; i < n; i++)
        assert_true(factor_parse(varies[i], &bench->base, &factors[i], NULL, &bench->arena, diag));
    return sweep_open(sweep, &bench->base, factors, n, NULL, &bench->arena, diag);
}

static void the_first_factor_is_slowest(void **state) {
    struct bench *bench = *state;
    const char *const varies[] = {"test.word=left,right", "test.level=1,2,3"};
    const double word[] = {0, 0, 0, 1, 1, 1}, level[] = {1, 2, 3, 1, 2, 3};
    struct sweep sweep;
    struct diag diag = {0};
    assert_true(open_design(bench, &sweep, varies, 2, &diag));
    assert_int_equal(sweep.n_points, 6);
    for (size_t i = 0; i < 6; i++) {
        assert_same(sweep.points[i].params.values[SPECIMEN_WORD].number, word[i]);
        assert_same(sweep.points[i].params.values[SPECIMEN_LEVEL].number, level[i]);
        assert_int_equal(sweep_level(&sweep, i, 0), (size_t)word[i]);
        assert_int_equal(sweep_level(&sweep, i, 1), (size_t)level[i] - 1);
        assert_same(sweep.points[i].run.values[RUN_SEED].number,
                    bench->base.run.values[RUN_SEED].number);
    }
    assert_same(bench->base.params.values[SPECIMEN_LEVEL].number, 7); /* untouched */
}

static void nothing_varied_is_one_point(void **state) {
    struct bench *bench = *state;
    struct sweep sweep;
    struct diag diag = {0};
    assert_true(sweep_open(&sweep, &bench->base, NULL, 0, NULL, &bench->arena, &diag));
    assert_int_equal(sweep.n_points, 1);
    assert_same(sweep.points[0].params.values[SPECIMEN_LEVEL].number, 7);
}

static void refused_designs(void **state) {
    struct sweep sweep;
    struct diag twice = {0}, many = {0}, pair = {0};
    const char *const repeated[] = {"test.level=1", "test.level=2"};
    const char *const huge[] = {"test.level=1..1000 step 1", "test.count=1..1000 step 1"};
    const char *const warm[] = {"run.horizon=100,10",
                                "run.warmup=5,50"}; /* 10 with 50: no time is left */
    assert_false(open_design(*state, &sweep, repeated, 2, &twice));
    assert_int_equal(twice.status, STATUS_USAGE);
    assert_false(open_design(*state, &sweep, huge, 2, &many));
    assert_int_equal(many.status, STATUS_USAGE);
    assert_false(open_design(*state, &sweep, warm, 2, &pair));
    assert_int_equal(pair.count, 1);
    assert_non_null(strstr(pair.text[0], "run.horizon=10, run.warmup=50"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(lists, set_up, tear_down),
        cmocka_unit_test_setup_teardown(ranges, set_up, tear_down),
        cmocka_unit_test_setup_teardown(progressions, set_up, tear_down),
        cmocka_unit_test_setup_teardown(mixtures, set_up, tear_down),
        cmocka_unit_test_setup_teardown(commas_inside_parentheses, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_wrong_is_said, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_first_factor_is_slowest, set_up, tear_down),
        cmocka_unit_test_setup_teardown(nothing_varied_is_one_point, set_up, tear_down),
        cmocka_unit_test_setup_teardown(refused_designs, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
