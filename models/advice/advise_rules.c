/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The rules. Each looks at one number of the present settings (a measure, the closed form of memory, or the exact curve of the
 * log) and says what is wrong when it is beyond a limit. They find what is wrong; what to write is found by trying (advise_settings.c).
 */
#include "models/advice/advise.h"

#include "models/advice/config_reader.h"
#include "sim/kernel/text.h"
#include "models/models.h"

#define CPU_IDLE 0.5         /* cpu_utilisation below which waiting for a slot is not for want of CPU */
#define CPU_HIGH 0.8         /* an M/G/1-PS queue: five times the time alone */
#define CLOSED_SHARE 0.05    /* of connections that a limit may end */
#define COST_FAR 1.25        /* cost over the least one */
#define ACCEPT_WAIT_S 0.005  /* a wait that users could notice beside round trips of tens of ms */
#define REUSE_LOST 0.05      /* share of requests */
#define COMPARED_IDLE_S 5    /* Apache's default, for those who have keep-alive off */

#define SOURCE_MPM "httpd.apache.org/docs/2.4/mod/mpm_common.html#maxrequestworkers"
#define SOURCE_TUNING "httpd.apache.org/docs/2.4/misc/perf-tuning.html"

static const char *percent(const struct advise *advise, double share) { return text_format(advise->arena, "%.3g %%", 100 * share); }

/* Share of the connections closed that ended for this reason. */
static double closed_share(const struct advise *advise, const char *column) {
    static const char *const all[] = {"closed_by_idle_limit", "closed_by_request_limit", "closed_keepalive_off", "closed_by_age_limit",
                                      "closed_by_reclaim", "closed_by_dying_process", "closed_as_asked", "closed_by_header_limit", "closed_by_client"};
    double sum = 0;
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) sum += advise_mean(advise, all[i]);
    return sum > 0 ? advise_mean(advise, column) / sum : 0;
}

static bool keeps_alive(const struct advise *advise) {
    const struct param_value *v = advise->scenario.params.values;
    return v[SERVER_KEEPALIVE].number > 0 && v[SERVER_IDLE_LIMIT].number > 0;
}

/* What a connection that waits takes. */
static double held_bytes(const struct fit *fit) {
    bool listener = fit->architecture == ARCHITECTURE_NGINX || fit->architecture == ARCHITECTURE_EVENT;
    return listener ? fit->per_connection_bytes : fit->process_bytes / fit->threads + fit->each_bytes;
}

/* A of advise.h. */
static double opening_cost_s(const struct advise *advise) {
    const struct param_value *v = advise->scenario.params.values;
    double bytes = held_bytes(&advise->fit);
    return bytes > 0 ? v[CPU_CONNECTION].number / v[MACHINE_CORES].number / (bytes / v[MACHINE_RAM].number) : 0;
}

/* ---- slots and memory ------------------------------------------------------------------------------------------- */

static bool limit_binds(const struct advise *advise, struct finding *finding) {
    const struct advise_slots *slots = &advise->slots;
    static const char *const why[] = {
        [CAUSE_KEEPALIVE] = "most slots wait for a next request: it is keep-alive, not load",
        [CAUSE_CLOSING] = "most slots wait for clients to close: lingering close, not load",
        [CAUSE_CPU] = "and the CPU is full: it is load, and more slots would only queue",
        [CAUSE_REQUESTS] = "most slots are busy and the CPU is not: requests wait for clients or disks"};
    if (slots->cause == CAUSE_NOT_REACHED) return false;
    finding->value = slots->peak;
    finding->measure = slots->peak_measure;
    finding->limit = slots->total;
    finding->param = slots->limit;
    finding->words = text_format(advise->arena, "the limit is reached: %s", why[slots->cause]);
    return true;
}

static bool waits_for_slot(const struct advise *advise, struct finding *finding) {
    finding->value = advise_mean(advise, "accept_wait");
    finding->limit = ACCEPT_WAIT_S;
    finding->param = advise->slots.limit;
    double cpu = advise_mean(advise, "cpu_utilisation");
    finding->words = text_format(advise->arena, "connections wait to be accepted while cpu_utilisation is %s", percent(advise, cpu));
    return finding->value > finding->limit && cpu < CPU_IDLE;
}

static bool queue_drops(const struct advise *advise, struct finding *finding) {
    finding->value = advise_mean(advise, "syn_dropped_per_s");
    finding->limit = 0;
    finding->words = "the accept queue overflows: clients try again after 1, 3, 7 s";
    return finding->value > 0;
}

static bool limit_beyond_ram(const struct advise *advise, struct finding *finding) {
    double limit = advise->scenario.params.values[advise->fit.limit].number;
    finding->value = fit_total_bytes(&advise->fit, limit);
    finding->limit = advise->fit.available_bytes;
    finding->param = advise->fit.limit;
    finding->words = text_format(advise->arena, "when the limit is reached the server takes more than RAM; at most %.0f fit", fit_limit(&advise->fit));
    return finding->value > finding->limit;
}

static bool beyond_ram(const struct advise *advise, struct finding *finding) {
    finding->value = advise_mean(advise, "ram_share");
    finding->limit = 1;
    finding->words = "memory does reach RAM";
    return finding->value >= 1 || advise_mean(advise, "forks_refused_per_s") > 0;
}

static bool cpu_is_full(const struct advise *advise, struct finding *finding) {
    finding->value = advise_mean(advise, "cpu_utilisation");
    finding->limit = CPU_HIGH;
    finding->words = "the cores are what is short: keep-alive settings cannot help much";
    return finding->value > CPU_HIGH;
}

/* ---- how long, how often --------------------------------------------------------------------------------------------- */

/* Far from the least cost, and so that the machine feels it: what it costs more, as a share of RAM held. */
static bool idle_limit_far(const struct advise *advise, struct finding *finding) {
    if (!advise->has_log || !keeps_alive(advise)) return false;
    const struct import *import = &advise->import;
    double limit_s = advise->scenario.params.values[SERVER_IDLE_LIMIT].number, a = advise->opening_cost_s;
    struct reuse_point now = reuse_curve_at(&import->curve, limit_s, REUSE_REQUEST);
    struct reuse_point best = reuse_curve_best(&import->curve, a, 1);
    double times = advise->scenario.params.values[USERS_CONNECTIONS].number * advise->busiest_per_s * advise->request->traffic / (double)import->log.n;
    double more_bytes = (reuse_cost_s(&now, a) - reuse_cost_s(&best, a)) * times * held_bytes(&advise->fit);
    finding->value = reuse_cost_s(&now, a) / reuse_cost_s(&best, a);
    finding->limit = COST_FAR;
    const char *least = best.idle_limit_s > 0 ? text_format(advise->arena, "%.6g s", best.idle_limit_s) : "keep-alive off";
    finding->words = text_format(advise->arena, "connections are %s: by the log's gaps %s costs the machine least",
                                   limit_s > best.idle_limit_s ? "held too long" : "given up too soon", least);
    return finding->value > COST_FAR && more_bytes > ADVISE_EQUAL_MEMORY * advise->scenario.params.values[MACHINE_RAM].number;
}

static bool keepalive_off(const struct advise *advise, struct finding *finding) {
    if (keeps_alive(advise) || !advise->has_log) return false;
    struct reuse_point point = reuse_curve_at(&advise->import.curve, COMPARED_IDLE_S, REUSE_REQUEST);
    finding->value = 1 - (double)point.opened / (double)point.requests;
    finding->limit = REUSE_LOST;
    finding->words = "keep-alive is off; with 5 s this share of the requests would find their connection open";
    return finding->value > REUSE_LOST;
}

static bool request_limit_cuts(const struct advise *advise, struct finding *finding) {
    finding->value = closed_share(advise, "closed_by_request_limit");
    finding->limit = CLOSED_SHARE;
    finding->words = "connections are closed in the middle of their use";
    return finding->value > CLOSED_SHARE;
}

static bool age_limit_cuts(const struct advise *advise, struct finding *finding) {
    finding->value = closed_share(advise, "closed_by_age_limit");
    finding->limit = CLOSED_SHARE;
    finding->words = "connections are closed for their age";
    return finding->value > CLOSED_SHARE;
}

static bool reclaims(const struct advise *advise, struct finding *finding) {
    finding->value = closed_share(advise, "closed_by_reclaim");
    finding->limit = CLOSED_SHARE;
    finding->param = advise->fit.limit;
    finding->words = "idle connections are closed early for want of room: the idle limit is not what happens";
    return finding->value > CLOSED_SHARE;
}

static bool processes_come_and_go(const struct advise *advise, struct finding *finding) {
    finding->value = closed_share(advise, "closed_by_dying_process");
    finding->limit = CLOSED_SHARE;
    finding->words = "processes are ended for being spare, and take idle connections with them";
    return finding->value > CLOSED_SHARE;
}

/* ---- behind a proxy --------------------------------------------------------------------------------------------------- */

/* The one that closes second sends requests into a connection that is being closed. */
static bool proxy_outlives(const struct advise *advise, struct finding *finding) {
    const struct param_value *v = advise->scenario.params.values;
    if (!(v[PROXY_PRESENT].number > 0) || !keeps_alive(advise)) return false;
    finding->value = advise_mean(advise, "proxy_races_per_s");
    finding->limit = 0;
    finding->words = text_format(advise->arena, "the proxy keeps connections for %.6g s, longer than the server: requests meet closed ones (502)",
                                   v[PROXY_IDLE_LIMIT].number);
    return v[SERVER_IDLE_LIMIT].number <= v[PROXY_IDLE_LIMIT].number && finding->value > 0;
}

/* ---- the table ---------------------------------------------------------------------------------------------------------- */

static const struct rule {
    const char *name, *measure, *unit;
    enum web_param param;
    const char *limit_is, *source;
    bool (*holds)(const struct advise *advise, struct finding *finding);
} rules[] = {
    {"limit-reached", "daemons_held_peak", "1", SERVER_WORKER_LIMIT, "less than 99 % of the limit", SOURCE_MPM, limit_binds},
    {"waits-for-a-slot", "accept_wait", "s", SERVER_WORKER_LIMIT, "up to 5 ms, with cpu_utilisation below 50 %", SOURCE_TUNING, waits_for_slot},
    {"queue-overflows", "syn_dropped_per_s", "1/s", SERVER_BACKLOG, "none", "httpd mpm_common.html#listenbacklog, nginx listen backlog", queue_drops},
    {"limit-beyond-ram", "fit total", "B", SERVER_WORKER_LIMIT, "machine.ram - machine.reserved", "linger fit", limit_beyond_ram},
    {"beyond-ram", "ram_share", "1", MACHINE_RAM, "less than all of it", SOURCE_TUNING, beyond_ram},
    {"cpu-is-full", "cpu_utilisation", "1", MACHINE_CORES, "up to 80 %: five times the time alone (M/G/1-PS)", "Kleinrock, Queueing Systems 2, 4.4", cpu_is_full},
    {"idle-limit", "reuse curve: cost over the least", "1", SERVER_IDLE_LIMIT, "up to 1.25, or 1 % of RAM more", "linger import --opening-cost", idle_limit_far},
    {"keepalive-off", "reuse curve: found open at 5 s", "1", SERVER_KEEPALIVE, "up to 5 % of the requests", "linger import", keepalive_off},
    {"request-limit", "closed_by_request_limit / all closed", "1", SERVER_REQUESTS_PER_CONNECTION, "up to 5 % of the connections",
     "httpd core.html#maxkeepaliverequests, nginx keepalive_requests", request_limit_cuts},
    {"age-limit", "closed_by_age_limit / all closed", "1", SERVER_CONNECTION_AGE_LIMIT, "up to 5 % of the connections", "nginx keepalive_time", age_limit_cuts},
    {"reclaimed", "closed_by_reclaim / all closed", "1", SERVER_CONNECTION_LIMIT, "up to 5 % of the connections",
     "nginx ngx_drain_connections, httpd event.html", reclaims},
    {"spare-processes", "closed_by_dying_process / all closed", "1", SERVER_SPARE_MAX, "up to 5 % of the connections", "httpd mpm_common.html#maxsparethreads",
     processes_come_and_go},
    {"proxy-outlives-server", "proxy_races_per_s", "1/s", SERVER_IDLE_LIMIT, "none", "RFC 9112 9.3.1, 9.5", proxy_outlives},
};
_Static_assert(sizeof rules / sizeof rules[0] <= ADVISE_FINDINGS_MAX, "each rule may find something");

void advise_rules(struct advise *advise) {
    double given_s = advise->request->opening_cost_s;
    advise->opening_cost_s = given_s >= 0 ? given_s : opening_cost_s(advise);
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        const struct rule *rule = &rules[i];
        struct finding finding = {.rule = rule->name, .measure = rule->measure, .unit = rule->unit, .limit_is = rule->limit_is,
                                  .source = rule->source, .param = rule->param};
        if (rule->holds(advise, &finding)) advise->findings[advise->n_findings++] = finding;
    }
}
