/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * config: what a real server's configuration says about the connections that it keeps, as values of server.*.
 *
 * Read are Apache httpd 2.4 (a file, or a folder as /etc/apache2 and /etc/httpd) and nginx (nginx.conf or its folder), with
 * everything that they include, as the server itself would: what a later line overrides, what stands in a section that is not
 * in force, what only one virtual host or location has, what is cut by another limit. Nothing is taken silently: each value has the
 * directive, file and line that it comes from, or is named a compiled default, and what concerns keep-alive and was not taken is
 * listed with the reason. Other directives are counted. The rules are those of httpd.apache.org/docs/2.4 (core, mpm_common,
 * event, prefork) and nginx.org (ngx_core_module, ngx_http_core_module), and of the two sources where the manuals are silent.
 *
 * Sites. Apache's <VirtualHost> and nginx's server {} may have keep-alive settings of their own, but a simulated server has
 * only one. Taken is the main server's (the http level's), unless every site has its own: then the first site's, which is
 * also the one whose idle limit Apache uses for all sites of an address. A site can be asked for by name.
 *
 * A copied folder is read for itself: where the configuration names its own home (/etc/nginx/conf.d/x.conf) and the copy's
 * folder has the same last name, the file beside the copy is read, never this machine's.
 *
 * Nothing is ever written into a configuration: a change is a unified diff (config_change).
 */
#ifndef MODELS_ADVICE_CONFIG_H
#define MODELS_ADVICE_CONFIG_H

#include <stdio.h>

#include "models/web/params.h"
#include "sim/interface/scenario_file.h"

enum config_product { CONFIG_UNKNOWN, CONFIG_APACHE, CONFIG_NGINX };

/* A file of the configuration, loaded once however often it is included. */
struct config_file {
    const char *path; /* as it was reached: for messages */
    const char *real; /* without symbolic links: for patches */
    const char *text;
    size_t bytes;
};

/* A word between blanks, quotes and variables resolved; begin and end are bytes of the file, quotes included. */
struct config_argument {
    const char *text;
    size_t begin, end;
};

enum { CONFIG_ARGUMENTS_MAX = 8 };

/* A directive that we know, wherever it stands. */
struct config_directive {
    int word;          /* an index of the product's table of words */
    const char *name;  /* as the manual spells it today */
    const char *value; /* its arguments, one blank between them */
    struct config_argument arguments[CONFIG_ARGUMENTS_MAX];
    size_t n_arguments; /* those beyond the maximum are only in `value` */
    const struct config_file *file;
    long line;
    size_t begin, end;  /* bytes from its name to behind its end (nginx: the semicolon) */
    uint32_t site;      /* 0: main server, http level */
    const char *reason; /* why it is not in force for all of its site; NULL: it is */
};

/* One value for the simulator. */
struct config_setting {
    enum web_param param;
    const char *text;                    /* as --set takes it */
    const char *name, *value;            /* the directive, and what it says */
    const struct config_directive *from; /* NULL: `value` is compiled in */
    const char *note;                    /* how one became the other; NULL: as it stands */
};

/* What concerns keep-alive and was not taken. */
struct config_remark {
    const struct config_directive *directive;
    const char *reason;
};

/* How to read; zero-initialised is a good start. */
struct config_options {
    enum config_product product; /* CONFIG_UNKNOWN: told by names and text */
    const char *mpm;             /* "prefork", "worker", "event"; NULL: the one that is loaded */
    const char *version;         /* "1.18.0", "nginx/1.18.0"; NULL: the newest that we know */
    const char *site;            /* a ServerName or server_name; NULL: see above */
    const char *const *defines;  /* what the server is started with: -D NAME */
    size_t n_defines;
    const struct config_file *overlay; /* read in place of the file with the same `real`: a change on trial; else NULL */
    size_t n_overlay;
};

/* All memory is the arena's that it was read with. */
struct config {
    enum config_product product;
    const char *folder;    /* of the main file, without symbolic links: where a patch is applied */
    const char *main_file; /* as it was named or found */
    const char *version;
    const char *architecture_from; /* which line, or why it is assumed */
    const char *site;              /* whose keep-alive settings were taken; NULL: there are no sites */
    size_t n_sites;
    struct config_setting *settings;
    size_t n_settings;
    struct config_remark *remarks;
    size_t n_remarks;
    size_t n_other, n_files; /* directives that do not concern us, files read */
    struct config_reader *reader; /* all that was seen: config_change needs it */
};

/* Reads the file or folder. False after complaints (STATUS_DATA for what a server would refuse too, STATUS_NO_INPUT for a
 * file that is missing). */
bool config_read(const char *path, const struct config_options *options, struct config *out, struct arena *arena,
                 struct diag *diag);

/* The setting of a parameter, NULL if this server has none. */
const struct config_setting *config_find(const struct config *config, enum web_param param);

/* Sets all of them in a set of the web model's parameters, or in a scenario of it. */
bool config_assign(const struct config *config, struct param_set *set, struct arena *arena, struct diag *diag);
bool config_apply(const struct config *config, struct scenario *scenario, struct diag *diag);

/* Prints to `out` a unified diff after which the configuration has the wanted values (keys of server.*), of the directives that
 * they need and nothing else: an existing value is changed where it stands, an absent directive is added behind its
 * nearest relative with a comment. File names are relative to *applied_in (config->folder, or / when a file lies outside). What
 * was printed has been applied in memory and read again. False after complaints; then nothing was printed. *n_changes may be 0:
 * all values were as wanted. `talk` gets one line a change. */
bool config_change(const struct config *config, const char *path, const struct config_options *options,
                   const struct setting *wanted, size_t n_wanted, FILE *out, FILE *talk, const char **applied_in,
                   size_t *n_changes, struct arena *arena, struct diag *diag);

/* One byte range of a file that becomes another text. */
struct config_edit {
    const struct config_file *file;
    size_t begin, end;
    const char *text;
};

/* The edits of one file, sorted by `begin` and not overlapping: what it becomes, and a unified diff with three lines of context, as
 * `diff -u` prints it. `name` stands behind --- and +++. */
struct config_file config_edited(const struct config_edit *edits, size_t n, struct arena *arena);
void config_diff(FILE *out, const char *name, const struct config_edit *edits, size_t n, struct arena *arena);

#endif
