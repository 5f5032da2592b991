/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/experiment/calibration_residual.h"

#include <gsl/gsl_blas.h>
#include <gsl/gsl_linalg.h>
#include <gsl/gsl_multifit_nlinear.h>
#include <math.h>
#include <string.h>

#include "sim/experiment/estimate.h"

enum { ITERATIONS_MAX = 50, RUNGS_MAX = 9, ROUNDS_MAX = 5 };

static const double WANTED_CHANGE = 0.05;   /* of a residual, by the step of a difference */
static const double VISIBLE_CHANGE = 0.01;  /* enough to tell that step from */
static const double TOLERANCE = 1e-4;       /* of a parameter, where the search ends */
static const double SINGULAR_FLOOR = 1e-9;  /* singular values below are numerical noise */

/* ---- the two functions that GSL asks for ---------------------------------------------------------------------- */

static int on_residuals(const gsl_vector *x, void *context, gsl_vector *f) {
    struct fit *fit = context;
    double at[CALIBRATION_PARAMS_MAX];
    bool refused;
    for (size_t a = 0; a < fit->n_active; a++) at[a] = gsl_vector_get(x, a);
    SIM_ASSERT(f->stride == 1);
    return fit_residuals(fit, at, 1, f->data, &refused) ? GSL_SUCCESS : GSL_EFAILED;
}

/* Central differences; one-sided where the other side is refused. Row 0 is x itself, then plus and minus in turn. */
static int on_derivatives(const gsl_vector *x, void *context, gsl_matrix *jacobian) {
    struct fit *fit = context;
    size_t p = fit->n_active, n = fit->n_cells;
    double at[CALIBRATION_X_MAX * CALIBRATION_PARAMS_MAX];
    bool refused[CALIBRATION_X_MAX];
    double *rows = ARENA_NEW(fit->arena, (2 * p + 1) * n, double);
    for (size_t s = 0; s < 2 * p + 1; s++)
        for (size_t a = 0; a < p; a++)
            at[s * p + a] = gsl_vector_get(x, a) + (s == 2 * a + 1 ? 1 : s == 2 * a + 2 ? -1 : 0);
    if (!fit_residuals(fit, at, 2 * p + 1, rows, refused)) return GSL_EFAILED;
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

/* Largest change of a residual between set 0 and another. */
static double change(const struct fit *fit, size_t set) {
    double largest = 0;
    for (size_t k = 0; k < fit->n_cells && !fit->refused[set]; k++)
        largest = fmax(largest, fabs(fit->residuals[set * fit->n_cells + k] - fit->residuals[k]));
    return largest;
}

/* How much is seen of a step up or down, where the limits leave room; negative when stopped. */
static double try_step(struct fit *fit, size_t i, double step) {
    size_t n_params = fit->calibration->n_params;
    const struct calibrated *param = &fit->calibration->params[i];
    for (size_t set = 0; set < 3; set++) memcpy(fit->values + set * n_params, fit->set, n_params * sizeof *fit->values);
    fit->values[n_params + i] = fit_limited(param, param->start + step);
    fit->values[2 * n_params + i] = fit_limited(param, param->start - step);
    if (!fit_simulate(fit, 3)) return -1;
    return fmax(change(fit, 1), change(fit, 2));
}

/* Steps ten times larger each, until one is seen; leaves the wanted step in unit[i], 0 when none was. False when stopped. */
static bool find_unit(struct fit *fit, size_t i) {
    const struct calibrated *param = &fit->calibration->params[i];
    double seen = 0, step = first_rung(param);
    fit->unit[i] = 0;
    for (int rung = 0; rung < RUNGS_MAX && seen < VISIBLE_CHANGE && step <= param->max - param->min; rung++, step *= 10) {
        double changed = try_step(fit, i, step);
        if (changed < 0) return false;
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
            fit->set[i] = fit_limited(param, fit->set[i]);
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

/* The residual of a cell in one replication, less that of the mean over all. What was not observed is taken for the mean. */
static double deviation(const struct fit *fit, size_t k, size_t r) {
    const struct cell *cell = &fit->cells[k];
    size_t n_columns = fit->calibration->data->n_columns;
    double value = fit->rows[(cell->point * fit->n_rows + r) * n_columns + cell->column];
    double mean = fit->simulated[cell->point * n_columns + cell->column];
    return isnan(value) ? 0 : (value - mean) / cell->measured * cell->root_weight;
}

/* Variance of x that comes from chance in the simulation. False when stopped. */
static bool simulation_variance(struct fit *fit, const gsl_matrix *jacobian, const double *cov, double *variance) {
    size_t p = fit->n_active, n_columns = fit->calibration->data->n_columns;
    double gradient[CALIBRATION_PARAMS_MAX];
    fit->rows = ARENA_NEW(fit->arena, fit->calibration->data->n_points * fit->n_rows * n_columns, double);
    memcpy(fit->values, fit->set, fit->calibration->n_params * sizeof *fit->values);
    if (!fit_simulate(fit, 1)) return false;
    for (size_t r = 0; fit->n_rows > 1 && r < fit->n_rows; r++) {
        for (size_t a = 0; a < p; a++) {
            gradient[a] = 0;
            for (size_t k = 0; k < fit->n_cells; k++) gradient[a] += gsl_matrix_get(jacobian, k, a) * deviation(fit, k, r);
        }
        for (size_t a = 0; a < p; a++) {
            double shift = 0;
            for (size_t b = 0; b < p; b++) shift += cov[a * p + b] * gradient[b];
            variance[a] += shift * shift / ((double)(fit->n_rows - 1) * fit->n_rows);
        }
    }
    fit->rows = NULL;
    return true;
}

/* Of a sum of two variances (Welch 1947, Satterthwaite 1946), rounded down. */
static size_t degrees_of_freedom(double a, size_t a_degrees, double b, size_t b_degrees) {
    double sum = a * a / (double)a_degrees + (b > 0 ? b * b / (double)b_degrees : 0);
    double degrees = sum > 0 ? (a + b) * (a + b) / sum : (double)a_degrees;
    return degrees < 1 ? 1 : (size_t)degrees;
}

/* False when a study was stopped. */
static bool tell_intervals(struct fit *fit, const gsl_multifit_nlinear_workspace *work) {
    struct calibration *calibration = fit->calibration;
    size_t p = fit->n_active, degrees = fit->n_cells - p;
    double chi2, chance[CALIBRATION_PARAMS_MAX] = {0}, *cov = ARENA_NEW(fit->arena, p * p, double);
    gsl_blas_ddot(work->f, work->f, &chi2);
    covariance(fit, work->J, cov);
    tell_correlations(fit, cov);
    if (!simulation_variance(fit, work->J, cov, chance)) return false;
    for (size_t a = 0; degrees > 0 && a < p; a++) {
        size_t i = fit->active[a];
        struct calibrated *param = &calibration->params[i];
        double misfit = cov[a * p + a] * chi2 / (double)degrees, variance = misfit + chance[a];
        double t = estimate_t975(degrees_of_freedom(misfit, degrees, chance[a], fit->n_rows - 1));
        param->standard_error = fit->unit[i] * sqrt(variance);
        param->simulation_share = variance > 0 ? chance[a] / variance : 0;
        param->low = fmax(fit->set[i] - t * param->standard_error, param->min);
        param->high = fmin(fit->set[i] + t * param->standard_error, param->max);
    }
    return true;
}

/* ---- the whole ----------------------------------------------------------------------------------------------------------- */

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
    bool variate = param->type == PARAM_TIME_VARIATE || param->type == PARAM_COUNT_VARIATE || param->type == PARAM_BYTES_VARIATE;
    if (param_is_word(param->type)) {
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
    if (!fit_simulate(fit, 1)) return false;
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

/* A difference over less than a standard error sees jumps that mean nothing: one fork more or less. Steps are widened to it, but not
 * beyond half of the value. True when one was, so that the search is worth repeating. */
static bool widen_steps(struct fit *fit) {
    bool widened = false;
    for (size_t a = 0; a < fit->n_active; a++) {
        size_t i = fit->active[a];
        double half = fabs(fit->set[i]) / 2, unit = fit->unit[i], wanted = fit->calibration->params[i].standard_error;
        wanted = fmin(wanted, fmin(10 * unit, half > unit ? half : 10 * unit));
        if (!(wanted > 1.5 * unit)) continue;
        fit->unit[i] = fit->calibration->params[i].type == PARAM_COUNT ? round(wanted) : wanted;
        widened = true;
    }
    return widened;
}

/* Lets go of those on which nothing depends here: what was seen of their step was a jump far away. True when there were any. */
static bool drop_idle(struct fit *fit, const gsl_matrix *jacobian) {
    size_t kept = 0, before = fit->n_active;
    for (size_t a = 0; a < before; a++) {
        size_t i = fit->active[a];
        gsl_vector_const_view column = gsl_matrix_const_column(jacobian, a);
        if (gsl_blas_dnrm2(&column.vector) > 0) {
            fit->active[kept++] = i;
        } else {
            fit->calibration->params[i].state = CALIBRATION_NO_INFLUENCE;
            fit->set[i] = fit->calibration->params[i].start;
        }
    }
    fit->n_active = kept;
    return kept < before;
}

/* One search with the present steps and those that are active. False when stopped. */
static bool fit_once(struct fit *fit, bool *again) {
    gsl_multifit_nlinear_parameters how = gsl_multifit_nlinear_default_parameters();
    gsl_multifit_nlinear_workspace *work =
        gsl_multifit_nlinear_alloc(gsl_multifit_nlinear_trust, &how, fit->n_cells, fit->n_active);
    if (!work) status_machine("memory for a fit");
    bool ended = search(fit, work);
    *again = ended && (drop_idle(fit, work->J) || hold_at_limits(fit)); /* the others start again from where they are */
    if (ended && !*again) {
        ended = tell_intervals(fit, work);
        *again = ended && widen_steps(fit);
    }
    gsl_multifit_nlinear_free(work);
    return ended;
}

static bool fit_all(struct fit *fit) {
    bool again = true;
    for (size_t round = 0; again && fit->n_active > 0 && round < ROUNDS_MAX + fit->calibration->n_params; round++)
        if (!fit_once(fit, &again)) return false;
    fit->calibration->n_fitted = fit->n_active;
    return true;
}

/* The search proper, between two looks at the simulation. */
static bool run_fit(struct fit *fit, struct diag *diag) {
    struct calibration *calibration = fit->calibration;
    bool any = false;
    if (!simulate_here(fit) || !check_observed(fit, diag) || !choose_active(fit) || !fit_all(fit)) return false;
    for (size_t i = 0; i < calibration->n_params; i++) any |= calibration->params[i].state != CALIBRATION_NO_INFLUENCE;
    if (!any)
        diag_add(diag, STATUS_DATA, (struct place){.file = "--fit"},
                 "none of these parameters has any influence on what was measured");
    for (size_t i = 0; i < calibration->n_params; i++)
        fit->set[i] = calibration->params[i].estimate = fit_limited(&calibration->params[i], fit->set[i]);
    return any && simulate_here(fit);
}

/* GSL's own way with an error is to abort. Ours is to take the code that it returns: a search that cannot go on has ended. */
bool calibration_run(struct calibration *calibration, struct arena *arena, struct diag *diag) {
    struct fit fit;
    fit_open(&fit, calibration, arena);
    for (size_t i = 0; i < calibration->n_params; i++)
        calibration->params[i].standard_error = calibration->params[i].low = calibration->params[i].high = NOTHING_OBSERVED;
    gsl_error_handler_t *before = gsl_set_error_handler_off();
    bool done = run_fit(&fit, diag);
    gsl_set_error_handler(before);
    return done;
}
