/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * linger config: a server's configuration as parameters, each with the line that it comes from; and wanted parameters as a
 * patch of the configuration.
 */
#define _XOPEN_SOURCE 700 /* open_memstream, ftruncate */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "models/advice/advice.h"
#include "models/advice/config.h"
#include "sim/interface/cli.h"

enum { OPTION_SET, OPTION_CORES, OPTION_MPM, OPTION_HOST, OPTION_DEFINE, OPTION_PRODUCT, OPTION_VERSION, OPTION_OUTPUT, OPTION_FORCE };
enum { WORDS_MAX = 256, CORES_MAX = 100000 };

static const struct cli_option options[] = {
    {OPTION_SET, "set", 's', "KEY=VALUE"},       {OPTION_CORES, "cores", 0, "N"},
    {OPTION_MPM, "mpm", 0, "NAME"},              {OPTION_HOST, "host", 0, "NAME"},
    {OPTION_DEFINE, "define", 'D', "NAME"},      {OPTION_PRODUCT, "server", 0, "NAME"},
    {OPTION_VERSION, "server-version", 0, "V"},  {OPTION_OUTPUT, "output", 'o', "FILE"},
    {OPTION_FORCE, "force", 'f', NULL},
};

struct request {
    const char *path, *output;
    struct config_options how;
    long cores; /* 0: not said */
    const char *defines[WORDS_MAX];
    struct setting settings[WORDS_MAX];
    size_t n_settings;
    bool force;
};

static int take_product(struct request *request, const char *name) {
    if (strcmp(name, "apache") == 0) request->how.product = CONFIG_APACHE;
    else if (strcmp(name, "nginx") == 0) request->how.product = CONFIG_NGINX;
    else return cli_usage("config", "--server: read '%s', allowed: apache | nginx", name);
    return STATUS_OK;
}

static int take_setting(struct request *request, const char *text, struct arena *arena) {
    struct diag diag = {0};
    if (request->n_settings == WORDS_MAX) return cli_usage("config", "more than %d --set", WORDS_MAX);
    if (!setting_parse(text, &request->settings[request->n_settings], arena, &diag)) return command_complain(&diag);
    request->n_settings++;
    return STATUS_OK;
}

static int take_option(struct request *request, int id, const char *value, struct arena *arena) {
    switch (id) {
    case CLI_OPERAND:
        if (request->path) return cli_usage("config", "one configuration at a time");
        request->path = value;
        break;
    case OPTION_SET: return take_setting(request, value, arena);
    case OPTION_CORES:
        if (!cli_count(value, 1, CORES_MAX, &request->cores))
            return cli_usage("config", "--cores: read '%s', allowed: a whole number of 1 to %d", value, CORES_MAX);
        break;
    case OPTION_MPM: request->how.mpm = value; break;
    case OPTION_HOST: request->how.site = value; break;
    case OPTION_DEFINE:
        if (request->how.n_defines == WORDS_MAX) return cli_usage("config", "more than %d --define", WORDS_MAX);
        request->defines[request->how.n_defines++] = value;
        break;
    case OPTION_PRODUCT: return take_product(request, value);
    case OPTION_VERSION: request->how.version = value; break;
    case OPTION_OUTPUT: request->output = value; break;
    default: request->force = true; break;
    }
    return STATUS_OK;
}

static int parse(int argc, char **argv, struct request *request, struct arena *arena) {
    struct cli cli = {.argc = argc, .argv = argv, .options = options, .n_options = sizeof options / sizeof options[0]};
    request->how.defines = request->defines;
    for (int id; (id = cli_next(&cli)) != CLI_END;) {
        int code = id == CLI_WRONG ? STATUS_USAGE : take_option(request, id, cli.value, arena);
        if (code != STATUS_OK) return code;
    }
    if (!request->path) return cli_usage("config", "which configuration? A folder like /etc/apache2, or a file");
    if (request->n_settings && request->output) return cli_usage("config", "--set prints a patch, --output a section: one of them");
    if (request->n_settings && strcmp(request->path, "-") == 0)
        return cli_usage("config", "--set needs a file to patch, not stdin");
    return STATUS_OK;
}

/* ---- what is said ------------------------------------------------------------------------------------------------ */

static void print_head(FILE *out, const struct config *config) {
    bool is_apache = config->product == CONFIG_APACHE;
    fprintf(out, "%s: %s %s", config->main_file, is_apache ? "Apache" : "nginx", config->version);
    if (is_apache) fprintf(out, ", %s (%s)", config_find(config, SERVER_ARCHITECTURE)->text, config->architecture_from);
    fprintf(out, "\n%zu file%s", config->n_files, config->n_files == 1 ? "" : "s");
    if (config->site)
        fprintf(out, ", %zu site%s; keep-alive of %s", config->n_sites, config->n_sites == 1 ? "" : "s", config->site);
    fprintf(out, "\n");
}

/* "file:line: Directive value", or that it is compiled in. */
static void print_origin(FILE *out, const struct config_setting *setting) {
    const struct config_directive *from = setting->from;
    if (from) fprintf(out, "%s:%ld: %s %s", from->file->path, from->line, from->name, setting->value);
    else if (setting->param == SERVER_ARCHITECTURE) fprintf(out, "%s", *setting->value ? "its configuration is nginx's" : "no LoadModule names an MPM");
    else fprintf(out, "compiled in: %s %s", setting->name, setting->value);
    if (setting->note) fprintf(out, " (%s)", setting->note);
    fprintf(out, "\n");
}

static void print_table(FILE *out, const struct config *config) {
    print_head(out, config);
    fprintf(out, "\ntaken:\n");
    for (size_t i = 0; i < config->n_settings; i++) {
        fprintf(out, "  %s = %s\n      ", web_params[config->settings[i].param].name, config->settings[i].text);
        print_origin(out, &config->settings[i]);
    }
    if (config->n_remarks) fprintf(out, "\nnot taken:\n");
    for (size_t i = 0; i < config->n_remarks; i++) {
        const struct config_directive *directive = config->remarks[i].directive;
        fprintf(out, "  %s:%ld: %s %s\n      %s\n", directive->file->path, directive->line, directive->name, directive->value,
                config->remarks[i].reason);
    }
    fprintf(out, "\nother directives, which do not concern kept connections: %zu\n", config->n_other);
}

static void print_section(FILE *out, const struct config *config, const struct request *request) {
    fprintf(out, "; linger config %s: %s %s\n[server]\n", request->path, config->product == CONFIG_APACHE ? "Apache" : "nginx",
            config->version);
    for (size_t i = 0; i < config->n_settings; i++) {
        fprintf(out, "; ");
        print_origin(out, &config->settings[i]);
        fprintf(out, "%s = %s\n", web_params[config->settings[i].param].name + strlen("server."), config->settings[i].text);
    }
    if (request->cores) fprintf(out, "[machine]\n; --cores\ncores = %ld\n", request->cores);
}

/* ---- deeds --------------------------------------------------------------------------------------------------------- */

static int complain_output(const char *path, enum status status) {
    const char *exists = errno == EEXIST ? "; --force writes over it" : "";
    fprintf(stderr, "linger: %s: %s%s\n", path, strerror(errno), exists);
    return (int)status;
}

static int write_section(const struct config *config, const struct request *request) {
    const char *path = request->output;
    FILE *file = fopen(path, request->force ? "w" : "wx");
    if (!file) return complain_output(path, STATUS_CANNOT_CREATE);
    print_section(file, config, request);
    bool ok = fflush(file) == 0 && !ferror(file);
    int code = ok ? STATUS_OK : complain_output(path, STATUS_IO);
    if (fclose(file) != 0 && ok) code = complain_output(path, STATUS_IO);
    return code;
}

static int show(const struct config *config, const struct request *request) {
    bool to_stdout = request->output && strcmp(request->output, "-") == 0;
    int code = STATUS_OK;
    if (request->output && !to_stdout) code = write_section(config, request);
    if (code != STATUS_OK) return code;
    print_table(to_stdout ? stderr : stdout, config);
    if (to_stdout) print_section(stdout, config, request);
    else if (request->output) printf("\n[server] for a scenario: %s\n", request->output);
    return STATUS_OK;
}

/* What is said about a patch is kept until it is known to be right. */
static int print_patch(const struct config *config, const struct request *request, struct arena *arena) {
    struct diag diag = {0};
    char *said = NULL;
    size_t n_said = 0, n_changes = 0;
    const char *applied_in = NULL;
    FILE *talk = open_memstream(&said, &n_said);
    if (!talk) status_machine("memory");
    bool ok = config_change(config, request->path, &request->how, request->settings, request->n_settings, stdout, talk, &applied_in,
                            &n_changes, arena, &diag);
    fclose(talk);
    if (ok) fputs(said, stderr);
    free(said);
    if (!ok) return command_complain(&diag);
    if (n_changes) fprintf(stderr, "apply: patch -p0 -d %s < PATCH   or there: git apply -p0 PATCH\n", applied_in);
    else fprintf(stderr, "nothing to change\n");
    return STATUS_OK;
}

static int run(int argc, char **argv) {
    struct request request = {0};
    struct config config;
    struct diag diag = {0};
    struct arena arena;
    arena_open(&arena, CLI_ARENA_BYTES);
    int code = parse(argc, argv, &request, &arena);
    if (code == STATUS_OK && !config_read(request.path, &request.how, &config, &arena, &diag)) code = command_complain(&diag);
    if (code == STATUS_OK) code = request.n_settings ? print_patch(&config, &request, &arena) : show(&config, &request);
    arena_close(&arena);
    return code;
}

const struct command command_config = {
    .name = "config",
    .arguments = "PATH [--set KEY=VALUE]... [options]",
    .summary = "reads an Apache or nginx configuration; patches it",
    .help = "examples:\n"
            "  linger config /etc/apache2\n"
            "  linger config /etc/nginx --cores 8 -o mine.ini && linger run mine.ini\n"
            "  linger config /etc/apache2 --set server.idle_limit=2s > idle.patch\n"
            "\n"
            "PATH is a folder (/etc/apache2, /etc/httpd, /etc/nginx), a copy of one, or a\n"
            "file; - reads stdin. What is included is read too. Printed is each value for\n"
            "server.* with the line that it comes from, and what was not taken, and why.\n"
            "\n"
            "With --set, only a unified diff is printed, after which the configuration has\n"
            "these values; nothing is ever written into it.\n"
            "\n"
            "options:\n"
            "  -s, --set KEY=VALUE       a wanted value of server.*; repeatable\n"
            "      --cores N             the server's: machine.cores of --output, which\n"
            "                            worker_processes auto means\n"
            "      --mpm NAME            prefork | worker | event; default: the one loaded\n"
            "      --host NAME           this site's settings (ServerName, server_name);\n"
            "                            default: the main server's (the http level's), but\n"
            "                            the first site's if every site has its own\n"
            "  -D, --define NAME         what Apache is started with, for <IfDefine>\n"
            "      --server NAME         apache | nginx; default: by file name and text\n"
            "      --server-version V    like 1.18.0: its defaults; default: the newest known\n"
            "  -o, --output FILE         writes [server] for a scenario; - to stdout\n"
            "  -f, --force               ... also over a file that exists\n",
    .run = run,
};
