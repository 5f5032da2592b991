/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/model.h"

#include <stdio.h>
#include <string.h>

static const char *const suffixes[][6] = {
    [MEASURE_VALUE] = {"", NULL},
    [MEASURE_LEVEL] = {"", "_p50", "_p95", "_p99", "_peak", NULL},
    [MEASURE_RESPONSE] = {"", "_p50", "_p95", "_p99", "_max", NULL},
};

size_t measure_width(enum measure_kind kind) {
    size_t n = 0;
    while (suffixes[kind][n]) n++;
    return n;
}

const char *measure_suffix(enum measure_kind kind, size_t k) { return suffixes[kind][k]; }

size_t model_first_column(const struct model *model, size_t measure) {
    size_t column = 0;
    for (size_t i = 0; i < measure; i++) column += measure_width(model->measures[i].kind);
    return column;
}

size_t model_columns(const struct model *model) { return model_first_column(model, model->n_measures); }

const struct measure *model_column(const struct model *model, size_t c, char *out, size_t out_bytes) {
    for (size_t i = 0; i < model->n_measures; i++) {
        const struct measure *measure = &model->measures[i];
        size_t width = measure_width(measure->kind);
        if (c < width) {
            snprintf(out, out_bytes, "%s%s", measure->name, measure_suffix(measure->kind, c));
            return measure;
        }
        c -= width;
    }
    return NULL;
}

size_t model_levels_end(const struct model *model) {
    size_t end = model->n_measures;
    while (end > 0 && model->measures[end - 1].kind != MEASURE_LEVEL) end--;
    return end;
}

size_t model_responses(const struct model *model, size_t n) {
    size_t responses = 0;
    for (size_t i = 0; i < n; i++) responses += model->measures[i].kind == MEASURE_RESPONSE;
    return responses;
}

size_t model_column_find(const struct model *model, const char *name) {
    size_t n = model_columns(model), c = 0;
    char column[96];
    for (; c < n; c++) {
        model_column(model, c, column, sizeof column);
        if (strcmp(column, name) == 0) break;
    }
    return c;
}

const struct model *model_find(const char *name) {
    for (size_t i = 0; models[i]; i++)
        if (strcmp(models[i]->name, name) == 0) return models[i];
    return NULL;
}

void run_put_value(struct run *run, const struct model *model, size_t index, double value) {
    SIM_ASSERT(model->measures[index].kind == MEASURE_VALUE);
    run->values[model_first_column(model, index)] = value;
}

void run_put_level(struct run *run, const struct model *model, size_t index,
                   const struct time_average *level, double now_s) {
    SIM_ASSERT(model->measures[index].kind == MEASURE_LEVEL);
    struct time_average closed = *level; /* a level that still holds at the end counts for the peak */
    time_average_set(&closed, now_s, level->level);
    run_put_mean_and_peak(run, model, index, time_average_mean(&closed, now_s), closed.peak);
}

void run_put_mean_and_peak(struct run *run, const struct model *model, size_t index, double mean, double peak) {
    SIM_ASSERT(model->measures[index].kind == MEASURE_LEVEL);
    double *out = run->values + model_first_column(model, index);
    out[0] = mean;
    looks_quantiles(&run->looks, index, out + 1);
    out[1 + LOOKS_QUANTILES] = peak;
}

void run_put_response(struct run *run, const struct model *model, size_t index, const struct tally *tally,
                      const struct quantile *quantile) {
    SIM_ASSERT(model->measures[index].kind == MEASURE_RESPONSE);
    double *out = run->values + model_first_column(model, index);
    if (run->sketches) run->sketches[model_responses(model, index)] = quantile;
    out[0] = tally_mean(tally);
    out[1] = quantile_value(quantile, 0.50);
    out[2] = quantile_value(quantile, 0.95);
    out[3] = quantile_value(quantile, 0.99);
    out[4] = tally->n ? tally->max : NOTHING_OBSERVED;
}
