/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _POSIX_C_SOURCE 200809L
#include "sim/interface/progress.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static double clock_s(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

struct progress progress_open(bool quiet) {
    const char *no_color = getenv("NO_COLOR");
    return (struct progress){.shown = !quiet && isatty(STDERR_FILENO),
                             .plain = no_color && *no_color,
                             .began_s = clock_s()};
}

static void print_left(double left_s, char *out, size_t out_bytes) {
    if (left_s < 100)
        snprintf(out, out_bytes, "%.0f s left", left_s);
    else if (left_s < 6000)
        snprintf(out, out_bytes, "%.0f min left", left_s / 60);
    else
        snprintf(out, out_bytes, "%.1f h left", left_s / 3600);
}

void progress_line(const struct study_progress *state, double elapsed_s, char *out,
                   size_t out_bytes) {
    double done = (double)state->replications_done, all = (double)state->n_replications;
    char left[32] = "", widest[32] = "";
    if (state->stopping)
        snprintf(left, sizeof left, "stopping");
    else if (done > 0)
        print_left(elapsed_s * (all - done) / done, left, sizeof left);
    if (isfinite(state->widest)) snprintf(widest, sizeof widest, ", ±%.2g %%", 100 * state->widest);
    snprintf(out, out_bytes, "points %zu/%zu, %.3g replications/s%s%s%s", state->points_done,
             state->n_points, elapsed_s > 0 ? done / elapsed_s : 0.0, widest, *left ? ", " : "", left);
}

/* Shorter lines are padded, not erased, when escapes are unwanted. */
void progress_show(void *context, const struct study_progress *state) {
    struct progress *progress = context;
    char line[80];
    double elapsed_s = clock_s() - progress->began_s;
    if (!progress->shown || elapsed_s < 0.5) return; /* a short study needs no comforting */
    progress_line(state, elapsed_s, line, sizeof line);
    if (progress->plain)
        progress->width = fprintf(stderr, "\r%-*s", progress->width - 1, line);
    else
        progress->width = fprintf(stderr, "\r\033[K%s", line);
}

void progress_close(struct progress *progress) {
    if (!progress->shown || progress->width == 0) return;
    if (progress->plain)
        fprintf(stderr, "\r%*s\r", progress->width - 1, "");
    else
        fprintf(stderr, "\r\033[K");
    progress->width = 0;
}
