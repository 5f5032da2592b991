/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Numbers in order, against qsort of the C library: bit by bit, since equal numbers are the same bits when there is no -0.
 */
#include "tests/unit/unit.h"

#include <string.h>

#include "sim/kernel/number_sort.h"

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double whole_seconds(struct dice *dice) { return dice_below(dice, 86400); }
static double one_value(struct dice *dice) { return dice_below(dice, 1) + 7.25; }
static double exponentials(struct dice *dice) { return dice_exponential(dice, 10); }
static double either_sign(struct dice *dice) { return (dice_uniform(dice) - 0.5) * pow(10, dice_below(dice, 600) - 300.0); }

/* Any bits: subnormal numbers and infinities too. */
static double any_bits(struct dice *dice) {
    uint64_t bits = dice_bits(dice);
    double value;
    if (dice_below(dice, 8) == 0) bits &= UINT64_C(0x800fffffffffffff);
    if (dice_below(dice, 100) == 0) bits = UINT64_C(0x7ff0000000000000) | (bits & UINT64_C(1) << 63);
    memcpy(&value, &bits, sizeof value);
    return isnan(value) || fpclassify(value) == FP_ZERO ? 0 : value;
}

static void as_qsort_does(void **state) {
    (void)state;
    static double (*const kinds[])(struct dice *) = {whole_seconds, one_value, exponentials, either_sign, any_bits};
    static const size_t sizes[] = {0, 1, 2, 255, 256, 257, 1000, 100000};
    static double ours[100000], theirs[100000];
    struct dice dice = {1};
    for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++)
        for (size_t s = 0; s < sizeof sizes / sizeof sizes[0]; s++) {
            size_t n = sizes[s];
            for (size_t i = 0; i < n; i++) ours[i] = theirs[i] = kinds[k](&dice);
            number_sort(ours, n);
            qsort(theirs, n, sizeof *theirs, ascending);
            if (memcmp(ours, theirs, n * sizeof *ours) != 0) fail_msg("kind %zu, %zu numbers", k, n);
        }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(as_qsort_does),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
