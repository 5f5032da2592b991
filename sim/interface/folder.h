/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * folder: where -o puts the files and pictures of a study (results.h says what is in them).
 *
 * The folder is made, with those above it, when all input has been checked and before anything is simulated, so that
 * one that cannot be written costs no waiting. It may hold other people's files; only our names are written. A
 * results.csv or report.html without our manifest.csv beside it is somebody else's and may be the only copy: that is refused
 * unless forced. Where our manifest.csv is, what an earlier study has left and this one may not write anew goes: its pictures,
 * its report, its differences, its warm-up.
 */
#ifndef SIM_INTERFACE_FOLDER_H
#define SIM_INTERFACE_FOLDER_H

#include <stdio.h>

#include "sim/interface/results.h"
#include "sim/interface/study_request.h"

/* Makes the folder of the request with its manifest.csv, and opens results.csv. NULL after a complaint
 * (STATUS_CANNOT_CREATE, STATUS_IO). The path for messages goes to *path. */
FILE *folder_open(const struct study_request *request, const struct sweep *sweep, const char **path,
                  struct arena *arena, struct diag *diag);

/* Makes the folder of the request and opens file `name` in it. With an `owner`, a file that is already there must stand beside a manifest of
 * that name that is ours, unless forced. NULL after a complaint. */
FILE *folder_file(const struct study_request *request, const char *name, const char *owner, const char **path,
                  struct arena *arena, struct diag *diag);

/* For commands with files of their own: makes the folder, sees that report.html and the files of `names` (ends with NULL) that are already
 * there are ours, unless forced, and removes what an earlier study of ours has left. False after a complaint. */
bool folder_claim(const struct study_request *request, const struct model *model, const char *const *names, struct arena *arena,
                  struct diag *diag);

/* report.html. It is written under another name and gets its own when it is whole, so that a page that was cut off (a kill, a full disk) never
 * stands under it. */
FILE *folder_page(const struct study_request *request, const char **path, struct arena *arena, struct diag *diag);
bool folder_close_page(FILE *file, const char *path, struct arena *arena, struct diag *diag);

/* manifest_write into file `name` of the folder, which is there. */
bool folder_manifest(const struct study_request *request, const char *name, const struct sweep *sweep, struct arena *arena,
                     struct diag *diag);

/* Closes a file; a complaint (STATUS_IO) when not all could be written. */
bool folder_close_file(FILE *file, const char *path, struct diag *diag);

/* Writes series.csv, complaints to `diag`. */
void folder_series(const struct study_request *request, const struct model *model,
                   const struct series *series, struct arena *arena, struct diag *diag);

/* Writes warmup.csv, complaints to `diag`. */
void folder_warmup(const struct study_request *request, const struct warmup *found, struct arena *arena,
                   struct diag *diag);

/* Draws, if the request wants it. The data are there by now, so pictures that fail cost a message, not the exit code. True when all is
 * drawn. */
bool folder_draw(const struct study_request *request);

#endif
