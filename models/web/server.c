/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/web/server.h"

#include "models/web/cpu.h"
#include "models/web/memory.h"
#include "models/web/network.h"
#include "models/web/transport.h"

static const struct server_architecture *const architectures[] = {
    [ARCHITECTURE_PREFORK] = &server_prefork,
    [ARCHITECTURE_WORKER] = &server_worker,
    [ARCHITECTURE_EVENT] = &server_event,
    [ARCHITECTURE_NGINX] = &server_nginx,
};

static void open_lanes(struct web *web, const struct param_value *v) {
    struct server *server = &web->server;
    bool request_wins = (int)v[SERVER_TIE].number == TIE_REQUEST;
    char *first_timer = web->connections.slots + offsetof(struct connection, timer);
    simulation_lane_linked(&web->simulation, &server->idle_lane,
                           request_wins ? EVENT_IDLE_LIMIT_LATE : EVENT_IDLE_LIMIT,
                           v[SERVER_IDLE_LIMIT].number, first_timer, sizeof(struct connection));
    simulation_lane_linked(&web->simulation, &server->closing_lane, EVENT_CLOSING_LIMIT,
                           v[SERVER_CLOSING_LIMIT].number, first_timer, sizeof(struct connection));
}

void server_open(struct web *web, const struct param_set *set) {
    const struct param_value *v = set->values;
    struct server *server = &web->server;
    double limit = v[SERVER_REQUESTS_PER_CONNECTION].number;
    server->architecture = architectures[(int)v[SERVER_ARCHITECTURE].number];
    server->keeps = v[SERVER_KEEPALIVE].number > 0 && v[SERVER_IDLE_LIMIT].number > 0;
    server->request_limit = limit > 0 ? (uint32_t)limit : UINT32_MAX;
    server->worker_limit = (uint32_t)v[SERVER_WORKER_LIMIT].number;
    server->spare_min = (uint32_t)v[SERVER_SPARE_MIN].number;
    server->spare_max = (uint32_t)fmax(v[SERVER_SPARE_MAX].number, v[SERVER_SPARE_MIN].number + 1);
    server->age_limit_s = v[SERVER_CONNECTION_AGE_LIMIT].number > 0 ? v[SERVER_CONNECTION_AGE_LIMIT].number : HUGE_VAL;
    if (server->age_limit_s < HUGE_VAL) server->accepted_s = ARENA_NEW(web->run->arena, web->connections.capacity, double);
    server->spawn_max = (uint32_t)v[SERVER_SPAWN_MAX].number;
    server->spawn_rate = 1;
    server->n_start = (uint32_t)v[SERVER_START].number;
    server->knows_length = (int)v[SERVER_DYNAMIC_LENGTH].number == LENGTH_KNOWN;
    server->header_limit_s = v[SERVER_HEADER_LIMIT].number > 0 ? v[SERVER_HEADER_LIMIT].number : HUGE_VAL;
    open_lanes(web, v);
    server->architecture->open(web, set);
}

/* From one level to another at the same instant; LEVELS stands for none. */
static void move(struct web *web, enum web_level from, enum web_level to) {
    double now_s = web_now(web);
    if (from != LEVELS) meters_level_add(&web->meters, from, now_s, -1);
    if (to != LEVELS) meters_level_add(&web->meters, to, now_s, 1);
}

static void hold(struct web *web, double change) {
    meters_level_add(&web->meters, LEVEL_HELD, web_now(web), change);
}

/* The connection's own work comes with its first request, or with its handshake. */
static bool bears_connection(struct web *web, const struct connection *connection) {
    return connection->n_requests == 0 && network_path_of(web, connection)->tls == TLS_OFF;
}

/* A request is at hand, its first byte at least. */
static void take_request(struct web *web, uint32_t c, double idle_s) {
    const struct connection *connection = connection_at(web, c);
    if (!(connection->what & REQUEST_SLOW)) {
        cpu_begin_request(web, c, bears_connection(web, connection), idle_s);
        return;
    }
    double read_s = fmin((double)web->network.transports[c].send_s, web->server.header_limit_s);
    simulation_at(&web->simulation, web_now(web) + read_s, EVENT_READ, c);
}

static void begin(struct web *web, uint32_t c) {
    struct connection *connection = connection_at(web, c);
    connection->state = CONNECTION_BUSY;
    if (web->server.accepted_s) web->server.accepted_s[c] = web_now(web);
    if (web->server.architecture->holds_busy) hold(web, 1);
    move(web, LEVELS, LEVEL_BUSY);
    if (connection->what & REQUEST_TLS) cpu_begin_handshake(web, c, web->server.rested_s);
    else take_request(web, c, web->server.rested_s);
}

static bool has_tls(struct web *web, uint32_t c) { return network_path_of(web, connection_at(web, c))->tls != TLS_OFF; }

/* Requests that were sent together count each. */
static uint32_t n_requests(const struct web *web, uint32_t c) {
    return web->network.transports ? web->network.transports[c].n_requests : 1;
}

void server_established(struct web *web, uint32_t c) {
    struct fifo *queue = &web->listener.accept_queue;
    web->meters.count[COUNT_OPENED]++;
    web->meters.count[COUNT_REUSED] += n_requests(web, c) - 1;
    network_take_port(web, c);
    meters_level_add(&web->meters, LEVEL_OPEN, web_now(web), 1);
    if (has_tls(web, c)) meters_level_add(&web->meters, LEVEL_TLS, web_now(web), 1);
    memory_note(web);
    connection_at(web, c)->state = CONNECTION_QUEUED;
    if (fifo_length(queue) == 0 && web->server.architecture->accept(web, c)) {
        begin(web, c);
        return;
    }
    fifo_push(queue, c);
    sojourn_enter(&web->meters.waiting, web_now(web));
    move(web, LEVELS, LEVEL_BACKLOG);
}

/* One who closes connections to accept another must not be asked in the middle of it. */
void server_accept_waiting(struct web *web) {
    struct fifo *queue = &web->listener.accept_queue;
    if (web->server.is_accepting) return;
    web->server.is_accepting = true;
    while (fifo_length(queue) > 0 && web->server.architecture->accept(web, fifo_first(queue))) {
        move(web, LEVEL_BACKLOG, LEVELS);
        sojourn_leave(&web->meters.waiting, web_now(web));
        begin(web, fifo_pop(queue));
    }
    web->server.is_accepting = false;
}

/* A request that lands on a closing connection is read and thrown away (httpd ap_lingering_close) or answered by a reset; the
 * browser learns of it by the FIN that is on its way. */
void server_request(struct web *web, uint32_t c) {
    struct connection *connection = connection_at(web, c);
    const struct server_architecture *architecture = web->server.architecture;
    if (connection->state != CONNECTION_IDLE) return;
    if (architecture->wake && !architecture->wake(web, c)) {
        if (connection->state == CONNECTION_IDLE) server_close_idle(web, c, COUNT_CLOSED_RECLAIM);
        return;
    }
    double idle_s = web_now(web) - (connection->timer.time_s - web->server.idle_lane.delay_s);
    web->meters.count[COUNT_REUSED] += n_requests(web, c);
    lane_cancel(&web->simulation, &web->server.idle_lane, c);
    connection->state = CONNECTION_BUSY;
    if (architecture->holds_busy && !architecture->holds_idle) hold(web, 1);
    move(web, LEVEL_IDLE, LEVEL_BUSY);
    take_request(web, c, idle_s);
}

/* The connection is no more. Who closed first keeps a small entry: TIME_WAIT, or for a client that never answers
 * FIN_WAIT_2 (tcp_fin_timeout, 60 s as well), which Linux keeps in the same form. */
static void release(struct web *web, uint32_t c, enum web_level from, bool held, bool closed_first) {
    double now_s = web_now(web);
    connection_at(web, c)->state = CONNECTION_NONE;
    move(web, from, LEVELS);
    if (held) hold(web, -1);
    meters_level_add(&web->meters, LEVEL_OPEN, now_s, -1);
    if (has_tls(web, c)) meters_level_add(&web->meters, LEVEL_TLS, now_s, -1);
    if (closed_first) network_enter_time_wait(web, c);
    memory_note(web);
    web->server.architecture->release(web, c);
}

/* What it held in that state, and whether that was a daemon. */
static bool holds(const struct server_architecture *architecture, enum web_level from) {
    return from == LEVEL_BUSY ? architecture->holds_busy : from == LEVEL_IDLE ? architecture->holds_idle : false;
}

/* The server's side is closed from here on; its FIN is on the way, or leaves with the response. */
static void close_from(struct web *web, uint32_t c, enum web_level from, enum web_counter why) {
    const struct server_architecture *architecture = web->server.architecture;
    bool held = holds(architecture, from);
    web->meters.count[why]++;
    if (!architecture->lingers) {
        if (architecture->close) architecture->close(web, c, from);
        release(web, c, from, held, true);
        return;
    }
    connection_at(web, c)->state = CONNECTION_CLOSING;
    if (held && !architecture->holds_closing) hold(web, -1);
    move(web, from, LEVEL_CLOSING);
    lane_arm(&web->simulation, &web->server.closing_lane, c);
    if (architecture->close) architecture->close(web, c, from);
}

static void send_fin(struct web *web, uint32_t c) {
    if (!web->network.transports) {
        network_down(web, c, DOWN_FIN);
        return;
    }
    connection_at(web, c)->down |= DOWN_FIN;
    transport_finish(web, c);
}

static void rest_from(struct web *web, uint32_t c, enum web_level from) {
    const struct server_architecture *architecture = web->server.architecture;
    connection_at(web, c)->state = CONNECTION_IDLE;
    if (holds(architecture, from) && !architecture->holds_idle) hold(web, -1);
    move(web, from, LEVEL_IDLE);
    lane_arm(&web->simulation, &web->server.idle_lane, c);
    if (architecture->rest) architecture->rest(web, c, from);
}

enum { KEEPS = 0 };

/* Strictly, as nginx compares (ngx_http_core_module.c, keepalive_time). */
static bool is_too_old(const struct web *web, uint32_t c) {
    const struct server *server = &web->server;
    return server->accepted_s && web_now(web) - server->accepted_s[c] > server->age_limit_s;
}

/* What becomes of a connection after its answer: why it is closed, or KEEPS. */
static uint8_t judge(const struct web *web, uint32_t c) {
    const struct connection *connection = connection_at(web, c);
    const struct server *server = &web->server;
    uint8_t what = connection->what;
    if (!server->keeps) return COUNT_CLOSED_OFF;
    if (connection->n_requests >= server->request_limit) return COUNT_CLOSED_LIMIT;
    if (is_too_old(web, c)) return COUNT_CLOSED_AGE;
    if (what & REQUEST_CLOSE) return COUNT_CLOSED_ASKED;
    if (what & REQUEST_HTTP10 && what & REQUEST_DYNAMIC && !server->knows_length) return COUNT_CLOSED_ASKED;
    if (server->architecture->keeps && !server->architecture->keeps(web, c)) return COUNT_CLOSED_DYING;
    return KEEPS;
}

static void carry_out(struct web *web, uint32_t c, enum web_level from, uint8_t verdict) {
    if (verdict == KEEPS) rest_from(web, c, from);
    else close_from(web, c, from, verdict);
}

/* More than the kernel takes at once: the verdict waits until it is written. */
static void begin_writing(struct web *web, uint32_t c, uint8_t verdict) {
    const struct server_architecture *architecture = web->server.architecture;
    web->network.transports[c].verdict = verdict;
    if (!architecture->write) return;
    connection_at(web, c)->state = CONNECTION_WRITING;
    if (architecture->holds_busy) hold(web, -1);
    move(web, LEVEL_BUSY, LEVEL_WRITING);
    architecture->write(web, c);
}

/* Streams that are one event are as many rows. A browser that is gone needs no answer, but it gets one. */
static void note(struct web *web, uint32_t c) {
    const struct connection *connection = connection_at(web, c);
    uint32_t n = n_requests(web, c), user = connection->user;
    double bytes = web->network.transports ? web->network.transports[c].bytes / n : 0;
    for (uint32_t i = 1; i <= n && user != POOL_NONE; i++) {
        struct journal_row *row = journal_row(web->run->journal);
        if (!row) return;
        *row = (struct journal_row){.time_s = web_now(web), .bytes = bytes, .customer = user_at(web, user)->entity, .carrier = c,
                                    .ordinal = connection->n_requests - n + i,
                                    .kind = connection->what & (REQUEST_DOCUMENT | REQUEST_DYNAMIC)};
    }
}

static void answer(struct web *web, uint32_t c) {
    connection_at(web, c)->n_requests += n_requests(web, c);
    if (web->run->journal) note(web, c);
    uint8_t verdict = judge(web, c), packet = verdict == KEEPS ? DOWN_RESPONSE : DOWN_LAST;
    if (web->network.transports) {
        if (!transport_respond(web, c, packet)) {
            begin_writing(web, c, verdict);
            return;
        }
    } else {
        network_down(web, c, packet);
    }
    carry_out(web, c, LEVEL_BUSY, verdict);
}

void server_worked(struct web *web, uint32_t c) {
    struct connection *connection = connection_at(web, c);
    if (!(connection->what & REQUEST_TLS)) {
        answer(web, c);
        return;
    }
    transport_tls(web, c, connection->what & REQUEST_RESUMED);
    connection->what &= (uint8_t)~(REQUEST_TLS | REQUEST_RESUMED);
}

void server_handshaken(struct web *web, uint32_t c) {
    double rtt_s = network_path_of(web, connection_at(web, c))->rtt_s;
    take_request(web, c, rtt_s); /* or two: with either its daemon has slept */
}

void server_read(struct web *web, uint32_t c) {
    struct transport *transport = &web->network.transports[c];
    double send_s = (double)transport->send_s;
    if (send_s <= web->server.header_limit_s) {
        cpu_begin_request(web, c, bears_connection(web, connection_at(web, c)), send_s);
        return;
    }
    transport->timed_out = true;
    send_fin(web, c);
    close_from(web, c, LEVEL_BUSY, COUNT_CLOSED_HEADER);
}

void server_written(struct web *web, uint32_t c) {
    enum web_level from = connection_at(web, c)->state == CONNECTION_WRITING ? LEVEL_WRITING : LEVEL_BUSY;
    carry_out(web, c, from, web->network.transports[c].verdict);
}

void server_idle_limit(struct web *web, uint32_t c) {
    send_fin(web, c);
    close_from(web, c, LEVEL_IDLE, COUNT_CLOSED_IDLE);
}

void server_close_idle(struct web *web, uint32_t c, enum web_counter why) {
    lane_cancel(&web->simulation, &web->server.idle_lane, c);
    send_fin(web, c);
    close_from(web, c, LEVEL_IDLE, why);
}

/* With lanes led through the heap there is no list of idle connections, and all records are searched: slow, and for the
 * test of identity only. Records that the pool has taken back (and poisoned) say that they are not idle. */
__attribute__((no_sanitize("address"))) static uint32_t search_oldest_idle(const struct web *web, uint32_t process) {
    uint32_t oldest = POOL_NONE;
    for (uint32_t c = 0; c < web->connections.n_touched; c++) {
        const struct connection *connection = connection_at(web, c);
        if (connection->state != CONNECTION_IDLE || connection->u.process != process) continue;
        if (oldest == POOL_NONE || connection->timer.time_s < connection_at(web, oldest)->timer.time_s) oldest = c;
    }
    return oldest;
}

/* The idle lane is in the order in which connections went idle, of all processes together. */
uint32_t server_oldest_idle(struct web *web, uint32_t process) {
    if (web->simulation.heap_only) return search_oldest_idle(web, process);
    for (uint32_t c = web->server.idle_lane.head; c != POOL_NONE; c = connection_at(web, c)->timer.next)
        if (connection_at(web, c)->u.process == process) return c;
    return POOL_NONE;
}

/* In answer to the server's, or of itself: the client is the first to close. */
void server_fin(struct web *web, uint32_t c) {
    const struct server_architecture *architecture = web->server.architecture;
    uint8_t state = connection_at(web, c)->state;
    if (state == CONNECTION_CLOSING) {
        lane_cancel(&web->simulation, &web->server.closing_lane, c);
        release(web, c, LEVEL_CLOSING, architecture->holds_closing, true);
    } else if (state == CONNECTION_IDLE) {
        web->meters.count[COUNT_CLOSED_CLIENT]++;
        lane_cancel(&web->simulation, &web->server.idle_lane, c);
        connection_at(web, c)->state = CONNECTION_CLOSING; /* idle no more, for those who look for idle ones */
        if (architecture->close) architecture->close(web, c, LEVEL_IDLE);
        delay_line_enter(&web->meters.time_wait_client, web_now(web));
        release(web, c, LEVEL_IDLE, architecture->holds_idle, false);
    }
    connection_try_free(web, c);
}

void server_reload(struct web *web) {
    enum { HOLD_OFF_ROUNDS = 10 };
    struct server *server = &web->server;
    server->generation++;
    server->spawn_rate = 1;
    server->hold_off = HOLD_OFF_ROUNDS;
    server->architecture->reload(web);
    server_accept_waiting(web);
}

void server_closing_limit(struct web *web, uint32_t c) {
    release(web, c, LEVEL_CLOSING, web->server.architecture->holds_closing, true);
    connection_try_free(web, c);
}

void connection_try_free(struct web *web, uint32_t c) {
    const struct connection *connection = connection_at(web, c);
    if (connection->state != CONNECTION_NONE || connection->user != POOL_NONE || connection->up || connection->down)
        return;
    web->meters.count[COUNT_GONE]++;
    pool_return(&web->connections, c);
}
