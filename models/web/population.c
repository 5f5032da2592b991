/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/web/population.h"

#include "models/web/listener.h"
#include "models/web/network.h"

/* Open visitors present at once, at most; who comes when so many are there is turned away. Addresses only: 64 bytes each when touched. */
enum { OPEN_USERS_MAX = 1 << 20 };

/* ---- how many ------------------------------------------------------------------------------------ */

static uint32_t n_classes_of(const struct workload *workload) {
    return workload->n_classes ? (uint32_t)workload->n_classes : 1;
}

static const struct param_value *class_values(const struct param_set *set, const struct workload *workload,
                                              uint32_t k) {
    return workload->n_classes ? workload->classes[k].values : set->values;
}

static bool is_open(const struct param_value *v) { return v[USERS_SESSIONS].number > 0; }

static bool any_open(const struct param_set *set, const struct workload *workload) {
    if (workload->n_requests) return false;
    for (uint32_t k = 0; k < n_classes_of(workload); k++)
        if (is_open(class_values(set, workload, k))) return true;
    return false;
}

static uint32_t closed_users(const struct param_set *set, const struct workload *workload, uint32_t k) {
    const struct param_value *v = class_values(set, workload, k);
    if (workload->n_requests) return workload->n_clients;
    return is_open(v) ? 0 : (uint32_t)v[USERS_COUNT].number;
}

static uint32_t all_closed_users(const struct param_set *set, const struct workload *workload) {
    uint32_t users = 0;
    for (uint32_t k = 0; k < n_classes_of(workload); k++) users += closed_users(set, workload, k);
    return users;
}

uint32_t population_users_max(const struct param_set *set, const struct workload *workload) {
    return all_closed_users(set, workload) + (any_open(set, workload) ? OPEN_USERS_MAX : 0);
}

uint32_t population_connections_max(const struct param_set *set, const struct workload *workload) {
    double connections = 0, open_most = 0;
    for (uint32_t k = 0; k < n_classes_of(workload); k++) {
        const struct param_value *v = class_values(set, workload, k);
        connections += closed_users(set, workload, k) * v[USERS_CONNECTIONS].number;
        if (is_open(v)) open_most = fmax(open_most, v[USERS_CONNECTIONS].number);
    }
    return (uint32_t)(connections + (any_open(set, workload) ? OPEN_USERS_MAX * open_most : 0));
}

static uint32_t most_connections(const struct param_set *set, const struct workload *workload) {
    double most = 1;
    for (uint32_t k = 0; k < n_classes_of(workload); k++)
        most = fmax(most, class_values(set, workload, k)[USERS_CONNECTIONS].number);
    return (uint32_t)most;
}

/* ---- draws ---------------------------------------------------------------------------------------- */

double population_draw(struct web *web, const struct variate *variate, struct user *user) {
    if (variate->kind == VARIATE_CONSTANT) return variate->a;
    struct rng_stream *stream = &web->browser.behaviour;
    rng_stream_seek(stream, user->entity, user->behaviour_block);
    double value = variate_draw(variate, stream);
    user->behaviour_block = stream->block;
    return value;
}

bool population_draw_share(struct web *web, double share, struct user *user) {
    if (share <= 0 || share >= 1) return share >= 1;
    struct rng_stream *stream = &web->browser.behaviour;
    rng_stream_seek(stream, user->entity, user->behaviour_block);
    bool hit = rng_stream_uniform(stream) < share;
    user->behaviour_block = stream->block;
    return hit;
}

static double think_time(struct web *web, uint32_t number, struct user *user) {
    struct browser *browser = &web->browser;
    const struct workload *workload = browser->workload;
    if (number < workload->n_think_users) {
        uint32_t next = workload->think_first[number] + browser->n_thinks[number];
        if (next < workload->think_first[number + 1]) {
            browser->n_thinks[number]++;
            return workload->think_s[next];
        }
    }
    return population_draw(web, &class_of(web, user)->think, user);
}

void population_think(struct web *web, uint32_t number, struct user *user) {
    simulation_at(&web->simulation, web_now(web) + think_time(web, number, user), EVENT_THINK_END, number);
}

/* ---- visits --------------------------------------------------------------------------------------- */

static uint16_t draw_pages(struct web *web, struct user *user) {
    double pages = population_draw(web, &class_of(web, user)->pages, user);
    return (uint16_t)fmin(fmax(pages, 1), UINT16_MAX);
}

/* A visitor speaks one protocol; which one is drawn from a stream of its own. */
static void draw_protocol(struct web *web, struct user *user, uint32_t visit) {
    const struct user_class *class = class_of(web, user);
    user->protocol = PROTOCOL_HTTP11;
    if (!class->is_mixed) return;
    struct rng_stream *stream = &web->browser.protocols;
    rng_stream_seek(stream, user->entity, visit);
    double u = rng_stream_uniform(stream);
    for (uint8_t p = PROTOCOL_HTTP11 + 1; p < PROTOCOLS; p++)
        if (u < class->protocol_share[p]) {
            user->protocol = p;
            return;
        }
}

/* The first visitor has some of his pages behind him already: 1 .. session_pages are left, each as likely. */
static void first_visit(struct web *web, struct user *user) {
    draw_protocol(web, user, 0);
    if (!class_of(web, user)->visits_end) return;
    uint16_t pages = draw_pages(web, user);
    const struct variate left = {.kind = VARIATE_UNIFORM, .a = 1, .b = pages + 1.0, .low = -HUGE_VAL, .high = HUGE_VAL};
    user->pages_left = (uint16_t)population_draw(web, &left, user);
}

void population_visit_ends(struct web *web, uint32_t number, struct user *user) {
    struct browser *browser = &web->browser;
    if (class_of(web, user)->sessions_per_s > 0) {
        browser->free_users[browser->n_free++] = number;
        meters_level_add(&web->meters, LEVEL_VISITORS, web_now(web), -1);
        return;
    }
    user->pages_left = draw_pages(web, user);
    user->has_session = false;
    draw_protocol(web, user, user->behaviour_block);
    population_think(web, number, user);
}

/* ---- open users ----------------------------------------------------------------------------------- */

/* When the integral of the factor, from now on, has grown by `area`. The curve is straight between its times and begins anew after the
 * last. HUGE_VAL when it is 0 everywhere. */
static double curve_time(const struct workload *workload, const struct user_class *class, double now_s, double area) {
    size_t n = workload->n_rate_times, stride = workload->n_classes ? workload->n_classes : 1;
    const double *time_s = workload->rate_time_s, *factor = class->rates;
    double period_s = time_s[n - 1], phase_s = fmod(now_s, period_s), total = 0;
    size_t i = 0;
    while (i + 2 < n && time_s[i + 1] <= phase_s) i++;
    for (size_t steps = 0; steps <= n || total > 0; steps++) {
        double f0 = factor[i * stride], f1 = factor[(i + 1) * stride], width_s = time_s[i + 1] - time_s[i];
        double slope = (f1 - f0) / width_s, from = f0 + slope * (phase_s - time_s[i]), left_s = time_s[i + 1] - phase_s;
        double here = (from + f1) / 2 * left_s;
        if (area <= here && here > 0) /* the smaller root, written without cancellation */
            return now_s + fmin(2 * area / (from + sqrt(fmax(from * from + 2 * slope * area, 0))), left_s);
        area -= here;
        total += here;
        now_s += left_s;
        i = i + 2 < n ? i + 1 : 0;
        phase_s = time_s[i];
    }
    return HUGE_VAL;
}

static void plan_session(struct web *web, uint32_t class_number) {
    struct user_class *class = &web->browser.classes[class_number];
    const struct variate unit = {.kind = VARIATE_EXPONENTIAL, .a = 1 / class->sessions_per_s, .low = -HUGE_VAL, .high = HUGE_VAL};
    double area = variate_draw(&unit, &class->arrivals), now_s = web_now(web);
    double at_s = class->rates ? curve_time(web->browser.workload, class, now_s, area) : now_s + area;
    if (at_s <= web->run->horizon_s) simulation_at(&web->simulation, at_s, EVENT_SESSION, class_number);
}

static uint32_t take_place(struct browser *browser) {
    if (browser->n_free > 0) return browser->free_users[--browser->n_free];
    return browser->n_users < browser->users_max ? browser->n_users++ : POOL_NONE;
}

uint32_t population_session(struct web *web, uint32_t class_number) {
    struct browser *browser = &web->browser;
    struct user_class *class = &browser->classes[class_number];
    uint32_t number = take_place(browser), visit = class->n_sessions++;
    plan_session(web, class_number);
    web->meters.count[COUNT_SESSIONS]++;
    if (number == POOL_NONE) return POOL_NONE;
    struct user *user = user_at(web, number);
    *user = (struct user){
        .entity = browser->n_closed + visit * browser->n_classes + class_number, .class_number = (uint16_t)class_number,
    };
    draw_protocol(web, user, 0);
    user->pages_left = draw_pages(web, user);
    meters_level_add(&web->meters, LEVEL_VISITORS, web_now(web), 1);
    return number;
}

/* ---- opening -------------------------------------------------------------------------------------- */

static bool is_zero(const struct variate *variate) { return variate->kind == VARIATE_CONSTANT && variate->a <= 0; }

static void cumulate_shares(struct user_class *class, const struct param_value *v) {
    const double share[PROTOCOLS] = {
        [PROTOCOL_HTTP10] = v[USERS_HTTP10].number, [PROTOCOL_HTTP10_KEEPALIVE] = v[USERS_HTTP10_KEEPALIVE].number,
        [PROTOCOL_HTTP11_CLOSE] = v[USERS_CLOSE].number, [PROTOCOL_HTTP2] = v[USERS_HTTP2].number,
    };
    double sum = 0;
    for (int p = 0; p < PROTOCOLS; p++) class->protocol_share[p] = sum += share[p];
    class->is_mixed = sum > 0;
}

static void open_class(struct web *web, const struct param_value *v, uint32_t k, uint32_t first) {
    struct user_class *class = &web->browser.classes[k];
    const struct workload *workload = web->browser.workload;
    *class = (struct user_class){
        .think = v[USERS_THINK].variate,
        .objects = v[USERS_OBJECTS].variate,
        .pages = v[USERS_SESSION_PAGES].variate,
        .document_bytes = v[USERS_DOCUMENT_BYTES].variate,
        .object_bytes = v[USERS_OBJECT_BYTES].variate,
        .request_send = v[USERS_REQUEST_SEND].variate,
        .dynamic_share = v[USERS_DYNAMIC_SHARE].number,
        .tls_resumed = v[USERS_TLS_RESUMED].number,
        .syn_loss = v[USERS_SYN_LOSS].number,
        .non_idempotent = v[USERS_NON_IDEMPOTENT].number,
        .first_user = first,
        .n_connections = (uint32_t)v[USERS_CONNECTIONS].number,
        .n_streams = (uint32_t)v[USERS_STREAMS].number,
        .path = network_path(web, v),
        .answers_close = (uint8_t)v[USERS_ANSWERS_CLOSE].number,
        .leaves = (int)v[USERS_SESSION_END].number == SESSION_LEAVE && v[PROXY_PRESENT].number <= 0, /* his proxy never times out */
        .visits_end = !is_zero(&v[USERS_SESSION_PAGES].variate),
        .never_completes = (int)v[USERS_HANDSHAKE].number == HANDSHAKE_NEVER,
        .is_slow = !is_zero(&v[USERS_REQUEST_SEND].variate),
        .has_tls = (int)v[USERS_TLS].number != TLS_OFF,
        .sessions_per_s = workload->n_requests ? 0 : v[USERS_SESSIONS].number,
    };
    cumulate_shares(class, v);
    if (class->never_completes) listener_expect_abandoned(web);
    if (class->sessions_per_s <= 0) return;
    class->arrivals = run_stream(web->run, STREAM_SESSIONS, k);
    if (workload->n_rate_times) class->rates = workload->rate_factor + (workload->n_classes ? k : 0);
    plan_session(web, k);
}

static void open_users(struct web *web, uint32_t k, uint32_t first, uint32_t end) {
    for (uint32_t number = first; number < end; number++) {
        struct user *user = user_at(web, number);
        user->class_number = (uint16_t)k;
        user->entity = number;
        if (web->browser.workload->n_requests) {
            user->u.waiting.first = POOL_NONE;
            draw_protocol(web, user, 0);
            continue;
        }
        first_visit(web, user);
        population_think(web, number, user);
    }
}

static bool has_slow_links(const struct param_set *set, const struct workload *workload) {
    for (uint32_t k = 0; k < n_classes_of(workload); k++)
        if (class_values(set, workload, k)[USERS_BANDWIDTH].number > 0) return true;
    return false;
}

void population_open(struct web *web, const struct param_set *set, const struct workload *workload) {
    enum { LINE_BYTES = 64, MANY_USERS = 4000 };
    struct browser *browser = &web->browser;
    struct arena *arena = web->run->arena;
    size_t bytes = sizeof(struct user) + most_connections(set, workload) * sizeof(uint32_t);
    browser->user_bytes = (bytes + LINE_BYTES - 1) / LINE_BYTES * LINE_BYTES;
    browser->users_max = population_users_max(set, workload);
    browser->n_classes = n_classes_of(workload);
    if (all_closed_users(set, workload) > MANY_USERS) arena_expect_much(arena);
    browser->users = arena_alloc(arena, browser->users_max, browser->user_bytes);
    browser->classes = ARENA_NEW(arena, browser->n_classes, struct user_class);
    browser->behaviour = run_stream(web->run, STREAM_BEHAVIOUR, 0);
    browser->protocols = run_stream(web->run, STREAM_PROTOCOL, 0);
    browser->workload = workload;
    browser->n_closed = all_closed_users(set, workload);
    if (any_open(set, workload)) browser->free_users = ARENA_NEW(arena, OPEN_USERS_MAX, uint32_t);
    if (has_slow_links(set, workload)) browser->link_free_s = ARENA_NEW(arena, browser->users_max, double);
    if (workload->n_think_users) browser->n_thinks = ARENA_NEW(arena, workload->n_think_users, uint32_t);
    for (uint32_t k = 0; k < browser->n_classes; k++) {
        uint32_t first = browser->n_users;
        browser->n_users += closed_users(set, workload, k);
        open_class(web, class_values(set, workload, k), k, first);
        open_users(web, k, first, browser->n_users);
    }
}
