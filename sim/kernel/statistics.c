/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/kernel/statistics.h"

/* The inverse of quantile_cell. */
double quantile_in_cell(uint32_t cell, double part) {
    if (cell == 0) return 0;
    uint32_t octave = (cell - 1) / QUANTILE_CELLS_PER_OCTAVE, share = (cell - 1) % QUANTILE_CELLS_PER_OCTAVE;
    return ldexp(1 + (share + part) / QUANTILE_CELLS_PER_OCTAVE, (int)octave + QUANTILE_LOW);
}

double quantile_value(const struct quantile *quantile, double q) {
    if (quantile->n == 0) return NOTHING_OBSERVED;
    double rank = ceil(q * (double)quantile->n);
    uint64_t wanted = rank < 1 ? 1 : (uint64_t)rank, seen = 0;
    for (uint32_t cell = 0; cell < QUANTILE_CELLS; cell++) {
        seen += quantile->cells[cell];
        if (seen >= wanted) return quantile_in_cell(cell, 0.5);
    }
    return NOTHING_OBSERVED; /* not reached: seen ends at n >= wanted */
}
