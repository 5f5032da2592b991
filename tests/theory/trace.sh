#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Replay of a log: the shipped sample, worked out by hand, from a file and from stdin, plain and gzip; and, where LINGER_TRUTH is
# set, a day of the NASA-HTTP log (Internet Traffic Archive) against an independent count, to the last digit printed there.
. tests/tap.sh
LINGER=${1:-${LINGER:-build/linger}}
SCRATCH=${SCRATCH:-$(mktemp -d)}

# replay SETTING...: leaves "measure mean" lines in $SCRATCH/means.
replay() {
    local settings=() setting
    for setting in "$@"; do settings+=(--set "$setting"); done
    "$LINGER" run inputs/scenarios/trace-replay.ini "${settings[@]}" --json --quiet >"$SCRATCH/json" 2>"$SCRATCH/err" || {
        cat "$SCRATCH/err"
        return 1
    }
    sed -n 's/^ *"\([a-z0-9_]*\)": {"unit": "[^"]*", "mean": \([^,]*\),.*/\1 \2/p' "$SCRATCH/json" >"$SCRATCH/means"
}
mean() { sed -n "s/^$1 //p" "$SCRATCH/means"; }
six() { printf %.6f "$(mean "$1")"; } # digits

# What is compared, in one line.
row() {
    printf '%s,%s,%s,%s,%s,%s,%s,%s,%s,%s' "$(mean connections_opened)" "$(six reuse_share)" \
        "$(six requests_per_connection)" "$(mean closed_by_idle_limit)" "$(mean closed_by_request_limit)" \
        "$(mean closed_keepalive_off)" "$(mean connection_seconds)" "$(six connections_open)" \
        "$(mean connections_open_peak_event)" "$(mean connections_open_peak)"
}

# ---- the sample, by hand ---------------------------------------------------------------------------
# a at 0 3 8 20, b at 2 9, c at 9 12; idle limit 5 s; the window is [0, 20].
# timer wins: a [0,8) [8,13) [20,25), b [2,7) [9,14), c [9,17): 6 connections, 36 s, 31 of them in the window.
# request wins: a [0,13) [20,25). Limit 2: a [0,3), c [9,12).

timer_wins=6,0.250000,1.333333,6,0,0,36,1.550000,3,3
sample() { # NAME WANTED SETTING...
    local name=$1 wanted=$2
    shift 2
    replay "$@"
    equal "sample, $name" "$(row)" "$wanted"
}
sample "the timer wins" $timer_wins
sample "the request wins" 5,0.375000,1.600000,5,0,0,36,1.550000,3,3 server.tie=request
sample "two requests a connection" 6,0.250000,1.333333,4,2,0,26,1.050000,3,3 server.requests_per_connection=2
sample "keep-alive off" 8,0.000000,1.000000,0,0,8,0,0.000000,1,0 server.keepalive=off
sample "idle limit 0 is keep-alive off" 8,0.000000,1.000000,0,0,8,0,0.000000,1,0 server.idle_limit=0

gzip -c inputs/workloads/trace-sample.csv >"$SCRATCH/sample.csv.gz"
sample "gzip" $timer_wins workload.file="$SCRATCH/sample.csv.gz"
sample "stdin" $timer_wins workload.file=- <inputs/workloads/trace-sample.csv
sample "gzip on stdin" $timer_wins workload.file=- <"$SCRATCH/sample.csv.gz"
sed 's/$/\r/' inputs/workloads/trace-sample.csv >"$SCRATCH/crlf.csv"
sample "lines that end in CR LF" $timer_wins workload.file="$SCRATCH/crlf.csv"

# ---- a real log --------------------------------------------------------------------------------------
log=${LINGER_TRUTH:-}/data/nasa_ksc_19950801.csv.gz
expected=${LINGER_TRUTH:-}/data/nasa_replay_expected.csv
if [ -z "${LINGER_TRUTH:-}" ]; then
    skip "14 replays of the NASA-HTTP log" "LINGER_TRUTH is not set: it names the folder of expected values, which is not part of the repository"
    tap_end
fi
check "the log and its expected replays are there" test -r "$log" -a -r "$expected"
rows=0
while IFS=, read -r idle_limit limit tie requests opened reuse each by_timer by_limit seconds open peak_event peak_interval; do
    [ "$idle_limit" = timeout_s ] && continue
    rows=$((rows + 1)) off=0 keepalive=on server_limit=$limit
    if [ "$idle_limit" = 0 ]; then # keep-alive off is a limit of one request
        keepalive=off off=$by_limit by_limit=0 server_limit=0
    fi
    replay workload.file="$log" server.keepalive="$keepalive" server.idle_limit="${idle_limit}s" \
        server.requests_per_connection="$server_limit" server.tie="${tie/close/timer}"
    equal "NASA: T $idle_limit, limit $limit, $tie first" "$(row)" \
        "$opened,$reuse,$each,$by_timer,$by_limit,$off,$seconds,$open,$peak_event,$peak_interval"
    equal "NASA: T $idle_limit, limit $limit, $tie first: all requests" \
        "$(awk -v n="$(mean connections_opened)" -v k="$(mean requests_per_connection)" 'BEGIN { printf "%.0f", n * k }')" "$requests"
done < <(tr -d '\r' <"$expected")
equal "NASA: rows expected" $rows 14
replay workload.file="$log" server.keepalive=on server.idle_limit=1s server.requests_per_connection=1
equal "NASA: a limit of one is keep-alive off" "$(mean connections_opened) $(mean closed_by_request_limit)" "33996 33996"
from_file=$(replay workload.file="$log"; row)
from_stdin=$(zcat "$log" | replay workload.file=-; row)
equal "NASA: from stdin as from the file" "$from_stdin" "$from_file"
tap_end
