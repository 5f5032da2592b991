/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The files of -o, SI units.
 *
 *   slots.csv      how slots are spent: part, measure, mean, share
 *   findings.csv   rule, measure, value, unit, limit, parameter, words, source
 *   settings.csv   the settings tried: changes, page_response, page_response_p95, memory_total, memory_total_peak, fate, half-widths of the four, n replications
 *   measures.csv   every measure of the present settings: measure, unit, mean, half_width, n
 *   promises.csv   measure, unit, now, then, difference, half_width, n; absent when nothing is to be changed
 *   advise.patch   what to write; absent when there is nothing
 *   front_data.csv, front_settings.gp, front.svg, front.png   the settings tried, as a picture (front_plot.h)
 *   report.html    all of it for people (advise_page.c)
 */
#include "models/advice/advise.h"

#include <string.h>

#include "models/models.h"
#include "sim/experiment/front.h"
#include "sim/interface/folder.h"
#include "sim/interface/front_plot.h"
#include "sim/kernel/text.h"

static const char *const tried[] = {"page_response", "page_response_p95", "memory_total", "memory_total_peak"};
enum { TRIED = sizeof tried / sizeof tried[0] };

/* ---- tables -------------------------------------------------------------------------------------------------------- */

static void write_slots(FILE *out, const struct advise *advise) {
    fputs("part,measure,mean,share\n", out);
    for (size_t i = 0; i < advise->slots.n; i++) {
        const struct advise_slot *part = &advise->slots.parts[i];
        fprintf(out, "%s,%s,", part->name, part->measure);
        results_put_number(out, part->mean);
        fputc(',', out);
        results_put_number(out, part->share);
        fputc('\n', out);
    }
}

static void write_findings(FILE *out, const struct advise *advise) {
    fputs("rule,measure,value,unit,limit,parameter,words,source\n", out);
    for (size_t i = 0; i < advise->n_findings; i++) {
        const struct finding *finding = &advise->findings[i];
        fprintf(out, "%s,", finding->rule);
        results_put_text(out, finding->measure);
        fputc(',', out);
        results_put_number(out, finding->value);
        fprintf(out, ",%s,", finding->unit);
        results_put_number(out, finding->limit);
        fprintf(out, ",%s,", web_params[finding->param].name);
        results_put_text(out, finding->words);
        fputc(',', out);
        results_put_text(out, finding->source);
        fputc('\n', out);
    }
}

static void write_settings(FILE *out, const struct advise *advise) {
    fputs("changes", out);
    for (size_t k = 0; k < TRIED; k++) fprintf(out, ",%s", tried[k]);
    fputs(",fate", out);
    for (size_t k = 0; k < TRIED; k++) fprintf(out, ",%s_half_width", tried[k]);
    fputs(",n\n", out);
    for (size_t i = 0; i < advise->n_settings; i++) {
        const struct advise_setting *setting = &advise->settings[i];
        for (size_t k = 0; k < setting->n; k++) fprintf(out, "%s%s=%s", k ? " " : "", setting->changes[k].key, setting->changes[k].value);
        for (size_t k = 0; k < TRIED; k++) {
            fputc(',', out);
            results_put_number(out, advise_tried(advise, i, tried[k]).mean);
        }
        fprintf(out, ",%s", advise_fate_word(advise, i));
        for (size_t k = 0; k < TRIED; k++) {
            fputc(',', out);
            results_put_number(out, advise_tried(advise, i, tried[k]).half_width);
        }
        fprintf(out, ",%u\n", advise->trials.n_rows[i]);
    }
}

static void put_row(FILE *out, const double *values, size_t n, size_t count) {
    for (size_t i = 0; i < n; i++) {
        fputc(',', out);
        results_put_number(out, values[i]);
    }
    fprintf(out, ",%zu\n", count);
}

static void write_measures(FILE *out, const struct advise *advise) {
    char name[64];
    fputs("measure,unit,mean,half_width,n\n", out);
    for (size_t c = 0; c < model_columns(&model_web); c++) {
        const struct measure *measure = model_column(&model_web, c, name, sizeof name);
        const double values[] = {advise->estimates[c].mean, advise->estimates[c].half_width};
        fprintf(out, "%s,%s", name, measure->unit);
        put_row(out, values, 2, advise->estimates[c].n);
    }
}

static void write_promises(FILE *out, const struct advise *advise) {
    char name[64];
    fputs("measure,unit,now,then,difference,half_width,n\n", out);
    for (size_t i = 0; i < ADVISE_PROMISES; i++) {
        const struct difference *d = &advise->promises[i];
        const struct measure *measure = model_column(&model_web, model_column_find(&model_web, advise_promised[i]), name, sizeof name);
        const double values[] = {d->mean_a, d->mean_b, d->mean, d->half_width};
        fprintf(out, "%s,%s", name, measure->unit);
        put_row(out, values, 4, d->n);
    }
}

static void write_patch(FILE *out, const struct advise *advise) { fputs(advise->patch, out); }

/* ---- the picture ------------------------------------------------------------------------------------------------------- */

/* "2 s and 300 slots": as short as a label must be, and without commas, at which gnuplot cuts. */
static const char *label_of(const struct advise *advise, size_t i) {
    const struct param_value *v = advise->scenario.params.values;
    const struct advise_setting *setting = &advise->settings[i];
    const char *label = "", *slots = web_params[advise->fit.limit].name;
    if (setting->n == 0) return v[SERVER_KEEPALIVE].number > 0 ? text_format(advise->arena, "%.6g s", v[SERVER_IDLE_LIMIT].number) : "off";
    for (size_t k = 0; k < setting->n; k++) {
        const char *key = setting->changes[k].key, *value = setting->changes[k].value, *between = k ? " and " : "";
        if (strcmp(key, "server.idle_limit") == 0) label = text_format(advise->arena, "%s%s%s s", label, between, value);
        else if (strcmp(key, slots) == 0) label = text_format(advise->arena, "%s%s%s slots", label, between, value);
        else if (strcmp(key, "server.keepalive") == 0) label = text_format(advise->arena, "%s%s%s", label, between, value);
        else label = text_format(advise->arena, "%s%s%s=%s", label, between, strchr(key, '.') + 1, value);
    }
    return label;
}

static bool draw(const struct advise *advise, struct diag *diag) {
    struct front_point points[ADVISE_SETTINGS_MAX];
    struct front_plot plot = {.scenario = advise->has_config ? advise->config.main_file : advise->scenario.name, .objective = "tried by linger advise",
                              .factor = "a setting", .factor_unit = "", .name = {"memory_total", "page_response"}, .unit = {"B", "s"}, .n_costs = 2,
                              .knee_words = ", now", .best_words = ", advised", .points = points, .n = advise->n_settings};
    double cost[ADVISE_SETTINGS_MAX * 2];
    bool is_front[ADVISE_SETTINGS_MAX];
    for (size_t i = 0; i < plot.n; i++) {
        points[i] = (struct front_point){.label = label_of(advise, i), .is_knee = i == 0, .is_best = advise->best && i == advise->best};
        for (size_t k = 0; k < plot.n_costs; k++) {
            points[i].cost[k] = advise_tried(advise, i, plot.name[k]);
            cost[plot.n_costs * i + k] = advise_is_possible(advise, i) ? points[i].cost[k].mean : NOTHING_OBSERVED;
        }
    }
    front_find(cost, plot.n, plot.n_costs, is_front);
    for (size_t i = 0; i < plot.n; i++) points[i].is_front = is_front[i];
    return front_plot_write(&advise->request->study, &plot, advise->arena, diag) && front_plot_draw(&advise->request->study);
}

/* ---- the folder -------------------------------------------------------------------------------------------------------- */

/* The folder is made and its manifest written before anything costs time. */
bool advise_data_begin(struct advise *advise, struct diag *diag) {
    static const char *const names[] = {"measures.csv", "slots.csv", "findings.csv", "settings.csv", "promises.csv", "advise.patch", "front_data.csv",
                                        "front_settings.gp", NULL};
    const struct study_request *request = &advise->request->study;
    struct sweep sweep = {.base = &advise->scenario, .points = &advise->scenario, .n_points = 1};
    const char *path;
    if (!folder_claim(request, &model_web, names, advise->arena, diag)) return false;
    FILE *file = folder_file(request, "measures.csv", NULL, &path, advise->arena, diag);
    return file && folder_close_file(file, path, diag) && folder_manifest(request, "manifest.csv", &sweep, advise->arena, diag);
}

bool advise_data(const struct advise *advise, struct diag *diag) {
    const struct {
        const char *name;
        void (*write)(FILE *out, const struct advise *advise);
        bool wanted;
    } files[] = {{"measures.csv", write_measures, true},
                 {"slots.csv", write_slots, true},
                 {"findings.csv", write_findings, true},
                 {"settings.csv", write_settings, true},
                 {"promises.csv", write_promises, advise->best != 0},
                 {"advise.patch", write_patch, advise->patch != NULL}};
    bool ok = true;
    for (size_t i = 0; i < sizeof files / sizeof files[0] && ok; i++) {
        const char *path;
        if (!files[i].wanted) continue;
        FILE *file = folder_file(&advise->request->study, files[i].name, NULL, &path, advise->arena, diag);
        if (!file) return false;
        files[i].write(file, advise);
        ok = folder_close_file(file, path, diag);
    }
    if (!ok) return false;
    bool drawn = draw(advise, diag);
    return diag_ok(diag) && advise_page(advise, drawn, diag);
}
