/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/advice/log_file.h"

#include <stdlib.h>
#include <string.h>

#include "models/advice/har_file.h"
#include "models/advice/log_line.h"
#include "models/advice/log_time.h"
#include "sim/interface/csv_table.h"
#include "sim/interface/line_stream.h"

enum { WRONG_SHOWN_BYTES = 60 };

/* ---- lines ------------------------------------------------------------------------------------------- */

/* An access log while it is read. */
struct log_reader {
    const char *file;
    const struct log_format *format;
    struct request_log *log;
    struct line_stream *lines;
    struct log_day day;
};

/* What stood there, as far as it is shown; a NUL would end the message. */
static int copy_shown(struct span read, char out[WRONG_SHOWN_BYTES]) {
    int n = read.length < WRONG_SHOWN_BYTES ? (int)read.length : WRONG_SHOWN_BYTES;
    for (int i = 0; i < n; i++) out[i] = read.text[i] ? read.text[i] : '?';
    return n;
}

static void count_wrong(struct log_reader *reader, long line, const struct log_wrong *wrong) {
    const char *quote = wrong->until.length ? "'" : "";
    char shown[WRONG_SHOWN_BYTES];
    int n = copy_shown(wrong->read, shown);
    reader->log->n_wrong++;
    diag_add(&reader->log->wrong, STATUS_DATA, (struct place){reader->file, line, wrong->field}, "read '%.*s', allowed: %s%s%.*s%s", n, shown,
             wrong->allowed, quote, (int)wrong->until.length, wrong->until.text ? wrong->until.text : "", quote);
}

/* When the request came: servers that stamp its end are taken back by its duration, in whole steps of their clock. */
static int64_t came_us(const struct log_format *format, const struct log_entry *entry) {
    if (!format->stamped_at_end || entry->duration_us < 0) return entry->time_us;
    return entry->time_us - entry->duration_us / format->resolution_us * format->resolution_us;
}

static void take_entry(struct log_reader *reader, const struct log_entry *entry) {
    struct logged logged = {
        .time_us = came_us(reader->format, entry),
        .duration_us = entry->duration_us,
        .bytes = entry->bytes,
        .status = (uint16_t)entry->status,
        .flags = (uint8_t)((request_log_is_dynamic(entry->path) ? LOGGED_DYNAMIC : 0) | (entry->http2 ? LOGGED_HTTP2 : 0) |
                           (entry->http10 ? LOGGED_HTTP10 : 0) | (entry->kept > 0 ? LOGGED_REUSED : 0)),
    };
    reader->log->n_kept_known += entry->kept >= 0;
    request_log_add(reader->log, logged, entry->client, entry->connection);
}

static void take_line(struct log_reader *reader, struct span line, enum line_kind line_kind, long number) {
    struct request_log *log = reader->log;
    struct log_entry entry;
    struct log_wrong wrong;
    if (line.length == 0) return;
    log->n_lines++;
    if (line_kind == LINE_TOO_LONG) {
        wrong = (struct log_wrong){.read = line, .allowed = "a line of at most 65536 bytes"};
        count_wrong(reader, number, &wrong);
        return;
    }
    switch (log_line_parse(reader->format, line, &reader->day, &entry, &wrong)) {
    case LOG_LINE_REQUEST: take_entry(reader, &entry); break;
    case LOG_LINE_SILENT: log->n_silent++; break;
    case LOG_LINE_NOT_HTTP: log->n_not_http++; break;
    case LOG_LINE_INTERNAL: log->n_internal++; break;
    case LOG_LINE_WRONG: count_wrong(reader, number, &wrong); break;
    }
}

/* ---- guessing ----------------------------------------------------------------------------------------- */

enum { SAMPLE_LINES = 1000, SAMPLE_BYTES = 1 << 20 };

/* The first lines, kept until it is known what they are. */
struct sample {
    size_t n;
    struct {
        struct span text;
        enum line_kind kind;
    } line[SAMPLE_LINES];
};

static void take_sample(struct log_reader *reader, struct sample *sample) {
    struct span line;
    size_t bytes = 0;
    while (sample->n < SAMPLE_LINES && bytes < SAMPLE_BYTES) {
        enum line_kind kind = line_stream_next(reader->lines, &line);
        if (kind == LINE_END) return;
        sample->line[sample->n].kind = kind;
        sample->line[sample->n++].text = (struct span){arena_text(reader->log->arena, line.text, line.length), line.length};
        bytes += line.length;
    }
}

static const struct log_format *guess(const struct sample *sample, struct arena *arena) {
    const struct log_format *best = NULL, *format;
    size_t most = 0;
    for (size_t i = 0; (format = log_format_guess(i, arena)); i++) {
        struct log_entry entry;
        struct log_wrong wrong;
        struct log_day day = {0};
        size_t fit = 0;
        for (size_t k = 0; k < sample->n; k++)
            fit += log_line_parse(format, sample->line[k].text, &day, &entry, &wrong) != LOG_LINE_WRONG;
        if (best && fit <= most) continue;
        best = format;
        most = fit;
    }
    struct log_format *common = ARENA_NEW(arena, 1, struct log_format);
    struct diag diag = {0};
    return most || !log_format_parse("common", common, arena, &diag) ? best : common; /* by which complaints are plainest */
}

static void read_lines(struct log_reader *reader, struct byte_stream *bytes) {
    struct sample *sample = NULL;
    struct span line;
    enum line_kind kind;
    reader->lines = calloc(1, sizeof *reader->lines);
    if (!reader->lines) status_machine("memory to read a log");
    line_stream_open(reader->lines, bytes);
    if (!reader->format) {
        sample = ARENA_NEW(reader->log->arena, 1, struct sample);
        take_sample(reader, sample);
        reader->format = guess(sample, reader->log->arena);
        for (size_t i = 0; i < sample->n; i++) take_line(reader, sample->line[i].text, sample->line[i].kind, (long)i + 1);
    }
    while ((kind = line_stream_next(reader->lines, &line)) != LINE_END) take_line(reader, line, kind, reader->lines->line);
    free(reader->lines);
}

/* ---- traces ------------------------------------------------------------------------------------------- */

struct trace_reader {
    const char *file;
    struct request_log *log;
    struct diag *diag;
    size_t time, client, bytes;
};

static bool take_trace_row(void *context, const struct csv_row *row, bool is_header) {
    struct trace_reader *reader = context;
    int64_t time_us, bytes = -1;
    if (is_header) {
        reader->time = csv_row_find(row, "time_s");
        reader->client = csv_row_find(row, "client");
        reader->bytes = csv_row_find(row, "bytes");
        if (reader->time < row->n && reader->client < row->n) return true;
        diag_add(reader->diag, STATUS_DATA, (struct place){reader->file, row->line, NULL}, "no column '%s'; a trace has time_s and client",
                 reader->time < row->n ? "client" : "time_s");
        return false;
    }
    reader->log->n_lines++;
    const char *text = row->field[reader->time];
    if (!log_time_number((struct span){text, row->length[reader->time]}, MICROSECONDS, &time_us) || row->length[reader->client] == 0) {
        reader->log->n_wrong++;
        diag_add(&reader->log->wrong, STATUS_DATA, (struct place){reader->file, row->line, NULL},
                 "read '%.60s' and '%.60s', allowed: seconds and a client", text, row->field[reader->client]);
        return true;
    }
    if (reader->bytes < row->n &&
        !log_time_number((struct span){row->field[reader->bytes], row->length[reader->bytes]}, 1, &bytes))
        bytes = 0;
    request_log_add(reader->log, (struct logged){.time_us = time_us, .duration_us = -1, .bytes = bytes},
                    (struct span){row->field[reader->client], row->length[reader->client]}, (struct span){0});
    return true;
}

static void read_trace(const char *file, struct request_log *log, struct diag *diag) {
    struct trace_reader reader = {.file = file, .log = log, .diag = diag};
    csv_table_read(file, take_trace_row, &reader, diag);
}

/* ---- which of them ------------------------------------------------------------------------------------ */

static bool ends_with(const char *text, const char *end) {
    size_t n = strlen(text), m = strlen(end);
    return n >= m && strcmp(text + n - m, end) == 0;
}

static enum log_form form_of(struct byte_stream *bytes) {
    const unsigned char *block;
    size_t n = byte_stream_peek(bytes, &block), i = 0;
    while (i < n && (block[i] == ' ' || block[i] == '\t' || block[i] == '\r' || block[i] == '\n')) i++;
    return i < n && block[i] == '{' ? FORM_HAR : FORM_LINES;
}

/* By its mark, or by a NUL as each second byte of its first two characters. PowerShell writes it where one says > file. */
static bool is_utf16(struct byte_stream *bytes) {
    const unsigned char *b;
    if (byte_stream_peek(bytes, &b) < 4) return false;
    bool marked = (b[0] == 0xff && b[1] == 0xfe) || (b[0] == 0xfe && b[1] == 0xff);
    return marked || (b[0] && !b[1] && b[2] && !b[3]) || (!b[0] && b[1] && !b[2] && b[3]);
}

static void read_text(const char *file, struct byte_stream *bytes, const struct log_reading *reading, struct request_log *log,
                      const char **name, struct diag *diag) {
    enum log_form form = reading->form;
    if (form == FORM_FOUND) form = reading->format ? FORM_LINES : form_of(bytes);
    if (form == FORM_HAR) {
        *name = "HAR";
        har_file_read(file, bytes, reading->host, log, diag);
    } else {
        struct log_reader reader = {.file = file, .format = reading->format, .log = log};
        read_lines(&reader, bytes);
        *name = reader.format->name;
    }
}

void log_file_read(const char *file, const struct log_reading *reading, struct request_log *log, const char **name,
                   struct diag *diag) {
    enum log_form form = reading->form;
    if (form == FORM_FOUND && !reading->format && (ends_with(file, ".csv") || ends_with(file, ".csv.gz"))) form = FORM_CSV;
    if (form == FORM_CSV) {
        *name = "trace";
        read_trace(file, log, diag);
        return;
    }
    struct byte_stream *bytes = byte_stream_open(file, diag);
    if (!bytes) return;
    if (is_utf16(bytes)) diag_add(diag, STATUS_DATA, (struct place){.file = file}, "read UTF-16, allowed: UTF-8 or ASCII (iconv -f utf-16 -t utf-8)");
    else read_text(file, bytes, reading, log, name, diag);
    byte_stream_close(bytes);
}
