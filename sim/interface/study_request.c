/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _POSIX_C_SOURCE 200809L /* sysconf */
#include "sim/interface/study_request.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "sim/interface/csv_table.h"
#include "sim/experiment/precision.h"
#include "sim/interface/heavy_tail_report.h"
#include "sim/interface/interrupt.h"
#include "sim/interface/progress.h"
#include "sim/interface/warmup_report.h"
#include "sim/kernel/text.h"

static const struct cli_option study_options[STUDY_OPTIONS] = {
    [OPTION_SET] = {OPTION_SET, "set", 's', "SECTION.KEY=VALUE"},
    [OPTION_VARY] = {OPTION_VARY, "vary", 'v', "SECTION.KEY=LEVELS"},
    [OPTION_SEED] = {OPTION_SEED, "seed", 0, "N"},
    [OPTION_REPLICATIONS] = {OPTION_REPLICATIONS, "replications", 'r', "N"},
    [OPTION_THREADS] = {OPTION_THREADS, "threads", 't', "N"},
    [OPTION_OUTPUT] = {OPTION_OUTPUT, "output", 'o', "DIR"},
    [OPTION_MODEL] = {OPTION_MODEL, "model", 'm', "NAME"},
    [OPTION_JSON] = {OPTION_JSON, "json", 0, NULL},
    [OPTION_QUIET] = {OPTION_QUIET, "quiet", 'q', NULL},
    [OPTION_NO_PLOTS] = {OPTION_NO_PLOTS, "no-plots", 0, NULL},
    [OPTION_FORCE] = {OPTION_FORCE, "force", 'f', NULL},
    [OPTION_HEAP_ONLY] = {OPTION_HEAP_ONLY, "heap-only", 0, NULL},
    [OPTION_FIT] = {OPTION_FIT, "fit", 0, "SECTION.KEY"},
    [OPTION_MEASURES] = {OPTION_MEASURES, "measures", 0, "NAME,NAME..."},
    [OPTION_IGNORE] = {OPTION_IGNORE, "ignore", 0, "COLUMN"},
    [OPTION_OUTPUT_FILE] = {OPTION_OUTPUT, "output", 'o', "FILE"},
    [OPTION_SET_A] = {OPTION_SET_A, "set-a", 'a', "SECTION.KEY=VALUE"},
    [OPTION_SET_B] = {OPTION_SET_B, "set-b", 'b', "SECTION.KEY=VALUE"},
    [OPTION_VARIANCE] = {OPTION_VARIANCE, "variance", 0, NULL},
    [OPTION_BASELINE] = {OPTION_BASELINE, "baseline", 0, "KEY=LEVEL"},
    [OPTION_MINIMISE] = {OPTION_MINIMISE, "minimise", 0, "MEASURE"},
    [OPTION_MAXIMISE] = {OPTION_MAXIMISE, "maximise", 0, "MEASURE"},
    [OPTION_INDIFFERENCE] = {OPTION_INDIFFERENCE, "indifference", 0, "SHARE%|VALUE"},
    [OPTION_PROBABILITY] = {OPTION_PROBABILITY, "probability", 0, "SHARE%"},
    [OPTION_BUDGET] = {OPTION_BUDGET, "budget", 0, "N"},
    [OPTION_PRECISION] = {OPTION_PRECISION, "precision", 'p', "SHARE"},
    [OPTION_PRECISION_MEASURES] = {OPTION_PRECISION_MEASURES, "measures", 0, "NAME,NAME..."},
    [OPTION_PRECISION_BUDGET] = {OPTION_PRECISION_BUDGET, "budget", 0, "N|TIME"},
    [OPTION_ASSERT] = {OPTION_ASSERT, "assert", 0, "'MEASURE < VALUE'"},
    [OPTION_OBJECTIVE] = {OPTION_OBJECTIVE, "objective", 0, "'minimise MEASURE'"},
    [OPTION_COST] = {OPTION_COST, "cost", 0, "'NUMBER*MEASURE + ...'"},
    [OPTION_SLO] = {OPTION_SLO, "slo", 0, "'MEASURE < VALUE'"},
    [OPTION_RAM] = {OPTION_RAM, "ram", 0, "SIZE"},
    [OPTION_OPENING_COST] = {OPTION_OPENING_COST, "opening-cost", 0, "TIME"},
};

static unsigned all_cores(void) {
    long n = sysconf(_SC_NPROCESSORS_ONLN);
    return n < 1 ? 1 : n > THREADS_MAX ? THREADS_MAX : (unsigned)n;
}

/* ---- the command line ------------------------------------------------------------------------- */

static void add_setting(struct study_request *request, const char *key, const char *value) {
    request->settings[request->n_settings++] = (struct setting){key, value};
}

static int take_threads(struct study_request *request, const char *text) {
    long n;
    if (!cli_count(text, 1, THREADS_MAX, &n))
        return cli_usage(request->command, "--threads '%s'; allowed: 1 to %d", text, THREADS_MAX);
    request->threads = (unsigned)n;
    return STATUS_OK;
}

/* A whole number of replications, or a time. */
static int take_budget(struct study_request *request, const char *text) {
    bool count = *text && text[strspn(text, "0123456789")] == '\0';
    add_setting(request, count ? "run.replications_max" : "run.time_budget", text);
    request->without_precision = "--budget";
    return STATUS_OK;
}

static int take_operand(struct study_request *request, const char *text) {
    if (request->scenario_file && (request->fits || request->settings_b)) {
        if (request->data_file)
            return cli_usage(request->command, "'%s' after '%s'; allowed: %s", text, request->data_file,
                             request->fits ? "one scenario and one data file" : "two");
        request->data_file = text;
        return STATUS_OK;
    }
    if (request->scenario_file)
        return cli_usage(request->command, "'%s' after '%s'; allowed: one scenario", text,
                         request->scenario_file);
    request->scenario_file = text;
    return STATUS_OK;
}

static int take_output(struct study_request *request, const char *text) {
    if (!*text)
        return cli_usage(request->command, "--output needs the name of a %s", request->fits ? "file" : "folder");
    request->output_dir = text;
    return STATUS_OK;
}

static int take_objective(struct study_request *request, const char *text, bool maximise) {
    if (request->objective)
        return cli_usage(request->command, "'%s' after '%s'; allowed: one of --minimise and --maximise, once", text, request->objective);
    request->objective = text;
    request->maximise = maximise;
    return STATUS_OK;
}

/* What is wanted of settings. False: the option is not one of these. */
static bool take_wish(struct study_request *request, int id, const char *text) {
    switch (id) {
    case OPTION_ASSERT: request->asserts[request->n_asserts++] = text; return true;
    case OPTION_SLO: request->slos[request->n_slos++] = text; return true;
    case OPTION_OBJECTIVE: request->wish = text; return true;
    case OPTION_COST: request->cost = text; return true;
    case OPTION_RAM: request->ram = text; return true;
    case OPTION_OPENING_COST: request->opening_cost = text; return true;
    default: return false;
    }
}

/* What is asked of settings that are compared. */
static int take_question(struct study_request *request, int id, const char *text) {
    if (take_wish(request, id, text)) return STATUS_OK;
    switch (id) {
    case OPTION_BASELINE: request->baselines[request->n_baselines++] = text; break;
    case OPTION_INDIFFERENCE: request->indifference = text; break;
    case OPTION_PROBABILITY: request->probability = text; break;
    case OPTION_BUDGET: request->budget = text; break;
    default: return take_objective(request, text, id == OPTION_MAXIMISE);
    }
    return STATUS_OK;
}

/* An option that is a value. --set complaints are gathered in `diag`. */
static int take_value(struct study_request *request, int id, const char *text, struct arena *arena,
                      struct diag *diag) {
    switch (id) {
    case OPTION_SET:
        if (setting_parse(text, &request->settings[request->n_settings], arena, diag))
            request->n_settings++;
        return STATUS_OK;
    case OPTION_SET_A:
        if (setting_parse(text, &request->settings_a[request->n_settings_a], arena, diag))
            request->n_settings_a++;
        return STATUS_OK;
    case OPTION_SET_B:
        if (setting_parse(text, &request->settings_b[request->n_settings_b], arena, diag))
            request->n_settings_b++;
        return STATUS_OK;
    case OPTION_VARY:
        request->varies[request->n_varies++] = text;
        return STATUS_OK;
    case OPTION_FIT:
        request->fits[request->n_fits++] = text;
        return STATUS_OK;
    case OPTION_IGNORE:
        request->ignores[request->n_ignores++] = text;
        return STATUS_OK;
    case OPTION_MEASURES:
        request->measures = text;
        return STATUS_OK;
    case OPTION_SEED:
        add_setting(request, "run.seed", text);
        return STATUS_OK;
    case OPTION_REPLICATIONS:
        add_setting(request, "run.replications", text);
        return STATUS_OK;
    case OPTION_PRECISION:
        add_setting(request, "run.precision", text);
        return STATUS_OK;
    case OPTION_PRECISION_MEASURES:
        add_setting(request, "run.precision_measures", text);
        request->without_precision = "--measures";
        return STATUS_OK;
    case OPTION_PRECISION_BUDGET:
        return take_budget(request, text);
    case OPTION_THREADS:
        return take_threads(request, text);
    case OPTION_OUTPUT:
        return take_output(request, text);
    case OPTION_MODEL:
        request->model = text;
        return STATUS_OK;
    case CLI_OPERAND:
        return take_operand(request, text);
    default:
        return take_question(request, id, text);
    }
}

static int take(struct study_request *request, int id, const char *text, struct arena *arena,
                struct diag *diag) {
    switch (id) {
    case OPTION_JSON:
        request->json = true;
        return STATUS_OK;
    case OPTION_QUIET:
        request->quiet = true;
        return STATUS_OK;
    case OPTION_NO_PLOTS:
        request->no_plots = true;
        return STATUS_OK;
    case OPTION_FORCE:
        request->force = true;
        return STATUS_OK;
    case OPTION_HEAP_ONLY:
        request->heap_only = true;
        return STATUS_OK;
    case OPTION_VARIANCE:
        request->variance = true;
        return STATUS_OK;
    default:
        return take_value(request, id, text, arena, diag);
    }
}

int study_request_parse(int argc, char **argv, const enum study_option *taken, size_t n_taken,
                        struct study_request *out, struct arena *arena) {
    struct cli_option options[STUDY_OPTIONS];
    bool fits = false, sides = false;
    for (size_t i = 0; i < n_taken; i++) {
        options[i] = study_options[taken[i]];
        fits |= taken[i] == OPTION_FIT;
        sides |= taken[i] == OPTION_SET_B;
    }
    struct cli cli = {.argc = argc, .argv = argv, .options = options, .n_options = n_taken};
    struct diag diag = {0};
    *out = (struct study_request){.command = argv[0],
                                  .threads = all_cores(),
                                  .settings = ARENA_NEW(arena, (size_t)argc, struct setting),
                                  .settings_a = sides ? ARENA_NEW(arena, (size_t)argc, struct setting) : NULL,
                                  .settings_b = sides ? ARENA_NEW(arena, (size_t)argc, struct setting) : NULL,
                                  .asserts = ARENA_NEW(arena, (size_t)argc, const char *),
                                  .slos = ARENA_NEW(arena, (size_t)argc, const char *),
                                  .baselines = ARENA_NEW(arena, (size_t)argc, const char *),
                                  .varies = ARENA_NEW(arena, (size_t)argc, const char *),
                                  .fits = fits ? ARENA_NEW(arena, (size_t)argc, const char *) : NULL,
                                  .ignores = ARENA_NEW(arena, (size_t)argc, const char *)};
    for (int id; (id = cli_next(&cli)) != CLI_END;) {
        if (id == CLI_WRONG) return STATUS_USAGE;
        int code = take(out, id, cli.value, arena, &diag);
        if (code != STATUS_OK) return code;
    }
    return diag_ok(&diag) ? STATUS_OK : command_complain(&diag);
}

/* ---- the work ----------------------------------------------------------------------------------- */

/* --budget and --measures say nothing without a precision, and who gives them expects that they do. */
static int check_precision(const struct study_request *request, const struct scenario *scenario) {
    if (!request->without_precision || precision_goal(scenario) > 0) return STATUS_OK;
    for (size_t i = 0; i < request->n_varies; i++)
        if (strncmp(request->varies[i], "run.precision=", strlen("run.precision=")) == 0) return STATUS_OK;
    return cli_usage(request->command, "%s without --precision, which it is for; for example: --precision 2%%",
                     request->without_precision);
}

int study_request_scenario(const struct study_request *request, struct scenario *out,
                           struct arena *arena) {
    struct diag diag = {0};
    if (!request->scenario_file)
        return cli_usage(
            request->command,
            "which scenario? For example: linger %s inputs/scenarios/classic-100x5.ini",
            request->command);
    if (!scenario_file_read(request->scenario_file, request->settings, request->n_settings, out,
                            arena, &diag))
        return command_complain(&diag);
    return check_precision(request, out);
}

bool study_request_design(const struct study_request *request, const struct scenario *base, struct sweep *sweep,
                          struct arena *arena, struct diag *diag) {
    struct factor *factors = ARENA_NEW(arena, request->n_varies, struct factor);
    bool ok = true;
    for (size_t f = 0; f < request->n_varies; f++)
        if (!factor_parse(request->varies[f], base, &factors[f], csv_table_column, arena, diag)) ok = false;
    return ok && sweep_open(sweep, base, factors, request->n_varies, csv_table_column, arena, diag);
}

static size_t find_name(const char *const *names, size_t n, struct span word) {
    size_t i = 0;
    while (i < n && !span_is(word, names[i])) i++;
    return i;
}

/* "X_p95" of a level: the one that has "X_peak" too. */
static bool is_level_quantile(const char *const *names, size_t n, const char *name) {
    static const char *const suffixes[] = {"_p50", "_p95", "_p99"};
    char peak[96];
    size_t length = strlen(name);
    for (size_t k = 0; k < sizeof suffixes / sizeof suffixes[0]; k++) {
        if (length < 4 || strcmp(name + length - 4, suffixes[k]) != 0) continue;
        snprintf(peak, sizeof peak, "%.*s_peak", (int)length - 4, name);
        return find_name(names, n, (struct span){peak, strlen(peak)}) < n;
    }
    return false;
}

bool study_request_measures(const struct study_request *request, const char *const *names, size_t n, bool *wanted,
                            struct diag *diag) {
    const struct place place = {.file = "--measures"};
    for (size_t i = 0; i < n; i++) wanted[i] = !request->measures && !is_level_quantile(names, n, names[i]);
    for (const char *at = request->measures; at;) {
        size_t length = strcspn(at, ",");
        struct span word = span_trim((struct span){at, length});
        char text[64];
        size_t i = find_name(names, n, word), kept = word.length < sizeof text ? word.length : sizeof text - 1;
        memcpy(text, word.text, kept);
        text[kept] = '\0';
        const char *nearest = i < n ? NULL : cli_nearest(text, names, n);
        if (i < n) wanted[i] = true;
        else if (nearest) diag_add(diag, STATUS_USAGE, place, "unknown measure '%s', did you mean '%s'?", text, nearest);
        else diag_add(diag, STATUS_USAGE, place, "unknown measure '%s'; allowed: '%s' and the like", text, names[0]);
        at = at[length] ? at + length + 1 : NULL;
    }
    return diag_ok(diag);
}

int study_request_prepare(const struct study_request *request, struct scenario *points, size_t n_points,
                         struct warmup **out, struct arena *arena) {
    struct warmup_search search;
    struct study_outcome outcome = {0};
    heavy_tail_report_warn(points, n_points);
    warmup_search_open(&search, points, n_points, arena);
    if (search.study.n_points > 0) outcome = study_request_run(request, &search.study);
    warmup_search_close(&search, !outcome.stopped);
    *out = search.found;
    if (outcome.stopped) {
        fprintf(stderr, "linger: interrupted while the warm-up was being found; nothing was finished\n");
        return STATUS_INTERRUPTED;
    }
    warmup_report_tell(search.found, n_points, request->quiet);
    return STATUS_OK;
}

struct study_outcome study_request_series(const struct study_request *request, const struct scenario *scenario,
                                          struct series *series, struct arena *arena) {
    struct scenario once = scenario_copy(scenario, arena);
    replication_fix_count(&once, 1);
    *series = replication_series(scenario, arena);
    struct study study = {.points = &once, .n_points = 1, .series = series};
    return study_request_run(request, &study);
}

struct study_outcome study_request_run(const struct study_request *request, struct study *study) {
    struct interrupt interrupt;
    struct progress progress = progress_open(request->quiet);
    study->threads = request->threads;
    study->heap_only = request->heap_only;
    study->stop = &interrupt.stop;
    study->watch = progress_show;
    study->watch_context = &progress;
    interrupt_open(&interrupt);
    struct study_outcome outcome = study_run(study);
    interrupt_close(&interrupt);
    progress_close(&progress);
    return outcome;
}
