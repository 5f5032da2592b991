/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * json: a writer, as much of RFC 8259 as we print. Numbers are the shortest text that reads back to
 * the same double; what is not a finite number is null. Texts are taken as UTF-8.
 */
#ifndef SIM_INTERFACE_JSON_H
#define SIM_INTERFACE_JSON_H

#include <stdio.h>

void json_text(FILE *out, const char *text);
void json_number(FILE *out, double value);

/* "name": with the quotes; then the caller writes the value. */
void json_key(FILE *out, const char *name);

#endif
