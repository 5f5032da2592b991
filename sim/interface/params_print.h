/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * params_print: one table of parameters in the four forms in which people and programs want it.
 *
 *   text       80 columns, for the terminal
 *   markdown   a table, for documents
 *   man        a table of tbl(1) for linger-params(5)
 *   json       an array of objects
 */
#ifndef SIM_INTERFACE_PARAMS_PRINT_H
#define SIM_INTERFACE_PARAMS_PRINT_H

#include <stdio.h>

#include "sim/param.h"

enum params_form { PARAMS_TEXT, PARAMS_MARKDOWN, PARAMS_MAN, PARAMS_JSON, PARAMS_FORMS };

/* A named table: the laboratory's, or a model's. */
struct params_table {
    const char *title; /* "the laboratory", "model web" */
    const char *summary;
    const struct param *params;
    size_t n;
};

void params_print(FILE *out, enum params_form form, const struct params_table *tables,
                  size_t n_tables);

/* Everything that the table knows about one parameter. */
void params_print_one(FILE *out, const struct params_table *table, const struct param *param);

/* Words of `text` in lines of at most 80 columns, each but the first begun with the indent; the first goes on at
 * column `at`. */
void params_print_words(FILE *out, int indent, int at, const char *text);

#endif
