/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/experiment/pooled_quantile.h"

#include <math.h>
#include <stdlib.h>

/* Squares of 10^7 observations, of 10^5 replications, are beyond 64 bits, and doubles would make a sum depend on its order. */
__extension__ typedef unsigned __int128 whole;

/* Sums over replications, as differences from the cell before. A cell more than the sketch has holds n_r^2. */
struct pooled_cell {
    uint64_t below;      /* c_r */
    whole below_squared; /* c_r^2 */
    whole below_of;      /* c_r n_r */
};

void pooled_quantile_open(struct pooled_quantile *pooled) {
    *pooled = (struct pooled_quantile){.cells = calloc(QUANTILE_CELLS + 1, sizeof *pooled->cells)};
    if (!pooled->cells) status_machine("memory for quantiles");
}

void pooled_quantile_close(struct pooled_quantile *pooled) {
    free(pooled->cells);
    pooled->cells = NULL;
}

void pooled_quantile_add(struct pooled_quantile *pooled, const struct quantile *sketch) {
    uint64_t below = 0;
    if (sketch->n == 0) return;
    for (uint32_t i = 0; below < sketch->n; i++) {
        uint64_t count = sketch->cells[i];
        if (count == 0) continue;
        struct pooled_cell *cell = &pooled->cells[i];
        cell->below += count;
        cell->below_squared += (whole)(2 * below + count) * count; /* (below + count)^2 - below^2 */
        cell->below_of += (whole)count * sketch->n;
        below += count;
    }
    pooled->cells[QUANTILE_CELLS].below_squared += (whole)sketch->n * sketch->n;
    pooled->n += sketch->n;
    pooled->n_replications++;
}

/* ---- estimate ------------------------------------------------------------------------------------------ */

/* Where an observation lies. */
struct position {
    uint32_t cell;
    double value;                   /* between the edges of the cell as its rank is between those of the others there */
    struct pooled_cell before, with; /* sums up to the cell */
};

/* Finds the ceil(q n)-th smallest observation; false when there is none. */
static bool find(const struct pooled_quantile *pooled, double q, struct position *at) {
    double rank = ceil(q * (double)pooled->n);
    *at = (struct position){0};
    if (rank < 1 || rank > (double)pooled->n) return false;
    for (;; at->cell++) {
        const struct pooled_cell *cell = &pooled->cells[at->cell];
        at->before = at->with;
        at->with.below += cell->below;
        at->with.below_squared += cell->below_squared;
        at->with.below_of += cell->below_of;
        if ((double)at->with.below < rank) continue;
        at->value = quantile_in_cell(at->cell, (rank - (double)at->before.below - 0.5) / (double)cell->below);
        return true;
    }
}

/* Standard error of the share of observations in the cells whose sums these are. */
static double share_error(const struct pooled_quantile *pooled, const struct pooled_cell *sum) {
    double n = (double)pooled->n, r = (double)pooled->n_replications, p = (double)sum->below / n;
    double squares = (double)sum->below_squared - 2 * p * (double)sum->below_of +
                     p * p * (double)pooled->cells[QUANTILE_CELLS].below_squared;
    return sqrt(r / (r - 1) * fmax(squares, 0)) / n;
}

struct estimate pooled_quantile_estimate(const struct pooled_quantile *pooled, double q) {
    struct estimate estimate = {.mean = NOTHING_OBSERVED, .half_width = NOTHING_OBSERVED,
                                .standard_error = NOTHING_OBSERVED, .n = (size_t)pooled->n_replications};
    struct position at, low, high;
    if (!find(pooled, q, &at)) return estimate;
    estimate.mean = at.value;
    if (pooled->n_replications < 2) return estimate;
    double t = estimate_t975((size_t)pooled->n_replications - 1);
    double reach = t * fmax(share_error(pooled, &at.before), share_error(pooled, &at.with));
    if (!find(pooled, q - reach, &low) || !find(pooled, q + reach, &high)) return estimate;
    double cell_width = quantile_in_cell(at.cell, 1) - quantile_in_cell(at.cell, 0);
    estimate.half_width = fmax(cell_width, (high.value - low.value) / 2);
    estimate.standard_error = estimate.half_width / t;
    return estimate;
}

/* The quantile that a column of a MEASURE_RESPONSE holds; 0 for its mean and its largest. */
static double column_quantile(size_t k) {
    static const double quantiles[] = {0, 0.50, 0.95, 0.99, 0};
    return quantiles[k];
}

struct estimate estimate_column(const struct model *model, size_t c, const double *rows, size_t n,
                                const struct pooled_quantile *pooled) {
    size_t columns = model_columns(model), first = 0, response = 0;
    for (size_t i = 0; pooled && i < model->n_measures; i++) {
        enum measure_kind kind = model->measures[i].kind;
        if (kind == MEASURE_RESPONSE && c > first && c < first + measure_width(kind) && column_quantile(c - first) > 0)
            return pooled_quantile_estimate(&pooled[response], column_quantile(c - first));
        response += kind == MEASURE_RESPONSE;
        first += measure_width(kind);
    }
    return estimate_of(rows + c, n, columns);
}
