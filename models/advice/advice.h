/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * advice: what only the users of the web model ask: logs in, server configurations in and out, which time limits fit together, how
 * many ports are enough. It stands on top of the house: it may use the interface's readers and the web model's words, and nothing
 * knows it but through the model's table of commands.
 */
#ifndef MODELS_ADVICE_ADVICE_H
#define MODELS_ADVICE_ADVICE_H

#include "sim/interface/command.h"

extern const struct command command_advise, command_config, command_fit, command_import, command_log, command_ports, command_race;

#endif
