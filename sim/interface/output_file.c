/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _POSIX_C_SOURCE 200809L /* fileno, ftruncate */
#include "sim/interface/output_file.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

static int complain(const struct output_file *output, enum status status) {
    bool exists = errno == EEXIST;
    fprintf(stderr, "linger: %s: %s%s\n", output->path, strerror(errno), exists ? "; --force writes over it" : "");
    return (int)status;
}

int output_file_open(struct output_file *output, const char *path, bool force) {
    *output = (struct output_file){.path = path};
    if (!path || strcmp(path, "-") == 0) return STATUS_OK;
    output->file = fopen(path, "wx");
    output->is_new = output->file != NULL;
    if (!output->file && errno == EEXIST && force) output->file = fopen(path, "r+");
    return output->file ? STATUS_OK : complain(output, STATUS_CANNOT_CREATE);
}

bool output_file_begin(struct output_file *output) {
    if (output->is_new || ftruncate(fileno(output->file), 0) == 0) return true;
    output->error = errno;
    return false;
}

int output_file_close(struct output_file *output) {
    if (!output->file) return STATUS_OK;
    bool failed_before = ferror(output->file) != 0; /* of which the stream no longer knows why */
    errno = EIO;
    bool flushed = fflush(output->file) == 0;
    if (output->error == 0 && (failed_before || !flushed)) output->error = errno;
    fclose(output->file);
    output->file = NULL;
    if (output->error == 0) return STATUS_OK;
    errno = output->error;
    return complain(output, STATUS_IO);
}

void output_file_forget(struct output_file *output) {
    if (output->file) fclose(output->file);
    if (output->is_new) (void)remove(output->path);
    output->file = NULL;
}
