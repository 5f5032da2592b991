# SPDX-License-Identifier: GPL-3.0-or-later
# CPU time of a request and of a connection on this machine, from pairs of files (users.csv, server.csv), one pair a point
# of the same server: cpu_utilisation = request * requests_per_s + connection * connections_per_s, by least squares of the
# relative error; no cost below zero. Prints options for `linger run`. One point alone cannot tell the two apart: it gets
# a connection for as much as a request.

BEGIN { FS = "," }
/^#/ || FNR == 1 { if (FNR == 1 && ++files % 2 == 1) n++; next }
{ value[n, $1] = $3 }

function solve(    det) {
    if (n == 1) {
        request = connection = (xx > 0 ? (xy + zy) / (xx + 2 * xz + zz) : 0)
        return
    }
    det = xx * zz - xz * xz
    if (det <= 0) { request = xy / xx; connection = 0; return }
    request = (xy * zz - zy * xz) / det
    connection = (zy * xx - xy * xz) / det
    if (connection < 0) { connection = 0; request = xy / xx }
    if (request < 0) { request = 0; connection = zy / zz }
}

END {
    for (i = 1; i <= n; i++) {
        cpu = value[i, "cpu_utilisation"]
        if (cpu <= 0 || value[i, "requests_per_s"] <= 0) continue
        x = value[i, "requests_per_s"] / cpu
        z = value[i, "connections_per_s"] / cpu
        xx += x * x; xz += x * z; zz += z * z; xy += x; zy += z
    }
    if (xx <= 0) exit
    solve()
    printf "--set cpu.request=%.3gus --set cpu.connection=%.3gus\n", 1e6 * request, 1e6 * connection
}
