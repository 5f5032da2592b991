/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/web/checks.h"

#include <math.h>

#include "models/theory.h"
#include "models/web/params.h"

/* ---- closed users against MVA ---------------------------------------------------------------------- */

static double think_s(const struct param_set *set) { return variate_mean(&set->values[USERS_THINK].variate); }
static unsigned users(const struct param_set *set) { return (unsigned)set->values[USERS_COUNT].number; }

static double mva_throughput(const struct param_set *set) {
    return theory_closed_throughput(users(set), (unsigned)set->values[MACHINE_CORES].number, think_s(set),
                                    variate_mean(&set->values[CPU_REQUEST].variate));
}
static double mva_response(const struct param_set *set) {
    return users(set) / mva_throughput(set) - think_s(set);
}

/* ---- keep-alive renewal ------------------------------------------------------------------------------ */

static double survival(double x, void *context) {
    const struct variate *v = context;
    switch (v->kind) {
    case VARIATE_PARETO: return x < v->a ? 1 : pow(v->a / x, v->b);
    case VARIATE_WEIBULL: return exp(-pow(x / v->a, v->b));
    case VARIATE_UNIFORM: return x < v->a ? 1 : x > v->b ? 0 : (v->b - x) / (v->b - v->a);
    default: return exp(-x / v->a);
    }
}

static struct theory_gap gap(const struct param_set *set) {
    struct variate think = set->values[USERS_THINK].variate;
    return theory_gap_of(survival, &think, variate_mean(&think), set->values[SERVER_IDLE_LIMIT].number);
}
static bool keeps(const struct param_set *set) {
    return set->values[SERVER_KEEPALIVE].number > 0 && set->values[SERVER_IDLE_LIMIT].number > 0;
}
static unsigned limit(const struct param_set *set) {
    return keeps(set) ? (unsigned)set->values[SERVER_REQUESTS_PER_CONNECTION].number : 1;
}
static double service_s(const struct param_set *set) {
    return variate_mean(&set->values[CPU_REQUEST].variate);
}
static double renewal_reuse(const struct param_set *set) { return theory_reuse_share(gap(set), limit(set)); }
static double renewal_requests(const struct param_set *set) {
    return theory_requests_per_connection(gap(set), limit(set));
}
static double renewal_held(const struct param_set *set) {
    return users(set) * theory_held(gap(set), limit(set), service_s(set));
}
static double renewal_time_wait(const struct param_set *set) {
    return theory_time_wait(gap(set), limit(set), service_s(set), users(set), set->values[TCP_TIME_WAIT].number);
}

static double renewal_rate(const struct param_set *set) { return users(set) / (service_s(set) + think_s(set)); }
static double renewal_connections(const struct param_set *set) { return renewal_rate(set) / renewal_requests(set); }

/* ---- a proxy ------------------------------------------------------------------------------------------ */

static double reuser_limit_s(const struct param_set *set) { return set->values[PROXY_IDLE_LIMIT].number; }
static double server_limit_s(const struct param_set *set) { return set->values[SERVER_IDLE_LIMIT].number; }

static double race(const struct param_set *set) {
    struct variate think = set->values[USERS_THINK].variate;
    return theory_close_race(survival, &think, server_limit_s(set), reuser_limit_s(set), set->values[PROXY_RTT].number);
}
/* Of those that find their connection in the pool. */
static double race_share(const struct param_set *set) {
    struct variate think = set->values[USERS_THINK].variate;
    return race(set) / (1 - survival(fmin(server_limit_s(set), reuser_limit_s(set)), &think));
}
static double bad_gateway_share(const struct param_set *set) {
    return theory_bad_gateway_share(race(set), set->values[USERS_NON_IDEMPOTENT].number);
}

/* ---- the cases ----------------------------------------------------------------------------------------- */

/* One document a page, no objects, no delays but those named. */
#define BARE "users.objects=0; users.connections=1; users.rtt=0; cpu.connection=0; cpu.fork=0; "
#define FREE "users.count users.think cpu.request cpu.user_share server.keepalive server.idle_limit server.requests_per_connection " \
             "server.start server.worker_limit server.spare_min server.spare_max machine.cores machine.ram memory. tcp.time_wait"

/* A daemon for everybody from the start that is not reaped, and memory for all that they can hold. */
static bool is_enough(const struct param_set *set) {
    const struct param_value *v = set->values;
    double start = v[SERVER_START].number, ends = users(set) * (1 + v[TCP_TIME_WAIT].number / fmax(think_s(set), 1e-3));
    double bytes = v[MEMORY_BASE].number + v[MEMORY_SHARED].number +
                   start * (v[MEMORY_DAEMON_RSS].number + v[MEMORY_DAEMON_KERNEL].number) +
                   users(set) * (v[MEMORY_SOCKET].number + v[MEMORY_CONNECTION].number) + 2 * ends * v[MEMORY_TIME_WAIT].number;
    return start >= users(set) && v[SERVER_WORKER_LIMIT].number >= start && v[SERVER_SPARE_MAX].number >= start &&
           bytes < v[MACHINE_RAM].number;
}

/* Shared processors are insensitive to the law of service as one of them is; theory.h says so of one. */
static bool is_closed(const struct param_set *set) {
    bool law = set->values[CPU_REQUEST].variate.kind == VARIATE_EXPONENTIAL || set->values[MACHINE_CORES].number < 2;
    return is_enough(set) && law && isfinite(service_s(set)) && service_s(set) > 0 && isfinite(think_s(set));
}

static bool has_survival(const struct variate *law) {
    return law->kind == VARIATE_PARETO || law->kind == VARIATE_WEIBULL || law->kind == VARIATE_UNIFORM ||
           law->kind == VARIATE_EXPONENTIAL;
}

/* Nobody waits, so all users are independent. */
static bool is_renewal(const struct param_set *set) {
    bool served = service_s(set) <= 0 || set->values[MACHINE_CORES].number >= users(set);
    return is_enough(set) && served && isfinite(think_s(set)) && has_survival(&set->values[USERS_THINK].variate);
}

/* One user behind a proxy; he draws his gaps anew whatever meets, so neither daemons nor limits of requests matter. */
#define PROXIED "users.count=1; users.objects=0; users.connections=1; users.rtt=0; cpu.connection=0; cpu.fork=0; cpu.request=0; " \
                "proxy.present=on; proxy.requests_per_connection=0; proxy.connection_age_limit=0; server.requests_per_connection=0; "
#define PROXIED_FREE "users.think users.non_idempotent proxy.rtt proxy.idle_limit server.idle_limit cpu.user_share server.start " \
                     "server.worker_limit server.spare_min server.spare_max machine.cores machine.ram memory. tcp.time_wait"

static bool is_raced(const struct param_set *set) {
    return is_enough(set) && isfinite(think_s(set)) && has_survival(&set->values[USERS_THINK].variate) && reuser_limit_s(set) > 0;
}

static const struct special_case raced = {"two timeouts in a row", PROXIED, PROXIED_FREE, is_raced, "RFC 9112 9.5, models/theory.h"};
static const struct special_case closed = {"closed users", BARE, FREE, is_closed, "Reiser & Lavenberg 1980 (MVA)"};
static const struct special_case renewal = {"keep-alive renewal", BARE, FREE, is_renewal, "renewal-reward theorem"};

const struct closed_form web_forms[WEB_FORMS] = {
    {&closed, "requests_per_s", mva_throughput},
    {&closed, "page_response", mva_response},
    {&renewal, "requests_per_s", renewal_rate},
    {&renewal, "connections_per_s", renewal_connections},
    {&renewal, "reuse_share", renewal_reuse},
    {&renewal, "requests_per_connection", renewal_requests},
    {&renewal, "connections_open", renewal_held},
    {&renewal, "daemons_held", renewal_held},
    {&renewal, "time_wait", renewal_time_wait},
    {&raced, "proxy_race_share", race_share},
    {&raced, "bad_gateway_share", bad_gateway_share},
};

/* ---- the checks ----------------------------------------------------------------------------------------- */

#define PLENTY BARE "server.start=2000; server.worker_limit=2000; server.spare_max=2000; machine.ram=100GiB; run.replications=40; "
#define MVA PLENTY "users.think=exponential(7s); cpu.request=exponential(100ms); server.idle_limit=1h; " \
            "server.requests_per_connection=0; run.warmup=200s; "
/* 1000 users, gaps exponential with mean 10 s, idle limit 5 s: formulas of renewal theory with s = 0. */
#define RENEWAL PLENTY "users.count=1000; users.think=exponential(10s); cpu.request=0; server.idle_limit=5s; " \
                "run.warmup=200s; run.horizon=1200s; "
#define UNLIMITED RENEWAL "server.requests_per_connection=0"
#define LIMITED RENEWAL "server.requests_per_connection=5"
/* With service 0.2 s on as many cores as users, so that nobody waits. */
#define SERVED RENEWAL "server.idle_limit=15s; server.requests_per_connection=5; cpu.request=200ms; machine.cores=1000"
#define UNIFORM RENEWAL "users.think=uniform(1s,9s); server.idle_limit=4s; server.requests_per_connection=0"
#define WEIBULL RENEWAL "users.think=weibull(8s,0.7); server.idle_limit=6s; server.requests_per_connection=20; run.horizon=2200s"
#define OFF RENEWAL "server.keepalive=off; server.requests_per_connection=1"

/* One user, one connection, behind a proxy. Fronts take no time, so that the gaps between response and request at the proxy are the user's
 * thinking. */
#define RACE PLENTY PROXIED "users.non_idempotent=0.5; run.warmup=100s; run.horizon=250000s; "
#define RACE_EXPONENTIAL RACE "users.think=exponential(5s); proxy.rtt=2s; proxy.idle_limit=60s; server.idle_limit=5s"
#define RACE_BETWEEN RACE "users.think=exponential(5s); proxy.rtt=2s; proxy.idle_limit=4s; server.idle_limit=5s; users.non_idempotent=1"
#define RACE_UNIFORM RACE "users.think=uniform(1s,9s); proxy.rtt=1s; proxy.idle_limit=60s; server.idle_limit=4s"

const struct check web_checks[WEB_CHECKS] = {
    {"closed N 50, Z 7 s, S 0.1 s, 1 core", MVA "users.count=50; machine.cores=1; run.horizon=20200s",
     "requests_per_s"},
    {"closed N 50, Z 7 s, S 0.1 s, 1 core", MVA "users.count=50; machine.cores=1; run.horizon=20200s",
     "page_response"},
    {"closed N 280, Z 7 s, S 0.1 s, 4 cores", MVA "users.count=280; machine.cores=4; run.horizon=10200s",
     "requests_per_s"},
    {"closed N 280, Z 7 s, S 0.1 s, 4 cores", MVA "users.count=280; machine.cores=4; run.horizon=10200s",
     "page_response"},
    {"gaps exp 10 s, T 5 s", UNLIMITED, "reuse_share"},
    {"gaps exp 10 s, T 5 s", UNLIMITED, "requests_per_connection"},
    {"gaps exp 10 s, T 5 s", UNLIMITED, "connections_open"},
    {"gaps exp 10 s, T 5 s", UNLIMITED, "time_wait"},
    {"gaps exp 10 s, T 5 s, limit 5", LIMITED, "reuse_share"},
    {"gaps exp 10 s, T 5 s, limit 5", LIMITED, "requests_per_connection"},
    {"gaps exp 10 s, T 5 s, limit 5", LIMITED, "daemons_held"},
    {"gaps exp 10 s, T 5 s, limit 5", LIMITED, "time_wait"},
    {"same, T 15 s, service 0.2 s", SERVED, "requests_per_connection"},
    {"same, T 15 s, service 0.2 s", SERVED, "daemons_held"},
    {"same, T 15 s, service 0.2 s", SERVED, "time_wait"},
    {"gaps uniform 1..9 s, T 4 s", UNIFORM, "reuse_share"},
    {"gaps uniform 1..9 s, T 4 s", UNIFORM, "connections_open"},
    {"gaps uniform 1..9 s, T 4 s", UNIFORM, "time_wait"},
    {"gaps Weibull, T 6 s, limit 20", WEIBULL, "reuse_share"},
    {"gaps Weibull, T 6 s, limit 20", WEIBULL, "requests_per_connection"},
    {"gaps Weibull, T 6 s, limit 20", WEIBULL, "connections_open"},
    {"gaps Weibull, T 6 s, limit 20", WEIBULL, "time_wait"},
    {"keep-alive off", OFF, "requests_per_connection"},
    {"keep-alive off", OFF, "time_wait"},
    {"proxy, gaps exp 5 s, T 5 s, r 2 s", RACE_EXPONENTIAL, "proxy_race_share"},
    {"proxy, gaps exp 5 s, T 5 s, r 2 s", RACE_EXPONENTIAL, "bad_gateway_share"},
    {"same, t 4 s", RACE_BETWEEN, "proxy_race_share"},
    {"same, t 4 s", RACE_BETWEEN, "bad_gateway_share"},
    {"proxy, gaps uniform 1..9 s, T 4 s, r 1 s", RACE_UNIFORM, "proxy_race_share"},
};
