#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# linger calibrate from outside: what a queue with a known service time tells about it, the lines it writes, the same bytes with any
# number of threads, and wrong input. Measured is M/M/1: busy = lambda s, response = s / (1 - lambda s), at s = 0.5.
. tests/tap.sh
LINGER=${1:-${LINGER:-build/linger}}
SCRATCH=${SCRATCH:-$(mktemp -d)}
ini=$SCRATCH/x.ini data=$SCRATCH/d.csv

printf '[run]\nmodel = mmc\nhorizon = 500s\nwarmup = 50s\nreplications = 4\n[queue]\nservice = 0.1s\n' >"$ini"
cat >"$data" <<'END'
# by hand
point,queue.arrival_rate,queue.discipline,servers_busy,response,weight,note
slow,0.4/s,ps,0.2,0.625,1,a
half,1/s,ps,0.5,1,2,b
fast,1.4/s,,0.7,,1,c
END
calibrate() { "$LINGER" calibrate "$ini" "$data" --fit queue.service --ignore note "$@"; }
# number KEY: what stands behind it, line by line
number() { grep -oE "\"$1\": (-?[0-9.e+-]+|null)" "$SCRATCH/json" | sed 's/.*: //'; }
# holds CONDITION: of low, high, estimate, rms and the points' m(easured), s(imulated), e(rror), by awk
holds() {
    paste <(number measured) <(number simulated) <(number error) |
        awk -v low="$(number low | head -n 1)" -v high="$(number high | head -n 1)" -v rms="$(number rms_error)" \
            -v estimate="$(number estimate | head -n 1)" 'function abs(x) { return x < 0 ? -x : x }
            { worst = abs($2 / $1 - 1 - $3) > worst ? abs($2 / $1 - 1 - $3) : worst; squares += $3 * $3; n++ }
            END { exit !('"$1"') }'
}

# ---- what it finds ---------------------------------------------------------------------------------

calibrate --json --threads 1 >"$SCRATCH/json" 2>"$SCRATCH/err"
equal "exit code" $? 0
equal "nothing on stderr" "$(cat "$SCRATCH/err")" ""
check "half a second is in the interval" holds 'low < 0.5 && 0.5 < high'
check "and the estimate near it" holds 'abs(estimate - 0.5) < 0.03'
equal "five values were measured" "$(number measurements) $(number degrees_of_freedom) $(number error | wc -l)" "5 4 5"
check "the error is simulated / measured - 1" holds 'n == 5 && worst < 1e-12'
check "the RMS error is theirs" holds 'abs(sqrt(squares / n) - rms) < 1e-12'
for threads in 2 7; do
    calibrate --json --threads $threads >"$SCRATCH/json.$threads"
    check "$threads threads: the same bytes" cmp "$SCRATCH/json" "$SCRATCH/json.$threads"
done

calibrate --measures servers_busy --json >"$SCRATCH/json"
equal "--measures: only that one" "$(grep -o '"measure": "[a-z_]*"' "$SCRATCH/json" | sort -u)" '"measure": "servers_busy"'
calibrate --json --fit queue.room --set queue.room=1000 >"$SCRATCH/json"
contains "what has no influence is named" "$(cat "$SCRATCH/json")" '"queue.room": {"unit": "1", "state": "no influence"'

# ---- the lines to paste ---------------------------------------------------------------------------

table=$(calibrate)
contains "the table names the point" "$table" 'half  '
contains "lines on stdout" "$table" $'[queue]\n; 95 % interval: '
calibrate -o "$SCRATCH/lines.ini" >"$SCRATCH/table"
equal "-o: exit code" $? 0
contains "-o: the table says where" "$(cat "$SCRATCH/table")" "lines.ini"
{ printf '[run]\nmodel = mmc\n'; cat "$SCRATCH/lines.ini"; } >"$SCRATCH/pasted.ini"
check "-o: a scenario takes the lines" "$LINGER" run "$SCRATCH/pasted.ini" --set run.horizon=10s
equal "-o -: only the lines on stdout" "$(calibrate -o - 2>"$SCRATCH/err")" "$(cat "$SCRATCH/lines.ini")"
contains "-o -: the table on stderr" "$(cat "$SCRATCH/err")" "RMS error"
cp "$SCRATCH/lines.ini" "$SCRATCH/before"
calibrate -o "$SCRATCH/lines.ini" >"$SCRATCH/table" 2>"$SCRATCH/err"
equal "-o: a file that exists" $? 73
contains "-o: says how" "$(cat "$SCRATCH/err")" "--force"
check "-o: and leaves it" cmp "$SCRATCH/before" "$SCRATCH/lines.ini"
for i in $(seq 100); do echo "; filler $i"; done >>"$SCRATCH/lines.ini"
calibrate --force -o "$SCRATCH/lines.ini" >"$SCRATCH/table"
check "-o --force: written over whole" cmp "$SCRATCH/before" "$SCRATCH/lines.ini"

# ---- wrong input -----------------------------------------------------------------------------------------

# refuses NAME CODE WORDS ARGUMENTS...: nothing on stdout, no file made
refuses() {
    local name=$1 code=$2 words=$3
    shift 3
    timeout 10 "$LINGER" calibrate "$@" -o "$SCRATCH/none.ini" >"$SCRATCH/out" 2>"$SCRATCH/err" </dev/null
    equal "$name: exit code" $? "$code"
    contains "$name: says why" "$(cat "$SCRATCH/err")" "$words"
    check "$name: nothing is written" test ! -s "$SCRATCH/out" -a ! -e "$SCRATCH/none.ini"
}
# wrong NAME CODE WORDS CSV [ARGUMENT]...
wrong() {
    local name=$1 code=$2 words=$3
    printf '%b' "$4" >"$SCRATCH/w.csv"
    shift 4
    refuses "$name" "$code" "$words" "$ini" "$SCRATCH/w.csv" --fit queue.service "$@"
}
refuses 'no words' 64 'which scenario?'
refuses 'no data' 64 'which data?' "$ini" --fit queue.service
refuses 'nothing to fit' 64 'which parameters?' "$ini" "$data"
refuses 'three files' 64 'one scenario and one data file' "$ini" "$data" "$data" --fit queue.service
refuses 'an unknown parameter' 64 "did you mean 'queue.service'" "$ini" "$data" --ignore note --fit queue.servce
refuses 'a word to fit' 64 'is a word' "$ini" "$data" --ignore note --fit queue.discipline
refuses 'a distribution to fit' 64 'set it to a constant' "$ini" "$data" --ignore note --fit queue.service \
    --set 'queue.service=exponential(1s)'
refuses 'a parameter twice' 64 'given twice' "$ini" "$data" --ignore note --fit queue.service --fit queue.service
refuses 'no such data' 66 'No such file' "$ini" "$SCRATCH/none.csv" --fit queue.service
refuses 'no such scenario' 66 'No such file' "$SCRATCH/none" "$data" --fit queue.service
refuses 'a wrong --set' 78 'queue.servers' "$ini" "$data" --ignore note --fit queue.service --set queue.servers=0
refuses 'an unknown measure' 64 "read 'speed'" "$ini" "$data" --ignore note --fit queue.service --measures response,speed
refuses 'a measure that was not measured' 65 "no column 'wait'" "$ini" "$data" --ignore note --fit queue.service --measures wait
wrong 'an unknown column' 65 "w.csv:1: unknown column 'respnse', did you mean 'response'?" 'queue.arrival_rate,respnse\n1,2\n'
wrong 'no result' 65 'no column is a result' 'queue.arrival_rate\n1\n'
wrong 'no rows' 65 'no rows' 'queue.arrival_rate,response\n'
wrong 'rows without a measurement' 65 'no rows with a measurement' 'queue.arrival_rate,response\n1,\n'
wrong 'fewer values than parameters' 65 '1 measured values for 2 parameters' 'queue.arrival_rate,response\n1,2\n' \
    --fit queue.arrival_rate --ignore queue.arrival_rate
wrong 'fitted and given' 65 'is to be fitted and is given' 'queue.service,response\n1,2\n'
wrong 'a wrong setting' 65 'w.csv:2: queue.arrival_rate: read ' 'queue.arrival_rate,response\nfast,2\n'
wrong 'a measured zero' 65 "w.csv:3: response: read '0', allowed: a number above 0" 'queue.arrival_rate,response\n1,2\n1,0\n'
wrong 'a measured word' 65 "w.csv:2: response: read '2s'" 'queue.arrival_rate,response\n1,2s\n'
wrong 'a negative weight' 65 "w.csv:2: weight: read '-1'" 'weight,response\n-1,2\n'
wrong 'a file per row' 65 'cannot differ from row to row' 'workload.think,response\nx.csv,2\n'
wrong 'nothing that matters' 65 'any influence' 'queue.arrival_rate,servers_busy_peak\n1,1\n' --ignore queue.arrival_rate
wrong 'a row too short' 65 'w.csv:2' 'queue.arrival_rate,response\n1\n'
tap_end
