#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# The lessons of inputs/scenarios/lesson-*.ini: each command that a lesson names is run, must end within 5 s, and must show the effect that
# the lesson tells of, in direction and size. Bounds are worked out beside each, from the scenario's numbers or from what real servers did;
# where an interval decides, its half-width is on the unfavourable side.
#
# run: alone
. tests/tap.sh
. tests/lesson.sh
LINGER=${1:-${LINGER:-build/linger}}
SCRATCH=${SCRATCH:-$(mktemp -d)}

# ---- 1: a hundred users ----------------------------------------------------------------------------------
# 100 x 5 = 500 daemons x 5 MB; a reader who thinks longer than 15 s (1 in 400) gives his five back for a moment.

lesson lesson-1-hundred-users run
equal "lesson 1: at most 500 daemons hold a connection" "$(seen - daemons_held_peak)" 500
equal "lesson 1: 2,500 MB" "$(seen - memory_held_peak)" 2500000000
between "lesson 1: nearly all of them always" 490 "$(low - daemons_held)" 500
lesson lesson-1-hundred-users sweep
between "lesson 1: off: a few tens at the worst moment" 10 "$(high off daemons_held_peak)" 50
# 100 users x 11 requests in 5 s of thinking and 0.4 s of page, each for a round trip of 50 ms until the FIN is back: 10.3.
between "lesson 1: off: ten on average" 10 "$(seen off daemons_held)" 11
between "lesson 1: off: nearly a fiftieth" 45 "$(ratio "$(low on daemons_held)" "$(high off daemons_held)")" 52

# ---- 2: static objects -------------------------------------------------------------------------------------
# Round trip 0.1 s. On: 1 + k/6 round trips; off: twice as many. Work is 0.1 to 0.9 ms a request, waiting for cores included.

lesson lesson-2-static-objects sweep
for k in 0 6 12 24 48; do
    trips_s=$(awk -v k=$k 'BEGIN { print 0.1 * (1 + k / 6) }')
    between "lesson 2: $k objects, on: a round trip for each six" "$trips_s" "$(seen "$k;on" page_response)" \
        "$(awk -v t="$trips_s" -v k=$k 'BEGIN { print t + 0.001 + 0.0009 * k / 6 }')"
    between "lesson 2: $k objects: off takes twice as long" 1.98 "$(ratio "$(seen "$k;off" page_response)" "$(seen "$k;on" page_response)")" 2.01
    between "lesson 2: $k objects, off: a connection for each request" 0.99 \
        "$(ratio "$(seen "$k;off" connections_per_s)" "$(seen "$k;off" requests_per_s)")" 1.01
    # The window begins at 90 s, so that all entries are there: 60 s x rate (Little).
    between "lesson 2: $k objects, off: TIME_WAIT holds 60 s of them" 58.5 \
        "$(ratio "$(seen "$k;off" time_wait)" "$(seen "$k;off" requests_per_s)")" 61.5
    equal "lesson 2: $k objects, on: no connection is closed" "$(seen "$k;on" time_wait_peak) $(seen "$k;on" connections_per_s)" "0 0"
    # (57 + 74) / 74 = 1.77 a request.
    between "lesson 2: $k objects: CPU a request" 1.75 "$(ratio \
        "$(ratio "$(seen "$k;off" cpu_utilisation)" "$(seen "$k;off" requests_per_s)")" \
        "$(ratio "$(seen "$k;on" cpu_utilisation)" "$(seen "$k;on" requests_per_s)")")" 1.79
done

# ---- 3: HTTP versions ------------------------------------------------------------------------------------------
# Round trip 0.1 s, a document and ten objects over six connections: 1 + 2 trips where connections are kept, two for each request where not.
# Of a visitor who does not ask, every request is a connection (RFC 9112 9.3).

lesson lesson-3-http-versions sweep
between "lesson 3: HTTP/1.1: three round trips" 0.3 "$(seen 0 page_response)" 0.302
equal "lesson 3: HTTP/1.1: no connection is closed" "$(seen 0 connections_per_s) $(seen 0 time_wait_peak)" "0 0"
between "lesson 3: HTTP/1.0, not asked for: six" 0.6 "$(seen 1 page_response)" 0.602
between "lesson 3: ... and a connection for each request" 0.99 "$(ratio "$(seen 1 connections_per_s)" "$(seen 1 requests_per_s)")" 1.01
between "lesson 3: ... each 60 s in TIME_WAIT" 58.5 "$(ratio "$(seen 1 time_wait)" "$(seen 1 requests_per_s)")" 61.5
between "lesson 3: half of the visitors: half way, within chance" "$(low 0.5 page_response)" 0.45 "$(high 0.5 page_response)"
between "lesson 3: ... of reuse" "$(low 0.5 reuse_share)" 0.5 "$(high 0.5 reuse_share)"
lesson lesson-3-http-versions run
between "lesson 3: HTTP/1.0 that asks is kept like HTTP/1.1" 0.3 "$(seen - page_response)" 0.302
equal "lesson 3: ... no connection is closed" "$(seen - connections_per_s)" 0

# ---- 4: the best timeout -------------------------------------------------------------------------------------
# Each page saves a round trip (0.1 s) when both its connections are still there. 40 users hold 80 of 100 daemons at most; 200
# would hold 400 p, p = 1 - exp(-T/10), which is 100 at T = 2.9 s.

lesson lesson-4-timeout sweep
best() { awk -v users="$1" '{ split($1, l, ";") } l[2] == users && $2 == "page_response" { print $3, l[1] }' "$SCRATCH/seen" |
    sort -g | head -n 1 | cut -d ' ' -f 2; }
equal "lesson 4: 40 users: the longest is the best" "$(best 40)" 15
equal "lesson 4: 200 users: 2 s is the best" "$(best 200)" 2
for users in 40 200; do
    check "lesson 4: $users users: at 2 s better than at 0.5 s, beyond chance" \
        awk -v a="$(high "2;$users" page_response)" -v b="$(low "0.5;$users" page_response)" 'BEGIN { exit !(a < b) }'
    between "lesson 4: $users users: at 0.1 s reconnecting costs CPU" 1.2 \
        "$(ratio "$(low "0.1;$users" cpu_utilisation)" "$(high "2;$users" cpu_utilisation)")" 1.6
done
between "lesson 4: 40 users: 15 s saves up to a round trip and more" 0.1 \
    "$(awk -v a="$(low "0.5;40" page_response)" -v b="$(high "15;40" page_response)" 'BEGIN { print a - b }')" 0.2
between "lesson 4: 200 users: at 5 s pages take many times as long" 10 \
    "$(ratio "$(low "5;200" page_response)" "$(high "2;200" page_response)")" 100
between "lesson 4: 200 users: at 5 s all daemons are held" 99.9 "$(seen "5;200" daemons_held)" 100.01
equal "lesson 4: 40 users: nobody ever waits" "$(seen "15;40" backlog_peak)" 0

# ---- 5: the page cache -------------------------------------------------------------------------------------------
# 90 users x 2 connections, held for 15 s (1 - exp(-5/15)) = 4.25 s and a page of 0.15 to 0.3 s of each 15.3 s: 52 to 54 daemons, and 5
# to 10 spare. A daemon takes 20 MB and 160 kB of kernel from the page cache, a connection's socket 4 kB. 4 requests a page look up 23
# files; Che's equation, solved by another program for 0.70 GB, has 6.5 of them miss. Off: 6 round trips and 20 ms of work.

lesson lesson-5-page-cache sweep
little=2147483648 ample=17179869184
difference() { awk -v a="$1" -v b="$2" 'BEGIN { if (a != "" && b != "") printf "%.9g", a - b }'; }
for ram in $little $ample; do
    between "lesson 5: $ram B: on: daemons" 57 "$(seen "$ram;on" daemons_alive)" 68
    between "lesson 5: $ram B: off: no more than spare ones" 8 "$(seen "$ram;off" daemons_alive)" 12
    equal "lesson 5: $ram B: no fork is refused, nothing swaps" \
        "$(seen "$ram;on" forks_refused_per_s) $(seen "$ram;off" forks_refused_per_s) $(seen "$ram;on" swap_peak)" "0 0 0"
    daemons=$(difference "$(seen "$ram;on" daemons_alive)" "$(seen "$ram;off" daemons_alive)")
    between "lesson 5: $ram B: what daemons take is gone from the page cache" 20.1e6 \
        "$(ratio "$(difference "$(seen "$ram;off" page_cache)" "$(seen "$ram;on" page_cache)")" "$daemons")" 20.3e6
done
between "lesson 5: little memory: on takes a third longer than off, and more, beyond chance" 1.33 \
    "$(ratio "$(low "$little;on" page_response)" "$(high "$little;off" page_response)")" 2
between "lesson 5: little memory, on: 6 to 8 of 23 look-ups miss" 6 \
    "$(ratio "$(seen "$little;on" disk_reads_per_s)" "$(seen "$little;on" pages_per_s)")" 8
between "lesson 5: little memory, off: less than one" 0 "$(ratio "$(high "$little;off" disk_reads_per_s)" "$(low "$little;off" pages_per_s)")" 1
between "lesson 5: little memory: the disk reads many times as much" 8 \
    "$(ratio "$(low "$little;on" disk_reads_per_s)" "$(high "$little;off" disk_reads_per_s)")" 16
between "lesson 5: little memory, on: the disk is not the limit" 0.4 "$(high "$little;on" disk_utilisation)" 0.6
check "lesson 5: ample memory: on is faster again, beyond chance" \
    awk -v on="$(high "$ample;on" page_response)" -v off="$(low "$ample;off" page_response)" 'BEGIN { exit !(on < off) }'
between "lesson 5: ample memory, off: six round trips and the work" 0.2 "$(seen "$ample;off" page_response)" 0.203
equal "lesson 5: ample memory: the disk is idle" "$(seen "$ample;on" disk_reads_per_s) $(seen "$ample;off" disk_reads_per_s)" "0 0"
between "lesson 5: off hardly cares for memory" 0.95 "$(ratio "$(low "$little;off" page_response)" "$(high "$ample;off" page_response)")" 1.07

# ---- 6: the worker limit ---------------------------------------------------------------------------------------
# Measured with Apache 2.4.71 prefork, Debian 12, these settings: 89.7 requests/s, 325 connections held, pages 9.2 s, CPU 1 %.

lesson lesson-6-worker-limit run
between "lesson 6: all daemons are held" 149.9 "$(seen - daemons_held)" 150.01
between "lesson 6: measured 175 waiting" 165 "$(seen - backlog)" 190
between "lesson 6: measured 89.7 requests/s" 85 "$(seen - requests_per_s)" 95
between "lesson 6: measured 9.2 s a page" 8.3 "$(seen - page_response)" 10.2
between "lesson 6: the CPU is idle" 0.001 "$(high - cpu_utilisation)" 0.05
lesson lesson-6-worker-limit sweep
between "lesson 6: off: pages at once" 0.0005 "$(high "150;off" page_response)" 0.005
between "lesson 6: off: four times the pages and more" 3.5 "$(ratio "$(low "150;off" pages_per_s)" "$(high "150;on" pages_per_s)")" 4.5
between "lesson 6: 600 daemons: hundreds of times as fast" 200 \
    "$(ratio "$(low "150;on" page_response)" "$(high "600;on" page_response)")" 5000
between "lesson 6: off: nobody waits" 0 "$(high "150;off" backlog)" 0.05

# ---- 7: architectures ----------------------------------------------------------------------------------------------
# 500 connections. prefork 500 to 575 processes of 412 kB; worker 20 to 24 processes of 25 threads, 3.2 MB each; event about 7 of
# them (75 connections each); nginx 500 x 4.5 kB. 5 to 7 MB more are everybody's.

lesson lesson-7-architectures sweep
for who in prefork worker event nginx; do
    between "lesson 7: $who: the same pages" 31 "$(seen $who pages_per_s)" 35
    between "lesson 7: $who: connections are held" 470 "$(seen $who connections_open)" 500
    between "lesson 7: $who: and idle" 0.99 "$(ratio "$(seen $who connections_idle)" "$(seen $who connections_open)")" 1
done
between "lesson 7: prefork: a process each" 500 "$(seen prefork processes)" 575
between "lesson 7: worker: a thread each" 20 "$(seen worker processes)" 24
between "lesson 7: event: 75 a process" 6.6 "$(seen event processes)" 9
equal "lesson 7: nginx: one process" "$(seen nginx processes)" 1
between "lesson 7: prefork and worker: daemons held" 490 "$(seen worker daemons_held)" 500
between "lesson 7: event and nginx: none, but for work" 0 "$(high event daemons_held)" 0.2
between "lesson 7: memory, prefork to worker" 2.5 "$(ratio "$(low prefork memory_total)" "$(high worker memory_total)")" 4
between "lesson 7: memory, worker to event" 2 "$(ratio "$(low worker memory_total)" "$(high event memory_total)")" 3.3
between "lesson 7: memory, event to nginx" 3 "$(ratio "$(low event memory_total)" "$(high nginx memory_total)")" 5
between "lesson 7: memory, prefork to nginx" 25 "$(ratio "$(low prefork memory_total)" "$(high nginx memory_total)")" 40

# ---- 8: RSS and PSS ---------------------------------------------------------------------------------------------------
# 500 to 520 daemons: x 5 MB, or 4.8 MB + x 0.242 MB. Measured with 500 daemons: 2.4 GB and 0.12 GB.

lesson lesson-8-rss-and-pss run
between "lesson 8: ps adds up to 2.5 GB" 2.5e9 "$(seen - memory_rss_peak)" 2.61e9
between "lesson 8: PSS is 126 MB" 1.2e8 "$(seen - memory_pss)" 1.32e8
between "lesson 8: a twentieth" 18 "$(ratio "$(low - memory_rss)" "$(high - memory_pss)")" 22
lesson lesson-8-rss-and-pss sweep
between "lesson 8: 4 of 5 MB private: little more than PSS" 1.2 "$(ratio "$(seen 4000000 memory_rss)" "$(seen 4000000 memory_pss)")" 1.3
tap_end
