/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _XOPEN_SOURCE 700 /* realpath */
#include "models/advice/import.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "models/advice/log_time.h"
#include "models/web/params.h"

enum { VALUES_MAX = 1000, PARALLEL_HTTP1 = 6, DEFAULT_THINK_S = 60 };
enum { COLUMNS_MAX = 5, WHOLE_MAX = 60000 }; /* pages of a visit, objects of a page: what the parameters allow */

/* ---- classes -------------------------------------------------------------------------------------------- */

static const char *name_of(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

const char *import_path_beside(const char *output, const char *what, struct arena *arena) {
    static const char end[] = ".csv";
    size_t n = strlen(output), room = n + strlen(what) + sizeof "-.csv";
    if (n > strlen(end) && strcmp(output + n - strlen(end), end) == 0) n -= strlen(end);
    char *path = ARENA_NEW(arena, room, char);
    snprintf(path, room, "%.*s-%s%s", (int)n, output, what, end);
    return path;
}

/* What the values file holds: a column for each of these that was observed. */
struct column {
    const char *name, *key; /* of the parameter that it is for */
    enum web_param param;
    struct sample_of *sample;
    bool whole;
};

static size_t columns_of(struct import *import, struct column out[COLUMNS_MAX]) {
    struct visits *visits = &import->visits;
    const struct column all[COLUMNS_MAX] = {
        {"pages", "session_pages", USERS_SESSION_PAGES, &visits->pages, true},
        {"think_s", "think", USERS_THINK, &visits->think_s, false},
        {"objects", "objects", USERS_OBJECTS, &visits->objects, true},
        {"document_bytes", "document_bytes", USERS_DOCUMENT_BYTES, &visits->document_bytes, false},
        {"object_bytes", "object_bytes", USERS_OBJECT_BYTES, &visits->object_bytes, false},
    };
    size_t n = 0;
    for (size_t i = 0; i < COLUMNS_MAX; i++)
        if (all[i].sample->n > 0) out[n++] = all[i];
    return n;
}

static size_t n_values(const struct import *import) {
    return import->visits.n_pages < VALUES_MAX ? (size_t)import->visits.n_pages : VALUES_MAX;
}

void import_write_values(FILE *out, struct import *import) {
    struct column columns[COLUMNS_MAX];
    size_t n = columns_of(import, columns), rows = n_values(import);
    double *parts = ARENA_NEW(import->arena, n * rows + 1, double);
    for (size_t c = 0; c < n; c++) sample_sort(columns[c].sample);
    for (size_t c = 0; c < n; c++) sample_of_parts(columns[c].sample, rows, columns[c].whole, parts + c * rows);
    fprintf(out, "# %zu equally likely parts of what was observed: each value is the mean of its part, so the mean is kept.\n", rows);
    for (size_t c = 0; c < n; c++) fprintf(out, "%s%s", c ? "," : "", columns[c].name);
    for (size_t i = 0; i < rows; i++)
        for (size_t c = 0; c < n; c++) 
            fprintf(out, "%s%.9g", c ? "," : "\n", columns[c].whole ? fmin(parts[c * rows + i], WHOLE_MAX) : parts[c * rows + i]);
    fputc('\n', out);
}

static uint32_t connections_of(const struct import *import) {
    return import->visits.connections ? import->visits.connections : PARALLEL_HTTP1;
}

static void write_span(FILE *out, const struct import *import) {
    char from[LOG_TIME_BYTES], to[LOG_TIME_BYTES];
    const struct request_log *log = &import->log;
    bool dated = log->requests[log->n - 1].time_us >= INT64_C(366) * 86400 * MICROSECONDS;
    if (!dated) fprintf(out, "%zu requests of %u clients", log->n, log->clients.n);
    else fprintf(out, "%zu requests of %u clients, %s to %s UTC", log->n, log->clients.n, log_time_print(log->requests[0].time_us, from),
            log_time_print(log->requests[log->n - 1].time_us, to));
}

/* A log without length has its visits within a second. */
static double sessions_per_s(const struct visits *visits) {
    return (double)visits->n_visits / fmax(visits->window_s, 1);
}

/* One open class: visits begin as often as in the log, and each draws its pages, thoughts and sizes from what was observed. Browsers keep
 * their connections when a page is left, so the server has to close them. */
void import_write_classes(FILE *out, struct import *import) {
    struct column columns[COLUMNS_MAX];
    size_t n = columns_of(import, columns);
    const struct visits *visits = &import->visits;
    const struct request_log *log = &import->log;
    const char *values = name_of(import_path_beside(import->request->output, "values", import->arena));
    double requests = (double)log->n;
    fputs("# Made by linger import from ", out);
    write_span(out, import);
    fputs(".\nclass,sessions,session_end,connections,http2,http10,dynamic_share", out);
    for (size_t c = 0; c < n; c++) fprintf(out, ",%s", columns[c].key);
    if (visits->think_s.n == 0) fputs(",think", out);
    fprintf(out, "\nvisitors,%.9g,leave,%u,%.4g,%.4g,%.4g", sessions_per_s(visits), connections_of(import), (double)log->n_http2 / requests,
            (double)log->n_http10 / requests, (double)visits->n_dynamic / (double)visits->n_pages);
    for (size_t c = 0; c < n; c++) {
        bool formula = columns[c].sample == &visits->think_s && import->fit.is_good;
        if (formula) fprintf(out, ",\"%s\"", import->fit.text);
        else fprintf(out, ",empirical(%s:%s)", values, columns[c].name);
    }
    if (visits->think_s.n == 0) fprintf(out, ",exponential(%d)", DEFAULT_THINK_S); /* no visit has a second page: any will do */
    fputc('\n', out);
}

/* Seconds with as many decimals as the number of microseconds has. */
static void write_seconds(FILE *out, int64_t us) {
    int decimals = 6;
    int64_t fraction = us % MICROSECONDS;
    fprintf(out, "%" PRId64, us / MICROSECONDS);
    if (fraction == 0) return;
    for (; fraction % 10 == 0; fraction /= 10) decimals--;
    fprintf(out, ".%0*" PRId64, decimals, fraction);
}

/* ---- rates --------------------------------------------------------------------------------------------- */

bool import_has_rates(const struct import *import) {
    return import->rates.visits && !import->request->no_rates && !import->request->as_trace;
}

/* Between two rows the curve is straight, so a step has a row at its beginning and one a moment before its end. */
void import_write_rates(FILE *out, struct import *import) {
    const struct visit_rates *rates = &import->rates;
    int64_t edge_us = rates->step_us / 1000 < MICROSECONDS / 1000 ? rates->step_us / 1000 : MICROSECONDS / 1000;
    fputs("# Made by linger import from ", out);
    write_span(out, import);
    fprintf(out, ".\n# Visits that begin, over their mean rate, in steps of %.10g s.\ntime_s,factor\n", (double)rates->step_us / 1e6);
    for (size_t i = 0; i < rates->n_steps; i++) {
        int64_t from_us = (int64_t)i * rates->step_us, to_us = from_us + rates->step_us;
        bool is_last = i + 1 == rates->n_steps;
        write_seconds(out, from_us);
        fprintf(out, ",%.9g\n", rates->factor[i]);
        write_seconds(out, is_last ? to_us : to_us - edge_us);
        fprintf(out, ",%.9g\n", rates->factor[i]);
    }
}

/* ---- the users of advise --------------------------------------------------------------------------------- */

static struct variate observed(struct import *import, struct column *column, size_t rows) {
    double *parts = ARENA_NEW(import->arena, rows, double);
    sample_sort(column->sample);
    sample_of_parts(column->sample, rows, column->whole, parts);
    for (size_t i = 0; i < rows && column->whole; i++) parts[i] = fmin(parts[i], WHOLE_MAX);
    return (struct variate){.kind = VARIATE_EMPIRICAL, .low = -HUGE_VAL, .high = HUGE_VAL, .table = parts, .n = rows};
}

static void apply_text(struct import *import, struct param_set *set, enum web_param param, const char *text) {
    struct diag diag = {0};
    bool ok = param_assign(set, param, text, (struct place){.file = import->request->files[0]}, NULL, import->arena, &diag);
    SIM_ASSERT(ok); /* all of these texts are ours */
}

static void apply_number(struct import *import, struct param_set *set, enum web_param param, double value) {
    char text[TEXT_NUMBER_BYTES];
    apply_text(import, set, param, text_print_number(value, text, sizeof text));
}

void import_apply(struct import *import, double visits_per_s, struct param_set *set) {
    struct column columns[COLUMNS_MAX];
    size_t n = columns_of(import, columns), rows = n_values(import);
    const struct request_log *log = &import->log;
    double requests = (double)log->n;
    apply_number(import, set, USERS_SESSIONS, visits_per_s);
    apply_text(import, set, USERS_SESSION_END, "leave");
    apply_number(import, set, USERS_CONNECTIONS, connections_of(import));
    apply_number(import, set, USERS_HTTP2, (double)log->n_http2 / requests);
    apply_number(import, set, USERS_HTTP10, fmin((double)log->n_http10, requests - (double)log->n_http2) / requests);
    apply_number(import, set, USERS_DYNAMIC_SHARE, (double)import->visits.n_dynamic / (double)import->visits.n_pages);
    apply_text(import, set, USERS_THINK, "exponential(60)"); /* if no visit has a second page, any will do */
    for (size_t c = 0; c < n; c++) {
        struct param_value *value = &set->values[columns[c].param];
        if (columns[c].sample == &import->visits.think_s && import->fit.is_good) apply_text(import, set, USERS_THINK, import->fit.text);
        else *value = (struct param_value){.number = (double)NAN, .variate = observed(import, &columns[c], rows), .text = "as in the log", .given = true};
    }
}

/* ---- traces --------------------------------------------------------------------------------------------- */

/* As it was read; quoted where CSV wants it. */
static void write_text(FILE *out, const char *text) {
    if (!strpbrk(text, ",\"\r\n")) {
        fputs(text, out);
        return;
    }
    fputc('"', out);
    for (; *text; text++) {
        if (*text == '"') fputc('"', out);
        fputc(*text, out);
    }
    fputc('"', out);
}

void import_write_trace(FILE *out, struct import *import) {
    const struct request_log *log = &import->log;
    fputs("# Made by linger import from ", out);
    write_span(out, import);
    fprintf(out, ".\n# time_s: since the first of them.\ntime_s,client%s\n", log->has_bytes ? ",bytes" : "");
    for (size_t i = 0; i < log->n; i++) {
        const struct logged *request = &log->requests[i];
        write_seconds(out, request->time_us - log->requests[0].time_us);
        fputc(',', out);
        if (log->keeps_names) write_text(out, log->names[request->client]);
        else fprintf(out, "%u", request->client);
        if (log->has_bytes) fprintf(out, ",%" PRId64, request->bytes > 0 ? request->bytes : 0);
        fputc('\n', out);
    }
}

/* ---- scenarios -------------------------------------------------------------------------------------------- */

/* A CSV as the INI names it: from the INI's folder. */
static void write_file_name(FILE *out, const char *key, const char *path, const char *scenario) {
    const char *slash = strrchr(scenario, '/');
    size_t folder = slash ? (size_t)(slash + 1 - scenario) : 0;
    bool beside = strncmp(scenario, path, folder) == 0 && !strchr(path + folder, '/');
    char *whole = beside ? NULL : realpath(path, NULL);
    fprintf(out, "%s = %s\n", key, beside ? path + folder : whole ? whole : path);
    free(whole);
}

static void write_trace_settings(FILE *out) {
    fputs("; Replay: a request opens a connection unless its client's is still open. Service, handshake and round trips take no\n"
          "; time, so every count is exact, and equal to the curve of linger import.\n\n"
          "[users]\nconnections = 1\nrtt         = 0s\n\n"
          "[server]\nkeepalive               = on\nidle_limit              = 5s\nrequests_per_connection = 0\n"
          "tie                     = request\n"
          "; more daemons than the log can hold connections, all there from the start: the pool does not act\n"
          "worker_limit            = 1000000\nstart                   = 1000000\nspare_max               = 1000000\n\n"
          "[cpu]\nconnection = 0s\nrequest    = 0s\nfork       = 0s\n\n[machine]\nram = 1000TB\n\n"
          "[run]\nreplications = 1\n; until the log is exhausted\nhorizon      = 0s\n",
          out);
}

static void write_cost(FILE *out, const char *key, const char *what, const struct tally *tally) {
    if (tally->n > 0) fprintf(out, "; %s = %.3gms   ; mean of %" PRIu64 " %s\n", key, 1e3 * tally->mean, tally->n, what);
}

double import_visit_met_s(const struct visits *visits) {
    double pages = 0, squares = 0;
    for (size_t i = 0; i < visits->pages.n; i++) {
        pages += visits->pages.values[i];
        squares += visits->pages.values[i] * visits->pages.values[i];
    }
    return squares / pages * (visits->think_s.n ? visits->think_s.mean : DEFAULT_THINK_S);
}

/* The site is empty at first, and fills within some visits. Neither that nor the rest takes more than a hundred thousand pages or
 * a day. */
static void write_steady_times(FILE *out, const struct visits *visits) {
    double pages_per_s = (double)visits->n_pages / fmax(visits->window_s, 1), most_s = fmax(600, fmin(86400, ceil(1e5 / pages_per_s)));
    double warmup_s = fmin(most_s, fmax(300, ceil(3 * import_visit_met_s(visits)))), measured_s = fmin(most_s, 7200);
    fprintf(out, "\n[run]\nwarmup       = %.0fs\nhorizon      = %.0fs\nreplications = 5\n", warmup_s, warmup_s + measured_s);
}

/* The whole curve, so the whole log, if that is seconds of work (PAGES_MAX pages; a core does some 400,000 of 7 requests a second), else as many of its days,
 * else of its steps, as fit. Nothing is warmed up: visits under way when the log begins are among those that begin there. */
static void write_curve_times(FILE *out, const struct visits *visits, const struct visit_rates *rates) {
    const double PAGES_MAX = 2e6, DAY_S = 86400;
    double pages_per_s = (double)visits->n_pages / visits->window_s, most_s = PAGES_MAX / pages_per_s, step_s = (double)rates->step_us / 1e6;
    double whole_s = visit_rates_period_s(rates), horizon_s = whole_s;
    if (whole_s > most_s) horizon_s = most_s >= DAY_S ? floor(most_s / DAY_S) * DAY_S : fmax(1, floor(most_s / step_s)) * step_s;
    double replications = fmin(5, fmax(1, floor(most_s / horizon_s)));
    fprintf(out, "\n[run]\n; the site is empty at first, as the curve of rates begins\nwarmup          = 0s\n");
    if (horizon_s < whole_s) fprintf(out, "; the beginning of the log: %.10gs are all of it, and take longer to simulate\n", whole_s);
    fprintf(out, "horizon         = %.10gs\nreplications    = %.0f\nseries_interval = %.10gs\n", horizon_s, replications,
            fmax(1, step_s / 60));
}

static void write_classes_settings(FILE *out, const struct import *import) {
    const struct visits *visits = &import->visits;
    fputs("[users]\n; a log does not say how far its users are\nrtt = 50ms\n\n"
          "[server]\n; as Apache's defaults (MaxKeepAliveRequests 100 answers 101); linger params server lists the rest\narchitecture            = prefork\n"
          "idle_limit              = 5s\nrequests_per_connection = 101\n",
          out);
    if (import->log.has_duration) {
        fputs("\n[cpu]\n; Times that the log says requests took: bounds from above, since they hold waiting for disks and clients too.\n", out);
        write_cost(out, "request", "objects", &visits->object_s);
        write_cost(out, "request", "documents that are files", &visits->document_s);
        write_cost(out, "dynamic", "documents that programs made", &visits->dynamic_s);
    }
    if (import_has_rates(import)) write_curve_times(out, visits, &import->rates);
    else write_steady_times(out, visits);
}

void import_write_scenario(FILE *out, struct import *import) {
    const struct import_request *request = import->request;
    fputs("; Made by linger import from ", out);
    write_span(out, import);
    fputs(".\n\n", out);
    fputs("[workload]\n", out);
    write_file_name(out, import_has_rates(import) ? "file " : "file", request->output, request->scenario);
    if (import_has_rates(import))
        write_file_name(out, "rates", import_path_beside(request->output, "rates", import->arena), request->scenario);
    fputc('\n', out);
    if (request->as_trace) write_trace_settings(out);
    else write_classes_settings(out, import);
}
