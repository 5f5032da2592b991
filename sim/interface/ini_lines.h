/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ini_lines: the only door to libinih. An INI file as a list of its sections and keys with their lines, strictly:
 * a line that is neither, a section without its closing bracket, a line longer than libinih was built for and
 * a NUL byte are complaints. Comments begin with # or ; at the beginning of a line, or with ; after a blank.
 * Lines may be indented (they do not continue the one before). Keys of a section that was complained about are
 * left out.
 */
#ifndef SIM_INTERFACE_INI_LINES_H
#define SIM_INTERFACE_INI_LINES_H

#include "sim/kernel/arena.h"
#include "sim/kernel/status.h"

enum { INI_FILE_BYTES_MAX = 1 << 20, INI_LINES_MAX = 4096 };

struct ini_line {
    long number;
    const char *key;   /* "section.key" (".key" before any section); NULL: the line is a section */
    const char *value; /* of the key; of a section its name */
};

struct ini_lines {
    const char *file;
    size_t n;
    struct ini_line *line; /* in the order of the file */
};

/* Reads `file` ("-": stdin) into `arena`. True when it could be read to its end and holds at least one key, even if
 * some of its lines were complained about (STATUS_SCENARIO; STATUS_NO_INPUT, STATUS_IO for the file). */
bool ini_lines_read(const char *file, struct ini_lines *out, struct arena *arena, struct diag *diag);

/* The same of a text in memory; complaints carry `name` as its file. */
bool ini_lines_of_text(const char *name, const char *text, struct ini_lines *out, struct arena *arena, struct diag *diag);

#endif
