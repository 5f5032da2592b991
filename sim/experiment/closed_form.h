/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * closed_form: what theory says of a scenario, beside what was simulated.
 *
 * A model lists special cases and their closed forms (model.h). A scenario is such a case when each parameter that the case does
 * not leave free has the value of the case's base, the users come from no file, and the case's own condition holds.
 *
 * Warning. With n replications z = (mean - exact) / standard error is Student's t with n-1 degrees for a right simulator (n
 * batches likewise). Of m comparisons those whose two-sided probability is below CLOSED_FORM_FALSE_ALARM / m are said to
 * disagree: one such word in 1000 studies is a false alarm at most (Bonferroni), if the run has forgotten its start and its
 * means are nearly normal.
 */
#ifndef SIM_EXPERIMENT_CLOSED_FORM_H
#define SIM_EXPERIMENT_CLOSED_FORM_H

#include "sim/experiment/estimate.h"
#include "sim/experiment/scenario.h"

#define CLOSED_FORM_FALSE_ALARM 1e-3

/* "key=value; key=value", assigned in order; complaints at `file`. Texts go to the scenario's arena. */
void closed_form_assign_all(struct scenario *scenario, const char *settings, const char *file,
                            param_column_fn *column_fn, struct diag *diag);

/* Whether a scenario is the special case. */
bool closed_form_applies(const struct special_case *special, const struct scenario *scenario);

/* Of result columns: the form for each that has one, NULL elsewhere; exact values that are no numbers are none. Returns
 * how many there are. */
size_t closed_form_find(const struct scenario *scenario, const struct closed_form **forms, double *exact);

/* P(|t| >= |z|) with n - 1 degrees; 0 for a difference from a mean without spread. NAN, which is no verdict, below two
 * observations, and when all are 0: what is counted was too rare to happen. */
double closed_form_probability(const struct estimate *estimate, double exact);

#endif
