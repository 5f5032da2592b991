/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * race_sides: the two sides of a race as words say them: a time, or a product by its preset.
 */
#ifndef MODELS_ADVICE_RACE_SIDES_H
#define MODELS_ADVICE_RACE_SIDES_H

#include "sim/experiment/preset.h"

/* One side. Memory is the arena's and the words'. */
struct race_side {
    const char *name;            /* of the preset; NULL: a time was given */
    const struct preset *preset; /* NULL likewise */
    const struct preset_value *limit; /* what the preset says of it; NULL: nothing, or a time was given */
    bool keeps;                  /* connections, for limit_s; 0 of a reuser is for ever */
    double limit_s;
};

enum race_role { RACE_REUSER, RACE_SERVER };

/* Reads "60s", or the name of a preset for that role; "aws-alb" of a reuser stands for aws-alb-upstream, its side towards servers. False
 * after a complaint about `option`. */
bool race_side_read(struct race_side *side, enum race_role role, const char *text, const char *option, struct arena *arena,
                    struct diag *diag);

/* Whether a preset says how long that role keeps connections. */
bool race_side_is(const struct preset *preset, enum race_role role);

#endif
