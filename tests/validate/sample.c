/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _DEFAULT_SOURCE
#include "tests/validate/sample.h"

#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct options {
    int pid, core;
    uint32_t port;
    double warm_s, dur_s, start_at_s;
    const char *summary_file, *series_file;
};

/* Quantities sampled each second go into the time line; the last three are looked at three times in the window. */
static const struct {
    const char *name, *unit;
    bool in_series, has_peak;
} table[QUANTITIES] = {
    [Q_PROCESSES] = {"processes", "1", true, true},
    [Q_ALIVE] = {"daemons_alive", "1", true, true},
    [Q_BUSY] = {"daemons_busy", "1", true, false},
    [Q_IDLE] = {"daemons_idle_keepalive", "1", true, false},
    [Q_CLOSING] = {"daemons_closing", "1", true, false},
    [Q_SPARE] = {"daemons_spare", "1", true, false},
    [Q_CONNECTIONS_IDLE] = {"connections_idle", "1", true, false},
    [Q_BACKLOG] = {"backlog", "1", true, true},
    [Q_TIME_WAIT] = {"time_wait", "1", true, false},
    [Q_RSS] = {NULL, "B", true, false},
    [Q_CPU_S] = {NULL, "s", true, false},
    [Q_PSS] = {"memory_pss", "B", false, false},
    [Q_PRIVATE] = {"memory_private", "B", false, false},
    [Q_RSS_ROLLUP] = {"memory_rss", "B", false, false},
};

struct window {
    double sum[QUANTITIES], weight[QUANTITIES], peak[QUANTITIES], cpu_at_start_s, cpu_at_end_s;
    unsigned n[QUANTITIES];
    struct core_time core_at_start, core_at_end;
};

static _Noreturn void die(const char *what) {
    fprintf(stderr, "sample: %s%s%s\n", what, errno ? ": " : "", errno ? strerror(errno) : "");
    exit(1);
}

/* ---- looking ------------------------------------------------------------------------------------------ */

static double clock_s(void) {
    struct timespec time;
    clock_gettime(CLOCK_REALTIME, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static void sleep_until(double at_s) {
    double left_s = at_s - clock_s();
    if (left_s <= 0) return;
    struct timespec left = {(time_t)left_s, (long)(1e9 * (left_s - (double)(time_t)left_s))};
    nanosleep(&left, NULL);
}

/* The seconds after a quarter, half and three quarters of the window. */
static bool is_memory_second(const struct options *options, double t) {
    for (int quarter = 1; quarter <= 3; quarter++)
        if (fabs(t - ceil(options->warm_s + quarter * options->dur_s / 4)) < 0.5) return true;
    return false;
}

/* Processes come in batches of up to 32 at their own instants: looked at ten times a second up to the instant `at_s`. */
static double mean_processes(const struct options *options, double at_s, struct tree *tree) {
    enum { LOOKS = 10 };
    double sum = 0;
    for (int k = 1; k <= LOOKS; k++) {
        sleep_until(at_s - 1 + (double)k / LOOKS);
        if (!proc_tree(options->pid, tree)) return (double)NAN;
        sum += (double)(tree->n - 1);
    }
    return sum / LOOKS;
}

static struct look look_at(const struct options *options, double t, struct tree *tree, struct status_request *status) {
    enum { PATIENCE_MS = 200 };
    struct look look;
    for (size_t i = 0; i < QUANTITIES; i++) look.value[i] = (double)NAN;
    errno = 0;
    if (!proc_tree(options->pid, tree)) die("the server is gone, or the kernel lists no children (CONFIG_PROC_CHILDREN)");
    proc_look(tree, &look);
    status_ask(status, options->port);
    status_answer(status, PATIENCE_MS, &look);
    proc_sockets(options->port, &look);
    if (is_memory_second(options, t)) proc_memory(tree, &look);
    return look;
}

/* ---- summing up ----------------------------------------------------------------------------------------- */

/* Levels are seen at both ends of the window too, which count half (trapezoidal rule): what grows is not overstated. Processes
 * are already means of a second. */
static void add_to_window(struct window *window, const struct look *look, bool at_start, bool at_end) {
    for (size_t i = 0; i < QUANTITIES; i++) {
        bool mean_of_second = i == Q_PROCESSES;
        double weight = mean_of_second ? !at_start : at_start || at_end ? 0.5 : 1;
        if (isnan(look->value[i]) || weight <= 0) continue;
        window->peak[i] = window->n[i] ? fmax(window->peak[i], look->value[i]) : look->value[i];
        window->sum[i] += weight * look->value[i];
        window->weight[i] += weight;
        window->n[i]++;
    }
}

static void write_header(FILE *series) {
    fprintf(series, "time_s");
    for (size_t i = 0; i < QUANTITIES; i++)
        if (table[i].in_series) fprintf(series, ",%s", table[i].name ? table[i].name : i == Q_RSS ? "memory_rss" : "cpu_s");
    fprintf(series, "\n");
}

static void write_row(FILE *series, double t, const struct look *look) {
    fprintf(series, "%.0f", t);
    for (size_t i = 0; i < QUANTITIES; i++) {
        if (!table[i].in_series) continue;
        if (isnan(look->value[i])) fprintf(series, ",");
        else fprintf(series, ",%.9g", look->value[i]);
    }
    fprintf(series, "\n");
    fflush(series);
}

/* The server's CPU time is exact; the core's is sampled by the kernel's tick. What others did on the core spoils the first. */
static void write_core(FILE *out, const struct core_time *a, const struct core_time *b, double cpu) {
    double work_s = b->user_s + b->system_s - a->user_s - a->system_s, all_s = b->all_s - a->all_s;
    fprintf(out, "cpu_utilisation,1,%.9g\n", cpu);
    if (work_s > 0) fprintf(out, "core_user_share,1,%.9g\n", (b->user_s - a->user_s) / work_s);
    if (all_s <= 0) return;
    fprintf(out, "core_other,1,%.9g\n", fmax(0, (b->busy_s - a->busy_s) / all_s - cpu));
    fprintf(out, "steal,1,%.9g\n", (b->steal_s - a->steal_s) / all_s);
}

/* A mean over the seconds in which the server found time to answer says little about the others: it is left out when they are
 * more than a fifth. */
static void write_summary(const struct options *options, const struct window *window) {
    FILE *out = options->summary_file ? fopen(options->summary_file, "w") : stdout;
    if (!out) die(options->summary_file);
    double enough = 0.8 * options->dur_s;
    fprintf(out, "measure,unit,value\n");
    for (size_t i = 0; i < QUANTITIES; i++) {
        if (!table[i].name || window->n[i] < (table[i].in_series ? enough : 1)) continue;
        fprintf(out, "%s,%s,%.9g\n", table[i].name, table[i].unit, window->sum[i] / window->weight[i]);
        if (table[i].has_peak) fprintf(out, "%s_peak,%s,%.9g\n", table[i].name, table[i].unit, window->peak[i]);
    }
    write_core(out, &window->core_at_start, &window->core_at_end, (window->cpu_at_end_s - window->cpu_at_start_s) / options->dur_s);
    fprintf(out, "status_answers,1,%u\n", window->n[Q_CONNECTIONS_IDLE]);
    if (fclose(out)) die("summary");
}

static void run(const struct options *options, FILE *series) {
    struct window window = {0};
    struct tree tree;
    struct status_request status = {.fd = -1};
    double start_s = options->start_at_s > 0 ? options->start_at_s : clock_s(), end_s = options->warm_s + options->dur_s;
    for (double t = 0; t <= end_s; t++) {
        sleep_until(start_s + t - 1);
        double processes = mean_processes(options, start_s + t, &tree);
        struct look look = look_at(options, t, &tree, &status);
        look.value[Q_PROCESSES] = processes;
        if (fabs(t - options->warm_s) < 0.5) {
            window.cpu_at_start_s = look.value[Q_CPU_S];
            window.core_at_start = proc_core(options->core);
        }
        if (t > options->warm_s - 0.5) add_to_window(&window, &look, t < options->warm_s + 0.5, t > end_s - 0.5);
        window.cpu_at_end_s = look.value[Q_CPU_S];
        write_row(series, t, &look);
    }
    window.core_at_end = proc_core(options->core);
    write_summary(options, &window);
}

/* ---- options ---------------------------------------------------------------------------------------------- */

static const char usage[] =
    "usage: sample --pid N --port N --series FILE [--summary FILE] [--warm 20] [--dur 20] [--start-at EPOCH_S] [--core 0]\n"
    "Looks at the web server whose parent process is N, once a second. Times in whole seconds.\n";

static double number(const char *text, double low, double high) {
    char *end;
    double value = strtod(text, &end);
    if (end == text || *end || !(value >= low && value <= high)) {
        fprintf(stderr, "sample: read '%s', allowed: a number of %g to %g\n%s", text, low, high, usage);
        exit(64);
    }
    return value;
}

int main(int n, char **words) {
    static const struct option long_options[] = {
        {"pid", 1, NULL, 'i'}, {"port", 1, NULL, 'p'},     {"warm", 1, NULL, 'w'},    {"dur", 1, NULL, 'd'},
        {"core", 1, NULL, 'c'}, {"start-at", 1, NULL, 'a'}, {"summary", 1, NULL, 'S'}, {"series", 1, NULL, 'T'}, {0},
    };
    struct options options = {.warm_s = 20, .dur_s = 20};
    for (int option; (option = getopt_long(n, words, "", long_options, NULL)) != -1;) switch (option) {
        case 'i': options.pid = (int)number(optarg, 1, 1e9); break;
        case 'p': options.port = (uint32_t)number(optarg, 1, 65535); break;
        case 'c': options.core = (int)number(optarg, 0, 1e5); break;
        case 'w': options.warm_s = floor(number(optarg, 0, 3600)); break;
        case 'd': options.dur_s = floor(number(optarg, 1, 3600)); break;
        case 'a': options.start_at_s = number(optarg, 0, 1e12); break;
        case 'S': options.summary_file = optarg; break;
        case 'T': options.series_file = optarg; break;
        default: fputs(usage, stderr); return 64;
        }
    if (!options.pid || !options.port || !options.series_file) {
        fputs(usage, stderr);
        return 64;
    }
    FILE *series = fopen(options.series_file, "w");
    if (!series) die(options.series_file);
    write_header(series);
    run(&options, series);
    if (fclose(series)) die(options.series_file);
    return 0;
}
