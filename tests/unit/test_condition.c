/* SPDX-License-Identifier: GPL-3.0-or-later
 * condition and criterion: what is wanted, in words, on the columns of the model mmc; verdicts worked out by hand. */
#include "tests/unit/unit.h"

#include <string.h>

#include "models/models.h"
#include "sim/interface/condition.h"

struct bench {
    struct arena arena;
    struct diag diag;
};

static int set_up(void **state) {
    struct bench *bench = calloc(1, sizeof *bench);
    arena_open(&bench->arena, 1 << 24);
    *state = bench;
    return 0;
}

static int tear_down(void **state) {
    struct bench *bench = *state;
    arena_close(&bench->arena);
    free(bench);
    return 0;
}

static size_t column(const char *name) { return model_column_find(&model_mmc, name); }

static void sums(void **state) {
    struct bench *bench = *state;
    struct weighted_sum sum;
    assert_true(condition_sum("response_p95", "t", &model_mmc, &sum, &bench->arena, &bench->diag));
    assert_int_equal(sum.n, 1);
    assert_int_equal(sum.column[0], column("response_p95"));
    assert_string_equal(sum.unit, "s");
    assert_true(condition_sum(" -2 * customers*3 + 0.5*wait - response ", "t", &model_mmc, &sum, &bench->arena, &bench->diag));
    assert_int_equal(sum.n, 3);
    assert_same(sum.weight[0], -6);
    assert_same(sum.weight[1], 0.5);
    assert_same(sum.weight[2], -1);
    assert_string_equal(sum.unit, "");
    double row[64] = {0};
    row[column("customers")] = 2, row[column("wait")] = 8, row[column("response")] = 1;
    assert_same(weighted_sum_of(&sum, row), -12 + 4 - 1);
    row[column("wait")] = (double)NAN;
    assert_true(isnan(weighted_sum_of(&sum, row)));
}

static void limits(void **state) {
    struct bench *bench = *state;
    struct limit limit;
    assert_true(condition_limit("response_p95 < 500ms", "t", &model_mmc, &limit, &bench->arena, &bench->diag));
    assert_true(!limit.above && !limit.or_equal);
    assert_same(limit.value, 0.5);
    assert_true(condition_limit("customers_per_s>=30/min", "t", &model_mmc, &limit, &bench->arena, &bench->diag));
    assert_true(limit.above && limit.or_equal);
    assert_same(limit.value, 0.5);
    assert_true(condition_limit("blocked_share <= 80%", "t", &model_mmc, &limit, &bench->arena, &bench->diag));
    assert_same(limit.value, 0.8);
    assert_true(condition_limit("customers - 2*wait < -3", "t", &model_mmc, &limit, &bench->arena, &bench->diag));
    assert_same(limit.value, -3);
}

static void objectives(void **state) {
    struct bench *bench = *state;
    struct wish wish = {0};
    bench->diag = (struct diag){0};
    assert_true(condition_objective("maximise customers_per_s subject to response < 2s and wait < 100ms", "t", &model_mmc, &wish,
                                    &bench->arena, &bench->diag));
    assert_true(wish.maximise && wish.has_objective);
    assert_int_equal(wish.n_limits, 2);
    assert_string_equal(wish.objective.text, "customers_per_s");
    assert_string_equal(wish.limits[1].text, "wait < 100ms");
    assert_same(wish.limits[1].value, 0.1);
    assert_false(condition_objective("minimise wait", "t", &model_mmc, &wish, &bench->arena, &bench->diag));
}

static void wrong(struct bench *bench, const char *text, const char *part) {
    struct wish wish = {0};
    bench->diag = (struct diag){0};
    assert_false(condition_objective(text, "--objective", &model_mmc, &wish, &bench->arena, &bench->diag));
    assert_int_equal(bench->diag.status, STATUS_USAGE);
    if (!strstr(bench->diag.text[0], part)) fail_msg("'%s' is not in: %s", part, bench->diag.text[0]);
}

static void wrong_words(void **state) {
    struct bench *bench = *state;
    wrong(bench, "", "minimise or maximise");
    wrong(bench, "wait", "minimise or maximise");
    wrong(bench, "minimise", "measures and numbers");
    wrong(bench, "minimise 5", "measures and numbers");
    wrong(bench, "minimise wait*response", "measures and numbers");
    wrong(bench, "minimise wait +", "measures and numbers");
    wrong(bench, "minimise wait response", "measures and numbers");
    wrong(bench, "minimise wiat", "did you mean 'wait'?");
    wrong(bench, "minimise wait subject to response", "what it must keep to");
    wrong(bench, "minimise wait subject to response <", "what it must keep to");
    wrong(bench, "minimise wait subject to response < 5MB", "a time, like 500ms");
    wrong(bench, "minimise wait subject to response < 1 and", "read '1 and' after");
}

/* 4, 6, 5 has mean 5 and half-width 4.303 / sqrt(3) = 2.484 (Student's t with 2 degrees of freedom: 4.3027): 2.516 .. 7.484. */
static void verdicts(void **state) {
    (void)state;
    const double rows[] = {4, 6, 5};
    struct limit limit = {.sum = {.n = 1, .column = {0}, .weight = {1}}, .value = 7.49};
    struct estimate estimate = weighted_sum_estimate(&limit.sum, rows, 3, 1);
    assert_near(estimate.half_width, 4.302653 / sqrt(3), 1e-6);
    assert_int_equal(limit_judge(&limit, &estimate, 3, false), LIMIT_HOLDS);
    limit.value = 7.48;
    assert_int_equal(limit_judge(&limit, &estimate, 3, false), LIMIT_UNDECIDED);
    limit.value = 2.51;
    assert_int_equal(limit_judge(&limit, &estimate, 3, false), LIMIT_FAILS);
    limit.above = true;
    assert_int_equal(limit_judge(&limit, &estimate, 3, false), LIMIT_HOLDS);
    /* a replication that saw nothing: what the others saw is a selection */
    assert_int_equal(limit_judge(&limit, &estimate, 4, false), LIMIT_UNDECIDED);
}

/* Without any spread the value itself decides, and "at the value" is what tells < from <=. One replication has no interval. */
static void verdicts_without_spread(void **state) {
    (void)state;
    const double rows[] = {5, 5};
    struct limit limit = {.sum = {.n = 1, .column = {0}, .weight = {1}}, .value = 5};
    struct estimate estimate = weighted_sum_estimate(&limit.sum, rows, 2, 1);
    assert_int_equal(limit_judge(&limit, &estimate, 2, false), LIMIT_FAILS);
    limit.or_equal = true;
    assert_int_equal(limit_judge(&limit, &estimate, 2, false), LIMIT_HOLDS);
    estimate = weighted_sum_estimate(&limit.sum, rows, 1, 1);
    assert_int_equal(limit_judge(&limit, &estimate, 1, false), LIMIT_UNDECIDED);
    assert_int_equal(limit_judge(&limit, &estimate, 1, true), LIMIT_HOLDS);
    assert_same(limit_excess(&limit, 4), 0);
    assert_same(limit_excess(&limit, 7.5), 0.5);
    limit.above = true;
    assert_same(limit_excess(&limit, 4), 0.2);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(sums, set_up, tear_down),
        cmocka_unit_test_setup_teardown(limits, set_up, tear_down),
        cmocka_unit_test_setup_teardown(objectives, set_up, tear_down),
        cmocka_unit_test_setup_teardown(wrong_words, set_up, tear_down),
        cmocka_unit_test(verdicts),
        cmocka_unit_test(verdicts_without_spread),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
