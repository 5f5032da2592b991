/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * checks: special cases of the web model that have a closed form (models/theory.h): beside the simulation in `linger run`, and for `linger verify`.
 *
 * Closed users with a document only and no round trip are the interactive system of MVA. With no service time either, each user is
 * an alternating renewal process, and the formulas of keep-alive hold exactly; behind a proxy with one connection, so do those of the
 * race between two timeouts.
 */
#ifndef MODELS_WEB_CHECKS_H
#define MODELS_WEB_CHECKS_H

#include "sim/model.h"

enum { WEB_FORMS = 11, WEB_CHECKS = 29 };
extern const struct closed_form web_forms[WEB_FORMS];
extern const struct check web_checks[WEB_CHECKS];

#endif
