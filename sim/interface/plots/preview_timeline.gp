# SPDX-License-Identifier: GPL-3.0-or-later
#
# preview_timeline: the daemons of one run over time, in characters; of another model, its first columns.

lines_list = ''
do for [c in 'daemons_alive daemons_idle_keepalive daemons_busy'] { if (has(series_columns, c)) { lines_list = lines_list.' '.c } }
if (words(lines_list) == 0) { lines_list = word(series_columns, 2) }
time_named = 1
load 'time_axis.gp'
n_ends = words(lines_list)
array end_y[n_ends + 1]
array end_text[n_ends + 1]
array end_colour[n_ends + 1]
panel_top = 0
panel_unit = series_unit(word(lines_list, 1))
do for [k = 1:n_ends] {
    late = 0
    stats series_file using (v = column(word(lines_list, k)), panel_top = larger(panel_top, v), late = late + (v == v ? 0.1 * (v - late) : 0), 1) nooutput
    end_y[k] = late
    end_text[k] = letter(k).' '.series_words(word(lines_list, k))
    end_colour[k] = ink
}
y_marks = 4
load 'yaxis.gp'
unset grid
do for [k = 1:n_ends] { end_y[k] = end_y[k] / panel_size }
line_gap = line_gap_of(y_top)
load 'ends.gp'
do for [e = 1:n_ends] { unset arrow (100 + e) }
set label 1 'One run: '.series_words(word(lines_list, 1)).' over time' at screen 0.01, 0.985 left noenhanced
set label 2 origin_words(1) at screen 0.01, 0.94 left noenhanced
set xlabel 'time ['.time_unit.']'
plot for [k = n_ends:1:-1] series_file using (column('time_s')):(column(word(lines_list, k)) / panel_size) \
    with lines linetype k
load 'ends_clear.gp'
unset label
