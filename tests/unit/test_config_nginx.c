/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * nginx's configuration to parameters. Debian 12's nginx.conf is written out; wanted values are those of nginx.org, and what
 * nginx 1.22.1 itself says of the same lines (nginx -t).
 */
#define _XOPEN_SOURCE 700
#include "tests/unit/config_bench.h"

/* Debian 12, directives only. */
#define DEBIAN \
    "user www-data;\nworker_processes auto;\npid /run/nginx.pid;\ninclude /etc/nginx/modules-enabled/*.conf;\n\n" \
    "events {\n\tworker_connections 768;\n\t# multi_accept on;\n}\n\n" \
    "http {\n\tsendfile on;\n\tinclude /etc/nginx/mime.types;\n\tdefault_type application/octet-stream;\n" \
    "\tinclude /etc/nginx/conf.d/*.conf;\n\tinclude /etc/nginx/sites-enabled/*;\n}\n"

static void write_debian(void) {
    write_file("nginx/nginx.conf", DEBIAN);
    write_file("nginx/mime.types", "types {\n    text/html html htm shtml;\n    keepalive_timeout x;\n}\n");
    write_file("nginx/sites-enabled/default",
               "server {\n\tlisten 80 default_server;\n\tlisten [::]:80 default_server;\n\tserver_name _;\n"
               "\tlocation / {\n\t\ttry_files $uri $uri/ =404;\n\t}\n}\n");
}

static void debian(void **state) {
    struct config_bench *bench = *state;
    write_debian();
    reads(bench, "nginx"); /* /etc/nginx/... is read in the copy */
    assert_string_equal(text_of(bench, SERVER_ARCHITECTURE), "nginx");
    assert_string_equal(text_of(bench, SERVER_KEEPALIVE), "on");
    assert_string_equal(text_of(bench, SERVER_IDLE_LIMIT), "75s");
    assert_string_equal(origin_of(bench, SERVER_IDLE_LIMIT), "compiled in");
    assert_string_equal(text_of(bench, SERVER_REQUESTS_PER_CONNECTION), "1000");
    assert_string_equal(text_of(bench, SERVER_PROCESSES), "0"); /* auto: one a core */
    assert_string_equal(origin_of(bench, SERVER_PROCESSES), "nginx/nginx.conf:2");
    assert_string_equal(text_of(bench, SERVER_CONNECTION_LIMIT), "768");
    assert_string_equal(text_of(bench, SERVER_BACKLOG), "511");
    assert_string_equal(text_of(bench, SERVER_CONNECTION_AGE_LIMIT), "3600s");
    assert_string_equal(text_of(bench, SERVER_HEADER_LIMIT), "60s");
    assert_int_equal(bench->config.n_settings, 9);
    assert_int_equal(bench->config.n_files, 3);
    assert_int_equal(bench->config.n_remarks, 0);
}

/* nginx.org: worker_processes 1, worker_connections 512; keepalive_requests was 100 before 1.19.10. */
static void what_is_compiled_in(void **state) {
    struct config_bench *bench = *state;
    reads_text(bench, "nginx.conf", "events {}\nhttp {}\n");
    assert_string_equal(text_of(bench, SERVER_PROCESSES), "1");
    assert_string_equal(text_of(bench, SERVER_CONNECTION_LIMIT), "512");
    bench->options.version = "1.19.9";
    reads(bench, "nginx.conf");
    assert_string_equal(text_of(bench, SERVER_REQUESTS_PER_CONNECTION), "100");
    assert_string_equal(text_of(bench, SERVER_CONNECTION_AGE_LIMIT), "0s"); /* keepalive_time is of 1.19.10 */
    bench->options.version = "nginx/1.19.10";
    reads(bench, "nginx.conf");
    assert_string_equal(text_of(bench, SERVER_REQUESTS_PER_CONNECTION), "1000");
    bench->options.version = "new";
    refuses(bench, "nginx.conf", NULL, STATUS_USAGE, "--server-version: read 'new', allowed: like 1.18.0");
}

static const char *idle_limit_of(struct config_bench *bench, const char *value) {
    char text[200];
    snprintf(text, sizeof text, "events {}\nhttp { keepalive_timeout %s; }\n", value);
    reads_text(bench, "nginx.conf", text);
    return text_of(bench, SERVER_IDLE_LIMIT);
}

static void times(void **state) {
    struct config_bench *bench = *state;
    assert_string_equal(idle_limit_of(bench, "65"), "65s");
    assert_string_equal(idle_limit_of(bench, "500ms"), "0.5s");
    assert_string_equal(idle_limit_of(bench, "1m1ms"), "60.001s");
    assert_string_equal(idle_limit_of(bench, "1h30m"), "5400s");
    assert_string_equal(idle_limit_of(bench, "\"1h 30m\""), "5400s");
    assert_string_equal(idle_limit_of(bench, "1d"), "86400s");
    assert_string_equal(idle_limit_of(bench, "75s 60s"), "75s");
    assert_string_equal(idle_limit_of(bench, "\n 5\n "), "5s");
    assert_string_equal(text_of(bench, SERVER_KEEPALIVE), "on");
    assert_string_equal(idle_limit_of(bench, "0"), "0s");
    assert_string_equal(text_of(bench, SERVER_KEEPALIVE), "off");
}

static void requests(void **state) {
    struct config_bench *bench = *state;
    reads_text(bench, "nginx.conf", "events {}\nhttp { keepalive_requests 7; }\n");
    assert_string_equal(text_of(bench, SERVER_REQUESTS_PER_CONNECTION), "7"); /* exactly, not one more */
    reads_text(bench, "nginx.conf", "events {}\nhttp { keepalive_requests 0; }\n");
    assert_string_equal(text_of(bench, SERVER_REQUESTS_PER_CONNECTION), "1");
}

static void levels(void **state) {
    struct config_bench *bench = *state;
    reads_text(bench, "nginx.conf",
               "events {}\nhttp {\n keepalive_timeout 5;\n"
               " server { listen 80 backlog=64; server_name a.example;\n  keepalive_timeout 6;\n  location / {\n keepalive_timeout 7;\n }\n }\n"
               " server { server_name b.example; }\n"
               " upstream u {\n keepalive 16;\n keepalive_timeout 8;\n }\n"
               " map $a $b {\n keepalive_timeout 9;\n }\n}\nstream { server {\n listen 1 backlog=3;\n } }\n");
    assert_string_equal(text_of(bench, SERVER_IDLE_LIMIT), "5s");
    assert_string_equal(text_of(bench, SERVER_BACKLOG), "64");
    assert_string_equal(remark_at(bench, "nginx.conf", 5), "only for server {} of nginx.conf:4, a.example");
    assert_string_equal(remark_at(bench, "nginx.conf", 7), "only inside location /");
    assert_non_null(strstr(remark_at(bench, "nginx.conf", 12), "between nginx and the servers behind it"));
    assert_non_null(strstr(remark_at(bench, "nginx.conf", 13), "between nginx and the servers behind it"));
    bench->options.site = "a.example";
    reads(bench, "nginx.conf");
    assert_string_equal(text_of(bench, SERVER_IDLE_LIMIT), "6s");
    assert_string_equal(remark_at(bench, "nginx.conf", 3), "overridden in server {} of nginx.conf:4");
    bench->options.site = "b.example";
    reads(bench, "nginx.conf");
    assert_string_equal(text_of(bench, SERVER_IDLE_LIMIT), "5s");
}

static void words_that_are_hard_to_read(void **state) {
    struct config_bench *bench = *state;
    reads_text(bench, "nginx.conf",
               "\tevents{worker_connections 20;}http{log_format x \"a # } ; \\\" ${b}\";# } keepalive_timeout 1;\n"
               "content_by_lua_block { if a then b = {} end\n }\n rewrite \"^/(x${y}){1}\" \\; ;keepalive_timeout\n\t3;}");
    assert_string_equal(text_of(bench, SERVER_CONNECTION_LIMIT), "20");
    assert_string_equal(text_of(bench, SERVER_IDLE_LIMIT), "3s");
    assert_string_equal(origin_of(bench, SERVER_IDLE_LIMIT), "nginx.conf:4");
}

static void included_files(void **state) {
    struct config_bench *bench = *state;
    reads_text(bench, "nginx.conf", "include none/*.conf;\nevents {}\n");
    refuses(bench, "nginx.conf", "events {}\ninclude none.conf;\n", STATUS_NO_INPUT, "nginx.conf:2: include: cannot find 'none.conf'");
    write_file("loop.conf", "\ninclude nginx.conf;\n");
    refuses(bench, "nginx.conf", "include loop.conf;\n", STATUS_DATA, "loop.conf:2: include: includes 'nginx.conf', which is being read");
    write_debian();
    assert_int_equal(unlink("nginx/mime.types"), 0);
    if (access("/etc/nginx/mime.types", F_OK) != 0)
        refuses(bench, "nginx", NULL, STATUS_NO_INPUT, "nginx/nginx.conf:13: include: cannot find '/etc/nginx/mime.types'");
    reads_text(bench, "site", "server {\n\tserver_name x;\n\tkeepalive_timeout 4;\n}\n"); /* a file of sites-enabled alone */
    assert_string_equal(text_of(bench, SERVER_IDLE_LIMIT), "4s");
}

static void what_a_server_would_refuse(void **state) {
    struct config_bench *bench = *state;
    bench->options.product = CONFIG_NGINX;
    refuses(bench, "x", "http {\nkeepalive_timeout 0.5s;\n}\n", STATUS_DATA, "x:2: keepalive_timeout: read '0.5s', allowed: a time");
    refuses(bench, "x", "http {\nkeepalive_timeout 30m1h;\n}\n", STATUS_DATA, "x:2: keepalive_timeout: read '30m1h'");
    refuses(bench, "x", "http {\nkeepalive_timeout 1y;\n}\n", STATUS_DATA, "x:2: keepalive_timeout: read '1y'");
    refuses(bench, "x", "http {\nkeepalive_timeout \"\";\n}\n", STATUS_DATA, "x:2: keepalive_timeout: read ''");
    refuses(bench, "x", "http {\nkeepalive_requests 10k;\n}\n", STATUS_DATA, "x:2: keepalive_requests: read '10k'");
    refuses(bench, "x", "worker_processes 0;\n", STATUS_DATA, "x:1: worker_processes: read '0', allowed: auto | a whole number");
    refuses(bench, "x", "worker_processes 70000;\n", STATUS_SCENARIO, "x:1: server.processes: read '70000', allowed: a whole number of 0 to 60000");
    refuses(bench, "x", "http {\nkeepalive_timeout 1;\nkeepalive_timeout 2;\n}\n", STATUS_DATA,
            "x:3: keepalive_timeout: stands twice on this level, first in x:2");
    refuses(bench, "x", "http {\nkeepalive_timeout 1\n}\n", STATUS_DATA, "x:2: keepalive_timeout is not ended by ';'");
    refuses(bench, "x", "http {\nserver {\n}\n", STATUS_DATA, "x:1: a block that is opened here is never closed");
    refuses(bench, "x", "http {\n}\n}\n", STATUS_DATA, "x:3: '}' closes a block that was not opened");
    refuses(bench, "x", "http {\n;\n}\n", STATUS_DATA, "x:2: ';' without a directive before it");
    refuses(bench, "x", "http {\nlog_format x 'it''s';\n}\n", STATUS_DATA, "x:2: a quoted word is followed by text");
    refuses(bench, "x", "http {\nlog_format x \"a;\n}\n", STATUS_DATA, "x:2: a quote that is opened here is never closed");
    reads_text(bench, "x", "events {}\nhttp {\nkeepalive_timout 1;\n}\nkeepalive_requests 5;\n");
    assert_string_equal(remark_at(bench, "x", 3), "unknown; did you mean keepalive_timeout?");
    assert_string_equal(remark_at(bench, "x", 5), "not allowed outside any block");
}

static void which_product(void **state) {
    struct config_bench *bench = *state;
    reads_text(bench, "some", "KeepAlive Off\n# a;\n");
    assert_int_equal(bench->config.product, CONFIG_APACHE);
    reads_text(bench, "some", "# KeepAlive\nhttp {\n keepalive_timeout 3;\n}\n");
    assert_int_equal(bench->config.product, CONFIG_NGINX);
    refuses(bench, "some", "# nothing\n", STATUS_DATA, "some: no directive; allowed: a configuration of Apache or nginx");
    write_file("both/apache2.conf", "KeepAlive On\n");
    write_file("both/nginx.conf", "events {}\n");
    refuses(bench, "both", NULL, STATUS_USAGE, "both: holds 'both/apache2.conf' and 'both/nginx.conf', allowed: one");
    bench->options.product = CONFIG_NGINX;
    reads(bench, "both/");
    assert_string_equal(bench->config.main_file, "both/nginx.conf");
    write_file("neither/x.conf", "");
    refuses(bench, "neither", NULL, STATUS_NO_INPUT, "neither: a folder without apache2.conf, httpd.conf, nginx.conf");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        BENCH_TEST(debian),
        BENCH_TEST(what_is_compiled_in),
        BENCH_TEST(times),
        BENCH_TEST(requests),
        BENCH_TEST(levels),
        BENCH_TEST(words_that_are_hard_to_read),
        BENCH_TEST(included_files),
        BENCH_TEST(what_a_server_would_refuse),
        BENCH_TEST(which_product),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
