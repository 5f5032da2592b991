/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Any text as a distribution. What is accepted can be drawn from: finite numbers between its ends.
 */
#define _GNU_SOURCE /* memfd_create */
#include "tests/fuzz/fuzz.h"

#include <math.h>
#include <string.h>

#include "sim/kernel/text.h"
#include "sim/kernel/variate.h"

static const double *column(void *context, const char *file, const char *name, size_t *n) {
    static const double values[] = {3, -1, 4, 1, 5};
    (void)context;
    (void)file;
    *n = strlen(name) % 6;
    return *n == 0 ? NULL : values;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char text[513], why[240] = "";
    if (size >= sizeof text) return 0;
    memcpy(text, data, size);
    text[size] = '\0';
    struct arena arena;
    struct variate variate;
    struct rng_stream stream = rng_stream_open(1, 0, 0, 0);
    arena_open(&arena, (size_t)1 << 32);
    if (variate_parse(text, &variate, text_number, column, NULL, &arena, why, sizeof why)) {
        double low = variate_min(&variate), high = variate_max(&variate), mean = variate_mean(&variate);
        for (int i = 0; i < 10; i++) {
            double value = variate_draw(&variate, &stream);
            if (!isfinite(value) || value < low || value > high) abort();
        }
        if (mean < low || mean > high) abort();
    } else if (why[0] == '\0') {
        abort();
    }
    arena_close(&arena);
    return 0;
}
