/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/interface/setting_lines.h"

#include <math.h>
#include <string.h>

#include "sim/experiment/factor.h"
#include "sim/interface/growing_text.h"
#include "sim/interface/vendor.h"
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

const char *setting_lines_product(const struct scenario *scenario) {
    const struct preset *preset = preset_of(scenario);
    if (!preset) return NULL;
    return text_format(scenario->arena, "%s %s", preset->product ? preset->product : preset->name, preset->version ? preset->version : "");
}

size_t setting_lines_vendor(FILE *out, const struct scenario *scenario, const char *const *keys, size_t n, const char *indent) {
    const char *note;
    const struct preset *preset = preset_of(scenario);
    size_t n_lines = 0;
    for (size_t k = 0; k < n && preset; k++) {
        size_t index = param_find(&scenario->params, keys[k]);
        const struct preset_value *said = index < scenario->params.n ? said_of(preset, index) : NULL;
        if (!said) continue;
        const char *value = vendor_writes(preset, said, &scenario->params, scenario->arena, &note);
        fputs(indent, out);
        if (value) put_line(out, preset->line ? preset->line : "NAME = VALUE", said->directive, value);
        else fprintf(out, "# %s: see its manual, and linger presets %s", said->directive, preset->name);
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
