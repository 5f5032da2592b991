/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Any bytes as a CSV, plain or gzip. Rows that are handed over have the header's width and ascending lines, and hold no
 * more bytes than the file.
 */
#define _GNU_SOURCE /* memfd_create */
#include "tests/fuzz/fuzz.h"

#include <string.h>

#include "sim/interface/csv_table.h"

struct seen {
    size_t n;
    long line;
};

static bool check_row(void *context, const struct csv_row *row, bool is_header) {
    struct seen *seen = context;
    if (is_header != (seen->line == 0) || row->line <= seen->line) abort();
    if (is_header) seen->n = row->n;
    if (row->n != seen->n || row->n == 0 || row->n > CSV_COLUMNS_MAX) abort();
    for (size_t i = 0; i < row->n; i++)
        if (row->length[i] > CSV_FIELD_BYTES_MAX || strlen(row->field[i]) != row->length[i]) abort();
    seen->line = row->line;
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char path[32];
    struct seen seen = {0};
    struct diag diag = {0};
    int descriptor = fuzz_file(data, size, path);
    csv_table_read(path, check_row, &seen, &diag);
    fuzz_check_diag(&diag);
    if (diag_ok(&diag) && seen.line == 0) abort();
    close(descriptor);
    return 0;
}
