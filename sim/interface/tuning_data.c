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

enum { NAME_BYTES = 96 };

static const char *const verdicts[] = {"holds", "fails", "undecided"};

static struct estimate objective_of(const struct search *search, size_t id) {
    const struct weighted_sum *objective = search->question->objective;
    if (!objective) return (struct estimate){.mean = NOTHING_OBSERVED, .half_width = NOTHING_OBSERVED};
    return weighted_sum_estimate(objective, search->trials.rows[id], search->trials.n_rows[id], search->trials.columns);
}

static struct estimate cost_of(const struct tuning_report *report, size_t id, size_t k) {
    const struct trials *trials = &report->search->trials;
    return estimate_of(trials->rows[id] + report->front->column[k], trials->n_rows[id], trials->columns);
}

static const struct measure *cost_measure(const struct tuning_report *report, size_t k, char *name) {
    return model_column(report->search->question->sweep->base->model, report->front->column[k], name, NAME_BYTES);
}

/* ---- CSV ----------------------------------------------------------------------------------------------- */

static void put_header(FILE *out, const struct tuning_report *report) {
    const struct sweep *sweep = report->search->question->sweep;
    char name[NAME_BYTES];
    for (size_t f = 0; f < sweep->n_factors; f++) {
        results_put_text(out, sweep->factors[f].key);
        fputc(',', out);
    }
    fputs("refined,n,objective,objective_half_width,limits", out);
    for (size_t k = 0; report->front && k < report->front->d; k++) {
        cost_measure(report, k, name);
        fprintf(out, ",%s,%s_half_width", name, name);
    }
    fputs(",front,distance,knee,best\n", out);
}

static void put_estimate(FILE *out, struct estimate estimate) {
    results_put_number(out, estimate.mean);
    fputc(',', out);
    results_put_number(out, estimate.half_width);
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
    put_estimate(out, objective_of(search, id));
    fprintf(out, ",%s", verdicts[search->settings[id].verdict]);
    for (size_t k = 0; report->front && k < report->front->d; k++) {
        fputc(',', out);
        put_estimate(out, cost_of(report, id, k));
    }
    fprintf(out, ",%d,", report->front && report->front->is_front[id]);
    results_put_number(out, report->front ? report->front->distance[id] : NOTHING_OBSERVED);
    fprintf(out, ",%d,%d\n", report->front && report->front->knee == id, tuning_report_answer(report) == id);
}

void tuning_report_csv(FILE *out, const struct tuning_report *report) {
    put_header(out, report);
    for (size_t id = 0; id < report->search->trials.n; id++) put_row(out, report, id);
}

/* ---- the plot --------------------------------------------------------------------------------------------- */

static void put_band(FILE *out, struct estimate estimate) {
    double half = isnan(estimate.half_width) ? 0 : estimate.half_width;
    fprintf(out, ",%.10g,%.10g,%.10g", estimate.mean, estimate.mean - half, estimate.mean + half);
}

/* A setting's place in the picture; NAN: it has none. */
struct spot {
    double x, y;
    bool is_named;
};

static bool is_special(const struct tuning_report *report, size_t id) {
    return report->front->knee == id || tuning_report_answer(report) == id;
}

/* Names would stand over each other: the answer and the knee have theirs, then levels of the grid that are far enough from what is named. */
static void name_spots(const struct tuning_report *report, struct spot *spots, size_t n) {
    const double near = 0.035; /* of the ranges */
    double low_x = HUGE_VAL, high_x = -HUGE_VAL, low_y = HUGE_VAL, high_y = -HUGE_VAL;
    for (size_t i = 0; i < n; i++) {
        low_x = fmin(low_x, spots[i].x), high_x = fmax(high_x, spots[i].x); /* fmin and fmax leave NAN out */
        low_y = fmin(low_y, spots[i].y), high_y = fmax(high_y, spots[i].y);
        spots[i].is_named = is_special(report, i);
    }
    for (size_t i = 0; i < n; i++) {
        bool free = !spots[i].is_named && !report->search->settings[i].is_refined;
        for (size_t j = 0; j < n && free; j++)
            free = !spots[j].is_named || fabs(spots[i].x - spots[j].x) > 2 * near * (high_x - low_x) || fabs(spots[i].y - spots[j].y) > near * (high_y - low_y);
        spots[i].is_named = spots[i].is_named || free;
    }
}

static void put_spot(FILE *out, const struct tuning_report *report, size_t id, bool is_named) {
    const struct search *search = report->search;
    char label[256] = "";
    for (size_t f = 0, used = 0; is_named && f < search->question->sweep->n_factors && used < sizeof label; f++)
        used += (size_t)snprintf(label + used, sizeof label - used, "%s%s", f ? " " : "", search->settings[id].level[f]);
    results_put_text(out, label);
    put_band(out, cost_of(report, id, 0));
    put_band(out, cost_of(report, id, 1));
    double z = report->front->d > 2 ? cost_of(report, id, 2).mean : 0;
    fprintf(out, ",%.10g,%d,%d,%d\n", z, report->front->is_front[id], report->front->knee == id, tuning_report_answer(report) == id);
}

void tuning_report_plot_data(FILE *out, const struct tuning_report *report) {
    const struct search *search = report->search;
    size_t n = report->front->d < 2 ? 0 : search->trials.n;
    struct spot *spots = ARENA_NEW(search->arena, n, struct spot);
    for (size_t id = 0; id < n; id++) spots[id] = (struct spot){cost_of(report, id, 0).mean, cost_of(report, id, 1).mean, false};
    name_spots(report, spots, n);
    fputs("label,x,x_low,x_high,y,y_low,y_high,z,front,knee,best\n", out);
    for (size_t id = 0; id < n; id++)
        if (!isnan(spots[id].x) && !isnan(spots[id].y)) put_spot(out, report, id, spots[id].is_named);
}

/* Text between quotes in which gnuplot sees nothing special but the quote. */
static void assign(FILE *out, const char *name, const char *text) {
    fprintf(out, "%s = '", name);
    for (; *text; text++) {
        if (*text == '\'') fputc('\'', out);
        if (*text != '\n' && *text != '\r') fputc(*text, out);
    }
    fputs("'\n", out);
}

void tuning_report_plot_settings(FILE *out, const struct tuning_report *report) {
    static const char *const names[] = {"x", "y", "z"};
    const struct scenario *base = report->search->question->sweep->base;
    const struct sweep *sweep = report->search->question->sweep;
    char name[NAME_BYTES], variable[32];
    fputs("has_results = 0\n", out);
    assign(out, "formats", "svg png");
    assign(out, "scenario", base->name);
    assign(out, "factor", sweep->n_factors ? sweep->factors[0].key : "");
    size_t index = 0;
    const struct param_set *table = sweep->n_factors ? factor_table(base, sweep->factors[0].key, &index) : NULL;
    assign(out, "factor_unit", table && sweep->n_factors == 1 ? param_unit(table->params[index].type) : "");
    assign(out, "objective", report->objective);
    fprintf(out, "has_z = %d\nsettings = %zu\n", report->front->d > 2, report->search->trials.n);
    for (size_t k = 0; k < report->front->d && k < 3; k++) {
        const struct measure *measure = cost_measure(report, k, name);
        snprintf(variable, sizeof variable, "%s_name", names[k]);
        assign(out, variable, name);
        snprintf(variable, sizeof variable, "%s_unit", names[k]);
        assign(out, variable, measure->unit);
    }
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
    struct estimate objective = objective_of(search, id);
    char name[NAME_BYTES];
    fputs("    {\"setting\": ", out);
    json_setting(out, search, id);
    fprintf(out, ", \"n\": %u, \"objective\": ", search->trials.n_rows[id]);
    json_number(out, objective.mean);
    fputs(", \"half_width\": ", out);
    json_number(out, objective.half_width);
    fprintf(out, ", \"limits\": \"%s\"", verdicts[search->settings[id].verdict]);
    for (size_t k = 0; report->front && k < report->front->d; k++) {
        struct estimate cost = cost_of(report, id, k);
        fputs(", ", out);
        cost_measure(report, k, name);
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
