/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * log_format: what stands where in a line of an access log, from the text that the server was configured with.
 *
 *   Apache LogFormat      %h %l %u %t \"%r\" %>s %b          httpd.apache.org/docs/2.4/mod/mod_log_config.html
 *   nginx log_format      $remote_addr - $remote_user [$time_local] "$request" ...    nginx.org ngx_http_log_module
 *   a name                common, combined, vhost_common, vhost_combined
 *
 * A text with $name is nginx's, any other Apache's, in which \" \\ \n \t stand for what they stand for in httpd.conf. A field ends where
 * the text that follows it in the format next occurs, so there must be some between two fields; in quotes, a character behind a
 * backslash does not count (both servers escape quotes). Fields of which linger has no use are walked over. A format needs a
 * client and a time.
 *
 * When there are several fields of a kind, the first counts; of durations the finest.
 */
#ifndef MODELS_ADVICE_LOG_FORMAT_H
#define MODELS_ADVICE_LOG_FORMAT_H

#include <stdint.h>

#include "sim/kernel/arena.h"
#include "sim/kernel/status.h"
#include "sim/kernel/text.h"

enum log_field_kind {
    FIELD_UNUSED,
    FIELD_CLIENT,
    FIELD_PORT, /* digits: what tells "host:80 client" from a client with colons */
    FIELD_TIME_CLF,
    FIELD_TIME_ISO,
    FIELD_TIME_NUMBER,   /* of `unit_us` */
    FIELD_TIME_FRACTION, /* ... more: what %{msec_frac}t adds */
    FIELD_TIME_STRPTIME,
    FIELD_REQUEST, /* "GET /index.html HTTP/1.1" */
    FIELD_PATH,
    FIELD_PROTOCOL,
    FIELD_STATUS,
    FIELD_BYTES,
    FIELD_DURATION,   /* of `unit_us` */
    FIELD_CONNECTION, /* a name that all requests of one connection share */
    FIELD_KEPT,       /* requests on this connection before this one: %k */
    FIELD_ORDINAL,    /* ... and this one: $connection_requests */
    FIELD_KINDS
};

enum { LOG_FIELDS_MAX = 64, LOG_FIELD_NAME_BYTES = 48 };

struct log_field {
    enum log_field_kind kind;
    int64_t unit_us;
    bool quoted;                 /* between double quotes */
    struct span until;           /* what follows it */
    const char *strptime_format; /* FIELD_TIME_STRPTIME */
    char name[LOG_FIELD_NAME_BYTES]; /* as in the format, for complaints */
};

struct log_format {
    const char *name;  /* "combined", or the text itself */
    struct span begin; /* before the first field */
    size_t n;
    struct log_field field[LOG_FIELDS_MAX];
    bool has[FIELD_KINDS];
    bool open_ended;       /* more may follow, unread */
    bool stamped_at_end;   /* the time is that of the end of the request, not of its beginning */
    int64_t resolution_us; /* of the time */
};

/* Texts are the arena's. False after a complaint (STATUS_USAGE). */
bool log_format_parse(const char *text, struct log_format *out, struct arena *arena, struct diag *diag);

/* The formats to try on a log of which nobody said what it is, the likelier the earlier; NULL behind the last. The format is the
 * arena's. */
const struct log_format *log_format_guess(size_t i, struct arena *arena);

#endif
