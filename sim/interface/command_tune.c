/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * linger tune: which setting to write into the configuration, how sure that is, and what the others trade for it.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "sim/interface/csv_table.h"
#include "sim/interface/folder.h"
#include "sim/interface/setting_lines.h"
#include "sim/interface/tuning_page.h"
#include "sim/interface/tuning_report.h"
#include "sim/kernel/text.h"

enum { WORDS_BYTES = 400 };

/* All that the command line asks for. */
struct tune {
    struct study_request *request;
    struct scenario base;
    struct sweep sweep;
    struct wish wish;
    struct search_question question;
    struct optimum optimum;
    bool has_optimum;
    bool has_own_levels; /* the model's, since nobody said --vary */
    double price; /* --opening-cost [s]; 0: not said */
    const char *objective;
    struct arena *arena;
};

/* ---- what is asked ------------------------------------------------------------------------------------------- */

/* One value, read as a parameter of that type is. */
static double take_value(const struct param *param, const char *text, struct arena *arena, struct diag *diag) {
    struct param_set set = param_set_open(param, 1, arena);
    struct diag found = {0};
    if (text && !param_assign(&set, 0, text, (struct place){0}, NULL, arena, &found))
        diag_add(diag, STATUS_USAGE, (struct place){.file = param->name}, "%s", found.text[0]);
    return set.values[0].number;
}

/* --ram: the machine has it, and what is used stays below. */
static void take_ram(struct tune *tune, struct diag *diag) {
    const struct tuning *tuning = tune->base.model->tuning;
    const char *text = tune->request->ram;
    char words[WORDS_BYTES];
    if (!text) return;
    if (!tuning || !tuning->ram_key) {
        diag_add(diag, STATUS_USAGE, (struct place){.file = "--ram"}, "the model %s has no memory", tune->base.model->name);
        return;
    }
    if (!scenario_assign(&tune->base, tuning->ram_key, text, (struct place){.file = "--ram"}, NULL, diag)) return;
    snprintf(words, sizeof words, "%s < %s", tuning->ram_measure, text);
    condition_add_limit(arena_text(tune->arena, words, strlen(words)), "--ram", tune->base.model, &tune->wish, tune->arena, diag);
}

/* The objective of an opening cost, unless another is stated. */
static void take_price(struct tune *tune, struct diag *diag) {
    const struct param time = {"--opening-cost", PARAM_TIME, 1e-9, 1e9, "1", NULL, "", ""};
    const struct tuning *tuning = tune->base.model->tuning;
    char words[WORDS_BYTES], number[TEXT_NUMBER_BYTES];
    if (!tune->request->opening_cost) return;
    tune->price = take_value(&time, tune->request->opening_cost, tune->arena, diag);
    if (!tuning || !tuning->price_columns[0])
        diag_add(diag, STATUS_USAGE, (struct place){.file = "--opening-cost"}, "the model %s opens nothing", tune->base.model->name);
    if (!diag_ok(diag) || tune->wish.has_objective) return;
    text_print_number(tune->price, number, sizeof number);
    snprintf(words, sizeof words, "minimise %s + %s*%s", tuning->price_columns[0], number, tuning->price_columns[1]);
    condition_objective(arena_text(tune->arena, words, strlen(words)), "--opening-cost", tune->base.model, &tune->wish, tune->arena, diag);
}

static void take_cost(struct tune *tune, struct diag *diag) {
    const char *text = tune->request->cost;
    if (!text) return;
    if (tune->wish.has_objective) {
        diag_add(diag, STATUS_USAGE, (struct place){.file = "--cost"}, "there is an objective already; allowed: one of --objective and --cost");
        return;
    }
    tune->wish.has_objective = condition_sum(text, "--cost", tune->base.model, &tune->wish.objective, tune->arena, diag);
}

static void take_wish(struct tune *tune, struct diag *diag) {
    const struct model *model = tune->base.model;
    if (tune->request->wish) condition_objective(tune->request->wish, "--objective", model, &tune->wish, tune->arena, diag);
    take_cost(tune, diag);
    for (size_t i = 0; i < tune->request->n_slos; i++)
        condition_add_limit(tune->request->slos[i], "--slo", model, &tune->wish, tune->arena, diag);
    take_ram(tune, diag);
    take_price(tune, diag);
    bool can_do_without = model->tuning && model->tuning->front[0];
    if (diag_ok(diag) && !tune->wish.has_objective && !can_do_without)
        diag_add(diag, STATUS_USAGE, (struct place){.file = "--objective"}, "what is to be small? For example: --objective 'minimise response'");
}

/* The settings under which the model's own tunables act: "key=value; key=value". */
static void assign_settings(struct tune *tune, const char *settings, struct diag *diag) {
    while (settings && *settings) {
        size_t length = strcspn(settings, ";"), equals = strcspn(settings, "=");
        struct span key = span_trim((struct span){settings, equals}), value = span_trim((struct span){settings + equals + 1, length - equals - 1});
        scenario_assign(&tune->base, arena_text(tune->arena, key.text, key.length), arena_text(tune->arena, value.text, value.length),
                        (struct place){.file = "tune"}, NULL, diag);
        settings += length + (settings[length] == ';');
    }
}

/* What is varied: the user's, or the model's own. */
static bool open_design(struct tune *tune, struct diag *diag) {
    const struct tuning *tuning = tune->base.model->tuning;
    struct study_request *request = tune->request;
    if (request->n_varies == 0 && (!tuning || tuning->n_tunables == 0)) {
        diag_add(diag, STATUS_USAGE, (struct place){.file = "--vary"}, "which settings? The model %s has none of its own choice", tune->base.model->name);
        return false;
    }
    tune->has_own_levels = request->n_varies == 0;
    if (tune->has_own_levels) {
        request->varies = ARENA_NEW(tune->arena, tuning->n_tunables, const char *);
        assign_settings(tune, tuning->settings, diag);
        for (size_t i = 0; i < tuning->n_tunables; i++) {
            char words[WORDS_BYTES];
            snprintf(words, sizeof words, "%s=%s", tuning->tunables[i].key, tuning->tunables[i].levels);
            request->varies[request->n_varies++] = arena_text(tune->arena, words, strlen(words));
        }
    }
    if (!study_request_design(request, &tune->base, &tune->sweep, tune->arena, diag)) return false;
    if (tune->sweep.n_points > SELECTION_SETTINGS_MAX)
        diag_add(diag, STATUS_USAGE, (struct place){.file = "--vary"}, "%zu settings; allowed: %d", tune->sweep.n_points, SELECTION_SETTINGS_MAX);
    return diag_ok(diag);
}

/* The numeric factor with most levels, three or more, of a kind that has values in between. */
static size_t refined_factor(const struct sweep *sweep) {
    size_t best = sweep->n_factors, most = 2, index;
    for (size_t f = 0; f < sweep->n_factors; f++) {
        const struct param_set *table = factor_table(sweep->base, sweep->factors[f].key, &index);
        enum param_type type = table->params[index].type;
        bool between = type == PARAM_TIME || type == PARAM_NUMBER || type == PARAM_SHARE || type == PARAM_BYTES || type == PARAM_RATE || type == PARAM_BYTE_RATE;
        if (!between || sweep->factors[f].n_levels <= most) continue;
        most = sweep->factors[f].n_levels;
        best = f;
    }
    return best;
}

static struct study_outcome run_study(void *context, struct study *study) { return study_request_run(context, study); }

/* What the command line says; what a scenario says is meant for the intervals of linger run. */
static double first_stage_of(const struct tune *tune) {
    for (size_t i = 0; i < tune->request->n_settings; i++)
        if (strcmp(tune->request->settings[i].key, "run.replications") == 0) return tune->base.run.values[RUN_REPLICATIONS].number;
    return SELECTION_FIRST_STAGE;
}

static void take_question(struct tune *tune, struct diag *diag) {
    const struct param indifference = {"--indifference", PARAM_SHARE, 1e-6, 1, "5%", NULL, "", ""};
    const struct param probability = {"--probability", PARAM_SHARE, 0.5, 0.9999, "95%", NULL, "", ""};
    double first_stage = first_stage_of(tune);
    long budget = 0;
    if (first_stage < 2)
        diag_add(diag, STATUS_SCENARIO, (struct place){.file = "run.replications"}, "read %.0f, allowed: 2 or more, the first stage of each setting", first_stage);
    if (tune->request->budget && !cli_count(tune->request->budget, 1, 1000000000, &budget))
        diag_add(diag, STATUS_USAGE, (struct place){.file = "--budget"}, "read '%.100s', allowed: 1 to 1000000000 replications", tune->request->budget);
    tune->question = (struct search_question){.sweep = &tune->sweep, .objective = tune->wish.has_objective ? &tune->wish.objective : NULL,
                                              .maximise = tune->wish.maximise, .limits = tune->wish.limits, .n_limits = tune->wish.n_limits,
                                              .probability = take_value(&probability, tune->request->probability, tune->arena, diag),
                                              .indifference = take_value(&indifference, tune->request->indifference, tune->arena, diag),
                                              .is_share = true, .first_stage = (uint32_t)first_stage, .budget = (uint64_t)budget,
                                              .refined = refined_factor(&tune->sweep), .run_study = run_study, .context = tune->request};
}

/* ---- the answer ------------------------------------------------------------------------------------------------- */

/* What -o leaves, but for manifest.csv, pictures and their scripts. */
static const char *const files[] = {"tuning.csv", "front_data.csv", "front_settings.gp", NULL};

/* tuning.csv was opened before the work began. */
static void fill_folder(const struct tune *tune, const struct tuning_report *report, FILE *file, const char *path, struct diag *diag) {
    bool drawn = false;
    tuning_report_csv(file, report);
    if (!folder_close_file(file, path, diag)) return;
    if (report->front && report->front->d > 1 && report->front->n_front > 0) {
        struct front_plot plot = tuning_report_plot(report);
        if (!front_plot_write(tune->request, &plot, tune->arena, diag)) return;
        drawn = front_plot_draw(tune->request);
    }
    struct study_request repeated = *tune->request;
    if (tune->has_own_levels) repeated.n_varies = 0; /* the model's, and the settings under which they act, come by themselves */
    tuning_page_write(report, &repeated, drawn, tune->arena, diag);
}

static int complain(const struct tune *tune, const struct search *search) {
    char label[WORDS_BYTES] = "";
    for (size_t f = 0, used = 0; f < tune->sweep.n_factors && used < sizeof label; f++)
        used += (size_t)snprintf(label + used, sizeof label - used, "%s%s=%s", f ? ", " : "", tune->sweep.factors[f].key,
                                 search->settings[search->best].level[f]);
    switch (search->end) {
    case SEARCH_UNOBSERVED:
        fprintf(stderr, "linger: %s: a replication observed no %s, so this setting cannot be ranked; a longer run.horizon may help\n", label,
                tune->wish.objective.text);
        return STATUS_SCENARIO;
    case SEARCH_NO_ZONE:
        fprintf(stderr, "linger: --indifference: the best %s of the pilot is 0, and a share of it too; allowed: an objective that is not 0\n",
                tune->wish.objective.text);
        return STATUS_USAGE;
    default: fprintf(stderr, "linger: interrupted; nothing was finished\n"); return STATUS_INTERRUPTED;
    }
}

static int tell(const struct tune *tune, const struct tuning_report *report, FILE *file, const char *path) {
    struct diag diag = {0};
    if (file) fill_folder(tune, report, file, path, &diag);
    if (tune->request->json) tuning_report_json(stdout, report);
    else tuning_report_table(stdout, report);
    if (!diag_ok(&diag)) return command_complain(&diag);
    bool found = report->search->end == SEARCH_DECIDED || report->search->end == SEARCH_KNEE;
    return found && tuning_report_answer(report) < report->search->trials.n ? STATUS_OK : STATUS_CHECK_FAILED;
}

/* The costs of the model's front; false when it has none. */
static bool open_front(const struct tune *tune, const struct search *search, struct search_front *front) {
    const struct tuning *tuning = tune->base.model->tuning;
    *front = (struct search_front){0};
    if (!tuning) return false;
    for (size_t k = 0; k < 3 && tuning->front[k]; k++) front->column[front->d++] = model_column_find(tune->base.model, tuning->front[k]);
    search_front(search, front);
    return true;
}

static int search_and_tell(struct tune *tune) {
    struct diag diag = {0};
    struct search search;
    struct search_front front;
    struct warmup *warmup;
    const char *path = NULL;
    FILE *file = NULL;
    int code = study_request_prepare(tune->request, tune->sweep.points, tune->sweep.n_points, &warmup, tune->arena);
    if (code != STATUS_OK) return code;
    if (tune->request->output_dir && folder_claim(tune->request, tune->base.model, files, tune->arena, &diag))
        file = folder_file(tune->request, "tuning.csv", NULL, &path, tune->arena, &diag);
    if (file) folder_manifest(tune->request, "manifest.csv", &tune->sweep, tune->arena, &diag);
    if (!diag_ok(&diag)) return command_complain(&diag);
    search_run(&search, &tune->question, tune->arena);
    bool found = search.end == SEARCH_DECIDED || search.end == SEARCH_BUDGET || search.end == SEARCH_KNEE || search.end == SEARCH_INFEASIBLE;
    if (!found && file) fclose(file);
    if (!found) return complain(tune, &search);
    bool has_front = open_front(tune, &search, &front);
    struct tuning_report report = {&search, has_front ? &front : NULL, &tune->wish, tune->objective, tune->has_optimum ? &tune->optimum : NULL};
    return tell(tune, &report, file, path);
}

/* A log that answers all by itself. */
static int tell_optimum(struct tune *tune) {
    char value[TEXT_NUMBER_BYTES];
    struct diag diag = {0};
    printf("%s: the best %s, without a simulation\n\n", tune->base.name, tune->optimum.key);
    tuning_report_optimum(stdout, &tune->optimum);
    text_print_number(tune->optimum.value, value, sizeof value);
    struct scenario answer = scenario_copy(&tune->base, tune->arena);
    scenario_assign(&answer, tune->optimum.key, value, (struct place){.file = "tune"}, NULL, &diag);
    printf("\nWrite:\n");
    setting_lines_write(stdout, &answer, &tune->optimum.key, 1);
    return STATUS_OK;
}

static const char *objective_words(const struct tune *tune) {
    char words[WORDS_BYTES];
    if (!tune->wish.has_objective) return "the front of what pulls against each other";
    snprintf(words, sizeof words, "%s %s", tune->wish.maximise ? "maximise" : "minimise", tune->wish.objective.text);
    return arena_text(tune->arena, words, strlen(words));
}

static int tune_request(struct study_request *request, struct arena *arena) {
    struct tune tune = {.request = request, .arena = arena};
    struct diag diag = {0};
    int code = study_request_scenario(request, &tune.base, arena);
    if (code != STATUS_OK) return code;
    bool asks_more = request->wish || request->cost || request->n_slos || request->ram || request->n_varies || request->output_dir || request->json;
    take_wish(&tune, &diag);
    if (!diag_ok(&diag) || !open_design(&tune, &diag)) return command_complain(&diag);
    take_question(&tune, &diag);
    if (!diag_ok(&diag)) return command_complain(&diag);
    const struct tuning *tuning = tune.base.model->tuning;
    if (tuning && tuning->optimum) {
        tuning->optimum(&tune.base.params, &tune.base.workload, tune.price, arena, &tune.optimum);
        tune.has_optimum = true;
    }
    tune.objective = objective_words(&tune);
    if (tune.has_optimum && tune.optimum.is_whole && !asks_more) return tell_optimum(&tune);
    return search_and_tell(&tune);
}

static int run(int argc, char **argv) {
    static const enum study_option taken[] = {OPTION_OBJECTIVE, OPTION_COST,         OPTION_SLO,          OPTION_RAM,    OPTION_OPENING_COST,
                                              OPTION_VARY,      OPTION_INDIFFERENCE, OPTION_PROBABILITY,  OPTION_BUDGET, OPTION_SET,
                                              OPTION_SEED,      OPTION_REPLICATIONS, OPTION_THREADS,      OPTION_OUTPUT, OPTION_NO_PLOTS,
                                              OPTION_FORCE,     OPTION_JSON,         OPTION_QUIET};
    struct study_request request;
    struct arena arena;
    arena_open(&arena, CLI_ARENA_BYTES);
    int code = study_request_parse(argc, argv, taken, sizeof taken / sizeof taken[0], &request, &arena);
    if (code == STATUS_OK) code = tune_request(&request, &arena);
    arena_close(&arena);
    return code;
}

const struct command command_tune = {
    .name = "tune",
    .arguments = "SCENARIO [--objective 'minimise MEASURE'] [--slo LIMIT]... [options]",
    .summary = "what to write into the configuration: the best setting, and how sure",
    .help = "examples:\n"
            "  linger tune inputs/scenarios/lesson-4-timeout.ini\n"
            "  linger tune inputs/scenarios/classic-100x5.ini -o outputs/tune \\\n"
            "      --objective 'minimise memory_total' --slo 'page_response_p95 < 200ms'\n"
            "  linger tune inputs/scenarios/static-site.ini --opening-cost 10s\n"
            "  linger tune inputs/scenarios/trace-replay.ini --opening-cost 10s \\\n"
            "      --set workload.file=log.csv.gz\n"
            "\n"
            "Tries keep-alive off and idle limits from 0.1 to 200 s (or the levels of --vary),\n"
            "keeps those that are certain to keep the limits, finds the best with a stated\n"
            "probability, refines it between its neighbours, and says between which values the\n"
            "best one lies. Beside it stand the Pareto front of memory, response and CPU with\n"
            "its knee, which is the answer where no objective is stated, and the optimum that\n"
            "theory knows for the law of the gaps, or a log gives exactly.\n"
            "\n"
            "options:\n"
            "      --objective WORDS    'minimise memory_total subject to cpu_utilisation < 80%\n"
            "                           and page_response < 1s', or maximise; sums with weights\n"
            "                           are allowed: 'minimise connection_seconds\n"
            "                           + 10*connections_opened'\n"
            "      --cost SUM           the same as --objective 'minimise SUM'\n"
            "      --slo LIMIT          one more limit: 'page_response_p95 < 500ms'; repeatable\n"
            "      --ram SIZE           the machine has it, and memory stays below\n"
            "      --opening-cost TIME  an opening costs as much as holding for TIME; without\n"
            "                           an objective, the sum of both is minimised\n"
            "  -v, --vary KEY=LEVELS    the settings, as in linger sweep; repeatable\n"
            "      --indifference SHARE a smaller difference does not matter; default: 5%\n"
            "      --probability SHARE  default: 95%\n"
            "      --budget N           the selection gives up after N replications of all\n"
            "                           settings together (exit code 1: not decided)\n"
            "  -r, --replications N     first stage of each setting; default: 10\n"
            "  -s, --set KEY=VALUE      sets a parameter of all settings\n"
            "      --seed N             the same as --set run.seed=N\n"
            "  -o, --output DIR         writes report.html (the answer for people, for a phone,\n"
            "                           for paper), tuning.csv, manifest.csv, front.svg, front.png\n"
            "      --no-plots           ... without the plots\n"
            "  -f, --force              ... also over one that linger did not write\n"
            "      --json               one JSON object, SI units, instead of the table\n"
            "  -t, --threads N          default: all cores; the results do not depend on it\n"
            "  -q, --quiet              no progress line\n"
            "\n"
            "Quantiles here are means of the replications' own, so replications should be long:\n"
            "some thousands of observations for a p99.\n"
            "\n"
            "Exit code 1: no setting is certain to keep the limits, or the budget ended first.\n",
    .run = run,
};
