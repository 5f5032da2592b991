/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _POSIX_C_SOURCE 200809L /* fdopen, fmemopen */
#include "sim/interface/ini_lines.h"

#include <errno.h>
#include <ini.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "sim/interface/input.h"
#include "sim/kernel/text.h"

/* libinih asks for lines through `next_line` and hands back keys through `take_key`. It says of a line that it is
 * wrong only by not handing back its key, so each line that should have one is marked until it does. */
struct reader {
    FILE *input;
    struct ini_lines *out;
    struct arena *arena;
    struct diag *diag;
    long number;    /* of the line in work */
    size_t bytes;
    const char *section; /* "" before the first; NULL in a broken one, whose keys are left out */
    bool key_is_due, has_key, stopped;
};

static void complain(struct reader *reader, const char *text) {
    diag_add(reader->diag, STATUS_SCENARIO, (struct place){reader->out->file, reader->number, NULL}, "%s", text);
    if (reader->diag->count >= DIAG_MESSAGES_MAX) reader->stopped = true;
}

/* For what makes the rest not worth reading. */
static void give_up(struct reader *reader, const char *text) {
    complain(reader, text);
    reader->stopped = true;
}

static void add(struct reader *reader, const char *key, const char *value) {
    if (reader->out->n == INI_LINES_MAX) {
        give_up(reader, "more than 4096 keys and sections; this is not a scenario");
        return;
    }
    reader->out->line[reader->out->n++] = (struct ini_line){reader->number, key, value};
}

/* ---- lines to libinih ------------------------------------------------------------------------------ */

/* One line without its end into `line`; what does not fit is counted and dropped. Returns its whole length, or -1
 * at the end of the file. */
static long read_line(struct reader *reader, char *line, size_t room) {
    long length = 0;
    int c = EOF;
    while (!reader->stopped && (c = getc(reader->input)) != EOF && c != '\n') {
        if (c == '\0') give_up(reader, "a NUL byte; this is not a text file");
        if (++reader->bytes > INI_FILE_BYTES_MAX) give_up(reader, "longer than 1 MiB; this is not a scenario");
        if ((size_t)length + 1 < room) line[length] = (char)c;
        length++;
    }
    reader->bytes++;
    line[(size_t)length < room ? (size_t)length : room - 1] = '\0';
    return c == EOF && length == 0 ? -1 : length;
}

static void take_section(struct reader *reader, const char *line) {
    const char *end = strchr(line, ']');
    size_t behind = end ? strspn(end + 1, " \t") : 0;
    reader->section = NULL;
    if (!end) {
        complain(reader, "a section without its closing bracket, allowed: [section]");
    } else if (end[1 + behind] && !strchr(";#", end[1 + behind])) {
        complain(reader, "text behind a [section]");
    } else {
        struct span name = span_trim((struct span){line + 1, (size_t)(end - line) - 1});
        reader->section = arena_text(reader->arena, name.text, name.length);
        add(reader, NULL, reader->section);
    }
}

/* Notes what the line should give. An indented line would continue the one before it, so blanks go; an overlong one is
 * left out. */
static void prepare(struct reader *reader, char *line, size_t room, long length) {
    if (reader->number == 1 && strncmp(line, "\xef\xbb\xbf", 3) == 0) memmove(line, line + 3, strlen(line + 3) + 1);
    struct span text = span_trim(span_of(line));
    memmove(line, text.text, text.length);
    line[text.length] = '\0';
    if (*line == '\0' || *line == ';' || *line == '#') {
        *line = '\0';
    } else if ((size_t)length + 1 >= room) {
        char why[80];
        snprintf(why, sizeof why, "a line of %ld characters, allowed: up to %zu", length, room - 2);
        complain(reader, why);
        *line = '\0';
    } else if (*line == '[') {
        take_section(reader, line);
    } else {
        reader->key_is_due = true;
    }
}

static void check_due(struct reader *reader) {
    if (reader->key_is_due) complain(reader, "neither key = value, [section] nor # comment");
    reader->key_is_due = false;
}

/* What libinih calls instead of fgets. */
static char *next_line(char *line, int room, void *context) {
    struct reader *reader = context;
    check_due(reader);
    if (reader->stopped) return NULL;
    reader->number++;
    long length = read_line(reader, line, (size_t)room);
    if (length < 0 || reader->stopped) return NULL;
    prepare(reader, line, (size_t)room, length);
    return line;
}

/* ---- keys from libinih ------------------------------------------------------------------------------- */

/* The section is our own: libinih's keeps its blanks and only 49 characters. */
static int take_key(void *context, const char *libinih_section, const char *name, const char *value) {
    struct reader *reader = context;
    (void)libinih_section;
    reader->key_is_due = false;
    reader->has_key = true;
    if (!reader->section) return 1;
    size_t section = strlen(reader->section), key = strlen(name);
    char *full = ARENA_NEW(reader->arena, section + key + 2, char);
    memcpy(full, reader->section, section);
    full[section] = '.';
    memcpy(full + section + 1, name, key);
    add(reader, full, arena_text(reader->arena, value, strlen(value)));
    return 1;
}

/* Reads `input` to its end and closes it. */
static bool read_all(const char *file, FILE *input, struct ini_lines *out, struct arena *arena, struct diag *diag) {
    if (!input) status_machine("memory to read a scenario");
    *out = (struct ini_lines){.file = file, .line = ARENA_NEW(arena, INI_LINES_MAX, struct ini_line)};
    struct reader reader = {.input = input, .out = out, .arena = arena, .diag = diag, .section = ""};
    size_t complaints = diag->count;
    (void)ini_parse_stream(next_line, &reader, take_key, &reader); /* its answer is in key_is_due */
    check_due(&reader);
    struct place place = {file, 0, NULL};
    if (ferror(reader.input)) diag_add(diag, STATUS_IO, place, "cannot read: %s", strerror(errno));
    else if (!reader.has_key && diag->count == complaints)
        diag_add(diag, STATUS_SCENARIO, place, "empty, allowed: a [section] and key = value lines");
    fclose(reader.input);
    return reader.has_key && !reader.stopped;
}

bool ini_lines_read(const char *file, struct ini_lines *out, struct arena *arena, struct diag *diag) {
    *out = (struct ini_lines){.file = file};
    int descriptor = input_open(file, diag);
    return descriptor >= 0 && read_all(file, fdopen(descriptor, "r"), out, arena, diag);
}

bool ini_lines_of_text(const char *name, const char *text, struct ini_lines *out, struct arena *arena, struct diag *diag) {
    return read_all(name, fmemopen((void *)(uintptr_t)text, strlen(text), "r"), out, arena, diag);
}
