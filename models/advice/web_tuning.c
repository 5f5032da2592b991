/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What linger tune and linger capacity turn in the web model, and the idle limit that theory or a log knows to be best.
 *
 * What an opening costs, in seconds of holding (A), is the user's to say. Unsaid, it is taken from the scenario's own costs, each as a share
 * of the machine: an opening takes cpu.connection of all cores' time, a held connection its memory of machine.ram.
 */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "models/advice/reuse_curve.h"
#include "models/models.h"
#include "models/theory.h"
#include "models/web/params.h"

enum { LINE_BYTES = 160 };

#if defined(__GNUC__)
__attribute__((format(printf, 3, 4)))
#endif
static void say(struct optimum *out, struct arena *arena, const char *format, ...) {
    char line[LINE_BYTES];
    va_list args;
    va_start(args, format);
    int n = vsnprintf(line, sizeof line, format, args);
    va_end(args);
    SIM_ASSERT(n >= 0 && out->n_lines < OPTIMUM_LINES_MAX);
    out->line[out->n_lines++] = arena_text(arena, line, strlen(line));
}

/* ---- what an opening costs ------------------------------------------------------------------------------- */

static double held_bytes(const struct param_value *v) {
    double bytes = v[MEMORY_CONNECTION].number + v[MEMORY_SOCKET].number + (v[USERS_TLS].number > TLS_OFF ? v[MEMORY_TLS].number : 0);
    if (v[SERVER_ARCHITECTURE].number < ARCHITECTURE_WORKER) return bytes + v[MEMORY_DAEMON_PRIVATE].number + v[MEMORY_DAEMON_KERNEL].number;
    if (v[SERVER_ARCHITECTURE].number < ARCHITECTURE_EVENT) return bytes + v[MEMORY_THREAD_USED].number + v[MEMORY_THREAD_KERNEL].number;
    return bytes;
}

static double own_price(const struct param_value *v, struct arena *arena, struct optimum *out) {
    double opening_s = v[CPU_CONNECTION].number + (v[USERS_TLS].number > TLS_OFF ? v[CPU_TLS].number : 0);
    double bytes = held_bytes(v), share = bytes / v[MACHINE_RAM].number;
    if (!(share > 0)) return 0;
    double price = opening_s / v[MACHINE_CORES].number / share;
    say(out, arena, "An opening takes %.4g us of %.0f cores, a held connection %.4g kB of %.4g GB:", 1e6 * opening_s, v[MACHINE_CORES].number,
        bytes / 1e3, v[MACHINE_RAM].number / 1e9);
    say(out, arena, "as shares of the machine an opening is worth A = %.3g s of holding. Another", price);
    say(out, arena, "opinion: --opening-cost.");
    return price;
}

/* ---- from the law of the gaps ------------------------------------------------------------------------------ */

static double survival(double x, void *law) { return variate_probability(law, nextafter(x, HUGE_VAL), HUGE_VAL); }

static bool is_whole_law(const struct variate *law) { return !(law->low > -HUGE_VAL) && !(law->high < HUGE_VAL); }

static bool is_burst_and_think(const struct variate *law) {
    return law->kind == VARIATE_MIX && law->parts[0].kind == VARIATE_EXPONENTIAL && law->parts[1].kind == VARIATE_EXPONENTIAL &&
           is_whole_law(&law->parts[0]) && is_whole_law(&law->parts[1]);
}

/* `is_closed`: by a formula, else on a grid of 200 values a decade. */
static struct theory_timeout best_of_law(struct variate *law, double price, bool *is_closed) {
    *is_closed = is_whole_law(law);
    if (*is_closed && law->kind == VARIATE_EXPONENTIAL) return theory_timeout_exponential(law->a, price);
    if (*is_closed && law->kind == VARIATE_PARETO) return theory_timeout_pareto(law->a, law->b, price);
    if (*is_closed && law->kind == VARIATE_WEIBULL) return theory_timeout_weibull(law->a, law->b, price);
    if (*is_closed && is_burst_and_think(law)) return theory_timeout_mix(law->a, 1 / law->parts[0].a, 1 / law->parts[1].a, price);
    *is_closed = false;
    return theory_timeout_of(survival, law, 1e-3, 1e5, price);
}

static const char *limit_words(double idle_limit_s, char *out, size_t out_bytes) {
    if (isinf(idle_limit_s)) snprintf(out, out_bytes, "none: hold for ever");
    else if (idle_limit_s > 0) snprintf(out, out_bytes, "%.7g s", idle_limit_s);
    else snprintf(out, out_bytes, "0: close at once");
    return out;
}

static bool optimum_of_law(const struct param_value *v, double price, struct arena *arena, struct optimum *out) {
    struct variate law = v[USERS_THINK].variate;
    bool is_closed;
    char words[40];
    if (!(price > 0)) price = own_price(v, arena, out);
    if (!(price > 0)) return false;
    struct theory_timeout best = best_of_law(&law, price, &is_closed);
    out->value = best.idle_limit_s;
    say(out, arena, "Gaps as users.think = %.55s, A = %.4g s:", v[USERS_THINK].text, price);
    say(out, arena, "  best idle limit  %s  (%s)", limit_words(best.idle_limit_s, words, sizeof words), is_closed ? "exact" : "numeric");
    say(out, arena, "  a request costs  %.5g held seconds; closed at once %.5g, at A %.5g", best.cost_s, price,
        theory_timeout_cost(survival, &law, price, price));
    say(out, arena, "  limit A costs at most twice the best any policy could do, whatever the law.");
    bool alone = v[USERS_OBJECTS].variate.kind == VARIATE_CONSTANT && v[USERS_OBJECTS].variate.a < 1;
    if (!alone) say(out, arena, "  (Of pages, whose objects use their connections in bursts.)");
    return true;
}

/* ---- from a log ------------------------------------------------------------------------------------------------ */

/* Clients with one connection, and a server that takes no time: then gaps decide, and a simulation would say the same. */
static bool is_bare(const struct param_value *v) {
    const struct variate *request = &v[CPU_REQUEST].variate;
    return v[USERS_CONNECTIONS].number < 2 && !(v[USERS_RTT].number > 0) && !(v[CPU_CONNECTION].number > 0) &&
           request->kind == VARIATE_CONSTANT && !(request->a > 0);
}

static bool optimum_of_trace(const struct param_value *v, const struct workload *workload, double price, struct arena *arena,
                             struct optimum *out) {
    const struct reuse_trace trace = {workload->n_requests, workload->request_time_s, workload->request_client, workload->n_clients};
    struct reuse_curve curve;
    if (v[SERVER_REQUESTS_PER_CONNECTION].number > 0) {
        say(out, arena, "server.requests_per_connection = 0 would give the best idle limit straight from the log.");
        return false;
    }
    if (!(price > 0)) price = own_price(v, arena, out);
    if (!(price > 0)) return false;
    reuse_curve_open(&curve, &trace, arena);
    struct reuse_point best = reuse_curve_best(&curve, price, 1), at_price = reuse_curve_at(&curve, price, REUSE_REQUEST);
    struct reuse_point off = reuse_curve_at(&curve, 0, REUSE_REQUEST);
    double bound_s = reuse_curve_bound_s(&curve, price), at_price_s = reuse_cost_s(&at_price, price);
    out->value = best.idle_limit_s;
    out->is_whole = is_bare(v);
    say(out, arena, "%zu requests of %u clients, an opening costs A = %.7g s of holding:", trace.n_requests, trace.n_clients, price);
    say(out, arena, "  best idle limit  %.7g s, of all whole seconds  (exact; the request wins ties)", best.idle_limit_s);
    say(out, arena, "  costs            %.10g held seconds: %llu openings, %.10g s of holding", reuse_cost_s(&best, price),
        (unsigned long long)best.opened, best.connection_seconds);
    say(out, arena, "  keep-alive off   %.10g", reuse_cost_s(&off, price));
    say(out, arena, "  limit A          %.10g, %.4g times the least any policy could pay (%.10g),", at_price_s, at_price_s / bound_s, bound_s);
    say(out, arena, "                   which is within twice, as it must be of any log");
    return true;
}

static bool optimum(const struct param_set *params, const struct workload *workload, double price, struct arena *arena, struct optimum *out) {
    *out = (struct optimum){.key = web_params[SERVER_IDLE_LIMIT].name};
    if (workload->n_requests) return optimum_of_trace(params->values, workload, price, arena, out);
    if (workload->n_classes > 1) return false;
    return optimum_of_law(workload->n_classes ? workload->classes[0].values : params->values, price, arena, out);
}

/* ---- the table ---------------------------------------------------------------------------------------------------- */

/* 0 is keep-alive off. */
static const struct tunable tunables[] = {{"server.idle_limit", "0,0.1,0.2,0.5,1,2,5,10,20,50,100,200"}};
static const char *const load_keys[] = {"users.sessions", "users.count", NULL};

const struct tuning web_tuning = {
    .tunables = tunables,
    .n_tunables = sizeof tunables / sizeof tunables[0],
    .settings = "server.keepalive=on",
    .ram_key = "machine.ram",
    .ram_measure = "memory_total_peak",
    .front = {"memory_total", "page_response", "cpu_utilisation"},
    .load_keys = load_keys,
    .price_columns = {"connection_seconds", "connections_opened"},
    .optimum = optimum,
};
