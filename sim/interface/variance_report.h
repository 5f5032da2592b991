/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * variance_report: what common random numbers are worth in a sweep (linger compare --variance). For each measure, over pairs of
 * neighbouring points (one factor, one level further): the variance of the paired difference over that of an independent one, in all
 * (sums over the pairs), where it is least and where it is most; beside it the least that any synchronisation could give (paired.h).
 * Where two points have very different variances, that bound is not 0. With --measures every pair has a row; --json has all.
 */
#ifndef SIM_INTERFACE_VARIANCE_REPORT_H
#define SIM_INTERFACE_VARIANCE_REPORT_H

#include "sim/experiment/sweep.h"
#include "sim/interface/study_request.h"

/* Simulates and prints. Returns the exit code. */
int variance_report(const struct study_request *request, const struct sweep *sweep, struct arena *arena);

#endif
