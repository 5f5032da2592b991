/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/validate/load.h"

#include <math.h>

/* Steele, Lea, Flood: Fast splittable pseudorandom number generators, OOPSLA 2014. */
static uint64_t splitmix64(uint64_t *state) {
    uint64_t z = *state += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

struct think_sequence think_open(const struct options *options, uint32_t user, uint32_t *first_pages) {
    struct think_sequence sequence = {options->seed * 1000003u + (uint64_t)user * 7919u, options->think_s};
    splitmix64(&sequence.state);
    *first_pages = options->session_pages ? 1 + (uint32_t)(splitmix64(&sequence.state) % options->session_pages) : 0;
    return sequence;
}

double think_next(struct think_sequence *sequence) {
    double uniform = ((double)(splitmix64(&sequence->state) >> 11) + 0.5) / 9007199254740992.0;
    return -sequence->mean_s * log(uniform);
}
