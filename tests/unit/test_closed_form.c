/* SPDX-License-Identifier: GPL-3.0-or-later
 * closed_form: which scenarios are special cases, and how often a right simulator is said to disagree. (That the forms are right is for
 * test_theory and linger verify.) */
#define _POSIX_C_SOURCE 200809L
#include "tests/unit/workbench.h"

#include "sim/experiment/closed_form.h"

/* The case of a measure after these settings, "" when there is none; the exact value goes to *exact. */
static const char *case_of(const struct model *model, const char *settings, const char *measure, double *exact) {
    struct workbench bench;
    const struct closed_form *forms[WORKBENCH_COLUMNS_MAX];
    double all[WORKBENCH_COLUMNS_MAX];
    workbench_open(&bench, model, settings);
    size_t column = model_column_find(model, measure), n = 0;
    size_t found = closed_form_find(&bench.scenario, forms, all);
    for (size_t c = 0; c < model_columns(model); c++) n += forms[c] != NULL;
    assert_int_equal(found, n);
    workbench_close(&bench);
    *exact = forms[column] ? all[column] : 0;
    return forms[column] ? forms[column]->of->name : "";
}

/* Exact values from Kleinrock's and Erlang's tables, or by hand. */
static void queues(void **state) {
    (void)state;
    static const struct { const char *settings, *measure, *name; double exact; } cases[] = {
        {"", "customers", "M/M/c", 4},
        {"queue.start=200", "response", "M/M/c", 5},
        {"queue.arrival_rate=1/s", "customers", "", 0},                          /* not stable */
        {"queue.service=exponential(1s) in 0s..9s", "customers", "", 0},
        {"queue.service=constant(1s)", "customers", "", 0},
        {"queue.discipline=ps; queue.service=constant(1s)", "customers", "M/G/1-PS", 4},
        {"queue.discipline=ps; queue.servers=2", "customers", "", 0},
        {"queue.discipline=ps; queue.room=1; queue.arrival_rate=1/s", "customers", "M/G/1/K-PS", 0.5},
        {"queue.room=1; queue.arrival_rate=1/s", "blocked_share", "M/G/c/c", 0.5},
        {"queue.room=2; queue.servers=2; queue.service=2s; queue.arrival_rate=1/s", "blocked_share", "M/G/c/c", 0.4},
        {"queue.room=3; queue.servers=2", "blocked_share", "", 0},
        {"", "customers_peak", "", 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        double exact;
        assert_string_equal(case_of(&model_mmc, cases[i].settings, cases[i].measure, &exact), cases[i].name);
        assert_near(exact, cases[i].exact, 1e-12);
    }
}

/* Every parameter that is not free takes the web model out of the case, whatever it is. */
static void web(void **state) {
    (void)state;
#define BARE "users.objects=0; users.connections=1; users.rtt=0; cpu.connection=0; cpu.fork=0; cpu.request=0; server.start=100; " \
             "server.spare_max=100; users.think=exponential(10s); "
    static const char *const outside[] = {
        "users.rtt=1ms", "users.objects=1", "server.architecture=event", "users.session_pages=3", "cpu.wake=1ms", "users.tls=1.3",
        "server.spare_max=99", "server.start=99", "machine.ram=50MB", "users.think=lognormal(1,1)", "cpu.request=1ms", "run.horizon=0"};
    double exact;
    assert_string_equal(case_of(&model_web, BARE, "reuse_share", &exact), "keep-alive renewal");
    assert_near(exact, 1 - exp(-0.5), 1e-3); /* without the request limit of 100 exactly */
    assert_string_equal(case_of(&model_web, BARE "memory.base=1MB; cpu.request=1ms; machine.cores=100", "reuse_share", &exact),
                        "keep-alive renewal");
    assert_string_equal(case_of(&model_web, BARE "server.keepalive=off", "requests_per_connection", &exact), "keep-alive renewal");
    assert_near(exact, 1, 1e-12);
    assert_string_equal(case_of(&model_web, BARE "cpu.request=exponential(100ms)", "requests_per_s", &exact), "closed users");
    for (size_t i = 0; i < sizeof outside / sizeof outside[0]; i++) {
        char settings[WORKBENCH_TEXT_BYTES];
        snprintf(settings, sizeof settings, "%s%s", BARE, outside[i]);
        if (*case_of(&model_web, settings, "reuse_share", &exact)) fail_msg("%s", outside[i]);
    }
}

/* t_{0.975}(9) = 2.262157 and t_{0.9995}(9) = 4.780913, from tables. */
static void probability(void **state) {
    (void)state;
    struct estimate estimate = {.mean = 5, .standard_error = 1, .n = 10};
    assert_near(closed_form_probability(&estimate, 5 - 2.262157), 0.05, 1e-7);
    assert_near(closed_form_probability(&estimate, 5 + 4.780913), 0.001, 1e-8);
    estimate.standard_error = 0;
    assert_same(closed_form_probability(&estimate, 5), 1);
    assert_same(closed_form_probability(&estimate, 4), 0);
    estimate.mean = 0;
    assert_true(isnan(closed_form_probability(&estimate, 1e-6))); /* never seen */
    estimate.n = 1;
    estimate.standard_error = NOTHING_OBSERVED;
    assert_true(isnan(closed_form_probability(&estimate, 4)));
}

/* 50,000 studies of ten normal replications (sums of 12 uniform numbers): 50 false alarms wanted, standard deviation 7; 4 of them to
 * each side. */
static void false_alarms(void **state) {
    (void)state;
    struct dice dice = {4};
    unsigned alarms = 0;
    for (int study = 0; study < 50000; study++) {
        double x[10];
        for (size_t i = 0; i < 10; i++) {
            x[i] = -6;
            for (int k = 0; k < 12; k++) x[i] += dice_uniform(&dice);
        }
        struct estimate estimate = estimate_of(x, 10, 1);
        alarms += closed_form_probability(&estimate, 0) < CLOSED_FORM_FALSE_ALARM;
    }
    assert_in_range(alarms, 22, 78);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(queues), cmocka_unit_test(web), cmocka_unit_test(probability), cmocka_unit_test(false_alarms)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
