/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The registry, nothing else. The first one is the default of run.model.
 */
#include "models/models.h"

const struct model *const models[] = {&model_web, &model_mmc, NULL};
