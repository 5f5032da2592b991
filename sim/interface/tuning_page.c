/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/interface/tuning_page.h"

#include <string.h>

#include "sim/interface/folder.h"
#include "sim/interface/growing_text.h"
#include "sim/interface/report.h"
#include "sim/interface/report_repeat.h"
#include "sim/interface/report_settings.h"
#include "sim/interface/setting_lines.h"
#include "sim/interface/tuning_verdict.h"
#include "sim/kernel/text.h"

enum { NAME_BYTES = 96, LABEL_BYTES = 512, COLUMNS_MAX = 5 + FRONT_PLOT_COSTS_MAX };

const char *tuning_page_label(const struct tuning_page *tuning, size_t id) {
    char label[LABEL_BYTES];
    tuning_report_label(tuning->search, id, label, sizeof label);
    return arena_text(tuning->arena, label, strlen(label));
}

const char *tuning_page_words(const struct tuning_page *tuning, size_t id) {
    const char *words = "";
    char value[LABEL_BYTES];
    for (size_t f = 0; f < tuning->sweep->n_factors; f++) {
        size_t index;
        const struct param_set *table = factor_table(&tuning->search->trials.settings[id], tuning->keys[f], &index);
        words = text_format(tuning->arena, "%s%s%s = %s", words, f ? ", " : "", tuning->keys[f], setting_value(table, index, value, sizeof value));
    }
    return words;
}

struct report_quantity tuning_page_cost(const struct tuning_page *tuning, size_t k) {
    char name[NAME_BYTES];
    const char *unit = tuning_report_cost_measure(tuning->report, k, name)->unit;
    return (struct report_quantity){arena_text(tuning->arena, name, strlen(name)), unit, report_is_share(tuning->sweep->base->model, name)};
}

struct report_quantity tuning_page_sum(const struct tuning_page *tuning, const struct weighted_sum *sum, const char *column) {
    return (struct report_quantity){column, sum->unit, report_is_share(tuning->sweep->base->model, sum->text)};
}

struct report_quantity tuning_page_limit(const struct tuning_page *tuning, size_t k) {
    return tuning_page_sum(tuning, &tuning->report->wish->limits[k].sum, text_format(tuning->arena, "limit_%zu", k + 1));
}

static bool has_front(const struct tuning_page *tuning) { return tuning->report->front && tuning->report->front->n_front > 0; }

/* ---- lines to paste ------------------------------------------------------------------------------------------ */

static void put_lines(struct tuning_page *tuning) {
    report_html_section(&tuning->page, "Lines to paste");
    if (tuning->answer == tuning->search->trials.n) {
        report_html_words(&tuning->page, "None: there is no answer.");
        return;
    }
    const struct scenario *scenario = &tuning->search->trials.settings[tuning->answer];
    struct growing_text growing;
    report_html_words(&tuning->page, tuning->search->end == SEARCH_BUDGET ? "Of the best so far, as lines of a scenario:" : "As lines of a scenario:");
    growing_text_open(&growing);
    setting_lines_ours(growing.out, scenario, tuning->keys, tuning->sweep->n_factors, "");
    report_html_lines(&tuning->page, growing_text_take(&growing, tuning->arena));
    growing_text_open(&growing);
    size_t n = setting_lines_vendor(growing.out, scenario, tuning->keys, tuning->sweep->n_factors, "");
    const char *vendors = growing_text_take(&growing, tuning->arena), *product = setting_lines_product(scenario);
    if (n) {
        report_html_words(&tuning->page, text_format(tuning->arena, "In the configuration of %s:", product));
        report_html_lines(&tuning->page, vendors);
    } else if (product) {
        report_html_words(&tuning->page, text_format(tuning->arena, "The preset of %s has no directive for it.", product));
    } else {
        const struct model *model = tuning->sweep->base->model;
        for (size_t i = 0; i < model->n_params; i++)
            if (model->params[i].type == PARAM_PRESET) {
                report_html_words(&tuning->page, text_format(tuning->arena, "With --set %s=NAME (linger presets) the directives of a product stand here too.", model->params[i].name));
                return;
            }
    }
}

/* ---- limits ---------------------------------------------------------------------------------------------------- */

static const char *verdict_word(enum limit_verdict verdict) {
    return verdict == LIMIT_HOLDS ? "holds" : verdict == LIMIT_FAILS ? "fails" : "undecided";
}

static void put_limits(struct tuning_page *tuning) {
    const struct wish *wish = tuning->report->wish;
    const size_t *order = tuning_report_order(tuning->search);
    const char **headings = ARENA_NEW(tuning->arena, 2 * wish->n_limits + 1, const char *);
    if (wish->n_limits == 0) return;
    report_html_section(&tuning->page, "Limits");
    report_html_words(&tuning->page, "A limit holds when the whole 95\xC2\xA0% interval lies on its right side, and fails when it lies on the wrong one. What is undecided is not chosen.");
    headings[0] = "setting";
    for (size_t k = 0; k < wish->n_limits; k++) {
        headings[1 + 2 * k] = wish->limits[k].sum.text;
        headings[2 + 2 * k] = wish->limits[k].text;
    }
    report_html_table(&tuning->page, "How each setting fares", headings, 2 * wish->n_limits + 1);
    for (size_t i = 0; i < tuning->search->trials.n; i++) {
        if (!tuning_report_is_shown(tuning->report, order[i])) continue;
        report_html_cell(&tuning->page, tuning_page_label(tuning, order[i]));
        for (size_t k = 0; k < wish->n_limits; k++) {
            struct estimate estimate;
            enum limit_verdict verdict = tuning_report_limit(tuning->report, order[i], k, &estimate);
            report_html_number(&tuning->page, &estimate, tuning_page_limit(tuning, k));
            report_html_cell(&tuning->page, verdict_word(verdict));
        }
    }
    report_html_end(&tuning->page);
}

/* ---- what settings trade ------------------------------------------------------------------------------------------- */

static const char *costs_words(const struct tuning_page *tuning) {
    const char *words = "";
    size_t d = tuning->report->front->d;
    for (size_t k = 0; k < d; k++) words = text_format(tuning->arena, "%s%s%s", words, k == 0 ? "" : k + 1 < d ? ", " : " and ", tuning_page_cost(tuning, k).measure);
    return words;
}

static void put_picture(struct tuning_page *tuning, const char *dir, bool drawn) {
    const char *caption = text_format(tuning->arena, "What settings trade: %s. Filled and joined: nothing beats them in every way; hollow: beaten, or a limit breaks. Bars: 95\xC2\xA0%% confidence.",
                                      costs_words(tuning));
    const char *label = text_format(tuning->arena, "Plot. %s The figures are in the tables of this page and in tuning.csv.", caption);
    if (drawn && report_html_plot(&tuning->page, text_format(tuning->arena, "%s/front.svg", dir), caption, label, tuning->arena)) return;
    report_html_words(&tuning->page, "No picture was drawn with this report: gnuplot is not installed, or none was wanted. gnuplot DIR/front.gp draws it into the folder; the numbers are below.");
}

static void put_front(struct tuning_page *tuning) {
    const struct search_front *front = tuning->report->front;
    const size_t *order = tuning_report_order(tuning->search);
    const char *headings[1 + FRONT_PLOT_COSTS_MAX];
    headings[0] = "setting";
    for (size_t k = 0; k < front->d; k++) headings[1 + k] = tuning_page_cost(tuning, k).measure;
    report_html_table(&tuning->page, text_format(tuning->arena, "The Pareto front: %zu of %zu settings, refined ones too", front->n_front, tuning->search->trials.n), headings, 1 + front->d);
    for (size_t i = 0; i < tuning->search->trials.n; i++) {
        if (!front->is_front[order[i]]) continue;
        bool is_knee = order[i] == front->knee, is_answer = order[i] == tuning->answer;
        report_html_cell(&tuning->page, text_format(tuning->arena, "%s%s%s", tuning_page_label(tuning, order[i]), is_knee ? ", knee" : "", is_answer ? ", the answer" : ""));
        for (size_t k = 0; k < front->d; k++) {
            struct estimate cost = tuning_report_cost(tuning->report, order[i], k);
            report_html_number(&tuning->page, &cost, tuning_page_cost(tuning, k));
        }
    }
    report_html_end(&tuning->page);
    if (front->knee == tuning->search->trials.n) return;
    report_html_paragraph(&tuning->page);
    report_html_say(&tuning->page, "Its knee is ");
    report_html_code(&tuning->page, tuning_page_words(tuning, front->knee));
    report_html_say(&tuning->page, text_format(tuning->arena, ", the same in %.0f\xC2\xA0%% of the replications: nearest to where every cost is least, which no setting reaches, each cost scaled from 0 to 1 over the "
                                               "front (compromise programming, Yu 1973).", 100 * front->sure));
    report_html_end(&tuning->page);
}

static void put_trade(struct tuning_page *tuning, const char *dir, bool drawn) {
    if (!tuning->report->front) return;
    report_html_section(&tuning->page, "What settings trade");
    if (!has_front(tuning)) {
        report_html_words(&tuning->page, "Only settings that are certain to keep the limits stand on the front, and there is none.");
        return;
    }
    report_html_words(&tuning->page, text_format(tuning->arena, "Of %s all should be small. Going from one setting of the front to another always costs something.", costs_words(tuning)));
    put_picture(tuning, dir, drawn);
    put_front(tuning);
}

static void put_optimum(struct tuning_page *tuning) {
    const struct optimum *optimum = tuning->report->optimum;
    struct growing_text growing;
    if (!optimum || !optimum->n_lines) return;
    report_html_section(&tuning->page, "Without a simulation");
    growing_text_open(&growing);
    tuning_report_optimum(growing.out, optimum);
    report_html_words(&tuning->page, text_format(tuning->arena, "What theory, or the log itself, knows of %s:", optimum->key));
    report_html_lines(&tuning->page, growing_text_take(&growing, tuning->arena));
}

/* ---- all settings ---------------------------------------------------------------------------------------------------- */

static const char *fate_of(const struct tuning_page *tuning, size_t id) {
    const struct searched *searched = &tuning->search->settings[id];
    const char *place = has_front(tuning) && tuning->report->front->is_front[id] ? "on the front" : "";
    if (id == tuning->answer) place = *place ? "the answer, on the front" : "the answer";
    if (searched->verdict == LIMIT_HOLDS) return *place ? place : tuning->report->front ? "beaten" : "";
    return text_format(tuning->arena, "limit %s", searched->verdict == LIMIT_FAILS ? "fails" : "undecided");
}

static void put_setting(struct tuning_page *tuning, size_t id) {
    const struct search *search = tuning->search;
    struct estimate objective = tuning_report_objective(search, id);
    report_html_cell(&tuning->page, tuning_page_label(tuning, id));
    if (search->question->objective) report_html_number(&tuning->page, &objective, tuning_page_sum(tuning, search->question->objective, "objective"));
    for (size_t k = 0; tuning->report->front && k < tuning->report->front->d; k++) {
        struct estimate cost = tuning_report_cost(tuning->report, id, k);
        report_html_number(&tuning->page, &cost, tuning_page_cost(tuning, k));
    }
    report_html_cell(&tuning->page, fate_of(tuning, id));
    report_html_cell(&tuning->page, text_format(tuning->arena, "%u%s", search->trials.n_rows[id], search->settings[id].is_refined ? ", refined" : ""));
}

static void put_settings(struct tuning_page *tuning) {
    const struct search *search = tuning->search;
    const size_t *order = tuning_report_order(search);
    const char *headings[COLUMNS_MAX];
    size_t n = 0;
    headings[n++] = "setting";
    if (search->question->objective) headings[n++] = "objective";
    for (size_t k = 0; tuning->report->front && k < tuning->report->front->d; k++) headings[n++] = tuning_page_cost(tuning, k).measure;
    headings[n++] = "fate";
    headings[n++] = "replications";
    report_html_section(&tuning->page, "All numbers");
    report_html_fold(&tuning->page, text_format(tuning->arena, "All %zu settings", search->trials.n));
    report_html_table(&tuning->page, search->question->objective ? text_format(tuning->arena, "Means and their intervals. Objective: %s", tuning->report->objective)
                                                                 : "Means and their intervals", headings, n);
    for (size_t i = 0; i < search->trials.n; i++) put_setting(tuning, order[i]);
    report_html_end(&tuning->page);
    report_html_end(&tuning->page);
}

/* ---- the page --------------------------------------------------------------------------------------------------------- */

static const char *subtitle(const struct tuning_page *tuning) {
    const struct search *search = tuning->search;
    const struct param_value *run = tuning->sweep->points[0].run.values;
    char horizon[NAME_BYTES];
    const char *length = run[RUN_HORIZON].number > 0 ? text_format(tuning->arena, " of %s s", report_number(run[RUN_HORIZON].number, 6, horizon, sizeof horizon)) : " of the whole trace";
    return text_format(tuning->arena, "Tuned by linger: model %s, %s, %zu settings, %llu replications%s, seed %.0f", tuning->sweep->base->model->name, tuning->report->objective,
                       search->trials.n, (unsigned long long)(search->trials.spent + search->fresh.spent), length, run[RUN_SEED].number);
}

static void put_page(struct tuning_page *tuning, const struct study_request *request, bool drawn) {
    tuning_verdict(tuning);
    put_lines(tuning);
    put_limits(tuning);
    put_trade(tuning, request->output_dir, drawn);
    put_optimum(tuning);
    put_settings(tuning);
    report_html_section(&tuning->page, "Assumptions");
    report_settings_assumptions(&tuning->page, tuning->sweep, NULL, tuning->arena);
    report_settings_left_out(&tuning->page, &tuning->sweep->points[0]);
    report_html_section(&tuning->page, "To repeat it");
    report_repeat(&tuning->page, request, tuning->sweep->base, "tuning.csv beside this page has every setting, manifest.csv every parameter.", tuning->arena);
    report_html_close(&tuning->page);
}

bool tuning_page_write(const struct tuning_report *report, const struct study_request *request, bool drawn, struct arena *arena, struct diag *diag) {
    const struct sweep *sweep = report->search->question->sweep;
    struct tuning_page tuning = {.report = report, .search = report->search, .sweep = sweep, .keys = ARENA_NEW(arena, sweep->n_factors + 1, const char *),
                                 .answer = tuning_report_answer(report), .arena = arena};
    const char *path;
    FILE *file = folder_page(request, &path, arena, diag);
    if (!file) return false;
    for (size_t f = 0; f < sweep->n_factors; f++) tuning.keys[f] = sweep->factors[f].key;
    tuning.page = report_html_open(file, sweep->base->name, subtitle(&tuning));
    put_page(&tuning, request, drawn);
    return folder_close_page(file, path, arena, diag);
}
