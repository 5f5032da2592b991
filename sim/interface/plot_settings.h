/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * plot_settings: the two files through which the program speaks to the plot scripts.
 *
 * plot_settings.gp holds assignments and nothing else (a scenario's name may hold any character, so text is quoted);
 * plot_data.csv the curves. What is said about them, how and in which colours, is the scripts' business.
 */
#ifndef SIM_INTERFACE_PLOT_SETTINGS_H
#define SIM_INTERFACE_PLOT_SETTINGS_H

#include <stdio.h>

#include "sim/interface/plot.h"
#include "sim/interface/plot_table.h"

/* What the scripts may know of where the numbers come from (manifest.csv). Texts are never NULL. */
struct plot_origin {
    const char *scenario, *seed, *version;
    const char *units[PLOT_FACTORS_MAX]; /* of the varied parameters */
};

/* The time line, series.csv; and what is cut of it, warmup.csv. */
struct plot_series {
    const char *file;    /* as the scripts should open it; "" when there is none */
    const char *columns; /* names with a blank between */
    long rows;
};

/* Reads `file` (manifest.csv); what it does not say stays "". A complaint if it is there and wrong. */
void plot_origin_read(const char *file, const struct plot_table *table, struct plot_origin *out, struct arena *arena,
                      struct diag *diag);
/* Nothing is known. */
struct plot_origin plot_origin_unknown(void);

/* Reads the header of `file` (series.csv) and counts its rows. */
void plot_series_read(const char *file, struct plot_series *out, struct arena *arena, struct diag *diag);

/* `table` is NULL without results. */
void plot_settings_write(FILE *out, const struct plot_request *request, const struct plot_table *table,
                         const struct plot_origin *origin, const struct plot_series *series, const struct plot_series *warmup);
void plot_data_write(FILE *out, const struct plot_table *table);

#endif
