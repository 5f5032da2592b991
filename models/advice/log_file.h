/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * log_file: files of any of the forms that linger reads, into one request_log. Plain or gzip, "-" is stdin.
 *
 *   access log   by a format that was given, or the one of the usual that fits most of the first 1000 lines
 *   har          what a browser's network panel exports (har_file.h): when asked for, or the file begins with {
 *   csv          a trace: time_s, client and, if there, bytes: when asked for, or the name ends in .csv or .csv.gz
 *
 * A line that does not fit is counted in log->n_wrong and, the first ones, described in log->wrong; it is for the caller to tell.
 */
#ifndef MODELS_ADVICE_LOG_FILE_H
#define MODELS_ADVICE_LOG_FILE_H

#include "models/advice/log_format.h"
#include "models/advice/request_log.h"

enum log_form { FORM_FOUND, FORM_LINES, FORM_HAR, FORM_CSV };

struct log_reading {
    enum log_form form;              /* FORM_FOUND: told by the file */
    const struct log_format *format; /* of lines; NULL: guessed */
    const char *host;                /* of a HAR: this one only; NULL: that of its first request */
};

/* Adds the requests of `file`; *name becomes that of its form ("combined", "HAR"). Complaints (STATUS_NO_INPUT, STATUS_IO, and STATUS_DATA
 * for what no part can be used of) go to `diag`. */
void log_file_read(const char *file, const struct log_reading *reading, struct request_log *log, const char **name,
                   struct diag *diag);

#endif
