/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * From wanted values to edits of a configuration, on trial in memory before anything is printed.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "models/advice/config_reader.h"
#include "sim/kernel/text.h"

/* A change under way. Edits are of any file until they are sorted. */
enum { EDITS_MAX = 2 * WEB_PARAMS };
struct change {
    const struct config *config;
    struct config_reader *reader;
    struct param_set now, wanted;      /* values read, values wanted */
    double number[WEB_PARAMS];         /* wanted; NAN: not */
    struct config_wish wishes[EDITS_MAX];
    size_t n_wishes;
    struct config_edit edits[EDITS_MAX];
    size_t n_edits;
    FILE *talk;
    struct arena *arena;
    struct diag *diag;
};

/* ---- what is wanted -------------------------------------------------------------------------------------------- */

static struct place set_place(const char *key) { return (struct place){"--set", 0, key}; }

static void want(struct change *change, const struct setting *setting) {
    size_t index = param_find(&change->wanted, setting->key);
    const char *near = param_nearest(&change->wanted, setting->key);
    if (index == WEB_PARAMS) {
        diag_add(change->diag, STATUS_SCENARIO, (struct place){"--set", 0, NULL}, "unknown key '%s'%s%s%s", setting->key,
                 near ? ", did you mean '" : "", near ? near : "", near ? "'?" : "");
    } else if (strncmp(setting->key, "server.", 7) != 0 || index == SERVER_ARCHITECTURE) {
        diag_add(change->diag, STATUS_SCENARIO, set_place(setting->key), "no directive decides it, allowed: server.*, see: linger config");
    } else if (param_assign(&change->wanted, index, setting->value, set_place(setting->key), NULL, change->arena, change->diag)) {
        change->number[index] = change->wanted.values[index].number;
    }
}

static bool is_equal(double a, double b) { return !(a < b || a > b); }

static void add_wishes(struct change *change, const struct config_wish *wishes, size_t n) {
    for (size_t i = 0; i < n; i++) {
        size_t k = 0;
        while (k < change->n_wishes && change->wishes[k].word != wishes[i].word) k++;
        SIM_ASSERT(k < EDITS_MAX);
        change->wishes[k] = wishes[i];
        if (k == change->n_wishes) change->n_wishes++;
    }
}

static void find_wishes(struct change *change) {
    bool is_apache = change->config->product == CONFIG_APACHE;
    for (size_t i = 0; i < WEB_PARAMS && diag_ok(change->diag); i++) {
        struct config_wish wishes[CONFIG_WISHES_MAX];
        const struct param_value *wanted = &change->wanted.values[i];
        bool is_read = config_find(change->config, (enum web_param)i) != NULL;
        if (isnan(change->number[i])) continue;
        if (is_read && is_equal(change->now.values[i].number, wanted->number)) {
            fprintf(change->talk, "%s is %s already\n", web_params[i].name, wanted->text);
            continue;
        }
        size_t n = (is_apache ? config_apache_wish : config_nginx_wish)(change->reader, (enum web_param)i, change->number,
                                                                        set_place(web_params[i].name), wishes);
        add_wishes(change, wishes, n);
    }
}

/* ---- where it goes ------------------------------------------------------------------------------------------------ */

static void add_edit(struct change *change, const struct config_file *file, size_t begin, size_t end, const char *text) {
    SIM_ASSERT(change->n_edits < EDITS_MAX);
    change->edits[change->n_edits++] = (struct config_edit){file, begin, end, text};
}

static long line_at(const struct config_file *file, size_t at) {
    long line = 1;
    for (size_t i = 0; i < at; i++) line += file->text[i] == '\n';
    return line;
}

static void change_value(struct change *change, const struct config_directive *directive, const char *value) {
    const struct config_argument *last = &directive->arguments[directive->n_arguments - 1];
    add_edit(change, directive->file, directive->arguments[0].begin, last->end, value);
    fprintf(change->talk, "%s:%ld: %s %s becomes %s\n", directive->file->path, directive->line, directive->name, directive->value,
            value);
}

/* The directive in force on that level and site that is next to the word in its table. */
static const struct config_directive *nearest_relative(const struct config_reader *reader, int word, uint32_t site) {
    const struct config_directive *nearest = NULL;
    for (size_t i = 0; i < reader->n_directives; i++) {
        const struct config_directive *other = &reader->directives[i];
        if (other->reason || other->site != site || reader->words[other->word].level != reader->words[word].level) continue;
        if (!nearest || abs(other->word - word) <= abs(nearest->word - word)) nearest = other;
    }
    return nearest;
}

/* Blanks at the beginning of the line in which `at` stands. */
static const char *indentation(struct change *change, const struct config_file *file, size_t at) {
    while (at > 0 && file->text[at - 1] != '\n') at--;
    size_t n = 0;
    while (at + n < file->bytes && (file->text[at + n] == ' ' || file->text[at + n] == '\t')) n++;
    return arena_text(change->arena, file->text + at, n);
}

/* Two lines, a comment and the directive, to stand behind byte `at`: as lines of their own when nothing but a comment
 * follows on that line, between two breaks of the line otherwise. */
static void add_lines(struct change *change, const struct config_file *file, size_t at, const char *indent, const char *comment,
                      const char *directive) {
    const char *text = file->text;
    size_t rest = at, end = at;
    while (rest < file->bytes && (text[rest] == ' ' || text[rest] == '\t' || text[rest] == '\r')) rest++;
    while (end < file->bytes && text[end] != '\n') end++;
    bool is_crlf = end > 0 && end < file->bytes && text[end - 1] == '\r';
    bool is_free = at == 0 || rest == file->bytes || text[rest] == '\n' || text[rest] == '#' || text[at - 1] == '\n';
    const char *stop = is_crlf ? "\r\n" : "\n";
    const char *lines = text_format(change->arena, "%s# %s%s%s%s", indent, comment, stop, indent, directive);
    if (at == 0 || text[at - 1] == '\n') add_edit(change, file, at, at, text_format(change->arena, "%s%s", lines, stop));
    else if (is_free && end < file->bytes) add_edit(change, file, end + 1, end + 1, text_format(change->arena, "%s%s", lines, stop));
    else if (is_free) add_edit(change, file, end, end, text_format(change->arena, "%s%s%s", stop, lines, stop));
    else add_edit(change, file, at, at, text_format(change->arena, "%s%s%s%s", stop, lines, stop, indent));
    fprintf(change->talk, "%s:%ld: %s is added behind this line\n", file->path, at ? line_at(file, at) - (text[at - 1] == '\n') : 0,
            directive);
}

/* Where a level begins: behind the opening of its block. File NULL: there is none. */
static struct config_opening opening_of(const struct change *change, enum config_level level, uint32_t site) {
    const struct config_reader *reader = change->reader;
    if (site) return reader->sites[site].opening;
    if (change->config->product == CONFIG_APACHE)
        return (struct config_opening){reader->main_file, 0, reader->main_file->bytes};
    if (level == CONFIG_EVENTS) return reader->events;
    return level == CONFIG_MAIN ? (struct config_opening){reader->main_file, 0, 0} : reader->http;
}

/* Indentation of what stands in the block: that of its next line, if that is deeper. */
static const char *indentation_within(struct change *change, struct config_opening opening) {
    const struct config_file *file = opening.file;
    if (opening.behind == 0 || opening.behind == file->bytes) return "";
    const char *outer = indentation(change, file, opening.behind - 1), *next = memchr(file->text + opening.behind, '\n',
                                                                                     file->bytes - opening.behind);
    if (file->text[opening.behind - 1] == '\n') next = file->text + opening.behind - 1;
    const char *inner = next ? indentation(change, file, (size_t)(next - file->text) + 1) : outer;
    return strlen(inner) > strlen(outer) ? inner : text_format(change->arena, "%s    ", outer);
}

/* nginx has no directive for the backlog alone: it stands behind the address of a listen. */
static bool add_backlog(struct change *change, const struct config_wish *wish, uint32_t site) {
    const struct config_reader *reader = change->reader;
    int listen = config_word_find(reader, "listen", false);
    if (change->config->product != CONFIG_NGINX || strcmp(reader->words[wish->word].name, "listen backlog") != 0) return false;
    for (size_t i = 0; i < reader->n_directives; i++) {
        const struct config_directive *directive = &reader->directives[i];
        if (directive->word != listen || directive->reason || !directive->n_arguments || (site && directive->site != site)) continue;
        size_t at = directive->arguments[0].end;
        add_edit(change, directive->file, at, at, text_format(change->arena, " backlog=%s", wish->value));
        fprintf(change->talk, "%s:%ld: listen %s gets backlog=%s; others keep theirs\n", directive->file->path, directive->line,
                directive->value, wish->value);
        return true;
    }
    diag_add(change->diag, STATUS_SCENARIO, set_place(web_params[wish->param].name), "there is no listen to put it in");
    return true;
}

static void add_directive(struct change *change, const struct config_wish *wish, uint32_t site) {
    const struct config_reader *reader = change->reader;
    const struct config_word *word = &reader->words[wish->word];
    const struct config_setting *now = config_find(change->config, wish->param);
    bool is_apache = change->config->product == CONFIG_APACHE, was_default = now && !now->from && strcmp(now->name, word->name) == 0;
    const char *directive = text_format(change->arena, "%s %s%s", word->name, wish->value, is_apache ? "" : ";");
    const char *comment = was_default ? text_format(change->arena, "added by linger config; compiled in: %s", now->value)
                                      : "added by linger config";
    const struct config_directive *relative = nearest_relative(reader, wish->word, site);
    if (add_backlog(change, wish, site)) return;
    if (relative) {
        add_lines(change, relative->file, relative->end, indentation(change, relative->file, relative->begin), comment, directive);
        return;
    }
    struct config_opening opening = opening_of(change, word->level, site);
    if (opening.file)
        add_lines(change, opening.file, opening.behind, indentation_within(change, opening), comment, directive);
    else
        diag_add(change->diag, STATUS_SCENARIO, set_place(web_params[wish->param].name), "there is no %s {} to add %s to",
                 word->level == CONFIG_EVENTS ? "events" : "http", word->name);
}

static void make_edit(struct change *change, const struct config_wish *wish) {
    struct config_reader *reader = change->reader;
    const struct config_directive *taken = config_taken(reader, wish->word);
    uint32_t site = reader->words[wish->word].level == CONFIG_PER_SITE ? reader->site : 0;
    if (change->config->product == CONFIG_APACHE && strstr(reader->words[wish->word].name, "Limit"))
        fprintf(change->talk, "%s counts only after a restart, not after a reload\n", reader->words[wish->word].name);
    if (taken && taken->n_arguments && taken->site == (site ? site : taken->site)) change_value(change, taken, wish->value);
    else add_directive(change, wish, site);
}

/* ---- on trial ------------------------------------------------------------------------------------------------------ */

static int by_place(const void *a, const void *b) {
    const struct config_edit *one = a, *other = b;
    int order = strcmp(one->file->real, other->file->real);
    if (order) return order;
    return one->begin < other->begin ? -1 : one->begin > other->begin;
}

/* Edits of the file that edit i is of. */
static size_t edits_of_file(const struct change *change, size_t i) {
    size_t n = 1;
    while (i + n < change->n_edits && change->edits[i + n].file == change->edits[i].file) n++;
    return n;
}

/* Directives added at one place: one text, in the order in which they were added. */
static void merge_additions(struct change *change) {
    size_t kept = 0;
    for (size_t i = 0; i < change->n_edits; i++) {
        struct config_edit *last = kept ? &change->edits[kept - 1] : NULL, edit = change->edits[i];
        if (last && last->file == edit.file && last->begin == edit.begin && last->end == edit.end && edit.begin == edit.end)
            last->text = text_format(change->arena, "%s%s", last->text, edit.text);
        else
            change->edits[kept++] = edit;
    }
    change->n_edits = kept;
}

/* Sorting must keep the order of additions at one place; there are few. */
static void sort_edits(struct change *change) {
    for (size_t i = 1; i < change->n_edits; i++)
        for (size_t k = i; k > 0 && by_place(&change->edits[k - 1], &change->edits[k]) > 0; k--) {
            struct config_edit edit = change->edits[k];
            change->edits[k] = change->edits[k - 1];
            change->edits[k - 1] = edit;
        }
}

static void compare(const struct change *change, const struct config *after) {
    struct param_set then = param_set_open(web_params, WEB_PARAMS, change->arena);
    config_assign(after, &then, change->arena, change->diag);
    for (size_t i = 0; i < WEB_PARAMS; i++) {
        const struct param_value *wanted = &change->wanted.values[i];
        bool is_wanted = !isnan(change->number[i]);
        const struct config_setting *setting = config_find(after, (enum web_param)i);
        if (!setting) continue;
        if (is_wanted && !is_equal(then.values[i].number, wanted->number))
            diag_add(change->diag, STATUS_SCENARIO, set_place(web_params[i].name), "read '%s', but the server would make it %s%s%s%s",
                     wanted->text, setting->text, setting->note ? " (" : "", setting->note ? setting->note : "",
                     setting->note ? ")" : "");
        else if (!is_wanted && !is_equal(then.values[i].number, change->now.values[i].number))
            fprintf(change->talk, "so %s becomes %s%s%s%s\n", web_params[i].name, setting->text, setting->note ? " (" : "",
                    setting->note ? setting->note : "", setting->note ? ")" : "");
    }
}

/* What still says otherwise, for a part of the server; the first few. */
static void tell_exceptions(const struct change *change, const struct config *after) {
    enum { TOLD_MAX = 10 };
    size_t n = 0;
    for (size_t i = 0; i < after->n_remarks; i++)
        for (size_t k = 0; k < change->n_wishes; k++) {
            const struct config_directive *directive = after->remarks[i].directive;
            if (directive->word != change->wishes[k].word || strncmp(after->remarks[i].reason, "only ", 5) != 0) continue;
            if (n++ >= TOLD_MAX) continue;
            fprintf(change->talk, "%s:%ld: %s %s stays: %s\n", directive->file->path, directive->line, directive->name,
                    directive->value, after->remarks[i].reason);
        }
    if (n > TOLD_MAX) fprintf(change->talk, "and %zu more stay\n", n - TOLD_MAX);
}

static bool try_out(struct change *change, const char *path, const struct config_options *options) {
    struct config_file *overlay = ARENA_NEW(change->arena, change->n_edits + 1, struct config_file);
    struct config_options trial = *options;
    struct config after;
    trial.overlay = overlay;
    for (size_t i = 0; i < change->n_edits; i += edits_of_file(change, i))
        overlay[trial.n_overlay++] = config_edited(&change->edits[i], edits_of_file(change, i), change->arena);
    if (!config_read(path, &trial, &after, change->arena, change->diag)) return false;
    compare(change, &after);
    if (diag_ok(change->diag)) tell_exceptions(change, &after);
    return diag_ok(change->diag);
}

/* ---- the diff ----------------------------------------------------------------------------------------------------- */

static void print_diff(const struct change *change, FILE *out, const char **applied_in) {
    const char *folder = change->config->folder;
    size_t length = strlen(folder);
    *applied_in = folder;
    for (size_t i = 0; i < change->n_edits; i++) {
        const char *real = change->edits[i].file->real;
        bool is_below = strlen(real) > length && memcmp(real, folder, length) == 0 && real[length] == '/';
        if (length > 1 && !is_below) *applied_in = "/";
    }
    length = strlen(*applied_in) > 1 ? length + 1 : 1;
    for (size_t i = 0; i < change->n_edits; i += edits_of_file(change, i))
        config_diff(out, change->edits[i].file->real + length, &change->edits[i], edits_of_file(change, i), change->arena);
}

bool config_change(const struct config *config, const char *path, const struct config_options *options,
                   const struct setting *wanted, size_t n_wanted, FILE *out, FILE *talk, const char **applied_in,
                   size_t *n_changes, struct arena *arena, struct diag *diag) {
    struct change *change = ARENA_NEW(arena, 1, struct change);
    *change = (struct change){.config = config, .reader = config->reader, .talk = talk, .arena = arena, .diag = diag,
                              .now = param_set_open(web_params, WEB_PARAMS, arena),
                              .wanted = param_set_open(web_params, WEB_PARAMS, arena)};
    change->reader->diag = diag; /* not the one that it was read with */
    change->reader->arena = arena;
    for (size_t i = 0; i < WEB_PARAMS; i++) change->number[i] = (double)NAN;
    config_assign(config, &change->now, arena, diag);
    for (size_t i = 0; i < n_wanted; i++) want(change, &wanted[i]);
    if (diag_ok(diag)) find_wishes(change);
    for (size_t i = 0; i < change->n_wishes && diag_ok(diag); i++) make_edit(change, &change->wishes[i]);
    sort_edits(change);
    merge_additions(change);
    if (!diag_ok(diag) || !try_out(change, path, options)) return false;
    *n_changes = change->n_edits;
    print_diff(change, out, applied_in);
    return true;
}
