/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/interface/json.h"

#include <math.h>

#include "sim/kernel/text.h"

void json_text(FILE *out, const char *text) {
    fputc('"', out);
    for (const unsigned char *c = (const unsigned char *)text; *c; c++) {
        if (*c == '"' || *c == '\\')
            fprintf(out, "\\%c", *c);
        else if (*c < 0x20)
            fprintf(out, "\\u%04x", *c);
        else
            fputc(*c, out);
    }
    fputc('"', out);
}

void json_number(FILE *out, double value) {
    char text[TEXT_NUMBER_BYTES];
    fputs(isfinite(value) ? text_print_number(value, text, sizeof text) : "null", out);
}

void json_key(FILE *out, const char *name) {
    json_text(out, name);
    fputs(": ", out);
}
