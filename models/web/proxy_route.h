/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * proxy_route: which room a packet concerns when there is a proxy, where connections are of two kinds. The event routines are exchanged
 * before a replication begins, so that one without a proxy never asks.
 */
#ifndef MODELS_WEB_PROXY_ROUTE_H
#define MODELS_WEB_PROXY_ROUTE_H

#include "models/web/web.h"

/* `classes` as they are, or with proxy.present a copy with other routines, of which those of upstreams go on to `classes`. */
const struct event_class *proxy_route(struct web *web, const struct event_class *classes, const struct param_set *set);

#endif
