/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * linger params: the reference of all parameters, from the same tables that check the input.
 */
#include <stdio.h>
#include <string.h>

#include "sim/experiment/scenario.h"
#include "sim/interface/cli.h"
#include "sim/interface/params_print.h"

enum { TABLES_MAX = 32, NAMES_MAX = 1024 };

struct params_request {
    enum params_form form;
    const char *model; /* NULL: all */
    const char *name;  /* a parameter or a section; NULL: all */
    struct params_table tables[TABLES_MAX];
    size_t n_tables;
};

enum {
    OPTION_MARKDOWN = PARAMS_MARKDOWN,
    OPTION_MAN = PARAMS_MAN,
    OPTION_JSON = PARAMS_JSON,
    OPTION_MODEL
};

static const struct cli_option options[] = {
    {OPTION_MARKDOWN, "markdown", 0, NULL},
    {OPTION_MAN, "man", 0, NULL},
    {OPTION_JSON, "json", 0, NULL},
    {OPTION_MODEL, "model", 'm', "NAME"},
};

static int parse(int argc, char **argv, struct params_request *request) {
    struct cli cli = {.argc = argc,
                      .argv = argv,
                      .options = options,
                      .n_options = sizeof options / sizeof options[0]};
    for (int id; (id = cli_next(&cli)) != CLI_END;) {
        if (id == CLI_WRONG) return STATUS_USAGE;
        if (id == CLI_OPERAND && request->name) return cli_usage("params", "one name at a time");
        if (id == CLI_OPERAND)
            request->name = cli.value;
        else if (id == OPTION_MODEL)
            request->model = cli.value;
        else
            request->form = (enum params_form)id;
    }
    return STATUS_OK;
}

static int unknown_model(const char *name) {
    const char *names[TABLES_MAX];
    size_t n = 0;
    for (; models[n] && n < TABLES_MAX; n++) names[n] = models[n]->name;
    const char *nearest = cli_nearest(name, names, n);
    if (nearest)
        return cli_usage("params", "unknown model '%s'; did you mean '%s'?", name, nearest);
    return cli_usage("params", "unknown model '%s'", name);
}

/* "model web", as a title that outlives the call. */
static const char *model_title(const struct model *model, struct arena *arena) {
    size_t bytes = strlen(model->name) + sizeof "model ";
    char *title = arena_alloc(arena, bytes, 1);
    snprintf(title, bytes, "model %s", model->name);
    return title;
}

static int choose_tables(struct params_request *request, struct arena *arena) {
    if (request->model && !model_find(request->model)) return unknown_model(request->model);
    request->tables[request->n_tables++] = (struct params_table){
        "the laboratory", "How any model is run.", scenario_run_params, RUN_PARAMS};
    for (size_t i = 0; models[i] && request->n_tables < TABLES_MAX; i++) {
        const struct model *model = models[i];
        if (request->model && strcmp(request->model, model->name) != 0) continue;
        request->tables[request->n_tables++] = (struct params_table){
            model_title(model, arena), model->summary, model->params, model->n_params};
    }
    return STATUS_OK;
}

/* ---- one name ------------------------------------------------------------------------------------ */

static bool in_section(const char *param, const char *section) {
    size_t n = strlen(section);
    return strncmp(param, section, n) == 0 && (param[n] == '.' || (n && param[n - 1] == '.'));
}

/* Keeps of each table the parameters of a section; they stand together in the table. */
static bool keep_section(struct params_request *request) {
    size_t kept = 0;
    for (size_t t = 0; t < request->n_tables; t++) {
        struct params_table table = request->tables[t];
        size_t first = 0, n = 0;
        while (first < table.n && !in_section(table.params[first].name, request->name)) first++;
        while (first + n < table.n && in_section(table.params[first + n].name, request->name)) n++;
        if (n == 0) continue;
        table.params += first;
        table.n = n;
        request->tables[kept++] = table;
    }
    request->n_tables = kept;
    return kept > 0;
}

/* Keeps the one of that name. */
static bool keep_param(struct params_request *request) {
    for (size_t t = 0; t < request->n_tables; t++)
        for (size_t i = 0; i < request->tables[t].n; i++) {
            if (strcmp(request->tables[t].params[i].name, request->name) != 0) continue;
            request->tables[0] = request->tables[t];
            request->tables[0].params += i;
            request->tables[0].n = 1;
            request->n_tables = 1;
            return true;
        }
    return false;
}

static int unknown_name(const struct params_request *request) {
    const char *names[NAMES_MAX];
    size_t n = 0;
    for (size_t t = 0; t < request->n_tables; t++)
        for (size_t i = 0; i < request->tables[t].n && n < NAMES_MAX; i++)
            names[n++] = request->tables[t].params[i].name;
    const char *nearest = cli_nearest(request->name, names, n);
    if (nearest)
        return cli_usage("params", "unknown parameter '%s'; did you mean '%s'?", request->name,
                         nearest);
    return cli_usage("params", "unknown parameter or section '%s'", request->name);
}

static int print(struct params_request *request) {
    if (request->name && keep_param(request)) {
        if (request->form == PARAMS_TEXT)
            params_print_one(stdout, &request->tables[0], request->tables[0].params);
        else
            params_print(stdout, request->form, request->tables, 1);
        return STATUS_OK;
    }
    struct params_request all = *request;
    if (request->name && !keep_section(request)) return unknown_name(&all);
    params_print(stdout, request->form, request->tables, request->n_tables);
    return STATUS_OK;
}

static int run(int argc, char **argv) {
    struct params_request request = {.form = PARAMS_TEXT};
    struct arena arena;
    arena_open(&arena, CLI_ARENA_BYTES);
    int code = parse(argc, argv, &request);
    if (code == STATUS_OK) code = choose_tables(&request, &arena);
    if (code == STATUS_OK) code = print(&request);
    arena_close(&arena);
    return code;
}

const struct command command_params = {
    .name = "params",
    .arguments = "[NAME] [options]",
    .summary = "the reference of everything that a scenario may set",
    .help = "examples:\n"
            "  linger params                       all of them\n"
            "  linger params server                one section\n"
            "  linger params server.idle_limit     one parameter\n"
            "\n"
            "options:\n"
            "  -m, --model NAME    only that model's and the laboratory's\n"
            "      --markdown      as a table for documents\n"
            "      --man           as the manual page linger-params(5)\n"
            "      --json          as an array of objects\n",
    .run = run,
};
