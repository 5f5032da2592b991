/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * log_time: the ways in which web servers write a time, as microseconds since 1970-01-01 UTC (the proleptic Gregorian calendar,
 * without leap seconds: a second 60 is that of the next minute). Whole numbers, so that a gap between two stamps is exact.
 *
 *   clf     10/Oct/2000:13:55:36 -0700          Apache %t, nginx $time_local (in brackets there)
 *   iso     2000-10-10T13:55:36[.123]-07:00     nginx $time_iso8601, HAR; the zone may be Z or absent (then UTC)
 *   number  971211336.123                       nginx $msec, Apache %{sec}t, %{msec}t, %{usec}t
 *
 * All are strict: a date that the calendar does not have is refused.
 */
#ifndef MODELS_ADVICE_LOG_TIME_H
#define MODELS_ADVICE_LOG_TIME_H

#include <stdint.h>

#include "sim/kernel/text.h"

enum { MICROSECONDS = 1000000 };

/* A date in its zone, of which `clf` was read last: lines of a log share it, and it is most of the work. Zeroes: none. */
enum { LOG_DATE_BYTES = 12, LOG_ZONE_BYTES = 5 };
struct log_day {
    char date[LOG_DATE_BYTES], zone[LOG_ZONE_BYTES]; /* "10/Oct/2000:", "-0700" */
    int64_t begin_us;                                /* its midnight */
};
bool log_time_clf(struct span text, struct log_day *day, int64_t *time_us);
bool log_time_iso(struct span text, int64_t *time_us);

/* A decimal number of `unit_us` microseconds, 0 or more, such as "1.25" seconds; digits beyond a microsecond are cut. */
bool log_time_number(struct span text, int64_t unit_us, int64_t *time_us);

/* By a format of strftime(3), in the C locale; a format without %z is taken as UTC. */
bool log_time_strptime(struct span text, const char *format, int64_t *time_us);

/* "2000-10-10 20:55:36" (UTC); returns `out`. */
enum { LOG_TIME_BYTES = 40 };
const char *log_time_print(int64_t time_us, char out[LOG_TIME_BYTES]);

#endif
