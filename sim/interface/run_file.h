/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * run_file: what `linger run --json` printed, read again: {"scenario", "seed", "version", "measures": {NAME: {"unit", "mean", "half_width",
 * "n"}}}, SI units. Members that are not known are left out of account, so that an older linger can read what a newer one wrote.
 */
#ifndef SIM_INTERFACE_RUN_FILE_H
#define SIM_INTERFACE_RUN_FILE_H

#include "sim/experiment/estimate.h"
#include "sim/kernel/arena.h"
#include "sim/kernel/status.h"

enum { RUN_FILE_MEASURES_MAX = 10000 };

struct run_measure {
    const char *name, *unit;
    struct estimate estimate; /* the standard error is the half-width over Student's t */
};

struct run_file {
    const char *file, *scenario, *version;
    double seed;
    size_t n;
    struct run_measure *measures;
};

/* True when the file can be read and its first character that is not blank is a brace, as no scenario begins. Stdin is not looked at. */
bool run_file_is(const char *file);

/* Complaints (STATUS_DATA, STATUS_NO_INPUT) carry file and line. Memory is `arena`'s. */
bool run_file_read(const char *file, struct run_file *out, struct arena *arena, struct diag *diag);

/* The measure of that name, or NULL. */
const struct run_measure *run_file_find(const struct run_file *run, const char *name);

#endif
