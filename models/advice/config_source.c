/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The files of a configuration: loading, and following what they include.
 */
#define _XOPEN_SOURCE 700 /* realpath, strdup */
#include <errno.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "models/advice/config_reader.h"
#include "sim/kernel/text.h"
#include "sim/interface/input.h"

/* ---- loading ------------------------------------------------------------------------------------------------ */

/* All bytes of a descriptor, with an end mark. False when there are too many, or they cannot be read. They pass through one
 * buffer, so that a file takes no more memory than it has bytes. */
static bool read_all(struct config_reader *reader, int descriptor, struct config_file *file) {
    if (!reader->buffer) reader->buffer = arena_alloc(reader->arena, CONFIG_FILE_BYTES_MAX + 1, 1);
    char *text = reader->buffer;
    struct place place = {file->path, 0, NULL};
    ssize_t n = 1;
    while (n > 0 && file->bytes <= CONFIG_FILE_BYTES_MAX) {
        n = read(descriptor, text + file->bytes, CONFIG_FILE_BYTES_MAX + 1 - file->bytes);
        if (n < 0) diag_add(reader->diag, STATUS_IO, place, "cannot read: %s", strerror(errno));
        else file->bytes += (size_t)n;
    }
    if (file->bytes > CONFIG_FILE_BYTES_MAX)
        diag_add(reader->diag, STATUS_DATA, place, "longer than 4 MiB; this is not a configuration");
    else if (n >= 0 && memchr(text, '\0', file->bytes))
        diag_add(reader->diag, STATUS_DATA, place, "a NUL byte; this is not a text file");
    else if (n >= 0) file->text = arena_text(reader->arena, text, file->bytes);
    return file->text != NULL;
}

static const struct config_file *find_loaded(const struct config_reader *reader, const char *real) {
    for (size_t i = 0; i < reader->n_files; i++)
        if (strcmp(reader->files[i].real, real) == 0) return &reader->files[i];
    return NULL;
}

static const struct config_file *find_overlay(const struct config_reader *reader, const char *real) {
    for (size_t i = 0; i < reader->options->n_overlay; i++)
        if (strcmp(reader->options->overlay[i].real, real) == 0) return &reader->options->overlay[i];
    return NULL;
}

static const char *real_path(struct config_reader *reader, const char *path) {
    char *real = realpath(path, NULL);
    const char *copy = real ? arena_text(reader->arena, real, strlen(real)) : path;
    free(real);
    return copy;
}

const struct config_file *config_load(struct config_reader *reader, const char *path, struct place place) {
    const char *real = real_path(reader, path);
    const struct config_file *known = find_loaded(reader, real);
    if (known) return known;
    if (reader->n_files == CONFIG_ITEMS_MAX) {
        diag_add(reader->diag, STATUS_DATA, place, "more than %d files", CONFIG_ITEMS_MAX);
        return NULL;
    }
    struct config_file *file = &reader->files[reader->n_files];
    *file = (struct config_file){.path = path, .real = real};
    known = find_overlay(reader, real);
    if (known) {
        file->text = known->text;
        file->bytes = known->bytes;
    } else {
        int descriptor = input_open(path, reader->diag);
        if (descriptor < 0) return NULL;
        bool ok = read_all(reader, descriptor, file);
        close(descriptor);
        if (!ok) return NULL;
    }
    reader->n_files++;
    return file;
}

/* ---- including --------------------------------------------------------------------------------------------------- */

const char *config_path(struct config_reader *reader, const char *folder, const char *name) {
    if (name[0] == '/' || strcmp(folder, ".") == 0) return name;
    return text_format(reader->arena, "%s/%s", folder, name);
}

/* A name that leads to the configuration's own home is read in the copy. */
static const char *moved_home(struct config_reader *reader, const char *path) {
    size_t length = reader->home_named ? strlen(reader->home_named) : 0;
    if (!length || strncmp(path, reader->home_named, length) != 0 || (path[length] && path[length] != '/')) return path;
    return text_format(reader->arena, "%s%s", reader->home, path + length);
}

/* An inclusion under way. */
struct inclusion {
    struct config_reader *reader;
    const struct config_include *include;
    const struct config_chain *chain;
    config_include_fn *read;
    void *context;
};

static bool is_in_chain(const struct config_chain *chain, const struct config_file *file, size_t *depth) {
    for (*depth = 0; chain; chain = chain->above, ++*depth)
        if (chain->file == file) return true;
    return false;
}

static void include_file(struct inclusion *inclusion, const char *path) {
    struct config_reader *reader = inclusion->reader;
    struct place place = inclusion->include->place;
    struct stat status;
    if (stat(path, &status) == 0 && !S_ISREG(status.st_mode)) { /* a pipe would wait for ever */
        diag_add(reader->diag, STATUS_NO_INPUT, place, "'%s' is not a regular file", path);
        return;
    }
    const struct config_file *file = config_load(reader, path, place);
    size_t depth = 0;
    if (!file) return;
    if (is_in_chain(inclusion->chain, file, &depth)) {
        diag_add(reader->diag, STATUS_DATA, place, "includes '%s', which is being read: a circle", path);
    } else if (depth >= CONFIG_DEPTH_MAX) {
        diag_add(reader->diag, STATUS_DATA, place, "files included within each other more than %d deep", CONFIG_DEPTH_MAX);
    } else if (++reader->n_included > CONFIG_ITEMS_MAX) {
        diag_add(reader->diag, STATUS_DATA, place, "more than %d inclusions", CONFIG_ITEMS_MAX);
    } else {
        struct config_chain chain = {file, inclusion->chain};
        inclusion->read(reader, &chain, inclusion->context);
    }
}

static bool is_folder(const char *path) {
    struct stat status;
    return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

static void include_pattern(struct inclusion *inclusion, const char *pattern, bool must_match, int depth);

static void include_path(struct inclusion *inclusion, const char *path, int depth) {
    struct config_reader *reader = inclusion->reader;
    if (reader->diag->count >= DIAG_MESSAGES_MAX || reader->n_included > CONFIG_ITEMS_MAX) return;
    if (inclusion->include->folder_is_read && is_folder(path) && depth < CONFIG_DEPTH_MAX)
        include_pattern(inclusion, text_format(reader->arena, "%s/*", path), false, depth + 1);
    else
        include_file(inclusion, path);
}

/* glob() sorts by bytes, in a program that never asks for a locale; so do both servers. */
static void include_pattern(struct inclusion *inclusion, const char *pattern, bool must_match, int depth) {
    struct config_reader *reader = inclusion->reader;
    glob_t found;
    int code = glob(pattern, 0, NULL, &found);
    if (code == GLOB_NOSPACE) status_machine("memory for a list of files");
    for (size_t i = 0; code == 0 && i < found.gl_pathc; i++)
        include_path(inclusion, arena_text(reader->arena, found.gl_pathv[i], strlen(found.gl_pathv[i])), depth);
    if (code != 0 && must_match)
        diag_add(reader->diag, STATUS_NO_INPUT, inclusion->include->place, "no file matches '%s'", pattern);
    globfree(&found);
}

void config_include(struct config_reader *reader, const struct config_include *include,
                    const struct config_chain *chain, config_include_fn *read, void *context) {
    struct inclusion inclusion = {reader, include, chain, read, context};
    const char *named = config_path(reader, include->root, include->name);
    const char *path = moved_home(reader, named);
    bool is_moved = path != named;
    if (strpbrk(path, "*?[")) {
        include_pattern(&inclusion, path, !include->pattern_is_optional, 0);
        return;
    }
    if (is_moved && access(path, F_OK) != 0 && access(named, F_OK) == 0) path = named; /* nothing of that name in the copy */
    if (access(path, F_OK) == 0) {
        include_path(&inclusion, path, 0);
    } else if (!include->file_is_optional) {
        bool both = is_moved && strcmp(path, named) != 0;
        diag_add(reader->diag, STATUS_NO_INPUT, include->place, "cannot find '%s'%s%s%s", named, both ? " nor '" : "",
                 both ? path : "", both ? "' beside the copy" : "");
    }
}
