/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/kernel/clock.h"
#include "sim/model.h"
static const int table[] = {1, 2};
int room(int i) {
    return table[i];
}
/* #include "sim/interface/cli.h" would go up, and atoi("1") is banned, but this is a comment. */
static const char *const words[] = {"strcpy(", "a \" atoi(", "\\"};
struct wall { int (*time)(int); };
const char *word(const struct wall *wall, int run_time, int i) {
    return words[wall->time (i) + run_time];
}
