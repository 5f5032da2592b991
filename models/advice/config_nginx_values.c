/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What nginx's directives mean for the simulator, and which directives a wanted value needs. Defaults and their versions:
 * nginx.org, ngx_core_module and ngx_http_core_module; keepalive_requests N is exactly N requests, and 0 one.
 */
#define _XOPEN_SOURCE 700 /* sysconf */
#include <math.h>
#include <string.h>
#include <unistd.h>

#include "models/advice/config_reader.h"
#include "sim/kernel/text.h"

enum {
    KEEPALIVE_TIMEOUT, KEEPALIVE_REQUESTS, WORKER_PROCESSES, WORKER_CONNECTIONS, LISTEN_BACKLOG, LISTEN, KEEPALIVE_TIME,
    KEEPALIVE_MIN_TIMEOUT, KEEPALIVE_DISABLE, LINGERING_CLOSE, LINGERING_TIME, LINGERING_TIMEOUT, RESET_TIMEDOUT,
    CLIENT_HEADER_TIMEOUT, CLIENT_BODY_TIMEOUT, SEND_TIMEOUT, UPSTREAM_KEEPALIVE, MULTI_ACCEPT, WORDS
};

#define NOT_A_LIMIT "bounds one read or write, not idle connections; not simulated"
#define LINGERING "only where a client still sends; not simulated"

static const struct config_word words[WORDS] = {
    [KEEPALIVE_TIMEOUT] = {"keepalive_timeout", NULL, SERVER_IDLE_LIMIT, CONFIG_PER_SITE, "75s", NULL},
    [KEEPALIVE_REQUESTS] = {"keepalive_requests", NULL, SERVER_REQUESTS_PER_CONNECTION, CONFIG_PER_SITE, NULL, NULL},
    [WORKER_PROCESSES] = {"worker_processes", NULL, SERVER_PROCESSES, CONFIG_MAIN, "1", NULL},
    [WORKER_CONNECTIONS] = {"worker_connections", NULL, SERVER_CONNECTION_LIMIT, CONFIG_EVENTS, "512", NULL},
    [LISTEN_BACKLOG] = {"listen backlog", NULL, SERVER_BACKLOG, CONFIG_LISTEN, "511", NULL},
    [LISTEN] = {"listen", NULL, -1, CONFIG_LISTEN, NULL, NULL},
    [KEEPALIVE_TIME] = {"keepalive_time", NULL, -1, CONFIG_PER_SITE, "1h", "the age of a connection; not simulated"},
    [KEEPALIVE_MIN_TIMEOUT] = {"keepalive_min_timeout", NULL, -1, CONFIG_PER_SITE, "0",
                               "before connections are closed for want of others; not simulated"},
    [KEEPALIVE_DISABLE] = {"keepalive_disable", NULL, -1, CONFIG_PER_SITE, "msie6", "keep-alive off for some browsers; not simulated"},
    [LINGERING_CLOSE] = {"lingering_close", NULL, -1, CONFIG_PER_SITE, "on", LINGERING},
    [LINGERING_TIME] = {"lingering_time", NULL, -1, CONFIG_PER_SITE, "30s", LINGERING},
    [LINGERING_TIMEOUT] = {"lingering_timeout", NULL, -1, CONFIG_PER_SITE, "5s", LINGERING},
    [RESET_TIMEDOUT] = {"reset_timedout_connection", NULL, -1, CONFIG_PER_SITE, "off", "idle connections close as ever; not simulated"},
    [CLIENT_HEADER_TIMEOUT] = {"client_header_timeout", NULL, -1, CONFIG_PER_SITE, "60s", NOT_A_LIMIT},
    [CLIENT_BODY_TIMEOUT] = {"client_body_timeout", NULL, -1, CONFIG_PER_SITE, "60s", NOT_A_LIMIT},
    [SEND_TIMEOUT] = {"send_timeout", NULL, -1, CONFIG_PER_SITE, "60s", NOT_A_LIMIT},
    [UPSTREAM_KEEPALIVE] = {"keepalive", NULL, -1, CONFIG_UPSTREAM, "32", "between nginx and the servers behind it; not simulated"},
    [MULTI_ACCEPT] = {"multi_accept", NULL, -1, CONFIG_EVENTS, "off", "how many are accepted at a time; not simulated"},
};

const struct config_words config_nginx_words = {words, WORDS};

/* nginx has no word for "no limit": this many is one. */
static const double UNLIMITED = 2147483647;

/* ---- texts to numbers ------------------------------------------------------------------------------------------ */

static double whole_number(const char *text) {
    double number;
    bool ok = strspn(text, "0123456789") == strlen(text) && text_number(text, strlen(text), &number) && number <= UNLIMITED;
    return ok ? number : (double)NAN;
}

/* "75", "1m30s", "1h 30m", "500ms": whole numbers with units that get smaller, the last one may have none (ngx_parse_time). */
static double seconds(const char *text) {
    static const struct {
        const char *name;
        double s;
    } units[] = {{"M", 2592000}, {"w", 604800}, {"d", 86400}, {"h", 3600}, {"m", 60}, {"s", 1}, {"ms", 1e-3}};
    enum { UNITS = sizeof units / sizeof units[0] };
    double sum = 0, number;
    size_t least = 0;
    if (!*text) return (double)NAN;
    while (*text) {
        size_t digits = strspn(text, "0123456789"), unit = least, letters;
        if (!digits || !text_number(text, digits, &number)) return (double)NAN;
        text += digits;
        letters = strspn(text, "Mwdhms");
        while (unit < UNITS && (strlen(units[unit].name) != letters || strncmp(units[unit].name, text, letters) != 0)) unit++;
        if (letters == 0) unit = 5;
        if (unit >= UNITS || unit < least) return (double)NAN;
        sum += number * units[unit].s;
        least = unit + 1;
        text += letters;
        if (letters == 0 && *text) return (double)NAN;
        text += strspn(text, " ");
    }
    return sum <= 1e7 ? sum : (double)NAN;
}

static double cores_of(const struct config_reader *reader) {
    long cores = reader->options->cores ? reader->options->cores : sysconf(_SC_NPROCESSORS_ONLN);
    return cores > 0 ? (double)cores : 1;
}

static double number_of(const struct config_reader *reader, int word, const char *text, const char **allowed) {
    *allowed = "a whole number of 1 to 2147483647";
    switch (word) {
    case KEEPALIVE_TIMEOUT: *allowed = "a time like 75s, 1m30s or 500ms, up to 10000000 s"; return seconds(text);
    case KEEPALIVE_REQUESTS: *allowed = "a whole number of 0 to 2147483647"; return whole_number(text);
    case WORKER_PROCESSES:
        *allowed = "auto | a whole number of 1 to 2147483647";
        if (strcmp(text, "auto") == 0) return cores_of(reader);
        break;
    default: break;
    }
    return whole_number(text) > 0 ? whole_number(text) : (double)NAN;
}

static const char *compiled_in(const struct config_reader *reader, int word) {
    const long since = 1019010; /* 1.19.10 */
    if (word == KEEPALIVE_REQUESTS) return reader->version >= since ? "1000" : "100";
    return words[word].fallback;
}

static void check(struct config_reader *reader, const struct config_directive *directive) {
    const char *allowed;
    size_t n = directive->n_arguments, most = directive->word == KEEPALIVE_TIMEOUT ? 2 : 1;
    if (directive->reason || words[directive->word].param < 0) return;
    if (isnan(number_of(reader, directive->word, n && n <= most ? directive->arguments[0].text : "", &allowed)))
        diag_add(reader->diag, STATUS_DATA, config_place(directive->file, directive->line, directive->name),
                 "read '%.100s', allowed: %s", directive->value, allowed);
}

/* ---- what is in force ------------------------------------------------------------------------------------------ */

struct reading {
    struct config_reader *reader;
    const struct config_directive *from[WORDS];
    double number[WORDS];
};

static void put(const struct reading *reading, int word, double number, const char *note) {
    config_put(reading->reader, word, reading->from[word], compiled_in(reading->reader, word),
               config_format(reading->reader->arena, "%.0f", number), note);
}

static void read_numbers(struct reading *reading) {
    struct config_reader *reader = reading->reader;
    const char *allowed;
    for (int word = 0; word < WORDS; word++) {
        if (words[word].param < 0) continue;
        reading->from[word] = config_pick(reader, word);
        const char *text = reading->from[word] ? reading->from[word]->arguments[0].text : compiled_in(reader, word);
        reading->number[word] = number_of(reader, word, text, &allowed);
    }
    for (size_t i = 0; i < reader->n_directives; i++) {
        const struct config_directive *directive = &reader->directives[i];
        if (directive->word == LISTEN) continue;
        if (directive->word < 0) config_remark(reader, directive, directive->reason);
        else if (words[directive->word].why)
            config_remark(reader, directive, directive->reason ? directive->reason : words[directive->word].why);
    }
    reader->numbers = reading->number;
}

/* keepalive_timeout is two parameters: whether, and how long. */
static void settle_timeout(const struct reading *reading) {
    struct config_reader *reader = reading->reader;
    struct config *config = reader->config;
    const struct config_directive *from = reading->from[KEEPALIVE_TIMEOUT];
    double s = reading->number[KEEPALIVE_TIMEOUT];
    char number[TEXT_NUMBER_BYTES];
    config->settings[config->n_settings++] = (struct config_setting){
        SERVER_KEEPALIVE, s > 0 ? "on" : "off", words[KEEPALIVE_TIMEOUT].name, from ? from->value : "75s", from,
        s > 0 ? NULL : "0 is keep-alive off"};
    config_put(reader, KEEPALIVE_TIMEOUT, from, "75s",
               config_format(reader->arena, "%ss", text_print_number(s, number, sizeof number)),
               from && from->n_arguments > 1 ? "the second is only told to clients" : NULL);
}

static void settle_requests(const struct reading *reading) {
    double n = reading->number[KEEPALIVE_REQUESTS];
    if (n >= UNLIMITED) put(reading, KEEPALIVE_REQUESTS, 0, "as good as no limit");
    else if (n < 1) put(reading, KEEPALIVE_REQUESTS, 1, "0: each response is the last");
    else put(reading, KEEPALIVE_REQUESTS, n, NULL);
}

static void settle_processes(const struct reading *reading) {
    struct config_reader *reader = reading->reader;
    const struct config_directive *from = reading->from[WORKER_PROCESSES];
    bool is_auto = from && strcmp(from->arguments[0].text, "auto") == 0;
    const char *note = reader->options->cores ? "one a core: --cores" : "one a core of this machine; --cores N of the server's";
    put(reading, WORKER_PROCESSES, reading->number[WORKER_PROCESSES], is_auto ? note : NULL);
}

void config_nginx_settle(struct config_reader *reader) {
    struct reading *reading = ARENA_NEW(reader->arena, 1, struct reading);
    struct config *config = reader->config;
    reading->reader = reader;
    for (size_t i = 0; i < reader->n_directives; i++)
        if (reader->directives[i].word >= 0) check(reader, &reader->directives[i]);
    if (!diag_ok(reader->diag)) return;
    read_numbers(reading);
    config->settings[config->n_settings++] = (struct config_setting){SERVER_ARCHITECTURE, "nginx", "nginx", config->version, NULL, NULL};
    config->architecture_from = "its configuration";
    settle_timeout(reading);
    settle_requests(reading);
    settle_processes(reading);
    double connections = reading->number[WORKER_CONNECTIONS];
    put(reading, WORKER_CONNECTIONS, fmax(connections, 16), connections < 16 ? "at least 16 are simulated" : "each process");
    put(reading, LISTEN_BACKLOG, reading->number[LISTEN_BACKLOG], "at most net.core.somaxconn");
}

/* ---- what a wanted value needs ----------------------------------------------------------------------------------- */

/* The time that clients are told, if there is one, must not be longer than the new limit. */
static const char *time_text(struct config_reader *reader, double ms) {
    const struct config_setting *now = config_find(reader->config, SERVER_IDLE_LIMIT);
    bool is_whole = fmod(ms, 1000) < 0.5;
    const char *text = config_format(reader->arena, is_whole ? "%.0fs" : "%.0fms", is_whole ? ms / 1000 : ms);
    if (ms < 1) return "0";
    if (!now->from || now->from->n_arguments < 2 || ms < 1000) return text;
    double told = fmin(seconds(now->from->arguments[1].text), floor(ms / 1000));
    return isnan(told) ? text : config_format(reader->arena, "%s %.0fs", text, told);
}

static size_t wish_time(struct config_reader *reader, double s, struct place place, struct config_wish *out) {
    double ms = round(s * 1000);
    if (s > 0 && (ms < 1 || fabs(ms - s * 1000) > 1e-6)) {
        diag_add(reader->diag, STATUS_SCENARIO, place, "read %g s, allowed by nginx: whole milliseconds", s);
        return 0;
    }
    *out = (struct config_wish){KEEPALIVE_TIMEOUT, time_text(reader, ms), SERVER_IDLE_LIMIT};
    return 1;
}

/* Off is a time of 0; on is any other, which server.idle_limit says. */
static size_t wish_keepalive(struct config_reader *reader, const double *wanted, struct place place, struct config_wish *out) {
    bool is_on = reader->numbers[KEEPALIVE_TIMEOUT] > 0, has_limit = !isnan(wanted[SERVER_IDLE_LIMIT]);
    if (wanted[SERVER_KEEPALIVE] > 0) {
        if (!is_on && !has_limit)
            diag_add(reader->diag, STATUS_SCENARIO, place, "on needs server.idle_limit too: nginx has one directive for both");
        return 0;
    }
    *out = (struct config_wish){KEEPALIVE_TIMEOUT, "0", SERVER_KEEPALIVE};
    return 1;
}

size_t config_nginx_wish(struct config_reader *reader, enum web_param param, const double *wanted, struct place place,
                         struct config_wish *out) {
    double number = wanted[param];
    if (param == SERVER_KEEPALIVE) return wish_keepalive(reader, wanted, place, out);
    if (param == SERVER_IDLE_LIMIT) return wish_time(reader, number, place, out);
    if (param == SERVER_REQUESTS_PER_CONNECTION && number < 1) number = UNLIMITED;
    int word = 0;
    while (word < WORDS && words[word].param != (int)param) word++;
    if (word == WORDS) {
        diag_add(reader->diag, STATUS_SCENARIO, place, "nginx has no directive for it");
        return 0;
    }
    *out = (struct config_wish){word, config_format(reader->arena, "%.0f", number), param};
    return 1;
}
