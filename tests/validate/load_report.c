/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * report: levels are integrated, so that the mean of connections held is exact; times are all kept, so that quantiles are.
 */
#include "tests/validate/load.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

void report_open(struct report *report, const struct options *options) {
    *report = (struct report){.warm_s = options->warm_s, .end_s = options->warm_s + options->dur_s};
    if (!options->series_file) return;
    FILE *series = fopen(options->series_file, "w");
    if (!series) load_die(options->series_file);
    fprintf(series, "time_s,connections_open,requests_outstanding,connections_per_s,requests_per_s,pages_per_s,page_response\n");
    report->series = series;
}

/* ---- levels ------------------------------------------------------------------------------------- */

static void gauge_to(struct gauge *gauge, double now_s) {
    gauge->integral += gauge->level * (now_s - gauge->since_s);
    gauge->since_s = now_s;
}

static void gauge_change(struct gauge *gauge, double now_s, int change) {
    gauge_to(gauge, now_s);
    gauge->level += change;
    gauge->peak = fmax(gauge->peak, gauge->level);
}

/* The integral before the window is dropped when the window begins (report_second). */
void report_level(struct report *report, double now_s, enum level level, int change) {
    gauge_change(&report->second[level], now_s, change);
    gauge_change(&report->window[level], fmin(now_s, report->end_s), change);
}

/* ---- counts and times ------------------------------------------------------------------------------ */

static bool in_window(const struct report *report, double now_s) {
    return now_s >= report->warm_s && now_s < report->end_s;
}

void report_count(struct report *report, double now_s, enum counter counter) {
    report->in_second[counter]++;
    if (in_window(report, now_s)) report->in_window[counter]++;
}

static void keep(struct samples *samples, double value_s) {
    if (samples->n == samples->capacity) {
        samples->capacity = samples->capacity ? 2 * samples->capacity : 4096;
        samples->value_s = load_allocate(samples->value_s, samples->capacity, sizeof *samples->value_s);
    }
    samples->value_s[samples->n++] = value_s;
}

void report_request(struct report *report, double now_s, double response_s) {
    report_count(report, now_s, COUNT_REQUESTS);
    if (in_window(report, now_s)) keep(&report->request, response_s);
}

void report_page(struct report *report, double now_s, double response_s) {
    report_count(report, now_s, COUNT_PAGES);
    report->second_page_s += response_s;
    if (in_window(report, now_s)) keep(&report->page, response_s);
}

/* ---- rows ------------------------------------------------------------------------------------------- */

static double gauge_take(struct gauge *gauge, double now_s) {
    gauge_to(gauge, now_s);
    double integral = gauge->integral;
    gauge->integral = 0;
    gauge->peak = gauge->level;
    return integral;
}

static void write_second(struct report *report, double now_s, const double mean[LEVELS]) {
    const uint64_t *n = report->in_second;
    fprintf(report->series, "%.0f,%.3f,%.3f,%llu,%llu,%llu,", now_s, mean[LEVEL_CONNECTIONS], mean[LEVEL_OUTSTANDING],
            (unsigned long long)n[COUNT_CONNECTIONS], (unsigned long long)n[COUNT_REQUESTS], (unsigned long long)n[COUNT_PAGES]);
    if (n[COUNT_PAGES]) fprintf(report->series, "%.6g", report->second_page_s / (double)n[COUNT_PAGES]);
    fprintf(report->series, "\n");
    fflush(report->series);
}

void report_second(struct report *report, double now_s) {
    double mean[LEVELS];
    for (size_t i = 0; i < LEVELS; i++) {
        mean[i] = gauge_take(&report->second[i], now_s);
        if (now_s <= report->warm_s) gauge_take(&report->window[i], now_s);
    }
    if (report->series) write_second(report, now_s, mean);
    for (size_t i = 0; i < COUNTERS; i++) report->in_second[i] = 0;
    report->second_page_s = 0;
}

/* ---- the end ------------------------------------------------------------------------------------------ */

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double quantile(const struct samples *samples, double share) {
    return samples->value_s[(size_t)(share * (double)(samples->n - 1) + 0.5)];
}

static void put_times(FILE *out, const char *name, struct samples *samples) {
    if (samples->n == 0) return;
    double sum = 0;
    qsort(samples->value_s, samples->n, sizeof *samples->value_s, ascending);
    for (size_t i = 0; i < samples->n; i++) sum += samples->value_s[i];
    fprintf(out, "%s,s,%.9g\n", name, sum / (double)samples->n);
    fprintf(out, "%s_p50,s,%.9g\n", name, quantile(samples, 0.5));
    fprintf(out, "%s_p95,s,%.9g\n", name, quantile(samples, 0.95));
    fprintf(out, "%s_p99,s,%.9g\n", name, quantile(samples, 0.99));
}

static void put_level(FILE *out, const char *name, const struct report *report, enum level level) {
    struct gauge gauge = report->window[level];
    gauge_to(&gauge, report->end_s);
    fprintf(out, "%s,1,%.9g\n%s_peak,1,%.9g\n", name, gauge.integral / (report->end_s - report->warm_s), name, gauge.peak);
}

void report_end(struct report *report, const struct options *options) {
    static const char *const rates[COUNTERS] = {
        "connections_per_s", "requests_per_s", "pages_per_s", "new_connection_requests_per_s", "resets_per_s",
        "errors_per_s", "server_closes_per_s", "last_responses_per_s",
    };
    FILE *out = options->summary_file ? fopen(options->summary_file, "w") : stdout;
    if (!out) load_die(options->summary_file);
    fprintf(out, "measure,unit,value\n");
    put_level(out, "connections_open", report, LEVEL_CONNECTIONS);
    put_level(out, "requests_outstanding", report, LEVEL_OUTSTANDING);
    for (size_t i = 0; i < COUNTERS; i++)
        fprintf(out, "%s,1/s,%.9g\n", rates[i], (double)report->in_window[i] / options->dur_s);
    put_times(out, "request_response", &report->request);
    put_times(out, "page_response", &report->page);
    if (fclose(out)) load_die("summary");
    if (report->series && fclose(report->series)) load_die("series");
}
