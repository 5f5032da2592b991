/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * config_bench: what the tests of server configurations share. A temporary folder in which the test runs, files in it, and
 * a configuration read from it.
 */
#ifndef TESTS_UNIT_CONFIG_BENCH_H
#define TESTS_UNIT_CONFIG_BENCH_H

#include "tests/unit/unit.h"

#include <string.h>
#include <sys/stat.h>

#include "models/advice/config.h"

struct config_bench {
    char folder[64];
    struct arena arena;
    struct diag diag;
    struct config_options options;
    struct config config;
};

static int open_bench(void **state) {
    static struct config_bench bench;
    bench = (struct config_bench){.folder = "/tmp/linger_test_config_XXXXXX"};
    assert_non_null(mkdtemp(bench.folder));
    assert_int_equal(chdir(bench.folder), 0);
    arena_open(&bench.arena, (size_t)1 << 34);
    *state = &bench;
    return 0;
}

static int close_bench(void **state) {
    struct config_bench *bench = *state;
    char command[100];
    snprintf(command, sizeof command, "rm -rf '%s'", bench->folder);
    arena_close(&bench->arena);
    return chdir("/") || system(command);
}

/* Makes the folders above it too. */
static inline void write_file(const char *path, const char *text) {
    char folder[200];
    for (const char *slash = strchr(path, '/'); slash; slash = strchr(slash + 1, '/')) {
        snprintf(folder, sizeof folder, "%.*s", (int)(slash - path), path);
        (void)mkdir(folder, 0777);
    }
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
}

static inline bool try_read(struct config_bench *bench, const char *path) {
    bench->diag = (struct diag){0};
    bool ok = config_read(path, &bench->options, &bench->config, &bench->arena, &bench->diag);
    assert_int_equal(ok, diag_ok(&bench->diag));
    return ok;
}

static inline void reads(struct config_bench *bench, const char *path) {
    if (!try_read(bench, path)) fail_msg("%s", bench->diag.text[0]);
}

/* One file, written and read. */
static inline void reads_text(struct config_bench *bench, const char *path, const char *text) {
    write_file(path, text);
    reads(bench, path);
}

/* The text of a parameter, "-" when the server has none. */
static inline const char *text_of(const struct config_bench *bench, enum web_param param) {
    const struct config_setting *setting = config_find(&bench->config, param);
    return setting ? setting->text : "-";
}

/* "file:line", or "compiled in". */
static inline const char *origin_of(const struct config_bench *bench, enum web_param param) {
    static char text[300];
    const struct config_setting *setting = config_find(&bench->config, param);
    if (!setting) return "-";
    if (!setting->from) return "compiled in";
    snprintf(text, sizeof text, "%s:%ld", setting->from->file->path, setting->from->line);
    return text;
}

/* What is said of the directive in that line, which was not taken; "" if nothing. */
static inline const char *remark_at(const struct config_bench *bench, const char *path, long line) {
    for (size_t i = 0; i < bench->config.n_remarks; i++) {
        const struct config_remark *remark = &bench->config.remarks[i];
        if (remark->directive->line == line && strcmp(remark->directive->file->path, path) == 0) return remark->reason;
    }
    return "";
}

/* The first complaint begins so. */
static inline void refuses(struct config_bench *bench, const char *path, const char *text, enum status status, const char *words) {
    if (text) write_file(path, text);
    assert_false(try_read(bench, path));
    if (strncmp(bench->diag.text[0], words, strlen(words)) != 0) fail_msg("'%s', not '%s'", bench->diag.text[0], words);
    assert_int_equal(bench->diag.status, status);
}

#define BENCH_TEST(name) cmocka_unit_test_setup_teardown(name, open_bench, close_bench)

#endif
