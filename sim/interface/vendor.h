/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * vendor: a parameter's value as the vendor of a preset would write it.
 *
 * A preset holds one pair, our value and his ("75s", "75s"; "65 s", "65000"; "101", "100"). From it follows how he writes another value:
 * in which unit (a suffix of his, or a plain number of seconds, milliseconds or minutes), whether he counts one less, how he writes
 * on and off. What does not follow is not guessed: words, a value that would not be a whole number in his unit, and 0, which
 * means different things to different vendors (preset.h, zero).
 */
#ifndef SIM_INTERFACE_VENDOR_H
#define SIM_INTERFACE_VENDOR_H

#include "sim/experiment/preset.h"

/* How the vendor writes values[index] of `params`, which may differ from what the preset says; NULL when that does not follow. Memory
 * is `arena`'s or the preset's. */
const char *vendor_writes(const struct preset_value *pair, const struct param_set *params, struct arena *arena);

#endif
