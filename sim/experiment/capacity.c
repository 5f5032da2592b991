/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/experiment/capacity.h"

#include <math.h>
#include <string.h>

#include "sim/experiment/factor.h"
#include "sim/kernel/text.h"

static const struct param *param_of(const struct capacity *capacity) {
    size_t index;
    const struct param_set *table = factor_table(capacity->scenario, capacity->key, &index);
    return &table->params[index];
}

static bool is_whole(const struct capacity *capacity) { return param_of(capacity)->type == PARAM_COUNT; }

/* ---- one load ------------------------------------------------------------------------------------------- */

static size_t add_load(struct capacity *capacity, double load) {
    char text[TEXT_NUMBER_BYTES];
    struct diag diag = {0};
    struct scenario scenario = scenario_copy(capacity->scenario, capacity->arena);
    text_print_number(load, text, sizeof text);
    scenario_assign(&scenario, capacity->key, text, (struct place){0}, NULL, &diag);
    SIM_ASSERT(diag_ok(&diag));
    return trials_add(&capacity->trials, &scenario);
}

static void judge_rows(const struct capacity *capacity, size_t id, struct capacity_step *step) {
    const struct trials *trials = &capacity->trials;
    step->n = trials->n_rows[id];
    step->verdict = LIMIT_HOLDS;
    for (size_t k = 0; k < capacity->n_limits && step->verdict != LIMIT_FAILS; k++) {
        struct estimate estimate = weighted_sum_estimate(&capacity->limits[k].sum, trials->rows[id], step->n, trials->columns);
        enum limit_verdict verdict = limit_judge(&capacity->limits[k], &estimate, step->n, false);
        if (k > 0 && verdict == LIMIT_HOLDS) continue;
        step->verdict = verdict;
        step->limit = k;
        step->estimate = estimate;
    }
}

/* What became of a load; it is simulated once. */
static enum limit_verdict judge(struct capacity *capacity, double load) {
    for (size_t i = 0; i < capacity->n_steps; i++)
        if (!(capacity->step[i].load < load) && !(capacity->step[i].load > load)) return capacity->step[i].verdict;
    if (capacity->n_steps == CAPACITY_STEPS_MAX || capacity->stopped) return LIMIT_UNDECIDED;
    size_t id = add_load(capacity, load);
    struct capacity_step *step = &capacity->step[capacity->n_steps++];
    step->load = load;
    uint32_t n = capacity->first_stage;
    for (int look = 0; look <= CAPACITY_LOOKS && !capacity->stopped; look++, n *= 2) {
        capacity->stopped = !trials_extend(&capacity->trials, &id, 1, n);
        judge_rows(capacity, id, step);
        if (step->verdict != LIMIT_UNDECIDED) break;
    }
    return step->verdict;
}

/* ---- the edges -------------------------------------------------------------------------------------------- */

static bool is_wanted(enum limit_verdict verdict, bool undecided_is_in) {
    return verdict == LIMIT_HOLDS || (undecided_is_in && verdict == LIMIT_UNDECIDED);
}

/* Between `in` and `out`, as near as can be told. */
static bool are_near(const struct capacity *capacity, double in, double out) {
    return is_whole(capacity) ? out - in < 1.5 : out - in <= CAPACITY_TOLERANCE * out;
}

/* Moves the two ends of an edge together. */
static void bisect(struct capacity *capacity, double *in, double *out, bool undecided_is_in) {
    while (!are_near(capacity, *in, *out) && capacity->n_steps < CAPACITY_STEPS_MAX && !capacity->stopped) {
        double middle = (*in + *out) / 2;
        if (is_whole(capacity)) middle = floor(middle);
        if (is_wanted(judge(capacity, middle), undecided_is_in)) *in = middle;
        else *out = middle;
    }
}

/* The nearest loads on either side of an edge that have been judged; NAN where there is none. */
static void known_ends(const struct capacity *capacity, bool undecided_is_in, double *in, double *out) {
    *in = *out = NOTHING_OBSERVED;
    for (size_t i = 0; i < capacity->n_steps; i++) {
        double load = capacity->step[i].load;
        bool wanted = is_wanted(capacity->step[i].verdict, undecided_is_in);
        if (wanted && !(load < *in)) *in = load;
        if (!wanted && !(load > *out)) *out = load;
    }
}

/* Doubles or halves until a load holds and one fails, within what the parameter allows. */
static void find_bracket(struct capacity *capacity) {
    const struct param *param = param_of(capacity);
    double load = capacity->low, least = is_whole(capacity) ? fmax(1, param->min) : load / 1024;
    enum limit_verdict verdict = judge(capacity, load);
    double down = load;
    while (verdict != LIMIT_HOLDS && down > least && !capacity->stopped) {
        down = fmax(least, is_whole(capacity) ? floor(down / 2) : down / 2);
        verdict = judge(capacity, down);
    }
    verdict = judge(capacity, load);
    while (verdict != LIMIT_FAILS && 2 * load <= param->max && !capacity->stopped && capacity->n_steps < CAPACITY_STEPS_MAX / 2) {
        load *= 2;
        verdict = judge(capacity, load);
    }
}

static const struct capacity_step *step_at(const struct capacity *capacity, double load) {
    for (size_t i = 0; i < capacity->n_steps; i++)
        if (!(capacity->step[i].load < load) && !(capacity->step[i].load > load)) return &capacity->step[i];
    return NULL;
}

/* Straight between the edges, for the limit that fails first. */
static void interpolate(struct capacity *capacity) {
    const struct capacity_step *from = step_at(capacity, capacity->holds_to), *to = step_at(capacity, capacity->fails_from);
    capacity->crossing = NOTHING_OBSERVED;
    if (!from || !to) return;
    const struct limit *limit = &capacity->limits[to->limit];
    size_t id = (size_t)(from - capacity->step);
    double low = weighted_sum_estimate(&limit->sum, capacity->trials.rows[id], from->n, capacity->trials.columns).mean, high = to->estimate.mean;
    double share = (limit->value - low) / (high - low);
    capacity->crossing = capacity->holds_to + fmin(1, fmax(0, share)) * (capacity->fails_from - capacity->holds_to);
}

void capacity_run(struct capacity *capacity) {
    double in, out;
    capacity->trials = trials_open(capacity->scenario->model, CAPACITY_STEPS_MAX, 0, capacity->run_study, capacity->context, capacity->arena);
    if (capacity->high > 0) {
        judge(capacity, capacity->low);
        judge(capacity, capacity->high);
    } else {
        find_bracket(capacity);
    }
    for (int undecided_is_in = 0; undecided_is_in < 2; undecided_is_in++) {
        known_ends(capacity, undecided_is_in, &in, &out);
        if (!isnan(in) && !isnan(out) && in < out) bisect(capacity, &in, &out, undecided_is_in);
    }
    double ignored;
    known_ends(capacity, false, &capacity->holds_to, &ignored);
    known_ends(capacity, true, &ignored, &capacity->fails_from);
    interpolate(capacity);
}
