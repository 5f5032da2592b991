/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * CSV: what RFC 4180 allows is read, everything else is refused with its line. Files are written to a temporary one.
 */
#define _POSIX_C_SOURCE 200809L
#include "tests/unit/unit.h"

#include <string.h>
#include <zlib.h>

#include "sim/interface/csv_table.h"
#include "sim/interface/input.h"

/* A temporary file, and what was read from it: "LINE:a|b;LINE:c|d;" with the header first. */
struct bench {
    char path[64];
    char seen[4096];
    size_t used;
    int rows_wanted;
    struct diag diag;
    struct arena arena;
};

static int open_bench(void **state) {
    static struct bench bench;
    bench = (struct bench){.path = "/tmp/linger_test_csv_XXXXXX", .rows_wanted = 1000000};
    int descriptor = mkstemp(bench.path);
    assert_true(descriptor >= 0);
    close(descriptor);
    arena_open(&bench.arena, (size_t)1 << 32);
    *state = &bench;
    return 0;
}

static int close_bench(void **state) {
    struct bench *bench = *state;
    arena_close(&bench->arena);
    return unlink(bench->path);
}

static void write_file(const struct bench *bench, const void *bytes, size_t n) {
    FILE *file = fopen(bench->path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, n, file), n);
    assert_int_equal(fclose(file), 0);
}

static bool note_row(void *context, const struct csv_row *row, bool is_header) {
    struct bench *bench = context;
    assert_int_equal(is_header, bench->used == 0);
    bench->used += (size_t)snprintf(bench->seen + bench->used, sizeof bench->seen - bench->used, "%ld:", row->line);
    for (size_t i = 0; i < row->n; i++) {
        assert_int_equal(strlen(row->field[i]), row->length[i]);
        bench->used += (size_t)snprintf(bench->seen + bench->used, sizeof bench->seen - bench->used, "%s%s",
                                        row->field[i], i + 1 < row->n ? "|" : ";");
    }
    return is_header || bench->rows_wanted-- > 1;
}

static void read_it(struct bench *bench) {
    bench->diag = (struct diag){0};
    bench->used = 0;
    bench->seen[0] = '\0';
    csv_table_read(bench->path, note_row, bench, &bench->diag);
}

static void reads(struct bench *bench, const char *text, const char *expected) {
    write_file(bench, text, strlen(text));
    read_it(bench);
    if (!diag_ok(&bench->diag)) fail_msg("%s", bench->diag.text[0]);
    assert_string_equal(bench->seen, expected);
}

/* One complaint, at that line, with those words. */
static void refuses(struct bench *bench, const char *text, size_t n, const char *line, const char *words) {
    char place[100];
    write_file(bench, text, n);
    read_it(bench);
    assert_int_equal(bench->diag.count, 1);
    assert_int_equal(bench->diag.status, STATUS_DATA);
    snprintf(place, sizeof place, "%s%s: ", bench->path, line);
    if (!strstr(bench->diag.text[0], place) || !strstr(bench->diag.text[0], words))
        fail_msg("%s, not %s %s", bench->diag.text[0], line, words);
}

#define REFUSES(bench, text, line, words) refuses(bench, text, sizeof(text) - 1, line, words)

static void rows_are_read(void **state) {
    reads(*state, "a,b\n1,2\n3,4\n", "1:a|b;2:1|2;3:3|4;");
    reads(*state, "a,b\n1,2", "1:a|b;2:1|2;");                       /* no line end at the end */
    reads(*state, "a,b\r\n1,2\r\n3,4\r\n", "1:a|b;2:1|2;3:3|4;");
    reads(*state, "\xef\xbb\xbf" "a,b\n1,2\n", "1:a|b;2:1|2;");      /* byte order mark */
    reads(*state, "a\n\n  \n1\n\r\n2\n", "1:a;4:1;6:2;");             /* blank lines */
    reads(*state, "# one\n#two, \"\n\na,b\n1,2\n", "4:a|b;5:1|2;");   /* comments before the header */
    reads(*state, "a,b\n#1,2\n", "1:a|b;2:#1|2;");                   /* none after it */
    reads(*state, " a , b \n 1 2 ,3\n", "1:a|b;2:1 2|3;");
    reads(*state, "a,b\n,\n", "1:a|b;2:|;");
    reads(*state, "a\n\"\"\n", "1:a;2:;");
    reads(*state, "a\n", "1:a;");
}

static void quotes_are_rfc_4180(void **state) {
    reads(*state, "a,b\n\"x,y\",\"say \"\"so\"\"\"\n", "1:a|b;2:x,y|say \"so\";");
    reads(*state, "a,b\n\"x\ny\r\n\",2\n3,4\n", "1:a|b;2:x\ny\r\n|2;5:3|4;"); /* lines are counted inside quotes */
    reads(*state, "\"a \",b\n1,2\n", "1:a |b;2:1|2;");
}

static void shapes_are_refused(void **state) {
    REFUSES(*state, "", "", "empty, allowed: a header line");
    REFUSES(*state, "\n\n# nothing\n", "", "empty");
    REFUSES(*state, "a,b\n1,2\n\n1\n", ":4", "row has 1 field, the header has 2");
    REFUSES(*state, "a,b\n1,2,3\n", ":2", "row has 3 fields, the header has 2");
    REFUSES(*state, "a,b,a\n", ":1", "a: columns 1 and 3 have the same name");
    REFUSES(*state, "#\na,,b\n", ":2", "column 2 of the header has no name");
    REFUSES(*state, "a,b\n1,2\n3,\"4\n5,6\n", ":3", "b: a quote is opened and never closed");
    REFUSES(*state, "a,b\n1,2\"\n", ":2", "b: a quote inside a bare field");
    REFUSES(*state, "a,b\n\"1\"2,3\n", ":2", "a: a quote inside a bare field, or text behind a closing quote");
    REFUSES(*state, "a,b\n1,2\n3,\0" "4\n", ":3", "b: a NUL byte");
    REFUSES(*state, "\0a,b\n", ":1", "a NUL byte");
    REFUSES(*state, "#\0\na,b\n", ":1", "a NUL byte");
    REFUSES(*state, "\x1f\x8bnot really gzip", "", "the gzip file is damaged");
}

static void large_fields_are_refused(void **state) {
    struct bench *bench = *state;
    enum { N = 3 << 20 };
    char *text = malloc(N);
    assert_non_null(text);
    memset(text, 'x', N);
    memcpy(text, "a,b\n1,\"", 7); /* a quote left open early in a large file */
    refuses(bench, text, N, ":2", "b: a field of more than 65536 bytes; is a quote left open?");
    memset(text, ',', N);
    refuses(bench, text, N, ":1", "more than 1024 columns");
    memset(text, '#', N);
    refuses(bench, text, N, ":1", "no header line in the first 2 MiB");
    for (int i = 0; i < N; i++) text[i] = i % 60000 ? 'x' : ',';
    refuses(bench, text, N, ":1", "a row of more than 1 MiB");
    free(text);
}

/* A column in which any numbers may stand. */
#define any(name) (&(const struct param_column){name, -HUGE_VAL, HUGE_VAL, false})

/* The longest field that is allowed, across the ends of blocks. */
static void fields_span_blocks(void **state) {
    struct bench *bench = *state;
    enum { ROWS = 40, FIELD = 65536 };
    FILE *file = fopen(bench->path, "wb");
    assert_non_null(file);
    fputs("a,b\n", file);
    for (int row = 0; row < ROWS; row++) {
        for (int i = 0; i < FIELD; i++) fputc('a' + row % 26, file);
        fputs(",1\n", file);
    }
    fclose(file);
    size_t n;
    assert_null(csv_table_column(bench->path, any("a"), &n, &bench->arena, (struct place){0}, &bench->diag));
    assert_int_equal(bench->diag.count, DIAG_MESSAGES_MAX); /* wrong numbers, right shape */
    bench->diag = (struct diag){0};
    assert_non_null(csv_table_column(bench->path, any("b"), &n, &bench->arena, (struct place){0}, &bench->diag));
    assert_int_equal(n, ROWS);
}

static void reading_stops_when_asked(void **state) {
    struct bench *bench = *state;
    bench->rows_wanted = 2;
    reads(bench, "a\n1\n2\n3\n\"\n", "1:a;2:1;3:2;"); /* the open quote behind is never reached */
}

static void write_gzip(const struct bench *bench, const char *text) {
    gzFile file = gzopen(bench->path, "wb");
    assert_non_null(file);
    assert_int_equal(gzwrite(file, text, (unsigned)strlen(text)), strlen(text));
    assert_int_equal(gzclose(file), Z_OK);
}

static void gzip_is_seen_by_its_content(void **state) {
    struct bench *bench = *state;
    char packed[400];
    write_gzip(bench, "# packed\na,b\n1,2\n");
    read_it(bench);
    assert_true(diag_ok(&bench->diag));
    assert_string_equal(bench->seen, "2:a|b;3:1|2;");
    FILE *file = fopen(bench->path, "rb");
    size_t n = fread(packed, 1, sizeof packed, file);
    fclose(file);
    refuses(bench, packed, n - 6, ":4", "the gzip file ends in the middle");
    packed[n - 6] ^= 1; /* its checksum */
    refuses(bench, packed, n, "", "the gzip file is damaged: incorrect data check");
}

static void files_that_cannot_be_read(void **state) {
    struct bench *bench = *state;
    struct diag diag = {0};
    csv_table_read("/nonexistent/x.csv", note_row, bench, &diag);
    assert_int_equal(diag.status, STATUS_NO_INPUT);
    assert_string_equal(diag.text[0], "/nonexistent/x.csv: cannot open: No such file or directory");
    diag = (struct diag){0};
    csv_table_read("/tmp", note_row, bench, &diag);
    assert_int_equal(diag.status, STATUS_NO_INPUT);
    assert_non_null(strstr(diag.text[0], "/tmp: is a directory"));
}

static void a_column_becomes_numbers(void **state) {
    struct bench *bench = *state;
    struct place place = {"a.ini", 3, "users.think"};
    size_t n = 0;
    const char text[] = "user,think_s\nx,1.5\ny,2e1\nz,-3\n";
    write_file(bench, text, strlen(text));
    const double *values = csv_table_column(bench->path, any("think_s"), &n, &bench->arena, place, &bench->diag);
    assert_non_null(values);
    assert_int_equal(n, 3);
    assert_same(values[0], 1.5);
    assert_same(values[1], 20);
    assert_same(values[2], -3);
    assert_null(csv_table_column(bench->path, any("thnk_s"), &n, &bench->arena, place, &bench->diag));
    assert_non_null(strstr(bench->diag.text[0], ":1: no column 'thnk_s' (wanted by users.think), allowed: user, think_s"));
    assert_null(csv_table_column(bench->path, any("user"), &n, &bench->arena, place, &bench->diag));
    assert_non_null(strstr(bench->diag.text[1], ":2: user: read 'x', allowed: a number"));
    assert_int_equal(bench->diag.count, 4);
}

static void what_may_stand_in_a_column(void **state) {
    struct bench *bench = *state;
    const struct param_column size = {"cache_bytes", 0, HUGE_VAL, true}, ratio = {"miss_ratio", 0, 1, false};
    const char text[] = "cache_bytes,miss_ratio\n-1,1\n100,1.5\n\n100,0.5\n200,x\n";
    struct place place = {"a.ini", 3, "site.miss_ratio"};
    size_t n = 0;
    write_file(bench, text, strlen(text));
    assert_null(csv_table_column(bench->path, &size, &n, &bench->arena, place, &bench->diag));
    assert_non_null(strstr(bench->diag.text[0], ":2: cache_bytes: read '-1', allowed: a number of 0 or more"));
    assert_non_null(strstr(bench->diag.text[1], ":5: cache_bytes: read '100', allowed: a number of 0 or more, above 100, the one before"));
    assert_int_equal(bench->diag.count, 2);
    assert_null(csv_table_column(bench->path, &ratio, &n, &bench->arena, place, &bench->diag));
    assert_non_null(strstr(bench->diag.text[2], ":3: miss_ratio: read '1.5', allowed: a number of 0 to 1"));
    assert_non_null(strstr(bench->diag.text[3], ":6: miss_ratio: read 'x', allowed: a number of 0 to 1"));
    assert_int_equal(bench->diag.count, 4);
    assert_int_equal(bench->diag.status, STATUS_DATA);
}

static void names_are_relative_to_who_names_them(void **state) {
    struct arena *arena = &((struct bench *)*state)->arena;
    assert_string_equal(input_beside("inputs/a.ini", "b.csv", arena), "inputs/b.csv");
    assert_string_equal(input_beside("inputs/a.ini", "../b.csv", arena), "inputs/../b.csv");
    assert_string_equal(input_beside("inputs/a.ini", "/b.csv", arena), "/b.csv");
    assert_string_equal(input_beside("inputs/a.ini", "-", arena), "-");
    assert_string_equal(input_beside("inputs/a.ini", "", arena), "");
    assert_string_equal(input_beside("--set", "b.csv", arena), "b.csv");
    assert_string_equal(input_beside(NULL, "b.csv", arena), "b.csv");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_bench, close_bench)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(rows_are_read),           TEST(quotes_are_rfc_4180),      TEST(shapes_are_refused),
        TEST(large_fields_are_refused), TEST(fields_span_blocks),      TEST(reading_stops_when_asked),
        TEST(gzip_is_seen_by_its_content), TEST(files_that_cannot_be_read), TEST(a_column_becomes_numbers),
        TEST(gzip_is_seen_by_its_content), TEST(files_that_cannot_be_read), TEST(what_may_stand_in_a_column),
        TEST(names_are_relative_to_who_names_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
