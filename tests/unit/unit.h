/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * unit: what the kernel's unit tests share. cmocka with the headers it wants first, chance that is not our own
 * generator (it is under test), and a way to see a program die.
 */
#ifndef TESTS_UNIT_UNIT_H
#define TESTS_UNIT_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

/* SplitMix64 (Steele, Lea, Flood, OOPSLA 2014): random operations for oracles. */
struct dice {
    uint64_t state;
};

static inline uint64_t dice_bits(struct dice *dice) {
    uint64_t z = dice->state += 0x9E3779B97F4A7C15u;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    return z ^ z >> 31;
}

/* 0 .. n-1. */
static inline uint32_t dice_below(struct dice *dice, uint32_t n) {
    return (uint32_t)((dice_bits(dice) >> 32) * n >> 32);
}

/* 0 < x < 1. */
static inline double dice_uniform(struct dice *dice) {
    return ((double)(dice_bits(dice) >> 11) + 0.5) * 0x1p-53;
}

static inline double dice_exponential(struct dice *dice, double mean) { return -mean * log(dice_uniform(dice)); }

/* Runs `deed` in a child whose stderr is thrown away and returns how it ended, as wait() tells. */
static inline int fate_of(void (*deed)(void *), void *context) {
    fflush(NULL);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        signal(SIGSEGV, SIG_DFL); /* cmocka would take it for its own and go on testing in the child */
        signal(SIGBUS, SIG_DFL);
        if (!freopen("/dev/null", "w", stderr)) _exit(2);
        deed(context);
        _exit(0);
    }
    int fate = 0;
    assert_int_equal(waitpid(child, &fate, 0), child);
    return fate;
}

/* SIM_ASSERT aborts. */
static inline void assert_is_bug(void (*deed)(void *), void *context) {
    int fate = fate_of(deed, context);
    assert_true(WIFSIGNALED(fate));
    assert_int_equal(WTERMSIG(fate), SIGABRT);
}

static inline void assert_exits(void (*deed)(void *), void *context, int code) {
    int fate = fate_of(deed, context);
    assert_true(WIFEXITED(fate));
    assert_int_equal(WEXITSTATUS(fate), code);
}

/* To the last bit; prints both sides. */
static inline void assert_same(double got, double want) {
    if (!(got >= want && got <= want)) fail_msg("got %.17g, wanted %.17g", got, want);
}

static inline void assert_near(double got, double want, double tolerance) {
    if (!(fabs(got - want) <= tolerance)) fail_msg("got %.17g, wanted %.17g +- %g", got, want, tolerance);
}

#endif
