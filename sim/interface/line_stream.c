/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/interface/line_stream.h"

#include <string.h>

void line_stream_open(struct line_stream *lines, struct byte_stream *bytes) {
    lines->bytes = bytes;
    lines->line = 0;
    lines->left = lines->carried = 0;
}

/* Of a line that is too long, one byte more than allowed is kept, by which it is known. */
static void carry(struct line_stream *lines, size_t n) {
    size_t room = sizeof lines->carry - lines->carried, kept = n < room ? n : room;
    memcpy(lines->carry + lines->carried, lines->next, kept);
    lines->carried += kept;
}

static enum line_kind hand_over(struct line_stream *lines, struct span *line, const char *text, size_t length) {
    lines->line++;
    lines->carried = 0;
    if (length > 0 && text[length - 1] == '\r') length--;
    *line = (struct span){text, length < LINE_BYTES_MAX ? length : LINE_BYTES_MAX};
    return length > LINE_BYTES_MAX ? LINE_TOO_LONG : LINE_WHOLE;
}

enum line_kind line_stream_next(struct line_stream *lines, struct span *line) {
    for (;;) {
        const unsigned char *end = lines->left ? memchr(lines->next, '\n', lines->left) : NULL;
        if (end) {
            const char *text = (const char *)lines->next;
            size_t length = (size_t)(end - lines->next);
            bool whole = lines->carried == 0;
            if (!whole) {
                carry(lines, length);
                text = lines->carry;
                length = lines->carried;
            }
            lines->left -= (size_t)(end + 1 - lines->next);
            lines->next = end + 1;
            return hand_over(lines, line, text, length);
        }
        if (lines->left) carry(lines, lines->left);
        lines->left = byte_stream_next(lines->bytes, &lines->next, lines->line + 1);
        if (lines->left) continue;
        if (lines->carried == 0 || byte_stream_failed(lines->bytes)) return LINE_END;
        return hand_over(lines, line, lines->carry, lines->carried);
    }
}
