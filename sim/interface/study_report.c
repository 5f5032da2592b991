/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/interface/study_report.h"

#include <ctype.h>
#include <string.h>

#include "sim/interface/folder.h"
#include "sim/interface/plots_embedded.h"
#include "sim/interface/report.h"
#include "sim/interface/report_repeat.h"
#include "sim/interface/report_settings.h"
#include "sim/interface/study_page.h"
#include "sim/interface/warmup_report.h"
#include "sim/kernel/text.h"

enum { NAME_BYTES = 96, CAPTION_BYTES = 400 };

/* ---- what is kept ---------------------------------------------------------------------------------- */

static const struct model *model_of(const struct study_report *report) { return report->sweep->base->model; }

struct study_report study_report_open(const struct study_request *request, const struct sweep *sweep, struct arena *arena) {
    const struct model *model = sweep->base->model;
    struct study_report report = {.request = request, .sweep = sweep, .arena = arena};
    report.columns = ARENA_NEW(arena, model->n_headlines + 1, size_t);
    report.headlines = ARENA_NEW(arena, sweep->n_points * model->n_headlines + 1, struct estimate);
    for (size_t h = 0; h < model->n_headlines; h++) {
        report.columns[h] = model_column_find(model, model->headlines[h].column);
        SIM_ASSERT(report.columns[h] < model_columns(model));
    }
    return report;
}

void study_report_point(struct study_report *report, size_t point, const struct estimate *estimates) {
    size_t n = model_of(report)->n_headlines;
    for (size_t h = 0; h < n; h++) report->headlines[point * n + h] = estimates[report->columns[h]];
    report->last = estimates;
}

/* ---- pictures ------------------------------------------------------------------------------------------------ */

static bool put_picture(struct study_page *study, const char *name, const char *caption) {
    const char *file = text_format(study->arena, "%s/%s.svg", study->report->request->output_dir, name);
    return report_html_plot(&study->page, file, caption, text_format(study->arena, "Plot. %s The figures are in the tables of this page and in %s.",
                            caption, study->sweep->n_factors ? "results.csv" : "series.csv"), study->arena);
}

/* A script says at its head, behind its name, what it draws: the first sentence of that. */
static const char *caption_of(const struct plot_script *script, const char *name, struct arena *arena) {
    const char *said = strstr(script->text, text_format(arena, "# %s: ", name));
    if (!said) return name;
    char sentence[CAPTION_BYTES];
    size_t n = 0;
    for (said += strlen(name) + 4; n + 1 < sizeof sentence && *said && !(*said == '.' && isspace((unsigned char)said[1])); said++) {
        bool is_break = strncmp(said, "\n# ", 3) == 0;
        sentence[n++] = is_break ? ' ' : *said;
        said += is_break ? 2 : 0;
    }
    sentence[n] = '\0';
    return text_format(arena, "%s.", study_page_capital(sentence, arena));
}

/* One a measure, then what other scripts draw, but not the overview, which is the first ones once more and too small for a phone. */
static size_t put_pictures(struct study_page *study) {
    const struct model *model = study->sweep->base->model;
    size_t n = 0, columns = model_columns(model);
    for (size_t c = 0; c < columns; c++) {
        char name[NAME_BYTES];
        const struct measure *measure = model_column(model, c, name, sizeof name);
        n += put_picture(study, name, text_format(study->arena, "%s: %s", name, measure->help));
    }
    for (size_t i = 0; i < n_plot_scripts; i++) {
        const char *name = arena_text(study->arena, plot_scripts[i].name, strcspn(plot_scripts[i].name, "."));
        if (strcmp(name, "overview") != 0) n += put_picture(study, name, caption_of(&plot_scripts[i], name, study->arena));
    }
    return n;
}

static void put_plots(struct study_page *study, bool drawn) {
    report_html_section(&study->page, "Pictures");
    if (drawn && put_pictures(study) > 0) return;
    report_html_words(&study->page, "None were drawn with this report: gnuplot is not installed, or they were not wanted. linger plot DIR draws them into the folder.");
}

/* ---- the page -------------------------------------------------------------------------------------------------- */

/* Points have values of their own where the warm-up was found; those of one horizon have the same. */
static const char *subtitle(const struct sweep *sweep, struct arena *arena) {
    char horizon[NAME_BYTES], warmup[NAME_BYTES];
    const struct param_value *run = sweep->points[0].run.values;
    const char *settings = sweep->n_factors ? text_format(arena, "%zu settings, ", sweep->n_points) : "", *length = " of the whole trace", *cut = "";
    double n = run[RUN_REPLICATIONS].number;
    if (run[RUN_HORIZON].number > 0) length = text_format(arena, " of %s s", report_number(run[RUN_HORIZON].number, 6, horizon, sizeof horizon));
    if (run[RUN_WARMUP].number > 0)
        cut = text_format(arena, " (%s s warm-up%s)", report_number(run[RUN_WARMUP].number, 6, warmup, sizeof warmup),
                          warmup_report_is_found(&sweep->points[0]) ? " found" : "");
    return text_format(arena, "Simulated by linger: model %s, %s%.0f replication%s%s%s, seed %.0f", sweep->base->model->name, settings, n,
                       n > 1 ? "s" : "", length, cut, run[RUN_SEED].number);
}

static void put_page(struct study_page *study, bool drawn) {
    study_page_verdict(study);
    study_page_main_numbers(study);
    study_page_lines(study);
    put_plots(study, drawn);
    study_page_all_numbers(study);
    report_html_section(&study->page, "Assumptions");
    report_settings_assumptions(&study->page, study->sweep, NULL, study->arena);
    report_settings_left_out(&study->page, &study->sweep->points[0]);
    report_html_section(&study->page, "To repeat it");
    report_repeat(&study->page, study->report->request, study->sweep->base,
                  "results.csv beside this page has every measure, manifest.csv every parameter.", study->arena);
    report_html_close(&study->page);
}

bool study_report_write(const struct study_report *report, bool drawn, struct diag *diag) {
    const struct model *model = model_of(report);
    const char *path;
    FILE *file = folder_page(report->request, &path, report->arena, diag);
    if (!file) return false;
    struct study_page study = {.report = report, .sweep = report->sweep, .headlines = model->headlines, .n_headlines = model->n_headlines,
                            .arena = report->arena};
    study.page = report_html_open(file, report->sweep->base->name, subtitle(report->sweep, report->arena));
    put_page(&study, drawn);
    return folder_close_page(file, path, report->arena, diag);
}
