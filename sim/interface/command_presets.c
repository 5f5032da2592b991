/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * linger presets: the products whose defaults a scenario can name, and what each of them says in its vendor's words.
 */
#include <stdio.h>
#include <string.h>

#include "sim/experiment/preset.h"
#include "sim/interface/cli.h"
#include "sim/interface/params_print.h"
#include "sim/interface/preset_file.h"
#include "sim/interface/presets_embedded.h"

enum { SOURCES_MAX = 64 };

/* ---- all ------------------------------------------------------------------------------------------- */

/* "nginx 1.19.10 to 1.29.6, compiled in". */
static void put_title(const struct preset *preset) {
    const char *const parts[] = {preset->product, preset->version};
    const char *blank = "";
    for (size_t i = 0; i < 2; i++)
        if (parts[i]) printf("%s%s", blank, parts[i]), blank = " ";
    if (preset->origin) printf("%s%s", *blank ? ", " : "", preset->origin);
    putchar('\n');
}

static const struct preset *read(const char *name, struct arena *arena, struct diag *diag) {
    return preset_read(name, (struct place){.file = "presets"}, arena, diag);
}

/* "server" of "server.preset": which side it is for. */
static const char *side_name(const struct preset *preset) {
    const struct param *side = preset_side(preset);
    return side ? side->name : "";
}
static int side_length(const struct preset *preset) { return (int)strcspn(side_name(preset), "."); }

static int list(struct arena *arena) {
    struct diag diag = {0};
    int width = 0;
    for (size_t i = 0; i < n_preset_texts; i++)
        if ((int)strlen(preset_texts[i].name) > width) width = (int)strlen(preset_texts[i].name);
    for (size_t i = 0; i < n_preset_texts; i++) {
        const struct preset *preset = read(preset_texts[i].name, arena, &diag);
        if (!preset) return command_complain(&diag);
        printf("%-*s %-6.*s ", width, preset->name, side_length(preset), side_name(preset));
        put_title(preset);
    }
    return STATUS_OK;
}

/* ---- one ------------------------------------------------------------------------------------------- */

/* A row of the table, and behind it the number of its source; they are numbered in the order in which they come. */
enum { DIRECTIVE, VENDOR_VALUE, KEY, VALUE, COLUMNS };

struct table {
    const struct preset *preset;
    int width[COLUMNS];
    const char *sources[SOURCES_MAX];
    size_t n_sources;
};

static const char *cell(const struct preset *preset, const struct preset_value *value, int column) {
    const char *const cells[COLUMNS] = {
        value->directive ? value->directive : "-", value->vendor_value ? value->vendor_value : "",
        strchr(preset->model->params[value->index].name, '.') + 1, value->text};
    return cells[column];
}

/* "[server]" stands over its keys. */
static void put_head(const struct table *table, const char *name) {
    char section[64];
    snprintf(section, sizeof section, "[%.*s]", (int)strcspn(name, "."), name);
    printf("  %-*s  %-*s  %-*s  ours\n", table->width[DIRECTIVE], "vendor's name", table->width[VENDOR_VALUE], "value",
           table->width[KEY], section);
}

static void measure(struct table *table) {
    for (int c = 0; c < COLUMNS; c++) {
        table->width[c] = c == DIRECTIVE ? 13 : 5; /* of the heads */
        for (size_t i = 0; i < table->preset->n; i++) {
            int n = (int)strlen(cell(table->preset, &table->preset->values[i], c));
            if (n > table->width[c]) table->width[c] = n;
        }
    }
}

/* The number of a source, from 1; 0 when there is none. */
static size_t number_of(struct table *table, const char *source) {
    if (!source) return 0;
    for (size_t i = 0; i < table->n_sources; i++)
        if (strcmp(table->sources[i], source) == 0) return i + 1;
    if (table->n_sources < SOURCES_MAX) table->sources[table->n_sources++] = source;
    return table->n_sources;
}

static void put_row(struct table *table, const struct preset_value *value) {
    size_t source = number_of(table, value->source);
    for (int c = 0; c < VALUE; c++) printf("  %-*s", table->width[c], cell(table->preset, value, c));
    if (source) printf("  %-*s  [%zu]", table->width[VALUE], value->text, source);
    else printf("  %s", value->text);
    putchar('\n');
    if (value->zero) params_print_words(stdout, 9, printf("      0: "), value->zero);
    if (value->note) params_print_words(stdout, 6, 0, value->note);
}

static void put_table(struct table *table) {
    const struct preset *preset = table->preset;
    const char *section = "";
    measure(table);
    for (size_t i = 0; i < preset->n; i++) {
        const char *name = preset->model->params[preset->values[i].index].name;
        if (strncmp(name, section, strcspn(name, ".") + 1) != 0) put_head(table, section = name);
        put_row(table, &preset->values[i]);
    }
    if (table->n_sources) putchar('\n');
    for (size_t i = 0; i < table->n_sources; i++) printf("[%zu] %s\n", i + 1, table->sources[i]);
}

/* How a scenario names it. */
static void put_use(const struct preset *preset) {
    const struct param *side = preset_side(preset);
    if (!side) return;
    const char *name = side->name, *dot = strchr(name, '.');
    printf("\n  in a scenario file:     [%.*s]\n                          %s = %s\n"
           "  on the command line:    --set %s=%s\n", (int)(dot - name), name, dot + 1, preset->name, name, preset->name);
}

static int unknown(const char *name) {
    const char *near = preset_nearest(name);
    if (near) return cli_usage("presets", "unknown preset '%s'; did you mean '%s'?", name, near);
    return cli_usage("presets", "unknown preset '%s'; linger presets lists them", name);
}

static int show(const char *name, struct arena *arena) {
    struct diag diag = {0};
    if (!preset_is_file(name) && !preset_is_known(name)) return unknown(name);
    const struct preset *preset = read(name, arena, &diag);
    if (!preset) return command_complain(&diag);
    struct table table = {.preset = preset};
    printf("%s: ", preset->name);
    put_title(preset);
    for (size_t i = 0; i < preset->n_notes; i++) params_print_words(stdout, 4, 0, preset->notes[i]);
    putchar('\n');
    put_table(&table);
    put_use(preset);
    return STATUS_OK;
}

/* ---- the command ------------------------------------------------------------------------------------- */

static int run(int argc, char **argv) {
    struct cli cli = {.argc = argc, .argv = argv};
    const char *name = NULL;
    for (int id; (id = cli_next(&cli)) != CLI_END;) {
        if (id == CLI_WRONG) return STATUS_USAGE;
        if (name) return cli_usage("presets", "one name at a time");
        name = cli.value;
    }
    struct arena arena;
    arena_open(&arena, CLI_ARENA_BYTES);
    int code = name ? show(name, &arena) : list(&arena);
    arena_close(&arena);
    return code;
}

const struct command command_presets = {
    .name = "presets",
    .arguments = "[NAME]",
    .summary = "products whose defaults a scenario can name",
    .help = "examples:\n"
            "  linger presets                 all of them\n"
            "  linger presets nginx-1.19.10   one: the vendor's directive beside each value\n"
            "  linger presets ./mine.ini      a file of your own, checked\n"
            "\n"
            "  linger run inputs/scenarios/lesson-7-architectures.ini \\\n"
            "      --set server.preset=apache-event-debian12\n"
            "  linger sweep SCENARIO --vary server.preset=apache-event,nginx-1.19.10\n"
            "\n"
            "A preset ranks between the defaults and what is given: defaults < preset <\n"
            "scenario file < --set < --vary. So a scenario that is to follow a preset leaves\n"
            "the keys out that the preset has. inputs/presets/ holds the files; copy one to\n"
            "make your own, and name it with a / or with .ini at its end.\n",
    .run = run,
};
