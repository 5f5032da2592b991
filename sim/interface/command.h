/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * command: one table entry and one file (command_NAME.c) for each word after `linger`.
 *
 * stdout is data, stderr is talk. A command returns the exit code of the program (status.h). It checks all of its
 * input before it writes anything.
 */
#ifndef SIM_INTERFACE_COMMAND_H
#define SIM_INTERFACE_COMMAND_H

#include "sim/kernel/status.h"

struct command {
    const char *name;
    const char *arguments; /* "SCENARIO [--set KEY=VALUE]..." */
    const char *summary;   /* one line */
    const char *help;      /* options and examples, 80 columns */
    int (*run)(int argc, char **argv); /* argv[0] is the command's name */
};

extern const struct command command_run, command_sweep, command_compare, command_select, command_tune, command_capacity, command_plot, command_params,
    command_presets, command_verify, command_calibrate, command_help;

/* "linger VERSION (git describe)". */
extern const char linger_version[];

/* Prints all complaints to stderr, each "linger: ...", and returns diag->status. */
int command_complain(const struct diag *diag);

#endif
