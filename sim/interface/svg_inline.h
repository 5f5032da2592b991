/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * svg_inline: a picture that stands inside an HTML page, so that the page needs no other file.
 *
 * A picture is a file, and may be anybody's. Only what draws is let in: a picture with any other element, with an attribute that acts
 * (on...), with a style or with a reference to anything outside itself is refused as a whole. The names in it (id, and what refers
 * to them) get a prefix, since two pictures of one page use the same ones.
 */
#ifndef SIM_INTERFACE_SVG_INLINE_H
#define SIM_INTERFACE_SVG_INLINE_H

#include <stdio.h>

#include "sim/kernel/arena.h"

/* The picture, as svg_put takes it; NULL when there is no such file, or it is refused. */
const char *svg_read(const char *file, struct arena *arena);

/* `label` says what is to be seen, for those who do not see it. */
void svg_put(FILE *out, const char *svg, const char *prefix, const char *label);

#endif
