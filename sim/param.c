/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/param.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "sim/kernel/text.h"

static const double COUNT_MAX = 0x1p53; /* up to here each whole number is a double */

/* ---- units --------------------------------------------------------------------------------------- */

/* One of these in SI is multiplier / divisor. Both are exact, and 300/1e3 is the nearest double to 0.3, which
 * 300 * 1e-3 is not for every number. */
struct unit {
    const char *name;
    double multiplier, divisor;
};

#define KI 1024.0
static const struct unit time_units[] = {{"ns", 1, 1e9}, {"us", 1, 1e6},  {"ms", 1, 1e3},    {"s", 1, 1},
                                         {"min", 60, 1}, {"h", 3600, 1}, {"d", 86400, 1}, {NULL, 0, 0}};
static const struct unit byte_units[] = {
    {"B", 1, 1},    {"kB", 1e3, 1},      {"MB", 1e6, 1},           {"GB", 1e9, 1},                {"TB", 1e12, 1},
    {"KiB", KI, 1}, {"MiB", KI * KI, 1}, {"GiB", KI * KI * KI, 1}, {"TiB", KI * KI * KI * KI, 1}, {NULL, 0, 0}};
static const struct unit rate_units[] = {{"/s", 1, 1},  {"/min", 1, 60},   {"/h", 1, 3600}, {"/d", 1, 86400},
                                         {"/ms", 1e3, 1}, {NULL, 0, 0}};
static const struct unit byte_rate_units[] = {
    {"bit/s", 1, 8},   {"kbit/s", 1e3, 8},  {"Mbit/s", 1e6, 8},     {"Gbit/s", 1e9, 8},         {"B/s", 1, 1},
    {"kB/s", 1e3, 1},  {"MB/s", 1e6, 1},    {"GB/s", 1e9, 1},       {"KiB/s", KI, 1},
    {"MiB/s", KI * KI, 1}, {"GiB/s", KI * KI * KI, 1}, {NULL, 0, 0}};
static const struct unit share_units[] = {{"%", 1, 100}, {NULL, 0, 0}};
static const struct unit no_units[] = {{NULL, 0, 0}};

/* What a type is called in messages and tables. The last column is the example of a distribution. */
static const struct dimension {
    const char *noun, *si;
    const struct unit *units;
    const char *example;
} dimensions[] = {
    [PARAM_SWITCH] = {"a switch", "", no_units, NULL},
    [PARAM_CHOICE] = {"a word", "", no_units, NULL},
    [PARAM_COUNT] = {"a whole number", "1", no_units, NULL},
    [PARAM_NUMBER] = {"a number", "1", no_units, NULL},
    [PARAM_SHARE] = {"a share", "1", share_units, NULL},
    [PARAM_TIME] = {"a time", "s", time_units, NULL},
    [PARAM_BYTES] = {"a size", "B", byte_units, NULL},
    [PARAM_RATE] = {"a rate", "1/s", rate_units, NULL},
    [PARAM_BYTE_RATE] = {"a byte rate", "B/s", byte_rate_units, NULL},
    [PARAM_TIME_VARIATE] = {"a distribution of times", "s", time_units, "5s or exponential(5s)"},
    [PARAM_BYTES_VARIATE] = {"a distribution of sizes", "B", byte_units, "10kB or lognormal(9.36,1.32)"},
    [PARAM_COUNT_VARIATE] = {"a distribution of numbers", "1", no_units, "5 or geometric(0.2)"},
    [PARAM_TEXT] = {"any text", "", no_units, NULL},
    [PARAM_FILE] = {"the name of a file", "", no_units, NULL},
    [PARAM_CURVE] = {"the name of a CSV", "", no_units, NULL},
    [PARAM_PRESET] = {"the name of a preset, or of its file", "", no_units, NULL},
};

const char *param_unit(enum param_type type) { return dimensions[type].si; }

/* A number and one of the units, or a bare number, which is in SI. */
static bool read_quantity(struct span text, const struct unit *units, double *value) {
    text = span_trim(text);
    double number;
    size_t n = text_number_prefix(text.text, text.length, &number);
    if (n == 0) return false;
    struct span unit = span_trim((struct span){text.text + n, text.length - n});
    *value = number;
    if (unit.length == 0) return true;
    for (; units->name; units++)
        if (span_is(unit, units->name)) {
            *value = number * units->multiplier / units->divisor;
            return isfinite(*value);
        }
    return false;
}

static bool read_time(const char *text, size_t length, double *value) {
    return read_quantity((struct span){text, length}, time_units, value);
}

static bool read_bytes(const char *text, size_t length, double *value) {
    return read_quantity((struct span){text, length}, byte_units, value);
}

/* ---- words --------------------------------------------------------------------------------------- */

static bool read_switch(struct span text, double *value) {
    static const char *const words[] = {"off", "on", "no", "yes", "false", "true", "0", "1"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (span_is(text, words[i])) {
            *value = (double)(i % 2);
            return true;
        }
    return false;
}

/* The next of "prefork|worker"; the text is moved behind it. */
static struct span next_choice(const char **choices) {
    size_t n = strcspn(*choices, "|");
    struct span choice = {*choices, n};
    *choices += n + ((*choices)[n] == '|');
    return choice;
}

static bool read_choice(struct span text, const char *choices, double *value) {
    for (*value = 0; *choices; *value += 1) {
        struct span choice = next_choice(&choices);
        if (choice.length == text.length && memcmp(choice.text, text.text, text.length) == 0) return true;
    }
    return false;
}

static struct span choice_at(const char *choices, size_t index) {
    struct span choice = next_choice(&choices);
    while (index-- > 0) choice = next_choice(&choices);
    return choice;
}

/* ---- what is allowed ------------------------------------------------------------------------------- */

static bool is_variate(enum param_type type) {
    return type == PARAM_TIME_VARIATE || type == PARAM_COUNT_VARIATE || type == PARAM_BYTES_VARIATE;
}

bool param_is_word(enum param_type type) {
    return type == PARAM_SWITCH || type == PARAM_CHOICE || type == PARAM_TEXT || type == PARAM_FILE || type == PARAM_CURVE ||
           type == PARAM_PRESET;
}

/* "0 s"; a dimensionless number has no unit. */
static const char *print_bound(double bound, const char *si, char *out, size_t out_bytes) {
    char number[TEXT_NUMBER_BYTES];
    text_print_number(bound, number, sizeof number);
    bool bare = strcmp(si, "1") == 0;
    snprintf(out, out_bytes, "%s%s%s", number, bare ? "" : " ", bare ? "" : si);
    return out;
}

static const char *allowed_choices(const char *choices, char *out, size_t out_bytes) {
    size_t used = 0;
    for (const char *c = choices; *c && used + 4 < out_bytes; c++)
        used += (size_t)snprintf(out + used, out_bytes - used, *c == '|' ? " | " : "%c", *c);
    return out;
}

/* "the name of a CSV with columns cache_bytes and miss_ratio". */
static const char *allowed_columns(const struct param *param, char *out, size_t out_bytes) {
    const char *second = param->choices;
    struct span first = next_choice(&second);
    snprintf(out, out_bytes, "%s with columns %.*s and %s", dimensions[param->type].noun, (int)first.length, first.text, second);
    return out;
}

const char *param_allowed(const struct param *param, char *out, size_t out_bytes) {
    const struct dimension *dimension = &dimensions[param->type];
    char low[64], high[64];
    if (param->type == PARAM_CHOICE) return allowed_choices(param->choices, out, out_bytes);
    if (param->type == PARAM_SWITCH) return allowed_choices("on|off", out, out_bytes);
    if (param->type == PARAM_CURVE) return allowed_columns(param, out, out_bytes);
    print_bound(param->min, dimension->si, low, sizeof low);
    print_bound(param->max, dimension->si, high, sizeof high);
    bool has_low = param->min > -HUGE_VAL && !param_is_word(param->type);
    bool has_high = param->max < (param->type == PARAM_COUNT ? COUNT_MAX : HUGE_VAL) && !param_is_word(param->type);
    const char *word = param->type == PARAM_TIME ? param->choices : NULL;
    snprintf(out, out_bytes, "%s%s%s%s%s%s%s%s%s%s", word ? word : "", word ? " or " : "", dimension->noun, has_low || has_high ? " of " : "",
             has_low ? low : has_high ? "at most " : "", has_low && has_high ? " to " : "",
             has_high ? high : "", has_low && !has_high ? " or more" : "",
             dimension->example ? ", like " : "", dimension->example ? dimension->example : "");
    return out;
}

/* Adds the units to what is allowed, where the text may have failed for its unit. */
static void allow_units(enum param_type type, char *out, size_t out_bytes) {
    const struct unit *units = dimensions[type].units;
    size_t used = strlen(out);
    for (const struct unit *u = units; u->name && used < out_bytes; u++)
        used += (size_t)snprintf(out + used, out_bytes - used, "%s%s", u == units ? ", in " : " ", u->name);
}

/* ---- reading ------------------------------------------------------------------------------------ */

/* What `empirical(...)` needs to load its column. */
struct column_context {
    param_column_fn *fn;
    struct arena *arena;
    struct place place;
    struct diag *diag;
};

static const double *load_column(void *context, const char *file, const char *column, size_t *n) {
    struct column_context *c = context;
    return c->fn(file, &(struct param_column){column, -HUGE_VAL, HUGE_VAL, false}, n, c->arena, c->place, c->diag);
}

/* Why a value was refused: its text cannot be read, or it is out of range. */
enum verdict { FINE, UNREADABLE, OUT_OF_RANGE };

static enum verdict judge(const struct param *param, double value) {
    return value >= param->min && value <= param->max ? FINE : OUT_OF_RANGE;
}

static enum verdict read_number(const struct param *param, struct span text, double *value) {
    switch (param->type) {
    case PARAM_SWITCH: return read_switch(text, value) ? FINE : UNREADABLE;
    case PARAM_CHOICE: return read_choice(text, param->choices, value) ? FINE : UNREADABLE;
    case PARAM_TEXT:
    case PARAM_FILE:
    case PARAM_PRESET: *value = (double)NAN; return FINE;
    default: break;
    }
    if (param->type == PARAM_TIME && param->choices && read_choice(text, param->choices, value)) {
        *value = (double)NAN;
        return FINE;
    }
    if (!read_quantity(text, dimensions[param->type].units, value)) return UNREADABLE;
    if (param->type == PARAM_COUNT && (floor(*value) < *value || fabs(*value) > COUNT_MAX)) return UNREADABLE;
    return judge(param, *value);
}

/* The ends of what can be drawn must lie in the range; a tail without end is let pass. */
static enum verdict judge_variate(const struct param *param, const struct variate *variate) {
    double low = variate_min(variate), high = variate_max(variate);
    if (judge(param, low) != FINE) return OUT_OF_RANGE;
    return high < HUGE_VAL ? judge(param, high) : FINE;
}

static enum verdict read_variate(const struct param *param, const char *text, struct variate *out,
                                 struct column_context *context, char *why, size_t why_bytes) {
    variate_quantity_fn *quantity = param->type == PARAM_TIME_VARIATE    ? read_time
                                    : param->type == PARAM_BYTES_VARIATE ? read_bytes
                                                                         : text_number;
    variate_column_fn *column_fn = context->fn ? load_column : NULL;
    if (!variate_parse(text, out, quantity, column_fn, context, context->arena, why, why_bytes))
        return UNREADABLE;
    return judge_variate(param, out);
}

static enum verdict read_curve(const struct param *param, const char *text, struct param_curve *out,
                               const struct column_context *context, char *why, size_t why_bytes) {
    if (!*text) return FINE;
    if (!context->fn) {
        snprintf(why, why_bytes, "files cannot be used here");
        return UNREADABLE;
    }
    const char *second = param->choices;
    struct span first = next_choice(&second);
    const struct param_column x = {arena_text(context->arena, first.text, first.length), 0, HUGE_VAL, true};
    const struct param_column y = {second, param->min, param->max, false};
    out->x = context->fn(text, &x, &out->n, context->arena, context->place, context->diag);
    if (out->x) out->y = context->fn(text, &y, &out->n, context->arena, context->place, context->diag);
    return out->y ? FINE : UNREADABLE;
}

static enum verdict read_value(const struct param *param, struct span text, struct param_value *value,
                               struct column_context *context, char *why, size_t why_bytes) {
    if (is_variate(param->type)) return read_variate(param, value->text, &value->variate, context, why, why_bytes);
    if (param->type == PARAM_CURVE) return read_curve(param, value->text, &value->curve, context, why, why_bytes);
    return read_number(param, text, &value->number);
}

static void complain(const struct param *param, const char *text, const char *why, enum verdict verdict,
                     struct place place, struct diag *diag) {
    char allowed[DIAG_TEXT_BYTES];
    param_allowed(param, allowed, sizeof allowed);
    if (verdict == UNREADABLE) allow_units(param->type, allowed, sizeof allowed);
    diag_add(diag, STATUS_SCENARIO, place, "read '%.100s'%s%s, allowed: %s", text, *why ? ": " : "", why, allowed);
}

bool param_assign(struct param_set *set, size_t index, const char *text, struct place place,
                  param_column_fn *column_fn, struct arena *arena, struct diag *diag) {
    const struct param *param = &set->params[index];
    struct span trimmed = span_trim(span_of(text));
    struct param_value value = {.number = (double)NAN, .given = true};
    value.text = arena_text(arena, trimmed.text, trimmed.length);
    struct column_context context = {column_fn, arena, place, diag};
    char why[DIAG_TEXT_BYTES / 2] = "";
    size_t complaints = diag->count;
    enum verdict verdict = read_value(param, trimmed, &value, &context, why, sizeof why);
    if (verdict == FINE) {
        set->values[index] = value;
        return true;
    }
    if (diag->count == complaints) /* else the column has said what is wrong */
        complain(param, value.text, why, verdict, place, diag);
    return false;
}

/* ---- sets ------------------------------------------------------------------------------------- */

void param_reset(struct param_set *set, size_t index, struct arena *arena) {
    struct diag diag = {0};
    struct place place = {"default", 0, set->params[index].name};
    if (!param_assign(set, index, set->params[index].fallback, place, NULL, arena, &diag))
        status_bug(diag.text[0], __FILE__, __LINE__);
    set->values[index].given = false;
}

struct param_set param_set_open(const struct param *params, size_t n, struct arena *arena) {
    struct param_set set = {params, n, ARENA_NEW(arena, n, struct param_value)};
    for (size_t i = 0; i < n; i++) param_reset(&set, i, arena);
    return set;
}

struct param_set param_set_copy(const struct param_set *set, struct arena *arena) {
    struct param_set copy = {set->params, set->n, ARENA_NEW(arena, set->n, struct param_value)};
    if (set->n) memcpy(copy.values, set->values, set->n * sizeof *set->values);
    return copy;
}

size_t param_find(const struct param_set *set, const char *name) {
    size_t i = 0;
    while (i < set->n && strcmp(set->params[i].name, name) != 0) i++;
    return i;
}

/* The right key in the wrong section is a slip of one. */
static size_t slip(const char *wanted, const char *name) {
    const char *wanted_key = strrchr(wanted, '.'), *key = strrchr(name, '.');
    if (key && strcmp(wanted_key ? wanted_key + 1 : wanted, key + 1) == 0) return 1;
    return text_distance(wanted, name);
}

const char *param_nearest(const struct param_set *set, const char *name) {
    const char *nearest = NULL;
    size_t least = SIZE_MAX;
    for (size_t i = 0; i < set->n; i++) {
        size_t distance = slip(name, set->params[i].name);
        if (distance >= least || !text_is_near(distance, strlen(name))) continue;
        nearest = set->params[i].name;
        least = distance;
    }
    return nearest;
}

/* ---- printing --------------------------------------------------------------------------------- */

const char *param_print(const struct param_set *set, size_t index, char *out, size_t out_bytes) {
    const struct param *param = &set->params[index];
    const struct param_value *value = &set->values[index];
    if (param->type == PARAM_SWITCH) {
        snprintf(out, out_bytes, "%s", value->number > 0 ? "on" : "off");
    } else if (param->type == PARAM_CHOICE) {
        struct span choice = choice_at(param->choices, (size_t)value->number);
        snprintf(out, out_bytes, "%.*s", (int)choice.length, choice.text);
    } else if (param_is_word(param->type) || is_variate(param->type) || isnan(value->number)) {
        snprintf(out, out_bytes, "%s", value->text);
    } else {
        text_print_number(value->number, out, out_bytes);
    }
    return out;
}
