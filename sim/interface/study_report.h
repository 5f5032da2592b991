/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * study_report: report.html of `linger run -o DIR` and `linger sweep -o DIR`: what the page (report_html.h) says of a study.
 *
 * The verdict comes first, one sentence with its numbers: of a run the model's first two headline measures (model.h), of a sweep
 * where they are lowest and highest and which parameter moves them most (extremes.h). Then the numbers with their intervals, the lines to paste,
 * the pictures that were drawn, all settings, what was assumed, what is not modelled, and how to repeat it.
 *
 * What cannot be told apart is said to be so: an extreme is named with how many other settings have an interval that touches its own.
 * All numbers are those of results.csv. Nothing depends on the clock, the machine, the folder or the number of threads.
 */
#ifndef SIM_INTERFACE_STUDY_REPORT_H
#define SIM_INTERFACE_STUDY_REPORT_H

#include "sim/interface/study_request.h"

/* What is kept of a study while it runs. Placed by the caller. */
struct study_report {
    const struct study_request *request;
    const struct sweep *sweep;
    size_t *columns;            /* of results, one a headline of the model */
    struct estimate *headlines; /* headlines[point * n_headlines + h] */
    const struct estimate *last; /* all columns of the last point: those of a run */
    struct arena *arena;
};

struct study_report study_report_open(const struct study_request *request, const struct sweep *sweep, struct arena *arena);

/* The estimates of a point, one a column of results; they must stay where they are. */
void study_report_point(struct study_report *report, size_t point, const struct estimate *estimates);

/* Writes report.html into the folder of the request. `drawn`: the pictures in the folder are of these results. False after a complaint
 * (STATUS_CANNOT_CREATE, STATUS_IO). */
bool study_report_write(const struct study_report *report, bool drawn, struct diag *diag);

#endif
