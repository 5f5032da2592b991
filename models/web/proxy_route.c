/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/web/proxy_route.h"

#include "models/web/browser.h"
#include "models/web/listener.h"
#include "models/web/network.h"
#include "models/web/proxy.h"
#include "models/web/server.h"
#include "models/web/transport.h"

/* What happens without a proxy. */
static void go_on(struct web *web, enum web_event event, uint32_t c) { web->proxy.classes[event].fire(web, c); }

/* The first byte of a request has landed at the proxy. */
static void on_front_request(void *model, uint32_t c) {
    struct web *web = model;
    if (connection_at(web, c)->what & REQUEST_SLOW)
        simulation_at(&web->simulation, web_now(web) + (double)web->network.transports[c].send_s, EVENT_READ, c);
    else
        proxy_request(web, c);
}

/* The last one of a slow request. Upstream none is slow. */
static void on_front_read(void *model, uint32_t c) { proxy_request(model, c); }

static void on_handshake(void *model, uint32_t c) {
    struct web *web = model;
    struct connection *front = connection_at(web, c);
    if (proxy_is_upstream(web, c)) {
        go_on(web, EVENT_HANDSHAKE, c);
        return;
    }
    uint8_t tls = front->what & (REQUEST_TLS | REQUEST_RESUMED);
    front->what ^= tls;
    proxy_accept(web, c);
    if (tls) transport_tls(web, c, tls & REQUEST_RESUMED);
    else on_front_request(model, c);
}

static void on_syn_retry(void *model, uint32_t c) {
    struct web *web = model;
    if (!proxy_is_upstream(web, c)) go_on(web, EVENT_SYN_RETRY, c);
    else if (!listener_syn_retry(web, c)) proxy_connect_failed(web, c);
}

static void on_uplink(void *model, uint32_t c) {
    struct web *web = model;
    struct connection *connection = connection_at(web, c);
    uint8_t what = connection->up & (uint8_t)-connection->up;
    if (proxy_is_upstream(web, c)) {
        if (what == UP_FIN) proxy_fin_lands(web, c);
        go_on(web, EVENT_UPLINK, c);
        return;
    }
    connection->up ^= what;
    if (what == UP_REQUEST) on_front_request(model, c);
    else if (what == UP_SYN) network_handshake(web, c);
    else connection_try_free(web, c);
}

static void on_downlink(void *model, uint32_t c) {
    struct web *web = model;
    struct connection *connection = connection_at(web, c);
    uint8_t what = connection->down & (uint8_t)-connection->down;
    connection->down ^= what;
    if (!proxy_is_upstream(web, c)) browser_answer(web, c, what == DOWN_LAST, proxy_count_bad(web, c));
    else if (what == DOWN_FIN) proxy_fin(web, c);
    else proxy_response(web, c, what == DOWN_LAST);
}

const struct event_class *proxy_route(struct web *web, const struct event_class *classes, const struct param_set *set) {
    static const struct { enum web_event event; event_fn *fire; } routines[] = {
        {EVENT_HANDSHAKE, on_handshake}, {EVENT_SYN_RETRY, on_syn_retry}, {EVENT_UPLINK, on_uplink}, {EVENT_DOWNLINK, on_downlink},
        {EVENT_TLS, on_front_request}, {EVENT_READ, on_front_read},
    };
    if (set->values[PROXY_PRESENT].number <= 0) return classes;
    struct event_class *routed = ARENA_NEW(web->run->arena, WEB_EVENTS, struct event_class);
    memcpy(routed, classes, WEB_EVENTS * sizeof *classes);
    for (size_t i = 0; i < sizeof routines / sizeof routines[0]; i++) routed[routines[i].event].fire = routines[i].fire;
    web->proxy.classes = classes;
    return routed;
}
