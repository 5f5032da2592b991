/* SPDX-License-Identifier: GPL-3.0-or-later
 * heavy_tail: which parameters are found, the scenario's and those of classes. (Which laws have no variance: test_variate.) */
#define _POSIX_C_SOURCE 200809L
#include "tests/unit/workbench.h"

#include "sim/experiment/heavy_tail.h"

static void in_the_scenario(void **state) {
    (void)state;
    struct workbench bench;
    struct heavy_tail tails[4];
    workbench_open(&bench, &model_mmc, "queue.service=exponential(1s)");
    assert_int_equal(heavy_tail_find(&bench.scenario, tails, 4), 0);
    workbench_set(&bench, "queue.service=pareto(1s,1.5)");
    assert_int_equal(heavy_tail_find(&bench.scenario, tails, 4), 1);
    assert_string_equal(tails[0].parameter, "queue.service");
    assert_string_equal(tails[0].text, "pareto(1s,1.5)");
    assert_false(tails[0].no_mean);
    workbench_set(&bench, "queue.service=pareto(1s,1)");
    assert_int_equal(heavy_tail_find(&bench.scenario, tails, 4), 1);
    assert_true(tails[0].no_mean);
    workbench_set(&bench, "queue.service=pareto(1s,1) in 1s..9s");
    assert_int_equal(heavy_tail_find(&bench.scenario, tails, 4), 0);
    workbench_close(&bench);
}

/* Classes replace what the scenario says of its users; all else stays the scenario's. */
static void in_classes(void **state) {
    (void)state;
    struct workbench bench;
    struct heavy_tail tails[4];
    workbench_open(&bench, &model_web, "users.think=pareto(1s,1.2); cpu.request=pareto(1us,1.9)");
    assert_int_equal(heavy_tail_find(&bench.scenario, tails, 4), 2);
    static const char *const rows[] = {"think=5s", "think=pareto(2s,1.5); objects=pareto(1,1.1)"}, *names[] = {"calm", "wild"};
    workbench_classes(&bench, rows, 2);
    bench.scenario.workload.class_names = names;
    assert_int_equal(heavy_tail_find(&bench.scenario, tails, 4), 3);
    assert_string_equal(tails[0].parameter, "users.think");
    assert_string_equal(tails[0].class_name, "wild");
    assert_string_equal(tails[1].parameter, "users.objects");
    assert_string_equal(tails[2].parameter, "cpu.request");
    assert_null(tails[2].class_name);
    assert_int_equal(heavy_tail_find(&bench.scenario, tails, 1), 3); /* counted, though not written */
    workbench_close(&bench);
}

static void what_it_concerns(void **state) {
    (void)state;
    static const struct { const char *column; bool concerned; } columns[] = {
        {"connections_open", true}, {"requests_per_s", true}, {"page_response", true}, {"page_response_p50", false},
        {"page_response_p99", false}, {"reuse_share", true}};
    for (size_t i = 0; i < sizeof columns / sizeof columns[0]; i++)
        if (heavy_tail_concerns(&model_web, model_column_find(&model_web, columns[i].column)) != columns[i].concerned)
            fail_msg("%s", columns[i].column);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(in_the_scenario), cmocka_unit_test(in_classes),
                                       cmocka_unit_test(what_it_concerns)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
