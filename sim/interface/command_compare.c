/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * linger compare: what differs between two settings that see the same chance, or between two files of results.
 */
#include <stdio.h>
#include <string.h>

#include "sim/interface/comparison_report.h"
#include "sim/interface/folder.h"
#include "sim/interface/gathered.h"
#include "sim/interface/run_file.h"
#include "sim/interface/variance_report.h"

enum { LABEL_BYTES = 512, NAME_BYTES = 96 };

/* ---- what is compared ------------------------------------------------------------------------------- */

/* Names and units of all results of a model. */
static struct comparison_row *rows_of(const struct model *model, struct arena *arena) {
    size_t n = model_columns(model);
    struct comparison_row *rows = ARENA_NEW(arena, n, struct comparison_row);
    for (size_t c = 0; c < n; c++) {
        char name[NAME_BYTES];
        rows[c].unit = model_column(model, c, name, sizeof name)->unit;
        rows[c].name = arena_text(arena, name, strlen(name));
    }
    return rows;
}

static bool choose(const struct study_request *request, const struct comparison_row *rows, size_t n, bool *wanted, struct arena *arena,
                   struct diag *diag) {
    const char **names = ARENA_NEW(arena, n, const char *);
    for (size_t i = 0; i < n; i++) names[i] = rows[i].name;
    return study_request_measures(request, names, n, wanted, diag);
}

static void note(struct comparison_report *report, const char *text) {
    if (report->n_notes < COMPARISON_NOTES_MAX) report->notes[report->n_notes++] = text;
}

/* Rows that are wanted, and what all of them together allow to be said. */
static void judge(struct comparison_report *report, struct comparison_row *rows, size_t n, const bool *wanted, struct arena *arena) {
    size_t kept = 0;
    for (size_t i = 0; i < n; i++)
        if (wanted[i]) rows[kept++] = rows[i];
    struct difference *differences = ARENA_NEW(arena, kept, struct difference);
    for (size_t i = 0; i < kept; i++) differences[i] = rows[i].difference;
    report->n_tests = paired_adjust(differences, kept);
    for (size_t i = 0; i < kept; i++) rows[i].difference = differences[i];
    report->rows = rows;
    report->n_rows = kept;
}

/* ---- output -------------------------------------------------------------------------------------------- */

static bool write_manifests(const struct study_request *request, const struct comparison_report *report, struct arena *arena,
                            struct diag *diag) {
    if (!report->scenario_a) return true;
    struct scenario points[2] = {*report->scenario_a, *report->scenario_b};
    struct sweep a = {.base = points, .points = points, .n_points = 1}, b = {.base = points + 1, .points = points + 1, .n_points = 1};
    return folder_manifest(request, "manifest-a.csv", &a, arena, diag) && folder_manifest(request, "manifest-b.csv", &b, arena, diag);
}

static int tell(const struct study_request *request, const struct comparison_report *report, FILE *file, const char *path,
                struct arena *arena) {
    struct diag diag = {0};
    if (file) {
        comparison_report_csv(file, report);
        if (folder_close_file(file, path, &diag)) write_manifests(request, report, arena, &diag);
    }
    if (request->json) comparison_report_json(stdout, report);
    else comparison_report_table(stdout, report);
    return diag_ok(&diag) ? STATUS_OK : command_complain(&diag);
}

/* NULL and STATUS_OK when no folder was asked for. */
static FILE *open_output(const struct study_request *request, const char **path, struct arena *arena, int *code) {
    struct diag diag = {0};
    *code = STATUS_OK;
    if (!request->output_dir) return NULL;
    FILE *file = folder_file(request, "comparison.csv", "manifest-a.csv", path, arena, &diag);
    if (!file) *code = command_complain(&diag);
    return file;
}

/* ---- two scenarios ----------------------------------------------------------------------------------------- */

static double run_number(const struct scenario *scenario, enum run_param which) { return scenario->run.values[which].number; }

static bool differ(double a, double b) { return a < b || a > b; }

/* Complains where pairing is impossible; makes both the same number of replications. */
static bool check_pair(const struct study_request *request, struct scenario pair[2], struct comparison_report *report, struct diag *diag) {
    struct place place = {.file = request->data_file ? request->data_file : "--set-b"};
    if (pair[0].model != pair[1].model)
        diag_add(diag, STATUS_SCENARIO, place, "is of model %s, allowed: %s, that of A", pair[1].model->name, pair[0].model->name);
    if (differ(run_number(&pair[0], RUN_SEED), run_number(&pair[1], RUN_SEED)))
        diag_add(diag, STATUS_SCENARIO, place,
                 "has seed %.0f, allowed: %.0f, that of A: only one seed gives both the same chance; --seed N sets both",
                 run_number(&pair[1], RUN_SEED), run_number(&pair[0], RUN_SEED));
    if (!diag_ok(diag)) return false;
    if (differ(run_number(&pair[0], RUN_HORIZON), run_number(&pair[1], RUN_HORIZON)) ||
        differ(run_number(&pair[0], RUN_WARMUP), run_number(&pair[1], RUN_WARMUP)))
        note(report, "! The two are observed over different times: measures that are counts differ for that alone.");
    double n[2] = {run_number(&pair[0], RUN_REPLICATIONS), run_number(&pair[1], RUN_REPLICATIONS)};
    if (differ(n[0], n[1])) note(report, "! The one with more replications lends only as many as the other has.");
    for (int i = 0; i < 2; i++) replication_fix_count(&pair[i], (uint32_t)fmin(n[0], n[1]));
    if (n[0] < 2 || n[1] < 2) note(report, "! One replication gives no interval: nothing can be decided. Use --replications 10.");
    return true;
}

static int compare_pair(const struct study_request *request, struct scenario pair[2], const char *const labels[2], struct arena *arena) {
    struct comparison_report report = {.a = labels[0], .b = labels[1], .scenario_a = &pair[0], .scenario_b = &pair[1]};
    struct diag diag = {0};
    struct gathered gathered;
    const char *path = NULL;
    int code;
    if (!check_pair(request, pair, &report, &diag)) return command_complain(&diag);
    size_t n = model_columns(pair[0].model);
    struct comparison_row *rows = rows_of(pair[0].model, arena);
    bool *wanted = ARENA_NEW(arena, n, bool);
    if (!choose(request, rows, n, wanted, arena, &diag)) return command_complain(&diag);
    struct warmup *warmup;
    code = study_request_prepare(request, pair, 2, &warmup, arena);
    if (code != STATUS_OK) return code;
    FILE *file = open_output(request, &path, arena, &code);
    if (code != STATUS_OK) return code;
    gathered_open(&gathered, pair[0].model, 2, arena);
    struct study study = {.points = pair, .n_points = 2, .sink = gathered_point, .sink_context = &gathered};
    if (study_request_run(request, &study).stopped) {
        if (file) fclose(file);
        fprintf(stderr, "linger: interrupted; nothing was finished\n");
        return STATUS_INTERRUPTED;
    }
    report.n_replications = gathered.n[0] < gathered.n[1] ? gathered.n[0] : gathered.n[1];
    for (size_t c = 0; c < n; c++) rows[c].difference = gathered_difference(&gathered, 0, 1, c);
    judge(&report, rows, n, wanted, arena);
    return tell(request, &report, file, path, arena);
}

/* "FILE, key=value, key=value": what the user named. */
static const char *label(const char *file, const struct setting *settings, size_t n, struct arena *arena) {
    char text[LABEL_BYTES];
    size_t used = (size_t)snprintf(text, sizeof text, "%s", file);
    for (size_t i = 0; i < n && used < sizeof text; i++)
        used += (size_t)snprintf(text + used, sizeof text - used, ", %s=%s", settings[i].key, settings[i].value);
    return arena_text(arena, text, strlen(text));
}

/* The request of one side: its file, then the settings of both, then its own. */
static struct study_request side_of(const struct study_request *request, const char *file, const struct setting *own, size_t n_own,
                                    struct arena *arena) {
    struct study_request side = *request;
    side.scenario_file = file;
    side.settings = ARENA_NEW(arena, request->n_settings + n_own, struct setting);
    if (request->n_settings) memcpy(side.settings, request->settings, request->n_settings * sizeof *own);
    if (n_own) memcpy(side.settings + request->n_settings, own, n_own * sizeof *own);
    side.n_settings = request->n_settings + n_own;
    return side;
}

static int compare_scenarios(const struct study_request *request, struct arena *arena) {
    const char *files[2] = {request->scenario_file, request->data_file ? request->data_file : request->scenario_file};
    const struct setting *own[2] = {request->settings_a, request->settings_b};
    const size_t n_own[2] = {request->n_settings_a, request->n_settings_b};
    struct scenario pair[2];
    const char *labels[2];
    for (int i = 0; i < 2; i++) {
        struct study_request side = side_of(request, files[i], own[i], n_own[i], arena);
        int code = study_request_scenario(&side, &pair[i], arena);
        if (code != STATUS_OK) return code;
        labels[i] = label(files[i], own[i], n_own[i], arena);
    }
    return compare_pair(request, pair, labels, arena);
}

/* ---- two points of --vary ------------------------------------------------------------------------------------- */

static int compare_points(const struct study_request *request, struct arena *arena) {
    struct scenario base;
    struct sweep sweep;
    struct diag diag = {0};
    const char *labels[2];
    int code = study_request_scenario(request, &base, arena);
    if (code != STATUS_OK) return code;
    if (!study_request_design(request, &base, &sweep, arena, &diag)) return command_complain(&diag);
    if (request->variance) return variance_report(request, &sweep, arena);
    if (sweep.n_points != 2)
        return cli_usage(request->command, "--vary makes %zu points; allowed: 2 (linger sweep -o DIR writes the differences of any "
                                           "number to the first)", sweep.n_points);
    for (size_t i = 0; i < 2; i++) {
        struct setting *settings = ARENA_NEW(arena, sweep.n_factors, struct setting);
        for (size_t f = 0; f < sweep.n_factors; f++)
            settings[f] = (struct setting){sweep.factors[f].key, sweep.factors[f].levels[sweep_level(&sweep, i, f)]};
        labels[i] = label(request->scenario_file, settings, sweep.n_factors, arena);
    }
    return compare_pair(request, sweep.points, labels, arena);
}

/* ---- two files of results ---------------------------------------------------------------------------------------- */

static int refuse_files(const struct study_request *request) {
    if (request->n_settings || request->n_settings_a || request->n_settings_b || request->n_varies)
        return cli_usage(request->command, "files of results cannot be set or varied; name scenarios instead");
    return STATUS_OK;
}

/* Measures of both, in the order of A. Complains when units differ, or nothing is left. */
static size_t match(const struct run_file *a, const struct run_file *b, struct comparison_row *rows, struct diag *diag) {
    size_t n = 0;
    for (size_t i = 0; i < a->n; i++) {
        const struct run_measure *of_a = &a->measures[i], *of_b = run_file_find(b, of_a->name);
        if (!of_b) continue;
        if (strcmp(of_a->unit, of_b->unit) != 0)
            diag_add(diag, STATUS_DATA, (struct place){b->file, 0, of_b->name}, "has unit '%.20s', allowed: '%.20s', as in %.200s", of_b->unit,
                     of_a->unit, a->file);
        rows[n++] = (struct comparison_row){of_a->name, of_a->unit, paired_welch(&of_a->estimate, &of_b->estimate)};
    }
    if (n == 0)
        diag_add(diag, STATUS_DATA, (struct place){.file = b->file}, "has no measure in common with %.200s: they are of different models",
                 a->file);
    return n;
}

/* "! Only in FILE: name, name." */
static void note_missing(struct comparison_report *report, const struct run_file *here, const struct run_file *there, struct arena *arena) {
    char text[1024];
    size_t used = 0;
    for (size_t i = 0; i < here->n && used < sizeof text; i++)
        if (!run_file_find(there, here->measures[i].name))
            used += (size_t)snprintf(text + used, sizeof text - used, "%s %s", used ? "," : "", here->measures[i].name);
    if (used == 0) return;
    char whole[2048];
    snprintf(whole, sizeof whole, "! Only in %.512s:%s.", here->file, text);
    note(report, arena_text(arena, whole, strlen(whole)));
}

static void note_files(struct comparison_report *report, const struct run_file *a, const struct run_file *b, struct arena *arena) {
    char text[512];
    note_missing(report, a, b, arena);
    note_missing(report, b, a, arena);
    if (strcmp(a->scenario, b->scenario) != 0) {
        snprintf(text, sizeof text, "! Different scenarios: %.200s and %.200s.", a->scenario, b->scenario);
        note(report, arena_text(arena, text, strlen(text)));
    }
    if (strcmp(a->version, b->version) != 0) {
        snprintf(text, sizeof text, "! Different versions of linger: %.100s and %.100s.", a->version, b->version);
        note(report, arena_text(arena, text, strlen(text)));
    }
    if (!differ(a->seed, b->seed))
        note(report, "! Both have the same seed, which these files cannot make use of: a comparison of the two scenarios is sharper.");
}

static const char *file_label(const struct run_file *run, struct arena *arena) {
    char text[LABEL_BYTES];
    snprintf(text, sizeof text, "%.300s (%.100s, linger %.60s)", run->file, run->scenario, run->version);
    return arena_text(arena, text, strlen(text));
}

static int compare_files(const struct study_request *request, struct arena *arena) {
    struct run_file a, b;
    struct diag diag = {0};
    const char *path = NULL;
    int code = refuse_files(request);
    if (code != STATUS_OK) return code;
    if (!run_file_read(request->scenario_file, &a, arena, &diag) || !run_file_read(request->data_file, &b, arena, &diag))
        return command_complain(&diag);
    struct comparison_report report = {.a = file_label(&a, arena), .b = file_label(&b, arena)};
    struct comparison_row *rows = ARENA_NEW(arena, a.n, struct comparison_row);
    bool *wanted = ARENA_NEW(arena, a.n, bool);
    size_t n = match(&a, &b, rows, &diag);
    if (!diag_ok(&diag) || !choose(request, rows, n, wanted, arena, &diag)) return command_complain(&diag);
    FILE *file = open_output(request, &path, arena, &code);
    if (code != STATUS_OK) return code;
    note_files(&report, &a, &b, arena);
    judge(&report, rows, n, wanted, arena);
    return tell(request, &report, file, path, arena);
}

/* ---- the command ----------------------------------------------------------------------------------------------------- */

static int check_words(const struct study_request *request) {
    bool sides = request->n_settings_a || request->n_settings_b;
    if (!request->scenario_file)
        return cli_usage(request->command, "which two? For example: linger compare inputs/scenarios/classic-100x5.ini "
                                           "--vary server.idle_limit=5,15");
    if (request->n_varies && (request->data_file || sides))
        return cli_usage(request->command, "--vary with %s; allowed: one scenario and --vary alone",
                         request->data_file ? "two scenarios" : "--set-a or --set-b");
    if (request->variance && !request->n_varies)
        return cli_usage(request->command, "--variance looks at the points of --vary; for example: --vary server.idle_limit=1,2,5,15,60");
    if (!request->data_file && !sides && !request->n_varies)
        return cli_usage(request->command, "with what? Name a second scenario, or settings: --set-b KEY=VALUE, --vary KEY=X,Y");
    if (request->data_file && strcmp(request->scenario_file, "-") == 0 && strcmp(request->data_file, "-") == 0)
        return cli_usage(request->command, "stdin cannot be both");
    return STATUS_OK;
}

static int compare(const struct study_request *request, struct arena *arena) {
    int code = check_words(request);
    if (code != STATUS_OK) return code;
    bool a = run_file_is(request->scenario_file), b = request->data_file && run_file_is(request->data_file);
    if (a && b) return compare_files(request, arena);
    if (a || b)
        return cli_usage(request->command, "%s is a file of results and the other is not; allowed: two of a kind",
                         a ? request->scenario_file : request->data_file);
    return request->n_varies ? compare_points(request, arena) : compare_scenarios(request, arena);
}

static int run(int argc, char **argv) {
    static const enum study_option taken[] = {OPTION_SET_A,   OPTION_SET_B,        OPTION_VARY,    OPTION_SET,    OPTION_SEED,
                                              OPTION_MEASURES, OPTION_REPLICATIONS, OPTION_THREADS, OPTION_OUTPUT, OPTION_FORCE,
                                              OPTION_JSON,    OPTION_QUIET,        OPTION_VARIANCE};
    struct study_request request;
    struct arena arena;
    arena_open(&arena, CLI_ARENA_BYTES);
    int code = study_request_parse(argc, argv, taken, sizeof taken / sizeof taken[0], &request, &arena);
    if (code == STATUS_OK) code = compare(&request, &arena);
    arena_close(&arena);
    return code;
}

const struct command command_compare = {
    .name = "compare",
    .arguments = "A B | SCENARIO --vary KEY=X,Y [options]",
    .summary = "two settings under the same chance, or two results: what differs",
    .help = "examples:\n"
            "  linger compare inputs/scenarios/classic-100x5.ini \\\n"
            "      --vary server.idle_limit=5,15\n"
            "  linger compare inputs/scenarios/static-site.ini \\\n"
            "      --set-b server.keepalive=off --measures page_response,memory_total\n"
            "  linger compare before.ini after.ini -r 30 -o outputs/before-after\n"
            "  linger compare last-week.json today.json\n"
            "\n"
            "A and B are scenarios, or what linger run --json has printed. With one scenario,\n"
            "A and B are it with the settings of --set-a and --set-b, or the two points of\n"
            "--vary. Scenarios are simulated with the same random numbers, replication by\n"
            "replication, so a difference has an interval of its own, mostly far narrower than\n"
            "theirs. Files of results are not paired: Welch's interval. Verdicts are corrected\n"
            "for how many measures are looked at together (Holm).\n"
            "\n"
            "options:\n"
            "  -a, --set-a KEY=VALUE   sets a parameter of A; repeatable\n"
            "  -b, --set-b KEY=VALUE   ... of B\n"
            "  -v, --vary KEY=X,Y      A and B are the scenario at X and at Y\n"
            "  -s, --set KEY=VALUE     sets a parameter of both\n"
            "      --measures NAME,... these results only: fewer are decided sooner;\n"
            "                          default: all but the quantiles of levels\n"
            "  -r, --replications N    the same as --set run.replications=N\n"
            "      --seed N            the same as --set run.seed=N\n"
            "  -o, --output DIR        writes comparison.csv and the manifests of A and B\n"
            "  -f, --force             ... also over a comparison.csv of somebody else\n"
            "      --json              one JSON object, SI units, instead of the table\n"
            "      --variance          what the same random numbers are worth: the variance of\n"
            "                          the paired difference over that of an independent one,\n"
            "                          for neighbouring points of --vary\n"
            "  -t, --threads N         default: all cores; the results do not depend on it\n"
            "  -q, --quiet             no progress line\n",
    .run = run,
};
