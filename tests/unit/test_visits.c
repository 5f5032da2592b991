/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * From requests to pages and visits: a log by hand; order; the page gap between two humps that were put where they are; formulas
 * fitted to the quantiles of known ones.
 */
#include "tests/unit/unit.h"

#include "models/advice/gap_fit.h"
#include "models/advice/visits.h"

struct bench {
    struct arena arena;
    struct request_log log;
};

static int open_bench(void **state) {
    struct bench *bench = calloc(1, sizeof *bench);
    assert_non_null(bench);
    arena_open(&bench->arena, (size_t)1 << 33);
    request_log_open(&bench->log, true, &bench->arena);
    *state = bench;
    return 0;
}
static int close_bench(void **state) {
    struct bench *bench = *state;
    request_log_close(&bench->log);
    arena_close(&bench->arena);
    free(bench);
    return 0;
}

static void add(struct bench *bench, const char *client, double time_s, int64_t bytes, const char *path, const char *connection) {
    struct logged logged = {.time_us = (int64_t)llround(time_s * 1e6), .duration_us = -1, .bytes = bytes,
                            .flags = request_log_is_dynamic(span_of(path)) ? LOGGED_DYNAMIC : 0};
    request_log_add(&bench->log, logged, span_of(client), span_of(connection));
}

/* a: page at 0 (1 + 2 objects), page at 10, a visit later (gap 100) a page of 1 + 1. b: one page between. */
static void by_hand(void **state) {
    struct bench *bench = *state;
    add(bench, "a", 0, 100, "/x.php", "");
    add(bench, "a", 0.5, 10, "/1.png", "");
    add(bench, "a", 1.0, 20, "/2.png", "");
    add(bench, "a", 10, 300, "/?q", "");
    add(bench, "a", 110, 500, "/y", "");
    add(bench, "b", 5, 700, "/z.html", "");    /* out of order */
    add(bench, "a", 110.5, 30, "/3.png", "");
    assert_int_equal(bench->log.n_out_of_order, 1);
    request_log_sort(&bench->log);
    assert_int_equal(bench->log.requests[3].client, 1);
    assert_int_equal(bench->log.resolution_us, 1000);
    assert_string_equal(bench->log.names[1], "b");
    struct visits visits;
    visits_open(&visits, &bench->log, 1, 60, &bench->arena);
    assert_int_equal(visits.n_pages, 4);
    assert_int_equal(visits.n_visits, 3);
    assert_int_equal(visits.n_dynamic, 2);
    assert_int_equal(visits.think_s.n, 1);
    assert_same(visits.think_s.values[0], 9); /* from the last object to the next page */
    assert_int_equal(visits.pages.n, 3);
    assert_near(visits.pages.mean, 4.0 / 3, 1e-12);
    assert_near(visits.objects.mean, 3.0 / 4, 1e-12);
    assert_near(visits.document_bytes.mean, 400, 1e-9);
    assert_near(visits.object_bytes.mean, 20, 1e-9);
    assert_near(visits.page_s.mean, 1.5 / 4, 1e-12);
    assert_int_equal(visits.how, GAP_GIVEN);
}

/* Pages of six over two connections, of eight over three, in 30 : 1. */
static void connections_of_a_page(void **state) {
    struct bench *bench = *state;
    static const char *const names[] = {"1", "2", "3"};
    for (int page = 0; page < 31; page++)
        for (int i = 0; i < (page < 30 ? 6 : 8); i++) add(bench, "a", 100 * page + i * 0.01, 1, "/", names[i % (page < 30 ? 2 : 3)]);
    struct visits visits;
    request_log_sort(&bench->log);
    visits_open(&visits, &bench->log, 1, 1e6, &bench->arena);
    assert_int_equal(visits.connections, 2); /* 30/31 > 95 % */
}

/* Two humps of logarithms, around 0.05 s and 20 s, a decade wide each: the cut lies between them. */
static void the_gap_between_two_humps(void **state) {
    struct bench *bench = *state;
    struct dice dice = {5};
    double now_s = 0;
    int pages = 1;
    add(bench, "a", now_s, 1, "/", "");
    for (int i = 0; i < 5000; i++) {
        bool think = dice_below(&dice, 6) == 0;
        double middle = think ? 20 : 0.05;
        now_s += middle * pow(10, dice_uniform(&dice) - 0.5);
        pages += think;
        add(bench, "a", now_s, 1, "/", "");
    }
    struct visits visits;
    request_log_sort(&bench->log);
    visits_open(&visits, &bench->log, 0, 1800, &bench->arena);
    assert_int_equal(visits.how, GAP_FOUND);
    assert_true(visits.page_gap_s > 0.16 && visits.page_gap_s < 6.3);
    assert_int_equal(visits.n_pages, pages);
}

/* Rotated logs come whole and in any order: as sorted by an insertion that keeps equals in order. */
static void order_against_insertion(void **state) {
    struct bench *bench = *state;
    enum { N = 3000 };
    static int64_t times[N];
    static int64_t marks[N];
    struct dice dice = {6};
    for (int i = 0; i < N; i++) {
        int64_t time_us = (i % 1000 + (int64_t)dice_below(&dice, 20)) * 1000000;
        request_log_add(&bench->log, (struct logged){.time_us = time_us, .bytes = i}, span_of("a"), (struct span){0});
        int k = i;
        for (; k > 0 && times[k - 1] > time_us; k--) {
            times[k] = times[k - 1];
            marks[k] = marks[k - 1];
        }
        times[k] = time_us;
        marks[k] = i;
    }
    request_log_sort(&bench->log);
    for (int i = 0; i < N; i++) assert_int_equal(bench->log.requests[i].bytes, marks[i]);
}

/* The parts of 0, 1, 2, 3 in two are 0.5 and 2.5; in three, 1/4 of their sum is kept in each way. */
static void parts_keep_the_mean(void **state) {
    (void)state;
    double values[] = {0, 1, 2, 3}, out[8];
    struct sample_of sample = {.n = 4, .values = values, .mean = 1.5, .is_sorted = true};
    sample_of_parts(&sample, 2, false, out);
    assert_near(out[0], 0.5, 1e-12);
    assert_near(out[1], 2.5, 1e-12);
    sample_of_parts(&sample, 3, false, out);
    assert_near(out[0], 0.25, 1e-12);
    assert_near(out[1], 1.5, 1e-12);
    assert_near(out[2], 2.75, 1e-12);
    sample_of_parts(&sample, 8, true, out); /* more parts than values: each twice */
    for (int i = 0; i < 8; i++) assert_near(out[i], i / 2, 1e-12);
    sample_of_parts(&sample, 2, true, out);
    assert_near(out[0] + out[1], 3, 1e-12);
}

/* Values at the quantiles (i - 1/2)/n of a law: the fit is that law, and is said to be good; two heaps are not. */
static void fits(struct bench *bench, const char *name, double (*quantile)(double), double a, double b) {
    enum { N = 4000 };
    double *values = ARENA_NEW(&bench->arena, N, double), sum = 0;
    for (int i = 0; i < N; i++) sum += values[i] = quantile((i + 0.5) / N);
    struct sample_of sample = {.n = N, .values = values, .mean = sum / N, .is_sorted = true};
    struct gap_fit fit = gap_fit_best(&sample, 0, &bench->arena);
    char law[40];
    double got_a, got_b;
    if (sscanf(fit.text, "%39[a-z](%lf,%lf)", law, &got_a, &got_b) != 3) fail_msg("cannot read %s", fit.text);
    assert_string_equal(law, name);
    assert_near(got_a / a, 1, 0.03);
    assert_near(got_b / b, 1, 0.03);
    if (!fit.is_good || fit.distance > 0.01) fail_msg("%s is off by %g, mean %g of %g", fit.text, fit.distance, fit.mean, sample.mean);
}

static double lognormal(double p) { /* exp(2 + z), z by bisection of the error function */
    double low = -9, high = 9;
    for (int i = 0; i < 60; i++) {
        double middle = (low + high) / 2;
        if (erfc(-middle / sqrt(2)) / 2 < p) low = middle;
        else high = middle;
    }
    return exp(2 + low);
}
static double weibull(double p) { return 10 * pow(-log1p(-p), 1 / 0.7); }
static double pareto(double p) { return 2 * pow(1 - p, -1 / 1.8); }
static double two_heaps(double p) { return p < 0.5 ? 1 + p : 1000 + p; }

static void known_laws(void **state) {
    struct bench *bench = *state;
    fits(bench, "lognormal", lognormal, 2, 1);
    fits(bench, "weibull", weibull, 10, 0.7);
    fits(bench, "pareto", pareto, 2, 1.8);
    double values[200];
    for (int i = 0; i < 200; i++) values[i] = two_heaps((i + 0.5) / 200);
    struct sample_of sample = {.n = 200, .values = values, .mean = 501.25, .is_sorted = true};
    assert_false(gap_fit_best(&sample, 0, &bench->arena).is_good);
    sample.n = 10;
    assert_string_equal(gap_fit_best(&sample, 0, &bench->arena).text, "");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(by_hand, open_bench, close_bench),
        cmocka_unit_test_setup_teardown(connections_of_a_page, open_bench, close_bench),
        cmocka_unit_test_setup_teardown(the_gap_between_two_humps, open_bench, close_bench),
        cmocka_unit_test_setup_teardown(order_against_insertion, open_bench, close_bench),
        cmocka_unit_test(parts_keep_the_mean),
        cmocka_unit_test_setup_teardown(known_laws, open_bench, close_bench),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
