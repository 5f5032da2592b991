/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/theory.h"

#include <gsl/gsl_integration.h>
#include <gsl/gsl_math.h>
#include <math.h>

double theory_erlang_b(unsigned servers, double a) {
    double b = 1;
    for (unsigned k = 1; k <= servers; k++) b = a * b / (k + a * b);
    return b;
}

double theory_erlang_c(unsigned servers, double a) {
    double b = theory_erlang_b(servers, a);
    return b / (1 - a / servers * (1 - b));
}

double theory_mmc_wait_s(unsigned servers, double arrival_rate, double service_s) {
    double a = arrival_rate * service_s;
    return theory_erlang_c(servers, a) * service_s / (servers - a);
}

double theory_mm1k_blocked(double load, unsigned room) {
    double sum = 0;
    for (unsigned n = 0; n <= room; n++) sum += gsl_pow_uint(load, n);
    return gsl_pow_uint(load, room) / sum;
}

double theory_mm1k_customers(double load, unsigned room) {
    double sum = 0, moment = 0;
    for (unsigned n = 0; n <= room; n++) {
        sum += gsl_pow_uint(load, n);
        moment += n * gsl_pow_uint(load, n);
    }
    return moment / sum;
}

double theory_mg1_wait_s(double arrival_rate, double service_s, double service_second_moment) {
    return arrival_rate * service_second_moment / (2 * (1 - arrival_rate * service_s));
}

/* p(n) for n present is proportional to the product of (N-k) s / (min(k+1,c) Z); throughput is the mean of
 * min(n,c)/s. Terms are kept relative to the largest seen, so that large N cannot overflow. */
double theory_closed_throughput(unsigned users, unsigned servers, double think_s, double service_s) {
    double term = 1, sum = 1, served = 0;
    for (unsigned n = 1; n <= users; n++) {
        unsigned busy = n < servers ? n : servers;
        term *= (users - n + 1) * service_s / (busy * think_s);
        sum += term;
        served += term * busy / service_s;
        if (sum > 1e200) {
            term /= sum;
            served /= sum;
            sum = 1;
        }
    }
    return served / sum;
}

struct theory_gap theory_gap_exponential(double mean_s, double idle_limit_s) {
    double within = -expm1(-idle_limit_s / mean_s);
    return (struct theory_gap){.within = within, .held_s = mean_s * within, .mean_s = mean_s};
}

struct theory_gap theory_gap_of(double (*survival)(double x, void *context), void *context, double mean_s,
                                double idle_limit_s) {
    gsl_integration_workspace *workspace = gsl_integration_workspace_alloc(1000);
    gsl_function function = {.function = survival, .params = context};
    double held_s = 0, error = 0;
    gsl_integration_qags(&function, 0, idle_limit_s, 1e-12, 1e-9, 1000, workspace, &held_s, &error);
    gsl_integration_workspace_free(workspace);
    return (struct theory_gap){.within = 1 - survival(idle_limit_s, context), .held_s = held_s, .mean_s = mean_s};
}

double theory_requests_per_connection(struct theory_gap gap, unsigned limit) {
    double reached = limit ? gsl_pow_uint(gap.within, limit) : 0;
    return (1 - reached) / (1 - gap.within);
}

double theory_reuse_share(struct theory_gap gap, unsigned limit) {
    return 1 - 1 / theory_requests_per_connection(gap, limit);
}

double theory_connection_s(struct theory_gap gap, unsigned limit, double service_s) {
    double reached = limit ? gsl_pow_uint(gap.within, limit - 1) : 0;
    double idle_s = gap.held_s * (1 - reached) / (1 - gap.within);
    return service_s * theory_requests_per_connection(gap, limit) + idle_s;
}

double theory_held(struct theory_gap gap, unsigned limit, double service_s) {
    double cycle_s = theory_requests_per_connection(gap, limit) * (service_s + gap.mean_s);
    return theory_connection_s(gap, limit, service_s) / cycle_s;
}

double theory_time_wait(struct theory_gap gap, unsigned limit, double service_s, double users,
                        double time_wait_s) {
    double cycle_s = theory_requests_per_connection(gap, limit) * (service_s + gap.mean_s);
    return time_wait_s * users / cycle_s;
}

double theory_close_race(double (*survival)(double x, void *context), void *context, double server_limit_s,
                         double reuser_limit_s, double rtt_s) {
    double from_s = fmax(server_limit_s - rtt_s, 0);
    double to_s = reuser_limit_s > 0 ? fmin(reuser_limit_s, server_limit_s) : server_limit_s;
    return to_s > from_s ? survival(from_s, context) - survival(to_s, context) : 0;
}

double theory_bad_gateway_share(double race, double once) { return race * once / (1 + race * once); }

double theory_port_rate(unsigned ports, double time_wait_s, double life_s) { return ports / (life_s + time_wait_s); }

double theory_engset_time(unsigned users, unsigned servers, double hold_s, double away_s) {
    double term = 1, sum = 1;
    for (unsigned k = 1; k <= servers; k++) {
        term *= (users - k + 1) * hold_s / (k * away_s);
        sum += term;
    }
    return term / sum;
}
