/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/advice/ports.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_linalg.h>
#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdlib.h>

#include "models/theory.h"
#include "sim/kernel/status.h"

double ports_poisson_quantile(double mean, double probability) {
    double low = -1, high = ceil(mean + 10 * sqrt(mean) + 40); /* P(N <= low) < probability <= P(N <= high) */
    while (high - low > 1) {
        double middle = floor((low + high) / 2);
        if (gsl_cdf_poisson_P((unsigned)middle, mean) >= probability) high = middle;
        else low = middle;
    }
    return high;
}

double ports_refused(double ports, double load) { return theory_erlang_b((unsigned)ports, load); }

double ports_load_most(double ports, double refused) {
    double low = 0, high = 2 * ports + 10; /* of twice as many as there are nearly half find none */
    for (int step = 0; step < 50; step++) {
        double middle = (low + high) / 2;
        if (ports_refused(ports, middle) <= refused) low = middle;
        else high = middle;
    }
    return low;
}

/* ---- the chain --------------------------------------------------------------------------------------- */

/* Rates in units of 1/s, so a request comes at rate `busy` and a response at rate j. Row vectors: x[j] of the probabilities (j, 0..k). With
 * U and D the matrices of the two transitions x[j+1] = x[j] R[j+1], R[j] = U M[j]^-1, M[j] = out[j] - R[j+1] D. */
struct chain {
    double busy;
    size_t k1;          /* k + 1 */
    unsigned low, high; /* levels */
    gsl_matrix **r;     /* of levels low + 1 .. high */
    gsl_matrix *m, *inverse;
    gsl_permutation *permutation;
};

/* What flows out of level j. */
static double out_rate(const struct chain *chain, unsigned j) {
    return (j < chain->high ? chain->busy : 0) + (j > chain->low ? j : 0);
}

/* M of level j from R of the level above: idle i + 1 is reached from i, and the last one also from itself. */
static void set_m(struct chain *chain, unsigned j, const gsl_matrix *above) {
    size_t k1 = chain->k1;
    gsl_matrix_set_identity(chain->m);
    gsl_matrix_scale(chain->m, out_rate(chain, j));
    for (size_t row = 0; above && row < k1; row++)
        for (size_t i = 0; i < k1; i++) {
            size_t to = i + 1 < k1 ? i + 1 : i;
            double *entry = gsl_matrix_ptr(chain->m, row, to);
            *entry -= (j + 1) * gsl_matrix_get(above, row, i);
        }
}

/* R of a level: idle i goes to i - 1, and none stays none. */
static gsl_matrix *r_of(struct chain *chain) {
    int sign;
    gsl_matrix *r = gsl_matrix_alloc(chain->k1, chain->k1);
    gsl_linalg_LU_decomp(chain->m, chain->permutation, &sign);
    gsl_linalg_LU_invert(chain->m, chain->permutation, chain->inverse);
    for (size_t i = 0; i < chain->k1; i++) {
        gsl_vector_const_view from = gsl_matrix_const_row(chain->inverse, i > 0 ? i - 1 : 0);
        gsl_matrix_set_row(r, i, &from.vector);
    }
    gsl_matrix_scale(r, chain->busy);
    return r;
}

/* x of the lowest level: x M = 0, but for a factor. One equation follows from the others and gives way to sum(x) = 1. */
static gsl_vector *lowest(struct chain *chain) {
    int sign;
    gsl_vector *x = gsl_vector_alloc(chain->k1), *ones = gsl_vector_calloc(chain->k1);
    gsl_matrix_transpose(chain->m);
    for (size_t i = 0; i < chain->k1; i++) gsl_matrix_set(chain->m, chain->k1 - 1, i, 1);
    gsl_vector_set(ones, chain->k1 - 1, 1);
    gsl_linalg_LU_decomp(chain->m, chain->permutation, &sign);
    gsl_linalg_LU_solve(chain->m, chain->permutation, ones, x);
    gsl_vector_free(ones);
    return x;
}

/* Up the levels. Each has its share of the Poisson law, so every one is scaled by what it should sum to. */
static struct pool_shares climb(const struct chain *chain, gsl_vector *x) {
    struct pool_shares shares = {0};
    gsl_vector *next = gsl_vector_alloc(chain->k1);
    double whole = 0;
    for (unsigned j = chain->low; j <= chain->high; j++) {
        if (j > chain->low) {
            gsl_blas_dgemv(CblasTrans, 1, chain->r[j - chain->low], x, 0, next);
            gsl_vector_memcpy(x, next);
        }
        double sum = 0, weight = gsl_ran_poisson_pdf(j, chain->busy);
        for (size_t i = 0; i < chain->k1; i++) sum += gsl_vector_get(x, i);
        gsl_vector_scale(x, 1 / sum);
        shares.opens += weight * gsl_vector_get(x, 0);
        for (size_t i = 0; i < chain->k1; i++) shares.idle += weight * (double)i * gsl_vector_get(x, i);
        whole += weight;
    }
    gsl_vector_free(next);
    return (struct pool_shares){shares.opens / whole, shares.idle / whole};
}

/* All but 1e-12 of the law lies between. */
static struct chain chain_of(double busy, unsigned pool) {
    return (struct chain){.busy = busy, .k1 = (size_t)pool + 1,
                          .low = (unsigned)fmax(0, ports_poisson_quantile(busy, 1e-12) - 1),
                          .high = (unsigned)ports_poisson_quantile(busy, 1 - 1e-12) + 1};
}

static void open_chain(struct chain *chain) {
    chain->r = calloc(chain->high - chain->low + 1, sizeof *chain->r);
    if (!chain->r) status_machine("memory");
    chain->m = gsl_matrix_alloc(chain->k1, chain->k1);
    chain->inverse = gsl_matrix_alloc(chain->k1, chain->k1);
    chain->permutation = gsl_permutation_alloc(chain->k1);
}

static void close_chain(struct chain *chain) {
    for (unsigned j = chain->low + 1; j <= chain->high; j++) gsl_matrix_free(chain->r[j - chain->low]);
    free(chain->r);
    gsl_matrix_free(chain->m);
    gsl_matrix_free(chain->inverse);
    gsl_permutation_free(chain->permutation);
}

struct pool_shares ports_pool(double busy, unsigned pool) {
    struct chain chain = chain_of(busy, pool);
    if (pool == 0 || busy <= 0) return (struct pool_shares){.opens = pool == 0};
    SIM_ASSERT(pool <= PORTS_POOL_MAX && busy <= PORTS_BUSY_MAX);
    if (pool > chain.high - chain.low) return (struct pool_shares){.opens = 0, .idle = pool - busy};
    open_chain(&chain);
    const gsl_matrix *above = NULL;
    for (unsigned j = chain.high; j > chain.low; j--) {
        set_m(&chain, j, above);
        above = chain.r[j - chain.low] = r_of(&chain);
    }
    set_m(&chain, chain.low, above);
    gsl_vector *x = lowest(&chain);
    struct pool_shares shares = climb(&chain, x);
    gsl_vector_free(x);
    close_chain(&chain);
    return shares;
}

unsigned ports_pool_needed(double busy, double share) {
    unsigned low = 0, high = PORTS_POOL_MAX + 1; /* low is too small */
    while (high - low > 1) {
        unsigned middle = (low + high) / 2;
        if (ports_pool(busy, middle).opens <= share) high = middle;
        else low = middle;
    }
    return high;
}
