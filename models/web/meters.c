/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/web/memory.h"
#include "models/web/server.h"
#include "models/web/meters.h"

#include "models/models.h"

/* ---- the table ------------------------------------------------------------------------------------ */

#define LEVEL(name, unit, help) {name, unit, MEASURE_LEVEL, help}
#define VALUE(name, unit, help) {name, unit, MEASURE_VALUE, help}

const struct measure web_measures[WEB_MEASURES] = {
    [M_PROCESSES] = LEVEL("processes", "1", "Processes that serve, starting ones included."),
    [M_ALIVE] = LEVEL("daemons_alive", "1", "Daemons that exist, starting and spare ones included: processes (prefork, nginx) or threads."),
    [M_HELD] = LEVEL("daemons_held", "1", "Daemons that hold a connection: busy + idle keep-alive + closing. nginx: none, its loop serves them in turn."),
    [M_BUSY] = LEVEL("daemons_busy", "1", "Daemons with a request at hand."),
    [M_IDLE] = LEVEL("daemons_idle_keepalive", "1", "Daemons that wait for the next request of a connection."),
    [M_CLOSING] = LEVEL("daemons_closing", "1", "Daemons that wait for the client's FIN."),
    [M_OPEN] = LEVEL("connections_open", "1", "Connections established at the server and not yet done."),
    [M_CONNECTIONS_IDLE] = LEVEL("connections_idle", "1", "Connections that wait for their next request."),
    [M_WRITING] = LEVEL("connections_writing", "1", "Connections whose response is more than the kernel takes, with no daemon held (event, nginx)."),
    [M_HALF_OPEN] = LEVEL("half_open", "1", "Connections between SYN and ACK."),
    [M_VISITORS] = LEVEL("visitors", "1", "Open users (users.sessions) present."),
    [M_BACKLOG] = LEVEL("backlog", "1", "Connections in the accept queue."),
    [M_TIME_WAIT] = LEVEL("time_wait", "1", "TIME_WAIT entries at the server."),
    [M_TIME_WAIT_CLIENT] = VALUE("time_wait_clients", "1", "TIME_WAIT entries at clients, who closed first; mean."),
    [M_RSS] = LEVEL("memory_rss", "B", "Resident sets added up, shared pages counted for each daemon."),
    [M_PSS] = LEVEL("memory_pss", "B", "Memory of the processes, shared pages counted once."),
    [M_PRIVATE] = LEVEL("memory_private", "B", "Memory that only one process maps, added up."),
    [M_HELD_BYTES] = LEVEL("memory_held", "B", "Resident sets of the daemons that hold a connection."),
    [M_KERNEL] = LEVEL("memory_kernel", "B", "Kernel memory of daemons, sockets and TIME_WAIT entries."),
    [M_TOTAL] = LEVEL("memory_total", "B", "memory_pss + memory_kernel: what is gone from RAM."),
    [M_RAM_SHARE] = VALUE("ram_share", "1", "Peak of memory_total over machine.ram."),
    [M_CACHE] = LEVEL("page_cache", "B", "Memory left for the page cache: machine.ram - machine.reserved - memory_total."),
    [M_SWAP] = LEVEL("swap", "B", "Memory in use beyond RAM, which is on swap."),
    [M_CPU] = VALUE("cpu_utilisation", "1", "Share of the cores' time spent working."),
    [M_CPU_USER_SHARE] = VALUE("cpu_user_share", "1", "Share of the requests' CPU time that is user time."),
    [M_UPLINK] = VALUE("uplink_utilisation", "1", "Share of time that the server's uplink is sending."),
    [M_REQUESTS_PER_S] = VALUE("requests_per_s", "1/s", "Requests answered per second."),
    [M_PAGES_PER_S] = VALUE("pages_per_s", "1/s", "Pages complete per second."),
    [M_SESSIONS_PER_S] = VALUE("sessions_per_s", "1/s", "Visits of open users begun per second."),
    [M_TLS_FULL] = VALUE("tls_handshakes_per_s", "1/s", "Full TLS handshakes per second."),
    [M_TLS_RESUMED] = VALUE("tls_resumptions_per_s", "1/s", "TLS handshakes per second that resume an earlier session."),
    [M_BYTES_PER_S] = VALUE("bytes_per_s", "B/s", "Bytes of responses sent per second."),
    [M_CONNECTIONS_PER_S] = VALUE("connections_per_s", "1/s", "Connections established per second."),
    [M_CONNECTIONS_OPENED] = VALUE("connections_opened", "1", "Connections established in the window."),
    [M_CONNECTION_SECONDS] = VALUE("connection_seconds", "s", "Life times of connections in the window added up; of a trace, whole life times."),
    [M_OPEN_PEAK_EVENT] = VALUE("connections_open_peak_event", "1", "Most connections open at any event, also for no time at all."),
    [M_REQUEST_RESPONSE] = {"request_response", "s", MEASURE_RESPONSE, "From the browser's decision, connecting included, to the last byte."},
    [M_PAGE_RESPONSE] = {"page_response", "s", MEASURE_RESPONSE, "From the click to the last byte of the last object."},
    [M_ACCEPT_WAIT] = VALUE("accept_wait", "s", "Mean wait of a connection in the accept queue, by Little's law."),
    [M_REQUESTS_PER_CONNECTION] = VALUE("requests_per_connection", "1", "Requests over connections established."),
    [M_REUSE_SHARE] = VALUE("reuse_share", "1", "Share of requests that found their connection open."),
    [M_CLOSED_IDLE] = VALUE("closed_by_idle_limit", "1", "Connections closed at the idle limit."),
    [M_CLOSED_LIMIT] = VALUE("closed_by_request_limit", "1", "Connections closed at the request limit."),
    [M_CLOSED_OFF] = VALUE("closed_keepalive_off", "1", "Connections closed after their only request, keep-alive being off."),
    [M_CLOSED_AGE] = VALUE("closed_by_age_limit", "1", "Connections closed with the first response past their age limit."),
    [M_CLOSED_RECLAIM] = VALUE("closed_by_reclaim", "1", "Idle connections closed early to make room, or for want of a free thread."),
    [M_CLOSED_DYING] = VALUE("closed_by_dying_process", "1", "Connections closed because their process was being ended."),
    [M_CLOSED_ASKED] = VALUE("closed_as_asked", "1", "Connections closed because the client asked for it, or speaks HTTP/1.0."),
    [M_CLOSED_HEADER] = VALUE("closed_by_header_limit", "1", "Connections closed because a request took too long to arrive."),
    [M_CLOSED_CLIENT] = VALUE("closed_by_client", "1", "Connections that the browser closed first."),
    [M_RESETS] = VALUE("resets_per_s", "1/s", "Requests that met a connection being closed and were sent again."),
    [M_SYN_LOST] = VALUE("syn_lost_per_s", "1/s", "SYNs lost on the way."),
    [M_SYN_DROPPED] = VALUE("syn_dropped_per_s", "1/s", "SYNs and ACKs dropped for a full accept queue or SYN backlog."),
    [M_FAILED] = VALUE("connects_failed_per_s", "1/s", "Connections given up after 127 s."),
    [M_TIMED_OUT] = VALUE("requests_timed_out_per_s", "1/s", "Requests that took longer than server.header_limit to arrive."),
    [M_PAGES_FAILED] = VALUE("pages_failed_per_s", "1/s", "Pages given up for a connection that failed."),
    [M_COLD] = VALUE("requests_cold_per_s", "1/s", "Requests on a connection idle for longer than cpu.warm."),
    [M_FORKED] = VALUE("daemons_forked_per_s", "1/s", "Daemons forked."),
    [M_REAPED] = VALUE("daemons_reaped_per_s", "1/s", "Daemons ended because too many were idle."),
    [M_FORK_REFUSED] = VALUE("forks_refused_per_s", "1/s", "Forks that would not fit in RAM."),
    [M_HIT_RATIO] = VALUE("hit_ratio", "1", "Share of the files looked up that were in the page cache."),
    [M_DISK_READS] = VALUE("disk_reads_per_s", "1/s", "Reads of the disks, of files and of swap."),
    [M_SWAP_READS] = VALUE("swap_reads_per_s", "1/s", "Reads of the disks for pages on swap."),
    [M_DISK] = VALUE("disk_utilisation", "1", "Share of the disks' time spent reading."),
    [M_DISK_WAIT] = VALUE("disk_wait", "s", "Mean wait of a read for a disk, by Little's law."),
    [M_PROXY_CONNECTIONS] = LEVEL("proxy_connections", "1", "Connections of the proxy to the server, from the SYN to the proxy's FIN."),
    [M_PROXY_IDLE] = LEVEL("proxy_idle", "1", "Connections idle in the proxy's pools."),
    [M_PROXY_PORTS] = LEVEL("proxy_ports", "1", "Ports of the proxy taken by connections or in TIME_WAIT."),
    [M_PROXY_CONNECTS] = VALUE("proxy_connects_per_s", "1/s", "Connections that the proxy opened, per second."),
    [M_PROXY_HIT_SHARE] = VALUE("proxy_hit_share", "1", "Share of requests that the proxy sent on a connection of its pool."),
    [M_PROXY_RACES] = VALUE("proxy_races_per_s", "1/s", "Requests that met a connection which the server was closing."),
    [M_PROXY_RACE_SHARE] = VALUE("proxy_race_share", "1", "... over requests sent on connections of the pool."),
    [M_PROXY_RETRIES] = VALUE("proxy_retries_per_s", "1/s", "... that were sent again."),
    [M_BAD_GATEWAY] = VALUE("bad_gateway_per_s", "1/s", "Requests answered 502, whatever the reason; they do not count as answered."),
    [M_BAD_GATEWAY_RACES] = VALUE("bad_gateway_races_per_s", "1/s", "... because they met a connection being closed and must not be sent twice."),
    [M_BAD_GATEWAY_PORTS] = VALUE("bad_gateway_ports_per_s", "1/s", "... because the proxy had no free port."),
    [M_BAD_GATEWAY_SHARE] = VALUE("bad_gateway_share", "1", "Share of requests answered 502."),
};

const struct headline web_headlines[WEB_HEADLINES] = {
    {"memory_total_peak", "peak memory of the server", HEADLINE_LOWER, false},
    {"page_response", "mean time to load a page", HEADLINE_LOWER, false},
    {"page_response_p95", "time in which 95 % of the pages are loaded", HEADLINE_LOWER, false},
    {"daemons_held_peak", "peak of daemons that hold a connection", HEADLINE_LOWER, false},
    {"cpu_utilisation", "CPU load", HEADLINE_LOWER, true},
    {"requests_per_s", "rate of requests answered", HEADLINE_HIGHER, false},
    {"pages_failed_per_s", "rate of pages given up", HEADLINE_TROUBLE, false},
    {"syn_dropped_per_s", "rate of SYNs dropped for a full queue", HEADLINE_TROUBLE, false},
    {"forks_refused_per_s", "rate of forks refused for want of RAM", HEADLINE_TROUBLE, false},
    {"swap_peak", "peak memory on swap", HEADLINE_TROUBLE, false},
};

const char *const web_series_columns[WEB_SERIES_COLUMNS] = {
    "daemons_alive", "daemons_held", "daemons_busy", "daemons_idle_keepalive", "daemons_closing",
    "daemons_spare", "connections_open", "backlog", "time_wait", "memory_rss", "memory_pss", "memory_total",
    "cpu_utilisation", "requests_per_s", "pages_per_s", "connections_per_s", "visitors", "page_response",
    "page_cache", "disk_utilisation",
};

const char *const web_settling_columns[] = {"daemons_alive", "connections_open", "time_wait", "requests_per_s", NULL};

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

static void put_mean_and_peak(struct web *web, enum web_measure measure, double mean, double peak) {
    double *out = web->run->values + model_first_column(&model_web, measure);
    out[0] = mean;
    out[1] = peak;
}

static void report_memory(struct web *web, const struct time_average *level, struct time_average time_wait) {
    const struct memory *memory = &web->memory;
    double end_s = web->meters.end_s, mean[LEVELS];
    for (size_t i = 0; i < LEVELS; i++) mean[i] = time_average_mean(&level[i], end_s);
    struct memory_use use = memory_at(web, mean, time_average_mean(&time_wait, end_s));
    double daemon_bytes = memory_daemon_rss_bytes(web);
    put_mean_and_peak(web, M_RSS, use.rss_bytes, memory->peak.rss_bytes);
    put_mean_and_peak(web, M_PSS, use.pss_bytes, memory->peak.pss_bytes);
    put_mean_and_peak(web, M_PRIVATE, use.private_bytes, memory->peak.private_bytes);
    put_mean_and_peak(web, M_HELD_BYTES, mean[LEVEL_HELD] * daemon_bytes, level[LEVEL_HELD].peak * daemon_bytes);
    put_mean_and_peak(web, M_KERNEL, use.kernel_bytes, memory->peak.kernel_bytes);
    put_mean_and_peak(web, M_TOTAL, use.pss_bytes + use.kernel_bytes, memory->total_peak_bytes);
    run_put_value(web->run, &model_web, M_RAM_SHARE, memory->total_peak_bytes / memory->ram_bytes);
}

/* An idle or closing connection is a daemon's only where one holds it. */
static void report_daemons(struct web *web, const struct time_average *level) {
    const struct server_architecture *architecture = web->server.architecture;
    static const struct time_average none = {0};
    struct time_average nobody = none;
    nobody.start_s = level[0].start_s;
    nobody.since_s = level[0].since_s;
    double end_s = web->meters.end_s;
    struct run *run = web->run;
    run_put_level(run, &model_web, M_PROCESSES, &level[LEVEL_PROCESSES], end_s);
    run_put_level(run, &model_web, M_ALIVE, &level[LEVEL_ALIVE], end_s);
    run_put_level(run, &model_web, M_HELD, &level[LEVEL_HELD], end_s);
    run_put_level(run, &model_web, M_BUSY, architecture->holds_busy ? &level[LEVEL_BUSY] : &nobody, end_s);
    run_put_level(run, &model_web, M_IDLE, architecture->holds_idle ? &level[LEVEL_IDLE] : &nobody, end_s);
    run_put_level(run, &model_web, M_CLOSING, architecture->holds_closing ? &level[LEVEL_CLOSING] : &nobody, end_s);
    run_put_level(run, &model_web, M_OPEN, &level[LEVEL_OPEN], end_s);
    run_put_level(run, &model_web, M_CONNECTIONS_IDLE, &level[LEVEL_IDLE], end_s);
    run_put_level(run, &model_web, M_WRITING, &level[LEVEL_WRITING], end_s);
    run_put_level(run, &model_web, M_HALF_OPEN, &level[LEVEL_HALF_OPEN], end_s);
    run_put_level(run, &model_web, M_VISITORS, &level[LEVEL_VISITORS], end_s);
    run_put_level(run, &model_web, M_BACKLOG, &level[LEVEL_BACKLOG], end_s);
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
    report_daemons(web, level);
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
