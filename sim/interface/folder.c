/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _POSIX_C_SOURCE 200809L
#include "sim/interface/folder.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "sim/interface/plot.h"
#include "sim/interface/plots_embedded.h"
#include "sim/interface/warmup_report.h"
#include "sim/kernel/text.h"

enum { PATH_BYTES = 4096, RESULTS_BUFFER_BYTES = 1 << 20 };

static bool complain(struct diag *diag, enum status status, const char *path, int error) {
    diag_add(diag, status, (struct place){.file = path}, "%s", strerror(error));
    return false;
}

/* ---- the folder -------------------------------------------------------------------------------- */

static bool make_folder(const char *path, struct diag *diag) {
    struct stat there;
    if (mkdir(path, 0777) == 0) return true;
    int error = errno;
    if (stat(path, &there) == 0 && S_ISDIR(there.st_mode)) return true;
    return complain(diag, STATUS_CANNOT_CREATE, path, error == EEXIST ? ENOTDIR : error);
}

/* Each prefix of `dir` that ends before a slash, then the whole. */
static bool make_folders(const char *dir, struct diag *diag) {
    char path[PATH_BYTES];
    size_t length = strlen(dir);
    if (length >= sizeof path) return complain(diag, STATUS_CANNOT_CREATE, dir, ENAMETOOLONG);
    for (size_t i = 1; i <= length; i++) {
        if (dir[i] && dir[i] != '/') continue;
        memcpy(path, dir, i);
        path[i] = '\0';
        if (!make_folder(path, diag)) return false;
    }
    return true;
}

static const char *join(const char *dir, const char *name, struct arena *arena) {
    size_t bytes = strlen(dir) + strlen(name) + 2;
    char *path = arena_alloc(arena, bytes, 1);
    snprintf(path, bytes, "%s/%s", dir, name);
    return path;
}

static bool is_our_manifest(const char *path) {
    char line[64] = "";
    FILE *file = fopen(path, "r");
    if (!file) return false;
    bool ours = fgets(line, sizeof line, file) && strcmp(line, manifest_header) == 0;
    fclose(file);
    return ours;
}

static bool refuse_foreign(const char *dir, const char *name, const char *manifest, struct arena *arena, struct diag *diag) {
    struct stat there;
    if (stat(join(dir, name, arena), &there) != 0 || is_our_manifest(join(dir, manifest, arena))) return true;
    diag_add(diag, STATUS_CANNOT_CREATE, (struct place){.file = dir},
             "holds a %s that linger did not write; allowed: another folder, or --force", name);
    return false;
}

/* ---- its files ----------------------------------------------------------------------------------- */

static FILE *create(const char *dir, const char *name, const char **path, struct arena *arena,
                    struct diag *diag) {
    *path = join(dir, name, arena);
    FILE *file = fopen(*path, "w");
    if (!file) complain(diag, STATUS_CANNOT_CREATE, *path, errno);
    return file;
}

bool folder_close_file(FILE *file, const char *path, struct diag *diag) {
    errno = 0;
    bool failed = ferror(file) != 0;
    if (fclose(file) == 0 && !failed) return true;
    return complain(diag, STATUS_IO, path, errno ? errno : EIO);
}

bool folder_manifest(const struct study_request *request, const char *name, const struct sweep *sweep, struct arena *arena,
                     struct diag *diag) {
    const char *path;
    FILE *file = create(request->output_dir, name, &path, arena, diag);
    if (!file) return false;
    manifest_write(file, sweep);
    return folder_close_file(file, path, diag);
}

/* What an earlier study of ours has left and this one may not write anew: it is not of these results. */
static void forget_earlier(const char *dir, const struct model *model, struct arena *arena) {
    static const char *const endings[] = {"svg", "png"};
    size_t columns = model_columns(model);
    (void)remove(join(dir, "differences.csv", arena));
    (void)remove(join(dir, "report.html", arena));
    (void)remove(join(dir, "report.html.part", arena));
    (void)remove(join(dir, "warmup.csv", arena));
    for (size_t i = 0; i < columns + n_plot_scripts; i++)
        for (size_t k = 0; k < 2; k++) {
            char name[PATH_BYTES], file[PATH_BYTES];
            if (i < columns) model_column(model, i, name, sizeof name);
            else snprintf(name, sizeof name, "%.*s", (int)strcspn(plot_scripts[i - columns].name, "."), plot_scripts[i - columns].name);
            snprintf(file, sizeof file, "%.1000s.%s", name, endings[k]);
            (void)remove(join(dir, file, arena));
        }
}

FILE *folder_open(const struct study_request *request, const struct sweep *sweep, const char **path,
                  struct arena *arena, struct diag *diag) {
    const char *dir = request->output_dir;
    if (!make_folders(dir, diag)) return NULL;
    if (!request->force && (!refuse_foreign(dir, "results.csv", "manifest.csv", arena, diag) ||
                            !refuse_foreign(dir, "report.html", "manifest.csv", arena, diag)))
        return NULL;
    if (is_our_manifest(join(dir, "manifest.csv", arena))) forget_earlier(dir, sweep->base->model, arena);
    if (!folder_manifest(request, "manifest.csv", sweep, arena, diag)) return NULL;
    FILE *results = create(dir, "results.csv", path, arena, diag);
    /* A point is flushed whole: with a small buffer a kill could leave half of its rows. */
    if (results) setvbuf(results, NULL, _IOFBF, RESULTS_BUFFER_BYTES);
    return results;
}

FILE *folder_file(const struct study_request *request, const char *name, const char *owner, const char **path,
                  struct arena *arena, struct diag *diag) {
    const char *dir = request->output_dir;
    if (!make_folders(dir, diag)) return NULL;
    if (owner && !request->force && !refuse_foreign(dir, name, owner, arena, diag)) return NULL;
    FILE *file = create(dir, name, path, arena, diag);
    if (file) setvbuf(file, NULL, _IOFBF, RESULTS_BUFFER_BYTES);
    return file;
}

bool folder_claim(const struct study_request *request, const struct model *model, const char *const *names, struct arena *arena,
                  struct diag *diag) {
    const char *dir = request->output_dir;
    if (!make_folders(dir, diag)) return false;
    for (size_t i = 0; names[i] && !request->force; i++)
        if (!refuse_foreign(dir, names[i], "manifest.csv", arena, diag)) return false;
    if (!request->force && !refuse_foreign(dir, "report.html", "manifest.csv", arena, diag)) return false;
    if (!is_our_manifest(join(dir, "manifest.csv", arena))) return true;
    forget_earlier(dir, model, arena);
    for (size_t i = 0; names[i]; i++) (void)remove(join(dir, names[i], arena));
    return true;
}

FILE *folder_page(const struct study_request *request, const char **path, struct arena *arena, struct diag *diag) {
    return folder_file(request, "report.html.part", NULL, path, arena, diag);
}

bool folder_close_page(FILE *file, const char *path, struct arena *arena, struct diag *diag) {
    const char *name = arena_text(arena, path, strlen(path) - strlen(".part"));
    if (!folder_close_file(file, path, diag)) {
        (void)remove(path);
        return false;
    }
    return rename(path, name) == 0 || complain(diag, STATUS_IO, name, errno);
}

void folder_series(const struct study_request *request, const struct model *model,
                   const struct series *series, struct arena *arena, struct diag *diag) {
    const char *path;
    FILE *file = create(request->output_dir, "series.csv", &path, arena, diag);
    if (!file) return;
    series_write(file, model, series);
    folder_close_file(file, path, diag);
}

void folder_warmup(const struct study_request *request, const struct warmup *found, struct arena *arena,
                   struct diag *diag) {
    const char *path;
    FILE *file = create(request->output_dir, "warmup.csv", &path, arena, diag);
    if (!file) return;
    warmup_report_csv(file, found);
    folder_close_file(file, path, diag);
}

bool folder_draw(const struct study_request *request) {
    struct diag diag = {0};
    if (request->no_plots) return false;
    plot_directory(request->output_dir, &(struct plot_request){0}, &diag);
    if (!diag_ok(&diag)) command_complain(&diag);
    return diag_ok(&diag);
}
