/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * linger: finds the command, runs it, and makes sure that what it said was heard.
 */
#define _POSIX_C_SOURCE 200809L
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "sim/interface/cli.h"

/* A closed stdin, stdout or stderr would be handed out again as the number of some file that we open, and
 * talk would end up in results. Open for the wrong direction, so that using it is an error. */
static void occupy_standard_files(void) {
    for (int fd = 0; fd <= 2; fd++)
        if (fcntl(fd, F_GETFD) == -1 && errno == EBADF)
            (void)open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY);
}

/* Data that never arrived must not look like success. */
static int finish(int code) {
    bool failed = ferror(stdout) != 0;
    errno = 0;
    if (fflush(stdout) == 0 && !failed) return code;
    fprintf(stderr, "linger: cannot write to stdout%s%s\n", errno ? ": " : "",
            errno ? strerror(errno) : "");
    return code == STATUS_OK || code == STATUS_CHECK_FAILED ? STATUS_IO : code;
}

static int unknown_command(const char *word) {
    const char *nearest = command_nearest(word);
    const char *what = word[0] == '-' ? "option" : "command";
    if (nearest)
        fprintf(stderr, "linger: unknown %s '%s'; did you mean '%s'?\n", what, word, nearest);
    else
        fprintf(stderr, "linger: unknown %s '%s'; see: linger help\n", what, word);
    return STATUS_USAGE;
}

static int dispatch(int argc, char **argv) {
    const char *word = argc > 1 ? argv[1] : NULL;
    if (!word) {
        fprintf(stderr, "linger: no command; try: linger help\n");
        return STATUS_USAGE;
    }
    if (strcmp(word, "--version") == 0 || strcmp(word, "-V") == 0) {
        printf("linger %s\n", linger_version);
        return STATUS_OK;
    }
    if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0)
        return command_help.run(argc - 1, argv + 1);
    const struct command *command = command_find(word);
    if (!command) return unknown_command(word);
    if (cli_wants_help(argc - 1, argv + 1)) {
        cli_print_help(command);
        return STATUS_OK;
    }
    return command->run(argc - 1, argv + 1);
}

int main(int argc, char **argv) {
    occupy_standard_files();
    return finish(dispatch(argc, argv));
}
