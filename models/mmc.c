/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * mmc: customers arrive (Poisson), wait for one of c servers and leave. The model to read first: all that a
 * model of linger consists of is on this page, but for its closed forms (mmc_checks.c).
 *
 * With the service law, the room and the discipline as parameters it is M/M/1, M/M/c, M/M/c/c (Erlang's loss
 * system), M/G/1 and M/G/1 under processor sharing, each with a closed form in models/theory.h. It runs
 * through the same replications, intervals and CSV as the web server, so that what is proved here is
 * proved of the path that makes the curves.
 */
#include "sim/kernel/resource.h"
#include "sim/kernel/simulation.h"
#include "sim/model.h"

#include "models/mmc.h"
#include "models/models.h"

/* ---- what a scenario may set ---------------------------------------------------------------- */

static const struct param params[MMC_PARAMS] = {
    [MMC_ARRIVAL_RATE] = {"queue.arrival_rate", PARAM_RATE, 1e-9, 1e9, "0.8/s", NULL,
                      "Customers arriving per second, with exponential gaps.", "M/M/1 convention"},
    [MMC_SERVICE] = {"queue.service", PARAM_TIME_VARIATE, 0, 1e9, "exponential(1s)", NULL,
                 "Time of one server that a customer needs.", "M/M/1 convention"},
    [MMC_SERVERS] = {"queue.servers", PARAM_COUNT, 1, 1e6, "1", NULL, "Servers, c.", "M/M/1 convention"},
    [MMC_ROOM] = {"queue.room", PARAM_COUNT, 0, 1e9, "0", NULL,
              "Customers that fit in, K, those in service included; 0: no limit. Who finds no room is lost.",
              "M/M/1 convention"},
    [MMC_DISCIPLINE] = {"queue.discipline", PARAM_CHOICE, 0, 0, "fcfs", "fcfs|ps",
                    "First come first served, or all present share the servers equally.", "Kleinrock 1967"},
    [MMC_START] = {"queue.start", PARAM_COUNT, 0, 1e8, "0", NULL,
               "Customers who are there at time 0, all of their service before them; at most queue.room if that is given.",
               "an empty queue"},
};

/* ---- what a replication yields --------------------------------------------------------------- */

enum { CUSTOMERS, BUSY, RESPONSE, WAIT, CUSTOMERS_PER_S, BLOCKED_SHARE, MEASURES };

static const struct measure measures[MEASURES] = {
    [CUSTOMERS] = {"customers", "1", MEASURE_LEVEL, "Customers present, L."},
    [BUSY] = {"servers_busy", "1", MEASURE_LEVEL, "Servers at work."},
    [RESPONSE] = {"response", "s", MEASURE_RESPONSE, "From arrival to departure, W."},
    [WAIT] = {"wait", "s", MEASURE_VALUE, "From arrival to the start of service (fcfs), Wq."},
    [CUSTOMERS_PER_S] = {"customers_per_s", "1/s", MEASURE_VALUE, "Departures per second."},
    [BLOCKED_SHARE] = {"blocked_share", "1", MEASURE_VALUE, "Share of arrivals that found no room."},
};

/* The time line: means over an interval, under the names of the measures. */
enum { SEEN_CUSTOMERS, SEEN_BUSY, SEEN_SERVED, SERIES_COLUMNS };
static const char *const series_columns[SERIES_COLUMNS] = {
    [SEEN_CUSTOMERS] = "customers", [SEEN_BUSY] = "servers_busy", [SEEN_SERVED] = "customers_per_s"};

static const char *const settling_columns[] = {"customers", NULL};

static const struct headline headlines[] = {
    {"response", "mean time from arrival to departure", HEADLINE_LOWER, false},
    {"customers", "mean number of customers present", HEADLINE_LOWER, false},
    {"response_p95", "95th percentile of the time from arrival to departure", HEADLINE_LOWER, false},
    {"customers_per_s", "rate of departures", HEADLINE_HIGHER, false},
    {"blocked_share", "share of arrivals that found no room", HEADLINE_TROUBLE, true},
};

enum { STREAM_ARRIVALS, STREAM_SERVICE, STREAMS };
static const char *const streams[STREAMS] = {"arrivals", "service"};

/* ---- one replication --------------------------------------------------------------------------- */

/* At the same instant a departure makes room before an arrival looks for it. */
enum { DEPARTURE, COMPLETION, ARRIVAL, LOOK, OBSERVE, WARMUP, CLASSES };

struct mmc {
    struct simulation simulation;
    struct rng_stream arrivals, service;
    struct variate service_law;
    double mean_gap_s;
    double next_gap_s, next_service_s; /* drawn ahead, see draw_gap */
    uint32_t arrival_timer, completion_timer;
    bool sharing;
    uint32_t room;        /* UINT32_MAX: no limit */
    struct fcfs fcfs;
    struct ps ps;
    struct pool jobs;     /* double: when the customer arrived */
    struct time_average present;
    struct tally response;
    double wait_s;        /* of all who began service in the window */
    uint64_t n_served;    /* ... their number */
    struct quantile response_quantile;
    uint64_t n_arrived, n_blocked;
    struct sojourn sojourn, waits; /* of customers: in the system, and in the line (fcfs) */
    struct looks *looks;
    struct series *series;
    double seen[SERIES_COLUMNS]; /* integrals and departures up to the last row of the time line */
};

static double *arrived_s(struct mmc *mmc, uint32_t job) { return (double *)(void *)mmc->jobs.slots + job; }

/* Each draw is made one use ahead: the processor then works on the next random number while the executive
 * already looks for the next event, instead of waiting for it (a fifth of all time in M/M/1, measured). */
static double draw_gap(struct mmc *mmc) {
    double gap_s = mmc->next_gap_s;
    mmc->next_gap_s = -mmc->mean_gap_s * log(rng_stream_uniform(&mmc->arrivals));
    return gap_s;
}

static double draw_service(struct mmc *mmc) {
    double service_s = mmc->next_service_s;
    mmc->next_service_s = variate_draw(&mmc->service_law, &mmc->service);
    return service_s;
}

static void serve(struct mmc *mmc, uint32_t job) {
    double now_s = mmc->simulation.now_s;
    mmc->wait_s += now_s - *arrived_s(mmc, job);
    mmc->n_served++;
    simulation_at(&mmc->simulation, now_s + draw_service(mmc), DEPARTURE, job);
}

static void leave(struct mmc *mmc, uint32_t job) {
    double now_s = mmc->simulation.now_s, response_s = now_s - *arrived_s(mmc, job);
    tally_observe(&mmc->response, response_s);
    quantile_observe(&mmc->response_quantile, response_s);
    time_average_add(&mmc->present, now_s, -1);
    sojourn_leave(&mmc->sojourn, now_s);
    pool_return(&mmc->jobs, job);
}

static void on_departure(void *model, uint32_t job) {
    struct mmc *mmc = model;
    leave(mmc, job);
    uint32_t next = fcfs_release(&mmc->fcfs, mmc->simulation.now_s);
    if (next == POOL_NONE) return;
    sojourn_leave(&mmc->waits, mmc->simulation.now_s);
    serve(mmc, next);
}

static void plan_completion(struct mmc *mmc) {
    simulation_timer_set(&mmc->simulation, mmc->completion_timer, COMPLETION, ps_next_completion(&mmc->ps));
}

static void on_completion(void *model, uint32_t unused) {
    (void)unused;
    struct mmc *mmc = model;
    leave(mmc, ps_complete(&mmc->ps, mmc->simulation.now_s));
    plan_completion(mmc);
}

static void admit(struct mmc *mmc) {
    double now_s = mmc->simulation.now_s;
    uint32_t job = pool_take(&mmc->jobs);
    *arrived_s(mmc, job) = now_s;
    time_average_add(&mmc->present, now_s, 1);
    sojourn_enter(&mmc->sojourn, now_s);
    if (mmc->sharing) {
        ps_arrive(&mmc->ps, now_s, job, draw_service(mmc));
        plan_completion(mmc);
    } else if (fcfs_seize(&mmc->fcfs, now_s, job)) {
        serve(mmc, job);
    } else {
        sojourn_enter(&mmc->waits, now_s);
    }
}

static void plan_arrival(struct mmc *mmc) {
    simulation_timer_set(&mmc->simulation, mmc->arrival_timer, ARRIVAL, mmc->simulation.now_s + draw_gap(mmc));
}

static void on_arrival(void *model, uint32_t unused) {
    (void)unused;
    struct mmc *mmc = model;
    mmc->n_arrived++;
    if (mmc->present.level < mmc->room) admit(mmc);
    else mmc->n_blocked++;
    plan_arrival(mmc);
}

static struct time_average *busy_of(struct mmc *mmc) {
    return mmc->sharing ? &mmc->ps.busy : &mmc->fcfs.busy;
}

static void plan_look(struct mmc *mmc) {
    double next_s = looks_next_s(mmc->looks);
    if (next_s < HUGE_VAL) simulation_at(&mmc->simulation, next_s, LOOK, 0);
}

static void on_look(void *model, uint32_t unused) {
    (void)unused;
    struct mmc *mmc = model;
    looks_put(mmc->looks, CUSTOMERS, mmc->present.level);
    looks_put(mmc->looks, BUSY, busy_of(mmc)->level);
    looks_taken(mmc->looks);
    plan_look(mmc);
}

/* The integrals and the number of departures that the time line is made of, since the last reset. */
static void sum_up(struct mmc *mmc, double now_s, double total[SERIES_COLUMNS]) {
    total[SEEN_CUSTOMERS] = time_average_integral(&mmc->present, now_s);
    total[SEEN_BUSY] = time_average_integral(busy_of(mmc), now_s);
    total[SEEN_SERVED] = (double)mmc->response.n;
}

static void on_observe(void *model, uint32_t unused) {
    (void)unused;
    struct mmc *mmc = model;
    double now_s = mmc->simulation.now_s, interval_s = mmc->series->interval_s, total[SERIES_COLUMNS];
    double *row = series_row(mmc->series);
    if (!row) return;
    sum_up(mmc, now_s, total);
    row[0] = now_s;
    for (size_t c = 0; c < SERIES_COLUMNS; c++) {
        row[1 + c] = (total[c] - mmc->seen[c]) / interval_s;
        mmc->seen[c] = total[c];
    }
    simulation_at(&mmc->simulation, now_s + interval_s, OBSERVE, 0);
}

/* What has grown since the last row stays owed to the next one, if the time line has begun. */
static void on_warmup(void *model, uint32_t unused) {
    (void)unused;
    struct mmc *mmc = model;
    double now_s = mmc->simulation.now_s, total[SERIES_COLUMNS];
    sum_up(mmc, now_s, total);
    bool owed = mmc->series && mmc->series->start_s < now_s;
    for (size_t c = 0; c < SERIES_COLUMNS; c++) mmc->seen[c] = owed ? mmc->seen[c] - total[c] : 0;
    time_average_reset(&mmc->present, now_s);
    sojourn_reset(&mmc->sojourn, now_s);
    sojourn_reset(&mmc->waits, now_s);
    if (mmc->sharing) ps_reset_work(&mmc->ps, now_s);
    time_average_reset(busy_of(mmc), now_s);
    tally_reset(&mmc->response);
    mmc->wait_s = 0;
    mmc->n_served = 0;
    quantile_reset(&mmc->response_quantile);
    mmc->n_arrived = mmc->n_blocked = 0;
}

static const struct event_class classes[CLASSES] = {
    [DEPARTURE] = {"departure", on_departure},
    [COMPLETION] = {"completion", on_completion},
    [ARRIVAL] = {"arrival", on_arrival},
    [LOOK] = {"look", on_look},
    [OBSERVE] = {"observe", on_observe},
    [WARMUP] = {"warm-up", on_warmup},
};

/* Most customers ever present: the room, or more than arrive in the whole run but once in 10^20 runs (ten
 * standard deviations of a Poisson number). */
static uint32_t jobs_max(const struct param_set *set, double horizon_s) {
    double arrivals = set->values[MMC_ARRIVAL_RATE].number * horizon_s;
    double bound = set->values[MMC_START].number + arrivals + 10 * sqrt(arrivals) + 100;
    double room = set->values[MMC_ROOM].number;
    if (room > 0 && room < bound) bound = room;
    return bound < 1e9 ? (uint32_t)bound : 1000000000u;
}

static void open(struct mmc *mmc, const struct param_set *set, struct run *run) {
    const struct param_value *v = set->values;
    uint32_t capacity = jobs_max(set, run->horizon_s), servers = (uint32_t)v[MMC_SERVERS].number;
    mmc->service_law = v[MMC_SERVICE].variate;
    mmc->mean_gap_s = 1 / v[MMC_ARRIVAL_RATE].number;
    mmc->room = v[MMC_ROOM].number > 0 ? (uint32_t)v[MMC_ROOM].number : UINT32_MAX;
    mmc->sharing = (int)v[MMC_DISCIPLINE].number == MMC_DISCIPLINE_PS;
    mmc->arrivals = run_stream(run, STREAM_ARRIVALS, 0);
    mmc->service = run_stream(run, STREAM_SERVICE, 0);
    draw_gap(mmc);
    draw_service(mmc);
    mmc->simulation.heap_only = run->heap_only;
    simulation_open(&mmc->simulation, classes, CLASSES, mmc, (size_t)servers + 3, run->arena);
    mmc->arrival_timer = simulation_timer(&mmc->simulation, ARRIVAL);
    mmc->completion_timer = simulation_timer(&mmc->simulation, COMPLETION);
    pool_open(&mmc->jobs, run->arena, sizeof(double), capacity);
    if (mmc->sharing) ps_open(&mmc->ps, servers, capacity, run->arena);
    else fcfs_open(&mmc->fcfs, servers, run->arena);
    time_average_open(&mmc->present, 0, 0);
    quantile_open(&mmc->response_quantile, run->arena);
    mmc->series = run->series;
    mmc->looks = &run->looks;
    looks_begin(mmc->looks, run->warmup_s, run->horizon_s);
}

/* In every run: time spent is the integral of those present, of those in line that of present less served, and servers that share do all
 * the work that came but for what is left. */
static void assert_little(const struct mmc *mmc, double now_s) {
    double present_s = time_average_integral(&mmc->present, now_s), n = mmc->present.level;
    SIM_ASSERT(is_same_time(sojourn_spent_s(&mmc->sojourn, now_s), present_s, now_s, n));
    const struct time_average *busy = mmc->sharing ? &mmc->ps.busy : &mmc->fcfs.busy;
    double busy_s = time_average_integral(busy, now_s);
    if (mmc->sharing) SIM_ASSERT(is_same_time(busy_s, mmc->ps.arrived_s - ps_left_s(&mmc->ps, now_s), now_s, n));
    else SIM_ASSERT(is_same_time(present_s - busy_s, sojourn_spent_s(&mmc->waits, now_s), now_s, n));
}

static void report(struct mmc *mmc, struct run *run) {
    const struct model *model = &model_mmc;
    double now_s = mmc->simulation.now_s;
    run_put_level(run, model, CUSTOMERS, &mmc->present, now_s);
    run_put_level(run, model, BUSY, busy_of(mmc), now_s);
    run_put_response(run, model, RESPONSE, &mmc->response, &mmc->response_quantile);
    if (mmc->n_served) run_put_value(run, model, WAIT, mmc->wait_s / (double)mmc->n_served);
    run_put_value(run, model, CUSTOMERS_PER_S, (double)mmc->response.n / (now_s - mmc->present.start_s));
    if (mmc->n_arrived)
        run_put_value(run, model, BLOCKED_SHARE, (double)mmc->n_blocked / (double)mmc->n_arrived);
    run->n_events = mmc->simulation.n_executed;
    run->n_jobs = mmc->response.n;
    assert_little(mmc, now_s);
}

static void run_mmc(const struct param_set *set, const struct workload *workload, struct run *run) {
    (void)workload;
    struct mmc *mmc = ARENA_NEW(run->arena, 1, struct mmc);
    open(mmc, set, run);
    for (double n = 0; n < set->values[MMC_START].number; n++) admit(mmc);
    plan_arrival(mmc);
    plan_look(mmc);
    if (run->series) simulation_at(&mmc->simulation, run->series->start_s + run->series->interval_s, OBSERVE, 0);
    if (run->warmup_s > 0) simulation_at(&mmc->simulation, run->warmup_s, WARMUP, 0);
    simulation_run(&mmc->simulation, run->horizon_s);
    report(mmc, run);
}

static void check_mmc(const struct param_set *set, const struct workload *workload, double horizon_s,
                      struct diag *diag) {
    struct place place = {.column = "run.horizon"};
    const struct param_value *room = &set->values[MMC_ROOM], *start = &set->values[MMC_START];
    if (room->number > 0 && start->number > room->number)
        diag_add(diag, STATUS_SCENARIO, (struct place){.column = "queue.start"},
                 "read '%s', allowed: at most queue.room (%s)", start->text, room->text);
    if (workload->n_requests || workload->n_classes)
        diag_add(diag, STATUS_SCENARIO, (struct place){.column = "workload.file"},
                 "the model mmc makes its own customers; allowed: no file");
    if (!isfinite(horizon_s))
        diag_add(diag, STATUS_SCENARIO, place, "read '0', allowed for mmc: a time above 0 s, since customers never end");
    else if (set->values[MMC_ROOM].number < 1 && set->values[MMC_ARRIVAL_RATE].number * horizon_s > 9e8)
        diag_add(diag, STATUS_SCENARIO, place, "more than 900 million arrivals; allowed: a shorter horizon or a limited queue.room");
}

static size_t arena_bytes(const struct param_set *set, const struct workload *workload) {
    (void)set;
    (void)workload;
    return (size_t)1 << 36; /* addresses only */
}

const struct model model_mmc = {
    .name = "mmc",
    .summary = "Customers, c servers, room for K: the queues with a closed form.",
    .params = params,
    .n_params = MMC_PARAMS,
    .measures = measures,
    .n_measures = MEASURES,
    .headlines = headlines,
    .n_headlines = sizeof headlines / sizeof headlines[0],
    .streams = streams,
    .n_streams = STREAMS,
    .series_columns = series_columns,
    .n_series_columns = SERIES_COLUMNS,
    .settling_columns = settling_columns,
    .forms = mmc_forms,
    .n_forms = MMC_FORMS,
    .precision_measures = "customers,response",
    .checks = mmc_checks,
    .n_checks = MMC_CHECKS,
    .check = check_mmc,
    .arena_bytes = arena_bytes,
    .run = run_mmc,
};
