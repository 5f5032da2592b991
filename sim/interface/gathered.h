/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * gathered: all replications of all points of a study, kept for those who compare points replication by replication. 8 bytes for each
 * point, replication and column of results.
 */
#ifndef SIM_INTERFACE_GATHERED_H
#define SIM_INTERFACE_GATHERED_H

#include "sim/experiment/paired.h"
#include "sim/experiment/study.h"

/* Placed by the caller; memory is `arena`'s. */
struct gathered {
    struct arena *arena;
    size_t columns;
    const double **values; /* by point: n rows of `columns` */
    uint32_t *n;
};

void gathered_open(struct gathered *gathered, const struct model *model, size_t n_points, struct arena *arena);

/* A study_sink_fn whose context is a struct gathered. */
bool gathered_point(void *gathered, size_t point, const double *values, uint32_t n_replications);

/* The same without a copy: valid as long as `values` is. */
void gathered_lend(struct gathered *gathered, size_t point, const double *values, uint32_t n_replications);

/* Of one column at two points, over the replications that both have. */
struct difference gathered_difference(const struct gathered *gathered, size_t a, size_t b, size_t column);

#endif
