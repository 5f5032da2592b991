/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * config_reader: what the readers of Apache's and nginx's configurations share: loading files and what they include, the
 * list of directives and of sites, and the choice of the one directive whose value is taken. Everything lives in the
 * arena that the configuration is read with.
 */
#ifndef MODELS_ADVICE_CONFIG_READER_H
#define MODELS_ADVICE_CONFIG_READER_H

#include "models/advice/config.h"

enum {
    CONFIG_ITEMS_MAX = 1 << 16,        /* directives, sites, files read: each */
    CONFIG_REMARKS_MAX = 1 << 17,
    CONFIG_DEPTH_MAX = 64,             /* sections and included files within each other */
    CONFIG_FILE_BYTES_MAX = 1 << 22
};

/* Where a directive may stand, and so where it may be added. */
enum config_level {
    CONFIG_PER_SITE,   /* main server or http level, and each site */
    CONFIG_MAIN,       /* once for the whole server */
    CONFIG_EVENTS,     /* nginx: events {} */
    CONFIG_LISTEN,     /* nginx: only sites have it, and it is of a socket that they may share */
    CONFIG_UPSTREAM,   /* nginx: upstream {} */
    CONFIG_ENVIRONMENT /* Apache: only when it sets the variable nokeepalive */
};

/* A line of a product's table of words. */
struct config_word {
    const char *name;     /* as the manual spells it */
    const char *old_name; /* what it was called before; NULL */
    int param;            /* enum web_param; -1: nothing of the simulator */
    enum config_level level;
    const char *fallback; /* compiled in; NULL: it depends on others */
    const char *why;      /* param -1: why it is not taken */
};

/* Where directives may be added: behind the opening of a block or section. */
struct config_opening {
    const struct config_file *file; /* NULL: there is none */
    long line;
    size_t behind;
};

/* A <VirtualHost> or server {}. Site 0 is the main server, or the http level. */
struct config_site {
    const char *label; /* "<VirtualHost *:80>" */
    const char *names; /* " example.org www.example.org ": ServerName and ServerAlias, server_name */
    struct config_opening opening;
};

/* Where reading is: a chain of included files, innermost first. */
struct config_chain {
    const struct config_file *file;
    const struct config_chain *above;
};

/* Names with a value. */
struct config_list {
    struct {
        const char *name, *value;
    } *item;
    size_t n;
};

struct config_reader {
    const struct config_options *options;
    struct config *config;
    const struct config_word *words;
    size_t n_words;
    struct arena *arena;
    struct diag *diag;
    struct config_file *files;
    size_t n_files, n_included;
    char *buffer; /* of CONFIG_FILE_BYTES_MAX + 1, for loading */
    const struct config_file *main_file;
    struct config_directive *directives;
    size_t n_directives;
    struct config_site *sites;
    size_t n_sites;
    uint32_t site;                 /* whose settings are taken, when it was asked for by name */
    const char *home, *home_named; /* where the configuration's own absolute names lead: home_named/x is read as home/x */
    long version;                  /* 1019010 is 1.19.10 */
    /* Apache */
    int mpm;                       /* ARCHITECTURE_*; -1: none yet */
    bool mpm_is_static;            /* asked for, or assumed to be compiled in */
    struct config_directive *mpm_from; /* its LoadModule */
    const char *root;              /* ServerRoot: relative names begin there */
    struct config_list modules, defines, variables; /* so far; a module's value is its file */
    /* nginx */
    struct config_opening events, http;
    double *numbers;               /* by word: what is in force, before limits cut it */
};

/* ---- files ---------------------------------------------------------------------------------------------- */

/* Loads it, or finds it loaded. NULL after a complaint at `place`. */
const struct config_file *config_load(struct config_reader *reader, const char *path, struct place place);

/* What reads one included file; its complaints go to the reader's diag. */
typedef void config_include_fn(struct config_reader *reader, const struct config_chain *chain, void *context);

/* Reads what an include names: a file, a pattern or (Apache) a folder, in the order in which the servers do. `root` is where
 * relative names begin. Missing files are a complaint at `place` unless optional. */
struct config_include {
    const char *name, *root;
    struct place place;
    bool pattern_is_optional, file_is_optional, folder_is_read;
};
void config_include(struct config_reader *reader, const struct config_include *include,
                    const struct config_chain *chain, config_include_fn *read, void *context);

/* "folder/name", or the name when it is absolute. */
const char *config_path(struct config_reader *reader, const char *folder, const char *name);

/* ---- what was seen -------------------------------------------------------------------------------------------- */

struct place config_place(const struct config_file *file, long line, const char *what);

/* The index of a word of the table, -1 if it is none; letter case counts as the product has it. */
int config_word_find(const struct config_reader *reader, const char *name, bool any_case);

/* A word of the table that an unknown name is a slip of, NULL if none is near. */
const char *config_word_near(const struct config_reader *reader, const char *name);

/* Appends; the directive is copied. NULL when there is no more room (a complaint was made). */
struct config_directive *config_add(struct config_reader *reader, const struct config_directive *directive);
struct config_site *config_add_site(struct config_reader *reader, const struct config_file *file, long line);
void config_site_name(struct config_reader *reader, uint32_t site, const char *name);

/* ---- what is taken ------------------------------------------------------------------------------------------------ */

/* The directive of that word whose value is taken, NULL if the compiled default is. config_pick lists all others of it as
 * remarks. */
const struct config_directive *config_taken(struct config_reader *reader, int word);
const struct config_directive *config_pick(struct config_reader *reader, int word);

/* Adds a setting. `fallback` is what is compiled in, used when `from` is NULL. */
void config_put(struct config_reader *reader, int word, const struct config_directive *from, const char *fallback,
                const char *text, const char *note);
void config_remark(struct config_reader *reader, const struct config_directive *directive, const char *reason);

/* Settles which site is taken. False after a complaint. */
bool config_choose_site(struct config_reader *reader);

/* ---- the products ---------------------------------------------------------------------------------------------- */

struct config_words {
    const struct config_word *word;
    size_t n;
};
extern const struct config_words config_apache_words, config_nginx_words;

/* Reads all files, then says what the values are. */
void config_apache_read(struct config_reader *reader, const char *folder);
void config_apache_settle(struct config_reader *reader);
void config_nginx_read(struct config_reader *reader, const char *folder);
void config_nginx_settle(struct config_reader *reader);

/* A directive that must get a value so that a parameter does. */
struct config_wish {
    int word;
    const char *value;
    enum web_param param;
};

/* What directives a wanted value needs, at most 2; `wanted` are all wanted ones (NAN: not wanted). 0 after a complaint, and when
 * another wanted value sees to it. */
enum { CONFIG_WISHES_MAX = 2 };
size_t config_apache_wish(struct config_reader *reader, enum web_param param, const double *wanted, struct place place,
                          struct config_wish *out);
size_t config_nginx_wish(struct config_reader *reader, enum web_param param, const double *wanted, struct place place,
                         struct config_wish *out);

#endif
