/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * progress: one line on the terminal, rewritten in place, while a study runs:
 *
 *   points 37/60, 412 replications/s, 12 s left
 *   points 37/60, 412 replications/s, ±3.1 %, 12 s left     on the way to a precision: the widest interval last looked at
 *
 * Only when stderr is a terminal and nobody asked for quiet; a log file gets none of it. With NO_COLOR set no
 * escape sequence is used. The line is erased at the end, so that what follows stands alone.
 */
#ifndef SIM_INTERFACE_PROGRESS_H
#define SIM_INTERFACE_PROGRESS_H

#include "sim/experiment/study.h"

struct progress {
    bool shown; /* is anybody looking */
    bool plain; /* NO_COLOR */
    int width;  /* characters that stand there now */
    double began_s;
};

struct progress progress_open(bool quiet);
void progress_show(void *progress, const struct study_progress *state); /* a study_watch_fn */
void progress_close(struct progress *progress);

/* The line itself. `elapsed_s` since the beginning. */
void progress_line(const struct study_progress *state, double elapsed_s, char *out,
                   size_t out_bytes);

#endif
