/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _DEFAULT_SOURCE
#include "tests/validate/sample.h"

#include <dirent.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static FILE *open_of(int pid, const char *name) {
    char path[340];
    snprintf(path, sizeof path, "/proc/%d/%s", pid, name);
    return fopen(path, "re");
}

/* ---- the tree --------------------------------------------------------------------------------------- */

bool proc_tree(int parent, struct tree *tree) {
    char name[64];
    snprintf(name, sizeof name, "task/%d/children", parent);
    FILE *children = open_of(parent, name);
    if (!children) return false;
    tree->pid[0] = parent;
    tree->n = 1;
    while (tree->n < sizeof tree->pid / sizeof *tree->pid && fscanf(children, "%d", &tree->pid[tree->n]) == 1) tree->n++;
    fclose(children);
    return true;
}

/* ---- CPU ---------------------------------------------------------------------------------------------- */

static double thread_cpu_s(int pid, const char *thread) {
    char name[300];
    snprintf(name, sizeof name, "task/%s/schedstat", thread);
    FILE *file = open_of(pid, name);
    unsigned long long ns = 0;
    if (!file) return 0;
    if (fscanf(file, "%llu", &ns) != 1) ns = 0;
    fclose(file);
    return 1e-9 * (double)ns;
}

static double process_cpu_s(int pid) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/task", pid);
    DIR *threads = opendir(path);
    double cpu_s = 0;
    if (!threads) return 0;
    for (struct dirent *entry; (entry = readdir(threads));)
        if (entry->d_name[0] != '.') cpu_s += thread_cpu_s(pid, entry->d_name);
    closedir(threads);
    return cpu_s;
}

/* Fields 16 and 17 of proc(5) stat: user and system time of children that were waited for. */
static double dead_children_cpu_s(int pid) {
    char line[1024];
    FILE *file = open_of(pid, "stat");
    unsigned long user = 0, system = 0;
    if (!file) return 0;
    const char *behind_name = fgets(line, sizeof line, file) ? strrchr(line, ')') : NULL;
    fclose(file);
    if (!behind_name || sscanf(behind_name + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %lu %lu", &user, &system) != 2)
        return 0;
    return (double)(user + system) / (double)sysconf(_SC_CLK_TCK);
}

static double resident_bytes(int pid) {
    FILE *file = open_of(pid, "statm");
    unsigned long pages = 0;
    if (!file) return 0;
    if (fscanf(file, "%*u %lu", &pages) != 1) pages = 0;
    fclose(file);
    return (double)pages * (double)sysconf(_SC_PAGESIZE);
}

void proc_look(const struct tree *tree, struct look *look) {
    double rss_bytes = 0, cpu_s = dead_children_cpu_s(tree->pid[0]);
    for (size_t i = 0; i < tree->n; i++) {
        rss_bytes += resident_bytes(tree->pid[i]);
        cpu_s += process_cpu_s(tree->pid[i]);
    }
    look->value[Q_PROCESSES] = (double)(tree->n - 1);
    look->value[Q_RSS] = rss_bytes;
    look->value[Q_CPU_S] = cpu_s;
}

/* ---- memory --------------------------------------------------------------------------------------------- */

static void add_rollup(FILE *rollup, struct look *look) {
    char line[256];
    unsigned long kb;
    while (fgets(line, sizeof line, rollup)) {
        if (sscanf(line, "Rss: %lu", &kb) == 1) look->value[Q_RSS_ROLLUP] += 1024.0 * (double)kb;
        else if (sscanf(line, "Pss: %lu", &kb) == 1) look->value[Q_PSS] += 1024.0 * (double)kb;
        else if (sscanf(line, "Private_Clean: %lu", &kb) == 1 || sscanf(line, "Private_Dirty: %lu", &kb) == 1)
            look->value[Q_PRIVATE] += 1024.0 * (double)kb;
    }
}

/* Nothing when one cannot be read: a sum without some would be taken for a sum. A process that has just ended is none. */
void proc_memory(const struct tree *tree, struct look *look) {
    look->value[Q_PSS] = look->value[Q_PRIVATE] = look->value[Q_RSS_ROLLUP] = 0;
    for (size_t i = 0; i < tree->n; i++) {
        FILE *rollup = open_of(tree->pid[i], "smaps_rollup");
        if (rollup) {
            add_rollup(rollup, look);
            fclose(rollup);
        } else if (access("/proc/self/smaps_rollup", R_OK)) {
            look->value[Q_PSS] = look->value[Q_PRIVATE] = look->value[Q_RSS_ROLLUP] = (double)NAN;
        }
    }
    if (look->value[Q_PSS] <= 0) look->value[Q_PSS] = look->value[Q_PRIVATE] = look->value[Q_RSS_ROLLUP] = (double)NAN;
}

/* ---- sockets, cores ----------------------------------------------------------------------------------------- */

/* Of a socket that listens, the receive queue is the accept queue. */
void proc_sockets(uint32_t port, struct look *look) {
    enum { TIME_WAIT = 6, LISTEN = 10 };
    char line[256];
    FILE *table = fopen("/proc/net/tcp", "re");
    if (!table) return;
    look->value[Q_TIME_WAIT] = look->value[Q_BACKLOG] = 0;
    while (fgets(line, sizeof line, table)) {
        unsigned local_port, state, queue;
        if (sscanf(line, "%*d: %*8[0-9A-F]:%4x %*8[0-9A-F]:%*4x %2x %*8x:%8x", &local_port, &state, &queue) != 3) continue;
        if (local_port != port) continue;
        if (state == TIME_WAIT) look->value[Q_TIME_WAIT]++;
        if (state == LISTEN) look->value[Q_BACKLOG] = queue;
    }
    fclose(table);
}

struct core_time proc_core(int core) {
    char line[512], name[16];
    struct core_time time = {0};
    FILE *file = fopen("/proc/stat", "re");
    if (!file) return time;
    snprintf(name, sizeof name, "cpu%d ", core);
    while (fgets(line, sizeof line, file)) {
        unsigned long long t[8];
        if (strncmp(line, name, strlen(name))) continue;
        if (sscanf(line, "%*s %llu %llu %llu %llu %llu %llu %llu %llu", &t[0], &t[1], &t[2], &t[3], &t[4], &t[5], &t[6], &t[7]) != 8) break;
        double tick_s = 1 / (double)sysconf(_SC_CLK_TCK);
        time = (struct core_time){.user_s = (double)(t[0] + t[1]) * tick_s, .system_s = (double)t[2] * tick_s, .steal_s = (double)t[7] * tick_s};
        for (size_t i = 0; i < 8; i++) time.all_s += (double)t[i] * tick_s;
        time.busy_s = time.all_s - (double)(t[3] + t[4]) * tick_s;
    }
    fclose(file);
    return time;
}
