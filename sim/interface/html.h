/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * html: a writer of text into an HTML page, as much as a report needs.
 *
 * A page is written so that it is well-formed XML as well (every element closed, every attribute quoted), which lets any XML parser check
 * it. Whatever comes from outside (names, values) passes through here: the five characters with a meaning become
 * references (HTML Living Standard, 13.1.2), and bytes that no page may hold (controls, what is not UTF-8 by RFC 3629) become U+FFFD.
 */
#ifndef SIM_INTERFACE_HTML_H
#define SIM_INTERFACE_HTML_H

#include <stdio.h>

/* Text, between tags or inside a quoted attribute. */
void html_text(FILE *out, const char *text);
void html_text_part(FILE *out, const char *text, size_t length);

/* The program's own markup, or one that has been looked at: only bytes that no page may hold are replaced. */
void html_markup(FILE *out, const char *markup, size_t length);

/* <tag class="name">text</tag>; `name` NULL: no class. Tag and class are the program's own words. */
void html_element(FILE *out, const char *tag, const char *name, const char *text);

#endif
