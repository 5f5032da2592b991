/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/experiment/factor.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Everything that the helpers below need to know about the --vary in hand. */
struct parse {
    const struct scenario *base;
    const struct param *param;
    struct factor *factor;
    struct place place;
    param_column_fn *column_fn;
    struct arena *arena;
    struct diag *diag;
};

static bool complain(struct parse *parse, const char *what, const char *item) {
    diag_add(parse->diag, STATUS_USAGE, parse->place,
             "'%s' %s; allowed: a list 0,1,5 or 1..60 step 1 or log 0.1..100 x 20", item, what);
    return false;
}

/* ---- text ---------------------------------------------------------------------------------- */

/* A trimmed copy of text[0..length). */
static char *trimmed(struct arena *arena, const char *text, size_t length) {
    while (length && isspace((unsigned char)*text)) text++, length--;
    while (length && isspace((unsigned char)text[length - 1])) length--;
    return arena_text(arena, text, length);
}

/* Length up to the next comma that is outside parentheses. */
static size_t item_length(const char *text) {
    size_t i = 0;
    for (int depth = 0; text[i] && (depth > 0 || text[i] != ','); i++) {
        if (text[i] == '(') depth++;
        if (text[i] == ')' && depth > 0) depth--;
    }
    return i;
}

/* "rest" after a word that stands alone at the beginning, else NULL. */
static const char *after_word(const char *text, const char *word) {
    size_t n = strlen(word);
    return strncmp(text, word, n) == 0 && isspace((unsigned char)text[n]) ? text + n : NULL;
}

static bool is_whole(enum param_type type) {
    return type == PARAM_COUNT || type == PARAM_COUNT_VARIATE;
}

/* ---- numbers ------------------------------------------------------------------------------- */

/* Reads a quantity in the parameter's units but outside its range (a step may be smaller than the smallest
 * value), by way of a table of one entry like it. */
static bool read_quantity(struct parse *parse, const char *text, double *value) {
    struct param loose = *parse->param;
    struct diag ignored = {0};
    loose.min = 0;
    loose.max = HUGE_VAL;
    loose.fallback = "0";
    if (loose.type == PARAM_TIME_VARIATE) loose.type = PARAM_TIME;
    if (loose.type == PARAM_BYTES_VARIATE) loose.type = PARAM_BYTES;
    if (loose.type == PARAM_COUNT || loose.type == PARAM_COUNT_VARIATE) loose.type = PARAM_NUMBER;
    struct param_set set = param_set_open(&loose, 1, parse->arena);
    if (!param_assign(&set, 0, text, parse->place, NULL, parse->arena, &ignored)) return false;
    *value = set.values[0].number;
    return true;
}

static bool add_level(struct parse *parse, const char *text) {
    struct factor *factor = parse->factor;
    if (factor->n_levels == FACTOR_LEVELS_MAX) {
        diag_add(parse->diag, STATUS_USAGE, parse->place, "more than %d levels", FACTOR_LEVELS_MAX);
        return false;
    }
    factor->levels[factor->n_levels++] = text;
    return true;
}

/* A level in SI units, without the last digits that only rounding has made. */
static bool add_number(struct parse *parse, double value, int digits) {
    char text[40];
    if (is_whole(parse->param->type)) value = round(value);
    snprintf(text, sizeof text, "%.*g", digits, value);
    const struct factor *factor = parse->factor;
    if (is_whole(parse->param->type) && factor->n_levels &&
        strcmp(factor->levels[factor->n_levels - 1], text) == 0)
        return true;
    return add_level(parse, arena_text(parse->arena, text, strlen(text)));
}

/* ---- items --------------------------------------------------------------------------------- */

/* "A..B step S", with `dots` at the "..". A progression is counted, not summed: no error gathers. */
static bool add_range(struct parse *parse, const char *item, const char *dots) {
    const char *word = strstr(dots, " step ");
    double from, to, step;
    if (!word) return complain(parse, "has no step", item);
    if (!read_quantity(parse, trimmed(parse->arena, item, (size_t)(dots - item)), &from) ||
        !read_quantity(parse, trimmed(parse->arena, dots + 2, (size_t)(word - dots - 2)), &to) ||
        !read_quantity(parse, trimmed(parse->arena, word + 6, strlen(word + 6)), &step))
        return complain(parse, "is not a range of this parameter's numbers", item);
    if (to < from) return complain(parse, "goes down", item);
    if (!(step > 0)) return complain(parse, "needs a step above 0", item);
    double n = floor((to - from) / step + 1e-9);
    if (n >= FACTOR_LEVELS_MAX) return complain(parse, "has too many levels", item);
    for (size_t i = 0; i <= (size_t)n; i++)
        if (!add_number(parse, from + (double)i * step, 12)) return false;
    return true;
}

/* " A..B x N", after "log". */
static bool add_progression(struct parse *parse, const char *item, const char *rest) {
    const char *dots = strstr(rest, ".."), *times = strrchr(rest, 'x');
    double from, to;
    char *end;
    if (!dots || !times || times < dots) return complain(parse, "is not log A..B x N", item);
    long n = strtol(times + 1, &end, 10);
    while (isspace((unsigned char)*end)) end++;
    if (*end || n < 2 || n > FACTOR_LEVELS_MAX)
        return complain(parse, "needs 2 or more levels after x", item);
    if (!read_quantity(parse, trimmed(parse->arena, rest, (size_t)(dots - rest)), &from) ||
        !read_quantity(parse, trimmed(parse->arena, dots + 2, (size_t)(times - dots - 2)), &to))
        return complain(parse, "is not a range of this parameter's numbers", item);
    if (!(from > 0 && to > from)) return complain(parse, "must rise from a number above 0", item);
    for (long i = 0; i < n; i++)
        if (!add_number(parse, from * pow(to / from, (double)i / (double)(n - 1)), 6)) return false;
    return true;
}

/* A truncated distribution, "pareto(1,2) in 0..9", has its dots after a parenthesis and is no range. */
static bool add_item(struct parse *parse, const char *item) {
    if (!*item) return complain(parse, "is empty", item);
    if (!param_is_word(parse->param->type)) {
        const char *rest = after_word(item, "log"), *dots = strstr(item, "..");
        if (rest) return add_progression(parse, item, rest);
        if (dots && !memchr(item, '(', (size_t)(dots - item))) return add_range(parse, item, dots);
    }
    return add_level(parse, item);
}

/* ---- the whole ----------------------------------------------------------------------------- */

const struct param_set *factor_table(const struct scenario *scenario, const char *key,
                                     size_t *index) {
    *index = param_find(&scenario->run, key);
    if (*index < scenario->run.n) return &scenario->run;
    *index = param_find(&scenario->params, key);
    return *index < scenario->params.n ? &scenario->params : NULL;
}

/* "1", "1s" and "1000ms" are one level: compared as printed in SI. */
static int compare_texts(const void *a, const void *b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool check_repeats(struct parse *parse, const char **printed) {
    qsort(printed, parse->factor->n_levels, sizeof *printed, compare_texts);
    bool ok = true;
    for (size_t i = 1; i < parse->factor->n_levels; i++) {
        if (strcmp(printed[i - 1], printed[i]) != 0) continue;
        diag_add(parse->diag, STATUS_USAGE, parse->place, "level %s is given twice", printed[i]);
        ok = false;
    }
    return ok;
}

static bool try_levels(struct parse *parse) {
    struct factor *factor = parse->factor;
    struct scenario trial = scenario_copy(parse->base, parse->arena);
    const char **printed = ARENA_NEW(parse->arena, factor->n_levels, const char *);
    bool ok = true;
    size_t index;
    const struct param_set *table = factor_table(&trial, factor->key, &index);
    char text[512];
    for (size_t i = 0; i < factor->n_levels; i++) {
        if (!scenario_assign(&trial, factor->key, factor->levels[i], parse->place, parse->column_fn,
                             parse->diag)) {
            ok = false;
            continue;
        }
        param_print(table, index, text, sizeof text);
        printed[i] = arena_text(parse->arena, text, strlen(text));
    }
    return ok && check_repeats(parse, printed);
}

/* These decide what is read or counted before the points are made. */
static bool may_vary(struct parse *parse) {
    const struct scenario *base = parse->base;
    size_t index;
    const struct param_set *table = factor_table(base, parse->factor->key, &index);
    if (!table) {
        struct scenario trial = scenario_copy(
            base, parse->arena); /* makes the complaint with the nearest name */
        return scenario_assign(&trial, parse->factor->key, "", parse->place, parse->column_fn,
                               parse->diag);
    }
    parse->param = &table->params[index];
    if (table == &base->run && (index == RUN_MODEL || index == RUN_WORKLOAD_FILE || index == RUN_WORKLOAD_THINK ||
                                index == RUN_WORKLOAD_RATES)) {
        diag_add(parse->diag, STATUS_USAGE, parse->place,
                 "cannot be varied; sweep once for each, with --set");
        return false;
    }
    return true;
}

bool factor_parse(const char *text, const struct scenario *base, struct factor *out,
                  param_column_fn *column_fn, struct arena *arena, struct diag *diag) {
    const char *equals = strchr(text, '=');
    struct parse parse = {.base = base,
                          .factor = out,
                          .place = {.file = "--vary"},
                          .column_fn = column_fn,
                          .arena = arena,
                          .diag = diag};
    if (!equals) {
        diag_add(diag, STATUS_USAGE, parse.place, "'%s' has no '='; allowed: section.key=levels",
                 text);
        return false;
    }
    *out = (struct factor){.key = trimmed(arena, text, (size_t)(equals - text)),
                           .levels = ARENA_NEW(arena, FACTOR_LEVELS_MAX, const char *)};
    parse.place.column = out->key;
    if (!may_vary(&parse)) return false;
    for (const char *rest = equals + 1;; rest++) {
        size_t length = item_length(rest);
        if (!add_item(&parse, trimmed(arena, rest, length))) return false;
        rest += length;
        if (!*rest) break;
    }
    return try_levels(&parse);
}
