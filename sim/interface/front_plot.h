/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * front_plot: what settings trade for each other, as a picture: each is a point at two costs, those that nothing beats in every way are joined, and
 * two of them may be named. It is drawn by plots/front.gp in the folder of a request, from two files that are written here:
 *
 *   front_data.csv     label, x, x_low, x_high, y, y_low, y_high, z, front, knee, best
 *   front_settings.gp  assignments only: names, units, words
 */
#ifndef SIM_INTERFACE_FRONT_PLOT_H
#define SIM_INTERFACE_FRONT_PLOT_H

#include "sim/experiment/estimate.h"
#include "sim/interface/study_request.h"

enum { FRONT_PLOT_COSTS_MAX = 3 };

/* A setting. One whose first two costs were not observed is not drawn. */
struct front_point {
    const char *label;
    struct estimate cost[FRONT_PLOT_COSTS_MAX];
    bool is_front, is_knee, is_best; /* knee and best are always named, */
    bool is_minor;                   /* this one never, others where there is room */
};

/* Placed by the caller. */
struct front_plot {
    const char *scenario, *objective;          /* in words */
    const char *factor, *factor_unit;          /* what a label is a value of; "" for words */
    const char *name[FRONT_PLOT_COSTS_MAX], *unit[FRONT_PLOT_COSTS_MAX]; /* columns of results */
    size_t n_costs;                            /* 2, or 3: the third is the size of a point */
    const char *knee_words, *best_words;       /* what stands behind their labels */
    const struct front_point *points;
    size_t n;
};

/* Writes both files. False after a complaint. */
bool front_plot_write(const struct study_request *request, const struct front_plot *plot, struct arena *arena, struct diag *diag);

/* Draws front.svg and front.png of them, if the request wants pictures. What goes wrong is told and costs the picture: false. */
bool front_plot_draw(const struct study_request *request);

#endif
