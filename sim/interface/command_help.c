/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * linger help: examples first.
 */
#include <stdio.h>
#include <string.h>

#include "sim/interface/cli.h"

static const char examples[] =
    "linger: how long should a server hold an idle connection, and what does each\n"
    "answer cost?\n"
    "\n"
    "examples:\n"
    "  what 100 users with 5 connections each do to a prefork server:\n"
    "    linger run inputs/scenarios/classic-100x5.ini\n"
    "\n"
    "  the same with an idle timeout of 5 s, as JSON:\n"
    "    linger run inputs/scenarios/classic-100x5.ini --json \\\n"
    "        --set server.idle_limit=5s\n"
    "\n"
    "  the curves over timeout and keep-alive, with plots, into a folder:\n"
    "    linger sweep inputs/scenarios/classic-100x5.ini -o outputs/classic \\\n"
    "        --vary server.keepalive=on,off --vary server.idle_limit=0,1,2,5,15,60\n"
    "\n"
    "  what can be set, and what one of the parameters means:\n"
    "    linger params\n"
    "    linger params server.idle_limit\n"
    "\n"
    "  what a product does by default, and two products compared:\n"
    "    linger presets nginx-1.19.10\n"
    "    linger sweep SCENARIO --vary server.preset=apache-event,nginx-1.19.10\n"
    "\n"
    "  is the simulator right? simulation beside closed forms:\n"
    "    linger verify\n"
    "\n"
    "commands:\n";

static const char closing[] =
    "\n"
    "  linger help COMMAND     options and examples of one command\n"
    "  linger --version\n"
    "\n"
    "stdout is data, stderr is talk. Exit codes: 0 done, 1 a check failed, 64 usage,\n"
    "65 data, 66 no input, 70 our bug, 73 cannot create, 74 read or write failed,\n"
    "78 scenario, 130 interrupted (finished points are kept).\n";

static int help(int argc, char **argv) {
    if (argc > 2) return cli_usage("help", "one command at a time");
    if (argc == 2) {
        const struct command *command = command_find(argv[1]);
        const char *nearest = command ? NULL : command_nearest(argv[1]);
        if (nearest)
            return cli_usage("help", "unknown command '%s'; did you mean '%s'?", argv[1], nearest);
        if (!command) return cli_usage("help", "unknown command '%s'", argv[1]);
        cli_print_help(command);
        return STATUS_OK;
    }
    fputs(examples, stdout);
    const struct command *command;
    for (size_t i = 0; (command = command_at(i)); i++) printf("  %-9s %s\n", command->name, command->summary);
    fputs(closing, stdout);
    return STATUS_OK;
}

const struct command command_help = {
    .name = "help",
    .arguments = "[COMMAND]",
    .summary = "examples, the commands, and how to use one of them",
    .help = "  linger help\n  linger help sweep\n",
    .run = help,
};
