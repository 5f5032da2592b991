# SPDX-License-Identifier: GPL-3.0-or-later
#
# preview: in the terminal, with characters: a measure against x (wanted, or the first panel of the overview), or the time
# line of a run. Each line has a character of its own; its name stands at the right end.

# Works from any folder: the files it loads lie beside it.
slash = 0
do for [i = 1:strlen(ARG0)] { if (ARG0[i:i] eq "/") { slash = i } }
if (slash) { cd ARG0[1:slash] }
load "plot_settings.gp"
load "style.gp"
load "words.gp"

format = 'dumb'
end_font = ''
text_font = ''
letters = '*#$%@&='
letter(k) = letters[(k - 1) % 7 + 1:(k - 1) % 7 + 1]
do for [k = 1:7] { set linetype k dashtype solid }
rows_high = 24
eval sprintf('set terminal dumb noenhanced size %d,%d', preview_columns - 1, rows_high)
unset grid
set border 3
set tics scale 0.5
margin_right = 24
set rmargin margin_right
set lmargin 11
set tmargin 4
set bmargin 3
line_gap_of(top) = top / (rows_high - 9.0)
end_chars = margin_right - 3

if (has_results && x_name ne '' && !(wanted eq '' && n_x < 2)) {
    load 'panels.gp'
    load 'axis.gp'
    if (wanted eq '') { wanted = panels[1] }
    do for [panel in wanted] { load 'preview_curves.gp' }
} else {
    if (series_rows > 1) { load 'preview_timeline.gp' }
}
