/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * measured: the simulator beside real Apache and nginx, point by point (tests/measured/README.md).
 *
 * Tolerances are those within which a second measurement of the same point falls, by and large: connections and
 * requests/s 3 %, processes 7 %, connections/s 5 % (where above 10/s), PSS 10 %, TIME_WAIT 12 %, page time 10 % where waiting or round
 * trips govern it, CPU 10 % on points measured quietly. Points that fall outside stand in `known` with the mechanism that is
 * missing or the reason; one that comes back inside must leave the list.
 *
 * The order of the think times is that of the load generator: splitmix64, state seed x 1000003 + user x 7919, one number burnt (two
 * where visits end), exponential by inversion.
 */
#include "tests/unit/unit.h"

#include <string.h>

#include "sim/experiment/replication.h"
#include "sim/interface/csv_table.h"
#include "sim/interface/scenario_file.h"

#define FOLDER "tests/measured/"

enum { ROWS_MAX = 40, COLUMNS_MAX = 80, TEXT_MAX = 32, THINKS = 600, SERIES_MAX = 80 };

/* ---- a CSV as text ------------------------------------------------------------------------------------ */

struct table {
    size_t n_columns, n_rows;
    char column[COLUMNS_MAX][TEXT_MAX];
    char cell[SERIES_MAX][COLUMNS_MAX][TEXT_MAX];
};

static bool take_row(void *context, const struct csv_row *row, bool is_header) {
    struct table *table = context;
    assert_true(row->n <= COLUMNS_MAX && table->n_rows < SERIES_MAX);
    if (is_header) table->n_columns = row->n;
    for (size_t c = 0; c < row->n; c++)
        snprintf(is_header ? table->column[c] : table->cell[table->n_rows][c], TEXT_MAX, "%s", row->field[c]);
    if (!is_header) table->n_rows++;
    return true;
}

static struct table *table_read(const char *file) {
    struct table *table = calloc(1, sizeof *table);
    struct diag diag = {0};
    assert_non_null(table);
    csv_table_read(file, take_row, table, &diag);
    if (diag.count) fail_msg("%s", diag.text[0]);
    return table;
}

static const char *text(const struct table *table, size_t row, const char *column) {
    for (size_t c = 0; c < table->n_columns; c++)
        if (strcmp(table->column[c], column) == 0) return table->cell[row][c];
    fail_msg("no column %s", column);
    return NULL;
}

/* NAN for an empty cell. */
static double number(const struct table *table, size_t row, const char *column) {
    const char *cell = text(table, row, column);
    return *cell ? strtod(cell, NULL) : (double)NAN;
}

/* ---- a point, simulated --------------------------------------------------------------------------------- */

struct point {
    struct arena arena, run_arena;
    struct scenario scenario;
    struct series series;
    double values[256];
};

static void set(struct point *point, const char *key, const char *value, const char *unit) {
    char words[64];
    struct diag diag = {0};
    snprintf(words, sizeof words, "%s%s", value, unit);
    if (!scenario_assign(&point->scenario, key, words, (struct place){.file = key}, NULL, &diag))
        fail_msg("%s", diag.text[0]);
}

static void replay_thinks(struct point *point, const struct table *table, size_t row) {
    uint32_t users = (uint32_t)number(table, row, "users");
    uint64_t seed = (uint64_t)number(table, row, "seed");
    double mean_s = number(table, row, "think_s");
    bool fixed = strcmp(text(table, row, "think_dist"), "fixed") == 0, visits = number(table, row, "session_pages") > 0;
    uint32_t *first = ARENA_NEW(&point->arena, (size_t)users + 1, uint32_t);
    double *think_s = ARENA_NEW(&point->arena, (size_t)users * THINKS, double);
    for (uint32_t u = 0; u < users; u++) {
        struct dice dice = {seed * 1000003 + u * UINT64_C(7919)};
        for (int burn = visits ? 2 : 1; burn > 0; burn--) dice_bits(&dice);
        first[u + 1] = (u + 1) * THINKS;
        for (uint32_t i = 0; i < THINKS; i++) {
            double x = (double)(dice_bits(&dice) >> 11);
            double drawn_s = fixed ? (i == 0 ? mean_s * (x / 0x1p53) : mean_s) : -mean_s * log((x + 0.5) / 0x1p53);
            think_s[u * THINKS + i] = drawn_s;
        }
    }
    point->scenario.workload.n_think_users = users;
    point->scenario.workload.think_first = first;
    point->scenario.workload.think_s = think_s;
}

static void set_pool(struct point *point, const struct table *table, size_t row, bool nginx) {
    const char *limit = nginx ? "server.connection_limit" : "server.worker_limit";
    char requests[TEXT_MAX];
    snprintf(requests, sizeof requests, "%.0f", number(table, row, "max_ka_requests") + (nginx ? 0 : 1));
    set(point, "server.requests_per_connection", requests, "");
    set(point, limit, text(table, row, "max_workers"), "");
    if (nginx) return;
    set(point, "server.spare_min", text(table, row, "min_spare"), "");
    set(point, "server.spare_max", text(table, row, "max_spare"), "");
}

static struct point *simulate(const struct table *table, size_t row) {
    struct point *point = calloc(1, sizeof *point);
    struct diag diag = {0};
    char file[128], horizon[TEXT_MAX];
    const char *server = text(table, row, "server");
    assert_non_null(point);
    arena_open(&point->arena, (size_t)1 << 30);
    snprintf(file, sizeof file, "inputs/scenarios/measured-%s.ini", server);
    if (!scenario_file_read(file, NULL, 0, &point->scenario, &point->arena, &diag)) fail_msg("%s", diag.text[0]);
    set(point, "users.count", text(table, row, "users"), "");
    set(point, "users.objects", text(table, row, "objects"), "");
    set(point, "users.connections", text(table, row, "conns_per_user"), "");
    set(point, "users.rtt", text(table, row, "rtt_ms"), "ms");
    set(point, "users.session_pages", text(table, row, "session_pages"), "");
    set(point, "users.session_end", text(table, row, "session_end"), "");
    set(point, "users.dynamic_share", strcmp(text(table, row, "page"), "static") ? "1" : "0", "");
    set(point, "server.keepalive", text(table, row, "keepalive"), "");
    set(point, "server.idle_limit", text(table, row, "ka_timeout"), "s");
    set(point, "machine.cores", text(table, row, "cores"), "");
    set(point, "run.warmup", text(table, row, "warm_s"), "s");
    snprintf(horizon, sizeof horizon, "%.17g", number(table, row, "warm_s") + number(table, row, "dur_s"));
    set(point, "run.horizon", horizon, "s");
    if (strcmp(text(table, row, "page"), "php") == 0) { /* mod_php is loaded: another program */
        set(point, "memory.shared", "21.5MB", "");
        set(point, "memory.daemon_private", "330KiB", "");
    }
    set_pool(point, table, row, strcmp(server, "nginx") == 0);
    replay_thinks(point, table, row);
    arena_open(&point->run_arena, replication_arena_bytes(&point->scenario));
    point->series = replication_series(&point->scenario, &point->arena);
    struct replication replication = {.scenario = &point->scenario, .series = &point->series};
    replication_run(&replication, &point->run_arena, point->values);
    return point;
}

static void point_close(struct point *point) {
    arena_close(&point->run_arena);
    arena_close(&point->arena);
    free(point);
}

static double value(const struct point *point, const char *measure) {
    size_t c = model_column_find(point->scenario.model, measure);
    assert_true(c < model_columns(point->scenario.model));
    return point->values[c];
}

/* ---- what is compared ------------------------------------------------------------------------------------- */

struct comparison {
    const char *name, *column;
    double tolerance;
    double (*simulated)(const struct point *);
    bool (*applies)(const struct table *, size_t row);
};

static double connections(const struct point *p) { return value(p, "connections_open"); }
static double requests(const struct point *p) { return value(p, "requests_per_s"); }
static double processes(const struct point *p) { return value(p, "processes"); }
static double opened(const struct point *p) { return value(p, "connections_per_s"); }
static double pss_kib(const struct point *p) { return value(p, "memory_pss") / 1024; }
static double page_ms(const struct point *p) { return value(p, "page_response") * 1e3; }
static double cpu(const struct point *p) {
    return value(p, "cpu_utilisation") * p->scenario.params.values[param_find(&p->scenario.params, "machine.cores")].number;
}
/* Both ends are on one machine, so its table holds the entries of both. */
static double time_wait(const struct point *p) { return value(p, "time_wait") + value(p, "time_wait_clients"); }

static bool above_10_per_s(const struct table *t, size_t row) { return number(t, row, "conns_per_s") > 10; }
static bool above_10(const struct table *t, size_t row) { return number(t, row, "client_conns_mean") > 10; }
static bool alone(const struct table *t, size_t row) { return number(t, row, "concurrent") < 2; }
static bool quiet(const struct table *t, size_t row) { return strcmp(text(t, row, "cpu_quality"), "quiet") == 0; }
static bool waits(const struct table *t, size_t row) {
    const char *id = text(t, row, "id");
    return strstr(id, "_w150") || strstr(id, "_r50") || strstr(id, "leave");
}

/* Connections are compared where there are more than ten: below, they live for a millisecond or less, most of it spent in the load
 * generator. PSS is compared where no other server ran beside: with three, shared pages are shared by all. */
static const struct comparison comparisons[] = {
    {"connections", "client_conns_mean", 0.03, connections, above_10},
    {"requests/s", "reqs_per_s", 0.03, requests, NULL},
    {"processes", "procs_mean", 0.07, processes, NULL},
    {"connections/s", "conns_per_s", 0.05, opened, above_10_per_s},
    {"PSS KiB", "pss_kB_mean", 0.10, pss_kib, alone},
    {"TIME_WAIT", "time_wait_mean", 0.12, time_wait, above_10_per_s},
    {"page ms", "page_ms_mean", 0.10, page_ms, waits},
    {"CPU s/s", "cpu_s_per_s", 0.10, cpu, quiet},
};
enum { COMPARISONS = sizeof comparisons / sizeof comparisons[0] };

/* Outside, and why. */
static const struct {
    const char *id, *name, *why;
} known[] = {
    {"pf_s_off", "processes", "5 to 10 daemons by chance: one fork more or less decides (measured again: 15 %)"},
    {"pf_s_off_r50", "processes", "the same"},
    {"pf_d_off", "processes", "the same, and the CPU time of a dynamic page varied from 17 to 25 ms with the host's load"},
    {"pf_d_off", "PSS KiB", "follows from the processes"},
    {"pf_s_2_w150", "TIME_WAIT", "how Linux comes back to a port: in the measured run entries vanish in clumps of a hundred from the "
                                 "500th connection on (opened - open - TIME_WAIT, second by second), before ours has gone round once"},
    {"pf_s_2_fix", "TIME_WAIT", "the same"},
    {"ev_s_5", "TIME_WAIT", "one process more in the cold start, whose end closes its connections (the second of httpd's maintenance "
                            "is not in step with ours)"},
    {"pf_s_1", "processes", "one spawn batch of 32 more: whether 4 or 5 are idle at one tick decides"},
    {"pf_s_1", "PSS KiB", "follows from the processes"},
    {"ng_s_15_m5", "connections", "which of its idle connections the load generator takes first decides when they reach the limit: "
                                  "the least recently used gives +3 %, the lowest number -5 %"},
    {"pf_s_1", "time line", "the same batch of 32 more"},
    {"ev_s_5", "time line", "one batch of processes more in the cold start (TIME_WAIT below has the reason)"},
    {"ng_s_15_m5", "time line", "which idle connection is taken first, as for its connections"},
    {"pf_s_15_close5", "CPU s/s", "CPU of quiet points repeats within 18 %; this one costs 7 % less a request than the same with one "
                                  "visitor, although it opens 25 times the connections"},
};

static const char *known_reason(const char *id, const char *name) {
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (strcmp(known[i].id, id) == 0 && strcmp(known[i].name, name) == 0) return known[i].why;
    return NULL;
}

/* Returns 1 when the comparison is wrong: outside and not known, or known and inside. */
static int compare(const struct table *table, size_t row, const struct point *point, const struct comparison *comparison) {
    const char *id = text(table, row, "id"), *why = known_reason(id, comparison->name);
    double measured = number(table, row, comparison->column), simulated = comparison->simulated(point);
    if (isnan(measured) || (comparison->applies && !comparison->applies(table, row))) return 0;
    double error = simulated / measured - 1;
    bool inside = fabs(error) <= comparison->tolerance;
    printf("# %-15s %-13s %10.5g %10.5g %+6.1f %%%s%s\n", id, comparison->name, measured, simulated, 100 * error,
           inside ? "" : "  outside: ", inside ? "" : why ? why : "unexplained");
    if (inside && why) fprintf(stderr, "%s %s is inside now: take it off the list\n", id, comparison->name);
    return inside == (why != NULL);
}

static void points_lie_on_what_was_measured(void **state) {
    (void)state;
    struct table *table = table_read(FOLDER "measured_open.csv");
    int wrong = 0;
    assert_true(table->n_rows >= 24);
    printf("# %-15s %-13s %10s %10s\n", "point", "measure", "measured", "simulated");
    for (size_t row = 0; row < table->n_rows; row++) {
        struct point *point = simulate(table, row);
        for (size_t i = 0; i < COMPARISONS; i++) wrong += compare(table, row, point, &comparisons[i]);
        fflush(stdout);
        point_close(point);
    }
    free(table);
    assert_int_equal(wrong, 0);
}

/* ---- second by second ---------------------------------------------------------------------------------------- */

static size_t series_column(const struct point *point, const char *name) {
    const struct model *model = point->scenario.model;
    for (size_t i = 0; i < model->n_series_columns; i++)
        if (strcmp(model->series_columns[i], name) == 0) return i + 1;
    fail_msg("no column %s", name);
    return 0;
}

/* Mean distance of two curves over the run as a share of the measured curve's highest value. Simulated rows are means over the
 * second that ends there, measured ones a look at its end, so the mean of the looks at both ends is compared. Stated: at most 5 %
 * for connections and 12 % for daemons; those outside are in `known` as "time line". */
static double distance(const struct point *point, const char *simulated, double scale, const struct table *series,
                       const char *measured) {
    double sum = 0, highest = 0;
    size_t n = series->n_rows < point->series.n_rows ? series->n_rows : point->series.n_rows;
    size_t column = series_column(point, simulated);
    for (size_t i = 0; i < n; i++) {
        double real = number(series, i, measured);
        if (i > 0) real = (real + number(series, i - 1, measured)) / 2;
        double ours = point->series.values[i * point->series.n_columns + column] * scale;
        sum += fabs(ours - real);
        highest = fmax(highest, real);
    }
    return sum / (double)n / highest;
}

/* For `make measured`: both curves of a point, which gnuplot then draws. */
static void write_curves(const char *folder, const char *id, const struct point *point, const struct table *series) {
    char file[512];
    snprintf(file, sizeof file, "%s/%s.csv", folder, id);
    FILE *out = fopen(file, "w");
    if (!out) fail_msg("cannot create %s", file);
    size_t n = series->n_rows < point->series.n_rows ? series->n_rows : point->series.n_rows;
    size_t open = series_column(point, "connections_open"), alive = series_column(point, "daemons_alive");
    fprintf(out, "time_s,connections_measured,connections_simulated,daemons_measured,daemons_simulated\n");
    for (size_t i = 0; i < n; i++) {
        const double *row = point->series.values + i * point->series.n_columns;
        fprintf(out, "%s,%s,%g,%s,%g\n", text(series, i, "t"), text(series, i, "conns_open"), row[open],
                text(series, i, *text(series, i, "workers_alive") ? "workers_alive" : "procs"), row[alive]);
    }
    assert_int_equal(fclose(out), 0);
}

static void time_lines_lie_on_what_was_measured(void **state) {
    (void)state;
    struct table *table = table_read(FOLDER "measured_open.csv");
    int wrong = 0;
    for (size_t row = 0; row < table->n_rows; row++) {
        char file[128];
        const char *id = text(table, row, "id");
        if (number(table, row, "client_conns_mean") < 10) continue;
        snprintf(file, sizeof file, FOLDER "series/%s.csv", id);
        struct table *series = table_read(file);
        struct point *point = simulate(table, row);
        double open = distance(point, "connections_open", 1, series, "conns_open");
        double workers = strcmp(text(table, row, "server"), "nginx") == 0
                             ? 0
                             : distance(point, "daemons_alive", 1, series, "workers_alive");
        if (getenv("MEASURED_OUT")) write_curves(getenv("MEASURED_OUT"), id, point, series);
        bool inside = open <= 0.05 && workers <= 0.12;
        const char *why = known_reason(id, "time line");
        printf("# %-15s connections %4.1f %%, daemons %4.1f %% of the highest%s%s\n", id, 100 * open, 100 * workers,
               inside ? "" : "  outside: ", inside ? "" : why ? why : "unexplained");
        wrong += inside == (why != NULL);
        point_close(point);
        free(series);
    }
    free(table);
    assert_int_equal(wrong, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(points_lie_on_what_was_measured),
        cmocka_unit_test(time_lines_lie_on_what_was_measured),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
