# SPDX-License-Identifier: GPL-3.0-or-later
#
# picture: one panel: lines with their names at their ends, or bars. Settings come from picture.py, which computes where marks and
# names stand; colours, dashes, markers and fonts are those of all of linger's pictures (style.gp).
#
# The table: line, x, y, low, high; all in the unit of the axis.

has_results = 0
wanted_file = data_file
load 'sim/interface/plots/style.gp'
unset datafile
set datafile separator comma
set datafile missing NaN
data_file = wanted_file
page_width = canvas_width
page_height = canvas_height
format = 'png'
text_font = font_of(format, text_px)

eval terminal_of(format, text_px)
set output output_file
set lmargin at screen 0.155
set rmargin at screen bars ? 0.98 : 0.76
set bmargin at screen bars ? 0.12 : 0.175
set tmargin at screen 0.80
set label 1 bold(title_text) at screen 0.015, 0.945 left font font_of(format, 1.13 * text_px) textcolor rgb ink
set label 2 y_text at screen 0.015, 0.872 left font text_font textcolor rgb ink noenhanced
set label 3 x_text at screen 0.125, 0.035 left font text_font textcolor rgb ink noenhanced
if (has_bars) {
    set label 4 'bars: 95 % intervals' at screen 0.985, (bars ? 0.872 : 0.035) right font font_of(format, 0.78 * text_px) textcolor rgb faint noenhanced
}

if (log_x) { set logscale x }
if (log_y) { set logscale y }
near = log_x ? (x_high / x_low) ** 0.015 : 0.015 * (x_high - x_low)
set xrange [log_x ? x_low / near : bars ? x_low : x_low - near : log_x ? x_high * near : bars ? x_high : x_high + near]
set yrange [y_low:y_high]
unset mxtics
unset mytics
set xtics () font text_font
set ytics () font text_font
do for [i = 1:n_x_marks] { set xtics add (tick_text(x_name[i]) x_mark[i]) }
do for [i = 1:n_y_marks] { set ytics add (tick_text(y_name[i]) y_mark[i]) }
set grid ytics back linecolor rgb grid linewidth 1 linetype 1

colour_of(k) = is_formula[k] ? colours[1] : colours[of8(k + 1)]
line_x(k) = column(1) == k ? column(2) : NaN
if (bars) {
    do for [i = 1:n_lines] {
        stats data_file every ::i - 1::i - 1 using 5 nooutput
        set label (100 + i) bar_text[i] at first i, first STATS_max center offset 0, 0.7 font text_font textcolor rgb ink noenhanced front
    }
    set style fill solid 0.75 border rgb ink
    plot data_file using 2:3:(0.55) with boxes linecolor rgb colours[2] linewidth 1, \
        '' using 2:4:(0):($5 - $4) with vectors nohead linecolor rgb ink linewidth 3
} else {
    do for [k = 1:n_lines] {
        set label (100 + k) line_name[k] at graph 1.025, graph end_height[k] left font text_font textcolor rgb colour_of(k) noenhanced front
    }
    plot for [k = 1:n_lines] data_file using (line_x(k)):(is_formula[k] ? column(3) : NaN) with lines \
            linecolor rgb colour_of(k) linewidth 2.6 dashtype 12, \
        for [k = 1:n_lines] data_file using (line_x(k)):(is_formula[k] || !joined ? NaN : column(3)) with lines \
            linecolor rgb colour_of(k) linewidth 1.6 dashtype 10 + of8(k + 1), \
        for [k = 1:n_lines] data_file using (line_x(k)):(is_formula[k] ? NaN : column(3)):(column(4)):(column(5)) with yerrorbars \
            linecolor rgb colour_of(k) linewidth 2.2 pointtype markers[of8(k + 1)] pointsize 1.5
}
unset output
