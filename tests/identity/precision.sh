#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# A study that stops on precision: the same bytes for 1, 2 and 7 threads; the replications that it reports, asked for by number, give the
# same numbers; what it says it reached stands in its rows; Ctrl-C keeps finished points.
. tests/tap.sh
LINGER=${1:-${LINGER:-build/linger}}
SCRATCH=${SCRATCH:-$(mktemp -d)}

# Three points that need different numbers of replications, and one that the budget ends.
sweep() {
    "$LINGER" sweep inputs/scenarios/mm1.ini --set run.horizon=2000s --set run.warmup=100s --precision 8% --budget 150 \
        --measures customers,response_p95,blocked_share --vary queue.arrival_rate=0.2,0.5,0.7,0.95 "$@"
}
sweep --threads 1 >"$SCRATCH/first" 2>"$SCRATCH/err"
for threads in 2 7; do
    sweep --threads $threads >"$SCRATCH/other" 2>/dev/null
    check "$threads threads" cmp "$SCRATCH/other" "$SCRATCH/first"
done

# rate, n, stopped and widest of each point, and whether the half-width of what is the widest says so too.
awk -F, '
    NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
    $at["measure"] != "customers" && $at["measure"] != "response_p95" { next }
    { rate = $1; relative = $at["half_width"] / $at["mean"]; n[rate] = $at["n"]; stopped[rate] = $at["stopped"]
      if (relative > most[rate]) { most[rate] = relative; widest[rate] = $at["measure"] }
      said[rate] = $at["widest"] }
    END { for (rate in n) {
        reached = most[rate] <= 0.08 / 1.08
        print rate, (said[rate] == widest[rate] ? "widest" : "not the widest"), \
            (stopped[rate] == "precision" ? (reached ? "reached" : "LIE") : \
             stopped[rate] == "replications_max" && n[rate] == 150 && !reached ? "budget" : "LIE") } }' "$SCRATCH/first" |
    sort >"$SCRATCH/verdicts"
equal 'what is said is so' "$(cat "$SCRATCH/verdicts")" "0.2 widest reached
0.5 widest reached
0.7 widest reached
0.95 widest budget"
contains 'a point without it is talked about' "$(cat "$SCRATCH/err")" '1 of 4 points did not reach the precision'

# Its numbers again, asked for by number.
n=$(awk -F, '$1 == 0.5 { print $6; exit }' "$SCRATCH/first")
"$LINGER" run inputs/scenarios/mm1.ini --set run.horizon=2000s --set run.warmup=100s --set queue.arrival_rate=0.5 -r "$n" \
    --no-plots -o "$SCRATCH/fixed" >/dev/null
awk -F, '$1 == 0.5 { print $2 "," $3 "," $4 "," $5 "," $6 }' "$SCRATCH/first" >"$SCRATCH/grown"
check "--replications $n" cmp "$SCRATCH/grown" <(sed 1d "$SCRATCH/fixed/results.csv")

# The budget in time: it ends, says why, and n replications are n replications.
timeout 60 "$LINGER" run inputs/scenarios/mm1.ini --precision 0.01% --budget 0.5s --json >"$SCRATCH/timed.json"
contains 'a budget of time ends' "$(cat "$SCRATCH/timed.json")" '"reason": "time_budget"'
n=$(sed -n 's/.*"replications": \([0-9]*\).*/\1/p' "$SCRATCH/timed.json")
"$LINGER" run inputs/scenarios/mm1.ini -r "$n" --json >"$SCRATCH/fixed.json"
equal "... and --replications $n is the same" "$(grep half_width "$SCRATCH/timed.json" | grep -v relative)" "$(grep half_width "$SCRATCH/fixed.json")"

# Interrupted while the second of two points is far from its precision: the first is kept.
"$LINGER" sweep inputs/scenarios/mm1.ini --vary run.precision=10%,0.01% --set run.replications_max=100000 --no-plots \
    -o "$SCRATCH/cut" 2>"$SCRATCH/cut.err" &
pid=$!
for _ in $(seq 3000); do
    [ -e "$SCRATCH/cut/results.csv" ] && [ "$(wc -l <"$SCRATCH/cut/results.csv")" -gt 1 ] && break
    sleep 0.01
done
kill -INT $pid
wait $pid
equal 'interrupted: exit code' $? 130
equal 'interrupted: the finished point is kept' "$(cut -d, -f1 "$SCRATCH/cut/results.csv" | sort -u | tr '\n' ' ')" '0.1 run.precision '
contains 'interrupted: said so' "$(cat "$SCRATCH/cut.err")" '1 of 2 points are finished'
tap_end
