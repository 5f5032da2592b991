/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * rng_stream: random numbers by name. A stream is (seed, purpose, entity, replication) and its draw
 * number i is a function of those five numbers alone, so the same user thinks the same thoughts in every
 * scenario (common random numbers), any replication can be rerun alone, and no thread shares anything.
 *
 * Generator: Philox4x32-10, counter based (Salmon, Moraes, Dror, Shaw: "Parallel random numbers: as
 * easy as 1, 2, 3", SC 2011; passes BigCrush). The 128-bit counter is (block, purpose, entity,
 * replication), the 64-bit key is the seed. The map from counter to numbers is a bijection for each
 * key, so two streams of one seed can never overlap: nothing is hashed, nothing is left to luck. A stream
 * holds 2^33 draws of 64 bits.
 *
 * Why not MRG32k3a or xoshiro256++: their state (48 and 32 bytes for each of 10 M users and purposes) costs a cache line where
 * Philox needs a 4-byte draw number inside the user's own line. An exponential draw from another entity's stream each time is
 * 20 ns, from one stream 12 ns (`make bench`, "random numbers"; xoshiro's uniform alone is 1.6 ns, opening an MRG32k3a stream 900);
 * a model event draws less than once.
 */
#ifndef SIM_KERNEL_RNG_STREAM_H
#define SIM_KERNEL_RNG_STREAM_H

#include <gsl/gsl_rng.h>
#include <stdint.h>

/* Placed by the caller; plain data, may be copied. */
struct rng_stream {
    uint32_t key[2];
    uint32_t purpose, entity, replication;
    uint32_t block;      /* the next block to make */
    uint64_t spare;      /* second number of the last block */
    uint32_t has_spare;
};

/* At its first draw. Purposes are the model's `streams` table (append only); the laboratory's own begin at
 * RNG_PURPOSE_LABORATORY, so that measuring never moves the model. */
enum { RNG_PURPOSE_LABORATORY = 1 << 16 };

static inline struct rng_stream rng_stream_open(uint64_t seed, uint32_t purpose, uint32_t entity,
                                                uint32_t replication) {
    return (struct rng_stream){.key = {(uint32_t)seed, (uint32_t)(seed >> 32)},
                               .purpose = purpose, .entity = entity, .replication = replication};
}

/* Points an open stream at draws 2*block, 2*block+1, ... of another entity. This is how a model keeps 10 M streams in
 * four bytes each: it stores `block` with the entity. */
static inline void rng_stream_seek(struct rng_stream *stream, uint32_t entity, uint32_t block) {
    stream->entity = entity;
    stream->block = block;
    stream->has_spare = 0;
}

/* 64 random bits. */
static inline uint64_t rng_stream_bits(struct rng_stream *stream);

/* Uniform on the open interval (0,1): 2^52 equally spaced values, never 0 or 1, so that its logarithm is finite. */
static inline double rng_stream_uniform(struct rng_stream *stream) {
    return ((double)(rng_stream_bits(stream) >> 12) + 0.5) * 0x1p-52;
}

/* So that every gsl_ran_* works on a stream. The gsl_rng is a view: it draws from, and lives no longer than, `stream`.
 * (GSL's own seeding is 32-bit and is not used.) */
gsl_rng rng_stream_gsl(struct rng_stream *stream);

/* One block of Philox4x32-10; the published test vectors are checked on it. */
static inline void philox4x32(const uint32_t counter[4], const uint32_t key[2], uint32_t out[4]) {
    uint32_t c0 = counter[0], c1 = counter[1], c2 = counter[2], c3 = counter[3];
    uint32_t k0 = key[0], k1 = key[1];
    for (int round = 0; round < 10; round++) {
        uint64_t p0 = (uint64_t)0xD2511F53u * c0, p1 = (uint64_t)0xCD9E8D57u * c2;
        c0 = (uint32_t)(p1 >> 32) ^ c1 ^ k0;
        c1 = (uint32_t)p1;
        c2 = (uint32_t)(p0 >> 32) ^ c3 ^ k1;
        c3 = (uint32_t)p0;
        k0 += 0x9E3779B9u;
        k1 += 0xBB67AE85u;
    }
    out[0] = c0; out[1] = c1; out[2] = c2; out[3] = c3;
}

static inline uint64_t rng_stream_bits(struct rng_stream *stream) {
    if (stream->has_spare) {
        stream->has_spare = 0;
        return stream->spare;
    }
    const uint32_t counter[4] = {stream->block++, stream->purpose, stream->entity, stream->replication};
    uint32_t word[4];
    philox4x32(counter, stream->key, word);
    stream->spare = (uint64_t)word[3] << 32 | word[2];
    stream->has_spare = 1;
    return (uint64_t)word[1] << 32 | word[0];
}

#endif
