/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * config_apache: lines and words of Apache httpd's configuration files, for config_apache.c.
 *
 * Lines are joined at a backslash before their end, comments included, as httpd's ap_cfg_getline does. Words are between blanks or
 * in quotes, in which a backslash stands before a quote or another backslash.
 */
#ifndef MODELS_ADVICE_CONFIG_APACHE_H
#define MODELS_ADVICE_CONFIG_APACHE_H

#include "models/advice/config_reader.h"

/* A walk over the lines of a file, each as httpd sees it: joined, without blanks at either end. */
struct apache_lines {
    const struct config_file *file;
    char *text;       /* of the line, `length` characters and an end mark */
    size_t *origin;   /* text[i] stands at byte origin[i] of the file */
    size_t length;
    long number;      /* of the line where it begins */
    size_t at;        /* the byte behind it */
    long next_number;
    bool is_broken;   /* the rest has no meaning; set by who finds out */
};

struct apache_lines apache_lines_open(const struct config_file *file, struct arena *arena);
bool apache_next_line(struct apache_lines *lines);

/* The next word from text[*at] on, quotes taken away and ${VARIABLE} resolved. False at the end of the line. */
bool apache_next_word(struct config_reader *reader, const struct apache_lines *lines, size_t *at, struct config_argument *out);

/* All words from `at` on, as arguments and value of the directive. */
void apache_next_arguments(struct config_reader *reader, const struct apache_lines *lines, size_t at,
                           struct config_directive *out);

/* The value that was added last under this name, NULL if there is none. */
const char *apache_list_find(const struct config_list *list, const char *name, size_t length);
void apache_list_add(struct config_reader *reader, struct config_list *list, const char *name, const char *value);
void apache_list_remove(struct config_list *list, const char *name);

/* NAME=value lines at the margin of Debian's envvars, a shell file, into the reader's variables. What only a shell can work
 * out stays empty. */
void apache_read_envvars(struct config_reader *reader, const char *folder);

#endif
