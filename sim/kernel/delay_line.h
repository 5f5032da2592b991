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

/* Books all that left up to and including now. Call before reading `present`. An entry that was taken out early has its
 * end negated. */
static inline void delay_line_advance(struct delay_line *line, double now_s) {
    const double *ends = line->ends.items;
    while (ring_length(&line->ends) && fabs(ends[line->ends.head & line->ends.mask]) <= now_s) {
        double end_s = ends[ring_pop(&line->ends)];
        if (!signbit(end_s)) time_average_add(&line->present, end_s, -1);
    }
}

static inline void delay_line_enter(struct delay_line *line, double now_s) {
    delay_line_advance(line, now_s);
    uint32_t seat = ring_push(&line->ends);
    ((double *)line->ends.items)[seat] = now_s + line->delay_s;
    time_average_add(&line->present, now_s, 1);
}

/* Takes an entry that is due to leave at `end_s` (exactly) out before its time; nothing happens if there is none. O(log n). */
static inline void delay_line_take(struct delay_line *line, double now_s, double end_s) {
    delay_line_advance(line, now_s);
    double *ends = line->ends.items;
    uint32_t low = line->ends.head, high = line->ends.tail; /* the first that is not before end_s lies in [low, high] */
    while (low != high) {
        uint32_t middle = low + (high - low) / 2;
        if (fabs(ends[middle & line->ends.mask]) < end_s) low = middle + 1;
        else high = middle;
    }
    while (low != line->ends.tail && ends[low & line->ends.mask] < 0) low++; /* taken before, at the same end */
    if (low == line->ends.tail || ends[low & line->ends.mask] > end_s) return;
    ends[low & line->ends.mask] = -end_s;
    time_average_add(&line->present, now_s, -1);
}

#endif
