/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE /* memrchr */
#include "models/advice/log_line.h"

#include <string.h>

/* ---- where a field ends ---------------------------------------------------------------------------- */

/* Whether the character at `at` stands behind an odd number of backslashes. */
static bool is_escaped(const char *begin, const char *at) {
    const char *c = at;
    while (c > begin && c[-1] == '\\') c--;
    return (at - c) % 2 != 0;
}

/* Texts between fields are of one to three characters: a loop is faster than a call of memcmp. `from`: those before are known to fit. */
static bool begins_with(const char *text, const char *end, struct span begin, size_t from) {
    if ((size_t)(end - text) < begin.length) return false;
    for (size_t i = from; i < begin.length; i++)
        if (text[i] != begin.text[i]) return false;
    return true;
}

/* Where `until` next stands, NULL if nowhere. */
static const char *find(struct span rest, struct span until, bool quoted) {
    const char *end = rest.text + rest.length, *at = rest.text;
    for (; (at = memchr(at, until.text[0], (size_t)(end - at))); at++)
        if (begins_with(at, end, until, 1) && !(quoted && is_escaped(rest.text, at))) return at;
    return NULL;
}

/* The last field of a format that is not open ended reaches to the end, whatever stands in it. */
static const char *find_last(struct span rest, struct span until) {
    if (until.length > rest.length) return NULL;
    const char *at = rest.text + rest.length - until.length;
    return begins_with(at, rest.text + rest.length, until, 0) ? at : NULL;
}

/* Cuts the value of a field from the rest of the line. */
static bool cut(const struct log_format *format, size_t i, struct span *rest, struct span *value) {
    const struct log_field *field = &format->field[i];
    bool is_last = i + 1 == format->n;
    const char *end;
    if (is_last && !format->open_ended) end = find_last(*rest, field->until);
    else if (is_last && field->until.length == 0) end = memchr(rest->text, ' ', rest->length);
    else end = find(*rest, field->until, field->quoted);
    if (!end && is_last && format->open_ended && field->until.length == 0) end = rest->text + rest->length;
    if (!end) return false;
    *value = (struct span){rest->text, (size_t)(end - rest->text)};
    size_t used = value->length + field->until.length;
    *rest = (struct span){rest->text + used, rest->length - used};
    return true;
}

/* ---- values ----------------------------------------------------------------------------------------- */

static bool is_dash(struct span text) { return text.length == 1 && text.text[0] == '-'; }

static bool whole_number(struct span text, int64_t *value) {
    if (text.length == 0 || text.length > 18) return false;
    *value = 0;
    for (size_t i = 0; i < text.length; i++) {
        if (text.text[i] < '0' || text.text[i] > '9') return false;
        *value = 10 * *value + (text.text[i] - '0');
    }
    return true;
}

/* "-" where there is nothing to count. */
static bool count_or_dash(struct span text, int64_t none, int64_t *value) {
    *value = none;
    return is_dash(text) || whole_number(text, value);
}

static bool status_of(struct span text, int *status) {
    int64_t value = 0;
    if (!is_dash(text) && (text.length != 3 || !whole_number(text, &value))) return false;
    *status = (int)value;
    return true;
}

/* A request line without a protocol is of HTTP/0.9, which never keeps a connection, as 1.0 does not unless it asks. */
static void take_protocol(struct span protocol, struct log_entry *entry) {
    char major = protocol.length >= 6 && memcmp(protocol.text, "HTTP/", 5) == 0 ? protocol.text[5] : '0';
    entry->http2 = major == '2' || major == '3';
    entry->http10 = major == '0' || (protocol.length >= 8 && memcmp(protocol.text, "HTTP/1.0", 8) == 0);
}

/* A client is an address or a name; what has a blank, a control character, a quote or ! is a format that does not fit. */
static bool is_client(struct span text) {
    if (text.length == 0 || is_dash(text)) return false;
    for (size_t i = 0; i < text.length; i++)
        if ((unsigned char)text.text[i] <= '"' || text.text[i] == 0x7f) return false;
    return true;
}

/* "METHOD path", and behind it the protocol if the client was not of 1991. */
static enum log_line_kind take_request(struct span text, struct log_entry *entry) {
    static const char silent[] = "-", internal[] = "OPTIONS * ";
    if (text.length == 0 || span_is(text, silent)) return LOG_LINE_SILENT;
    if (text.length >= strlen(internal) && memcmp(text.text, internal, strlen(internal)) == 0) return LOG_LINE_INTERNAL;
    size_t method = 0;
    while (method < text.length && ((text.text[method] >= 'A' && text.text[method] <= 'Z') || text.text[method] == '-' ||
                                    text.text[method] == '_' || (text.text[method] >= 'a' && text.text[method] <= 'z')))
        method++;
    if (method == 0 || method > 32 || method + 1 >= text.length || text.text[method] != ' ') return LOG_LINE_NOT_HTTP;
    struct span rest = {text.text + method + 1, text.length - method - 1};
    const char *last = memrchr(rest.text, ' ', rest.length);
    bool has_protocol = last && rest.text + rest.length - last > 5 && memcmp(last + 1, "HTTP/", 5) == 0;
    entry->path = (struct span){rest.text, has_protocol ? (size_t)(last - rest.text) : rest.length};
    take_protocol(has_protocol ? (struct span){last + 1, (size_t)(rest.text + rest.length - last - 1)} : (struct span){0}, entry);
    return LOG_LINE_REQUEST;
}

static bool take_duration(const struct log_field *field, struct span value, struct log_entry *entry) {
    return is_dash(value) || log_time_number(value, field->unit_us, &entry->duration_us);
}

static bool take_kept(int64_t first, struct span value, struct log_entry *entry) {
    if (!whole_number(value, &entry->kept) || entry->kept < first) return false;
    entry->kept -= first;
    return true;
}

/* False: *allowed is what should have stood there. A fraction of the time is gathered apart, since it may come first. */
static bool take(const struct log_field *field, struct span value, struct log_day *day, struct log_entry *entry, int64_t *fraction_us,
                 enum log_line_kind *kind, const char **allowed) {
    int64_t number;
    switch (field->kind) {
    case FIELD_CLIENT:
        entry->client = value;
        *allowed = "an address or a name";
        return is_client(value);
    case FIELD_PORT: *allowed = "a port"; return is_dash(value) || (whole_number(value, &number) && number <= 65535);
    case FIELD_TIME_CLF:
        *allowed = "a time like 10/Oct/2000:13:55:36 -0700";
        return log_time_clf(value, day, &entry->time_us);
    case FIELD_TIME_ISO:
        *allowed = "a time like 2000-10-10T13:55:36-07:00";
        return log_time_iso(value, &entry->time_us);
    case FIELD_TIME_NUMBER:
        *allowed = "a time since 1970, like 971211336";
        return log_time_number(value, field->unit_us, &entry->time_us);
    case FIELD_TIME_STRPTIME:
        *allowed = "a time in the form of the format";
        return log_time_strptime(value, field->strptime_format, &entry->time_us);
    case FIELD_TIME_FRACTION:
        *allowed = "digits of a second";
        return log_time_number(value, field->unit_us, fraction_us) && *fraction_us < MICROSECONDS;
    case FIELD_REQUEST: *kind = take_request(value, entry); return true;
    case FIELD_PATH: entry->path = value; return true;
    case FIELD_PROTOCOL: take_protocol(value, entry); return true;
    case FIELD_STATUS: *allowed = "a status of three digits, or -"; return status_of(value, &entry->status);
    case FIELD_BYTES: *allowed = "bytes, or -"; return count_or_dash(value, 0, &entry->bytes);
    case FIELD_DURATION: *allowed = "a time taken, or -"; return take_duration(field, value, entry);
    case FIELD_CONNECTION: entry->connection = is_dash(value) ? (struct span){0} : value; return true;
    case FIELD_KEPT: *allowed = "a number of requests from 0"; return take_kept(0, value, entry);
    case FIELD_ORDINAL: *allowed = "a number of requests from 1"; return take_kept(1, value, entry);
    default: return true;
    }
}

static enum log_line_kind refuse(struct log_wrong *wrong, const char *field, struct span read, const char *allowed) {
    *wrong = (struct log_wrong){.field = field, .read = read, .allowed = allowed};
    return LOG_LINE_WRONG;
}

enum log_line_kind log_line_parse(const struct log_format *format, struct span line, struct log_day *day, struct log_entry *entry,
                                  struct log_wrong *wrong) {
    struct span rest = line, value;
    int64_t fraction_us = 0;
    enum log_line_kind kind = LOG_LINE_REQUEST;
    *entry = (struct log_entry){.duration_us = -1, .bytes = -1, .kept = -1};
    if (!begins_with(rest.text, rest.text + rest.length, format->begin, 0)) {
        *wrong = (struct log_wrong){NULL, line, "what begins with ", format->begin};
        return LOG_LINE_WRONG;
    }
    rest.text += format->begin.length;
    rest.length -= format->begin.length;
    for (size_t i = 0; i < format->n; i++) {
        const struct log_field *field = &format->field[i];
        const char *allowed = "";
        if (!cut(format, i, &rest, &value)) {
            *wrong = (struct log_wrong){field->name, rest, "what has behind it ", field->until};
            return LOG_LINE_WRONG;
        }
        if (!take(field, value, day, entry, &fraction_us, &kind, &allowed)) return refuse(wrong, field->name, value, allowed);
    }
    entry->time_us += fraction_us;
    return kind;
}
