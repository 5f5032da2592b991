/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The special cases of mmc with a closed form, and the settings at which `linger verify` holds it against them.
 */
#include <math.h>

#include "models/mmc.h"
#include "models/theory.h"

static double rate(const struct param_set *set) { return set->values[MMC_ARRIVAL_RATE].number; }
static double service_s(const struct param_set *set) { return variate_mean(&set->values[MMC_SERVICE].variate); }
static double load(const struct param_set *set) { return rate(set) * service_s(set); }
static unsigned servers(const struct param_set *set) { return (unsigned)set->values[MMC_SERVERS].number; }
static unsigned room(const struct param_set *set) { return (unsigned)set->values[MMC_ROOM].number; }

/* ---- the cases ------------------------------------------------------------------------------------------ */

#define FREE "queue.arrival_rate queue.service queue.start"

/* The mean of what is truncated is not known, and no comparison with NAN holds. */
static bool is_mmc(const struct param_set *set) {
    return set->values[MMC_SERVICE].variate.kind == VARIATE_EXPONENTIAL && load(set) < servers(set);
}
static bool is_loss(const struct param_set *set) { return room(set) == servers(set) && isfinite(load(set)); }
static bool is_stable(const struct param_set *set) { return load(set) < 1; }
static bool has_room(const struct param_set *set) { return room(set) > 0 && isfinite(load(set)); }

static const struct special_case mmc_case = {"M/M/c", "", FREE " queue.servers", is_mmc, "Erlang 1917; Kleinrock 1975"};
static const struct special_case loss = {"M/G/c/c", "", FREE " queue.servers queue.room", is_loss,
                                         "Erlang 1917; Sevastyanov 1957"};
static const struct special_case ps = {"M/G/1-PS", "queue.discipline=ps", FREE, is_stable, "Sakata, Noguchi & Oizumi 1971"};
static const struct special_case ps_room = {"M/G/1/K-PS", "queue.discipline=ps", FREE " queue.room", has_room,
                                            "M/M/1/K by insensitivity"};

/* ---- the formulas ---------------------------------------------------------------------------------------- */

static double wait(const struct param_set *set) { return theory_mmc_wait_s(servers(set), rate(set), service_s(set)); }
static double response(const struct param_set *set) { return wait(set) + service_s(set); }
static double customers(const struct param_set *set) { return response(set) * rate(set); }
static double lost(const struct param_set *set) { return theory_erlang_b(servers(set), load(set)); }
static double loss_busy(const struct param_set *set) { return load(set) * (1 - lost(set)); }
static double loss_rate(const struct param_set *set) { return rate(set) * (1 - lost(set)); }
static double ps_customers(const struct param_set *set) { return load(set) / (1 - load(set)); }
static double ps_response(const struct param_set *set) { return service_s(set) / (1 - load(set)); }
static double room_customers(const struct param_set *set) { return theory_mm1k_customers(load(set), room(set)); }
static double room_blocked(const struct param_set *set) { return theory_mm1k_blocked(load(set), room(set)); }

const struct closed_form mmc_forms[MMC_FORMS] = {
    {&mmc_case, "customers", customers},
    {&mmc_case, "servers_busy", load},
    {&mmc_case, "response", response},
    {&mmc_case, "wait", wait},
    {&mmc_case, "customers_per_s", rate},
    {&loss, "customers", loss_busy},
    {&loss, "servers_busy", loss_busy},
    {&loss, "response", service_s},
    {&loss, "customers_per_s", loss_rate},
    {&loss, "blocked_share", lost},
    {&ps, "customers", ps_customers},
    {&ps, "servers_busy", load},
    {&ps, "response", ps_response},
    {&ps, "customers_per_s", rate},
    {&ps_room, "customers", room_customers},
    {&ps_room, "blocked_share", room_blocked},
};

/* ---- the checks ------------------------------------------------------------------------------------------- */

#define LONG "run.replications=40; run.warmup=2000s; run.horizon="
#define MM1_HALF LONG "100000s; queue.arrival_rate=0.5/s"
#define MM1 LONG "300000s; queue.arrival_rate=0.8/s"
#define MM10 LONG "200000s; queue.arrival_rate=8/s; queue.servers=10"
#define LOSS LONG "20000s; queue.arrival_rate=8/s; queue.servers=10; queue.room=10"
#define MIXTURE LONG "300000s; queue.arrival_rate=0.7/s; queue.discipline=ps; " \
                     "queue.service=mix(0.9,exponential(0.5s),exponential(5.5s))"
#define MD1_PS LONG "200000s; queue.arrival_rate=0.7/s; queue.discipline=ps; queue.service=1s"
#define MD1_PS_ROOM LONG "40000s; queue.discipline=ps; queue.service=1s; queue.room=5"

const struct check mmc_checks[MMC_CHECKS] = {
    {"M/M/1 rho 0.5", MM1_HALF, "customers"},
    {"M/M/1 rho 0.5", MM1_HALF, "wait"},
    {"M/M/1 rho 0.8", MM1, "customers"},
    {"M/M/1 rho 0.8", MM1, "response"},
    {"M/M/10 a 8, Erlang C", MM10, "wait"},
    {"M/M/10 a 8, Erlang C", MM10, "customers"},
    {"M/M/10/10 a 8, Erlang B", LOSS, "blocked_share"},
    {"M/M/10/10 a 8, Erlang B", LOSS, "servers_busy"},
    {"M/D/10/10 a 8, insensitive", LOSS "; queue.service=constant(1s)", "blocked_share"},
    {"M/G/1-PS rho 0.7, mixture", MIXTURE, "customers"},
    {"M/G/1-PS rho 0.7, mixture", MIXTURE, "response"},
    {"M/D/1-PS rho 0.7", MD1_PS, "customers"},
    {"M/D/1/5-PS rho 0.8", MD1_PS_ROOM, "customers"},
    {"M/D/1/5-PS rho 0.8", MD1_PS_ROOM, "blocked_share"},
};
