/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/advice/reuse_curve.h"

#include <math.h>

#include "sim/kernel/number_sort.h"
#include "sim/kernel/statistics.h"

static const double *sums(const double *values, size_t n, struct arena *arena) {
    double *sum = ARENA_NEW(arena, n + 1, double);
    for (size_t i = 0; i < n; i++) sum[i + 1] = sum[i] + values[i];
    return sum;
}

void reuse_curve_open(struct reuse_curve *curve, const struct reuse_trace *trace, struct arena *arena) {
    size_t n = trace->n_requests, n_gaps = 0;
    double *gap_s = ARENA_NEW(arena, n, double), *rest_s = ARENA_NEW(arena, trace->n_clients, double);
    double *last_s = ARENA_NEW(arena, trace->n_clients, double), end_s = n ? trace->time_s[n - 1] : 0;
    for (uint32_t i = 0; i < trace->n_clients; i++) last_s[i] = -HUGE_VAL;
    for (size_t i = 0; i < n; i++) {
        double *last = &last_s[trace->client[i]];
        if (*last > -HUGE_VAL) gap_s[n_gaps++] = trace->time_s[i] - *last;
        *last = trace->time_s[i];
    }
    for (uint32_t i = 0; i < trace->n_clients; i++) rest_s[i] = end_s - last_s[i];
    number_sort(gap_s, n_gaps);
    number_sort(rest_s, trace->n_clients);
    *curve = (struct reuse_curve){.n_requests = n,
                                  .n_clients = trace->n_clients,
                                  .n_gaps = n_gaps,
                                  .gap_s = gap_s,
                                  .gap_sum_s = sums(gap_s, n_gaps, arena),
                                  .rest_s = rest_s,
                                  .rest_sum_s = sums(rest_s, trace->n_clients, arena),
                                  .window_s = n ? end_s - trace->time_s[0] : 0};
}

/* How many of the ascending values are below x, or with `or_equal` at most x. */
static size_t count_below(const double *values, size_t n, double x, bool or_equal) {
    size_t low = 0, high = n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        bool below = or_equal ? values[middle] <= x : values[middle] < x;
        if (below) low = middle + 1;
        else high = middle;
    }
    return low;
}

/* sum min(value, x) */
static double sum_cut(const double *values, const double *sum, size_t n, double x) {
    size_t below = count_below(values, n, x, true);
    return sum[below] + x * (double)(n - below);
}

static double mean_over(double window_s, double seconds) { return window_s > 0 ? seconds / window_s : NOTHING_OBSERVED; }

struct reuse_point reuse_curve_at(const struct reuse_curve *curve, double idle_limit_s, enum reuse_tie tie) {
    struct reuse_point point = {.idle_limit_s = idle_limit_s, .requests = curve->n_requests, .opened = curve->n_requests};
    point.connections_open = mean_over(curve->window_s, 0);
    if (!(idle_limit_s > 0)) return point;
    double held_s = sum_cut(curve->gap_s, curve->gap_sum_s, curve->n_gaps, idle_limit_s);
    point.opened -= count_below(curve->gap_s, curve->n_gaps, idle_limit_s, tie == REUSE_REQUEST);
    point.connection_seconds = held_s + idle_limit_s * (double)curve->n_clients;
    double inside_s = held_s + sum_cut(curve->rest_s, curve->rest_sum_s, curve->n_clients, idle_limit_s);
    point.connections_open = mean_over(curve->window_s, inside_s);
    return point;
}

/* ---- cost --------------------------------------------------------------------------------------------- */

struct reuse_point reuse_curve_best(const struct reuse_curve *curve, double opening_cost_s, double step_s) {
    struct reuse_point best = reuse_curve_at(curve, 0, REUSE_REQUEST);
    double before_s = 0;
    for (size_t i = 0; i < curve->n_gaps; i++) {
        double idle_limit_s = step_s * fmax(1, ceil(curve->gap_s[i] / step_s));
        if (idle_limit_s <= before_s) continue;
        before_s = idle_limit_s;
        struct reuse_point point = reuse_curve_at(curve, idle_limit_s, REUSE_REQUEST);
        if (reuse_cost_s(&point, opening_cost_s) < reuse_cost_s(&best, opening_cost_s)) best = point;
    }
    return best;
}

double reuse_curve_bound_s(const struct reuse_curve *curve, double opening_cost_s) {
    return sum_cut(curve->gap_s, curve->gap_sum_s, curve->n_gaps, opening_cost_s) + opening_cost_s * (double)curve->n_clients;
}

/* ---- with a limit of requests --------------------------------------------------------------------------- */

struct held {
    double opened_s, last_s;
    uint32_t n; /* requests on it; 0: none is open */
};

/* A connection is over, at most at `end_s`: its whole life, and the part of it in the window. */
static void close_held(struct reuse_point *point, struct held *held, double closed_s, double end_s, double *inside_s) {
    point->connection_seconds += closed_s - held->opened_s;
    *inside_s += fmin(closed_s, end_s) - held->opened_s;
    held->n = 0;
}

struct reuse_point reuse_replay(const struct reuse_trace *trace, double idle_limit_s, uint32_t request_limit, enum reuse_tie tie,
                                struct arena *arena) {
    struct held *clients = ARENA_NEW(arena, trace->n_clients, struct held);
    struct reuse_point point = {.idle_limit_s = idle_limit_s, .requests = trace->n_requests};
    double end_s = trace->n_requests ? trace->time_s[trace->n_requests - 1] : 0, inside_s = 0;
    bool off = !(idle_limit_s > 0);
    for (size_t i = 0; i < trace->n_requests; i++) {
        struct held *held = &clients[trace->client[i]];
        double now_s = trace->time_s[i], gap_s = now_s - held->last_s;
        bool open = held->n > 0 && (tie == REUSE_REQUEST ? gap_s <= idle_limit_s : gap_s < idle_limit_s);
        if (held->n > 0 && !open) close_held(&point, held, held->last_s + idle_limit_s, end_s, &inside_s);
        if (held->n == 0) {
            held->opened_s = now_s;
            point.opened++;
        }
        held->last_s = now_s;
        held->n++;
        bool full = request_limit > 0 && held->n >= request_limit && !off;
        point.closed_by_limit += full;
        if (full || off) close_held(&point, held, now_s, end_s, &inside_s);
    }
    for (uint32_t i = 0; i < trace->n_clients; i++)
        if (clients[i].n > 0) close_held(&point, &clients[i], clients[i].last_s + idle_limit_s, end_s, &inside_s);
    double window_s = trace->n_requests ? end_s - trace->time_s[0] : 0;
    point.connections_open = mean_over(window_s, inside_s);
    return point;
}
