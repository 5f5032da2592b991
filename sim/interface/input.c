/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _POSIX_C_SOURCE 200809L /* open, fstat */
#include "sim/interface/input.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int input_open(const char *file, struct diag *diag) {
    int descriptor = strcmp(file, "-") == 0 ? dup(STDIN_FILENO) : open(file, O_RDONLY | O_CLOEXEC);
    struct stat status;
    struct place place = {file, 0, NULL};
    if (descriptor < 0) {
        diag_add(diag, STATUS_NO_INPUT, place, "cannot open: %s", strerror(errno));
    } else if (fstat(descriptor, &status) == 0 && S_ISDIR(status.st_mode)) {
        diag_add(diag, STATUS_NO_INPUT, place, "is a directory, allowed: a file, or - for stdin");
        close(descriptor);
        return -1;
    }
    return descriptor;
}

const char *input_beside(const char *naming_file, const char *file, struct arena *arena) {
    const char *slash = naming_file ? strrchr(naming_file, '/') : NULL;
    if (!slash || file[0] == '/' || file[0] == '\0' || strcmp(file, "-") == 0) return file;
    size_t folder = (size_t)(slash + 1 - naming_file), name = strlen(file);
    char *path = ARENA_NEW(arena, folder + name + 1, char);
    memcpy(path, naming_file, folder);
    memcpy(path + folder, file, name);
    return path;
}
