/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/advice/ports_report.h"

#include <math.h>

#include "models/theory.h"
#include "sim/interface/report.h"
#include "sim/kernel/status.h"

enum { WORD_BYTES = 64 };

static const double QUANTILE = 0.999, REFUSED_MOST = 1e-3;

static const char *word(double value, int digits, char out[WORD_BYTES]) { return report_number(value, digits, out, WORD_BYTES); }

static double time_wait_s(const struct ports_question *q) { return q->server_closes ? 0 : q->time_wait_s; }

/* Ports that connections and TIME_WAIT take, by Little's law, of one address of the proxy to one server. */
static double load(const struct ports_question *q, struct pool_shares shares) {
    double open = q->per_s * q->response_s + shares.idle;
    return (open + q->per_s * shares.opens * time_wait_s(q)) / q->pairs;
}

/* ---- ports ------------------------------------------------------------------------------------------- */

static void put_bound(FILE *out, const struct ports_question *q) {
    char ports[WORD_BYTES], rate[WORD_BYTES], total[WORD_BYTES];
    double bound = theory_port_rate((unsigned)q->ports, time_wait_s(q), q->response_s);
    fprintf(out, "%s ports, each taken for %g s, %s:\n%s new connections/s at most", word(q->ports, 7, ports), q->response_s + time_wait_s(q),
            q->server_closes ? "since TIME_WAIT is the server's" : "TIME_WAIT included", word(bound, 5, rate));
    if (q->pairs > 1) fprintf(out, ", times %g pairs of addresses: %s", q->pairs, word(bound * q->pairs, 6, total));
    fprintf(out, "\n");
}

static void put_time_wait(FILE *out, const struct ports_question *q, double opened_per_s) {
    char entries[WORD_BYTES], bytes[WORD_BYTES];
    double n = opened_per_s * q->time_wait_s;
    struct report_scale scale = report_scale_of("B", n * q->time_wait_bytes);
    fprintf(out, "  TIME_WAIT at the %-6s    %10s   entries, %s %s\n", q->server_closes ? "server" : "proxy", word(n, 5, entries),
            word(n * q->time_wait_bytes / scale.si, 3, bytes), scale.name);
}

static bool put_ports(FILE *out, const struct ports_question *q, struct pool_shares shares) {
    char mean[WORD_BYTES], most[WORD_BYTES], share[WORD_BYTES];
    double opened_per_s = q->per_s * shares.opens, a = load(q, shares), refused = ports_refused(q->ports, a), used = fmin(a * (1 - refused), q->ports);
    fprintf(out, "  new connections           %10s /s\n", word(opened_per_s, 5, mean));
    fprintf(out, "  ports taken               %10s   of %g%s\n", word(used, 5, mean), q->ports, q->pairs > 1 ? ", of each pair" : "");
    if (refused < REFUSED_MOST) fprintf(out, "  ... 99.9 %% of the time     %10s   at most\n", word(ports_poisson_quantile(a, QUANTILE), 7, most));
    put_time_wait(out, q, opened_per_s * (1 - refused));
    if (refused >= REFUSED_MOST)
        fprintf(out, "  find no port              %10s %% of them; the first after %s s\n", word(100 * refused, 4, share),
                word(q->ports * q->pairs / opened_per_s, 4, most));
    return refused < REFUSED_MOST;
}

/* ---- the pool ---------------------------------------------------------------------------------------- */

static void put_row(FILE *out, const struct ports_question *q, double busy, unsigned pool) {
    char opens[WORD_BYTES], rate[WORD_BYTES], idle[WORD_BYTES], taken[WORD_BYTES];
    struct pool_shares shares = ports_pool(busy, pool);
    double opened_per_s = q->per_s * shares.opens;
    fprintf(out, "  %10u %12s %% %12s /s %10s %14s\n", pool, word(100 * shares.opens, 3, opens), word(opened_per_s, 3, rate),
            word(shares.idle, 3, idle), word(fmin(load(q, shares), q->ports), 4, taken));
}

static void put_needed(FILE *out, const struct ports_question *q, double busy) {
    unsigned pool = ports_pool_needed(busy, q->opening);
    if (pool <= PORTS_POOL_MAX) fprintf(out, "%u idle connections are enough for %g %% or fewer.\n", pool, 100 * q->opening);
    else fprintf(out, "For %g %% more than %d idle ones are needed, or several proxies.\n", 100 * q->opening, PORTS_POOL_MAX);
}

static void put_pools(FILE *out, const struct ports_question *q) {
    static const unsigned sizes[] = {0, 1, 2, 4, 8, 16, 32, 64};
    char mean[WORD_BYTES], most[WORD_BYTES];
    double busy = q->per_s * q->response_s;
    fprintf(out, "\nRequests under way: %s on average, 99.9 %% of the time at most %s.\n", word(busy, 4, mean),
            word(ports_poisson_quantile(busy, QUANTILE), 7, most));
    fprintf(out, "How many open a connection, by the idle ones that are kept at most:\n\n");
    fprintf(out, "  %10s %14s %15s %10s %14s\n", "pool", "open one", "new", "idle", "ports taken");
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) put_row(out, q, busy, sizes[i]);
    fputc('\n', out);
    put_needed(out, q, busy);
}

int ports_report(FILE *out, const struct ports_question *q) {
    char rate[WORD_BYTES];
    double busy = q->per_s * q->response_s;
    put_bound(out, q);
    fprintf(out, "\n%s requests/s of %g s, ", word(q->per_s, 6, rate), q->response_s);
    if (q->pool) fprintf(out, "a pool of %u idle connections:\n", q->pool);
    else fprintf(out, "a connection each:\n");
    bool enough = put_ports(out, q, ports_pool(busy, q->pool));
    put_pools(out, q);
    return enough ? STATUS_OK : STATUS_CHECK_FAILED;
}
