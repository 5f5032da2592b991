/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Finds out whose configuration it is, has it read, and keeps the lists.
 */
#define _XOPEN_SOURCE 700 /* realpath */
#include "models/advice/config.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "models/advice/config_reader.h"
#include "sim/kernel/text.h"

/* ---- small helpers -------------------------------------------------------------------------------------------- */

struct place config_place(const struct config_file *file, long line, const char *what) {
    return (struct place){file->path, line, what};
}

int config_word_find(const struct config_reader *reader, const char *name, bool any_case) {
    int (*compare)(const char *, const char *) = any_case ? strcasecmp : strcmp;
    for (size_t i = 0; i < reader->n_words; i++) {
        const struct config_word *word = &reader->words[i];
        if (compare(word->name, name) == 0 || (word->old_name && compare(word->old_name, name) == 0)) return (int)i;
    }
    return -1;
}

/* Two slips at most: longer names of other modules' directives are near each other by nature. */
const char *config_word_near(const struct config_reader *reader, const char *name) {
    char lower[2][64];
    if (strlen(name) < 6 || strlen(name) >= sizeof lower[0]) return NULL;
    for (size_t i = 0; i < reader->n_words; i++) {
        const char *word = reader->words[i].name;
        if (strlen(word) >= sizeof lower[1]) continue;
        for (size_t k = 0; k <= strlen(name); k++) lower[0][k] = name[k] >= 'A' && name[k] <= 'Z' ? (char)(name[k] + 32) : name[k];
        for (size_t k = 0; k <= strlen(word); k++) lower[1][k] = word[k] >= 'A' && word[k] <= 'Z' ? (char)(word[k] + 32) : word[k];
        if (text_distance(lower[0], lower[1]) <= 2) return word;
    }
    return NULL;
}

/* ---- lists ------------------------------------------------------------------------------------------------------ */

struct config_directive *config_add(struct config_reader *reader, const struct config_directive *directive) {
    if (reader->n_directives == CONFIG_ITEMS_MAX) {
        diag_add(reader->diag, STATUS_DATA, config_place(directive->file, directive->line, directive->name),
                 "more than %d directives that concern keep-alive", CONFIG_ITEMS_MAX);
        return NULL;
    }
    reader->directives[reader->n_directives] = *directive;
    return &reader->directives[reader->n_directives++];
}

struct config_site *config_add_site(struct config_reader *reader, const struct config_file *file, long line) {
    if (reader->n_sites == CONFIG_ITEMS_MAX) {
        diag_add(reader->diag, STATUS_DATA, config_place(file, line, NULL), "more than %d sites", CONFIG_ITEMS_MAX - 1);
        return NULL;
    }
    reader->sites[reader->n_sites] = (struct config_site){.names = " "};
    return &reader->sites[reader->n_sites++];
}

void config_site_name(struct config_reader *reader, uint32_t site, const char *name) {
    enum { NAMES_BYTES_MAX = 4096 };
    const char *names = reader->sites[site].names;
    if (strlen(names) + strlen(name) < NAMES_BYTES_MAX)
        reader->sites[site].names = text_format(reader->arena, "%s%s ", names, name);
}

void config_put(struct config_reader *reader, int word, const struct config_directive *from, const char *fallback,
                const char *text, const char *note) {
    struct config *config = reader->config;
    const struct config_word *known = &reader->words[word];
    SIM_ASSERT(config->n_settings < WEB_PARAMS && known->param >= 0);
    config->settings[config->n_settings++] =
        (struct config_setting){(enum web_param)known->param, text, known->name, from ? from->value : fallback, from, note};
}

void config_remark(struct config_reader *reader, const struct config_directive *directive, const char *reason) {
    struct config *config = reader->config;
    if (config->n_remarks < CONFIG_REMARKS_MAX)
        config->remarks[config->n_remarks++] = (struct config_remark){directive, reason};
}

const struct config_setting *config_find(const struct config *config, enum web_param param) {
    for (size_t i = 0; i < config->n_settings; i++)
        if (config->settings[i].param == param) return &config->settings[i];
    return NULL;
}

static struct place setting_place(const struct config *config, const struct config_setting *setting) {
    const char *key = web_params[setting->param].name;
    if (!setting->from) return (struct place){config->main_file, 0, key};
    return config_place(setting->from->file, setting->from->line, key);
}

bool config_assign(const struct config *config, struct param_set *set, struct arena *arena, struct diag *diag) {
    bool ok = true;
    for (size_t i = 0; i < config->n_settings; i++) {
        const struct config_setting *setting = &config->settings[i];
        ok &= param_assign(set, setting->param, setting->text, setting_place(config, setting), NULL, arena, diag);
    }
    return ok;
}

bool config_apply(const struct config *config, struct scenario *scenario, struct diag *diag) {
    bool ok = true;
    for (size_t i = 0; i < config->n_settings; i++) {
        const struct config_setting *setting = &config->settings[i];
        ok &= scenario_assign(scenario, web_params[setting->param].name, setting->text, setting_place(config, setting), NULL, diag);
    }
    return ok;
}

/* ---- the choice ---------------------------------------------------------------------------------------------------- */

bool config_choose_site(struct config_reader *reader) {
    const char *wanted = reader->options->site;
    if (!wanted) return true;
    const char *word = text_format(reader->arena, " %s ", wanted);
    for (uint32_t i = 1; i < reader->n_sites && !reader->site; i++)
        if (strcasecmp(reader->sites[i].label, wanted) == 0 || strstr(reader->sites[i].names, word)) reader->site = i;
    if (!reader->site)
        diag_add(reader->diag, STATUS_USAGE, (struct place){"--host", 0, NULL}, "no site is called '%s', allowed:%.200s", wanted,
                 reader->n_sites < 2 ? " none, there are no sites" : reader->sites[1].names);
    return reader->site != 0;
}

static const struct config_directive *last_of(const struct config_reader *reader, int word, uint32_t site) {
    for (size_t i = reader->n_directives; i > 0; i--) {
        const struct config_directive *directive = &reader->directives[i - 1];
        if (directive->word == word && directive->site == site && !directive->reason) return directive;
    }
    return NULL;
}

/* Whether every site has its own, so that no connection sees the main server's. */
static bool main_is_unused(const struct config_reader *reader, int word) {
    bool *has = ARENA_NEW(reader->arena, reader->n_sites, bool);
    size_t n = 0;
    for (size_t i = 0; i < reader->n_directives; i++) {
        const struct config_directive *directive = &reader->directives[i];
        if (directive->word != word || directive->reason || !directive->site || has[directive->site]) continue;
        has[directive->site] = true;
        n++;
    }
    return n > 0 && n + 1 == reader->n_sites;
}

/* "<VirtualHost *:80>, example.org www.example.org" */
static const char *site_text(struct config_reader *reader, uint32_t site) {
    struct span names = span_trim(span_of(reader->sites[site].names));
    if (names.length == 0) return reader->sites[site].label;
    return text_format(reader->arena, "%s, %.*s", reader->sites[site].label, (int)names.length, names.text);
}

static const char *why_not(struct config_reader *reader, const struct config_directive *directive,
                           const struct config_directive *taken) {
    if (directive->reason) return directive->reason;
    if (taken && directive->site == taken->site)
        return text_format(reader->arena, "overridden in %s:%ld", taken->file->path, taken->line);
    if (directive->site)
        return text_format(reader->arena, "only for %s", site_text(reader, directive->site));
    return text_format(reader->arena, "overridden in %s", reader->sites[taken ? taken->site : 0].label);
}

const struct config_directive *config_taken(struct config_reader *reader, int word) {
    uint32_t site = reader->site;
    if (!site && main_is_unused(reader, word)) site = 1;
    const struct config_directive *taken = last_of(reader, word, site);
    if (!taken) taken = last_of(reader, word, 0);
    for (uint32_t i = 1; !taken && !reader->site && reader->words[word].level == CONFIG_LISTEN && i < reader->n_sites; i++)
        taken = last_of(reader, word, i);
    return taken;
}

const struct config_directive *config_pick(struct config_reader *reader, int word) {
    const struct config_directive *taken = config_taken(reader, word);
    for (size_t i = 0; i < reader->n_directives; i++) {
        const struct config_directive *directive = &reader->directives[i];
        if (directive->word == word && directive != taken) config_remark(reader, directive, why_not(reader, directive, taken));
    }
    return taken;
}

/* ---- whose it is ------------------------------------------------------------------------------------------------------ */

static bool is_file(const char *path) {
    struct stat status;
    return stat(path, &status) == 0 && !S_ISDIR(status.st_mode);
}

static bool is_folder(const char *path) {
    struct stat status;
    return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

/* The main file of a folder. NULL after a complaint. */
static const char *find_main_file(struct config_reader *reader, const char *folder, enum config_product *product) {
    static const struct {
        const char *name;
        enum config_product product;
    } known[] = {{"apache2.conf", CONFIG_APACHE},    {"httpd.conf", CONFIG_APACHE}, {"conf/httpd.conf", CONFIG_APACHE},
                 {"conf/apache2.conf", CONFIG_APACHE}, {"nginx.conf", CONFIG_NGINX},  {"conf/nginx.conf", CONFIG_NGINX}};
    const enum config_product asked = *product;
    const char *found = NULL;
    size_t trimmed = strlen(folder);
    while (trimmed > 1 && folder[trimmed - 1] == '/') trimmed--;
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        const char *path = text_format(reader->arena, "%.*s/%s", (int)trimmed, folder, known[i].name);
        if (!is_file(path) || (asked != CONFIG_UNKNOWN && asked != known[i].product)) continue;
        if (found) {
            diag_add(reader->diag, STATUS_USAGE, (struct place){folder, 0, NULL}, "holds '%s' and '%s', allowed: one of the files",
                     found, path);
            return NULL;
        }
        found = path;
        *product = known[i].product;
    }
    if (!found)
        diag_add(reader->diag, STATUS_NO_INPUT, (struct place){folder, 0, NULL},
                 "a folder without apache2.conf, httpd.conf, nginx.conf (also in conf/); allowed: one with, or a file");
    return found;
}

/* nginx ends directives with a semicolon and blocks with a brace; Apache with the line. */
static enum config_product product_of_text(const struct config_file *file) {
    size_t n_nginx = 0, n_apache = 0;
    for (size_t at = 0; at < file->bytes;) {
        const char *end = memchr(file->text + at, '\n', file->bytes - at);
        size_t length = end ? (size_t)(end - file->text) - at : file->bytes - at;
        struct span line = span_trim((struct span){file->text + at, length});
        at += length + 1;
        if (line.length == 0 || line.text[0] == '#') continue;
        if (strchr(";{}", line.text[line.length - 1])) n_nginx++;
        else n_apache++;
    }
    if (n_nginx + n_apache == 0) return CONFIG_UNKNOWN;
    return n_nginx > n_apache ? CONFIG_NGINX : CONFIG_APACHE;
}

static enum config_product product_of_name(const char *path) {
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    if (strncmp(name, "nginx", 5) == 0) return CONFIG_NGINX;
    return strncmp(name, "apache", 6) == 0 || strncmp(name, "httpd", 5) == 0 ? CONFIG_APACHE : CONFIG_UNKNOWN;
}

/* ---- reading --------------------------------------------------------------------------------------------------------- */

/* "1.18.0", also behind "nginx/", as three digits a part. */
static bool parse_version(struct config_reader *reader, const char *text) {
    const char *slash = strchr(text, '/'), *digits = slash ? slash + 1 : text;
    long part[3] = {0};
    size_t n = 0;
    const char *at = digits;
    while (n < 3 && *at >= '0' && *at <= '9') {
        char *end;
        part[n++] = strtol(at, &end, 10);
        at = *end == '.' ? end + 1 : end;
        if (*end != '.') break;
    }
    bool ok = n >= 2 && *at == '\0' && part[0] < 100 && part[1] < 1000 && part[2] < 1000;
    reader->version = part[0] * 1000000 + part[1] * 1000 + part[2];
    if (!ok)
        diag_add(reader->diag, STATUS_USAGE, (struct place){"--server-version", 0, NULL}, "read '%s', allowed: like 1.18.0", text);
    return ok;
}

static const char *folder_of(struct config_reader *reader, const char *path) {
    const char *slash = strrchr(path, '/');
    if (!slash) return ".";
    return slash == path ? "/" : text_format(reader->arena, "%.*s", (int)(slash - path), path);
}

static void open_reader(struct config_reader *reader) {
    struct config *config = reader->config;
    reader->directives = ARENA_NEW(reader->arena, CONFIG_ITEMS_MAX, struct config_directive);
    reader->sites = ARENA_NEW(reader->arena, CONFIG_ITEMS_MAX, struct config_site);
    reader->sites[reader->n_sites++] = (struct config_site){.label = "the main server", .names = " "};
    config->remarks = ARENA_NEW(reader->arena, CONFIG_REMARKS_MAX, struct config_remark);
    config->settings = ARENA_NEW(reader->arena, WEB_PARAMS, struct config_setting);
}

static bool find_main(struct config_reader *reader, const char *path) {
    struct config *config = reader->config;
    config->product = reader->options->product;
    config->main_file = is_folder(path) ? find_main_file(reader, path, &config->product) : path;
    reader->main_file = config->main_file ? config_load(reader, config->main_file, (struct place){path, 0, NULL}) : NULL;
    if (!reader->main_file) return false;
    if (config->product == CONFIG_UNKNOWN) config->product = product_of_name(config->main_file);
    if (config->product == CONFIG_UNKNOWN) config->product = product_of_text(reader->main_file);
    if (config->product == CONFIG_UNKNOWN)
        diag_add(reader->diag, STATUS_DATA, (struct place){path, 0, NULL}, "no directive; allowed: a configuration of Apache or nginx");
    return config->product != CONFIG_UNKNOWN;
}

/* Whose keep-alive settings these are. */
static void describe_site(struct config_reader *reader) {
    struct config *config = reader->config;
    bool of_first = false;
    config->n_sites = reader->n_sites - 1;
    if (config->n_sites == 0) return;
    for (size_t i = 0; i < config->n_settings; i++)
        of_first |= config->settings[i].param <= SERVER_REQUESTS_PER_CONNECTION && config->settings[i].from &&
                    config->settings[i].from->site != 0;
    if (reader->site)
        config->site = text_format(reader->arena, "%s (--host)", site_text(reader, reader->site));
    else if (of_first)
        config->site = text_format(reader->arena, "%s (the first: every site has its own)", site_text(reader, 1));
    else
        config->site = reader->sites[0].label;
}

/* What the simulator does not allow is said here, with its file and line. */
static void finish(struct config_reader *reader) {
    struct param_set set = param_set_open(web_params, WEB_PARAMS, reader->arena);
    describe_site(reader);
    config_assign(reader->config, &set, reader->arena, reader->diag);
}

bool config_read(const char *path, const struct config_options *options, struct config *out, struct arena *arena,
                 struct diag *diag) {
    struct config_reader *reader = ARENA_NEW(arena, 1, struct config_reader);
    size_t complaints = diag->count;
    *out = (struct config){.reader = reader};
    *reader = (struct config_reader){.options = options, .config = out, .arena = arena, .diag = diag, .mpm = -1};
    reader->files = ARENA_NEW(arena, CONFIG_ITEMS_MAX, struct config_file);
    open_reader(reader);
    if (!find_main(reader, path)) return false;
    bool is_apache = out->product == CONFIG_APACHE;
    out->version = options->version ? options->version : is_apache ? "2.4.71" : "1.29.7";
    if (!parse_version(reader, out->version)) return false;
    out->folder = folder_of(reader, reader->main_file->real);
    const char *folder = folder_of(reader, out->main_file);
    if (is_apache) config_apache_read(reader, folder);
    else config_nginx_read(reader, folder);
    out->n_files = reader->n_files;
    if (diag->count > complaints || !config_choose_site(reader)) return false;
    if (is_apache) config_apache_settle(reader);
    else config_nginx_settle(reader);
    if (diag->count == complaints) finish(reader);
    return diag->count == complaints;
}
