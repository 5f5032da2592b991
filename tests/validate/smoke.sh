#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# The validation kit in seconds: the think times against an independent calculation, the table and the calibration against
# numbers by hand, and where Apache and nginx are installed (nothing is installed here) one short real point and an
# interrupted one. Compared with: the published outputs of splitmix64, arithmetic, and what is left running.
#
# run: alone
. tests/tap.sh
LINGER=${1:-${LINGER:-build/linger}}
KIT=${KIT:-build/release/validate}
SCRATCH=${SCRATCH:-$(mktemp -d)}
export LINGER KIT
here=tests/validate

# ---- think times --------------------------------------------------------------------------------------------

# The shell's integers are 64 bits and wrap, but shift in the sign: masks take it away.
splitmix64() { # sets `state` and `x`
    state=$((state + 0x9e3779b97f4a7c15))
    x=$(((state ^ ((state >> 30) & 0x3ffffffff)) * 0xbf58476d1ce4e5b9))
    x=$(((x ^ ((x >> 27) & 0x1fffffffff)) * 0x94d049bb133111eb))
    x=$((x ^ ((x >> 31) & 0x1ffffffff)))
}
state=1234567 words=''
for _ in 1 2 3; do splitmix64 && printf -v words '%s %u' "$words" "$x"; done
equal "splitmix64 of the shell: the published outputs for 1234567" "$words" \
    " 6457827717110365317 3203168211198807973 9817491932198370423"

thinks() { # SEED USER BURNT
    local k
    state=$(($1 * 1000003 + $2 * 7919))
    for ((k = 0; k < $3; k++)); do splitmix64; done
    for k in 1 2 3; do splitmix64 && echo $(((x >> 11) & 0x1fffffffffffff)); done |
        awk '{ printf "%.9f ", -3 * log(($1 + 0.5) / 9007199254740992) }'
}
printed() { # USER OPTION...
    local user=$1
    shift
    "$KIT/load" --print-thinks --users 8 --think 3 --warm 60 --dur 60 "$@" |
        awk -F, -v user="$user" '$1 == user && n++ < 3 { printf "%.9f ", $2 }'
}
equal "user 0, seed 1" "$(printed 0 --seed 1)" "$(thinks 1 0 1)"
equal "user 7, seed 42" "$(printed 7 --seed 42)" "$(thinks 42 7 1)"
equal "with sessions one more number is burnt" "$(printed 7 --seed 42 --session-pages 5)" "$(thinks 42 7 2)"

# ---- the table, by hand ---------------------------------------------------------------------------------------

lines() { printf '%s\n' "$@"; }
lines measure,unit,value connections_open,1,400 requests_per_s,1/s,200 >"$SCRATCH/users.csv"
lines measure,unit,value cpu_utilisation,1,0.06 memory_pss,B,100000000 memory_private,B,1 >"$SCRATCH/server.csv"
lines measure,unit,mean,half_width,n connections_open,1,404,0,1 requests_per_s,1/s,190,0,1 cpu_utilisation,1,0.03,0,1 \
    memory_pss,B,105000000,0,1 >"$SCRATCH/results.csv"
lines parameter,value,unit,source cpu.request,80us,s,given cpu.wake,0.0001,s,given \
    memory.shared,5000000,B,given memory.daemon_private,250000,B,given >"$SCRATCH/manifest.csv"
{
    echo point,measure,unit,measured,simulated,error
    awk -v point=pf_x -f $here/compare.awk "$SCRATCH/users.csv" "$SCRATCH/server.csv" "$SCRATCH/results.csv"
} >"$SCRATCH/validation.csv"
equal "errors: +1 %, -5 %, -50 %, +5 %, and nothing beside what was only measured" \
    "$(awk -F, 'NR > 1 { printf "%s ", $6 == "" ? "none" : $6 }' "$SCRATCH/validation.csv")" "0.0100 -0.0500 -0.5000 0.0500 none "
lines server,cpu_factor,memory_factor,memory_base_bytes prefork,1.2,0.9,5000000 >"$SCRATCH/calibration.csv"
awk -f $here/table.awk "$SCRATCH/calibration.csv" "$SCRATCH/validation.csv" >"$SCRATCH/table"
equal "the table marks what is beyond: requests/s (3 %) and CPU (10 %)" \
    "$(awk '/error %/ { for (i = 3; i <= NF; i++) if ($i != "-") printf "%s ", $i }' "$SCRATCH/table")" "1.0 -5.0* 5.0 -50.0* "
contains "... and counts: 2 of 4 are close" "$(cat "$SCRATCH/table")" "2 of 4 errors are close"
equal "80 columns" "$(awk 'length > 80' "$SCRATCH/table")" ""

# A second point: 20 MB measured, 21 MB simulated, so 80 MB more are measured where 84 are simulated. With 5 MB of base in
# the simulation 16 x factor + base = 20 and 100 x factor + base = 100: factor 20/21, base 100/21 MB.
lines measure,unit,value cpu_utilisation,1,0.08 memory_pss,B,20000000 >"$SCRATCH/server2.csv"
lines measure,unit,mean,half_width,n cpu_utilisation,1,0.04,0,1 memory_pss,B,21000000,0,1 >"$SCRATCH/results2.csv"
calibrated=$(awk -f $here/calibrate.awk "$SCRATCH"/{server,results,manifest}.csv "$SCRATCH"/{server2,results2,manifest}.csv)
equal "calibration: CPU is twice the simulated, memory 20/21 of it above 100/21 MB" "${calibrated%% --*}" "2.000 0.952 4761905"
for option in cpu.request=0.00016s cpu.wake=0.0002s memory.shared=4761905 memory.daemon_private=238095; do
    contains "... as an option: $option" "$calibrated " "--set $option "
done

# ---- what is said ------------------------------------------------------------------------------------------------

equal "20 points are listed" "$(tools/validate --list | wc -l)" 20
words=$(VALIDATE_POINTS=pf_never tools/validate -o "$SCRATCH/never" 2>&1)
equal "an unknown point ends with 64" $? 64
contains "... and the points that there are" "$words" "ng_off"
VALIDATE_DUR_S=1.5 tools/validate >/dev/null 2>&1
equal "half a second ends with 64" $? 64
"$KIT/load" --port 70000 >/dev/null 2>&1
equal "load: a port that is none ends with 64" $? 64
"$KIT/sample" --pid 1 >/dev/null 2>&1
equal "sample: too few options end with 64" $? 64

# ---- real servers --------------------------------------------------------------------------------------------------

PATH=$PATH:/usr/sbin:/sbin
for program in apache2 nginx setpriv taskset; do
    command -v $program >/dev/null && continue
    skip "a real server beside the simulation" "$program is not installed; make validate installs it"
    skip "an interrupted measurement" "$program is not installed; make validate installs it"
    echo "# NOT TESTED: tools/validate against real servers, for want of $program" >&2
    tap_end
done

# Processes of which the command line names our folder for temporary files. (Not in grep's own.)
mkdir "$SCRATCH/tmp"
echo "$SCRATCH/tmp/linger-validate" >"$SCRATCH/pattern"
left_running() { grep -laF -f "$SCRATCH/pattern" /proc/[0-9]*/cmdline 2>/dev/null | wc -l; }
export TMPDIR=$SCRATCH/tmp VALIDATE_WARM_S=1 VALIDATE_DUR_S=1

words=$(VALIDATE_POINTS=ng_2 tools/validate -o "$SCRATCH/out" 2>&1)
equal "one short point ends well" "$?" 0
close() { # MEASURE: measured and simulated in second 2 of a cold start, both not zero
    awk -F, -v measure="$1" '$2 == measure && $4 > 0 && $6 > -0.2 && $6 < 0.2 { good = 1 } END { exit !good }' "$SCRATCH/out/validation.csv"
}
check "nginx: connections held within 20 % of the simulation" close connections_open
check "nginx: requests/s too" close requests_per_s
contains "the table is on stdout" "$words" "ng_2"
equal "nothing is left in the folder for temporary files" "$(ls "$SCRATCH/tmp")" ""
equal "nothing is left running" "$(left_running)" 0

# A shell's background jobs ignore the interrupt; env gives it back.
VALIDATE_POINTS=pf_5 VALIDATE_DUR_S=60 env --default-signal=INT tools/validate -o "$SCRATCH/out" >/dev/null 2>"$SCRATCH/said" &
job=$!
for _ in $(seq 200); do
    [ -s "$SCRATCH/out/points/pf_5/server_series.csv" ] && break
    sleep 0.02
done
check "Apache runs while it is measured" test "$(left_running)" -ge 5
kill -INT $job
sleep 0.05
kill -INT $job 2>/dev/null
wait $job
equal "Ctrl-C, twice: ends with 130" $? 130
equal "... leaves nothing in the folder for temporary files" "$(ls "$SCRATCH/tmp")" ""
equal "... and nothing running" "$(left_running)" 0
tap_end
