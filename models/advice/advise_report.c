/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The verdict for people, at 80 columns. Behind each number stands the measure that it is, as linger run and linger params call it.
 */
#include "models/advice/advise.h"

#include <stdarg.h>

#include "models/models.h"
#include "sim/interface/report.h"

enum { NUMBER_BYTES = ADVISE_NUMBER_BYTES, COLUMNS = 80 };

/* Words, broken at 80 columns; lines after the first begin at `indent`. */
static void wrap(FILE *out, const char *text, int column, int indent) {
    bool fresh = true;
    while (*text) {
        size_t n = strcspn(text, " ");
        if (!fresh && column + 1 + (int)n > COLUMNS) {
            column = fprintf(out, "\n%*s", indent, "") - 1;
            fresh = true;
        }
        column += fprintf(out, "%s%.*s", fresh ? "" : " ", (int)n, text);
        fresh = false;
        text += n;
        while (*text == ' ') text++;
    }
    fputc('\n', out);
}

/* `lead` as it is, then the words beside it, as a block as wide as the lead. */
#if defined(__GNUC__)
__attribute__((format(printf, 3, 4)))
#endif
static void say(FILE *out, const char *lead, const char *format, ...) {
    char text[2048];
    va_list words;
    va_start(words, format);
    vsnprintf(text, sizeof text, format, words);
    va_end(words);
    int n = fprintf(out, "%s", lead);
    wrap(out, text, n, n);
}

/* ---- what was looked at ---------------------------------------------------------------------------------------------- */

static void print_traffic(FILE *out, const struct advise *advise) {
    const char *assumed = advise_assumed_words(advise);
    say(out, "traffic    ", "%s", advise_traffic_words(advise));
    say(out, "server     ", "%s", advise_server_words(advise));
    say(out, "machine    ", "%s", advise_machine_words(advise));
    if (assumed) say(out, "assumed    ", "%s", assumed);
    say(out, "simulated  ", "%s; ± is 95 %%", advise_simulated_words(advise));
}

/* ---- slots ------------------------------------------------------------------------------------------------------------ */

static void print_slots(FILE *out, const struct advise *advise) {
    const struct advise_slots *slots = &advise->slots;
    char mean[NUMBER_BYTES], share[NUMBER_BYTES];
    fputc('\n', out);
    say(out, "", "How the %.0f slots are spent (%s)", slots->total, advise_where(advise, slots->limit));
    for (size_t i = 0; i < slots->n; i++)
        fprintf(out, "  %-16s %9s  %6s %%  %s\n", slots->parts[i].name, report_number(slots->parts[i].mean, 3, mean, sizeof mean),
                report_number(100 * slots->parts[i].share, 3, share, sizeof share), slots->parts[i].measure);
    if (advise->fit.architecture == ARCHITECTURE_EVENT)
        fprintf(out, "  %-16s %9s           connections_idle: they hold no slot\n", "idle connections",
                report_number(advise_mean(advise, "connections_idle"), 3, mean, sizeof mean));
}

/* ---- what happens --------------------------------------------------------------------------------------------------------- */

static void print_measures(FILE *out, const struct advise *advise) {
    char mean[NUMBER_BYTES], half[NUMBER_BYTES], name[64];
    fputs("\nWhat happens\n", out);
    for (size_t i = 0; i < advise_n_shown; i++) {
        const struct advise_shown *shown = &advise_shown[i];
        size_t c = model_column_find(&model_web, shown->column);
        const struct estimate *estimate = &advise->estimates[c];
        const struct measure *measure = model_column(&model_web, c, name, sizeof name);
        if (!(fabs(estimate->mean) >= 0)) continue;
        struct report_scale scale = report_scale_of(measure->unit, estimate->mean);
        fprintf(out, "  %-28s %9s ± %-7s %-5s %s\n", shown->words, report_number(estimate->mean / scale.si, 4, mean, sizeof mean),
                report_number(estimate->half_width / scale.si, 2, half, sizeof half), scale.name, shown->column);
    }
    const char *log = advise_log_words(advise);
    if (log) say(out, "  ", "%s", log);
    say(out, "  ", "%s", advise_full_words(advise));
}

/* ---- what is wrong ---------------------------------------------------------------------------------------------------------- */

static void print_findings(FILE *out, const struct advise *advise) {
    char value[NUMBER_BYTES], lead[16];
    fputs(advise->n_findings ? "\nWhat is wrong\n" : "\nWhat is wrong: nothing that the rules look for\n", out);
    for (size_t i = 0; i < advise->n_findings; i++) {
        const struct finding *finding = &advise->findings[i];
        snprintf(lead, sizeof lead, "%3zu. ", i + 1);
        say(out, lead, "%s", finding->words);
        say(out, "     ", "%s = %s, allowed: %s", finding->measure, advise_quantity(finding->value, finding->unit, value), finding->limit_is);
        say(out, "     ", "%s", advise_where(advise, finding->param));
        say(out, "     ", "rule %s: %s", finding->rule, finding->source);
    }
}

/* ---- what to write ----------------------------------------------------------------------------------------------------------- */

static void print_tried(FILE *out, const struct advise *advise) {
    char mean[NUMBER_BYTES], p95[NUMBER_BYTES], memory[NUMBER_BYTES];
    fprintf(out, "\n%-32s%13s%11s%14s\n", "Tried", "page_response", "..._p95", "memory_total");
    for (size_t i = 0; i < advise->n_settings; i++) {
        const struct advise_setting *setting = &advise->settings[i];
        fprintf(out, "  %-32.32s%11s%11s%14s %s\n", advise_changes(advise, i), advise_quantity(setting->response_s, "s", mean),
                advise_quantity(setting->p95_s, "s", p95), advise_quantity(setting->memory_bytes, "B", memory), advise_fate_word(advise, i));
    }
    say(out, "  ", "%s", advise_sieve_words(advise));
}

static void print_promise(FILE *out, const struct advise *advise) {
    char now[NUMBER_BYTES], then[NUMBER_BYTES], by[NUMBER_BYTES], half[NUMBER_BYTES], name[64];
    fprintf(out, "\nWhat it promises (%u fresh replications, paired)\n", advise->n_fresh);
    fprintf(out, "  %-18s %9s %9s  %9s   95 %%\n", "", "now", "then", "by");
    for (size_t i = 0; i < ADVISE_PROMISES; i++) {
        const struct difference *d = &advise->promises[i];
        const struct measure *measure = model_column(&model_web, model_column_find(&model_web, advise_promised[i]), name, sizeof name);
        if (!(fabs(d->mean) >= 0)) continue;
        struct report_scale scale = report_scale_of(measure->unit, fmax(fabs(d->mean_a), fabs(d->mean_b)));
        fprintf(out, "  %-18s %9s %9s  %9s ± %-8s %-4s %s\n", name, report_number(d->mean_a / scale.si, 4, now, sizeof now),
                report_number(d->mean_b / scale.si, 4, then, sizeof then), report_number(d->mean / scale.si, 3, by, sizeof by),
                report_number(d->half_width / scale.si, 2, half, sizeof half), scale.name, advise_difference_word(d));
    }
}

static void print_write(FILE *out, const struct advise *advise) {
    const struct advise_setting *best = &advise->settings[advise->best];
    if (advise->best == 0) {
        fputs("\nWhat to write: nothing. Nothing that was tried is surely better than what\nis there.\n", out);
        return;
    }
    fputs("\nWhat to write\n", out);
    for (size_t i = 0; i < best->n; i++) fprintf(out, "  %s = %s\n", best->changes[i].key, best->changes[i].value);
    print_promise(out, advise);
    if (!advise->patch) return;
    fprintf(out, "\n%s", advise->patch);
    fprintf(out, "\napply: patch -p0 -d %s < PATCH (-o DIR writes it as DIR/advise.patch)\n", advise->applied_in);
}

void advise_report(FILE *out, const struct advise *advise) {
    print_traffic(out, advise);
    print_slots(out, advise);
    say(out, "", "%s", advise_cause_words(advise));
    print_measures(out, advise);
    print_findings(out, advise);
    print_tried(out, advise);
    print_write(out, advise);
}
