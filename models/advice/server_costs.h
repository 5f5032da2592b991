/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * server_costs: what a request, a connection and a daemon cost where nobody has measured them on the site's own machine: what we
 * measured of Apache 2.4.71 prefork, worker and event and of nginx 1.22.1, as Debian 12 ships them, on one core of a 2.5 GHz virtual
 * machine. They are those of inputs/scenarios/measured-*.ini, which tests/unit/test_measured.c holds against the real servers
 * (tests/advice/fit.sh: that they are the same).
 */
#ifndef MODELS_ADVICE_SERVER_COSTS_H
#define MODELS_ADVICE_SERVER_COSTS_H

#include "models/web/params.h"

/* Sets cpu.* and memory.* of an architecture (ARCHITECTURE_*) that nobody has set. */
void server_costs_apply(int architecture, struct param_set *set, struct arena *arena);

/* "Apache 2.4.71 event as Debian 12 ships it" */
const char *server_costs_of(int architecture);

#endif
