# SPDX-License-Identifier: GPL-3.0-or-later
#
# curves: one panel of a study: a measure (and its companion) against x, one line a setting, with its band of
# confidence and its name at its end.
#
# In: panel (a measure); the panel's frame on the sheet: frame_left, frame_right, frame_bottom, frame_top; text_px, the
# height of its text; title_left, title_y and title_px of the sentence above it. The caller takes the labels away.

text_font = font_of(format, text_px)
panel_list = panel.(has(measures, companion(panel)) && companion(panel) ne '' ? ' '.companion(panel) : '')
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

# ---- what there is: first, last, lowest, highest of each curve ------------------------------------------------------

array first_y[n_curves]
array last_y[n_curves]
array lowest[n_curves]
array lowest_x[n_curves]
array highest[n_curves]
array plateau[n_curves]
panel_top = 0
y_marks = 5
do for [c = 1:n_curves] {
    first_y[c] = NaN
    last_y[c] = NaN
    lowest[c] = NaN
    lowest_x[c] = NaN
    highest[c] = NaN
    plateau[c] = 0
    seen = 0
    stats data_file using (v = column(curve_column(c)), at_x = column('x'), v == v ? ( \
        first_y[c] = seen == 0 ? v : first_y[c], last_y[c] = v, \
        lowest_x[c] = seen == 0 || v < lowest[c] ? at_x : lowest_x[c], lowest[c] = seen == 0 || v < lowest[c] ? v : lowest[c], \
        plateau[c] = seen && v == highest[c] ? plateau[c] + 1 : seen == 0 || v > highest[c] ? 1 : plateau[c], \
        highest[c] = seen == 0 || v > highest[c] ? v : highest[c], seen = 1, \
        panel_top = larger(panel_top, column(curve_column(c).'.high'))) : 0, 1) nooutput
}
load 'yaxis.gp'

# ---- curves that run together share a name -----------------------------------------------------------------------------

array together[n_curves]
do for [c = 1:n_curves] {
    together[c] = c
    do for [d = 1:c - 1] {
        if (together[d] == d && together[c] == c && first_y[c] == first_y[c] && first_y[d] == first_y[d]) {
            apart = 0
            stats data_file using (v = abs(column(curve_column(c)) - column(curve_column(d))), \
                v == v ? (apart = larger(apart, v)) : 0, 1) nooutput
            if (apart < 0.008 * y_top * panel_size) { together[c] = d }
        }
    }
}
curve_words(c) = (curve_measure(c) eq panel ? line_words(curve_line(c)) : \
    joined(n_lines > 1 ? line_words(curve_line(c)) : '', companion_words(curve_measure(c))))
n_ends = 0
array end_y[n_curves + 1]
array end_text[n_curves + 1]
array end_colour[n_curves + 1]
do for [c = 1:n_curves] {
    if (together[c] == c && last_y[c] == last_y[c]) {
        all_words = line_words(curve_line(c))
        do for [d = c + 1:n_curves] { if (together[d] == c) { all_words = joined(all_words, line_words(curve_line(d))) } }
        if (curve_measure(c) ne panel) { all_words = joined(all_words, companion_words(curve_measure(c))) }
        if (all_words ne '') {
            n_ends = n_ends + 1
            end_y[n_ends] = last_y[c] / panel_size
            end_text[n_ends] = all_words
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
    set arrow 90 from graph 0, first ceiling to graph 1, first ceiling nohead linecolor rgb faint linewidth 1.5 dashtype 20 back
    set label 90 ceiling_words at graph 0.012, first ceiling offset 0, 0.6 left textcolor rgb ink font text_font front noenhanced
}

set label 3 bold(panel_said) at screen title_left, title_y left font font_of(format, title_px) textcolor rgb ink
set label 4 panel_more at screen title_left, title_y - 1.45 * title_px / page_height left font text_font textcolor rgb ink noenhanced

# ---- draw -------------------------------------------------------------------------------------------------------------------

load 'frame.gp'
load 'ends.gp'
if (x_label_wanted) { x_label_text = x_axis_words; load 'xlabel.gp' }

part_of(c, part) = column(curve_column(c).part) / panel_size
wide(c) = curve_measure(c) eq panel ? 2.6 : 1.6
alone(c) = together[c] == c
dash_of(c) = curve_measure(c) ne panel ? 20 : alone(c) ? 10 + look[curve_line(c)] : 19
marker_of(c) = x_words || (alone(c) && curve_measure(c) eq panel) ? markers[look[curve_line(c)]] : -1
colour_of(c) = colours[look[curve_line(c)]]
mark_every = ceil(n_x / 24.0)
dodge(x, k) = n_lines > 1 ? x + 0.3 * ((k - 1.0) / (n_lines - 1) - 0.5) : x
apart_size = 1.2 * marker_size(format)
bands = "for [c = 1:n_curves] data_file using (x_line(column('x'))):(part_of(c, '.low')):(part_of(c, '.high')) ". \
    "with filledcurves linecolor rgb colour_of(c)"
lines = "for [c = 1:n_curves] data_file using (x_line(column('x'))):(part_of(c, '')) with linespoints ". \
    "linecolor rgb colour_of(c) linewidth wide(c) dashtype dash_of(c) pointtype marker_of(c) ". \
    "pointsize marker_size(format) pointinterval mark_every"
dots = "for [c = 1:n_curves] data_file using (x_dot(column('x'), curve_line(c))):(part_of(c, '')):(part_of(c, '.low')): ". \
    "(part_of(c, '.high')) with yerrorbars linecolor rgb colour_of(c) linewidth wide(c) pointtype marker_of(c) ". \
    "pointsize apart_size"
x_dot(x, k) = x_words ? dodge(x, k) : x_apart(x)
eval 'plot '.(x_words ? dots : bands.', '.lines.(zero_apart ? ', '.dots : ''))
load 'ends_clear.gp'
unset label 90
unset arrow 90
