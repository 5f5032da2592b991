/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * line_stream: the lines of a byte_stream. A line ends with LF or CR LF, the last one also with the file. Memory is one block and
 * one line, whatever the file: of a line above LINE_BYTES_MAX only the beginning is handed over. NUL and other control
 * characters are bytes like any others.
 */
#ifndef SIM_INTERFACE_LINE_STREAM_H
#define SIM_INTERFACE_LINE_STREAM_H

#include "sim/interface/byte_stream.h"
#include "sim/kernel/text.h"

enum { LINE_BYTES_MAX = 1 << 16 };

enum line_kind { LINE_END, LINE_WHOLE, LINE_TOO_LONG };

struct line_stream {
    struct byte_stream *bytes;
    long line;                 /* number of the line last handed over, from 1 */
    const unsigned char *next; /* what is left of the block */
    size_t left;
    size_t carried;            /* bytes of a line that began in earlier blocks */
    char carry[LINE_BYTES_MAX + 1];
};

/* Places it on a stream that stays the caller's. */
void line_stream_open(struct line_stream *lines, struct byte_stream *bytes);

/* The next line without its end, valid until the next call. LINE_END at the end, and after a complaint of the byte stream. */
enum line_kind line_stream_next(struct line_stream *lines, struct span *line);

#endif
