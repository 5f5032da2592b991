/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/interface/setting_lines.h"

#include <ctype.h>
#include <math.h>
#include <string.h>

#include "sim/experiment/factor.h"
#include "sim/interface/growing_text.h"
#include "sim/kernel/text.h"

enum { VALUE_BYTES = 512 };

const char *setting_value(const struct param_set *set, size_t index, char *out, size_t out_bytes) {
    const struct param *param = &set->params[index];
    const char *unit = param_unit(param->type);
    char number[VALUE_BYTES];
    if (isnan(set->values[index].number) || param_is_word(param->type)) return param_print(set, index, out, out_bytes);
    param_print(set, index, number, sizeof number);
    bool is_rate = strcmp(unit, "1/s") == 0;
    snprintf(out, out_bytes, "%s%s", number, strcmp(unit, "1") == 0 ? "" : is_rate ? "/s" : unit);
    return out;
}

/* ---- the vendor's ------------------------------------------------------------------------------------------ */

/* Our word in his spelling: On beside on. */
static void spell(const char *his, const char *ours, char *out, size_t out_bytes) {
    snprintf(out, out_bytes, "%s", ours);
    if (isupper((unsigned char)his[0]) && out[0]) out[0] = (char)toupper((unsigned char)out[0]);
    for (size_t i = 1; out[i] && isupper((unsigned char)his[0]) && isupper((unsigned char)his[1]); i++) out[i] = (char)toupper((unsigned char)out[i]);
}

static bool is_whole(double x) { return !(fabs(x - round(x)) > 1e-9); }

/* `suffix` is what stands behind his number. */
static void put_time(const struct vendor_pair *pair, double his, const char *suffix, double number_s, char *out, size_t out_bytes,
                     const char **note) {
    bool in_ms = pair->number > 0 && fabs(his / pair->number - 1000) < 1;
    double whole = number_s > 0 ? fmax(1, round(number_s)) : 0;
    if (*suffix && is_whole(number_s)) snprintf(out, out_bytes, "%.0fs", number_s);
    else if (in_ms || *suffix) snprintf(out, out_bytes, "%.0f%s", round(1000 * number_s), in_ms ? suffix : "ms");
    else if (pair->fractions && !is_whole(number_s)) snprintf(out, out_bytes, "%.0f%s", round(1000 * number_s), pair->fractions);
    else snprintf(out, out_bytes, "%.0f", whole);
    if (!in_ms && !*suffix && !pair->fractions && !is_whole(number_s)) *note = "rounded to whole seconds";
}

const char *setting_vendor_value(enum param_type type, const struct vendor_pair *pair, double number, const char *ours, char *out,
                                 size_t out_bytes, const char **note) {
    const char *his = pair->value ? pair->value : "";
    double his_number = 0;
    size_t length = text_number_prefix(his, strlen(his), &his_number);
    *note = !(fabs(number) > 0) && pair->zero ? pair->zero : "";
    if (type == PARAM_TIME && length > 0) put_time(pair, his_number, his + length, number, out, out_bytes, note);
    else if (type == PARAM_COUNT && length > 0 && number > 0 && pair->number > 0) snprintf(out, out_bytes, "%.0f", number + his_number - pair->number);
    else if (param_is_word(type)) spell(his, ours, out, out_bytes);
    else snprintf(out, out_bytes, "%s", ours);
    return out;
}

/* "NAME VALUE;" with the names put in. */
static void put_line(FILE *out, const char *form, const char *name, const char *value) {
    while (*form) {
        bool is_name = strncmp(form, "NAME", 4) == 0, is_value = strncmp(form, "VALUE", 5) == 0;
        if (is_name || is_value) fputs(is_name ? name : value, out);
        else fputc(*form, out);
        form += is_name ? 4 : is_value ? 5 : 1;
    }
}

static const struct preset *preset_of(const struct scenario *scenario) {
    struct diag ignored = {0};
    for (size_t i = 0; i < scenario->params.n; i++)
        if (scenario->params.params[i].type == PARAM_PRESET && scenario->params.values[i].text[0])
            return preset_find(scenario->shelf, scenario->params.values[i].text, scenario->model, (struct place){0}, &ignored);
    return NULL;
}

static const struct preset_value *said_of(const struct preset *preset, size_t index) {
    for (size_t i = 0; i < preset->n; i++)
        if (preset->values[i].index == index) return preset->values[i].directive ? &preset->values[i] : NULL;
    return NULL;
}

/* The number of the preset's own value, read as a user's. */
static double number_of(const struct scenario *scenario, size_t index, const char *text) {
    struct scenario trial = scenario_copy(scenario, scenario->arena);
    struct diag ignored = {0};
    param_assign(&trial.params, index, text, (struct place){0}, NULL, scenario->arena, &ignored);
    return trial.params.values[index].number;
}

const char *setting_lines_product(const struct scenario *scenario) {
    const struct preset *preset = preset_of(scenario);
    if (!preset) return NULL;
    return text_format(scenario->arena, "%s %s", preset->product ? preset->product : preset->name, preset->version ? preset->version : "");
}

size_t setting_lines_vendor(FILE *out, const struct scenario *scenario, const char *const *keys, size_t n, const char *indent) {
    char ours[VALUE_BYTES], value[VALUE_BYTES];
    const char *note;
    const struct preset *preset = preset_of(scenario);
    size_t n_lines = 0;
    for (size_t k = 0; k < n && preset; k++) {
        size_t index = param_find(&scenario->params, keys[k]);
        const struct preset_value *said = index < scenario->params.n ? said_of(preset, index) : NULL;
        if (!said) continue;
        const struct vendor_pair pair = {said->vendor_value, number_of(scenario, index, said->text), said->zero, preset->fractions};
        param_print(&scenario->params, index, ours, sizeof ours);
        setting_vendor_value(scenario->params.params[index].type, &pair, scenario->params.values[index].number, ours, value, sizeof value, &note);
        fputs(indent, out);
        put_line(out, preset->line ? preset->line : "NAME = VALUE", said->directive, value);
        if (*note) fprintf(out, "%s    # %s", indent, note);
        fputc('\n', out);
        n_lines++;
    }
    return n_lines;
}

void setting_lines_ours(FILE *out, const struct scenario *scenario, const char *const *keys, size_t n, const char *indent) {
    char value[VALUE_BYTES];
    const char *section = "";
    for (size_t k = 0; k < n; k++) {
        size_t index, length = strcspn(keys[k], ".");
        const struct param_set *table = factor_table(scenario, keys[k], &index);
        if (!table) continue;
        if (strncmp(section, keys[k], length + 1) != 0) fprintf(out, "%s[%.*s]\n", indent, (int)length, keys[k]);
        section = keys[k];
        fprintf(out, "%s%s = %s\n", indent, keys[k] + length + 1, setting_value(table, index, value, sizeof value));
    }
}

void setting_lines_write(FILE *out, const struct scenario *scenario, const char *const *keys, size_t n) {
    struct growing_text growing;
    growing_text_open(&growing);
    bool is_said = setting_lines_vendor(growing.out, scenario, keys, n, "  ") > 0;
    const char *vendors = growing_text_take(&growing, scenario->arena);
    setting_lines_ours(out, scenario, keys, n, "  ");
    if (is_said) fprintf(out, "%s:\n%s", setting_lines_product(scenario), vendors);
}
