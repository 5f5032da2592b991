/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _POSIX_C_SOURCE 200809L /* open_memstream */
#include "models/advice/advise.h"

#include <stdlib.h>
#include <string.h>

#include "models/models.h"
#include "sim/experiment/near_best.h"
#include "sim/experiment/selection.h"

const char *const advise_promised[ADVISE_PROMISES] = {
    "page_response_p95", "page_response", "memory_total", "daemons_held", "connections_open", "cpu_utilisation",
    "accept_wait", "pages_per_s", "connections_per_s", "reuse_share",
};

/* ---- trials -------------------------------------------------------------------------------------------------- */

static struct study_outcome run_study(void *request, struct study *study) { return study_request_run(request, study); }

static int interrupted(void) {
    fprintf(stderr, "linger: interrupted; nothing was finished\n");
    return STATUS_INTERRUPTED;
}

static bool changed(struct advise *advise, const struct advise_setting *setting, struct scenario *out) {
    struct diag diag = {0};
    *out = scenario_copy(&advise->scenario, advise->arena);
    for (size_t i = 0; i < setting->n; i++)
        scenario_assign(out, setting->changes[i].key, setting->changes[i].value, (struct place){.file = "advise"}, NULL, &diag);
    scenario_check(out, "advise", &diag);
    return diag_ok(&diag);
}

/* The present settings are the first trial. */
int advise_simulate(struct advise *advise) {
    size_t columns = model_columns(&model_web), present;
    advise->n_trials = replication_count(&advise->scenario);
    advise->study = advise->request->study;
    advise->trials = trials_open(&model_web, ADVISE_SETTINGS_MAX, 0, run_study, &advise->study, advise->arena);
    present = trials_add(&advise->trials, &advise->scenario);
    if (!trials_extend(&advise->trials, &present, 1, advise->n_trials)) return interrupted();
    advise->estimates = ARENA_NEW(advise->arena, columns, struct estimate);
    for (size_t c = 0; c < columns; c++) advise->estimates[c] = estimate_of(advise->trials.rows[present] + c, advise->n_trials, columns);
    return STATUS_OK;
}

/* Settings that go wrong together (a limit below what another needs) are not tried. */
static bool try_all(struct advise *advise) {
    size_t n = 1, which[ADVISE_SETTINGS_MAX] = {0};
    for (size_t i = 1; i < advise->n_settings; i++) {
        struct scenario point;
        if (!changed(advise, &advise->settings[i], &point)) continue;
        advise->settings[n] = advise->settings[i];
        which[n++] = trials_add(&advise->trials, &point);
    }
    advise->n_settings = n;
    return trials_extend(&advise->trials, which, n, advise->n_trials);
}

/* ---- the choice ------------------------------------------------------------------------------------------------- */

/* Settings that are still in. */
struct choice {
    struct advise *advise;
    size_t which[ADVISE_SETTINGS_MAX], n;
};

/* Those whose peak of memory_total is surely within RAM. */
static void keep_fitting(struct choice *choice) {
    struct advise *advise = choice->advise;
    struct limit ram = {.or_equal = true, .value = advise->fit.available_bytes};
    for (size_t i = 0; i < advise->n_settings; i++) {
        struct estimate peak = advise_tried(advise, i, "memory_total_peak");
        bool fits = limit_judge(&ram, &peak, advise->n_trials, false) == LIMIT_HOLDS;
        if (fits) choice->which[choice->n++] = i;
        else advise->settings[i].fate = FATE_BEYOND_RAM;
    }
}

/* Those that are surely near the best in a column. False when stopped. */
static bool keep_near(struct choice *choice, const char *column, bool larger, double share, int looks, enum advise_fate fate) {
    struct advise *advise = choice->advise;
    enum limit_verdict verdict[ADVISE_SETTINGS_MAX];
    struct near_best near = {&advise->trials, choice->which, choice->n, model_column_find(&model_web, column), larger, share, looks, .verdict = verdict};
    if (choice->n == 0) return true;
    if (!near_best_find(&near, advise->n_trials)) return false;
    size_t kept = 0;
    for (size_t i = 0; i < choice->n; i++) {
        if (verdict[i] == LIMIT_HOLDS) choice->which[kept++] = choice->which[i];
        else advise->settings[choice->which[i]].fate = verdict[i] == LIMIT_FAILS ? fate : FATE_UNDECIDED;
    }
    choice->n = kept;
    return true;
}

static double memory_of(const struct advise *advise, size_t setting, uint32_t r) {
    return trials_row(&advise->trials, setting, r)[model_column_find(&model_web, "memory_total")];
}

static bool sample_memory(void *context, const size_t *which, size_t n_which, uint32_t first, uint32_t n, double *values) {
    struct choice *choice = context;
    size_t settings[ADVISE_SETTINGS_MAX] = {0};
    for (size_t i = 0; i < n_which; i++) settings[i] = choice->which[which[i]];
    if (!trials_extend(&choice->advise->trials, settings, n_which, first + n)) return false;
    for (size_t i = 0; i < n_which; i++)
        for (uint32_t r = 0; r < n; r++) values[i * n + r] = memory_of(choice->advise, settings[i], first + r);
    return true;
}

/* Surely not more than `zone` above the smallest, by the paired replications of both. */
static bool is_equal(const struct advise *advise, size_t setting, size_t smallest, double zone) {
    const struct trials *trials = &advise->trials;
    uint32_t a = trials->n_rows[setting], b = trials->n_rows[smallest];
    size_t c = model_column_find(&model_web, "memory_total");
    struct difference more = paired_difference(trials->rows[smallest] + c, trials->rows[setting] + c, a < b ? a : b, trials->columns);
    return more.mean + more.half_width <= zone;
}

/* The one with least memory, by selection; of its equals the first. If there is none (nothing that was tried fits), the present settings stay,
 * and the rules say why. */
static bool choose_small(struct choice *choice) {
    struct advise *advise = choice->advise;
    double zone = ADVISE_EQUAL_MEMORY * advise->scenario.params.values[MACHINE_RAM].number;
    struct selection selection = {.n_settings = choice->n, .minimise = true, .probability = ADVISE_PROBABILITY, .indifference = zone,
                                  .first_stage = advise->n_trials, .sample = sample_memory, .context = choice};
    if (choice->n == 0) return true;
    selection_run(&selection, advise->arena);
    if (selection.end == SELECTION_STOPPED) return false;
    size_t smallest = choice->which[selection.best];
    for (size_t i = choice->n; i > 0; i--) {
        size_t setting = choice->which[i - 1];
        bool equal = is_equal(advise, setting, smallest, zone);
        advise->settings[setting].fate = equal ? FATE_EQUAL : FATE_LARGER;
        if (equal) advise->best = setting;
    }
    return true;
}

/* Who serves all differs from the best by a page or two of the same visitors, and is decided at once. Who does not, by however little, has
 * queues that grow, and is not worth the replications that say how fast. */
static bool choose(struct advise *advise) {
    enum { LOOKS_SERVED = 1, LOOKS_FAST = 3 };
    struct choice choice = {.advise = advise};
    keep_fitting(&choice);
    bool chosen = keep_near(&choice, "pages_per_s", true, 1 - ADVISE_SERVED, LOOKS_SERVED, FATE_SERVES_LESS) &&
                  keep_near(&choice, "page_response", false, advise->request->within, LOOKS_FAST, FATE_SLOWER) && choose_small(&choice);
    for (size_t i = 0; i < advise->n_settings && chosen; i++) {
        struct advise_setting *setting = &advise->settings[i];
        setting->response_s = advise_tried(advise, i, "page_response").mean;
        setting->p95_s = advise_tried(advise, i, "page_response_p95").mean;
        setting->memory_bytes = advise_tried(advise, i, "memory_total").mean;
        setting->memory_peak_bytes = advise_tried(advise, i, "memory_total_peak").mean;
    }
    return chosen;
}

/* Fresh replications of the present settings and the best. */
static bool promise(struct advise *advise) {
    struct trials fresh = trials_open(&model_web, 2, trials_most(&advise->trials), run_study, &advise->study, advise->arena);
    const size_t pair[2] = {trials_add(&fresh, &advise->trials.settings[0]), trials_add(&fresh, &advise->trials.settings[advise->best])};
    advise->n_fresh = advise->n_trials;
    if (!trials_extend(&fresh, pair, 2, advise->n_fresh)) return false;
    for (size_t i = 0; i < ADVISE_PROMISES; i++) {
        size_t c = model_column_find(&model_web, advise_promised[i]);
        advise->promises[i] = paired_difference(fresh.rows[0] + c, fresh.rows[1] + c, advise->n_fresh, fresh.columns);
    }
    paired_adjust(advise->promises, ADVISE_PROMISES);
    return true;
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
    advise_propose(advise);
    if (!try_all(advise) || !choose(advise)) return interrupted();
    if (advise->best == 0) return STATUS_OK;
    if (!promise(advise)) return interrupted();
    return advise->has_config && strcmp(advise->request->config_path, "-") != 0 ? write_patch(advise) : STATUS_OK;
}
