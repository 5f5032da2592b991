/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/advice/visit_rates.h"

#include "models/advice/log_time.h"

#define HOUR_US (INT64_C(3600) * MICROSECONDS)

static int64_t step_of(int64_t time_us, int64_t step_us) { return (time_us >= 0 ? time_us : time_us - step_us + 1) / step_us; }

static size_t steps_of(const struct request_log *log, int64_t step_us) {
    return (size_t)(step_of(log->requests[log->n - 1].time_us, step_us) - step_of(log->requests[0].time_us, step_us)) + 1;
}

/* 0: there is none. */
static int64_t usual_step_us(const struct visits *visits, const struct request_log *log) {
    static const int hours[] = {1, 2, 3, 4, 6, 12, 24, 7 * 24};
    for (size_t i = 0; i < sizeof hours / sizeof hours[0]; i++)
        if (visits->n_visits >= VISIT_RATES_VISITS_MIN * steps_of(log, hours[i] * HOUR_US)) return hours[i] * HOUR_US;
    return 0;
}

static void count(struct visit_rates *rates, const struct visits *visits, const struct request_log *log, struct arena *arena) {
    int64_t first_us = log->requests[0].time_us, last_us = log->requests[log->n - 1].time_us;
    rates->visits = ARENA_NEW(arena, rates->n_steps, uint64_t);
    rates->seen_s = ARENA_NEW(arena, rates->n_steps, double);
    rates->factor = ARENA_NEW(arena, rates->n_steps, double);
    for (size_t i = 0; i < visits->n_visits; i++) rates->visits[(visits->begun_us[i] - rates->begin_us) / rates->step_us]++;
    for (size_t i = 0; i < rates->n_steps; i++) {
        int64_t from_us = rates->begin_us + (int64_t)i * rates->step_us, to_us = from_us + rates->step_us;
        rates->seen_s[i] = (double)((to_us < last_us ? to_us : last_us) - (from_us > first_us ? from_us : first_us)) / 1e6;
    }
}

/* Visits a second of step i; of one at an end that was hardly seen, together with its neighbour. */
static double rate_per_s(const struct visit_rates *rates, size_t i) {
    bool hardly = rates->seen_s[i] < (double)rates->step_us / 2e6;
    size_t beside = i == 0 ? 1 : i - 1;
    double n = (double)rates->visits[i], seen_s = rates->seen_s[i];
    return hardly ? (n + (double)rates->visits[beside]) / (seen_s + rates->seen_s[beside]) : n / seen_s;
}

void visit_rates_open(struct visit_rates *rates, const struct visits *visits, const struct request_log *log, int64_t step_us,
                      struct arena *arena) {
    *rates = (struct visit_rates){.step_us = step_us > 0 ? step_us : usual_step_us(visits, log)};
    if (rates->step_us == 0) return;
    rates->begin_us = step_of(log->requests[0].time_us, rates->step_us) * rates->step_us;
    rates->n_steps = steps_of(log, rates->step_us);
    bool long_enough = visits->window_s * 1e6 >= VISIT_RATES_STEPS_MIN * (double)rates->step_us;
    if (!long_enough || rates->n_steps > VISIT_RATES_STEPS_MAX) return;
    count(rates, visits, log, arena);
    double mean_per_s = (double)visits->n_visits / visits->window_s;
    for (size_t i = 0; i < rates->n_steps; i++) {
        rates->factor[i] = rate_per_s(rates, i) / mean_per_s;
        if (rates->factor[i] > rates->factor[rates->most]) rates->most = i;
        if (rates->factor[i] < rates->factor[rates->least]) rates->least = i;
    }
}
