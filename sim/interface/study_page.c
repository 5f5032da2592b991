/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/interface/study_page.h"

#include <ctype.h>
#include <math.h>
#include <string.h>

#include "sim/experiment/batch_means.h"
#include "sim/experiment/closed_form.h"
#include "sim/experiment/extremes.h"
#include "sim/interface/report.h"
#include "sim/interface/report_settings.h"
#include "sim/kernel/text.h"

enum { VERDICT_HEADLINES = 2, POINT_ROWS_MAX = 500, NAME_BYTES = 96 };

static struct surface surface_of(const struct study_page *study, size_t h) {
    return (struct surface){study->sweep, study->report->headlines + h, study->n_headlines};
}

static struct report_quantity quantity_of(const struct study_page *study, size_t h) {
    char name[NAME_BYTES];
    const struct measure *measure = model_column(study->sweep->base->model, study->report->columns[h], name, sizeof name);
    return (struct report_quantity){study->headlines[h].column, measure->unit, study->headlines[h].is_share};
}

const char *study_page_capital(const char *words, struct arena *arena) {
    char *text = arena_text(arena, words, strlen(words));
    text[0] = (char)toupper((unsigned char)text[0]);
    return text;
}

/* One headline over the sweep. */
struct span_of_points {
    struct extreme low, high;
    const struct estimate *lowest, *highest; /* NULL: never observed */
    bool is_one; /* the intervals of lowest and highest touch */
};

static struct span_of_points find_span(const struct study_page *study, size_t h) {
    struct surface surface = surface_of(study, h);
    struct span_of_points span = {.low = extremes_find(&surface, false, study->arena), .high = extremes_find(&surface, true, study->arena)};
    if (span.low.point == study->sweep->n_points) return span;
    span.lowest = surface_at(&surface, span.low.point);
    span.highest = surface_at(&surface, span.high.point);
    span.is_one = extremes_touch(span.lowest, span.highest);
    return span;
}

/* The factor whose levels lie furthest apart; n_factors: none makes a difference. */
static size_t strongest(const struct study_page *study, size_t h) {
    struct surface surface = surface_of(study, h);
    size_t best = study->sweep->n_factors;
    double most = 0;
    for (size_t f = 0; f < study->sweep->n_factors; f++) {
        double effect = extremes_effect(&surface, f, study->arena);
        if (effect > most) most = effect, best = f;
    }
    return best;
}

/* ---- the verdict -------------------------------------------------------------------------------------- */

/* "(server.keepalive = off)" */
static void say_where(struct study_page *study, const struct extreme *extreme) {
    report_html_say(&study->page, " (");
    report_html_code(&study->page, report_settings_words(study->sweep, extreme->point, extreme->is_free, study->arena));
    report_html_say(&study->page, ")");
}

static void say_sweep(struct study_page *study, size_t h) {
    struct report_html *page = &study->page;
    struct span_of_points span = find_span(study, h);
    size_t f = strongest(study, h);
    if (!span.lowest) {
        report_html_say(page, " was not observed");
        return;
    }
    report_html_say(page, span.is_one ? " is not told apart among these settings: " : " goes from ");
    report_html_value(page, span.lowest, quantity_of(study, h));
    if (!span.is_one) say_where(study, &span.low);
    report_html_say(page, " to ");
    report_html_value(page, span.highest, quantity_of(study, h));
    if (!span.is_one) say_where(study, &span.high);
    if (span.is_one || study->sweep->n_factors < 2 || f == study->sweep->n_factors) return;
    report_html_say(page, "; ");
    report_html_code(page, study->sweep->factors[f].key);
    report_html_say(page, " moves it most");
}

static void put_sentence(struct study_page *study, size_t h) {
    report_html_verdict(&study->page);
    report_html_say(&study->page, study_page_capital(study->headlines[h].words, study->arena));
    if (study->sweep->n_factors) {
        say_sweep(study, h);
    } else {
        report_html_say(&study->page, ": ");
        report_html_value(&study->page, &study->report->headlines[h], quantity_of(study, h));
    }
    report_html_say(&study->page, ".");
    report_html_end(&study->page);
}

/* What ought not to happen is said where it happened at all. */
static void put_trouble(struct study_page *study, size_t h) {
    struct span_of_points span = find_span(study, h);
    if (!span.highest || !(span.highest->mean > 0)) return;
    report_html_paragraph(&study->page);
    report_html_strong(&study->page, "Not all went well. ");
    report_html_say(&study->page, study_page_capital(study->headlines[h].words, study->arena));
    report_html_say(&study->page, study->sweep->n_points > 1 ? ": up to " : ": ");
    report_html_value(&study->page, span.highest, quantity_of(study, h));
    if (study->sweep->n_points > 1) say_where(study, &span.high);
    report_html_say(&study->page, ".");
    report_html_end(&study->page);
}

static void put_interval_words(struct report_html *page, const struct scenario *scenario) {
    if (scenario->run.values[RUN_REPLICATIONS].number > 1)
        report_html_interval_words(page);
    else if (batch_means_apply(scenario))
        report_html_words(page, "\xC2\xB1 is half of the 95 % confidence interval, from batch means of the one replication, where a measure has a time line. "
                                "The others have no interval: how far chance moved them is not known. --replications 10 tells.");
    else report_html_words(page, "One replication has no interval: how far chance moved these numbers is not known. --replications 10 tells.");
}

void study_page_verdict(struct study_page *study) {
    for (size_t h = 0; h < study->n_headlines && h < VERDICT_HEADLINES; h++) put_sentence(study, h);
    if (study->n_headlines == 0)
        report_html_words(&study->page, "The model says of none of its measures that it is the main one; all of them are in results.csv.");
    for (size_t h = 0; h < study->n_headlines; h++)
        if (study->headlines[h].kind == HEADLINE_TROUBLE) put_trouble(study, h);
    put_interval_words(&study->page, &study->sweep->points[0]);
}

/* ---- the numbers of a sweep ------------------------------------------------------------------------------ */

/* One end of a headline. */
static void put_end_row(struct study_page *study, size_t h, bool is_low, const struct span_of_points *span) {
    const struct extreme *extreme = is_low ? &span->low : &span->high;
    size_t others = extreme->n_touching - 1;
    report_html_cell(&study->page, text_format(study->arena, "%s, %s", study_page_capital(study->headlines[h].words, study->arena), is_low ? "lowest" : "highest"));
    report_html_number(&study->page, is_low ? span->lowest : span->highest, quantity_of(study, h));
    report_html_cell(&study->page, span->is_one ? "lowest and highest are not told apart"
                                                 : report_settings_words(study->sweep, extreme->point, extreme->is_free, study->arena));
    report_html_cell(&study->page, others ? text_format(study->arena, "%zu other%s", others, others > 1 ? "s" : "") : "none");
}

/* For each factor the headlines that it moves most, where their ends can be told apart. */
static void put_movers(struct study_page *study) {
    for (size_t f = 0; f < study->sweep->n_factors; f++) {
        const char *words = "";
        for (size_t h = 0; h < study->n_headlines; h++) {
            if (study->headlines[h].kind == HEADLINE_TROUBLE || strongest(study, h) != f || find_span(study, h).is_one) continue;
            words = text_format(study->arena, "%s%s%s", words, *words ? "; " : "", study->headlines[h].words);
        }
        if (!*words) continue;
        report_html_paragraph(&study->page);
        report_html_code(&study->page, study->sweep->factors[f].key);
        report_html_say(&study->page, text_format(study->arena, " moves most, on average over the other parameters: %s.", words));
        report_html_end(&study->page);
    }
}

static void put_spans(struct study_page *study) {
    static const char *const headings[] = {"measure", "mean", "settings", "touched by"};
    report_html_section(&study->page, "Lowest and highest");
    report_html_table(&study->page, text_format(study->arena, "Among %zu settings", study->sweep->n_points), headings, 4);
    for (size_t h = 0; h < study->n_headlines; h++) {
        struct span_of_points span = find_span(study, h);
        if (study->headlines[h].kind == HEADLINE_TROUBLE || !span.lowest) continue;
        put_end_row(study, h, true, &span);
        put_end_row(study, h, false, &span);
    }
    report_html_end(&study->page);
    if (study->sweep->n_factors > 1) put_movers(study);
    report_html_words(&study->page,
                      "Intervals that touch do not tell two settings apart here; linger compare does so better, replication by replication, and "
                      "differences.csv has it for all settings. A parameter that is not named makes no difference there.");
}

/* The end of a headline that is wanted; NULL: its ends are not told apart. */
static const struct extreme *best_of(const struct study_page *study, size_t h, struct span_of_points *span) {
    *span = find_span(study, h);
    if (study->headlines[h].kind == HEADLINE_TROUBLE || !span->lowest || span->is_one) return NULL;
    return study->headlines[h].kind == HEADLINE_LOWER ? &span->low : &span->high;
}

static bool is_same_setting(const struct study_page *study, const struct extreme *a, const struct extreme *b) {
    return strcmp(report_settings_words(study->sweep, a->point, a->is_free, study->arena),
                  report_settings_words(study->sweep, b->point, b->is_free, study->arena)) == 0;
}

/* "lowest peak memory, 19 MB" */
static void say_best(struct study_page *study, size_t h, const struct span_of_points *span) {
    bool is_low = study->headlines[h].kind == HEADLINE_LOWER;
    report_html_strong(&study->page, text_format(study->arena, "%s %s", is_low ? "lowest" : "highest", study->headlines[h].words));
    report_html_say(&study->page, ", ");
    report_html_value(&study->page, is_low ? span->lowest : span->highest, quantity_of(study, h));
}

/* One setting, and all headlines that it is best for; nothing when one before was best there too. */
static bool put_best(struct study_page *study, size_t h) {
    struct span_of_points span, other;
    const struct extreme *best = best_of(study, h, &span), *next;
    if (!best) return false;
    for (size_t i = 0; i < h; i++)
        if ((next = best_of(study, i, &other)) && is_same_setting(study, best, next)) return false;
    report_html_paragraph(&study->page);
    report_html_say(&study->page, "For the ");
    say_best(study, h, &span);
    for (size_t i = h + 1; i < study->n_headlines; i++) {
        if (!(next = best_of(study, i, &other)) || !is_same_setting(study, best, next)) continue;
        report_html_say(&study->page, "; the ");
        say_best(study, i, &other);
    }
    report_html_say(&study->page, ":");
    report_html_end(&study->page);
    report_settings_lines(&study->page, study->sweep, best->point, best->is_free, study->arena);
    return true;
}

void study_page_lines(struct study_page *study) {
    size_t n = 0;
    report_html_section(&study->page, "Lines to paste");
    if (study->sweep->n_factors == 0) {
        report_html_words(&study->page, "This scenario, as a file of linger:");
        report_settings_lines(&study->page, study->sweep, 0, NULL, study->arena);
        return;
    }
    report_html_words(&study->page, "What is best depends on what you are short of. The parameters that were varied, as lines of a scenario:");
    for (size_t h = 0; h < study->n_headlines; h++) n += put_best(study, h);
    if (n == 0) report_html_words(&study->page, "None: no setting is told apart from the others.");
}

/* Trouble that nobody had takes no column. */
static bool is_shown(const struct study_page *study, size_t h) {
    struct span_of_points span = find_span(study, h);
    return study->headlines[h].kind != HEADLINE_TROUBLE || (span.highest && span.highest->mean > 0);
}

static void put_points(struct study_page *study) {
    const struct sweep *sweep = study->sweep;
    size_t n = 0, rows = sweep->n_points < POINT_ROWS_MAX ? sweep->n_points : POINT_ROWS_MAX;
    const char **headings = ARENA_NEW(study->arena, sweep->n_factors + study->n_headlines, const char *);
    bool *shown = ARENA_NEW(study->arena, study->n_headlines + 1, bool);
    for (size_t f = 0; f < sweep->n_factors; f++) headings[n++] = sweep->factors[f].key;
    for (size_t h = 0; h < study->n_headlines; h++)
        if ((shown[h] = is_shown(study, h))) headings[n++] = study->headlines[h].words;
    report_html_fold(&study->page, text_format(study->arena, "All %zu settings", sweep->n_points));
    report_html_table(&study->page, rows < sweep->n_points ? text_format(study->arena, "The first %zu of %zu; results.csv has all", rows, sweep->n_points)
                                                            : "Means and their intervals", headings, n);
    for (size_t i = 0; i < rows; i++) {
        for (size_t f = 0; f < sweep->n_factors; f++) report_html_cell(&study->page, sweep->factors[f].levels[sweep_level(sweep, i, f)]);
        for (size_t h = 0; h < study->n_headlines; h++)
            if (shown[h]) report_html_number(&study->page, &study->report->headlines[i * study->n_headlines + h], quantity_of(study, h));
    }
    report_html_end(&study->page);
    report_html_end(&study->page);
}

/* ---- the numbers of a run ---------------------------------------------------------------------------------- */

static void put_headlines(struct study_page *study) {
    static const char *const headings[] = {"measure", "mean of replications"};
    report_html_section(&study->page, "Main numbers");
    report_html_table(&study->page, "\xC2\xB1: 95 % confidence", headings, 2);
    for (size_t h = 0; h < study->n_headlines; h++) {
        if (study->headlines[h].kind == HEADLINE_TROUBLE && isnan(study->report->headlines[h].mean)) continue;
        report_html_cell(&study->page, study_page_capital(study->headlines[h].words, study->arena));
        report_html_number(&study->page, &study->report->headlines[h], quantity_of(study, h));
    }
    report_html_end(&study->page);
}

static void put_kind(struct study_page *study, enum measure_kind kind, const char *caption, const char *const *headings) {
    const struct model *model = study->sweep->base->model;
    size_t width = measure_width(kind), n = 0;
    for (size_t i = 0; i < model->n_measures; i++) {
        const struct measure *measure = &model->measures[i];
        size_t column = model_first_column(model, i);
        if (measure->kind != kind) continue;
        if (n++ == 0) report_html_table(&study->page, caption, headings, width + 2);
        report_html_cell(&study->page, measure->name);
        for (size_t k = 0; k < width; k++)
            report_html_number(&study->page, &study->report->last[column + k],
                               (struct report_quantity){text_format(study->arena, "%s%s", measure->name, measure_suffix(kind, k)), measure->unit, false});
        report_html_cell(&study->page, measure->help);
    }
    if (n) report_html_end(&study->page);
}

/* What theory says of this scenario, if it is one of its special cases. */
static void put_forms(struct study_page *study) {
    static const char *const headings[] = {"measure", "exactly", "simulated", "case", "source"};
    const struct scenario *scenario = &study->sweep->points[0];
    size_t columns = model_columns(scenario->model);
    const struct closed_form **forms = ARENA_NEW(study->arena, columns, const struct closed_form *);
    double *exact = ARENA_NEW(study->arena, columns, double);
    if (closed_form_find(scenario, forms, exact) == 0) return;
    report_html_section(&study->page, "Beside theory");
    report_html_table(&study->page, "Long-run values in closed form", headings, 5);
    for (size_t c = 0; c < columns; c++) {
        char name[NAME_BYTES], text[NAME_BYTES];
        if (!forms[c]) continue;
        struct report_quantity quantity = {forms[c]->measure, model_column(scenario->model, c, name, sizeof name)->unit, false};
        struct report_scale scale = report_scale_of(quantity.unit, exact[c]);
        report_html_cell(&study->page, name);
        report_html_cell(&study->page, text_format(study->arena, "%s %s", report_number(exact[c] / scale.si, 4, text, sizeof text), scale.name));
        report_html_number(&study->page, &study->report->last[c], quantity);
        report_html_cell(&study->page, forms[c]->of->name);
        report_html_cell(&study->page, forms[c]->of->source);
    }
    report_html_end(&study->page);
}

static void put_measures(struct study_page *study) {
    static const char *const level[] = {"measure", "mean", "p50", "p95", "p99", "peak", "meaning"};
    static const char *const response[] = {"measure", "mean", "p50", "p95", "p99", "max", "meaning"};
    static const char *const value[] = {"measure", "mean", "meaning"};
    report_html_fold(&study->page, "All measures");
    put_kind(study, MEASURE_LEVEL, "Over time", level);
    put_kind(study, MEASURE_RESPONSE, "Per observation", response);
    put_kind(study, MEASURE_VALUE, "Counts, rates and shares", value);
    report_html_end(&study->page);
}

void study_page_main_numbers(struct study_page *study) {
    if (study->sweep->n_factors) put_spans(study);
    else put_headlines(study);
    if (study->sweep->n_factors == 0) put_forms(study);
}

void study_page_all_numbers(struct study_page *study) {
    report_html_section(&study->page, "All numbers");
    if (study->sweep->n_factors) put_points(study);
    else put_measures(study);
}
