/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/advice/log_format.h"

#include <stdio.h>
#include <string.h>

#include "models/advice/log_time.h"

/* ---- names -------------------------------------------------------------------------------------- */

#define COMMON "%h %l %u %t \"%r\" %>s %b"
#define AND_AGENT " \"%{Referer}i\" \"%{User-Agent}i\""

struct named {
    const char *name, *text;
    bool open_ended;
};

/* In the order in which they are tried: a line of a virtual host's log would also pass for combined, with the host as the
 * client. %O counts more bytes than %b, but stands in the same place. */
static const struct named named[] = {
    {"vhost_combined", "%v:%p " COMMON AND_AGENT, false},
    {"combined", COMMON AND_AGENT, false},
    {"vhost_common", "%v " COMMON, false},
    {"common", COMMON, false},
    {"vhost_combined, and more that is not read", "%v:%p " COMMON, true},
    {"common, and more that is not read", COMMON, true},
};

/* ---- building ----------------------------------------------------------------------------------- */

/* A format while it is read. `literal` gathers the text up to the next field. */
struct building {
    struct log_format *format;
    const char *text; /* the whole of it, for complaints */
    struct arena *arena;
    struct diag *diag;
    char *literal;
    size_t n_literal;
};

static bool refuse(struct building *b, const char *what, struct span read, const char *allowed) {
    diag_add(b->diag, STATUS_USAGE, (struct place){.file = "--format"}, "%s '%.*s', allowed: %s", what,
             (int)(read.length < 100 ? read.length : 100), read.text, allowed);
    return false;
}

static void add_text(struct building *b, const char *text, size_t length) {
    memcpy(b->literal + b->n_literal, text, length);
    b->n_literal += length;
}

/* The text gathered since the last field ends that field. */
static bool end_text(struct building *b) {
    struct log_format *format = b->format;
    struct span text = {arena_text(b->arena, b->literal, b->n_literal), b->n_literal};
    b->n_literal = 0;
    if (format->n == 0) {
        format->begin = text;
        return true;
    }
    struct log_field *last = &format->field[format->n - 1];
    if (text.length == 0)
        return refuse(b, "no text behind", span_of(last->name), "some between two fields, by which a reader can tell them apart");
    last->until = text;
    last->quoted = last->quoted && text.text[0] == '"';
    return true;
}

static bool ends_with_quote(struct span text) { return text.length > 0 && text.text[text.length - 1] == '"'; }

static bool add_field(struct building *b, struct log_field field, struct span name) {
    struct log_format *format = b->format;
    if (format->n == LOG_FIELDS_MAX) return refuse(b, "more than 64 fields in", span_of(b->text), "fewer");
    if (!end_text(b)) return false;
    field.quoted = ends_with_quote(format->n ? format->field[format->n - 1].until : format->begin);
    snprintf(field.name, sizeof field.name, "%.*s", (int)(name.length < 40 ? name.length : 40), name.text);
    format->field[format->n++] = field;
    return true;
}

/* ---- Apache ------------------------------------------------------------------------------------- */

struct directive {
    const char *letters, *argument; /* NULL: any or none */
    enum log_field_kind kind;
    int64_t unit_us;
};

static const struct directive directives[] = {
    {"h", NULL, FIELD_CLIENT, 0},         {"a", NULL, FIELD_CLIENT, 0},
    {"p", NULL, FIELD_PORT, 0},           {"r", NULL, FIELD_REQUEST, 0},
    {"U", NULL, FIELD_PATH, 0},           {"H", NULL, FIELD_PROTOCOL, 0},
    {"s", NULL, FIELD_STATUS, 0},         {"b", NULL, FIELD_BYTES, 0},
    {"B", NULL, FIELD_BYTES, 0},          {"O", NULL, FIELD_BYTES, 0},
    {"D", NULL, FIELD_DURATION, 1},       {"T", "us", FIELD_DURATION, 1},
    {"T", "ms", FIELD_DURATION, 1000},    {"T", NULL, FIELD_DURATION, MICROSECONDS},
    {"k", NULL, FIELD_KEPT, 0},           {"L", "c", FIELD_CONNECTION, 0},
    {"t", "sec", FIELD_TIME_NUMBER, MICROSECONDS}, {"t", "msec", FIELD_TIME_NUMBER, 1000},
    {"t", "usec", FIELD_TIME_NUMBER, 1},  {"t", "msec_frac", FIELD_TIME_FRACTION, 1000},
    {"t", "usec_frac", FIELD_TIME_FRACTION, 1}, {"t", NULL, FIELD_TIME_STRPTIME, MICROSECONDS},
};

/* Those that are walked over. */
static bool is_unused(struct span letters) {
    static const char *const many[] = {"^FB", "^ti", "^to"};
    for (size_t i = 0; i < sizeof many / sizeof many[0]; i++)
        if (span_is(letters, many[i])) return true;
    return letters.length == 1 && strchr("ACefilLmnoPqRuvVXIS", letters.text[0]) != NULL;
}

static struct log_field directive_field(struct building *b, struct span letters, struct span argument) {
    for (size_t i = 0; i < sizeof directives / sizeof directives[0]; i++) {
        const struct directive *d = &directives[i];
        if (!span_is(letters, d->letters) || (d->argument && !span_is(argument, d->argument))) continue;
        struct log_field field = {.kind = d->kind, .unit_us = d->unit_us};
        if (d->kind == FIELD_TIME_STRPTIME) field.strptime_format = arena_text(b->arena, argument.text, argument.length);
        return field;
    }
    return (struct log_field){.kind = is_unused(letters) ? FIELD_UNUSED : FIELD_KINDS};
}

/* %t is written in brackets, which are made text of the format. */
static bool add_clf_time(struct building *b, struct span whole) {
    add_text(b, "[", 1);
    if (!add_field(b, (struct log_field){.kind = FIELD_TIME_CLF, .unit_us = MICROSECONDS}, whole)) return false;
    add_text(b, "]", 1);
    return true;
}

static bool add_time(struct building *b, struct span argument, struct span whole) {
    static const char begin[] = "begin:", end[] = "end:";
    if (argument.length >= strlen(begin) && memcmp(argument.text, begin, strlen(begin)) == 0) {
        argument.text += strlen(begin);
        argument.length -= strlen(begin);
    } else if (argument.length >= strlen(end) && memcmp(argument.text, end, strlen(end)) == 0) {
        argument.text += strlen(end);
        argument.length -= strlen(end);
        b->format->stamped_at_end = true;
    }
    if (argument.length == 0) return add_clf_time(b, whole);
    return add_field(b, directive_field(b, (struct span){"t", 1}, argument), whole);
}

/* One directive at `text`, behind its %. Returns its length, 0 after a complaint. */
static size_t apache_directive(struct building *b, const char *text) {
    size_t at = strspn(text, "!<>,0123456789");
    struct span argument = {text, 0};
    if (text[at] == '{') {
        argument.text = text + at + 1;
        argument.length = strcspn(argument.text, "}");
        if (argument.text[argument.length] != '}') {
            refuse(b, "no } in", span_of(text), "%{...}X");
            return 0;
        }
        at += argument.length + 2;
    }
    size_t n_letters = text[at] == '^' ? 3 : 1, there = strlen(text + at);
    struct span letters = {text + at, n_letters < there ? n_letters : there};
    struct span whole = {text - 1, at + letters.length + 1};
    size_t length = at + letters.length;
    if (span_is(letters, "%")) {
        add_text(b, "%", 1);
        return length;
    }
    if (span_is(letters, "t")) return add_time(b, argument, whole) ? length : 0;
    /* the query string goes on where the path ends */
    bool joined = span_is(letters, "q") && b->n_literal == 0 && b->format->n && b->format->field[b->format->n - 1].kind == FIELD_PATH;
    if (joined) return length;
    struct log_field field = directive_field(b, letters, argument);
    if (field.kind == FIELD_KINDS) {
        refuse(b, "unknown directive", whole, "those of Apache's mod_log_config, or nginx's $variables");
        return 0;
    }
    return add_field(b, field, whole) ? length : 0;
}

static bool parse_apache(struct building *b) {
    for (const char *text = b->text; *text; text++) {
        if (*text == '%') {
            size_t length = apache_directive(b, text + 1);
            if (length == 0) return false;
            text += length;
        } else if (*text == '\\' && text[1] && strchr("\"\\nt", text[1])) {
            text++;
            add_text(b, *text == 'n' ? "\n" : *text == 't' ? "\t" : text, 1);
        } else {
            add_text(b, text, 1);
        }
    }
    return true;
}

/* ---- nginx -------------------------------------------------------------------------------------- */

struct variable {
    const char *name;
    enum log_field_kind kind;
    int64_t unit_us;
};

static const struct variable variables[] = {
    {"remote_addr", FIELD_CLIENT, 0},
    {"time_local", FIELD_TIME_CLF, MICROSECONDS},
    {"time_iso8601", FIELD_TIME_ISO, MICROSECONDS},
    {"msec", FIELD_TIME_NUMBER, MICROSECONDS},
    {"request", FIELD_REQUEST, 0},
    {"request_uri", FIELD_PATH, 0},
    {"uri", FIELD_PATH, 0},
    {"server_protocol", FIELD_PROTOCOL, 0},
    {"status", FIELD_STATUS, 0},
    {"body_bytes_sent", FIELD_BYTES, 0},
    {"bytes_sent", FIELD_BYTES, 0},
    {"request_time", FIELD_DURATION, MICROSECONDS},
    {"connection", FIELD_CONNECTION, 0},
    {"connection_requests", FIELD_ORDINAL, 0},
};

static struct log_field variable_field(struct span name) {
    for (size_t i = 0; i < sizeof variables / sizeof variables[0]; i++)
        if (span_is(name, variables[i].name)) return (struct log_field){.kind = variables[i].kind, .unit_us = variables[i].unit_us};
    return (struct log_field){.kind = FIELD_UNUSED};
}

static size_t variable_length(const char *text) {
    return strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");
}

static bool parse_nginx(struct building *b) {
    b->format->stamped_at_end = true; /* a line is written when the request is done */
    for (const char *text = b->text; *text;) {
        bool braced = text[0] == '$' && text[1] == '{';
        size_t length = text[0] == '$' ? variable_length(text + 1 + braced) : 0;
        if (length == 0 || (braced && text[2 + length] != '}')) {
            add_text(b, text++, 1);
            continue;
        }
        struct span name = {text + 1 + braced, length}, whole = {text, 1 + length + 2 * braced};
        if (!add_field(b, variable_field(name), whole)) return false;
        text += whole.length;
    }
    return true;
}

/* ---- the whole ------------------------------------------------------------------------------------ */

static bool is_time(enum log_field_kind kind) { return kind >= FIELD_TIME_CLF && kind <= FIELD_TIME_STRPTIME; }

/* One field of a kind counts. A time in pieces is not put together again, but for its fraction. */
static bool choose(struct building *b) {
    struct log_format *format = b->format;
    struct log_field *chosen[FIELD_KINDS] = {0};
    for (size_t i = 0; i < format->n; i++) {
        struct log_field *field = &format->field[i], *before = chosen[field->kind];
        if (before && field->kind == FIELD_TIME_STRPTIME)
            return refuse(b, "a second time", span_of(field->name), "one, with date and time in one %{...}t");
        bool finer = before && field->kind == FIELD_DURATION && field->unit_us < before->unit_us;
        if (before && !finer) field->kind = FIELD_UNUSED;
        else if (before) before->kind = FIELD_UNUSED;
        chosen[field->kind] = field;
    }
    return true;
}

static bool check(struct building *b) {
    struct log_format *format = b->format;
    bool has_time = false;
    format->resolution_us = MICROSECONDS;
    for (size_t i = 0; i < format->n; i++) {
        const struct log_field *field = &format->field[i];
        format->has[field->kind] = true;
        if (!is_time(field->kind)) continue;
        has_time = has_time || field->kind != FIELD_TIME_FRACTION;
        if (field->unit_us < format->resolution_us) format->resolution_us = field->unit_us;
        if (field->kind == FIELD_TIME_NUMBER && field->name[0] == '$') format->resolution_us = 1000; /* $msec */
    }
    if (!format->has[FIELD_CLIENT]) return refuse(b, "no client in", span_of(b->text), "a format with %h, %a or $remote_addr");
    if (!has_time) return refuse(b, "no time in", span_of(b->text), "a format with %t, %{sec}t, $time_local, $time_iso8601 or $msec");
    return true;
}

static bool is_nginx(const char *text) {
    for (const char *c = strchr(text, '$'); c; c = strchr(c + 1, '$'))
        if (c[1] == '{' || (c[1] >= 'a' && c[1] <= 'z')) return true;
    return false;
}

static bool build(const char *name, const char *text, struct log_format *out, struct arena *arena, struct diag *diag) {
    struct building b = {.format = out, .text = text, .arena = arena, .diag = diag};
    *out = (struct log_format){.name = name};
    b.literal = ARENA_NEW(arena, strlen(text) + 3, char); /* brackets of %t, and an end */
    if (!(is_nginx(text) ? parse_nginx(&b) : parse_apache(&b))) return false;
    if (out->n && b.n_literal) end_text(&b);
    return choose(&b) && check(&b);
}

bool log_format_parse(const char *text, struct log_format *out, struct arena *arena, struct diag *diag) {
    for (size_t i = 0; i < sizeof named / sizeof named[0]; i++)
        if (strcmp(named[i].name, text) == 0) return build(named[i].name, named[i].text, out, arena, diag);
    if (!strchr(text, '%') && !strchr(text, '$')) {
        struct building b = {.diag = diag};
        return refuse(&b, "unknown format", span_of(text),
                      "common, combined, vhost_common, vhost_combined, har, csv, or a format like '%h %t \"%r\"' or '$remote_addr [$time_local]'");
    }
    return build(text, text, out, arena, diag);
}

const struct log_format *log_format_guess(size_t i, struct arena *arena) {
    if (i >= sizeof named / sizeof named[0]) return NULL;
    struct diag diag = {0};
    struct log_format *format = ARENA_NEW(arena, 1, struct log_format);
    if (!build(named[i].name, named[i].text, format, arena, &diag)) status_bug(diag.text[0], __FILE__, __LINE__);
    format->open_ended = named[i].open_ended;
    return format;
}
