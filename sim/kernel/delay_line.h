/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * delay_line: how many of those that stay exactly d seconds are present (TIME_WAIT entries, for instance).
 *
 * Nobody waits for the end of such a stay, so no event is spent on it: ends are booked, each at its own time, when the
 * level is next looked at. Mean and peak are exact. Eight bytes an entry.
 */
#ifndef SIM_KERNEL_DELAY_LINE_H
#define SIM_KERNEL_DELAY_LINE_H

#include "sim/kernel/ring.h"
#include "sim/kernel/statistics.h"

struct delay_line {
    double delay_s;
    struct ring ends; /* of double: when each leaves, in order */
    struct time_average present;
};

static inline void delay_line_open(struct delay_line *line, double delay_s, struct arena *arena) {
    line->delay_s = delay_s;
    ring_open(&line->ends, arena, sizeof(double));
    time_average_open(&line->present, 0, 0);
}

/* Books all that left up to and including now. Call before reading `present`. */
static inline void delay_line_advance(struct delay_line *line, double now_s) {
    const double *ends = line->ends.items;
    while (ring_length(&line->ends) && ends[line->ends.head & line->ends.mask] <= now_s)
        time_average_add(&line->present, ends[ring_pop(&line->ends)], -1);
}

static inline void delay_line_enter(struct delay_line *line, double now_s) {
    delay_line_advance(line, now_s);
    uint32_t seat = ring_push(&line->ends);
    ((double *)line->ends.items)[seat] = now_s + line->delay_s;
    time_average_add(&line->present, now_s, 1);
}

#endif
