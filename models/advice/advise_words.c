/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the terminal (advise_report.c) and the page (advise_page.c) both say.
 */
#include "models/advice/advise.h"

#include <string.h>

#include "models/advice/server_costs.h"
#include "models/models.h"
#include "sim/interface/report.h"
#include "sim/kernel/text.h"

enum { NUMBER_BYTES = ADVISE_NUMBER_BYTES };

const char *advise_quantity(double value, const char *unit, char out[ADVISE_NUMBER_BYTES]) {
    char number[NUMBER_BYTES];
    struct report_scale scale = report_scale_of(unit, value);
    snprintf(out, NUMBER_BYTES, "%s%s%s", report_number(value / scale.si, 4, number, sizeof number), scale.name[0] ? " " : "", scale.name);
    return out;
}

/* ---- what was looked at ---------------------------------------------------------------------------------------------- */

const char *advise_traffic_words(const struct advise *advise) {
    const struct import *import = &advise->import;
    double traffic = advise->request->traffic;
    char busiest[NUMBER_BYTES], mean[NUMBER_BYTES];
    if (!advise->has_log) return advise->request->scenario_file;
    report_number(advise->busiest_per_s, 3, busiest, sizeof busiest);
    report_number((double)import->log.n / fmax(1, import->curve.window_s), 3, mean, sizeof mean);
    return text_format(advise->arena, "%s (%s): %zu requests of %u clients, %s a second, in the busiest hour %s: simulated is that hour%s", import->request->files[0],
                       import->form, import->log.n, import->log.clients.n, mean, busiest, traffic > 1 || traffic < 1 ? " times --traffic" : "");
}

const char *advise_server_words(const struct advise *advise) {
    const struct config *config = &advise->config;
    const char *architecture = advise->scenario.params.values[SERVER_ARCHITECTURE].text;
    if (!advise->has_config) return architecture;
    return text_format(advise->arena, "%s: %s %s, %s", config->main_file, config->product == CONFIG_APACHE ? "Apache" : "nginx", config->version, architecture);
}

const char *advise_machine_words(const struct advise *advise) {
    const struct param_value *v = advise->scenario.params.values;
    char ram[NUMBER_BYTES];
    return text_format(advise->arena, "%s of RAM, %.0f core%s", advise_quantity(v[MACHINE_RAM].number, "B", ram), v[MACHINE_CORES].number,
                       v[MACHINE_CORES].number > 1 ? "s" : "");
}

const char *advise_assumed_words(const struct advise *advise) {
    const struct param_value *v = advise->scenario.params.values;
    if (!advise->has_log) return NULL;
    return text_format(advise->arena, "round trip %s (users.rtt); memory and CPU time of %s as we measured them (memory.*, cpu.*; a program takes "
                       "cpu.dynamic %s), %s and %s bandwidth (users.*): --set what you know", v[USERS_RTT].text,
                       server_costs_of((int)v[SERVER_ARCHITECTURE].number), v[CPU_DYNAMIC].text, v[USERS_TLS].number > 0 ? "TLS" : "no TLS",
                       v[USERS_BANDWIDTH].number > 0 ? v[USERS_BANDWIDTH].text : "unlimited");
}

const char *advise_simulated_words(const struct advise *advise) {
    const struct param_value *run = advise->scenario.run.values;
    return text_format(advise->arena, "%u replications of %.0f s after %.0f s", advise->n_trials, run[RUN_HORIZON].number - run[RUN_WARMUP].number,
                       run[RUN_WARMUP].number);
}

/* ---- what happens ---------------------------------------------------------------------------------------------------- */

const char *advise_cause_words(const struct advise *advise) {
    static const char *const words[] = {
        [CAUSE_NOT_REACHED] = "is not reached",
        [CAUSE_KEEPALIVE] = "is reached, and it is keep-alive: most slots wait for a next request. A shorter idle limit or more slots help",
        [CAUSE_CLOSING] = "is reached, and it is closing: most slots wait for clients to close",
        [CAUSE_CPU] = "is reached, and it is load: the CPU is full. More slots would only wait",
        [CAUSE_REQUESTS] = "is reached, and it is load: most slots have a request at hand, which waits for its client or a disk. More slots help"};
    const struct advise_slots *slots = &advise->slots;
    char peak[NUMBER_BYTES], cpu[NUMBER_BYTES];
    return text_format(advise->arena, "%s %s (at most %s taken: %s; cpu_utilisation %s %%).",
                       slots->limit == SERVER_CONNECTION_LIMIT ? "worker_connections" : "MaxRequestWorkers", words[slots->cause],
                       report_number(slots->peak, 4, peak, sizeof peak), slots->peak_measure,
                       report_number(100 * advise_mean(advise, "cpu_utilisation"), 3, cpu, sizeof cpu));
}

const struct advise_shown advise_shown[] = {
    {"a page takes", "page_response"},        {"95 % of pages take at most", "page_response_p95"},
    {"wait to be accepted", "accept_wait"},   {"accept queue", "backlog"},
    {"CPU", "cpu_utilisation"},               {"requests a second", "requests_per_s"},
    {"new connections a second", "connections_per_s"}, {"requests that find one open", "reuse_share"},
    {"memory, PSS", "memory_pss"},            {"... with the kernel's part", "memory_total"},
    {"... at most", "memory_total_peak"},     {"(RSS, which is not memory)", "memory_rss"},
};
const size_t advise_n_shown = sizeof advise_shown / sizeof advise_shown[0];

const char *advise_log_words(const struct advise *advise) {
    char a[NUMBER_BYTES], share[NUMBER_BYTES], limit[NUMBER_BYTES] = "keep-alive off";
    if (!advise->has_log) return NULL;
    struct reuse_point best = reuse_curve_best(&advise->import.curve, advise->opening_cost_s, 1);
    if (best.idle_limit_s > 0) snprintf(limit, sizeof limit, "%.6g s", best.idle_limit_s);
    return text_format(advise->arena, "cheapest idle limit for the machine by the log's gaps alone: %s, which finds %s %% open (reuse curve; an opening weighs %s "
                       "of holding: --opening-cost)", limit, report_number(100 * (1 - (double)best.opened / (double)best.requests), 3, share, sizeof share),
                       advise_quantity(advise->opening_cost_s, "s", a));
}

const char *advise_full_words(const struct advise *advise) {
    double limit = advise->scenario.params.values[advise->fit.limit].number;
    char total[NUMBER_BYTES], ram[NUMBER_BYTES];
    return text_format(advise->arena, "if all slots are taken: %s of %s (fit total), at most %.0f slots fit (linger fit)",
                       advise_quantity(fit_total_bytes(&advise->fit, limit), "B", total), advise_quantity(advise->fit.available_bytes, "B", ram), fit_limit(&advise->fit));
}

/* ---- what was tried ---------------------------------------------------------------------------------------------------- */

struct estimate advise_tried(const struct advise *advise, size_t setting, const char *column) {
    const struct trials *trials = &advise->trials;
    return estimate_of(trials->rows[setting] + model_column_find(&model_web, column), trials->n_rows[setting], trials->columns);
}

const char *advise_fate_word(const struct advise *advise, size_t i) {
    static const char *const words[] = {
        [FATE_EQUAL] = "equal", [FATE_LARGER] = "larger", [FATE_SLOWER] = "slower", [FATE_SERVES_LESS] = "serves less",
        [FATE_BEYOND_RAM] = "beyond RAM", [FATE_UNDECIDED] = "undecided"};
    return i == advise->best ? "advised" : words[advise->settings[i].fate];
}

bool advise_is_possible(const struct advise *advise, size_t setting) {
    enum advise_fate fate = advise->settings[setting].fate;
    return fate != FATE_BEYOND_RAM && fate != FATE_SERVES_LESS;
}

const char *advise_changes(const struct advise *advise, size_t i) {
    const struct advise_setting *setting = &advise->settings[i];
    const char *words = setting->n ? "" : "as now";
    for (size_t k = 0; k < setting->n; k++)
        words = text_format(advise->arena, "%s%s%s=%s", words, k ? " " : "", setting->changes[k].key + strlen("server."), setting->changes[k].value);
    return words;
}

const char *advise_sieve_words(const struct advise *advise) {
    return text_format(advise->arena, "serves less: pages_per_s below %.3g %% of the most; slower: page_response more than %.3g %% above the fastest; larger: "
                       "memory_total more than %.3g %% of RAM above the least of the others; undecided: not surely on one side of these lines; of equals the nearest "
                       "to the present ones is advised.",
                       100 * ADVISE_SERVED, 100 * advise->request->within, 100 * ADVISE_EQUAL_MEMORY);
}

const char *advise_difference_word(const struct difference *difference) {
    switch (paired_judge(difference)) {
    case PAIRED_HIGHER: return "higher";
    case PAIRED_LOWER: return "lower";
    case PAIRED_SAME: return "the same";
    case PAIRED_UNKNOWN: return "not observed";
    default: return "not decided";
    }
}
