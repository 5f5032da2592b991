/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Reading of nginx's configuration: words, blocks, included files. What the directives mean stands in config_nginx_values.c.
 *
 * A word is between blanks, in quotes, or up to ; { }; a backslash takes the next character as it is; ${name} is part of a word; #
 * begins a comment where a word could (ngx_conf_read_token). Relative names begin in the main file's folder. An include's
 * file must be there, a pattern may match nothing.
 */
#define _XOPEN_SOURCE 700 /* realpath */
#include <stdlib.h>
#include <string.h>

#include "models/advice/config_reader.h"
#include "sim/kernel/text.h"

/* What a block is to us. */
enum context { IN_MAIN, IN_EVENTS, IN_HTTP, IN_SERVER, IN_LOCATION, IN_UPSTREAM, IN_OTHER };

struct scope {
    enum context context;
    uint32_t site;
    const char *label; /* "location /x": why directives in it are not in force for the site */
    int depth;
};

/* A walk over the words of a file. */
struct words {
    const struct config_file *file;
    size_t at;
    long line;
    bool is_broken;
};

enum token { TOKEN_WORD, TOKEN_SEMICOLON, TOKEN_OPEN, TOKEN_CLOSE, TOKEN_END };

static void complain(struct config_reader *reader, struct words *words, long line, const char *what, const char *why) {
    diag_add(reader->diag, STATUS_DATA, config_place(words->file, line, NULL), "%.60s %s", what, why);
    words->is_broken = true;
}

/* ---- words --------------------------------------------------------------------------------------------------- */

static bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

static void skip_blanks(struct words *words) {
    const struct config_file *file = words->file;
    bool in_comment = false;
    for (; words->at < file->bytes; words->at++) {
        char c = file->text[words->at];
        if (c == '#') in_comment = true;
        else if (c == '\n') in_comment = false;
        else if (!in_comment && !is_blank(c)) return;
        words->line += c == '\n';
    }
}

/* The end of the word that begins at words->at; counts lines in quotes. */
static size_t word_end(struct words *words) {
    const char *text = words->file->text;
    size_t at = words->at, bytes = words->file->bytes;
    char quote = text[at] == '"' || text[at] == '\'' ? text[at] : '\0';
    for (at += quote != '\0'; at < bytes; at++) {
        char c = text[at];
        words->line += c == '\n' && quote;
        bool opens = c == '{' && (at == 0 || text[at - 1] != '$');
        if (c == '\\' && at + 1 < bytes) at++;
        else if (quote ? c == quote : is_blank(c) || c == ';' || opens) break;
    }
    return quote && at < bytes ? at + 1 : at;
}

/* Without quotes and backslashes. */
static const char *unquoted(struct config_reader *reader, const char *text, size_t length) {
    size_t quoted = length && (text[0] == '"' || text[0] == '\''), n = 0;
    size_t end = quoted && length > 1 && text[length - 1] == text[0] ? length - 1 : length;
    char *word = ARENA_NEW(reader->arena, length + 1, char);
    for (size_t i = quoted; i < end; i++) {
        if (text[i] == '\\' && i + 1 < end) i++;
        word[n++] = text[i];
    }
    return word;
}

static enum token next_token(struct config_reader *reader, struct words *words, struct config_argument *out) {
    skip_blanks(words);
    if (words->at >= words->file->bytes || words->is_broken) return TOKEN_END;
    const char *text = words->file->text;
    size_t begin = words->at;
    char c = text[begin];
    if (c == ';' || c == '{' || c == '}') {
        words->at++;
        return c == ';' ? TOKEN_SEMICOLON : c == '{' ? TOKEN_OPEN : TOKEN_CLOSE;
    }
    long line = words->line;
    words->at = word_end(words);
    bool is_quoted = c == '"' || c == '\'';
    bool is_open = is_quoted && (words->at < begin + 2 || text[words->at - 1] != c);
    if (is_open) complain(reader, words, line, "a quote", "that is opened here is never closed");
    else if (is_quoted && words->at < words->file->bytes && !is_blank(text[words->at]) && !strchr(";{)", text[words->at]))
        complain(reader, words, line, "a quoted word", "is followed by text without a blank between them");
    *out = (struct config_argument){unquoted(reader, text + begin, words->at - begin), begin, words->at};
    return words->is_broken ? TOKEN_END : TOKEN_WORD;
}

/* The program of a *_by_lua_block, whose braces are Lua's, up to the one that closes it. */
static void skip_program(struct config_reader *reader, struct words *words, long line) {
    const struct config_file *file = words->file;
    int depth = 1;
    for (; words->at < file->bytes && depth > 0; words->at++) {
        char c = file->text[words->at];
        words->line += c == '\n';
        depth += c == '{' ? 1 : c == '}' ? -1 : 0;
    }
    if (depth > 0) complain(reader, words, line, "a block", "that is opened here is never closed");
}

/* ---- directives ------------------------------------------------------------------------------------------------ */

static void read_block(struct config_reader *reader, struct words *words, const struct config_chain *chain,
                       const struct scope *scope, long opened);

static void read_included(struct config_reader *reader, const struct config_chain *chain, void *context) {
    struct words words = {.file = chain->file, .line = 1};
    read_block(reader, &words, chain, context, 0);
}

static void include(struct config_reader *reader, const struct config_directive *directive, const struct config_chain *chain,
                    const struct scope *scope) {
    struct scope inner = *scope;
    struct config_include what = {.name = directive->n_arguments ? directive->arguments[0].text : "",
                                  .root = reader->root,
                                  .place = config_place(directive->file, directive->line, "include"),
                                  .pattern_is_optional = true};
    inner.depth++;
    if (*what.name) config_include(reader, &what, chain, read_included, &inner);
    else diag_add(reader->diag, STATUS_DATA, what.place, "without a name, allowed: a file or a pattern");
}

/* Why a directive of ours is not in force where it stands; NULL: it is. */
static const char *reason(struct config_reader *reader, const struct config_word *word, const struct scope *scope) {
    static const enum context own[] = {
        [CONFIG_MAIN] = IN_MAIN, [CONFIG_EVENTS] = IN_EVENTS, [CONFIG_UPSTREAM] = IN_UPSTREAM, [CONFIG_PER_SITE] = IN_HTTP,
        [CONFIG_LISTEN] = IN_SERVER};
    if (scope->context == IN_UPSTREAM) return "between nginx and the servers behind it; not simulated";
    if (scope->context == own[word->level]) return NULL;
    bool is_site = word->level == CONFIG_PER_SITE;
    bool is_listen = word->level == CONFIG_LISTEN;
    if ((is_site || is_listen) && scope->context == IN_SERVER) return NULL;
    if (is_site && scope->context == IN_LOCATION) return text_format(reader->arena, "only inside %s", scope->label);
    return text_format(reader->arena, "not allowed %s", scope->context == IN_MAIN ? "outside any block" : "in this block");
}

/* nginx refuses a directive that stands twice on one level. */
static void check_twice(struct config_reader *reader, const struct config_directive *directive) {
    for (size_t i = reader->n_directives; i > 0; i--) {
        const struct config_directive *other = &reader->directives[i - 1];
        if (other->word != directive->word || other->site != directive->site || other->reason) continue;
        diag_add(reader->diag, STATUS_DATA, config_place(directive->file, directive->line, directive->name),
                 "stands twice on this level, first in %s:%ld; nginx allows it once", other->file->path, other->line);
        return;
    }
}

static void count_other(struct config_reader *reader, struct config_directive *directive) {
    const char *near = config_word_near(reader, directive->name);
    reader->config->n_other++;
    if (!near) return;
    directive->word = -1;
    directive->reason = text_format(reader->arena, "unknown; did you mean %s?", near);
    config_add(reader, directive);
}

/* listen [address] [backlog=N]: the directive and, as one of its own, its backlog. */
static void add_listen(struct config_reader *reader, struct config_directive *directive) {
    config_add(reader, directive);
    for (size_t i = 0; i < directive->n_arguments; i++) {
        struct config_argument argument = directive->arguments[i];
        if (strncmp(argument.text, "backlog=", 8) != 0) continue;
        directive->word = config_word_find(reader, "listen backlog", false);
        directive->name = "listen backlog";
        directive->value = argument.text + 8;
        argument.text += 8;
        argument.begin = argument.end - strlen(argument.text);
        directive->arguments[0] = argument;
        directive->n_arguments = 1;
        config_add(reader, directive);
        return;
    }
}

static void take(struct config_reader *reader, struct config_directive *directive, const struct config_chain *chain,
                 const struct scope *scope) {
    if (strcmp(directive->name, "include") == 0) {
        include(reader, directive, chain, scope);
        return;
    }
    if (scope->context == IN_SERVER && strcmp(directive->name, "server_name") == 0)
        for (size_t i = 0; i < directive->n_arguments; i++) config_site_name(reader, directive->site, directive->arguments[i].text);
    directive->word = config_word_find(reader, directive->name, false);
    bool elsewhere = scope->context == IN_OTHER; /* stream, mail, map: the same words mean something else */
    if (directive->word < 0 || elsewhere) {
        if (!elsewhere) count_other(reader, directive);
        else reader->config->n_other++;
        return;
    }
    directive->reason = reason(reader, &reader->words[directive->word], scope);
    bool is_listen = strcmp(directive->name, "listen") == 0;
    if (!directive->reason && !is_listen) check_twice(reader, directive);
    if (is_listen) add_listen(reader, directive);
    else config_add(reader, directive);
}

/* ---- blocks ------------------------------------------------------------------------------------------------------- */

/* A server {} outside of http {} is a file of sites-enabled that is read alone. */
static enum context context_of(enum context outer, const char *name) {
    if ((outer == IN_HTTP || outer == IN_MAIN) && strcmp(name, "server") == 0) return IN_SERVER;
    if (outer == IN_MAIN) return strcmp(name, "http") == 0 ? IN_HTTP : strcmp(name, "events") == 0 ? IN_EVENTS : IN_OTHER;
    if (outer == IN_HTTP && strcmp(name, "upstream") == 0) return IN_UPSTREAM;
    bool is_location = strcmp(name, "location") == 0 || strcmp(name, "if") == 0 || strcmp(name, "limit_except") == 0;
    return (outer == IN_SERVER || outer == IN_LOCATION) && is_location ? IN_LOCATION : IN_OTHER;
}

static struct scope enter(struct config_reader *reader, const struct words *words, const struct scope *outer,
                          const struct config_directive *block) {
    struct config_opening opening = {words->file, block->line, words->at};
    struct scope scope = {context_of(outer->context, block->name), outer->site, outer->label, outer->depth + 1};
    if (scope.context == IN_HTTP) {
        reader->http = opening;
    } else if (scope.context == IN_EVENTS) {
        reader->events = opening;
    } else if (scope.context == IN_SERVER) {
        struct config_site *site = config_add_site(reader, words->file, block->line);
        if (!site) return scope;
        site->label = text_format(reader->arena, "server {} of %s:%ld", words->file->path, block->line);
        site->opening = opening;
        scope.site = (uint32_t)(site - reader->sites);
    } else if (scope.context == IN_LOCATION) {
        scope.label = text_format(reader->arena, "%s%s%s", block->name, *block->value ? " " : "", block->value);
    }
    return scope;
}

static void open_block(struct config_reader *reader, struct words *words, const struct config_chain *chain,
                       const struct scope *scope, const struct config_directive *block) {
    const char *suffix = strstr(block->name, "_by_lua_block");
    if (suffix && strcmp(suffix, "_by_lua_block") == 0) {
        skip_program(reader, words, block->line);
        return;
    }
    struct scope inner = enter(reader, words, scope, block);
    if (inner.depth > CONFIG_DEPTH_MAX) complain(reader, words, block->line, block->name, "opens too many blocks within each other");
    else read_block(reader, words, chain, &inner, block->line);
}

static void add_word(struct config_reader *reader, const struct words *words, long line, struct config_argument word,
                     struct config_directive *directive) {
    if (!directive->name) {
        directive->name = word.text;
        directive->file = words->file;
        directive->line = line;
        directive->begin = word.begin;
    } else {
        if (directive->n_arguments < CONFIG_ARGUMENTS_MAX) directive->arguments[directive->n_arguments++] = word;
        else return;
        directive->value =
            *directive->value ? text_format(reader->arena, "%s %s", directive->value, word.text) : word.text;
    }
}

/* Up to the brace that closes it, or the end of the file; `opened` is its line, 0 for a file. */
static void read_block(struct config_reader *reader, struct words *words, const struct config_chain *chain,
                       const struct scope *scope, long opened) {
    struct config_directive directive = {.value = "", .site = scope->site};
    struct config_argument word;
    enum token token = TOKEN_END;
    while (reader->diag->count < DIAG_MESSAGES_MAX && (token = next_token(reader, words, &word)) != TOKEN_END) {
        if (token == TOKEN_WORD) {
            add_word(reader, words, words->line, word, &directive);
            continue;
        }
        if (token == TOKEN_CLOSE) break;
        if (!directive.name) {
            complain(reader, words, words->line, token == TOKEN_OPEN ? "'{'" : "';'", "without a directive before it");
            return;
        }
        directive.end = words->at;
        if (token == TOKEN_OPEN) open_block(reader, words, chain, scope, &directive);
        else take(reader, &directive, chain, scope);
        directive = (struct config_directive){.value = "", .site = scope->site};
    }
    if (words->is_broken) return;
    if (directive.name) complain(reader, words, directive.line, directive.name, "is not ended by ';' or '{'");
    else if (token == TOKEN_CLOSE && !opened) complain(reader, words, words->line, "'}'", "closes a block that was not opened in this file");
    else if (token == TOKEN_END && opened) complain(reader, words, opened, "a block", "that is opened here is never closed");
}

/* ---- the whole ------------------------------------------------------------------------------------------------------ */

void config_nginx_read(struct config_reader *reader, const char *folder) {
    struct scope scope = {.context = IN_MAIN, .label = ""};
    struct config_chain chain = {reader->main_file, NULL};
    char *real = realpath(folder, NULL);
    const char *slash = real ? strrchr(real, '/') : NULL;
    bool is_copy = slash && strcmp(slash, "/nginx") == 0 && strcmp(real, "/etc/nginx") != 0;
    reader->words = config_nginx_words.word;
    reader->n_words = config_nginx_words.n;
    reader->root = reader->home = folder;
    reader->sites[0].label = "http {}";
    reader->home_named = is_copy ? "/etc/nginx" : NULL;
    free(real);
    read_included(reader, &chain, &scope);
}
