/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What Apache httpd's directives mean for the simulator, and which directives a wanted value needs.
 *
 * Defaults and the way in which limits cut each other are those of httpd 2.4: core.c and http_core.c for the connection,
 * prefork.c, worker.c and event.c (check_config, ap_mpm_run) for the pools.
 */
#include <math.h>
#include <string.h>
#include <strings.h>

#include "models/advice/config_reader.h"
#include "sim/kernel/text.h"

enum {
    KEEPALIVE, KEEPALIVE_TIMEOUT, MAX_KEEPALIVE_REQUESTS, MAX_REQUEST_WORKERS, THREADS_PER_CHILD, THREAD_LIMIT, SERVER_LIMIT,
    START_SERVERS, MIN_SPARE_SERVERS, MAX_SPARE_SERVERS, MIN_SPARE_THREADS, MAX_SPARE_THREADS, ASYNC_FACTOR, LISTEN_BACKLOG,
    MAX_CONNECTIONS_PER_CHILD, TIMEOUT, REQUEST_READ_TIMEOUT, BROWSER_MATCH, BROWSER_MATCH_NO_CASE, SET_ENV_IF,
    SET_ENV_IF_NO_CASE, SET_ENV, WORDS
};

#define NOKEEPALIVE "keep-alive off for some clients; not simulated"

static const struct config_word words[WORDS] = {
    [KEEPALIVE] = {"KeepAlive", NULL, SERVER_KEEPALIVE, CONFIG_PER_SITE, "On", NULL},
    [KEEPALIVE_TIMEOUT] = {"KeepAliveTimeout", NULL, SERVER_IDLE_LIMIT, CONFIG_PER_SITE, "5", NULL},
    [MAX_KEEPALIVE_REQUESTS] = {"MaxKeepAliveRequests", NULL, SERVER_REQUESTS_PER_CONNECTION, CONFIG_PER_SITE, "100", NULL},
    [MAX_REQUEST_WORKERS] = {"MaxRequestWorkers", "MaxClients", SERVER_WORKER_LIMIT, CONFIG_MAIN, NULL, NULL},
    [THREADS_PER_CHILD] = {"ThreadsPerChild", NULL, SERVER_THREADS, CONFIG_MAIN, "25", NULL},
    [THREAD_LIMIT] = {"ThreadLimit", NULL, -1, CONFIG_MAIN, "64", NULL},
    [SERVER_LIMIT] = {"ServerLimit", NULL, SERVER_PROCESS_LIMIT, CONFIG_MAIN, NULL, NULL},
    [START_SERVERS] = {"StartServers", NULL, SERVER_START, CONFIG_MAIN, NULL, NULL},
    [MIN_SPARE_SERVERS] = {"MinSpareServers", NULL, SERVER_SPARE_MIN, CONFIG_MAIN, "5", NULL},
    [MAX_SPARE_SERVERS] = {"MaxSpareServers", NULL, SERVER_SPARE_MAX, CONFIG_MAIN, "10", NULL},
    [MIN_SPARE_THREADS] = {"MinSpareThreads", NULL, SERVER_SPARE_MIN, CONFIG_MAIN, "75", NULL},
    [MAX_SPARE_THREADS] = {"MaxSpareThreads", NULL, SERVER_SPARE_MAX, CONFIG_MAIN, "250", NULL},
    [ASYNC_FACTOR] = {"AsyncRequestWorkerFactor", NULL, SERVER_ASYNC_FACTOR, CONFIG_MAIN, "2", NULL},
    [LISTEN_BACKLOG] = {"ListenBacklog", NULL, SERVER_BACKLOG, CONFIG_MAIN, "511", NULL},
    [MAX_CONNECTIONS_PER_CHILD] = {"MaxConnectionsPerChild", "MaxRequestsPerChild", -1, CONFIG_MAIN, "0", NULL},
    [TIMEOUT] = {"Timeout", NULL, SERVER_HEADER_LIMIT, CONFIG_PER_SITE, "60", NULL},
    [REQUEST_READ_TIMEOUT] = {"RequestReadTimeout", NULL, SERVER_HEADER_LIMIT, CONFIG_PER_SITE, "header=20-40,MinRate=500", NULL},
    [BROWSER_MATCH] = {"BrowserMatch", NULL, -1, CONFIG_ENVIRONMENT, NULL, NOKEEPALIVE},
    [BROWSER_MATCH_NO_CASE] = {"BrowserMatchNoCase", NULL, -1, CONFIG_ENVIRONMENT, NULL, NOKEEPALIVE},
    [SET_ENV_IF] = {"SetEnvIf", NULL, -1, CONFIG_ENVIRONMENT, NULL, NOKEEPALIVE},
    [SET_ENV_IF_NO_CASE] = {"SetEnvIfNoCase", NULL, -1, CONFIG_ENVIRONMENT, NULL, NOKEEPALIVE},
    [SET_ENV] = {"SetEnv", NULL, -1, CONFIG_ENVIRONMENT, NULL, NOKEEPALIVE},
};

const struct config_words config_apache_words = {words, WORDS};

/* ---- texts to numbers -------------------------------------------------------------------------------------------- */

/* NAN: not one. */
static double whole_number(const char *text) {
    double number;
    bool ok = strspn(text, "0123456789") == strlen(text) && text_number(text, strlen(text), &number) && number < 1e9;
    return ok ? number : (double)NAN;
}

/* "5", "500ms", "2mi", "1h": ap_timeout_parameter_parse, which looks at no more than these letters ("5min"). */
static double seconds(const char *text) {
    static const struct {
        const char *name;
        double s;
    } units[] = {{"ms", 1e-3}, {"mi", 60}, {"s", 1}, {"h", 3600}};
    double number;
    size_t digits = strspn(text, "0123456789");
    if (!digits || !text_number(text, digits, &number)) return (double)NAN;
    double unit_s = text[digits] ? (double)NAN : 1;
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++)
        if (strncasecmp(units[i].name, text + digits, strlen(units[i].name)) == 0) unit_s = units[i].s;
    return number * unit_s <= 1e7 ? number * unit_s : (double)NAN;
}

static double on_or_off(const char *text) {
    if (strcasecmp(text, "on") == 0) return 1;
    return strcasecmp(text, "off") == 0 ? 0 : (double)NAN;
}

static double positive(const char *text) {
    double number;
    return text_number(text, strlen(text), &number) && number > 0 && number <= 10000 ? number : (double)NAN;
}

/* The time for a request's header: "header=20-40,MinRate=500 body=20" has 20; 0 when there is none, as for a body alone. */
static double header_seconds(const char *text) {
    const char *header = text;
    double number = 0;
    while (*header && strncasecmp(header, "header=", 7) != 0) header += strcspn(header, " "), header += strspn(header, " ");
    if (!*header) return *text ? 0 : (double)NAN;
    size_t digits = strspn(header + 7, "0123456789");
    bool ok = digits && text_number(header + 7, digits, &number) && strchr("-, ", header[7 + digits]) && number <= 1e7;
    return ok ? number : (double)NAN;
}

/* What the directive says, and in words what it may. */
static double number_of(int word, const char *text, const char **allowed) {
    switch (word) {
    case KEEPALIVE: *allowed = "On | Off"; return on_or_off(text);
    case REQUEST_READ_TIMEOUT: *allowed = "like header=20-40,MinRate=500"; return header_seconds(text);
    case TIMEOUT: case KEEPALIVE_TIMEOUT: *allowed = "up to 10000000 s, a whole number of s, ms, mi or h"; return seconds(text);
    case ASYNC_FACTOR: *allowed = "a number above 0, up to 10000"; return positive(text);
    default: *allowed = "a whole number of 0 to 999999999"; return whole_number(text);
    }
}

static bool is_of_mpm(const struct config_reader *reader, int word) {
    switch (word) {
    case MIN_SPARE_SERVERS: case MAX_SPARE_SERVERS: return reader->mpm == ARCHITECTURE_PREFORK;
    case MIN_SPARE_THREADS: case MAX_SPARE_THREADS: case THREADS_PER_CHILD: case THREAD_LIMIT:
        return reader->mpm != ARCHITECTURE_PREFORK;
    case ASYNC_FACTOR: return reader->mpm == ARCHITECTURE_EVENT;
    default: return true;
    }
}

static const char *compiled_in(const struct config_reader *reader, int word) {
    bool is_prefork = reader->mpm == ARCHITECTURE_PREFORK;
    switch (word) {
    case START_SERVERS: return is_prefork ? "5" : "3";
    case SERVER_LIMIT: return is_prefork ? "256" : "16";
    case MAX_REQUEST_WORKERS: return is_prefork ? "256" : "400";
    default: return words[word].fallback;
    }
}

/* Complains about what the server would not accept either. */
static void check(struct config_reader *reader, const struct config_directive *directive) {
    const char *allowed;
    bool has_one = directive->n_arguments == 1 || directive->word == REQUEST_READ_TIMEOUT;
    if (directive->reason || words[directive->word].why) return;
    if (isnan(number_of(directive->word, has_one ? directive->value : "", &allowed)))
        diag_add(reader->diag, STATUS_DATA, config_place(directive->file, directive->line, directive->name),
                 "read '%.100s', allowed: %s", directive->value, allowed);
}

/* ---- what is in force -------------------------------------------------------------------------------------------- */

/* What is read, and where: index is the word. */
struct reading {
    struct config_reader *reader;
    const struct config_directive *from[WORDS];
    double number[WORDS];
};

static const char *count_text(const struct reading *reading, double number) {
    return text_format(reading->reader->arena, "%.0f", number);
}

static void put(const struct reading *reading, int word, double number, const char *note) {
    config_put(reading->reader, word, reading->from[word], compiled_in(reading->reader, word), count_text(reading, number), note);
}

static void remark_all(struct config_reader *reader, int word, const char *reason) {
    for (size_t i = 0; i < reader->n_directives; i++)
        if (reader->directives[i].word == word)
            config_remark(reader, &reader->directives[i], reader->directives[i].reason ? reader->directives[i].reason : reason);
}

/* Several of them add up, each for header or body: the last with a time for the header counts. */
static void read_header_limit(struct reading *reading) {
    struct config_reader *reader = reading->reader;
    const struct config_directive *taken = NULL;
    for (size_t i = 0; i < reader->n_directives; i++) {
        const struct config_directive *directive = &reader->directives[i];
        bool is_ours = directive->word == REQUEST_READ_TIMEOUT && !directive->reason;
        bool is_site = directive->site == 0 || directive->site == reader->site;
        if (is_ours && is_site && header_seconds(directive->value) > 0 && (!taken || directive->site >= taken->site)) taken = directive;
    }
    for (size_t i = 0; i < reader->n_directives; i++) {
        const struct config_directive *directive = &reader->directives[i];
        if (directive->word == REQUEST_READ_TIMEOUT && directive != taken)
            config_remark(reader, directive, directive->reason ? directive->reason : "no time for headers, or another holds");
    }
    reading->from[REQUEST_READ_TIMEOUT] = taken;
    reading->number[REQUEST_READ_TIMEOUT] = taken ? header_seconds(taken->value) : 20;
}

static void read_numbers(struct reading *reading) {
    struct config_reader *reader = reading->reader;
    static const char *const names[] = {"prefork", "worker", "event"};
    const char *foreign = text_format(reader->arena, "not a directive of mpm_%s", names[reader->mpm]);
    for (int word = 0; word < WORDS; word++) {
        const char *allowed;
        if (!is_of_mpm(reader, word)) {
            remark_all(reader, word, foreign);
        } else if (words[word].why) {
            remark_all(reader, word, words[word].why);
        } else if (word == REQUEST_READ_TIMEOUT) {
            read_header_limit(reading);
        } else {
            reading->from[word] = config_pick(reader, word);
            const char *text = reading->from[word] ? reading->from[word]->arguments[0].text : compiled_in(reader, word);
            reading->number[word] = number_of(word, text, &allowed);
        }
    }
    for (size_t i = 0; i < reader->n_directives; i++) /* what was taken for a slip of the pen */
        if (reader->directives[i].word < 0) config_remark(reader, &reader->directives[i], reader->directives[i].reason);
    reader->numbers = reading->number;
}

static void settle_architecture(const struct reading *reading) {
    static const char *const names[] = {"prefork", "worker", "event"};
    struct config_reader *reader = reading->reader;
    struct config *config = reader->config;
    const struct config_directive *from = reader->mpm_from;
    config->settings[config->n_settings++] = (struct config_setting){
        SERVER_ARCHITECTURE, names[reader->mpm], "LoadModule", from ? from->arguments[0].text : "", from, NULL};
    config->architecture_from =
        from ? text_format(reader->arena, "%s:%ld", from->file->path, from->line)
        : reader->options->mpm ? "--mpm"
                                : "assumed: no LoadModule names one; --mpm prefork|worker|event";
}

static void settle_connection(const struct reading *reading) {
    const double *n = reading->number;
    struct config_reader *reader = reading->reader;
    char number[TEXT_NUMBER_BYTES];
    config_put(reader, KEEPALIVE, reading->from[KEEPALIVE], "On", n[KEEPALIVE] > 0 ? "on" : "off", NULL);
    config_put(reader, KEEPALIVE_TIMEOUT, reading->from[KEEPALIVE_TIMEOUT], "5",
               text_format(reader->arena, "%ss", text_print_number(n[KEEPALIVE_TIMEOUT], number, sizeof number)),
               n[KEEPALIVE_TIMEOUT] > 0 ? NULL : "0 is keep-alive off");
    double limit = n[MAX_KEEPALIVE_REQUESTS];
    put(reading, MAX_KEEPALIVE_REQUESTS, limit > 0 ? limit + 1 : 0, limit > 0 ? "N + 1 requests are served" : "0: no limit");
}

/* MaxRequestWorkers after its limits: at least one process, whole processes, at most ServerLimit of them. */
static double workers_of(const struct reading *reading, double threads, const char **note) {
    const double *n = reading->number;
    struct arena *arena = reading->reader->arena;
    double most = fmax(1, n[SERVER_LIMIT]) * threads, whole = fmax(1, floor(n[MAX_REQUEST_WORKERS] / threads)) * threads;
    const char *origin = reading->from[SERVER_LIMIT] ? "" : ", compiled in";
    if (whole > most) {
        *note = threads > 1 ? text_format(arena, "cut by ServerLimit (%.0f%s) x %.0f threads", n[SERVER_LIMIT], origin, threads)
                            : text_format(arena, "cut by ServerLimit (%.0f%s)", n[SERVER_LIMIT], origin);
        return most;
    }
    if (whole < n[MAX_REQUEST_WORKERS] || whole > n[MAX_REQUEST_WORKERS])
        *note = text_format(arena, "whole processes of %.0f threads", threads);
    return whole;
}

static void settle_pool(const struct reading *reading) {
    const double *n = reading->number;
    bool has_threads = reading->reader->mpm != ARCHITECTURE_PREFORK;
    double threads = has_threads ? fmax(1, fmin(n[THREADS_PER_CHILD], n[THREAD_LIMIT])) : 1;
    int low = has_threads ? MIN_SPARE_THREADS : MIN_SPARE_SERVERS, high = has_threads ? MAX_SPARE_THREADS : MAX_SPARE_SERVERS;
    const char *note = NULL;
    double workers = workers_of(reading, threads, &note);
    put(reading, MAX_REQUEST_WORKERS, workers, note);
    if (has_threads) {
        put(reading, THREADS_PER_CHILD, threads, threads < n[THREADS_PER_CHILD] ? "cut by ThreadLimit" : NULL);
        put(reading, SERVER_LIMIT, fmax(1, n[SERVER_LIMIT]), "draining processes included");
    }
    put(reading, START_SERVERS, fmax(1, n[START_SERVERS]), has_threads ? "processes" : NULL);
    double spare_min = fmax(1, n[low]), spare_max = fmax(n[high], spare_min + threads);
    put(reading, low, spare_min, spare_min > n[low] ? "at least 1" : NULL);
    put(reading, high, spare_max,
        spare_max > n[high] ? text_format(reading->reader->arena, "raised to %s + %.0f", words[low].name, threads) : NULL);
}

/* mod_reqtimeout's time, or Timeout's where that module is not there. It is, with its default, unless modules are loaded and it is
 * not among them. */
static void settle_header_limit(const struct reading *reading) {
    struct config_reader *reader = reading->reader;
    const struct config_directive *timeout = reading->from[TIMEOUT];
    bool has_module = reading->from[REQUEST_READ_TIMEOUT] || reader->modules.n == 0;
    for (size_t i = 0; i < reader->modules.n; i++)
        has_module |= reader->modules.item[i].name && strcmp(reader->modules.item[i].name, "reqtimeout_module") == 0;
    int word = has_module ? REQUEST_READ_TIMEOUT : TIMEOUT;
    char number[TEXT_NUMBER_BYTES];
    config_put(reader, word, reading->from[word], words[word].fallback,
               text_format(reader->arena, "%ss", text_print_number(reading->number[word], number, sizeof number)),
               has_module ? NULL : "mod_reqtimeout is not loaded");
    if (has_module && timeout) config_remark(reader, timeout, "RequestReadTimeout is shorter for requests; else one read or write");
}

static void settle_rest(const struct reading *reading) {
    const double *n = reading->number;
    struct config_reader *reader = reading->reader;
    if (reader->mpm == ARCHITECTURE_EVENT)
        put(reading, ASYNC_FACTOR, floor(n[ASYNC_FACTOR]),
            floor(n[ASYNC_FACTOR]) < n[ASYNC_FACTOR] ? "divided in whole numbers by event.c" : NULL);
    settle_header_limit(reading);
    put(reading, LISTEN_BACKLOG, n[LISTEN_BACKLOG], "at most net.core.somaxconn");
    const struct config_directive *children = reading->from[MAX_CONNECTIONS_PER_CHILD], *threads = reading->from[THREAD_LIMIT];
    if (children)
        config_remark(reader, children,
                      n[MAX_CONNECTIONS_PER_CHILD] > 0 ? "processes that are replaced are not simulated" : "0: never, as simulated");
    if (threads) config_remark(reader, threads, "bounds ThreadsPerChild");
    if (reader->mpm == ARCHITECTURE_PREFORK && reading->from[SERVER_LIMIT])
        config_remark(reader, reading->from[SERVER_LIMIT], "bounds MaxRequestWorkers");
}

void config_apache_settle(struct config_reader *reader) {
    struct reading *reading = ARENA_NEW(reader->arena, 1, struct reading);
    reading->reader = reader;
    for (size_t i = 0; i < reader->n_directives; i++)
        if (reader->directives[i].word >= 0 && is_of_mpm(reader, reader->directives[i].word)) check(reader, &reader->directives[i]);
    if (!diag_ok(reader->diag)) return;
    read_numbers(reading);
    settle_architecture(reading);
    settle_connection(reading);
    settle_pool(reading);
    settle_rest(reading);
}

/* ---- what a wanted value needs ------------------------------------------------------------------------------------- */

static const char *whole_text(struct config_reader *reader, double number) { return text_format(reader->arena, "%.0f", number); }

static size_t wish_time(struct config_reader *reader, double s, struct place place, struct config_wish *out) {
    double ms = round(s * 1000);
    if (s > 0 && (ms < 1 || fabs(ms - s * 1000) > 1e-6)) {
        diag_add(reader->diag, STATUS_SCENARIO, place, "read %g s, allowed by Apache: whole milliseconds", s);
        return 0;
    }
    bool is_whole = fmod(ms, 1000) < 0.5;
    *out = (struct config_wish){KEEPALIVE_TIMEOUT, text_format(reader->arena, is_whole ? "%.0f" : "%.0fms", is_whole ? ms / 1000 : ms),
                                SERVER_IDLE_LIMIT};
    return 1;
}

static double either(double wanted, double now) { return isnan(wanted) ? now : wanted; }

/* MaxRequestWorkers, and the limits that would cut it. */
static size_t wish_workers(struct config_reader *reader, const double *wanted, struct place place, struct config_wish *out) {
    const double *now = reader->numbers;
    bool has_threads = reader->mpm != ARCHITECTURE_PREFORK;
    double threads = has_threads ? either(wanted[SERVER_THREADS], now[THREADS_PER_CHILD]) : 1;
    double processes = either(wanted[SERVER_PROCESS_LIMIT], now[SERVER_LIMIT]), needed = wanted[SERVER_WORKER_LIMIT] / threads;
    if (floor(needed) < needed) {
        diag_add(reader->diag, STATUS_SCENARIO, place, "read %.0f, allowed: a multiple of ThreadsPerChild, which is %.0f",
                 wanted[SERVER_WORKER_LIMIT], threads);
        return 0;
    }
    out[0] = (struct config_wish){MAX_REQUEST_WORKERS, whole_text(reader, wanted[SERVER_WORKER_LIMIT]), SERVER_WORKER_LIMIT};
    if (needed <= processes || !isnan(wanted[SERVER_PROCESS_LIMIT])) return 1;
    out[1] = (struct config_wish){SERVER_LIMIT, whole_text(reader, needed), SERVER_WORKER_LIMIT};
    return 2;
}

static size_t wish_threads(struct config_reader *reader, double threads, struct config_wish *out) {
    out[0] = (struct config_wish){THREADS_PER_CHILD, whole_text(reader, threads), SERVER_THREADS};
    if (threads <= reader->numbers[THREAD_LIMIT]) return 1;
    out[1] = (struct config_wish){THREAD_LIMIT, whole_text(reader, threads), SERVER_THREADS};
    return 2;
}

static size_t wish_requests(struct config_reader *reader, double n, struct place place, struct config_wish *out) {
    if (n > 0 && n < 2) {
        diag_add(reader->diag, STATUS_SCENARIO, place,
                 "read 1, allowed by Apache: 0 (no limit), 2 or more; one request a connection is server.keepalive=off");
        return 0;
    }
    *out = (struct config_wish){MAX_KEEPALIVE_REQUESTS, whole_text(reader, n > 0 ? n - 1 : 0), SERVER_REQUESTS_PER_CONNECTION};
    return 1;
}

size_t config_apache_wish(struct config_reader *reader, enum web_param param, const double *wanted, struct place place,
                          struct config_wish *out) {
    double number = wanted[param];
    if (param == SERVER_KEEPALIVE) *out = (struct config_wish){KEEPALIVE, number > 0 ? "On" : "Off", param};
    else if (param == SERVER_IDLE_LIMIT) return wish_time(reader, number, place, out);
    else if (param == SERVER_REQUESTS_PER_CONNECTION) return wish_requests(reader, number, place, out);
    else if (param == SERVER_WORKER_LIMIT) return wish_workers(reader, wanted, place, out);
    else if (param == SERVER_HEADER_LIMIT) {
        diag_add(reader->diag, STATUS_SCENARIO, place, "RequestReadTimeout says more than this; change it by hand");
        return 0;
    } else if (param == SERVER_THREADS && is_of_mpm(reader, THREADS_PER_CHILD)) return wish_threads(reader, number, out);
    else {
        int word = 0;
        while (word < WORDS && (words[word].param != (int)param || !is_of_mpm(reader, word))) word++;
        bool exists = word < WORDS && config_find(reader->config, param);
        if (!exists) diag_add(reader->diag, STATUS_SCENARIO, place, "this Apache has no directive for it");
        *out = (struct config_wish){word, whole_text(reader, number), param};
        return exists;
    }
    return 1;
}
