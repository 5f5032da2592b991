/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * From INI, workload CSV and --set to a scenario, on the web model's own keys; and setting and copying of a scenario
 * with a workload. Files are written into a temporary folder, in which the test runs.
 */
#define _POSIX_C_SOURCE 200809L
#include "tests/unit/unit.h"

#include <string.h>
#include <sys/stat.h>

#include "sim/interface/scenario_file.h"

struct bench {
    char folder[64];
    struct arena arena;
    struct diag diag;
    struct scenario scenario;
    bool ok;
};

static int open_bench(void **state) {
    static struct bench bench;
    bench = (struct bench){.folder = "/tmp/linger_test_scenario_XXXXXX"};
    assert_non_null(mkdtemp(bench.folder));
    assert_int_equal(chdir(bench.folder), 0);
    arena_open(&bench.arena, (size_t)1 << 32);
    *state = &bench;
    return 0;
}

static int close_bench(void **state) {
    static const char *const files[] = {"a.ini", "w.csv", "think.csv", "in/a.ini", "in/miss.csv"};
    struct bench *bench = *state;
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) (void)unlink(files[i]);
    (void)rmdir("in");
    arena_close(&bench->arena);
    return chdir("/") || rmdir(bench->folder);
}

static void write_file(const char *path, const char *text) {
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
}

static void read_file(struct bench *bench, const struct setting *settings, size_t n) {
    bench->diag = (struct diag){0};
    bench->ok = scenario_file_read("a.ini", settings, n, &bench->scenario, &bench->arena, &bench->diag);
    assert_int_equal(bench->ok, diag_ok(&bench->diag));
}

static void reads(struct bench *bench, const char *ini) {
    write_file("a.ini", ini);
    read_file(bench, NULL, 0);
    if (!bench->ok) fail_msg("%s", bench->diag.text[0]);
}

/* Exactly these complaints, by their beginnings. */
static void refuses(struct bench *bench, enum status status, const char *ini, const char *const *words, size_t n) {
    write_file("a.ini", ini);
    read_file(bench, NULL, 0);
    for (size_t i = 0; i < n && i < bench->diag.count; i++)
        if (strncmp(bench->diag.text[i], words[i], strlen(words[i])) != 0)
            fail_msg("'%s', not '%s'", bench->diag.text[i], words[i]);
    assert_int_equal(bench->diag.count, n);
    assert_int_equal(bench->diag.status, status);
}
#define REFUSES(bench, status, ini, ...) \
    refuses(bench, status, ini, (const char *const[]){__VA_ARGS__}, \
            sizeof(const char *const[]){__VA_ARGS__} / sizeof(const char *))

static double number_of(const struct param_set *set, const char *key) {
    size_t index = param_find(set, key);
    assert_true(index < set->n);
    const struct param_value *value = &set->values[index];
    return isnan(value->number) ? variate_mean(&value->variate) : value->number;
}

/* ---- INI ------------------------------------------------------------------------------------------ */

static void values_are_taken(void **state) {
    struct bench *bench = *state;
    reads(bench, "\xef\xbb\xbf# a comment\n; another\n\n[users]\r\n  count = 7   ; inline\n\tthink: exponential(300ms)\n"
                 "[ run ]\nhorizon=2min\nseed = 1e6\n[users]\nconnections = 3");
    const struct scenario *s = &bench->scenario;
    assert_string_equal(s->model->name, "web");
    assert_string_equal(s->name, "a");
    assert_same(number_of(&s->params, "users.count"), 7);
    assert_same(number_of(&s->params, "users.think"), 0.3);
    assert_same(number_of(&s->params, "users.connections"), 3);
    assert_same(s->run.values[RUN_HORIZON].number, 120);
    assert_same(s->run.values[RUN_SEED].number, 1e6);
    assert_true(s->run.values[RUN_SEED].given);
    assert_false(s->run.values[RUN_WARMUP].given);
    assert_int_equal(s->workload.n_classes, 0);
}

static void settings_come_last(void **state) {
    struct bench *bench = *state;
    struct setting settings[3];
    assert_true(setting_parse(" users.count = 9 ", &settings[0], &bench->arena, &bench->diag));
    assert_true(setting_parse("run.horizon=10s", &settings[1], &bench->arena, &bench->diag));
    assert_true(setting_parse("users.count=11", &settings[2], &bench->arena, &bench->diag));
    write_file("a.ini", "[users]\ncount = 7\n");
    read_file(bench, settings, 3);
    assert_true(bench->ok);
    assert_same(number_of(&bench->scenario.params, "users.count"), 11);
    assert_same(bench->scenario.run.values[RUN_HORIZON].number, 10);
}

static void a_setting_needs_key_and_value(void **state) {
    static const char *const wrong[] = {"", "=", "users.count", "users=3", ".count=3", "users.=3", "=users.count"};
    struct bench *bench = *state;
    struct setting setting;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        bench->diag = (struct diag){0};
        assert_false(setting_parse(wrong[i], &setting, &bench->arena, &bench->diag));
        assert_int_equal(bench->diag.status, STATUS_USAGE);
        assert_non_null(strstr(bench->diag.text[0], "allowed: SECTION.KEY=VALUE"));
    }
    assert_true(setting_parse("a.b=", &setting, &bench->arena, &bench->diag));
    assert_string_equal(setting.value, "");
    assert_true(setting_parse("a.b=c=d", &setting, &bench->arena, &bench->diag));
    assert_string_equal(setting.value, "c=d");
}

static void all_that_is_wrong_is_said(void **state) {
    REFUSES(*state, STATUS_SCENARIO,
            "think = 5\n[users]\ncuont = 3\nthink = 5parsec\ncount = 3\n count = 4\njunk\n[usrs]\ncount = 1\n[run\n"
            "[run]\nwarmup = -1\n",
            "a.ini:7: neither key = value", "a.ini:10: a section without its closing bracket",
            "a.ini:1: think: stands before any [section]",
            "a.ini:3: unknown key 'users.cuont', did you mean 'users.count'?",
            "a.ini:4: users.think: read '5parsec': cannot read '5parsec', allowed: a distribution of times",
            "a.ini:6: users.count: stands twice, first in line 5", "a.ini:8: unknown section [usrs] of model web, allowed: [run]",
            "a.ini:12: run.warmup: read '-1', allowed: auto or a time of 0 s or more");
}

static void files_that_are_no_scenario(void **state) {
    REFUSES(*state, STATUS_SCENARIO, "", "a.ini: empty");
    REFUSES(*state, STATUS_SCENARIO, "# nothing\n[users]\n", "a.ini: empty");
    REFUSES(*state, STATUS_SCENARIO, "[users] x\ncount = -3\n", "a.ini:1: text behind a [section]");
    REFUSES(*state, STATUS_SCENARIO, "[run]\nmodel = wep\n", "a.ini:2: run.model: read 'wep', allowed: web | mmc");
    char text[700] = "[users]\nthink = ";
    memset(text + strlen(text), '1', 600);
    REFUSES(*state, STATUS_SCENARIO, text, "a.ini:2: a line of 608 characters, allowed: up to 198");
}

static void values_are_checked_together(void **state) {
    REFUSES(*state, STATUS_SCENARIO, "[run]\nwarmup = 1min\nhorizon = 60s\n",
            "a.ini: run.warmup: read '1min', allowed: a time below the end at 60 s");
    REFUSES(*state, STATUS_SCENARIO, "[run]\nhorizon = 0\n", "a.ini: run.horizon: read '0', allowed: a time above 0 s");
}

static void empirical_files_lie_beside_the_scenario(void **state) {
    struct bench *bench = *state;
    char path[100];
    struct diag diag = {0};
    write_file("think.csv", "think_s\n2\n4\n");
    write_file("a.ini", "[users]\nthink = empirical(think.csv:think_s)\n");
    assert_int_equal(chdir("/"), 0);
    snprintf(path, sizeof path, "%s/a.ini", bench->folder);
    bool ok = scenario_file_read(path, NULL, 0, &bench->scenario, &bench->arena, &diag);
    assert_int_equal(chdir(bench->folder), 0);
    if (!ok) fail_msg("%s", diag.text[0]);
    assert_same(number_of(&bench->scenario.params, "users.think"), 3);
    REFUSES(bench, STATUS_NO_INPUT, "[users]\nthink = empirical(none.csv:think_s)\n", "none.csv: cannot open");
}

/* ---- workload ------------------------------------------------------------------------------------- */

#define TRACE "[run]\nhorizon = 0\n[workload]\nfile = w.csv\n"
#define CLASSES "[users]\ncount = 7\nthink = 3s\n[workload]\nfile = w.csv\n"

static void a_trace_is_numbered(void **state) {
    struct bench *bench = *state;
    write_file("w.csv", "# NASA\nstatus,client,time_s\n200,1,0\n200,01,0\n304,host.example.org,2.5\n200,1,2.5\n");
    reads(bench, TRACE);
    const struct workload *w = &bench->scenario.workload;
    static const double time_s[] = {0, 0, 2.5, 2.5};
    static const uint32_t client[] = {0, 1, 2, 0};
    assert_int_equal(w->n_requests, 4);
    assert_int_equal(w->n_clients, 3);
    assert_memory_equal(w->request_time_s, time_s, sizeof time_s);
    assert_memory_equal(w->request_client, client, sizeof client);
}

static void wrong_traces(void **state) {
    write_file("w.csv", "time_s,client\n1,a\n0.5,a\nnan,a\n-1,a\n2s,a\n3,\n3,b\n");
    REFUSES(*state, STATUS_DATA, TRACE, "w.csv:3: time_s: read '0.5', allowed: a number of 1 or more, the time of",
            "w.csv:4: time_s: read 'nan'", "w.csv:5: time_s: read '-1'", "w.csv:6: time_s: read '2s'",
            "w.csv:7: client: read '', allowed: any text");
    write_file("w.csv", "time_s,client\n-1,a\n");
    REFUSES(*state, STATUS_DATA, TRACE, "w.csv:2: time_s: read '-1', allowed: a number of 0 or more");
    write_file("w.csv", "time_s,client\n");
    REFUSES(*state, STATUS_DATA, TRACE, "w.csv: a header and no rows");
    write_file("w.csv", "time_s,user\n1,a\n");
    REFUSES(*state, STATUS_DATA, TRACE, "w.csv:1: no column 'client'");
}

static void classes_take_what_their_row_leaves_out(void **state) {
    struct bench *bench = *state;
    write_file("w.csv", "class,count,think\nreaders,10,\n,,exponential(1min)\n");
    reads(bench, CLASSES);
    const struct workload *w = &bench->scenario.workload;
    assert_int_equal(w->n_classes, 2);
    assert_string_equal(w->class_names[0], "readers");
    assert_string_equal(w->class_names[1], "2");
    assert_same(number_of(&w->classes[0], "users.count"), 10);
    assert_same(number_of(&w->classes[0], "users.think"), 3);
    assert_same(number_of(&w->classes[1], "users.count"), 7);
    assert_same(number_of(&w->classes[1], "users.think"), 60);
}

static void setting_reaches_classes_but_not_their_own_values(void **state) {
    struct bench *bench = *state;
    write_file("w.csv", "class,count,think\nreaders,10,\n,,exponential(1min)\n");
    reads(bench, CLASSES);
    struct scenario copy = scenario_copy(&bench->scenario, &bench->arena);
    for (int round = 1; round <= 2; round++) { /* the second must win as the first did */
        const char *text = round == 1 ? "5s" : "6s";
        assert_true(scenario_assign(&copy, "users.think", text, (struct place){0}, NULL, &bench->diag));
        assert_same(number_of(&copy.params, "users.think"), 4 + round);
        assert_same(number_of(&copy.workload.classes[0], "users.think"), 4 + round);
        assert_same(number_of(&copy.workload.classes[1], "users.think"), 60);
    }
    assert_true(scenario_assign(&copy, "server.idle_limit", "17s", (struct place){0}, NULL, &bench->diag));
    assert_same(number_of(&copy.workload.classes[1], "server.idle_limit"), 17);
    assert_same(number_of(&bench->scenario.params, "users.think"), 3); /* the original is untouched */
    assert_same(number_of(&bench->scenario.workload.classes[0], "users.think"), 3);
    assert_same(number_of(&bench->scenario.workload.classes[1], "server.idle_limit"), 5);
    assert_false(scenario_assign(&copy, "run.model", "mmc", (struct place){0}, NULL, &bench->diag));
}

static void wrong_classes(void **state) {
    write_file("w.csv", "count,think\n3,-1s\n0,5s\n");
    REFUSES(*state, STATUS_DATA, CLASSES, "w.csv:2: think: read '-1s', allowed: a distribution of times of 0 s to",
            "w.csv:3: count: read '0', allowed: a whole number of 1");
    write_file("w.csv", "cuont,think\n3,1s\n");
    REFUSES(*state, STATUS_DATA, CLASSES, "w.csv:1: unknown column 'cuont', did you mean 'count'?");
    write_file("w.csv", "");
    REFUSES(*state, STATUS_DATA, CLASSES, "w.csv: empty");
}

static void a_workload_needs_a_model_that_takes_it(void **state) {
    write_file("w.csv", "count\n3\n");
    REFUSES(*state, STATUS_DATA, "[run]\nmodel = mmc\n[workload]\nfile = w.csv\n",
            "w.csv:1: model mmc takes no classes of users");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_bench, close_bench)

/* ---- a curve ------------------------------------------------------------------------------------------ */

/* Its file is named from where the scenario stands, and on the command line from where we are. */
static void a_curve(void **state) {
    struct bench *bench = *state;
    assert_int_equal(mkdir("in", 0777), 0);
    write_file("in/a.ini", "[site]\nmiss_ratio = miss.csv\n");
    write_file("in/miss.csv", "note,miss_ratio,cache_bytes\nx,1,0\ny,0.25,4e6\nz,0.125,8e6\n");
    size_t index = 0;
    for (int round = 0; round < 2; round++) {
        const struct setting setting = {"site.miss_ratio", "in/miss.csv"};
        bench->ok = scenario_file_read("in/a.ini", &setting, (size_t)round, &bench->scenario, &bench->arena, &bench->diag);
        if (!bench->ok) fail_msg("%s", bench->diag.text[0]);
        index = param_find(&bench->scenario.params, "site.miss_ratio");
        const struct param_curve *curve = &bench->scenario.params.values[index].curve;
        assert_int_equal(curve->n, 3);
        assert_same(curve->x[1], 4e6);
        assert_same(curve->x[2], 8e6);
        assert_same(curve->y[0], 1);
        assert_same(curve->y[2], 0.125);
    }
    const struct setting none = {"site.miss_ratio", ""};
    assert_true(scenario_file_read("in/a.ini", &none, 1, &bench->scenario, &bench->arena, &bench->diag));
    assert_int_equal(bench->scenario.params.values[index].curve.n, 0);
    assert_false(scenario_assign(&bench->scenario, "site.miss_ratio", "in/miss.csv", (struct place){.file = "test"}, NULL, &bench->diag));
    assert_non_null(strstr(bench->diag.text[0], "files cannot be used here, allowed: the name of a CSV with columns cache_bytes and miss_ratio"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(values_are_taken),        TEST(settings_come_last),         TEST(a_setting_needs_key_and_value),
        TEST(all_that_is_wrong_is_said), TEST(files_that_are_no_scenario), TEST(values_are_checked_together),
        TEST(empirical_files_lie_beside_the_scenario), TEST(a_trace_is_numbered), TEST(wrong_traces),
        TEST(classes_take_what_their_row_leaves_out), TEST(setting_reaches_classes_but_not_their_own_values),
        TEST(wrong_classes),           TEST(a_workload_needs_a_model_that_takes_it),
        TEST(a_curve),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
