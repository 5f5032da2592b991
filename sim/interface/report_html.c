/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/interface/report_html.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/interface/html.h"
#include "sim/interface/report.h"
#include "sim/interface/report_embedded.h"
#include "sim/interface/svg_inline.h"
#include "sim/kernel/status.h"
#include "sim/kernel/text.h"

enum { NUMBER_BYTES = 64, DIGITS = 4, HALF_WIDTH_DIGITS = 2, MANY_COLUMNS = 6 };

/* ---- the frame ------------------------------------------------------------------------------------- */

static void begin(struct report_html *page, const char *markup, const char *end) {
    SIM_ASSERT(page->n_open < REPORT_HTML_DEPTH);
    fputs(markup, page->out);
    page->open[page->n_open++] = end;
}

void report_html_end(struct report_html *page) {
    SIM_ASSERT(page->n_open > 0 && page->column == 0);
    fputs(page->open[--page->n_open], page->out);
}

struct report_html report_html_open(FILE *out, const char *title, const char *subtitle) {
    fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n"
          "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
          "<meta name=\"color-scheme\" content=\"light dark\"/>\n"
          "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\"/>\n",
          out);
    html_element(out, "title", NULL, title);
    fputs("\n<style>\n", out);
    for (size_t i = 0; i < n_report_texts; i++) fputs(report_texts[i].text, out);
    fputs("</style>\n</head>\n<body>\n<main>\n<header>\n", out);
    html_element(out, "h1", NULL, title);
    fputc('\n', out);
    html_element(out, "p", "origin", subtitle);
    fputs("\n</header>\n", out);
    return (struct report_html){.out = out};
}

static void end_section(struct report_html *page) {
    SIM_ASSERT(page->n_open == 0);
    if (page->in_section) fputs("</section>\n", page->out);
    page->in_section = false;
}

void report_html_close(struct report_html *page) {
    end_section(page);
    fputs("</main>\n</body>\n</html>\n", page->out);
}

void report_html_section(struct report_html *page, const char *heading) {
    end_section(page);
    fputs("<section>\n", page->out);
    html_element(page->out, "h2", NULL, heading);
    fputc('\n', page->out);
    page->in_section = true;
}

/* ---- words ------------------------------------------------------------------------------------------- */

void report_html_verdict(struct report_html *page) { begin(page, "<p class=\"verdict\">", "</p>\n"); }
void report_html_paragraph(struct report_html *page) { begin(page, "<p>", "</p>\n"); }

void report_html_fold(struct report_html *page, const char *summary) {
    begin(page, "<details>\n", "</details>\n");
    html_element(page->out, "summary", NULL, summary);
    fputc('\n', page->out);
}

void report_html_say(struct report_html *page, const char *text) { html_text(page->out, text); }
void report_html_strong(struct report_html *page, const char *text) { html_element(page->out, "strong", NULL, text); }
void report_html_code(struct report_html *page, const char *text) { html_element(page->out, "code", NULL, text); }

void report_html_words(struct report_html *page, const char *text) {
    html_element(page->out, "p", NULL, text);
    fputc('\n', page->out);
}

void report_html_interval_words(struct report_html *page) {
    report_html_words(page, "\xC2\xB1 is half of the 95 % confidence interval: how far chance alone may have moved the mean of these replications. It says "
                            "nothing of how well the parameters fit the world.");
}

void report_html_lines(struct report_html *page, const char *text) {
    fputs("<pre tabindex=\"0\"><code>", page->out);
    html_text(page->out, text);
    fputs("</code></pre>\n", page->out);
}

/* Names of files (--- and +++) are no changes. */
static const char *diff_class(const char *line) {
    if (strncmp(line, "---", 3) == 0 || strncmp(line, "+++", 3) == 0) return NULL;
    return *line == '+' ? "ins" : *line == '-' ? "del" : NULL;
}

void report_html_diff(struct report_html *page, const char *text) {
    fputs("<pre class=\"diff\" tabindex=\"0\"><code>", page->out);
    for (size_t length; *text; text += length) {
        length = strcspn(text, "\n");
        const char *tag = diff_class(text);
        if (tag) fprintf(page->out, "<%s>", tag);
        html_text_part(page->out, text, length);
        if (tag) fprintf(page->out, "</%s>", tag);
        if (text[length]) fputc('\n', page->out), length++;
    }
    fputs("</code></pre>\n", page->out);
}

/* ---- values ------------------------------------------------------------------------------------------- */

/* <data ...>shown</data>; `of` is "" or " half_width". */
static void put_data(struct report_html *page, double exact, const char *shown, const char *measure, const char *of) {
    char text[TEXT_NUMBER_BYTES];
    fputs("<data title=\"", page->out);
    html_text(page->out, measure);
    fprintf(page->out, "%s\" value=\"%s\">", of, text_print_number(exact, text, sizeof text));
    html_text(page->out, shown);
    fputs("</data>", page->out);
}

/* What the last digit of a printed number counts. */
static double resolution_of(const char *shown) {
    const char *point = strchr(shown, '.'), *power = strchr(shown, 'e');
    double resolution = point ? pow(10, -(double)strspn(point + 1, "0123456789")) : 1;
    return power ? resolution * pow(10, strtod(power + 1, NULL)) : resolution;
}

/* An interval that is narrower than the mean's last digit is told by that digit: 211.8 +- < 0.1. */
static void put_interval(struct report_html *page, double half_width, double si, const char *mean_shown, const char *measure) {
    char shown[NUMBER_BYTES] = "< ";
    double resolution = resolution_of(mean_shown);
    bool is_narrow = half_width > 0 && half_width / si < resolution;
    report_number(is_narrow ? resolution : half_width / si, is_narrow ? 1 : HALF_WIDTH_DIGITS, shown + 2, sizeof shown - 2);
    fputs("<span class=\"interval\"> \xC2\xB1\xC2\xA0", page->out);
    put_data(page, half_width, is_narrow ? shown : shown + 2, measure, " half_width");
    fputs("</span>", page->out);
}

bool report_is_share(const struct model *model, const char *column) {
    for (size_t h = 0; h < model->n_headlines; h++)
        if (strcmp(model->headlines[h].column, column) == 0) return model->headlines[h].is_share;
    return false;
}

/* Number and unit stay together. "us" is how a terminal writes it. */
void report_html_value(struct report_html *page, const struct estimate *estimate, struct report_quantity quantity) {
    char shown[NUMBER_BYTES];
    struct report_scale scale = quantity.is_share ? (struct report_scale){0.01, "%"} : report_scale_of(quantity.unit, estimate->mean);
    fputs("<span class=\"value\">", page->out);
    if (isnan(estimate->mean)) {
        fputs("not observed</span>", page->out);
        return;
    }
    put_data(page, estimate->mean, report_number(estimate->mean / scale.si, DIGITS, shown, sizeof shown), quantity.measure, "");
    if (!isnan(estimate->half_width)) put_interval(page, estimate->half_width, scale.si, shown, quantity.measure);
    if (*scale.name) fputs("\xC2\xA0", page->out);
    html_text(page->out, strcmp(scale.name, "us") == 0 ? "\xC2\xB5s" : scale.name);
    fputs("</span>", page->out);
}

/* ---- tables --------------------------------------------------------------------------------------------- */

/* A long name may be broken behind its dots and underscores, rather than anywhere or not at all. */
static void put_breakable(FILE *out, const char *text) {
    for (size_t length; *text; text += length) {
        length = strcspn(text, "._");
        length += text[length] != '\0';
        html_text_part(out, text, length);
        if (length > 1 && isalpha((unsigned char)text[length])) fputs("<wbr/>", out);
    }
}

void report_html_table(struct report_html *page, const char *caption, const char *const *headings, size_t n) {
    begin(page, n > MANY_COLUMNS ? "<div class=\"wide\" tabindex=\"0\">\n<table class=\"many\">\n" : "<div class=\"wide\" tabindex=\"0\">\n<table>\n", "</tbody>\n</table>\n</div>\n");
    html_element(page->out, "caption", NULL, caption);
    fputs("\n<thead>\n<tr>", page->out);
    for (size_t i = 0; i < n; i++) {
        fputs("<th scope=\"col\">", page->out);
        put_breakable(page->out, headings[i]);
        fputs("</th>", page->out);
    }
    fputs("</tr>\n</thead>\n<tbody>\n", page->out);
    page->n_columns = n;
}

static void begin_cell(struct report_html *page) { fputs(page->column == 0 ? "<tr><th scope=\"row\">" : "<td>", page->out); }

static void end_cell(struct report_html *page) {
    fputs(page->column == 0 ? "</th>" : "</td>", page->out);
    page->column = (page->column + 1) % page->n_columns;
    if (page->column == 0) fputs("</tr>\n", page->out);
}

void report_html_cell(struct report_html *page, const char *text) {
    begin_cell(page);
    put_breakable(page->out, text);
    end_cell(page);
}

void report_html_number(struct report_html *page, const struct estimate *estimate, struct report_quantity quantity) {
    begin_cell(page);
    report_html_value(page, estimate, quantity);
    end_cell(page);
}

/* Shapes, and no colours of a background, which browsers do not print. */
void report_html_bar(struct report_html *page, double from, double to) {
    begin_cell(page);
    fprintf(page->out, "<svg class=\"bar\" viewBox=\"0 0 1000 100\" preserveAspectRatio=\"none\" aria-hidden=\"true\"><rect class=\"whole\" width=\"1000\" "
            "height=\"100\"/><rect class=\"part\" x=\"%.1f\" width=\"%.1f\" height=\"100\"/></svg>", 1000 * from, 1000 * fmax(to - from, 0));
    end_cell(page);
}

/* ---- pictures --------------------------------------------------------------------------------------------- */

bool report_html_plot(struct report_html *page, const char *file, const char *caption, const char *label, struct arena *arena) {
    char prefix[NUMBER_BYTES];
    const char *svg = svg_read(file, arena);
    if (!svg) return false;
    snprintf(prefix, sizeof prefix, "plot%zu-", ++page->n_plots);
    fputs("<figure>\n<div class=\"wide\" tabindex=\"0\">\n", page->out);
    svg_put(page->out, svg, prefix, label);
    fputs("</div>\n", page->out);
    html_element(page->out, "figcaption", NULL, caption);
    fputs("\n</figure>\n", page->out);
    return true;
}
