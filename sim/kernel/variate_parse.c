/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * From text to a distribution, by recursive descent:
 *
 *   variate = ( quantity | name "(" arguments ")" ) [ "in" quantity ".." quantity ]
 *
 * Whatever parses can be drawn from for ever: parameters are in range, no draw overflows, and a
 * truncation leaves enough probability.
 */
#include "sim/kernel/variate.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "sim/kernel/number_sort.h"
#include "sim/kernel/text.h"

enum { DEPTH_MAX = 8, ZIPF_RANKS_MAX = 10000000 };

static const double PROBABILITY_MIN_INVERTED = 1e-9, PROBABILITY_MIN_REDRAWN = 0.01;

/* The text still to be read, and what is needed to read it. */
struct parser {
    struct span rest;
    variate_quantity_fn *quantity;
    variate_column_fn *column_fn;
    void *context;
    struct arena *arena;
    char *why;
    size_t why_bytes;
    int depth;
};

/* The distributions whose arguments are numbers only. */
struct form {
    const char *name, *usage;
    enum variate_kind kind;
    int n_arguments;
    bool is_quantity[2]; /* has the value's dimension */
};

static const struct form forms[] = {
    {"constant", "constant(value)", VARIATE_CONSTANT, 1, {true}},
    {"exponential", "exponential(mean)", VARIATE_EXPONENTIAL, 1, {true}},
    {"uniform", "uniform(low,high)", VARIATE_UNIFORM, 2, {true, true}},
    {"lognormal", "lognormal(mu,sigma)", VARIATE_LOGNORMAL, 2, {false, false}},
    {"pareto", "pareto(scale,shape)", VARIATE_PARETO, 2, {true, false}},
    {"weibull", "weibull(scale,shape)", VARIATE_WEIBULL, 2, {true, false}},
    {"gamma", "gamma(shape,scale)", VARIATE_GAMMA, 2, {false, true}},
    {"geometric", "geometric(p)", VARIATE_GEOMETRIC, 1, {false}},
    {"zipf", "zipf(n,s)", VARIATE_ZIPF, 2, {false, false}},
    {"empirical", "empirical(file.csv:column)", VARIATE_EMPIRICAL, 0, {false}},
    {"mix", "mix(p,A,B)", VARIATE_MIX, 0, {false}},
};
enum { N_FORMS = sizeof forms / sizeof forms[0] };

/* ---- pieces of text ---------------------------------------------------------------------------- */

#if defined(__GNUC__)
__attribute__((format(printf, 2, 3)))
#endif
static bool refuse(struct parser *parser, const char *format, ...) {
    va_list args;
    va_start(args, format);
    vsnprintf(parser->why, parser->why_bytes, format, args);
    va_end(args);
    return false;
}

/* For %.*s: long texts are cut, so that the end of the message is seen too. */
#define SPAN(span) (int)((span).length < 80 ? (span).length : 80), (span).text

static void skip(struct parser *parser, size_t n) {
    parser->rest.text += n;
    parser->rest.length -= n;
}

static void skip_blanks(struct parser *parser) {
    while (parser->rest.length > 0 && strchr(" \t", *parser->rest.text) && *parser->rest.text)
        skip(parser, 1);
}

static bool take(struct parser *parser, char c) {
    skip_blanks(parser);
    if (parser->rest.length == 0 || *parser->rest.text != c) return false;
    skip(parser, 1);
    return true;
}

/* What stands before the first of `ends`, or all. */
static struct span take_until(struct parser *parser, const char *ends) {
    size_t n = 0;
    while (n < parser->rest.length && parser->rest.text[n] && !strchr(ends, parser->rest.text[n])) n++;
    struct span span = {parser->rest.text, n};
    skip(parser, n);
    return span_trim(span);
}

static struct span take_word(struct parser *parser) {
    skip_blanks(parser);
    size_t n = 0;
    while (n < parser->rest.length &&
           ((parser->rest.text[n] >= 'a' && parser->rest.text[n] <= 'z') ||
            (parser->rest.text[n] >= 'A' && parser->rest.text[n] <= 'Z')))
        n++;
    struct span word = {parser->rest.text, n};
    skip(parser, n);
    return word;
}

/* Where " in " begins, or the length. */
static size_t find_in(struct span span) {
    for (size_t i = 1; i + 3 < span.length; i++)
        if (memcmp(span.text + i, "in", 2) == 0 && strchr(" \t", span.text[i - 1]) &&
            strchr(" \t", span.text[i + 2]))
            return i;
    return span.length;
}

/* ---- is it possible? ------------------------------------------------------------------------- */

static bool check_whole(struct parser *parser, const struct variate *v) {
    if (v->a >= 1 && v->a <= ZIPF_RANKS_MAX && floor(v->a) >= v->a) return true;
    return refuse(parser, "zipf needs a whole number of ranks, 1 to %d", ZIPF_RANKS_MAX);
}

static bool check_positive(struct parser *parser, const struct form *form, const struct variate *v) {
    if (v->a > 0 && (form->n_arguments < 2 || v->b > 0)) return true;
    return refuse(parser, "the arguments of %s must be above 0", form->usage);
}

/* The range of the arguments. GSL's incomplete gamma function is good for the shapes allowed here. */
static bool check_arguments(struct parser *parser, const struct form *form, const struct variate *v) {
    switch (v->kind) {
    case VARIATE_UNIFORM:
        return (v->a <= v->b && isfinite(v->b - v->a)) || refuse(parser, "uniform(low,high) needs low <= high");
    case VARIATE_LOGNORMAL:
        return v->b > 0 || refuse(parser, "lognormal(mu,sigma) needs sigma > 0");
    case VARIATE_GEOMETRIC:
        return (v->a > 0 && v->a <= 1) || refuse(parser, "geometric(p) needs 0 < p <= 1");
    case VARIATE_GAMMA:
        return (v->a >= 1e-3 && v->a <= 1e6 && v->b > 0) ||
               refuse(parser, "gamma(shape,scale) needs a shape of 0.001 to 1e6 and a scale above 0");
    case VARIATE_ZIPF:
        return check_whole(parser, v) &&
               ((v->b >= 0 && v->b <= 100) || refuse(parser, "zipf(n,s) needs 0 <= s <= 100"));
    case VARIATE_EXPONENTIAL:
    case VARIATE_PARETO:
    case VARIATE_WEIBULL: return check_positive(parser, form, v);
    default: return true;
    }
}

/* The greatest value that 2^52 different uniform numbers can be turned into. */
static double greatest_draw(const struct variate *v) {
    double q = 0x1p-53;
    switch (v->kind) {
    case VARIATE_EXPONENTIAL: return -v->a * log(q);
    case VARIATE_PARETO: return v->a * pow(q, -1 / v->b);
    case VARIATE_WEIBULL: return v->a * pow(-log(q), 1 / v->b);
    case VARIATE_GEOMETRIC: return log(q) / log1p(-v->a);
    case VARIATE_LOGNORMAL: return exp(v->a + 40 * v->b); /* a polar normal stays below 40 */
    case VARIATE_GAMMA: return v->b * (v->a + 1000 * sqrt(v->a) + 1000);
    default: return 0;
    }
}

static bool check_finite(struct parser *parser, const struct form *form, const struct variate *v) {
    if (isfinite(greatest_draw(v))) return true;
    return refuse(parser, "this %s can draw numbers too large for a computer", form->name);
}

/* ---- parts --------------------------------------------------------------------------------------- */

static bool parse_variate(struct parser *parser, struct variate *out);

static bool parse_argument(struct parser *parser, const struct form *form, int i, double *value) {
    struct span argument = take_until(parser, ",()");
    bool ok = form->is_quantity[i] ? parser->quantity(argument.text, argument.length, value)
                                   : text_number(argument.text, argument.length, value);
    return ok || refuse(parser, "cannot use '%.*s' in %s", SPAN(argument), form->usage);
}

static bool parse_arguments(struct parser *parser, const struct form *form, struct variate *out) {
    double *arguments[] = {&out->a, &out->b};
    for (int i = 0; i < form->n_arguments; i++) {
        if (i > 0 && !take(parser, ',')) return refuse(parser, "too few arguments for %s", form->usage);
        if (!parse_argument(parser, form, i, arguments[i])) return false;
    }
    return true;
}

static bool parse_empirical(struct parser *parser, struct variate *out) {
    struct span source = take_until(parser, ")");
    size_t colon = source.length;
    while (colon > 0 && source.text[colon - 1] != ':') colon--;
    if (colon < 2 || colon == source.length)
        return refuse(parser, "cannot use '%.*s' in empirical(file.csv:column)", SPAN(source));
    if (!parser->column_fn) return refuse(parser, "empirical(file.csv:column) cannot be used here");
    const char *file = arena_text(parser->arena, source.text, colon - 1);
    const char *column = arena_text(parser->arena, source.text + colon, source.length - colon);
    const double *recorded = parser->column_fn(parser->context, file, column, &out->n);
    if (!recorded) return refuse(parser, "cannot use column '%s' of %s", column, file);
    if (out->n == 0) return refuse(parser, "%s has no values in column '%s'", file, column);
    double *sorted = ARENA_NEW(parser->arena, out->n, double);
    memcpy(sorted, recorded, out->n * sizeof *sorted);
    number_sort(sorted, out->n);
    out->table = sorted;
    return true;
}

static bool parse_mix(struct parser *parser, struct variate *out) {
    struct span share = take_until(parser, ",()");
    if (!text_number(share.text, share.length, &out->a) || out->a < 0 || out->a > 1)
        return refuse(parser, "cannot use '%.*s' in mix(p,A,B): p is a number of 0 to 1", SPAN(share));
    struct variate *parts = ARENA_NEW(parser->arena, 2, struct variate);
    for (int i = 0; i < 2; i++) {
        if (!take(parser, ',')) return refuse(parser, "too few arguments for mix(p,A,B)");
        if (!parse_variate(parser, &parts[i])) return false;
    }
    out->parts = parts;
    return true;
}

/* Probabilities summed from the small end in extended precision, so that the last entry is 1 to the last bit. */
static void tabulate_zipf(struct parser *parser, struct variate *v) {
    v->n = (size_t)v->a;
    double *cumulated = ARENA_NEW(parser->arena, v->n, double);
    long double sum = 0;
    for (size_t i = v->n; i > 0; i--) sum += (long double)pow((double)i, -v->b);
    long double left = sum;
    for (size_t i = 0; i < v->n; i++) {
        left -= (long double)pow((double)(i + 1), -v->b);
        cumulated[i] = (double)((sum - left) / sum);
    }
    cumulated[v->n - 1] = 1;
    v->table = cumulated;
}

static const struct form *find_form(struct span word) {
    for (size_t i = 0; i < N_FORMS; i++)
        if (span_is(word, forms[i].name)) return &forms[i];
    return NULL;
}

static bool refuse_unknown(struct parser *parser, struct span word) {
    char known[200];
    size_t used = 0;
    for (size_t i = 0; i < N_FORMS && used < sizeof known; i++)
        used += (size_t)snprintf(known + used, sizeof known - used, " %s", forms[i].name);
    return refuse(parser, "unknown distribution '%.*s'; known:%s", SPAN(word), known);
}

static bool parse_named(struct parser *parser, struct span word, struct variate *out) {
    const struct form *form = find_form(word);
    if (!form) return refuse_unknown(parser, word);
    out->kind = form->kind;
    if (!take(parser, '(')) return refuse(parser, "an opening parenthesis is missing: %s", form->usage);
    bool ok = form->kind == VARIATE_EMPIRICAL ? parse_empirical(parser, out)
              : form->kind == VARIATE_MIX     ? parse_mix(parser, out)
                                              : parse_arguments(parser, form, out);
    if (!ok) return false;
    if (take(parser, ',')) return refuse(parser, "too many arguments for %s", form->usage);
    if (!take(parser, ')')) return refuse(parser, "a closing parenthesis is missing: %s", form->usage);
    if (!check_arguments(parser, form, out)) return false;
    if (form->kind == VARIATE_ZIPF) tabulate_zipf(parser, out);
    return check_finite(parser, form, out);
}

static bool parse_bare(struct parser *parser, struct variate *out) {
    struct span rest = parser->rest;
    struct span number = take_until(parser, ",()");
    size_t in = find_in(number);
    if (in < number.length) {
        skip_blanks(parser);
        parser->rest = (struct span){number.text + in, rest.length - (size_t)(number.text + in - rest.text)};
        number = span_trim((struct span){number.text, in});
    }
    out->kind = VARIATE_CONSTANT;
    return parser->quantity(number.text, number.length, &out->a) ||
           refuse(parser, "cannot read '%.*s'", SPAN(number));
}

/* ---- truncation ---------------------------------------------------------------------------------- */

/* A table or an interval cut at the ends needs no truncation when it is drawn from; nor does a distribution that
 * has nothing to cut. */
static void absorb(struct variate *v, double low, double high) {
    bool discrete = v->kind == VARIATE_GEOMETRIC || v->kind == VARIATE_ZIPF;
    if (v->kind == VARIATE_UNIFORM) {
        v->a = fmax(v->a, low);
        v->b = fmin(v->b, high);
    } else if (v->kind == VARIATE_EMPIRICAL) {
        while (v->table[0] < low) v->table++, v->n--;
        while (v->table[v->n - 1] > high) v->n--;
    } else if (low > variate_min(v) || high < variate_max(v)) {
        v->low = discrete ? ceil(low) : low;
        v->high = discrete ? floor(high) : high;
    }
}

static bool truncate_to(struct parser *parser, struct variate *v, double low, double high) {
    if (low > high) return refuse(parser, "the interval after 'in' has its low end above its high end");
    bool redrawn = v->kind == VARIATE_LOGNORMAL || v->kind == VARIATE_GAMMA || v->kind == VARIATE_MIX;
    double least = redrawn ? PROBABILITY_MIN_REDRAWN : PROBABILITY_MIN_INVERTED;
    double probability = variate_probability(v, low, high);
    if (!(probability >= least))
        return refuse(parser, "the interval after 'in' holds %.2g of the probability, too little to draw from",
                      fmax(probability, 0));
    absorb(v, low, high);
    return true;
}

static bool parse_truncation(struct parser *parser, struct variate *out) {
    skip_blanks(parser);
    struct parser ahead = *parser;
    if (!span_is(take_word(&ahead), "in")) return true;
    *parser = ahead;
    struct span interval = take_until(parser, ",()");
    size_t dots = 0;
    while (dots + 1 < interval.length && memcmp(interval.text + dots, "..", 2) != 0) dots++;
    if (dots + 1 >= interval.length) return refuse(parser, "'in' needs an interval, like: in 0..100");
    struct span low = span_trim((struct span){interval.text, dots});
    struct span high = span_trim((struct span){interval.text + dots + 2, interval.length - dots - 2});
    double low_value, high_value;
    if (!parser->quantity(low.text, low.length, &low_value))
        return refuse(parser, "cannot read '%.*s' after 'in'", SPAN(low));
    if (!parser->quantity(high.text, high.length, &high_value))
        return refuse(parser, "cannot read '%.*s' after 'in'", SPAN(high));
    return truncate_to(parser, out, low_value, high_value);
}

static bool parse_variate(struct parser *parser, struct variate *out) {
    if (parser->depth == DEPTH_MAX)
        return refuse(parser, "a mix inside a mix inside ... of more than %d", DEPTH_MAX);
    parser->depth++;
    *out = (struct variate){.low = -HUGE_VAL, .high = HUGE_VAL};
    struct span word = take_word(parser);
    bool ok = (word.length ? parse_named(parser, word, out) : parse_bare(parser, out)) &&
              parse_truncation(parser, out);
    parser->depth--;
    return ok;
}

bool variate_parse(const char *text, struct variate *out, variate_quantity_fn *quantity,
                   variate_column_fn *column_fn, void *context, struct arena *arena, char *why,
                   size_t why_bytes) {
    struct parser parser = {span_trim(span_of(text)), quantity, column_fn, context, arena, why, why_bytes, 0};
    struct variate parsed;
    if (!parse_variate(&parser, &parsed)) return false;
    skip_blanks(&parser);
    if (parser.rest.length > 0) return refuse(&parser, "'%.*s' is left over at the end", SPAN(parser.rest));
    *out = parsed;
    return true;
}
