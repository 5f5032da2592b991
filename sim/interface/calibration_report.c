/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/interface/calibration_report.h"

#include <math.h>
#include <string.h>

#include "sim/interface/command.h"
#include "sim/interface/json.h"
#include "sim/interface/report.h"

enum { NUMBER_BYTES = 32, NAME_BYTES = 96, DIGITS = 4, ERROR_DIGITS = 2 };

static const char *const state_words[] = {[CALIBRATION_FITTED] = "fitted",
                                          [CALIBRATION_NO_INFLUENCE] = "no influence",
                                          [CALIBRATION_AT_LIMIT] = "at its limit"};

/* ---- numbers ------------------------------------------------------------------------------------ */

static struct report_scale scale_of(const struct calibrated *param) {
    return report_scale_of(param_unit(param->type), param->estimate);
}

/* "77.21us", as scenarios take it. */
static const char *put_value(double value, struct report_scale scale, char *out, size_t out_bytes) {
    char number[NUMBER_BYTES];
    snprintf(out, out_bytes, "%s%s", report_number(value / scale.si, DIGITS, number, sizeof number),
             strcmp(scale.name, "1") == 0 ? "" : scale.name);
    return out;
}

static double correlation(const struct calibration *c, size_t i, size_t j) { return c->correlation[i * c->n_params + j]; }

static bool confounded(const struct calibration *c, size_t i, size_t j) {
    return fabs(correlation(c, i, j)) > CALIBRATION_CORRELATION_LIMIT;
}

/* A cell of the data, and what the simulation has there. */
struct compared {
    const char *point;
    char measure[NAME_BYTES];
    const char *unit;
    double measured, simulated, error;
};

/* The k-th cell, whether measured or not; `measured` is NAN then. */
static struct compared compared_at(const struct calibration *calibration, size_t k) {
    const struct measurements *data = calibration->data;
    size_t point = k / data->n_columns;
    struct compared compared = {
        .point = data->names[point], .measured = data->measured[k], .simulated = calibration->simulated[k]};
    const struct model *model = data->points[0].model;
    compared.unit = model_column(model, data->columns[k % data->n_columns], compared.measure, NAME_BYTES)->unit;
    compared.error = compared.simulated / compared.measured - 1;
    return compared;
}

static size_t cells(const struct calibration *c) { return c->data->n_points * c->data->n_columns; }

/* ---- the table ------------------------------------------------------------------------------------- */

static void put_parameter(FILE *out, const struct calibrated *param) {
    char number[4][NUMBER_BYTES];
    struct report_scale scale = scale_of(param);
    fprintf(out, "%-28s %10s %9s", param->key, report_number(param->estimate / scale.si, DIGITS, number[0], NUMBER_BYTES),
            report_number(param->standard_error / scale.si, ERROR_DIGITS, number[1], NUMBER_BYTES));
    if (isnan(param->low))
        fprintf(out, "  %21s", param->state == CALIBRATION_FITTED ? "-" : state_words[param->state]);
    else
        fprintf(out, "  %9s to %8s", report_number(param->low / scale.si, DIGITS, number[2], NUMBER_BYTES),
                report_number(param->high / scale.si, DIGITS, number[3], NUMBER_BYTES));
    fprintf(out, "%s%s\n", *scale.name ? " " : "", scale.name);
}

static void put_state_warning(FILE *out, const struct calibrated *param) {
    char number[NUMBER_BYTES];
    put_value(param->estimate, scale_of(param), number, sizeof number);
    if (param->state == CALIBRATION_NO_INFLUENCE)
        fprintf(out, "! %s has no influence on what was measured; it is left at %s\n", param->key, number);
    if (param->state == CALIBRATION_AT_LIMIT)
        fprintf(out, "! %s is held at its limit, %s; the best value lies beyond\n", param->key, number);
}

static void put_warnings(FILE *out, const struct calibration *c) {
    for (size_t i = 0; i < c->n_params; i++) put_state_warning(out, &c->params[i]);
    for (size_t i = 0; i < c->n_params; i++)
        for (size_t j = i + 1; j < c->n_params; j++)
            if (confounded(c, i, j))
                fprintf(out, "! %s and %s cannot be told apart by these points\n  (correlation %+.4f): set one, or measure "
                             "where only one of them matters\n",
                        c->params[i].key, c->params[j].key, correlation(c, i, j));
    for (size_t i = 0; i < c->n_params; i++)
        if (c->params[i].simulation_share > 0.5)
            fprintf(out, "! %s: %.0f %% of the squared error is chance in the simulation;\n  more --replications make it less\n",
                    c->params[i].key, 100 * c->params[i].simulation_share);
    if (c->n_cells == c->n_fitted)
        fprintf(out, "! as many parameters as measured values: nothing is left to judge the fit by\n");
    if (!c->converged) fprintf(out, "! the search was still moving after %zu steps\n", c->n_iterations);
}

static void put_compared(FILE *out, const struct compared *compared) {
    char number[2][NUMBER_BYTES];
    struct report_scale scale = report_scale_of(compared->unit, compared->measured);
    fprintf(out, "%-20s %-24s %10s %10s %-4s %+7.1f %%\n", compared->point, compared->measure,
            report_number(compared->measured / scale.si, DIGITS, number[0], NUMBER_BYTES),
            report_number(compared->simulated / scale.si, DIGITS, number[1], NUMBER_BYTES),
            strcmp(scale.name, "1") == 0 ? "" : scale.name, 100 * compared->error);
}

void calibration_report_table(FILE *out, const struct calibration_report *report) {
    const struct calibration *c = report->calibration;
    fprintf(out, "%s: model %s, %zu of %zu parameter%s fitted to %zu measured value%s of %zu point%s\n", report->scenario->name,
            report->scenario->model->name, c->n_fitted, c->n_params, c->n_params > 1 ? "s" : "", c->n_cells,
            c->n_cells > 1 ? "s" : "", c->data->n_points, c->data->n_points > 1 ? "s" : "");
    fprintf(out, "\n%-28s %10s %9s  %21s\n", "parameter", "estimate", "±s.e. ", "95 % interval");
    for (size_t i = 0; i < c->n_params; i++) put_parameter(out, &c->params[i]);
    put_warnings(out, c);
    fprintf(out, "\n%-20s %-24s %10s %10s %13s\n", "point", "measure", "measured", "simulated", "error");
    for (size_t k = 0; k < cells(c); k++) {
        struct compared compared = compared_at(c, k);
        if (!isnan(compared.measured)) put_compared(out, &compared);
    }
    fprintf(out, "\nRMS error %.2f %%, %zu degree%s of freedom, condition %.3g\n%zu steps, %zu replications\n", 100 * c->rms_error,
            c->n_cells - c->n_fitted, c->n_cells - c->n_fitted == 1 ? "" : "s", c->condition, c->n_iterations, c->n_replications);
}

/* ---- JSON --------------------------------------------------------------------------------------------- */

static void put_text(FILE *out, const char *key, const char *value) {
    json_key(out, key);
    json_text(out, value);
}

static void put_number(FILE *out, const char *key, double value) {
    fputs(", ", out);
    json_key(out, key);
    json_number(out, value);
}

static void json_parameters(FILE *out, const struct calibration *c) {
    for (size_t i = 0; i < c->n_params; i++) {
        const struct calibrated *param = &c->params[i];
        fputs(i ? ",\n    " : "\n    ", out);
        json_key(out, param->key);
        fputs("{", out);
        put_text(out, "unit", param_unit(param->type));
        fputs(", ", out);
        put_text(out, "state", state_words[param->state]);
        put_number(out, "estimate", param->estimate);
        put_number(out, "standard_error", param->standard_error);
        put_number(out, "low", param->low);
        put_number(out, "high", param->high);
        put_number(out, "simulation_share", param->simulation_share);
        fputs("}", out);
    }
}

static void json_correlations(FILE *out, const struct calibration *c) {
    bool first = true;
    for (size_t i = 0; i < c->n_params; i++)
        for (size_t j = i + 1; j < c->n_params; j++) {
            if (c->params[i].state != CALIBRATION_FITTED || c->params[j].state != CALIBRATION_FITTED) continue;
            fputs(first ? "\n    {\"parameters\": [" : ",\n    {\"parameters\": [", out);
            first = false;
            json_text(out, c->params[i].key);
            fputs(", ", out);
            json_text(out, c->params[j].key);
            fputs("]", out);
            put_number(out, "correlation", correlation(c, i, j));
            fputs("}", out);
        }
}

static void json_points(FILE *out, const struct calibration *c) {
    bool first = true;
    for (size_t k = 0; k < cells(c); k++) {
        struct compared compared = compared_at(c, k);
        if (isnan(compared.measured)) continue;
        fputs(first ? "\n    {" : ",\n    {", out);
        first = false;
        put_text(out, "point", compared.point);
        fputs(", ", out);
        put_text(out, "measure", compared.measure);
        fputs(", ", out);
        put_text(out, "unit", compared.unit);
        put_number(out, "measured", compared.measured);
        put_number(out, "simulated", compared.simulated);
        put_number(out, "error", compared.error);
        fputs("}", out);
    }
}

void calibration_report_json(FILE *out, const struct calibration_report *report) {
    const struct calibration *c = report->calibration;
    fputs("{\n  ", out);
    put_text(out, "scenario", report->scenario->name);
    fputs(",\n  ", out);
    put_text(out, "data", report->data_file);
    fprintf(out, ",\n  \"seed\": %.0f,\n  ", report->scenario->run.values[RUN_SEED].number);
    put_text(out, "version", linger_version);
    fputs(",\n  \"parameters\": {", out);
    json_parameters(out, c);
    fputs("\n  },\n  \"correlations\": [", out);
    json_correlations(out, c);
    fputs("],\n  \"condition\": ", out);
    json_number(out, c->condition);
    put_number(out, "rms_error", c->rms_error);
    put_number(out, "measurements", (double)c->n_cells);
    put_number(out, "degrees_of_freedom", (double)(c->n_cells - c->n_fitted));
    fprintf(out, ", \"converged\": %s,\n  \"points\": [", c->converged ? "true" : "false");
    json_points(out, c);
    fputs("\n  ]\n}\n", out);
}

/* ---- lines to paste ---------------------------------------------------------------------------------------- */

static size_t section_length(const char *key) { return strcspn(key, "."); }

static bool same_section(const char *a, const char *b) {
    return section_length(a) == section_length(b) && memcmp(a, b, section_length(a)) == 0;
}

static void put_line(FILE *out, const struct calibrated *param) {
    char number[3][NUMBER_BYTES];
    struct report_scale scale = scale_of(param);
    if (param->state == CALIBRATION_AT_LIMIT)
        fprintf(out, "; at its limit; the best value lies beyond\n");
    else if (!isnan(param->low))
        fprintf(out, "; 95 %% interval: %s to %s\n", put_value(param->low, scale, number[1], NUMBER_BYTES),
                put_value(param->high, scale, number[2], NUMBER_BYTES));
    fprintf(out, "%s = %s\n", param->key + section_length(param->key) + 1, put_value(param->estimate, scale, number[0], NUMBER_BYTES));
}

void calibration_report_ini(FILE *out, const struct calibration_report *report) {
    const struct calibration *c = report->calibration;
    fprintf(out, "; linger calibrate %s %s: RMS error %.2f %% over %zu measured values\n", report->scenario->name, report->data_file,
            100 * c->rms_error, c->n_cells);
    for (size_t i = 0; i < c->n_params; i++) {
        const char *key = c->params[i].key;
        size_t first = 0;
        while (!same_section(c->params[first].key, key) || c->params[first].state == CALIBRATION_NO_INFLUENCE)
            if (first++ == i) break;
        if (first != i) continue; /* its section has been written, or it has no influence */
        fprintf(out, "[%.*s]\n", (int)section_length(key), key);
        for (size_t j = i; j < c->n_params; j++)
            if (same_section(c->params[j].key, key) && c->params[j].state != CALIBRATION_NO_INFLUENCE)
                put_line(out, &c->params[j]);
    }
}
