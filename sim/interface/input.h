/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * input: how files are opened for reading, so that a missing one, a directory and stdin are treated alike everywhere.
 */
#ifndef SIM_INTERFACE_INPUT_H
#define SIM_INTERFACE_INPUT_H

#include "sim/kernel/arena.h"
#include "sim/kernel/status.h"

/* A descriptor that the caller closes; -1 after a complaint (STATUS_NO_INPUT). "-" is stdin. */
int input_open(const char *file, struct diag *diag);

/* `file` as seen from where this program runs, when it was named inside `naming_file`: relative names begin in the
 * folder of the file that names them. "-" and "" stay as they are. May return `file` itself. */
const char *input_beside(const char *naming_file, const char *file, struct arena *arena);

#endif
