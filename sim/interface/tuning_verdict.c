/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/interface/tuning_verdict.h"

#include <math.h>

#include "sim/interface/report.h"
#include "sim/kernel/text.h"

enum { NAME_BYTES = 96 };

static void say_number(struct tuning_page *tuning, double value, const char *measure, const char *unit) {
    report_html_value(&tuning->page, &(struct estimate){.mean = value, .half_width = (double)NAN}, (struct report_quantity){measure, unit, false});
}

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
        struct report_quantity quantity = tuning_page_cost(tuning, k);
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
        report_html_code(&tuning->page, tuning_page_label(tuning, search->grid_best));
        report_html_say(&tuning->page, " alone of the levels is certain to keep the limits.");
        return;
    }
    report_html_say(&tuning->page, text_format(tuning->arena, "Of the %zu levels%s, ", search->n_feasible, search->question->n_limits ? " that keep the limits" : ""));
    report_html_code(&tuning->page, tuning_page_label(tuning, search->grid_best));
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
    report_html_code(&tuning->page, tuning_page_words(tuning, tuning->answer));
    report_html_say(&tuning->page, ": ");
    report_html_code(&tuning->page, objective->text);
    report_html_say(&tuning->page, " is ");
    report_html_value(&tuning->page, &search->estimate, tuning_page_sum(tuning, objective, "fresh"));
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
        report_html_code(&tuning->page, tuning_page_words(tuning, tuning->answer));
        report_html_say(&tuning->page, ", the knee of what settings trade: ");
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
    report_html_code(&tuning->page, tuning_page_words(tuning, nearest));
    report_html_say(&tuning->page, ", whose ");
    report_html_code(&tuning->page, limit->sum.text);
    report_html_say(&tuning->page, " is ");
    report_html_value(&tuning->page, &estimate, tuning_page_limit(tuning, k));
    report_html_say(&tuning->page, ".");
    report_html_end(&tuning->page);
    report_html_words(&tuning->page, n_undecided == 0 ? "Each of them breaks a limit for certain: its 95\xC2\xA0% interval lies on the wrong side. More replications do not change that; other "
                                                        "settings (--vary), another machine or less traffic may, or a limit that asks for less."
                                                      : text_format(tuning->arena, "Of %zu it is not decided: the 95\xC2\xA0%% interval lies on both sides of the limit, also after replications were "
                                                                    "added. Longer replications (run.horizon) or more of them (--replications) tell.", n_undecided));
}

void tuning_verdict(struct tuning_page *tuning) {
    switch (tuning->search->end) {
    case SEARCH_KNEE: put_knee_verdict(tuning); break;
    case SEARCH_INFEASIBLE: put_infeasible(tuning); break;
    default: put_chosen(tuning); break;
    }
    report_html_interval_words(&tuning->page);
}
