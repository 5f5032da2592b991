/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _XOPEN_SOURCE 700
#define _DEFAULT_SOURCE /* tm_gmtoff */
#include "models/advice/log_time.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

/* A date as written, and what its zone is ahead of UTC. */
struct stamp {
    int year, month, day, hour, minute, second; /* months from 1 */
    int zone_s;
};

/* Days since 1970-01-01: a year is taken to begin in March, so that its leap day is its last (Richards, "Mapping time", 1998). */
static int64_t days_of(int year, int month, int day) {
    int64_t y = year - (month <= 2), era = (y >= 0 ? y : y - 399) / 400, of_era = y - era * 400;
    int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static bool is_clock(const struct stamp *s) { return s->hour <= 23 && s->minute <= 59 && s->second <= 60; }

static bool is_date(const struct stamp *s) {
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (s->year % 4 == 0 && s->year % 100 != 0) || s->year % 400 == 0;
    return s->month >= 1 && s->month <= 12 && s->day >= 1 && s->day <= days[s->month - 1] + (leap && s->month == 2);
}

static bool stamp_us(const struct stamp *s, int64_t *time_us) {
    if (!is_date(s) || !is_clock(s)) return false;
    int64_t seconds = ((days_of(s->year, s->month, s->day) * 24 + s->hour) * 60 + s->minute) * 60 + s->second - s->zone_s;
    *time_us = seconds * MICROSECONDS;
    return true;
}

/* ---- digits ------------------------------------------------------------------------------------- */

/* `n` digits and nothing else. */
static bool digits(const char *text, int n, int *value) {
    *value = 0;
    for (int i = 0; i < n; i++) {
        if (text[i] < '0' || text[i] > '9') return false;
        *value = 10 * *value + (text[i] - '0');
    }
    return true;
}

/* "13:55:36" */
static bool clock_of(const char *text, struct stamp *s) {
    return digits(text, 2, &s->hour) && text[2] == ':' && digits(text + 3, 2, &s->minute) && text[5] == ':' &&
           digits(text + 6, 2, &s->second);
}

/* "-0700", "-07:00" or "Z". */
static bool zone_of(struct span text, int *zone_s) {
    int hours, minutes;
    *zone_s = 0;
    if (span_is(text, "Z")) return true;
    bool colon = text.length == 6 && text.text[3] == ':';
    if (!colon && text.length != 5) return false;
    char sign = text.text[0];
    if ((sign != '+' && sign != '-') || !digits(text.text + 1, 2, &hours) || !digits(text.text + 3 + colon, 2, &minutes) ||
        hours > 23 || minutes > 59)
        return false;
    *zone_s = (sign == '-' ? -1 : 1) * (hours * 3600 + minutes * 60);
    return true;
}

static int month_of(const char *name) {
    static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    for (int i = 0; i < 12; i++)
        if (memcmp(names + 3 * i, name, 3) == 0) return i + 1;
    return 0;
}

/* "10/Oct/2000:" and "-0700" */
static bool day_of(const char *date, const char *zone, struct log_day *day) {
    struct stamp s = {0};
    s.month = month_of(date + 3);
    if (date[2] != '/' || date[6] != '/' || date[11] != ':' || !digits(date, 2, &s.day) || !digits(date + 7, 4, &s.year)) return false;
    if (!zone_of((struct span){zone, LOG_ZONE_BYTES}, &s.zone_s) || !stamp_us(&s, &day->begin_us)) return false;
    memcpy(day->date, date, LOG_DATE_BYTES);
    memcpy(day->zone, zone, LOG_ZONE_BYTES);
    return true;
}

bool log_time_clf(struct span text, struct log_day *day, int64_t *time_us) {
    const char *date = text.text, *clock = date + LOG_DATE_BYTES, *zone = clock + sizeof "13:55:36";
    struct stamp s = {0};
    if (text.length != 26 || zone[-1] != ' ' || !clock_of(clock, &s) || !is_clock(&s)) return false;
    bool same_day = memcmp(day->date, date, LOG_DATE_BYTES) == 0 && memcmp(day->zone, zone, LOG_ZONE_BYTES) == 0;
    if (!same_day && !day_of(date, zone, day)) return false;
    *time_us = day->begin_us + ((s.hour * 60 + s.minute) * 60 + s.second) * INT64_C(1000000);
    return true;
}

/* Digits of a fraction as microseconds; returns how many digits there were. */
static size_t fraction_us(const char *text, size_t length, int64_t *us) {
    size_t i = 0;
    int64_t weight = MICROSECONDS / 10;
    for (*us = 0; i < length && text[i] >= '0' && text[i] <= '9'; i++, weight /= 10) *us += weight * (text[i] - '0');
    return i;
}

bool log_time_iso(struct span text, int64_t *time_us) {
    const char *t = text.text;
    struct stamp s = {0};
    int64_t us = 0;
    size_t at = 19;
    if (text.length < at || t[4] != '-' || t[7] != '-' || (t[10] != 'T' && t[10] != ' ')) return false;
    if (!digits(t, 4, &s.year) || !digits(t + 5, 2, &s.month) || !digits(t + 8, 2, &s.day) || !clock_of(t + 11, &s)) return false;
    if (at < text.length && t[at] == '.') {
        size_t n = fraction_us(t + at + 1, text.length - at - 1, &us);
        if (n == 0) return false;
        at += 1 + n;
    }
    if (at < text.length && !zone_of((struct span){t + at, text.length - at}, &s.zone_s)) return false;
    if (!stamp_us(&s, time_us)) return false;
    *time_us += us;
    return true;
}

bool log_time_number(struct span text, int64_t unit_us, int64_t *time_us) {
    enum { DIGITS_MAX = 17 }; /* of microseconds: the year 5138 */
    int64_t whole = 0, us = 0;
    size_t i = 0;
    for (; i < text.length && text.text[i] >= '0' && text.text[i] <= '9' && i < DIGITS_MAX; i++)
        whole = 10 * whole + (text.text[i] - '0');
    if (i == 0 || whole > INT64_C(100000000000000000) / unit_us) return false;
    if (i < text.length && text.text[i] == '.') {
        size_t n = fraction_us(text.text + i + 1, text.length - i - 1, &us);
        if (n == 0) return false;
        us = us * unit_us / MICROSECONDS;
        i += 1 + n;
    }
    *time_us = whole * unit_us + us;
    return i == text.length;
}

bool log_time_strptime(struct span text, const char *format, int64_t *time_us) {
    char copy[100];
    struct tm tm = {.tm_mday = 1, .tm_year = 70};
    if (text.length >= sizeof copy) return false;
    memcpy(copy, text.text, text.length);
    copy[text.length] = '\0';
    const char *end = strptime(copy, format, &tm);
    if (!end || end != copy + text.length) return false;
    struct stamp s = {tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec, (int)tm.tm_gmtoff};
    return stamp_us(&s, time_us);
}

const char *log_time_print(int64_t time_us, char out[LOG_TIME_BYTES]) {
    time_t seconds = (time_t)(time_us >= 0 ? time_us / MICROSECONDS : -((MICROSECONDS - 1 - time_us) / MICROSECONDS));
    struct tm tm;
    if (!gmtime_r(&seconds, &tm) || strftime(out, LOG_TIME_BYTES, "%Y-%m-%d %H:%M:%S", &tm) == 0)
        snprintf(out, LOG_TIME_BYTES, "?");
    return out;
}
