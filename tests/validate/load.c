/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _DEFAULT_SOURCE /* reallocarray, getopt_long */
#include "tests/validate/load.h"

#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

_Noreturn void load_die(const char *what) {
    fprintf(stderr, "load: %s%s%s\n", what, errno ? ": " : "", errno ? strerror(errno) : "");
    exit(1);
}

void *load_allocate(void *old, size_t n, size_t bytes) {
    void *block = reallocarray(old, n, bytes);
    if (!block) load_die("memory");
    return block;
}

/* ---- the future: a binary heap of plans ------------------------------------------------------------- */

static void swap(struct plan *a, struct plan *b) {
    struct plan plan = *a;
    *a = *b;
    *b = plan;
}

void load_plan(struct load *load, double delay_s, enum action action, uint32_t subject, uint32_t generation) {
    if (load->n_plans == load->plans_capacity) {
        load->plans_capacity = load->plans_capacity ? 2 * load->plans_capacity : 1024;
        load->heap = load_allocate(load->heap, load->plans_capacity, sizeof *load->heap);
    }
    struct plan *heap = load->heap;
    size_t i = load->n_plans++;
    heap[i] = (struct plan){load->now_s + delay_s, action, subject, generation};
    for (; i > 0 && heap[i].time_s < heap[(i - 1) / 2].time_s; i = (i - 1) / 2) swap(&heap[i], &heap[(i - 1) / 2]);
}

static struct plan next_plan(struct load *load) {
    struct plan *heap = load->heap, first = heap[0];
    heap[0] = heap[--load->n_plans];
    for (size_t i = 0, child; (child = 2 * i + 1) < load->n_plans; i = child) {
        if (child + 1 < load->n_plans && heap[child + 1].time_s < heap[child].time_s) child++;
        if (heap[i].time_s <= heap[child].time_s) break;
        swap(&heap[i], &heap[child]);
    }
    return first;
}

/* ---- the loop ----------------------------------------------------------------------------------------- */

static double clock_s(clockid_t clock) {
    struct timespec time;
    clock_gettime(clock, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static void act(struct load *load, struct plan plan) {
    uint32_t c = plan.subject;
    bool of_connection = plan.action >= CONNECT && plan.action <= FIN_LANDS;
    if (of_connection && load->connections[c].generation != plan.generation) return;
    switch ((enum action)plan.action) {
    case THINK_END: user_think_end(load, plan.subject); break;
    case CONNECT: socket_connect(load, c); break;
    case SEND: socket_send(load, c); break;
    case RESPONSE_LANDS: user_response(load, c); break;
    case FIN_LANDS: user_fin(load, c); break;
    case RETRY: user_retry(load, plan.subject, plan.generation, load->now_s); break;
    case SECOND:
        report_second(&load->report, plan.time_s);
        load_plan(load, plan.time_s + 1 - load->now_s, SECOND, 0, 0);
        break;
    }
}

/* What is due happens when this process gets round to it, some microseconds late, and is measured by the clock. Only rows of
 * the time line end at whole seconds. */
static void act_until(struct load *load, double clock) {
    while (load->n_plans && load->heap[0].time_s <= clock) {
        struct plan plan = next_plan(load);
        load->now_s = plan.action == SECOND ? plan.time_s : clock;
        act(load, plan);
    }
    load->now_s = clock;
}

static void set_alarm(int timer_fd, double at_s) {
    struct itimerspec alarm = {.it_value = {(time_t)at_s, (long)(1e9 * (at_s - (double)(time_t)at_s))}};
    if (timerfd_settime(timer_fd, TFD_TIMER_ABSTIME, &alarm, NULL)) load_die("timerfd_settime");
}

static void run(struct load *load) {
    enum { AT_ONCE = 256 };
    struct epoll_event events[AT_ONCE];
    int timer_fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    struct epoll_event alarm = {.events = EPOLLIN | EPOLLET, .data.u32 = NONE};
    if (timer_fd < 0 || epoll_ctl(load->epoll_fd, EPOLL_CTL_ADD, timer_fd, &alarm)) load_die("timerfd");
    double start_s = clock_s(CLOCK_MONOTONIC), end_s = load->report.end_s;
    for (;;) {
        act_until(load, clock_s(CLOCK_MONOTONIC) - start_s);
        if (load->now_s >= end_s) break;
        set_alarm(timer_fd, start_s + load->heap[0].time_s);
        int n = epoll_wait(load->epoll_fd, events, AT_ONCE, 1000);
        if (n < 0 && errno != EINTR) load_die("epoll_wait");
        load->now_s = clock_s(CLOCK_MONOTONIC) - start_s;
        for (int i = 0; i < n; i++)
            if (events[i].data.u32 != NONE) socket_ready(load, events[i].data.u32);
    }
    close(timer_fd);
}

/* ---- beginning ------------------------------------------------------------------------------------------ */

static void allow_files(uint32_t n) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit)) load_die("getrlimit");
    limit.rlim_cur = limit.rlim_max < n ? limit.rlim_max : n;
    if (setrlimit(RLIMIT_NOFILE, &limit)) load_die("setrlimit");
}

static void load_open(struct load *load) {
    const struct options *options = &load->options;
    /* Visitors who leave their connections behind need more than users x connections. */
    load->n_connections = 8 * options->n_users * options->n_connections + 1024;
    allow_files(load->n_connections + 64);
    load->users = load_allocate(NULL, options->n_users, sizeof *load->users);
    load->connections = load_allocate(NULL, load->n_connections, sizeof *load->connections);
    memset(load->connections, 0, load->n_connections * sizeof *load->connections);
    load->free_connections = load_allocate(NULL, load->n_connections, sizeof *load->free_connections);
    while (load->n_free < load->n_connections) {
        load->free_connections[load->n_free] = load->n_connections - 1 - load->n_free;
        load->n_free++;
    }
    load->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    if (load->epoll_fd < 0) load_die("epoll_create1");
    report_open(&load->report, options);
    for (uint32_t i = 0; i < options->n_users; i++) user_open(load, i);
    load_plan(load, 1, SECOND, 0, 0);
}

static void load_close(struct load *load) {
    close(load->epoll_fd);
    free(load->users);
    free(load->connections);
    free(load->free_connections);
    free(load->heap);
    free(load->report.request.value_s);
    free(load->report.page.value_s);
}

static void wait_until(double at_s) {
    double left_s = at_s - clock_s(CLOCK_REALTIME);
    if (at_s <= 0 || left_s <= 0) return;
    struct timespec left = {(time_t)left_s, (long)(1e9 * (left_s - (double)(time_t)left_s))};
    nanosleep(&left, NULL);
}

/* As many thinks a user as the run can use: pages take no time at best. */
static void print_thinks(const struct options *options) {
    printf("user,think_s\n");
    for (uint32_t i = 0; i < options->n_users; i++) {
        uint32_t first_pages;
        struct think_sequence sequence = think_open(options, i, &first_pages);
        for (double sum_s = 0; sum_s < options->warm_s + options->dur_s;) {
            double think_s = think_next(&sequence);
            printf("%" PRIu32 ",%.17g\n", i, think_s);
            sum_s += think_s;
        }
    }
}

/* ---- options ---------------------------------------------------------------------------------------------- */

static const char usage[] =
    "usage: load --port N [--users 100] [--connections 5] [--objects 10] [--think 3] [--rtt 0] [--seed 1]\n"
    "            [--session-pages 0] [--leave] [--warm 20] [--dur 20] [--start-at EPOCH_S]\n"
    "            [--summary FILE] [--series FILE] | --print-thinks\n"
    "Users who browse the server on 127.0.0.1:N. Times in seconds.\n";

static double number(const char *text, double low, double high) {
    char *end;
    double value = strtod(text, &end);
    if (end == text || *end || !(value >= low && value <= high)) {
        fprintf(stderr, "load: read '%s', allowed: a number of %g to %g\n%s", text, low, high, usage);
        exit(64);
    }
    return value;
}

static void set_option(struct options *options, int option) {
    switch (option) {
    case 'p': options->port = (uint32_t)number(optarg, 1, 65535); break;
    case 'u': options->n_users = (uint32_t)number(optarg, 1, 100000); break;
    case 'c': options->n_connections = (uint32_t)number(optarg, 1, CONNECTIONS_MAX); break;
    case 'o': options->n_objects = (uint32_t)number(optarg, 0, 1000); break;
    case 'z': options->think_s = number(optarg, 0.001, 1e6); break;
    case 'r': options->rtt_s = number(optarg, 0, 10); break;
    case 's': options->seed = (uint64_t)number(optarg, 0, 1e9); break;
    case 'g': options->session_pages = (uint32_t)number(optarg, 0, 60000); break;
    case 'w': options->warm_s = floor(number(optarg, 0, 3600)); break; /* the window opens with a row of the time line */
    case 'd': options->dur_s = number(optarg, 1, 3600); break;
    case 'a': options->start_at_s = number(optarg, 0, 1e12); break;
    case 'S': options->summary_file = optarg; break;
    case 'T': options->series_file = optarg; break;
    case 'L': options->leaves = true; break;
    case 'P': options->print_thinks = true; break;
    default: fputs(usage, stderr); exit(64);
    }
}

int main(int n, char **words) {
    static const struct option long_options[] = {
        {"port", 1, NULL, 'p'},  {"users", 1, NULL, 'u'},         {"connections", 1, NULL, 'c'}, {"objects", 1, NULL, 'o'},
        {"think", 1, NULL, 'z'}, {"rtt", 1, NULL, 'r'},           {"seed", 1, NULL, 's'},        {"session-pages", 1, NULL, 'g'},
        {"warm", 1, NULL, 'w'},  {"dur", 1, NULL, 'd'},           {"start-at", 1, NULL, 'a'},    {"summary", 1, NULL, 'S'},
        {"series", 1, NULL, 'T'}, {"leave", 0, NULL, 'L'},        {"print-thinks", 0, NULL, 'P'}, {0},
    };
    struct load load = {.options = {.n_users = 100, .n_connections = 5, .n_objects = 10, .seed = 1, .think_s = 3, .warm_s = 20, .dur_s = 20}};
    for (int option; (option = getopt_long(n, words, "", long_options, NULL)) != -1;) set_option(&load.options, option);
    if (load.options.print_thinks) {
        print_thinks(&load.options);
        return 0;
    }
    if (load.options.port == 0) set_option(&load.options, '?');
    wait_until(load.options.start_at_s);
    load_open(&load);
    run(&load);
    report_end(&load.report, &load.options);
    load_close(&load);
    return 0;
}
