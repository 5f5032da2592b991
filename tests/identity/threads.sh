#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The same study with 1, 2 and 7 threads, twice each, to a folder and to stdout: the same bytes. Another seed: not.
. tests/tap.sh
LINGER=${1:-${LINGER:-build/linger}}
SCRATCH=${SCRATCH:-$(mktemp -d)}

mmc() {
    "$LINGER" sweep inputs/scenarios/mm1.ini --set run.horizon=2000s --set run.warmup=100s -r 7 --no-plots "$@" \
        --vary queue.arrival_rate=0.2,0.5,0.8 --vary queue.discipline=fcfs,ps --vary 'queue.servers=1..3 step 2'
}
web() {
    "$LINGER" sweep inputs/scenarios/classic-100x5.ini --set run.horizon=60s --set run.warmup=10s -r 4 --no-plots "$@" \
        --vary server.keepalive=on,off --vary server.idle_limit=1,5,15
}

for study in mmc web; do
    $study --threads 1 >"$SCRATCH/$study.first" 2>"$SCRATCH/err" || cat "$SCRATCH/err"
    check "$study: there are results" test "$(wc -l <"$SCRATCH/$study.first")" -gt 50
    for threads in 1 2 7; do
        for round in 1 2; do
            $study --threads $threads -o "$SCRATCH/$study-$threads" >"$SCRATCH/out" 2>&1
            check "$study: $threads threads, round $round" cmp "$SCRATCH/$study-$threads/results.csv" "$SCRATCH/$study.first"
            check "$study: differences, $threads threads" cmp "$SCRATCH/$study-$threads/differences.csv" "$SCRATCH/$study-1/differences.csv"
        done
        check "$study: manifest, $threads threads" cmp "$SCRATCH/$study-$threads/manifest.csv" "$SCRATCH/$study-1/manifest.csv"
    done
    $study --heap-only >"$SCRATCH/$study.heap"
    check "$study: lanes and heap" cmp "$SCRATCH/$study.heap" "$SCRATCH/$study.first"
    $study --seed 2 >"$SCRATCH/$study.seed"
    check "$study: another seed is another result" test "$(cmp -s "$SCRATCH/$study.seed" "$SCRATCH/$study.first"; echo $?)" = 1
done

# What two points differ by does not depend on threads, on the way they were named, or on who else was simulated.
compare() {
    "$LINGER" compare inputs/scenarios/mm1.ini --set run.horizon=2000s --set run.warmup=100s --set queue.arrival_rate=0.5 -r 7 --json "$@"
}
compare --vary queue.servers=1,3 --threads 1 | grep -v '"[ab]": "' >"$SCRATCH/compare.1"
compare --vary queue.servers=1,3 --threads 7 | grep -v '"[ab]": "' >"$SCRATCH/compare.7"
compare --set-a queue.servers=1 --set-b queue.servers=3 | grep -v '"[ab]": "' >"$SCRATCH/compare.set"
check "compare: 1 and 7 threads" cmp "$SCRATCH/compare.1" "$SCRATCH/compare.7"
check "compare: --vary and --set-b" cmp "$SCRATCH/compare.1" "$SCRATCH/compare.set"
difference() { sed -n 's/.*"response": .*"difference": \([^,]*\),.*/\1/p' "$SCRATCH/compare.1"; }
equal "compare: the same difference as in differences.csv" "$(difference)" \
    "$(awk -F, '$1 == "0.5" && $2 == "fcfs" && $3 == 3 && $4 == "response" { print $8 - 0 ? $8 : "" }' <("$LINGER" sweep inputs/scenarios/mm1.ini \
        --set run.horizon=2000s --set run.warmup=100s -r 7 --no-plots -o "$SCRATCH/base" --baseline queue.arrival_rate=0.5 \
        --vary queue.arrival_rate=0.2,0.5,0.8 --vary queue.discipline=fcfs,ps --vary 'queue.servers=1..3 step 2' 2>"$SCRATCH/out"; cat "$SCRATCH/base/differences.csv"))"

for threads in 1 2 7; do
    "$LINGER" select inputs/scenarios/classic-100x5.ini --set run.horizon=60s --set run.warmup=10s --vary server.idle_limit=5,7,10,15 \
        --minimise page_response --indifference 0.5ms --json --threads $threads >"$SCRATCH/select.$threads"
    check "select: $threads threads" cmp "$SCRATCH/select.$threads" "$SCRATCH/select.1"
done
check "select: there is a choice" grep -q '"decided": true' "$SCRATCH/select.1"

# A point of a sweep is the scenario run alone with --set.
"$LINGER" run inputs/scenarios/mm1.ini --set run.horizon=2000s --set run.warmup=100s -r 7 --no-plots -o "$SCRATCH/alone" \
    --set queue.arrival_rate=0.5 --set queue.discipline=ps --set queue.servers=3 >"$SCRATCH/out" 2>&1
sed -n 's/^0\.5,ps,3,//p' "$SCRATCH/mmc.first" >"$SCRATCH/point"
sed 1d "$SCRATCH/alone/results.csv" >"$SCRATCH/alone.rows"
check "a point of a sweep is a run" cmp "$SCRATCH/alone.rows" "$SCRATCH/point"
tap_end
