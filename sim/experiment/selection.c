/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/experiment/selection.h"

#include <math.h>
#include <string.h>

/* A selection in progress. Survivors stand in `which`, in the order of the settings. */
struct course {
    struct selection *selection;
    size_t *which, n_which;
    double *sum;         /* by setting, of what was judged; with the sign by which larger is better */
    double *variance;    /* k x k: S_il^2 */
    double *values;      /* of a block */
    bool *falls;         /* by survivor */
    size_t *faller;      /* ... because of whom */
    uint32_t n, next;    /* replications judged of each survivor; number of the next to simulate */
    uint32_t n_max;      /* max over i, l of N_il */
};

double selection_h_squared(double alpha, size_t n_settings, uint32_t first_stage) {
    if (n_settings < 2) return 0;
    double degrees = (double)first_stage - 1;
    double eta = (pow(2 * alpha / ((double)n_settings - 1), -2 / degrees) - 1) / 2;
    return 2 * eta * degrees;
}

uint64_t selection_least_budget(const struct selection *selection) {
    return selection->n_settings * ((uint64_t)selection->first_stage + (selection->is_share ? SELECTION_PILOT : 0));
}

static double better(const struct selection *selection, double value) { return selection->minimise ? -value : value; }

/* ---- simulating ------------------------------------------------------------------------------------- */

/* n replications of all survivors into course->values. False at the end of the selection. */
static bool simulate(struct course *course, uint32_t n) {
    struct selection *selection = course->selection;
    if (!selection->sample(selection->context, course->which, course->n_which, course->next, n, course->values)) {
        selection->end = SELECTION_STOPPED;
        return false;
    }
    course->next += n;
    selection->spent += course->n_which * n;
    for (size_t i = 0; i < course->n_which; i++) {
        selection->settings[course->which[i]].spent += n;
        for (uint32_t j = 0; j < n; j++) {
            if (!isnan(course->values[i * n + j])) continue;
            selection->end = SELECTION_UNOBSERVED;
            selection->best = course->which[i];
            return false;
        }
    }
    return true;
}

/* Enough for all cores of an ordinary machine, however few survive; within the budget. 0: it is used up. */
static uint32_t block_size(const struct course *course) {
    const struct selection *selection = course->selection;
    uint64_t wanted = (SELECTION_BLOCK + course->n_which - 1) / course->n_which;
    uint64_t until_end = (uint64_t)course->n_max + 1 - course->n;
    uint64_t left = selection->budget ? (selection->budget - selection->spent) / course->n_which : wanted;
    uint64_t n = wanted < until_end ? wanted : until_end;
    return (uint32_t)(n < left ? n : left);
}

/* ---- the procedure ------------------------------------------------------------------------------------ */

static void judge_values(struct course *course, uint32_t n_values, uint32_t j) {
    for (size_t i = 0; i < course->n_which; i++)
        course->sum[course->which[i]] += better(course->selection, course->values[i * n_values + j]);
    course->n++;
}

static void note_mean(struct course *course, size_t setting) {
    struct selected *selected = &course->selection->settings[setting];
    selected->n = course->n;
    selected->mean = better(course->selection, course->sum[setting]) / course->n;
}

static double mean_of(const struct course *course, size_t setting) { return course->sum[setting] / course->n; }

static double margin(const struct course *course, size_t i, size_t l) {
    const struct selection *selection = course->selection;
    double delta = selection->delta, r = course->n;
    double variance = course->variance[i * selection->n_settings + l];
    return fmax(0, delta / (2 * r) * (selection->h_squared * variance / (delta * delta) - r));
}

/* Who drops setting i, the one that leads it by most; i itself if nobody does. */
static size_t who_drops(const struct course *course, size_t i) {
    size_t by = i;
    double most = 0;
    for (size_t a = 0; a < course->n_which; a++) {
        size_t l = course->which[a];
        if (l == i) continue;
        double lead = mean_of(course, l) - margin(course, i, l) - mean_of(course, i);
        if (lead > most) most = lead, by = l;
    }
    return by;
}

/* All are judged against all who were there, then the losers go. */
static void screen(struct course *course) {
    size_t kept = 0;
    for (size_t a = 0; a < course->n_which; a++) course->faller[a] = who_drops(course, course->which[a]);
    for (size_t a = 0; a < course->n_which; a++) {
        size_t i = course->which[a];
        note_mean(course, i);
        course->falls[a] = course->faller[a] != i;
        if (!course->falls[a]) continue;
        course->selection->settings[i].dropped = true;
        course->selection->settings[i].dropped_by = course->faller[a];
    }
    for (size_t a = 0; a < course->n_which; a++)
        if (!course->falls[a]) course->which[kept++] = course->which[a];
    course->n_which = kept;
}

static size_t best_of(const struct course *course) {
    size_t best = course->which[0];
    for (size_t a = 1; a < course->n_which; a++)
        if (course->sum[course->which[a]] > course->sum[best]) best = course->which[a];
    return best;
}

/* After each replication; true when it is decided. Survivors at the end are level with the best: they tie. */
static bool decides(struct course *course) {
    screen(course);
    if (course->n_which > 1 && course->n <= course->n_max) return false;
    course->selection->best = best_of(course);
    course->selection->end = SELECTION_DECIDED;
    return true;
}

/* ---- the stages ------------------------------------------------------------------------------------------ */

/* delta as a share, of numbers that are not used again. */
static bool pilot(struct course *course) {
    struct selection *selection = course->selection;
    selection->delta = selection->indifference;
    if (!selection->is_share) return true;
    if (!simulate(course, SELECTION_PILOT)) return false;
    double best = -HUGE_VAL;
    for (size_t i = 0; i < selection->n_settings; i++) {
        double sum = 0;
        for (uint32_t j = 0; j < SELECTION_PILOT; j++) sum += better(selection, course->values[i * SELECTION_PILOT + j]);
        best = fmax(best, sum / SELECTION_PILOT);
    }
    selection->delta = selection->indifference * fabs(best);
    if (!(selection->delta > 0)) selection->end = SELECTION_NO_ZONE;
    return selection->delta > 0;
}

static double variance_of_difference(const double *a, const double *b, uint32_t n) {
    struct tally tally = {0};
    for (uint32_t j = 0; j < n; j++) tally_observe(&tally, b ? a[j] - b[j] : a[j]);
    return tally_variance(&tally);
}

static bool first_stage(struct course *course) {
    struct selection *selection = course->selection;
    size_t k = selection->n_settings;
    uint32_t n = selection->first_stage;
    if (!simulate(course, n)) return false;
    for (uint32_t j = 0; j < n; j++) judge_values(course, n, j);
    double most = 0;
    for (size_t i = 0; i < k; i++) {
        selection->settings[i].variance = variance_of_difference(course->values + i * n, NULL, n);
        for (size_t l = 0; l < k; l++) {
            double variance = variance_of_difference(course->values + i * n, course->values + l * n, n);
            course->variance[i * k + l] = variance;
            most = fmax(most, variance);
        }
    }
    double n_max = floor(selection->h_squared * most / (selection->delta * selection->delta));
    course->n_max = n_max < UINT32_MAX - 1 ? (uint32_t)n_max : UINT32_MAX - 1;
    selection->n_at_most = course->n_max + 1;
    return true;
}

/* Rows of the block move up to where their survivors stand now. */
static void close_ranks(struct course *course, size_t n_before, uint32_t n) {
    size_t kept = 0;
    for (size_t a = 0; a < n_before; a++)
        if (!course->falls[a]) memmove(course->values + kept++ * n, course->values + a * n, n * sizeof *course->values);
}

/* True when it is over. */
static bool go_on(struct course *course, uint32_t n) {
    if (!simulate(course, n)) return true;
    for (uint32_t j = 0; j < n; j++) {
        size_t n_before = course->n_which;
        judge_values(course, n, j);
        if (decides(course)) return true;
        close_ranks(course, n_before, n);
    }
    return false;
}

static void until_decided(struct course *course) {
    bool over = decides(course);
    while (!over) {
        uint32_t n = block_size(course);
        if (n == 0) {
            course->selection->best = best_of(course);
            course->selection->end = SELECTION_BUDGET;
        }
        over = n == 0 || go_on(course, n);
    }
}

void selection_run(struct selection *selection, struct arena *arena) {
    size_t k = selection->n_settings;
    SIM_ASSERT(k > 0 && k <= SELECTION_SETTINGS_MAX && selection->first_stage > 1 && selection->indifference > 0);
    SIM_ASSERT(selection->budget == 0 || selection->budget >= selection_least_budget(selection));
    size_t row = selection->first_stage + SELECTION_BLOCK + SELECTION_PILOT;
    struct course course = {.selection = selection,
                            .which = ARENA_NEW(arena, k, size_t),
                            .n_which = k,
                            .sum = ARENA_NEW(arena, k, double),
                            .variance = ARENA_NEW(arena, k * k, double),
                            .values = ARENA_NEW(arena, k * row, double),
                            .falls = ARENA_NEW(arena, k, bool),
                            .faller = ARENA_NEW(arena, k, size_t)};
    for (size_t i = 0; i < k; i++) course.which[i] = i;
    selection->settings = ARENA_NEW(arena, k, struct selected);
    selection->spent = 0;
    selection->h_squared = selection_h_squared(1 - selection->probability, k, selection->first_stage);
    if (pilot(&course) && first_stage(&course)) until_decided(&course);
}

/* ---- settings that are simulated --------------------------------------------------------------------------- */

/* Where the rows of a study go. */
struct shelf {
    size_t column, columns;
    uint32_t n;
    double *values;
};

static bool shelve(void *context, size_t point, const double *rows, uint32_t n) {
    struct shelf *shelf = context;
    for (uint32_t j = 0; j < n; j++) shelf->values[point * shelf->n + j] = rows[j * shelf->columns + shelf->column];
    return true;
}

/* A setting for n replications, in the i-th place. Only the laboratory's own values differ from the setting's, and they are copied. */
static void place_trial(struct selection_study *sampler, size_t i, size_t setting, uint32_t n) {
    struct scenario *trial = &sampler->trials[i];
    const struct param_set *run = &sampler->points[setting].run;
    struct param_value *values = trial->run.values ? trial->run.values : ARENA_NEW(sampler->arena, run->n, struct param_value);
    memcpy(values, run->values, run->n * sizeof *values);
    *trial = sampler->points[setting];
    trial->run.values = values;
    replication_fix_count(trial, n);
}

bool selection_sample_study(void *context, const size_t *which, size_t n_which, uint32_t first, uint32_t n, double *values) {
    struct selection_study *sampler = context;
    if (!sampler->trials) sampler->trials = ARENA_NEW(sampler->arena, sampler->n_points, struct scenario);
    for (size_t i = 0; i < n_which; i++) place_trial(sampler, i, which[i], n);
    struct shelf shelf = {sampler->column, model_columns(sampler->points[0].model), n, values};
    struct study study = {.points = sampler->trials,
                          .n_points = n_which,
                          .first_replication = first,
                          .sink = shelve,
                          .sink_context = &shelf};
    return !sampler->run_study(sampler->context, &study).stopped;
}
