/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/experiment/batch_means.h"

#include <math.h>
#include <string.h>

#include "sim/experiment/precision.h"
#include "sim/kernel/statistics.h"

/* Rows come from differences of integrals: a level that stands still has digits that do not. */
static const double ROUNDING = 1e-9;

static double correlation(const double *x, size_t n) {
    struct tally tally = {0};
    double steps = 0;
    for (size_t i = 0; i < n; i++) {
        tally_observe(&tally, x[i]);
        if (i > 0) steps += (x[i] - x[i - 1]) * (x[i] - x[i - 1]);
    }
    double deviation = sqrt(tally.sum_squares / (double)n), largest = fmax(fabs(tally.min), fabs(tally.max));
    return deviation > ROUNDING * largest ? 1 - steps / (2 * tally.sum_squares) : 0;
}

/* Means of groups of `size`; returns how many. May be done in place. */
static size_t group(const double *x, size_t n, size_t size, double *out) {
    for (size_t g = 0; g < n / size; g++) {
        double sum = 0;
        for (size_t i = g * size; i < (g + 1) * size; i++) sum += x[i];
        out[g] = sum / (double)size;
    }
    return n / size;
}

struct batch_means batch_means_of(const double *rows, size_t n, size_t stride) {
    double x[BATCH_MEANS_ROWS];
    struct batch_means means = {0};
    SIM_ASSERT(n <= BATCH_MEANS_ROWS && n % (BATCH_MEANS_REFINEMENT * BATCH_MEANS_LEAST) == 0);
    for (size_t i = 0; i < n; i++) x[i] = rows[i * stride];
    for (;;) {
        means.correlation = correlation(x, n);
        means.correlated = means.correlation >= BATCH_MEANS_CORRELATION_LIMIT;
        if (!means.correlated || n / 2 < BATCH_MEANS_REFINEMENT * BATCH_MEANS_LEAST) break;
        n = group(x, n, 2, x);
    }
    n = group(x, n, BATCH_MEANS_REFINEMENT, x);
    means.estimate = estimate_of(x, n, 1);
    return means;
}

bool batch_means_apply(const struct scenario *scenario) {
    return precision_first(scenario) < 2 && scenario_is_steady(scenario) &&
           scenario->model->n_series_columns > 0;
}

bool batch_means_estimate(const struct scenario *scenario, const struct series *line, size_t column,
                          struct estimate *estimate, bool *correlated) {
    char name[96];
    const struct model *model = scenario->model;
    size_t c = 0;
    model_column(model, column, name, sizeof name);
    while (c < model->n_series_columns && strcmp(model->series_columns[c], name) != 0) c++;
    if (c == model->n_series_columns || line->rows_max == 0 || line->n_rows < line->rows_max) return false;
    struct batch_means means = batch_means_of(line->values + 1 + c, line->n_rows, line->n_columns);
    *correlated = means.correlated;
    means.estimate.mean = estimate->mean;
    *estimate = means.estimate;
    return true;
}
