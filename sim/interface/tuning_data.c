/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The machine-readable side of tuning_report.h.
 */
#include <math.h>
#include <string.h>

#include "sim/interface/command.h"
#include "sim/interface/json.h"
#include "sim/interface/results.h"
#include "sim/interface/tuning_report.h"
#include "sim/kernel/text.h"

enum { NAME_BYTES = 96 };

static const char *const verdicts[] = {"holds", "fails", "undecided"};

/* ---- CSV ----------------------------------------------------------------------------------------------- */

static void put_header(FILE *out, const struct tuning_report *report) {
    const struct sweep *sweep = report->search->question->sweep;
    char name[NAME_BYTES];
    for (size_t f = 0; f < sweep->n_factors; f++) {
        results_put_text(out, sweep->factors[f].key);
        fputc(',', out);
    }
    fputs("refined,n,objective,objective_half_width,limits", out);
    for (size_t k = 1; k <= report->wish->n_limits; k++) fprintf(out, ",limit_%zu,limit_%zu_half_width,limit_%zu_verdict", k, k, k);
    for (size_t k = 0; report->front && k < report->front->d; k++) {
        tuning_report_cost_measure(report, k, name);
        fprintf(out, ",%s,%s_half_width", name, name);
    }
    fputs(",front,distance,knee,best,n_fresh,fresh,fresh_half_width,low,high\n", out);
}

static void put_estimate(FILE *out, struct estimate estimate) {
    results_put_number(out, estimate.mean);
    fputc(',', out);
    results_put_number(out, estimate.half_width);
}

static void put_limits(FILE *out, const struct tuning_report *report, size_t id) {
    for (size_t k = 0; k < report->wish->n_limits; k++) {
        struct estimate estimate;
        enum limit_verdict verdict = tuning_report_limit(report, id, k, &estimate);
        fputc(',', out);
        put_estimate(out, estimate);
        fprintf(out, ",%s", verdicts[verdict]);
    }
}

/* What is known of the answer from replications that had no part in finding it; an open end of the interval is empty. */
static void put_fresh(FILE *out, const struct search *search, bool is_best) {
    bool has_interval = is_best && search->has_interval;
    if (is_best) fprintf(out, ",%u,", SEARCH_FRESH);
    else fputs(",,", out);
    put_estimate(out, is_best ? search->estimate : (struct estimate){.mean = NOTHING_OBSERVED, .half_width = NOTHING_OBSERVED});
    fputc(',', out);
    results_put_number(out, has_interval && !isinf(search->low) ? search->low : NOTHING_OBSERVED);
    fputc(',', out);
    results_put_number(out, has_interval && !isinf(search->high) ? search->high : NOTHING_OBSERVED);
}

static void put_row(FILE *out, const struct tuning_report *report, size_t id) {
    const struct search *search = report->search;
    for (size_t f = 0; f < search->question->sweep->n_factors; f++) {
        double value = search_level_value(search, id, f);
        if (isnan(value)) results_put_text(out, search->settings[id].level[f]);
        else results_put_number(out, value);
        fputc(',', out);
    }
    fprintf(out, "%d,%u,", search->settings[id].is_refined, search->trials.n_rows[id]);
    put_estimate(out, tuning_report_objective(search, id));
    fprintf(out, ",%s", verdicts[search->settings[id].verdict]);
    put_limits(out, report, id);
    for (size_t k = 0; report->front && k < report->front->d; k++) {
        fputc(',', out);
        put_estimate(out, tuning_report_cost(report, id, k));
    }
    fprintf(out, ",%d,", report->front && report->front->is_front[id]);
    results_put_number(out, report->front ? report->front->distance[id] : NOTHING_OBSERVED);
    bool is_answer = tuning_report_answer(report) == id;
    fprintf(out, ",%d,%d", report->front && report->front->knee == id, is_answer);
    put_fresh(out, search, is_answer && search->end != SEARCH_KNEE);
    fputc('\n', out);
}

void tuning_report_csv(FILE *out, const struct tuning_report *report) {
    put_header(out, report);
    for (size_t id = 0; id < report->search->trials.n; id++) put_row(out, report, id);
}

/* ---- the plot --------------------------------------------------------------------------------------------- */

static const char *levels_of(const struct search *search, size_t id) {
    const char *label = "";
    for (size_t f = 0; f < search->question->sweep->n_factors; f++)
        label = text_format(search->arena, "%s%s%s", label, f ? " " : "", search->settings[id].level[f]);
    return label;
}

struct front_plot tuning_report_plot(const struct tuning_report *report) {
    const struct search *search = report->search;
    const struct sweep *sweep = search->question->sweep;
    size_t index = 0;
    const struct param_set *table = sweep->n_factors ? factor_table(sweep->base, sweep->factors[0].key, &index) : NULL;
    struct front_plot plot = {.scenario = sweep->base->name, .objective = report->objective, .factor = sweep->n_factors ? sweep->factors[0].key : "",
                              .factor_unit = table && sweep->n_factors == 1 ? param_unit(table->params[index].type) : "",
                              .n_costs = report->front->d, .knee_words = ", knee", .best_words = ", the answer", .n = search->trials.n};
    struct front_point *points = ARENA_NEW(search->arena, plot.n, struct front_point);
    for (size_t k = 0; k < plot.n_costs; k++) {
        char name[NAME_BYTES];
        plot.unit[k] = tuning_report_cost_measure(report, k, name)->unit;
        plot.name[k] = arena_text(search->arena, name, strlen(name));
    }
    for (size_t id = 0; id < plot.n; id++) {
        points[id] = (struct front_point){.label = levels_of(search, id), .is_front = report->front->is_front[id], .is_knee = report->front->knee == id,
                                          .is_best = tuning_report_answer(report) == id, .is_minor = search->settings[id].is_refined};
        for (size_t k = 0; k < plot.n_costs; k++) points[id].cost[k] = tuning_report_cost(report, id, k);
    }
    plot.points = points;
    return plot;
}

/* ---- JSON ---------------------------------------------------------------------------------------------------- */

static void json_setting(FILE *out, const struct search *search, size_t id) {
    const struct sweep *sweep = search->question->sweep;
    fputc('{', out);
    for (size_t f = 0; f < sweep->n_factors; f++) {
        fputs(f ? ", " : "", out);
        json_key(out, sweep->factors[f].key);
        json_text(out, search->settings[id].level[f]);
    }
    fputc('}', out);
}

static void json_row(FILE *out, const struct tuning_report *report, size_t id) {
    const struct search *search = report->search;
    struct estimate objective = tuning_report_objective(search, id);
    char name[NAME_BYTES];
    fputs("    {\"setting\": ", out);
    json_setting(out, search, id);
    fprintf(out, ", \"n\": %u, \"objective\": ", search->trials.n_rows[id]);
    json_number(out, objective.mean);
    fputs(", \"half_width\": ", out);
    json_number(out, objective.half_width);
    fprintf(out, ", \"limits\": \"%s\"", verdicts[search->settings[id].verdict]);
    for (size_t k = 0; report->front && k < report->front->d; k++) {
        struct estimate cost = tuning_report_cost(report, id, k);
        fputs(", ", out);
        tuning_report_cost_measure(report, k, name);
        json_key(out, name);
        fputs("{\"mean\": ", out);
        json_number(out, cost.mean);
        fputs(", \"half_width\": ", out);
        json_number(out, cost.half_width);
        fputc('}', out);
    }
    fprintf(out, ", \"front\": %s}", report->front && report->front->is_front[id] ? "true" : "false");
}

static void json_best(FILE *out, const struct tuning_report *report) {
    const struct search *search = report->search;
    size_t answer = tuning_report_answer(report);
    fputs(",\n  \"best\": ", out);
    if (answer < search->trials.n) json_setting(out, search, answer);
    else fputs("null", out);
    bool decided = search->end == SEARCH_DECIDED;
    fprintf(out, ",\n  \"decided\": %s,\n  \"probability\": ", decided ? "true" : "false");
    json_number(out, decided ? search->selection.probability : NOTHING_OBSERVED);
    fputs(",\n  \"mean\": ", out);
    json_number(out, search->question->objective && decided ? search->estimate.mean : NOTHING_OBSERVED);
    fputs(",\n  \"half_width\": ", out);
    json_number(out, search->question->objective && decided ? search->estimate.half_width : NOTHING_OBSERVED);
    if (!search->has_interval) return;
    fputs(",\n  \"interval\": {\"parameter\": ", out);
    json_text(out, search->question->sweep->factors[search->question->refined].key);
    fputs(", \"low\": ", out);
    json_number(out, search->low);
    fputs(", \"high\": ", out);
    json_number(out, search->high);
    fputc('}', out);
}

void tuning_report_json(FILE *out, const struct tuning_report *report) {
    const struct search *search = report->search;
    const struct scenario *base = search->question->sweep->base;
    fputs("{\n  \"scenario\": ", out);
    json_text(out, base->name);
    fprintf(out, ",\n  \"seed\": %.0f,\n  \"version\": ", base->run.values[RUN_SEED].number);
    json_text(out, linger_version);
    fputs(",\n  \"objective\": ", out);
    json_text(out, report->objective);
    json_best(out, report);
    if (report->optimum && report->optimum->n_lines) {
        fputs(",\n  \"known\": {\"parameter\": ", out);
        json_text(out, report->optimum->key);
        fputs(", \"value\": ", out);
        json_number(out, report->optimum->value);
        fputc('}', out);
    }
    fputs(",\n  \"knee\": ", out);
    if (report->front && report->front->knee < search->trials.n) json_setting(out, search, report->front->knee);
    else fputs("null", out);
    fputs(",\n  \"settings\": [\n", out);
    for (size_t id = 0; id < search->trials.n; id++) {
        json_row(out, report, id);
        fputs(id + 1 < search->trials.n ? ",\n" : "\n", out);
    }
    fputs("  ]\n}\n", out);
}
