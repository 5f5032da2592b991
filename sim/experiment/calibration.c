/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/experiment/calibration.h"

#include <gsl/gsl_blas.h>
#include <gsl/gsl_linalg.h>
#include <gsl/gsl_multifit_nlinear.h>
#include <math.h>
#include <string.h>

#include "sim/experiment/estimate.h"
#include "sim/kernel/text.h"

enum { ITERATIONS_MAX = 50, RUNGS_MAX = 9, SETS_MAX = 2 * (2 * CALIBRATION_PARAMS_MAX + 1) };

static const double WANTED_CHANGE = 0.02;   /* of a residual, by the step of a difference */
static const double VISIBLE_CHANGE = 0.005; /* enough to tell that step from */
static const double TOLERANCE = 1e-4;       /* of a parameter, where the search ends */
static const double REFUSED = 1e3;          /* residual where the scenario's check says no: any other step is better */
static const double SINGULAR_FLOOR = 1e-9;  /* singular values below are numerical noise */

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
    struct scenario *trials;     /* SETS_MAX blocks of n_points, made when first needed */
    size_t n_trials;
    double *simulated;           /* SETS_MAX x n_points x n_columns */
    double *values, *residuals;  /* of the sets that are evaluated */
    bool refused[SETS_MAX];
    double set[CALIBRATION_PARAMS_MAX]; /* where those that are not active stay */
    double unit[CALIBRATION_PARAMS_MAX];
    size_t active[CALIBRATION_PARAMS_MAX], n_active;
};

/* ---- simulating sets of values ------------------------------------------------------------------------ */

/* A mean over replications for each column that was measured. */
static bool take_point(void *context, size_t trial, const double *values, uint32_t n_replications) {
    struct fit *fit = context;
    const struct measurements *data = fit->calibration->data;
    size_t width = model_columns(data->points[0].model);
    for (size_t c = 0; c < data->n_columns; c++) {
        struct estimate estimate = estimate_of(values + data->columns[c], n_replications, width);
        fit->simulated[trial * data->n_columns + c] = estimate.mean;
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

/* Residuals of the first n sets in fit->values, in one study. False when it was stopped. */
static bool simulate(struct fit *fit, size_t n) {
    struct calibration *calibration = fit->calibration;
    const struct measurements *data = calibration->data;
    SIM_ASSERT(n > 0 && n <= SETS_MAX);
    for (; fit->n_trials < n * data->n_points; fit->n_trials++)
        fit->trials[fit->n_trials] = scenario_copy(&data->points[fit->n_trials % data->n_points], fit->arena);
    for (size_t s = 0; s < n; s++) {
        fit->refused[s] = false;
        for (size_t i = 0; i < data->n_points; i++)
            if (!assign(fit, &fit->trials[s * data->n_points + i], fit->values + s * calibration->n_params))
                fit->refused[s] = true;
    }
    struct study study = {.points = fit->trials,
                          .n_points = n * data->n_points,
                          .threads = 1,
                          .sink = take_point,
                          .sink_context = fit};
    struct study_outcome outcome = calibration->run_study(calibration->context, &study);
    calibration->stopped = outcome.stopped;
    calibration->n_replications += n * data->n_points * replication_count(&data->points[0]);
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

static double limited(const struct calibrated *param, double value) {
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
        set[i] = limited(param, beyond && mirrored ? 2 * limit - value : limit);
    }
    return outside;
}

/* n_x vectors x, n_active numbers each, to n_x rows of residuals; `refused` one each. False when stopped. */
static bool residuals_at(struct fit *fit, const double *x, size_t n_x, double *out, bool *refused) {
    size_t n_sets = n_x, n_params = fit->calibration->n_params, mirror[SETS_MAX / 2] = {0};
    for (size_t s = 0; s < n_x; s++) {
        const double *at = x + s * fit->n_active;
        place_set(fit, at, false, fit->values + s * n_params);
        if (place_set(fit, at, true, fit->values + n_sets * n_params)) mirror[s] = n_sets++;
    }
    if (!simulate(fit, n_sets)) return false;
    for (size_t s = 0; s < n_x; s++) {
        const double *inside = fit->residuals + s * fit->n_cells, *mirrored = fit->residuals + mirror[s] * fit->n_cells;
        for (size_t k = 0; k < fit->n_cells; k++)
            out[s * fit->n_cells + k] = mirror[s] ? 2 * inside[k] - mirrored[k] : inside[k];
        refused[s] = fit->refused[s] || (mirror[s] && fit->refused[mirror[s]]);
        for (size_t k = 0; refused[s] && k < fit->n_cells; k++) out[s * fit->n_cells + k] = REFUSED;
    }
    return true;
}

/* ---- the two functions that GSL asks for ---------------------------------------------------------------------- */

static int on_residuals(const gsl_vector *x, void *context, gsl_vector *f) {
    struct fit *fit = context;
    double at[CALIBRATION_PARAMS_MAX];
    bool refused;
    for (size_t a = 0; a < fit->n_active; a++) at[a] = gsl_vector_get(x, a);
    SIM_ASSERT(f->stride == 1);
    return residuals_at(fit, at, 1, f->data, &refused) ? GSL_SUCCESS : GSL_EFAILED;
}

/* Central differences; one-sided where the other side is refused. Row 0 is x itself, then plus and minus in turn. */
static int on_derivatives(const gsl_vector *x, void *context, gsl_matrix *jacobian) {
    struct fit *fit = context;
    size_t p = fit->n_active, n = fit->n_cells;
    double at[SETS_MAX / 2 * CALIBRATION_PARAMS_MAX];
    bool refused[SETS_MAX / 2];
    double *rows = ARENA_NEW(fit->arena, (2 * p + 1) * n, double);
    for (size_t s = 0; s < 2 * p + 1; s++)
        for (size_t a = 0; a < p; a++)
            at[s * p + a] = gsl_vector_get(x, a) + (s == 2 * a + 1 ? 1 : s == 2 * a + 2 ? -1 : 0);
    if (!residuals_at(fit, at, 2 * p + 1, rows, refused)) return GSL_EFAILED;
    for (size_t a = 0; a < p; a++) {
        size_t plus = refused[2 * a + 1] ? 0 : 2 * a + 1, minus = refused[2 * a + 2] ? 0 : 2 * a + 2;
        double width = (plus ? 1 : 0) + (minus ? 1 : 0);
        for (size_t k = 0; k < n; k++)
            gsl_matrix_set(jacobian, k, a, width > 0 ? (rows[plus * n + k] - rows[minus * n + k]) / width : 0);
    }
    return GSL_SUCCESS;
}

/* ---- how large a step is seen -------------------------------------------------------------------------------- */

static double first_rung(const struct calibrated *param) {
    double one_percent = 0.01 * fabs(param->start);
    if (param->type == PARAM_COUNT) return fmax(1, round(one_percent));
    if (one_percent > 0) return one_percent;
    bool is_time = param->type == PARAM_TIME || param->type == PARAM_TIME_VARIATE;
    bool is_bytes = param->type == PARAM_BYTES || param->type == PARAM_BYTE_RATE;
    return is_time ? 1e-6 : is_bytes ? 1e3 : 1e-3;
}

/* Largest change of a residual between set 0 and set 1. */
static double change(const struct fit *fit) {
    double largest = 0;
    for (size_t k = 0; k < fit->n_cells && !fit->refused[1]; k++) {
        double difference = fabs(fit->residuals[fit->n_cells + k] - fit->residuals[k]);
        largest = fmax(largest, difference);
    }
    return largest;
}

/* Steps ten times larger each, until one is seen; leaves the wanted step in unit[i], 0 when none was. False when stopped. */
static bool find_unit(struct fit *fit, size_t i) {
    struct calibration *calibration = fit->calibration;
    const struct calibrated *param = &calibration->params[i];
    double seen = 0, step = first_rung(param);
    fit->unit[i] = 0;
    for (int rung = 0; rung < RUNGS_MAX && seen < VISIBLE_CHANGE; rung++, step *= 10) {
        size_t p = calibration->n_params;
        memcpy(fit->values, fit->set, p * sizeof *fit->values);
        memcpy(fit->values + p, fit->set, p * sizeof *fit->values);
        bool up = param->start + step <= param->max, down = param->start - step >= param->min;
        if (!up && !down) break;
        fit->values[p + i] = whole_if_count(param, up ? param->start + step : param->start - step);
        if (!simulate(fit, 2)) return false;
        double changed = change(fit);
        if (changed > seen) fit->unit[i] = step * fmin(fmax(WANTED_CHANGE / changed, 0.1), 4);
        seen = fmax(seen, changed);
    }
    if (param->type == PARAM_COUNT && fit->unit[i] > 0) fit->unit[i] = fmax(1, round(fit->unit[i]));
    return true;
}

/* ---- the search ---------------------------------------------------------------------------------------------------- */

static bool is_small(const gsl_vector *step, const gsl_vector *x) {
    for (size_t a = 0; a < x->size; a++)
        if (fabs(gsl_vector_get(step, a)) > TOLERANCE * (1 + fabs(gsl_vector_get(x, a)))) return false;
    return true;
}

/* From the present set of values to the least sum of squares; false when a study was stopped. That no step makes it less is an end
 * as good as a small step: below some length, what chance does to the order of events decides. */
static bool search(struct fit *fit, gsl_multifit_nlinear_workspace *work) {
    struct calibration *calibration = fit->calibration;
    double at[CALIBRATION_PARAMS_MAX];
    for (size_t a = 0; a < fit->n_active; a++) at[a] = fit->set[fit->active[a]] / fit->unit[fit->active[a]];
    gsl_vector_view x = gsl_vector_view_array(at, fit->n_active);
    gsl_multifit_nlinear_fdf fdf = {.f = on_residuals, .df = on_derivatives, .n = fit->n_cells, .p = fit->n_active, .params = fit};
    calibration->converged = false;
    if (gsl_multifit_nlinear_init(&x.vector, &fdf, work) != GSL_SUCCESS) return false;
    for (int i = 0; i < ITERATIONS_MAX && !calibration->converged; i++) {
        int status = gsl_multifit_nlinear_iterate(work);
        if (calibration->stopped) return false;
        calibration->n_iterations++;
        calibration->converged = status != GSL_SUCCESS || is_small(work->dx, work->x);
    }
    for (size_t a = 0; a < fit->n_active; a++)
        fit->set[fit->active[a]] = gsl_vector_get(work->x, a) * fit->unit[fit->active[a]];
    return true;
}

/* Holds those that came out beyond a limit there. True when there were any. */
static bool hold_at_limits(struct fit *fit) {
    size_t kept = 0, before = fit->n_active;
    for (size_t a = 0; a < before; a++) {
        size_t i = fit->active[a];
        struct calibrated *param = &fit->calibration->params[i];
        if (fit->set[i] >= param->min && fit->set[i] <= param->max) {
            fit->active[kept++] = i;
        } else {
            param->state = CALIBRATION_AT_LIMIT;
            fit->set[i] = limited(param, fit->set[i]);
        }
    }
    fit->n_active = kept;
    return kept < before;
}

/* ---- how sure -------------------------------------------------------------------------------------------------------- */

/* Covariance of x but for the factor chi^2 / degrees, from V S^-2 V^T of J with columns of length 1. */
static void covariance(struct fit *fit, const gsl_matrix *jacobian, double *out) {
    size_t p = fit->n_active;
    gsl_matrix *u = gsl_matrix_alloc(fit->n_cells, p), *v = gsl_matrix_alloc(p, p);
    gsl_vector *s = gsl_vector_alloc(p), *work = gsl_vector_alloc(p);
    double length[CALIBRATION_PARAMS_MAX];
    gsl_matrix_memcpy(u, jacobian);
    for (size_t a = 0; a < p; a++) {
        gsl_vector_view column = gsl_matrix_column(u, a);
        length[a] = fmax(gsl_blas_dnrm2(&column.vector), 1e-300);
        gsl_vector_scale(&column.vector, 1 / length[a]);
    }
    gsl_linalg_SV_decomp(u, v, s, work);
    double largest = gsl_vector_get(s, 0), floor_at = SINGULAR_FLOOR * largest;
    fit->calibration->condition = largest / fmax(gsl_vector_get(s, p - 1), floor_at);
    for (size_t a = 0; a < p; a++)
        for (size_t b = 0; b < p; b++) {
            double sum = 0;
            for (size_t k = 0; k < p; k++)
                sum += gsl_matrix_get(v, a, k) * gsl_matrix_get(v, b, k) / pow(fmax(gsl_vector_get(s, k), floor_at), 2);
            out[a * p + b] = sum / (length[a] * length[b]);
        }
    gsl_matrix_free(u);
    gsl_matrix_free(v);
    gsl_vector_free(s);
    gsl_vector_free(work);
}

static void tell_correlations(struct fit *fit, const double *cov) {
    struct calibration *calibration = fit->calibration;
    size_t p = fit->n_active;
    for (size_t a = 0; a < p; a++)
        for (size_t b = 0; b < p; b++)
            calibration->correlation[fit->active[a] * calibration->n_params + fit->active[b]] =
                cov[a * p + b] / sqrt(cov[a * p + a] * cov[b * p + b]);
}

static void tell_intervals(struct fit *fit, const gsl_multifit_nlinear_workspace *work) {
    struct calibration *calibration = fit->calibration;
    size_t p = fit->n_active, degrees = fit->n_cells - p;
    double chi2, *cov = ARENA_NEW(fit->arena, p * p, double);
    gsl_blas_ddot(work->f, work->f, &chi2);
    covariance(fit, work->J, cov);
    tell_correlations(fit, cov);
    for (size_t a = 0; degrees > 0 && a < p; a++) {
        size_t i = fit->active[a];
        struct calibrated *param = &calibration->params[i];
        param->standard_error = fit->unit[i] * sqrt(cov[a * p + a] * chi2 / (double)degrees);
        double half_width = estimate_t975(degrees) * param->standard_error;
        param->low = fmax(fit->set[i] - half_width, param->min);
        param->high = fmin(fit->set[i] + half_width, param->max);
    }
}

/* ---- the whole ----------------------------------------------------------------------------------------------------------- */

size_t measurements_count(const struct measurements *data) {
    size_t n = 0;
    for (size_t i = 0; i < data->n_points * data->n_columns; i++) n += !isnan(data->measured[i]);
    return n;
}

static bool is_constant(const struct param_value *value) { return value->variate.kind == VARIATE_CONSTANT; }

bool calibrated_open(struct calibrated *out, const char *key, const struct scenario *scenario, struct diag *diag) {
    const struct param_set *set = &scenario->params;
    struct place place = {.file = "--fit", .column = key};
    size_t index = param_find(set, key);
    if (index == set->n) {
        const char *near = param_nearest(set, key);
        diag_add(diag, STATUS_USAGE, place, "no parameter of model %s%s%s%s", scenario->model->name,
                 near ? "; did you mean '" : "; linger params lists them", near ? near : "", near ? "'?" : "");
        return false;
    }
    const struct param *param = &set->params[index];
    const struct param_value *value = &set->values[index];
    bool variate = param->type == PARAM_TIME_VARIATE || param->type == PARAM_COUNT_VARIATE;
    if (param->type == PARAM_SWITCH || param->type == PARAM_CHOICE || param->type == PARAM_TEXT || param->type == PARAM_FILE) {
        diag_add(diag, STATUS_USAGE, place, "is a word, allowed: a parameter that is a number");
        return false;
    }
    if (variate && !is_constant(value)) {
        diag_add(diag, STATUS_USAGE, place, "is '%.100s', allowed: a parameter that is a number; set it to a constant first",
                 value->text);
        return false;
    }
    double start = variate ? value->variate.a : value->number;
    *out = (struct calibrated){.key = key, .type = param->type, .min = param->min, .max = param->max, .start = start, .estimate = start};
    return true;
}

static void fit_open(struct fit *fit, struct calibration *calibration, struct arena *arena) {
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
                        .trials = ARENA_NEW(arena, SETS_MAX * data->n_points, struct scenario),
                        .simulated = ARENA_NEW(arena, SETS_MAX * data->n_points * data->n_columns, double),
                        .values = ARENA_NEW(arena, SETS_MAX * p, double),
                        .residuals = ARENA_NEW(arena, SETS_MAX * n_cells, double)};
    for (size_t i = 0; i < p; i++) fit->set[i] = calibration->params[i].start;
    calibration->n_cells = n_cells;
    calibration->correlation = ARENA_NEW(arena, p * p, double);
    calibration->condition = 1;
}

/* Which parameters are worth a search, and in what steps. */
static bool choose_active(struct fit *fit) {
    for (size_t i = 0; i < fit->calibration->n_params; i++) {
        if (!find_unit(fit, i)) return false;
        if (fit->unit[i] > 0) fit->active[fit->n_active++] = i;
        fit->calibration->params[i].state = fit->unit[i] > 0 ? CALIBRATION_FITTED : CALIBRATION_NO_INFLUENCE;
    }
    return true;
}

/* Simulates at fit->set. False when stopped. */
static bool simulate_here(struct fit *fit) {
    struct calibration *calibration = fit->calibration;
    const struct measurements *data = calibration->data;
    memcpy(fit->values, fit->set, calibration->n_params * sizeof *fit->values);
    if (!simulate(fit, 1)) return false;
    calibration->simulated = fit->simulated;
    double sum = 0;
    for (size_t k = 0; k < fit->n_cells; k++) {
        const struct cell *cell = &fit->cells[k];
        sum += pow(fit->simulated[cell->point * data->n_columns + cell->column] / cell->measured - 1, 2);
    }
    calibration->rms_error = sqrt(sum / (double)fit->n_cells);
    return true;
}

static bool check_observed(const struct fit *fit, struct diag *diag) {
    const struct measurements *data = fit->calibration->data;
    for (size_t k = 0; k < fit->n_cells; k++) {
        const struct cell *cell = &fit->cells[k];
        char name[96];
        if (!isnan(fit->simulated[cell->point * data->n_columns + cell->column])) continue;
        model_column(data->points[0].model, data->columns[cell->column], name, sizeof name);
        diag_add(diag, STATUS_DATA, (struct place){.file = data->names[cell->point], .column = name},
                 "was measured, but nothing of it happens in the simulation; leave the cell empty");
    }
    return diag_ok(diag);
}

static bool fit_all(struct fit *fit) {
    bool again = fit->n_active > 0;
    while (again) {
        gsl_multifit_nlinear_parameters how = gsl_multifit_nlinear_default_parameters();
        gsl_multifit_nlinear_workspace *work =
            gsl_multifit_nlinear_alloc(gsl_multifit_nlinear_trust, &how, fit->n_cells, fit->n_active);
        if (!work) status_machine("memory for a fit");
        bool ended = search(fit, work);
        again = ended && hold_at_limits(fit);
        if (ended && !again) tell_intervals(fit, work);
        gsl_multifit_nlinear_free(work);
        if (!ended) return false;
        again = again && fit->n_active > 0;
    }
    fit->calibration->n_fitted = fit->n_active;
    return true;
}

bool calibration_run(struct calibration *calibration, struct arena *arena, struct diag *diag) {
    struct fit fit;
    fit_open(&fit, calibration, arena);
    for (size_t i = 0; i < calibration->n_params; i++)
        calibration->params[i].standard_error = calibration->params[i].low = calibration->params[i].high = NOTHING_OBSERVED;
    if (!simulate_here(&fit)) return false;
    if (!check_observed(&fit, diag) || !choose_active(&fit)) return false;
    if (fit.n_active == 0) {
        diag_add(diag, STATUS_DATA, (struct place){.file = "--fit"}, "none of these parameters has any influence on what was measured");
        return false;
    }
    if (!fit_all(&fit)) return false;
    for (size_t i = 0; i < calibration->n_params; i++)
        fit.set[i] = calibration->params[i].estimate = limited(&calibration->params[i], fit.set[i]);
    return simulate_here(&fit);
}
