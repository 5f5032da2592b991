#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Every closed form of every model against the simulation; and the verdicts against an own calculation from what is
# printed (t_{0.975}(39) = 2.022691, from tables).
. tests/tap.sh
LINGER=${1:-${LINGER:-build/linger}}
SCRATCH=${SCRATCH:-$(mktemp -d)}

"$LINGER" verify --json --quiet >"$SCRATCH/verify.json" 2>"$SCRATCH/err"
equal "linger verify: exit code" $? 0
# One check a line: model, check, measure, exact, mean, half-width, n, z, verdict.
sed -n 's/^ *{"model": "\([^"]*\)", "check": "\([^"]*\)".*"measure": "\([^"]*\)".*"exact": \([^,]*\), "mean": \([^,]*\), "half_width": \([^,]*\), "n": \([^,]*\), "z": \([^,]*\), "holds": \([a-z]*\)}.*/\1\t\2\t\3\t\4\t\5\t\6\t\7\t\8\t\9/p' \
    "$SCRATCH/verify.json" >"$SCRATCH/checks"
check "there are checks" test "$(wc -l <"$SCRATCH/checks")" -ge 14
equal "all were read" "$(grep -c '"exact"' "$SCRATCH/verify.json")" "$(wc -l <"$SCRATCH/checks")"
while IFS=$'\t' read -r model name measure exact mean half_width n z holds; do
    words=$(awk -v e="$exact" -v m="$mean" -v h="$half_width" -v n="$n" -v z="$z" -v holds="$holds" 'BEGIN {
        if (n < 30) print "only " n " replications"
        if (n == 40 && h > 0) {
            own = (m - e) / (h / 2.022691)
            if (own - z > 1e-5 * (1 + (z < 0 ? -z : z)) || z - own > 1e-5 * (1 + (z < 0 ? -z : z))) print "z is " own ", not " z
        }
        if (z >= 3.3 || z <= -3.3) print "differs: exact " e ", simulated " m ", z " z
        if (h >= 0.01 * (e < 0 ? -e : e) && h > 0) print "too wide: " h
        if (holds != "true") print "does not hold"
    }')
    equal "$model: $name: $measure (z $z)" "$words" ""
done <"$SCRATCH/checks"
tap_end
