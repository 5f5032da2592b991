/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * linger plot: draws a folder of results again, as files or in the terminal.
 */
#define _POSIX_C_SOURCE 200809L /* isatty */
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "sim/interface/command.h"
#include "sim/interface/plot.h"

enum { PREVIEW_COLUMNS = 80, PREVIEW_COLUMNS_MIN = 60, PREVIEW_COLUMNS_MAX = 200 };

static void usage(struct diag *diag, const char *what, const char *word) {
    diag_add(diag, STATUS_USAGE, (struct place){"plot", 0, NULL}, "%s%s%s", what, word ? ": " : "", word ? word : "");
}

/* COLUMNS as the user set it, else the terminal's width, else 80; within what a curve needs. */
static int preview_columns(void) {
    long columns = PREVIEW_COLUMNS;
    struct winsize window;
    const char *set = getenv("COLUMNS");
    if (set && strtol(set, NULL, 10) > 0)
        columns = strtol(set, NULL, 10);
    else if (isatty(STDOUT_FILENO) && ioctl(STDOUT_FILENO, TIOCGWINSZ, &window) == 0 && window.ws_col > 0)
        columns = window.ws_col;
    if (columns < PREVIEW_COLUMNS_MIN) columns = PREVIEW_COLUMNS_MIN;
    return columns < PREVIEW_COLUMNS_MAX ? (int)columns : PREVIEW_COLUMNS_MAX;
}

/* The value of option `name` at argv[*i], as "--name VALUE" or "--name=VALUE"; NULL if argv[*i] is another word. */
static const char *option_value(int argc, char **argv, int *i, const char *name, struct diag *diag) {
    size_t length = strlen(name);
    if (strncmp(argv[*i], name, length) != 0) return NULL;
    if (argv[*i][length] == '=') return argv[*i] + length + 1;
    if (argv[*i][length] != '\0') return NULL;
    if (*i + 1 < argc) return argv[++*i];
    usage(diag, "a value should follow", name);
    return "";
}

static void measure_add(struct plot_request *request, const char *measure, struct diag *diag) {
    if (request->n_measures < PLOT_REQUEST_MEASURES_MAX)
        request->measures[request->n_measures++] = measure;
    else
        usage(diag, "at most 32 measures can be drawn at once", NULL);
}

static const char *arguments_read(int argc, char **argv, struct plot_request *request, struct diag *diag) {
    const char *dir = NULL, *value;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--preview") == 0)
            request->preview = true;
        else if ((value = option_value(argc, argv, &i, "--measure", diag)))
            measure_add(request, value, diag);
        else if ((value = option_value(argc, argv, &i, "--x", diag)))
            request->x = value;
        else if ((value = option_value(argc, argv, &i, "--format", diag)))
            request->formats = value;
        else if (argv[i][0] == '-')
            usage(diag, "unknown option (see linger help plot)", argv[i]);
        else if (dir)
            usage(diag, "one folder at a time; this is the second", argv[i]);
        else
            dir = argv[i];
    }
    if (!dir && diag_ok(diag)) usage(diag, "which folder? (one written by linger sweep -o DIR or linger run -o DIR)", NULL);
    return dir;
}

static int plot_run(int argc, char **argv) {
    struct diag diag = {0};
    struct plot_request request = {.columns = preview_columns()};
    const char *dir = arguments_read(argc, argv, &request, &diag);
    if (diag_ok(&diag)) plot_directory(dir, &request, &diag);
    return diag_ok(&diag) ? STATUS_OK : command_complain(&diag);
}

const struct command command_plot = {
    .name = "plot",
    .arguments = "DIR [--preview] [--measure NAME]... [--x PARAMETER] [--format svg,png]",
    .summary = "draws the results of a sweep, or the time line of a run, again",
    .help = "  linger plot outputs/classic                       all pictures, SVG and PNG\n"
            "  linger plot outputs/classic --preview             the memory curve in this terminal\n"
            "  linger plot outputs/classic --measure time_wait   one picture of another measure\n"
            "\n"
            "  --preview          draw with characters on stdout; nothing is written\n"
            "  --measure NAME     a name from the column `measure`; may be repeated\n"
            "  --x PARAMETER      the varied parameter on the x axis; the usual choice is\n"
            "                     the numeric one with most levels\n"
            "  --format LIST      svg, png or svg,png (both, the usual choice)\n"
            "\n"
            "DIR holds results.csv (linger sweep) or series.csv (linger run). The gnuplot\n"
            "scripts that draw are left in DIR: change them, then `gnuplot DIR/overview.gp`.\n"
            "A preview is as wide as the terminal; COLUMNS=100 sets it.\n"
            "\n"
            "Exit codes: 0 drawn, 64 wrong option, 65 wrong data, 66 no such results or\n"
            "gnuplot is not installed, 73 DIR cannot be written, 74 gnuplot failed.\n",
    .run = plot_run,
};
