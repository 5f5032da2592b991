/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/web/proxy.h"

#include "models/web/listener.h"
#include "models/web/network.h"
#include "models/web/population.h"
#include "models/web/proxy_ports.h"
#include "models/web/server.h"
#include "models/web/transport.h"

/* ---- opening ---------------------------------------------------------------------------------------- */

static void open_path(struct web *web, double rtt_s) {
    struct path *path = &web->network.paths[PATH_PROXY];
    *path = (struct path){.rtt_s = rtt_s, .tls = TLS_OFF};
    simulation_lane_ring(&web->simulation, &path->up, EVENT_UPLINK, rtt_s / 2);
    simulation_lane_ring(&web->simulation, &path->down, EVENT_DOWNLINK, rtt_s / 2);
    simulation_lane_ring(&web->simulation, &path->handshake, EVENT_HANDSHAKE, rtt_s);
}

static void open_pools(struct web *web) {
    struct proxy *proxy = &web->proxy;
    struct arena *arena = web->run->arena;
    proxy->pools = ARENA_NEW(arena, proxy->n_processes, struct proxy_pool);
    for (uint32_t i = 0; i < proxy->n_processes; i++) proxy->pools[i] = (struct proxy_pool){.newest = POOL_NONE, .oldest = POOL_NONE};
    proxy->fronts = ARENA_NEW(arena, web->connections.capacity, struct front);
    proxy->upstreams = ARENA_NEW(arena, web->connections.capacity, struct upstream);
    proxy->draws = ARENA_NEW(arena, web->browser.users_max, struct method_draws);
    if (proxy->idle_limit_s > 0)
        simulation_lane_linked(&web->simulation, &proxy->idle_lane, EVENT_PROXY_IDLE, proxy->idle_limit_s, &proxy->upstreams->idle,
                               sizeof(struct upstream));
}

void proxy_open(struct web *web, const struct param_set *set) {
    struct proxy *proxy = &web->proxy;
    const struct param_value *v = set->values;
    double limit = v[PROXY_REQUESTS_PER_CONNECTION].number, age_s = v[PROXY_CONNECTION_AGE_LIMIT].number;
    proxy->is_present = v[PROXY_PRESENT].number > 0;
    if (!proxy->is_present) return;
    proxy->pool_size = (uint32_t)v[PROXY_POOL_SIZE].number;
    proxy->server_closes = proxy->pool_size == 0 && (int)v[PROXY_CLOSES_FIRST].number == CLOSES_FIRST_SERVER;
    proxy->request_limit = limit > 0 ? (uint32_t)limit : UINT32_MAX;
    proxy->age_limit_s = age_s > 0 ? age_s : HUGE_VAL;
    proxy->idle_limit_s = v[PROXY_IDLE_LIMIT].number;
    proxy->n_processes = (uint32_t)v[PROXY_PROCESSES].number;
    proxy->methods = run_stream(web->run, STREAM_METHOD, 0);
    open_path(web, v[PROXY_RTT].number);
    open_pools(web);
    proxy_ports_open(web, (uint32_t)v[PROXY_PORTS].number, v[TCP_TIME_WAIT].number);
}

uint32_t proxy_connections_max(const struct param_set *set) {
    return set->values[PROXY_PRESENT].number > 0 ? 2 * (uint32_t)set->values[PROXY_PORTS].number : 0;
}

void proxy_check(const struct param_set *set, const struct workload *workload, struct diag *diag) {
    const struct param_value *v = set->values;
    if (v[PROXY_PRESENT].number <= 0) return;
    if (v[USERS_PORTS].number > 0)
        diag_add(diag, STATUS_SCENARIO, (struct place){.column = "users.ports"},
                 "read '%s', allowed with proxy.present: 0, since the server sees the proxy's address (proxy.ports)", v[USERS_PORTS].text);
    for (size_t k = 0; k < (workload->n_classes ? workload->n_classes : 1); k++) {
        const struct param_value *of = workload->n_classes ? workload->classes[k].values : v;
        if ((int)of[USERS_HANDSHAKE].number == HANDSHAKE_NEVER)
            diag_add(diag, STATUS_SCENARIO, (struct place){.column = "users.handshake"},
                     "read 'never', allowed with proxy.present: completes, since half-open connections would be the proxy's");
    }
}

static struct upstream *upstream_at(struct web *web, uint32_t c) { return &web->proxy.upstreams[c]; }

static void count(struct web *web, enum web_level level, double change) {
    meters_level_add(&web->meters, level, web_now(web), change);
}

/* ---- the pool --------------------------------------------------------------------------------------- */

static void pool_unlink(struct web *web, uint32_t c) {
    struct upstream *upstream = upstream_at(web, c);
    struct proxy_pool *pool = &web->proxy.pools[upstream->process];
    if (upstream->newer == POOL_NONE) pool->newest = upstream->older;
    else upstream_at(web, upstream->newer)->older = upstream->older;
    if (upstream->older == POOL_NONE) pool->oldest = upstream->newer;
    else upstream_at(web, upstream->older)->newer = upstream->newer;
    upstream->is_pooled = false;
    pool->n--;
    count(web, LEVEL_POOLED, -1);
}

static void pool_leave(struct web *web, uint32_t c) {
    if (web->proxy.idle_limit_s > 0) lane_cancel(&web->simulation, &web->proxy.idle_lane, c);
    pool_unlink(web, c);
}

/* The proxy's side of the close: of itself, or in answer to the server's. */
static void send_fin(struct web *web, uint32_t c, bool first) {
    upstream_at(web, c)->closed_first = first;
    connection_at(web, c)->user = POOL_NONE;
    count(web, LEVEL_UPSTREAM, -1);
    network_up(web, c, UP_FIN);
}

static void pool_enter(struct web *web, uint32_t c) {
    struct proxy *proxy = &web->proxy;
    struct upstream *upstream = upstream_at(web, c);
    struct proxy_pool *pool = &proxy->pools[upstream->process];
    if (pool->n == proxy->pool_size) {
        uint32_t oldest = pool->oldest;
        pool_leave(web, oldest);
        send_fin(web, oldest, true);
    }
    upstream->older = pool->newest;
    upstream->newer = POOL_NONE;
    if (pool->newest == POOL_NONE) pool->oldest = c;
    else upstream_at(web, pool->newest)->newer = c;
    pool->newest = c;
    pool->n++;
    upstream->is_pooled = true;
    count(web, LEVEL_POOLED, 1);
    if (proxy->idle_limit_s > 0) lane_arm(&web->simulation, &proxy->idle_lane, c);
}

void proxy_idle_limit(struct web *web, uint32_t c) {
    pool_unlink(web, c);
    send_fin(web, c, true);
}

/* ---- answers ---------------------------------------------------------------------------------------- */

/* As a server that speaks to this user would (RFC 9112 9.3). */
static bool closes_front(const struct web *web, uint8_t what) {
    if (what & REQUEST_CLOSE) return true;
    return what & REQUEST_HTTP10 && what & REQUEST_DYNAMIC && !web->server.knows_length;
}

static uint16_t n_bad(const struct front *front) {
    uint16_t n = 0;
    for (int why = 0; why < BAD_GATEWAYS; why++) n += front->n_bad[why];
    return n;
}

static void relay(struct web *web, uint32_t c) {
    const struct connection *connection = connection_at(web, c);
    struct transport *transport = transport_of(web, c);
    uint8_t packet = closes_front(web, connection->what) ? DOWN_LAST : DOWN_RESPONSE;
    if (!transport) {
        network_down(web, c, packet);
        return;
    }
    transport->bytes *= 1 - (double)n_bad(&web->proxy.fronts[c]) / transport->n_requests; /* an error is a line */
    transport_relay(web, c, packet);
}

/* One of the requests that came together is over. */
static void is_over(struct web *web, uint32_t front) {
    if (--web->proxy.fronts[front].n_pending == 0) relay(web, front);
}

static void goes_bad(struct web *web, uint32_t front, enum bad_gateway why) {
    web->proxy.fronts[front].n_bad[why]++;
    is_over(web, front);
}

uint16_t proxy_count_bad(struct web *web, uint32_t c) {
    const struct front *front = &web->proxy.fronts[c];
    for (int why = 0; why < BAD_GATEWAYS; why++) web->meters.count[COUNT_BAD_RACE + why] += front->n_bad[why];
    return n_bad(front);
}

/* ---- requests --------------------------------------------------------------------------------------- */

static void put_request(struct web *web, uint32_t c, uint32_t front) {
    const struct connection *asked = connection_at(web, front);
    struct connection *connection = connection_at(web, c);
    struct upstream *upstream = upstream_at(web, c);
    upstream->front = front;
    upstream->n_requests++;
    connection->user = asked->user;
    connection->sent_s = asked->sent_s;
    connection->what = asked->what & (REQUEST_DOCUMENT | REQUEST_DYNAMIC);
    if (web->proxy.server_closes) connection->what |= REQUEST_CLOSE;
    struct transport *transport = transport_of(web, c);
    if (transport) transport->bytes = transport_of(web, front)->bytes / transport_of(web, front)->n_requests;
}

static void connect_upstream(struct web *web, uint32_t front, uint16_t process) {
    uint16_t port;
    if (!proxy_ports_take(web, &port)) {
        goes_bad(web, front, BAD_PORTS);
        return;
    }
    uint32_t c = pool_take(&web->connections);
    *connection_at(web, c) = (struct connection){.timer.time_s = LANE_IDLE, .path = PATH_PROXY};
    *upstream_at(web, c) = (struct upstream){.idle.time_s = LANE_IDLE, .opened_s = web_now(web), .process = process};
    web->network.port[c] = port;
    transport_begin(web, c);
    put_request(web, c, front);
    web->meters.count[COUNT_UPSTREAM_CONNECTS]++;
    count(web, LEVEL_UPSTREAM, 1);
    listener_send_syn(web, c);
}

static void pass_on(struct web *web, uint32_t front) {
    uint16_t process = web->proxy.fronts[front].process;
    uint32_t c = web->proxy.pools[process].newest;
    if (c == POOL_NONE) {
        connect_upstream(web, front, process);
        return;
    }
    pool_leave(web, c);
    put_request(web, c, front);
    web->meters.count[COUNT_POOL_HITS]++;
    network_up(web, c, UP_REQUEST);
}

/* Methods come from a stream of their own, so that a user's are the same whatever else he draws. */
static bool draw_once(struct web *web, const struct connection *asked) {
    const struct user *user = user_at(web, asked->user);
    struct method_draws *draws = &web->proxy.draws[asked->user];
    double share = class_of(web, user)->non_idempotent;
    if (!(asked->what & REQUEST_DOCUMENT) || share <= 0) return false;
    if (draws->entity != user->entity) *draws = (struct method_draws){.entity = user->entity};
    rng_stream_seek(&web->proxy.methods, draws->entity, draws->block++);
    return rng_stream_uniform(&web->proxy.methods) < share;
}

void proxy_accept(struct web *web, uint32_t front) {
    struct proxy *proxy = &web->proxy;
    proxy->fronts[front].process = (uint16_t)proxy->next_process;
    proxy->next_process = (proxy->next_process + 1) % proxy->n_processes;
}

void proxy_request(struct web *web, uint32_t c) {
    struct front *front = &web->proxy.fronts[c];
    uint16_t n = web->network.transports ? web->network.transports[c].n_requests : 1;
    *front = (struct front){.process = front->process, .n_pending = n, .once = draw_once(web, connection_at(web, c))};
    for (uint16_t i = 0; i < n; i++) pass_on(web, c);
}

/* ---- what comes from the server ------------------------------------------------------------------- */

static bool keeps(const struct web *web, const struct upstream *upstream) {
    const struct proxy *proxy = &web->proxy;
    return proxy->pool_size > 0 && upstream->n_requests < proxy->request_limit &&
           web_now(web) - upstream->opened_s <= proxy->age_limit_s;
}

void proxy_response(struct web *web, uint32_t c, bool last) {
    const struct upstream *upstream = upstream_at(web, c);
    uint32_t front = upstream->front;
    if (last) send_fin(web, c, false);
    else if (keeps(web, upstream)) pool_enter(web, c);
    else send_fin(web, c, true);
    is_over(web, front);
}

static void meets_the_fin(struct web *web, uint32_t front) {
    web->meters.count[COUNT_RACES]++;
    if (web->proxy.fronts[front].once) {
        goes_bad(web, front, BAD_RACE);
        return;
    }
    web->meters.count[COUNT_RETRIES]++;
    pass_on(web, front);
}

void proxy_fin(struct web *web, uint32_t c) {
    const struct upstream *upstream = upstream_at(web, c);
    if (connection_at(web, c)->user == POOL_NONE) { /* closed before */
        connection_try_free(web, c);
        return;
    }
    bool was_idle = upstream->is_pooled;
    uint32_t front = upstream->front;
    if (was_idle) pool_leave(web, c);
    send_fin(web, c, false);
    if (!was_idle) meets_the_fin(web, front);
}

void proxy_fin_lands(struct web *web, uint32_t c) {
    if (upstream_at(web, c)->closed_first) proxy_ports_wait(web, web->network.port[c]);
    else proxy_ports_free(web, web->network.port[c]);
}

void proxy_connect_failed(struct web *web, uint32_t c) {
    uint32_t front = upstream_at(web, c)->front;
    proxy_ports_free(web, web->network.port[c]);
    pool_return(&web->connections, c);
    count(web, LEVEL_UPSTREAM, -1);
    goes_bad(web, front, BAD_CONNECT);
}
