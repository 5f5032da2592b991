/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * soak_coverage SEED [EXPERIMENTS]: coverage of the 95 % intervals, as a table (coverage.h says what is counted). Ends with 1 when
 * a share is outside 93 .. 97 %. The table of tests/README.md is this program's, with the seed that stands there.
 *
 * Every case has the ten replications that are the default.
 */
#define _POSIX_C_SOURCE 200809L
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "sim/kernel/text.h"
#include "tests/soak/coverage.h"

static const double LOW = 0.93, HIGH = 0.97;
enum { EXPERIMENTS = 1000 };

#define TEN "run.replications=10; "

static const struct coverage_case cases[] = {
    {"M/M/1 rho 0.5, 20,000 s", "mmc", "M/M/1 rho 0.5", TEN "run.warmup=1000s; run.horizon=20000s",
     {"customers", "wait", "response_p50", "response_p95", "response_p99"}},
    {"M/M/1 rho 0.8, 20,000 s", "mmc", "M/M/1 rho 0.8", TEN "run.warmup=1000s; run.horizon=20000s",
     {"customers", "response", "response_p50", "response_p95", "response_p99"}},
    {"M/M/1 rho 0.95, 300,000 s", "mmc", "M/M/1 rho 0.8",
     TEN "run.warmup=10000s; run.horizon=300000s; queue.arrival_rate=0.95/s",
     {"customers", "response", "response_p50", "response_p95", "response_p99"}},
    {"M/M/10 a 8, 5,000 s", "mmc", "M/M/10 a 8, Erlang C", TEN "run.warmup=200s; run.horizon=5000s",
     {"customers", "wait"}},
    {"closed N 50, 1 core, 1,000 s", "web", "closed N 50, Z 7 s, S 0.1 s, 1 core", TEN "run.warmup=100s; run.horizon=1000s",
     {"requests_per_s", "page_response"}},
    {"100 users, gaps exp 10 s, T 5 s", "web", "gaps exp 10 s, T 5 s", TEN "users.count=100; run.warmup=100s; run.horizon=400s",
     {"reuse_share", "connections_open", "requests_per_connection", "time_wait"}},
    {"same, limit 5", "web", "gaps exp 10 s, T 5 s, limit 5", TEN "users.count=100; run.warmup=100s; run.horizon=400s",
     {"reuse_share", "daemons_held", "requests_per_connection", "time_wait"}},
};

static double clock_s(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static bool put_row(const char *measure, const struct coverage *coverage) {
    double share = coverage_share(coverage), n = coverage->n;
    bool right = share >= LOW && share <= HIGH;
    char without[32] = "";
    if (coverage->without) snprintf(without, sizeof without, "  (%u without)", coverage->without);
    printf("  %-26s %9.6g %+8.2f %% %6.1f %% %7u %6u %7.1f %%%s%s\n", measure, coverage->exact,
           100 * (coverage->sum / n / coverage->exact - 1), 100 * coverage->sum_relative / n, coverage->below, coverage->above,
           100 * share, right ? "" : "  OUTSIDE", without);
    fflush(stdout);
    return right;
}

static size_t run_case(const struct coverage_case *what, uint32_t experiments, uint64_t seed, size_t *n_rows) {
    struct coverage rows[COVERAGE_MEASURES_MAX];
    double began_s = clock_s();
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    size_t wrong = 0, n = coverage_run(what, experiments, seed, cores > 0 ? (unsigned)cores : 1, rows);
    printf("%s (%.0f s)\n", what->name, clock_s() - began_s);
    for (size_t i = 0; i < n; i++)
        if (!put_row(what->measures[i], &rows[i])) wrong++;
    *n_rows += n;
    return wrong;
}

int main(int argc, char **argv) {
    double seed = 1, experiments = EXPERIMENTS;
    if (argc > 3 || (argc > 1 && !text_number(argv[1], strlen(argv[1]), &seed)) ||
        (argc > 2 && !text_number(argv[2], strlen(argv[2]), &experiments)) || !(seed >= 0 && seed < 9e15) ||
        !(experiments >= 1 && experiments <= 1e6)) {
        fprintf(stderr, "usage: soak_coverage [SEED [EXPERIMENTS]]\n");
        return STATUS_USAGE;
    }
    size_t wrong = 0, rows = 0;
    double began_s = clock_s();
    printf("%-28s %9s %10s %8s %7s %6s %9s\n", "10 replications", "exact", "bias", "±95 %", "below", "above", "covered");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        wrong += run_case(&cases[i], (uint32_t)experiments, (uint64_t)seed, &rows);
    printf("%.0f experiments of each, seeds from %.0f on, %.0f s; %zu of %zu measures outside %.0f .. %.0f %%\n", experiments, seed,
           clock_s() - began_s, wrong, rows, 100 * LOW, 100 * HIGH);
    printf("(an interval that covers with 95 %% is outside with a chance of %.2g)\n",
           coverage_false_alarm((uint32_t)experiments, LOW, HIGH));
    return wrong ? STATUS_CHECK_FAILED : STATUS_OK;
}
