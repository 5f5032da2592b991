/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * plot: pictures of a folder of results.
 *
 * gnuplot is a program beside us, never linked, and no gnuplot command is written in C. The pictures are made by
 * the scripts of sim/interface/plots, which the build embeds (plots_embedded.h). plot_directory puts them into the folder
 * together with two files that it makes from the results,
 *
 *   plot_settings.gp  assignments only: the scenario, the name of the x axis, the lines, the measures
 *   plot_data.csv     one row a level of x; columns MEASURE.LINE, MEASURE.LINE.low and MEASURE.LINE.high
 *
 * and runs gnuplot there. So the folder holds all that is needed to draw it again by hand, after any change of taste:
 * `gnuplot DIR/overview.gp`. Nothing in it depends on the date: the same results give the same bytes of SVG.
 *
 * A folder with results.csv gives the curves (overview, one picture a measure, RSS against PSS); one with series.csv
 * gives the time line. A missing gnuplot costs the pictures, not the data.
 */
#ifndef SIM_INTERFACE_PLOT_H
#define SIM_INTERFACE_PLOT_H

#include "sim/kernel/status.h"

enum { PLOT_REQUEST_MEASURES_MAX = 32 };

/* All zero: the usual pictures. */
struct plot_request {
    const char *x;       /* the parameter on the x axis; NULL: chosen (plot_table.h) */
    const char *formats; /* "svg,png" (the default), "svg" or "png" */
    const char *measures[PLOT_REQUEST_MEASURES_MAX]; /* instead of the usual ones */
    size_t n_measures;
    bool preview;        /* draw on stdout with characters; nothing is written into the folder */
    int columns;         /* width of the preview; 0: 80 */
};

/* Draws `dir`. All goes well when `diag` stays empty. Complaints: STATUS_NO_INPUT when the folder has neither
 * results.csv nor series.csv, or gnuplot is not installed (the scripts are in the folder by then); STATUS_DATA for their
 * contents; STATUS_USAGE for an unknown x, measure or format; STATUS_CANNOT_CREATE; STATUS_IO when gnuplot failed, with what
 * it said. A sweep prints them and goes on: its data are there. */
void plot_directory(const char *dir, const struct plot_request *request, struct diag *diag);

/* Puts the scripts into `dir` and runs one of them there, whose data the caller has written. */
void plot_script_draw(const char *dir, const char *script, struct diag *diag);

#endif
