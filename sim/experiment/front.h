/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * front: settings that nothing beats in every way, and the one among them that gives up least.
 *
 * Pareto front (Pareto 1906). Of settings with d costs each, all to be small, one is dominated when another is no worse in any of them
 * and better in one. The others are the front: going from one of them to another always costs something. Settings alike in all costs
 * stand or fall together. A setting whose cost was not observed (NAN) is not on it.
 *
 * Knee. Costs are scaled so that each is 0 at its least value on the front and 1 at its largest, and the setting nearest to the point where
 * all are least, which no setting reaches, is the knee: compromise programming with the Euclidean distance (Yu, "A class of solutions for
 * group decision problems", Management Science 19(8), 1973; Zeleny 1973). Costs that are the same all over the front have no say. It
 * gives each cost the same weight over its range, which is a choice: who knows better states an objective.
 */
#ifndef SIM_EXPERIMENT_FRONT_H
#define SIM_EXPERIMENT_FRONT_H

#include <stdbool.h>
#include <stddef.h>

enum { FRONT_COSTS_MAX = 8 };

/* `cost`: n rows of d numbers. Sets is_front[0..n-1] and returns how many are on it. */
size_t front_find(const double *cost, size_t n, size_t d, bool *is_front);

/* The nearest to the ideal point, the first of several; `distance` (may be NULL) gets each setting's, NAN off the front. n when the front is
 * empty. */
size_t front_knee(const double *cost, size_t n, size_t d, const bool *is_front, double *distance);

#endif
