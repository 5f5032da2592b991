/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/interface/results.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include "sim/interface/command.h"
#include "sim/interface/heavy_tail_report.h"
#include "sim/interface/warmup_report.h"
#include "sim/kernel/text.h"

const char manifest_header[] = "parameter,value,unit,source,reference\n";

/* ---- fields -------------------------------------------------------------------------------------- */

/* The inside of a quoted field. */
static void put_quoted(FILE *file, const char *text) {
    for (; *text; text++) {
        if (*text == '"') fputc('"', file);
        fputc(*text, file);
    }
}

/* RFC 4180: quoted only when it must be. */
void results_put_text(FILE *file, const char *text) {
    if (!strpbrk(text, ",\"\r\n")) {
        fputs(text, file);
        return;
    }
    fputc('"', file);
    put_quoted(file, text);
    fputc('"', file);
}

void results_put_number(FILE *file, double value) {
    char text[TEXT_NUMBER_BYTES];
    if (!isnan(value)) fputs(text_print_number(value, text, sizeof text), file);
}

/* ---- results.csv ----------------------------------------------------------------------------------- */

static void put_header(const struct results *results) {
    for (size_t f = 0; f < results->sweep->n_factors; f++) {
        results_put_text(results->file, results->sweep->factors[f].key);
        fputc(',', results->file);
    }
    fputs(results->sequential ? "measure,unit,mean,half_width,n,stopped,widest\n" : "measure,unit,mean,half_width,n\n",
          results->file);
}

struct results results_open(const struct sweep *sweep, FILE *file, const char *path,
                            struct arena *arena) {
    struct results results = {.sweep = sweep, .file = file, .path = path};
    results.estimates = ARENA_NEW(arena, model_columns(sweep->base->model), struct estimate);
    for (size_t i = 0; i < sweep->n_points; i++) results.has_lines |= batch_means_apply(&sweep->points[i]);
    if (results.has_lines) time_lines_open(&results.lines, sweep->points, sweep->n_points, 1, BATCH_MEANS_ROWS, false);
    for (size_t i = 0; i < sweep->n_points; i++)
        if (precision_goal(&sweep->points[i]) > 0) results.sequential = true;
    if (file) put_header(&results);
    return results;
}

struct time_lines *results_lines(struct results *results) { return results->has_lines ? &results->lines : NULL; }

void results_close(struct results *results) {
    char name[96];
    if (!results->has_lines) return;
    time_lines_close(&results->lines);
    if (!results->n_correlated) return;
    model_column(results->sweep->base->model, results->correlated_column, name, sizeof name);
    fprintf(stderr, "linger: warning: ");
    if (results->sweep->n_points > 1) fprintf(stderr, "at %zu points ", results->n_correlated);
    fprintf(stderr, "the run is too short for batch means: those of %s are correlated,\n"
                    "linger: its interval is too narrow. Raise run.horizon or run.replications\n", name);
}

static void put_factor(FILE *file, const struct scenario *point, const char *key) {
    char text[4096];
    size_t index;
    const struct param_set *table = factor_table(point, key, &index);
    results_put_text(file, param_print(table, index, text, sizeof text));
    fputc(',', file);
}

void results_put_factors(FILE *file, const struct sweep *sweep, size_t point) {
    for (size_t f = 0; f < sweep->n_factors; f++) put_factor(file, &sweep->points[point], sweep->factors[f].key);
}

static void put_stopped(const struct results *results, const struct scenario *point) {
    char widest[96] = "";
    if (results->look.widest < model_columns(point->model))
        model_column(point->model, results->look.widest, widest, sizeof widest);
    fprintf(results->file, ",%s,%s", precision_reason(point, &results->look), widest);
}

static void put_row(const struct results *results, size_t point, size_t column) {
    char name[96];
    FILE *file = results->file;
    const struct measure *measure = model_column(results->sweep->base->model, column, name, sizeof name);
    const struct estimate *estimate = &results->estimates[column];
    results_put_factors(file, results->sweep, point);
    fprintf(file, "%s,%s,", name, measure->unit);
    results_put_number(file, estimate->mean);
    fputc(',', file);
    results_put_number(file, estimate->half_width);
    fprintf(file, ",%zu", estimate->n);
    if (results->sequential) put_stopped(results, &results->sweep->points[point]);
    fputc('\n', file);
}

void results_pool(void *context, size_t point, const struct pooled_quantile *pooled) {
    struct results *results = context;
    (void)point;
    results->pooled = pooled;
}

/* Intervals from the time line of the only replication. */
static void batch_point(struct results *results, const struct scenario *scenario, size_t point) {
    const struct series *line = time_lines_of(&results->lines, point);
    size_t columns = model_columns(scenario->model), n_correlated = 0;
    for (size_t c = 0; c < columns && batch_means_apply(scenario); c++) {
        bool correlated = false;
        batch_means_estimate(scenario, line, c, &results->estimates[c], &correlated);
        if (correlated && results->n_correlated == 0 && n_correlated++ == 0) results->correlated_column = c;
        else n_correlated += correlated;
    }
    results->n_correlated += n_correlated > 0;
    time_lines_drop(&results->lines, point);
}

bool results_point(void *context, size_t point, const double *values, uint32_t n_replications) {
    struct results *results = context;
    const struct scenario *scenario = &results->sweep->points[point];
    size_t columns = model_columns(scenario->model);
    for (size_t c = 0; c < columns; c++)
        results->estimates[c] = estimate_column(scenario->model, c, values, n_replications, results->pooled);
    if (results->has_lines) batch_point(results, scenario, point);
    results->look = precision_look(scenario, values, n_replications, results->pooled);
    results->pooled = NULL; /* valid no longer than the rows */
    if (results->look.state == PRECISION_NOT_REACHED) results->n_imprecise++;
    if (!results->file) return true;
    errno = 0;
    for (size_t c = 0; c < columns; c++) put_row(results, point, c);
    if (fflush(results->file) == 0 && !ferror(results->file)) return true;
    results->error = errno ? errno : EIO;
    return false;
}

/* ---- manifest.csv ------------------------------------------------------------------------------------ */

static void put_manifest_row(FILE *file, const char *name, const char *value, const char *unit,
                             const char *source, const char *reference) {
    const char *const fields[] = {name, value, unit, source, reference};
    for (size_t i = 0; i < 5; i++) {
        if (i) fputc(',', file);
        results_put_text(file, fields[i]);
    }
    fputc('\n', file);
}

static const struct factor *find_factor(const struct sweep *sweep, const char *key) {
    for (size_t f = 0; f < sweep->n_factors; f++)
        if (strcmp(sweep->factors[f].key, key) == 0) return &sweep->factors[f];
    return NULL;
}

/* Levels between bars, in one field. */
static void put_varied(FILE *file, const struct factor *factor, const struct param *param) {
    fprintf(file, "%s,\"", factor->key);
    for (size_t i = 0; i < factor->n_levels; i++) {
        if (i) fputc('|', file);
        put_quoted(file, factor->levels[i]);
    }
    fprintf(file, "\",%s,varied,\n", param_unit(param->type));
}

/* The factor over presets that changes a parameter from point to point; NULL: none does. */
static const struct factor *varied_preset(const struct sweep *sweep, size_t index) {
    for (size_t f = 0; f < sweep->n_factors; f++) {
        const struct factor *factor = &sweep->factors[f];
        size_t own = param_find(&sweep->base->params, factor->key);
        if (own == sweep->base->params.n || sweep->base->params.params[own].type != PARAM_PRESET) continue;
        for (size_t i = 0; i < sweep->n_points; i++) {
            const struct param_value *values = sweep->points[i].params.values;
            if (values[index].preset && values[index].preset == values[own].text) return factor;
        }
    }
    return NULL;
}

/* A side of a comparison has no points but itself. */
static const struct scenario *points_of(const struct sweep *sweep) { return sweep->n_points ? sweep->points : sweep->base; }

/* What was found in place of auto: one value, or one a point between bars. */
static void put_warmup(FILE *file, const struct scenario *points, size_t n) {
    char text[TEXT_NUMBER_BYTES];
    bool alike = true;
    double first_s = points->run.values[RUN_WARMUP].number;
    for (size_t i = 1; i < n; i++) alike &= fabs(points[i].run.values[RUN_WARMUP].number - first_s) <= 0;
    fputs("run.warmup,", file);
    for (size_t i = 0; i < (alike ? 1 : n); i++)
        fprintf(file, "%s%s", i ? "|" : "", text_print_number(points[i].run.values[RUN_WARMUP].number, text, sizeof text));
    fputs(",s,found,\"MSER-5; White, Cobb & Spratt 2000\"\n", file);
}

/* The values that the presets give a parameter, in their order; the other factors do not change them. */
static void put_preset_varied(FILE *file, const struct sweep *sweep, const struct factor *factor, size_t index) {
    char text[4096];
    size_t f = (size_t)(factor - sweep->factors), wanted = 0;
    const struct param *param = &sweep->base->params.params[index];
    fprintf(file, "%s,\"", param->name);
    for (size_t i = 0; i < sweep->n_points && wanted < factor->n_levels; i++) {
        if (sweep_level(sweep, i, f) != wanted) continue;
        if (wanted++) fputc('|', file);
        put_quoted(file, param_print(&sweep->points[i].params, index, text, sizeof text));
    }
    fprintf(file, "\",%s,varied with %s,\n", param_unit(param->type), factor->key);
}

/* Where a value is from: "given", "preset NAME" or "default". */
static void put_value(FILE *file, const struct param_set *set, size_t i) {
    char text[4096], source[4096] = "default";
    const struct param_value *value = &set->values[i];
    if (value->preset) snprintf(source, sizeof source, "preset %s", value->preset);
    put_manifest_row(file, set->params[i].name, param_print(set, i, text, sizeof text), param_unit(set->params[i].type),
                     value->given ? "given" : source, value->given || value->preset ? "" : set->params[i].source);
}

static void put_table(FILE *file, const struct sweep *sweep, const struct param_set *set) {
    for (size_t i = 0; i < set->n; i++) {
        const struct param *param = &set->params[i];
        const struct factor *factor = find_factor(sweep, param->name);
        const struct factor *preset = set == &sweep->base->params && !factor ? varied_preset(sweep, i) : NULL;
        if (factor) put_varied(file, factor, param);
        else if (preset) put_preset_varied(file, sweep, preset, i);
        else if (set == &sweep->base->run && i == RUN_WARMUP && warmup_report_is_found(points_of(sweep)))
            put_warmup(file, points_of(sweep), sweep->n_points);
        else put_value(file, set, i);
    }
}

void manifest_write(FILE *file, const struct sweep *sweep) {
    const struct scenario *base = sweep->base;
    char seed[TEXT_NUMBER_BYTES];
    fputs(manifest_header, file);
    put_manifest_row(file, "version", linger_version, "", "program", "");
    put_manifest_row(file, "scenario", base->name, "", "file", "");
    put_manifest_row(file, "model", base->model->name, "", "file", "");
    text_print_number(base->run.values[RUN_SEED].number, seed, sizeof seed);
    put_manifest_row(file, "seed", seed, "1",
                     base->run.values[RUN_SEED].given ? "given" : "default", "");
    if (batch_means_apply(points_of(sweep)))
        put_manifest_row(file, "intervals", "batch means", "", "method", "Law & Carson 1979");
    heavy_tail_report_manifest(file, points_of(sweep), sweep->n_points ? sweep->n_points : 1);
    put_table(file, sweep, &base->run);
    put_table(file, sweep, &base->params);
}

/* ---- series.csv ---------------------------------------------------------------------------------------- */

void series_write(FILE *file, const struct model *model, const struct series *series) {
    fputs("time_s", file);
    for (size_t c = 0; c < model->n_series_columns; c++)
        fprintf(file, ",%s", model->series_columns[c]);
    fputc('\n', file);
    for (size_t r = 0; r < series->n_rows; r++)
        for (size_t c = 0; c < series->n_columns; c++) {
            results_put_number(file, series->values[r * series->n_columns + c]);
            fputc(c + 1 < series->n_columns ? ',' : '\n', file);
        }
}
