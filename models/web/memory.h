/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * memory: what daemons, sockets and TIME_WAIT entries take.
 *
 *   rss    what ps adds up: each daemon with all that it maps. Pages that daemons share are counted once for each, so
 *          this sum is not memory.
 *   pss    shared pages once, and each daemon's private ones: what /proc/PID/smaps_rollup sums to
 *   kernel a stack and page tables for each daemon, a socket for each connection, TIME_WAIT entries
 *   total  pss + kernel: what is gone from machine.ram
 *   held   rss of the daemons that hold a connection: the classic 500 x 5 MB
 */
#ifndef MODELS_WEB_MEMORY_H
#define MODELS_WEB_MEMORY_H

#include "models/web/web.h"

void memory_open(struct web *web, const struct param_set *set);

double memory_kernel_bytes(const struct memory *memory, double alive, double open, double time_wait);
double memory_pss_bytes(const struct memory *memory, double alive);

/* Whether one more daemon fits in RAM now. */
bool memory_fits_daemon(struct web *web);

/* Notes the present level for the peaks; called after what can raise it. */
void memory_note(struct web *web);

#endif
