/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Lines of a file against the lengths that were written: around the length of a block and of a line that is too long.
 */
#define _GNU_SOURCE /* memfd_create */
#include "tests/unit/unit.h"

#include <string.h>
#include <sys/mman.h>

#include "sim/interface/line_stream.h"

static int file_of(const char *bytes, size_t n, char path[32]) {
    int descriptor = memfd_create("lines", 0);
    assert_true(descriptor >= 0);
    assert_int_equal(write(descriptor, bytes, n), (ssize_t)n);
    assert_int_equal(lseek(descriptor, 0, SEEK_SET), 0);
    snprintf(path, 32, "/proc/self/fd/%d", descriptor);
    return descriptor;
}

static void lines_of_every_length(void **state) {
    (void)state;
    enum { N = 400, ROOM = 1 << 26 };
    static const size_t edges[] = {0, 1, LINE_BYTES_MAX - 1, LINE_BYTES_MAX, LINE_BYTES_MAX + 1, BYTE_STREAM_BLOCK_BYTES - 1,
                                   BYTE_STREAM_BLOCK_BYTES, BYTE_STREAM_BLOCK_BYTES + 1, 2 * BYTE_STREAM_BLOCK_BYTES + 7};
    static size_t lengths[N];
    char *bytes = malloc(ROOM), path[32];
    size_t used = 0;
    struct dice dice = {3};
    assert_non_null(bytes);
    for (int i = 0; i < N; i++) {
        lengths[i] = dice_below(&dice, 3) ? dice_below(&dice, 300) : edges[dice_below(&dice, 9)];
        memset(bytes + used, 'a' + i % 26, lengths[i]);
        used += lengths[i];
        if (i % 3 == 0) bytes[used++] = '\r';
        if (i + 1 < N) bytes[used++] = '\n'; /* the last line has no end */
    }
    lengths[N - 1] += (N - 1) % 3 == 0 && lengths[N - 1] == 0; /* a line is there for the CR alone */
    assert_true(used < ROOM);
    int descriptor = file_of(bytes, used, path);
    struct diag diag = {0};
    struct byte_stream *stream = byte_stream_open(path, &diag);
    struct line_stream *lines = calloc(1, sizeof *lines);
    assert_true(stream && lines);
    line_stream_open(lines, stream);
    for (int i = 0; i < N; i++) {
        struct span line;
        enum line_kind kind = line_stream_next(lines, &line);
        if (i == N - 1 && kind == LINE_END) break; /* an empty last line is none */
        assert_int_equal(kind, lengths[i] > LINE_BYTES_MAX ? LINE_TOO_LONG : LINE_WHOLE);
        assert_int_equal(line.length, lengths[i] > LINE_BYTES_MAX ? LINE_BYTES_MAX : lengths[i]);
        for (size_t k = 0; k < line.length; k++)
            if (line.text[k] != 'a' + i % 26) fail_msg("line %d is not its own at %zu", i, k);
        assert_int_equal(lines->line, i + 1);
    }
    struct span line;
    assert_int_equal(line_stream_next(lines, &line), LINE_END);
    assert_true(diag_ok(&diag));
    byte_stream_close(stream);
    free(lines);
    free(bytes);
    close(descriptor);
}

static void a_mark_and_a_look_ahead(void **state) {
    (void)state;
    char path[32];
    struct diag diag = {0};
    const unsigned char *block;
    int descriptor = file_of("\xef\xbb\xbfx\ny", 6, path);
    struct byte_stream *stream = byte_stream_open(path, &diag);
    assert_int_equal(byte_stream_peek(stream, &block), 3);
    assert_int_equal(byte_stream_peek(stream, &block), 3);
    assert_int_equal(byte_stream_next(stream, &block, 0), 3);
    assert_memory_equal(block, "x\ny", 3);
    assert_int_equal(byte_stream_next(stream, &block, 0), 0);
    assert_int_equal(byte_stream_peek(stream, &block), 0);
    assert_false(byte_stream_failed(stream));
    byte_stream_close(stream);
    close(descriptor);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_of_every_length),
        cmocka_unit_test(a_mark_and_a_look_ahead),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
