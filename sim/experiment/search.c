/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/experiment/search.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/experiment/paired.h"
#include "sim/experiment/refinement.h"
#include "sim/kernel/text.h"

/* What a limit exceeded by its own size costs, in objectives. */
static const double PENALTY = 100;

static double better_is_less(const struct search *search, double value) { return search->question->maximise ? -value : value; }

/* ---- settings -------------------------------------------------------------------------------------------- */

double search_level_value(const struct search *search, size_t setting, size_t factor) {
    const struct scenario *scenario = &search->trials.settings[setting];
    size_t index;
    const struct param_set *table = factor_table(scenario, search->question->sweep->factors[factor].key, &index);
    return table ? table->values[index].number : NOTHING_OBSERVED;
}

static void add_grid(struct search *search) {
    const struct sweep *sweep = search->question->sweep;
    for (size_t i = 0; i < sweep->n_points; i++) {
        size_t id = trials_add(&search->trials, &sweep->points[i]);
        search->settings[id].level = ARENA_NEW(search->arena, sweep->n_factors + 1, const char *);
        for (size_t f = 0; f < sweep->n_factors; f++) search->settings[id].level[f] = sweep->factors[f].levels[sweep_level(sweep, i, f)];
    }
}

/* The best of the grid with another value of the refined factor. */
static struct scenario vary_best(struct search *search, const char *text) {
    const struct factor *factor = &search->question->sweep->factors[search->question->refined];
    struct scenario scenario = scenario_copy(&search->trials.settings[search->grid_best], search->arena);
    struct diag diag = {0};
    scenario_assign(&scenario, factor->key, text, (struct place){0}, NULL, &diag);
    SIM_ASSERT(diag_ok(&diag)); /* between two levels that were allowed */
    return scenario;
}

static bool is_beside_best(const struct search *search, size_t id) {
    size_t refined = search->question->refined;
    for (size_t f = 0; f < search->question->sweep->n_factors; f++)
        if (f != refined && strcmp(search->settings[id].level[f], search->settings[search->grid_best].level[f]) != 0) return false;
    return true;
}

/* Beside the best, with value x of the refined factor; made when there is none yet. */
static size_t setting_at(struct search *search, double x) {
    char text[TEXT_NUMBER_BYTES];
    size_t refined = search->question->refined, n = search->question->sweep->n_factors;
    for (size_t id = 0; id < search->trials.n; id++) {
        double value = search_level_value(search, id, refined);
        if (is_beside_best(search, id) && !(value < x) && !(value > x)) return id;
    }
    text_print_number(x, text, sizeof text);
    struct scenario scenario = vary_best(search, text);
    size_t id = trials_add(&search->trials, &scenario);
    struct searched *searched = &search->settings[id];
    searched->is_refined = true;
    searched->level = ARENA_NEW(search->arena, n, const char *);
    memcpy(searched->level, search->settings[search->grid_best].level, n * sizeof *searched->level);
    searched->level[refined] = arena_text(search->arena, text, strlen(text));
    return id;
}

/* ---- limits ------------------------------------------------------------------------------------------------- */

static struct estimate estimate_in(const struct trials *trials, size_t id, const struct weighted_sum *sum) {
    return weighted_sum_estimate(sum, trials->rows[id], trials->n_rows[id], trials->columns);
}

static enum limit_verdict judge_limit(const struct trials *trials, size_t id, const struct limit *limit) {
    struct estimate estimate = estimate_in(trials, id, &limit->sum);
    return limit_judge(limit, &estimate, trials->n_rows[id], false);
}

/* One that fails settles it; one that is undecided leaves it so. */
static void judge_setting(struct search *search, size_t id) {
    struct searched *searched = &search->settings[id];
    searched->verdict = LIMIT_HOLDS;
    for (size_t k = 0; k < search->question->n_limits && searched->verdict != LIMIT_FAILS; k++) {
        enum limit_verdict verdict = judge_limit(&search->trials, id, &search->question->limits[k]);
        if (verdict == LIMIT_HOLDS) continue;
        searched->verdict = verdict;
        searched->limit = k;
    }
}

/* Replications until all of `which` are decided, or SEARCH_LOOKS doublings. False when stopped. */
static bool judge_settings(struct search *search, size_t *which, size_t n_which, uint32_t n) {
    for (int look = 0; n_which > 0 && look <= SEARCH_LOOKS; look++, n *= 2) {
        if (!trials_extend(&search->trials, which, n_which, n)) return false;
        size_t left = 0;
        for (size_t i = 0; i < n_which; i++) {
            judge_setting(search, which[i]);
            if (search->settings[which[i]].verdict == LIMIT_UNDECIDED) which[left++] = which[i];
        }
        n_which = left;
    }
    return true;
}

static bool judge_grid(struct search *search) {
    size_t n = search->question->sweep->n_points, *which = ARENA_NEW(search->arena, n, size_t);
    for (size_t i = 0; i < n; i++) which[i] = i;
    if (!judge_settings(search, which, n, search->question->first_stage + SELECTION_PILOT)) return false;
    for (size_t i = 0; i < n; i++)
        if (search->settings[i].verdict == LIMIT_HOLDS) search->feasible[search->n_feasible++] = i;
    return true;
}

/* ---- selection ------------------------------------------------------------------------------------------------ */

static bool sample(void *context, const size_t *which, size_t n_which, uint32_t first, uint32_t n, double *values) {
    struct search *search = context;
    size_t *ids = ARENA_NEW(search->arena, n_which, size_t);
    for (size_t i = 0; i < n_which; i++) ids[i] = search->feasible[which[i]];
    if (!trials_extend(&search->trials, ids, n_which, first + n)) return false;
    for (size_t i = 0; i < n_which; i++)
        for (uint32_t r = 0; r < n; r++)
            values[i * n + r] = weighted_sum_of(search->question->objective, trials_row(&search->trials, ids[i], first + r));
    return true;
}

static bool select_best(struct search *search) {
    static const enum search_end ends[] = {[SELECTION_DECIDED] = SEARCH_DECIDED, [SELECTION_BUDGET] = SEARCH_BUDGET,
                                           [SELECTION_NO_ZONE] = SEARCH_NO_ZONE, [SELECTION_UNOBSERVED] = SEARCH_UNOBSERVED,
                                           [SELECTION_STOPPED] = SEARCH_STOPPED};
    const struct search_question *question = search->question;
    struct selection *selection = &search->selection;
    *selection = (struct selection){.n_settings = search->n_feasible, .minimise = !question->maximise, .probability = question->probability,
                                    .indifference = question->indifference, .is_share = question->is_share,
                                    .first_stage = question->first_stage, .budget = question->budget, .sample = sample, .context = search};
    uint64_t least = selection_least_budget(selection);
    if (selection->budget && selection->budget < least) selection->budget = least;
    selection_run(selection, search->arena);
    search->end = ends[selection->end];
    search->grid_best = search->best = search->feasible[selection->best];
    return search->end == SEARCH_DECIDED || search->end == SEARCH_BUDGET;
}

/* ---- refinement ------------------------------------------------------------------------------------------------- */

static double mean_of(const struct trials *trials, size_t id, const struct weighted_sum *sum, uint32_t n) {
    return weighted_sum_estimate(sum, trials->rows[id], n, trials->columns).mean;
}

static double refined_cost(void *context, double x) {
    struct search *search = context;
    const struct search_question *question = search->question;
    size_t id = setting_at(search, x);
    if (!trials_extend(&search->trials, &id, 1, SEARCH_REPLICATIONS)) return NOTHING_OBSERVED;
    judge_setting(search, id);
    double cost = better_is_less(search, mean_of(&search->trials, id, question->objective, SEARCH_REPLICATIONS));
    for (size_t k = 0; k < question->n_limits; k++) {
        struct estimate estimate = weighted_sum_estimate(&question->limits[k].sum, search->trials.rows[id], SEARCH_REPLICATIONS, search->trials.columns);
        double edge = estimate.mean + (question->limits[k].above ? -1 : 1) * estimate.half_width; /* what has to be on the right side */
        cost += PENALTY * search->scale * limit_excess(&question->limits[k], edge);
    }
    return cost;
}

/* Fresh replications of value x beside the best of the grid. */
static size_t fresh_at(struct search *search, double x) {
    char text[TEXT_NUMBER_BYTES];
    size_t id = 0;
    while (id < search->fresh.n && (search->fresh_value[id] < x || search->fresh_value[id] > x)) id++;
    if (id == search->fresh.n) {
        text_print_number(x, text, sizeof text);
        struct scenario scenario = vary_best(search, text);
        search->fresh_value[trials_add(&search->fresh, &scenario)] = x;
    }
    trials_extend(&search->fresh, &id, 1, SEARCH_FRESH);
    return id;
}

static bool is_refused(void *context, double x, double b) {
    struct search *search = context;
    const struct search_question *question = search->question;
    double of_x[SEARCH_FRESH], of_b[SEARCH_FRESH];
    size_t i = fresh_at(search, x), l = fresh_at(search, b);
    if (search->fresh.stopped) return true; /* nothing more is simulated; it ends */
    for (uint32_t r = 0; r < SEARCH_FRESH; r++) {
        of_x[r] = better_is_less(search, weighted_sum_of(question->objective, trials_row(&search->fresh, i, r)));
        of_b[r] = better_is_less(search, weighted_sum_of(question->objective, trials_row(&search->fresh, l, r)));
    }
    for (size_t k = 0; k < question->n_limits; k++)
        if (judge_limit(&search->fresh, i, &question->limits[k]) == LIMIT_FAILS) return true;
    struct difference difference = paired_difference(of_b, of_x, SEARCH_FRESH, 1);
    return !difference.same && difference.mean > difference.half_width;
}

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The levels of the grid beside the best. */
static double *levels_beside(const struct search *search, size_t *n) {
    const struct sweep *sweep = search->question->sweep;
    double *level = ARENA_NEW(search->arena, sweep->n_points, double);
    *n = 0;
    for (size_t id = 0; id < sweep->n_points; id++)
        if (is_beside_best(search, id)) level[(*n)++] = search_level_value(search, id, search->question->refined);
    qsort(level, *n, sizeof *level, ascending);
    return level;
}

/* Whether the refined setting may stand for the best of the grid. */
static bool is_worth_it(struct search *search, size_t id, double value, double grid_value) {
    size_t which = id;
    if (!judge_settings(search, &which, 1, SEARCH_REPLICATIONS)) return false;
    return search->settings[id].verdict == LIMIT_HOLDS && !is_refused(search, value, grid_value);
}

static void refine(struct search *search) {
    size_t n;
    double *level = levels_beside(search, &n), grid_value = search_level_value(search, search->grid_best, search->question->refined);
    struct refinement refinement = {.n = n, .level = level, .cost = refined_cost, .refused = is_refused, .context = search};
    while (level[refinement.best] < grid_value) refinement.best++;
    search->scale = fabs(mean_of(&search->trials, search->grid_best, search->question->objective, search->trials.n_rows[search->grid_best]));
    refinement_find(&refinement);
    search->fresh = trials_open(search->trials.settings[0].model, search->question->sweep->n_points + SEARCH_REFINED_MAX,
                                search->trials.first + trials_most(&search->trials), search->question->run_study, search->question->context,
                                search->arena);
    search->fresh_value = ARENA_NEW(search->arena, search->fresh.n_max, double);
    size_t id = setting_at(search, refinement.value);
    if (id != search->grid_best && !is_worth_it(search, id, refinement.value, grid_value)) {
        refinement.value = grid_value;
        id = search->grid_best;
    }
    refinement_bound(&refinement);
    search->best = id;
    search->has_interval = true;
    search->low = refinement.low;
    search->high = refinement.high;
    search->estimate = estimate_in(&search->fresh, fresh_at(search, refinement.value), search->question->objective);
}

/* ---- the whole ----------------------------------------------------------------------------------------------------- */

/* Fresh replications of the answer, where there was nothing to refine. */
static void estimate_best(struct search *search) {
    search->fresh = trials_open(search->trials.settings[0].model, 1, search->trials.first + trials_most(&search->trials),
                                search->question->run_study, search->question->context, search->arena);
    size_t id = trials_add(&search->fresh, &search->trials.settings[search->best]);
    if (trials_extend(&search->fresh, &id, 1, SEARCH_FRESH)) search->estimate = estimate_in(&search->fresh, id, search->question->objective);
}

void search_run(struct search *search, const struct search_question *question, struct arena *arena) {
    size_t n_max = question->sweep->n_points + SEARCH_REFINED_MAX;
    *search = (struct search){.question = question,
                              .trials = trials_open(question->sweep->base->model, n_max, 0, question->run_study, question->context, arena),
                              .settings = ARENA_NEW(arena, n_max, struct searched),
                              .feasible = ARENA_NEW(arena, n_max, size_t),
                              .arena = arena,
                              .end = SEARCH_STOPPED};
    add_grid(search);
    if (!judge_grid(search)) return;
    search->end = question->objective ? SEARCH_INFEASIBLE : SEARCH_KNEE;
    if (search->n_feasible == 0) search->end = SEARCH_INFEASIBLE;
    if (search->end == SEARCH_KNEE || search->n_feasible == 0 || !select_best(search)) return;
    if (question->refined < question->sweep->n_factors) refine(search);
    else estimate_best(search);
    if (search->trials.stopped || search->fresh.stopped) search->end = SEARCH_STOPPED;
}

/* ---- the front ------------------------------------------------------------------------------------------------------- */

/* Costs of all settings: means, or of one replication r; infeasible settings have none. */
static void put_costs(const struct search *search, const struct search_front *front, const uint32_t *r, double *cost) {
    for (size_t i = 0; i < search->trials.n; i++)
        for (size_t k = 0; k < front->d; k++) {
            const double *rows = search->trials.rows[i] + front->column[k];
            bool counts = search->settings[i].verdict == LIMIT_HOLDS && search->trials.n_rows[i] > 0;
            cost[i * front->d + k] = !counts ? NOTHING_OBSERVED
                                     : r     ? rows[*r * search->trials.columns]
                                             : estimate_of(rows, search->trials.n_rows[i], search->trials.columns).mean;
        }
}

/* How often the knee of the means is the knee of a replication. */
static double share_of_knee(const struct search *search, const struct search_front *front) {
    size_t n = search->trials.n;
    double *cost = ARENA_NEW(search->arena, n * front->d, double);
    bool *is_front = ARENA_NEW(search->arena, n, bool);
    uint32_t n_common = search->question->first_stage + SELECTION_PILOT, same = 0;
    for (uint32_t r = 0; r < n_common; r++) {
        put_costs(search, front, &r, cost);
        front_find(cost, n, front->d, is_front);
        same += front_knee(cost, n, front->d, is_front, NULL) == front->knee;
    }
    return (double)same / n_common;
}

void search_front(const struct search *search, struct search_front *front) {
    size_t n = search->trials.n;
    front->cost = ARENA_NEW(search->arena, n * front->d, double);
    front->is_front = ARENA_NEW(search->arena, n, bool);
    front->distance = ARENA_NEW(search->arena, n, double);
    put_costs(search, front, NULL, front->cost);
    front->n_front = front_find(front->cost, n, front->d, front->is_front);
    front->knee = front_knee(front->cost, n, front->d, front->is_front, front->distance);
    if (front->knee < n) front->sure = share_of_knee(search, front);
}
