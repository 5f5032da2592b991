# SPDX-License-Identifier: GPL-3.0-or-later
# From validation.csv the points of the picture: awk -v out=FILE -f scatter.awk validation.csv. One row an error: the column of
# its measure, moved a little by the point's number, simulated / measured, the server, what is held to be close.

BEGIN {
    FS = OFS = ","
    n = split("connections_open processes requests_per_s connections_per_s memory_pss time_wait cpu_utilisation page_response", name, " ")
    split("0.03 0.07 0.03 0.05 0.10 0.12 0.10 0.10", close_enough, " ")
    for (i = 1; i <= n; i++) column[name[i]] = i
    split("pf wk ev ng", servers, " ")
    for (i in servers) server[servers[i]] = i
    print "x,ratio,server,close,point" >out
}
FNR == 1 { next }
!($1 in number) { number[$1] = points++ }
$2 in column && $6 != "" { row[++rows] = $0 }
END {
    for (i = 1; i <= rows; i++) {
        $0 = row[i]
        c = column[$2]
        print c + 0.7 * ((number[$1] + 0.5) / points - 0.5), 1 + $6, server[substr($1, 1, 2)], close_enough[c], $1 >out
    }
}
