/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * fuzz: what the fuzzers share. Any bytes must end in a value or in a complaint with a status; a crash, a leak or a
 * slow input is a finding.
 */
#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "sim/kernel/arena.h"

/* libFuzzer's entry: declared here, since it has no header of its own. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The bytes as a file without a place on disk. Returns its descriptor, which the caller closes; `path` names it. */
static inline int fuzz_file(const uint8_t *data, size_t size, char path[32]) {
    int descriptor = memfd_create("fuzz", 0);
    if (descriptor < 0 || write(descriptor, data, size) != (ssize_t)size || lseek(descriptor, 0, SEEK_SET) != 0) abort();
    snprintf(path, 32, "/proc/self/fd/%d", descriptor);
    return descriptor;
}

/* What must hold after reading anything. */
static inline void fuzz_check_diag(const struct diag *diag) {
    if (diag_ok(diag) != (diag->status == STATUS_OK)) abort();
}

#endif
