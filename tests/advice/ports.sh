#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# linger ports SCENARIO against formulas that are worked out here: Little's law, the chain of busy and idle connections by powers of its
# transition matrix (awk), Linux's numbers. What is simulated must lie in its interval of 99.9 %, Student's t with 19 degrees: 3.883 / 2.093 times
# the printed half-width. Seed 1 is fixed; were it free, one seed in 125 would fail (8 such comparisons). What is closed form has no tolerance but
# that of the arithmetic, 1e-9, or of the powers, 1e-7.
. tests/tap.sh
LINGER=${1:-${LINGER:-build/linger}}
SCRATCH=${SCRATCH:-$(mktemp -d)}
cd "$(dirname "$0")/../.." || exit 1

# ports NAME CODE ARGUMENTS...: leaves JSON in $SCRATCH/said.
ports() {
    local name=$1 code=$2
    shift 2
    "$LINGER" ports "$@" --json -q >"$SCRATCH/said" 2>"$SCRATCH/err"
    equal "$name: exit code" $? "$code"
}
# said KEY: a number of the verdict. mean, half, form NAME: of an observed one. pool N WHAT: of a pool's share.
said() { sed -nE "s/^  \"$1\": ([^,]*),\$/\1/p" "$SCRATCH/said"; }
of() { sed -nE "s/^    (\"$1\": |\{\"pool\": $1, .*\": )\{\"mean\": ([^,]*), \"half_width\": ([^,]*), \"n\": [0-9]*, \"closed_form\": ([^}]*)\}.*/\\$2/p" "$SCRATCH/said"; }
mean() { of "$1" 2; }
half() { of "$1" 3; }
form() { of "$1" 4; }
compute() { awk "BEGIN { printf \"%.12g\", $1 }"; }
near() { check "$1: $2, $3" awk -v x="$2" -v y="$3" -v e="$4" 'BEGIN { d = x - y; if (d < 0) d = -d; m = y < 0 ? -y : y; exit !(x != "" && y != "" && d <= e * (m > 1 ? m : 1)) }'; }
# held NAME OBSERVED EXACT: EXACT lies in the 99.9 % interval, which is no wider than a tenth of it.
held() {
    check "$1: $(mean "$2") +- $(half "$2"), exactly $3" awk -v x="$(mean "$2")" -v h="$(half "$2")" -v y="$3" \
        'BEGIN { h *= 3.883 / 2.093; exit !(x != "" && h != "" && h > 0 && h < 0.1 * y && x - h <= y && y <= x + h) }'
}

# Visitors of one page come as a Poisson process; the server takes 100 ms, exponential, cores for all; nothing else takes time or closes.
cat >"$SCRATCH/site.ini" <<'END'
[users]
sessions      = 100
session_pages = 1
objects       = 0
connections   = 1
rtt           = 0
[proxy]
present                 = on
rtt                     = 0
pool_size               = 0
idle_limit              = 0
requests_per_connection = 0
connection_age_limit    = 0
[server]
architecture            = event
worker_limit            = 400
start                   = 16
spare_min               = 1
spare_max               = 400
idle_limit              = 100000s
requests_per_connection = 0
backlog                 = 4096
[cpu]
request    = exponential(100ms)
connection = 0
fork       = 0
[machine]
cores = 400
ram   = 100GiB
[run]
replications = 20
warmup       = 100s
horizon      = 200s
END

# ---- no pool: Little's law --------------------------------------------------------------------------------------

ports "a connection each" 0 "$SCRATCH/site.ini"
held "ports: 100/s x (0.1 s + 60 s)" ports 6010
held "TIME_WAIT at the proxy: 100/s x 60 s" time_wait_proxy 6000
held "response" response 0.1
rate=$(mean requests_per_s) response=$(mean response)
near "closed form: rate x (response + 60 s), of what was simulated" "$(form ports)" "$(compute "$rate * ($response + 60)")" 1e-9
near "the verdict's load is that too" "$(said load)" "$(compute "$rate * ($response + 60)")" 1e-3
equal "all open one" "$(mean opening_share) $(form opening_share)" "1 1"
equal "none at the server" "$(mean time_wait_server)" 0
near "memory: 256 B each" "$(said time_wait_client_bytes)" "$(compute "256 * $(mean time_wait_proxy)")" 1e-9
# Erlang B by its recursion.
erlang_b() { awk -v n="$1" -v a="$2" 'BEGIN { b = 1; for (k = 1; k <= n; k++) b = a * b / (k + a * b); printf "%.6g", b }'; }
near "growth: then 1 in 1000 finds none" "$(compute "1000 * $(erlang_b 28232 "$(compute "$(said growth) * $(said load)")")")" 1 0.02
ports "the server closes first" 0 "$SCRATCH/site.ini" --set proxy.closes_first=server
held "... and has TIME_WAIT" time_wait_server 6000
held "a port is taken for 0.1 s" ports 10
equal "... the proxy has no TIME_WAIT" "$(mean time_wait_proxy) $(form time_wait_proxy)" "0 0"
equal "keep-alive off at the server is the same" \
    "$("$LINGER" ports "$SCRATCH/site.ini" --set server.keepalive=off --set proxy.pool_size=8 -q --json | sed -n 's/.*"time_wait_proxy": {"mean": \([^,]*\),.*"closed_form": \([^}]*\)}.*/\1 \2/p')" "0 0"

# ---- a pool: the chain ----------------------------------------------------------------------------------------

# by_powers BUSY POOL: share that opens, and idle ones, after 6000 steps of the uniformised chain, in units of 1/s of the response.
by_powers() {
    awk -v b="$1" -v k="$2" 'BEGIN {
        top = 14; rate = b + top; x[0, 0] = 1
        for (step = 0; step < 6000; step++) {
            delete y
            for (j = 0; j <= top; j++) for (i = 0; i <= k; i++) {
                up = j < top ? b / rate : 0; down = j / rate; p = x[j, i]
                y[j + 1, i ? i - 1 : 0] += p * up
                if (j) y[j - 1, i < k ? i + 1 : k] += p * down
                y[j, i] += p * (1 - up - down)
            }
            for (j = 0; j <= top; j++) for (i = 0; i <= k; i++) x[j, i] = y[j, i]
        }
        for (j = 0; j <= top; j++) for (i = 0; i <= k; i++) { if (!i) opens += x[j, i]; idle += i * x[j, i] }
        printf "%.10g %.10g", opens, idle }'
}
ports "a pool of 2" 0 "$SCRATCH/site.ini" --set users.sessions=20 --set proxy.pool_size=2 --opening 10%
busy=$(compute "$(mean requests_per_s) * $(mean response)")
read -r opens idle <<<"$(by_powers "$busy" 2)"
near "closed form: open one" "$(form opening_share)" "$opens" 1e-7
near "closed form: idle" "$(form idle)" "$idle" 1e-7
read -r opens idle <<<"$(by_powers 2 2)"
held "simulated: open one" opening_share "$opens"
held "simulated: idle" idle "$idle"
held "simulated: ports" ports "$(compute "2 + $idle + 20 * $opens * 60")"
equal "one row for each size" "$(grep -c '{"pool": ' "$SCRATCH/said")" 8
near "its own row is the scenario" "$(mean 2)" "$(mean opening_share)" 1e-12
equal "nothing is left out of the closed form" "$(grep -c '"notes": \[\]' "$SCRATCH/said")" 1
contains "at 2 under way 10 % need a pool of 4" "$("$LINGER" ports "$SCRATCH/site.ini" --set users.sessions=20 --set proxy.pool_size=2 --opening 10% -q)" "A pool of 4 is enough for 10 % or fewer, as simulated; 4 by the closed form."
read -r opens _ <<<"$(by_powers 2 3)"
check "... since of 3 more than that open one: $opens" awk -v x="$opens" 'BEGIN { exit !(x > 0.1) }'

# ---- what acts is said --------------------------------------------------------------------------------------

ports "idle limits" 0 "$SCRATCH/site.ini" --set users.sessions=20 --set proxy.pool_size=8 --set server.idle_limit=500ms --set proxy.idle_limit=1h -r 3
contains "the server's idle limit acts" "$(cat "$SCRATCH/said")" "the server's idle limit acts: server.idle_limit = 500ms"
ports "users who wait" 0 inputs/scenarios/classic-100x5.ini --set proxy.present=on --set server.worker_limit=600 -r 2 --set run.horizon=120s
contains "closed users are not Poisson" "$(cat "$SCRATCH/said")" "a fixed number of users"
contains "pages burst" "$(cat "$SCRATCH/said")" "bursts"
ports "a short warm-up" 0 "$SCRATCH/site.ini" --set run.warmup=10s -r 2
contains "is said" "$(cat "$SCRATCH/said")" "shorter than TIME_WAIT"

# ---- lesson 9 ---------------------------------------------------------------------------------------------------

lesson=inputs/scenarios/lesson-9-time-wait.ini
ports "lesson 9: ports run out" 1 $lesson
near "lesson 9: 28,232 / 60 s" "$(mean connects_per_s)" "$(compute '28232 / 60')" 1e-9
equal "lesson 9: all are taken" "$(mean ports_peak)" 28232
# Fluid: what comes beyond n / (life + w).
near "lesson 9: refused in the long run" "$(said refused_share)" "$(compute "1 - 28232 / ($(mean requests_per_s) * 60)")" 2e-3
# Heavy traffic (Jagerman 1974): B(n, a) = phi(c) / (sqrt(a) Phi(c)), c = (n - a) / sqrt(a); 1 in 1000 of 28,232 at c = 1.380: a = 28,001.
near "lesson 9: they last up to 1 in 1000 refused" "$(said requests_per_s_most)" "$(compute '28001 / 60.001')" 1e-3
ports "lesson 9: at 450/s they last" 0 $lesson --set users.sessions=450 -r 1
ports "lesson 9: at 480/s they do not" 1 $lesson --set users.sessions=480 -r 1
ports "lesson 9: nor in a run that ends before" 1 $lesson --set run.warmup=5s --set run.horizon=40s -r 1
equal "... in which none has failed yet" "$(mean refused_share)" 0
ports "lesson 9: a pool" 0 $lesson --set proxy.pool_size=32 -r 1

# ---- without a proxy ---------------------------------------------------------------------------------------------

bare=(--set proxy.present=off --set server.keepalive=off --set cpu.request=0)
ports "100/s that the server closes" 0 "$SCRATCH/site.ini" "${bare[@]}"
held "TIME_WAIT at the server: 100/s x 60 s" time_wait_server 6000
near "closed form: of the connections simulated" "$(form time_wait_server)" "$(compute "60 * $(mean connects_per_s)")" 1e-9
equal "none at clients" "$(mean time_wait_clients)" 0
near "growth: 131072 entries" "$(said growth)" "$(compute "131072 / (60 * $(mean connects_per_s))")" 1e-3
ports "2300/s are more than 131072 in 60 s" 1 "$SCRATCH/site.ini" "${bare[@]}" --set users.sessions=2300 -r 2
ports "2000/s are fewer" 0 "$SCRATCH/site.ini" "${bare[@]}" --set users.sessions=2000 -r 2
ports "unless the kernel allows fewer" 1 "$SCRATCH/site.ini" "${bare[@]}" --tw-buckets 5000 -r 2
ports "keep-alive: a visitor goes, and closes" 0 "$SCRATCH/site.ini" --set proxy.present=off --set cpu.request=0
equal "... none at the server" "$(mean time_wait_server) $(form time_wait_server)" "0 0"
near "... but all at clients" "$(mean client_closes_share)" 1 1e-12
ports "all from one address of 5000 ports" 1 "$SCRATCH/site.ini" --set proxy.present=off --set cpu.request=0 --set users.ports=5000 -r 2
ports "... of 10000" 0 "$SCRATCH/site.ini" --set proxy.present=off --set cpu.request=0 --set users.ports=10000 -r 2

# ---- words ------------------------------------------------------------------------------------------------------

equal "80 columns" "$("$LINGER" ports $lesson -q | awk '{ gsub(/±/, "+") } length($0) > 80' | wc -l)" 0
"$LINGER" ports $lesson -r 2 -t 1 -q >"$SCRATCH/one"
equal "one thread or two" "$("$LINGER" ports $lesson -r 2 -t 2 -q | cmp - "$SCRATCH/one" 2>&1)" ""
# refuses NAME CODE WORDS ARGUMENTS...
refuses() {
    local name=$1 code=$2 words=$3 got
    shift 3
    got=$("$LINGER" ports "$@" 2>&1 >"$SCRATCH/out")
    equal "$name: exit code" $? "$code"
    contains "$name: says so" "$got" "$words"
    equal "$name: prints nothing" "$(cat "$SCRATCH/out")" ""
}
refuses "an unknown key" 78 "did you mean 'proxy.pool_size'" $lesson --set proxy.pool_siz=3
refuses "a wrong value" 78 "allowed: a whole number of 0 to 1000000" $lesson --set proxy.pool_size=many
refuses "no such file" 66 "No such file" none.ini
refuses "numbers beside a scenario" 64 "--set users.sessions=RATE" $lesson --rate 600/s
refuses "two destinations" 64 "one address and one server" $lesson --destinations 2
refuses "settings without a scenario" 64 "which scenario?" --set proxy.pool_size=3
refuses "two scenarios" 64 "allowed: one scenario" $lesson $lesson
refuses "a model without connections" 64 "model mmc has no connections" inputs/scenarios/mm1.ini
refuses "half a bucket" 64 "--tw-buckets" $lesson --tw-buckets 0.5
tap_end
