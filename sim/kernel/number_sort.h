/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * number_sort: many numbers into ascending order. qsort compares through a pointer, some 20 n times for a million numbers, and
 * gsl_sort's heap jumps through memory; here each byte of a number is a digit, from the last to the first, and a pass for each deals
 * the numbers out by it (Knuth 5.2.5, radix sort). Bits of a double order as its values do, once those of negative numbers are turned over. A
 * byte in which all numbers agree costs no pass: whole seconds take four of the eight.
 *
 * No NaN; -0 and 0 count as equal, and may come in either order.
 */
#ifndef SIM_KERNEL_NUMBER_SORT_H
#define SIM_KERNEL_NUMBER_SORT_H

#include <stddef.h>

/* 8 bytes a number are taken from the machine and given back. */
void number_sort(double *values, size_t n);

#endif
