#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# What linger tune and linger capacity find, against what theory knows: the best idle limit of four laws of gaps, simulated, by
# J' = (1-F)(1-A h) worked out on paper; the best whole second of a real log (LINGER_TRUTH); the load at which closed users cross a limit,
# by exact MVA (Reiser and Lavenberg 1980), counted here by awk.
. tests/tap.sh
LINGER=${1:-${LINGER:-build/linger}}
SCRATCH=${SCRATCH:-$(mktemp -d)}

# ---- gaps of a known law ---------------------------------------------------------------------------------------
# One document a page and no time but thinking: the gaps are users.think. An opening costs 10 s of holding.

cat >"$SCRATCH/gaps.ini" <<'END'
[users]
count       = 100
objects     = 0
connections = 1
rtt         = 0s

[server]
architecture            = nginx
connection_limit        = 1000000
requests_per_connection = 0

[cpu]
connection = 0s
request    = 0s

[run]
warmup  = 100s
horizon = 700s
END

tune() { "$LINGER" tune "$@" --quiet --json >"$SCRATCH/json" 2>"$SCRATCH/err" || cat "$SCRATCH/err"; }
low() { sed -n 's/.*"low": \([^,]*\),.*/\1/p' "$SCRATCH/json"; }
high() { sed -n 's/.*"high": \([^}]*\)}.*/\1/p' "$SCRATCH/json"; }
known() { sed -n 's/.*"known": {.*"value": \([^}]*\)}.*/\1/p' "$SCRATCH/json"; }
best() { sed -n 's/.*"best": {"server.idle_limit": "\([^"]*\)"}.*/\1/p' "$SCRATCH/json"; }
within() { awk -v x="$1" -v low="$2" -v high="$3" 'BEGIN { exit !(low != "" && low < x && x < high) }'; }
near() { awk -v a="$1" -v b="$2" -v e="$3" 'BEGIN { d = a - b; exit !(a != "" && d < e && -d < e) }'; }

# law NAME LAW WANTED: the optimum lies in the interval; the closed form is the one on paper.
law() {
    tune "$SCRATCH/gaps.ini" --opening-cost 10s --set users.think="$2"
    check "$1: simulation finds $3 s between $(low) and $(high) s" within "$3" "$(low)" "$(high)"
    check "$1: the closed form says $(known)" near "$(known)" "$3" 1e-5
    check "$1: an interval that says something" awk -v low="$(low)" -v high="$(high)" 'BEGIN { exit !(high / low < 1.6) }'
}
law "Pareto gaps" 'pareto(1s,1.5)' 15
law "Weibull gaps" 'weibull(1.46s,0.382)' 6.922450
law "bursts and thinking" 'mix(0.8,exponential(0.5s),exponential(30s))' 2.408236

# Exponential gaps have no best limit in between: with hazard 1/30 below 1/A close at once, with 1/5 above it never.
tune "$SCRATCH/gaps.ini" --opening-cost 10s --set 'users.think=exponential(30s)'
equal "exponential gaps of 30 s: close at once" "$(best) $(known) $(low)" "0 0 null"
tune "$SCRATCH/gaps.ini" --opening-cost 10s --set 'users.think=exponential(5s)'
equal "exponential gaps of 5 s: for ever" "$(known) $(high)" "null null"
check "exponential gaps of 5 s: the longest will do" awk -v t="$(best)" 'BEGIN { exit !(t >= 20) }'
tune "$SCRATCH/gaps.ini" --objective 'minimise connection_seconds + 10*connections_opened' --set 'users.think=pareto(1s,1.5)' \
    --vary server.idle_limit=5,15,60
equal "the same in words" "$(within 15 "$(low)" "$(high)" && echo found)" found

# ---- a real log ----------------------------------------------------------------------------------------------------

log=${LINGER_TRUTH:-}/data/nasa_ksc_19950801.csv.gz
if [ -z "${LINGER_TRUTH:-}" ]; then
    skip "the best whole second of the NASA-HTTP log" "LINGER_TRUTH is not set: it names the folder of expected values, which is not part of the repository"
else
    while read -r price wanted; do
        said=$("$LINGER" tune inputs/scenarios/trace-replay.ini --set workload.file="$log" --opening-cost "${price}s")
        contains "NASA: an opening at $price s of holding" "$said" "best idle limit  $wanted s, of all whole seconds"
        contains "NASA: ... and to write" "$said" "  idle_limit = ${wanted}s"
        ratio=$(sed -n 's/.* \([0-9.]*\) times the least any policy could pay.*/\1/p' <<<"$said")
        check "NASA: a limit of $price s costs $ratio times the least" awk -v r="$ratio" 'BEGIN { exit !(r >= 1 && r <= 2) }'
    done <<<"10 2
30 9
120 48"
fi

# The shipped sample by hand: gaps a 3 5 12, b 7, c 3; 3 clients. J(T) = 10 opens + sum min(g, T) + 3 T, the request winning ties:
# T 0: 80. T 3: 60 + 15 + 9 = 84. T 5: 50 + 21 + 15 = 86. T 7: 40 + 25 + 21 = 86. T 12: 30 + 30 + 36 = 96. With 30 instead of 10, T 7:
# 120 + 46 = 166, T 5: 150 + 36 = 186, T 12: 90 + 66 = 156, T 0: 240.
contains "the sample, A 10" "$("$LINGER" tune inputs/scenarios/trace-replay.ini --opening-cost 10s)" "best idle limit  0 s"
contains "the sample, A 30" "$("$LINGER" tune inputs/scenarios/trace-replay.ini --opening-cost 30s)" "best idle limit  12 s"
contains "the sample, A 30: its cost" "$("$LINGER" tune inputs/scenarios/trace-replay.ini --opening-cost 30s)" "156 held seconds: 3 openings, 66 s"

# ---- closed users -------------------------------------------------------------------------------------------------------

cat >"$SCRATCH/closed.ini" <<'END'
[users]
count       = 20
objects     = 0
connections = 1
rtt         = 0s
think       = exponential(7s)

[server]
start                   = 2000
worker_limit            = 2000
spare_max               = 2000
idle_limit              = 1h
requests_per_connection = 0

[machine]
cores = 1
ram   = 100GiB

[cpu]
connection = 0s
request    = exponential(100ms)
fork       = 0s

[run]
warmup  = 200s
horizon = 4200s
END

# mva USERS: the response time of USERS who think for 7 s in front of one processor at 0.1 s. R = S (1 + Q), X = n / (Z + R), Q = X R.
mva() { awk -v users="$1" 'BEGIN { for (n = 1; n <= users; n++) { r = 0.1 * (1 + q); q = n / (7 + r) * r } printf "%.6f", r }'; }
edge() { sed -n "s/^  \"$1\": \(.*\),/\1/p" "$SCRATCH/json"; }
# capacity LIMIT USERS: USERS is the most that keep it by MVA.
capacity() {
    local limit=$1 users=$2
    shift 2
    "$LINGER" capacity "$SCRATCH/closed.ini" --quiet --json --slo "page_response < ${limit}s" "$@" >"$SCRATCH/json" 2>&1
    check "MVA: up to $users users answer in $limit s; simulated: $(edge holds_to) do, $(edge fails_from) do not" \
        awk -v a="$(edge holds_to)" -v b="$(edge fails_from)" -v n="$users" 'BEGIN { exit !(a != "" && a <= n + 0.5 && b >= n + 0.5 && b - a <= 4) }'
}
# The saturation point N* = (Z + S) / S = 71; the limit is half way between the responses of 71 and of 72 users.
limit=$(awk -v a="$(mva 71)" -v b="$(mva 72)" 'BEGIN { printf "%.6f", (a + b) / 2 }')
capacity "$limit" 71
capacity "$limit" 71 --vary users.count=10..500
limit=$(awk -v a="$(mva 40)" -v b="$(mva 41)" 'BEGIN { printf "%.6f", (a + b) / 2 }')
capacity "$limit" 40

# ---- assertions -----------------------------------------------------------------------------------------------------------

# By MVA 50 users see 0.2865 s (formulas of closed users, Z 7, S 0.1).
asserted() { "$LINGER" run "$SCRATCH/closed.ini" --quiet --set users.count=50 --assert "$1" >/dev/null 2>"$SCRATCH/err"; echo $?; }
equal "MVA: 50 users, below 0.31 s" "$(asserted 'page_response < 310ms')" 0
equal "MVA: 50 users, not below 0.26 s" "$(asserted 'page_response < 260ms')" 1
contains "... and it is said" "$(cat "$SCRATCH/err")" "page_response < 260ms fails: "
equal "MVA: 50 users at 0.2865 s itself: undecided" "$(asserted 'page_response < 286.535ms')" 1
contains "... and that is said" "$(cat "$SCRATCH/err")" "counts as failed"
tap_end
