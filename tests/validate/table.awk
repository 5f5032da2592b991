# SPDX-License-Identifier: GPL-3.0-or-later
# The table for people: awk -f table.awk calibration.csv validation.csv. Three lines a point, 80 columns. A star is an
# error beyond what is held to be close; a point behind it means that it is shown, but not judged.

BEGIN {
    FS = ","
    n = split("connections_open processes requests_per_s connections_per_s memory_pss time_wait cpu_utilisation page_response", name, " ")
    split("connections daemons requests/s conns/s PSS_MB TIME_WAIT CPU_% page_ms", head, " ")
    split("1 1 1 1 1e-6 1 100 1000", scale, " ")
    split("0.03 0.07 0.03 0.05 0.10 0.12 0.10 0.10", close_enough, " ")
    for (i = 1; i <= n; i++) column[name[i]] = i
}
FNR == 1 { calibrating = $1 == "server"; next }
calibrating { calibration[++servers] = sprintf("%-8s CPU times x %.2f; PSS %.1f MB and the rest x %.2f", $1, $2, $4 * 1e-6, $3); next }
!($1 in seen) { seen[$1] = 1; order[++points] = $1 }
$2 in column {
    measured[$1, column[$2]] = $4
    simulated[$1, column[$2]] = $5
    error[$1, column[$2]] = $6
}
$2 == "steal" { steal[$1] = $4 }
$2 == "core_other" { other[$1] = $4 }

# Not judged: connections without keep-alive, which last as long as the server's microseconds; nginx's one process, and prefork's
# without keep-alive (anywhere from 5 to 10, by chance); fewer than 10 connections a second; page times that no waiting or round
# trip makes; CPU time while others used the core.
function judged(point, i) {
    if (error[point, i] == "") return 0
    if (head[i] == "connections") return measured[point, i] >= 5
    if (head[i] == "daemons") return point !~ /^(ng_.*|pf_off)$/
    if (head[i] == "conns/s") return measured[point, i] >= 10
    if (head[i] == "page_ms") return point ~ /_(w[0-9]+|r[0-9]+|leave)$/
    if (head[i] == "CPU_%") return steal[point] < 0.02 && other[point] < 0.1
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
    print "connections/s 5 %, PSS and CPU 10 %, TIME_WAIT 12 %, page times 10 %. Beyond: *."
    print "Not judged (a point): fewer than 5 connections, or than 10 a second, pages"
    print "without waiting or round trips, CPU of a core that others used, daemons of"
    print "nginx and of prefork without keep-alive."
    if (servers) print "\nOne calibration a server, of what inputs/scenarios/measured-*.ini say:"
    for (i = 1; i <= servers; i++) print "  " calibration[i]
}
