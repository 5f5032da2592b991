# SPDX-License-Identifier: GPL-3.0-or-later
# How fast this machine is: from triples of files (server.csv, results.csv, manifest.csv), one triple a point of the same
# server, the one number by which all CPU times are to be multiplied, so that the simulated CPU is the measured one in
# the geometric mean over the points. Prints it, and then options for `linger run`.

BEGIN { FS = "," }
/^#/ { next }
FNR == 1 {
    kind = $3 == "value" ? "measured" : $2 == "value" ? "manifest" : "simulated"
    next
}
$1 == "cpu_utilisation" && kind == "measured" { measured = $3 }
$1 == "cpu_utilisation" && kind == "simulated" && measured > 0 && $3 > 0 {
    sum += log(measured / $3)
    n++
}
kind == "manifest" && $1 ~ /^cpu\.(connection|request|dynamic|wake|accept|fork)$/ { cost[$1] = seconds($2) }

function seconds(text) {
    if (text ~ /us$/) return text * 1e-6
    if (text ~ /ms$/) return text * 1e-3
    return text + 0
}

END {
    factor = n ? exp(sum / n) : 1
    printf "%.3f", factor
    for (name in cost) printf " --set %s=%.6gs", name, cost[name] * factor
    print ""
}
