/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/experiment/calibration_residual.h"

#include <math.h>
#include <string.h>

#include "sim/experiment/estimate.h"
#include "sim/kernel/text.h"

static const double REFUSED = 1e3; /* residual where the scenario's check says no: any other step is better */

/* ---- what was measured ---------------------------------------------------------------------------------- */

size_t measurements_count(const struct measurements *data) {
    size_t n = 0;
    for (size_t i = 0; i < data->n_points * data->n_columns; i++) n += isnan(data->measured[i]) ? 0 : 1;
    return n;
}

void fit_open(struct fit *fit, struct calibration *calibration, struct arena *arena) {
    const struct measurements *data = calibration->data;
    size_t n_cells = measurements_count(data), p = calibration->n_params;
    struct cell *cells = ARENA_NEW(arena, n_cells, struct cell);
    SIM_ASSERT(p >= 1 && p <= CALIBRATION_PARAMS_MAX && n_cells >= p && data->n_points <= CALIBRATION_POINTS_MAX);
    for (size_t i = 0, k = 0; i < data->n_points * data->n_columns; i++) {
        size_t point = i / data->n_columns;
        if (!isnan(data->measured[i]))
            cells[k++] = (struct cell){point, i % data->n_columns, data->measured[i], sqrt(data->weights[point])};
    }
    *fit = (struct fit){.calibration = calibration,
                        .arena = arena,
                        .cells = cells,
                        .n_cells = n_cells,
                        .trials = ARENA_NEW(arena, CALIBRATION_SETS_MAX * data->n_points, struct scenario),
                        .simulated = ARENA_NEW(arena, CALIBRATION_SETS_MAX * data->n_points * data->n_columns, double),
                        .values = ARENA_NEW(arena, (CALIBRATION_SETS_MAX + 1) * p, double),
                        .residuals = ARENA_NEW(arena, CALIBRATION_SETS_MAX * n_cells, double)};
    for (size_t i = 0; i < p; i++) fit->set[i] = calibration->params[i].start;
    fit->n_rows = replication_count(&data->points[0]);
    for (size_t i = 0; i < data->n_points; i++) SIM_ASSERT(replication_count(&data->points[i]) == fit->n_rows);
    calibration->n_cells = n_cells;
    calibration->correlation = ARENA_NEW(arena, p * p, double);
    calibration->condition = 1;
}

/* ---- simulating sets of values -------------------------------------------------------------------------- */

/* A mean over replications for each column that was measured. */
static bool take_point(void *context, size_t trial, const double *values, uint32_t n_replications) {
    struct fit *fit = context;
    const struct measurements *data = fit->calibration->data;
    size_t width = model_columns(data->points[0].model);
    for (size_t c = 0; c < data->n_columns; c++) {
        struct estimate estimate = estimate_of(values + data->columns[c], n_replications, width);
        fit->simulated[trial * data->n_columns + c] = estimate.mean;
        for (size_t r = 0; fit->rows && r < n_replications; r++)
            fit->rows[(trial * n_replications + r) * data->n_columns + c] = values[r * width + data->columns[c]];
    }
    return true;
}

/* Sets the parameters of one point. False when the scenario's own check refuses them. */
static bool assign(struct fit *fit, struct scenario *trial, const double *set) {
    const struct calibration *calibration = fit->calibration;
    struct diag diag = {0};
    for (size_t i = 0; i < calibration->n_params; i++) {
        char number[TEXT_NUMBER_BYTES];
        text_print_number(set[i], number, sizeof number);
        scenario_assign(trial, calibration->params[i].key, number, (struct place){0}, NULL, &diag);
    }
    scenario_check(trial, NULL, &diag);
    return diag_ok(&diag);
}

static void residuals_of(const struct fit *fit, const double *simulated, double *residuals) {
    size_t n_columns = fit->calibration->data->n_columns;
    for (size_t k = 0; k < fit->n_cells; k++) {
        const struct cell *cell = &fit->cells[k];
        double value = simulated[cell->point * n_columns + cell->column];
        if (isnan(value)) value = 0; /* nothing observed on the way: far off, in the direction of less */
        residuals[k] = (value / cell->measured - 1) * cell->root_weight;
    }
}

bool fit_simulate(struct fit *fit, size_t n) {
    struct calibration *calibration = fit->calibration;
    const struct measurements *data = calibration->data;
    SIM_ASSERT(n > 0 && n <= CALIBRATION_SETS_MAX);
    for (; fit->n_trials < n * data->n_points; fit->n_trials++) {
        struct scenario *trial = &fit->trials[fit->n_trials];
        *trial = scenario_copy(&data->points[fit->n_trials % data->n_points], fit->arena);
        replication_fix_count(trial, replication_count(trial));
    }
    for (size_t t = 0; t < n * data->n_points; t++) {
        size_t s = t / data->n_points;
        if (t % data->n_points == 0) fit->refused[s] = false;
        calibration->n_replications += replication_count(&fit->trials[t]);
        if (assign(fit, &fit->trials[t], fit->values + s * calibration->n_params)) continue;
        fit->refused[s] = true;
        assign(fit, &fit->trials[t], fit->set); /* something must be simulated in its place */
    }
    struct study study = {.points = fit->trials,
                          .n_points = n * data->n_points,
                          .threads = 1,
                          .sink = take_point,
                          .sink_context = fit};
    struct study_outcome outcome = calibration->run_study(calibration->context, &study);
    calibration->stopped = outcome.stopped;
    for (size_t s = 0; s < n; s++) {
        double *residuals = fit->residuals + s * fit->n_cells;
        residuals_of(fit, fit->simulated + s * data->n_points * data->n_columns, residuals);
        for (size_t k = 0; fit->refused[s] && k < fit->n_cells; k++) residuals[k] = REFUSED;
    }
    return !outcome.stopped;
}

static double whole_if_count(const struct calibrated *param, double value) {
    return param->type == PARAM_COUNT ? round(value) : value;
}

double fit_limited(const struct calibrated *param, double value) {
    return whole_if_count(param, fmin(fmax(value, param->min), param->max));
}

/* ---- residuals of x, beyond the limits too ---------------------------------------------------------------- */

/* Writes x's values moved into the limits, or mirrored at them. True when the two differ. */
static bool place_set(const struct fit *fit, const double *x, bool mirrored, double *set) {
    const struct calibration *calibration = fit->calibration;
    bool outside = false;
    memcpy(set, fit->set, calibration->n_params * sizeof *set);
    for (size_t a = 0; a < fit->n_active; a++) {
        size_t i = fit->active[a];
        const struct calibrated *param = &calibration->params[i];
        double value = x[a] * fit->unit[i], limit = fmin(fmax(value, param->min), param->max);
        bool beyond = fabs(limit - value) > 0;
        outside |= beyond;
        set[i] = fit_limited(param, beyond && mirrored ? 2 * limit - value : limit);
    }
    return outside;
}

bool fit_residuals(struct fit *fit, const double *x, size_t n_x, double *rows, bool *refused) {
    size_t n_sets = n_x, n_params = fit->calibration->n_params, mirror[CALIBRATION_X_MAX] = {0};
    for (size_t s = 0; s < n_x; s++) {
        const double *at = x + s * fit->n_active;
        place_set(fit, at, false, fit->values + s * n_params);
        if (place_set(fit, at, true, fit->values + n_sets * n_params)) mirror[s] = n_sets++;
    }
    if (!fit_simulate(fit, n_sets)) return false;
    for (size_t s = 0; s < n_x; s++) {
        const double *inside = fit->residuals + s * fit->n_cells, *mirrored = fit->residuals + mirror[s] * fit->n_cells;
        for (size_t k = 0; k < fit->n_cells; k++)
            rows[s * fit->n_cells + k] = mirror[s] ? 2 * inside[k] - mirrored[k] : inside[k];
        refused[s] = fit->refused[s] || (mirror[s] && fit->refused[mirror[s]]);
        for (size_t k = 0; refused[s] && k < fit->n_cells; k++) rows[s * fit->n_cells + k] = REFUSED;
    }
    return true;
}
