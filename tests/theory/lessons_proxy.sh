#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# The two lessons with a proxy, as lessons.sh has the others. Where a figure is a closed form it must lie in the simulation's 99.9 % interval: the
# half-width printed times 4.781 / 2.262 (Student's t, 9 degrees of freedom). `linger verify` and unit/test_web_proxy.c hold the same closed
# forms against it far more closely.
#
# run: alone
. tests/tap.sh
. tests/lesson.sh
LINGER=${1:-${LINGER:-build/linger}}
SCRATCH=${SCRATCH:-$(mktemp -d)}

# ---- 9: TIME_WAIT ------------------------------------------------------------------------------------------
# 600 requests/s, Poisson. The window is one whole minute, in which each of the 28,232 ports is taken once: 470.533/s exactly. The
# rest of 36,000 +- 190 requests (3 replications: +- 110, 1.8/s) fails.

lesson lesson-9-time-wait run
between "lesson 9: 28,232 / 60 s connections a second" 470.53 "$(seen - connections_per_s)" 470.54
between "lesson 9: what comes beyond is answered 502" 123 "$(seen - bad_gateway_ports_per_s)" 136
between "lesson 9: a fifth" 0.2 "$(seen - bad_gateway_share)" 0.23
equal "lesson 9: for no other reason" "$(seen - bad_gateway_per_s)" "$(seen - bad_gateway_ports_per_s)"
equal "lesson 9: all ports are taken" "$(seen - proxy_ports_peak)" 28232
between "lesson 9: nearly all of them in TIME_WAIT" 27500 "$(seen - time_wait_clients)" 28232
between "lesson 9: none at the server" 0 "$(seen - time_wait)" 1
between "lesson 9: the CPU is idle" 0.01 "$(high - cpu_utilisation)" 0.05
lesson lesson-9-time-wait sweep
# The server's entry ends when its port comes round again, after 28,232 / 600 = 47 s: as many entries as ports.
equal "lesson 9: the server closes: it has one for each port" "$(seen "0;server" time_wait_peak)" 28232
between "lesson 9: the server closes: always" 28200 "$(seen "0;server" time_wait)" 28232
between "lesson 9: the server closes: no port is missed" 590 "$(seen "0;server" connections_per_s)" 610
equal "lesson 9: the server closes: the proxy has none" "$(seen "0;server" time_wait_clients)" 0
# 100 requests a connection (server.requests_per_connection), each of which then stays 60 s: 6/s and 360 entries.
for who in proxy server; do
    equal "lesson 9: nothing fails if the server closes, or with a pool (closes_first $who)" \
        "$(seen "0;server" bad_gateway_per_s) $(seen "32;$who" bad_gateway_per_s)" "0 0"
    between "lesson 9: a pool: a hundredth of the connections" 5.8 "$(seen "32;$who" connections_per_s)" 6.2
    between "lesson 9: a pool: few entries" 348 "$(seen "32;$who" time_wait)" 372
done

# ---- 10: two timeouts ------------------------------------------------------------------------------------------
# Requests come to the proxy's one connection as from a Poisson process of 20 / 80 s: the share of gaps that meet the FIN is
# exp(-(T-r)/4) - exp(-T/4) with T = 5 s, r = 20 ms; a fifth of these may not be sent twice. Without a proxy each browser has gaps of
# its own, of 80 s, and r = 50 ms.

held_by() { # NAME LEVELS MEASURE EXACT: in the 99.9 % interval
    between "$1: exact $4" "$(widen "$2" "$3" -1)" "$4" "$(widen "$2" "$3" 1)"
}
widen() { awk -v l="$1" -v m="$2" -v side="$3" '$1 == l && $2 == m { print $3 + side * $4 * 4.781 / 2.262 }' "$SCRATCH/seen"; }
races() { # LEVELS MEAN_GAP_S RTT_S SHARE: a second
    awk -v x="$(seen "$1" requests_per_s)" -v gap="$2" -v r="$3" -v share="$4" \
        'BEGIN { printf "%.4g", share * x * (exp(-(5 - r) / gap) - exp(-5 / gap)) }'
}

lesson lesson-10-two-timeouts sweep
held_by "lesson 10: proxy: races" "on;5" proxy_races_per_s "$(races "on;5" 4 0.02 1)"
held_by "lesson 10: proxy: a fifth of them 502" "on;5" bad_gateway_per_s "$(races "on;5" 4 0.02 0.2)"
held_by "lesson 10: proxy: the others sent again" "on;5" proxy_retries_per_s "$(races "on;5" 4 0.02 0.8)"
held_by "lesson 10: browsers: resets" "off;5" resets_per_s "$(races "off;5" 80 0.05 1)"
between "lesson 10: 31 races a day" 25 "$(awk -v x="$(seen "on;5" proxy_races_per_s)" 'BEGIN { print x * 86400 }')" 37
between "lesson 10: they are there beyond chance" 1e-5 "$(low "on;5" bad_gateway_per_s)" 1e-3
equal "lesson 10: every 502 is a page lost" "$(seen "on;5" pages_failed_per_s)" "$(seen "on;5" bad_gateway_races_per_s)"
equal "lesson 10: the user of a proxy sees no reset" "$(seen "on;5" resets_per_s)" 0
equal "lesson 10: who reuses gives up first: never" \
    "$(seen "on;75" proxy_races_per_s) $(seen "on;75" bad_gateway_per_s) $(seen "off;75" resets_per_s)" "0 0 0"
equal "lesson 10: and the server closes nothing" "$(seen "on;75" closed_by_idle_limit) $(seen "off;75" closed_by_idle_limit)" "0 0"
tap_end
