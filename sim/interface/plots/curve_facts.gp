# SPDX-License-Identifier: GPL-3.0-or-later
#
# curve_facts: what there is to draw and to say in one panel of a study, before anything is drawn.
#
# In: panel (a measure), companion_wanted, y_marks, text_font, and what axis.gp found. Out: the curves
# (curve_line, curve_measure, curve_column, look, together), the y axis, the names at the ends (for ends.gp), two
# sentences, panel_said and panel_more, and a ceiling (0: none) with its words.

panel_list = panel.(companion_wanted && n_lines <= 4 && has(measures, companion(panel)) && companion(panel) ne '' ? ' '.companion(panel) : '')
panel_index = sum [i = 1:words(measures)] (word(measures, i) eq panel ? i : 0)
panel_unit = is_share(panel) ? 'share' : word(units, panel_index)
n_curves = n_lines * words(panel_list)
curve_line(c) = (c - 1) % n_lines + 1
curve_measure(c) = word(panel_list, (c - 1) / n_lines + 1)
curve_column(c) = sprintf('%s.%d', curve_measure(c), curve_line(c))

array look[n_lines]
next_look = 2
do for [k = 1:n_lines] {
    look[k] = is_off(k) ? 1 : of8(next_look)
    if (!is_off(k)) { next_look = of8(next_look) == 8 ? 2 : next_look + 1 }
}

# Without a limit the level is 0, but stands last.
is_end(x) = !x_words && unlimited_zero && x == 0

# ---- what there is: first, last, lowest, highest of each curve ------------------------------------------------------

array first_y[n_curves]
array last_y[n_curves]
array lowest[n_curves]
array lowest_x[n_curves]
array highest[n_curves]
array plateau[n_curves]
panel_top = 0
do for [c = 1:n_curves] {
    first_y[c] = NaN
    last_y[c] = NaN
    lowest[c] = NaN
    lowest_x[c] = NaN
    highest[c] = NaN
    plateau[c] = 0
    seen = 0
    zero_y = NaN
    stats data_file using (v = column(curve_column(c)), at_x = column('x'), v == v ? ( \
        first_y[c] = first_y[c] == first_y[c] || is_end(at_x) ? first_y[c] : v, \
        last_y[c] = zero_y == zero_y ? zero_y : v, zero_y = is_end(at_x) ? v : zero_y, \
        lowest_x[c] = seen == 0 || v < lowest[c] ? at_x : lowest_x[c], lowest[c] = seen == 0 || v < lowest[c] ? v : lowest[c], \
        plateau[c] = seen && v == highest[c] ? plateau[c] + 1 : seen == 0 || v > highest[c] ? 1 : plateau[c], \
        highest[c] = seen == 0 || v > highest[c] ? v : highest[c], seen = 1, \
        panel_top = larger(panel_top, column(curve_column(c).'.high'))) : 0, 1) nooutput
}
load 'yaxis.gp'

# ---- curves that run together share a name (a percentile jumps between two values, so for it the mean distance counts) -----------------------------------------------------------------------------

array together[n_curves]
do for [c = 1:n_curves] {
    together[c] = c
    do for [d = 1:c - 1] {
        if (together[d] == d && together[c] == c && first_y[c] == first_y[c] && first_y[d] == first_y[d]) {
            apart = 0
            apart_mean = 0
            apart_rows = 0
            stats data_file using (v = abs(column(curve_column(c)) - column(curve_column(d))), v == v ? (apart_rows = apart_rows + 1, \
                apart = larger(apart, v), apart_mean = apart_mean + (v - apart_mean) / apart_rows) : 0, 1) nooutput
            near_y = 0.008 * y_top * panel_size
            if (apart < near_y || (curve_measure(c) ne panel && curve_measure(d) ne panel && \
                abs(last_y[c] - last_y[d]) < near_y && apart_mean < 3 * near_y)) { together[c] = d }
        }
    }
}
n_ends = 0
array end_y[n_curves + 1]
array end_text[n_curves + 1]
array end_colour[n_curves + 1]
array end_curve[n_curves + 1]
do for [c = 1:n_curves] {
    if (together[c] == c && last_y[c] == last_y[c]) {
        all_words = line_words(curve_line(c))
        n_together = 1
        do for [d = c + 1:n_curves] { if (together[d] == c) { n_together = n_together + 1; all_words = joined(all_words, line_words(curve_line(d))) } }
        if (n_together == n_lines && n_lines > 2) { all_words = 'all settings' }
        if (curve_measure(c) ne panel) { all_words = joined(all_words, companion_words(curve_measure(c))) }
        if (all_words ne '') {
            n_ends = n_ends + 1
            end_y[n_ends] = last_y[c] / panel_size
            end_text[n_ends] = all_words
            end_curve[n_ends] = c
            end_colour[n_ends] = colours[look[curve_line(c)]]
        }
    }
}

# ---- the sentence: the line that moves most, and the one that stands still ------------------------------------------------

moves = 1
stands = 0
do for [k = 1:n_lines] {
    if (!(highest[moves] == highest[moves]) || highest[k] - lowest[k] > highest[moves] - lowest[moves]) { moves = k }
}
do for [k = 1:n_lines] { if (k != moves && n_x > 1 && highest[k] - lowest[k] <= 1e-9 * abs(highest[k])) { stands = k } }
panel_said = x_words ? subject(panel).', by '.parameter_words(x_name) : \
    sentence(subject(panel), panel_unit, first_y[moves], last_y[moves], lowest[moves], level_text(lowest_x[moves]))
panel_more = joined_semi(span_words, stands ? line_words(stands).': '.quantity(last_y[stands], panel_unit) : '')

# ---- a height that the highest curve reaches and keeps: the limit of what is held ----------------------------------------------

ceiling = 0
if (!x_words && tail_is(panel, '_peak') && plateau[moves] >= 3 && last_y[moves] == highest[moves]) {
    ceiling = highest[moves] / panel_size
    daemons = 0
    if (panel eq 'memory_held_peak' && has(measures, 'daemons_held_peak')) {
        stats data_file using (v = column(sprintf('daemons_held_peak.%d', moves)), v == v ? (daemons = v) : 0, 1) nooutput
    }
    ceiling_words = daemons > 0 ? number(daemons).' daemons × '.quantity(highest[moves] / daemons, 'B').' = '. \
        quantity(highest[moves], 'B') : quantity(highest[moves], panel_unit)
}
