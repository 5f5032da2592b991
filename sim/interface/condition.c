/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/interface/condition.h"

#include <ctype.h>
#include <math.h>
#include <string.h>

#include "sim/interface/cli.h"
#include "sim/kernel/text.h"

enum { NAME_BYTES = 96 };

/* A text in work. */
struct reading {
    const char *text, *at, *end; /* the whole; what is left of a part */
    const struct model *model;
    struct place place;
    struct arena *arena;
    struct diag *diag;
};

static bool complain(const struct reading *reading, const char *allowed) {
    diag_add(reading->diag, STATUS_USAGE, reading->place, "read '%.100s', allowed: %s", reading->text, allowed);
    return false;
}

static const char sums[] = "measures and numbers, like memory_total or 2*cpu_utilisation + page_response";
static const char limits[] = "a measure and what it must keep to, like page_response_p95 < 500ms";
static const char objectives[] = "minimise or maximise, then measures, then limits: minimise memory_total subject to page_response < 1s and ...";

/* ---- words ------------------------------------------------------------------------------------------------ */

static void skip_blanks(struct reading *reading) {
    while (reading->at < reading->end && isspace((unsigned char)*reading->at)) reading->at++;
}

static bool take_sign(struct reading *reading, char sign) {
    skip_blanks(reading);
    if (reading->at == reading->end || *reading->at != sign) return false;
    reading->at++;
    return true;
}

static struct span take_name(struct reading *reading) {
    const char *from = reading->at;
    while (reading->at < reading->end && (isalnum((unsigned char)*reading->at) || *reading->at == '_')) reading->at++;
    return (struct span){from, (size_t)(reading->at - from)};
}

bool condition_column(const char *name, const char *option, const struct model *model, size_t *column, struct arena *arena,
                      struct diag *diag) {
    char text[NAME_BYTES];
    size_t n = model_columns(model);
    *column = model_column_find(model, name);
    if (*column < n) return true;
    const char **names = ARENA_NEW(arena, n, const char *);
    for (size_t c = 0; c < n; c++) {
        model_column(model, c, text, sizeof text);
        names[c] = arena_text(arena, text, strlen(text));
    }
    const char *nearest = cli_nearest(name, names, n);
    const struct place place = {.file = option};
    if (nearest) diag_add(diag, STATUS_USAGE, place, "unknown measure '%.60s', did you mean '%s'?", name, nearest);
    else diag_add(diag, STATUS_USAGE, place, "unknown measure '%.60s'; allowed: '%s' and the like", name, names[0]);
    return false;
}

/* ---- sums --------------------------------------------------------------------------------------------------- */

/* A factor of a term: a number, which multiplies the weight, or the measure. */
static bool take_factor(struct reading *reading, double *weight, struct span *name) {
    double number;
    skip_blanks(reading);
    size_t length = text_number_prefix(reading->at, (size_t)(reading->end - reading->at), &number);
    if (length > 0) {
        reading->at += length;
        *weight *= number;
        return true;
    }
    struct span word = take_name(reading);
    if (word.length == 0 || name->length > 0) return complain(reading, sums);
    *name = word;
    return true;
}

static bool take_term(struct reading *reading, double sign, struct weighted_sum *out) {
    struct span name = {NULL, 0};
    double weight = sign;
    do {
        if (!take_factor(reading, &weight, &name)) return false;
    } while (take_sign(reading, '*'));
    if (name.length == 0 || out->n == SUM_TERMS_MAX) return complain(reading, sums);
    const char *word = arena_text(reading->arena, name.text, name.length);
    if (!condition_column(word, reading->place.file, reading->model, &out->column[out->n], reading->arena, reading->diag)) return false;
    out->weight[out->n++] = weight;
    return true;
}

static const char *unit_of(const struct model *model, const struct weighted_sum *sum) {
    char name[NAME_BYTES];
    bool plain = sum->n == 1 && !(fabs(sum->weight[0] - 1) > 0);
    return plain ? model_column(model, sum->column[0], name, sizeof name)->unit : "";
}

static bool read_sum(struct reading *reading, struct weighted_sum *out) {
    skip_blanks(reading);
    struct span whole = span_trim((struct span){reading->at, (size_t)(reading->end - reading->at)});
    *out = (struct weighted_sum){.text = arena_text(reading->arena, whole.text, whole.length)};
    double sign = take_sign(reading, '-') ? -1 : 1;
    for (;;) {
        if (!take_term(reading, sign, out)) return false;
        if (take_sign(reading, '+')) sign = 1;
        else if (take_sign(reading, '-')) sign = -1;
        else break;
    }
    out->unit = unit_of(reading->model, out);
    return reading->at == reading->end || complain(reading, sums);
}

/* ---- limits ------------------------------------------------------------------------------------------------- */

static enum param_type type_of(const char *unit) {
    static const struct {
        const char *unit;
        enum param_type type;
    } types[] = {{"s", PARAM_TIME}, {"B", PARAM_BYTES}, {"1/s", PARAM_RATE}, {"B/s", PARAM_BYTE_RATE}, {"1", PARAM_SHARE}};
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
        if (strcmp(unit, types[i].unit) == 0) return types[i].type;
    return PARAM_NUMBER;
}

/* Read as a parameter of that unit is; a plain number may carry a percent sign. */
static bool read_value(struct reading *reading, const char *unit, double *value) {
    const struct param param = {reading->place.file, type_of(unit), -1e300, 1e300, "0", NULL, "", ""};
    struct param_set set = param_set_open(&param, 1, reading->arena);
    struct diag found = {0};
    const char *text = arena_text(reading->arena, reading->at, (size_t)(reading->end - reading->at));
    struct span trimmed = span_trim(span_of(text));
    text = arena_text(reading->arena, trimmed.text, trimmed.length);
    if (trimmed.length == 0) return complain(reading, limits);
    if (!param_assign(&set, 0, text, reading->place, NULL, reading->arena, &found)) {
        struct param loose = param;
        loose.min = -HUGE_VAL, loose.max = HUGE_VAL;
        char allowed[DIAG_TEXT_BYTES];
        diag_add(reading->diag, STATUS_USAGE, reading->place, "read '%.60s' after '%.60s', allowed: %s%s%s", text,
                 arena_text(reading->arena, reading->text, (size_t)(reading->at - reading->text)),
                 strcmp(unit, "1") == 0 ? "a number" : param_allowed(&loose, allowed, sizeof allowed), strcmp(unit, "s") == 0 ? ", like 500ms" : "",
                 strcmp(unit, "B") == 0 ? ", like 2GiB" : strcmp(unit, "1") == 0 ? ", like 0.8 or 80%" : "");
        return false;
    }
    *value = set.values[0].number;
    return true;
}

static bool read_limit(struct reading *reading, struct limit *out) {
    size_t length = (size_t)(reading->end - reading->at), before = 0;
    struct span whole = span_trim((struct span){reading->at, length});
    while (before < length && reading->at[before] != '<' && reading->at[before] != '>') before++;
    if (before == length) return complain(reading, limits);
    const char *sign = reading->at + before, *end = reading->end;
    *out = (struct limit){.above = *sign == '>', .or_equal = sign + 1 < end && sign[1] == '='};
    out->text = arena_text(reading->arena, whole.text, whole.length);
    reading->end = sign;
    if (!read_sum(reading, &out->sum)) return false;
    reading->at = sign + 1 + out->or_equal;
    reading->end = end;
    return read_value(reading, out->sum.unit, &out->value);
}

/* ---- the doors ------------------------------------------------------------------------------------------------ */

static struct reading reading_of(const char *text, const char *option, const struct model *model, struct arena *arena, struct diag *diag) {
    return (struct reading){text, text, text + strlen(text), model, {.file = option}, arena, diag};
}

bool condition_sum(const char *text, const char *option, const struct model *model, struct weighted_sum *out, struct arena *arena,
                   struct diag *diag) {
    struct reading reading = reading_of(text, option, model, arena, diag);
    return read_sum(&reading, out);
}

bool condition_limit(const char *text, const char *option, const struct model *model, struct limit *out, struct arena *arena,
                     struct diag *diag) {
    struct reading reading = reading_of(text, option, model, arena, diag);
    return read_limit(&reading, out);
}

static bool add_limit(struct reading *reading, struct wish *wish) {
    if (wish->n_limits == CONDITION_LIMITS_MAX) return complain(reading, "sixteen limits at most");
    return read_limit(reading, &wish->limits[wish->n_limits]) && ++wish->n_limits;
}

bool condition_add_limit(const char *text, const char *option, const struct model *model, struct wish *wish, struct arena *arena,
                         struct diag *diag) {
    struct reading reading = reading_of(text, option, model, arena, diag);
    return add_limit(&reading, wish);
}

/* "minimise", "minimize" and "min" are one word. */
static bool take_direction(struct reading *reading, bool *maximise) {
    static const char *const words[] = {"minimise", "maximise", "minimize", "maximize", "min", "max"};
    skip_blanks(reading);
    struct span word = take_name(reading);
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (span_is(word, words[i])) {
            *maximise = i % 2;
            return true;
        }
    return complain(reading, objectives);
}

/* Where `word` begins, as far as the text goes; its end when it does not occur. */
static const char *find_word(const char *from, const char *word) {
    const char *found = strstr(from, word);
    return found ? found : from + strlen(from);
}

bool condition_objective(const char *text, const char *option, const struct model *model, struct wish *wish, struct arena *arena,
                         struct diag *diag) {
    static const char subject[] = " subject to ", conjunction[] = " and ";
    struct reading reading = reading_of(text, option, model, arena, diag);
    if (wish->has_objective) return complain(&reading, "one objective");
    if (!take_direction(&reading, &wish->maximise)) return false;
    const char *rest = find_word(text, subject);
    reading.end = rest;
    if (!read_sum(&reading, &wish->objective)) return false;
    wish->has_objective = true;
    for (rest += *rest ? sizeof subject - 1 : 0; *rest;) {
        reading.at = rest;
        reading.end = find_word(rest, conjunction);
        rest = *reading.end ? reading.end + sizeof conjunction - 1 : reading.end;
        if (!add_limit(&reading, wish)) return false;
    }
    return true;
}
