/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <string.h>

#include "models/advice/ports_study.h"
#include "sim/interface/command.h"
#include "sim/interface/json.h"
#include "sim/interface/params_print.h"
#include "sim/interface/report.h"

enum { WORD_BYTES = 64, LINE_BYTES = 400 };

static const double GROWS_MOST = 1000; /* beyond it nobody plans */

static const char *word(double value, int digits, char out[WORD_BYTES]) { return report_number(value, digits, out, WORD_BYTES); }

static const char *bytes(double value, char out[WORD_BYTES]) {
    char number[WORD_BYTES];
    struct report_scale scale = report_scale_of("B", value);
    snprintf(out, WORD_BYTES, "%s %s", word(value / scale.si, 3, number), scale.name);
    return out;
}

/* ---- rows ------------------------------------------------------------------------------------------------ */

/* A row of what was simulated; `name` stands in both forms of output. */
struct row {
    const char *name, *words, *unit;
    enum ports_observed what;
    double scale; /* of the unit, in SI */
    double exact; /* NAN: there is no closed form */
};
enum { ROWS_MAX = 16 };

static size_t rows_of_proxy(const struct ports_study *study, struct row rows[ROWS_MAX]) {
    const struct ports_closed *closed = &study->closed[study->own];
    struct report_scale time = report_scale_of("s", study->seen[study->own][SEEN_RESPONSE].mean);
    const struct row all[] = {
        {"requests_per_s", "requests", "/s", SEEN_REQUESTS, 1, NOTHING_OBSERVED},
        {"response", "response, as the proxy sees it", time.name, SEEN_RESPONSE, time.si, NOTHING_OBSERVED},
        {"opening_share", "open a connection", "%", SEEN_OPENS, 0.01, closed->opens},
        {"connects_per_s", "new connections", "/s", SEEN_CONNECTS, 1, closed->connects_per_s},
        {"idle", "idle in the pool", "", SEEN_POOLED, 1, closed->idle},
        {"ports", "ports taken", "", SEEN_PORTS, 1, closed->ports},
        {"ports_peak", "... at most (99.9 % of the time)", "", SEEN_PORTS_PEAK, 1, closed->ports_most},
        {"refused_share", "new ones that find no port", "%", SEEN_REFUSED, 0.01, closed->refused},
        {"proxy_closes_share", "closed first by the proxy", "%", SEEN_CLIENT_CLOSES, 0.01, NOTHING_OBSERVED},
        {"time_wait_proxy", "TIME_WAIT at the proxy", "", SEEN_WAIT_CLIENT, 1, closed->wait_client},
        {"time_wait_server", "TIME_WAIT at the server", "", SEEN_WAIT_SERVER, 1, closed->wait_server},
        {"time_wait_server_peak", "... at most", "", SEEN_WAIT_SERVER_PEAK, 1, NOTHING_OBSERVED},
    };
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) rows[i] = all[i];
    return sizeof all / sizeof all[0];
}

static size_t rows_of_server(const struct ports_study *study, struct row rows[ROWS_MAX]) {
    const struct row all[] = {
        {"requests_per_s", "requests", "/s", SEEN_REQUESTS, 1, NOTHING_OBSERVED},
        {"connects_per_s", "new connections", "/s", SEEN_OPENED, 1, NOTHING_OBSERVED},
        {"connections_open", "connections open", "", SEEN_OPEN, 1, NOTHING_OBSERVED},
        {"client_closes_share", "closed first by the client", "%", SEEN_CLIENT_CLOSES, 0.01, NOTHING_OBSERVED},
        {"time_wait_clients", "TIME_WAIT at clients", "", SEEN_WAIT_CLIENT, 1, study->closed[0].wait_client},
        {"time_wait_server", "TIME_WAIT at the server", "", SEEN_WAIT_SERVER, 1, study->closed[0].wait_server},
        {"time_wait_server_peak", "... at most", "", SEEN_WAIT_SERVER_PEAK, 1, NOTHING_OBSERVED},
    };
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) rows[i] = all[i];
    return sizeof all / sizeof all[0];
}

static size_t rows_of(const struct ports_study *study, struct row rows[ROWS_MAX]) {
    return study->has_proxy ? rows_of_proxy(study, rows) : rows_of_server(study, rows);
}

static void put_row(FILE *out, const struct ports_study *study, const struct row *row) {
    char mean[WORD_BYTES], half[WORD_BYTES], exact[WORD_BYTES];
    const struct estimate *seen = &study->seen[study->own][row->what];
    fprintf(out, "  %-32s %11s %9s", row->words, word(seen->mean / row->scale, 4, mean), word(seen->half_width / row->scale, 2, half));
    if (!isnan(row->exact) || *row->unit) fprintf(out, " %11s", isnan(row->exact) ? "" : word(row->exact / row->scale, 4, exact));
    fprintf(out, "%s%s\n", *row->unit ? " " : "", row->unit);
}

static void put_title(FILE *out, const struct ports_study *study) {
    char horizon[WORD_BYTES], warmup[WORD_BYTES];
    const struct param_value *run = study->scenario.run.values;
    unsigned n = study->gathered.n[study->own];
    fprintf(out, "%s: %u replication%s", study->scenario.name, n, n > 1 ? "s" : "");
    if (run[RUN_HORIZON].number > 0) fprintf(out, " of %s s", word(run[RUN_HORIZON].number, 6, horizon));
    if (run[RUN_WARMUP].number > 0) fprintf(out, " (%s s warm-up)", word(run[RUN_WARMUP].number, 6, warmup));
    fprintf(out, ", seed %.0f\n", run[RUN_SEED].number);
}

static void put_notes(FILE *out, const struct ports_study *study) {
    if (study->n_notes) fprintf(out, "\nNot in the closed form:\n");
    for (size_t i = 0; i < study->n_notes; i++) {
        fprintf(out, "  ");
        params_print_words(out, 2, 2, study->notes[i]);
    }
}

/* ---- the verdict --------------------------------------------------------------------------------------- */

static void put_growth(FILE *out, const struct ports_study *study) {
    char line[LINE_BYTES], rate[WORD_BYTES], times[WORD_BYTES];
    double per_s = study->seen[study->own][SEEN_REQUESTS].mean;
    if (study->grows >= GROWS_MOST) snprintf(line, sizeof line, "There is room for more than %g times the traffic.", GROWS_MOST);
    else
        snprintf(line, sizeof line, "There is room for %s requests/s, %s times what comes, if response times stay what they are.",
                 word(study->grows * per_s, 4, rate), word(study->grows, 3, times));
    params_print_words(out, 0, 0, line);
}

/* Whose entries are the most is named first. */
static void put_side(FILE *out, const struct ports_study *study, const char *client) {
    char line[LINE_BYTES], share[WORD_BYTES], entries[2][WORD_BYTES], memory[2][WORD_BYTES];
    const struct estimate *seen = study->seen[study->own];
    double first = seen[SEEN_CLIENT_CLOSES].mean, waiting[2] = {seen[SEEN_WAIT_CLIENT].mean, seen[SEEN_WAIT_SERVER].mean};
    const char *names[2] = {client, "server"};
    int most = first < 0.5, other = !most;
    for (int side = 0; side < 2; side++) {
        word(waiting[side], 4, entries[side]);
        bytes(waiting[side] * study->time_wait_bytes, memory[side]);
    }
    if (isnan(first)) snprintf(line, sizeof line, "No connection was closed.");
    else
        snprintf(line, sizeof line, "TIME_WAIT sits with who closes first. That is the %s for %s %% of the connections: %s entries there "
                 "take %s, and %s at the %s take %s.",
                 names[most], word(100 * fmax(first, 1 - first), 3, share), entries[most], memory[most], entries[other], names[other], memory[other]);
    params_print_words(out, 0, 0, line);
}

static void put_ports(FILE *out, const struct ports_study *study) {
    char line[LINE_BYTES], load[WORD_BYTES], share[WORD_BYTES], when[WORD_BYTES];
    double wanted_per_s = study->seen[study->own][SEEN_REQUESTS].mean * study->seen[study->own][SEEN_OPENS].mean;
    if (study->enough)
        snprintf(line, sizeof line, "Ports are enough: connections and TIME_WAIT take %s of %g on average (Little's law).", word(study->load, 4, load),
                 study->n_ports);
    else
        snprintf(line, sizeof line,
                 "Ports run out: connections and TIME_WAIT would take %s, and there are %g; %s %% of the new connections find none in "
                 "the long run, the first after about %s s.",
                 word(study->load, 4, load), study->n_ports, word(100 * study->refused, 3, share), word(study->n_ports / wanted_per_s, 3, when));
    params_print_words(out, 0, 0, line);
    double taken_s = wanted_per_s > 0 ? study->load / wanted_per_s : 0;
    if (taken_s > 0)
        snprintf(line, sizeof line, "A new connection takes one for %s s, so there can be %s a second.", word(taken_s, 4, share),
                 word(study->n_ports / taken_s, 4, when));
    if (taken_s > 0) params_print_words(out, 0, 0, line);
}

static void put_entries(FILE *out, const struct ports_study *study) {
    char line[LINE_BYTES], load[WORD_BYTES], limit[WORD_BYTES], most[WORD_BYTES];
    double peak = study->seen[0][SEEN_WAIT_SERVER_PEAK].mean;
    bool fits = fmax(study->load, peak) <= study->buckets;
    snprintf(line, sizeof line, "TIME_WAIT %s: %s entries at the server in the long run, %s at most as simulated; tcp_max_tw_buckets allows %s%s.",
             fits ? "is no problem" : "runs over", word(study->load, 4, load), word(peak, 4, most), word(study->buckets, 7, limit),
             fits ? "" : ", beyond which Linux ends entries at once");
    params_print_words(out, 0, 0, line);
    if (study->n_ports <= 0) return;
    snprintf(line, sizeof line, "All users share one address: %s of its %g ports are taken.",
             word(study->closed[0].wait_client + study->seen[0][SEEN_OPEN].mean, 4, load), study->n_ports);
    params_print_words(out, 0, 0, line);
}

/* ---- pools ---------------------------------------------------------------------------------------------- */

static void put_pool(FILE *out, const struct ports_study *study, size_t i) {
    char mean[WORD_BYTES], half[WORD_BYTES], exact[WORD_BYTES], connects[WORD_BYTES], ports[WORD_BYTES];
    const struct estimate *seen = study->seen[i], *opens = &seen[SEEN_OPENS];
    fprintf(out, "%c %7u %11s %9s %11s %% %11s /s %13s\n", i == study->own ? '*' : ' ', study->pools[i], word(100 * opens->mean, 4, mean),
            word(100 * opens->half_width, 2, half), word(100 * study->closed[i].opens, 4, exact), word(seen[SEEN_CONNECTS].mean, 4, connects),
            word(seen[SEEN_PORTS].mean, 4, ports));
}

static void put_pools(FILE *out, const struct ports_study *study) {
    char line[LINE_BYTES];
    fprintf(out, "\nHow many open a connection, by the idle ones that are kept at most%s:\n\n", study->n_processes > 1 ? ", each process" : "");
    fprintf(out, "  %7s %11s %10s %11s   %11s    %13s\n", "pool", "simulated", "±95 %", "closed form", "new", "ports taken");
    for (size_t i = 0; i < study->n_pools; i++) put_pool(out, study, i);
    const struct estimate *seen = study->seen[study->n_pools - 1]; /* of the largest pool: responses that do not wait for connecting */
    double busy = seen[SEEN_REQUESTS].mean * seen[SEEN_RESPONSE].mean / study->n_processes;
    unsigned needed = busy <= PORTS_BUSY_MAX ? ports_pool_needed(busy, study->opening) : PORTS_POOL_MAX + 1;
    fputc('\n', out);
    if (study->needed >= 0)
        snprintf(line, sizeof line, "A pool of %u is enough for %g %% or fewer, as simulated; ", study->pools[study->needed], 100 * study->opening);
    else snprintf(line, sizeof line, "None of these is certain to open for %g %% or fewer, as simulated; ", 100 * study->opening);
    size_t n = strlen(line);
    if (needed <= PORTS_POOL_MAX) snprintf(line + n, sizeof line - n, "%u by the closed form.", needed);
    else snprintf(line + n, sizeof line - n, "more than %d by the closed form.", PORTS_POOL_MAX);
    params_print_words(out, 0, 0, line);
}

void ports_study_text(FILE *out, const struct ports_study *study) {
    struct row rows[ROWS_MAX];
    size_t n = rows_of(study, rows);
    put_title(out, study);
    fprintf(out, "\n  %-32s %11s %10s %11s\n", "", "simulated", "±95 %", "closed form");
    for (size_t i = 0; i < n; i++) put_row(out, study, &rows[i]);
    fputc('\n', out);
    if (study->has_proxy) put_ports(out, study);
    else put_entries(out, study);
    put_side(out, study, study->has_proxy ? "proxy" : "client");
    put_growth(out, study);
    if (study->n_pools > 1) put_pools(out, study);
    put_notes(out, study);
}

/* ---- JSON ------------------------------------------------------------------------------------------------ */

static void put_number(FILE *out, const char *before, const char *name, double value) {
    fputs(before, out);
    json_key(out, name);
    json_number(out, value);
}

static void put_estimate(FILE *out, const struct estimate *estimate, double exact) {
    put_number(out, "{", "mean", estimate->mean);
    put_number(out, ", ", "half_width", estimate->half_width);
    fprintf(out, ", \"n\": %zu", estimate->n);
    put_number(out, ", ", "closed_form", exact);
    fputc('}', out);
}

static void put_verdict(FILE *out, const struct ports_study *study) {
    fprintf(out, "  \"enough\": %s", study->enough ? "true" : "false");
    put_number(out, ",\n  ", "load", study->load);
    put_number(out, ",\n  ", study->has_proxy ? "ports" : "tw_buckets", study->has_proxy ? study->n_ports : study->buckets);
    if (study->has_proxy) put_number(out, ",\n  ", "refused_share", study->refused);
    put_number(out, ",\n  ", "growth", study->grows);
    put_number(out, ",\n  ", "requests_per_s_most", study->grows * study->seen[study->own][SEEN_REQUESTS].mean);
    put_number(out, ",\n  ", "time_wait_client_bytes", study->seen[study->own][SEEN_WAIT_CLIENT].mean * study->time_wait_bytes);
    put_number(out, ",\n  ", "time_wait_server_bytes", study->seen[study->own][SEEN_WAIT_SERVER].mean * study->time_wait_bytes);
    fprintf(out, ",\n");
}

void ports_study_json(FILE *out, const struct ports_study *study) {
    struct row rows[ROWS_MAX];
    size_t n = rows_of(study, rows);
    fputs("{\n  \"scenario\": ", out);
    json_text(out, study->scenario.name);
    fprintf(out, ",\n  \"seed\": %.0f,\n  \"version\": ", study->scenario.run.values[RUN_SEED].number);
    json_text(out, linger_version);
    fprintf(out, ",\n  \"proxy\": %s,\n", study->has_proxy ? "true" : "false");
    put_verdict(out, study);
    fputs("  \"observed\": {\n", out);
    for (size_t i = 0; i < n; i++) {
        fputs("    ", out);
        json_key(out, rows[i].name);
        put_estimate(out, &study->seen[study->own][rows[i].what], rows[i].exact);
        fputs(i + 1 < n ? ",\n" : "\n  },\n  \"pools\": [", out);
    }
    for (size_t i = 0; i < study->n_pools && study->n_pools > 1; i++) {
        fprintf(out, "%s\n    {\"pool\": %u, \"opening_share\": ", i ? "," : "", study->pools[i]);
        put_estimate(out, &study->seen[i][SEEN_OPENS], study->closed[i].opens);
        fputc('}', out);
    }
    fputs(study->n_pools > 1 ? "\n  ],\n  \"notes\": [" : "],\n  \"notes\": [", out);
    for (size_t i = 0; i < study->n_notes; i++) {
        fputs(i ? ",\n    " : "\n    ", out);
        json_text(out, study->notes[i]);
    }
    fputs(study->n_notes ? "\n  ]\n}\n" : "]\n}\n", out);
}
