/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <inttypes.h>
#include <string.h>

#include "models/advice/import.h"
#include "models/advice/log_time.h"
#include "sim/interface/report.h"
#include "sim/kernel/text.h"

struct reuse_point import_point(const struct import *import, double idle_limit_s) {
    const struct import_request *request = import->request;
    if (request->request_limit == 0) return reuse_curve_at(&import->curve, idle_limit_s, request->tie);
    return reuse_replay(&import->trace, idle_limit_s, request->request_limit, request->tie, import->arena);
}

/* ---- numbers ------------------------------------------------------------------------------------------ */

enum { NUMBER_BYTES = 40, FORM_SHOWN = 40 };

/* "1,234,567" */
static const char *thousands(double value, char out[NUMBER_BYTES]) {
    char digits[NUMBER_BYTES];
    int n = snprintf(digits, sizeof digits, "%.0f", value), used = 0;
    if (n > 21) return memcpy(out, digits, sizeof digits);
    for (int i = 0; i < n; i++) {
        if (i > 0 && (n - i) % 3 == 0 && digits[i - 1] != '-') out[used++] = ',';
        out[used++] = digits[i];
    }
    out[used] = '\0';
    return out;
}

/* "12.3 kB", "45 ms" */
static const char *in_unit(double value, const char *unit, char out[NUMBER_BYTES]) {
    char number[NUMBER_BYTES];
    struct report_scale scale = report_scale_of(unit, value);
    snprintf(out, NUMBER_BYTES, "%s %s", report_number(value / scale.si, 3, number, sizeof number), scale.name);
    return out;
}

static double median(const struct sample_of *sample) { return sample->values[sample->n / 2]; }

/* A trace counts from anywhere: times within a year of 0 are no dates. */
static bool is_date(int64_t time_us) { return time_us >= INT64_C(366) * 86400 * MICROSECONDS; }

static void print_span(FILE *out, const struct request_log *log) {
    char from[LOG_TIME_BYTES], to[LOG_TIME_BYTES];
    int64_t first_us = log->requests[0].time_us, last_us = log->requests[log->n - 1].time_us;
    if (!is_date(last_us)) fprintf(out, "%.10g to %.10g s\n\n", (double)first_us / 1e6, (double)last_us / 1e6);
    else fprintf(out, "%s to %s UTC\n\n", log_time_print(first_us, from), log_time_print(last_us, to));
}

/* ---- what there is --------------------------------------------------------------------------------------- */

/* Most requests within any minute, a second. */
static double busiest_minute(const struct request_log *log) {
    size_t most = 0;
    for (size_t i = 0, first = 0; i < log->n; i++) {
        while (log->requests[i].time_us - log->requests[first].time_us >= 60 * (int64_t)MICROSECONDS) first++;
        if (i + 1 - first > most) most = i + 1 - first;
    }
    return (double)most / 60;
}

static void print_requests(FILE *out, const struct import *import) {
    const struct request_log *log = &import->log;
    char n[NUMBER_BYTES], rate[NUMBER_BYTES], most[NUMBER_BYTES];
    double window_s = import->curve.window_s;
    fprintf(out, "requests    %13s", thousands((double)log->n, n));
    if (window_s > 0) fprintf(out, "   %s a second", report_number((double)log->n / window_s, 3, rate, sizeof rate));
    if (window_s >= 60) fprintf(out, ", in the busiest minute %s", report_number(busiest_minute(log), 3, most, sizeof most));
    fprintf(out, "\nclients     %13s\n", thousands(log->clients.n, n));
}

static void print_left_out(FILE *out, uint64_t n, const char *what) {
    char number[NUMBER_BYTES];
    if (n > 0) fprintf(out, "left out    %13s   %s\n", thousands((double)n, number), what);
}

static void print_oddities(FILE *out, const struct import *import) {
    const struct request_log *log = &import->log;
    char n[NUMBER_BYTES], share[NUMBER_BYTES];
    print_left_out(out, log->n_wrong, "lines that were not understood (above)");
    print_left_out(out, log->n_silent, "connections on which nothing was asked");
    print_left_out(out, log->n_not_http, "lines that are not HTTP: TLS on a plain port, or a scan");
    print_left_out(out, log->n_internal, "the server's calls to itself (OPTIONS *)");
    print_left_out(out, log->n_elsewhere, "answered by other hosts or from the browser's cache");
    if (log->n_out_of_order)
        fprintf(out, "sorted      %13s   times that were earlier than one before\n", thousands((double)log->n_out_of_order, n));
    if (log->n_http2)
        fprintf(out, "HTTP/2, 3   %13s   of the requests: one connection carries all of a client's\n",
                thousands((double)log->n_http2, n));
    if (log->has_connection)
        fprintf(out, "connections %13s   as the server numbered them\n", thousands(log->connections.n, n));
    if (log->n_kept_known)
        fprintf(out, "reused      %11s %%   of the requests, as the server counted them\n",
                report_number(100 * (double)log->n_reused / (double)log->n_kept_known, 3, share, sizeof share));
}

static void print_fit(FILE *out, const struct gap_fit *fit) {
    if (!fit->text[0]) return;
    if (fit->is_good)
        fprintf(out, "                            %s\n                            is off by %.1f %% of them at most\n", fit->text,
                100 * fit->distance);
    else
        fprintf(out, "                            no formula is close: the nearest, %.*s,\n"
                     "                            is off by %.1f %% of them\n",
                (int)strcspn(fit->text, "("), fit->text, 100 * fit->distance);
}

static void print_pages(FILE *out, const struct import *import) {
    static const char *const how[] = {"as given", "found", "assumed"};
    const struct visits *visits = &import->visits;
    char n[NUMBER_BYTES], a[NUMBER_BYTES], b[NUMBER_BYTES];
    fprintf(out, "pages       %13s   requests within %.3g s (%s); ", thousands((double)visits->n_pages, n), visits->page_gap_s,
            how[visits->how]);
    fprintf(out, "%s objects each\n", report_number(visits->objects.mean, 3, a, sizeof a));
    double each = (double)visits->n_pages / (double)visits->n_visits;
    fprintf(out, "visits      %13s   pages within %.4g min; %s pages each\n", thousands((double)visits->n_visits, n),
            visits->visit_gap_s / 60, report_number(each, 3, a, sizeof a));
    if (visits->think_s.n) {
        fprintf(out, "think times %13s   mean %s, median %s\n", thousands((double)visits->think_s.n, n),
                in_unit(visits->think_s.mean, "s", a), in_unit(median(&visits->think_s), "s", b));
        print_fit(out, &import->fit);
    }
}

/* When a step begins: "2000-10-10 13:00", or "46800 s". */
static const char *print_step(const struct visit_rates *rates, size_t step, char out[LOG_TIME_BYTES]) {
    int64_t time_us = rates->begin_us + (int64_t)step * rates->step_us;
    if (!is_date(time_us)) snprintf(out, LOG_TIME_BYTES, "%.10g s", (double)time_us / 1e6);
    else log_time_print(time_us, out);
    if (is_date(time_us) && rates->step_us % (60 * INT64_C(1000000)) == 0) out[strlen("2000-10-10 13:00")] = '\0';
    return out;
}

/* "90 min" */
static void print_length(double seconds, char out[NUMBER_BYTES]) {
    double unit_s = seconds >= 3600 ? 3600 : seconds >= 60 ? 60 : 1;
    snprintf(out, NUMBER_BYTES, "%.4g %s", seconds / unit_s, seconds >= 3600 ? "h" : seconds >= 60 ? "min" : "s");
}

static void print_rates(FILE *out, const struct import *import) {
    const struct visit_rates *rates = &import->rates;
    char n[NUMBER_BYTES], step[NUMBER_BYTES], at[LOG_TIME_BYTES];
    const size_t both[] = {rates->most, rates->least};
    print_length((double)rates->step_us / 1e6, step);
    if (!rates->visits && import->request->rate_step_s > 0)
        fprintf(out, "rates       %13s   of %d to %d steps of %s\n", "no curve", VISIT_RATES_STEPS_MIN, VISIT_RATES_STEPS_MAX, step);
    else if (!rates->visits)
        fprintf(out, "rates       %13s   fewer than %d steps of 1 h or more, %d visits each\n", "no curve", VISIT_RATES_STEPS_MIN,
                VISIT_RATES_VISITS_MIN);
    for (size_t i = 0; i < 2 && rates->visits; i++)
        fprintf(out, "%-11s %13s   visits, %s from %s, %.2f x mean\n", i ? "quietest" : "busiest",
                thousands((double)rates->visits[both[i]], n), step, print_step(rates, both[i], at), rates->factor[both[i]]);
}

static void print_mean(FILE *out, const char *name, const char *of, size_t n, double mean, const char *unit) {
    char a[NUMBER_BYTES];
    if (n > 0) fprintf(out, "%-11s %13s   mean of %s\n", name, in_unit(mean, unit, a), of);
}

static void print_sizes(FILE *out, const struct visits *visits) {
    print_mean(out, "bytes", "documents", visits->document_bytes.n, visits->document_bytes.mean, "B");
    print_mean(out, "", "objects", visits->object_bytes.n, visits->object_bytes.mean, "B");
    print_mean(out, "time taken", "documents that are files", visits->document_s.n, visits->document_s.mean, "s");
    print_mean(out, "", "documents that programs made, as their paths look", visits->dynamic_s.n, visits->dynamic_s.mean, "s");
    print_mean(out, "", "objects", visits->object_s.n, visits->object_s.mean, "s");
}

/* ---- the curve --------------------------------------------------------------------------------------------- */

static void print_point(FILE *out, const struct import *import, double idle_limit_s) {
    char limit[NUMBER_BYTES], n[NUMBER_BYTES], held[NUMBER_BYTES], open[NUMBER_BYTES], cost[NUMBER_BYTES];
    struct reuse_point point = import_point(import, idle_limit_s);
    bool nothing = !(point.connections_open >= 0);
    if (idle_limit_s > 0) snprintf(limit, sizeof limit, "%.6g s", idle_limit_s);
    else snprintf(limit, sizeof limit, "off");
    fprintf(out, "%10s %9.2f %% %13s %15s %13s", limit, 100 * (1 - (double)point.opened / (double)point.requests),
            thousands((double)point.opened, n), thousands(point.connection_seconds, held),
            nothing ? "-" : report_number(point.connections_open, 4, open, sizeof open));
    if (import->request->opening_cost_s >= 0)
        fprintf(out, " %12s", thousands(reuse_cost_s(&point, import->request->opening_cost_s), cost));
    fputc('\n', out);
}

static void print_curve(FILE *out, const struct import *import) {
    static const double usual[] = {0, 1, 2, 5, 10, 15, 30, 60, 120, 300};
    const struct import_request *request = import->request;
    const double *limits_s = request->idle_limits_s ? request->idle_limits_s : usual;
    size_t n = request->idle_limits_s ? request->n_idle_limits : sizeof usual / sizeof usual[0];
    fprintf(out, "\n%10s %11s %13s %15s %13s%s\n", "idle limit", "found open", "opened", "seconds held", "open at once",
            request->opening_cost_s >= 0 ? "         cost" : "");
    for (size_t i = 0; i < n; i++) print_point(out, import, limits_s[i]);
    fputs("One connection a client; a service takes no time. Exact, without a simulation.\n", out);
}

static void print_cost(FILE *out, const char *what, const char *idle_limit, double cost_s, const char *remark) {
    char cost[NUMBER_BYTES];
    fprintf(out, "  %-18s %8s %13s   %s\n", what, idle_limit, thousands(cost_s, cost), remark);
}

static void print_best(FILE *out, const struct import *import) {
    double opening_cost_s = import->request->opening_cost_s;
    if (opening_cost_s < 0) return;
    char limit[NUMBER_BYTES] = "off", remark[2 * NUMBER_BYTES] = "";
    struct reuse_point best = reuse_curve_best(&import->curve, opening_cost_s, 1);
    struct reuse_point blind = reuse_curve_at(&import->curve, opening_cost_s, REUSE_REQUEST);
    double bound_s = reuse_curve_bound_s(&import->curve, opening_cost_s);
    fprintf(out, "\nIf an opening costs as much as holding a connection for %.6g s, in seconds held:\n", opening_cost_s);
    if (best.idle_limit_s > 0) snprintf(limit, sizeof limit, "%.6g s", best.idle_limit_s);
    print_cost(out, "best idle limit", limit, reuse_cost_s(&best, opening_cost_s), "of all whole seconds");
    snprintf(limit, sizeof limit, "%.6g s", opening_cost_s);
    if (bound_s > 0) snprintf(remark, sizeof remark, "%.2f times the least, at most 2", reuse_cost_s(&blind, opening_cost_s) / bound_s);
    print_cost(out, "knowing nothing", limit, reuse_cost_s(&blind, opening_cost_s), remark);
    print_cost(out, "knowing the future", "", bound_s, "the least of any rule");
}

void import_report(FILE *out, const struct import *import) {
    const struct request_log *log = &import->log;
    char n[NUMBER_BYTES];
    bool several = import->request->n_files > 1;
    const char *file = import->request->files[0];
    bool long_form = strlen(import->form) > FORM_SHOWN;
    fprintf(out, "%s%s (%.*s%s): %s lines\n", strcmp(file, "-") == 0 ? "stdin" : file, several ? " and others" : "", FORM_SHOWN,
            import->form, long_form ? " ..." : "", thousands((double)log->n_lines, n));
    print_span(out, log);
    print_requests(out, import);
    print_oddities(out, import);
    print_pages(out, import);
    print_rates(out, import);
    print_sizes(out, &import->visits);
    print_curve(out, import);
    print_best(out, import);
}

/* ---- as CSV -------------------------------------------------------------------------------------------------- */

static void write_number(FILE *out, double value, char end) {
    char text[TEXT_NUMBER_BYTES];
    fprintf(out, "%s%c", value >= 0 ? text_print_number(value, text, sizeof text) : "", end);
}

static void write_point(FILE *out, const struct import *import, double idle_limit_s) {
    struct reuse_point point = import_point(import, idle_limit_s);
    bool has_cost = import->request->opening_cost_s >= 0;
    write_number(out, idle_limit_s, ',');
    fprintf(out, "%" PRIu64 ",%" PRIu64 ",", point.requests, point.opened);
    write_number(out, 1 - (double)point.opened / (double)point.requests, ',');
    fprintf(out, "%" PRIu64 ",", point.closed_by_limit);
    write_number(out, point.connection_seconds, ',');
    write_number(out, point.connections_open, has_cost ? ',' : '\n');
    if (has_cost) write_number(out, reuse_cost_s(&point, import->request->opening_cost_s), '\n');
}

void import_write_curve(FILE *out, struct import *import) {
    enum { LIMIT_MAX_S = 300 };
    const struct import_request *request = import->request;
    fprintf(out, "idle_limit_s,requests,connections_opened,reuse_share,closed_by_request_limit,connection_seconds,connections_open%s\n",
            request->opening_cost_s >= 0 ? ",cost_s" : "");
    for (size_t i = 0; request->idle_limits_s && i < request->n_idle_limits; i++) write_point(out, import, request->idle_limits_s[i]);
    for (int t = 0; !request->idle_limits_s && t <= LIMIT_MAX_S; t++) write_point(out, import, t);
}
