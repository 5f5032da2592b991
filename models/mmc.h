/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * mmc: what the model (mmc.c) and its closed forms (mmc_checks.c) both know.
 */
#ifndef MODELS_MMC_H
#define MODELS_MMC_H

#include "sim/model.h"

enum mmc_param {
    MMC_ARRIVAL_RATE, MMC_SERVICE, MMC_SERVERS, MMC_ROOM, MMC_DISCIPLINE, MMC_START, MMC_PARAMS
};
enum { MMC_DISCIPLINE_FCFS, MMC_DISCIPLINE_PS };

enum { MMC_FORMS = 16, MMC_CHECKS = 14 };
extern const struct closed_form mmc_forms[MMC_FORMS];
extern const struct check mmc_checks[MMC_CHECKS];

#endif
