/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _POSIX_C_SOURCE 200809L /* fork, mkdtemp, realpath */
#include "sim/interface/plot.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sim/interface/plot_settings.h"
#include "sim/interface/plot_table.h"
#include "sim/interface/plots_embedded.h"

enum { PATH_BYTES = 4096, SAID_BYTES = 4096, EXIT_NO_GNUPLOT = 127 };

/* Addresses; memory is touched as used. */
static const size_t ARENA_BYTES = (size_t)1 << 33;

static const char settings_name[] = "plot_settings.gp", data_name[] = "plot_data.csv";

/* One drawing: where the results are, where the scripts go, and what was found. */
struct plotting {
    const char *dir;      /* as the user named it */
    const char *work_dir; /* where gnuplot runs: dir, or a folder of its own for a preview */
    const struct plot_request *request;
    struct diag *diag;
    struct arena arena;
    struct plot_table table;
    struct plot_origin origin;
    struct plot_series series, warmup;
    bool has_results, has_series;
};

static const char *path_join(struct plotting *plotting, const char *dir, const char *name) {
    char *path = ARENA_NEW(&plotting->arena, PATH_BYTES, char);
    if (snprintf(path, PATH_BYTES, "%s/%s", dir, name) >= PATH_BYTES) path[0] = '\0'; /* opening "" will fail */
    return path;
}

static bool is_readable(const char *path) { return access(path, R_OK) == 0; }

/* Measures and formats are checked before anything is written. */
static void request_check(const struct plotting *plotting) {
    const struct plot_request *request = plotting->request;
    const char *formats = request->formats;
    if (formats && strcmp(formats, "svg,png") != 0 && strcmp(formats, "png,svg") != 0 && strcmp(formats, "svg") != 0 &&
        strcmp(formats, "png") != 0)
        diag_add(plotting->diag, STATUS_USAGE, (struct place){"--format", 0, NULL},
                 "\"%s\" is not a format; allowed: svg, png or svg,png", formats);
    for (size_t m = 0; m < request->n_measures; m++)
        if (!plotting->has_results ||
            plot_table_find(&plotting->table, request->measures[m]) == plotting->table.n_measures)
            diag_add(plotting->diag, STATUS_USAGE, (struct place){"--measure", 0, NULL},
                     "%s is not among the results; allowed: the names in the column measure of %s/results.csv",
                     request->measures[m], plotting->dir);
}

/* Reads all there is in the folder. */
static void input_read(struct plotting *plotting) {
    struct arena *arena = &plotting->arena;
    const char *results = path_join(plotting, plotting->dir, "results.csv");
    const char *series = path_join(plotting, plotting->dir, "series.csv");
    const char *manifest = path_join(plotting, plotting->dir, "manifest.csv");
    const char *warmup = path_join(plotting, plotting->dir, "warmup.csv");
    plotting->has_results = is_readable(results);
    plotting->has_series = is_readable(series);
    plotting->origin = plot_origin_unknown();
    plotting->series = plotting->warmup = (struct plot_series){.file = "", .columns = ""};
    if (!plotting->has_results && !plotting->has_series)
        diag_add(plotting->diag, STATUS_NO_INPUT, (struct place){plotting->dir, 0, NULL},
                 "holds neither results.csv nor series.csv (made by linger sweep -o DIR and linger run -o DIR)");
    if (plotting->has_results)
        plot_table_read(results, plotting->request->x, &plotting->table, arena, plotting->diag);
    if (!diag_ok(plotting->diag)) return;
    if (is_readable(manifest)) plot_origin_read(manifest, &plotting->table, &plotting->origin, arena, plotting->diag);
    if (plotting->has_series) plot_series_read(series, &plotting->series, arena, plotting->diag);
    if (is_readable(warmup)) plot_series_read(warmup, &plotting->warmup, arena, plotting->diag);
    if (plotting->has_series && plotting->work_dir == plotting->dir) plotting->series.file = "series.csv";
    request_check(plotting);
}

/* A file of the work folder, open for writing; NULL after a complaint. */
static FILE *file_create(struct plotting *plotting, const char *name) {
    const char *path = path_join(plotting, plotting->work_dir, name);
    FILE *out = fopen(path, "w");
    if (!out)
        diag_add(plotting->diag, STATUS_CANNOT_CREATE, (struct place){path, 0, NULL}, "%s", strerror(errno));
    return out;
}

static void file_close(struct plotting *plotting, FILE *out, const char *name) {
    bool failed = ferror(out) != 0;
    if (fclose(out) != 0 || failed)
        diag_add(plotting->diag, STATUS_IO, (struct place){path_join(plotting, plotting->work_dir, name), 0, NULL},
                 "%s", strerror(errno));
}

static void scripts_write(struct plotting *plotting) {
    for (size_t i = 0; i < n_plot_scripts && diag_ok(plotting->diag); i++) {
        FILE *out = file_create(plotting, plot_scripts[i].name);
        if (!out) return;
        fputs(plot_scripts[i].text, out);
        file_close(plotting, out, plot_scripts[i].name);
    }
}

static void files_write(struct plotting *plotting) {
    scripts_write(plotting);
    FILE *out = diag_ok(plotting->diag) ? file_create(plotting, settings_name) : NULL;
    if (!out) return;
    plot_settings_write(out, plotting->request, plotting->has_results ? &plotting->table : NULL, &plotting->origin,
                        &plotting->series, &plotting->warmup);
    file_close(plotting, out, settings_name);
    out = plotting->has_results && diag_ok(plotting->diag) ? file_create(plotting, data_name) : NULL;
    if (!out) return;
    plot_data_write(out, &plotting->table);
    file_close(plotting, out, data_name);
}

/* In the child: becomes gnuplot, with its talk in the pipe. */
_Noreturn static void gnuplot_become(const char *dir, const char *script, int talk) {
    char program[] = "gnuplot", argument[64];
    snprintf(argument, sizeof argument, "%s", script);
    char *argv[] = {program, argument, NULL};
    if (chdir(dir) == 0 && dup2(talk, STDERR_FILENO) >= 0) execvp(program, argv);
    _exit(EXIT_NO_GNUPLOT);
}

/* Reads all of it, keeps the first SAID_BYTES - 1. */
static void talk_read(int talk, char *said) {
    char rest[512];
    size_t used = 0;
    for (;;) {
        bool room = used < SAID_BYTES - 1;
        ssize_t n = read(talk, room ? said + used : rest, room ? SAID_BYTES - 1 - used : sizeof rest);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) break;
        if (room) used += (size_t)n;
    }
    said[used] = '\0';
}

/* Runs one script; what gnuplot said is heard only if it failed. */
static void script_run(struct plotting *plotting, const char *script) {
    int talk[2];
    if (pipe(talk) != 0) status_machine("a pipe");
    fflush(stdout);
    pid_t child = fork();
    if (child < 0) status_machine("a process for gnuplot");
    if (child == 0) {
        close(talk[0]);
        gnuplot_become(plotting->work_dir, script, talk[1]);
    }
    close(talk[1]);
    char said[SAID_BYTES];
    talk_read(talk[0], said);
    close(talk[0]);
    int ended = 0;
    while (waitpid(child, &ended, 0) < 0 && errno == EINTR) continue;
    if (WIFEXITED(ended) && WEXITSTATUS(ended) == 0) return;
    if (WIFEXITED(ended) && WEXITSTATUS(ended) == EXIT_NO_GNUPLOT && said[0] == '\0')
        diag_add(plotting->diag, STATUS_NO_INPUT, (struct place){0},
                 "no pictures: gnuplot is not installed (Debian, Ubuntu: apt install gnuplot-nox); then: linger plot %s",
                 plotting->dir);
    else
        diag_add(plotting->diag, STATUS_IO, (struct place){plotting->dir, 0, script}, "gnuplot failed: %s", said);
}

/* The scripts that make pictures; the others are loaded by them. */
static void scripts_run(struct plotting *plotting) {
    const struct plot_request *request = plotting->request;
    static const char *const of_results[] = {"overview.gp", "measures.gp", "rss_and_pss.gp"};
    if (request->preview) {
        script_run(plotting, "preview.gp");
        return;
    }
    if (request->n_measures > 0) {
        script_run(plotting, "measures.gp");
        return;
    }
    /* Nothing was varied in a single run: its results are figures, not curves. */
    bool varied = plotting->has_results && plotting->table.x < plotting->table.n_factors;
    for (size_t i = 0; varied && i < sizeof of_results / sizeof *of_results; i++)
        if (diag_ok(plotting->diag)) script_run(plotting, of_results[i]);
    if (plotting->has_series && diag_ok(plotting->diag)) script_run(plotting, "timeline.gp");
    if (plotting->warmup.rows > 0 && diag_ok(plotting->diag)) script_run(plotting, "warmup.gp");
}

static void work_dir_remove(struct plotting *plotting) {
    for (size_t i = 0; i < n_plot_scripts; i++)
        unlink(path_join(plotting, plotting->work_dir, plot_scripts[i].name));
    unlink(path_join(plotting, plotting->work_dir, settings_name));
    unlink(path_join(plotting, plotting->work_dir, data_name));
    rmdir(plotting->work_dir);
}

/* A preview leaves the folder as it is (it may not even be ours to write), so gnuplot works in a folder of its own. */
static void preview_draw(struct plotting *plotting) {
    const char *temporary = getenv("TMPDIR");
    char work_dir[PATH_BYTES], here[PATH_BYTES];
    snprintf(work_dir, sizeof work_dir, "%s/linger-plot-XXXXXX", temporary && *temporary ? temporary : "/tmp");
    if (!mkdtemp(work_dir)) {
        diag_add(plotting->diag, STATUS_CANNOT_CREATE, (struct place){work_dir, 0, NULL}, "%s", strerror(errno));
        return;
    }
    plotting->work_dir = work_dir;
    if (plotting->has_series && plotting->series.file[0] != '/' && getcwd(here, sizeof here))
        plotting->series.file = path_join(plotting, here, plotting->series.file);
    files_write(plotting);
    if (diag_ok(plotting->diag)) scripts_run(plotting);
    work_dir_remove(plotting);
}

void plot_directory(const char *dir, const struct plot_request *request, struct diag *diag) {
    struct plotting plotting = {
        .dir = dir, .work_dir = request->preview ? NULL : dir, .request = request, .diag = diag};
    arena_open(&plotting.arena, ARENA_BYTES);
    input_read(&plotting);
    if (diag_ok(diag) && request->preview) {
        preview_draw(&plotting);
    } else if (diag_ok(diag)) {
        files_write(&plotting);
        if (diag_ok(diag)) scripts_run(&plotting);
    }
    arena_close(&plotting.arena);
}

void plot_script_draw(const char *dir, const char *script, struct diag *diag) {
    const struct plot_request request = {0};
    struct plotting plotting = {.dir = dir, .work_dir = dir, .request = &request, .diag = diag};
    arena_open(&plotting.arena, ARENA_BYTES);
    scripts_write(&plotting);
    if (diag_ok(diag)) script_run(&plotting, script);
    arena_close(&plotting.arena);
}
