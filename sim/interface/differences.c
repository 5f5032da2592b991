/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/interface/differences.h"

#include <errno.h>
#include <string.h>

#include "sim/interface/results.h"

enum { NAME_BYTES = 96, VALUE_BYTES = 4096 };

/* ---- the baseline ------------------------------------------------------------------------------------ */

static const char *print(const struct scenario *scenario, const char *key, char *out) {
    size_t index;
    const struct param_set *table = factor_table(scenario, key, &index);
    return param_print(table, index, out, VALUE_BYTES);
}

/* The level that reads as the same value, or n_levels. */
static size_t find_level(const struct factor *factor, const struct scenario *base, const char *text, param_column_fn *column_fn,
                         struct diag *diag) {
    char wanted[VALUE_BYTES], level[VALUE_BYTES];
    const struct place place = {.file = "--baseline", .column = factor->key};
    struct scenario trial = scenario_copy(base, base->arena);
    if (!scenario_assign(&trial, factor->key, text, place, column_fn, diag)) return factor->n_levels;
    print(&trial, factor->key, wanted);
    size_t i = 0;
    for (; i < factor->n_levels; i++) {
        scenario_assign(&trial, factor->key, factor->levels[i], place, column_fn, diag);
        if (strcmp(print(&trial, factor->key, level), wanted) == 0) return i;
    }
    diag_add(diag, STATUS_USAGE, place, "read '%.100s', allowed: one of its levels, such as %.100s", text, factor->levels[0]);
    return i;
}

static const struct factor *find_factor(const struct sweep *sweep, const char *text, size_t *index) {
    size_t length = strcspn(text, "=");
    for (size_t f = 0; f < sweep->n_factors; f++)
        if (strlen(sweep->factors[f].key) == length && memcmp(sweep->factors[f].key, text, length) == 0)
            return *index = f, &sweep->factors[f];
    return NULL;
}

size_t differences_baseline(const struct sweep *sweep, const char *const *texts, size_t n, param_column_fn *column_fn, struct diag *diag) {
    size_t point = 0;
    for (size_t i = 0; i < n; i++) {
        size_t f, stride = 1;
        const struct factor *factor = find_factor(sweep, texts[i], &f);
        const char *equals = strchr(texts[i], '=');
        if (!factor || !equals) {
            diag_add(diag, STATUS_USAGE, (struct place){.file = "--baseline"}, "read '%.100s', allowed: a varied parameter and one of its levels, "
                     "such as %.100s=%.100s", texts[i], sweep->factors[0].key, sweep->factors[0].levels[0]);
            continue;
        }
        for (size_t later = f + 1; later < sweep->n_factors; later++) stride *= sweep->factors[later].n_levels;
        point += stride * (find_level(factor, sweep->base, equals + 1, column_fn, diag) - sweep_level(sweep, point, f));
    }
    return diag_ok(diag) ? point : sweep->n_points;
}

/* ---- the file ---------------------------------------------------------------------------------------------- */

struct differences differences_open(const struct sweep *sweep, size_t baseline, FILE *file, const char *path, struct arena *arena) {
    struct differences differences = {.sweep = sweep, .baseline = baseline, .file = file, .path = path};
    gathered_open(&differences.gathered, sweep->base->model, sweep->n_points, arena);
    for (size_t f = 0; f < sweep->n_factors; f++) {
        results_put_text(file, sweep->factors[f].key);
        fputc(',', file);
    }
    fputs("measure,unit,baseline,mean,difference,half_width,n,p,variance_ratio\n", file);
    return differences;
}

static void put_row(const struct differences *differences, size_t point, size_t column, const struct difference *d) {
    char name[NAME_BYTES];
    FILE *file = differences->file;
    const double before_n[] = {d->mean_a, d->mean_b, d->mean, d->half_width}, after_n[] = {d->p, paired_variance_ratio(d)};
    results_put_factors(file, differences->sweep, point);
    const struct measure *measure = model_column(differences->sweep->base->model, column, name, sizeof name);
    fprintf(file, "%s,%s", name, measure->unit);
    for (size_t i = 0; i < sizeof before_n / sizeof before_n[0]; i++) fputc(',', file), results_put_number(file, before_n[i]);
    fprintf(file, ",%zu", d->n);
    for (size_t i = 0; i < sizeof after_n / sizeof after_n[0]; i++) fputc(',', file), results_put_number(file, after_n[i]);
    fputc('\n', file);
}

static void put_point(const struct differences *differences, size_t point) {
    for (size_t c = 0; c < differences->gathered.columns; c++) {
        struct difference difference = gathered_difference(&differences->gathered, differences->baseline, point, c);
        put_row(differences, point, c, &difference);
    }
}

bool differences_point(void *context, size_t point, const double *values, uint32_t n_replications) {
    struct differences *differences = context;
    struct gathered *gathered = &differences->gathered;
    errno = 0;
    if (point <= differences->baseline) {
        gathered_point(gathered, point, values, n_replications);
        for (size_t earlier = 0; point == differences->baseline && earlier < point; earlier++) put_point(differences, earlier);
    } else {
        gathered_lend(gathered, point, values, n_replications);
        put_point(differences, point);
    }
    if (fflush(differences->file) == 0 && !ferror(differences->file)) return true;
    differences->error = errno ? errno : EIO;
    return false;
}
