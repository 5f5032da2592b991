/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * report_repeat: the part of report.html that says how to have the same results again: a command line without what does not change them
 * (where to, threads, talk), for a POSIX shell.
 */
#ifndef SIM_INTERFACE_REPORT_REPEAT_H
#define SIM_INTERFACE_REPORT_REPEAT_H

#include <stdio.h>

#include "sim/experiment/scenario.h"
#include "sim/interface/report_html.h"
#include "sim/interface/study_request.h"

/* `before` as it is, then a word that the shell leaves as it is: in quotes, if it must be. */
void report_repeat_word(FILE *out, const char *before, const char *word);

/* `before` and the word, unless that is NULL. */
void report_repeat_option(FILE *out, const char *before, const char *word);

/* Each setting as --set KEY=VALUE. */
void report_repeat_settings(FILE *out, const struct setting *settings, size_t n, struct arena *arena);

/* The command, then version and seed; `files` says what lies beside the page. */
void report_repeat_lines(struct report_html *page, const char *command, const struct scenario *base, const char *files, struct arena *arena);

/* Of a request whose scenario is `base`. */
void report_repeat(struct report_html *page, const struct study_request *request, const struct scenario *base, const char *files,
                   struct arena *arena);

#endif
