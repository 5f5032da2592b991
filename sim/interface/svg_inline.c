/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/interface/svg_inline.h"

#include <stdbool.h>
#include <string.h>

#include "sim/interface/html.h"

/* ---- what stands in a picture --------------------------------------------------------------------- */

/* A place in a picture. Nothing ends in the middle of a tag: that was looked at first. */
struct tag {
    const char *begin, *end; /* from < to behind > */
    const char *name;
    size_t name_length;
};

static bool is_name(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == ':';
}

/* The next tag from `at` on; begin NULL: there is none, or it has no end. A > inside a quoted value ends nothing. */
static struct tag next_tag(const char *at) {
    struct tag tag = {.begin = strchr(at, '<')};
    if (!tag.begin) return tag;
    char quote = 0;
    const char *end = tag.begin + 1;
    for (; *end && (quote || *end != '>'); end++) {
        if (quote) quote = *end == quote ? 0 : quote;
        else if (*end == '"' || *end == '\'') quote = *end;
    }
    if (!*end) return (struct tag){0};
    tag.end = end + 1;
    tag.name = tag.begin + 1 + (tag.begin[1] == '/');
    while (is_name(tag.name[tag.name_length])) tag.name_length++;
    return tag;
}

struct attribute {
    const char *name, *value; /* NULL: no more; value: NULL when the tag is not well-formed */
    size_t name_length, value_length;
};

static const char *skip_blanks(const char *at) { return at + strspn(at, " \t\r\n"); }

/* The next attribute of a tag, from `at` (behind its name, or behind the value of the one before). */
static struct attribute next_attribute(const char *at) {
    struct attribute a = {.name = skip_blanks(at)};
    if (*a.name == '>' || (*a.name == '/' && a.name[1] == '>')) return (struct attribute){0};
    while (is_name(a.name[a.name_length])) a.name_length++;
    const char *equals = skip_blanks(a.name + a.name_length), *quote = *equals == '=' ? skip_blanks(equals + 1) : equals;
    if (a.name_length == 0 || (*quote != '"' && *quote != '\'')) return a;
    a.value = quote + 1;
    a.value_length = strcspn(a.value, *quote == '"' ? "\"" : "'");
    return a;
}

static bool is_word(const char *text, size_t length, const char *word) {
    return strlen(word) == length && memcmp(text, word, length) == 0;
}

static bool is_href(const struct attribute *a) {
    return is_word(a->name, a->name_length, "href") || is_word(a->name, a->name_length, "xlink:href");
}

static const char *find(const char *text, size_t length, const char *part) {
    size_t n = strlen(part);
    for (size_t i = 0; i + n <= length; i++)
        if (memcmp(text + i, part, n) == 0) return text + i;
    return NULL;
}

/* What refers elsewhere or acts is not let in, nor a style sheet's words, which could do either. */
static bool attribute_is_plain(const struct attribute *a) {
    if (!a->value || (a->name_length > 2 && (a->name[0] | 0x20) == 'o' && (a->name[1] | 0x20) == 'n')) return false;
    if (is_word(a->name, a->name_length, "style") || find(a->value, a->value_length, "<")) return false;
    if (is_href(a)) return a->value[0] == '#';
    const char *url = find(a->value, a->value_length, "url(");
    return !url || url[4] == '#';
}

static bool tag_is_plain(const struct tag *tag) {
    static const char *const drawing[] = {"svg", "title", "desc", "defs", "g", "path", "text", "tspan", "use", "circle", "ellipse",
                                          "rect", "line", "polygon", "polyline", "clipPath", "pattern", "mask", "filter", "feFlood",
                                          "feComposite", "linearGradient", "radialGradient", "stop"};
    size_t i = 0, n = sizeof drawing / sizeof drawing[0];
    while (i < n && !is_word(tag->name, tag->name_length, drawing[i])) i++;
    if (i == n) return false;
    struct attribute a = next_attribute(tag->name + tag->name_length);
    for (; a.name; a = next_attribute(a.value + a.value_length + 1))
        if (!attribute_is_plain(&a)) return false;
    return true;
}

/* The <svg> that all else stands in; NULL when there is something in it that does not belong into a page. */
static const char *plain_svg(const char *text) {
    const char *svg = strstr(text, "<svg"), *at = svg;
    long depth = 0;
    while (at && *at) {
        struct tag tag = next_tag(at);
        if (!tag.begin) return depth == 0 && !strchr(at, '<') ? svg : NULL;
        if ((depth == 0 && at != svg) || !tag_is_plain(&tag)) return NULL;
        depth += tag.begin[1] == '/' ? -1 : tag.end[-2] == '/' ? 0 : 1;
        at = tag.end;
    }
    return depth == 0 ? svg : NULL;
}

enum { SVG_BYTES_MAX = 16 << 20 };

/* The whole file as text; NULL when there is none, or one that is too long. */
static const char *read_text(const char *path, struct arena *arena) {
    FILE *file = fopen(path, "rb");
    if (!file) return NULL;
    long bytes = fseek(file, 0, SEEK_END) == 0 ? ftell(file) : -1;
    char *text = bytes > 0 && bytes < SVG_BYTES_MAX ? ARENA_NEW(arena, (size_t)bytes + 1, char) : NULL;
    if (text && (fseek(file, 0, SEEK_SET) != 0 || fread(text, 1, (size_t)bytes, file) != (size_t)bytes)) text = NULL;
    fclose(file);
    return text;
}

const char *svg_read(const char *file, struct arena *arena) {
    const char *text = read_text(file, arena);
    return text ? plain_svg(text) : NULL;
}

/* ---- how it stands in a page -------------------------------------------------------------------------- */

/* The value with the prefix before each name in it. */
static void put_value(FILE *out, const struct attribute *a, const char *prefix) {
    const char *end = a->value + a->value_length, *name = a->value, *url = find(a->value, a->value_length, "url(#");
    if (is_word(a->name, a->name_length, "id")) fputs(prefix, out);
    else if (is_href(a) || url) {
        name = is_href(a) ? a->value + 1 : url + 5;
        html_markup(out, a->value, (size_t)(name - a->value));
        fputs(prefix, out);
    }
    html_markup(out, name, (size_t)(end - name));
}

static void put_tag(FILE *out, const struct tag *tag, const char *prefix) {
    const char *at = tag->begin;
    struct attribute a = next_attribute(tag->name + tag->name_length);
    for (; a.name; a = next_attribute(at + 1)) {
        html_markup(out, at, (size_t)(a.value - at));
        put_value(out, &a, prefix);
        at = a.value + a.value_length;
    }
    html_markup(out, at, (size_t)(tag->end - at));
}

/* The opening tag anew: what is to be seen instead of what made it. */
void svg_put(FILE *out, const char *svg, const char *prefix, const char *label) {
    struct tag tag = next_tag(svg);
    struct attribute a = next_attribute(tag.name + tag.name_length);
    fputs("<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" role=\"img\"", out);
    for (; a.name; a = next_attribute(a.value + a.value_length + 1)) {
        if (!is_word(a.name, a.name_length, "viewBox")) continue;
        fputs(" viewBox=\"", out);
        html_markup(out, a.value, a.value_length);
        fputc('"', out);
    }
    fputs(" aria-label=\"", out);
    html_text(out, label);
    fputs("\">", out);
    for (const char *at = tag.end; *at; at = tag.end) {
        tag = next_tag(at);
        if (!tag.begin) break;
        html_markup(out, at, (size_t)(tag.begin - at));
        put_tag(out, &tag, prefix);
    }
    fputc('\n', out);
}
