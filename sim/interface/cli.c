/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/interface/cli.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/kernel/text.h"
#include "sim/model.h"

static const struct command *const own[] = {
    &command_run,  &command_sweep,  &command_compare, &command_select, &command_tune, &command_capacity,
    &command_plot, &command_params, &command_presets, &command_verify, &command_calibrate,
};
enum { OWN = sizeof own / sizeof own[0] };

const struct command *command_at(size_t i) {
    if (i < OWN) return own[i];
    i -= OWN;
    for (size_t m = 0; models[m]; m++)
        for (size_t k = 0; models[m]->commands && models[m]->commands[k]; k++)
            if (i-- == 0) return models[m]->commands[k];
    return i == 0 ? &command_help : NULL;
}

const struct command *command_find(const char *name) {
    const struct command *command;
    for (size_t i = 0; (command = command_at(i)); i++)
        if (strcmp(command->name, name) == 0) return command;
    return NULL;
}

const char *command_nearest(const char *word) {
    enum { WORDS_MAX = 64 };
    const char *names[WORDS_MAX];
    size_t n = 0;
    for (const struct command *command; n < WORDS_MAX && (command = command_at(n)); n++) names[n] = command->name;
    return cli_nearest(word, names, n);
}

int command_complain(const struct diag *diag) {
    size_t shown = diag->count < DIAG_MESSAGES_MAX ? diag->count : DIAG_MESSAGES_MAX;
    for (size_t i = 0; i < shown; i++) fprintf(stderr, "linger: %s\n", diag->text[i]);
    if (diag->count > shown)
        fprintf(stderr, "linger: and %zu more like these\n", diag->count - shown);
    return (int)diag->status;
}

int cli_usage(const char *command, const char *format, ...) {
    va_list args;
    va_start(args, format);
    fprintf(stderr, "linger: %s: ", command);
    vfprintf(stderr, format, args);
    bool of_help = strcmp(command, command_help.name) == 0;
    fprintf(stderr, "\n        see: linger help%s%s\n", of_help ? "" : " ", of_help ? "" : command);
    va_end(args);
    return STATUS_USAGE;
}

const char *cli_nearest(const char *word, const char *const *words, size_t n) {
    const char *best = NULL;
    size_t best_distance = SIZE_MAX;
    for (size_t i = 0; i < n; i++) {
        size_t distance = text_distance(word, words[i]);
        if (distance >= best_distance || !text_is_near(distance, strlen(words[i]))) continue;
        best = words[i];
        best_distance = distance;
    }
    return best;
}

/* ---- options -------------------------------------------------------------------------------- */

enum { OPTIONS_MAX = 32 };

static int wrong_option(const struct cli *cli, const char *name) {
    const char *names[OPTIONS_MAX];
    size_t n = 0;
    for (; n < cli->n_options && n < OPTIONS_MAX; n++) names[n] = cli->options[n].name;
    const char *nearest = cli_nearest(name, names, n);
    if (nearest)
        cli_usage(cli->argv[0], "unknown option --%s; did you mean --%s?", name, nearest);
    else
        cli_usage(cli->argv[0], "unknown option --%s", name);
    return CLI_WRONG;
}

/* The next word as the argument of `option`. */
static int take_argument(struct cli *cli, const struct cli_option *option) {
    if (cli->at + 1 >= cli->argc) {
        cli_usage(cli->argv[0], "--%s needs an argument: --%s %s", option->name, option->name,
                  option->argument);
        return CLI_WRONG;
    }
    cli->value = cli->argv[++cli->at];
    return option->id;
}

/* `word` is what follows the two dashes. */
static int long_option(struct cli *cli, char *word) {
    char *equals = strchr(word, '=');
    size_t length = equals ? (size_t)(equals - word) : strlen(word);
    for (size_t i = 0; i < cli->n_options; i++) {
        const struct cli_option *option = &cli->options[i];
        if (strlen(option->name) != length || strncmp(option->name, word, length) != 0) continue;
        if (option->argument && !equals) return take_argument(cli, option);
        if (!option->argument && equals) {
            cli_usage(cli->argv[0], "--%s takes no argument", option->name);
            return CLI_WRONG;
        }
        cli->value = equals ? equals + 1 : NULL;
        return option->id;
    }
    if (equals) *equals = '\0';
    return wrong_option(cli, word);
}

/* `word` is what follows the dash. Switches are not bundled: we have too few of them. */
static int short_option(struct cli *cli, const char *word) {
    for (size_t i = 0; i < cli->n_options; i++) {
        const struct cli_option *option = &cli->options[i];
        if (!option->letter || option->letter != word[0]) continue;
        if (option->argument && !word[1]) return take_argument(cli, option);
        if (!option->argument && word[1]) break;
        cli->value = word + 1;
        return option->id;
    }
    cli_usage(cli->argv[0], "unknown option -%s", word);
    return CLI_WRONG;
}

int cli_next(struct cli *cli) {
    if (++cli->at >= cli->argc) return CLI_END;
    char *word = cli->argv[cli->at];
    if (!cli->operands_only && strcmp(word, "--") == 0) {
        cli->operands_only = true;
        return cli_next(cli);
    }
    cli->value = word;
    if (cli->operands_only || word[0] != '-' || !word[1]) return CLI_OPERAND;
    return word[1] == '-' ? long_option(cli, word + 2) : short_option(cli, word + 1);
}

bool cli_count(const char *text, long min, long max, long *value) {
    if (!*text || strlen(text) > 12 || strspn(text, "0123456789") != strlen(text)) return false;
    *value = strtol(text, NULL, 10);
    return *value >= min && *value <= max;
}

/* ---- help ------------------------------------------------------------------------------------- */

bool cli_wants_help(int argc, char **argv) {
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) return true;
    return false;
}

void cli_print_help(const struct command *command) {
    printf("linger %s: %s\n\n", command->name, command->summary);
    printf("usage: linger %s%s%s\n\n%s", command->name, *command->arguments ? " " : "",
           command->arguments, command->help);
}
