/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/advice/har_file.h"

#include <jansson.h>
#include <string.h>

#include "models/advice/log_time.h"

struct har {
    const char *file;
    struct span host; /* length 0: not known yet */
    struct request_log *log;
    struct byte_stream *bytes;
    const unsigned char *next;
    size_t left;
};

/* jansson's source: as many bytes as it asks for at most. */
static size_t give(void *to, size_t room, void *context) {
    struct har *har = context;
    if (har->left == 0) har->left = byte_stream_next(har->bytes, &har->next, 0);
    size_t n = har->left < room ? har->left : room;
    if (n) memcpy(to, har->next, n);
    har->next += n;
    har->left -= n;
    return n;
}

/* "http://host:80/path" */
static bool split_url(const char *url, struct span *host, struct span *path) {
    const char *begin = strstr(url, "://");
    if (!begin || begin[3] == '\0') return false;
    begin += 3;
    *host = (struct span){begin, strcspn(begin, "/?#")};
    *path = span_of(begin + host->length);
    return host->length > 0;
}

static struct span text_of(const json_t *object, const char *key) {
    const char *text = json_string_value(json_object_get(object, key));
    return text ? span_of(text) : (struct span){"", 0};
}

static bool is_same(struct span a, struct span b) { return a.length == b.length && memcmp(a.text, b.text, a.length) == 0; }

static bool is_http2(struct span version) { /* "h2", "HTTP/2.0", "http/2.0", "h3" */
    char last = version.length ? version.text[version.length - 1] : '1';
    bool short_name = version.length == 2 && version.text[0] == 'h';
    return short_name ? last != '1' : version.length >= 6 && (version.text[5] == '2' || version.text[5] == '3');
}

static void count_wrong(struct har *har, size_t entry, const char *field, struct span read, const char *allowed) {
    har->log->n_wrong++;
    diag_add(&har->log->wrong, STATUS_DATA, (struct place){har->file, 0, field}, "entry %zu: read '%.*s', allowed: %s", entry + 1,
             (int)(read.length < 60 ? read.length : 60), read.text, allowed);
}

/* -1 where there is no number, or a negative one: HAR's "not available". */
static double number_of(const json_t *object, const char *key) {
    const json_t *value = json_object_get(object, key);
    double number = json_is_number(value) ? json_number_value(value) : -1;
    return number >= 0 && number < 1e15 ? number : -1;
}

static void take_entry(struct har *har, size_t i, const json_t *entry) {
    const json_t *request = json_object_get(entry, "request"), *response = json_object_get(entry, "response");
    struct span started = text_of(entry, "startedDateTime"), url = text_of(request, "url"), host, path;
    struct logged logged = {0};
    har->log->n_lines++;
    if (!log_time_iso(started, &logged.time_us)) {
        count_wrong(har, i, "startedDateTime", started, "a time like 2000-10-10T13:55:36.123-07:00");
        return;
    }
    if (!split_url(url.text, &host, &path)) {
        count_wrong(har, i, "request.url", url, "a URL like http://host/path");
        return;
    }
    if (har->host.length == 0) har->host = host;
    double status = number_of(response, "status"), time_ms = number_of(entry, "time");
    if (!is_same(host, har->host) || status < 100 || status > 999 || json_object_get(entry, "_fromCache")) {
        har->log->n_elsewhere++;
        return;
    }
    logged.status = (uint16_t)status;
    logged.duration_us = time_ms < 0 ? -1 : (int64_t)(time_ms * 1000);
    logged.bytes = (int64_t)number_of(response, "bodySize");
    if (logged.bytes < 0) logged.bytes = (int64_t)number_of(json_object_get(response, "content"), "size");
    bool http2 = is_http2(text_of(response, "httpVersion"));
    logged.flags = (uint8_t)((request_log_is_dynamic(path) ? LOGGED_DYNAMIC : 0) | (http2 ? LOGGED_HTTP2 : 0));
    request_log_add(har->log, logged, span_of(har->file), text_of(entry, "connection"));
}

void har_file_read(const char *file, struct byte_stream *bytes, const char *host, struct request_log *log, struct diag *diag) {
    struct har har = {.file = file, .host = host ? span_of(host) : (struct span){"", 0}, .log = log, .bytes = bytes};
    json_error_t error;
    json_t *root = json_load_callback(give, &har, 0, &error), *entry;
    if (byte_stream_failed(bytes)) {
        json_decref(root);
        return;
    }
    const json_t *entries = json_object_get(json_object_get(root, "log"), "entries");
    size_t i;
    if (!root)
        diag_add(diag, STATUS_DATA, (struct place){file, error.line, NULL}, "column %d: %.200s, allowed: JSON", error.column, error.text);
    else if (!json_is_array(entries))
        diag_add(diag, STATUS_DATA, (struct place){file, 0, NULL}, "no log.entries, allowed: an HTTP Archive (HAR)");
    else
        json_array_foreach((json_t *)entries, i, entry) take_entry(&har, i, entry);
    json_decref(root);
}
