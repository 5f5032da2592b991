/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/interface/command.h"
static int run(int c, char **v) { (void)c; (void)v; return 0; }
const struct command command_select = {.name="select",.arguments="",.summary="",.help="",.run=run};
