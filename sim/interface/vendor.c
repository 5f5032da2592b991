/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/interface/vendor.h"

#include <math.h>
#include <string.h>

#include "sim/kernel/text.h"

static bool is_close(double a, double b) { return fabs(a - b) <= 1e-9 * fabs(b); }

/* Our value of the pair. */
static double pair_number(const struct preset_value *pair, const struct param_set *params, struct arena *arena) {
    struct diag diag = {0};
    struct param_set trial = param_set_copy(params, arena);
    if (!param_assign(&trial, pair->index, pair->text, (struct place){0}, NULL, arena, &diag)) return (double)NAN;
    return trial.values[pair->index].number;
}

/* on to On, when he writes On or Off. */
static const char *write_switch(const char *vendor_value, bool on) {
    static const char *const spellings[][2] = {{"off", "on"}, {"Off", "On"}, {"no", "yes"}, {"false", "true"}};
    for (size_t i = 0; i < sizeof spellings / sizeof spellings[0]; i++)
        for (size_t k = 0; k < 2; k++)
            if (strcmp(vendor_value, spellings[i][k]) == 0) return spellings[i][on];
    return NULL;
}

/* His units in ours, by what he makes of our value of the pair; 0: none of these. */
static double scale_of(enum param_type type, double pair_ours, double pair_his) {
    static const double scales[] = {1, 1e3, 1.0 / 60, 1.0 / 3600};
    size_t n = type == PARAM_TIME ? sizeof scales / sizeof scales[0] : 1;
    for (size_t i = 0; i < n; i++)
        if (is_close(pair_his, pair_ours * scales[i])) return scales[i];
    return 0;
}

static bool is_whole(double x) { return x >= 0.5 && fabs(x - round(x)) <= 1e-9 * x; }

/* Seconds that are no whole number of his seconds. */
static const char *write_fraction(const struct preset *preset, const char *suffix, double ours_s, struct arena *arena, const char **note) {
    bool carries_s = strcmp(suffix, "s") == 0;
    const char *ms = preset->fractions ? preset->fractions : carries_s ? "ms" : NULL;
    if ((*suffix && !carries_s) || (ms && strcmp(ms, "none") == 0)) return NULL;
    if (ms) return text_format(arena, "%.0f%s", fmax(1, round(1e3 * ours_s)), ms);
    *note = "rounded to whole seconds";
    return text_format(arena, "%.0f", fmax(1, round(ours_s)));
}

/* Ours is: an idle limit of 0 s keeps nothing, a count of 0 is none. */
static bool means_the_same(const char *zero, enum param_type type) {
    if (!zero) return false;
    return type == PARAM_COUNT ? strncmp(zero, "no limit", 8) == 0 : strncmp(zero, "keep-alive off", 14) == 0 || strncmp(zero, "off", 3) == 0;
}

static const char *write_zero(const struct preset_value *pair, enum param_type type, const char *suffix, struct arena *arena, const char **note) {
    if (!means_the_same(pair->zero, type)) return NULL;
    *note = pair->zero;
    return text_format(arena, "0%s", suffix);
}

static const char *write_number(const struct preset *preset, const struct preset_value *pair, enum param_type type, double pair_ours, double ours,
                                struct arena *arena, const char **note) {
    double pair_his;
    size_t digits = text_number_prefix(pair->vendor_value, strlen(pair->vendor_value), &pair_his);
    const char *suffix = pair->vendor_value + digits;
    if (digits == 0) return NULL;
    if (!(ours > 0)) return write_zero(pair, type, suffix, arena, note);
    bool one_less = type == PARAM_COUNT && is_close(pair_his, pair_ours - 1);
    double scale = scale_of(type, pair_ours, pair_his), his = one_less ? ours - 1 : scale * ours;
    if (!one_less && !(scale > 0)) return NULL;
    if (is_whole(his)) return text_format(arena, "%.0f%s", his, suffix);
    bool in_seconds = type == PARAM_TIME && is_close(scale, 1);
    return in_seconds ? write_fraction(preset, suffix, ours, arena, note) : NULL;
}

const char *vendor_writes(const struct preset *preset, const struct preset_value *pair, const struct param_set *params, struct arena *arena,
                          const char **note) {
    const struct param_value *value = &params->values[pair->index];
    enum param_type type = params->params[pair->index].type;
    double pair_ours = pair_number(pair, params, arena);
    *note = "";
    if (!pair->vendor_value) return NULL;
    if (value->preset || is_close(value->number, pair_ours)) return pair->vendor_value;
    if (type == PARAM_SWITCH) return write_switch(pair->vendor_value, value->number > 0);
    bool is_number = type == PARAM_COUNT || type == PARAM_TIME || type == PARAM_BYTES;
    return is_number ? write_number(preset, pair, type, pair_ours, value->number, arena, note) : NULL;
}
