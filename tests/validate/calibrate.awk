# SPDX-License-Identifier: GPL-3.0-or-later
# What this machine changes, one calibration a server: from triples of files (server.csv, results.csv, manifest.csv), one
# triple a point of the same server, simulated with the costs that are shipped.
#
# CPU: one factor for all CPU times, the geometric mean of measured over simulated. Memory: measured PSS = base + factor *
# (simulated PSS - its own base), least squares of the relative error; the factor is 1 where points are too alike to tell
# (nginx's connections weigh less than two runs differ by).
# Prints "CPU_FACTOR MEMORY_FACTOR BASE_BYTES" and then options for `linger run`.

BEGIN { FS = "," }
/^#/ { next }
FNR == 1 {
    kind = $3 == "value" ? "measured" : $2 == "value" ? "manifest" : "simulated"
    if (kind == "measured") n++
    next
}
kind != "manifest" && $1 ~ /^(cpu_utilisation|memory_pss)$/ { value[n, kind, $1] = $3 }
kind == "manifest" && $1 ~ /^cpu\.(connection|request|dynamic|wake|accept|fork)$/ { cpu[$1] = seconds($2) }
kind == "manifest" && $1 ~ /^memory\.(daemon_private|thread_idle|thread_used|connection)$/ { memory[$1] = $2 }
kind == "manifest" && $1 == "memory.shared" { base = $2 }

function seconds(text) {
    if (text ~ /us$/) return text * 1e-6
    if (text ~ /ms$/) return text * 1e-3
    return text + 0
}

function fit_cpu(    i, m, s, sum, points) {
    for (i = 1; i <= n; i++) {
        m = value[i, "measured", "cpu_utilisation"]
        s = value[i, "simulated", "cpu_utilisation"]
        if (m > 0 && s > 0) { sum += log(m / s); points++ }
    }
    return points ? exp(sum / points) : 1
}

# 1 = base / m + factor * (x / m): two unknowns. Leaves base and factor.
function fit_memory(    i, m, x, a, b, aa, ab, bb, sa, sb, low, high, largest, det) {
    factor = 1
    for (i = 1; i <= n; i++) {
        m = value[i, "measured", "memory_pss"]
        x = value[i, "simulated", "memory_pss"] - base
        if (m <= 0 || x < 0) continue
        a = 1 / m; b = x / m
        aa += a * a; ab += a * b; bb += b * b; sa += a; sb += b
        if (low == "" || x < low) low = x
        if (x > high) high = x
        if (m > largest) largest = m
    }
    if (aa <= 0) return
    det = aa * bb - ab * ab
    if (high - low > 0.2 * largest && det > 0) factor = (aa * sb - ab * sa) / det
    if (factor <= 0) factor = 1
    base = (sa - factor * ab) / aa
    if (base < 0) base = 0
}

END {
    speed = fit_cpu()
    fit_memory()
    printf "%.3f %.3f %.0f --set memory.shared=%.0f", speed, factor, base, base
    for (name in cpu) printf " --set %s=%.6gs", name, cpu[name] * speed
    for (name in memory) printf " --set %s=%.0f", name, memory[name] * factor
    print ""
}
