/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * report.html of linger advise -o DIR, for people (report_html.h): what to write and what it promises; the lines; how slots are spent and why; what
 * happens now; what is wrong; what was tried; and what all of it rests on: the traffic, every parameter with the place that it comes from, what is not
 * modelled, the command that repeats it.
 *
 * Each number names what it is in <data title="...">, as the CSV beside the page has it: a measure of measures.csv or settings.csv; "MEASURE now",
 * "MEASURE then" and "MEASURE difference" of promises.csv; "PART slots" and "PART share" of slots.csv; "RULE value" of findings.csv.
 */
#include "models/advice/advise.h"

#include <string.h>

#include "models/advice/server_costs.h"
#include "models/models.h"
#include "sim/interface/folder.h"
#include "sim/interface/growing_text.h"
#include "sim/interface/report_html.h"
#include "sim/interface/report_repeat.h"
#include "sim/interface/report_settings.h"
#include "sim/interface/setting_lines.h"
#include "sim/kernel/text.h"

#define NEXT " \\\n    "

/* A page in work. */
struct advise_page {
    const struct advise *advise;
    struct report_html page;
    struct arena *arena;
};

static struct report_quantity quantity_of(const char *column, const char *name) {
    char ignored[64];
    const struct measure *measure = model_column(&model_web, model_column_find(&model_web, column), ignored, sizeof ignored);
    bool is_share = report_is_share(&model_web, column) || strcmp(column, "reuse_share") == 0;
    return (struct report_quantity){name, measure->unit, is_share};
}

static struct estimate exactly(double value) { return (struct estimate){.mean = value, .half_width = (double)NAN}; }

static void say_measure(struct advise_page *advice, const char *column) {
    report_html_value(&advice->page, &advice->advise->estimates[model_column_find(&model_web, column)], quantity_of(column, column));
}

/* ---- the verdict --------------------------------------------------------------------------------------------------- */

static const struct difference *promise_of(const struct advise *advise, const char *column) {
    size_t i = 0;
    while (strcmp(advise_promised[i], column) != 0) i++;
    return &advise->promises[i];
}

/* "151 ms instead of 313 ms (-162 +- 3 ms)". */
static void say_promise(struct advise_page *advice, const char *column) {
    const struct difference *promise = promise_of(advice->advise, column);
    struct estimate now = exactly(promise->mean_a), then = exactly(promise->mean_b);
    struct estimate by = {.mean = promise->mean, .half_width = promise->half_width};
    report_html_value(&advice->page, &then, quantity_of(column, text_format(advice->arena, "%s then", column)));
    report_html_say(&advice->page, " instead of ");
    report_html_value(&advice->page, &now, quantity_of(column, text_format(advice->arena, "%s now", column)));
    report_html_say(&advice->page, " (by ");
    report_html_value(&advice->page, &by, quantity_of(column, text_format(advice->arena, "%s difference", column)));
    enum paired_verdict verdict = paired_judge(promise);
    bool is_told = verdict == PAIRED_LOWER || verdict == PAIRED_HIGHER;
    report_html_say(&advice->page, is_told ? ")" : text_format(advice->arena, ": %s)", advise_difference_word(promise)));
}

/* "server.idle_limit = 2, server.worker_limit = 300". */
static const char *changes_words(const struct advise_page *advice) {
    const struct advise_setting *best = &advice->advise->settings[advice->advise->best];
    const char *words = "";
    for (size_t i = 0; i < best->n; i++) words = text_format(advice->arena, "%s%s%s = %s", words, i ? ", " : "", best->changes[i].key, best->changes[i].value);
    return words;
}

static void put_change(struct advise_page *advice) {
    report_html_verdict(&advice->page);
    report_html_say(&advice->page, "Write ");
    report_html_code(&advice->page, changes_words(advice));
    report_html_say(&advice->page, ": a page then takes ");
    say_promise(advice, "page_response");
    report_html_say(&advice->page, ", and memory is ");
    say_promise(advice, "memory_total");
    report_html_say(&advice->page, ".");
    report_html_end(&advice->page);
}

static void put_no_change(struct advise_page *advice) {
    report_html_verdict(&advice->page);
    report_html_say(&advice->page, text_format(advice->arena, "Write nothing: of the %zu settings that were tried none is surely better than what is there. A page takes ",
                                               advice->advise->n_settings));
    say_measure(advice, "page_response");
    report_html_say(&advice->page, ", and memory is ");
    say_measure(advice, "memory_total");
    report_html_say(&advice->page, ".");
    report_html_end(&advice->page);
}

static void put_verdict(struct advise_page *advice) {
    const struct advise *advise = advice->advise;
    if (advise->best) put_change(advice);
    else put_no_change(advice);
    report_html_verdict(&advice->page);
    report_html_say(&advice->page, advise_cause_words(advise));
    report_html_end(&advice->page);
    if (advise->n_findings)
        report_html_words(&advice->page, text_format(advice->arena, "%zu thing%s wrong with what is there: see below.", advise->n_findings,
                                                     advise->n_findings > 1 ? "s are" : " is"));
    else report_html_words(&advice->page, "Nothing that the rules look for is wrong with what is there.");
    report_html_interval_words(&advice->page);
}

/* ---- what it promises ------------------------------------------------------------------------------------------------ */

static void put_promise(struct advise_page *advice, size_t i) {
    const struct difference *promise = &advice->advise->promises[i];
    const char *column = advise_promised[i];
    struct estimate now = exactly(promise->mean_a), then = exactly(promise->mean_b);
    struct estimate by = {.mean = promise->mean, .half_width = promise->half_width};
    report_html_cell(&advice->page, column);
    report_html_number(&advice->page, &now, quantity_of(column, text_format(advice->arena, "%s now", column)));
    report_html_number(&advice->page, &then, quantity_of(column, text_format(advice->arena, "%s then", column)));
    report_html_number(&advice->page, &by, quantity_of(column, text_format(advice->arena, "%s difference", column)));
    report_html_cell(&advice->page, advise_difference_word(promise));
}

static void put_promises(struct advise_page *advice) {
    static const char *const headings[] = {"measure", "now", "then", "by", "verdict"};
    if (!advice->advise->best) return;
    report_html_section(&advice->page, "What it promises");
    report_html_words(&advice->page, text_format(advice->arena, "Means of %u replications that had no part in the choice, the same users before and after. By: the paired difference and half of its "
                                                 "95\xC2\xA0%% interval, of shares in percentage points; the verdicts hold together (Holm 1979). What is promised is that it is better than what is there by so much, "
                                                 "not that nothing better exists.", advice->advise->n_fresh));
    report_html_table(&advice->page, "Before and after", headings, 5);
    for (size_t i = 0; i < ADVISE_PROMISES; i++) put_promise(advice, i);
    report_html_end(&advice->page);
}

/* ---- what to write --------------------------------------------------------------------------------------------------- */

/* Without a configuration to write it into: as a scenario says it, and its vendor. */
static void put_scenario_lines(struct advise_page *advice) {
    const struct advise_setting *best = &advice->advise->settings[advice->advise->best];
    struct scenario changed = scenario_copy(&advice->advise->scenario, advice->arena);
    struct growing_text growing;
    struct diag ignored = {0};
    const char *keys[ADVISE_CHANGES_MAX];
    for (size_t i = 0; i < best->n; i++) {
        keys[i] = best->changes[i].key;
        scenario_assign(&changed, keys[i], best->changes[i].value, (struct place){.file = "advise"}, NULL, &ignored);
    }
    report_html_words(&advice->page, "As lines of a scenario:");
    growing_text_open(&growing);
    setting_lines_ours(growing.out, &changed, keys, best->n, "");
    report_html_lines(&advice->page, growing_text_take(&growing, advice->arena));
    growing_text_open(&growing);
    size_t n = setting_lines_vendor(growing.out, &changed, keys, best->n, "");
    const char *vendors = growing_text_take(&growing, advice->arena);
    if (n == 0) return;
    report_html_words(&advice->page, text_format(advice->arena, "In the configuration of %s:", setting_lines_product(&changed)));
    report_html_lines(&advice->page, vendors);
}

static void put_patch(struct advise_page *advice) {
    const struct advise *advise = advice->advise;
    struct growing_text growing;
    report_html_words(&advice->page, "A patch of the configuration, which is also in advise.patch. It has been applied in memory and read again; the files themselves are untouched.");
    report_html_diff(&advice->page, advise->patch);
    growing_text_open(&growing);
    report_repeat_word(growing.out, "patch -p0 -d ", advise->applied_in);
    fputs(" < advise.patch\n", growing.out);
    report_html_words(&advice->page, "To apply it:");
    report_html_lines(&advice->page, growing_text_take(&growing, advice->arena));
    report_html_words(&advice->page, "Line by line:");
    report_html_lines(&advice->page, advise->patch_said);
}

static void put_write(struct advise_page *advice) {
    report_html_section(&advice->page, "What to write");
    if (!advice->advise->best) report_html_words(&advice->page, "Nothing.");
    else if (advice->advise->patch) put_patch(advice);
    else put_scenario_lines(advice);
}

/* ---- slots ------------------------------------------------------------------------------------------------------------ */

static void put_slots(struct advise_page *advice) {
    static const char *const headings[] = {"slots", "of all", "share", "mean", "measure"};
    const struct advise_slots *slots = &advice->advise->slots;
    double from = 0;
    report_html_section(&advice->page, "How slots are spent");
    report_html_words(&advice->page, advise_cause_words(advice->advise));
    report_html_table(&advice->page, text_format(advice->arena, "%.0f slots: %s", slots->total, advise_where(advice->advise, slots->limit)), headings, 5);
    for (size_t i = 0; i < slots->n; i++) {
        const struct advise_slot *part = &slots->parts[i];
        struct estimate share = exactly(part->share), mean = exactly(part->mean);
        report_html_cell(&advice->page, part->name);
        report_html_bar(&advice->page, from, from + part->share);
        report_html_number(&advice->page, &share, (struct report_quantity){text_format(advice->arena, "%s share", part->name), "1", true});
        report_html_number(&advice->page, &mean, (struct report_quantity){text_format(advice->arena, "%s slots", part->name), "1", false});
        report_html_cell(&advice->page, part->measure);
        from += part->share;
    }
    report_html_end(&advice->page);
    if (advice->advise->fit.architecture != ARCHITECTURE_EVENT) return;
    report_html_paragraph(&advice->page);
    report_html_say(&advice->page, "Idle connections hold no slot of this server; there are ");
    say_measure(advice, "connections_idle");
    report_html_say(&advice->page, " of them (");
    report_html_code(&advice->page, "connections_idle");
    report_html_say(&advice->page, ").");
    report_html_end(&advice->page);
}

/* ---- what happens, what is wrong ---------------------------------------------------------------------------------------- */

static const char *capital(struct advise_page *advice, const char *words) {
    char *text = arena_text(advice->arena, words, strlen(words));
    if (*text >= 'a' && *text <= 'z') *text = (char)(*text - 'a' + 'A');
    return text;
}

static void put_measures(struct advise_page *advice) {
    static const char *const headings[] = {"", "mean", "measure"};
    const char *log = advise_log_words(advice->advise);
    report_html_section(&advice->page, "What happens now");
    report_html_table(&advice->page, "The present settings. \xC2\xB1: 95\xC2\xA0% confidence", headings, 3);
    for (size_t i = 0; i < advise_n_shown; i++) {
        const char *column = advise_shown[i].column;
        report_html_cell(&advice->page, advise_shown[i].words);
        report_html_number(&advice->page, &advice->advise->estimates[model_column_find(&model_web, column)], quantity_of(column, column));
        report_html_cell(&advice->page, column);
    }
    report_html_end(&advice->page);
    if (log) report_html_words(&advice->page, text_format(advice->arena, "%s.", capital(advice, log)));
    report_html_words(&advice->page, text_format(advice->arena, "%s.", capital(advice, advise_full_words(advice->advise))));
}

static void put_finding(struct advise_page *advice, size_t i) {
    const struct finding *finding = &advice->advise->findings[i];
    struct estimate value = exactly(finding->value);
    bool is_share = strcmp(finding->unit, "1") == 0 && finding->limit > 0 && finding->limit < 1;
    report_html_paragraph(&advice->page);
    report_html_strong(&advice->page, text_format(advice->arena, "%zu. %s.", i + 1, capital(advice, finding->words)));
    report_html_say(&advice->page, " ");
    report_html_code(&advice->page, finding->measure);
    report_html_say(&advice->page, " is ");
    report_html_value(&advice->page, &value, (struct report_quantity){text_format(advice->arena, "%s value", finding->rule), finding->unit, is_share});
    report_html_say(&advice->page, text_format(advice->arena, "; allowed: %s. Where: ", finding->limit_is));
    report_html_code(&advice->page, advise_where(advice->advise, finding->param));
    report_html_say(&advice->page, text_format(advice->arena, ". Rule %s, after %s.", finding->rule, finding->source));
    report_html_end(&advice->page);
}

static void put_findings(struct advise_page *advice) {
    report_html_section(&advice->page, "What is wrong");
    if (advice->advise->n_findings == 0) report_html_words(&advice->page, "Nothing that the rules look for.");
    for (size_t i = 0; i < advice->advise->n_findings; i++) put_finding(advice, i);
}

/* ---- what was tried ------------------------------------------------------------------------------------------------------ */

static void put_tried(struct advise_page *advice, bool drawn) {
    static const char *const columns[] = {"page_response", "page_response_p95", "memory_total", "memory_total_peak"};
    static const char *const headings[] = {"setting", "page_response", "page_response_p95", "memory_total", "memory_total_peak", "fate"};
    static const char caption[] = "Memory against the time that a page takes. Square: advised; circle: now. Filled and joined: nothing that was tried is better in both; hollow: beaten, "
                                  "or it serves less or does not fit in RAM. Bars: 95\xC2\xA0% confidence.";
    const struct advise *advise = advice->advise;
    report_html_section(&advice->page, "What was tried");
    if (!drawn || !report_html_plot(&advice->page, text_format(advice->arena, "%s/front.svg", advise->request->study.output_dir), caption,
                                    text_format(advice->arena, "Plot. %s The figures are in the table below and in settings.csv.", caption), advice->arena))
        report_html_words(&advice->page, "No picture was drawn with this report: gnuplot is not installed, or none was wanted. gnuplot DIR/front.gp draws it into the folder; the numbers are here.");
    report_html_table(&advice->page, text_format(advice->arena, "%zu settings, %u replications of each, more where it was close", advise->n_settings, advise->n_trials), headings, 6);
    for (size_t i = 0; i < advise->n_settings; i++) {
        report_html_cell(&advice->page, advise_changes(advise, i));
        for (size_t k = 0; k < 4; k++) {
            struct estimate estimate = advise_tried(advise, i, columns[k]);
            report_html_number(&advice->page, &estimate, quantity_of(columns[k], columns[k]));
        }
        report_html_cell(&advice->page, advise_fate_word(advise, i));
    }
    report_html_end(&advice->page);
    report_html_words(&advice->page, capital(advice, advise_sieve_words(advise)));
}

/* ---- what it rests on ---------------------------------------------------------------------------------------------------- */

static bool was_said(const struct advise_request *request, const char *key) {
    for (size_t i = 0; i < request->n_settings; i++)
        if (strcmp(request->settings[i].key, key) == 0) return true;
    return false;
}

/* Where a value of the laboratory comes from, when a log was read. */
static const char *source_of_run(const struct param_set *set, size_t i) {
    bool is_chosen = set->values[i].given && (i == RUN_WARMUP || i == RUN_HORIZON);
    return is_chosen ? "chosen by advise: visits come to rest, then as much traffic as the intervals need" : NULL;
}

/* Those who were asked later had the last word: the command line, the configuration, then what the log says or does not say. */
static const char *source_of(const void *context, const struct param_set *set, size_t i) {
    const struct advise *advise = context;
    const struct param_value *value = &set->values[i];
    bool is_ours = set == &advise->scenario.params;
    if (was_said(advise->request, set->params[i].name)) return "command line";
    if (is_ours && advise->has_config && config_find(&advise->config, (enum web_param)i)) return advise_where(advise, (enum web_param)i);
    if (!advise->has_log) return value->given ? text_format(advise->arena, "scenario %s", advise->request->scenario_file) : NULL;
    if (!is_ours) return source_of_run(set, i);
    if (i == USERS_RTT && value->given) return "assumed: a log does not say how far its users are";
    if (value->given) return text_format(advise->arena, "log %s", advise->request->import.files[0]);
    if (!value->preset && strcmp(value->text, set->params[i].fallback) != 0)
        return text_format(advise->arena, "measured: %s", server_costs_of((int)set->values[SERVER_ARCHITECTURE].number));
    return NULL;
}

static void put_basis(struct advise_page *advice) {
    const struct advise *advise = advice->advise;
    const char *assumed = advise_assumed_words(advise);
    struct sweep sweep = {.base = &advise->scenario};
    const struct report_source source = {source_of, advise};
    report_html_section(&advice->page, "Traffic, server, machine");
    report_html_words(&advice->page, text_format(advice->arena, "Traffic: %s.", advise_traffic_words(advise)));
    report_html_words(&advice->page, text_format(advice->arena, "Server: %s.", advise_server_words(advise)));
    report_html_words(&advice->page, text_format(advice->arena, "Machine: %s.", advise_machine_words(advise)));
    report_html_words(&advice->page, text_format(advice->arena, "Simulated: %s.", advise_simulated_words(advise)));
    report_html_section(&advice->page, "Assumptions");
    if (assumed) report_html_words(&advice->page, text_format(advice->arena, "What neither the log nor the configuration says is assumed: %s.", assumed));
    report_settings_assumptions(&advice->page, &sweep, &source, advice->arena);
    report_settings_left_out(&advice->page, &advise->scenario);
}

static void put_number(FILE *out, const char *before, double value, const char *unit, struct arena *arena) {
    char number[TEXT_NUMBER_BYTES];
    report_repeat_word(out, before, text_format(arena, "%s%s", text_print_number(value, number, sizeof number), unit));
}

static void put_options(FILE *out, const struct advise_request *request, struct arena *arena) {
    const struct config_options *how = &request->how;
    for (size_t i = 0; i < request->import.n_files; i++) report_repeat_word(out, NEXT "--log ", request->import.files[i]);
    report_repeat_option(out, NEXT "--format ", request->import.reading.format ? request->import.reading.format->name : NULL);
    report_repeat_option(out, NEXT "--scenario ", request->scenario_file);
    report_repeat_option(out, NEXT "--config ", request->config_path);
    report_repeat_option(out, NEXT "--server ", how->product == CONFIG_APACHE ? "apache" : how->product == CONFIG_NGINX ? "nginx" : NULL);
    report_repeat_option(out, NEXT "--server-version ", how->version);
    report_repeat_option(out, NEXT "--mpm ", how->mpm);
    report_repeat_option(out, NEXT "--host ", how->site);
    for (size_t i = 0; i < how->n_defines; i++) report_repeat_word(out, NEXT "-D ", how->defines[i]);
    if (request->traffic < 1 || request->traffic > 1) put_number(out, NEXT "--traffic ", request->traffic, "", arena);
    if (request->opening_cost_s >= 0) put_number(out, NEXT "--opening-cost ", request->opening_cost_s, "s", arena);
    put_number(out, NEXT "--within ", request->within, "", arena);
    report_repeat_settings(out, request->settings, request->n_settings, arena);
}

static void put_repeat(struct advise_page *advice) {
    struct growing_text growing;
    report_html_section(&advice->page, "To repeat it");
    growing_text_open(&growing);
    fputs("linger advise", growing.out);
    put_options(growing.out, advice->advise->request, advice->arena);
    fputs(NEXT "-o DIR\n", growing.out);
    report_repeat_lines(&advice->page, growing_text_take(&growing, advice->arena), &advice->advise->scenario,
                        "The CSV files beside this page have every number, manifest.csv every parameter.", advice->arena);
}

/* ---- the page -------------------------------------------------------------------------------------------------------------- */

static const char *subtitle(const struct advise_page *advice) {
    const struct advise *advise = advice->advise;
    return text_format(advice->arena, "Advised by linger: traffic of %s, %zu settings tried, %s, seed %.0f", advise->has_log ? advise->request->import.files[0] : advise->request->scenario_file,
                       advise->n_settings, advise_simulated_words(advise), advise->scenario.run.values[RUN_SEED].number);
}

bool advise_page(const struct advise *advise, bool drawn, struct diag *diag) {
    struct advise_page advice = {.advise = advise, .arena = advise->arena};
    const char *path;
    FILE *file = folder_page(&advise->request->study, &path, advise->arena, diag);
    if (!file) return false;
    advice.page = report_html_open(file, advise->has_config ? advise->config.main_file : advise->scenario.name, subtitle(&advice));
    put_verdict(&advice);
    put_promises(&advice);
    put_write(&advice);
    put_slots(&advice);
    put_measures(&advice);
    put_findings(&advice);
    put_tried(&advice, drawn);
    put_basis(&advice);
    put_repeat(&advice);
    report_html_close(&advice.page);
    return folder_close_page(file, path, advise->arena, diag);
}
