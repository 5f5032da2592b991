/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * calibration: the values of some parameters at which a model yields what was measured, and how sure they are.
 *
 * A residual is (simulated / measured - 1) sqrt(weight), one for each measured cell; simulated is the mean over the scenario's
 * replications. Their sum of squares is made least by Levenberg-Marquardt (gsl_multifit_nlinear). Every evaluation simulates all
 * points with the same random numbers, and a derivative is the central difference of two such evaluations, so chance
 * cancels in it, as far as it can: where one fork more or less decides, a mean jumps. So the step is first the one that moves some
 * residual by about 5 %, and then no less than the standard error that comes out. All points of all differences are one study, on all
 * cores; so the result depends on the number of threads as little as a study's does.
 *
 * Below min and above max of a parameter the model is continued by reflection, 2 f(limit) - f(mirrored), which is straight where
 * the model is, so the search feels no wall. A parameter that comes out beyond its limit is held there and the others are fitted again.
 *
 * Standard errors have two parts. What does not fit: (J^T J)^-1 times sum of squares / (cells - fitted parameters) (Seber and Wild,
 * "Nonlinear Regression", 2.1.2). And chance in the simulation, which common random numbers make an error of all points in the same
 * direction, so that residuals do not show it: replication r alone would have moved the estimate by -(J^T J)^-1 J^T (its residuals - their
 * mean); the variance of these over the replications, divided by their number, is added (nothing with one replication). The interval is
 * Student's, with the degrees of freedom of Welch and Satterthwaite. Measurements are taken to err independently; for a mechanism that
 * the model lacks no interval answers.
 *
 * (J^T J)^-1 comes from the singular values of J with columns of length 1, not from gsl_multifit_nlinear_covar, which gives a
 * dependent column the variance 0, as if it were certain.
 */
#ifndef SIM_EXPERIMENT_CALIBRATION_H
#define SIM_EXPERIMENT_CALIBRATION_H

#include "sim/experiment/study.h"

enum { CALIBRATION_PARAMS_MAX = 16, CALIBRATION_POINTS_MAX = 1000 };

/* Two parameters whose estimates correlate more than this cannot be told apart by these measurements. */
#define CALIBRATION_CORRELATION_LIMIT 0.95

/* What was measured. Row by row; memory is its maker's. */
struct measurements {
    struct scenario *points; /* all of one model and number of replications */
    const char **names;            /* of the points, for people */
    const double *weights;         /* one a point, above 0 */
    size_t n_points;
    const size_t *columns;         /* result columns of the model */
    size_t n_columns;
    const double *measured;        /* n_points x n_columns, SI, not 0; NAN: not measured */
};
size_t measurements_count(const struct measurements *data); /* cells that were measured */

enum calibration_state {
    CALIBRATION_FITTED,
    CALIBRATION_NO_INFLUENCE, /* no measured cell depends on it; left as it was */
    CALIBRATION_AT_LIMIT      /* held at min or max; the best value lies beyond */
};

struct calibrated {
    const char *key;
    enum param_type type;
    double min, max, start;
    enum calibration_state state; /* out, as are the following, SI */
    double estimate;
    double standard_error, low, high; /* 95 % interval cut to min..max; NAN unless fitted and cells > parameters */
    double simulation_share; /* of the squared standard error: chance in the simulation, which more replications make less */
};

/* Looks a parameter up, to start where the scenario has it. False after a complaint (STATUS_USAGE): unknown, a word, a
 * distribution that is not constant, one of the laboratory's own. */
bool calibrated_open(struct calibrated *out, const char *key, const struct scenario *scenario, struct diag *diag);

/* Runs a study, with whatever threads, progress and interruption its owner likes. */
typedef struct study_outcome calibration_study_fn(void *context, struct study *study);

struct calibration {
    const struct measurements *data;
    struct calibrated *params;
    size_t n_params; /* 1 to CALIBRATION_PARAMS_MAX, and no more than measured cells */
    calibration_study_fn *run_study;
    void *context;
    /* out */
    double *simulated;   /* n_points x n_columns, at the estimates */
    double *correlation; /* n_params x n_params, of estimates; 0 where one is not fitted */
    double condition;    /* of J with columns of length 1: largest / smallest singular value; 1: independent */
    double rms_error;    /* of simulated / measured - 1, without weights */
    size_t n_cells, n_fitted, n_iterations, n_replications;
    bool converged;      /* else the steps were still large when patience ended */
    bool stopped;        /* a study was: nothing else is valid */
};

/* Fits. Results are `arena`'s. Complains (STATUS_DATA) when nothing is simulated where something was measured, or when no
 * parameter has any influence. */
bool calibration_run(struct calibration *calibration, struct arena *arena, struct diag *diag);

#endif
