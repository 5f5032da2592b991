#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# linger race. The pairs of defaults that fail in public reports, and those that are recommended, by the vendors' own numbers (not by our
# presets): AWS ALB 60 s, Node.js 5 s + 1 s, nginx 75 s and upstream 60 s, Jetty 30 s, Caddy 120 s, GCP 600 s, Apache 5 s, Envoy 3600 s. The closed
# form is worked out here by awk from F(T) - F(T - r) of the law. What is printed of the simulation must be what `linger run` says of the same
# scenario; whether its intervals hold the closed form, unit/test_race.c counts. So nothing here is left to chance.
. tests/tap.sh
LINGER=${1:-${LINGER:-build/linger}}
SCRATCH=${SCRATCH:-$(mktemp -d)}
cd "$(dirname "$0")/../.." || exit 1

race() { "$LINGER" race "$@" 2>&1; }
# verdict CODE REUSER SERVER REUSER_S SERVER_S: fits (0) or not (1), and of these limits.
verdict() {
    local code=$1 said
    said=$(race --reuser "$2" --server "$3" --gaps 'uniform(1s,2s)')
    equal "$2 before $3: code" $? "$code"
    check "$2 keeps $4 s, $3 $5 s" grep -qzE "reuser  $4 s .*server  $5 s " <<<"$said"
    race --reuser "$4s" --server "$5s" --gaps 'uniform(1s,2s)' >/dev/null
    equal "the same by times" $? "$code"
}
verdict 1 aws-alb node-25 60 6
verdict 1 nginx-1.29.7 jetty-12 60 30
verdict 1 caddy-2 node-25 120 6
verdict 1 gcp-alb nginx-1.29.7 600 75
verdict 1 gcp-alb apache-event 600 5
for server in nginx-1.29.7:75 apache-event:5 node-main:66 tomcat:60 jetty-12:30 gunicorn-gevent:2 caddy-2:300 iis-10:120; do
    verdict 1 envoy-1 "${server%:*}" 3600 "${server#*:}"
done
verdict 0 aws-alb nginx-1.29.7 60 75
verdict 0 aws-alb node-main 60 66
table=$(race)
equal "the table: races, of those known to" "$(sed -n '/known to race/,/known to fit/p' <<<"$table" | grep -c '  -[0-9]* s  .*[0-9]$')" 11
equal "the table: none of them fits" "$(sed -n '/known to race/,/known to fit/p' <<<"$table" | grep -c 'fits$')" 0
equal "the table: those known to fit do" "$(sed -n '/known to fit/,$p' <<<"$table" | grep -c 'fits$')" 2

# At the edge: 60 s + 500 us.
race --reuser 60s --server 60.0004s >/dev/null; equal "a round trip too short" $? 1
race --reuser 60s --server 60.0006s >/dev/null; equal "just long enough" $? 0
race --reuser 60s --server 65s --scan 10s >/dev/null; equal "not for a server that looks each 10 s" $? 1
race --reuser 0 --server 75s >/dev/null; equal "a reuser without a limit never fits" $? 1
race --reuser 60s --server 0 >/dev/null; equal "keep-alive off always does" $? 0

# close NAME REUSER SERVER RTT LAW MEAN-GAP RACES POOLED, the last three in awk: of gaps those that race, and those below the smaller limit. 20 %
# must not be sent twice; of n requests n (1 - x) begin a gap, x = races x 0.2 / (1 + races x 0.2). Four digits are printed, two of a half-width.
close() {
    local n horizon
    race --reuser "$2" --server "$3" --rtt "$4" --gaps "$5" >"$SCRATCH/said"
    n=$(sed -n 's/^  (\([0-9]*\) requests simulated)$/\1/p' "$SCRATCH/said")
    horizon=$(awk "BEGIN { printf \"%.17g\", $n / 20 * ($6) }")
    printf '%s\n' '[users]' count=1 objects=0 connections=1 rtt=0 "think=$5" non_idempotent=20% '[cpu]' connection=0 fork=0 request=0 '[server]' start=50 \
        worker_limit=50 spare_max=50 requests_per_connection=0 "idle_limit=$3" '[machine]' ram=100GiB '[proxy]' present=on requests_per_connection=0 \
        connection_age_limit=0 "idle_limit=$2" "rtt=$4" '[run]' warmup=0 replications=20 seed=1 "horizon=$horizon" >"$SCRATCH/pair.ini"
    "$LINGER" run "$SCRATCH/pair.ini" -q --json 2>/dev/null | sed -nE 's/^ *"(proxy_race_share|bad_gateway_share)": \{.*"mean": ([^,]*), "half_width": ([^,]*),.*/\1 \2 \3/p' >"$SCRATCH/ran"
    check "$1" awk "BEGIN { r = $7; p = $8; exact[\"proxy_race_share\"] = r / p; exact[\"bad_gateway_share\"] = 0.2 * r / (1 + 0.2 * r) }
        function off(a, b, digits) { return (a - b) > digits * b || (b - a) > digits * b }
        NR == FNR { mean[\$1] = 100 * \$2; half[\$1] = 100 * \$3; next }
        function look(what, f) {
            n++
            if (off(\$f, 100 * exact[what], 0.0006)) { print what, \"closed form\", \$f, \"not\", 100 * exact[what]; wrong = 1 }
            if (off(\$(f + 2), mean[what], 0.0006)) { print what, \"simulated\", \$(f + 2), \"not\", mean[what]; wrong = 1 }
            if (off(\$(f + 4), half[what], 0.06)) { print what, \"+-\", \$(f + 4), \"not\", half[what]; wrong = 1 }
        }
        /met a close, of/ { look(\"proxy_race_share\", 9) }
        /answered 502, of/ { look(\"bad_gateway_share\", 6) }
        END { if (n != 2 || wrong) exit 1 }" "$SCRATCH/ran" "$SCRATCH/said"
}
close "exponential(5s), 60 s before 5 s" 60s 5s 1s 'exponential(5s)' 5 'exp(-4/5)-exp(-1)' '1-exp(-1)'
close "exponential(20s), 30 s before 10 s" 30s 10s 2s 'exponential(20s)' 20 'exp(-8/20)-exp(-0.5)' '1-exp(-0.5)'
close "uniform(1s,9s), 4.9 s before 5 s" 4.9s 5s 400ms 'uniform(1s,9s)' 5 '0.3/8' '3.9/8'
close "pareto(1s,1.5), 60 s before 5 s" 60s 5s 2s 'pareto(1s,1.5)' 3 '3^-1.5-5^-1.5' '1-5^-1.5'

# A round trip of 10 ms in 10 s, looked at each 10 s: the mean over U in 10 .. 20 s of exp(-(U-r)/m) - exp(-U/m), m = 10 s, is
# (exp(r/m) - 1) (exp(-1) - exp(-2)).
share=$(race --reuser 600s --server 10s --rtt 10ms --scan 10s --gaps 'exponential(10s)' --non-idempotent 0 --rate 1000/s | sed -nE "s/^  met a close  .* ([0-9]+) a day\$/\1/p")
equal "a scan is averaged: a day" "$share" "$(awk 'BEGIN { printf "%.0f", 86400 * 1000 * (exp(0.001) - 1) * (exp(-1) - exp(-2)) }')"
tap_end
