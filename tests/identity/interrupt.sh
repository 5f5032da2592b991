#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# A sweep that is stopped (Ctrl-C, SIGTERM) or killed keeps its finished points: a whole number of them, with
# the rows of the sweep that nobody disturbed. A full disk is said, with its own exit code.
. tests/tap.sh
LINGER=${1:-${LINGER:-build/linger}}
SCRATCH=${SCRATCH:-$(mktemp -d)}
points=40

sweep() {
    exec "$LINGER" sweep inputs/scenarios/mm1.ini --set run.horizon=60000s --set run.warmup=100s -r 8 --no-plots "$@" \
        --vary "queue.arrival_rate=0.4/s..0.79/s step 0.01/s"
}

(sweep -o "$SCRATCH/whole") 2>"$SCRATCH/err" || cat "$SCRATCH/err"
rows=$(sed 1d "$SCRATCH/whole/results.csv" | wc -l)
equal "the sweep that nobody disturbed has $points points" $((rows % points)) 0
a_point=$((rows / points))

# disturbed NAME SIGNAL...: starts the sweep, waits for its third point, sends the signals; leaves $code and $lines.
disturbed() {
    local name=$1 pid signal
    shift
    sweep -o "$SCRATCH/$name" 2>"$SCRATCH/$name.err" >"$SCRATCH/$name.out" &
    pid=$!
    for _ in $(seq 3000); do
        [ -e "$SCRATCH/$name/results.csv" ] && [ "$(wc -l <"$SCRATCH/$name/results.csv")" -gt $((3 * a_point)) ] && break
        sleep 0.01
    done
    for signal in "$@"; do kill -s "$signal" $pid; done
    wait $pid 2>>"$SCRATCH/shell.err"
    code=$?
    lines=$(wc -l <"$SCRATCH/$name/results.csv")
}

# kept NAME: whole points, in order, with the right rows, and not all of them.
kept() {
    equal "$1: a whole number of points" $(((lines - 1) % a_point)) 0
    check "$1: some, not all" test "$lines" -gt $((3 * a_point)) -a "$lines" -le "$rows"
    head -n "$lines" "$SCRATCH/whole/results.csv" >"$SCRATCH/expected"
    check "$1: the rows of the undisturbed sweep" cmp "$SCRATCH/$1/results.csv" "$SCRATCH/expected"
}

for signal in INT TERM; do
    disturbed $signal $signal
    equal "$signal: exit code" $code 130
    kept $signal
    contains "$signal: says how many and where" "$(cat "$SCRATCH/$signal.err")" \
        "$(((lines - 1) / a_point)) of $points points are finished and kept in $SCRATCH/$signal/results.csv"
done

disturbed twice INT TERM INT
equal "twice: exit code" $code 130
kept twice

disturbed killed KILL
equal "killed: exit code" $code 137
kept killed

# ---- a full disk ----------------------------------------------------------------------------------

if [ -w /dev/full ]; then
    (sweep) >/dev/full 2>"$SCRATCH/full.err"
    equal "full stdout: exit code" $? 74
    contains "full stdout: message" "$(cat "$SCRATCH/full.err")" "stdout: No space left on device"
    mkdir "$SCRATCH/full" && ln -s /dev/full "$SCRATCH/full/results.csv"
    (sweep -o "$SCRATCH/full" --force) 2>"$SCRATCH/full.err"
    equal "full results.csv: exit code" $? 74
    contains "full results.csv: message" "$(cat "$SCRATCH/full.err")" "full/results.csv: No space left on device"
    for command in "help" "params" "run inputs/scenarios/mm1.ini -r 2" "--version"; do
        # shellcheck disable=SC2086
        "$LINGER" $command >/dev/full 2>"$SCRATCH/full.err"
        equal "full: linger $command" $? 74
    done
else
    skip "full disk" "no /dev/full"
fi
"$LINGER" params >&- 2>"$SCRATCH/closed.err"
equal "closed stdout" $? 74

# ---- other people's files ---------------------------------------------------------------------------

mkdir "$SCRATCH/foreign" && echo mine >"$SCRATCH/foreign/results.csv" && echo notes >"$SCRATCH/foreign/notes.txt"
(sweep -o "$SCRATCH/foreign") 2>"$SCRATCH/err"
equal "somebody else's results.csv is refused" $? 73
equal "... and kept" "$(cat "$SCRATCH/foreign/results.csv")" mine
equal "... and nothing is added" "$(ls "$SCRATCH/foreign" | tr '\n' ' ')" "notes.txt results.csv "
"$LINGER" run inputs/scenarios/mm1.ini -r 2 --no-plots --force -o "$SCRATCH/foreign" >"$SCRATCH/out" 2>&1
equal "--force writes it" "$(head -n 1 "$SCRATCH/foreign/results.csv")" "measure,unit,mean,half_width,n"
equal "... and leaves the notes" "$(cat "$SCRATCH/foreign/notes.txt")" notes
"$LINGER" run inputs/scenarios/mm1.ini -r 2 --no-plots -o "$SCRATCH/foreign" >"$SCRATCH/out" 2>&1
equal "our own folder is written again" $? 0
"$LINGER" run inputs/scenarios/mm1.ini -r 2 --no-plots -o "$SCRATCH/new/folder/deep" >"$SCRATCH/out" 2>&1
check "folders above are made" test -s "$SCRATCH/new/folder/deep/results.csv"
tap_end
