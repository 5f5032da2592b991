/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * tuning_verdict: the first sentences of the page of a search: what to write, what it gives, and how sure that is; or why there is no answer, and what
 * may be done about it.
 */
#ifndef SIM_INTERFACE_TUNING_VERDICT_H
#define SIM_INTERFACE_TUNING_VERDICT_H

#include "sim/interface/tuning_page.h"

void tuning_verdict(struct tuning_page *tuning);

#endif
