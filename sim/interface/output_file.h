/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * output_file: one file that a command was asked to write. It is opened before anything costs time, so that one that cannot be
 * written costs no waiting; it is not written over unless forced, since it may be the only copy of something; and it is not
 * emptied before there is something to write.
 */
#ifndef SIM_INTERFACE_OUTPUT_FILE_H
#define SIM_INTERFACE_OUTPUT_FILE_H

#include <stdbool.h>
#include <stdio.h>

#include "sim/kernel/status.h"

struct output_file {
    const char *path; /* NULL: none was asked for; "-": stdout */
    FILE *file;       /* NULL: none, or stdout is meant and it is the command's to say what goes there */
    bool is_new;
    int error;        /* errno of a failure that output_file_close is to tell */
};

/* STATUS_OK, or STATUS_CANNOT_CREATE after a message. `path` may be NULL or "-". */
int output_file_open(struct output_file *output, const char *path, bool force);

/* Empties the file for what is now written to output->file. False: output_file_close will tell. */
bool output_file_begin(struct output_file *output);

/* STATUS_OK, or STATUS_IO after a message, when not all has been written. */
int output_file_close(struct output_file *output);

/* Closes it as it was: a new one is removed. */
void output_file_forget(struct output_file *output);

#endif
