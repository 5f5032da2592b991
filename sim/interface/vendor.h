/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * vendor: a parameter's value as the vendor of a preset would write it.
 *
 * A preset holds one pair, our value and his ("75s", "75s"; "65 s", "65000"; "101", "100"). From it follows how he writes another value:
 * in which unit (a suffix of his, or a plain number of seconds, milliseconds or minutes), whether he counts one less, how he writes
 * on and off:
 *
 *   75s beside 75s      times carry units: whole seconds as 7s, else 6920ms
 *   5 beside 5s         whole seconds, rounded (never to 0, which means something else), or 6920ms where [preset] fractions = ms
 *   5000 beside 5s      milliseconds
 *   100 beside 101      one less than ours
 *   On beside on        his spelling
 *
 * What does not follow is not guessed: words, a value that would not be a whole number in minutes, a pair that is none of these (Node.js
 * waits a second longer than its 5000 say), and 0 where it means to him (preset.h, zero) not what it means to us.
 */
#ifndef SIM_INTERFACE_VENDOR_H
#define SIM_INTERFACE_VENDOR_H

#include "sim/experiment/preset.h"

/* How the vendor of a preset writes values[pair->index] of `params`, which may differ from what the preset says; NULL when that does not
 * follow. `note`: what is special about the value, "" if nothing. Memory is `arena`'s or the preset's. */
const char *vendor_writes(const struct preset *preset, const struct preset_value *pair, const struct param_set *params, struct arena *arena,
                          const char **note);

#endif
