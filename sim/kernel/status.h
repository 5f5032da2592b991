/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * status: how things ended, and the list of what was wrong with an input.
 *
 * Four kinds of trouble have four treatments. A *bug* stops the program (SIM_ASSERT). *Bad input*
 * is collected in a `struct diag`, all of it up to a limit, and reported together. *No memory* or
 * *no file* ends the command with a message. A refused or reset connection is none of these: it
 * is an outcome, and outcomes are measures.
 *
 * The values are the exit codes of the program (sysexits.h of BSD, 130 = 128 + SIGINT of the shell).
 */
#ifndef SIM_KERNEL_STATUS_H
#define SIM_KERNEL_STATUS_H

#include <stdbool.h>
#include <stddef.h>

enum status {
    STATUS_OK = 0,
    STATUS_CHECK_FAILED = 1,   /* a comparison or an objective failed */
    STATUS_USAGE = 64,         /* the command line is wrong */
    STATUS_DATA = 65,          /* a CSV or other data file is wrong */
    STATUS_NO_INPUT = 66,      /* a named input cannot be opened or read */
    STATUS_BUG = 70,           /* our bug */
    STATUS_CANNOT_CREATE = 73, /* an output cannot be created */
    STATUS_IO = 74,            /* writing or reading failed half way */
    STATUS_SCENARIO = 78,      /* the scenario or a --set value is wrong */
    STATUS_INTERRUPTED = 130   /* SIGINT or SIGTERM; finished points are kept */
};

enum { DIAG_MESSAGES_MAX = 20, DIAG_TEXT_BYTES = 480 };

/* What was wrong, in the order found. Placed by the caller, zero-initialised; owns nothing else.
 * `status` is that of the first complaint. Beyond DIAG_MESSAGES_MAX they are only counted. */
struct diag {
    enum status status;
    size_t count;
    char text[DIAG_MESSAGES_MAX][DIAG_TEXT_BYTES];
};

/* Where in an input: `line` counts from 1 (0: the file as a whole); `column` is the name of the
 * key or column, or NULL. A value of the command line has file "--set" and line 0. */
struct place {
    const char *file;
    long line;
    const char *column;
};

/* Adds "file:line: column: message". The message should say what was read and what is allowed. */
#if defined(__GNUC__)
__attribute__((format(printf, 4, 5)))
#endif
void diag_add(struct diag *diag, enum status status, struct place place, const char *format, ...);

static inline bool diag_ok(const struct diag *diag) { return diag->count == 0; }

/* A condition that only a bug of ours can break; on in every build. Prints and aborts (70). */
#define SIM_ASSERT(condition) \
    ((condition) ? (void)0 : status_bug(#condition, __FILE__, __LINE__))

_Noreturn void status_bug(const char *condition, const char *file, int line);

/* The machine gave out (memory, threads): says what could not be had and ends the program (74). */
_Noreturn void status_machine(const char *what);

#endif
