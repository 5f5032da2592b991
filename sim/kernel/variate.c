/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/kernel/variate.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <math.h>

/* A parsed truncation holds at least 1 %, so that many misses in a row are a bug: 0.99^1e6 is 1e-4365. */
enum { REDRAWS_MAX = 1000000 };

static bool is_truncated(const struct variate *v) { return v->low > -HUGE_VAL || v->high < HUGE_VAL; }

/* ---- probabilities --------------------------------------------------------------------------- */

/* The number of entries of an ascending table that are below x. */
static size_t entries_below(const double *table, size_t n, double x) {
    size_t low = 0, high = n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (table[middle] < x) low = middle + 1;
        else high = middle;
    }
    return low;
}

static double zipf_survival(const struct variate *v, double x) {
    if (x < 1) return 1;
    return x >= (double)v->n ? 0 : 1 - v->table[(size_t)x - 1];
}

static double above(const struct variate *v, double x) {
    return variate_probability(v, nextafter(x, HUGE_VAL), HUGE_VAL);
}

/* P(X > x), without the truncation. */
static double survival(const struct variate *v, double x) {
    if (x >= HUGE_VAL) return 0;
    switch (v->kind) {
    case VARIATE_CONSTANT: return v->a > x;
    case VARIATE_EXPONENTIAL: return x <= 0 ? 1 : exp(-x / v->a);
    case VARIATE_UNIFORM: return x < v->a ? 1 : x >= v->b ? 0 : (v->b - x) / (v->b - v->a);
    case VARIATE_LOGNORMAL: return x <= 0 ? 1 : gsl_cdf_lognormal_Q(x, v->a, v->b);
    case VARIATE_PARETO: return x <= v->a ? 1 : pow(v->a / x, v->b);
    case VARIATE_WEIBULL: return x <= 0 ? 1 : exp(-pow(x / v->a, v->b));
    case VARIATE_GAMMA: return x <= 0 ? 1 : gsl_cdf_gamma_Q(x, v->a, v->b);
    case VARIATE_GEOMETRIC: return x < 1 ? 1 : exp(floor(x) * log1p(-v->a));
    case VARIATE_ZIPF: return zipf_survival(v, x);
    case VARIATE_EMPIRICAL:
        return 1 - (double)entries_below(v->table, v->n, nextafter(x, HUGE_VAL)) / (double)v->n;
    case VARIATE_MIX: return v->a * above(&v->parts[0], x) + (1 - v->a) * above(&v->parts[1], x);
    }
    status_bug("a known distribution", __FILE__, __LINE__);
}

/* P(X >= x): the same for all but distributions with atoms. */
static double survival_closed(const struct variate *v, double x) {
    return survival(v, nextafter(x, -HUGE_VAL));
}

static double probability_untruncated(const struct variate *v, double low, double high) {
    return low <= high ? survival_closed(v, low) - survival(v, high) : 0;
}

double variate_probability(const struct variate *v, double low, double high) {
    double whole = is_truncated(v) ? probability_untruncated(v, v->low, v->high) : 1;
    return probability_untruncated(v, fmax(low, v->low), fmin(high, v->high)) / whole;
}

/* ---- draws ----------------------------------------------------------------------------------- */

static bool is_inverted(const struct variate *v) {
    return v->kind != VARIATE_LOGNORMAL && v->kind != VARIATE_GAMMA && v->kind != VARIATE_MIX;
}

/* The value that is exceeded with probability q, 0 < q < 1. */
static double value_exceeded(const struct variate *v, double q) {
    switch (v->kind) {
    case VARIATE_CONSTANT: return v->a;
    case VARIATE_EXPONENTIAL: return -v->a * log(q);
    case VARIATE_UNIFORM: return v->a + (v->b - v->a) * (1 - q);
    case VARIATE_PARETO: return v->a * pow(q, -1 / v->b);
    case VARIATE_WEIBULL: return v->a * pow(-log(q), 1 / v->b);
    case VARIATE_GEOMETRIC: return 1 + floor(log(q) / log1p(-v->a));
    case VARIATE_ZIPF: return 1 + (double)entries_below(v->table, v->n, 1 - q);
    case VARIATE_EMPIRICAL: return v->table[(size_t)((1 - q) * (double)v->n)];
    case VARIATE_LOGNORMAL:
    case VARIATE_GAMMA:
    case VARIATE_MIX: break;
    }
    status_bug("a distribution with an inverse", __FILE__, __LINE__);
}

/* One draw without the truncation. */
static double draw_untruncated(const struct variate *v, struct rng_stream *stream) {
    if (v->kind == VARIATE_CONSTANT) return v->a;
    if (v->kind == VARIATE_MIX)
        return variate_draw(&v->parts[rng_stream_uniform(stream) < v->a ? 0 : 1], stream);
    if (is_inverted(v)) return value_exceeded(v, rng_stream_uniform(stream));
    gsl_rng rng = rng_stream_gsl(stream);
    return v->kind == VARIATE_GAMMA ? gsl_ran_gamma(&rng, v->a, v->b) : gsl_ran_lognormal(&rng, v->a, v->b);
}

/* Uniform between the probabilities of exceeding the two ends, inverted. Rounding may step over an end: put back. */
static double draw_between(const struct variate *v, struct rng_stream *stream) {
    double q_low = survival_closed(v, v->low), q_high = survival(v, v->high);
    double value = value_exceeded(v, q_high + (q_low - q_high) * rng_stream_uniform(stream));
    return fmin(fmax(value, v->low), v->high);
}

static double draw_until_inside(const struct variate *v, struct rng_stream *stream) {
    for (int i = 0; i < REDRAWS_MAX; i++) {
        double value = draw_untruncated(v, stream);
        if (value >= v->low && value <= v->high) return value;
    }
    status_bug("a draw inside the truncation", __FILE__, __LINE__);
}

double variate_draw(const struct variate *v, struct rng_stream *stream) {
    if (!is_truncated(v)) return draw_untruncated(v, stream);
    return is_inverted(v) ? draw_between(v, stream) : draw_until_inside(v, stream);
}

/* ---- what is known beforehand ------------------------------------------------------------------ */

static double zipf_mean(const struct variate *v) {
    double mean = 0, before = 0;
    for (size_t i = 0; i < v->n; before = v->table[i++])
        mean += (double)(i + 1) * (v->table[i] - before);
    return mean;
}

static double table_mean(const struct variate *v) {
    double sum = 0;
    for (size_t i = 0; i < v->n; i++) sum += v->table[i];
    return sum / (double)v->n;
}

/* A part that is never drawn has no say, even if its mean is infinite. */
static double mix_mean(const struct variate *v) {
    double first = v->a > 0 ? v->a * variate_mean(&v->parts[0]) : 0;
    return v->a < 1 ? first + (1 - v->a) * variate_mean(&v->parts[1]) : first;
}

double variate_mean(const struct variate *v) {
    if (is_truncated(v)) return (double)NAN;
    switch (v->kind) {
    case VARIATE_CONSTANT: return v->a;
    case VARIATE_EXPONENTIAL: return v->a;
    case VARIATE_UNIFORM: return v->a + (v->b - v->a) / 2;
    case VARIATE_LOGNORMAL: return exp(v->a + v->b * v->b / 2);
    case VARIATE_PARETO: return v->b > 1 ? v->a * v->b / (v->b - 1) : HUGE_VAL;
    case VARIATE_WEIBULL: return v->a * tgamma(1 + 1 / v->b);
    case VARIATE_GAMMA: return v->a * v->b;
    case VARIATE_GEOMETRIC: return 1 / v->a;
    case VARIATE_ZIPF: return zipf_mean(v);
    case VARIATE_EMPIRICAL: return table_mean(v);
    case VARIATE_MIX: return mix_mean(v);
    }
    status_bug("a known distribution", __FILE__, __LINE__);
}

/* ---- variance ------------------------------------------------------------------------------------- */

static double second_moment(const struct variate *v) {
    double mean = variate_mean(v);
    return variate_variance(v) + mean * mean;
}

/* An infinite part that is drawn settles it, whatever is not known of the other. */
static double mix_variance(const struct variate *v) {
    double mean = mix_mean(v);
    if (v->a > 0 && variate_variance(&v->parts[0]) >= HUGE_VAL) return HUGE_VAL;
    if (v->a < 1 && variate_variance(&v->parts[1]) >= HUGE_VAL) return HUGE_VAL;
    double square = v->a > 0 ? v->a * second_moment(&v->parts[0]) : 0;
    if (v->a < 1) square += (1 - v->a) * second_moment(&v->parts[1]);
    return square - mean * mean;
}

/* Of the ranks 1 .. n, or of the values, of a table. */
static double table_variance(const struct variate *v) {
    double mean = variate_mean(v), sum = 0;
    for (size_t i = 0; i < v->n; i++) {
        bool ranks = v->kind == VARIATE_ZIPF;
        double x = (ranks ? (double)(i + 1) : v->table[i]) - mean;
        sum += x * x * (ranks ? v->table[i] - (i ? v->table[i - 1] : 0) : 1 / (double)v->n);
    }
    return sum;
}

static double weibull_variance(const struct variate *v) {
    double first = tgamma(1 + 1 / v->b);
    return v->a * v->a * (tgamma(1 + 2 / v->b) - first * first);
}

static double lognormal_variance(const struct variate *v) {
    return expm1(v->b * v->b) * exp(2 * v->a + v->b * v->b);
}

static double pareto_variance(const struct variate *v) {
    return v->b > 2 ? v->a * v->a * v->b / ((v->b - 1) * (v->b - 1) * (v->b - 2)) : HUGE_VAL;
}

/* Without its lower end a law is as heavy; without its upper end, bounded. */
static bool is_heavy(const struct variate *v) {
    struct variate whole = *v;
    whole.low = -HUGE_VAL;
    return variate_variance(&whole) >= HUGE_VAL;
}

double variate_variance(const struct variate *v) {
    if (v->high < HUGE_VAL) return (double)NAN;
    if (is_truncated(v)) return is_heavy(v) ? HUGE_VAL : (double)NAN;
    switch (v->kind) {
    case VARIATE_CONSTANT: return 0;
    case VARIATE_EXPONENTIAL: return v->a * v->a;
    case VARIATE_UNIFORM: return (v->b - v->a) * (v->b - v->a) / 12;
    case VARIATE_LOGNORMAL: return lognormal_variance(v);
    case VARIATE_PARETO: return pareto_variance(v);
    case VARIATE_WEIBULL: return weibull_variance(v);
    case VARIATE_GAMMA: return v->a * v->b * v->b;
    case VARIATE_GEOMETRIC: return (1 - v->a) / (v->a * v->a);
    case VARIATE_ZIPF:
    case VARIATE_EMPIRICAL: return table_variance(v);
    case VARIATE_MIX: return mix_variance(v);
    }
    status_bug("a known distribution", __FILE__, __LINE__);
}

static double mix_bound(const struct variate *v, double (*bound)(const struct variate *),
                        double (*choose)(double, double)) {
    if (v->a <= 0) return bound(&v->parts[1]);
    if (v->a >= 1) return bound(&v->parts[0]);
    return choose(bound(&v->parts[0]), bound(&v->parts[1]));
}

static double min_untruncated(const struct variate *v) {
    switch (v->kind) {
    case VARIATE_CONSTANT:
    case VARIATE_UNIFORM:
    case VARIATE_PARETO: return v->a;
    case VARIATE_EXPONENTIAL:
    case VARIATE_LOGNORMAL:
    case VARIATE_WEIBULL:
    case VARIATE_GAMMA: return 0;
    case VARIATE_GEOMETRIC:
    case VARIATE_ZIPF: return 1;
    case VARIATE_EMPIRICAL: return v->table[0];
    case VARIATE_MIX: return mix_bound(v, variate_min, fmin);
    }
    status_bug("a known distribution", __FILE__, __LINE__);
}

static double max_untruncated(const struct variate *v) {
    switch (v->kind) {
    case VARIATE_CONSTANT: return v->a;
    case VARIATE_UNIFORM: return v->b;
    case VARIATE_ZIPF: return (double)v->n;
    case VARIATE_EMPIRICAL: return v->table[v->n - 1];
    case VARIATE_MIX: return mix_bound(v, variate_max, fmax);
    case VARIATE_GEOMETRIC: return v->a < 1 ? HUGE_VAL : 1;
    default: return HUGE_VAL;
    }
}

double variate_min(const struct variate *v) { return fmax(min_untruncated(v), v->low); }
double variate_max(const struct variate *v) { return fmin(max_untruncated(v), v->high); }
