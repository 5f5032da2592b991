/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * report_html: the page that a study leaves for people, report.html. (report.h is the table that `linger run` prints.)
 *
 * One file that needs no other: styles and pictures are in it, nothing is fetched, nothing runs. It reads well on a phone, in the dark
 * and on paper (report.css says how), and to a screen reader: headings, row and column headers, words for each picture. The same calls
 * give the same bytes.
 *
 * A page is written from top to bottom: open; the verdict, which is one sentence with its number; then sections of words, values,
 * lines to paste, tables and pictures; close. What is inside what:
 *
 *   report_html_open
 *     report_html_verdict      say, value ...                  report_html_end
 *     report_html_section      (ends the one before)
 *       report_html_words      a whole paragraph; or report_html_paragraph  say, value ...  report_html_end
 *       report_html_lines, report_html_diff, report_html_plot
 *       report_html_table      cell, number ...  (a row when all its columns are there)     report_html_end
 *       report_html_fold       (what only some want to see)                                 report_html_end
 *   report_html_close
 *
 * A value is printed in a unit for people, with its 95 % half-width, and carries what it is as data: <data title="MEASURE"
 * value="..."> holds the measure's name and the number of results.csv, to the last digit.
 *
 * All texts may be anybody's; html.h takes care of them. Errors of writing stay in the FILE for whoever closes it.
 */
#ifndef SIM_INTERFACE_REPORT_HTML_H
#define SIM_INTERFACE_REPORT_HTML_H

#include <stdbool.h>
#include <stdio.h>

#include "sim/experiment/estimate.h"
#include "sim/kernel/arena.h"
#include "sim/model.h"

enum { REPORT_HTML_DEPTH = 8 };

/* Placed by the caller. */
struct report_html {
    FILE *out;
    const char *open[REPORT_HTML_DEPTH]; /* what report_html_end will close, the innermost last */
    size_t n_open;
    bool in_section;
    size_t column, n_columns; /* of the table in work */
    size_t n_plots;
};

/* What a number is of. */
struct report_quantity {
    const char *measure; /* a column of results.csv */
    const char *unit;    /* SI, or "1" */
    bool is_share;       /* people read it as per cent */
};

/* Whether a model says of a column that people read it as per cent. */
bool report_is_share(const struct model *model, const char *column);

struct report_html report_html_open(FILE *out, const char *title, const char *subtitle);
void report_html_close(struct report_html *page);

/* Ends the innermost verdict, paragraph, table or fold. */
void report_html_end(struct report_html *page);

void report_html_section(struct report_html *page, const char *heading);
void report_html_verdict(struct report_html *page);
void report_html_paragraph(struct report_html *page);
void report_html_fold(struct report_html *page, const char *summary);

/* Inside a verdict or a paragraph. */
void report_html_say(struct report_html *page, const char *text);
void report_html_strong(struct report_html *page, const char *text);
void report_html_code(struct report_html *page, const char *text);
void report_html_value(struct report_html *page, const struct estimate *estimate, struct report_quantity quantity);

void report_html_words(struct report_html *page, const char *text);

/* What the interval of a mean over replications says, and what it does not: a paragraph. */
void report_html_interval_words(struct report_html *page);

/* Text as it is to be pasted. */
void report_html_lines(struct report_html *page, const char *text);
/* A unified diff: added and removed lines are coloured, and keep their signs. */
void report_html_diff(struct report_html *page, const char *text);

/* The first cell of a row is its header. */
void report_html_table(struct report_html *page, const char *caption, const char *const *headings, size_t n);
void report_html_cell(struct report_html *page, const char *text);
void report_html_number(struct report_html *page, const struct estimate *estimate, struct report_quantity quantity);
/* A bar from one share of a whole to another, for those who see: the cells beside it say the numbers. */
void report_html_bar(struct report_html *page, double from, double to);

/* An SVG file. `caption` stands below it; `label` is for those who do not see it. False when there is none that may be shown
 * (svg_inline.h). */
bool report_html_plot(struct report_html *page, const char *file, const char *caption, const char *label, struct arena *arena);

#endif
