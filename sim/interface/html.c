/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/interface/html.h"

#include <stdbool.h>
#include <string.h>

/* ---- text ---------------------------------------------------------------------------------------- */

static bool continues(unsigned char c) { return (c & 0xC0) == 0x80; }

/* Bytes of the character at `s`, of at most `left`; 0: none that a page may hold. RFC 3629, section 4: nothing overlong, no surrogates,
 * nothing above U+10FFFF; XML 1.0, 2.2: no controls but tab and the two that end a line, neither U+FFFE nor U+FFFF. */
static size_t character(const unsigned char *s, size_t left) {
    unsigned char c = s[0], d = left > 1 ? s[1] : 0;
    if (c < 0x80) return (c >= 0x20 && c != 0x7F) || c == '\t' || c == '\n' || c == '\r';
    size_t n = c >= 0xC2 && c < 0xE0 ? 2 : c >= 0xE0 && c < 0xF0 ? 3 : c >= 0xF0 && c < 0xF5 ? 4 : 0;
    if (n == 0 || n > left) return 0;
    for (size_t i = 1; i < n; i++)
        if (!continues(s[i])) return 0;
    if ((c == 0xC2 && d < 0xA0) || (c == 0xE0 && d < 0xA0) || (c == 0xED && d >= 0xA0)) return 0;
    if ((c == 0xF0 && d < 0x90) || (c == 0xF4 && d >= 0x90)) return 0;
    return c == 0xEF && d == 0xBF && s[2] >= 0xBE ? 0 : n;
}

static const char *reference(unsigned char c) {
    switch (c) {
    case '&': return "&amp;";
    case '<': return "&lt;";
    case '>': return "&gt;";
    case '"': return "&quot;";
    case '\'': return "&#39;";
    default: return NULL;
    }
}

/* `raw`: the characters with a meaning keep it. */
static void put(FILE *out, const char *text, size_t length, bool raw) {
    const unsigned char *s = (const unsigned char *)text, *end = s + length;
    while (s < end) {
        size_t n = character(s, (size_t)(end - s));
        const char *instead = raw ? NULL : reference(*s);
        if (n == 0) fputs("\xEF\xBF\xBD", out);
        else if (instead) fputs(instead, out);
        else fwrite(s, 1, n, out);
        s += n ? n : 1;
    }
}

void html_markup(FILE *out, const char *markup, size_t length) { put(out, markup, length, true); }

void html_text_part(FILE *out, const char *text, size_t length) { put(out, text, length, false); }

void html_text(FILE *out, const char *text) { put(out, text, strlen(text), false); }

void html_element(FILE *out, const char *tag, const char *name, const char *text) {
    fprintf(out, "<%s", tag);
    if (name) fprintf(out, " class=\"%s\"", name);
    fputc('>', out);
    html_text(out, text);
    fprintf(out, "</%s>", tag);
}
