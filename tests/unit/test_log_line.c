/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Lines of access logs, by hand. Times are held against date(1) of GNU coreutils, whose answers stand here as numbers; formats
 * against the examples of the manuals of Apache and nginx.
 */
#include "tests/unit/unit.h"

#include <string.h>

#include "models/advice/log_line.h"
#include "models/advice/log_time.h"

static struct arena arena;

static int open_arena(void **state) {
    (void)state;
    arena_open(&arena, (size_t)1 << 24);
    return 0;
}
static int close_arena(void **state) {
    (void)state;
    arena_close(&arena);
    return 0;
}

/* ---- times ---------------------------------------------------------------------------------------- */

static int64_t clf(const char *text) {
    int64_t us = -1;
    static struct log_day day; /* carried on, as through a log */
    assert_true(log_time_clf(span_of(text), &day, &us));
    assert_int_equal(us % MICROSECONDS, 0);
    return us / MICROSECONDS;
}

static void times_are_those_of_date(void **state) {
    (void)state;
    assert_int_equal(clf("10/Oct/2000:13:55:36 -0700"), 971211336);  /* the manual's example */
    assert_int_equal(clf("01/Jan/1970:00:00:00 +0000"), 0);
    assert_int_equal(clf("01/Aug/1995:00:00:01 -0400"), 807249601);  /* NASA-HTTP */
    assert_int_equal(clf("29/Feb/2024:23:59:59 +0530"), 1709231399);
    assert_int_equal(clf("31/Dec/2016:23:59:60 +0000"), 1483228800); /* a leap second is the next minute's first */
    assert_int_equal(clf("01/Mar/2100:00:00:00 +0000"), 4107542400); /* 2100 is no leap year */
    int64_t us;
    assert_true(log_time_iso(span_of("2024-05-06T07:08:09.123456+02:00"), &us));
    assert_true(us == INT64_C(1714972089123456));
    assert_true(log_time_iso(span_of("2024-05-06T05:08:09Z"), &us));
    assert_true(us == INT64_C(1714972089000000));
    assert_true(log_time_number(span_of("1714972089.123"), MICROSECONDS, &us));
    assert_true(us == INT64_C(1714972089123000));
    assert_true(log_time_number(span_of("1.25"), 1000, &us));
    assert_true(us == 1250);
    assert_true(log_time_strptime(span_of("2024/05/06 05-08-09 +0000"), "%Y/%m/%d %H-%M-%S %z", &us));
    assert_true(us == INT64_C(1714972089000000));
}

static void dates_that_do_not_exist(void **state) {
    (void)state;
    static const char *const wrong[] = {
        "31/Feb/2024:00:00:00 +0000", "29/Feb/2023:00:00:00 +0000", "00/Jan/2024:00:00:00 +0000", "10/Okt/2000:13:55:36 -0700",
        "10/Oct/2000:24:00:00 -0700", "10/Oct/2000:13:60:00 -0700", "10/Oct/2000:13:55:61 -0700", "10/Oct/2000:13:55:36 0700",
        "10/Oct/2000:13:55:36 -07:0", "1/Oct/2000:13:55:36 -0700",  "10/Oct/2000:13:55:36 -0700 ", "", "-",
        "10/Oct/2000:13:55:36 +2400", "10/Oct/2000:13:55:36 +0060",
    };
    int64_t us;
    struct log_day day = {0};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        if (log_time_clf(span_of(wrong[i]), &day, &us)) fail_msg("%s was taken", wrong[i]);
    assert_false(log_time_iso(span_of("2024-13-06T05:08:09Z"), &us));
    assert_false(log_time_iso(span_of("2024-05-06T05:08:09."), &us));
    assert_false(log_time_iso(span_of("2024-05-06T05:08"), &us));
    assert_false(log_time_number(span_of("-1"), MICROSECONDS, &us));
    assert_false(log_time_number(span_of("99999999999999999"), MICROSECONDS, &us));
    assert_false(log_time_number(span_of("1e9"), MICROSECONDS, &us));
    assert_false(log_time_number(span_of("1."), MICROSECONDS, &us));
}

/* ---- formats --------------------------------------------------------------------------------------- */

static const struct log_format *format_of(const char *text) {
    struct log_format *format = ARENA_NEW(&arena, 1, struct log_format);
    struct diag diag = {0};
    if (!log_format_parse(text, format, &arena, &diag)) fail_msg("%s", diag.text[0]);
    return format;
}

static enum log_line_kind parse(const char *format, const char *line, struct log_entry *entry) {
    struct log_wrong wrong;
    return log_line_parse(format_of(format), span_of(line), &(struct log_day){0}, entry, &wrong);
}

static void assert_span(struct span got, const char *wanted) {
    if (!span_is(got, wanted)) fail_msg("got '%.*s', wanted '%s'", (int)got.length, got.text, wanted);
}

static void the_manuals_example(void **state) {
    (void)state;
    struct log_entry entry;
    static const char line[] = "127.0.0.1 - frank [10/Oct/2000:13:55:36 -0700] \"GET /apache_pb.gif HTTP/1.0\" 200 2326 "
                               "\"http://www.example.com/start.html\" \"Mozilla/4.08 [en] (Win98; I ;Nav)\"";
    assert_int_equal(parse("combined", line, &entry), LOG_LINE_REQUEST);
    assert_span(entry.client, "127.0.0.1");
    assert_span(entry.path, "/apache_pb.gif");
    assert_true(entry.time_us == INT64_C(971211336000000));
    assert_int_equal(entry.status, 200);
    assert_int_equal(entry.bytes, 2326);
    assert_int_equal(entry.kept, -1);
    assert_int_equal(entry.duration_us, -1);
    assert_true(entry.http10 && !entry.http2);
    assert_int_equal(parse("common", line, &entry), LOG_LINE_WRONG); /* more behind it than the format has */
}

#define NGINX "$remote_addr - $remote_user [$time_local] \"$request\" $status $body_bytes_sent"

static void fields_of_connections_and_times(void **state) {
    (void)state;
    struct log_entry entry;
    assert_int_equal(parse("%h %t \\\"%r\\\" %>s %b %D %T %{ms}T %k %{c}L",
                           "2001:db8::1 [10/Oct/2000:13:55:36 -0700] \"GET /a?b HTTP/2.0\" 304 - 1234 0 1 7 Zx8+/A", &entry),
                     LOG_LINE_REQUEST);
    assert_span(entry.client, "2001:db8::1");
    assert_span(entry.connection, "Zx8+/A");
    assert_int_equal(entry.bytes, 0);
    assert_int_equal(entry.duration_us, 1234); /* the finest of three */
    assert_int_equal(entry.kept, 7);
    assert_true(entry.http2);
    assert_int_equal(parse(NGINX " $request_time $connection $connection_requests",
                           "10.0.0.1 - - [10/Oct/2000:13:55:36 -0700] \"GET / HTTP/1.1\" 200 5 0.250 4711 3", &entry),
                     LOG_LINE_REQUEST);
    assert_int_equal(entry.duration_us, 250000);
    assert_span(entry.connection, "4711");
    assert_int_equal(entry.kept, 2);
    assert_true(format_of(NGINX)->stamped_at_end && !format_of("common")->stamped_at_end);
    assert_int_equal(parse("${remote_addr}|${msec}|${request_uri}", "::1|1714972089.123|/x", &entry), LOG_LINE_REQUEST);
    assert_true(entry.time_us == INT64_C(1714972089123000));
    assert_int_equal(parse("{\"t\":\"$time_iso8601\",\"a\":\"$remote_addr\"}", "{\"t\":\"2024-05-06T05:08:09+00:00\",\"a\":\"::1\"}", &entry),
                     LOG_LINE_REQUEST);
    assert_int_equal(parse("%a %{%Y-%m-%d %H:%M:%S}t.%{usec_frac}t %m %U%q %H", "h 2024-05-06 05:08:09.000042 GET /a?b=c HTTP/1.1", &entry),
                     LOG_LINE_REQUEST);
    assert_true(entry.time_us == INT64_C(1714972089000042));
    assert_span(entry.path, "/a?b=c");
    assert_int_equal(parse("%{msec}t %h", "1714972089123 h", &entry), LOG_LINE_REQUEST);
    assert_true(entry.time_us == INT64_C(1714972089123000));
}

static void quotes_and_names_with_blanks(void **state) {
    (void)state;
    struct log_entry entry;
    assert_int_equal(parse("combined", "h - john doe [10/Oct/2000:13:55:36 -0700] \"GET /\\\" 200 1 \\\" HTTP/1.1\" 404 7 \"-\" \"a \\\"b\\\" c\"", &entry),
                     LOG_LINE_REQUEST);
    assert_int_equal(entry.status, 404);
    assert_span(entry.path, "/\\\" 200 1 \\\"");
    /* a quote that nobody escaped, in the last field */
    assert_int_equal(parse("combined", "h - - [10/Oct/2000:13:55:36 -0700] \"GET / HTTP/1.1\" 404 7 \"-\" \"a \"b\" c\"", &entry), LOG_LINE_REQUEST);
    /* an even number of backslashes escapes nothing */
    assert_int_equal(parse("combined", "h - - [10/Oct/2000:13:55:36 -0700] \"GET /\\\\\" 404 7 \"-\" \"-\"", &entry), LOG_LINE_REQUEST);
    assert_int_equal(entry.status, 404);
}

static void what_is_no_request(void **state) {
    (void)state;
    struct log_entry entry;
#define STAMP "::1 - - [10/Oct/2000:13:55:36 -0700] "
    assert_int_equal(parse("common", STAMP "\"-\" 408 -", &entry), LOG_LINE_SILENT);
    assert_int_equal(parse("common", STAMP "\"\" 400 0", &entry), LOG_LINE_SILENT);
    assert_int_equal(parse("common", STAMP "\"\\x16\\x03\\x01\\x02\" 400 226", &entry), LOG_LINE_NOT_HTTP);
    assert_int_equal(parse("common", STAMP "\"\x16\x03\x01\" 400 226", &entry), LOG_LINE_NOT_HTTP);
    assert_int_equal(parse("common", STAMP "\"OPTIONS * HTTP/1.0\" 200 -", &entry), LOG_LINE_INTERNAL);
    assert_int_equal(parse("common", STAMP "\"GET /old\" 200 -", &entry), LOG_LINE_REQUEST); /* HTTP/0.9 */
    assert_int_equal(parse("common", STAMP "\"GET \" 200 -", &entry), LOG_LINE_NOT_HTTP);
    static const char *const wrong[] = {
        "", " ", "\n", "\xff\xfe\x01", "::1", STAMP, STAMP "\"GET / HTTP/1.1\" 200", STAMP "\"GET / HTTP/1.1\" 20 5",
        STAMP "\"GET / HTTP/1.1\" 2000 5", STAMP "\"GET / HTTP/1.1\" 200 5x", STAMP "\"GET / HTTP/1.1\" 200 -5", STAMP "\"GET / HTTP/1.1 200 5",
        "- - - [10/Oct/2000:13:55:36 -0700] \"GET / HTTP/1.1\" 200 5", "::1 - - [10/Oct/2000:13:55:36] \"GET / HTTP/1.1\" 200 5",
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        if (parse("common", wrong[i], &entry) != LOG_LINE_WRONG) fail_msg("'%s' was taken", wrong[i]);
}

static void formats_that_cannot_be_read(void **state) {
    (void)state;
    static const struct { const char *format, *word; } wrong[] = {
        {"%h %r", "no time"}, {"%t %r", "no client"}, {"%h%l %t", "no text behind '%h'"}, {"%h %t %y", "unknown directive '%y'"},
        {"%h %{x", "no }"}, {"combinde", "unknown format"}, {"$remote_addr$status [$time_local]", "no text behind"},
        {"%h %{%F}t %{%T}t", "second time"}, {"%h %t %", "unknown directive"}, {"", "unknown format"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct log_format format;
        struct diag diag = {0};
        assert_false(log_format_parse(wrong[i].format, &format, &arena, &diag));
        assert_int_equal(diag.status, STATUS_USAGE);
        if (!strstr(diag.text[0], wrong[i].word)) fail_msg("'%s' of '%s' says: %s", wrong[i].word, wrong[i].format, diag.text[0]);
    }
}

/* Of the formats tried, the first that fits a line is its own. */
static void guesses(void **state) {
    (void)state;
    static const struct { const char *name, *line; } cases[] = {
        {"combined", STAMP "\"GET / HTTP/1.1\" 200 5 \"-\" \"-\""},
        {"common", STAMP "\"GET / HTTP/1.1\" 200 5"},
        {"vhost_combined", "www.example.org:80 " STAMP "\"GET / HTTP/1.1\" 200 5 \"-\" \"-\""},
        {"vhost_common", "www.example.org " STAMP "\"GET / HTTP/1.1\" 200 5"},
        {"common, and more that is not read", STAMP "\"GET / HTTP/1.1\" 200 5 \"-\" \"-\" \"-\" 0.002"},
        {"vhost_combined, and more that is not read", "www.example.org:80 " STAMP "\"GET / HTTP/1.1\" 200 5 x"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct log_format *format;
        struct log_entry entry;
        struct log_wrong wrong;
        size_t k = 0;
        while ((format = log_format_guess(k++, &arena)) &&
               log_line_parse(format, span_of(cases[i].line), &(struct log_day){0}, &entry, &wrong) == LOG_LINE_WRONG) continue;
        assert_non_null(format);
        assert_string_equal(format->name, cases[i].name);
        assert_span(entry.client, "::1");
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(times_are_those_of_date),
        cmocka_unit_test(dates_that_do_not_exist),
        cmocka_unit_test_setup_teardown(the_manuals_example, open_arena, close_arena),
        cmocka_unit_test_setup_teardown(fields_of_connections_and_times, open_arena, close_arena),
        cmocka_unit_test_setup_teardown(quotes_and_names_with_blanks, open_arena, close_arena),
        cmocka_unit_test_setup_teardown(what_is_no_request, open_arena, close_arena),
        cmocka_unit_test_setup_teardown(formats_that_cannot_be_read, open_arena, close_arena),
        cmocka_unit_test_setup_teardown(guesses, open_arena, close_arena),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
