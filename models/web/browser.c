/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/web/browser.h"

#include "models/web/listener.h"
#include "models/web/network.h"
#include "models/web/population.h"
#include "models/web/server.h"
#include "models/web/transport.h"

static void open_trace(struct web *web, const struct workload *workload) {
    struct browser *browser = &web->browser;
    browser->next_waiting = ARENA_NEW(web->run->arena, workload->n_requests, uint32_t);
    browser->trace_timer = simulation_timer(&web->simulation, EVENT_TRACE_REQUEST);
    simulation_timer_set(&web->simulation, browser->trace_timer, EVENT_TRACE_REQUEST, workload->request_time_s[0]);
}

void browser_open(struct web *web, const struct param_set *set, const struct workload *workload) {
    population_open(web, set, workload);
    if (workload->n_requests) open_trace(web, workload);
}

/* ---- connections -------------------------------------------------------------------------------- */

/* In place of a slot, once the visitor has walked away: what his browser will do at the server's FIN is in the other bits. */
enum { SLOT_LEFT = 0x80 };

/* What a browser sends: when it had the request in hand, what for, and what is asked. */
struct request {
    double sent_s, bytes;
    uint16_t n; /* requests sent together: streams of HTTP/2 */
    uint8_t what; /* REQUEST_* */
};

static struct request request_of(struct web *web, uint32_t c) {
    const struct connection *connection = connection_at(web, c);
    const struct transport *transport = transport_of(web, c);
    return (struct request){connection->sent_s, transport ? transport->bytes : 0, transport ? transport->n_requests : 1, connection->what};
}

/* How its sender speaks, on top of what it is for. */
static uint8_t manner(const struct user_class *class, const struct user *user) {
    static const uint8_t of_protocol[PROTOCOLS] = {
        [PROTOCOL_HTTP10] = REQUEST_CLOSE, [PROTOCOL_HTTP11_CLOSE] = REQUEST_CLOSE, [PROTOCOL_HTTP10_KEEPALIVE] = REQUEST_HTTP10,
    };
    return of_protocol[user->protocol] | (class->is_slow ? REQUEST_SLOW : 0);
}

static void put_request(struct web *web, uint32_t c, struct user *user, struct request request) {
    struct connection *connection = connection_at(web, c);
    struct transport *transport = transport_of(web, c);
    connection->sent_s = request.sent_s;
    connection->what = request.what;
    if (!transport) return;
    transport->bytes = request.bytes;
    transport->n_requests = request.n;
    if (request.what & REQUEST_SLOW) transport->send_s = (float)population_draw(web, &class_of(web, user)->request_send, user);
}

static void open_connection(struct web *web, uint32_t number, struct user *user, struct request request) {
    const struct user_class *class = class_of(web, user);
    uint32_t slot = (uint32_t)__builtin_ctz(~user->open_slots), c = pool_take(&web->connections);
    *connection_at(web, c) = (struct connection){
        .timer.time_s = LANE_IDLE, .user = number, .slot = (uint8_t)slot, .path = class->path,
    };
    transport_begin(web, c);
    if (class->has_tls) request.what |= transport_tls_kind(web, class, user);
    put_request(web, c, user, request);
    user->open_slots |= 1u << slot;
    user->connection[slot] = c;
    listener_send_syn(web, c);
}

static void reuse_connection(struct web *web, struct user *user, struct request request) {
    uint32_t slot = (uint32_t)__builtin_ctz(user->idle_slots), c = user->connection[slot];
    put_request(web, c, user, request);
    user->idle_slots &= user->idle_slots - 1;
    network_up(web, c, UP_REQUEST);
}

/* HTTP/2 needs one only. */
static uint32_t n_connections(const struct user_class *class, const struct user *user) {
    return user->protocol == PROTOCOL_HTTP2 ? 1 : class->n_connections;
}

static bool has_free_connection(struct web *web, const struct user *user) {
    return user->idle_slots || (uint32_t)__builtin_popcount(user->open_slots) < n_connections(class_of(web, user), user);
}

/* An open idle connection first (the lowest slot), else a new one. */
static void dispatch(struct web *web, uint32_t number, struct user *user, struct request request) {
    web->meters.count[COUNT_REQUESTS] += request.n;
    user->in_flight += (uint8_t)request.n;
    request.what |= manner(class_of(web, user), user);
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
static void end_session(struct web *web, uint32_t number, struct user *user) {
    const struct user_class *class = class_of(web, user);
    while (user->idle_slots) {
        uint32_t c = user->connection[__builtin_ctz(user->idle_slots)];
        if (class->leaves) leave(web, c, user);
        else detach(web, c, user);
    }
    population_visit_ends(web, number, user);
}

/* ---- pages ---------------------------------------------------------------------------------------- */

static struct request document(struct web *web, struct user *user, double sent_s, uint8_t what) {
    return (struct request){sent_s, population_draw(web, &class_of(web, user)->document_bytes, user), 1, what | REQUEST_DOCUMENT};
}

static void click(struct web *web, uint32_t number, struct user *user) {
    user->u.page_started_s = web_now(web);
    bool dynamic = population_draw_share(web, class_of(web, user)->dynamic_share, user);
    dispatch(web, number, user, document(web, user, web_now(web), dynamic ? REQUEST_DYNAMIC : 0));
}

void browser_think_end(struct web *web, uint32_t number) {
    struct user *user = user_at(web, number);
    if (!class_of(web, user)->never_completes) {
        click(web, number, user);
        return;
    }
    listener_abandoned_syn(web);
    population_think(web, number, user);
}

void browser_session(struct web *web, uint32_t class_number) {
    uint32_t number = population_session(web, class_number);
    if (number != POOL_NONE) click(web, number, user_at(web, number));
}

/* The next object, or with HTTP/2 as many as may be under way. */
static struct request next_objects(struct web *web, struct user *user) {
    const struct user_class *class = class_of(web, user);
    uint16_t n = 1;
    if (user->protocol == PROTOCOL_HTTP2) n = user->objects_left < class->n_streams ? user->objects_left : (uint16_t)class->n_streams;
    struct request request = {.sent_s = web_now(web), .n = n};
    for (uint16_t i = 0; i < n; i++) request.bytes += population_draw(web, &class->object_bytes, user);
    user->objects_left -= n;
    return request;
}

static void fetch_objects(struct web *web, uint32_t number, struct user *user) {
    while (user->objects_left > 0 && has_free_connection(web, user))
        dispatch(web, number, user, next_objects(web, user));
}

/* A request of this user is over, answered or not. */
static void page_goes_on(struct web *web, uint32_t number, struct user *user, bool is_document) {
    if (is_document && !user->page_failed) {
        double objects = population_draw(web, &class_of(web, user)->objects, user);
        user->objects_left = objects < UINT16_MAX ? (uint16_t)objects : UINT16_MAX;
    }
    fetch_objects(web, number, user);
    if (user->in_flight > 0) return;
    if (user->page_failed) web->meters.count[COUNT_PAGES_FAILED]++;
    else meters_page_done(&web->meters, web_now(web) - user->u.page_started_s);
    user->page_failed = false;
    if (user->pages_left > 0 && --user->pages_left == 0) end_session(web, number, user);
    else population_think(web, number, user);
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
        dispatch(web, number, user, document(web, user, web_now(web), 0));
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
    dispatch(web, number, user, document(web, user, sent_s, 0));
}

/* ---- what lands ----------------------------------------------------------------------------------- */

static void goes_on(struct web *web, uint32_t number, struct user *user, struct request request) {
    user->in_flight -= (uint8_t)request.n;
    if (web->browser.workload->n_requests) trace_goes_on(web, number, user, web_now(web) - request.sent_s);
    else page_goes_on(web, number, user, request.what & REQUEST_DOCUMENT);
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

/* Compiled into both of its callers: without a proxy none is bad, and much of the time goes here. */
__attribute__((always_inline)) static inline void responded(struct web *web, uint32_t c, bool last, uint16_t n_bad) {
    struct connection *connection = connection_at(web, c);
    uint32_t number = connection->user;
    struct user *user = user_at(web, number);
    struct request request = request_of(web, c);
    for (uint16_t i = n_bad; i < request.n; i++) meters_request_done(&web->meters, web_now(web) - request.sent_s);
    if (n_bad) user->page_failed = true;
    user->idle_slots |= 1u << connection->slot;
    if (last) detach(web, c, user);
    else goes_idle(web, number, c);
    goes_on(web, number, user, request);
}

void browser_response(struct web *web, uint32_t c, bool last) { responded(web, c, last, 0); }

void browser_answer(struct web *web, uint32_t c, bool last, uint16_t n_bad) { responded(web, c, last, n_bad); }

/* A page of which an object failed goes on with the others, one whose document failed is over; neither counts as a
 * page. */
static void fails(struct web *web, uint32_t number, struct user *user, struct request request, enum web_counter how) {
    web->meters.count[how] += request.n;
    user->page_failed = true;
    goes_on(web, number, user, request);
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
    const struct transport *transport = transport_of(web, c);
    bool unanswered = !(user->idle_slots & 1u << connection->slot), timed_out = transport && transport->timed_out;
    struct request request = request_of(web, c);
    detach(web, c, user);
    if (!unanswered) return;
    if (timed_out) {
        fails(web, number, user, request, COUNT_TIMED_OUT);
        return;
    }
    web->meters.count[COUNT_RESETS] += request.n;
    open_connection(web, number, user, request);
}

void browser_connect_failed(struct web *web, uint32_t c) {
    struct connection *connection = connection_at(web, c);
    uint32_t number = connection->user;
    struct user *user = user_at(web, number);
    struct request request = request_of(web, c);
    user->open_slots &= ~(1u << connection->slot);
    pool_return(&web->connections, c);
    fails(web, number, user, request, COUNT_FAILED);
}
