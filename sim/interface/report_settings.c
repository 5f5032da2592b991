/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/interface/report_settings.h"

#include <string.h>

#include "sim/interface/growing_text.h"
#include "sim/interface/vendor.h"
#include "sim/interface/warmup_report.h"
#include "sim/kernel/text.h"

/* ---- our lines ------------------------------------------------------------------------------------- */

static const char *level_of(const struct sweep *sweep, size_t point, size_t f) {
    return sweep->factors[f].levels[sweep_level(sweep, point, f)];
}

const char *report_settings_words(const struct sweep *sweep, size_t point, const bool *is_free, struct arena *arena) {
    const char *words = "";
    for (size_t f = 0; f < sweep->n_factors; f++)
        if (!is_free || !is_free[f])
            words = text_format(arena, "%s%s%s = %s", words, *words ? ", " : "", sweep->factors[f].key, level_of(sweep, point, f));
    return *words ? words : "any of the settings";
}

/* Lines of an INI file: the name of a section once, while it stays the same. */
struct ini_text {
    FILE *out;
    char section[64];
};

static void put_ini(struct ini_text *ini, const char *key, const char *value) {
    size_t length = strcspn(key, ".");
    if (strncmp(ini->section, key, length) != 0 || ini->section[length]) {
        fprintf(ini->out, "%s[%.*s]\n", *ini->section ? "\n" : "", (int)length, key);
        snprintf(ini->section, sizeof ini->section, "%.*s", (int)length, key);
    }
    fprintf(ini->out, "%s = %s\n", key + length + (key[length] == '.'), value);
}

static void put_given(struct ini_text *ini, const struct param_set *set) {
    for (size_t i = 0; i < set->n; i++)
        if (set->values[i].given) put_ini(ini, set->params[i].name, set->values[i].text);
}

static void put_our_lines(struct report_html *page, const struct sweep *sweep, size_t point, const bool *is_free, struct arena *arena) {
    struct growing_text growing;
    struct ini_text ini = {0};
    growing_text_open(&growing);
    ini.out = growing.out;
    for (size_t f = 0; f < sweep->n_factors; f++)
        if (!is_free || !is_free[f]) put_ini(&ini, sweep->factors[f].key, level_of(sweep, point, f));
    if (sweep->n_factors == 0) {
        put_given(&ini, &sweep->base->params);
        put_given(&ini, &sweep->base->run);
    }
    const char *lines = growing_text_take(&growing, arena);
    if (*lines) report_html_lines(page, lines);
}

/* ---- the vendor's ------------------------------------------------------------------------------------ */

static const struct preset *preset_of(const struct scenario *scenario) {
    struct diag diag = {0};
    const struct param_set *set = &scenario->params;
    for (size_t i = 0; i < set->n; i++)
        if (set->params[i].type == PARAM_PRESET && *set->values[i].text)
            return preset_find(scenario->shelf, set->values[i].text, scenario->model, (struct place){0}, &diag);
    return NULL;
}

static const char *or_empty(const char *text) { return text ? text : ""; }

static const char *note_of(const struct preset_value *pair, const char *written, const char *note, struct arena *arena) {
    const char *zero = pair->zero ? text_format(arena, "0 means: %s. ", pair->zero) : "";
    const char *hint = "How the vendor writes this value does not follow from the preset: see the manual. ";
    if (written) hint = *note && note != pair->zero ? text_format(arena, "%s. ", note) : "";
    return text_format(arena, "%s%s%s", hint, zero, or_empty(pair->note));
}

static void put_vendor_row(struct report_html *page, const struct preset *preset, const struct preset_value *pair, const struct param_set *set,
                           struct arena *arena) {
    const struct param_value *value = &set->values[pair->index];
    const char *note, *written = vendor_writes(preset, pair, set, arena, &note);
    report_html_cell(page, pair->directive);
    report_html_cell(page, written ? written : "?");
    report_html_cell(page, or_empty(pair->vendor_value));
    report_html_cell(page, text_format(arena, "%s = %s", set->params[pair->index].name, value->text));
    report_html_cell(page, note_of(pair, written, note, arena));
}

/* Those that differ from the preset, or those that do not. */
static size_t put_vendor_table(struct report_html *page, const struct preset *preset, const struct scenario *scenario, bool changed,
                               const char *caption, struct arena *arena) {
    static const char *const headings[] = {"directive", "value", "preset", "here", "note"};
    size_t n = 0;
    for (size_t i = 0; i < preset->n; i++) {
        const struct preset_value *pair = &preset->values[i];
        if (!pair->directive || (scenario->params.values[pair->index].preset == NULL) != changed) continue;
        if (n++ == 0) report_html_table(page, caption, headings, 5);
        put_vendor_row(page, preset, pair, &scenario->params, arena);
    }
    if (n) report_html_end(page);
    return n;
}

static void put_vendor(struct report_html *page, const struct scenario *scenario, struct arena *arena) {
    const struct preset *preset = preset_of(scenario);
    if (!preset) return;
    const char *product = text_format(arena, "%s%s%s", preset->product ? preset->product : preset->name,
                                                 preset->version ? " " : "", or_empty(preset->version));
    const char *caption = text_format(arena, "Directives of %s that differ from the preset %s", product, preset->name);
    if (put_vendor_table(page, preset, scenario, true, caption, arena) == 0)
        report_html_words(page, text_format(arena, "%s stays as the preset %s has it: no directive is to be changed.", product,
                                                       preset->name));
    report_html_fold(page, text_format(arena, "Directives that stay as the preset %s has them", preset->name));
    put_vendor_table(page, preset, scenario, false, product, arena);
    report_html_end(page);
}

void report_settings_lines(struct report_html *page, const struct sweep *sweep, size_t point, const bool *is_free, struct arena *arena) {
    put_our_lines(page, sweep, point, is_free, arena);
    put_vendor(page, &sweep->points[point], arena);
}

/* ---- what was assumed ---------------------------------------------------------------------------------- */

static const struct factor *factor_of(const struct sweep *sweep, const char *key) {
    for (size_t f = 0; f < sweep->n_factors; f++)
        if (strcmp(sweep->factors[f].key, key) == 0) return &sweep->factors[f];
    return NULL;
}

static const char *levels_text(const struct factor *factor, struct arena *arena) {
    struct growing_text growing;
    growing_text_open(&growing);
    for (size_t i = 0; i < factor->n_levels; i++) fprintf(growing.out, "%s%s", i ? ", " : "", factor->levels[i]);
    return growing_text_take(&growing, arena);
}

/* Where the value of a parameter comes from. */
enum origin { ORIGIN_GIVEN, ORIGIN_PRESET, ORIGIN_DEFAULT };

static enum origin origin_of(const struct sweep *sweep, const struct param_set *set, size_t i) {
    if (set->values[i].given || factor_of(sweep, set->params[i].name)) return ORIGIN_GIVEN;
    return set->values[i].preset ? ORIGIN_PRESET : ORIGIN_DEFAULT;
}

static const char *source_of(const struct report_source *source, const struct param_set *set, size_t i, struct arena *arena) {
    const char *said = source ? source->of(source->context, set, i) : NULL;
    if (said) return said;
    if (set->values[i].given) return "given";
    return set->values[i].preset ? text_format(arena, "preset %s", set->values[i].preset) : set->params[i].source;
}

static void put_parameter(struct report_html *page, const struct sweep *sweep, const struct report_source *source, const struct param_set *set, size_t i,
                          struct arena *arena) {
    const struct param *param = &set->params[i];
    const struct param_value *value = &set->values[i];
    const struct factor *factor = factor_of(sweep, param->name);
    report_html_cell(page, param->name);
    report_html_cell(page, factor ? levels_text(factor, arena) : *value->text ? value->text : "none");
    report_html_cell(page, param->help);
    report_html_cell(page, factor ? "varied" : source_of(source, set, i, arena));
}

static size_t put_parameters(struct report_html *page, const struct sweep *sweep, const struct report_source *source, enum origin origin,
                             const char *caption, struct arena *arena) {
    static const char *const headings[] = {"parameter", "value", "meaning", "source"};
    const struct param_set *const sets[] = {&sweep->base->params, &sweep->base->run};
    size_t n = 0;
    for (size_t k = 0; k < 2; k++)
        for (size_t i = 0; i < sets[k]->n; i++) {
            if (origin_of(sweep, sets[k], i) != origin) continue;
            if (n++ == 0) report_html_table(page, caption, headings, 4);
            put_parameter(page, sweep, source, sets[k], i, arena);
        }
    if (n) report_html_end(page);
    return n;
}

static bool has_origin(const struct sweep *sweep, enum origin origin) {
    for (size_t i = 0; i < sweep->base->params.n; i++)
        if (origin_of(sweep, &sweep->base->params, i) == origin) return true;
    return false;
}

void report_settings_assumptions(struct report_html *page, const struct sweep *sweep, const struct report_source *source, struct arena *arena) {
    const struct workload *workload = &sweep->base->workload;
    const char *file = sweep->base->run.values[RUN_WORKLOAD_FILE].text;
    if (workload->n_classes)
        report_html_words(page, text_format(arena, "The users are the %zu classes of %s.", workload->n_classes, file));
    if (workload->n_requests)
        report_html_words(page, text_format(arena, "The %zu requests of %u clients are those of %s.", workload->n_requests,
                                                       workload->n_clients, file));
    if (put_parameters(page, sweep, source, ORIGIN_GIVEN, "Given and varied", arena) == 0)
        report_html_words(page, "Nothing was given: every parameter is at its default.");
    if (has_origin(sweep, ORIGIN_PRESET)) {
        report_html_fold(page, "What the preset says");
        put_parameters(page, sweep, source, ORIGIN_PRESET, "From the preset", arena);
        report_html_end(page);
    }
    report_html_fold(page, "Everything else: defaults, and where they come from");
    put_parameters(page, sweep, source, ORIGIN_DEFAULT, "Defaults", arena);
    report_html_end(page);
}

/* ---- what is not in it ------------------------------------------------------------------------------------- */

void report_settings_left_out(struct report_html *page, const struct scenario *scenario) {
    const char *const *sentence = scenario->model->left_out;
    report_html_section(page, "What is not in it");
    for (; sentence && *sentence; sentence++) report_html_words(page, *sentence);
    if (!warmup_report_is_found(scenario)) report_html_words(page, "The warm-up was given, not found, and intervals do not judge it.");
    report_html_words(page, "A simulation is as good as its parameters: hold it against a measurement of your own before you trust it with a decision.");
}
