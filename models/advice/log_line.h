/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * log_line: one line of an access log, by its format. Strict about what linger uses (client, time, status, durations), blind to
 * the rest. A line that fits is one of
 *
 *   a request
 *   a connection without one        "-" for %r: the client opened it and said nothing until the server lost patience (408)
 *   something that is not HTTP      a TLS hello or a scan on a plain port: what stands in %r does not begin with a method
 *   the server's call to itself     OPTIONS *, by which Apache wakes its children ("internal dummy connection")
 */
#ifndef MODELS_ADVICE_LOG_LINE_H
#define MODELS_ADVICE_LOG_LINE_H

#include "models/advice/log_format.h"
#include "models/advice/log_time.h"

enum log_line_kind { LOG_LINE_REQUEST, LOG_LINE_SILENT, LOG_LINE_NOT_HTTP, LOG_LINE_INTERNAL, LOG_LINE_WRONG };

/* Spans lie in the line. */
struct log_entry {
    int64_t time_us;     /* as stamped */
    int64_t duration_us; /* -1: not logged */
    int64_t bytes;       /* -1 */
    int64_t kept;        /* requests on this connection before; -1 */
    struct span client, connection, path; /* length 0: not logged */
    int status;                           /* 0: not logged */
    bool http2, http10;                   /* HTTP/2 or 3; HTTP/1.0 or none */
};

/* What was wrong with a line. */
struct log_wrong {
    const char *field;   /* of the format; NULL: the line as a whole */
    struct span read;
    const char *allowed;
    struct span until;   /* behind `allowed`, in quotes; length 0: nothing */
};

/* `day` remembers from line to line, zeroes at first. */
enum log_line_kind log_line_parse(const struct log_format *format, struct span line, struct log_day *day, struct log_entry *entry,
                                  struct log_wrong *wrong);

#endif
