/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/interface/params_print.h"

#include <stdbool.h>
#include <string.h>

#include "sim/interface/json.h"

enum { COLUMNS = 80, ALLOWED_BYTES = 512 };

static const char *allowed(const struct param *param, char *out) {
    return param_allowed(param, out, ALLOWED_BYTES);
}

/* What stands for a default that is the empty text. */
static const char *fallback(const struct param *param) {
    return *param->fallback ? param->fallback : "none";
}

/* ---- for the terminal ---------------------------------------------------------------------------- */

void params_print_words(FILE *out, int indent, int at, const char *text) {
    for (bool first = true; *text; first = false) {
        int length = (int)strcspn(text, " ");
        if (!first && at + 1 + length > COLUMNS) fputc('\n', out), at = 0;
        if (first || at == 0)
            at += fprintf(out, "%*s%.*s", at < indent ? indent - at : 0, "", length, text);
        else
            at += fprintf(out, " %.*s", length, text);
        text += length;
        text += strspn(text, " ");
    }
    fputc('\n', out);
}

static void put_wrapped(FILE *out, int indent, const char *text) {
    params_print_words(out, indent, 0, text);
}

static void put_text_row(FILE *out, const struct param *param) {
    char words[ALLOWED_BYTES], line[ALLOWED_BYTES + 16];
    fprintf(out, "  %s = %s\n", param->name, fallback(param));
    put_wrapped(out, 6, param->help);
    snprintf(line, sizeof line, "allowed: %s", allowed(param, words));
    put_wrapped(out, 6, line);
}

static void put_text(FILE *out, const struct params_table *tables, size_t n_tables) {
    fputs("Written as name = default. Numbers carry units: 5s, 250ms, 4GiB, 20kB,\n"
          "100Mbit/s, 3/s, 40%; without one they are SI. Times and counts that vary take\n"
          "distributions: exponential(3), lognormal(1,0.5), empirical(file.csv:column), ...\n",
          out);
    for (size_t t = 0; t < n_tables; t++) {
        int at = fprintf(out, "\n%s: ", tables[t].title) - 1;
        params_print_words(out, 0, at, tables[t].summary);
        fputc('\n', out);
        for (size_t i = 0; i < tables[t].n; i++) put_text_row(out, &tables[t].params[i]);
    }
}

/* Text that may need more lines, its first behind a label. */
static void put_label(FILE *out, const char *label, const char *text) {
    fputs(label, out);
    params_print_words(out, 12, 10, text);
}

void params_print_one(FILE *out, const struct params_table *table, const struct param *param) {
    char words[ALLOWED_BYTES];
    const char *dot = strchr(param->name, '.');
    fprintf(out, "%s (%s)\n", param->name, table->title);
    put_wrapped(out, 4, param->help);
    put_label(out, "\n  allowed ", allowed(param, words));
    put_label(out, "  default ", fallback(param));
    if (*param_unit(param->type))
        fprintf(out, "  unit      %s in CSV and JSON\n", param_unit(param->type));
    if (param->source && *param->source) put_label(out, "  source  ", param->source);
    if (!dot) return;
    fprintf(out, "\n  in a scenario file:     [%.*s]\n                          %s = %s\n",
            (int)(dot - param->name), param->name, dot + 1, param->fallback);
    const char *quote = strpbrk(param->fallback, "( ") ? "'" : ""; /* the shell's */
    fprintf(out, "  on the command line:    --set %s%s=%s%s\n", quote, param->name, param->fallback,
            quote);
}

/* ---- for documents --------------------------------------------------------------------------------- */

/* A bar would end the cell. */
static void put_markdown_cell(FILE *out, const char *text) {
    for (; *text; text++) fprintf(out, "%s%c", *text == '|' ? "\\" : "", *text);
}

static void put_markdown_row(FILE *out, const struct param *param) {
    char words[ALLOWED_BYTES];
    const char *const cells[] = {allowed(param, words), param->help,
                                 param->source ? param->source : ""};
    fprintf(out, "| `%s` | `%s`", param->name, fallback(param));
    for (size_t i = 0; i < 3; i++) {
        fputs(" | ", out);
        put_markdown_cell(out, cells[i]);
    }
    fputs(" |\n", out);
}

static void put_markdown(FILE *out, const struct params_table *tables, size_t n_tables) {
    for (size_t t = 0; t < n_tables; t++) {
        fprintf(out, "%s### %s\n\n%s\n\n", t ? "\n" : "", tables[t].title, tables[t].summary);
        fputs("| parameter | default | allowed | meaning | source of the default "
              "|\n|---|---|---|---|---|\n",
              out);
        for (size_t i = 0; i < tables[t].n; i++) put_markdown_row(out, &tables[t].params[i]);
    }
}

/* A backslash begins an escape, a dot or quote at the beginning of a line a request, and a bare hyphen may be
 * set as a dash. */
static void put_man_words(FILE *out, const char *text) {
    if (*text == '.' || *text == '\'') fputs("\\&", out);
    for (; *text; text++) {
        if (*text == '\\')
            fputs("\\e", out);
        else if (*text == '-')
            fputs("\\-", out);
        else
            fputc(*text, out);
    }
}

static void put_man_entry(FILE *out, const struct param *param) {
    char words[ALLOWED_BYTES];
    fputs(".TP\n.BR ", out);
    put_man_words(out, param->name);
    fputs(" \" = ", out);
    put_man_words(out, fallback(param));
    fputs("\"\n", out);
    put_man_words(out, param->help);
    fputs("\n.br\nAllowed: ", out);
    put_man_words(out, allowed(param, words));
    fputs(".\n", out);
}

static void put_man(FILE *out, const struct params_table *tables, size_t n_tables) {
    fputs(".\\\" Made by: linger params --man\n.TH LINGER-PARAMS 5\n.SH NAME\n"
          "linger\\-params \\- what a scenario of linger(1) may set\n.SH DESCRIPTION\n"
          "A scenario is an INI file; the parameter\n.B section.key\nstands there as\n.B key = "
          "value\nbelow\n"
          ".BR [section] .\nBelow, each is written with its default. Numbers carry units (5s, "
          "250ms, 4GiB, 20kB, "
          "100Mbit/s, 3/s, 40%);\nwithout one they are SI.\n",
          out);
    for (size_t t = 0; t < n_tables; t++) {
        fputs(".SH ", out);
        put_man_words(out, tables[t].title);
        fputc('\n', out);
        put_man_words(out, tables[t].summary);
        fputc('\n', out);
        for (size_t i = 0; i < tables[t].n; i++) put_man_entry(out, &tables[t].params[i]);
    }
    fputs(".SH SEE ALSO\n.BR linger (1)\n", out);
}

/* ---- for programs ------------------------------------------------------------------------------------ */

static void put_json_row(FILE *out, const struct params_table *table, const struct param *param) {
    char words[ALLOWED_BYTES];
    const char *const members[][2] = {{"name", param->name},
                                      {"table", table->title},
                                      {"default", param->fallback},
                                      {"unit", param_unit(param->type)},
                                      {"allowed", allowed(param, words)},
                                      {"help", param->help},
                                      {"source", param->source ? param->source : ""}};
    fputs("  {", out);
    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++) {
        if (i) fputs(", ", out);
        json_key(out, members[i][0]);
        json_text(out, members[i][1]);
    }
    fputc('}', out);
}

static void put_json(FILE *out, const struct params_table *tables, size_t n_tables) {
    bool first = true;
    fputs("[\n", out);
    for (size_t t = 0; t < n_tables; t++)
        for (size_t i = 0; i < tables[t].n; i++) {
            if (!first) fputs(",\n", out);
            first = false;
            put_json_row(out, &tables[t], &tables[t].params[i]);
        }
    fputs("\n]\n", out);
}

void params_print(FILE *out, enum params_form form, const struct params_table *tables,
                  size_t n_tables) {
    static void (*const forms[PARAMS_FORMS])(FILE *, const struct params_table *, size_t) = {
        [PARAMS_TEXT] = put_text,
        [PARAMS_MARKDOWN] = put_markdown,
        [PARAMS_MAN] = put_man,
        [PARAMS_JSON] = put_json,
    };
    forms[form](out, tables, n_tables);
}
