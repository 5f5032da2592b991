/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/web/browser.h"

#include "models/web/network.h"
#include "models/web/server.h"

/* ---- users -------------------------------------------------------------------------------------- */

static uint32_t n_classes_of(const struct workload *workload) {
    return workload->n_classes ? (uint32_t)workload->n_classes : 1;
}

static const struct param_value *class_values(const struct param_set *set, const struct workload *workload,
                                              uint32_t k) {
    return workload->n_classes ? workload->classes[k].values : set->values;
}

static uint32_t class_users(const struct param_set *set, const struct workload *workload, uint32_t k) {
    if (workload->n_requests) return workload->n_clients;
    return (uint32_t)class_values(set, workload, k)[USERS_COUNT].number;
}

uint32_t browser_users(const struct param_set *set, const struct workload *workload) {
    uint32_t users = 0;
    for (uint32_t k = 0; k < n_classes_of(workload); k++) users += class_users(set, workload, k);
    return users;
}

uint32_t browser_connections_max(const struct param_set *set, const struct workload *workload) {
    uint32_t connections = 0;
    for (uint32_t k = 0; k < n_classes_of(workload); k++)
        connections += class_users(set, workload, k) *
                       (uint32_t)class_values(set, workload, k)[USERS_CONNECTIONS].number;
    return connections;
}

static uint32_t most_connections(const struct param_set *set, const struct workload *workload) {
    double most = 1;
    for (uint32_t k = 0; k < n_classes_of(workload); k++)
        most = fmax(most, class_values(set, workload, k)[USERS_CONNECTIONS].number);
    return (uint32_t)most;
}

static struct user_class *class_of(struct web *web, const struct user *user) {
    return &web->browser.classes[user->class_number];
}

/* The user's own draw number, kept in his line. A constant needs none. */
static double draw(struct web *web, const struct variate *variate, uint32_t number, struct user *user) {
    if (variate->kind == VARIATE_CONSTANT) return variate->a;
    struct rng_stream *stream = &web->browser.behaviour;
    rng_stream_seek(stream, number, user->behaviour_block);
    double value = variate_draw(variate, stream);
    user->behaviour_block = stream->block;
    return value;
}

static bool draw_share(struct web *web, double share, uint32_t number, struct user *user) {
    if (share <= 0 || share >= 1) return share >= 1;
    struct rng_stream *stream = &web->browser.behaviour;
    rng_stream_seek(stream, number, user->behaviour_block);
    bool hit = rng_stream_uniform(stream) < share;
    user->behaviour_block = stream->block;
    return hit;
}

/* Recorded first, then drawn. */
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
    return draw(web, &class_of(web, user)->think, number, user);
}

static void think(struct web *web, uint32_t number, struct user *user) {
    double think_s = think_time(web, number, user);
    simulation_at(&web->simulation, web_now(web) + think_s, EVENT_THINK_END, number);
}

/* The first visitor has some of his pages behind him already: 1 .. session_pages are left, each as likely. */
static void first_visit(struct web *web, uint32_t number, struct user *user) {
    uint16_t pages = class_of(web, user)->session_pages;
    const struct variate left = {.kind = VARIATE_UNIFORM, .a = 1, .b = pages + 1.0, .low = -HUGE_VAL, .high = HUGE_VAL};
    if (pages > 0) user->pages_left = (uint16_t)draw(web, &left, number, user);
}

static void open_class(struct web *web, const struct param_value *v, struct user_class *class, uint32_t first) {
    *class = (struct user_class){
        .think = v[USERS_THINK].variate,
        .objects = v[USERS_OBJECTS].variate,
        .dynamic_share = v[USERS_DYNAMIC_SHARE].number,
        .first_user = first,
        .n_connections = (uint32_t)v[USERS_CONNECTIONS].number,
        .path = network_path(web, v[USERS_RTT].number, v[USERS_IDLE_LIMIT].number),
        .answers_close = (uint8_t)v[USERS_ANSWERS_CLOSE].number,
        .session_pages = (uint16_t)v[USERS_SESSION_PAGES].number,
        .leaves = (int)v[USERS_SESSION_END].number == SESSION_LEAVE,
    };
}

static void open_trace(struct web *web, const struct workload *workload) {
    struct browser *browser = &web->browser;
    browser->next_waiting = ARENA_NEW(web->run->arena, workload->n_requests, uint32_t);
    browser->trace_timer = simulation_timer(&web->simulation, EVENT_TRACE_REQUEST);
    for (uint32_t i = 0; i < browser->n_users; i++) user_at(web, i)->u.waiting.first = POOL_NONE;
    simulation_timer_set(&web->simulation, browser->trace_timer, EVENT_TRACE_REQUEST, workload->request_time_s[0]);
}

void browser_open(struct web *web, const struct param_set *set, const struct workload *workload) {
    enum { LINE_BYTES = 64 };
    struct browser *browser = &web->browser;
    size_t bytes = sizeof(struct user) + most_connections(set, workload) * sizeof(uint32_t);
    browser->user_bytes = (bytes + LINE_BYTES - 1) / LINE_BYTES * LINE_BYTES;
    browser->n_users = browser_users(set, workload);
    browser->n_classes = n_classes_of(workload);
    browser->users = arena_alloc(web->run->arena, browser->n_users, browser->user_bytes);
    browser->classes = ARENA_NEW(web->run->arena, browser->n_classes, struct user_class);
    browser->behaviour = run_stream(web->run, STREAM_BEHAVIOUR, 0);
    browser->workload = workload;
    if (workload->n_think_users) browser->n_thinks = ARENA_NEW(web->run->arena, workload->n_think_users, uint32_t);
    uint32_t number = 0;
    for (uint32_t k = 0; k < browser->n_classes; k++) {
        open_class(web, class_values(set, workload, k), &browser->classes[k], number);
        for (uint32_t end = number + class_users(set, workload, k); number < end; number++) {
            struct user *user = user_at(web, number);
            user->class_number = (uint16_t)k;
            if (workload->n_requests) continue;
            first_visit(web, number, user);
            think(web, number, user);
        }
    }
    if (workload->n_requests) open_trace(web, workload);
}

/* ---- connections -------------------------------------------------------------------------------- */

/* In place of a slot, once the visitor has walked away: what his browser will do at the server's FIN is in the other bits. */
enum { SLOT_LEFT = 0x80 };

/* What a browser sends: when it had the request in hand, and for what. */
struct request {
    double sent_s;
    uint8_t what; /* REQUEST_* */
};

static void open_connection(struct web *web, uint32_t number, struct user *user, struct request request) {
    uint32_t slot = (uint32_t)__builtin_ctz(~user->open_slots), c = pool_take(&web->connections);
    *connection_at(web, c) = (struct connection){
        .timer.time_s = LANE_IDLE, .sent_s = request.sent_s, .user = number, .slot = (uint8_t)slot,
        .path = class_of(web, user)->path, .what = request.what,
    };
    user->open_slots |= 1u << slot;
    user->connection[slot] = c;
    network_send_syn(web, c);
}

static void reuse_connection(struct web *web, struct user *user, struct request request) {
    uint32_t slot = (uint32_t)__builtin_ctz(user->idle_slots), c = user->connection[slot];
    struct connection *connection = connection_at(web, c);
    connection->sent_s = request.sent_s;
    connection->what = request.what;
    user->idle_slots &= user->idle_slots - 1;
    network_up(web, c, UP_REQUEST);
}

static bool has_free_connection(struct web *web, const struct user *user) {
    return user->idle_slots || (uint32_t)__builtin_popcount(user->open_slots) < class_of(web, user)->n_connections;
}

/* An open idle connection first (the lowest slot), else a new one. */
static void dispatch(struct web *web, uint32_t number, struct user *user, struct request request) {
    web->meters.count[COUNT_REQUESTS]++;
    user->in_flight++;
    if (user->idle_slots) reuse_connection(web, user, request);
    else open_connection(web, number, user, request);
}

/* The browser thinks of it no more. */
static void abandon(struct web *web, uint32_t c, struct user *user) {
    struct connection *connection = connection_at(web, c);
    uint32_t bit = 1u << connection->slot;
    user->open_slots &= ~bit;
    user->idle_slots &= ~bit;
    connection->user = POOL_NONE;
}

/* Its side of the close, as browsers of this kind do it. */
static void answer_close(struct web *web, uint32_t c, uint8_t answers_close) {
    switch (answers_close) {
    case ANSWERS_CLOSE_ON: network_up(web, c, UP_FIN); break;
    case ANSWERS_CLOSE_OFF: connection_try_free(web, c); break;
    default: server_fin(web, c); /* emulated */
    }
}

/* The browser is done with it: closes its side, or answers the server's FIN, if it does. */
static void detach(struct web *web, uint32_t c, struct user *user) {
    abandon(web, c, user);
    answer_close(web, c, class_of(web, user)->answers_close);
}

/* The visitor is done with it, his browser is not: it will answer the server's FIN. The slot is free to say how. */
static void leave(struct web *web, uint32_t c, struct user *user) {
    abandon(web, c, user);
    connection_at(web, c)->slot = (uint8_t)(SLOT_LEFT | class_of(web, user)->answers_close);
}

/* The visitor goes. Nothing is under way: his page is complete. He closes his connections, or walks away from a
 * browser that stays as it is, so that the server must time them out. Then another visitor takes the place. */
static void end_session(struct web *web, struct user *user) {
    const struct user_class *class = class_of(web, user);
    while (user->idle_slots) {
        uint32_t c = user->connection[__builtin_ctz(user->idle_slots)];
        if (class->leaves) leave(web, c, user);
        else detach(web, c, user);
    }
    user->pages_left = class->session_pages;
}

/* ---- pages ---------------------------------------------------------------------------------------- */

void browser_think_end(struct web *web, uint32_t number) {
    struct user *user = user_at(web, number);
    user->u.page_started_s = web_now(web);
    bool dynamic = draw_share(web, class_of(web, user)->dynamic_share, number, user);
    uint8_t what = dynamic ? REQUEST_DOCUMENT | REQUEST_DYNAMIC : REQUEST_DOCUMENT;
    dispatch(web, number, user, (struct request){web_now(web), what});
}

static void fetch_objects(struct web *web, uint32_t number, struct user *user) {
    while (user->objects_left > 0 && has_free_connection(web, user)) {
        user->objects_left--;
        dispatch(web, number, user, (struct request){web_now(web), 0});
    }
}

/* A request of this user is over, answered or not. */
static void page_goes_on(struct web *web, uint32_t number, struct user *user, bool document) {
    if (document && !user->page_failed) {
        double objects = draw(web, &class_of(web, user)->objects, number, user);
        user->objects_left = objects < UINT16_MAX ? (uint16_t)objects : UINT16_MAX;
    }
    fetch_objects(web, number, user);
    if (user->in_flight > 0) return;
    if (user->page_failed) web->meters.count[COUNT_PAGES_FAILED]++;
    else meters_page_done(&web->meters, web_now(web) - user->u.page_started_s);
    user->page_failed = false;
    if (user->pages_left > 0 && --user->pages_left == 0) end_session(web, user);
    think(web, number, user);
}

/* ---- traces --------------------------------------------------------------------------------------- */

static void trace_plan_next(struct web *web) {
    struct browser *browser = &web->browser;
    const struct workload *workload = browser->workload;
    if (++browser->next_request < workload->n_requests)
        simulation_timer_set(&web->simulation, browser->trace_timer, EVENT_TRACE_REQUEST,
                             workload->request_time_s[browser->next_request]);
    else
        simulation_at(&web->simulation, web_now(web), EVENT_TRACE_END, 0);
}

static void wait_in_browser(struct browser *browser, struct user *user, uint32_t request) {
    browser->next_waiting[request] = POOL_NONE;
    if (user->u.waiting.first == POOL_NONE) user->u.waiting.first = request;
    else browser->next_waiting[user->u.waiting.last] = request;
    user->u.waiting.last = request;
}

void browser_trace_request(struct web *web) {
    struct browser *browser = &web->browser;
    uint32_t request = (uint32_t)browser->next_request, number = browser->workload->request_client[request];
    struct user *user = user_at(web, number);
    if (has_free_connection(web, user))
        dispatch(web, number, user, (struct request){web_now(web), REQUEST_DOCUMENT});
    else
        wait_in_browser(browser, user, request);
    trace_plan_next(web);
}

static void trace_goes_on(struct web *web, uint32_t number, struct user *user, double response_s) {
    struct browser *browser = &web->browser;
    if (user->page_failed) web->meters.count[COUNT_PAGES_FAILED]++;
    else meters_page_done(&web->meters, response_s);
    user->page_failed = false;
    uint32_t request = user->u.waiting.first;
    if (request == POOL_NONE) return;
    user->u.waiting.first = browser->next_waiting[request];
    double sent_s = browser->workload->request_time_s[request];
    dispatch(web, number, user, (struct request){sent_s, REQUEST_DOCUMENT});
}

/* ---- what lands ----------------------------------------------------------------------------------- */

static void goes_on(struct web *web, uint32_t number, struct user *user, bool document, double response_s) {
    user->in_flight--;
    if (web->browser.workload->n_requests) trace_goes_on(web, number, user, response_s);
    else page_goes_on(web, number, user, document);
}

/* Its limit is not cancelled when the connection is used again: what comes due is then told by the time. The event names the
 * user's slot, since the connection may be gone by then. */
static void goes_idle(struct web *web, uint32_t number, uint32_t c) {
    struct connection *connection = connection_at(web, c);
    struct path *path = network_path_of(web, connection);
    connection->sent_s = web_now(web);
    if (path->idle_limit_s > 0)
        lane_arm(&web->simulation, &path->browser_idle, number * BROWSER_SLOTS + connection->slot);
}

void browser_idle_limit(struct web *web, uint32_t place) {
    struct user *user = user_at(web, place / BROWSER_SLOTS);
    uint32_t slot = place % BROWSER_SLOTS;
    if (!(user->idle_slots & 1u << slot)) return;
    const struct connection *connection = connection_at(web, user->connection[slot]);
    double due_s = connection->sent_s + network_path_of(web, connection)->idle_limit_s;
    if (!(due_s < web_now(web)) && !(due_s > web_now(web))) detach(web, user->connection[slot], user);
}

void browser_response(struct web *web, uint32_t c, bool last) {
    struct connection *connection = connection_at(web, c);
    uint32_t number = connection->user;
    struct user *user = user_at(web, number);
    double response_s = web_now(web) - connection->sent_s;
    bool document = connection->what & REQUEST_DOCUMENT;
    meters_request_done(&web->meters, response_s);
    user->idle_slots |= 1u << connection->slot;
    if (last) detach(web, c, user);
    else goes_idle(web, number, c);
    goes_on(web, number, user, document, response_s);
}

void browser_fin(struct web *web, uint32_t c) {
    struct connection *connection = connection_at(web, c);
    uint32_t number = connection->user;
    if (number == POOL_NONE && connection->slot & SLOT_LEFT) {
        connection->slot ^= SLOT_LEFT;
        answer_close(web, c, connection->slot);
        return;
    }
    if (number == POOL_NONE) { /* closed before */
        connection_try_free(web, c);
        return;
    }
    struct user *user = user_at(web, number);
    bool unanswered = !(user->idle_slots & 1u << connection->slot);
    struct request request = {connection->sent_s, connection->what};
    detach(web, c, user);
    if (!unanswered) return;
    web->meters.count[COUNT_RESETS]++;
    open_connection(web, number, user, request);
}

/* A page of which an object failed goes on with the others, one whose document failed is over; neither counts as a
 * page. */
void browser_connect_failed(struct web *web, uint32_t c) {
    struct connection *connection = connection_at(web, c);
    uint32_t number = connection->user;
    struct user *user = user_at(web, number);
    double response_s = web_now(web) - connection->sent_s;
    bool document = connection->what & REQUEST_DOCUMENT;
    web->meters.count[COUNT_FAILED]++;
    user->page_failed = true;
    user->open_slots &= ~(1u << connection->slot);
    pool_return(&web->connections, c);
    goes_on(web, number, user, document, response_s);
}
