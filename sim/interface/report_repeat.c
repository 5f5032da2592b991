/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/interface/report_repeat.h"

#include <string.h>

#include "sim/interface/growing_text.h"
#include "sim/kernel/text.h"

#define NEXT " \\\n    "

void report_repeat_word(FILE *out, const char *before, const char *word) {
    static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_./=,:%+@-";
    fputs(before, out);
    if (*word && strspn(word, plain) == strlen(word)) {
        fputs(word, out);
        return;
    }
    fputc('\'', out);
    for (; *word; word++)
        if (*word == '\'') fputs("'\\''", out);
        else fputc(*word, out);
    fputc('\'', out);
}

void report_repeat_option(FILE *out, const char *before, const char *word) {
    if (word) report_repeat_word(out, before, word);
}

void report_repeat_settings(FILE *out, const struct setting *settings, size_t n, struct arena *arena) {
    for (size_t i = 0; i < n; i++)
        report_repeat_word(out, NEXT "--set ", text_format(arena, "%s=%s", settings[i].key, settings[i].value));
}

void report_repeat_lines(struct report_html *page, const char *command, const struct scenario *base, const char *files, struct arena *arena) {
    report_html_lines(page, command);
    report_html_words(page, text_format(arena, "linger %s, seed %.0f. The same version, inputs and seed give the same results to the last digit, on any "
                                                "number of threads. %s", linger_version, base->run.values[RUN_SEED].number, files));
}

void report_repeat(struct report_html *page, const struct study_request *request, const struct scenario *base, const char *files,
                   struct arena *arena) {
    struct growing_text growing;
    growing_text_open(&growing);
    FILE *out = growing.out;
    fprintf(out, "linger %s", request->command);
    report_repeat_word(out, " ", request->scenario_file);
    report_repeat_option(out, NEXT "--objective ", request->wish);
    report_repeat_option(out, NEXT "--cost ", request->cost);
    for (size_t i = 0; i < request->n_slos; i++) report_repeat_word(out, NEXT "--slo ", request->slos[i]);
    report_repeat_option(out, NEXT "--ram ", request->ram);
    report_repeat_option(out, NEXT "--opening-cost ", request->opening_cost);
    for (size_t i = 0; i < request->n_varies; i++) report_repeat_word(out, NEXT "--vary ", request->varies[i]);
    report_repeat_settings(out, request->settings, request->n_settings, arena);
    for (size_t i = 0; i < request->n_baselines; i++) report_repeat_word(out, NEXT "--baseline ", request->baselines[i]);
    report_repeat_option(out, NEXT "--indifference ", request->indifference);
    report_repeat_option(out, NEXT "--probability ", request->probability);
    report_repeat_option(out, NEXT "--budget ", request->budget);
    fputs(NEXT "-o DIR\n", out);
    report_repeat_lines(page, growing_text_take(&growing, arena), base, files, arena);
}
