/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/interface/tuning_report.h"

#include <math.h>
#include <string.h>

#include "sim/interface/assertion.h"
#include "sim/interface/report.h"
#include "sim/interface/selection_report.h"
#include "sim/interface/setting_lines.h"

enum { NUMBER_BYTES = 32, NAME_BYTES = 96, SETTING_BYTES = 512, CELL_BYTES = 96, DIGITS = 4, HALF_WIDTH_DIGITS = 2, LABEL_WIDTH = 19, COST_WIDTH = 19 };

size_t tuning_report_answer(const struct tuning_report *report) {
    const struct search *search = report->search;
    bool is_chosen = search->end == SEARCH_DECIDED || search->end == SEARCH_BUDGET;
    if (is_chosen) return search->best;
    return search->end == SEARCH_KNEE && report->front ? report->front->knee : search->trials.n;
}

/* ---- cells ---------------------------------------------------------------------------------------------------- */

const char *tuning_report_label(const struct search *search, size_t id, char *out, size_t out_bytes) {
    const struct sweep *sweep = search->question->sweep;
    size_t used = 0;
    out[0] = '\0';
    for (size_t f = 0; f < sweep->n_factors && used < out_bytes; f++)
        used += (size_t)snprintf(out + used, out_bytes - used, "%s%s=%s", f ? ", " : "", strchr(sweep->factors[f].key, '.') + 1,
                                 search->settings[id].level[f]);
    return out;
}

/* The same for a column: of several factors the levels alone, in the order of --vary. */
static const char *narrow_label(const struct search *search, size_t id, char *out, size_t out_bytes) {
    const struct sweep *sweep = search->question->sweep;
    size_t used = 0;
    if (sweep->n_factors < 2) return tuning_report_label(search, id, out, out_bytes);
    for (size_t f = 0; f < sweep->n_factors && used < out_bytes; f++)
        used += (size_t)snprintf(out + used, out_bytes - used, "%s%s", f ? ", " : "", search->settings[id].level[f]);
    return out;
}

const struct measure *tuning_report_cost_measure(const struct tuning_report *report, size_t k, char *name) {
    return model_column(report->search->question->sweep->base->model, report->front->column[k], name, NAME_BYTES);
}

struct estimate tuning_report_cost(const struct tuning_report *report, size_t id, size_t k) {
    const struct trials *trials = &report->search->trials;
    return estimate_of(trials->rows[id] + report->front->column[k], trials->n_rows[id], trials->columns);
}

static struct estimate sum_of(const struct trials *trials, size_t id, const struct weighted_sum *sum) {
    return weighted_sum_estimate(sum, trials->rows[id], trials->n_rows[id], trials->columns);
}

struct estimate tuning_report_objective(const struct search *search, size_t id) {
    const struct weighted_sum *objective = search->question->objective;
    if (!objective) return (struct estimate){.mean = NOTHING_OBSERVED, .half_width = NOTHING_OBSERVED};
    return sum_of(&search->trials, id, objective);
}

enum limit_verdict tuning_report_limit(const struct tuning_report *report, size_t id, size_t k, struct estimate *estimate) {
    const struct trials *trials = &report->search->trials;
    *estimate = sum_of(trials, id, &report->wish->limits[k].sum);
    return limit_judge(&report->wish->limits[k], estimate, trials->n_rows[id], false);
}

/* "313.2 ± 1.3 ms". */
static const char *quantity(const struct estimate *estimate, const char *unit, char *out, size_t out_bytes) {
    char mean[NUMBER_BYTES], half[NUMBER_BYTES];
    struct report_scale scale = report_scale_of(unit, estimate->mean);
    report_number(estimate->mean / scale.si, DIGITS, mean, sizeof mean);
    report_number(estimate->half_width / scale.si, HALF_WIDTH_DIGITS, half, sizeof half);
    bool has_unit = *unit && *scale.name;
    if (isnan(estimate->mean)) snprintf(out, out_bytes, "-");
    else snprintf(out, out_bytes, "%s ± %s%s%s", mean, half, has_unit ? " " : "", has_unit ? scale.name : "");
    return out;
}

/* Text with a plus-minus sign, which is two bytes and one column, at the right of its column. */
static void put_padded(FILE *out, const char *text, int width) {
    int columns = 0;
    for (const char *c = text; *c; c++) columns += ((unsigned char)*c & 0xC0) != 0x80;
    fprintf(out, "%*s%s", columns < width ? width - columns : 1, "", text);
}

/* ---- the table of settings ---------------------------------------------------------------------------------------- */

static bool is_before(const struct search *search, size_t a, size_t b) {
    const struct sweep *sweep = search->question->sweep;
    for (size_t f = 0; f < sweep->n_factors; f++) {
        double x = search_level_value(search, a, f), y = search_level_value(search, b, f);
        bool words = isnan(x) || isnan(y);
        if (!words && (x < y || x > y)) return x < y;
        if (words && strcmp(search->settings[a].level[f], search->settings[b].level[f]) != 0) break;
    }
    return a < b;
}

const size_t *tuning_report_order(const struct search *search) {
    size_t n = search->trials.n, used = 0, *order = ARENA_NEW(search->arena, n + 1, size_t), *before = ARENA_NEW(search->arena, n + 1, size_t);
    for (size_t id = 0; id < n; id++) {
        before[id] = 0;
        for (size_t other = 0; other < n; other++) before[id] += other != id && is_before(search, other, id);
    }
    for (size_t place = 0; place < n; place++)
        for (size_t id = 0; id < n; id++)
            if (before[id] == place) order[used++] = id;
    SIM_ASSERT(used == n);
    return order;
}

static char mark_of(const struct tuning_report *report, size_t id) {
    const struct search *search = report->search;
    if (search->settings[id].verdict == LIMIT_FAILS) return 'x';
    if (search->settings[id].verdict == LIMIT_UNDECIDED) return '?';
    return report->front && report->front->is_front[id] ? 'f' : ' ';
}

bool tuning_report_is_shown(const struct tuning_report *report, size_t id) {
    return !report->search->settings[id].is_refined || id == tuning_report_answer(report) || (report->front && id == report->front->knee);
}

static void put_setting(FILE *out, const struct tuning_report *report, size_t id) {
    char label[SETTING_BYTES], cell[CELL_BYTES], name[NAME_BYTES];
    bool is_answer = id == tuning_report_answer(report), is_knee = report->front && id == report->front->knee;
    fprintf(out, "%c%c%c ", is_answer ? '*' : ' ', mark_of(report, id), is_knee ? 'k' : ' ');
    narrow_label(report->search, id, label, sizeof label);
    fprintf(out, "%-*.*s", LABEL_WIDTH, LABEL_WIDTH, label);
    for (size_t k = 0; report->front && k < report->front->d; k++) {
        struct estimate estimate = tuning_report_cost(report, id, k);
        put_padded(out, quantity(&estimate, tuning_report_cost_measure(report, k, name)->unit, cell, sizeof cell), COST_WIDTH);
    }
    fputc('\n', out);
}

static void put_settings(FILE *out, const struct tuning_report *report) {
    const struct search *search = report->search;
    char name[NAME_BYTES];
    const struct sweep *sweep = search->question->sweep;
    if (sweep->n_factors > 1) fprintf(out, "settings:");
    for (size_t f = 0; f < sweep->n_factors && sweep->n_factors > 1; f++) fprintf(out, "%s %s", f ? "," : "", sweep->factors[f].key);
    if (sweep->n_factors > 1) fputc('\n', out);
    fprintf(out, "\n    %-*s", LABEL_WIDTH, "setting");
    for (size_t k = 0; report->front && k < report->front->d; k++) {
        tuning_report_cost_measure(report, k, name);
        put_padded(out, name, COST_WIDTH);
    }
    fputc('\n', out);
    const size_t *order = tuning_report_order(search);
    for (size_t i = 0; i < search->trials.n; i++)
        if (tuning_report_is_shown(report, order[i])) put_setting(out, report, order[i]);
    fprintf(out, "    * the answer%s%s\n", report->front ? "  f on the Pareto front  k its knee" : "",
            search->question->n_limits ? "  x limit fails  ? undecided" : "");
}

/* ---- the answer ------------------------------------------------------------------------------------------------------ */

/* "below 8.3 s", "between 6.4 and 7.3 s". */
static void put_interval(FILE *out, const struct search *search) {
    const char *key = search->question->sweep->factors[search->question->refined].key;
    size_t index;
    const struct param_set *table = factor_table(search->question->sweep->base, key, &index);
    const char *unit = param_unit(table->params[index].type);
    bool from = !isinf(search->low), to = !isinf(search->high);
    fprintf(out, "The best %s lies ", key);
    if (from && to) fprintf(out, "between %.3g and %.3g", search->low, search->high);
    else if (from) fprintf(out, "above %.3g", search->low);
    else if (to) fprintf(out, "below %.3g", search->high);
    else fputs("anywhere in what was tried", out);
    fprintf(out, "%s%s (95 %%).\n", (from || to) && strcmp(unit, "1") != 0 ? " " : "", (from || to) && strcmp(unit, "1") != 0 ? unit : "");
}

/* What selection promises, which is about the settings of the grid. */
static void put_promise(FILE *out, const struct tuning_report *report) {
    const struct search *search = report->search;
    const struct selection *selection = &search->selection;
    const struct weighted_sum *objective = search->question->objective;
    char label[SETTING_BYTES], cell[CELL_BYTES], zone[NUMBER_BYTES];
    struct report_scale scale = report_scale_of(objective->unit, selection->delta);
    fprintf(out, "%s: %s\n  is %s (%d fresh replications).\n", tuning_report_label(search, search->best, label, sizeof label), objective->text,
            quantity(&search->estimate, objective->unit, cell, sizeof cell), SEARCH_FRESH);
    tuning_report_label(search, search->grid_best, label, sizeof label);
    report_number(selection->delta / scale.si, 3, zone, sizeof zone);
    if (search->end == SEARCH_BUDGET)
        fprintf(out, "Not decided: the budget of %llu replications is used up. It is the best so far.\n", (unsigned long long)selection->budget);
    else if (search->n_feasible > 1)
        fprintf(out, "Of the %zu levels%s, %s is the best with at least\n%g %% probability, if it is better by %s%s%s or more (procedure KN, Kim and\nNelson 2001).%s",
                search->n_feasible, search->question->n_limits ? " that keep the limits" : "", label, 100 * selection->probability, zone,
                *objective->unit && *scale.name ? " " : "", *objective->unit ? scale.name : "", search->has_interval ? " " : "\n");
    else fprintf(out, "%s alone of the levels is certain to keep the limits.\n", label);
    if (search->has_interval) put_interval(out, search);
}

static void put_knee(FILE *out, const struct tuning_report *report) {
    const struct search_front *front = report->front;
    char label[SETTING_BYTES];
    if (!front || front->knee >= report->search->trials.n) return;
    fprintf(out, "\nPareto front: %zu of %zu settings, refined ones too. Its knee: %s%s,\n"
                 "the same in %.0f %% of the replications: nearest to where every cost is least,\n"
                 "each scaled from 0 to 1 over the front (compromise programming, Yu 1973).\n",
            front->n_front, report->search->trials.n, report->search->question->sweep->n_factors > 1 ? "\n" : "", tuning_report_label(report->search, front->knee, label, sizeof label), 100 * front->sure);
}

static void put_infeasible(FILE *out, const struct tuning_report *report) {
    const struct search *search = report->search;
    char label[SETTING_BYTES], words[160];
    fprintf(out, "No setting is certain to keep the limits:\n");
    for (size_t id = 0; id < search->trials.n; id++) {
        const struct searched *searched = &search->settings[id];
        const struct limit *limit = &search->question->limits[searched->limit];
        struct estimate estimate = sum_of(&search->trials, id, &limit->sum);
        fprintf(out, "  %-*.*s %s %s\n", LABEL_WIDTH, LABEL_WIDTH, tuning_report_label(search, id, label, sizeof label), limit->text,
                assertion_words(limit, searched->verdict, &estimate, words, sizeof words));
    }
}

void tuning_report_optimum(FILE *out, const struct optimum *optimum) {
    for (size_t i = 0; i < optimum->n_lines; i++) fprintf(out, "%s\n", optimum->line[i]);
}

static void put_answer(FILE *out, const struct tuning_report *report, size_t answer) {
    const struct search *search = report->search;
    const struct sweep *sweep = search->question->sweep;
    const char *keys[64];
    size_t n = sweep->n_factors < 64 ? sweep->n_factors : 64;
    for (size_t f = 0; f < n; f++) keys[f] = sweep->factors[f].key;
    if (search->end == SEARCH_KNEE) fputs("\nNo objective was stated: the knee of the front is the answer.\n", out);
    else fputc('\n', out), put_promise(out, report);
    fputs("\nWrite:\n", out);
    setting_lines_write(out, &search->trials.settings[answer], keys, n);
}

void tuning_report_table(FILE *out, const struct tuning_report *report) {
    const struct search *search = report->search;
    const struct scenario *base = search->question->sweep->base;
    size_t answer = tuning_report_answer(report);
    fprintf(out, "%s: %s", base->name, report->objective);
    for (size_t k = 0; k < report->wish->n_limits; k++) fprintf(out, "%s%s", k ? " and " : " subject to ", report->wish->limits[k].text);
    fprintf(out, "\n%llu replications, seed %.0f\n", (unsigned long long)(search->trials.spent + search->fresh.spent), base->run.values[RUN_SEED].number);
    put_settings(out, report);
    fputs(search->end == SEARCH_INFEASIBLE ? "\n" : "", out);
    if (search->end == SEARCH_INFEASIBLE) put_infeasible(out, report);
    if (answer < search->trials.n) put_answer(out, report, answer);
    put_knee(out, report);
    if (!report->optimum || !report->optimum->n_lines) return;
    fputs("\nWithout a simulation:\n", out);
    tuning_report_optimum(out, report->optimum);
}
