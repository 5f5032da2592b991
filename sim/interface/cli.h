/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * cli: the words after `linger`. Options stand in tables; one loop reads them for all commands.
 *
 *   --name VALUE   --name=VALUE   -n VALUE   -nVALUE   switches   -- ends the options
 *
 * Operands and options may be mixed; a lone "-" is an operand (stdin). A long name may not be abbreviated: a script
 * that works today must not become ambiguous tomorrow. What is wrong is said once, with the
 * nearest right word, and the exit code is 64.
 */
#ifndef SIM_INTERFACE_CLI_H
#define SIM_INTERFACE_CLI_H

#include "sim/interface/command.h"

/* The words that `linger` knows, those that models bring after its own: the i-th, NULL at the end. */
const struct command *command_at(size_t i);
const struct command *command_find(const char *name);
/* The command nearest in spelling, NULL if none is near. */
const char *command_nearest(const char *word);

struct cli_option {
    int id;               /* what cli_next returns, 0 or more */
    const char *name;     /* without the dashes */
    char letter;          /* 0: none */
    const char *argument; /* "DIR"; NULL: a switch */
};

/* A walk over argv, from argv[1]. Placed by the caller: {argc, argv, options, n_options}. */
struct cli {
    int argc;
    char **argv;
    const struct cli_option *options;
    size_t n_options;
    int at;             /* words read so far, argv[0] not counted */
    bool operands_only; /* "--" was seen */
    const char *value;  /* out: the option's argument, or the operand */
};

enum { CLI_END = -1, CLI_OPERAND = -2, CLI_WRONG = -3 };

/* The id of the next option, or one of the above. CLI_WRONG: the message has been printed. */
int cli_next(struct cli *cli);

/* "linger: sweep: MESSAGE" and where help is, on stderr. Returns STATUS_USAGE. */
#if defined(__GNUC__)
__attribute__((format(printf, 2, 3)))
#endif
int cli_usage(const char *command, const char *format, ...);

/* The word nearest in spelling, NULL if none is near. */
const char *cli_nearest(const char *word, const char *const *words, size_t n);

/* A whole number from min to max, digits only. */
bool cli_count(const char *text, long min, long max, long *value);

/* What a command prints for `linger help NAME` and `linger NAME --help`. */
void cli_print_help(const struct command *command);

/* True when --help or -h stands before any "--". */
bool cli_wants_help(int argc, char **argv);

/* Addresses reserved for what a command reads and makes (memory is touched as used). */
#define CLI_ARENA_BYTES ((size_t)1 << 36)

#endif
