/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * models: the specimens, each one `const struct model`. Listed for sim/ in models.c.
 */
#ifndef MODELS_MODELS_H
#define MODELS_MODELS_H

#include "sim/model.h"

extern const struct model model_web; /* web server, its users and its machine: models/web/ */
extern const struct command *const web_commands[]; /* its commands: models/advice/ */
extern const struct tuning web_tuning; /* what linger tune turns: models/advice/ */
extern const struct model model_mmc; /* queues with a closed form: models/mmc.c */

#endif
