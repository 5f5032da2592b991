/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * byte_stream: the bytes of a file, a gzip file (told by its first two bytes; several in one are read as one) or stdin ("-"),
 * block by block, so that memory does not grow with the file. The only door to zlib. A byte order mark at the beginning is
 * left out.
 */
#ifndef SIM_INTERFACE_BYTE_STREAM_H
#define SIM_INTERFACE_BYTE_STREAM_H

#include "sim/kernel/status.h"

enum { BYTE_STREAM_BLOCK_BYTES = 1 << 18 };

struct byte_stream;

/* NULL after a complaint (STATUS_NO_INPUT). The caller closes it; `file` and `diag` must live as long. */
struct byte_stream *byte_stream_open(const char *file, struct diag *diag);
void byte_stream_close(struct byte_stream *stream);

/* The next block, valid until the next call; 0 bytes at the end, and after a complaint (STATUS_IO when reading fails, STATUS_DATA
 * for gzip that is damaged), whose place is `line`, 0 if the caller counts none. */
size_t byte_stream_next(struct byte_stream *stream, const unsigned char **block, long line);

/* The same, but the next call hands the block out again. */
size_t byte_stream_peek(struct byte_stream *stream, const unsigned char **block);

/* Whether it ended by a complaint. */
bool byte_stream_failed(const struct byte_stream *stream);

#endif
