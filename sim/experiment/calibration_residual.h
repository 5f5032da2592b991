/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * calibration_residual: what calibration.c minimises. Residuals of many sets of parameter values in one study, and their continuation
 * beyond the limits of the parameters. Private to the calibration.
 */
#ifndef SIM_EXPERIMENT_CALIBRATION_RESIDUAL_H
#define SIM_EXPERIMENT_CALIBRATION_RESIDUAL_H

#include "sim/experiment/calibration.h"

/* x and two neighbours for each parameter, all of them mirrored too. */
enum { CALIBRATION_X_MAX = 2 * CALIBRATION_PARAMS_MAX + 1, CALIBRATION_SETS_MAX = 2 * CALIBRATION_X_MAX };

struct cell {
    size_t point, column;
    double measured, root_weight;
};

/* A fit in progress. A set is a value for each parameter: p numbers; x counts in steps (`unit`) of the active ones. */
struct fit {
    struct calibration *calibration;
    struct arena *arena;
    const struct cell *cells;
    size_t n_cells;
    struct scenario *trials;     /* CALIBRATION_SETS_MAX blocks of n_points, made when first needed */
    size_t n_trials;
    double *simulated;           /* CALIBRATION_SETS_MAX x n_points x n_columns */
    double *rows;                /* n_points x replications x n_columns, of a study of one set; NULL: not wanted */
    uint32_t n_rows;             /* replications */
    double *values, *residuals;  /* of the sets that are evaluated */
    bool refused[CALIBRATION_SETS_MAX];
    double set[CALIBRATION_PARAMS_MAX]; /* where those that are not active stay */
    double unit[CALIBRATION_PARAMS_MAX];
    size_t active[CALIBRATION_PARAMS_MAX], n_active;
};

/* Takes the measured cells and the starting values; nothing is simulated yet. Memory is `arena`'s. */
void fit_open(struct fit *fit, struct calibration *calibration, struct arena *arena);

/* Simulates the first n sets of fit->values in one study and leaves fit->simulated and fit->residuals. False when it was stopped. */
bool fit_simulate(struct fit *fit, size_t n);

/* Residuals of n_x vectors x (n_active numbers each, one after the other), a row of n_cells each. Where the scenario's check refuses
 * the values the residuals are large and `refused` is true. False when the study was stopped. */
bool fit_residuals(struct fit *fit, const double *x, size_t n_x, double *rows, bool *refused);

/* Moved into min..max, and whole if it must be. */
double fit_limited(const struct calibrated *param, double value);

#endif
