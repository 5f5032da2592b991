# SPDX-License-Identifier: GPL-3.0-or-later
#
# ends: names lines at their right ends. Names that would overlap are pushed apart, each by half, until all are
# free; one that had to move far gets a leader.
#
# In: n_ends, end_y[], end_text[], end_colour[] (with room for n_ends), y_top, line_gap (the height of a line of
# text in units of y), end_font. Labels and arrows use tags from 100; ends_clear.gp takes them away.

array end_at[n_ends + 1]
array end_order[n_ends + 1]
array end_high[n_ends + 1]
# A name too long for the margin breaks after a comma.
do for [e = 1:n_ends] {
    end_high[e] = 1
    rest = end_text[e]
    end_text[e] = ''
    on_line = 0
    while (strlen(rest) > 0) {
        comma = strstrt(rest, ', ')
        part = comma ? rest[1:comma] : rest
        rest = comma ? rest[comma + 2:strlen(rest)] : ''
        fits = on_line == 0 || on_line + 1 + strlen(part) <= end_chars
        end_high[e] = fits ? end_high[e] : end_high[e] + 1
        end_text[e] = end_text[e].(on_line == 0 ? '' : fits ? ' ' : "\n").part
        on_line = fits && on_line > 0 ? on_line + 1 + strlen(part) : strlen(part)
    }
    end_order[e] = e
    end_at[e] = end_y[e]
}
do for [i = 1:n_ends - 1] {
    do for [j = 1:n_ends - i] {
        if (end_y[end_order[j]] > end_y[end_order[j + 1]]) {
            swap = end_order[j]
            end_order[j] = end_order[j + 1]
            end_order[j + 1] = swap
        }
    }
}
total_high = 0
do for [e = 1:n_ends] { total_high = total_high + end_high[e] }
gap_used = smaller(line_gap, y_top / larger(total_high, 1))
do for [turn = 1:80] {
    do for [i = 1:n_ends] {
        e = end_order[i]
        half = 0.5 * gap_used * end_high[e]
        end_at[e] = larger(half * 0.6, smaller(y_top - half * 0.4, end_at[e]))
        if (i < n_ends) {
            f = end_order[i + 1]
            overlap = 0.5 * gap_used * (end_high[e] + end_high[f]) - (end_at[f] - end_at[e])
            if (overlap > 0) {
                end_at[e] = end_at[e] - overlap / 2
                end_at[f] = end_at[f] + overlap / 2
            }
        }
    }
}
do for [e = 1:n_ends] {
    set label (100 + e) end_text[e] at graph 1.022, first end_at[e] + 0.5 * (end_high[e] - 1) * gap_used left textcolor rgb end_colour[e] font end_font front noenhanced
    if (abs(end_at[e] - end_y[e]) > 0.3 * gap_used) {
        set arrow (100 + e) from graph 1.002, first end_y[e] to graph 1.019, first end_at[e] nohead \
            linecolor rgb end_colour[e] linewidth 1
    }
}
