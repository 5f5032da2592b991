/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The commands that the web model brings, nothing else. Each is one file, command_NAME.c.
 */
#include "models/advice/advice.h"

#include "models/models.h"

const struct command *const web_commands[] = {
    &command_advise,
    &command_config,
    &command_fit,
    &command_import,
    &command_log,
    &command_race,
    &command_ports,
    NULL,
};
