/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/interface/selection_report.h"

#include <math.h>
#include <string.h>

#include "sim/interface/command.h"
#include "sim/interface/json.h"
#include "sim/interface/report.h"
#include "sim/interface/results.h"

enum { NUMBER_BYTES = 32, SETTING_BYTES = 256, DIGITS = 4, ZONE_DIGITS = 3 };

const char *selection_report_setting(const struct sweep *sweep, size_t point, char *out, size_t out_bytes) {
    size_t used = 0;
    out[0] = '\0';
    for (size_t f = 0; f < sweep->n_factors && used < out_bytes; f++)
        used += (size_t)snprintf(out + used, out_bytes - used, "%s%s=%s", f ? ", " : "", sweep->factors[f].key,
                                 sweep->factors[f].levels[sweep_level(sweep, point, f)]);
    return out;
}

/* Level: nobody dropped it, since its mean is that of the chosen one. Left: the budget ended first. */
static const char *fate_of(const struct selection *selection, size_t i) {
    if (selection->settings[i].dropped) return "dropped";
    if (selection->end == SELECTION_BUDGET) return "left";
    return i == selection->best ? "chosen" : "level";
}

/* ---- the table -------------------------------------------------------------------------------------- */

/* Whether a comes before b: who was there longer, then who is better. */
static bool is_before(const struct selection *selection, size_t a, size_t b) {
    const struct selected *x = &selection->settings[a], *y = &selection->settings[b];
    if ((a == selection->best) != (b == selection->best)) return a == selection->best;
    if (x->dropped != y->dropped) return !x->dropped;
    if (x->n != y->n) return x->n > y->n;
    if (x->mean < y->mean || x->mean > y->mean) return selection->minimise ? x->mean < y->mean : x->mean > y->mean;
    return a < b;
}

static size_t place_of(const struct selection *selection, size_t i) {
    size_t place = 1;
    for (size_t other = 0; other < selection->n_settings; other++)
        if (other != i && is_before(selection, other, i)) place++;
    return place;
}

static const char *put_value(double value, const char *unit, double magnitude, int digits, char *out) {
    char number[NUMBER_BYTES];
    struct report_scale scale = report_scale_of(unit, magnitude);
    snprintf(out, 2 * NUMBER_BYTES, "%s%s%s", report_number(value / scale.si, digits, number, sizeof number), *scale.name ? " " : "",
             scale.name);
    return out;
}

static void put_row(FILE *out, const struct selection_report *report, size_t i, size_t place) {
    const struct selection *selection = report->selection;
    const struct selected *selected = &selection->settings[i];
    char setting[SETTING_BYTES], mean[2 * NUMBER_BYTES];
    fprintf(out, "%3zu  %-32.60s %12s %6u   ", place, selection_report_setting(report->sweep, i, setting, sizeof setting),
            put_value(selected->mean, report->unit, selected->mean, DIGITS, mean), selected->spent);
    if (selected->dropped) fprintf(out, "dropped after %u by %zu\n", selected->n, place_of(selection, selected->dropped_by));
    else fprintf(out, "%s\n", strcmp(fate_of(selection, i), "level") == 0 ? "level with 1" : fate_of(selection, i));
}

static void put_rows(FILE *out, const struct selection_report *report) {
    const struct selection *selection = report->selection;
    fprintf(out, "\n     %-32s %12s %6s\n", "setting", "mean", "spent");
    for (size_t place = 1; place <= selection->n_settings; place++)
        for (size_t i = 0; i < selection->n_settings; i++)
            if (place_of(selection, i) == place) put_row(out, report, i, place);
}

static void put_promise(FILE *out, const struct selection_report *report) {
    const struct selection *selection = report->selection;
    char setting[SETTING_BYTES], zone[2 * NUMBER_BYTES];
    selection_report_setting(report->sweep, selection->best, setting, sizeof setting);
    put_value(selection->delta, report->unit, selection->delta, ZONE_DIGITS, zone);
    if (selection->end == SELECTION_BUDGET) {
        fprintf(out, "Not decided: the budget of %llu replications is used up. Best so far:\n  %s\n", (unsigned long long)selection->budget,
                setting);
        return;
    }
    fprintf(out, "Chosen: %s\n", setting);
    if (selection->n_settings > 1)
        fprintf(out, "With at least %g %% probability it is the best of the %zu, if the best is better than all\n"
                     "others by %s or more; settings nearer to the best than that may stand for it.\n",
                100 * selection->probability, selection->n_settings, zone);
}

void selection_report_table(FILE *out, const struct selection_report *report) {
    const struct selection *selection = report->selection;
    const struct scenario *base = report->sweep->base;
    char zone[2 * NUMBER_BYTES];
    fprintf(out, "%s: the %s %s of %zu setting%s\n", base->name, selection->minimise ? "smallest" : "largest", report->measure,
            selection->n_settings, selection->n_settings == 1 ? "" : "s");
    fprintf(out, "indifference zone %s", put_value(selection->delta, report->unit, selection->delta, ZONE_DIGITS, zone));
    if (selection->is_share) fprintf(out, " (%g %% of the best mean of %d)", 100 * selection->indifference, SELECTION_PILOT);
    fprintf(out, ", first stage %u, seed %.0f\n", selection->first_stage, base->run.values[RUN_SEED].number);
    put_rows(out, report);
    fputc('\n', out);
    put_promise(out, report);
    fprintf(out, "%llu replications (procedure KN, Kim and Nelson 2001).\n", (unsigned long long)selection->spent);
}

/* ---- JSON ------------------------------------------------------------------------------------------------ */

static void json_levels(FILE *out, const struct sweep *sweep, size_t point) {
    fputs("{", out);
    for (size_t f = 0; f < sweep->n_factors; f++) {
        if (f) fputs(", ", out);
        json_key(out, sweep->factors[f].key);
        json_text(out, sweep->factors[f].levels[sweep_level(sweep, point, f)]);
    }
    fputs("}", out);
}

static void json_setting(FILE *out, const struct selection_report *report, size_t i) {
    const struct selected *selected = &report->selection->settings[i];
    fputs("    {\"setting\": ", out);
    json_levels(out, report->sweep, i);
    fputs(", \"mean\": ", out);
    json_number(out, selected->mean);
    fprintf(out, ", \"judged\": %u, \"spent\": %u, \"fate\": ", selected->n, selected->spent);
    json_text(out, fate_of(report->selection, i));
    if (selected->dropped) {
        fputs(", \"dropped_by\": ", out);
        json_levels(out, report->sweep, selected->dropped_by);
    }
    fputs("}", out);
}

void selection_report_json(FILE *out, const struct selection_report *report) {
    const struct selection *selection = report->selection;
    const struct scenario *base = report->sweep->base;
    fputs("{\n  \"scenario\": ", out);
    json_text(out, base->name);
    fprintf(out, ",\n  \"seed\": %.0f,\n  \"version\": ", base->run.values[RUN_SEED].number);
    json_text(out, linger_version);
    fprintf(out, ",\n  \"%s\": ", selection->minimise ? "minimise" : "maximise");
    json_text(out, report->measure);
    fputs(",\n  \"unit\": ", out);
    json_text(out, report->unit);
    fprintf(out, ",\n  \"decided\": %s,\n  \"best\": ", selection->end == SELECTION_DECIDED ? "true" : "false");
    json_levels(out, report->sweep, selection->best);
    fputs(",\n  \"probability\": ", out);
    if (selection->end == SELECTION_DECIDED) json_number(out, selection->probability);
    else fputs("null", out);
    fputs(",\n  \"indifference\": ", out);
    json_number(out, selection->delta);
    fprintf(out, ",\n  \"first_stage\": %u,\n  \"replications\": %llu,\n  \"settings\": [\n", selection->first_stage,
            (unsigned long long)selection->spent);
    for (size_t i = 0; i < selection->n_settings; i++) {
        json_setting(out, report, i);
        fputs(i + 1 < selection->n_settings ? ",\n" : "\n", out);
    }
    fputs("  ]\n}\n", out);
}

/* ---- CSV --------------------------------------------------------------------------------------------------- */

void selection_report_csv(FILE *out, const struct selection_report *report) {
    const struct selection *selection = report->selection;
    for (size_t f = 0; f < report->sweep->n_factors; f++) {
        results_put_text(out, report->sweep->factors[f].key);
        fputc(',', out);
    }
    fputs("mean,judged,spent,fate,dropped_by\n", out);
    for (size_t i = 0; i < selection->n_settings; i++) {
        const struct selected *selected = &selection->settings[i];
        results_put_factors(out, report->sweep, i);
        results_put_number(out, selected->mean);
        fprintf(out, ",%u,%u,%s,", selected->n, selected->spent, fate_of(selection, i));
        if (selected->dropped) fprintf(out, "%zu", selected->dropped_by + 1);
        fputc('\n', out);
    }
}
