/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * plot_table: a study's results.csv seen as curves.
 *
 * The file is tidy: the varied parameters (factors) first, then measure, unit, mean, half_width, n. One factor becomes
 * the x axis: the numeric one with most levels, or the one asked for. Each combination of the other
 * factors' levels is a line. Lines that agree in every measure at every x are one line, whose name leaves out
 * what made no difference: with keep-alive off a request limit changes nothing, and "off" is drawn once.
 *
 * All memory is the arena's that the table was read into.
 */
#ifndef SIM_INTERFACE_PLOT_TABLE_H
#define SIM_INTERFACE_PLOT_TABLE_H

#include "sim/kernel/arena.h"
#include "sim/kernel/status.h"

enum {
    PLOT_FACTORS_MAX = 64,
    PLOT_LEVELS_MAX = 4096,    /* of one factor */
    PLOT_MEASURES_MAX = 512,
    PLOT_POINTS_MAX = 1 << 16, /* design points */
    PLOT_ROWS_MAX = 1 << 22
};

struct plot_factor {
    const char *name;
    const char **levels; /* in order of first appearance; the x factor's, if numeric, ascending */
    size_t n_levels;
    bool numeric;        /* every level reads as a number */
};

struct plot_measure {
    const char *name, *unit;
};

/* Mean and half-width of one measure at one place; NAN where nothing was observed. */
struct plot_cell {
    double mean, half_width;
};

struct plot_table {
    struct plot_factor *factors;
    size_t n_factors;
    struct plot_measure *measures;
    size_t n_measures;
    size_t x;                 /* index of the x factor; n_factors when nothing was varied */
    size_t n_x;               /* its levels, at least 1 */
    const char **line_names;  /* "server.keepalive=on server.requests_per_connection=100"; "" for the only line */
    size_t n_lines;
    struct plot_cell *cells;  /* see plot_table_cell */
    long replications;        /* the largest n of the file */
};

static inline struct plot_cell plot_table_cell(const struct plot_table *table, size_t line, size_t measure, size_t x) {
    return table->cells[(line * table->n_measures + measure) * table->n_x + x];
}

/* Reads `file` (results.csv). `x_name` NULL: chosen as above; an unknown name is a complaint (STATUS_USAGE). Returns
 * false after a complaint. */
bool plot_table_read(const char *file, const char *x_name, struct plot_table *out, struct arena *arena,
                     struct diag *diag);

/* Index of a measure, or n_measures. */
size_t plot_table_find(const struct plot_table *table, const char *measure);

#endif
