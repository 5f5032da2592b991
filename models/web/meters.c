/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/web/memory.h"
#include "models/web/server.h"
#include "models/web/meters.h"

#include "models/models.h"

/* ---- counting -------------------------------------------------------------------------------------- */

void meters_open(struct meters *meters, double time_wait_s, struct arena *arena) {
    for (size_t i = 0; i < LEVELS; i++) time_average_open(&meters->level[i], 0, 0);
    delay_line_open(&meters->time_wait, time_wait_s, arena);
    delay_line_open(&meters->time_wait_client, time_wait_s, arena);
    quantile_open(&meters->request_quantile, arena);
    quantile_open(&meters->page_quantile, arena);
    meters->end_s = -1;
}

/* What an integral grew by since the last row of the time line stays owed to the next one. */
static void reset_level(struct time_average *level, double *seen, double now_s) {
    *seen -= time_average_integral(level, now_s);
    time_average_reset(level, now_s);
}

void meters_reset(struct meters *meters, struct time_average *cores, double now_s) {
    delay_line_advance(&meters->time_wait, now_s);
    for (size_t i = 0; i < LEVELS; i++) reset_level(&meters->level[i], &meters->seen_integral[i], now_s);
    reset_level(&meters->time_wait.present, &meters->seen_integral[SEEN_TIME_WAIT], now_s);
    reset_level(cores, &meters->seen_integral[SEEN_CPU], now_s);
    delay_line_advance(&meters->time_wait_client, now_s);
    time_average_reset(&meters->time_wait_client.present, now_s);
    delay_line_advance(&meters->proxy_ports, now_s);
    time_average_reset(&meters->proxy_ports.present, now_s);
    meters->bytes_at_start = meters->bytes;
    sojourn_reset(&meters->waiting, now_s);
    memcpy(meters->count_at_start, meters->count, sizeof meters->count);
    tally_reset(&meters->request_response);
    tally_reset(&meters->page_response);
    quantile_reset(&meters->request_quantile);
    quantile_reset(&meters->page_quantile);
}

void meters_begin_rows(struct meters *meters) {
    memset(meters->seen_integral, 0, sizeof meters->seen_integral);
    memcpy(meters->seen_count, meters->count, sizeof meters->seen_count);
}

void meters_end(struct meters *meters, const struct time_average *cores, double now_s) {
    delay_line_advance(&meters->time_wait, now_s);
    delay_line_advance(&meters->proxy_ports, now_s);
    meters->proxy_ports_at_end = meters->proxy_ports.present;
    memcpy(meters->level_at_end, meters->level, sizeof meters->level);
    meters->bytes_at_end = meters->bytes;
    memcpy(meters->count_at_end, meters->count, sizeof meters->count);
    meters->time_wait_at_end = meters->time_wait.present;
    meters->cores_at_end = *cores;
    meters->end_s = now_s;
}

/* ---- reporting --------------------------------------------------------------------------------------- */

struct time_average meters_window(const struct time_average *at_end, const struct time_average *now, double end_s, double now_s) {
    struct time_average whole = *at_end, last = *now;
    time_average_set(&whole, end_s, at_end->level);
    time_average_set(&last, now_s, now->level);
    whole.peak = fmax(whole.peak, last.peak);
    whole.peak_event = fmax(whole.peak_event, last.peak_event);
    return whole;
}

/* To the end of the run: of a trace, what becomes of all its requests. */
static double counted(const struct meters *meters, enum web_counter counter) {
    return (double)(meters->count[counter] - meters->count_at_start[counter]);
}

static double ratio(double a, double b) { return b > 0 ? a / b : NOTHING_OBSERVED; }

static void report_memory(struct web *web, const struct time_average *level, struct time_average time_wait) {
    const struct memory *memory = &web->memory;
    double end_s = web->meters.end_s, mean[LEVELS];
    for (size_t i = 0; i < LEVELS; i++) mean[i] = time_average_mean(&level[i], end_s);
    struct memory_use use = memory_at(web, mean, time_average_mean(&time_wait, end_s));
    double daemon_bytes = memory_daemon_rss_bytes(web);
    run_put_mean_and_peak(web->run, &model_web, M_RSS, use.rss_bytes, memory->peak.rss_bytes);
    run_put_mean_and_peak(web->run, &model_web, M_PSS, use.pss_bytes, memory->peak.pss_bytes);
    run_put_mean_and_peak(web->run, &model_web, M_PRIVATE, use.private_bytes, memory->peak.private_bytes);
    run_put_mean_and_peak(web->run, &model_web, M_HELD_BYTES, mean[LEVEL_HELD] * daemon_bytes, level[LEVEL_HELD].peak * daemon_bytes);
    run_put_mean_and_peak(web->run, &model_web, M_KERNEL, use.kernel_bytes, memory->peak.kernel_bytes);
    run_put_mean_and_peak(web->run, &model_web, M_TOTAL, use.pss_bytes + use.kernel_bytes, memory->total_peak_bytes);
    run_put_value(web->run, &model_web, M_RAM_SHARE, memory->total_peak_bytes / memory->ram_bytes);
}

/* Measures that are a level as it stands. */
static const struct { enum web_measure measure; enum web_level level; } levels[] = {
    {M_PROCESSES, LEVEL_PROCESSES}, {M_ALIVE, LEVEL_ALIVE}, {M_HELD, LEVEL_HELD}, {M_BUSY, LEVEL_BUSY}, {M_IDLE, LEVEL_IDLE},
    {M_CLOSING, LEVEL_CLOSING}, {M_OPEN, LEVEL_OPEN}, {M_CONNECTIONS_IDLE, LEVEL_IDLE}, {M_WRITING, LEVEL_WRITING},
    {M_HALF_OPEN, LEVEL_HALF_OPEN}, {M_VISITORS, LEVEL_VISITORS}, {M_BACKLOG, LEVEL_BACKLOG},
};
enum { PLAIN_LEVELS = sizeof levels / sizeof levels[0] };

/* An idle or closing connection is a daemon's only where one holds it. */
static bool is_held(const struct server_architecture *architecture, enum web_measure measure) {
    switch (measure) {
    case M_BUSY: return architecture->holds_busy;
    case M_IDLE: return architecture->holds_idle;
    case M_CLOSING: return architecture->holds_closing;
    default: return true;
    }
}

static void report_levels(struct web *web, const struct time_average *level) {
    struct time_average nobody = {.start_s = level[0].start_s, .since_s = level[0].since_s};
    for (size_t i = 0; i < PLAIN_LEVELS; i++) {
        bool held = is_held(web->server.architecture, levels[i].measure);
        run_put_level(web->run, &model_web, levels[i].measure, held ? &level[levels[i].level] : &nobody, web->meters.end_s);
    }
}

static void report_rates(struct web *web, double window_s) {
    static const struct { size_t measure; enum web_counter counter; } rates[] = {
        {M_REQUESTS_PER_S, COUNT_ANSWERED}, {M_PAGES_PER_S, COUNT_PAGES}, {M_CONNECTIONS_PER_S, COUNT_OPENED},
        {M_RESETS, COUNT_RESETS}, {M_SESSIONS_PER_S, COUNT_SESSIONS}, {M_TLS_FULL, COUNT_TLS_FULL},
        {M_TLS_RESUMED, COUNT_TLS_RESUMED}, {M_SYN_LOST, COUNT_SYN_LOST}, {M_TIMED_OUT, COUNT_TIMED_OUT}, {M_SYN_DROPPED, COUNT_SYN_DROPPED}, {M_FAILED, COUNT_FAILED}, {M_COLD, COUNT_COLD}, {M_PAGES_FAILED, COUNT_PAGES_FAILED},
        {M_FORKED, COUNT_FORKED}, {M_REAPED, COUNT_REAPED}, {M_FORK_REFUSED, COUNT_FORK_REFUSED},
    };
    const struct meters *meters = &web->meters;
    for (size_t i = 0; i < sizeof rates / sizeof rates[0]; i++) {
        enum web_counter counter = rates[i].counter;
        double n = (double)(meters->count_at_end[counter] - meters->count_at_start[counter]);
        run_put_value(web->run, &model_web, rates[i].measure, ratio(n, window_s));
    }
    run_put_value(web->run, &model_web, M_BYTES_PER_S, ratio(meters->bytes_at_end - meters->bytes_at_start, window_s));
}

static void report_connections(struct web *web, const struct time_average *level) {
    const struct meters *meters = &web->meters;
    struct run *run = web->run;
    const struct model *model = &model_web;
    double requests = counted(meters, COUNT_REQUESTS), opened = counted(meters, COUNT_OPENED);
    run_put_value(run, model, M_CONNECTIONS_OPENED, opened);
    run_put_value(run, model, M_CLOSED_IDLE, counted(meters, COUNT_CLOSED_IDLE));
    run_put_value(run, model, M_CLOSED_LIMIT, counted(meters, COUNT_CLOSED_LIMIT));
    run_put_value(run, model, M_CLOSED_OFF, counted(meters, COUNT_CLOSED_OFF));
    run_put_value(run, model, M_CLOSED_AGE, counted(meters, COUNT_CLOSED_AGE));
    run_put_value(run, model, M_CLOSED_RECLAIM, counted(meters, COUNT_CLOSED_RECLAIM));
    run_put_value(run, model, M_CLOSED_DYING, counted(meters, COUNT_CLOSED_DYING));
    run_put_value(run, model, M_CLOSED_ASKED, counted(meters, COUNT_CLOSED_ASKED));
    run_put_value(run, model, M_CLOSED_HEADER, counted(meters, COUNT_CLOSED_HEADER));
    run_put_value(run, model, M_CLOSED_CLIENT, counted(meters, COUNT_CLOSED_CLIENT));
    run_put_value(run, model, M_CONNECTION_SECONDS, time_average_integral(&meters->level[LEVEL_OPEN], web_now(web)));
    run_put_value(run, model, M_OPEN_PEAK_EVENT, level[LEVEL_OPEN].peak_event);
    run_put_value(run, model, M_REQUESTS_PER_CONNECTION, ratio(requests, opened));
    run_put_value(run, model, M_REUSE_SHARE, ratio(counted(meters, COUNT_REUSED), requests));
    run_put_value(run, model, M_ACCEPT_WAIT, ratio(level[LEVEL_BACKLOG].integral, opened));
}

/* Where neither files nor swap are modelled nothing is observed of them. */
static void report_disk(struct web *web, const struct time_average *level, double window_s) {
    const struct meters *meters = &web->meters;
    struct run *run = web->run;
    if (!web->memory.is_watched) return;
    double counts[COUNTERS], end_s = meters->end_s;
    for (size_t i = 0; i < COUNTERS; i++) counts[i] = (double)(meters->count_at_end[i] - meters->count_at_start[i]);
    run_put_level(run, &model_web, M_CACHE, &level[LEVEL_CACHE], end_s);
    run_put_level(run, &model_web, M_SWAP, &level[LEVEL_SWAP], end_s);
    run_put_value(run, &model_web, M_HIT_RATIO, ratio(counts[COUNT_HITS], counts[COUNT_LOOKUPS]));
    run_put_value(run, &model_web, M_DISK_READS, ratio(counts[COUNT_DISK_READS], window_s));
    run_put_value(run, &model_web, M_SWAP_READS, ratio(counts[COUNT_SWAP_READS], window_s));
    run_put_value(run, &model_web, M_DISK, time_average_mean(&level[LEVEL_DISK_BUSY], end_s) / web->disk.fcfs.units);
    double waited_s = time_average_integral(&level[LEVEL_DISK_WAITING], end_s);
    run_put_value(run, &model_web, M_DISK_WAIT, ratio(waited_s, counts[COUNT_DISK_READS]));
}

uint64_t meters_in_flight(const struct meters *meters) {
    uint64_t over = 0;
    for (size_t i = COUNT_ANSWERED; i <= COUNT_BAD_CONNECT; i++) over += meters->count[i];
    return meters->count[COUNT_REQUESTS] - over;
}

/* Nothing may get lost: what was opened is done, or still there; what was sent is answered, failed or under way. */
static void assert_conservation(const struct web *web) {
    const uint64_t *count = web->meters.count;
    uint64_t in_flight = 0;
    for (uint32_t i = 0; i < web->browser.n_users; i++) in_flight += user_at(web, i)->in_flight;
    SIM_ASSERT(meters_in_flight(&web->meters) == in_flight);
    const struct time_average *level = web->meters.level;
    uint64_t closed = 0;
    for (size_t i = COUNT_CLOSED_IDLE; i <= COUNT_CLOSED_CLIENT; i++) closed += count[i];
    double serving = level[LEVEL_BACKLOG].level + level[LEVEL_BUSY].level + level[LEVEL_WRITING].level + level[LEVEL_IDLE].level;
    SIM_ASSERT(count[COUNT_OPENED] == closed + (uint64_t)serving);
    double established = serving + level[LEVEL_CLOSING].level;
    SIM_ASSERT((uint64_t)level[LEVEL_OPEN].level == (uint64_t)established);
    double held = web->server.architecture->holds_busy ? level[LEVEL_BUSY].level : 0;
    if (web->server.architecture->holds_idle) held += level[LEVEL_IDLE].level;
    if (web->server.architecture->holds_closing) held += level[LEVEL_CLOSING].level;
    SIM_ASSERT((uint64_t)level[LEVEL_HELD].level == (uint64_t)held);
}

/* Little's law in every run, from the last reset to now: time in the accept queue, connection by connection, is the integral of its
 * length; a connection is at every moment in one state; and the CPU does all the work that came but for what is left. */
static void assert_little(const struct web *web) {
    const struct time_average *level = web->meters.level;
    double now_s = web_now(web), open = level[LEVEL_OPEN].level, integral_s[LEVELS];
    for (size_t i = 0; i < LEVELS; i++) integral_s[i] = time_average_integral(&level[i], now_s);
    SIM_ASSERT(is_same_time(sojourn_spent_s(&web->meters.waiting, now_s), integral_s[LEVEL_BACKLOG], now_s, open));
    double states_s = integral_s[LEVEL_BACKLOG] + integral_s[LEVEL_BUSY] + integral_s[LEVEL_WRITING] + integral_s[LEVEL_IDLE] +
                      integral_s[LEVEL_CLOSING];
    SIM_ASSERT(is_same_time(states_s, integral_s[LEVEL_OPEN], now_s, open));
    const struct ps *ps = &web->cpu.ps;
    SIM_ASSERT(is_same_time(time_average_integral(&ps->busy, now_s), ps->arrived_s - ps_left_s(ps, now_s), now_s, open));
}

/* Its window begins with the others'; a trace's goes on to the end of the run. */
static double uplink_utilisation(struct web *web, double end_s) {
    const struct network *network = &web->network;
    if (!network->transports || network->uplink_bytes_per_s <= 0) return NOTHING_OBSERVED;
    return time_average_mean(&network->uplink.busy, end_s);
}

void meters_report(struct web *web) {
    struct meters *meters = &web->meters;
    struct run *run = web->run;
    double now_s = web_now(web);
    if (meters->end_s < 0) meters_end(meters, &web->cpu.ps.busy, now_s);
    double end_s = meters->end_s, window_s = end_s - meters->level[0].start_s;
    struct time_average level[LEVELS];
    for (size_t i = 0; i < LEVELS; i++)
        level[i] = meters_window(&meters->level_at_end[i], &meters->level[i], end_s, now_s);
    report_levels(web, level);
    struct time_average time_wait = meters_window(&meters->time_wait_at_end, &meters->time_wait_at_end, end_s, end_s);
    run_put_level(run, &model_web, M_TIME_WAIT, &time_wait, end_s);
    delay_line_advance(&meters->time_wait_client, end_s);
    run_put_value(run, &model_web, M_TIME_WAIT_CLIENT, time_average_mean(&meters->time_wait_client.present, end_s));
    report_memory(web, level, time_wait);
    double worked_s = time_average_integral(&meters->cores_at_end, end_s);
    run_put_value(run, &model_web, M_CPU, ratio(worked_s, window_s * web->cpu.ps.units));
    run_put_value(run, &model_web, M_UPLINK, uplink_utilisation(web, end_s));
    run_put_value(run, &model_web, M_CPU_USER_SHARE, ratio(web->cpu.given_user_s, web->cpu.given_s));
    report_rates(web, window_s);
    report_disk(web, level, window_s);
    report_connections(web, level);
    run_put_response(run, &model_web, M_REQUEST_RESPONSE, &meters->request_response, &meters->request_quantile);
    run_put_response(run, &model_web, M_PAGE_RESPONSE, &meters->page_response, &meters->page_quantile);
    run->n_events = web->simulation.n_executed;
    run->n_jobs = meters->count[COUNT_ANSWERED];
    assert_conservation(web);
    assert_little(web);
}

/* ---- looks ---------------------------------------------------------------------------------------------- */

static void look_at_memory(struct web *web, struct looks *looks) {
    struct memory_use use = memory_now(web);
    looks_put(looks, M_RSS, use.rss_bytes);
    looks_put(looks, M_PSS, use.pss_bytes);
    looks_put(looks, M_PRIVATE, use.private_bytes);
    looks_put(looks, M_HELD_BYTES, web->meters.level[LEVEL_HELD].level * memory_daemon_rss_bytes(web));
    looks_put(looks, M_KERNEL, use.kernel_bytes);
    looks_put(looks, M_TOTAL, use.pss_bytes + use.kernel_bytes);
    if (!web->memory.is_watched) return;
    struct memory_left left = memory_left_of(&web->memory, use);
    looks_put(looks, M_CACHE, left.cache_bytes);
    looks_put(looks, M_SWAP, left.swap_bytes);
}

void meters_look(struct web *web) {
    struct meters *meters = &web->meters;
    struct looks *looks = &web->run->looks;
    for (size_t i = 0; i < PLAIN_LEVELS; i++)
        looks_put(looks, levels[i].measure, is_held(web->server.architecture, levels[i].measure) ? meters->level[levels[i].level].level : 0);
    look_at_memory(web, looks);
    looks_put(looks, M_TIME_WAIT, meters->time_wait.present.level); /* as far as memory_now has booked it, which is up to now */
    delay_line_advance(&meters->proxy_ports, web_now(web));
    looks_put(looks, M_PROXY_CONNECTIONS, meters->level[LEVEL_UPSTREAM].level);
    looks_put(looks, M_PROXY_IDLE, meters->level[LEVEL_POOLED].level);
    looks_put(looks, M_PROXY_PORTS, meters->proxy_ports.present.level);
    looks_taken(looks);
}

/* ---- the time line ------------------------------------------------------------------------------------ */

/* Mean of a level since the last row, from what its integral has grown by. */
static double mean_since(double *seen, double integral, double interval_s) {
    double mean = (integral - *seen) / interval_s;
    *seen = integral;
    return mean;
}

void meters_observe(struct web *web) {
    struct meters *meters = &web->meters;
    double now_s = web_now(web), interval_s = web->run->series->interval_s, mean[LEVELS + 2], rate[COUNTERS];
    double *row = series_row(web->run->series);
    if (!row) return;
    for (size_t i = 0; i < LEVELS; i++)
        mean[i] = mean_since(&meters->seen_integral[i], time_average_integral(&meters->level[i], now_s), interval_s);
    delay_line_advance(&meters->time_wait, now_s);
    double time_wait = mean_since(&meters->seen_integral[SEEN_TIME_WAIT],
                                  time_average_integral(&meters->time_wait.present, now_s), interval_s);
    double cpu = mean_since(&meters->seen_integral[SEEN_CPU],
                            time_average_integral(&web->cpu.ps.busy, now_s), interval_s) / web->cpu.ps.units;
    for (size_t i = 0; i < COUNTERS; i++) {
        rate[i] = (double)(meters->count[i] - meters->seen_count[i]) / interval_s;
        meters->seen_count[i] = meters->count[i];
    }
    const struct server_architecture *architecture = web->server.architecture;
    struct memory_use use = memory_at(web, mean, time_wait);
    double response_s = meters->page_response_sum_s - meters->seen_page_response_sum_s;
    meters->seen_page_response_sum_s = meters->page_response_sum_s;
    bool watched = web->memory.is_watched;
    const double values[] = {
        now_s, mean[LEVEL_ALIVE], mean[LEVEL_HELD], architecture->holds_busy ? mean[LEVEL_BUSY] : 0,
        architecture->holds_idle ? mean[LEVEL_IDLE] : 0, architecture->holds_closing ? mean[LEVEL_CLOSING] : 0,
        mean[LEVEL_ALIVE] - mean[LEVEL_HELD], mean[LEVEL_OPEN], mean[LEVEL_BACKLOG], time_wait,
        use.rss_bytes, use.pss_bytes, use.pss_bytes + use.kernel_bytes, cpu, rate[COUNT_ANSWERED], rate[COUNT_PAGES], rate[COUNT_OPENED],
        mean[LEVEL_VISITORS], ratio(response_s, rate[COUNT_PAGES] * interval_s),
        watched ? mean[LEVEL_CACHE] : NOTHING_OBSERVED, watched ? mean[LEVEL_DISK_BUSY] / web->disk.fcfs.units : NOTHING_OBSERVED,
    };
    memcpy(row, values, sizeof values);
}
