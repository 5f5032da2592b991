/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/kernel/status.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

/* Appends to text[used..], never past the end, and returns the new length. */
#if defined(__GNUC__)
__attribute__((format(printf, 3, 4)))
#endif
static size_t append(char *text, size_t used, const char *format, ...) {
    va_list args;
    va_start(args, format);
    int n = vsnprintf(text + used, DIAG_TEXT_BYTES - used, format, args);
    va_end(args);
    used += n > 0 ? (size_t)n : 0;
    return used < DIAG_TEXT_BYTES ? used : DIAG_TEXT_BYTES - 1;
}

/* What was read from a broken file must not steer a terminal. */
static void blank_control_characters(char *text) {
    for (; *text; text++)
        if ((unsigned char)*text < ' ' || *text == 0x7f) *text = '?';
}

void diag_add(struct diag *diag, enum status status, struct place place, const char *format, ...) {
    if (diag->count == 0) diag->status = status;
    if (diag->count++ >= DIAG_MESSAGES_MAX) return;
    char *text = diag->text[diag->count - 1];
    size_t used = 0;
    text[0] = '\0';
    if (place.file) used = append(text, used, "%s", place.file);
    if (place.line > 0) used = append(text, used, ":%ld", place.line);
    if (place.file) used = append(text, used, ": ");
    if (place.column) used = append(text, used, "%s: ", place.column);
    va_list args;
    va_start(args, format);
    vsnprintf(text + used, DIAG_TEXT_BYTES - used, format, args);
    va_end(args);
    blank_control_characters(text);
}

_Noreturn void status_bug(const char *condition, const char *file, int line) {
    fprintf(stderr, "linger: this is our bug: %s:%d: %s does not hold\n", file, line, condition);
    abort();
}

_Noreturn void status_machine(const char *what) {
    fprintf(stderr, "linger: the machine could not give: %s\n", what);
    exit(STATUS_IO);
}
