/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * proxy_report: the measures of the proxy at the end of a run. Without one nothing is observed of it.
 */
#ifndef MODELS_WEB_PROXY_REPORT_H
#define MODELS_WEB_PROXY_REPORT_H

#include "models/web/web.h"

/* After meters_report, which ends the window. */
void proxy_report(struct web *web);

#endif
