/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/interface/vendor.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "sim/kernel/text.h"

enum { VALUE_BYTES = 128 };

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

/* His number of ours: a factor between units of time, or one less of a count; NAN: neither. */
static double convert(enum param_type type, double pair_ours, double pair_his, double ours) {
    static const double factors[] = {1, 1e3, 1.0 / 60, 1.0 / 3600};
    size_t n = type == PARAM_TIME ? sizeof factors / sizeof factors[0] : 1;
    for (size_t i = 0; i < n; i++)
        if (is_close(pair_his, pair_ours * factors[i])) return ours * factors[i];
    return type == PARAM_COUNT && is_close(pair_his, pair_ours - 1) ? ours - 1 : (double)NAN;
}

static const char *write_number(const struct preset_value *pair, enum param_type type, double pair_ours, double ours, struct arena *arena) {
    double pair_his;
    char text[VALUE_BYTES];
    size_t length = strlen(pair->vendor_value), digits = text_number_prefix(pair->vendor_value, length, &pair_his);
    if (digits == 0 || !(pair_his > 0) || !(ours > 0)) return NULL;
    double his = convert(type, pair_ours, pair_his, ours), whole = round(his);
    if (!is_close(whole, his) || whole < 1) return NULL; /* also NAN */
    int n = snprintf(text, sizeof text, "%.0f%s", whole, pair->vendor_value + digits);
    return n < (int)sizeof text ? arena_text(arena, text, (size_t)n) : NULL;
}

const char *vendor_writes(const struct preset_value *pair, const struct param_set *params, struct arena *arena) {
    const struct param_value *value = &params->values[pair->index];
    enum param_type type = params->params[pair->index].type;
    double pair_ours = pair_number(pair, params, arena);
    if (!pair->vendor_value) return NULL;
    if (value->preset || is_close(value->number, pair_ours)) return pair->vendor_value;
    if (type == PARAM_SWITCH) return write_switch(pair->vendor_value, value->number > 0);
    bool is_number = type == PARAM_COUNT || type == PARAM_TIME || type == PARAM_BYTES;
    return is_number ? write_number(pair, type, pair_ours, value->number, arena) : NULL;
}
