/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/interface/byte_stream.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "sim/interface/input.h"

/* On the heap, since it is large and its life is the caller's. */
struct byte_stream {
    const char *file;
    struct diag *diag;
    gzFile input;
    bool begun;     /* the first block was read */
    bool failed;
    size_t peeked;  /* bytes in `block` that were shown and not yet handed out */
    size_t skipped; /* of the byte order mark */
    unsigned char block[BYTE_STREAM_BLOCK_BYTES];
};

struct byte_stream *byte_stream_open(const char *file, struct diag *diag) {
    int descriptor = input_open(file, diag);
    if (descriptor < 0) return NULL;
    struct byte_stream *stream = calloc(1, sizeof *stream);
    gzFile input = gzdopen(descriptor, "rb"); /* plain files pass through it as they are */
    /* what is twice as large as zlib's own buffer is read past it: so the first block, but for what zlib looked at, and the others */
    if (!input || !stream || gzbuffer(input, BYTE_STREAM_BLOCK_BYTES / 4) != 0) status_machine("memory to read a file");
    stream->file = file;
    stream->diag = diag;
    stream->input = input;
    return stream;
}

void byte_stream_close(struct byte_stream *stream) {
    gzclose_r(stream->input);
    free(stream);
}

/* zlib says "<fd:3>: incorrect data check"; how far it had come is unknown, since it reads ahead. */
static void complain_gzip(struct byte_stream *stream, const char *text) {
    const char *colon = strstr(text, ": ");
    diag_add(stream->diag, STATUS_DATA, (struct place){stream->file, 0, NULL}, "the gzip file is damaged: %s",
             colon ? colon + 2 : text);
}

static void complain(struct byte_stream *stream, long line) {
    int code;
    const char *text = gzerror(stream->input, &code);
    struct place place = {stream->file, line, NULL};
    stream->failed = true;
    if (code == Z_ERRNO) diag_add(stream->diag, STATUS_IO, place, "cannot read: %s", strerror(errno));
    else if (code == Z_MEM_ERROR) status_machine("memory to unpack gzip");
    else if (code == Z_BUF_ERROR) diag_add(stream->diag, STATUS_DATA, place, "the gzip file ends in the middle");
    else complain_gzip(stream, text);
}

static size_t fill(struct byte_stream *stream, long line) {
    static const unsigned char byte_order_mark[] = {0xef, 0xbb, 0xbf};
    if (stream->failed) return 0; /* it was said */
    int n = gzread(stream->input, stream->block, BYTE_STREAM_BLOCK_BYTES), code = Z_OK;
    stream->skipped = 0;
    if (n <= 0) {
        (void)gzerror(stream->input, &code);
        if (n < 0 || code != Z_OK) complain(stream, line);
        return 0;
    }
    if (!stream->begun && n >= 3 && memcmp(stream->block, byte_order_mark, 3) == 0) stream->skipped = 3;
    stream->begun = true;
    if ((size_t)n == stream->skipped) return fill(stream, line); /* nothing but the mark */
    return (size_t)n - stream->skipped;
}

size_t byte_stream_next(struct byte_stream *stream, const unsigned char **block, long line) {
    size_t n = stream->peeked ? stream->peeked : fill(stream, line);
    stream->peeked = 0;
    *block = stream->block + stream->skipped;
    return n;
}

size_t byte_stream_peek(struct byte_stream *stream, const unsigned char **block) {
    if (stream->peeked == 0) stream->peeked = fill(stream, 0);
    *block = stream->block + stream->skipped;
    return stream->peeked;
}

bool byte_stream_failed(const struct byte_stream *stream) { return stream->failed; }
