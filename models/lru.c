/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/lru.h"

#include <gsl/gsl_interp.h>
#include <gsl/gsl_math.h>
#include <math.h>

/* Points of the curve, equally spaced in the logarithm of T; ranks that are summed one by one; the rest in blocks of 1/128. */
enum { POINTS = 512, SINGLE_RANKS = 256, BLOCKS_OF_A_RANK = 128, BLOCKS_MAX = 8192 };

/* Files of nearly one popularity. */
struct block {
    double n_files, probability; /* of each */
};

struct popularity {
    size_t n;
    struct block *blocks;
};

static struct popularity zipf_blocks(double n_files, double zipf, struct arena *arena) {
    struct popularity popularity = {.blocks = ARENA_NEW(arena, BLOCKS_MAX, struct block)};
    double sum = 0;
    for (double first = 1; first <= n_files;) {
        double width = first <= SINGLE_RANKS ? 1 : floor(first / BLOCKS_OF_A_RANK);
        width = fmin(width, n_files - first + 1);
        double weight = pow(first + (width - 1) / 2, -zipf);
        SIM_ASSERT(popularity.n < BLOCKS_MAX);
        popularity.blocks[popularity.n++] = (struct block){width, weight};
        sum += width * weight;
        first += width;
    }
    for (size_t i = 0; i < popularity.n; i++) popularity.blocks[i].probability /= sum;
    return popularity;
}

static void sum_up(const struct popularity *popularity, double time, double *size, double *hit_ratio) {
    *size = *hit_ratio = 0;
    for (size_t i = 0; i < popularity->n; i++) {
        const struct block *block = &popularity->blocks[i];
        double present = -gsl_expm1(-block->probability * time) * block->n_files;
        *size += present;
        *hit_ratio += present * block->probability;
    }
}

/* From a cache of a hundredth of a file, to one that lacks a file only if it was not asked for in twenty times its mean gap. */
struct hit_curve lru_zipf(double n_files, double zipf, struct arena *arena) {
    const double shortest = 0.01, mean_gaps = 20;
    struct popularity popularity = zipf_blocks(n_files, zipf, arena);
    double longest = mean_gaps / popularity.blocks[popularity.n - 1].probability;
    double step = pow(longest / shortest, 1.0 / (POINTS - 1));
    double *size = ARENA_NEW(arena, POINTS + 2, double), *hit_ratio = ARENA_NEW(arena, POINTS + 2, double);
    double time = shortest;
    for (size_t i = 1; i <= POINTS; i++, time *= step) sum_up(&popularity, time, &size[i], &hit_ratio[i]);
    size[POINTS + 1] = n_files; /* all of them */
    hit_ratio[POINTS + 1] = 1;
    return (struct hit_curve){POINTS + 2, size, hit_ratio};
}

struct hit_curve lru_measured(const double *size, const double *miss_ratio, size_t n, struct arena *arena) {
    double *sizes = ARENA_NEW(arena, n + 1, double), *hit_ratio = ARENA_NEW(arena, n + 1, double);
    size_t from = size[0] > 0; /* the first place is the empty cache */
    for (size_t i = 0; i < n; i++) {
        sizes[from + i] = size[i];
        hit_ratio[from + i] = 1 - miss_ratio[i];
    }
    return (struct hit_curve){from + n, sizes, hit_ratio};
}

double lru_hit_ratio(const struct hit_curve *curve, double size) {
    if (size <= curve->size[0]) return curve->hit_ratio[0];
    if (size >= curve->size[curve->n - 1]) return curve->hit_ratio[curve->n - 1];
    size_t i = gsl_interp_bsearch(curve->size, size, 0, curve->n - 1);
    double share = (size - curve->size[i]) / (curve->size[i + 1] - curve->size[i]);
    return curve->hit_ratio[i] + share * (curve->hit_ratio[i + 1] - curve->hit_ratio[i]);
}
