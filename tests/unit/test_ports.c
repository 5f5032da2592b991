/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Ports and pools: the numbers of Linux, Poisson and Erlang against sums and published values, the chain of busy and idle connections against its
 * balance equations solved another way, and all of it against the web model.
 */
#include "tests/unit/workbench.h"

#include "models/advice/ports.h"
#include "models/theory.h"
#include "sim/experiment/estimate.h"

static void ports_of_linux(void **state) {
    (void)state;
    assert_near(theory_port_rate(28232, 60, 0), 470.5333333, 1e-6); /* 28,232 / 60 s */
    assert_near(ports_refused(10, 8), 0.121661, 1e-6);              /* Erlang B, published */
    assert_near(ports_refused(28232, 600 * 60.05), 1 - 28232 / (600 * 60.05), 1e-3); /* fluid limit: every fifth */
    assert_true(ports_refused(28232, 300 * 60.05) < 1e-12);
}

/* The sum of the law itself, term by term. */
static void quantiles_of_poisson(void **state) {
    (void)state;
    static const double means[] = {0.01, 1, 8, 60, 500};
    for (size_t i = 0; i < sizeof means / sizeof means[0]; i++) {
        double term = exp(-means[i]), sum = term, k = 0;
        while (sum < 0.999) sum += term *= means[i] / ++k;
        assert_near(ports_poisson_quantile(means[i], 0.999), k, 0.1);
    }
    assert_near(ports_poisson_quantile(393.47, 0.999), 456, 1); /* normal: 393.47 + 3.0902 sqrt(393.47) + (3.0902^2 - 1) / 6 + 1/2 */
}

/* ---- the chain by powers of its transition matrix ----------------------------------------------------- */

enum { BUSY_MAX = 25, IDLE_MAX = 4, STEPS = 300000 };

static struct pool_shares by_powers(double busy, int pool) {
    static double x[BUSY_MAX + 1][IDLE_MAX + 1], y[BUSY_MAX + 1][IDLE_MAX + 1];
    double rate = busy + BUSY_MAX;
    memset(x, 0, sizeof x);
    x[0][0] = 1;
    for (int step = 0; step < STEPS; step++) {
        memset(y, 0, sizeof y);
        for (int j = 0; j <= BUSY_MAX; j++)
            for (int i = 0; i <= pool; i++) {
                double up = j < BUSY_MAX ? busy / rate : 0, down = j / rate;
                if (j < BUSY_MAX) y[j + 1][i ? i - 1 : 0] += x[j][i] * up;
                if (j > 0) y[j - 1][i < pool ? i + 1 : pool] += x[j][i] * down;
                y[j][i] += x[j][i] * (1 - up - down);
            }
        memcpy(x, y, sizeof x);
    }
    struct pool_shares shares = {0};
    for (int j = 0; j <= BUSY_MAX; j++)
        for (int i = 0; i <= pool; i++) {
            shares.opens += i ? 0 : x[j][i];
            shares.idle += i * x[j][i];
        }
    return shares;
}

static void chain(void **state) {
    (void)state;
    static const double busy[] = {1, 2, 4};
    for (size_t b = 0; b < 3; b++)
        for (int pool = 1; pool <= IDLE_MAX; pool++) {
            struct pool_shares got = ports_pool(busy[b], (unsigned)pool), want = by_powers(busy[b], pool);
            assert_near(got.opens, want.opens, 1e-8);
            assert_near(got.idle, want.idle, 1e-8);
        }
    assert_near(ports_pool(3, 0).opens, 1, 0);
    for (unsigned pool = 1; pool < PORTS_POOL_MAX; pool++) /* also where next to nothing is opened */
        for (int b = 0; b < 5; b++)
            assert_true(ports_pool((const double[]){0.01, 2, 20, 60, 700}[b], pool).opens >= ports_pool((const double[]){0.01, 2, 20, 60, 700}[b], pool + 1).opens);
    /* Many under way, few idle: a walk as likely up as down, reflected at both ends, is uniform on 0 .. k. */
    assert_near(ports_pool(20000, 4).opens, 0.2, 1e-3);
}

static void pool_that_is_needed(void **state) {
    (void)state;
    unsigned pool = ports_pool_needed(24, 0.01);
    assert_true(ports_pool(24, pool).opens <= 0.01 && ports_pool(24, pool - 1).opens > 0.01);
    assert_int_equal(ports_pool_needed(20000, 1e-3), PORTS_POOL_MAX + 1);
}

/* ---- beside the web model ----------------------------------------------------------------------------- */

/* Nobody waits: visitors of one page, cores and threads for all of them. */
#define SETTINGS \
    "users.sessions=100; users.session_pages=1; users.objects=0; users.connections=1; users.rtt=0; cpu.request=exponential(100ms); " \
    "cpu.connection=0; cpu.fork=0; machine.cores=400; machine.ram=100GiB; server.architecture=event; server.worker_limit=400; " \
    "server.start=16; server.spare_max=400; server.spare_min=1; server.idle_limit=100000s; server.requests_per_connection=0; " \
    "server.backlog=4096; proxy.present=on; proxy.rtt=0; proxy.idle_limit=0; proxy.requests_per_connection=0; " \
    "proxy.connection_age_limit=0; run.warmup=100s; run.horizon=300s; "

enum { REPLICATIONS = 20, COLUMNS = 3 };

/* 20 replications of seed 1: Student t with 19 degrees, two-sided 0.1 %: 3.883. Seven means: one seed in 140 would fail. */
static void beside(const char *settings, const char *const *columns, const double *exact) {
    double rows[REPLICATIONS][COLUMNS];
    struct workbench bench;
    workbench_open(&bench, &model_web, SETTINGS);
    workbench_set(&bench, settings);
    for (uint32_t i = 0; i < REPLICATIONS; i++) {
        workbench_run_as(&bench, i, false);
        for (size_t c = 0; c < COLUMNS && columns[c]; c++) rows[i][c] = workbench_value(&bench, columns[c]);
    }
    for (size_t c = 0; c < COLUMNS && columns[c]; c++) {
        struct estimate estimate = estimate_of(&rows[0][c], REPLICATIONS, COLUMNS);
        printf("# %s %s: %.5g +- %.2g, exact %.5g\n", settings, columns[c], estimate.mean, estimate.half_width, exact[c]);
        if (!(fabs(estimate.mean - exact[c]) <= 3.883 * estimate.standard_error)) fail_msg("%s: %s", settings, columns[c]);
        assert_true(estimate.half_width < 0.05 * exact[c]); /* a wide one would prove nothing */
    }
    workbench_close(&bench);
}

static void simulated(void **state) {
    (void)state;
    struct pool_shares of_4 = ports_pool(10, 4), of_8 = ports_pool(10, 8);
    beside("proxy.pool_size=4", (const char *const[]){"proxy_connects_per_s", "proxy_idle", "proxy_ports"},
           (const double[]){100 * of_4.opens, of_4.idle, 10 + of_4.idle + 100 * of_4.opens * 60});
    beside("proxy.pool_size=8", (const char *const[]){"proxy_connects_per_s", "proxy_idle", NULL}, (const double[]){100 * of_8.opens, of_8.idle, 0});
    beside("proxy.pool_size=0", (const char *const[]){"proxy_ports", NULL}, (const double[]){100 * 60.1});
    /* Ports come back 60.1 s after they went, so it goes in cycles, of which four are looked at. */
    beside("run.warmup=60.1s; run.horizon=300.5s; proxy.pool_size=0; proxy.ports=5000", (const char *const[]){"bad_gateway_share", NULL}, (const double[]){ports_refused(5000, 100 * 60.1)});
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ports_of_linux), cmocka_unit_test(quantiles_of_poisson), cmocka_unit_test(chain),
        cmocka_unit_test(pool_that_is_needed), cmocka_unit_test(simulated),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
