/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/advice/race_report.h"

#include <math.h>
#include <string.h>

#include "sim/interface/params_print.h"
#include "sim/interface/report.h"

enum { WORD_BYTES = 64, LINE_BYTES = 400 };

static const double HOUR_S = 3600, DAY_S = 86400;

/* "60 s", "500 us", "1 h" as "3,600 s" would be: seconds are what configurations say. */
static const char *time_word(double s, char word[WORD_BYTES]) {
    if (fabs(s) >= 1 || s == 0) snprintf(word, WORD_BYTES, "%.7g s", s);
    else if (fabs(s) >= 1e-3) snprintf(word, WORD_BYTES, "%.4g ms", s * 1e3);
    else snprintf(word, WORD_BYTES, "%.4g us", s * 1e6);
    return word;
}

/* What a side keeps a connection for. */
static const char *limit_word(const struct race_side *side, char word[WORD_BYTES]) {
    if (!side->keeps) return "none";
    return side->limit_s > 0 ? time_word(side->limit_s, word) : "for ever";
}

/* ---- one pair ---------------------------------------------------------------------------------------- */

static void put_side(FILE *out, const char *role, const struct race_side *side) {
    char word[WORD_BYTES];
    fprintf(out, "%s  %s", role, limit_word(side, word));
    if (side->preset) fprintf(out, "%*s%s: %s %s", 12 - (int)strlen(limit_word(side, word)), "", side->name, side->preset->product ? side->preset->product : "", side->preset->version ? side->preset->version : "");
    fputc('\n', out);
    if (side->limit && side->limit->directive)
        fprintf(out, "                    %s%s%s\n", side->limit->directive, side->limit->vendor_value ? " = " : "",
                side->limit->vendor_value ? side->limit->vendor_value : "");
    if (side->limit && side->limit->note) params_print_words(out, 20, fprintf(out, "%20s", ""), side->limit->note);
}

void race_report_sides(FILE *out, const struct race_pair *pair) {
    put_side(out, "reuser", &pair->reuser);
    put_side(out, "server", &pair->server);
}

/* " and a look of the server's (1 s)". */
static const char *scan_word(const struct race *race, char word[2 * WORD_BYTES]) {
    char of_scan[WORD_BYTES];
    word[0] = '\0';
    if (race->scan_s > 0) snprintf(word, 2 * WORD_BYTES, " and a look at the limits (%s)", time_word(race->scan_s, of_scan));
    return word;
}

void race_report_verdict(FILE *out, const struct race_pair *pair) {
    const struct race *race = &pair->race;
    char line[LINE_BYTES], rtt[WORD_BYTES], margin[WORD_BYTES], scan[2 * WORD_BYTES];
    double margin_s = race_margin_s(race);
    time_word(race->rtt_s, rtt);
    time_word(fabs(margin_s), margin);
    if (!race->keeps) snprintf(line, sizeof line, "They fit: no connection is kept, so none is closed under a request.");
    else if (margin_s == -HUGE_VAL)
        snprintf(line, sizeof line, "They do not fit: the reuser never gives up, so the server always does, whatever its limit. The reuser must give up first.");
    else
        snprintf(line, sizeof line, "They %s: the reuser must give up first, by a round trip (%s)%s. %s %s.", margin_s > 0 ? "fit" : "do not fit", rtt,
                 scan_word(race, scan), margin_s > 0 ? "There is room of" : "What is missing is", margin);
    fputc('\n', out);
    params_print_words(out, 0, 0, line);
}

static void put_share(FILE *out, const char *what, double exact, const struct estimate *estimate) {
    char of_mean[WORD_BYTES], of_width[WORD_BYTES], of_exact[WORD_BYTES];
    fprintf(out, "  %-34s %10s %%", what, report_number(100 * exact, 4, of_exact, sizeof of_exact));
    if (estimate)
        fprintf(out, " %10s %% %9s", report_number(100 * estimate->mean, 4, of_mean, sizeof of_mean),
                report_number(100 * estimate->half_width, 2, of_width, sizeof of_width));
    fputc('\n', out);
}

static void put_rate(FILE *out, const char *what, double per_s) {
    char of_hour[WORD_BYTES], of_day[WORD_BYTES];
    fprintf(out, "  %-34s %10s   an hour, %s a day\n", what, report_number(per_s * HOUR_S, 3, of_hour, sizeof of_hour),
            report_number(per_s * DAY_S, 3, of_day, sizeof of_day));
}

static void put_assumptions(FILE *out, const struct race *race, const char *gaps) {
    char line[LINE_BYTES], mean[WORD_BYTES];
    if (gaps) snprintf(line, sizeof line, "Idle for %s, %g requests/s, %g %% of them not to be sent twice:", gaps, race->per_s, 100 * race->once);
    else
        snprintf(line, sizeof line,
                 "Idle for exponential times of mean %s, the one that races most (--gaps has yours), %g requests/s, %g %% of them not to be sent twice:",
                 time_word(race->gap.a, mean), race->per_s, 100 * race->once);
    fputc('\n', out);
    params_print_words(out, 0, 0, line);
}

void race_report_rates(FILE *out, const struct race_pair *pair, const char *gaps, const struct race_simulated *simulated, double n_requests) {
    const struct race *race = &pair->race;
    struct race_shares shares = race_shares(race);
    char word[WORD_BYTES];
    put_assumptions(out, race, gaps);
    fprintf(out, "  %-34s %12s%s\n", "", "closed form", simulated ? "    simulated    ±95 %" : "");
    put_share(out, "met a close, of those on kept ones", shares.of_pooled, simulated ? &simulated->of_pooled : NULL);
    put_share(out, "answered 502, of all requests", shares.bad, simulated ? &simulated->bad : NULL);
    put_rate(out, "met a close", race->per_s * shares.races);
    put_rate(out, "answered 502", race->per_s * shares.bad);
    if (simulated) fprintf(out, "  (%s requests simulated)\n", report_number(n_requests, 8, word, sizeof word));
}

/* ---- what to set ------------------------------------------------------------------------------------- */

static void put_setting(FILE *out, const char *role, const struct race_side *side, const char *way, double bound_s, double advised_s) {
    char bound[WORD_BYTES], advised[WORD_BYTES];
    fprintf(out, "  %s  %s %s, say %s", role, way, time_word(bound_s, bound), time_word(advised_s, advised));
    if (side->limit && side->limit->directive) fprintf(out, " (%s)", side->limit->directive);
    fputc('\n', out);
}

void race_report_advice(FILE *out, const struct race_pair *pair) {
    const struct race *race = &pair->race;
    double apart_s = race->rtt_s + race->scan_s, reuser_s = race_advised_reuser_s(race), server_s = race_advised_server_s(race);
    fprintf(out, "\nWhat to set, one of them:\n");
    if (reuser_s > 0) put_setting(out, "reuser", &pair->reuser, "below", race->server_s - apart_s, reuser_s);
    if (server_s > 0) put_setting(out, "server", &pair->server, "above", race->reuser_s + apart_s, server_s);
}

/* ---- many -------------------------------------------------------------------------------------------- */

void race_report_table_head(FILE *out) {
    fprintf(out, "%-21s %8s  %-19s %8s %9s %9s\n", "reuser", "keeps", "server", "keeps", "fits by", "races/day");
}

void race_report_table_row(FILE *out, const struct race_pair *pair) {
    char reuser[WORD_BYTES], server[WORD_BYTES], margin[WORD_BYTES], per_day[WORD_BYTES];
    double margin_s = race_margin_s(&pair->race), races = race_shares(&pair->race).races * pair->race.per_s * DAY_S;
    snprintf(margin, sizeof margin, "%.4g s", margin_s);
    const char *of_margin = isfinite(margin_s) ? margin : margin_s > 0 ? "always" : "never";
    fprintf(out, "%-21.21s %8s  %-19.19s %8s %9s %9s\n", pair->reuser.name ? pair->reuser.name : "-", limit_word(&pair->reuser, reuser),
            pair->server.name ? pair->server.name : "-", limit_word(&pair->server, server), of_margin,
            race_fits(&pair->race) ? "fits" : report_number(races, 3, per_day, sizeof per_day));
}
