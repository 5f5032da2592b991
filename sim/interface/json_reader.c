/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _POSIX_C_SOURCE 200809L
#include "sim/interface/json_reader.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "sim/interface/input.h"
#include "sim/kernel/text.h"

static enum json_token wrong(struct json_reader *reader, const char *why) {
    reader->text = why;
    reader->at = reader->end;
    return reader->last = JSON_WRONG;
}

static void skip_blanks(struct json_reader *reader) {
    for (; reader->at < reader->end && strchr(" \t\r\n", *reader->at) && *reader->at; reader->at++)
        if (*reader->at == '\n') reader->line++;
}

/* ---- texts -------------------------------------------------------------------------------------- */

/* Four hexadecimal digits; -1 if they are not. */
static long hex4(const char *at, const char *end) {
    long value = 0;
    if (end - at < 4) return -1;
    for (int i = 0; i < 4; i++) {
        const char *digits = "0123456789abcdef", *digit = at[i] ? strchr(digits, at[i] | (at[i] > '9' ? 0x20 : 0)) : NULL;
        if (!digit) return -1;
        value = value * 16 + (digit - digits);
    }
    return value;
}

static char *put_utf8(char *out, long code) {
    if (code < 0x80) {
        *out++ = (char)code;
        return out;
    }
    int more = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
    *out++ = (char)((0xFF00 >> (more + 1) & 0xFF) | code >> 6 * more);
    while (more-- > 0) *out++ = (char)(0x80 | (code >> 6 * more & 0x3F));
    return out;
}

/* After the u. A pair of surrogates is one character (RFC 8259, 7). NULL when it is none. */
static char *take_unicode(struct json_reader *reader, char *out) {
    long code = hex4(reader->at, reader->end);
    if (code <= 0) return NULL;
    reader->at += 4;
    if (code >= 0xD800 && code < 0xDC00) {
        long low = reader->end - reader->at >= 6 && memcmp(reader->at, "\\u", 2) == 0 ? hex4(reader->at + 2, reader->end) : -1;
        if (low < 0xDC00 || low > 0xDFFF) return NULL;
        reader->at += 6;
        code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
    } else if (code >= 0xDC00 && code < 0xE000) {
        return NULL;
    }
    return put_utf8(out, code);
}

/* After the backslash. */
static char *take_escape(struct json_reader *reader, char *out) {
    static const char letters[] = "\"\\/bfnrt", meanings[] = "\"\\/\b\f\n\r\t";
    if (reader->at == reader->end) return NULL;
    char letter = *reader->at++;
    if (letter == 'u') return take_unicode(reader, out);
    const char *found = letter ? strchr(letters, letter) : NULL;
    if (!found) return NULL;
    *out++ = meanings[found - letters];
    return out;
}

/* After the opening quote. No escape is shorter than what it stands for. */
static bool take_text(struct json_reader *reader) {
    const char *close = reader->at;
    while (close < reader->end && *close != '"') close += *close == '\\' && close + 1 < reader->end ? 2 : 1;
    if (close >= reader->end) return wrong(reader, "a text without its closing quote"), false;
    char *text = arena_alloc(reader->arena, (size_t)(close - reader->at) + 1, 1), *out = text;
    while (reader->at < close) {
        unsigned char c = (unsigned char)*reader->at++;
        if (c < 0x20) return wrong(reader, "a control character in a text"), false;
        if (c != '\\') *out++ = (char)c;
        else if (!(out = take_escape(reader, out))) return wrong(reader, "an unknown escape in a text"), false;
    }
    reader->at = close + 1;
    reader->text = text;
    return true;
}

/* ---- values --------------------------------------------------------------------------------------- */

/* text_number also takes 1., .5, +1 and 01, which JSON does not. */
static bool is_json_number(const char *at, size_t length) {
    size_t i = length > 0 && at[0] == '-';
    if (i == length || at[i] < '0' || at[i] > '9') return false;
    if (at[i] == '0' && i + 1 < length && at[i + 1] >= '0' && at[i + 1] <= '9') return false;
    for (; i < length; i++)
        if (at[i] == '.' && (i + 1 == length || at[i + 1] < '0' || at[i + 1] > '9')) return false;
    return true;
}

static enum json_token take_number(struct json_reader *reader) {
    size_t length = text_number_prefix(reader->at, (size_t)(reader->end - reader->at), &reader->number);
    if (length == 0 || !is_json_number(reader->at, length)) return wrong(reader, "something that is no JSON value");
    reader->at += length;
    return JSON_NUMBER;
}

static enum json_token take_word(struct json_reader *reader, const char *word, enum json_token token) {
    size_t length = strlen(word);
    if ((size_t)(reader->end - reader->at) < length || memcmp(reader->at, word, length) != 0)
        return wrong(reader, "something that is no JSON value");
    reader->at += length;
    return token;
}

static enum json_token open_level(struct json_reader *reader, enum json_token token) {
    if (reader->depth + 1 >= JSON_DEPTH_MAX) return wrong(reader, "nesting that is too deep");
    uint64_t bit = (uint64_t)1 << ++reader->depth;
    reader->in_object = token == JSON_OBJECT ? reader->in_object | bit : reader->in_object & ~bit;
    reader->has_value = false;
    reader->at++;
    return token;
}

static bool in_object(const struct json_reader *reader) { return reader->in_object >> reader->depth & 1; }

static enum json_token close_level(struct json_reader *reader) {
    enum json_token token = in_object(reader) ? JSON_OBJECT_END : JSON_ARRAY_END;
    reader->depth--;
    reader->has_value = true;
    reader->at++;
    return token;
}

static enum json_token take_value(struct json_reader *reader) {
    reader->has_value = true;
    switch (*reader->at) {
    case '{': return open_level(reader, JSON_OBJECT);
    case '[': return open_level(reader, JSON_ARRAY);
    case 't': return take_word(reader, "true", JSON_TRUE);
    case 'f': return take_word(reader, "false", JSON_FALSE);
    case 'n': return take_word(reader, "null", JSON_NULL);
    case '"': reader->at++; return take_text(reader) ? JSON_TEXT : JSON_WRONG;
    default: return take_number(reader);
    }
}

/* The name of a member, and its colon. */
static enum json_token take_key(struct json_reader *reader) {
    if (*reader->at != '"') return wrong(reader, "something where a name in quotes is due");
    reader->at++;
    if (!take_text(reader)) return JSON_WRONG;
    skip_blanks(reader);
    if (reader->at == reader->end || *reader->at != ':') return wrong(reader, "a name without its colon");
    reader->at++;
    return JSON_KEY;
}

static enum json_token next(struct json_reader *reader) {
    skip_blanks(reader);
    bool at_end = reader->at >= reader->end, after_key = reader->last == JSON_KEY;
    if (reader->depth == 0 && reader->has_value) return at_end ? JSON_END : wrong(reader, "something after the end of the value");
    if (at_end) return wrong(reader, "the end of the file before that of the value");
    if (reader->depth == 0 || after_key) return take_value(reader);
    if (*reader->at == (in_object(reader) ? '}' : ']')) return close_level(reader);
    if (reader->has_value) {
        if (*reader->at != ',') return wrong(reader, "something where a comma is due");
        reader->at++;
        skip_blanks(reader);
        if (reader->at == reader->end) return wrong(reader, "the end of the file before that of the value");
    }
    return in_object(reader) ? take_key(reader) : take_value(reader);
}

enum json_token json_next(struct json_reader *reader) {
    if (reader->last == JSON_WRONG) return JSON_WRONG;
    return reader->last = next(reader);
}

bool json_skip(struct json_reader *reader, enum json_token token) {
    int depth = reader->depth - (token == JSON_OBJECT || token == JSON_ARRAY);
    while (token != JSON_WRONG && (reader->depth > depth || token == JSON_KEY)) token = json_next(reader);
    return token != JSON_WRONG;
}

/* ---- files -------------------------------------------------------------------------------------------- */

const char *json_load(const char *file, size_t *length, struct arena *arena, struct diag *diag) {
    const size_t limit = (size_t)1 << 30, block = (size_t)1 << 16;
    int descriptor = input_open(file, diag);
    if (descriptor < 0) return NULL;
    char *text = arena_alloc(arena, limit + block, 1); /* addresses; memory is touched as it is used */
    ssize_t n = 1;
    *length = 0;
    while (n > 0 && *length <= limit) {
        n = read(descriptor, text + *length, block);
        if (n > 0) *length += (size_t)n;
    }
    int error = errno;
    close(descriptor);
    if (n < 0) diag_add(diag, STATUS_IO, (struct place){.file = file}, "%s", strerror(error));
    if (*length > limit) diag_add(diag, STATUS_DATA, (struct place){.file = file}, "more than 1 GiB");
    return n < 0 || *length > limit ? NULL : text;
}
