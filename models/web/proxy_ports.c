/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/web/proxy_ports.h"

void proxy_ports_open(struct web *web, uint32_t n, double time_wait_s) {
    struct proxy_ports *ports = &web->proxy.ports;
    struct arena *arena = web->run->arena;
    ports->n = n;
    ring_open(&ports->free, arena, sizeof(uint16_t));
    ring_open(&ports->waiting, arena, sizeof(uint16_t));
    delay_line_open(&web->meters.proxy_ports, web->network.paths[PATH_PROXY].rtt_s / 2 + time_wait_s, arena);
}

static void push(struct ring *ring, uint16_t port) {
    uint32_t seat = ring_push(ring);
    ((uint16_t *)ring->items)[seat] = port;
}

static uint16_t pop(struct ring *ring) { return ((const uint16_t *)ring->items)[ring_pop(ring)]; }

/* Those whose TIME_WAIT is over are free. */
static void advance(struct web *web) {
    struct proxy_ports *ports = &web->proxy.ports;
    delay_line_advance(&web->meters.proxy_ports, web_now(web));
    while (ring_length(&ports->waiting) > ring_length(&web->meters.proxy_ports.ends)) push(&ports->free, pop(&ports->waiting));
}

bool proxy_ports_take(struct web *web, uint16_t *port) {
    struct proxy_ports *ports = &web->proxy.ports;
    advance(web);
    if (ports->n_touched < ports->n) *port = (uint16_t)ports->n_touched++;
    else if (ring_length(&ports->free)) *port = pop(&ports->free);
    else return false;
    time_average_add(&web->meters.proxy_ports.present, web_now(web), 1);
    return true;
}

void proxy_ports_free(struct web *web, uint16_t port) {
    advance(web);
    push(&web->proxy.ports.free, port);
    time_average_add(&web->meters.proxy_ports.present, web_now(web), -1);
}

/* It is taken already, so its end alone is booked. */
void proxy_ports_wait(struct web *web, uint16_t port) {
    struct delay_line *taken = &web->meters.proxy_ports;
    advance(web);
    uint32_t seat = ring_push(&taken->ends);
    ((double *)taken->ends.items)[seat] = web_now(web) + taken->delay_s;
    push(&web->proxy.ports.waiting, port);
}
