/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _POSIX_C_SOURCE 200809L /* open_memstream */
#include "models/advice/advise.h"

#include <stdlib.h>
#include <string.h>

#include "models/models.h"
#include "sim/kernel/text.h"

const char *const advise_promised[ADVISE_PROMISES] = {
    "page_response_p95", "page_response", "memory_total", "daemons_held", "connections_open", "cpu_utilisation",
    "accept_wait", "pages_per_s", "connections_per_s", "reuse_share",
};

/* ---- which are tried ------------------------------------------------------------------------------------------ */

static const char *number(struct advise *advise, double value) {
    char text[TEXT_NUMBER_BYTES];
    text_print_number(value, text, sizeof text);
    return arena_text(advise->arena, text, strlen(text));
}

static void propose(struct advise *advise, const struct setting *changes, size_t n) {
    if (advise->n_settings == ADVISE_SETTINGS_MAX) return;
    struct advise_setting *setting = &advise->settings[advise->n_settings++];
    *setting = (struct advise_setting){.n = n};
    for (size_t i = 0; i < n; i++) setting->changes[i] = changes[i];
}

enum { IDLE_LEVELS_MAX = 10 };

/* Idle limits other than the present one, the nearest to it first. Keep-alive off is the last resort: 0. */
static size_t idle_levels(struct advise *advise, double out[IDLE_LEVELS_MAX]) {
    static const double usual[] = {1, 2, 5, 10, 15, 30, 60, 120};
    const struct param_value *v = advise->scenario.params.values;
    bool on = v[SERVER_KEEPALIVE].number > 0;
    double present_s = on ? v[SERVER_IDLE_LIMIT].number : 0;
    double best_s = advise->has_log ? reuse_curve_best(&advise->import.curve, advise->opening_cost_s, 1).idle_limit_s : 0;
    size_t n = 0;
    for (size_t i = 0; i < sizeof usual / sizeof usual[0]; i++)
        if (usual[i] != present_s) out[n++] = usual[i];
    bool known = best_s == present_s || best_s <= 0 || best_s > usual[sizeof usual / sizeof usual[0] - 1];
    for (size_t i = 0; i < n; i++) known |= out[i] == best_s;
    if (!known) out[n++] = best_s;
    for (size_t i = 1; i < n; i++) /* insertion by distance */
        for (size_t j = i; j > 0 && fabs(log(out[j] / fmax(present_s, 1))) < fabs(log(out[j - 1] / fmax(present_s, 1))); j--) {
            double swapped = out[j];
            out[j] = out[j - 1];
            out[j - 1] = swapped;
        }
    return n;
}

static struct setting idle_change(struct advise *advise, double idle_s) {
    return (struct setting){"server.idle_limit", number(advise, idle_s)};
}

/* More slots, as many as the memory allows: twice and four times, where the limit is reached. */
static size_t raised(struct advise *advise, struct setting out[2]) {
    double present = advise->scenario.params.values[advise->fit.limit].number, most = fit_limit(&advise->fit);
    size_t n = 0;
    if (advise->slots.cause == CAUSE_NOT_REACHED) return 0;
    for (double times = 2; times <= 4; times *= 2)
        if (times * present <= most) out[n++] = (struct setting){web_params[advise->fit.limit].name, number(advise, times * present)};
    return n;
}

static bool found(const struct advise *advise, const char *rule) {
    for (size_t i = 0; i < advise->n_findings; i++)
        if (strcmp(advise->findings[i].rule, rule) == 0) return true;
    return false;
}

/* Where slots are short because connections hold them, longer ones alone only make it worse. */
static bool is_hopeless(const struct advise *advise, double idle_s) {
    const struct param_value *v = advise->scenario.params.values;
    return advise->slots.cause == CAUSE_KEEPALIVE && v[SERVER_KEEPALIVE].number > 0 && idle_s > v[SERVER_IDLE_LIMIT].number;
}

/* One change first, then two: of equals the first is taken. */
static void propose_all(struct advise *advise) {
    double idle_s[IDLE_LEVELS_MAX];
    struct setting more[2];
    size_t n_idle = idle_levels(advise, idle_s), n_more = raised(advise, more);
    bool on = advise->scenario.params.values[SERVER_KEEPALIVE].number > 0;
    struct setting requests = {"server.requests_per_connection", "1000"}, off = {"server.keepalive", "off"};
    propose(advise, NULL, 0);
    if (found(advise, "request-limit")) propose(advise, &requests, 1);
    for (size_t i = 0; i < n_idle && on; i++)
        if (!is_hopeless(advise, idle_s[i])) propose(advise, (struct setting[]){idle_change(advise, idle_s[i])}, 1);
    for (size_t i = 0; i < n_more; i++) propose(advise, &more[i], 1);
    for (size_t i = 0; i < n_idle && !on; i++)
        propose(advise, (struct setting[]){{"server.keepalive", "on"}, idle_change(advise, idle_s[i])}, 2);
    for (size_t i = 0; i < n_idle && on && n_more > 0; i++)
        propose(advise, (struct setting[]){idle_change(advise, idle_s[i]), more[n_more - 1]}, 2);
    if (found(advise, "request-limit"))
        for (size_t i = 0; i < n_idle && on; i++) propose(advise, (struct setting[]){idle_change(advise, idle_s[i]), requests}, 2);
    if (on) propose(advise, &off, 1);
}

/* ---- trials -------------------------------------------------------------------------------------------------- */

static bool changed(struct advise *advise, const struct advise_setting *setting, struct scenario *out) {
    struct diag diag = {0};
    *out = scenario_copy(&advise->scenario, advise->arena);
    for (size_t i = 0; i < setting->n; i++)
        scenario_assign(out, setting->changes[i].key, setting->changes[i].value, (struct place){.file = "advise"}, NULL, &diag);
    scenario_check(out, "advise", &diag);
    return diag_ok(&diag);
}

static int simulate(struct advise *advise, const struct scenario *points, size_t n, uint32_t first, struct gathered *out) {
    gathered_open(out, &model_web, n, advise->arena);
    struct study study = {.points = points, .n_points = n, .first_replication = first, .sink = gathered_point, .sink_context = out};
    if (study_request_run(&advise->request->study, &study).stopped) {
        fprintf(stderr, "linger: interrupted; nothing was finished\n");
        return STATUS_INTERRUPTED;
    }
    return STATUS_OK;
}

int advise_simulate(struct advise *advise) {
    size_t columns = model_columns(&model_web);
    struct gathered present;
    int code = simulate(advise, &advise->scenario, 1, 0, &present);
    if (code != STATUS_OK) return code;
    advise->n_trials = present.n[0];
    advise->estimates = ARENA_NEW(advise->arena, columns, struct estimate);
    for (size_t c = 0; c < columns; c++) advise->estimates[c] = estimate_of(present.values[0] + c, present.n[0], columns);
    return STATUS_OK;
}

static double trial_mean(const struct advise *advise, size_t setting, const char *column) {
    size_t columns = model_columns(&model_web), c = model_column_find(&model_web, column);
    return estimate_of(advise->trials.values[setting] + c, advise->trials.n[setting], columns).mean;
}

/* Settings that go wrong together (a limit below what another needs) are not tried. */
static int try_all(struct advise *advise) {
    struct scenario points[ADVISE_SETTINGS_MAX];
    size_t n = 0;
    for (size_t i = 0; i < advise->n_settings; i++)
        if (changed(advise, &advise->settings[i], &points[n])) advise->settings[n++] = advise->settings[i];
    advise->n_settings = n;
    return simulate(advise, points, n, 0, &advise->trials);
}

/* ---- the choice ------------------------------------------------------------------------------------------------- */

static bool fits(const struct advise *advise, const struct advise_setting *setting) {
    return setting->memory_peak_bytes <= advise->fit.available_bytes;
}

static bool serves(const struct advise *advise, const struct advise_setting *setting) {
    double most_per_s = 0;
    for (size_t i = 0; i < advise->n_settings; i++) most_per_s = fmax(most_per_s, advise->settings[i].pages_per_s);
    return setting->pages_per_s >= ADVISE_SERVED * most_per_s;
}

static bool is_out(const struct advise *advise, const struct advise_setting *setting) { return !fits(advise, setting) || !serves(advise, setting); }

/* Passes those that fit in RAM, serve all and are nearly as fast as the fastest of them. */
static void sieve_fast(struct advise *advise) {
    double fastest_s = HUGE_VAL;
    for (size_t i = 0; i < advise->n_settings; i++)
        if (!is_out(advise, &advise->settings[i])) fastest_s = fmin(fastest_s, advise->settings[i].response_s);
    for (size_t i = 0; i < advise->n_settings; i++) {
        struct advise_setting *setting = &advise->settings[i];
        setting->is_fast = !is_out(advise, setting) && setting->response_s <= (1 + advise->request->within) * fastest_s;
    }
}

/* Of these, those that are nearly as small as the smallest. The first of all of them is chosen; if there is none (nothing that was tried
 * fits), the present settings stay, and the rules say why. */
static void sieve_small(struct advise *advise) {
    double smallest = HUGE_VAL, equal = ADVISE_EQUAL_MEMORY * advise->scenario.params.values[MACHINE_RAM].number;
    for (size_t i = 0; i < advise->n_settings; i++)
        if (advise->settings[i].is_fast) smallest = fmin(smallest, advise->settings[i].memory_bytes);
    for (size_t i = advise->n_settings; i > 0; i--) {
        struct advise_setting *setting = &advise->settings[i - 1];
        setting->is_small = setting->is_fast && setting->memory_bytes <= smallest + equal;
        if (setting->is_small) advise->best = i - 1;
    }
}

static void choose(struct advise *advise) {
    for (size_t i = 0; i < advise->n_settings; i++) {
        struct advise_setting *setting = &advise->settings[i];
        setting->pages_per_s = trial_mean(advise, i, "pages_per_s");
        setting->response_s = trial_mean(advise, i, "page_response");
        setting->p95_s = trial_mean(advise, i, "page_response_p95");
        setting->memory_bytes = trial_mean(advise, i, "memory_total");
        setting->memory_peak_bytes = trial_mean(advise, i, "memory_total_peak");
    }
    sieve_fast(advise);
    sieve_small(advise);
}

const char *advise_fate(const struct advise *advise, size_t i) {
    const struct advise_setting *setting = &advise->settings[i];
    if (i == advise->best) return "advised";
    if (!fits(advise, setting)) return "beyond RAM";
    if (!serves(advise, setting)) return "serves less";
    return setting->is_small ? "equal" : setting->is_fast ? "larger" : "slower";
}

/* Fresh replications of the present settings and the best. */
static int promise(struct advise *advise) {
    struct scenario pair[2];
    struct gathered fresh;
    changed(advise, &advise->settings[0], &pair[0]);
    changed(advise, &advise->settings[advise->best], &pair[1]);
    int code = simulate(advise, pair, 2, advise->n_trials, &fresh);
    if (code != STATUS_OK) return code;
    advise->n_fresh = fresh.n[0];
    for (size_t i = 0; i < ADVISE_PROMISES; i++)
        advise->promises[i] = gathered_difference(&fresh, 0, 1, model_column_find(&model_web, advise_promised[i]));
    paired_adjust(advise->promises, ADVISE_PROMISES);
    return STATUS_OK;
}

static int write_patch(struct advise *advise) {
    const struct advise_setting *best = &advise->settings[advise->best];
    char *patch = NULL, *said = NULL;
    size_t n_patch = 0, n_said = 0, n_changes = 0;
    struct diag diag = {0};
    FILE *out = open_memstream(&patch, &n_patch), *talk = open_memstream(&said, &n_said);
    if (!out || !talk) status_machine("memory");
    bool ok = config_change(&advise->config, advise->request->config_path, &advise->request->how, best->changes, best->n, out, talk,
                            &advise->applied_in, &n_changes, advise->arena, &diag);
    fclose(out);
    fclose(talk);
    if (ok && n_changes > 0) {
        advise->patch = arena_text(advise->arena, patch, n_patch);
        advise->patch_said = arena_text(advise->arena, said, n_said);
    }
    free(patch);
    free(said);
    return ok ? STATUS_OK : command_complain(&diag);
}

int advise_choose(struct advise *advise) {
    propose_all(advise);
    int code = try_all(advise);
    if (code != STATUS_OK) return code;
    choose(advise);
    if (advise->best == 0) return STATUS_OK;
    code = promise(advise);
    return code == STATUS_OK && advise->has_config && strcmp(advise->request->config_path, "-") != 0 ? write_patch(advise) : code;
}
