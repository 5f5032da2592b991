/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * theory: closed forms that simulations are held against. Pure functions of numbers; nothing here is used
 * inside a simulation.
 *
 * Queues: l arrival rate, s mean service, c servers, a = l s offered load, K room for customers, N users,
 * Z think time. Keep-alive: gaps between a response and the user's next request are independent with
 * distribution F; T idle limit, M request limit (0: none), s service.
 */
#ifndef MODELS_THEORY_H
#define MODELS_THEORY_H

/* Erlang B: share of arrivals lost with c servers and no room to wait. B(0)=1, B(k) = a B(k-1) / (k + a B(k-1)).
 * Insensitive to the service law (M/G/c/c). Erlang 1917. */
double theory_erlang_b(unsigned servers, double offered_load);

/* Erlang C: share of arrivals that must wait in M/M/c. B / (1 - (a/c)(1-B)). Needs a < c. */
double theory_erlang_c(unsigned servers, double offered_load);

/* M/M/c: mean wait in the queue [s], C s / (c - a). */
double theory_mmc_wait_s(unsigned servers, double arrival_rate, double service_s);

/* M/M/1/K, and M/G/1/K under processor sharing whatever the service law: mean number present and share blocked. */
double theory_mm1k_customers(double load, unsigned room);
double theory_mm1k_blocked(double load, unsigned room);

/* M/G/1 first come first served, Pollaczek and Khinchine: mean wait [s] from the second moment of service. */
double theory_mg1_wait_s(double arrival_rate, double service_s, double service_second_moment);

/* Closed interactive system: N users, think time Z, c servers at mean service s with exponential law (or one
 * processor-sharing server, any law). Throughput [1/s], from the birth-death chain, which is what exact MVA
 * (Reiser & Lavenberg 1980) gives. The response time is N/X - Z. */
double theory_closed_throughput(unsigned users, unsigned servers, double think_s, double service_s);

/* ---- keep-alive renewal (renewal-reward; one connection is one cycle) ---------------------------- */

/* What the formulas need of the gap law: p = F(T) and m = E[min(G,T)] and E[G]. */
struct theory_gap {
    double within;  /* p */
    double held_s;  /* m */
    double mean_s;  /* E[G] */
};
struct theory_gap theory_gap_exponential(double mean_s, double idle_limit_s);
/* Any law, from its survival function 1-F: m by gsl_integration_qags. */
struct theory_gap theory_gap_of(double (*survival)(double x, void *context), void *context, double mean_s,
                                double idle_limit_s);

/* E[K]: (1-p^M)/(1-p). */
double theory_requests_per_connection(struct theory_gap gap, unsigned limit);
/* Share of requests that find their connection open: 1 - 1/E[K]. */
double theory_reuse_share(struct theory_gap gap, unsigned limit);
/* E[L] = s E[K] + m (1-p^(M-1))/(1-p). */
double theory_connection_s(struct theory_gap gap, unsigned limit, double service_s);
/* Connections held on average by one user: E[L] / (E[K] (s+E[G])). */
double theory_held(struct theory_gap gap, unsigned limit, double service_s);
/* TIME_WAIT entries on the server by Little's law: duration x users / cycle, every connection being closed by the server. */
double theory_time_wait(struct theory_gap gap, unsigned limit, double service_s, double users,
                        double time_wait_s);

/* ---- two timeouts in a row --------------------------------------------------------------------- */

/* A client, or a proxy, keeps idle connections to a server, each giving up at a limit of its own: t the reuser's (0: none), T the server's, r
 * the round trip between them. RFC 9112 9.5 warns of the race and leaves it to the two; its rate follows from who knows what when. Let the
 * response leave the server at 0, where the server's limit begins. It lands at r/2, where the reuser's begins. After a gap g the next
 * request leaves, at r/2 + g, and lands at r + g. The server's FIN leaves at T and lands at T + r/2.
 *
 *   g < T - r       the request lands in time
 *   T - r < g < T   the FIN is under way when the request leaves: they meet
 *   g > T           the FIN has landed: the reuser opens a new connection
 *   g > t           the reuser has closed it itself
 *
 * So the share of gaps that end in a race is F(min(t,T)) - F(T-r), and 0 if and only if no gap lies there, for certain when t <= T - r: the side
 * that reuses must give up first, by a round trip, since its clock starts half of one later and its request needs the other half.
 * A server that looks at its limits every s seconds only makes T longer, by up to s. */
double theory_close_race(double (*survival)(double x, void *context), void *context, double server_limit_s,
                         double reuser_limit_s, double rtt_s);

/* One user who goes on after each answer, one connection, a share of requests that must not be sent twice: share of all requests that are
 * answered 502. Of n requests x n follow an answer and begin with such a gap; those that follow a 502 find no connection. So 1 - x = x race
 * once, and the share is x race once. */
double theory_bad_gateway_share(double race, double once);

/* New connections a second from n ports, each of which is taken for a connection's life and the TIME_WAIT after it: n / (life + w).
 * 28,232 / 60 s = 470.5 (Linux ip_local_port_range, TCP_TIMEWAIT_LEN). */
double theory_port_rate(unsigned ports, double time_wait_s, double life_s);

/* ---- best timeout -------------------------------------------------------------------------------- */

/* An opening costs as much as A seconds of holding. A request costs J(T) = int_0^T (1-F) + A (1-F(T)) held seconds, and J' = (1-F)(1 - A h)
 * with hazard h: hold while h(t) > 1/A. Where J falls, rises and falls again, the ends are compared too; without a limit J is E[G]. */
struct theory_timeout {
    double idle_limit_s; /* 0: close at once; HUGE_VAL: never */
    double cost_s;       /* J, for each request after the first */
};
/* Exponential gaps: the hazard never changes, so it is all or nothing. */
struct theory_timeout theory_timeout_exponential(double mean_s, double opening_s);
/* Pareto(k,a): a A, if that is longer than k and better than closing at once. */
struct theory_timeout theory_timeout_pareto(double scale_s, double shape, double opening_s);
/* Weibull(w,b): w (bA/w)^(1/(1-b)) for b < 1; a hazard that grows (b > 1) makes it all or nothing. */
struct theory_timeout theory_timeout_weibull(double scale_s, double shape, double opening_s);
/* q Exp(rate u1) + (1-q) Exp(rate u2), u1 > u2: bursts and thinking. */
struct theory_timeout theory_timeout_mix(double share, double rate1, double rate2, double opening_s);
/* Any law, from its survival function: the least J on a logarithmic grid from `shortest_s` to `longest_s`, and of 0; no closed form. */
struct theory_timeout theory_timeout_of(double (*survival)(double x, void *context), void *context, double shortest_s, double longest_s,
                                        double opening_s);
/* J itself. */
double theory_timeout_cost(double (*survival)(double x, void *context), void *context, double idle_limit_s, double opening_s);

/* Engset: share of time that all c servers are held by N users who hold for H and are away for Z. */
double theory_engset_time(unsigned users, unsigned servers, double hold_s, double away_s);

#endif
