/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/interface/csv_table.h"

#include <csv.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/interface/byte_stream.h"

/* The comments before a header may fill eight blocks. */
enum { PREAMBLE_BYTES_MAX = 8 * BYTE_STREAM_BLOCK_BYTES };

/* Before the header: at the beginning of a line, inside a comment; after it: rows. */
enum part { LINE_START, COMMENT, ROWS };

/* One file being read. On the heap, since it is large and lives no longer than the call. */
struct reader {
    const char *file;
    csv_row_fn *row_fn;
    void *context;
    struct diag *diag;
    struct csv_parser csv;
    enum part part;
    bool stopped, has_header, after_carriage_return, has_quotes;
    long line;             /* where the row in work begins */
    long lines_inside;     /* line ends in the quoted fields of this row */
    size_t preamble_bytes;
    size_t n_columns;
    char **names;          /* of the columns */
    size_t n, used;        /* fields and bytes of the row in work */
    const char *field[CSV_COLUMNS_MAX];
    size_t length[CSV_COLUMNS_MAX];
    char row_text[CSV_ROW_BYTES_MAX];
};

/* ---- complaints ------------------------------------------------------------------------------- */

/* The name of the field in work, for the place of a complaint. */
static const char *column_in_work(const struct reader *reader) {
    return reader->has_header && reader->n < reader->n_columns ? reader->names[reader->n] : NULL;
}

static void complain(struct reader *reader, const char *column, const char *text) {
    struct place place = {reader->file, reader->line, column};
    diag_add(reader->diag, STATUS_DATA, place, "%s", text);
    reader->stopped = true;
}

/* ---- rows ---------------------------------------------------------------------------------------- */

static long count_line_ends(const char *text, size_t length) {
    long n = 0;
    for (const char *end = text + length; (text = memchr(text, '\n', (size_t)(end - text))); text++) n++;
    return n;
}

static bool has_room(struct reader *reader, size_t length) {
    if (length > CSV_FIELD_BYTES_MAX)
        complain(reader, column_in_work(reader), "a field of more than 65536 bytes; is a quote left open?");
    else if (reader->n == CSV_COLUMNS_MAX)
        complain(reader, NULL, "more than 1024 columns");
    else if (reader->used + length + 1 > CSV_ROW_BYTES_MAX)
        complain(reader, NULL, "a row of more than 1 MiB");
    return !reader->stopped;
}

/* libcsv's callback for a field. */
static void take_field(void *text, size_t length, void *context) {
    struct reader *reader = context;
    if (reader->stopped || !has_room(reader, length)) return;
    char *copy = reader->row_text + reader->used;
    memcpy(copy, text, length);
    copy[length] = '\0';
    if (reader->has_quotes) reader->lines_inside += count_line_ends(copy, length);
    reader->field[reader->n] = copy;
    reader->length[reader->n++] = length;
    reader->used += length + 1;
}

static char *copy_name(const char *name, size_t length) {
    char *copy = malloc(length + 1);
    if (!copy) status_machine("memory for a CSV header");
    memcpy(copy, name, length + 1);
    return copy;
}

static bool check_name(struct reader *reader, size_t i) {
    char text[DIAG_TEXT_BYTES / 2];
    if (reader->length[i] == 0) {
        snprintf(text, sizeof text, "column %zu of the header has no name", i + 1);
        complain(reader, NULL, text);
    }
    for (size_t j = 0; j < i && !reader->stopped; j++)
        if (strcmp(reader->field[i], reader->field[j]) == 0) {
            snprintf(text, sizeof text, "columns %zu and %zu have the same name", j + 1, i + 1);
            complain(reader, reader->field[i], text);
        }
    return !reader->stopped;
}

static bool take_header(struct reader *reader) {
    for (size_t i = 0; i < reader->n; i++)
        if (!check_name(reader, i)) return false;
    reader->names = calloc(reader->n, sizeof *reader->names);
    if (!reader->names) status_machine("memory for a CSV header");
    for (size_t i = 0; i < reader->n; i++)
        reader->names[i] = copy_name(reader->field[i], reader->length[i]);
    reader->n_columns = reader->n;
    return true;
}

static bool check_width(struct reader *reader) {
    if (reader->n == reader->n_columns) return true;
    char text[DIAG_TEXT_BYTES / 2];
    snprintf(text, sizeof text, "row has %zu field%s, the header has %zu", reader->n,
             reader->n == 1 ? "" : "s", reader->n_columns);
    complain(reader, NULL, text);
    return false;
}

static void finish_row(struct reader *reader) {
    bool is_header = !reader->has_header;
    if (is_header ? take_header(reader) : check_width(reader)) {
        struct csv_row row = {reader->line, reader->n, reader->field, reader->length};
        reader->has_header = true;
        if (!reader->row_fn(reader->context, &row, is_header)) reader->stopped = true;
    }
    reader->line += 1 + reader->lines_inside;
    reader->n = reader->used = 0;
    reader->lines_inside = 0;
}

/* libcsv's callback for each line end outside quotes: of a row, of a blank line, or the second half of CR LF. */
static void take_line_end(int c, void *context) {
    struct reader *reader = context;
    if (reader->stopped) return;
    if (reader->n > 0) finish_row(reader);
    else if (c != '\n' || !reader->after_carriage_return) reader->line++;
    reader->after_carriage_return = c == '\r';
}

/* ---- blocks --------------------------------------------------------------------------------------- */

/* What the next byte of the preamble makes of the part. */
static enum part next_part(enum part part, unsigned char byte) {
    if (byte == '\n' || (byte == '\r' && part == LINE_START)) return LINE_START;
    return part == COMMENT || byte == '#' ? COMMENT : ROWS;
}

/* Comments and blank lines before the header. Returns how many bytes of the block they were. */
static size_t skip_preamble(struct reader *reader, const unsigned char *bytes, size_t n) {
    size_t i = 0;
    for (; i < n && reader->part != ROWS; i++) {
        reader->part = next_part(reader->part, bytes[i]);
        if (reader->part == ROWS) break;
        if (bytes[i] == '\n') reader->line++;
    }
    reader->preamble_bytes += i;
    if (reader->preamble_bytes > PREAMBLE_BYTES_MAX && reader->part != ROWS)
        complain(reader, NULL, "no header line in the first 2 MiB");
    return i;
}

/* Rows. libcsv says only that it stopped; why follows from what it can stop at in strict mode. */
static void parse_rows(struct reader *reader, const unsigned char *bytes, size_t n) {
    if (!reader->has_quotes && memchr(bytes, '"', n)) reader->has_quotes = true;
    size_t parsed = csv_parse(&reader->csv, bytes, n, take_field, take_line_end, reader);
    if (reader->stopped) return;
    if (parsed < n && csv_error(&reader->csv) != CSV_EPARSE) status_machine("memory for a CSV field");
    if (parsed < n)
        complain(reader, column_in_work(reader), "a quote inside a bare field, or text behind a closing quote");
    else if (reader->csv.entry_pos > CSV_FIELD_BYTES_MAX)
        complain(reader, column_in_work(reader), "a field of more than 65536 bytes; is a quote left open?");
}

static void take_block(struct reader *reader, const unsigned char *bytes, size_t n) {
    const unsigned char *nul = memchr(bytes, '\0', n);
    size_t clean = nul ? (size_t)(nul - bytes) : n;
    size_t skipped = skip_preamble(reader, bytes, clean);
    if (!reader->stopped && skipped < clean) parse_rows(reader, bytes + skipped, clean - skipped);
    if (nul && !reader->stopped) complain(reader, column_in_work(reader), "a NUL byte; this is not a text file");
}

/* After the last block: the row without a line end, and what is missing. */
static void finish(struct reader *reader) {
    if (csv_fini(&reader->csv, take_field, take_line_end, reader) != 0)
        complain(reader, column_in_work(reader), "a quote is opened and never closed");
    else if (!reader->stopped && !reader->has_header) {
        reader->line = 0;
        complain(reader, NULL, "empty, allowed: a header line with the names of the columns, then rows");
    }
}

/* ---- the file ---------------------------------------------------------------------------------- */

static void read_blocks(struct reader *reader, struct byte_stream *stream) {
    const unsigned char *block;
    size_t n;
    while (!reader->stopped && (n = byte_stream_next(stream, &block, reader->line))) take_block(reader, block, n);
    if (!reader->stopped && !byte_stream_failed(stream)) finish(reader);
}

static void close_reader(struct reader *reader) {
    csv_free(&reader->csv);
    for (size_t i = 0; i < reader->n_columns; i++) free(reader->names[i]);
    free(reader->names);
    free(reader);
}

void csv_table_read(const char *file, csv_row_fn *row_fn, void *context, struct diag *diag) {
    struct byte_stream *stream = byte_stream_open(file, diag);
    if (!stream) return;
    struct reader *reader = calloc(1, sizeof *reader);
    if (!reader) status_machine("memory to read a CSV");
    reader->file = file;
    reader->row_fn = row_fn;
    reader->context = context;
    reader->diag = diag;
    reader->line = 1;
    csv_init(&reader->csv, CSV_STRICT | CSV_STRICT_FINI | CSV_REPALL_NL);
    read_blocks(reader, stream);
    close_reader(reader);
    byte_stream_close(stream);
}
