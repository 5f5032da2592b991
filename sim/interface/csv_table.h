/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * csv_table: the only door to libcsv. Reads a CSV with a header line, row by row, from a file, a gzip file or stdin ("-")
 * (byte_stream.h): memory does not grow with the file.
 *
 * Strict (RFC 4180): a quote left open, a quote inside a bare field, a row with another number of fields than
 * the header, an empty or repeated column name, a NUL byte, an empty file, a field above CSV_FIELD_BYTES_MAX and a
 * row above CSV_ROW_BYTES_MAX are errors with their line. Lines that begin with # before the header are
 * comments; blank lines are skipped. A byte order mark and CR LF are accepted.
 */
#ifndef SIM_INTERFACE_CSV_TABLE_H
#define SIM_INTERFACE_CSV_TABLE_H

#include "sim/param.h"

enum { CSV_FIELD_BYTES_MAX = 65536, CSV_ROW_BYTES_MAX = 1 << 20, CSV_COLUMNS_MAX = 1024 };

struct csv_row {
    long line;           /* where the row begins, from 1 */
    size_t n;
    const char **field;  /* each ends with NUL; valid until the callback returns */
    const size_t *length;
};

/* Called for the header (row->line of the header, is_header true) and then for each row. Returns false to stop
 * reading (after a diag_add, or because it has enough). */
typedef bool csv_row_fn(void *context, const struct csv_row *row, bool is_header);

/* Reads the whole of `file`. Complaints go to `diag` (STATUS_NO_INPUT when it cannot be opened, STATUS_DATA for its
 * contents, STATUS_IO when reading fails) and reading stops at the first one about the shape of the file. */
void csv_table_read(const char *file, csv_row_fn *row_fn, void *context, struct diag *diag);

/* The index of a column in a header row, or row->n. */
size_t csv_row_find(const struct csv_row *row, const char *column);

/* One column as numbers, in the order of the file; a relative name begins in the folder of place.file, which names
 * it. Numbers that must not stand in it are complained about with their line. A param_column_fn. */
const double *csv_table_column(const char *file, const struct param_column *column, size_t *n, struct arena *arena,
                               struct place place, struct diag *diag);

#endif
