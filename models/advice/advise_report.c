/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The verdict for people, at 80 columns. Behind each number stands the measure that it is, as linger run and linger params call it.
 */
#include "models/advice/advise.h"

#include <stdarg.h>
#include <string.h>

#include "models/advice/server_costs.h"
#include "models/models.h"
#include "sim/interface/report.h"

enum { NUMBER_BYTES = 48, COLUMNS = 80 };

static const char *in_unit(double value, const char *unit, char out[NUMBER_BYTES]) {
    char number[NUMBER_BYTES];
    struct report_scale scale = report_scale_of(unit, value);
    snprintf(out, NUMBER_BYTES, "%s%s%s", report_number(value / scale.si, 4, number, sizeof number), scale.name[0] ? " " : "", scale.name);
    return out;
}

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
    const struct import *import = &advise->import;
    char busiest[NUMBER_BYTES], mean[NUMBER_BYTES];
    if (!advise->has_log) {
        say(out, "traffic    ", "%s", advise->request->scenario_file);
        return;
    }
    report_number(advise->busiest_per_s, 3, busiest, sizeof busiest);
    report_number((double)import->log.n / fmax(1, import->curve.window_s), 3, mean, sizeof mean);
    say(out, "traffic    ", "%s (%s): %zu requests of %u clients, %s a second, in the busiest hour %s: simulated is that hour%s",
        import->request->files[0], import->form, import->log.n, import->log.clients.n, mean, busiest,
        advise->request->traffic > 1 || advise->request->traffic < 1 ? " times --traffic" : "");
}

static void print_server(FILE *out, const struct advise *advise) {
    const struct config *config = &advise->config;
    const struct param_value *v = advise->scenario.params.values;
    char ram[NUMBER_BYTES];
    if (advise->has_config)
        say(out, "server     ", "%s: %s %s, %s", config->main_file, config->product == CONFIG_APACHE ? "Apache" : "nginx", config->version,
            v[SERVER_ARCHITECTURE].text);
    else say(out, "server     ", "%s", v[SERVER_ARCHITECTURE].text);
    say(out, "machine    ", "%s of RAM, %.0f core%s", in_unit(v[MACHINE_RAM].number, "B", ram), v[MACHINE_CORES].number,
        v[MACHINE_CORES].number > 1 ? "s" : "");
    if (advise->has_log)
        say(out, "assumed    ", "round trip %s (users.rtt); memory and CPU time of %s as we measured them (memory.*, cpu.*; a program takes "
            "cpu.dynamic %s), %s and %s bandwidth (users.*): --set what you know", v[USERS_RTT].text, server_costs_of((int)v[SERVER_ARCHITECTURE].number), v[CPU_DYNAMIC].text,
            v[USERS_TLS].number > 0 ? "TLS" : "no TLS", v[USERS_BANDWIDTH].number > 0 ? v[USERS_BANDWIDTH].text : "unlimited");
    say(out, "simulated  ", "%u replications of %.0f s after %.0f s; ± is 95 %%", advise->n_trials,
        advise->scenario.run.values[RUN_HORIZON].number - advise->scenario.run.values[RUN_WARMUP].number,
        advise->scenario.run.values[RUN_WARMUP].number);
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

static void print_cause(FILE *out, const struct advise *advise) {
    static const char *const words[] = {
        [CAUSE_NOT_REACHED] = "is not reached",
        [CAUSE_KEEPALIVE] = "is reached, and it is keep-alive: most slots wait for a next request. A shorter idle limit or more slots help",
        [CAUSE_CLOSING] = "is reached, and it is closing: most slots wait for clients to close",
        [CAUSE_CPU] = "is reached, and it is load: the CPU is full. More slots would only wait",
        [CAUSE_REQUESTS] = "is reached, and it is load: most slots have a request at hand, which waits for its client or a disk. More slots help"};
    const struct advise_slots *slots = &advise->slots;
    char peak[NUMBER_BYTES], cpu[NUMBER_BYTES];
    say(out, "", "%s %s (at most %s taken: %s; cpu_utilisation %s %%).",
        slots->limit == SERVER_CONNECTION_LIMIT ? "worker_connections" : "MaxRequestWorkers", words[slots->cause],
        report_number(slots->peak, 4, peak, sizeof peak), slots->peak_measure,
        report_number(100 * advise_mean(advise, "cpu_utilisation"), 3, cpu, sizeof cpu));
}

/* ---- what happens --------------------------------------------------------------------------------------------------------- */

static const struct {
    const char *words, *column;
} shown[] = {
    {"a page takes", "page_response"},        {"95 % of pages take at most", "page_response_p95"},
    {"wait to be accepted", "accept_wait"},   {"accept queue", "backlog"},
    {"CPU", "cpu_utilisation"},               {"requests a second", "requests_per_s"},
    {"new connections a second", "connections_per_s"}, {"requests that find one open", "reuse_share"},
    {"memory, PSS", "memory_pss"},            {"... with the kernel's part", "memory_total"},
    {"... at most", "memory_total_peak"},     {"(RSS, which is not memory)", "memory_rss"},
};

/* What the log says without a simulation. */
static void print_log_best(FILE *out, const struct advise *advise) {
    char a[NUMBER_BYTES], share[NUMBER_BYTES];
    if (!advise->has_log) return;
    struct reuse_point best = reuse_curve_best(&advise->import.curve, advise->opening_cost_s, 1);
    char limit[NUMBER_BYTES];
    if (best.idle_limit_s > 0) snprintf(limit, sizeof limit, "%.6g s", best.idle_limit_s);
    else snprintf(limit, sizeof limit, "keep-alive off");
    say(out, "  ", "cheapest idle limit for the machine by the log's gaps alone: %s, which finds %s %% open (reuse curve; an opening weighs %s "
        "of holding: --opening-cost)", limit, report_number(100 * (1 - (double)best.opened / (double)best.requests), 3, share, sizeof share),
        in_unit(advise->opening_cost_s, "s", a));
}

static void print_measures(FILE *out, const struct advise *advise) {
    char mean[NUMBER_BYTES], half[NUMBER_BYTES], name[64];
    fputs("\nWhat happens\n", out);
    for (size_t i = 0; i < sizeof shown / sizeof shown[0]; i++) {
        size_t c = model_column_find(&model_web, shown[i].column);
        const struct estimate *estimate = &advise->estimates[c];
        const struct measure *measure = model_column(&model_web, c, name, sizeof name);
        if (!(fabs(estimate->mean) >= 0)) continue;
        struct report_scale scale = report_scale_of(measure->unit, estimate->mean);
        fprintf(out, "  %-28s %9s ± %-7s %-5s %s\n", shown[i].words, report_number(estimate->mean / scale.si, 4, mean, sizeof mean),
                report_number(estimate->half_width / scale.si, 2, half, sizeof half), scale.name, shown[i].column);
    }
    print_log_best(out, advise);
    double limit = advise->scenario.params.values[advise->fit.limit].number;
    char total[NUMBER_BYTES], ram[NUMBER_BYTES];
    say(out, "  ", "if all slots are taken: %s of %s (fit total), at most %.0f slots fit (linger fit)",
        in_unit(fit_total_bytes(&advise->fit, limit), "B", total), in_unit(advise->fit.available_bytes, "B", ram), fit_limit(&advise->fit));
}

/* ---- what is wrong ---------------------------------------------------------------------------------------------------------- */

static void print_findings(FILE *out, const struct advise *advise) {
    char value[NUMBER_BYTES], lead[16];
    fputs(advise->n_findings ? "\nWhat is wrong\n" : "\nWhat is wrong: nothing that the rules look for\n", out);
    for (size_t i = 0; i < advise->n_findings; i++) {
        const struct finding *finding = &advise->findings[i];
        snprintf(lead, sizeof lead, "%3zu. ", i + 1);
        say(out, lead, "%s", finding->words);
        say(out, "     ", "%s = %s, allowed: %s", finding->measure, in_unit(finding->value, finding->unit, value), finding->limit_is);
        say(out, "     ", "%s", advise_where(advise, finding->param));
        say(out, "     ", "rule %s: %s", finding->rule, finding->source);
    }
}

/* ---- what to write ----------------------------------------------------------------------------------------------------------- */

static const char *changes_text(const struct advise_setting *setting, char *out, size_t bytes) {
    size_t used = (size_t)snprintf(out, bytes, "%s", setting->n ? "" : "as now");
    for (size_t i = 0; i < setting->n && used < bytes; i++)
        used += (size_t)snprintf(out + used, bytes - used, "%s%s=%s", i ? " " : "", setting->changes[i].key + strlen("server."),
                                 setting->changes[i].value);
    return out;
}

static void print_tried(FILE *out, const struct advise *advise) {
    char text[160], mean[NUMBER_BYTES], p95[NUMBER_BYTES], memory[NUMBER_BYTES];
    fprintf(out, "\n%-32s%13s%11s%14s\n", "Tried", "page_response", "..._p95", "memory_total");
    for (size_t i = 0; i < advise->n_settings; i++) {
        const struct advise_setting *setting = &advise->settings[i];
        fprintf(out, "  %-32.32s%11s%11s%14s %s\n", changes_text(setting, text, sizeof text), in_unit(setting->response_s, "s", mean),
                in_unit(setting->p95_s, "s", p95), in_unit(setting->memory_bytes, "B", memory), advise_fate(advise, i));
    }
    say(out, "  ", "serves less: pages_per_s below %.3g %% of the most; slower: page_response more than %.3g %% above the fastest; larger: "
        "memory_total more than %.3g %% of RAM above the least of the others; of equals the nearest to the present ones is advised.", 100 * ADVISE_SERVED, 100 * advise->request->within, 100 * ADVISE_EQUAL_MEMORY);
}

static const char *verdict_of(const struct difference *difference) {
    switch (paired_judge(difference)) {
    case PAIRED_HIGHER: return "higher";
    case PAIRED_LOWER: return "lower";
    case PAIRED_SAME: return "the same";
    case PAIRED_UNKNOWN: return "not observed";
    default: return "not decided";
    }
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
                report_number(d->half_width / scale.si, 2, half, sizeof half), scale.name, verdict_of(d));
    }
}

static void print_write(FILE *out, const struct advise *advise) {
    const struct advise_setting *best = &advise->settings[advise->best];
    if (advise->best == 0) {
        fputs("\nWhat to write: nothing. Nothing that was tried is better than what is there.\n", out);
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
    print_server(out, advise);
    print_slots(out, advise);
    print_cause(out, advise);
    print_measures(out, advise);
    print_findings(out, advise);
    print_tried(out, advise);
    print_write(out, advise);
}
