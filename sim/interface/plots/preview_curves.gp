# SPDX-License-Identifier: GPL-3.0-or-later
#
# preview_curves: one measure against x, in characters.

companion_wanted = 0
y_marks = 4
load 'curve_facts.gp'
unset grid
line_gap = line_gap_of(y_top)
do for [e = 1:n_ends] { end_text[e] = letter(curve_line(end_curve[e])).' '.end_text[e] }
load 'ends.gp'
do for [e = 1:n_ends] { unset arrow (100 + e) }
set label 1 panel_said at screen 0.01, 0.985 left noenhanced
set label 2 panel_more at screen 0.01, 0.94 left noenhanced
if (ceiling > 0) { set label 3 ceiling_words at graph 0.02, first ceiling offset 1, 1 left noenhanced }
set xlabel x_axis_words noenhanced
scaled(c) = column(curve_column(c)) / panel_size
with_lines = "for [c = n_curves:1:-1] data_file using (x_line(column('x'))):(scaled(c)) with lines linetype curve_line(c)"
with_marks = "for [c = n_curves:1:-1] data_file using (x_words ? column('x') : x_apart(column('x'))):(scaled(c)) ". \
    "with points linetype curve_line(c) pointtype letter(curve_line(c))"
eval 'plot '.(x_words ? with_marks : with_lines.(zero_apart ? ', '.with_marks : ''))
load 'ends_clear.gp'
unset label
