# SPDX-License-Identifier: GPL-3.0-or-later
# The time lines of one point side by side, measured and simulated: awk -v point=NAME -v server=NAME -v out=FILE
# -f timeline.awk users_series.csv server_series.csv series.csv. Writes them to `out`, and prints a row of validation.csv for
# each: means over the whole run, and as error the distance, mean |simulated - measured| over the mean measured.

BEGIN { FS = OFS = ","; threads = server ~ /^(worker|event)$/ ? 25 : 1 }
/^#/ { next }
FNR == 1 {
    delete at
    for (i = 1; i <= NF; i++) at[$i] = i
    files++
    next
}
{ t = $at["time_s"] }
t < 1 { next }
files == 1 { connections[t, "m"] = $at["connections_open"]; if (t > last) last = t }
files == 2 { daemons[t, "m"] = $at["processes"] }
files == 3 { connections[t, "s"] = $at["connections_open"]; daemons[t, "s"] = $at["daemons_alive"] / threads }

function distance(level, name,    t, m, s, d, n) {
    for (t = 1; t <= last; t++) {
        if (!((t, "m") in level) || !((t, "s") in level)) continue
        m += level[t, "m"]
        s += level[t, "s"]
        d += level[t, "s"] > level[t, "m"] ? level[t, "s"] - level[t, "m"] : level[t, "m"] - level[t, "s"]
        n++
    }
    if (n && m > 0) print point, name, 1, m / n, s / n, sprintf("%.4f", d / m)
}

END {
    print "time_s,connections_measured,connections_simulated,processes_measured,processes_simulated" >out
    for (t = 1; t <= last; t++)
        print t, connections[t, "m"], connections[t, "s"], daemons[t, "m"], daemons[t, "s"] >out
    distance(connections, "timeline_connections")
    distance(daemons, "timeline_processes")
}
