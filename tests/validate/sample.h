/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * sample: looks at a running server once a second, from outside, and sums up what it saw over a window.
 *
 * What is read: the children of the server's parent process (ten times a second); the exact CPU time of every thread of the tree
 * (schedstat, nanoseconds), to which the parent's account of children already dead is added; resident sets (statm); three times in
 * the window PSS and private pages (smaps_rollup); TIME_WAIT entries and the accept queue of the server's port (/proc/net/tcp);
 * how busy the server's core was with what (/proc/stat); and the server's own view, mod_status?auto or stub_status.
 *
 * The last one is a request to the server, one a second, which counts itself as a worker that writes: it is taken off. It asks for
 * Connection: close and resets the connection when it has the answer, so that it leaves no TIME_WAIT. A server at its limit lets
 * it wait in the queue: there is one at a time at most, and seconds without an answer have no sample.
 */
#ifndef TESTS_VALIDATE_SAMPLE_H
#define TESTS_VALIDATE_SAMPLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum quantity {
    Q_PROCESSES, Q_ALIVE, Q_BUSY, Q_IDLE, Q_CLOSING, Q_SPARE, Q_CONNECTIONS_IDLE, Q_BACKLOG, Q_TIME_WAIT, Q_RSS, Q_CPU_S,
    Q_PSS, Q_PRIVATE, Q_RSS_ROLLUP, QUANTITIES
};

/* NAN: not seen in this second. */
struct look {
    double value[QUANTITIES];
};

/* sample_proc.c */
struct tree {
    int pid[4096];
    size_t n; /* the parent is the first */
};
struct core_time {
    double user_s, system_s, steal_s, busy_s, all_s;
};
bool proc_tree(int parent, struct tree *tree); /* false: the parent is gone */
void proc_look(const struct tree *tree, struct look *look);
void proc_memory(const struct tree *tree, struct look *look);
void proc_sockets(uint32_t port, struct look *look);
struct core_time proc_core(int core);

/* sample_status.c */
struct status_request {
    int fd; /* -1: none under way */
    size_t n;
    char text[16384];
};
void status_ask(struct status_request *request, uint32_t port);
/* Waits so long for the answer at most; true when it is there and was put into the look. */
bool status_answer(struct status_request *request, int patience_ms, struct look *look);

#endif
