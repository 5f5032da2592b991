/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * near_best: which settings are surely nearly as good as the best of them, in one column of results.
 *
 * With X_ir what replication r of setting i gave and b the setting whose mean is best, i is near when
 *
 *     mean of X_ir < (1 + share) mean of X_br      the smaller the better (a response); above (1 - share) where the larger is better
 *
 * and that is judged by the 95 % interval of the paired differences X_ir - (1 + share) X_br, whose random numbers are common: near where all
 * of it is on the right side, not near where all of it is on the wrong one. Undecided settings get twice as many replications, b as many as
 * they, `looks` times at most; those that stay undecided are told as such. So a setting close to the line is
 * not in by luck of ten replications, which it would be with one seed and not with the next.
 *
 * b is the best of the replications that all had at first. When another is better in truth, it is so by no more than chance moves those means,
 * and so is the line. Each verdict is right with 95 %, not all together. Columns are positive numbers; a setting that did not observe
 * one in every replication cannot be ranked, and is not near.
 */
#ifndef SIM_EXPERIMENT_NEAR_BEST_H
#define SIM_EXPERIMENT_NEAR_BEST_H

#include "sim/experiment/criterion.h"
#include "sim/experiment/trials.h"

struct near_best {
    struct trials *trials;
    const size_t *which; /* settings of the trials, with as many replications each at least, two or more */
    size_t n;
    size_t column;
    bool larger;         /* the larger the better */
    double share;
    int looks;           /* 0 or more */
    /* out */
    size_t best;                 /* a setting of the trials */
    enum limit_verdict *verdict; /* by place in `which`, the caller's: LIMIT_HOLDS: near */
};

/* `n_replications`: those that all have. False when it was stopped. n is 1 or more. */
bool near_best_find(struct near_best *near, uint32_t n_replications);

#endif
