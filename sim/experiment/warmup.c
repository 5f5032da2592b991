/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/experiment/warmup.h"

#include <math.h>
#include <string.h>

#include "sim/kernel/statistics.h"

/* ---- the rule ---------------------------------------------------------------------------------------- */

/* Levels come from differences of integrals: one that stands still has digits that do not. */
static const double ROUNDING = 1e-9;

static double mser(const struct tally *rest) {
    double deviation = sqrt(rest->sum_squares / (double)rest->n);
    double largest = fmax(fabs(rest->min), fabs(rest->max));
    return deviation > ROUNDING * largest ? rest->sum_squares / ((double)rest->n * (double)rest->n) : 0;
}

size_t warmup_mser(const double *observations, size_t n, double *statistic) {
    struct tally rest = {0};
    size_t cut = 0;
    double least = HUGE_VAL;
    for (size_t d = n; d-- > 0;) {
        tally_observe(&rest, observations[d]);
        if (d > 0 && d + WARMUP_TAIL >= n) continue;
        double value = mser(&rest);
        if (statistic) statistic[d] = value;
        if (value > least || d > n / 2) continue;
        least = value;
        cut = d;
    }
    return cut;
}

/* ---- one point ---------------------------------------------------------------------------------------- */

/* Mean over the lines of rows first .. first+WARMUP_BATCH-1 of a column. */
static double batch_mean(const struct series *lines, size_t first, size_t column) {
    double sum = 0;
    for (size_t r = 0; r < WARMUP_REPLICATIONS; r++)
        for (size_t row = first; row < first + WARMUP_BATCH; row++) sum += lines[r].values[row * lines[r].n_columns + column];
    return sum / (WARMUP_REPLICATIONS * WARMUP_BATCH);
}

static size_t column_find(const struct model *model, const char *name) {
    size_t c = 0;
    while (c < model->n_series_columns && strcmp(model->series_columns[c], name) != 0) c++;
    SIM_ASSERT(c < model->n_series_columns);
    return c;
}

static void judge_column(struct warmup *warmup, struct warmup_column *out, const struct series *lines, size_t column) {
    for (size_t i = 0; i < warmup->n_batches; i++) out->batches[i] = batch_mean(lines, i * WARMUP_BATCH, 1 + column);
    size_t cut = warmup_mser(out->batches, warmup->n_batches, out->statistic);
    out->too_short = cut + WARMUP_TAIL > warmup->n_batches / 2;
    out->cut_s = warmup->batch_s * (double)cut;
}

static size_t settling_columns(const struct model *model) {
    size_t n = 0;
    while (model->settling_columns && model->settling_columns[n]) n++;
    return n;
}

static struct warmup warmup_of(const struct scenario *scenario, const struct series *lines, struct warmup_column *columns) {
    const struct model *model = scenario->model;
    struct warmup warmup = {.horizon_s = scenario->run.values[RUN_HORIZON].number,
                            .n_batches = WARMUP_BATCHES,
                            .n_columns = settling_columns(model),
                            .columns = columns};
    warmup.batch_s = warmup.horizon_s / WARMUP_BATCHES;
    for (size_t c = 0; c < warmup.n_columns; c++) {
        columns[c].name = model->settling_columns[c];
        judge_column(&warmup, &columns[c], lines, column_find(model, columns[c].name));
        if (columns[c].cut_s > columns[warmup.deciding].cut_s) warmup.deciding = c;
    }
    warmup.cut_s = columns[warmup.deciding].cut_s;
    return warmup;
}

/* ---- all points ----------------------------------------------------------------------------------------- */

bool warmup_is_wanted(const struct scenario *scenario) {
    return isnan(scenario->run.values[RUN_WARMUP].number) && scenario_is_steady(scenario) &&
           settling_columns(scenario->model) > 0;
}

/* Points are judged one after the other, so all but the first can write into the same arrays. */
static struct warmup_column *new_columns(size_t n, const struct warmup_column *arrays, struct arena *arena) {
    struct warmup_column *columns = ARENA_NEW(arena, n, struct warmup_column);
    for (size_t c = 0; c < n; c++) {
        columns[c].batches = arrays ? arrays[c].batches : ARENA_NEW(arena, WARMUP_BATCHES, double);
        columns[c].statistic = arrays ? arrays[c].statistic : ARENA_NEW(arena, WARMUP_BATCHES, double);
    }
    return columns;
}

static bool take_pilot(void *context, size_t pilot, const double *values, uint32_t n_replications) {
    (void)values;
    struct warmup_search *search = context;
    SIM_ASSERT(n_replications == WARMUP_REPLICATIONS);
    size_t point = search->point_of[pilot];
    struct warmup *found = &search->found[point];
    *found = warmup_of(&search->pilots[pilot], time_lines_of(&search->lines, pilot), found->columns);
    time_lines_drop(&search->lines, pilot);
    return true;
}

static struct scenario pilot_of(const struct scenario *scenario, struct arena *arena) {
    struct scenario pilot = scenario_copy(scenario, arena);
    pilot.run.values[RUN_WARMUP].number = 0;
    replication_fix_count(&pilot, WARMUP_REPLICATIONS);
    return pilot;
}

void warmup_search_open(struct warmup_search *search, struct scenario *points, size_t n_points, struct arena *arena) {
    *search = (struct warmup_search){.points = points,
                                     .n_points = n_points,
                                     .found = ARENA_NEW(arena, n_points, struct warmup),
                                     .arena = arena};
    size_t n = 0;
    for (size_t i = 0; i < n_points; i++) n += warmup_is_wanted(&points[i]);
    if (n == 0) return;
    search->pilots = ARENA_NEW(arena, n, struct scenario);
    search->point_of = ARENA_NEW(arena, n, size_t);
    const struct warmup_column *shared = NULL;
    n = 0;
    for (size_t i = 0; i < n_points; i++) {
        if (!warmup_is_wanted(&points[i])) continue;
        search->found[i].columns = new_columns(settling_columns(points[i].model), shared, arena);
        if (i > 0) shared = search->found[i].columns;
        search->point_of[n] = i;
        search->pilots[n++] = pilot_of(&points[i], arena);
    }
    time_lines_open(&search->lines, search->pilots, n, WARMUP_REPLICATIONS, WARMUP_ROWS, true);
    search->study = (struct study){.points = search->pilots,
                                   .n_points = n,
                                   .first_replication = WARMUP_FIRST_NUMBER,
                                   .lines = &search->lines,
                                   .sink = take_pilot,
                                   .sink_context = search};
}

/* Sets all points from `first` on that have its horizon and no warm-up yet. */
static void set_alike(struct warmup_search *search, size_t first) {
    double horizon_s = search->points[first].run.values[RUN_HORIZON].number, longest_s = 0;
    for (int pass = 0; pass < 2; pass++)
        for (size_t i = first; i < search->n_points; i++) {
            struct param_value *run = search->points[i].run.values;
            if (!isnan(run[RUN_WARMUP].number) || fabs(run[RUN_HORIZON].number - horizon_s) > 0) continue;
            if (pass == 0) longest_s = fmax(longest_s, search->found[i].cut_s);
            else run[RUN_WARMUP].number = longest_s;
        }
}

void warmup_search_close(struct warmup_search *search, bool done) {
    if (search->study.n_points) time_lines_close(&search->lines);
    for (size_t i = 0; done && i < search->n_points; i++)
        if (isnan(search->points[i].run.values[RUN_WARMUP].number)) set_alike(search, i);
}

void warmup_find(struct scenario *points, size_t n_points, unsigned threads, struct arena *arena) {
    struct warmup_search search;
    warmup_search_open(&search, points, n_points, arena);
    search.study.threads = threads;
    if (search.study.n_points) study_run(&search.study);
    warmup_search_close(&search, true);
}
