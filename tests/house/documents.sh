#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Documents are tests: what the README shows of `make demo` is what it prints, the classic numbers are in its results.csv, and the
# reference of parameters is the program's own.
. tests/tap.sh
linger=${1:-$LINGER}

"$linger" params --markdown >"$SCRATCH/params"
sed -n '/^### the laboratory/,$p' inputs/README.md >"$SCRATCH/reference"
check "inputs/README.md holds what linger params --markdown prints" cmp "$SCRATCH/params" "$SCRATCH/reference"

LINGER=$linger tools/demo "$SCRATCH/demo" >"$SCRATCH/said" 2>"$SCRATCH/errors"
equal "the demo ends well" "$?" 0
check "the demo leaves the report that it names" test -s "$SCRATCH/demo/report.html"
equal "README: the report" "$(grep '^Report: ' README.md)" "$(grep '^Report: ' "$SCRATCH/said" | sed "s|$SCRATCH|outputs|")"
for what in "KeepAlive On" "KeepAlive Off"; do
    equal "README: $what" "$(grep -F "$what" README.md | head -n 1)" "$(grep -F "$what" "$SCRATCH/said")"
done
results=$SCRATCH/demo/results.csv

# Wanted by hand: 100 users x 5 connections = 500 daemons, x 5 MB = 2,500 MB, in every row On with 15 s or more.
off_by() { # MEASURE WANTED
    awk -F, -v measure="$1" -v wanted="$2" '$1 == "on" && $2 >= 15 && $4 == measure { n++; if ($6 != wanted || $7 != 0) print }
        END { if (n < 10) print "only " n + 0 " rows" }' "$results"
}
equal "On, 15 s or more: at most 500 daemons hold a connection" "$(off_by daemons_held_peak 500)" ""
equal "On, 15 s or more: 2,500 MB" "$(off_by memory_held_peak 2500000000)" ""
equal "Off: fewer than 50 daemons busy" \
    "$(awk -F, '$1 == "off" && $4 == "daemons_busy_peak" && $6 >= 50' "$results")" ""
points=$(awk -F, '$4 == "daemons_held_peak"' "$results" | wc -l)
check "at least 60 points" test "$points" -ge 60
tap_end
