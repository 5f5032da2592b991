/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The verdict for programs: one JSON object, SI units.
 */
#include "models/advice/advise.h"

#include "models/models.h"
#include "sim/interface/json.h"

static void put(FILE *out, const char *name, double value, const char *end) {
    json_key(out, name);
    json_number(out, value);
    fputs(end, out);
}

static void put_text(FILE *out, const char *name, const char *value, const char *end) {
    json_key(out, name);
    if (value) json_text(out, value);
    else fputs("null", out);
    fputs(end, out);
}

static void json_slots(FILE *out, const struct advise *advise) {
    static const char *const causes[] = {"not reached", "keep-alive", "closing", "cpu", "requests"};
    const struct advise_slots *slots = &advise->slots;
    fputs(" \"slots\": {", out);
    put(out, "total", slots->total, ", ");
    put(out, "peak", slots->peak, ", ");
    put_text(out, "peak_measure", slots->peak_measure, ", ");
    put_text(out, "cause", causes[slots->cause], ", \"parts\": [");
    for (size_t i = 0; i < slots->n; i++) {
        fputs(i ? ",\n  {" : "\n  {", out);
        put_text(out, "name", slots->parts[i].name, ", ");
        put_text(out, "measure", slots->parts[i].measure, ", ");
        put(out, "mean", slots->parts[i].mean, ", ");
        put(out, "share", slots->parts[i].share, "}");
    }
    fputs("]},\n", out);
}

static void json_findings(FILE *out, const struct advise *advise) {
    fputs(" \"findings\": [", out);
    for (size_t i = 0; i < advise->n_findings; i++) {
        const struct finding *finding = &advise->findings[i];
        fputs(i ? ",\n  {" : "\n  {", out);
        put_text(out, "rule", finding->rule, ", ");
        put_text(out, "measure", finding->measure, ", ");
        put(out, "value", finding->value, ", ");
        put_text(out, "unit", finding->unit, ", ");
        put(out, "limit", finding->limit, ", ");
        put_text(out, "parameter", web_params[finding->param].name, ", ");
        put_text(out, "where", advise_where(advise, finding->param), ", ");
        put_text(out, "words", finding->words, ", ");
        put_text(out, "source", finding->source, "}");
    }
    fputs("],\n", out);
}

static void json_measures(FILE *out, const struct advise *advise) {
    char name[64];
    fputs(" \"measures\": {", out);
    for (size_t c = 0; c < model_columns(&model_web); c++) {
        const struct measure *measure = model_column(&model_web, c, name, sizeof name);
        fputs(c ? ",\n  " : "\n  ", out);
        json_key(out, name);
        fputc('{', out);
        put_text(out, "unit", measure->unit, ", ");
        put(out, "mean", advise->estimates[c].mean, ", ");
        put(out, "half_width", advise->estimates[c].half_width, ", ");
        put(out, "n", (double)advise->estimates[c].n, "}");
    }
    fputs("},\n", out);
}

static void json_changes(FILE *out, const struct advise_setting *setting) {
    fputs("\"changes\": {", out);
    for (size_t i = 0; i < setting->n; i++) put_text(out, setting->changes[i].key, setting->changes[i].value, i + 1 < setting->n ? ", " : "");
    fputs("}, ", out);
}

static void json_settings(FILE *out, const struct advise *advise) {
    fputs(" \"tried\": [", out);
    for (size_t i = 0; i < advise->n_settings; i++) {
        const struct advise_setting *setting = &advise->settings[i];
        fputs(i ? ",\n  {" : "\n  {", out);
        json_changes(out, setting);
        put(out, "page_response", setting->response_s, ", ");
        put(out, "page_response_p95", setting->p95_s, ", ");
        put(out, "memory_total", setting->memory_bytes, ", ");
        put(out, "memory_total_peak", setting->memory_peak_bytes, ", ");
        put_text(out, "fate", advise_fate_word(advise, i), "}");
    }
    fputs("],\n \"advised\": {", out);
    json_changes(out, &advise->settings[advise->best]);
    fputs("\"promises\": {", out);
    for (size_t i = 0; i < ADVISE_PROMISES && advise->best; i++) {
        const struct difference *d = &advise->promises[i];
        fputs(i ? ",\n  " : "\n  ", out);
        json_key(out, advise_promised[i]);
        fputc('{', out);
        put(out, "now", d->mean_a, ", ");
        put(out, "then", d->mean_b, ", ");
        put(out, "difference", d->mean, ", ");
        put(out, "half_width", d->half_width, ", ");
        put(out, "n", (double)d->n, "}");
    }
    fputs("},\n  ", out);
    put_text(out, "patch", advise->patch, "}");
}

void advise_json(FILE *out, const struct advise *advise) {
    fputc('{', out);
    put_text(out, "version", linger_version, ",\n ");
    put_text(out, "traffic", advise->has_log ? advise->request->import.files[0] : advise->request->scenario_file, ",\n ");
    put_text(out, "configuration", advise->has_config ? advise->config.main_file : NULL, ",\n ");
    put(out, "seed", advise->scenario.run.values[RUN_SEED].number, ",\n ");
    put(out, "opening_cost_s", advise->opening_cost_s, ",\n ");
    put(out, "slots_that_fit", fit_limit(&advise->fit), ",\n");
    json_slots(out, advise);
    json_findings(out, advise);
    json_measures(out, advise);
    json_settings(out, advise);
    fputs("\n}\n", out);
}
