/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/interface/assertion.h"

#include <math.h>
#include <stdio.h>

#include "sim/interface/condition.h"
#include "sim/interface/report.h"
#include "sim/interface/selection_report.h"

enum { NUMBER_BYTES = 32, WORDS_BYTES = 160, SETTING_BYTES = 512, DIGITS = 4, HALF_WIDTH_DIGITS = 2 };

bool assertions_open(struct assertions *assertions, const struct study_request *request, const struct sweep *sweep, struct arena *arena,
                     struct diag *diag) {
    *assertions = (struct assertions){.sweep = sweep, .n_limits = request->n_asserts};
    size_t n = assertions->n_limits * sweep->n_points;
    assertions->limits = ARENA_NEW(arena, request->n_asserts, struct limit);
    assertions->estimates = ARENA_NEW(arena, n, struct estimate);
    assertions->verdicts = ARENA_NEW(arena, n, enum limit_verdict);
    for (size_t i = 0; i < request->n_asserts; i++)
        condition_limit(request->asserts[i], "--assert", sweep->base->model, &assertions->limits[i], arena, diag);
    return diag_ok(diag);
}

/* Of a single measure what the results say of it: quantiles are those of all replications' observations together, and one replication
 * has the interval of its batches. A sum is taken replication by replication. */
static struct estimate estimate_point(const struct weighted_sum *sum, const double *values, uint32_t n, size_t columns,
                                      const struct estimate *estimates) {
    if (sum->n > 1) return weighted_sum_estimate(sum, values, n, columns);
    struct estimate estimate = estimates[sum->column[0]];
    estimate.mean *= sum->weight[0];
    estimate.half_width *= fabs(sum->weight[0]);
    return estimate;
}

void assertions_point(struct assertions *assertions, size_t point, const double *values, uint32_t n_replications,
                      const struct estimate *estimates) {
    size_t columns = model_columns(assertions->sweep->base->model);
    bool is_trace = assertions->sweep->base->workload.n_requests > 0;
    for (size_t i = 0; i < assertions->n_limits; i++) {
        size_t place = point * assertions->n_limits + i;
        assertions->estimates[place] = estimate_point(&assertions->limits[i].sum, values, n_replications, columns, estimates);
        assertions->verdicts[place] = limit_judge(&assertions->limits[i], &assertions->estimates[place], n_replications, is_trace);
    }
    assertions->n_points = point + 1;
}

const char *assertion_words(const struct limit *limit, enum limit_verdict verdict, const struct estimate *estimate, char *out,
                            size_t out_bytes) {
    static const char *const words[] = {"holds", "fails", "undecided"};
    char mean[NUMBER_BYTES], half[NUMBER_BYTES];
    struct report_scale scale = report_scale_of(limit->sum.unit, estimate->mean);
    const char *unit = limit->sum.unit[0] ? scale.name : "";
    report_number(estimate->mean / scale.si, DIGITS, mean, sizeof mean);
    report_number(estimate->half_width / scale.si, HALF_WIDTH_DIGITS, half, sizeof half);
    if (estimate->n == 0) snprintf(out, out_bytes, "%s: not observed", words[verdict]);
    else if (isnan(estimate->half_width)) snprintf(out, out_bytes, "%s: %s%s%s in one replication%s", words[verdict], mean, *unit ? " " : "", unit,
                                                   verdict == LIMIT_UNDECIDED ? ", which has no interval" : "");
    else snprintf(out, out_bytes, "%s: %s ± %s%s%s", words[verdict], mean, half, *unit ? " " : "", unit);
    return out;
}

static void tell_one(const struct assertions *assertions, size_t point, size_t i) {
    char setting[SETTING_BYTES], words[WORDS_BYTES];
    size_t place = point * assertions->n_limits + i;
    bool varied = assertions->sweep->n_factors > 0;
    enum limit_verdict verdict = assertions->verdicts[place];
    if (varied) selection_report_setting(assertions->sweep, point, setting, sizeof setting);
    fprintf(stderr, "linger: --assert: %s%s%s %s%s\n", varied ? setting : "", varied ? ": " : "", assertions->limits[i].text,
            assertion_words(&assertions->limits[i], verdict, &assertions->estimates[place], words, sizeof words),
            verdict == LIMIT_UNDECIDED ? "; counts as failed" : "");
}

/* Of one point all are told; of a sweep those that do not hold, and how many do. */
int assertions_tell(const struct assertions *assertions, int code) {
    size_t n = assertions->n_points * assertions->n_limits, n_held = 0;
    if (n == 0) return code;
    fflush(stdout);
    for (size_t place = 0; place < n; place++) {
        bool holds = assertions->verdicts[place] == LIMIT_HOLDS;
        n_held += holds;
        if (!holds || assertions->n_points == 1) tell_one(assertions, place / assertions->n_limits, place % assertions->n_limits);
    }
    if (assertions->n_points > 1) fprintf(stderr, "linger: --assert: %zu of %zu hold\n", n_held, n);
    return n_held < n && code == STATUS_OK ? STATUS_CHECK_FAILED : code;
}
