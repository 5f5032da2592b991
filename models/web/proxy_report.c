/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/web/proxy_report.h"

#include "models/models.h"

/* To the end of the run, and to the end of the window, which differ for a trace: shares are of all its requests, rates of the window. */
static double counted(const struct meters *meters, enum web_counter counter) {
    return (double)(meters->count[counter] - meters->count_at_start[counter]);
}
static double counted_in_window(const struct meters *meters, enum web_counter counter) {
    return (double)(meters->count_at_end[counter] - meters->count_at_start[counter]);
}

static void put_level(struct web *web, enum web_measure measure, const struct time_average *at_end, const struct time_average *now) {
    double end_s = web->meters.end_s;
    struct time_average level = meters_window(at_end, now, end_s, web_now(web));
    run_put_level(web->run, &model_web, measure, &level, end_s);
}

static void put_ratio(struct web *web, enum web_measure measure, double a, double b) {
    if (b > 0) run_put_value(web->run, &model_web, measure, a / b);
}

static void report_rates(struct web *web, double window_s) {
    static const struct { enum web_measure measure; enum web_counter counter; } rates[] = {
        {M_PROXY_CONNECTS, COUNT_UPSTREAM_CONNECTS}, {M_PROXY_RACES, COUNT_RACES}, {M_PROXY_RETRIES, COUNT_RETRIES},
        {M_BAD_GATEWAY_RACES, COUNT_BAD_RACE}, {M_BAD_GATEWAY_PORTS, COUNT_BAD_PORTS},
    };
    double bad = 0;
    for (size_t i = 0; i < sizeof rates / sizeof rates[0]; i++)
        put_ratio(web, rates[i].measure, counted_in_window(&web->meters, rates[i].counter), window_s);
    for (int why = 0; why < BAD_GATEWAYS; why++) bad += counted_in_window(&web->meters, COUNT_BAD_RACE + (enum web_counter)why);
    put_ratio(web, M_BAD_GATEWAY, bad, window_s);
}

static void report_shares(struct web *web) {
    const struct meters *meters = &web->meters;
    double hits = counted(meters, COUNT_POOL_HITS), connects = counted(meters, COUNT_UPSTREAM_CONNECTS), bad = 0;
    for (int why = 0; why < BAD_GATEWAYS; why++) bad += counted(meters, COUNT_BAD_RACE + (enum web_counter)why);
    put_ratio(web, M_PROXY_HIT_SHARE, hits, hits + connects);
    put_ratio(web, M_PROXY_RACE_SHARE, counted(meters, COUNT_RACES), hits);
    put_ratio(web, M_BAD_GATEWAY_SHARE, bad, counted(meters, COUNT_REQUESTS));
}

void proxy_report(struct web *web) {
    struct meters *meters = &web->meters;
    if (!web->proxy.is_present) return;
    delay_line_advance(&meters->proxy_ports, web_now(web));
    put_level(web, M_PROXY_CONNECTIONS, &meters->level_at_end[LEVEL_UPSTREAM], &meters->level[LEVEL_UPSTREAM]);
    put_level(web, M_PROXY_IDLE, &meters->level_at_end[LEVEL_POOLED], &meters->level[LEVEL_POOLED]);
    put_level(web, M_PROXY_PORTS, &meters->proxy_ports_at_end, &meters->proxy_ports.present);
    report_rates(web, meters->end_s - meters->level_at_end[0].start_s);
    report_shares(web);
}
