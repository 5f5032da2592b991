/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/kernel/rng_stream.h"

static void gsl_set(void *state, unsigned long seed) {
    *(struct rng_stream *)state = rng_stream_open(seed, 0, 0, 0);
}

static unsigned long gsl_get(void *state) {
    return (unsigned long)(rng_stream_bits(state) >> 32);
}

static double gsl_get_double(void *state) { return rng_stream_uniform(state); }

static const gsl_rng_type philox_type = {
    .name = "philox4x32-10",
    .max = 0xffffffffUL,
    .min = 0,
    .size = sizeof(struct rng_stream),
    .set = gsl_set,
    .get = gsl_get,
    .get_double = gsl_get_double,
};

gsl_rng rng_stream_gsl(struct rng_stream *stream) {
    return (gsl_rng){.type = &philox_type, .state = stream};
}
