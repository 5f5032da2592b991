/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Reading of Apache httpd's configuration: sections, modules, included files. What the directives mean stands in
 * config_apache_values.c. LoadModule, Define and
 * the <If...> sections count in the order in which they are read (EXEC_ON_READ), so a section that asks for a module loaded
 * further below is not in force. Modules that are always compiled in are those of Debian's `apache2 -l`.
 */
#define _XOPEN_SOURCE 700
#include <regex.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "models/advice/config_apache.h"
#include "sim/kernel/text.h"

/* ---- sections ------------------------------------------------------------------------------------------------------ */

struct scope {
    const char *name; /* of the section that was opened; NULL: the file itself */
    long line;
    uint32_t site;
    bool is_skipped;
    const char *reason; /* why directives in it are not in force */
    int depth;
};

static bool module_is_compiled_in(const char *name) {
    static const char *const always[] = {
        "core.c",         "core_module",       "mod_so.c",    "so_module",    "http_core.c",   "http_module",
        "mod_log_config.c", "log_config_module", "mod_logio.c", "logio_module", "mod_version.c", "version_module",
        "mod_unixd.c",    "unixd_module",      "mod_watchdog.c", "watchdog_module"};
    for (size_t i = 0; i < sizeof always / sizeof always[0]; i++)
        if (strcmp(name, always[i]) == 0) return true;
    return false;
}

static const char *const mpms[] = {
    [ARCHITECTURE_PREFORK] = "prefork", [ARCHITECTURE_WORKER] = "worker", [ARCHITECTURE_EVENT] = "event"};
enum { MPMS = sizeof mpms / sizeof mpms[0] };

static int mpm_find(const char *name, size_t length) {
    for (int i = 0; i < MPMS; i++)
        if (strlen(mpms[i]) == length && strncmp(mpms[i], name, length) == 0) return i;
    return -1;
}

/* By identifier, or by the name of its source: mod_alias.c is in mod_alias.so, and event.c in mod_mpm_event.so. */
static bool module_is_loaded(const struct config_reader *reader, const char *name) {
    size_t length = strlen(name);
    if (module_is_compiled_in(name) || apache_list_find(&reader->modules, name, length)) return true;
    if (reader->mpm >= 0) {
        char id[32], source[32];
        snprintf(id, sizeof id, "mpm_%s_module", mpms[reader->mpm]);
        snprintf(source, sizeof source, "%s.c", mpms[reader->mpm]);
        if (strcmp(name, id) == 0 || strcmp(name, source) == 0) return true;
    }
    if (length < 3 || strcmp(name + length - 2, ".c") != 0 || strncmp(name, "mod_mpm_", 8) == 0) return false;
    for (size_t i = 0; i < reader->modules.n; i++) {
        const char *file = reader->modules.item[i].value, *slash = strrchr(file, '/');
        if (slash) file = slash + 1;
        if (strncmp(file, name, length - 1) == 0 && strcmp(file + length - 1, "so") == 0) return true;
    }
    return false;
}

/* "2.4" is 2.4.0, as in mod_version. */
static long version_number(const char *text) {
    long number = 0, scale = 1000000;
    for (; scale > 0 && *text >= '0' && *text <= '9'; scale /= 1000) {
        char *end;
        long part = strtol(text, &end, 10);
        number += (part < 1000 ? part : 999) * scale;
        text = *end == '.' ? end + 1 : end;
    }
    return number;
}

/* Braces are left out: a repeated repetition can ask for all memory. */
static bool version_matches(const char *version, const char *pattern) {
    regex_t regex;
    if (strlen(pattern) > 64 || strchr(pattern, '{') || regcomp(&regex, pattern, REG_EXTENDED | REG_NOSUB) != 0) return false;
    bool matches = regexec(&regex, version, 0, NULL, 0) == 0;
    regfree(&regex);
    return matches;
}

static bool if_version(const struct config_reader *reader, const struct config_directive *section) {
    const char *operator = section->n_arguments > 1 ? section->arguments[0].text : "=";
    const char *operand = section->n_arguments ? section->arguments[section->n_arguments - 1].text : "";
    bool negated = *operator == '!', holds;
    if (negated) operator++;
    size_t length = strlen(operand);
    long is = reader->version, than = version_number(operand);
    if (*operator == '~') holds = version_matches(reader->config->version, operand);
    else if (length > 1 && operand[0] == '/' && operand[length - 1] == '/')
        holds = version_matches(reader->config->version, text_format(reader->arena, "%.*s", (int)length - 2, operand + 1));
    else if (*operator == '>') holds = operator[1] == '=' ? is >= than : is > than;
    else if (*operator == '<') holds = operator[1] == '=' ? is <= than : is < than;
    else holds = is == than;
    return holds != negated;
}

/* Whether an <If...> section is in force. */
static bool holds(struct config_reader *reader, const char *name, const struct config_directive *section) {
    const char *what = section->n_arguments ? section->arguments[0].text : "";
    bool negated = *what == '!', is;
    if (strcasecmp(name, "IfVersion") == 0) return if_version(reader, section);
    if (negated) what++;
    if (strcasecmp(name, "IfModule") == 0) is = module_is_loaded(reader, what);
    else if (strcasecmp(name, "IfDefine") == 0) is = apache_list_find(&reader->defines, what, strlen(what)) != NULL;
    else if (strcasecmp(name, "IfFile") == 0) is = access(config_path(reader, reader->root, what), F_OK) == 0;
    else is = true; /* IfDirective, IfSection: nothing that httpd ships is unknown */
    return is != negated;
}

static bool is_condition(const char *name) {
    static const char *const words[] = {"IfModule", "IfDefine", "IfVersion", "IfFile", "IfDirective", "IfSection"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strcasecmp(name, words[i]) == 0) return true;
    return false;
}

static void open_site(struct config_reader *reader, const struct apache_lines *lines, const char *label, struct scope *scope) {
    struct config_site *site = config_add_site(reader, lines->file, lines->number);
    if (!site) return;
    site->label = label;
    site->opening = (struct config_opening){lines->file, lines->number, lines->at < lines->file->bytes ? lines->at : lines->file->bytes};
    scope->site = (uint32_t)(site - reader->sites);
}

/* The scope inside a section; `name` and `section` are its tag. */
static struct scope enter(struct config_reader *reader, const struct apache_lines *lines, const struct scope *outer, const char *name,
                          const struct config_directive *section) {
    struct scope scope = {name, lines->number, outer->site, outer->is_skipped, outer->reason, outer->depth + 1};
    const char *label = text_format(reader->arena, "<%s%s%s>", name, *section->value ? " " : "", section->value);
    if (scope.is_skipped) return scope;
    if (is_condition(name)) {
        scope.is_skipped = !holds(reader, name, section);
        if (scope.is_skipped) scope.reason = text_format(reader->arena, "inside %s, which does not hold", label);
    } else if (strcasecmp(name, "VirtualHost") == 0) {
        open_site(reader, lines, label, &scope);
    } else if (strcasecmp(name, "Macro") == 0) {
        scope.is_skipped = true;
        scope.reason = text_format(reader->arena, "inside %s, which is not expanded", label);
    } else if (!scope.reason) {
        scope.reason = text_format(reader->arena, "not allowed inside %s", label);
    }
    return scope;
}

/* ---- directives ---------------------------------------------------------------------------------------------------- */

static void read_lines(struct config_reader *reader, struct apache_lines *lines, const struct config_chain *chain,
                       const struct scope *scope);

static void read_included(struct config_reader *reader, const struct config_chain *chain, void *context) {
    const struct scope *outer = context;
    struct scope scope = *outer;
    struct apache_lines lines = apache_lines_open(chain->file, reader->arena);
    scope.name = NULL;
    read_lines(reader, &lines, chain, &scope);
}

static void include(struct config_reader *reader, const struct config_directive *directive, const struct config_chain *chain,
                    const struct scope *scope, bool is_optional) {
    struct scope inner = *scope;
    struct config_include what = {.name = directive->n_arguments ? directive->arguments[0].text : "",
                                  .root = reader->root,
                                  .place = config_place(directive->file, directive->line, directive->name),
                                  .pattern_is_optional = is_optional,
                                  .file_is_optional = is_optional,
                                  .folder_is_read = true};
    inner.depth++;
    if (*what.name) config_include(reader, &what, chain, read_included, &inner);
    else diag_add(reader->diag, STATUS_DATA, what.place, "without a name, allowed: a file, folder or pattern");
}

static void load_module(struct config_reader *reader, const struct config_directive *directive) {
    if (directive->n_arguments < 2) return;
    const char *id = directive->arguments[0].text;
    size_t length = strlen(id);
    bool is_mpm = length > 11 && strncmp(id, "mpm_", 4) == 0 && strcmp(id + length - 7, "_module") == 0;
    int mpm = is_mpm ? mpm_find(id + 4, length - 11) : -1;
    if (mpm >= 0 && reader->options->mpm) return; /* asked for another: this one is not there */
    if (mpm >= 0 && reader->mpm_from && mpm != reader->mpm)
        diag_add(reader->diag, STATUS_DATA, config_place(directive->file, directive->line, "LoadModule"),
                 "a second MPM, %s, after that of %s:%ld; allowed: one", id, reader->mpm_from->file->path, reader->mpm_from->line);
    apache_list_add(reader, &reader->modules, id, directive->arguments[1].text);
    if (mpm < 0) return;
    reader->mpm = mpm;
    reader->mpm_from = ARENA_NEW(reader->arena, 1, struct config_directive);
    *reader->mpm_from = *directive;
}

static const char *last_name(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

/* A copy of the named folder is read in its place; see config.h. */
static void server_root(struct config_reader *reader, const char *named) {
    size_t length = strlen(named);
    while (length > 1 && named[length - 1] == '/') length--;
    named = text_format(reader->arena, "%.*s", (int)length, named);
    char *real = realpath(reader->root, NULL);
    bool is_copy = real && strcmp(real, named) != 0 && strcmp(last_name(real), last_name(named)) == 0;
    bool is_same = real && strcmp(real, named) == 0;
    free(real);
    reader->home_named = is_copy ? named : NULL;
    reader->home = reader->root;
    if (!is_copy && !is_same) reader->root = config_path(reader, reader->root, named);
}

/* Directives that steer the reading itself. */
static bool steer(struct config_reader *reader, const struct config_directive *directive, const struct config_chain *chain,
                  const struct scope *scope) {
    const char *name = directive->name, *first = directive->n_arguments ? directive->arguments[0].text : "";
    if (strcasecmp(name, "Include") == 0) include(reader, directive, chain, scope, false);
    else if (strcasecmp(name, "IncludeOptional") == 0) include(reader, directive, chain, scope, true);
    else if (strcasecmp(name, "LoadModule") == 0) load_module(reader, directive);
    else if (strcasecmp(name, "Define") == 0)
        apache_list_add(reader, &reader->defines, first, directive->n_arguments > 1 ? directive->arguments[1].text : "");
    else if (strcasecmp(name, "UnDefine") == 0) apache_list_remove(&reader->defines, first);
    else if (strcasecmp(name, "ServerRoot") == 0) server_root(reader, first);
    else if (scope->site && (strcasecmp(name, "ServerName") == 0 || strcasecmp(name, "ServerAlias") == 0))
        for (size_t i = 0; i < directive->n_arguments; i++) config_site_name(reader, scope->site, directive->arguments[i].text);
    else return false;
    return true;
}

static void count_other(struct config_reader *reader, struct config_directive *directive) {
    const char *near = config_word_near(reader, directive->name);
    reader->config->n_other++;
    if (!near) return;
    directive->word = -1;
    struct config_directive *added = config_add(reader, directive);
    if (added) added->reason = text_format(reader->arena, "unknown; did you mean %s?", near);
}

static void read_directive(struct config_reader *reader, const struct apache_lines *lines, const struct config_chain *chain,
                           const struct scope *scope) {
    struct config_argument name;
    size_t at = 0;
    if (!apache_next_word(reader, lines, &at, &name)) return;
    struct config_directive directive = {.name = name.text, .file = lines->file, .line = lines->number, .begin = name.begin,
                                         .end = lines->origin[lines->length - 1] + 1, .site = scope->site, .reason = scope->reason};
    apache_next_arguments(reader, lines, at, &directive);
    directive.word = config_word_find(reader, name.text, true);
    if (directive.word < 0) {
        if (scope->is_skipped) return;
        if (!steer(reader, &directive, chain, scope)) count_other(reader, &directive);
        return;
    }
    const struct config_word *word = &reader->words[directive.word];
    if (word->level == CONFIG_ENVIRONMENT && !strstr(directive.value, "nokeepalive")) {
        reader->config->n_other += !scope->is_skipped;
        return;
    }
    if (!directive.reason && directive.site && word->level == CONFIG_MAIN)
        directive.reason = text_format(reader->arena, "not allowed inside %s", reader->sites[directive.site].label);
    if (word->old_name && strcasecmp(name.text, word->old_name) == 0) directive.name = word->old_name;
    else directive.name = word->name;
    config_add(reader, &directive);
}

static void complain(struct config_reader *reader, struct apache_lines *lines, long line, const char *what, const char *why) {
    diag_add(reader->diag, STATUS_DATA, config_place(lines->file, line, NULL), "'%.60s' %s", what, why);
    lines->is_broken = true;
}

static void read_section(struct config_reader *reader, struct apache_lines *lines, const struct config_chain *chain,
                         const struct scope *outer) {
    struct config_directive section = {0};
    struct config_argument name;
    size_t at = 1;
    const char *end = strrchr(lines->text, '>'); /* httpd looks for the last one too, and at nothing behind it */
    if (!end) {
        complain(reader, lines, lines->number, lines->text, "has no '>' at its end");
        return;
    }
    lines->length = (size_t)(end - lines->text);
    lines->text[lines->length] = '\0';
    if (!apache_next_word(reader, lines, &at, &name)) return;
    apache_next_arguments(reader, lines, at, &section);
    struct scope scope = enter(reader, lines, outer, name.text, &section);
    if (scope.depth > CONFIG_DEPTH_MAX) {
        complain(reader, lines, lines->number, name.text, "opens too many sections within each other");
        return;
    }
    read_lines(reader, lines, chain, &scope);
}

/* Whether "</Name>" closes the scope. */
static bool closes(const struct apache_lines *lines, const struct scope *scope) {
    const char *name = lines->text + 2 + strspn(lines->text + 2, " \t");
    size_t n = strcspn(name, "> \t");
    return scope->name && strlen(scope->name) == n && strncasecmp(name, scope->name, n) == 0;
}

static void read_lines(struct config_reader *reader, struct apache_lines *lines, const struct config_chain *chain,
                       const struct scope *scope) {
    while (apache_next_line(lines) && reader->diag->count < DIAG_MESSAGES_MAX) {
        if (lines->length == 0 || lines->text[0] == '#') continue;
        if (strncmp(lines->text, "</", 2) == 0) {
            if (closes(lines, scope)) return;
            complain(reader, lines, lines->number, lines->text,
                     scope->name ? text_format(reader->arena, "cannot close <%s> of line %ld", scope->name, scope->line)
                                 : "closes a section that was not opened");
        } else if (lines->text[0] == '<') {
            read_section(reader, lines, chain, scope);
        } else {
            read_directive(reader, lines, chain, scope);
        }
    }
    if (!scope->name || lines->is_broken) return;
    complain(reader, lines, scope->line, text_format(reader->arena, "<%s>", scope->name), "is not closed in this file");
}

/* ---- the whole ------------------------------------------------------------------------------------------------------ */

/* Where relative names begin until ServerRoot says: the main file's folder, but for a conf/ the one above. */
static void open_root(struct config_reader *reader, const char *folder) {
    char *real = realpath(folder, NULL);
    const char *name = real ? last_name(real) : "";
    bool below = strcmp(name, "conf") == 0;
    const char *slash = strrchr(folder, '/');
    if (!below) reader->root = folder;
    else if (slash && strcmp(slash, "/conf") == 0) reader->root = text_format(reader->arena, "%.*s", (int)(slash - folder), folder);
    else reader->root = strcmp(folder, "conf") == 0 ? "." : config_path(reader, folder, "..");
    reader->home = reader->root;
    reader->home_named = strcmp(name, "apache2") == 0 && strcmp(real, "/etc/apache2") != 0 ? "/etc/apache2" : NULL;
    free(real);
}

static void read_all(struct config_reader *reader, const char *folder) {
    struct scope scope = {.depth = 0};
    struct config_chain chain = {reader->main_file, NULL};
    for (size_t i = 0; i < reader->options->n_defines; i++) apache_list_add(reader, &reader->defines, reader->options->defines[i], "");
    open_root(reader, folder);
    apache_read_envvars(reader, folder);
    read_included(reader, &chain, &scope);
}

void config_apache_read(struct config_reader *reader, const char *folder) {
    struct diag *diag = reader->diag, first = *diag;
    const char *mpm = reader->options->mpm;
    reader->words = config_apache_words.word;
    reader->n_words = config_apache_words.n;
    reader->mpm_is_static = mpm != NULL;
    if (mpm && (reader->mpm = mpm_find(mpm, strlen(mpm))) < 0) {
        diag_add(diag, STATUS_USAGE, (struct place){"--mpm", 0, NULL}, "read '%s', allowed: prefork | worker | event", mpm);
        return;
    }
    read_all(reader, folder);
    if (reader->mpm >= 0) return;
    /* None is loaded, so it is compiled in: event, httpd's own choice on Linux. Its <IfModule> sections hold from the start. */
    *diag = first;
    reader->mpm = ARCHITECTURE_EVENT;
    reader->mpm_is_static = true;
    reader->n_directives = reader->config->n_other = reader->n_included = 0;
    reader->n_sites = 1;
    reader->modules.n = reader->defines.n = reader->variables.n = 0;
    read_all(reader, folder);
}
