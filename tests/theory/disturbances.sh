#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# A spike, an idle attack and a reload: the scenarios that are shipped for them. What they must show is worked out here, by hand, by Little's law, or
# by a replay of a queue in awk. Tolerances were set before it was run. Where chance plays a part they are 3.29 standard errors of what the law of the
# arrivals says (a false alarm in 1000 each, 6 of them), or the 99.9 % interval of the ten replications, 4.781 / 2.262 times the half-width (one).
#
# run: alone
. tests/tap.sh
. tests/lesson.sh
LINGER=${1:-${LINGER:-build/linger}}
SCRATCH=${SCRATCH:-$(mktemp -d)}

# column FOLDER NAME FROM TO: of series.csv, the rows whose interval ends within, one a line.
column() {
    awk -F, -v name="$2" -v from="$3" -v to="$4" 'NR == 1 { for (i = 1; $i != name; i++); next } $1 >= from && $1 <= to { print $i }' "$SCRATCH/$1/series.csv"
}
series() { "$LINGER" run "$@" -q -f --no-plots -r 1 -o "$SCRATCH/series" >"$SCRATCH/out" 2>&1; }
run() { "$LINGER" run "$@" -q --json 2>/dev/null | sed -n 's/^ *"\([a-z0-9_]*\)": {"unit": "[^"]*", "mean": \([^,]*\), "half_width": \([^,]*\),.*/- \1 \2 \3/p' >"$SCRATCH/seen"; }
about() { between "$1" "$(awk "BEGIN { print $3 - ($4) }")" "$2" "$(awk "BEGIN { print $3 + ($4) }")"; }

# ---- the spike -----------------------------------------------------------------------------------------------

# A flood at 60 s on five daemons that were idle: by httpd's rule (spawn doubles 1, 2, 4 .. 32 a second) 6, 8, 12, 20, 36, 68, 100, 132 of them, and the
# limit of 150 in the ninth second.
printf 'time_s,factor\n0,0\n60,0\n60.001,1000\n100,1000\n' >"$SCRATCH/flood.csv"
sed -e "s|rates = .*|rates = $SCRATCH/flood.csv|" inputs/scenarios/spike.ini >"$SCRATCH/flood.ini"
series "$SCRATCH/flood.ini" --set users.sessions=1/s --set run.horizon=72s
equal "spike: daemons of a flood, second by second" "$(column series daemons_alive 60 71 | awk '{ printf "%.4g ", $1 }')" \
    "5 5 6 8 12 20 36 68 100 132 150 150 "

lesson spike run
equal "spike: the daemons' rate doubles in the scenario itself, from 60 s on, while too few are idle" \
    "$(column spike daemons_alive 60 80 | awk 'NR > 1 && $1 > last + 0.5 && n < 5 { printf "%d ", $1 - last + 0.5; n++ } { last = $1 }')" "1 2 4 8 16 "
between "spike: at most what MaxRequestWorkers allows" 100 "$(seen - daemons_alive_peak)" 150
equal "spike: nothing fails" "$(seen - pages_failed_per_s) $(seen - syn_dropped_per_s)" "0 0"
slow_p95=$(seen - page_response_p95)
# Of a visit (round trip r = 50 ms) the first connection is there at 1.5 r and has its last answer sent at 3.5 r, four more from 3.5 to 4.5 r; each stays
# for 5 s and a round trip of FINs: 5.15 + 4 x 5.1 = 25.55 s in all, so 102 at 4 visits a second. The page takes 5 r. (nginx makes nobody wait.)
run inputs/scenarios/spike.ini --set server.preset=nginx-debian12 --set server.idle_limit=5s
pages=$(awk -v x="$(seen - pages_per_s)" 'BEGIN { print x * 240 }')
about "spike: connection seconds of a visit" "$(ratio "$(seen - connection_seconds)" "$pages")" 25.55 25.55*0.02
about "spike: a page without waiting" "$(seen - page_response)" 0.25 0.002
# 0.2/s x 120 s and 4/s x 120 s are 504 visits; the deviation of ten replications is sqrt(504 / 10).
about "spike: visits" "$pages" 504 '3.29 * sqrt(50.4)'
lesson spike sweep spare_min
check "spike: spare servers, a p95 of $(seen 50 page_response_p95) s instead of $(seen 5 page_response_p95)" \
    awk -v a="$(high 50 page_response_p95)" -v b="$(low 5 page_response_p95)" -v c="$slow_p95" 'BEGIN { exit !(a < b && a < c / 2) }'
lesson spike sweep server.preset
between "spike: event holds no daemon for what is idle" 25 "$(seen apache-event-debian12 daemons_alive_peak)" 100
about "spike: nginx does not notice" "$(seen nginx-debian12 page_response_max)" 0.25 0.002

# ---- the idle attack -----------------------------------------------------------------------------------------

# Little: with daemons for all, each attacker holds one for 20 s; 10 a second for 120 s are 1200, 200 at a time.
attack=inputs/scenarios/idle-attack.ini
run $attack --set server.worker_limit=1000
closed=$(seen - closed_by_header_limit)
about "attack: daemon seconds are 20 for each" "$(awk -v x="$(seen - daemons_busy)" 'BEGIN { print x * 300 }')" "$closed * 20" "$closed * 20 * 0.001"
about "attack: how many" "$closed" 1200 '3.29 * sqrt(1200 / 10)'
# Over 80 s the mean of M/D/infinity has the variance 2 x 200 x integral of (1 - t/20) over 80 = 50.
series $attack --set server.worker_limit=1000
about "attack: daemons, 100 to 180 s" "$(column series daemons_busy 101 180 | awk '{ s += $1 } END { print s / NR }')" 200 '3.29 * sqrt(50)'
lesson idle-attack run
equal "attack: all slots are taken" "$(seen - daemons_held_peak)" 150
between "attack: the CPU is idle" 0 "$(seen - cpu_utilisation)" 0.01
equal "attack: nobody is refused" "$(seen - syn_dropped_per_s)" 0
# The queue replayed: 150 servers, first come first served; a visitor a second holds one for 5.05 s, from 60 to 180 s an attacker each 0.1 s
# for 20 s. Arrivals are regular here, so only the mean wait is compared, over all visitors.
waited=$(awk 'BEGIN {
    for (i = 0; i < 3000; i++) {
        t = i / 10
        if (t >= 60 && t < 180) { n++; at[n] = t; hold[n] = 20; visitor[n] = 0 }
        if (i % 10 == 5) { n++; at[n] = t + 0.05; hold[n] = 5.05; visitor[n] = 1 }
    }
    for (k = 1; k <= n; k++) {
        first = 1
        for (s = 2; s <= 150; s++) if (free[s] + 0 < free[first] + 0) first = s
        begin = free[first] > at[k] ? free[first] : at[k]
        free[first] = begin + hold[k]
        if (visitor[k]) { sum += begin - at[k]; visitors++ }
    }
    printf "%.4f", sum / visitors }')
half=$(awk -v l=- -v m=page_response '$1 == l && $2 == m { print $4 * 4.781 / 2.262 }' "$SCRATCH/seen")
about "attack: visitors wait $waited s on average and take 0.1 s" "$(seen - page_response)" "$waited + 0.1" "$half"
check "... which is known to a third" awk -v h="$half" -v x="$(seen - page_response)" 'BEGIN { exit !(h < x / 3) }'
lesson idle-attack sweep header_limit
# 10 a second x 5 s, and 5 visitors: 55 of 150.
between "attack: 5 s leave slots free" 55 "$(seen 5 daemons_held_peak)" 149
about "attack: ... and 95 % of the visitors see nothing" "$(seen 5 page_response_p95)" 0.1 0.002
lesson idle-attack sweep server.preset
# 10 a second x 60 s and a visitor a second x 75 s are 675; the largest of a Poisson number over some 100 s is within 4 deviations above.
between "attack: nginx has connections for all" 675 "$(seen nginx-debian12 connections_open_peak)" "$(awk 'BEGIN { print 675 + 4 * sqrt(675) }')"
about "attack: nginx: nobody waits" "$(seen nginx-debian12 page_response_max)" 0.1 0.002
check "attack: event has as many threads, and they are taken" test "$(seen apache-event-debian12 daemons_held_peak)" = 150

# ---- the reload ------------------------------------------------------------------------------------------------

lesson reload run
equal "reload: no more processes than ServerLimit" "$(seen - processes_peak)" 6
# 50 MB at 4 Mbit/s: 100 s. Every old process is gone 101 s after the reload, and with one fork a second six new ones are there six later.
equal "reload: all threads are back at 288 s" "$(column reload daemons_alive 288 289 | tail -n 1 | awk '{ printf "%.4g", $1 }')" 150
# While no thread takes connections, what is answered are the downloads that were under way: no more than connections outside the queue. (Visitors would
# have asked for 8 x 11 files a second.)
check "reload: while there is no thread, only downloads end" awk -F, \
    'NR == 1 { for (i = 1; i <= NF; i++) c[$i] = i; next }
    $1 >= 182 && $c["daemons_alive"] == 0 { if (!n++) old = $c["connections_open"] - $c["backlog"]; done += $c["requests_per_s"] }
    END { print n, "seconds", done, "of", old; exit !(n > 0 && done <= old + 1e-9) }' "$SCRATCH/reload/series.csv"
equal "reload: the backlog is full: 511, and one more" "$(seen - backlog_peak)" 512
check "reload: SYNs are dropped" awk -v x="$(low - syn_dropped_per_s)" 'BEGIN { exit !(x > 0) }'
lesson reload sweep process_limit
between "reload: 16 are never all needed: six old, six new, and some that were reaped before" 7 "$(seen 16 processes_peak)" 16
equal "reload: with 16 nothing is dropped" "$(seen 16 syn_dropped_per_s) $(seen 16 pages_failed_per_s)" "0 0"
about "reload: a download takes 100 s" "$(seen 16 page_response_max)" 100.3 0.5
between "reload: with 16 pages take 5 round trips, some a new connection more" 0.25 "$(seen 16 page_response_p95)" 0.6
# nginx closes what is idle: by Little 8 visits a second x 6 connections x 5 s; the deviation is 6 sqrt(40), of ten replications.
run inputs/scenarios/reload.ini --set server.preset=nginx-debian12 --set server.idle_limit=5s
about "reload: nginx closes the idle ones" "$(seen - closed_by_dying_process)" 240 '3.29 * 6 * sqrt(40 / 10)'
lesson reload sweep server.preset
equal "reload: nginx drops nothing" "$(seen nginx-debian12 syn_dropped_per_s) $(seen nginx-debian12 backlog_peak)" "0 0"
tap_end
