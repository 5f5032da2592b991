#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Published figures and capacity bounds, by simulation. They are closed forms of two costs, so each is asked for twice: with constant
# work, where only requests under way at the ends of the window may be missing, and with exponential work, where the figure must lie in
# the simulation's 99.9 % interval (4.781 / 2.262 of the half-width printed, Student's t with 9 degrees of freedom).
. tests/tap.sh
LINGER=${1:-${LINGER:-build/linger}}
SCRATCH=${SCRATCH:-$(mktemp -d)}

# simulate SCENARIO SETTING...: leaves "measure mean half_width" lines in $SCRATCH/seen.
simulate() {
    local scenario=$1 settings=() setting
    shift
    for setting in "$@"; do settings+=(--set "$setting"); done
    "$LINGER" run "$scenario" "${settings[@]}" --quiet --json >"$SCRATCH/json" 2>"$SCRATCH/err" || cat "$SCRATCH/err"
    sed -n 's/^ *"\([a-z0-9_]*\)": {"unit": "[^"]*", "mean": \([^,]*\), "half_width": \([^,]*\),.*/\1 \2 \3/p' "$SCRATCH/json" >"$SCRATCH/seen"
}
mean() { sed -n "s/^$1 \(.*\) .*/\1/p" "$SCRATCH/seen"; }
half_width() { sed -n "s/^$1 .* //p" "$SCRATCH/seen"; }

# is NAME MEASURE WANTED SHARE: within SHARE of it.
is() {
    check "$1: $(mean "$2"), wanted $3" awk -v x="$(mean "$2")" -v want="$3" -v share="$4" \
        'BEGIN { d = x - want; exit !(x != "" && (d < 0 ? -d : d) <= share * want) }'
}
# holds NAME MEASURE WANTED [ENDS]: in the 99.9 % interval, which must not be wide. ENDS: what the window's two ends may add or take.
holds() {
    check "$1: $(mean "$2") +- $(half_width "$2"), wanted $3" \
        awk -v x="$(mean "$2")" -v h="$(half_width "$2")" -v want="$3" -v ends="${4:-0}" \
        'BEGIN { d = x - want; d = d < 0 ? -d : d; h *= 4.781 / 2.262; exit !(x != "" && h > 0 && h < 0.01 * want && d <= h + ends) }'
}

# ---- NGINX on one CPU --------------------------------------------------------------------------------------
# "Testing the Performance of NGINX and NGINX Plus Web Servers" (Xeon E5-2699 v3, wrk, empty replies): 145,551 requests/s on open
# connections and 34,344 connections/s with one request each, so 6.870 us a request and 22.247 us a connection. With K requests on a
# connection one CPU does 1 / (s_request + s_connection / K). Only the two ends are measured; the rest is the model's.

cat >"$SCRATCH/saturated.ini" <<'INI'
[users]
count       = 40
connections = 1
objects     = 0
think       = 0s
rtt         = 0s
[server]
architecture     = nginx
processes        = 1
connection_limit = 4096
idle_limit       = 65s
[machine]
cores = 1
[cpu]
connection = 22.247us
request    = 6.870us
[run]
replications = 10
warmup       = 50ms
horizon      = 450ms
INI

# Constant work keeps 40 users in step: at the ends of the window up to 40 connections come together, 0.9 ms of work.

while read -r k limit wanted; do
    simulate "$SCRATCH/saturated.ini" server.requests_per_connection="$limit" run.replications=1 run.horizon=1950ms
    is "nginx, one CPU, K = $k, constant work" requests_per_s "$wanted" 0.0005
    simulate "$SCRATCH/saturated.ini" server.requests_per_connection="$limit" "cpu.request=exponential(6.870us)"
    holds "nginx, one CPU, K = $k, exponential work" requests_per_s "$wanted"
    is "nginx, one CPU, K = $k: the CPU has no rest" cpu_utilisation 1 0.0001
done <<'FIGURES'
1 1 34344
2 2 55575
5 5 88341
10 10 109949
100 100 140986
infinity 0 145551
FIGURES

# The same test with more CPUs: a process for each, requests/s on open connections and connections/s as published, costs as derived.
while read -r cpus request connection rps cps; do
    for figure in "0 $rps" "1 $cps"; do
        simulate "$SCRATCH/saturated.ini" server.requests_per_connection="${figure% *}" server.processes="$cpus" machine.cores="$cpus" \
            cpu.request="${request}us" cpu.connection="${connection}us" users.count=400 run.replications=1 run.horizon=150ms
        is "nginx, $cpus CPUs, limit ${figure% *}" requests_per_s "${figure#* }" 0.0005
    done
done <<'FIGURES'
2 8.023 28.764 249293 54368
4 7.366 25.111 543061 123164
8 7.631 33.402 1048421 194967
FIGURES

# ---- capacity bounds ------------------------------------------------------------------------------------------
# Bursts of k requests, then a timeout: each connection holds a daemon k s + T, so c daemons do c k / (k s + T). A burst is a page of a
# document and k - 1 objects on one connection, thinking is much longer than T, and more users wait than there are daemons. Cores
# for all, so that s is pure service.

cat >"$SCRATCH/bursts.ini" <<'INI'
[users]
count       = 4000
connections = 1
objects     = 7
think       = uniform(20s,40s)
rtt         = 0s
[server]
architecture            = prefork
idle_limit              = 5s
requests_per_connection = 0
worker_limit            = 150
start                   = 150
spare_max               = 300
backlog                 = 10000
[machine]
cores = 1000
ram   = 64GiB
[cpu]
connection = 0s
request    = 50ms
[run]
replications = 10
warmup       = 60s
horizon      = 1680s
INI

# Daemons that begin together stay in step for long, so that c k requests more or fewer may fall into the window: 0.5 % of them. (The
# window is 300 times 5.4 s: with constant work there is no such end.)
bursts() { # NAME WANTED SETTING...
    local name=$1 wanted=$2
    shift 2
    simulate "$SCRATCH/bursts.ini" "$@" run.replications=1
    is "$name, constant work" requests_per_s "$wanted" 0.002
    simulate "$SCRATCH/bursts.ini" "$@" "cpu.request=exponential(50ms)"
    holds "$name, exponential work" requests_per_s "$wanted" "$(awk -v w="$wanted" 'BEGIN { print 0.005 * w }')"
    is "$name: all daemons are held" daemons_held "$(mean daemons_alive)" 0.0001
    check "$name: the CPU is idle ($(mean cpu_utilisation))" awk -v u="$(mean cpu_utilisation)" 'BEGIN { exit !(u != "" && u < 0.05) }'
}
bursts "prefork, 150 daemons, bursts of 8" 222.2222
bursts "prefork, 256 daemons, bursts of 8" 379.2593 server.worker_limit=256 server.start=256
# Threads are held as processes are: 6 processes of 25.
bursts "worker, 150 threads, bursts of 8" 222.2222 server.architecture=worker server.threads_per_process=25 server.start=6
# 150 x 3 / (0.15 + 5) with a page of three; and with T = 1 s 150 x 8 / (0.4 + 1).
bursts "prefork, 150 daemons, bursts of 3" 87.3786 users.objects=2
bursts "prefork, 150 daemons, T = 1 s" 857.1429 server.idle_limit=1s users.count=12000 server.backlog=20000

# Nothing is held while idle by event and nginx: there the bound is the users', N k / (Z + k s) = 1,000 x 8 / (30 + 0.4), think and
# service alone; which is 263.2/s, beyond prefork's 222.2.
for who in event nginx; do
    simulate "$SCRATCH/bursts.ini" server.architecture=$who server.threads_per_process=25 server.start=6 server.processes=64 \
        server.connection_limit=10000 users.count=1000 "users.think=exponential(30s)"
    holds "$who, 1,000 users: thinking is the bound" requests_per_s 263.1579
done
# Keep-alive off: a daemon is held s: c / s = 150 / 0.05 = 3,000/s, if so many want it (no thinking). The CPU's bound, where that is
# smaller: cores / s = 4 / 0.05 = 80/s.
simulate "$SCRATCH/bursts.ini" server.keepalive=off users.think=0s users.count=400 run.horizon=80s run.replications=1
is "prefork, keep-alive off" requests_per_s 3000 0.001
simulate "$SCRATCH/bursts.ini" machine.cores=4 run.warmup=500s run.replications=1 "cpu.request=exponential(50ms)"
is "prefork, bursts on 4 cores: the CPU is the bound" requests_per_s 80 0.02
tap_end
