/* SPDX-License-Identifier: GPL-3.0-or-later
 * rng_stream: the published answers of Philox4x32-10 (Random123, kat_vectors), then that streams are what the header
 * promises: apart from each other, found again by seek, uniform within and across.
 *
 * The statistical tests have fixed seeds, so they pass for ever or fail for ever; their limits are such that
 * a perfect generator would break one of them for one seed in 3,000. */
#define _POSIX_C_SOURCE 200809L
#include "tests/unit/unit.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>

#include "sim/kernel/rng_stream.h"

/* counter, key, answer: from the file kat_vectors of Random123 1.09 (D. E. Shaw Research), "philox4x32 10". */
static const struct {
    uint32_t counter[4], key[2], answer[4];
} known[] = {
    {{0, 0, 0, 0}, {0, 0}, {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
    {{0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff}, {0xffffffff, 0xffffffff},
     {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
    {{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0},
     {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
};
enum { KNOWN = sizeof known / sizeof *known };

static void philox_gives_the_published_answers(void **state) {
    (void)state;
    for (int k = 0; k < KNOWN; k++) {
        uint32_t out[4];
        philox4x32(known[k].counter, known[k].key, out);
        for (int i = 0; i < 4; i++) assert_int_equal(out[i], known[k].answer[i]);
    }
}

/* The counter is (block, purpose, entity, replication), the key the seed, low word first. */
static void a_stream_is_the_counter_that_it_says(void **state) {
    (void)state;
    for (int k = 0; k < KNOWN; k++) {
        const uint32_t *c = known[k].counter, *key = known[k].key, *answer = known[k].answer;
        struct rng_stream stream = rng_stream_open((uint64_t)key[1] << 32 | key[0], c[1], 0, c[3]);
        rng_stream_seek(&stream, c[2], c[0]);
        assert_true(rng_stream_bits(&stream) == ((uint64_t)answer[1] << 32 | answer[0]));
        assert_true(rng_stream_bits(&stream) == ((uint64_t)answer[3] << 32 | answer[2]));
    }
}

static void every_coordinate_makes_another_stream(void **state) {
    (void)state;
    const struct rng_stream base = rng_stream_open(1, 2, 3, 4);
    const struct rng_stream others[] = {
        rng_stream_open(2, 2, 3, 4),
        rng_stream_open(1 + ((uint64_t)1 << 32), 2, 3, 4), /* GSL would drop the upper half of a seed */
        rng_stream_open(1 + ((uint64_t)1 << 63), 2, 3, 4),
        rng_stream_open(1, 3, 3, 4),
        rng_stream_open(1, 3, 2, 4), /* purpose and entity exchanged */
        rng_stream_open(1, 2, 4, 3), /* entity and replication exchanged */
        rng_stream_open(1, 2, 4, 4),
        rng_stream_open(1, 2, 3, 5),
        rng_stream_open(1, 2 + RNG_PURPOSE_LABORATORY, 3, 4),
    };
    for (size_t k = 0; k < sizeof others / sizeof *others; k++) {
        struct rng_stream a = base, b = others[k];
        for (int i = 0; i < 1000; i++) assert_true(rng_stream_bits(&a) != rng_stream_bits(&b));
    }
}

static void a_copy_and_a_seek_find_the_same_draws(void **state) {
    (void)state;
    enum { DRAWS = 200 };
    uint64_t draws[DRAWS];
    struct rng_stream stream = rng_stream_open(77, 1, 5, 9);
    for (int i = 0; i < DRAWS; i++) draws[i] = rng_stream_bits(&stream);
    for (uint32_t i = DRAWS / 2; i-- > 0;) {
        rng_stream_seek(&stream, 6, 1234); /* elsewhere, half a block used */
        rng_stream_bits(&stream);
        rng_stream_seek(&stream, 5, i);
        struct rng_stream copy = stream;
        assert_true(rng_stream_bits(&stream) == draws[2 * i]);
        assert_true(rng_stream_bits(&stream) == draws[2 * i + 1]);
        assert_true(rng_stream_bits(&copy) == draws[2 * i]);
    }
}

static void uniform_is_the_upper_52_bits_between_0_and_1(void **state) {
    (void)state;
    struct rng_stream low = {.has_spare = 1, .spare = 0}, high = {.has_spare = 1, .spare = UINT64_MAX},
                      half = {.has_spare = 1, .spare = (uint64_t)1 << 63};
    assert_same(rng_stream_uniform(&low), 0x1p-53);
    assert_same(rng_stream_uniform(&high), 1 - 0x1p-53);
    assert_same(rng_stream_uniform(&half), 0.5 + 0x1p-53);
}

static void gsl_draws_from_the_stream(void **state) {
    (void)state;
    struct rng_stream stream = rng_stream_open(5, 0, 0, 0), twin = stream;
    gsl_rng rng = rng_stream_gsl(&stream);
    for (int i = 0; i < 100; i++) {
        assert_same(gsl_rng_uniform(&rng), rng_stream_uniform(&twin));
        assert_int_equal(gsl_rng_get(&rng), rng_stream_bits(&twin) >> 32);
        assert_same(gsl_ran_exponential(&rng, 3), -3 * log1p(-rng_stream_uniform(&twin)));
    }
    assert_int_equal(gsl_rng_min(&rng), 0);
    assert_int_equal(gsl_rng_max(&rng), 0xffffffff);
    assert_memory_equal(&stream, &twin, sizeof stream);
}

/* ---- chance ---------------------------------------------------------------------------------- */

enum { CELLS = 256, DRAWS = 1 << 20 };

/* Chi-square of counts that should be equal: alarm below 1e-5 and above 1 - 1e-5. */
static void assert_even(const uint32_t *count, const char *what) {
    double chi2 = 0, expected = (double)DRAWS / CELLS;
    for (int i = 0; i < CELLS; i++) chi2 += (count[i] - expected) * (count[i] - expected) / expected;
    double p = gsl_cdf_chisq_Q(chi2, CELLS - 1);
    if (p < 1e-5 || p > 1 - 1e-5) fail_msg("%s: chi-square %g with %d cells, p = %g", what, chi2, CELLS, p);
}

/* Correlation of neighbours, times sqrt(n): a standard normal. Alarm beyond 4.4 (1e-5). */
static void assert_unrelated(const double *x, const char *what) {
    double sum = 0;
    for (int i = 0; i + 1 < DRAWS; i++) sum += (x[i] - 0.5) * (x[i + 1] - 0.5);
    double z = 12 * sum / sqrt(DRAWS - 1);
    if (fabs(z) > 4.4) fail_msg("%s: serial correlation z = %g", what, z);
}

/* How the k-th number of a test is drawn: along one stream, or the first of many streams side by side. */
enum direction { ALONG, ENTITIES, REPLICATIONS, SEEDS, PURPOSES, DIRECTIONS };
static const char *const direction_names[] = {"along one stream", "across entities", "across replications",
                                              "across seeds", "across purposes"};

static double draw(enum direction direction, uint32_t k, struct rng_stream *along) {
    struct rng_stream stream = {0};
    switch (direction) {
    case ENTITIES: stream = rng_stream_open(1, 0, k, 0); break;
    case REPLICATIONS: stream = rng_stream_open(1, 0, 0, k); break;
    case SEEDS: stream = rng_stream_open(k, 0, 0, 0); break;
    case PURPOSES: stream = rng_stream_open(1, k, 0, 0); break;
    default: return rng_stream_uniform(along);
    }
    return rng_stream_uniform(&stream);
}

/* High bits, low bits and neighbours, in five directions: 15 tests, of which a perfect generator fails one in
 * 4,000 seeds or so. */
static void numbers_are_even_and_unrelated(void **state) {
    (void)state;
    double *x = malloc(DRAWS * sizeof *x);
    assert_non_null(x);
    for (int direction = 0; direction < DIRECTIONS; direction++) {
        uint32_t high[CELLS] = {0}, low[CELLS] = {0};
        struct rng_stream along = rng_stream_open(1, 7, 7, 7);
        for (uint32_t k = 0; k < DRAWS; k++) {
            x[k] = draw((enum direction)direction, k, &along);
            high[(uint32_t)(x[k] * CELLS)]++;
            low[(uint64_t)(x[k] * 0x1p52) % CELLS]++;
        }
        assert_even(high, direction_names[direction]);
        assert_even(low, direction_names[direction]);
        assert_unrelated(x, direction_names[direction]);
    }
    free(x);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(philox_gives_the_published_answers),
        cmocka_unit_test(a_stream_is_the_counter_that_it_says),
        cmocka_unit_test(every_coordinate_makes_another_stream),
        cmocka_unit_test(a_copy_and_a_seek_find_the_same_draws),
        cmocka_unit_test(uniform_is_the_upper_52_bits_between_0_and_1),
        cmocka_unit_test(gsl_draws_from_the_stream),
        cmocka_unit_test(numbers_are_even_and_unrelated),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
