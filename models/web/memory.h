/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * memory: what processes, threads, sockets and TIME_WAIT entries take.
 *
 *   rss    what ps adds up: each process with all that it maps. Pages that processes share are counted once for each, so
 *          this sum is not memory.
 *   private pages that no other process maps: what ending the server would give back
 *   pss    shared pages once, and each process's private ones: what /proc/PID/smaps_rollup sums to
 *   kernel a stack and page tables for each process and thread, a socket for each connection, TIME_WAIT entries
 *   total  pss + kernel: what is gone from machine.ram
 *   held   rss of the daemons that hold a connection: the classic 500 x 5 MB
 *   left   machine.ram - machine.reserved - total is the page cache; what is missing is on swap
 *
 * All are linear in the levels, so one function serves the present, the means and the time line.
 */
#ifndef MODELS_WEB_MEMORY_H
#define MODELS_WEB_MEMORY_H

#include "models/web/web.h"

/* What is left of RAM, and with machine.overcommit = swap what is missing; one of the two is 0. */
struct memory_left {
    double cache_bytes, swap_bytes;
    double swap_share; /* of all pages that are in use */
};

void memory_open(struct web *web, const struct param_set *set, const struct workload *workload);

/* At these levels (now, or on average) and so many TIME_WAIT entries. */
struct memory_use memory_at(const struct web *web, const double level[LEVELS], double time_wait);

/* At the present levels. TIME_WAIT entries that are over are booked first: they must not count beside what came after them. */
struct memory_use memory_now(struct web *web);

/* Resident set of one daemon: a process, or a thread with its share of one. */
double memory_daemon_rss_bytes(const struct web *web);

/* Whether one more process fits in RAM now, or may swap. */
bool memory_fits_process(struct web *web);

/* Notes the present level for the peaks; called after what can raise it. Where files or swap are modelled it is called each second
 * too, for what has become less. */
void memory_note(struct web *web);

/* What such use leaves. */
struct memory_left memory_left_of(const struct memory *memory, struct memory_use use);

/* Now, and noted; where files or swap are modelled. The kernel gives up page cache first and swaps when there is none left: it is taken to hold
 * its part of the working set at once, as if it had been so large for long. Which pages are on swap is chance: each of all that are
 * in use, of the server, the kernel and other programs, with the same probability. */
struct memory_left memory_left(struct web *web);

#endif
