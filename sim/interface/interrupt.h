/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * interrupt: Ctrl-C without a global. SIGINT and SIGTERM are blocked in all threads and one thread waits for them:
 * the first asks the study to stop (finished points are kept), a second ends the program at once
 * (they still are, since each was flushed).
 *
 * Open before other threads are started, so that they inherit the mask; close before a child is, so that it
 * does not.
 */
#ifndef SIM_INTERFACE_INTERRUPT_H
#define SIM_INTERFACE_INTERRUPT_H

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>

/* Placed by the caller; must not move while open. */
struct interrupt {
    atomic_bool stop; /* for struct study */
    atomic_bool closing;
    pthread_t listener;
    sigset_t before;
};

void interrupt_open(struct interrupt *interrupt);
void interrupt_close(struct interrupt *interrupt);

#endif
