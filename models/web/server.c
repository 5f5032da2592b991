/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/web/server.h"

#include "models/web/cpu.h"
#include "models/web/memory.h"
#include "models/web/network.h"

static const struct server_architecture *const architectures[] = {
    [ARCHITECTURE_PREFORK] = &server_prefork,
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
    server->spawn_max = (uint32_t)v[SERVER_SPAWN_MAX].number;
    server->n_alive = (uint32_t)fmin(v[SERVER_START].number, server->worker_limit);
    open_lanes(web, v);
    server->architecture->open(web);
}

/* From one level to another at the same instant; LEVELS stands for none. */
static void move(struct web *web, enum web_level from, enum web_level to) {
    double now_s = web_now(web);
    if (from != LEVELS) meters_level_add(&web->meters, from, now_s, -1);
    if (to != LEVELS) meters_level_add(&web->meters, to, now_s, 1);
}

static void begin(struct web *web, uint32_t c) {
    connection_at(web, c)->state = CONNECTION_BUSY;
    meters_level_add(&web->meters, LEVEL_HELD, web_now(web), 1);
    move(web, LEVELS, LEVEL_BUSY);
    cpu_begin_request(web, c, true);
}

void server_established(struct web *web, uint32_t c) {
    struct fifo *queue = &web->listener.accept_queue;
    web->meters.count[COUNT_OPENED]++;
    meters_level_add(&web->meters, LEVEL_OPEN, web_now(web), 1);
    memory_note(web);
    if (fifo_length(queue) == 0 && web->server.architecture->hold(web)) {
        begin(web, c);
        return;
    }
    connection_at(web, c)->state = CONNECTION_QUEUED;
    fifo_push(queue, c);
    move(web, LEVELS, LEVEL_BACKLOG);
}

void server_accept_waiting(struct web *web) {
    struct fifo *queue = &web->listener.accept_queue;
    while (fifo_length(queue) > 0 && web->server.architecture->hold(web)) {
        move(web, LEVEL_BACKLOG, LEVELS);
        begin(web, fifo_pop(queue));
    }
}

/* A request that lands on a closing connection is read and thrown away (httpd ap_lingering_close); the browser learns of it by
 * the FIN that is on its way. */
void server_request(struct web *web, uint32_t c) {
    struct connection *connection = connection_at(web, c);
    if (connection->state != CONNECTION_IDLE) return;
    lane_cancel(&web->simulation, &web->server.idle_lane, c);
    connection->state = CONNECTION_BUSY;
    move(web, LEVEL_IDLE, LEVEL_BUSY);
    cpu_begin_request(web, c, false);
}

static void close_from(struct web *web, uint32_t c, enum web_level from, uint8_t packet, enum web_counter why) {
    connection_at(web, c)->state = CONNECTION_CLOSING;
    web->meters.count[why]++;
    move(web, from, LEVEL_CLOSING);
    lane_arm(&web->simulation, &web->server.closing_lane, c);
    network_down(web, c, packet);
}

void server_answered(struct web *web, uint32_t c) {
    struct connection *connection = connection_at(web, c);
    const struct server *server = &web->server;
    connection->n_requests++;
    if (!server->keeps) {
        close_from(web, c, LEVEL_BUSY, DOWN_LAST, COUNT_CLOSED_OFF);
    } else if (connection->n_requests >= server->request_limit) {
        close_from(web, c, LEVEL_BUSY, DOWN_LAST, COUNT_CLOSED_LIMIT);
    } else {
        connection->state = CONNECTION_IDLE;
        move(web, LEVEL_BUSY, LEVEL_IDLE);
        lane_arm(&web->simulation, &web->server.idle_lane, c);
        network_down(web, c, DOWN_RESPONSE);
    }
}

void server_idle_limit(struct web *web, uint32_t c) {
    close_from(web, c, LEVEL_IDLE, DOWN_FIN, COUNT_CLOSED_IDLE);
}

/* The socket that was closed first stays as a TIME_WAIT entry; one whose client never answered stays as long in
 * FIN_WAIT_2 (tcp_fin_timeout, 60 s as well), which Linux keeps in the same small entry. */
static void release(struct web *web, uint32_t c) {
    double now_s = web_now(web);
    connection_at(web, c)->state = CONNECTION_NONE;
    move(web, LEVEL_CLOSING, LEVELS);
    meters_level_add(&web->meters, LEVEL_HELD, now_s, -1);
    meters_level_add(&web->meters, LEVEL_OPEN, now_s, -1);
    delay_line_enter(&web->meters.time_wait, now_s);
    memory_note(web);
    web->server.architecture->release(web);
}

void server_fin(struct web *web, uint32_t c) {
    if (connection_at(web, c)->state == CONNECTION_CLOSING) {
        lane_cancel(&web->simulation, &web->server.closing_lane, c);
        release(web, c);
    }
    connection_try_free(web, c);
}

void server_closing_limit(struct web *web, uint32_t c) {
    release(web, c);
    connection_try_free(web, c);
}

void connection_try_free(struct web *web, uint32_t c) {
    const struct connection *connection = connection_at(web, c);
    if (connection->state != CONNECTION_NONE || connection->user != POOL_NONE || connection->up || connection->down)
        return;
    web->meters.count[COUNT_GONE]++;
    pool_return(&web->connections, c);
}
