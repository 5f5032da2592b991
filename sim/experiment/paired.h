/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * paired: how far two settings are apart in each measure, and what may be said of many measures at once.
 *
 * Paired. Replication r of A and replication r of B share their random numbers (replication.h), so d_r = b_r - a_r are n
 * independent differences whose variance is var(a) + var(b) - 2 cov(a, b). The interval is Student's over the d_r (Law, "Simulation
 * Modeling and Analysis", 5th ed., 10.2.1, eq. 10.1); it needs no equal variances and no knowledge of the covariance. Replications
 * in which either side observed nothing do not count.
 *
 * What common random numbers gave is the variance ratio var(d) / (var(a) + var(b)): 1 as for independent runs, 0 when both moved as
 * one, above 1 when they moved against each other. No synchronisation brings it below (s_a - s_b)^2 / (s_a^2 + s_b^2), which is where
 * the correlation is 1: a setting that chance hardly moves has nothing to give to one that it moves much.
 *
 * Not paired. Of two estimates that come without their replications, the difference has standard error sqrt(e_a^2 + e_b^2) and the
 * degrees of freedom of Welch (Biometrika 34, 1947) and Satterthwaite (1946): (e_a^2 + e_b^2)^2 / (e_a^4/(n_a - 1) + e_b^4/(n_b - 1)).
 *
 * Many at once. Each half-width is for its own measure. Of m measures looked at together one in twenty would be called different
 * by chance alone, so verdicts go by p-values after Holm ("A simple sequentially rejective multiple test procedure", Scandinavian
 * Journal of Statistics 6, 1979): ascending, the k-th becomes the largest of (m - j + 1) p_j, j <= k. With 95 % probability all that
 * are called higher or lower differ, however the measures depend on each other. `reach` is the half-width at level
 * 1 - 0.05/m (Bonferroni): with 95 % all true differences lie within it together. It bounds those that are not called different.
 */
#ifndef SIM_EXPERIMENT_PAIRED_H
#define SIM_EXPERIMENT_PAIRED_H

#include "sim/experiment/estimate.h"

/* Chance of one wrong word in a table of verdicts. */
#define PAIRED_ALPHA 0.05
/* Below this share of the larger value a difference is rounding: a mean adds up a million terms, each rounded at 1e-16 of the sum. */
#define PAIRED_ROUNDING 1e-9
/* Undecided differences are called small when they are bound to be less than this share of A, and unseen otherwise. */
#define PAIRED_SMALL 0.1

enum paired_verdict {
    PAIRED_UNKNOWN, /* not observed, or too seldom for an interval */
    PAIRED_SAME,    /* in every replication, to the digits that count */
    PAIRED_HIGHER,  /* B is above A */
    PAIRED_LOWER,
    PAIRED_SMALLER, /* not decided; the difference is less than `reach` on both sides, and that is small */
    PAIRED_UNSEEN   /* not decided, and might be large */
};

struct difference {
    double mean_a, mean_b;         /* NAN: not observed */
    double mean;                   /* of B - A */
    double standard_error, half_width; /* 95 %, of this one alone; NAN below two pairs */
    double degrees;                /* of freedom */
    double variance_a, variance_b; /* of one replication, over the pairs; NAN when not paired */
    double p;                      /* two-sided, of no difference; NAN without an interval, and when both are the same */
    double p_holm, reach;          /* set by paired_adjust */
    size_t n;                      /* pairs; not paired: of the side that has fewer */
    bool same;
};

/* b[r] - a[r] of replications r = 0 .. n-1, of which each stands `stride` numbers after the last. */
struct difference paired_difference(const double *a, const double *b, size_t n, size_t stride);

/* Of estimates alone. They have intervals when n >= 2. */
struct difference paired_welch(const struct estimate *a, const struct estimate *b);

/* Sets p_holm and reach of n differences that are looked at together. Returns m, how many of them have a p-value. */
size_t paired_adjust(struct difference *differences, size_t n);

/* After paired_adjust. */
enum paired_verdict paired_judge(const struct difference *difference);

/* How far |B - A| may be, for PAIRED_SMALLER: |mean| + reach. */
double paired_bound(const struct difference *difference);

/* var(d) of one replication; var(d) / (var(a) + var(b)), NAN where nothing varies; the least that any synchronisation could give. */
double paired_variance(const struct difference *difference);
double paired_variance_ratio(const struct difference *difference);
double paired_least_ratio(const struct difference *difference);

#endif
