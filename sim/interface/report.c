/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/interface/report.h"

#include <math.h>
#include <string.h>

#include "sim/experiment/batch_means.h"
#include "sim/interface/command.h"
#include "sim/interface/heavy_tail_report.h"
#include "sim/interface/json.h"
#include "sim/interface/precision_report.h"
#include "sim/interface/warmup_report.h"
#include "sim/kernel/statistics.h"

enum { NUMBER_BYTES = 32, NAME_BYTES = 96, DIGITS = 4, HALF_WIDTH_DIGITS = 2 };

/* ---- numbers ----------------------------------------------------------------------------------- */

/* For each SI unit from large to small; taken from a magnitude on. Gigabytes from ten on, so that the
 * mean and the peak of a table stand in one unit more often. */
static const struct {
    const char *unit;
    double from;
    struct report_scale scale;
} scales[] = {
    {"s", 1, {1, "s"}},          {"s", 1e-3, {1e-3, "ms"}},   {"s", 0, {1e-6, "us"}},
    {"B", 1e13, {1e12, "TB"}},   {"B", 1e10, {1e9, "GB"}},    {"B", 1e6, {1e6, "MB"}},
    {"B", 1e3, {1e3, "kB"}},     {"B", 0, {1, "B"}},          {"B/s", 1e9, {1e9, "GB/s"}},
    {"B/s", 1e6, {1e6, "MB/s"}}, {"B/s", 1e3, {1e3, "kB/s"}}, {"B/s", 0, {1, "B/s"}},
    {"1/s", 0, {1, "/s"}},       {"1", 0, {1, ""}},
};

struct report_scale report_scale_of(const char *unit, double magnitude) {
    double size = fabs(magnitude) > 0 ? fabs(magnitude) : 1; /* 0 and NAN in SI */
    for (size_t i = 0; i < sizeof scales / sizeof scales[0]; i++)
        if (strcmp(scales[i].unit, unit) == 0 && size >= scales[i].from) return scales[i].scale;
    return (struct report_scale){1, unit};
}

const char *report_number(double value, int digits, char *out, size_t out_bytes) {
    double size = fabs(value);
    int whole_digits = size > 0 ? (int)floor(log10(size)) + 1 : 0; /* negative: zeros behind the point */
    if (isnan(value))
        snprintf(out, out_bytes, "-");
    else if (size > 0 && (size >= 1e7 || size < 1e-4))
        snprintf(out, out_bytes, "%.*g", digits, value);
    else if (floor(value) >= value)
        snprintf(out, out_bytes, "%.0f", value);
    else
        snprintf(out, out_bytes, "%.*f", whole_digits < digits ? digits - whole_digits : 0, value);
    return out;
}

static void put_number(FILE *out, int width, double value, int digits, struct report_scale scale) {
    char text[NUMBER_BYTES];
    fprintf(out, " %*s", width, report_number(value / scale.si, digits, text, sizeof text));
}

/* ---- the tables ---------------------------------------------------------------------------------- */

/* One layout a kind of measure: widths of the name and of a number. Three sum up to at most 80 columns. */
static const struct {
    const char *header;
    int name, number;
} layouts[] = {
    [MEASURE_LEVEL] =
        {"over time                  mean    ±95 %      p50      p95      p99     peak", 22, 8},
    [MEASURE_RESPONSE] =
        {"per observation            mean    ±95 %      p50      p95      p99      max", 22, 8},
    [MEASURE_VALUE] = {"counts, rates and shares               mean     ±95 %", 30, 10},
};

static void put_row(FILE *out, const struct measure *measure, const struct estimate *estimates) {
    int number = layouts[measure->kind].number;
    struct report_scale scale = report_scale_of(measure->unit, estimates[0].mean);
    fprintf(out, "%-*s", layouts[measure->kind].name, measure->name);
    put_number(out, number, estimates[0].mean, DIGITS, scale);
    put_number(out, number, estimates[0].half_width, HALF_WIDTH_DIGITS, scale);
    for (size_t k = 1; k < measure_width(measure->kind); k++)
        put_number(out, number, estimates[k].mean, DIGITS, scale);
    fprintf(out, "%s%s\n", *scale.name ? " " : "", scale.name);
}

static void put_kind(FILE *out, const struct model *model, enum measure_kind kind,
                     const struct estimate *estimates) {
    bool first = true;
    for (size_t i = 0; i < model->n_measures; i++) {
        if (model->measures[i].kind != kind) continue;
        if (first) fprintf(out, "\n%s\n", layouts[kind].header);
        first = false;
        put_row(out, &model->measures[i], estimates + model_first_column(model, i));
    }
}

static void put_title(FILE *out, const struct scenario *scenario, const struct precision_look *look) {
    char number[NUMBER_BYTES];
    const struct param_value *run = scenario->run.values;
    double horizon_s = run[RUN_HORIZON].number;
    fprintf(out, "%s: model %s, %u replication%s", scenario->name, scenario->model->name, look->n,
            look->n > 1 ? "s" : "");
    if (horizon_s > 0)
        fprintf(out, " of %s s", report_number(horizon_s, 6, number, sizeof number));
    else
        fprintf(out, " of the whole trace");
    if (run[RUN_WARMUP].number > 0)
        fprintf(out, " (%s s warm-up%s)", report_number(run[RUN_WARMUP].number, 6, number, sizeof number),
                warmup_report_is_found(scenario) ? " found" : "");
    fprintf(out, ", seed %.0f\n", run[RUN_SEED].number);
    if (batch_means_apply(scenario)) fprintf(out, "±95 %% from batch means of the one replication, where it has a time line\n");
}

/* ---- closed forms ------------------------------------------------------------------------------- */

static bool disagrees(const struct report *report, size_t column) {
    double limit = CLOSED_FORM_FALSE_ALARM / (double)report->n_forms;
    return closed_form_probability(&report->estimates[column], report->exact[column]) < limit;
}

static void put_form(FILE *out, const struct report *report, size_t column) {
    char name[NAME_BYTES];
    const struct estimate *estimate = &report->estimates[column];
    double exact = report->exact[column];
    const struct measure *measure = model_column(report->scenario->model, column, name, sizeof name);
    struct report_scale scale = report_scale_of(measure->unit, exact);
    fprintf(out, "%-26s", name);
    put_number(out, 10, exact, DIGITS, scale);
    put_number(out, 9, estimate->mean, DIGITS, scale);
    put_number(out, 8, estimate->half_width, HALF_WIDTH_DIGITS, scale);
    bool judged = !isnan(closed_form_probability(estimate, exact));
    double z = judged ? estimate_compare(estimate, exact).z : NOTHING_OBSERVED;
    put_number(out, 6, z, HALF_WIDTH_DIGITS, (struct report_scale){1, ""});
    fprintf(out, " %s%s%s\n", scale.name, *scale.name ? " " : "", report->forms[column]->of->name);
}

static void put_forms(FILE *out, const struct report *report) {
    size_t columns = model_columns(report->scenario->model);
    if (report->n_forms == 0) return;
    fprintf(out, "\nclosed forms                    exact      mean    ±95 %%      z\n");
    for (size_t c = 0; c < columns; c++)
        if (report->forms[c]) put_form(out, report, c);
}

void report_warn(const struct report *report) {
    char name[NAME_BYTES], mean[NUMBER_BYTES], half_width[NUMBER_BYTES], exact[NUMBER_BYTES];
    size_t columns = model_columns(report->scenario->model), n = 0;
    for (size_t c = 0; c < columns; c++) {
        if (!report->forms[c] || !disagrees(report, c)) continue;
        n++;
        model_column(report->scenario->model, c, name, sizeof name);
        fprintf(stderr, "linger: warning: %s is %s ± %s, but exactly %s (%s)\n", name,
                report_number(report->estimates[c].mean, DIGITS, mean, sizeof mean),
                report_number(report->estimates[c].half_width, HALF_WIDTH_DIGITS, half_width, sizeof half_width),
                report_number(report->exact[c], DIGITS, exact, sizeof exact), report->forms[c]->of->name);
    }
    if (n)
        fprintf(stderr, "linger: too short a run, a start that is not cut, or a bug; chance alone: one run in %g\n",
                1 / CLOSED_FORM_FALSE_ALARM);
}

void report_table(FILE *out, const struct report *report) {
    const struct scenario *scenario = report->scenario;
    put_title(out, scenario, report->look);
    precision_report_text(out, scenario, report->look);
    put_kind(out, scenario->model, MEASURE_LEVEL, report->estimates);
    put_kind(out, scenario->model, MEASURE_RESPONSE, report->estimates);
    put_kind(out, scenario->model, MEASURE_VALUE, report->estimates);
    put_forms(out, report);
}

/* ---- JSON ------------------------------------------------------------------------------------------ */

static void put_json_form(FILE *out, const struct report *report, size_t column) {
    double exact = report->exact[column];
    fputs(", \"exact\": ", out);
    json_number(out, exact);
    fputs(", \"z\": ", out);
    json_number(out, estimate_compare(&report->estimates[column], exact).z);
    bool judged = !isnan(closed_form_probability(&report->estimates[column], exact));
    fprintf(out, ", \"agrees\": %s, \"case\": ", !judged ? "null" : disagrees(report, column) ? "false" : "true");
    json_text(out, report->forms[column]->of->name);
}

static void put_json_measure(FILE *out, const struct report *report, size_t column) {
    char name[NAME_BYTES];
    const struct estimate *estimate = &report->estimates[column];
    const struct measure *measure = model_column(report->scenario->model, column, name, sizeof name);
    fputs("    ", out);
    json_key(out, name);
    fputs("{\"unit\": ", out);
    json_text(out, measure->unit);
    fputs(", \"mean\": ", out);
    json_number(out, estimate->mean);
    fputs(", \"half_width\": ", out);
    json_number(out, estimate->half_width);
    fprintf(out, ", \"n\": %zu", estimate->n);
    if (report->forms[column]) put_json_form(out, report, column);
    fputc('}', out);
}

void report_json(FILE *out, const struct report *report) {
    const struct scenario *scenario = report->scenario;
    size_t columns = model_columns(scenario->model);
    fputs("{\n  \"scenario\": ", out);
    json_text(out, scenario->name);
    fprintf(out, ",\n  \"seed\": %.0f,\n  \"version\": ", scenario->run.values[RUN_SEED].number);
    json_text(out, linger_version);
    precision_report_json(out, scenario, report->look);
    fputs(",\n", out);
    warmup_report_json(out, report->warmup);
    heavy_tail_report_json(out, scenario);
    if (batch_means_apply(scenario)) fputs("  \"intervals\": \"batch means\",\n", out);
    fputs("  \"measures\": {\n", out);
    for (size_t c = 0; c < columns; c++) {
        put_json_measure(out, report, c);
        fputs(c + 1 < columns ? ",\n" : "\n", out);
    }
    fputs("  }\n}\n", out);
}
