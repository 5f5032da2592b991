/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _POSIX_C_SOURCE 200809L
#include "sim/interface/interrupt.h"

#include <unistd.h>

#include "sim/kernel/status.h"

/* SIGUSR1 is how interrupt_close ends the listener. */
static sigset_t listened(void) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGUSR1);
    return set;
}

static void *listen_for_signals(void *context) {
    struct interrupt *interrupt = context;
    const sigset_t set = listened();
    int number;
    while (sigwait(&set, &number) == 0) {
        if (number == SIGUSR1) {
            if (atomic_load(&interrupt->closing)) break;
            continue;
        }
        if (atomic_exchange(&interrupt->stop, true)) _exit(STATUS_INTERRUPTED);
    }
    return NULL;
}

void interrupt_open(struct interrupt *interrupt) {
    const sigset_t set = listened();
    atomic_init(&interrupt->stop, false);
    atomic_init(&interrupt->closing, false);
    pthread_sigmask(SIG_BLOCK, &set, &interrupt->before);
    if (pthread_create(&interrupt->listener, NULL, listen_for_signals, interrupt) != 0)
        status_machine("a thread");
}

void interrupt_close(struct interrupt *interrupt) {
    atomic_store(&interrupt->closing, true);
    pthread_kill(interrupt->listener, SIGUSR1);
    pthread_join(interrupt->listener, NULL);
    pthread_sigmask(SIG_SETMASK, &interrupt->before, NULL);
}
