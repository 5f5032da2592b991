# SPDX-License-Identifier: GPL-3.0-or-later
# Measured beside simulated, one row a measure: awk -v point=NAME -f compare.awk users.csv server.csv results.csv.
# What only one of them knows stands alone in its row. The error is simulated / measured - 1.

BEGIN { FS = OFS = "," }
/^#/ { next }
FNR == 1 {
    delete at
    for (i = 1; i <= NF; i++) at[$i] = i
    simulated_file = "mean" in at
    next
}
{
    name = $at["measure"]
    if (!(name in unit)) {
        unit[name] = $at["unit"]
        order[++n] = name
    }
    if (simulated_file) simulated[name] = $at["mean"]
    else measured[name] = $at["value"]
}
END {
    for (i = 1; i <= n; i++) {
        name = order[i]
        if (!(name in measured)) continue
        error = ""
        if (name in simulated && simulated[name] != "" && measured[name] + 0 != 0)
            error = sprintf("%.4f", simulated[name] / measured[name] - 1)
        print point, name, unit[name], measured[name], simulated[name], error
    }
}
