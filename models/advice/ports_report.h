/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ports_report: what linger ports prints, in 80 columns.
 */
#ifndef MODELS_ADVICE_PORTS_REPORT_H
#define MODELS_ADVICE_PORTS_REPORT_H

#include <stdio.h>

#include "models/advice/ports.h"

struct ports_question {
    double per_s, response_s; /* requests */
    unsigned pool;
    double ports, pairs;      /* ports of each pair of addresses, proxy's and server's */
    double time_wait_s, time_wait_bytes;
    bool server_closes;       /* first, and keeps TIME_WAIT */
    double opening;           /* wanted share of requests that open a connection */
};

/* STATUS_OK, or STATUS_CHECK_FAILED when more than one connection in 1000 finds no port. */
int ports_report(FILE *out, const struct ports_question *question);

#endif
