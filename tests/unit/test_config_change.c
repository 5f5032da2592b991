/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Wanted values to patches. The judge is patch(1): what it makes of the files is compared with texts written by hand, and read
 * again. Diffs themselves are compared with those of diff(1) by applying them.
 */
#define _XOPEN_SOURCE 700 /* open_memstream */
#include "tests/unit/config_bench.h"

/* Changes "key=value key=value ..." of what was read from `path`; the patch goes to the file "patch". False after complaints. */
static bool change(struct config_bench *bench, const char *path, const char *settings) {
    struct setting wanted[8];
    size_t n = 0, n_changes;
    char words[300], *said = NULL;
    const char *applied_in = NULL;
    size_t n_said = 0;
    snprintf(words, sizeof words, "%s", settings);
    for (char *at = words, *end; n < 8 && at; at = end) {
        end = strchr(at, ' ');
        if (end) *end++ = '\0';
        assert_true(setting_parse(at, &wanted[n++], &bench->arena, &bench->diag));
    }
    FILE *patch = fopen("patch", "wb"), *talk = open_memstream(&said, &n_said);
    assert_true(patch && talk);
    bool ok = config_change(&bench->config, path, &bench->options, wanted, n, patch, talk, &applied_in, &n_changes, &bench->arena,
                            &bench->diag);
    fclose(talk);
    free(said);
    assert_int_equal(fclose(patch), 0);
    assert_int_equal(ok, diag_ok(&bench->diag));
    return ok;
}

/* Applies it where config->folder says; a hunk must be in the line where it says it is. */
static void run_patch(const char *folder, const char *option) {
    char command[400];
    snprintf(command, sizeof command, "patch %s --fuzz=0 -p0 -d '%s' <patch >patch.said 2>&1 && ! grep -q offset patch.said", option,
             folder);
    if (system(command) != 0) fail_msg("patch %s would not apply it in %s", option, folder);
}

static void apply(const struct config_bench *bench) { run_patch(bench->config.folder, ""); }

static void changes(struct config_bench *bench, const char *path, const char *settings) {
    reads(bench, path);
    if (!change(bench, path, settings)) fail_msg("%s", bench->diag.text[0]);
    apply(bench);
    reads(bench, path);
}

static void assert_file(const char *path, const char *wanted) {
    char text[5000];
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    fclose(file);
    assert_string_equal(text, wanted);
}

static void in_place(void **state) {
    struct config_bench *bench = *state;
    write_file("apache2/apache2.conf", "KeepAlive On\n# first\n\tKeepAliveTimeout   \"5\"  \nMaxKeepAliveRequests \\\n  100\nUser x\n");
    changes(bench, "apache2", "server.idle_limit=2500ms server.requests_per_connection=51 server.keepalive=on");
    assert_file("apache2/apache2.conf", "KeepAlive On\n# first\n\tKeepAliveTimeout   2500ms  \nMaxKeepAliveRequests \\\n  50\nUser x\n");
    assert_string_equal(text_of(bench, SERVER_IDLE_LIMIT), "2.5s");
    assert_string_equal(text_of(bench, SERVER_REQUESTS_PER_CONNECTION), "51");
    write_file("nginx/nginx.conf", "events { }\nhttp {\n\tkeepalive_timeout  65 60; # stays\n\tkeepalive_requests 10;\n}\n");
    changes(bench, "nginx", "server.idle_limit=15s server.requests_per_connection=20");
    assert_file("nginx/nginx.conf", "events { }\nhttp {\n\tkeepalive_timeout  15s 15s; # stays\n\tkeepalive_requests 20;\n}\n");
    changes(bench, "nginx", "server.keepalive=off");
    assert_file("nginx/nginx.conf", "events { }\nhttp {\n\tkeepalive_timeout  0; # stays\n\tkeepalive_requests 20;\n}\n");
    assert_string_equal(text_of(bench, SERVER_KEEPALIVE), "off");
}

static void added_where_it_belongs(void **state) {
    struct config_bench *bench = *state;
    write_file("apache2/apache2.conf", "KeepAlive On\nUser x\n<IfModule event.c>\n  MaxRequestWorkers 150\n</IfModule>");
    changes(bench, "apache2", "server.idle_limit=2s server.async_factor=3");
    assert_file("apache2/apache2.conf",
                "KeepAlive On\n# added by linger config; compiled in: 5\nKeepAliveTimeout 2\nUser x\n<IfModule event.c>\n"
                "  MaxRequestWorkers 150\n  # added by linger config; compiled in: 2\n  AsyncRequestWorkerFactor 3\n</IfModule>");
    assert_string_equal(text_of(bench, SERVER_ASYNC_FACTOR), "3");
    write_file("apache2/apache2.conf", "User x"); /* no relative: at the end */
    changes(bench, "apache2", "server.keepalive=off server.idle_limit=2s");
    assert_string_equal(text_of(bench, SERVER_KEEPALIVE), "off");
    assert_string_equal(text_of(bench, SERVER_IDLE_LIMIT), "2s");
    write_file("nginx/nginx.conf", "user x;\r\nevents {\r\n  multi_accept on;\r\n}\r\nhttp { server { listen 80; } }\r\n");
    changes(bench, "nginx", "server.idle_limit=2s server.connection_limit=1024 server.processes=3 server.backlog=64");
    assert_string_equal(text_of(bench, SERVER_IDLE_LIMIT), "2s");
    assert_string_equal(text_of(bench, SERVER_CONNECTION_LIMIT), "1024");
    assert_string_equal(text_of(bench, SERVER_PROCESSES), "3");
    assert_string_equal(text_of(bench, SERVER_BACKLOG), "64");
    assert_file("nginx/nginx.conf",
                "# added by linger config; compiled in: 1\r\nworker_processes 3;\r\nuser x;\r\nevents {\r\n  multi_accept on;\r\n"
                "  # added by linger config; compiled in: 512\r\n  worker_connections 1024;\r\n}\r\n"
                "http {\r\n    # added by linger config; compiled in: 75s\r\n    keepalive_timeout 2s;\r\n"
                "     server { listen 80 backlog=64; } }\r\n");
}

static void limits_that_would_cut_it(void **state) {
    struct config_bench *bench = *state;
    bench->options.mpm = "prefork";
    write_file("apache2/apache2.conf", "MaxClients 150\n");
    changes(bench, "apache2", "server.worker_limit=600");
    assert_file("apache2/apache2.conf", "MaxClients 600\n# added by linger config\nServerLimit 600\n");
    assert_string_equal(text_of(bench, SERVER_WORKER_LIMIT), "600");
    bench->options.mpm = "worker";
    write_file("apache2/apache2.conf", "MaxRequestWorkers 150\nThreadsPerChild 25\nServerLimit 6\n");
    changes(bench, "apache2", "server.worker_limit=1000 server.threads_per_process=100");
    assert_string_equal(text_of(bench, SERVER_WORKER_LIMIT), "1000");
    assert_string_equal(text_of(bench, SERVER_THREADS), "100"); /* ThreadLimit 64 was raised */
    assert_string_equal(text_of(bench, SERVER_PROCESS_LIMIT), "10");
}

static void where_links_lead(void **state) {
    struct config_bench *bench = *state;
    write_file("apache2/apache2.conf", "Include mods-enabled/*.conf\n");
    write_file("apache2/mods-available/mpm.conf", "MaxRequestWorkers 150\n");
    write_file("apache2/mods-enabled/x", "");
    assert_int_equal(symlink("../mods-available/mpm.conf", "apache2/mods-enabled/mpm.conf"), 0);
    changes(bench, "apache2", "server.worker_limit=200"); /* patch refuses to write through a link */
    assert_file("apache2/mods-available/mpm.conf", "MaxRequestWorkers 200\n");
    write_file("other.conf", "KeepAliveTimeout 5\n");
    write_file("apache2/apache2.conf", "Include ../other.conf\n");
    reads(bench, "apache2");
    assert_true(change(bench, "apache2", "server.idle_limit=1s"));
    bench->config.folder = "/"; /* since a patch may not go up */
    apply(bench);
    assert_file("other.conf", "KeepAliveTimeout 1\n");
}

static void a_site_of_its_own(void **state) {
    struct config_bench *bench = *state;
    bench->options.site = "b";
    write_file("apache2/apache2.conf",
               "KeepAliveTimeout 5\n<VirtualHost *:80>\n\tServerName a\n</VirtualHost>\n<VirtualHost *:81>\n\tServerName b\n</VirtualHost>\n");
    changes(bench, "apache2", "server.idle_limit=3s");
    assert_file("apache2/apache2.conf",
                "KeepAliveTimeout 5\n<VirtualHost *:80>\n\tServerName a\n</VirtualHost>\n<VirtualHost *:81>\n\t# added by linger config\n"
                "\tKeepAliveTimeout 3\n\tServerName b\n</VirtualHost>\n");
    assert_string_equal(text_of(bench, SERVER_IDLE_LIMIT), "3s");
    write_file("nginx/nginx.conf", "events {}\nhttp {\n keepalive_timeout 5;\n server {\n  server_name b;\n }\n}\n");
    changes(bench, "nginx", "server.idle_limit=3s");
    assert_file("nginx/nginx.conf", "events {}\nhttp {\n keepalive_timeout 5;\n server {\n  # added by linger config\n"
                                    "  keepalive_timeout 3s;\n  server_name b;\n }\n}\n");
    assert_string_equal(text_of(bench, SERVER_IDLE_LIMIT), "3s");
}

static void does_not(struct config_bench *bench, const char *path, const char *settings, const char *words) {
    struct diag read_with = {0}; /* complaints of the change must not end up here */
    if (!config_read(path, &bench->options, &bench->config, &bench->arena, &read_with)) fail_msg("%s", read_with.text[0]);
    bench->diag = (struct diag){0};
    assert_false(change(bench, path, settings));
    if (strncmp(bench->diag.text[0], words, strlen(words)) != 0) fail_msg("'%s', not '%s'", bench->diag.text[0], words);
    assert_file("patch", "");
}

static void what_cannot_be(void **state) {
    struct config_bench *bench = *state;
    write_file("apache2/apache2.conf", "MaxRequestWorkers 150\nMinSpareThreads 70\n");
    does_not(bench, "apache2", "server.idel_limit=2s", "--set: unknown key 'server.idel_limit', did you mean 'server.idle_limit'?");
    does_not(bench, "apache2", "server.idle_limit=x", "--set: server.idle_limit: read 'x', allowed: a time");
    does_not(bench, "apache2", "users.count=3", "--set: users.count: no directive decides it");
    does_not(bench, "apache2", "server.tie=request", "--set: server.tie: this Apache has no directive for it");
    does_not(bench, "apache2", "server.header_limit=3s", "--set: server.header_limit: RequestReadTimeout says more than this");
    does_not(bench, "apache2", "server.processes=3", "--set: server.processes: this Apache has no directive for it");
    does_not(bench, "apache2", "server.idle_limit=1us", "--set: server.idle_limit: read 1e-06 s, allowed by Apache: whole milliseconds");
    does_not(bench, "apache2", "server.requests_per_connection=1", "--set: server.requests_per_connection: read 1, allowed by Apache: 0");
    does_not(bench, "apache2", "server.worker_limit=110", "--set: server.worker_limit: read 110, allowed: a multiple of ThreadsPerChild");
    does_not(bench, "apache2", "server.spare_max=80", "--set: server.spare_max: read '80', but the server would make it 95");
    write_file("nginx/nginx.conf", "worker_processes 1;\n");
    does_not(bench, "nginx", "server.worker_limit=110", "--set: server.worker_limit: nginx has no directive for it");
    does_not(bench, "nginx", "server.idle_limit=3s", "--set: server.idle_limit: there is no http {} to add keepalive_timeout to");
    does_not(bench, "nginx", "server.backlog=3", "--set: server.backlog: there is no listen to put it in");
    does_not(bench, "nginx", "server.keepalive=off server.idle_limit=3s", "--set: server.");
}

/* Edits of any kind against what patch makes of the printed diff: lines changed, added, joined, at both ends of the file. */
static void diffs_of_random_edits(void **state) {
    enum { ROUNDS = 60, LINES = 40 };
    struct config_bench *bench = *state;
    struct dice dice = {20240607};
    for (int round = 0; round < ROUNDS; round++) {
        char text[LINES * 4 + 1] = "";
        struct config_edit edits[LINES];
        size_t n = 0, n_lines = 1 + dice_below(&dice, LINES), bytes = 0;
        for (size_t i = 0; i < n_lines; i++) {
            text[bytes++] = (char)('a' + dice_below(&dice, 3));
            if (dice_below(&dice, 2)) text[bytes++] = 'x';
            if (i + 1 < n_lines || dice_below(&dice, 2)) text[bytes++] = '\n';
        }
        text[bytes] = '\0';
        write_file("f", text);
        struct config_file file = {"f", "f", text, bytes};
        static const char *const texts[] = {"new\n", "N", "two\nlines\n", "", "\n"};
        for (size_t at = dice_below(&dice, 9); at <= bytes; at += 1 + dice_below(&dice, 25)) {
            size_t end = at + dice_below(&dice, 3);
            edits[n] = (struct config_edit){&file, at, end < bytes ? end : bytes, texts[dice_below(&dice, 5)]};
            if (edits[n].begin == edits[n].end && !*edits[n].text) edits[n].text = "y";
            at = edits[n++].end;
        }
        if (n == 0) continue;
        struct config_file after = config_edited(edits, n, &bench->arena);
        FILE *patch = fopen("patch", "wb");
        config_diff(patch, "f", edits, n, &bench->arena);
        assert_int_equal(fclose(patch), 0);
        if (after.bytes == 0 || (after.bytes == bytes && memcmp(after.text, text, bytes) == 0)) continue;
        run_patch(".", "");
        assert_file("f", after.text);
        run_patch(".", "--reverse"); /* only now the line numbers behind + count */
        assert_file("f", text);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        BENCH_TEST(in_place),
        BENCH_TEST(added_where_it_belongs),
        BENCH_TEST(limits_that_would_cut_it),
        BENCH_TEST(where_links_lead),
        BENCH_TEST(a_site_of_its_own),
        BENCH_TEST(what_cannot_be),
        BENCH_TEST(diffs_of_random_edits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
