/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _XOPEN_SOURCE 700 /* access */
#include "models/advice/config_apache.h"
#include "sim/kernel/text.h"

#include <string.h>
#include <unistd.h>

/* ---- lines ---------------------------------------------------------------------------------------------------- */

struct apache_lines apache_lines_open(const struct config_file *file, struct arena *arena) {
    return (struct apache_lines){.file = file,
                          .text = ARENA_NEW(arena, file->bytes + 1, char),
                          .origin = ARENA_NEW(arena, file->bytes + 1, size_t),
                          .next_number = 1};
}

static bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\v' || c == '\f'; }

static size_t continuation(const struct apache_lines *lines, size_t at) {
    const char *text = lines->file->text;
    size_t bytes = lines->file->bytes;
    if (text[at] != '\\') return 0;
    if (at + 1 < bytes && text[at + 1] == '\n') return 2;
    return at + 2 < bytes && text[at + 1] == '\r' && text[at + 2] == '\n' ? 3 : 0;
}

bool apache_next_line(struct apache_lines *lines) {
    const struct config_file *file = lines->file;
    lines->length = 0;
    lines->number = lines->next_number;
    if (lines->at >= file->bytes || lines->is_broken) return false;
    for (; lines->at < file->bytes && file->text[lines->at] != '\n';) {
        size_t skipped = continuation(lines, lines->at);
        lines->at += skipped;
        lines->next_number += skipped > 0;
        if (skipped) continue;
        if (lines->length || !is_blank(file->text[lines->at])) {
            lines->text[lines->length] = file->text[lines->at];
            lines->origin[lines->length++] = lines->at;
        }
        lines->at++;
    }
    lines->at++;
    lines->next_number++;
    while (lines->length && is_blank(lines->text[lines->length - 1])) lines->length--;
    lines->text[lines->length] = '\0';
    return true;
}

/* ---- words ------------------------------------------------------------------------------------------------------ */

const char *apache_list_find(const struct config_list *list, const char *name, size_t length) {
    for (size_t i = list->n; i > 0; i--)
        if (list->item[i - 1].name && strlen(list->item[i - 1].name) == length && memcmp(list->item[i - 1].name, name, length) == 0)
            return list->item[i - 1].value;
    return NULL;
}

void apache_list_add(struct config_reader *reader, struct config_list *list, const char *name, const char *value) {
    enum { LIST_MAX = 4096 };
    if (!list->item) list->item = arena_alloc(reader->arena, LIST_MAX, sizeof *list->item);
    if (list->n == LIST_MAX) return;
    list->item[list->n].name = name;
    list->item[list->n++].value = value;
}

void apache_list_remove(struct config_list *list, const char *name) {
    for (size_t i = 0; i < list->n; i++)
        if (list->item[i].name && strcmp(list->item[i].name, name) == 0) list->item[i].name = NULL;
}

/* The value of "NAME}...", NULL if nobody has set it. */
static const char *variable(const struct config_reader *reader, const char *name, size_t length) {
    const char *value = apache_list_find(&reader->defines, name, length);
    return value ? value : apache_list_find(&reader->variables, name, length);
}

/* ${NAME}, from Define and from envvars; a name that nobody has set stays as it is, and so does what gets too long. */
static const char *resolve(struct config_reader *reader, const char *text) {
    enum { VALUE_BYTES_MAX = 4096 };
    char out[VALUE_BYTES_MAX];
    size_t n = 0;
    if (!strstr(text, "${")) return text;
    for (const char *at = text; *at;) {
        const char *end = strncmp(at, "${", 2) == 0 ? strchr(at, '}') : NULL;
        const char *value = end ? variable(reader, at + 2, (size_t)(end - at) - 2) : NULL;
        const char *piece = value ? value : at;
        size_t length = value ? strlen(value) : 1;
        if (n + length >= sizeof out) return text;
        memcpy(out + n, piece, length);
        n += length;
        at = value ? end + 1 : at + 1;
    }
    return arena_text(reader->arena, out, n);
}

/* The next word from *at, quotes and their backslashes taken away. False at the end of the line. */
bool apache_next_word(struct config_reader *reader, const struct apache_lines *lines, size_t *at, struct config_argument *out) {
    const char *text = lines->text;
    while (*at < lines->length && is_blank(text[*at])) ++*at;
    if (*at >= lines->length) return false;
    char quote = text[*at] == '"' || text[*at] == '\'' ? text[*at] : '\0';
    size_t begin = *at, n = 0;
    char *word = ARENA_NEW(reader->arena, lines->length - begin + 1, char);
    *at += quote != '\0';
    while (*at < lines->length && (quote ? text[*at] != quote : !is_blank(text[*at]))) {
        if (quote && text[*at] == '\\' && *at + 1 < lines->length && (text[*at + 1] == quote || text[*at + 1] == '\\')) ++*at;
        word[n++] = text[(*at)++];
    }
    *at += quote && *at < lines->length;
    *out = (struct config_argument){resolve(reader, word), lines->origin[begin], lines->origin[*at - 1] + 1};
    return true;
}

void apache_next_arguments(struct config_reader *reader, const struct apache_lines *lines, size_t at, struct config_directive *out) {
    struct config_argument argument;
    out->value = "";
    while (apache_next_word(reader, lines, &at, &argument)) {
        if (out->n_arguments == CONFIG_ARGUMENTS_MAX) break;
        out->value = *out->value ? text_format(reader->arena, "%s %s", out->value, argument.text) : argument.text;
        out->arguments[out->n_arguments++] = argument;
    }
}

/* ---- envvars ---------------------------------------------------------------------------------------------- */

void apache_read_envvars(struct config_reader *reader, const char *folder) {
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_0123456789";
    const char *path = config_path(reader, folder, "envvars");
    if (access(path, R_OK) != 0) return;
    const struct config_file *file = config_load(reader, path, (struct place){path, 0, NULL});
    if (!file) return;
    struct apache_lines lines = apache_lines_open(file, reader->arena);
    while (apache_next_line(&lines)) {
        char *word = lines.text;
        bool is_at_margin = lines.length && (lines.origin[0] == 0 || file->text[lines.origin[0] - 1] == '\n');
        if (!is_at_margin) continue;
        if (strncmp(word, "export ", 7) == 0) word += 7;
        size_t n = strspn(word, letters);
        if (n == 0 || word[n] != '=') continue;
        size_t quoted = word[n + 1] == '"' || word[n + 1] == '\'', end = strcspn(word + n + 1 + quoted, "$ \t\"'");
        apache_list_add(reader, &reader->variables, arena_text(reader->arena, word, n),
                        arena_text(reader->arena, word + n + 1 + quoted, end));
    }
}
