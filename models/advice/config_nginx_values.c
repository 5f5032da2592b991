/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What nginx's directives mean for the simulator, and which directives a wanted value needs. Defaults and their versions:
 * nginx.org, ngx_core_module and ngx_http_core_module; keepalive_requests N is exactly N requests, and 0 one.
 */
#include <math.h>
#include <string.h>

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
    [KEEPALIVE_TIME] = {"keepalive_time", NULL, SERVER_CONNECTION_AGE_LIMIT, CONFIG_PER_SITE, NULL, NULL},
    [KEEPALIVE_MIN_TIMEOUT] = {"keepalive_min_timeout", NULL, -1, CONFIG_PER_SITE, "0",
                               "before connections are closed for want of others; not simulated"},
    [KEEPALIVE_DISABLE] = {"keepalive_disable", NULL, -1, CONFIG_PER_SITE, "msie6", "keep-alive off for some browsers; not simulated"},
    [LINGERING_CLOSE] = {"lingering_close", NULL, -1, CONFIG_PER_SITE, "on", LINGERING},
    [LINGERING_TIME] = {"lingering_time", NULL, -1, CONFIG_PER_SITE, "30s", LINGERING},
    [LINGERING_TIMEOUT] = {"lingering_timeout", NULL, -1, CONFIG_PER_SITE, "5s", LINGERING},
    [RESET_TIMEDOUT] = {"reset_timedout_connection", NULL, -1, CONFIG_PER_SITE, "off", "idle connections close as ever; not simulated"},
    [CLIENT_HEADER_TIMEOUT] = {"client_header_timeout", NULL, SERVER_HEADER_LIMIT, CONFIG_PER_SITE, "60s", NULL},
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

static double number_of(int word, const char *text, const char **allowed) {
    *allowed = "a whole number of 1 to 2147483647";
    switch (word) {
    case KEEPALIVE_TIMEOUT: case KEEPALIVE_TIME: case CLIENT_HEADER_TIMEOUT:
        *allowed = "a time like 75s, 1m30s or 500ms, up to 10000000 s";
        return seconds(text);
    case KEEPALIVE_REQUESTS: *allowed = "a whole number of 0 to 2147483647"; return whole_number(text);
    case WORKER_PROCESSES:
        *allowed = "auto | a whole number of 1 to 2147483647";
        if (strcmp(text, "auto") == 0) return 0;
        break;
    default: break;
    }
    return whole_number(text) > 0 ? whole_number(text) : (double)NAN;
}

static const char *compiled_in(const struct config_reader *reader, int word) {
    bool is_new = reader->version >= 1019010; /* 1.19.10 */
    if (word == KEEPALIVE_REQUESTS) return is_new ? "1000" : "100";
    if (word == KEEPALIVE_TIME) return is_new ? "1h" : "0";
    return words[word].fallback;
}

static void check(struct config_reader *reader, const struct config_directive *directive) {
    const char *allowed;
    size_t n = directive->n_arguments, most = directive->word == KEEPALIVE_TIMEOUT ? 2 : 1;
    if (directive->reason || words[directive->word].param < 0) return;
    if (isnan(number_of(directive->word, n && n <= most ? directive->arguments[0].text : "", &allowed)))
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
               text_format(reading->reader->arena, "%.0f", number), note);
}

static void read_numbers(struct reading *reading) {
    struct config_reader *reader = reading->reader;
    const char *allowed;
    for (int word = 0; word < WORDS; word++) {
        if (words[word].param < 0) continue;
        reading->from[word] = config_pick(reader, word);
        const char *text = reading->from[word] ? reading->from[word]->arguments[0].text : compiled_in(reader, word);
        reading->number[word] = number_of(word, text, &allowed);
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
               text_format(reader->arena, "%ss", text_print_number(s, number, sizeof number)),
               from && from->n_arguments > 1 ? "the second is only told to clients" : NULL);
}

static void settle_requests(const struct reading *reading) {
    double n = reading->number[KEEPALIVE_REQUESTS];
    if (n >= UNLIMITED) put(reading, KEEPALIVE_REQUESTS, 0, "as good as no limit");
    else if (n < 1) put(reading, KEEPALIVE_REQUESTS, 1, "0: each response is the last");
    else put(reading, KEEPALIVE_REQUESTS, n, NULL);
}

/* A time that is no limit at 0 with us. nginx's 0 is one: at once. keepalive_time did not exist before 1.19.10. */
static void put_time(const struct reading *reading, int word) {
    const char *note = NULL;
    char number[TEXT_NUMBER_BYTES];
    const struct config_directive *from = reading->from[word];
    double s = from ? fmax(reading->number[word], 1e-3) : reading->number[word];
    if (reading->number[word] < s) note = "0: at once";
    if (!from && !(s > 0)) note = "there is none before 1.19.10";
    config_put(reading->reader, word, from, compiled_in(reading->reader, word),
               text_format(reading->reader->arena, "%ss", text_print_number(s, number, sizeof number)), note);
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
    put_time(reading, KEEPALIVE_TIME);
    double processes = reading->number[WORKER_PROCESSES];
    put(reading, WORKER_PROCESSES, processes, processes < 1 ? "0: one for each of machine.cores" : NULL);
    double connections = reading->number[WORKER_CONNECTIONS];
    put(reading, WORKER_CONNECTIONS, fmax(connections, 16), connections < 16 ? "at least 16 are simulated" : "each process");
    put_time(reading, CLIENT_HEADER_TIMEOUT);
    put(reading, LISTEN_BACKLOG, reading->number[LISTEN_BACKLOG], "at most net.core.somaxconn");
}

/* ---- what a wanted value needs ----------------------------------------------------------------------------------- */

static const char *plain_time(struct config_reader *reader, double ms) {
    bool is_whole = fmod(ms, 1000) < 0.5;
    return text_format(reader->arena, is_whole ? "%.0fs" : "%.0fms", is_whole ? ms / 1000 : ms);
}

/* The time that clients are told, if there is one, must not be longer than the new limit. */
static const char *time_text(struct config_reader *reader, double ms) {
    const struct config_setting *now = config_find(reader->config, SERVER_IDLE_LIMIT);
    const char *text = plain_time(reader, ms);
    if (ms < 1) return "0";
    if (!now->from || now->from->n_arguments < 2 || ms < 1000) return text;
    double told = fmin(seconds(now->from->arguments[1].text), floor(ms / 1000));
    return isnan(told) ? text : text_format(reader->arena, "%s %.0fs", text, told);
}

static size_t wish_time(struct config_reader *reader, int word, double s, struct place place, struct config_wish *out) {
    double ms = round(s * 1000);
    if (s <= 0 && word != KEEPALIVE_TIMEOUT) {
        diag_add(reader->diag, STATUS_SCENARIO, place, "read 0, no limit, allowed by nginx: a time above 0");
        return 0;
    }
    if (s > 0 && (ms < 1 || fabs(ms - s * 1000) > 1e-6)) {
        diag_add(reader->diag, STATUS_SCENARIO, place, "read %g s, allowed by nginx: whole milliseconds", s);
        return 0;
    }
    const char *text = word == KEEPALIVE_TIMEOUT ? time_text(reader, ms) : plain_time(reader, ms);
    *out = (struct config_wish){word, text, (enum web_param)words[word].param};
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
    if (param == SERVER_IDLE_LIMIT) return wish_time(reader, KEEPALIVE_TIMEOUT, number, place, out);
    if (param == SERVER_CONNECTION_AGE_LIMIT) return wish_time(reader, KEEPALIVE_TIME, number, place, out);
    if (param == SERVER_HEADER_LIMIT) return wish_time(reader, CLIENT_HEADER_TIMEOUT, number, place, out);
    if (param == SERVER_PROCESSES && number < 1) {
        *out = (struct config_wish){WORKER_PROCESSES, "auto", param};
        return 1;
    }
    if (param == SERVER_REQUESTS_PER_CONNECTION && number < 1) number = UNLIMITED;
    int word = 0;
    while (word < WORDS && words[word].param != (int)param) word++;
    if (word == WORDS) {
        diag_add(reader->diag, STATUS_SCENARIO, place, "nginx has no directive for it");
        return 0;
    }
    *out = (struct config_wish){word, text_format(reader->arena, "%.0f", number), param};
    return 1;
}
