# SPDX-License-Identifier: GPL-3.0-or-later
#
# timeline_level: one column of the time line, or two in one unit.
#
# In: group ("memory_rss,memory_pss"), the frame.

cut_at = strstrt(group.',', ',')
level_a = group[1:cut_at - 1]
level_b = group[cut_at + 1:strlen(group)]
if (!has(series_columns, level_b)) { level_b = '' }
panel_unit = series_unit(level_a)
panel_top = 0
n_ends = level_b eq '' ? 1 : 2
array end_y[3]
array end_text[3]
array end_colour[3]
late_a = 0
late_b = 0
stats series_file using (v = column(level_a), panel_top = larger(panel_top, v), late_a = late_a + (v == v ? 0.1 * (v - late_a) : 0), 1) nooutput
if (level_b ne '') { stats series_file using (v = column(level_b), panel_top = larger(panel_top, v), late_b = late_b + (v == v ? 0.1 * (v - late_b) : 0), 1) nooutput }
y_marks = 2.5
load 'yaxis.gp'
load 'frame.gp'
end_y[1] = late_a / panel_size
end_text[1] = series_words(level_a)
end_colour[1] = colours[3]
end_y[2] = late_b / panel_size
end_text[2] = series_words(level_b)
end_colour[2] = colours[2]
load 'ends.gp'
if (level_b eq '') {
    plot series_file using (column('time_s')):(column(level_a) / panel_size) every row_step with lines linecolor rgb colours[3] linewidth 1.8
} else {
    plot series_file using (column('time_s')):(column(level_a) / panel_size) every row_step with lines linecolor rgb colours[3] linewidth 2.2 dashtype 13, \
        '' using (column('time_s')):(column(level_b) / panel_size) every row_step with lines linecolor rgb colours[2] linewidth 2.2
}
load 'ends_clear.gp'
