# SPDX-License-Identifier: GPL-3.0-or-later
#
# curves: one panel of a study: a measure (and its companion) against x, one line a setting, with its band of
# confidence and its name at its end.
#
# In: panel (a measure); the panel's frame on the sheet: frame_left, frame_right, frame_bottom, frame_top; text_px, the
# height of its text; title_left, title_y and title_px of the sentence above it. The caller takes the labels away.

text_font = font_of(format, text_px)
companion_wanted = 1
y_marks = 5
load 'curve_facts.gp'

if (ceiling > 0) {
    set arrow 90 from graph 0, first ceiling to graph 1, first ceiling nohead linecolor rgb ink linewidth 1.5 dashtype 20 back
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
