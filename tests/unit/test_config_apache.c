/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Apache's configuration to parameters. The layout and the values of Debian 12's packages are written out; wanted values are
 * those of the files and of httpd's manual, and what httpd 2.4.71 itself says of the same lines (apache2 -t).
 */
#define _XOPEN_SOURCE 700
#include "tests/unit/config_bench.h"

/* Debian 12: apache2.conf and the two MPMs' files, directives only. Line numbers are those here. */
#define DEBIAN_MAIN \
    "DefaultRuntimeDir ${APACHE_RUN_DIR}\n" \
    "Timeout 300\n" \
    "KeepAlive On\n" \
    "MaxKeepAliveRequests 100\n" \
    "KeepAliveTimeout 5\n" \
    "IncludeOptional mods-enabled/*.load\n" \
    "IncludeOptional mods-enabled/*.conf\n" \
    "Include ports.conf\n" \
    "<Directory />\n\tOptions FollowSymLinks\n</Directory>\n" \
    "IncludeOptional sites-enabled/*.conf\n"
#define DEBIAN_EVENT \
    "# event MPM\nStartServers            2\nMinSpareThreads         25\nMaxSpareThreads         75\nThreadLimit             64\n" \
    "ThreadsPerChild         25\nMaxRequestWorkers       150\nMaxConnectionsPerChild  0\n"
#define DEBIAN_PREFORK \
    "# prefork MPM\n\nStartServers            5\nMinSpareServers         5\nMaxSpareServers         10\nMaxRequestWorkers       150\n" \
    "MaxConnectionsPerChild  0\n"

static void write_debian(const char *folder, const char *mpm, const char *text, const char *site) {
    char path[100], load[100];
    snprintf(path, sizeof path, "%s/apache2.conf", folder);
    write_file(path, DEBIAN_MAIN);
    snprintf(path, sizeof path, "%s/ports.conf", folder);
    write_file(path, "Listen 80\n<IfModule ssl_module>\n\tListen 443\n</IfModule>\n");
    snprintf(path, sizeof path, "%s/mods-enabled/mpm_%s.load", folder, mpm);
    snprintf(load, sizeof load, "# Conflicts\nLoadModule mpm_%s_module /usr/lib/apache2/modules/mod_mpm_%s.so\n", mpm, mpm);
    write_file(path, load);
    snprintf(path, sizeof path, "%s/mods-enabled/mpm_%s.conf", folder, mpm);
    write_file(path, text);
    snprintf(path, sizeof path, "%s/sites-enabled/000-default.conf", folder);
    write_file(path, site);
}

#define PLAIN_SITE "<VirtualHost *:80>\n\tDocumentRoot /var/www/html\n</VirtualHost>\n"

static void assert_values(const struct config_bench *bench, const char *const wanted[][2], size_t n) {
    for (size_t i = 0; i < n; i++) {
        size_t param = 0;
        while (param < WEB_PARAMS && strcmp(web_params[param].name, wanted[i][0]) != 0) param++;
        assert_true(param < WEB_PARAMS);
        if (strcmp(text_of(bench, (enum web_param)param), wanted[i][1]) != 0)
            fail_msg("%s is %s, wanted %s", wanted[i][0], text_of(bench, (enum web_param)param), wanted[i][1]);
    }
}

static void debian_event(void **state) {
    static const char *const wanted[][2] = {
        {"server.architecture", "event"}, {"server.keepalive", "on"}, {"server.idle_limit", "5s"},
        {"server.requests_per_connection", "101"}, {"server.worker_limit", "150"}, {"server.threads_per_process", "25"},
        {"server.process_limit", "16"}, {"server.start", "2"}, {"server.spare_min", "25"}, {"server.spare_max", "75"},
        {"server.async_factor", "2"}, {"server.backlog", "511"}, {"server.header_limit", "300s"}}; /* mod_reqtimeout is not loaded */
    struct config_bench *bench = *state;
    write_debian("apache2", "event", DEBIAN_EVENT, PLAIN_SITE);
    reads(bench, "apache2");
    assert_values(bench, wanted, sizeof wanted / sizeof wanted[0]);
    assert_int_equal(bench->config.n_settings, 13);
    assert_string_equal(origin_of(bench, SERVER_ARCHITECTURE), "apache2/mods-enabled/mpm_event.load:2");
    assert_string_equal(origin_of(bench, SERVER_IDLE_LIMIT), "apache2/apache2.conf:5");
    assert_string_equal(origin_of(bench, SERVER_WORKER_LIMIT), "apache2/mods-enabled/mpm_event.conf:7");
    assert_string_equal(origin_of(bench, SERVER_BACKLOG), "compiled in");
    assert_string_equal(origin_of(bench, SERVER_HEADER_LIMIT), "apache2/apache2.conf:2");
    assert_int_equal(bench->config.n_files, 5);
    assert_string_equal(bench->config.site, "the main server");
}

static void debian_prefork(void **state) {
    static const char *const wanted[][2] = {
        {"server.architecture", "prefork"}, {"server.idle_limit", "5s"}, {"server.worker_limit", "150"}, {"server.start", "5"},
        {"server.spare_min", "5"}, {"server.spare_max", "10"}, {"server.threads_per_process", "-"}, {"server.process_limit", "-"}};
    struct config_bench *bench = *state;
    write_debian("apache2", "prefork", DEBIAN_PREFORK, PLAIN_SITE);
    reads(bench, "apache2/apache2.conf"); /* the file does as well as the folder */
    assert_values(bench, wanted, sizeof wanted / sizeof wanted[0]);
    assert_string_equal(origin_of(bench, SERVER_SPARE_MAX), "apache2/mods-enabled/mpm_prefork.conf:5");
}

/* httpd's manual, mpm_common and the MPMs: prefork 256, 5, 5, 10; the others 16 x 25, 3, 75, 250. */
static void what_is_compiled_in(void **state) {
    static const char *const prefork[][2] = {{"server.worker_limit", "256"}, {"server.start", "5"}, {"server.spare_min", "5"},
                                             {"server.spare_max", "10"}, {"server.keepalive", "on"}, {"server.idle_limit", "5s"},
                                             {"server.requests_per_connection", "101"}};
    static const char *const worker[][2] = {{"server.worker_limit", "400"}, {"server.start", "3"}, {"server.spare_min", "75"},
                                            {"server.spare_max", "250"}, {"server.threads_per_process", "25"},
                                            {"server.process_limit", "16"}, {"server.async_factor", "-"}};
    struct config_bench *bench = *state;
    bench->options.mpm = "prefork";
    reads_text(bench, "httpd.conf", "ServerName x\n");
    assert_values(bench, prefork, sizeof prefork / sizeof prefork[0]);
    assert_string_equal(origin_of(bench, SERVER_IDLE_LIMIT), "compiled in");
    bench->options.mpm = "worker";
    reads(bench, "httpd.conf");
    assert_values(bench, worker, sizeof worker / sizeof worker[0]);
    bench->options.mpm = NULL;
    reads(bench, "httpd.conf");
    assert_string_equal(text_of(bench, SERVER_ARCHITECTURE), "event");
    assert_non_null(strstr(bench->config.architecture_from, "assumed"));
}

static const char *idle_limit_of(struct config_bench *bench, const char *value) {
    char text[100];
    snprintf(text, sizeof text, "KeepAliveTimeout %s\n", value);
    reads_text(bench, "httpd.conf", text);
    return text_of(bench, SERVER_IDLE_LIMIT);
}

static void times(void **state) {
    struct config_bench *bench = *state;
    assert_string_equal(idle_limit_of(bench, "15"), "15s");
    assert_string_equal(idle_limit_of(bench, "1500ms"), "1.5s");
    assert_string_equal(idle_limit_of(bench, "2mi"), "120s");
    assert_string_equal(idle_limit_of(bench, "5min"), "300s"); /* httpd looks at two letters */
    assert_string_equal(idle_limit_of(bench, "1H"), "3600s");
    assert_string_equal(idle_limit_of(bench, "\"7s\""), "7s");
    assert_string_equal(idle_limit_of(bench, "0"), "0s");
}

static void how_lines_are_read(void **state) {
    struct config_bench *bench = *state;
    refuses(bench, "httpd.conf", "\nListenBacklog ${nobody}00\n", STATUS_DATA,
            "httpd.conf:2: ListenBacklog: read '${nobody}00', allowed: a whole number");
    reads_text(bench, "httpd.conf",
               "\tkeepalive   oFF   \r\n# a comment that goes on \\\nKeepAliveTimeout 9\nMaxKeepAlive\\\nRequests \\\n  '7'\n"
               "Define wait 11\nKeepAliveTimeout ${wait}");
    assert_string_equal(text_of(bench, SERVER_KEEPALIVE), "off");
    assert_string_equal(text_of(bench, SERVER_REQUESTS_PER_CONNECTION), "8");
    assert_string_equal(origin_of(bench, SERVER_REQUESTS_PER_CONNECTION), "httpd.conf:4");
    assert_string_equal(text_of(bench, SERVER_IDLE_LIMIT), "11s");
    assert_string_equal(origin_of(bench, SERVER_IDLE_LIMIT), "httpd.conf:8");
    write_file("apache2/envvars", "unset HOME\nif true; then\n\texport WAIT=1\nfi\nexport WAIT='13' # s\nHALF=6$WAIT\n");
    reads_text(bench, "apache2/apache2.conf", "KeepAliveTimeout ${WAIT}\nMaxKeepAliveRequests ${HALF}\n");
    assert_string_equal(text_of(bench, SERVER_IDLE_LIMIT), "13s");
    assert_string_equal(text_of(bench, SERVER_REQUESTS_PER_CONNECTION), "7");
}

static void zero_and_the_last_one_wins(void **state) {
    struct config_bench *bench = *state;
    reads_text(bench, "httpd.conf", "MaxKeepAliveRequests 3\nKeepAliveTimeout 4\nMaxKeepAliveRequests 0\n");
    assert_string_equal(text_of(bench, SERVER_REQUESTS_PER_CONNECTION), "0"); /* no limit in both */
    assert_string_equal(origin_of(bench, SERVER_REQUESTS_PER_CONNECTION), "httpd.conf:3");
    assert_string_equal(remark_at(bench, "httpd.conf", 1), "overridden in httpd.conf:3");
}

/* Each comment says what apache2 -t said of the same lines. */
static void limits_cut_each_other(void **state) {
    struct config_bench *bench = *state;
    bench->options.mpm = "event";
    reads_text(bench, "httpd.conf", "MaxClients 3000\n"); /* AH00515: decreasing to 400 */
    assert_string_equal(text_of(bench, SERVER_WORKER_LIMIT), "400");
    assert_string_equal(config_find(&bench->config, SERVER_WORKER_LIMIT)->from->name, "MaxClients");
    reads_text(bench, "httpd.conf", "ThreadsPerChild 100\nMaxRequestWorkers 110\n"); /* AH00507: 64; AH00513: 64 */
    assert_string_equal(text_of(bench, SERVER_THREADS), "64");
    assert_string_equal(text_of(bench, SERVER_WORKER_LIMIT), "64");
    reads_text(bench, "httpd.conf", "MaxRequestWorkers 0\n"); /* AH00511: increasing to 25 */
    assert_string_equal(text_of(bench, SERVER_WORKER_LIMIT), "25");
    reads_text(bench, "httpd.conf", "ServerLimit 0\nMaxRequestWorkers 150\nStartServers 0\n"); /* AH00499: 1; 25; AH00517: 1 */
    assert_string_equal(text_of(bench, SERVER_WORKER_LIMIT), "25");
    assert_string_equal(text_of(bench, SERVER_PROCESS_LIMIT), "1");
    assert_string_equal(text_of(bench, SERVER_START), "1");
    reads_text(bench, "httpd.conf", "MinSpareThreads 70\nMaxSpareThreads 80\nAsyncRequestWorkerFactor 1.9\n");
    assert_string_equal(text_of(bench, SERVER_SPARE_MAX), "95"); /* worker.html: at least MinSpareThreads + ThreadsPerChild */
    assert_string_equal(text_of(bench, SERVER_ASYNC_FACTOR), "1");
    bench->options.mpm = "prefork";
    reads_text(bench, "httpd.conf", "MaxRequestWorkers 600\n"); /* prefork.html: ServerLimit is 256 unless raised */
    assert_string_equal(text_of(bench, SERVER_WORKER_LIMIT), "256");
    reads_text(bench, "httpd.conf", "ServerLimit 700\nMaxRequestWorkers 600\nMinSpareThreads 3\n");
    assert_string_equal(text_of(bench, SERVER_WORKER_LIMIT), "600");
    assert_string_equal(remark_at(bench, "httpd.conf", 3), "not a directive of mpm_prefork");
}

static void sections_that_do_not_hold(void **state) {
    static const char *const defines[] = {"SLOW"};
    struct config_bench *bench = *state;
    static const char text[] =
        "<IfModule mpm_prefork_module>\nMaxRequestWorkers 1\n</IfModule>\n"     /* 2: not loaded yet */
        "LoadModule mpm_event_module modules/mod_mpm_event.so\n"
        "LoadModule alias_module modules/mod_alias.so\n"
        "<IfModule event.c>\nMaxRequestWorkers 200\n</IfModule>\n"              /* 7 */
        "<IfModule !mod_alias.c>\nKeepAliveTimeout 1\n</IfModule>\n"            /* 10 */
        "<IfModule mod_mpm_event.c>\nKeepAliveTimeout 2\n</IfModule>\n"         /* 13: its source is event.c */
        "<IfVersion >= 2.4>\n<IfDefine SLOW>\nKeepAliveTimeout 30\n</IfDefine>\n<IfDefine !SLOW>\nKeepAliveTimeout 3\n</IfDefine>\n"
        "</IfVersion>\n"                                                        /* 17, 20 */
        "<IfVersion < 2.4>\nKeepAlive Off\n</IfVersion>\n"                      /* 24 */
        "<IfVersion 2.4>\nKeepAlive Off\n</IfVersion>\n"                        /* 27: 2.4.0, not 2.4.71 */
        "<IfVersion ~ ^2\\.4>\nMaxKeepAliveRequests 8\n</IfVersion>\n"          /* 30 */
        "<IfFile none>\nMaxKeepAliveRequests 9\n</IfFile>\n"                    /* 33 */
        "<Macro x>\nMaxKeepAliveRequests 9\n</Macro>\n";                        /* 36 */
    reads_text(bench, "httpd.conf", text);
    assert_string_equal(text_of(bench, SERVER_WORKER_LIMIT), "200");
    assert_string_equal(remark_at(bench, "httpd.conf", 2), "inside <IfModule mpm_prefork_module>, which does not hold");
    assert_string_equal(text_of(bench, SERVER_IDLE_LIMIT), "3s");
    assert_string_equal(remark_at(bench, "httpd.conf", 13), "inside <IfModule mod_mpm_event.c>, which does not hold");
    assert_string_equal(text_of(bench, SERVER_KEEPALIVE), "on");
    assert_string_equal(text_of(bench, SERVER_REQUESTS_PER_CONNECTION), "9");
    assert_string_equal(origin_of(bench, SERVER_REQUESTS_PER_CONNECTION), "httpd.conf:30");
    assert_string_equal(remark_at(bench, "httpd.conf", 36), "inside <Macro x>, which is not expanded");
    bench->options.defines = defines;
    bench->options.n_defines = 1;
    reads(bench, "httpd.conf");
    assert_string_equal(text_of(bench, SERVER_IDLE_LIMIT), "30s");
}

#define SITES \
    "KeepAliveTimeout 5\n" \
    "<VirtualHost *:80>\nServerName one.example\nKeepAliveTimeout 1\nMaxRequestWorkers 3\n</VirtualHost>\n" \
    "<VirtualHost *:443>\nServerAlias two.example 2.example\nKeepAliveTimeout 2\nKeepAlive Off\n</VirtualHost>\n"

static void sites(void **state) {
    struct config_bench *bench = *state;
    reads_text(bench, "httpd.conf", SITES "<VirtualHost *:81>\n</VirtualHost>\n");
    assert_string_equal(text_of(bench, SERVER_IDLE_LIMIT), "5s"); /* the third has the main server's */
    assert_string_equal(remark_at(bench, "httpd.conf", 4), "only for <VirtualHost *:80>, one.example");
    assert_string_equal(remark_at(bench, "httpd.conf", 5), "not allowed inside <VirtualHost *:80>");
    assert_string_equal(text_of(bench, SERVER_WORKER_LIMIT), "400");
    reads_text(bench, "httpd.conf", SITES);
    assert_string_equal(text_of(bench, SERVER_IDLE_LIMIT), "1s"); /* every site has its own: the first's */
    assert_string_equal(text_of(bench, SERVER_KEEPALIVE), "on");
    bench->options.site = "2.example";
    reads(bench, "httpd.conf");
    assert_string_equal(text_of(bench, SERVER_IDLE_LIMIT), "2s");
    assert_string_equal(text_of(bench, SERVER_KEEPALIVE), "off");
    bench->options.site = "3.example";
    refuses(bench, "httpd.conf", NULL, STATUS_USAGE, "--host: no site is called '3.example'");
}

static void included_files(void **state) {
    struct config_bench *bench = *state;
    write_file("conf.d/b.conf", "KeepAliveTimeout 3\n");
    write_file("conf.d/a.conf", "KeepAliveTimeout 4\n");
    write_file("conf.d/deep/c.txt", "KeepAliveTimeout 6\n");
    reads_text(bench, "httpd.conf", "Include conf.d/*.conf\n");
    assert_string_equal(text_of(bench, SERVER_IDLE_LIMIT), "3s"); /* b after a */
    reads_text(bench, "httpd.conf", "Include conf.d\n");
    assert_string_equal(text_of(bench, SERVER_IDLE_LIMIT), "6s");
    reads_text(bench, "httpd.conf", "IncludeOptional none/*.conf\nIncludeOptional none.conf\n");
    refuses(bench, "httpd.conf", "\nInclude none.conf\n", STATUS_NO_INPUT, "httpd.conf:2: Include: cannot find 'none.conf'");
    refuses(bench, "httpd.conf", "Include none/*.conf\n", STATUS_NO_INPUT, "httpd.conf:1: Include: no file matches");
    write_file("loop.conf", "Include httpd.conf\n");
    refuses(bench, "httpd.conf", "Include loop.conf\n", STATUS_DATA, "loop.conf:1: Include: includes 'httpd.conf', which is being read");
    assert_int_equal(mkfifo("pipe", 0600), 0);
    refuses(bench, "httpd.conf", "Include pipe\n", STATUS_NO_INPUT, "httpd.conf:1: Include: 'pipe' is not a regular file");
}

/* A copy of another machine's folder is read for itself. */
static void a_copied_folder(void **state) {
    struct config_bench *bench = *state;
    write_file("web1/httpd/conf.d/x.conf", "KeepAliveTimeout 21\n");
    write_file("web1/httpd/conf/httpd.conf", "ServerRoot \"/etc/httpd\"\nInclude conf.d/*.conf\n");
    reads(bench, "web1/httpd");
    assert_string_equal(text_of(bench, SERVER_IDLE_LIMIT), "21s");
    assert_string_equal(origin_of(bench, SERVER_IDLE_LIMIT), "web1/httpd/conf.d/x.conf:1");
    write_file("web1/httpd/conf/httpd.conf", "ServerRoot /etc/httpd/\nInclude /etc/httpd/conf.d/*.conf\n");
    reads(bench, "web1/httpd");
    assert_string_equal(text_of(bench, SERVER_IDLE_LIMIT), "21s");
}

/* mod_reqtimeout.html: header=20-40,MinRate=500 unless said; Timeout where it is not loaded. */
static void time_for_a_header(void **state) {
    struct config_bench *bench = *state;
    reads_text(bench, "httpd.conf", "Timeout 300\n");
    assert_string_equal(text_of(bench, SERVER_HEADER_LIMIT), "20s"); /* no module is loaded: all are compiled in */
    reads_text(bench, "httpd.conf", "LoadModule alias_module a.so\nTimeout 2mi\n");
    assert_string_equal(text_of(bench, SERVER_HEADER_LIMIT), "120s");
    reads_text(bench, "httpd.conf",
               "LoadModule reqtimeout_module m.so\nTimeout 9\nRequestReadTimeout body=10,MinRate=500 header=30\nRequestReadTimeout body=1\n");
    assert_string_equal(text_of(bench, SERVER_HEADER_LIMIT), "30s");
    assert_string_equal(origin_of(bench, SERVER_HEADER_LIMIT), "httpd.conf:3");
    assert_non_null(strstr(remark_at(bench, "httpd.conf", 4), "no time for headers"));
    refuses(bench, "httpd.conf", "RequestReadTimeout header=x\n", STATUS_DATA, "httpd.conf:1: RequestReadTimeout: read 'header=x'");
}

static void what_a_server_would_refuse(void **state) {
    struct config_bench *bench = *state;
    bench->options.product = CONFIG_APACHE;
    refuses(bench, "x", "\nKeepAlive yes\n", STATUS_DATA, "x:2: KeepAlive: read 'yes', allowed: On | Off");
    refuses(bench, "x", "KeepAliveTimeout 5x\n", STATUS_DATA, "x:1: KeepAliveTimeout: read '5x', allowed: up to");
    refuses(bench, "x", "KeepAliveTimeout -1\n", STATUS_DATA, "x:1: KeepAliveTimeout: read '-1'");
    refuses(bench, "x", "KeepAliveTimeout\n", STATUS_DATA, "x:1: KeepAliveTimeout: read ''");
    refuses(bench, "x", "KeepAliveTimeout 5 6\n", STATUS_DATA, "x:1: KeepAliveTimeout: read '5 6'");
    refuses(bench, "x", "AsyncRequestWorkerFactor 0\n", STATUS_DATA, "x:1: AsyncRequestWorkerFactor: read '0'");
    refuses(bench, "x", "<IfModule x>\n", STATUS_DATA, "x:1: '<IfModule>' is not closed in this file");
    refuses(bench, "x", "<IfModule x\nKeepAlive On\n", STATUS_DATA, "x:1: '<IfModule x' has no '>'");
    refuses(bench, "x", "</IfModule>\n", STATUS_DATA, "x:1: '</IfModule>' closes a section that was not opened");
    refuses(bench, "x", "<IfModule x>\n</IfDefine>\n", STATUS_DATA, "x:2: '</IfDefine>' cannot close <IfModule> of line 1");
    refuses(bench, "x", "LoadModule mpm_event_module a.so\nLoadModule mpm_worker_module b.so\n", STATUS_DATA,
            "x:2: LoadModule: a second MPM, mpm_worker_module, after that of x:1");
    refuses(bench, "none", NULL, STATUS_NO_INPUT, "none: cannot open");
    reads_text(bench, "x", "KeepAliveTimout 3\n<Directory /x>\nKeepAlive Off\n</Directory>\n");
    assert_string_equal(remark_at(bench, "x", 1), "unknown; did you mean KeepAliveTimeout?");
    assert_string_equal(remark_at(bench, "x", 3), "not allowed inside <Directory /x>");
    assert_string_equal(text_of(bench, SERVER_KEEPALIVE), "on");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        BENCH_TEST(debian_event),          BENCH_TEST(debian_prefork),             BENCH_TEST(what_is_compiled_in),
        BENCH_TEST(times),                 BENCH_TEST(how_lines_are_read),         BENCH_TEST(zero_and_the_last_one_wins),
        BENCH_TEST(limits_cut_each_other), BENCH_TEST(sections_that_do_not_hold),  BENCH_TEST(sites),
        BENCH_TEST(included_files),        BENCH_TEST(a_copied_folder),            BENCH_TEST(time_for_a_header),
        BENCH_TEST(what_a_server_would_refuse),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
