/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Any bytes as a format (the first line) and lines of a log in it; then as a file that nobody said anything about. What is taken
 * must be as promised.
 */
#define _GNU_SOURCE /* memfd_create */
#include "tests/fuzz/fuzz.h"

#include <string.h>

#include "models/advice/log_file.h"
#include "models/advice/log_line.h"

static void check_span(struct span part, struct span line) {
    if (part.length == 0) return;
    if (part.text < line.text || part.text + part.length > line.text + line.length) abort();
}

static void check_line(const struct log_format *format, struct span line, struct log_day *day) {
    struct log_entry entry;
    struct log_wrong wrong = {0};
    if (log_line_parse(format, line, day, &entry, &wrong) == LOG_LINE_WRONG) {
        if (!wrong.allowed) abort();
        check_span(wrong.read, line);
        return;
    }
    if (entry.client.length == 0 || entry.status < 0 || entry.status > 999 || entry.bytes < -1 || entry.duration_us < -1) abort();
    check_span(entry.client, line);
    check_span(entry.connection, line);
    check_span(entry.path, line);
}

static void check_format(const uint8_t *data, size_t size, struct arena *arena) {
    const uint8_t *end = memchr(data, '\n', size);
    size_t length = end ? (size_t)(end - data) : size;
    struct log_format format;
    struct log_day day = {0};
    struct diag diag = {0};
    const char *text = arena_text(arena, (const char *)data, length);
    bool ok = log_format_parse(text, &format, arena, &diag);
    fuzz_check_diag(&diag);
    if (ok != diag_ok(&diag)) abort();
    if (!ok) return;
    if (format.n == 0 || format.n > LOG_FIELDS_MAX) abort();
    for (size_t at = length + 1; at < size;) {
        const uint8_t *next = memchr(data + at, '\n', size - at);
        size_t n = next ? (size_t)(next - data) - at : size - at;
        check_line(&format, (struct span){(const char *)data + at, n}, &day);
        at += n + 1;
    }
}

static void check_file(const uint8_t *data, size_t size, struct arena *arena) {
    char path[32];
    const char *name = NULL;
    struct request_log log;
    struct diag diag = {0};
    int descriptor = fuzz_file(data, size, path);
    request_log_open(&log, true, arena);
    log_file_read(path, &(struct log_reading){0}, &log, &name, &diag);
    fuzz_check_diag(&diag);
    request_log_sort(&log);
    if (log.n + log.n_wrong + log.n_silent + log.n_not_http + log.n_internal + log.n_elsewhere != log.n_lines) abort();
    for (size_t i = 0; i + 1 < log.n; i++)
        if (log.requests[i].time_us > log.requests[i + 1].time_us || log.requests[i].client >= log.clients.n) abort();
    request_log_close(&log);
    close(descriptor);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct arena arena;
    arena_open(&arena, (size_t)1 << 32);
    check_format(data, size, &arena);
    check_file(data, size, &arena);
    arena_close(&arena);
    return 0;
}
