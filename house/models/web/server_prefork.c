/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/kernel/clock.h"
#include "sim/model.h"
static const int table[] = {1, 2};
int room(int i) {
    return table[i];
}
