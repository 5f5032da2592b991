/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/interface/comparison_report.h"

#include <math.h>
#include <string.h>

#include "sim/interface/command.h"
#include "sim/interface/json.h"
#include "sim/interface/report.h"
#include "sim/kernel/text.h"

enum { NUMBER_BYTES = 32, VERDICT_BYTES = 64, VALUE_BYTES = 256, LINE = 80, DIGITS = 4, HALF_WIDTH_DIGITS = 2 };

/* ---- words ------------------------------------------------------------------------------------------ */

static const char *const verdict_words[] = {[PAIRED_UNKNOWN] = "unknown", [PAIRED_SAME] = "same",       [PAIRED_HIGHER] = "higher",
                                            [PAIRED_LOWER] = "lower",     [PAIRED_SMALLER] = "less than", [PAIRED_UNSEEN] = "none seen"};

static double percent(const struct difference *difference, double part) {
    double of = fabs(difference->mean_a);
    return of > 0 ? 100 * part / of : (double)NAN;
}

/* Up, to two digits: a bound must not be rounded below itself. */
static double round_up(double value) {
    double digit = value > 0 ? pow(10, floor(log10(value)) - 1) : 1;
    return ceil(value / digit * (1 - 1e-12)) * digit;
}

static const char *put_verdict(const struct difference *difference, char *out) {
    char number[NUMBER_BYTES];
    enum paired_verdict verdict = paired_judge(difference);
    double share = fabs(percent(difference, difference->mean));
    if (verdict == PAIRED_UNKNOWN)
        snprintf(out, VERDICT_BYTES, "%s", isnan(difference->mean_a) && !isnan(difference->mean_b)   ? "only in B"
                                           : isnan(difference->mean_b) && !isnan(difference->mean_a) ? "only in A"
                                                                                                    : "too few pairs");
    else if (verdict == PAIRED_SMALLER)
        snprintf(out, VERDICT_BYTES, "less than %s %%",
                 report_number(round_up(percent(difference, paired_bound(difference))), HALF_WIDTH_DIGITS, number, sizeof number));
    else if (verdict == PAIRED_UNSEEN || isnan(share))
        snprintf(out, VERDICT_BYTES, "%s", verdict_words[verdict]);
    else
        snprintf(out, VERDICT_BYTES, "%s %% %s", report_number(share, HALF_WIDTH_DIGITS + 1, number, sizeof number),
                 verdict_words[verdict]);
    return out;
}

/* ---- settings that differ ------------------------------------------------------------------------------ */

/* Calls `deed` for each parameter whose two values read differently. */
typedef void setting_fn(FILE *out, bool first, const char *key, const char *a, const char *b);

static size_t each_setting(FILE *out, const struct param_set *a, const struct param_set *b, size_t n_before, setting_fn *deed) {
    char text_a[4096], text_b[4096];
    size_t n = n_before;
    for (size_t i = 0; i < a->n; i++) {
        param_print(a, i, text_a, sizeof text_a);
        param_print(b, i, text_b, sizeof text_b);
        if (strcmp(text_a, text_b) != 0) deed(out, n++ == 0, a->params[i].name, text_a, text_b);
    }
    return n;
}

static size_t each_difference(FILE *out, const struct comparison_report *report, setting_fn *deed) {
    const struct scenario *a = report->scenario_a, *b = report->scenario_b;
    if (!a || !b) return 0;
    size_t n = each_setting(out, &a->run, &b->run, 0, deed);
    return each_setting(out, &a->params, &b->params, n, deed);
}

static void put_setting(FILE *out, bool first, const char *key, const char *a, const char *b) {
    if (first) fprintf(out, "%-32s %-23s %s\n", "differ in", "A", "B");
    fprintf(out, "%-32s %-23.23s %.24s\n", key, *a ? a : "-", *b ? b : "-");
}

/* ---- the table ---------------------------------------------------------------------------------------------- */

/* Says something in words that are wrapped before the 80th column; `column` is where the last ended. */
static size_t put_word(FILE *out, size_t column, const char *word) {
    size_t length = strlen(word);
    if (column > 0 && column + 1 + length > LINE) fputc('\n', out), column = 0;
    if (column > 0) fputc(' ', out), column++;
    fputs(word, out);
    return column + length;
}

static void put_wrapped(FILE *out, const char *text) {
    char word[LINE];
    size_t column = 0;
    while (*text) {
        size_t length = strcspn(text, " ");
        snprintf(word, sizeof word, "%.*s", (int)length, text);
        column = put_word(out, column, word);
        text += length + strspn(text + length, " ");
    }
    fputc('\n', out);
}

static void put_number(FILE *out, int width, double value, int digits, struct report_scale scale, bool sign) {
    char text[NUMBER_BYTES], with_sign[NUMBER_BYTES + 1];
    report_number(value / scale.si, digits, text, sizeof text);
    snprintf(with_sign, sizeof with_sign, "%s%s", sign && value > 0 ? "+" : "", text);
    fprintf(out, " %*s", width, with_sign);
}

static void put_row(FILE *out, const struct comparison_row *row) {
    char verdict[VERDICT_BYTES];
    const struct difference *d = &row->difference;
    double magnitude = isnan(d->mean_b) ? d->mean_a : fmax(fabs(d->mean_b), isnan(d->mean_a) ? 0 : fabs(d->mean_a));
    struct report_scale scale = report_scale_of(row->unit, magnitude);
    fprintf(out, "%-27s", row->name);
    put_number(out, 7, d->mean_a, DIGITS, scale, false);
    put_number(out, 7, d->mean_b, DIGITS, scale, false);
    put_number(out, 8, d->mean, DIGITS, scale, true);
    put_number(out, 7, d->half_width, HALF_WIDTH_DIGITS, scale, false);
    fprintf(out, " %-2s %s\n", scale.name, put_verdict(d, verdict));
}

static bool is_shown(const struct difference *difference) {
    return !difference->same && !(isnan(difference->mean_a) && isnan(difference->mean_b));
}

/* Those that need no row, named: the same in both, and observed in neither. */
static void put_rest(FILE *out, const struct comparison_report *report, bool same, const char *title) {
    char word[LINE];
    size_t column = 0;
    const char *last = NULL;
    for (size_t i = 0; i <= report->n_rows; i++) {
        bool wanted = i < report->n_rows && !is_shown(&report->rows[i].difference) && report->rows[i].difference.same == same;
        if (i < report->n_rows && !wanted) continue;
        if (last) {
            if (column == 0) fputc('\n', out);
            if (column == 0) column = put_word(out, 0, title);
            snprintf(word, sizeof word, "%s%s", last, i < report->n_rows ? "," : "");
            column = put_word(out, column, word);
        }
        last = i < report->n_rows ? report->rows[i].name : NULL;
    }
    if (column > 0) fputc('\n', out);
}

static void put_title(FILE *out, const struct comparison_report *report) {
    char number[NUMBER_BYTES];
    const struct scenario *a = report->scenario_a;
    fprintf(out, "A: %s\nB: %s\n", report->a, report->b);
    if (!a) {
        fprintf(out, "Two files of results: not paired, Welch's intervals\n");
        return;
    }
    fprintf(out, "model %s, %zu pair%s of replications", a->model->name, report->n_replications, report->n_replications == 1 ? "" : "s");
    if (a->run.values[RUN_HORIZON].number > 0)
        fprintf(out, " of %s s", report_number(a->run.values[RUN_HORIZON].number, 6, number, sizeof number));
    if (a->run.values[RUN_WARMUP].number > 0)
        fprintf(out, " (%s s warm-up)", report_number(a->run.values[RUN_WARMUP].number, 6, number, sizeof number));
    fprintf(out, ", seed %.0f\n\n", a->run.values[RUN_SEED].number);
    if (each_difference(out, report, put_setting) == 0) fprintf(out, "The two have the same settings.\n");
}

static void put_closing(FILE *out, const struct comparison_report *report) {
    char text[512];
    if (report->n_tests == 0) return;
    snprintf(text, sizeof text,
             "± is the 95 %% interval of the measure alone. %zu measures were looked at together: with 95 %% probability all that are "
             "called higher or lower differ (Holm's correction), and all others by less than is said (Bonferroni's). \"none seen\": "
             "not decided, and more than 10 %% is possible. Fewer --measures, or more replications, decide more.",
             report->n_tests);
    fputc('\n', out);
    put_wrapped(out, text);
}

void comparison_report_table(FILE *out, const struct comparison_report *report) {
    bool any = false;
    put_title(out, report);
    for (size_t i = 0; i < report->n_rows; i++) {
        if (!is_shown(&report->rows[i].difference)) continue;
        if (!any) fprintf(out, "\n%-27s %7s %7s %8s %7s    %s\n", "measure", "A", "B", "B - A", " ±95 %", "verdict");
        any = true;
        put_row(out, &report->rows[i]);
    }
    put_rest(out, report, true, "The same in both:");
    put_rest(out, report, false, "Observed in neither:");
    for (size_t i = 0; i < report->n_notes; i++) {
        if (i == 0) fputc('\n', out);
        put_wrapped(out, report->notes[i]);
    }
    put_closing(out, report);
}

/* ---- JSON ------------------------------------------------------------------------------------------------------ */

static void json_setting(FILE *out, bool first, const char *key, const char *a, const char *b) {
    fputs(first ? "\n    " : ",\n    ", out);
    json_key(out, key);
    fputs("[", out);
    json_text(out, a);
    fputs(", ", out);
    json_text(out, b);
    fputs("]", out);
}

/* The numbers of a row under the names of their columns; JSON and CSV alike. */
enum { ROW_NUMBERS = 10 };
struct named_number {
    const char *name;
    double value;
};

static void row_numbers(const struct difference *d, struct named_number out[ROW_NUMBERS]) {
    const struct named_number numbers[ROW_NUMBERS] = {{"mean_a", d->mean_a},
                                                      {"mean_b", d->mean_b},
                                                      {"difference", d->mean},
                                                      {"half_width", d->half_width},
                                                      {"n", (double)d->n},
                                                      {"p", d->p},
                                                      {"p_holm", d->p_holm},
                                                      {"percent", percent(d, d->mean)},
                                                      {"percent_half_width", percent(d, d->half_width)},
                                                      {"variance_ratio", paired_variance_ratio(d)}};
    memcpy(out, numbers, sizeof numbers);
}

static void json_row(FILE *out, const struct comparison_row *row) {
    struct named_number numbers[ROW_NUMBERS];
    row_numbers(&row->difference, numbers);
    json_key(out, row->name);
    fputs("{", out);
    json_key(out, "unit");
    json_text(out, row->unit);
    for (size_t i = 0; i < ROW_NUMBERS; i++) {
        fputs(", ", out);
        json_key(out, numbers[i].name);
        json_number(out, numbers[i].value);
    }
    fputs(", ", out);
    json_key(out, "verdict");
    json_text(out, verdict_words[paired_judge(&row->difference)]);
    if (paired_judge(&row->difference) == PAIRED_SMALLER) {
        fputs(", ", out);
        json_key(out, "less_than");
        json_number(out, paired_bound(&row->difference));
    }
    fputs("}", out);
}

void comparison_report_json(FILE *out, const struct comparison_report *report) {
    fputs("{\n  \"a\": ", out);
    json_text(out, report->a);
    fputs(",\n  \"b\": ", out);
    json_text(out, report->b);
    fputs(",\n  \"version\": ", out);
    json_text(out, linger_version);
    fprintf(out, ",\n  \"paired\": %s,\n", report->scenario_a ? "true" : "false");
    if (report->scenario_a) {
        fprintf(out, "  \"seed\": %.0f,\n  \"settings\": {", report->scenario_a->run.values[RUN_SEED].number);
        if (each_difference(out, report, json_setting) > 0) fputs("\n  ", out);
        fputs("},\n", out);
    }
    fprintf(out, "  \"tests\": %zu,\n  \"notes\": [", report->n_tests);
    for (size_t i = 0; i < report->n_notes; i++) {
        if (i) fputs(", ", out);
        json_text(out, report->notes[i]);
    }
    fputs("],\n  \"measures\": {\n", out);
    for (size_t i = 0; i < report->n_rows; i++) {
        fputs("    ", out);
        json_row(out, &report->rows[i]);
        fputs(i + 1 < report->n_rows ? ",\n" : "\n", out);
    }
    fputs("  }\n}\n", out);
}

/* ---- CSV -------------------------------------------------------------------------------------------------------- */

void comparison_report_csv(FILE *out, const struct comparison_report *report) {
    struct named_number numbers[ROW_NUMBERS];
    char text[TEXT_NUMBER_BYTES];
    row_numbers(&(struct difference){0}, numbers);
    fputs("measure,unit", out);
    for (size_t i = 0; i < ROW_NUMBERS; i++) fprintf(out, ",%s", numbers[i].name);
    fputs(",verdict\n", out);
    for (size_t r = 0; r < report->n_rows; r++) {
        const struct comparison_row *row = &report->rows[r];
        row_numbers(&row->difference, numbers);
        fprintf(out, "%s,%s", row->name, row->unit);
        for (size_t i = 0; i < ROW_NUMBERS; i++)
            fprintf(out, ",%s", isnan(numbers[i].value) ? "" : text_print_number(numbers[i].value, text, sizeof text));
        fprintf(out, ",%s\n", verdict_words[paired_judge(&row->difference)]);
    }
}
