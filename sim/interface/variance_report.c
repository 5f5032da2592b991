/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/interface/variance_report.h"

#include <math.h>
#include <string.h>

#include "sim/interface/gathered.h"
#include "sim/interface/json.h"
#include "sim/interface/report.h"
#include "sim/kernel/statistics.h"

enum { NAME_BYTES = 96, NUMBER_BYTES = 32, LABEL_BYTES = 96 };

/* Two neighbours, and the factor in which they differ. */
struct pair {
    size_t a, b, factor;
};

struct pairs {
    const struct sweep *sweep;
    const struct gathered *gathered;
    const struct pair *all;
    size_t n;
};

/* ---- pairs ------------------------------------------------------------------------------------------ */

/* How many points further the next level of factor f stands. */
static size_t stride_of(const struct sweep *sweep, size_t f) {
    size_t stride = 1;
    for (size_t later = f + 1; later < sweep->n_factors; later++) stride *= sweep->factors[later].n_levels;
    return stride;
}

static size_t find_pairs(const struct sweep *sweep, struct pair *out) {
    size_t n = 0;
    for (size_t p = 0; p < sweep->n_points; p++)
        for (size_t f = 0; f < sweep->n_factors; f++)
            if (sweep_level(sweep, p, f) + 1 < sweep->factors[f].n_levels) out[n++] = (struct pair){p, p + stride_of(sweep, f), f};
    return n;
}

/* "2 to 3", of the factor that changes. */
static const char *label(const struct pairs *pairs, const struct pair *pair, char *out) {
    const struct factor *factor = &pairs->sweep->factors[pair->factor];
    snprintf(out, LABEL_BYTES, "%.40s to %.40s", factor->levels[sweep_level(pairs->sweep, pair->a, pair->factor)],
             factor->levels[sweep_level(pairs->sweep, pair->b, pair->factor)]);
    return out;
}

/* ---- one measure over all pairs ------------------------------------------------------------------------ */

struct worth {
    double all, possible; /* sums over sums */
    double least, most;
    size_t at;            /* the pair of `most` */
    size_t n;             /* pairs in which it varies */
};

static struct worth worth_of(const struct pairs *pairs, size_t column) {
    struct worth worth = {.least = HUGE_VAL, .most = -HUGE_VAL};
    double paired = 0, possible = 0, independent = 0;
    for (size_t i = 0; i < pairs->n; i++) {
        struct difference d = gathered_difference(pairs->gathered, pairs->all[i].a, pairs->all[i].b, column);
        double ratio = paired_variance_ratio(&d), sum = d.variance_a + d.variance_b;
        if (isnan(ratio)) continue;
        paired += ratio * sum;
        possible += paired_least_ratio(&d) * sum;
        independent += sum;
        worth.least = fmin(worth.least, ratio);
        if (ratio > worth.most) worth.most = ratio, worth.at = i;
        worth.n++;
    }
    worth.all = paired / independent;
    worth.possible = possible / independent;
    return worth;
}

/* ---- tables ------------------------------------------------------------------------------------------------ */

static void put_summary(const struct pairs *pairs, const struct model *model, const bool *wanted) {
    char name[NAME_BYTES], where[LABEL_BYTES];
    printf("\n%-27s %8s %8s %8s %8s  at\n", "measure", "all", "possible", "least", "most");
    size_t n_still = 0;
    for (size_t c = 0; c < model_columns(model); c++) {
        if (!wanted[c]) continue;
        struct worth worth = worth_of(pairs, c);
        model_column(model, c, name, sizeof name);
        n_still += worth.n == 0;
        if (worth.n == 0) continue;
        printf("%-27s %8.3f %8.3f %8.3f %8.3f  %.16s\n", name, worth.all, worth.possible, worth.least, worth.most,
               label(pairs, &pairs->all[worth.at], where));
    }
    if (n_still) printf("%zu measures do not vary, or are not observed.\n", n_still);
}

static void put_number(int width, double value, struct report_scale scale) {
    char text[NUMBER_BYTES];
    printf(" %*s", width, report_number(value / scale.si, 3, text, sizeof text));
}

static void put_pairs(const struct pairs *pairs, const struct model *model, size_t column) {
    char name[NAME_BYTES], where[LABEL_BYTES];
    const char *unit = model_column(model, column, name, sizeof name)->unit;
    printf("\n%-24s %9s %9s %9s %9s %8s %8s\n", name, "A", "B", "s.d. A", "s.d. B", "ratio", "possible");
    for (size_t i = 0; i < pairs->n; i++) {
        struct difference d = gathered_difference(pairs->gathered, pairs->all[i].a, pairs->all[i].b, column);
        struct report_scale scale = report_scale_of(unit, d.mean_b);
        printf("%-24.24s", label(pairs, &pairs->all[i], where));
        put_number(9, d.mean_a, scale);
        put_number(9, d.mean_b, scale);
        put_number(9, sqrt(d.variance_a), scale);
        put_number(9, sqrt(d.variance_b), scale);
        if (isnan(paired_variance_ratio(&d))) printf(" %8s %8s\n", "-", "-");
        else printf(" %8.3f %8.3f\n", paired_variance_ratio(&d), paired_least_ratio(&d));
    }
}

static void put_tables(const struct study_request *request, const struct pairs *pairs, const bool *wanted) {
    const struct model *model = pairs->sweep->base->model;
    printf("%s: model %s, %zu points, %zu neighbouring pairs, %.0f replications each, seed %.0f\n"
           "Variance of the paired difference over that of an independent one:\n", request->scenario_file, model->name,
           pairs->sweep->n_points, pairs->n, pairs->sweep->base->run.values[RUN_REPLICATIONS].number,
           pairs->sweep->base->run.values[RUN_SEED].number);
    put_summary(pairs, model, wanted);
    for (size_t c = 0; request->measures && c < model_columns(model); c++)
        if (wanted[c]) put_pairs(pairs, model, c);
    printf("\n1: as if independent. possible: the least that any synchronisation could give, the\n"
           "standard deviations being what they are. all: sums over the pairs.\n");
}

/* ---- JSON ---------------------------------------------------------------------------------------------------- */

static void json_levels(const struct sweep *sweep, size_t point) {
    for (size_t f = 0; f < sweep->n_factors; f++) {
        fputs(f ? ", " : "{", stdout);
        json_key(stdout, sweep->factors[f].key);
        json_text(stdout, sweep->factors[f].levels[sweep_level(sweep, point, f)]);
    }
    fputs("}", stdout);
}

static void json_pair(const struct pairs *pairs, const struct pair *pair, size_t column) {
    struct difference d = gathered_difference(pairs->gathered, pair->a, pair->b, column);
    const struct {
        const char *name;
        double value;
    } numbers[] = {{"mean_a", d.mean_a}, {"mean_b", d.mean_b}, {"variance_a", d.variance_a}, {"variance_b", d.variance_b},
                   {"variance", paired_variance(&d)}, {"ratio", paired_variance_ratio(&d)}, {"possible", paired_least_ratio(&d)}};
    fputs("{\"a\": ", stdout);
    json_levels(pairs->sweep, pair->a);
    fputs(", \"b\": ", stdout);
    json_levels(pairs->sweep, pair->b);
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        fputs(", ", stdout);
        json_key(stdout, numbers[i].name);
        json_number(stdout, numbers[i].value);
    }
    fputs("}", stdout);
}

static void put_json(const struct pairs *pairs, const bool *wanted) {
    const struct model *model = pairs->sweep->base->model;
    char name[NAME_BYTES];
    bool first = true;
    printf("{\n  \"replications\": %.0f,\n  \"measures\": {", pairs->sweep->base->run.values[RUN_REPLICATIONS].number);
    for (size_t c = 0; c < model_columns(model); c++) {
        if (!wanted[c]) continue;
        model_column(model, c, name, sizeof name);
        fputs(first ? "\n    " : ",\n    ", stdout);
        first = false;
        json_key(stdout, name);
        fputs("{\"ratio\": ", stdout);
        json_number(stdout, worth_of(pairs, c).all);
        fputs(", \"possible\": ", stdout);
        json_number(stdout, worth_of(pairs, c).possible);
        fputs(", \"pairs\": [", stdout);
        for (size_t i = 0; i < pairs->n; i++) {
            fputs(i ? ",\n      " : "\n      ", stdout);
            json_pair(pairs, &pairs->all[i], c);
        }
        fputs("]}", stdout);
    }
    fputs("\n  }\n}\n", stdout);
}

/* ---- the whole --------------------------------------------------------------------------------------------------- */

static bool choose(const struct study_request *request, const struct model *model, bool *wanted, struct arena *arena, struct diag *diag) {
    size_t n = model_columns(model);
    const char **names = ARENA_NEW(arena, n, const char *);
    for (size_t c = 0; c < n; c++) {
        char name[NAME_BYTES];
        model_column(model, c, name, sizeof name);
        names[c] = arena_text(arena, name, strlen(name));
    }
    return study_request_measures(request, names, n, wanted, diag);
}

int variance_report(const struct study_request *request, const struct sweep *sweep, struct arena *arena) {
    const struct model *model = sweep->base->model;
    bool *wanted = ARENA_NEW(arena, model_columns(model), bool);
    struct diag diag = {0};
    struct gathered gathered;
    struct pair *all = ARENA_NEW(arena, sweep->n_points * sweep->n_factors, struct pair);
    struct pairs pairs = {sweep, &gathered, all, find_pairs(sweep, all)};
    if (request->output_dir) return cli_usage(request->command, "--variance prints; allowed: no --output");
    if (pairs.n == 0) return cli_usage(request->command, "--variance needs two points or more");
    if (!choose(request, model, wanted, arena, &diag)) return command_complain(&diag);
    if (sweep->base->run.values[RUN_REPLICATIONS].number < 2)
        return cli_usage(request->command, "--variance needs replications; for example: --replications 100");
    struct warmup *warmup;
    int code = study_request_prepare(request, sweep->points, sweep->n_points, &warmup, arena);
    if (code != STATUS_OK) return code;
    gathered_open(&gathered, model, sweep->n_points, arena);
    struct study study = {.points = sweep->points, .n_points = sweep->n_points, .sink = gathered_point, .sink_context = &gathered};
    if (study_request_run(request, &study).stopped) {
        fprintf(stderr, "linger: interrupted; nothing was finished\n");
        return STATUS_INTERRUPTED;
    }
    if (request->json) put_json(&pairs, wanted);
    else put_tables(request, &pairs, wanted);
    return STATUS_OK;
}
