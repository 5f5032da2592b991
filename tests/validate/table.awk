# SPDX-License-Identifier: GPL-3.0-or-later
# The table for people, from validation.csv: three lines a point, 80 columns. A star is an error beyond what is
# held to be close; measures in brackets of `judged` are shown and not judged.

BEGIN {
    FS = ","
    n = split("connections_open processes requests_per_s connections_per_s memory_pss time_wait cpu_utilisation page_response", name, " ")
    split("connections daemons requests/s conns/s PSS_MB TIME_WAIT CPU_% page_ms", head, " ")
    split("1 1 1 1 1e-6 1 100 1000", scale, " ")
    split("0.03 0.07 0.03 0.05 0.10 0.12 0.10 0.10", close_enough, " ")
    for (i = 1; i <= n; i++) column[name[i]] = i
}
FNR == 1 { next }
!($1 in seen) { seen[$1] = 1; order[++points] = $1 }
$2 in column {
    measured[$1, column[$2]] = $4
    simulated[$1, column[$2]] = $5
    error[$1, column[$2]] = $6
}
$2 == "steal" { steal[$1] = $4 }

# Without keep-alive, connections held are the server's microseconds; fewer than 10 a second are too few to count; page times of an idle loopback are the machine's own
# microseconds; CPU that the host took away is not the server's.
function judged(point, i) {
    if (error[point, i] == "") return 0
    if (head[i] == "connections") return measured[point, i] >= 5
    if (head[i] == "conns/s") return measured[point, i] >= 10
    if (head[i] == "page_ms") return point ~ /_(w[0-9]+|r[0-9]+|leave)$/
    if (head[i] == "CPU_%") return steal[point] < 0.02
    return 1
}
function beyond(point, i,    e) {
    e = error[point, i]
    return judged(point, i) && (e > close_enough[i] || -e > close_enough[i])
}
function number(value) {
    if (value == "") return "-"
    return value >= 99.95 ? sprintf("%.0f", value) : value >= 9.995 ? sprintf("%.1f", value) : sprintf("%.2f", value)
}
function cell(i, text) { return sprintf(i == 1 ? "%10s" : "%8s", text) }

END {
    printf "%-12s", ""
    for (i = 1; i <= n; i++) { label = head[i]; sub(/_/, " ", label); printf "%s", cell(i, label == "connections" ? "conns" : label == "requests/s" ? "req/s" : label == "TIME WAIT" ? "TIME_W" : label) }
    print ""
    for (p = 1; p <= points; p++) {
        point = order[p]
        printf "%-12s", point
        for (i = 1; i <= n; i++) printf "%s", cell(i, measured[point, i] == "" ? "-" : number(measured[point, i] * scale[i]))
        printf "\n%12s", "simulated"
        for (i = 1; i <= n; i++) printf "%s", cell(i, simulated[point, i] == "" ? "-" : number(simulated[point, i] * scale[i]))
        printf "\n%12s", "error %"
        for (i = 1; i <= n; i++) {
            total += judged(point, i)
            far += beyond(point, i)
            printf "%s", cell(i, error[point, i] == "" ? "-" : sprintf("%.1f%s", 100 * error[point, i], beyond(point, i) ? "*" : judged(point, i) ? "" : "."))
        }
        print ""
    }
    printf "\n%d of %d errors are close: connections and requests/s within 3 %%, daemons 7 %%,\n", total - far, total
    print "connections/s 5 % (from 10/s on), PSS and CPU 10 %, TIME_WAIT 12 %, pages 10 % where"
    print "waiting or round trips make them. * is beyond; a point behind a number: not judged."
}
