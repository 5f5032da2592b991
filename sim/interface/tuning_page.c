/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/interface/tuning_page.h"

#include <math.h>
#include <string.h>

#include "sim/interface/folder.h"
#include "sim/interface/growing_text.h"
#include "sim/interface/report.h"
#include "sim/interface/report_repeat.h"
#include "sim/interface/report_settings.h"
#include "sim/interface/setting_lines.h"
#include "sim/kernel/text.h"

enum { NAME_BYTES = 96, LABEL_BYTES = 512, COLUMNS_MAX = 5 + FRONT_PLOT_COSTS_MAX };

/* A page in work. */
struct tuning_page {
    const struct tuning_report *report;
    const struct search *search;
    const struct sweep *sweep;
    const char **keys; /* of the factors */
    size_t answer;     /* trials.n: none */
    struct report_html page;
    struct arena *arena;
};

static const char *label_of(const struct tuning_page *tuning, size_t id) {
    char label[LABEL_BYTES];
    tuning_report_label(tuning->search, id, label, sizeof label);
    return arena_text(tuning->arena, label, strlen(label));
}

/* "server.idle_limit = 6.27s". */
static const char *words_of(const struct tuning_page *tuning, size_t id) {
    const char *words = "";
    char value[LABEL_BYTES];
    for (size_t f = 0; f < tuning->sweep->n_factors; f++) {
        size_t index;
        const struct param_set *table = factor_table(&tuning->search->trials.settings[id], tuning->keys[f], &index);
        words = text_format(tuning->arena, "%s%s%s = %s", words, f ? ", " : "", tuning->keys[f], setting_value(table, index, value, sizeof value));
    }
    return words;
}

static void say_number(struct tuning_page *tuning, double value, const char *measure, const char *unit) {
    report_html_value(&tuning->page, &(struct estimate){.mean = value, .half_width = (double)NAN}, (struct report_quantity){measure, unit, false});
}

/* Whether the model says of a column that people read it as per cent. */
static bool is_share(const struct model *model, const char *column) {
    for (size_t h = 0; h < model->n_headlines; h++)
        if (strcmp(model->headlines[h].column, column) == 0) return model->headlines[h].is_share;
    return false;
}

static struct report_quantity cost_quantity(const struct tuning_page *tuning, size_t k) {
    char name[NAME_BYTES];
    const char *unit = tuning_report_cost_measure(tuning->report, k, name)->unit;
    return (struct report_quantity){arena_text(tuning->arena, name, strlen(name)), unit, is_share(tuning->sweep->base->model, name)};
}

/* `column` of tuning.csv holds the sum. */
static struct report_quantity sum_quantity(const struct tuning_page *tuning, const struct weighted_sum *sum, const char *column) {
    return (struct report_quantity){column, sum->unit, is_share(tuning->sweep->base->model, sum->text)};
}

static struct report_quantity limit_quantity(const struct tuning_page *tuning, size_t k) {
    return sum_quantity(tuning, &tuning->report->wish->limits[k].sum, text_format(tuning->arena, "limit_%zu", k + 1));
}

static bool has_front(const struct tuning_page *tuning) { return tuning->report->front && tuning->report->front->n_front > 0; }

/* ---- the verdict ------------------------------------------------------------------------------------------- */

/* "memory_total < 100 MB and page_response < 1s". */
static void say_limits(struct tuning_page *tuning) {
    const struct wish *wish = tuning->report->wish;
    for (size_t k = 0; k < wish->n_limits; k++) {
        if (k) report_html_say(&tuning->page, k + 1 < wish->n_limits ? ", " : " and ");
        report_html_code(&tuning->page, wish->limits[k].text);
    }
}

static void say_costs(struct tuning_page *tuning, size_t id) {
    for (size_t k = 0; k < tuning->report->front->d; k++) {
        struct estimate cost = tuning_report_cost(tuning->report, id, k);
        struct report_quantity quantity = cost_quantity(tuning, k);
        report_html_say(&tuning->page, k ? ", " : "");
        report_html_code(&tuning->page, quantity.measure);
        report_html_say(&tuning->page, " ");
        report_html_value(&tuning->page, &cost, quantity);
    }
}

static void say_interval(struct tuning_page *tuning) {
    const struct search *search = tuning->search;
    const char *key = tuning->keys[search->question->refined];
    size_t index;
    const struct param_set *table = factor_table(tuning->sweep->base, key, &index);
    const char *unit = param_unit(table->params[index].type);
    bool from = !isinf(search->low), to = !isinf(search->high);
    report_html_say(&tuning->page, " The best ");
    report_html_code(&tuning->page, key);
    report_html_say(&tuning->page, !from && !to ? " lies anywhere in what was tried" : from && to ? " lies between " : from ? " lies above " : " lies below ");
    if (from) say_number(tuning, search->low, "low", unit);
    if (from && to) report_html_say(&tuning->page, " and ");
    if (to) say_number(tuning, search->high, "high", unit);
    report_html_say(&tuning->page, " (95\xC2\xA0%).");
}

/* What the selection promises, which is about the settings of the grid. */
static void say_promise(struct tuning_page *tuning) {
    const struct search *search = tuning->search;
    const struct selection *selection = &search->selection;
    const char *unit = search->question->objective->unit;
    char zone[NAME_BYTES];
    struct report_scale scale = report_scale_of(unit, selection->delta);
    if (search->n_feasible < 2) {
        report_html_code(&tuning->page, label_of(tuning, search->grid_best));
        report_html_say(&tuning->page, " alone of the levels is certain to keep the limits.");
        return;
    }
    report_html_say(&tuning->page, text_format(tuning->arena, "Of the %zu levels%s, ", search->n_feasible, search->question->n_limits ? " that keep the limits" : ""));
    report_html_code(&tuning->page, label_of(tuning, search->grid_best));
    report_html_say(&tuning->page, text_format(tuning->arena, " is the best with at least %g\xC2\xA0%% probability, if it is better by %s%s%s or more.",
                                               100 * selection->probability, report_number(selection->delta / scale.si, 3, zone, sizeof zone),
                                               *unit && *scale.name ? "\xC2\xA0" : "", *unit ? scale.name : ""));
}

static void put_chosen(struct tuning_page *tuning) {
    const struct search *search = tuning->search;
    const struct weighted_sum *objective = search->question->objective;
    bool is_decided = search->end == SEARCH_DECIDED;
    report_html_verdict(&tuning->page);
    if (!is_decided)
        report_html_say(&tuning->page, text_format(tuning->arena, "Not decided: the budget of %llu replications is used up. The best so far is ",
                                                   (unsigned long long)search->selection.budget));
    else report_html_say(&tuning->page, "Write ");
    report_html_code(&tuning->page, words_of(tuning, tuning->answer));
    report_html_say(&tuning->page, ": ");
    report_html_code(&tuning->page, objective->text);
    report_html_say(&tuning->page, " is ");
    report_html_value(&tuning->page, &search->estimate, sum_quantity(tuning, objective, "fresh"));
    report_html_say(&tuning->page, text_format(tuning->arena, ", over %d replications that had no part in the choice.", SEARCH_FRESH));
    report_html_end(&tuning->page);
    report_html_verdict(&tuning->page);
    if (is_decided) say_promise(tuning);
    else report_html_say(&tuning->page, "Of the others nothing is promised.");
    if (search->has_interval) say_interval(tuning);
    report_html_end(&tuning->page);
    report_html_words(&tuning->page, is_decided ? "The probability is that of the procedure KN (Kim and Nelson 2001), of the levels that were asked for. What was refined between "
                                                  "them is kept only where fresh replications do not refuse it."
                                                : "Settings that are still in the race are too near to each other for so few replications. A larger --budget tells, or a larger "
                                                  "--indifference: a difference that does not matter.");
}

static void put_knee_verdict(struct tuning_page *tuning) {
    report_html_verdict(&tuning->page);
    if (tuning->answer < tuning->search->trials.n) {
        report_html_say(&tuning->page, "Write ");
        report_html_code(&tuning->page, words_of(tuning, tuning->answer));
        report_html_say(&tuning->page, ", where no cost can fall by much without another rising by more: ");
        say_costs(tuning, tuning->answer);
        report_html_say(&tuning->page, ".");
    } else report_html_say(&tuning->page, "No answer: no setting was observed in all costs.");
    report_html_end(&tuning->page);
    report_html_words(&tuning->page, "No objective was stated, so the knee of the front is the answer, which gives each cost the same weight over its range. That "
                                     "is a choice. Who knows what a megabyte and a millisecond are worth states it: --objective 'minimise ...', with limits by --slo.");
}

/* How far beyond its worst limit a setting is, by the means. */
static double worst_excess(const struct tuning_page *tuning, size_t id) {
    double worst = 0;
    for (size_t k = 0; k < tuning->report->wish->n_limits; k++) {
        struct estimate estimate;
        tuning_report_limit(tuning->report, id, k, &estimate);
        double excess = limit_excess(&tuning->report->wish->limits[k], estimate.mean);
        if (!(excess <= worst)) worst = excess; /* also NAN, which was not observed */
    }
    return isnan(worst) ? HUGE_VAL : worst;
}

static void put_infeasible(struct tuning_page *tuning) {
    const struct search *search = tuning->search;
    size_t n_undecided = 0, nearest = 0;
    for (size_t id = 0; id < search->trials.n; id++) {
        n_undecided += search->settings[id].verdict == LIMIT_UNDECIDED;
        if (worst_excess(tuning, id) < worst_excess(tuning, nearest)) nearest = id;
    }
    struct estimate estimate;
    size_t k = search->settings[nearest].limit;
    const struct limit *limit = &tuning->report->wish->limits[k];
    tuning_report_limit(tuning->report, nearest, k, &estimate);
    report_html_verdict(&tuning->page);
    report_html_say(&tuning->page, text_format(tuning->arena, "No answer: none of the %zu settings is certain to keep ", search->trials.n));
    say_limits(tuning);
    report_html_say(&tuning->page, ".");
    report_html_end(&tuning->page);
    report_html_verdict(&tuning->page);
    report_html_say(&tuning->page, "The nearest is ");
    report_html_code(&tuning->page, words_of(tuning, nearest));
    report_html_say(&tuning->page, ", whose ");
    report_html_code(&tuning->page, limit->sum.text);
    report_html_say(&tuning->page, " is ");
    report_html_value(&tuning->page, &estimate, limit_quantity(tuning, k));
    report_html_say(&tuning->page, ".");
    report_html_end(&tuning->page);
    report_html_words(&tuning->page, n_undecided == 0 ? "Each of them breaks a limit for certain: its 95\xC2\xA0% interval lies on the wrong side. More replications do not change that; other "
                                                        "settings (--vary), another machine or less traffic may, or a limit that asks for less."
                                                      : text_format(tuning->arena, "Of %zu it is not decided: the 95\xC2\xA0%% interval lies on both sides of the limit, also after replications were "
                                                                    "added. Longer replications (run.horizon) or more of them (--replications) tell.", n_undecided));
}

static void put_verdict(struct tuning_page *tuning) {
    switch (tuning->search->end) {
    case SEARCH_KNEE: put_knee_verdict(tuning); break;
    case SEARCH_INFEASIBLE: put_infeasible(tuning); break;
    default: put_chosen(tuning); break;
    }
    report_html_interval_words(&tuning->page);
}

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
    } else
        report_html_words(&tuning->page, product ? text_format(tuning->arena, "The preset of %s has no directive for it.", product)
                                                 : "With --set server.preset=NAME (linger presets) the directives of a product stand here too.");
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
        report_html_cell(&tuning->page, label_of(tuning, order[i]));
        for (size_t k = 0; k < wish->n_limits; k++) {
            struct estimate estimate;
            enum limit_verdict verdict = tuning_report_limit(tuning->report, order[i], k, &estimate);
            report_html_number(&tuning->page, &estimate, limit_quantity(tuning, k));
            report_html_cell(&tuning->page, verdict_word(verdict));
        }
    }
    report_html_end(&tuning->page);
}

/* ---- what settings trade ------------------------------------------------------------------------------------------- */

static const char *costs_words(const struct tuning_page *tuning) {
    const char *words = "";
    size_t d = tuning->report->front->d;
    for (size_t k = 0; k < d; k++) words = text_format(tuning->arena, "%s%s%s", words, k == 0 ? "" : k + 1 < d ? ", " : " and ", cost_quantity(tuning, k).measure);
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
    for (size_t k = 0; k < front->d; k++) headings[1 + k] = cost_quantity(tuning, k).measure;
    report_html_table(&tuning->page, text_format(tuning->arena, "The Pareto front: %zu of %zu settings, refined ones too", front->n_front, tuning->search->trials.n), headings, 1 + front->d);
    for (size_t i = 0; i < tuning->search->trials.n; i++) {
        if (!front->is_front[order[i]]) continue;
        bool is_knee = order[i] == front->knee, is_answer = order[i] == tuning->answer;
        report_html_cell(&tuning->page, text_format(tuning->arena, "%s%s%s", label_of(tuning, order[i]), is_knee ? ", knee" : "", is_answer ? ", the answer" : ""));
        for (size_t k = 0; k < front->d; k++) {
            struct estimate cost = tuning_report_cost(tuning->report, order[i], k);
            report_html_number(&tuning->page, &cost, cost_quantity(tuning, k));
        }
    }
    report_html_end(&tuning->page);
    if (front->knee == tuning->search->trials.n) return;
    report_html_paragraph(&tuning->page);
    report_html_say(&tuning->page, "Its knee is ");
    report_html_code(&tuning->page, words_of(tuning, front->knee));
    report_html_say(&tuning->page, text_format(tuning->arena, ", the same in %.0f\xC2\xA0%% of the replications: nearest to where every cost is least, which no setting reaches, each cost scaled from 0 to 1 over the "
                                               "front (compromise programming, Yu 1973).", 100 * front->sure));
    report_html_end(&tuning->page);
}

static void put_trade(struct tuning_page *tuning, const char *dir, bool drawn) {
    if (!tuning->report->front) return;
    report_html_section(&tuning->page, "What settings trade");
    if (!has_front(tuning)) {
        report_html_words(&tuning->page, "Nothing: of settings that break a limit there is no front.");
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
    report_html_cell(&tuning->page, label_of(tuning, id));
    if (search->question->objective) report_html_number(&tuning->page, &objective, sum_quantity(tuning, search->question->objective, "objective"));
    for (size_t k = 0; tuning->report->front && k < tuning->report->front->d; k++) {
        struct estimate cost = tuning_report_cost(tuning->report, id, k);
        report_html_number(&tuning->page, &cost, cost_quantity(tuning, k));
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
    for (size_t k = 0; tuning->report->front && k < tuning->report->front->d; k++) headings[n++] = cost_quantity(tuning, k).measure;
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
    put_verdict(tuning);
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
