#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# linger advise on what Debian ships (Apache event, prefork; nginx) and a log of more than 50,000 lines that linger log makes: under ten
# seconds, slots that add up, numbers that are those of linger run, a cause that is known beforehand, and a promise that holds when the change
# is made and simulated again with other random numbers.
#
# The promise. d +- h is the advised difference (t interval over 10 paired replications), e the same difference simulated again with
# another seed. e - d has standard error sqrt(2) times that of d, so |e - d| <= 2 h is 2 t/sqrt(2) = 3.2 standard errors: one in 100 of right
# programs would fail with 9 degrees of freedom. The seeds are fixed.
. tests/tap.sh
LINGER=${1:-${LINGER:-build/linger}}
case $LINGER in /*) ;; *) LINGER=$PWD/$LINGER ;; esac
SCRATCH=${SCRATCH:-$(mktemp -d)}

# ---- what Debian ships, and a log -----------------------------------------------------------------------

# Copies, since a change is made in them.
apache=$SCRATCH/apache2 nginx=$SCRATCH/nginx
cp -r inputs/servers/debian12-apache-event "$apache"
cp -r inputs/servers/debian12-apache-prefork "$SCRATCH/prefork"
cp -r inputs/servers/debian12-nginx "$nginx"
log=inputs/logs/sample.log.gz
check "the log has 50,000 lines at least" test "$(zcat "$log" | wc -l)" -ge 50000
equal "... and is what linger log makes of its scenario" "$(zcat "$log" | cksum)" "$("$LINGER" log inputs/scenarios/sample-log.ini | cksum)"

# ---- a verdict in time -------------------------------------------------------------------------------------

# mean FILE MEASURE: of the present settings, in --json.
mean() { sed -n "s/^ *\"$2\": {\"unit\": \"[^\"]*\", \"mean\": \([^,]*\),.*/\1/p" "$1" | head -n 1; }

# advised NAME OPTIONS...: runs twice, leaves $SCRATCH/NAME.txt and .json.
advised() {
    local name=$1 begun seconds
    shift
    begun=$EPOCHREALTIME
    "$LINGER" advise "$@" -q >"$SCRATCH/$name.txt" 2>"$SCRATCH/$name.err"
    equal "$name: exit code" $? 0
    seconds=$(awk -v a="$begun" -v b="$EPOCHREALTIME" 'BEGIN { print b - a }')
    case ${OBJECTS:-release} in
    *release*) check "$name: under 10 s (took $seconds s)" awk -v s="$seconds" 'BEGIN { exit !(s < 10) }' ;;
    *) skip "$name: under 10 s" "this build is checked and slow ($seconds s); the release build is meant" ;;
    esac
    equal "$name: nothing on stderr" "$(cat "$SCRATCH/$name.err")" ""
    check "$name: 80 columns but for file names and the patch" awk '/^---/ { exit } length > 90 && !/\// { print; wide = 1 } END { exit wide }' "$SCRATCH/$name.txt"
    "$LINGER" advise "$@" -q --json >"$SCRATCH/$name.json"
    check "$name: slots add up to the limit" awk '/"share": / { match($0, /"share": [0-9.e-]*/); sum += substr($0, RSTART + 9, RLENGTH - 9) }
        END { print sum; exit !((sum - 1) ^ 2 < 1e-6) }' "$SCRATCH/$name.json"
    # A finding names a measure; its value is that measure's. Others name the closed form or the curve of the log.
    check "$name: the numbers of findings are measures" awk '
        /^ *\{"rule"/ { match($0, /"measure": "[^"]*"/); m = substr($0, RSTART + 12, RLENGTH - 13)
            match($0, /"value": [^,]*/); value[m] = substr($0, RSTART + 9, RLENGTH - 9) }
        /^ *"[a-z0-9_]*": \{"unit"/ { split($0, part, "\""); match($0, /"mean": [^,]*/); mean[part[2]] = substr($0, RSTART + 8, RLENGTH - 8) }
        END { for (m in value) if (m ~ /^[a-z0-9_]+$/ && !(m in mean && value[m] == mean[m])) { print m, value[m], mean[m]; wrong = 1 }; exit wrong }' \
        "$SCRATCH/$name.json"
}
machine=(--ram 4GiB --cores 2)
advised event --log "$log" --config "$apache" "${machine[@]}"
advised nginx --log "$log" --config "$nginx" "${machine[@]}"
advised prefork --log "$log" --config "$SCRATCH/prefork" --ram 1GiB --cores 4 --traffic 8
contains "event: the line that a setting comes from" "$(tr '\n' ' ' <"$SCRATCH/event.txt")" "apache2/mods-enabled/mpm_event.conf:7"
contains "prefork at eight times the traffic: the limit is reached for keep-alive" "$(tr '\n' ' ' <"$SCRATCH/prefork.txt")" \
    "MaxRequestWorkers is reached, and it is keep-alive"
contains "... which a rule finds too" "$(cat "$SCRATCH/prefork.json")" '"rule": "limit-reached"'
contains "nginx: the limit is not reached" "$(cat "$SCRATCH/nginx.json")" '"cause": "not reached"'

# The traffic is that of the scenario which made the log: 0.5 visits of 5 pages of 7 requests a second; 10 replications of 900 s are
# known to 5 %, the log's own hour to another 5 %.
check "event: requests a second as in the scenario of the log" awk -v x="$(mean "$SCRATCH/event.json" requests_per_s)" 'BEGIN { exit !(x > 15.5 && x < 19.5) }'

# ---- the promise ------------------------------------------------------------------------------------------------

# promised FILE MEASURE KEY
promised() { sed -n "s/^ *\"$2\": {\"now\".*\"$3\": \([^,]*\),.*/\1/p" "$1"; }

holds() { # NAME FOLDER OPTIONS...: the change is made and simulated again
    local name=$1 folder=$2 before after d h
    shift 2
    cp -r "$folder" "$SCRATCH/changed-$name"
    "$LINGER" advise "$@" --config "$folder" -q -o "$SCRATCH/out-$name" >"$SCRATCH/said" 2>&1
    check "$name: the patch applies" patch -s -p0 -d "$SCRATCH/changed-$name" -i "$SCRATCH/out-$name/advise.patch"
    "$LINGER" advise "$@" --config "$folder" --seed 7 --json -q >"$SCRATCH/before.json"
    "$LINGER" advise "$@" --config "$SCRATCH/changed-$name" --seed 7 --json -q >"$SCRATCH/after.json"
    for measure in page_response memory_total daemons_held connections_per_s reuse_share; do
        before=$(mean "$SCRATCH/before.json" $measure) after=$(mean "$SCRATCH/after.json" $measure)
        d=$(promised "$SCRATCH/$name.json" $measure difference) h=$(promised "$SCRATCH/$name.json" $measure half_width)
        check "$name: $measure: promised $d +- $h, again $before to $after" awk -v a="$before" -v b="$after" -v d="$d" -v h="$h" \
            'BEGIN { e = b - a - d; exit !(a != "" && b != "" && h > 0 && d != 0 && e * e <= 4 * h * h) }'
    done
    # What was advised is kept: the changed configuration has nothing that is worth changing for the better by much.
    check "$name: pages are answered sooner, as promised" awk -v a="$(mean "$SCRATCH/before.json" page_response)" \
        -v b="$(mean "$SCRATCH/after.json" page_response)" 'BEGIN { exit !(b < a) }'
}
holds event "$apache" --log "$log" "${machine[@]}"
holds prefork "$SCRATCH/prefork" --log "$log" --ram 1GiB --cores 4 --traffic 8
for name in measures findings settings promises manifest; do check "-o: $name.csv is there" test -s "$SCRATCH/out-event/$name.csv"; done
equal "somebody else's measures.csv is not written over" "$(mkdir -p "$SCRATCH/foreign" && echo mine >"$SCRATCH/foreign/measures.csv" &&
    "$LINGER" advise --log "$log" --config "$nginx" -q -o "$SCRATCH/foreign" >"$SCRATCH/said" 2>&1; echo $? && cat "$SCRATCH/foreign/measures.csv")" "73
mine"

# ---- known causes -------------------------------------------------------------------------------------------------

# of SETTINGS...: the cause in a scenario of 60 users on a prefork server of 20 daemons and one core.
cause() {
    printf '[users]\ncount = 60\nconnections = 1\nobjects = 0\nthink = exponential(100ms)\nrtt = 1ms\n[server]\nworker_limit = 20
[machine]\ncores = 1\n[run]\nwarmup = 20s\nhorizon = 60s\nreplications = 3\n' >"$SCRATCH/cause.ini"
    "$LINGER" advise --scenario "$SCRATCH/cause.ini" -q --json "$@" | sed -n 's/.*"cause": "\([^"]*\)".*/\1/p'
}
equal "20 slots, requests of 50 ms on one core: the CPU" "$(cause --set cpu.request=50ms)" cpu
equal "20 slots, users who think for 4 s: keep-alive" "$(cause --set 'users.think=constant(4s)' --set users.count=40)" keep-alive
equal "20 slots, answers of 5 MB to 10 Mbit/s: the requests" \
    "$(cause --set users.document_bytes=20MB --set users.bandwidth=10Mbit/s --set 'users.think=constant(1s)')" requests
equal "200 slots: not reached" "$(cause --set server.worker_limit=200 --set 'users.think=constant(4s)')" "not reached"

# ---- rules, each made to hold ------------------------------------------------------------------------------------------

# finds RULE SETTINGS...: on 40 users who think for 4 s and a server of 100 daemons; without settings nothing is wrong.
found() { "$LINGER" advise --scenario "$SCRATCH/cause.ini" -q --json -r 2 --set 'users.think=constant(4s)' --set users.count=40 \
    --set server.worker_limit=100 "$@" | sed -n 's/.*"rule": "\([^"]*\)".*/\1/p' | tr '\n' ' '; }
finds() { contains "rule $1" " $(found "${@:2}")" " $1 "; }
equal "nothing is wrong" "$(found)" ""
finds limit-reached --set server.worker_limit=20
finds waits-for-a-slot --set server.worker_limit=20 --set server.idle_limit=2s --set 'users.think=exponential(4s)'
finds queue-overflows --set server.worker_limit=20 --set server.backlog=5
finds limit-beyond-ram --set server.worker_limit=1000 --ram 100MB
finds cpu-is-full --set cpu.request=150ms --set 'users.think=exponential(2s)'
finds request-limit --set server.requests_per_connection=2
finds age-limit --set server.connection_age_limit=10s
finds proxy-outlives-server --set proxy.present=on --set proxy.idle_limit=60s --set proxy.rtt=100ms --set 'users.think=exponential(4s)' \
    --set server.idle_limit=1s
equal "a server that outlives its proxy is right" "$(found --set proxy.present=on --set proxy.idle_limit=1s --set proxy.rtt=100ms \
    --set 'users.think=exponential(4s)' --set server.idle_limit=60s)" ""

# ---- the same numbers as linger run --------------------------------------------------------------------------------

# Quantiles aside: linger run takes those of all replications together, advise (as linger compare, for pairs) their means over replications.
numbers() { grep -v '_p[0-9]*": ' | sed -n 's/^ *"\([a-z0-9_]*\)": {"unit": "[^"]*", "mean": \([^,]*\), "half_width": \([^,}]*\).*/\1 \2 \3/p'; }
equal "measures are those of linger run, to the last digit" \
    "$("$LINGER" advise --scenario inputs/scenarios/static-site.ini -q --json | numbers | sort)" \
    "$("$LINGER" run inputs/scenarios/static-site.ini -q --json | numbers | sort)"
equal "same bytes for one and for three threads" "$("$LINGER" advise --log "$log" --config "$nginx" -q --json -t 1)" \
    "$("$LINGER" advise --log "$log" --config "$nginx" -q --json -t 3)"
tap_end
