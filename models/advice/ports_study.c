/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/advice/ports_study.h"

#include <math.h>
#include <stdarg.h>

#include "models/models.h"
#include "models/web/params.h"
#include "models/web/web.h"
#include "sim/kernel/text.h"

static const double QUANTILE = 0.999, REFUSED_MOST = 1e-3;
static const unsigned sizes[] = {0, 1, 2, 4, 8, 16, 32, 64};
enum { SIZES = sizeof sizes / sizeof sizes[0] };

/* ---- what is simulated ---------------------------------------------------------------------------------- */

static int read_scenario(struct ports_study *study) {
    int code = study_request_scenario(study->request, &study->scenario, study->arena);
    if (code != STATUS_OK) return code;
    if (study->scenario.model != &model_web) return cli_usage("ports", "model %s has no connections", study->scenario.model->name);
    const struct param_value *v = study->scenario.params.values;
    study->has_proxy = v[PROXY_PRESENT].number > 0;
    study->keeps = v[SERVER_KEEPALIVE].number > 0 && v[SERVER_IDLE_LIMIT].number > 0 && (int)v[SERVER_REQUESTS_PER_CONNECTION].number != 1;
    study->server_closes = !study->keeps || (v[PROXY_POOL_SIZE].number <= 0 && (int)v[PROXY_CLOSES_FIRST].number == CLOSES_FIRST_SERVER);
    study->n_ports = v[study->has_proxy ? PROXY_PORTS : USERS_PORTS].number;
    study->n_processes = v[PROXY_PROCESSES].number;
    study->time_wait_s = v[TCP_TIME_WAIT].number;
    study->time_wait_bytes = v[MEMORY_TIME_WAIT].number;
    return STATUS_OK;
}

static void add_point(struct ports_study *study, unsigned pool) {
    struct diag diag = {0};
    char text[TEXT_NUMBER_BYTES];
    struct scenario *point = &study->points[study->n_pools];
    *point = scenario_copy(&study->scenario, study->arena);
    if (pool != (unsigned)study->scenario.params.values[PROXY_POOL_SIZE].number)
        scenario_assign(point, "proxy.pool_size", text_print_number(pool, text, sizeof text), (struct place){.file = "ports"}, NULL, &diag);
    SIM_ASSERT(diag_ok(&diag));
    study->pools[study->n_pools++] = pool;
}

/* The scenario and, where a pool is of use, other sizes of it, by size. */
static void set_points(struct ports_study *study) {
    unsigned own = (unsigned)study->scenario.params.values[PROXY_POOL_SIZE].number;
    size_t i = 0;
    if (study->has_proxy && study->keeps)
        for (; i < SIZES && sizes[i] < own; i++) add_point(study, sizes[i]);
    study->own = study->n_pools;
    add_point(study, own);
    if (study->has_proxy && study->keeps)
        for (; i < SIZES; i++)
            if (sizes[i] > own) add_point(study, sizes[i]);
}

/* ---- what is observed of a replication --------------------------------------------------------------------- */

static double at(const double *row, const char *column) {
    size_t c = model_column_find(&model_web, column);
    SIM_ASSERT(c < model_columns(&model_web));
    return row[c];
}

static double ratio(double a, double b) { return b > 0 ? a / b : NOTHING_OBSERVED; }

static double closes(const double *row) {
    static const char *const why[] = {"closed_by_idle_limit", "closed_by_request_limit", "closed_keepalive_off", "closed_by_age_limit",
                                      "closed_by_reclaim", "closed_by_dying_process", "closed_as_asked", "closed_by_header_limit", "closed_by_client"};
    double sum = 0;
    for (size_t i = 0; i < sizeof why / sizeof why[0]; i++) sum += at(row, why[i]);
    return sum;
}

static void observe_proxy(const double *row, double seen[PORTS_OBSERVED]) {
    double refused = at(row, "bad_gateway_ports_per_s"), connects = at(row, "proxy_connects_per_s");
    seen[SEEN_REQUESTS] += at(row, "bad_gateway_per_s");
    seen[SEEN_RESPONSE] = ratio(at(row, "proxy_connections") - at(row, "proxy_idle"), at(row, "requests_per_s"));
    double hits = at(row, "proxy_hit_share"), sent = hits < 1 ? connects / (1 - hits) : hits; /* a second; 1: none was opened */
    seen[SEEN_OPENS] = ratio(connects + refused, sent + refused);
    seen[SEEN_CONNECTS] = connects;
    seen[SEEN_CONNECTIONS] = at(row, "proxy_connections");
    seen[SEEN_POOLED] = at(row, "proxy_idle");
    seen[SEEN_PORTS] = at(row, "proxy_ports");
    seen[SEEN_PORTS_PEAK] = at(row, "proxy_ports_peak");
    seen[SEEN_REFUSED] = ratio(refused, connects + refused);
}

static void observe(const struct ports_study *study, const double *row, double seen[PORTS_OBSERVED]) {
    for (size_t q = 0; q < PORTS_OBSERVED; q++) seen[q] = NOTHING_OBSERVED;
    seen[SEEN_REQUESTS] = at(row, "requests_per_s");
    seen[SEEN_CLIENT_CLOSES] = ratio(at(row, "closed_by_client"), closes(row));
    seen[SEEN_OPENED] = at(row, "connections_per_s");
    seen[SEEN_OPEN] = at(row, "connections_open");
    seen[SEEN_WAIT_CLIENT] = at(row, "time_wait_clients");
    seen[SEEN_WAIT_SERVER] = at(row, "time_wait");
    seen[SEEN_WAIT_SERVER_PEAK] = at(row, "time_wait_peak");
    if (study->has_proxy) observe_proxy(row, seen);
}

static void gather(struct ports_study *study, size_t point) {
    uint32_t n = study->gathered.n[point];
    double *seen = ARENA_NEW(study->arena, (size_t)n * PORTS_OBSERVED, double);
    for (uint32_t r = 0; r < n; r++) observe(study, study->gathered.values[point] + r * study->gathered.columns, seen + r * PORTS_OBSERVED);
    for (size_t q = 0; q < PORTS_OBSERVED; q++) study->seen[point][q] = estimate_of(seen + q, n, PORTS_OBSERVED);
}

/* The cut that is found for the scenario itself is made at all sizes, so that all see the same span of time. */
static int simulate(struct ports_study *study) {
    struct warmup *warmup;
    int code = study_request_prepare(study->request, &study->scenario, 1, &warmup, study->arena);
    if (code != STATUS_OK) return code;
    set_points(study);
    gathered_open(&study->gathered, &model_web, study->n_pools, study->arena);
    struct study simulated = {.points = study->points, .n_points = study->n_pools, .sink = gathered_point, .sink_context = &study->gathered};
    if (study_request_run(study->request, &simulated).stopped) {
        fprintf(stderr, "linger: interrupted; nothing was finished\n");
        return STATUS_INTERRUPTED;
    }
    for (size_t point = 0; point < study->n_pools; point++) gather(study, point);
    return STATUS_OK;
}

/* ---- closed form ---------------------------------------------------------------------------------------- */

static double mean(const struct ports_study *study, size_t point, enum ports_observed what) { return study->seen[point][what].mean; }

/* Of all processes together, each of which has its part of the requests and a pool of its own. */
static struct pool_shares chain(const struct ports_study *study, double busy, unsigned pool) {
    if (!study->keeps) return (struct pool_shares){.opens = 1};
    if (pool > PORTS_POOL_MAX || !(busy / study->n_processes <= PORTS_BUSY_MAX)) return (struct pool_shares){NOTHING_OBSERVED, NOTHING_OBSERVED};
    struct pool_shares shares = ports_pool(busy / study->n_processes, pool);
    shares.idle *= study->n_processes;
    return shares;
}

static struct ports_closed closed_form(const struct ports_study *study, size_t point) {
    double per_s = mean(study, point, SEEN_REQUESTS), busy = per_s * mean(study, point, SEEN_RESPONSE);
    bool server = study->server_closes && (!study->keeps || study->pools[point] == 0);
    double wait_s = server ? 0 : study->time_wait_s;
    struct pool_shares shares = chain(study, busy, study->pools[point]);
    struct ports_closed closed = {.opens = shares.opens, .idle = shares.idle, .load = busy + shares.idle + per_s * shares.opens * wait_s};
    if (isnan(closed.load)) {
        for (size_t i = 0; i < sizeof closed / sizeof(double); i++) ((double *)&closed)[i] = NOTHING_OBSERVED;
        return closed;
    }
    closed.refused = ports_refused(study->n_ports, closed.load);
    closed.connects_per_s = per_s * shares.opens * (1 - closed.refused);
    closed.ports = fmin(closed.load * (1 - closed.refused), study->n_ports);
    /* A pool is as large as it is; only without one the number is Poisson's. */
    bool is_poisson = !study->keeps || study->pools[point] == 0;
    closed.ports_most = is_poisson ? fmin(ports_poisson_quantile(closed.load, QUANTILE), study->n_ports) : NOTHING_OBSERVED;
    closed.wait_client = closed.connects_per_s * wait_s;
    /* The server's entry of a port ends when that comes round again. */
    closed.wait_server = server ? fmin(closed.connects_per_s * study->time_wait_s, study->n_ports) : 0;
    return closed;
}

/* ---- verdict -------------------------------------------------------------------------------------------- */

/* The largest x for which load(x) is no more than `most`; load grows with x. */
static double growth(double (*load)(const struct ports_study *study, double x), const struct ports_study *study, double most) {
    double low = -20, high = 20; /* powers of two */
    while (high - low > 1e-4) {
        double middle = (low + high) / 2;
        if (load(study, exp2(middle)) <= most) low = middle;
        else high = middle;
    }
    return exp2(low);
}

/* Beyond this the chain takes seconds, and is near to what it tends to: a walk reflected at both ends, 1 / (pool + 1). */
static const double BUSY_SOLVED = 1000;

static double load_of_ports(const struct ports_study *study, double x) {
    size_t own = study->own;
    unsigned pool = study->pools[own];
    double per_s = mean(study, own, SEEN_REQUESTS), busy = per_s * mean(study, own, SEEN_RESPONSE), more = 0;
    double now = study->closed[own].opens, closes_first = mean(study, own, SEEN_CLIENT_CLOSES);
    if (isnan(closes_first)) closes_first = 1; /* nothing was closed while we looked */
    if (study->keeps && !isnan(now)) {
        bool solved = x * busy / study->n_processes <= BUSY_SOLVED;
        more = (solved ? chain(study, x * busy, pool).opens : fmax(now, 1.0 / (pool + 1))) - now;
    }
    double held_s = closes_first * study->time_wait_s, opens = fmax(mean(study, own, SEEN_OPENS), 0);
    double opened = fmax(opens * held_s + more * study->time_wait_s, 0);
    return x * (busy + per_s * opened) + fmax(0, mean(study, own, SEEN_POOLED));
}

static void judge_ports(struct ports_study *study) {
    size_t own = study->own;
    double connects = mean(study, own, SEEN_CONNECTS), refused = mean(study, own, SEEN_REFUSED);
    study->load = load_of_ports(study, 1);
    study->refused = ports_refused(study->n_ports, study->load);
    study->enough = !(connects > 0 || refused > 0) || (!(refused > REFUSED_MOST) && study->refused <= REFUSED_MOST);
    study->grows = growth(load_of_ports, study, ports_load_most(study->n_ports, REFUSED_MOST));
    study->needed = -1;
    for (size_t i = study->n_pools; i-- > 0;) {
        const struct estimate *opens = &study->seen[i][SEEN_OPENS];
        if (!(opens->mean + (opens->n > 1 ? opens->half_width : 0) <= study->opening)) break;
        study->needed = (int)i;
    }
}

/* Entries at the server; where all users have one address, an entry ends when its port comes round. */
static double load_of_server(const struct ports_study *study, double x) {
    double first = 1 - fmin(1, fmax(0, mean(study, 0, SEEN_CLIENT_CLOSES)));
    double entries = x * mean(study, 0, SEEN_OPENED) * first * study->time_wait_s;
    return study->n_ports > 0 ? fmin(entries, study->n_ports) : entries;
}

static double load_of_users(const struct ports_study *study, double x) {
    double closes_first = fmin(1, fmax(0, mean(study, 0, SEEN_CLIENT_CLOSES)));
    return x * (mean(study, 0, SEEN_OPEN) + mean(study, 0, SEEN_OPENED) * closes_first * study->time_wait_s);
}

static void judge_server(struct ports_study *study) {
    study->load = load_of_server(study, 1);
    study->enough = fmax(study->load, mean(study, 0, SEEN_WAIT_SERVER_PEAK)) <= study->buckets;
    study->grows = growth(load_of_server, study, study->buckets);
    study->closed[0] = (struct ports_closed){.wait_server = study->load,
                                             .wait_client = load_of_users(study, 1) - mean(study, 0, SEEN_OPEN)};
    if (study->n_ports > 0) {
        study->refused = fmax(0, 1 - study->n_ports / load_of_users(study, 1));
        study->enough &= load_of_users(study, 1) <= study->n_ports;
        study->grows = fmin(study->grows, growth(load_of_users, study, study->n_ports));
    }
}

/* ---- what the closed form assumes -------------------------------------------------------------------------- */

static void note(struct ports_study *study, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void note(struct ports_study *study, const char *format, ...) {
    va_list words;
    va_start(words, format);
    SIM_ASSERT(study->n_notes < PORTS_NOTES_MAX);
    vsnprintf(study->notes[study->n_notes++], PORTS_NOTE_BYTES, format, words);
    va_end(words);
}

static void note_arrivals(struct ports_study *study) {
    const struct workload *workload = &study->scenario.workload;
    bool waits = false, bursts = false, returns = false;
    for (size_t k = 0; k < (workload->n_classes ? workload->n_classes : 1); k++) {
        const struct param_value *v = workload->n_classes ? workload->classes[k].values : study->scenario.params.values;
        waits |= v[USERS_SESSIONS].number <= 0;
        returns |= !(variate_mean(&v[USERS_SESSION_PAGES].variate) <= 1);
        bursts |= !(variate_mean(&v[USERS_OBJECTS].variate) <= 0);
    }
    if (workload->n_requests) note(study, "requests come when the trace says, not at random");
    else if (waits) note(study, "a fixed number of users, who wait for answers: not Poisson");
    else if (returns) note(study, "visitors ask more than once: not quite Poisson");
    if (!workload->n_requests && bursts) note(study, "the objects of a page are asked for in bursts");
    if (workload->n_rate_times) note(study, "the rate follows workload.rates");
}

/* What closes connections that the chain keeps: seen to act at the server; at the proxy it may. The largest pool shows it best. */
static void note_limits(struct ports_study *study) {
    const struct param_value *v = study->scenario.params.values;
    const double *row = study->gathered.values[study->n_pools - 1];
    bool proxy_closes = mean(study, study->n_pools - 1, SEEN_CLIENT_CLOSES) > 0;
    if (at(row, "closed_by_idle_limit") > 0) note(study, "the server's idle limit acts: server.idle_limit = %.40s", v[SERVER_IDLE_LIMIT].text);
    if (at(row, "closed_by_request_limit") > 0)
        note(study, "the server's request limit acts: server.requests_per_connection = %.40s", v[SERVER_REQUESTS_PER_CONNECTION].text);
    if (v[PROXY_IDLE_LIMIT].number > 0 && proxy_closes)
        note(study, "the proxy's idle limit may act: proxy.idle_limit = %.40s", v[PROXY_IDLE_LIMIT].text);
    if (v[PROXY_REQUESTS_PER_CONNECTION].number > 0 && proxy_closes)
        note(study, "the proxy's request limit may act: proxy.requests_per_connection = %.40s", v[PROXY_REQUESTS_PER_CONNECTION].text);
}

static void take_notes(struct ports_study *study) {
    const struct param_value *run = study->scenario.run.values;
    if (study->has_proxy) {
        note_arrivals(study);
        if (study->keeps) note_limits(study);
        if (isnan(study->closed[study->own].opens))
            note(study, "it is solved for pools of 0 to %d and %d requests under way", PORTS_POOL_MAX, PORTS_BUSY_MAX);
    }
    if (study->scenario.workload.n_requests == 0 && run[RUN_WARMUP].number < study->time_wait_s)
        note(study, "the warm-up (%g s) is shorter than TIME_WAIT (%g s): entries were still growing when they were counted",
             run[RUN_WARMUP].number, study->time_wait_s);
}

int ports_study_run(struct ports_study *study) {
    int code = read_scenario(study);
    if (code == STATUS_OK) code = simulate(study);
    if (code != STATUS_OK) return code;
    for (size_t point = 0; point < study->n_pools && study->has_proxy; point++) study->closed[point] = closed_form(study, point);
    if (study->has_proxy) judge_ports(study);
    else judge_server(study);
    take_notes(study);
    return STATUS_OK;
}
