/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Any bytes as a CSV file, plain or gzip: rows come after one header, each as wide as it, with fields that end where they
 * say; or there is a complaint. Never neither. */
#define _GNU_SOURCE /* memfd_create */
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "sim/interface/csv_table.h"

struct seen {
    size_t columns, headers;
};

static bool see(void *context, const struct csv_row *row, bool is_header) {
    struct seen *seen = context;
    if (is_header) {
        seen->headers++;
        seen->columns = row->n;
    }
    SIM_ASSERT(seen->headers == 1 && row->n == seen->columns && row->line > 0);
    for (size_t i = 0; i < row->n; i++) SIM_ASSERT(strlen(row->field[i]) == row->length[i]);
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    int file = memfd_create("fuzz", 0);
    SIM_ASSERT(file >= 0 && write(file, data, size) == (ssize_t)size);
    char name[64];
    snprintf(name, sizeof name, "/proc/self/fd/%d", file);
    struct diag diag = {0};
    struct seen seen = {0};
    csv_table_read(name, see, &seen, &diag);
    SIM_ASSERT(seen.headers == 1 || !diag_ok(&diag));
    close(file);
    return 0;
}
