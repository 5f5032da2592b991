/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * preset_file: presets from INI text, those that the program carries (inputs/presets) and a user's own.
 *
 *   [preset]
 *   product = nginx                      for people; version and origin too
 *   version = 1.19.10 to 1.29.6
 *   origin  = compiled in
 *   line    = NAME VALUE;                how he writes a directive (setting_lines.h); default NAME = VALUE
 *   fractions = ms                       he takes fractions of a second with this unit, though his numbers are seconds; none: nor with ms behind 5s
 *   model   = web                        the model whose parameters follow; default that of run.model
 *   note    = ...                        may stand several times
 *
 *   [server]
 *   idle_limit        = 75s
 *   idle_limit.vendor = keepalive_timeout = 75s     the vendor's directive and his value
 *   idle_limit.zero   = keep-alive off              what 0 means to him
 *   idle_limit.note   = ...                         how he counts, what stands for what
 *   idle_limit.source = https://...                 where that is written
 *
 * What the vendor says stands in keys of its own beside the value, not in comments (which INI readers throw away, this one too) and
 * not in a second file (a preset must be one thing that can be copied and changed). A user's own preset may leave all of them out.
 */
#ifndef SIM_INTERFACE_PRESET_FILE_H
#define SIM_INTERFACE_PRESET_FILE_H

#include "sim/experiment/preset.h"

/* A file is meant, not a name: it has a / in it or ends with .ini. */
bool preset_is_file(const char *name);

/* A preset_read_fn: everything in it is checked, all wrong lines are complained about (STATUS_SCENARIO). An unknown name is a
 * complaint with the nearest known one. */
const struct preset *preset_read(const char *name, struct place place, struct arena *arena, struct diag *diag);

/* The program carries a preset of that name. */
bool preset_is_known(const char *name);

/* The known name nearest to an unknown one: in spelling, else the first of a product spelt like it. NULL: none. */
const char *preset_nearest(const char *name);

#endif
