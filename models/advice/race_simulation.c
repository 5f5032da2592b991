/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/advice/race_simulation.h"

#include <math.h>

#include "models/models.h"
#include "models/web/params.h"
#include "sim/experiment/closed_form.h"
#include "sim/experiment/replication.h"

/* Ports without end, in little memory: their TIME_WAIT plays no part. */
static const char bare[] =
    "users.count=1; users.objects=0; users.connections=1; users.rtt=0; cpu.connection=0; cpu.fork=0; cpu.request=0; server.start=50; "
    "server.worker_limit=50; server.spare_max=50; machine.ram=100GiB; server.requests_per_connection=0; proxy.present=on; "
    "proxy.requests_per_connection=0; proxy.connection_age_limit=0; proxy.ports=100; tcp.time_wait=0; run.warmup=0";

/* To choose a horizon by, so the mean of some draws serves where there is no formula, or no mean. */
static double about_mean_s(const struct variate *gap) {
    enum { DRAWS = 10000 };
    double mean_s = variate_mean(gap);
    if (isfinite(mean_s)) return mean_s;
    struct rng_stream stream = rng_stream_open(1, 0, 0, 0);
    double sum_s = 0;
    for (int i = 0; i < DRAWS; i++) sum_s += variate_draw(gap, &stream);
    return sum_s / DRAWS;
}

static void set(struct scenario *scenario, const struct race *race, double n_requests) {
    struct param_value *v = scenario->params.values;
    v[USERS_THINK].variate = race->gap;
    v[USERS_NON_IDEMPOTENT].number = race->once;
    v[PROXY_RTT].number = race->rtt_s;
    v[PROXY_IDLE_LIMIT].number = race->reuser_s;
    v[SERVER_IDLE_LIMIT].number = race->server_s;
    scenario->run.values[RUN_HORIZON].number = n_requests / RACE_REPLICATIONS * about_mean_s(&race->gap);
}

static struct estimate of(const struct scenario *scenario, const double *rows, const char *column) {
    size_t n_columns = model_columns(scenario->model), c = model_column_find(scenario->model, column);
    SIM_ASSERT(c < n_columns);
    return estimate_of(rows + c, RACE_REPLICATIONS, n_columns);
}

struct race_simulated race_simulate(const struct race *race, double n_requests, uint64_t seed) {
    struct arena arena, own;
    struct diag diag = {0};
    arena_open(&arena, (size_t)1 << 26);
    struct scenario scenario = scenario_open(&model_web, "race", &arena);
    closed_form_assign_all(&scenario, bare, "race", NULL, &diag);
    SIM_ASSERT(diag_ok(&diag));
    set(&scenario, race, n_requests);
    scenario.run.values[RUN_SEED].number = (double)seed;
    arena_open(&own, replication_arena_bytes(&scenario));
    double *rows = ARENA_NEW(&arena, RACE_REPLICATIONS * model_columns(scenario.model), double);
    replication_set(&scenario, RACE_REPLICATIONS, &own, rows);
    struct race_simulated simulated = {of(&scenario, rows, "proxy_race_share"), of(&scenario, rows, "bad_gateway_share")};
    arena_close(&own);
    arena_close(&arena);
    return simulated;
}
