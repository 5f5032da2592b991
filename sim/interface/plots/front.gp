# SPDX-License-Identifier: GPL-3.0-or-later
#
# front: what settings trade for each other. Each is a point at two costs with its intervals; those that nothing beats in every way
# are joined, the knee and the answer are named, and the third cost is the size of a point. Draws front.svg and front.png.
#
# In: front_settings.gp and front_data.csv (front_plot.h). A label that is longer than a number stands at the left of a point that is far right.

# Works from any folder: the files it loads lie beside it.
slash = 0
do for [i = 1:strlen(ARG0)] { if (ARG0[i:i] eq "/") { slash = i } }
if (slash) { cd ARG0[1:slash] }
load "front_settings.gp"
load "style.gp"
load "words.gp"
data_file = 'front_data.csv'

factor_short = blanks(after_dot(factor))
second(unit) = unit eq 's'
level_label(s) = second(factor_unit) && strlen(s) > 0 && strstrt('0123456789', s[1:1]) ? s.' s' : s

x_top = 0
y_top_si = 0
x_least = 1e300
y_least = 1e300
z_top = 0
z_least = 1e300
points_on = 0
stats data_file using (x = column('x_high'), x > x_top ? x_top = x : 0, x = column('x_low'), x < x_least ? x_least = x : 0, 1) nooutput
stats data_file using (y = column('y_high'), y > y_top_si ? y_top_si = y : 0, y = column('y_low'), y < y_least ? y_least = y : 0, 1) nooutput
stats data_file using (z = column('z'), z > z_top ? z_top = z : 0, z < z_least ? z_least = z : 0, 1) nooutput
stats data_file using (points_on = points_on + column('front'), 1) nooutput

x_size = unit_size(x_unit, x_top)
y_size = unit_size(y_unit, y_top_si)
x_room = larger((x_top - x_least) / x_size, 1e-9 * larger(abs(x_top / x_size), 1))
y_room = larger((y_top_si - y_least) / y_size, 1e-9 * larger(abs(y_top_si / y_size), 1))
size_of(z) = has_z && z_top > z_least ? 1 + 1.6 * (z - z_least) / (z_top - z_least) : 1.4
is_far(s) = strlen(s) > 16 && column('x') > x_least + 0.7 * (x_top - x_least)
is_marked(unused) = column('knee') == 1 || column('best') == 1
spot_label(s) = s.(column('knee') == 1 ? knee_words : '').(column('best') == 1 ? best_words : '')
x_of(part) = column('x'.part) / x_size
y_of(part) = column('y'.part) / y_size
keep(flag, v) = flag ? v : NaN
unit_words(unit, size) = unit_name(unit, size) eq '' ? '' : ' ['.unit_name(unit, size).']'

log_words(is_log) = is_log ? ', logarithmic' : ''

do for [format in formats] {
    eval terminal_of(format, 20)
    set output 'front.'.format
    text_font = font_of(format, 20)
    mark = marker_size(format)
    set lmargin at screen 0.09
    set rmargin at screen 0.95
    set bmargin at screen 0.11
    set tmargin at screen 0.80
    if (!x_log) { set xrange [x_least / x_size - 0.04 * x_room : x_top / x_size + 0.1 * x_room] }
    if (!y_log) { set yrange [y_least / y_size - 0.06 * y_room : y_top_si / y_size + 0.08 * y_room] }
    set xtics font text_font textcolor rgb ink
    set ytics font text_font textcolor rgb ink
    if (x_log) {
        set logscale x
        set xrange [x_least / x_size / 1.15 : x_top / x_size * 1.5]
        set xtics ('' 1)
        do for [power = -12:15] { do for [digit in '1 2 5'] { set xtics add (sprintf('%g', digit * 10.0 ** power) digit * 10.0 ** power) } }
    }
    if (y_log) {
        set logscale y
        set yrange [y_least / y_size / 1.2 : y_top_si / y_size * 1.3]
        set ytics ('' 1)
        do for [power = -12:15] { do for [digit in '1 2 5'] { set ytics add (sprintf('%g', digit * 10.0 ** power) digit * 10.0 ** power) } }
    }
    set grid xtics ytics back linecolor rgb grid linewidth 1 linetype 1
    set label 1 bold('What '.factor_short.' trades: '.blanks(x_name).' for '.blanks(y_name)) at screen 0.02, 0.955 left \
        font font_of(format, 30) textcolor rgb ink
    set label 2 sprintf('%d of %d settings are on the front: nothing beats them in every way', points_on, settings). \
        (has_z ? '; the larger a point, the more '.blanks(z_name).' ('.quantity(z_least, is_share(z_name) ? 'share' : z_unit).' to '. \
        quantity(z_top, is_share(z_name) ? 'share' : z_unit).')' : '') at screen 0.02, 0.9115 left font text_font textcolor rgb ink noenhanced
    set label 3 joined_dot(joined_dot(scenario, objective), 'bars: 95 % confidence; hollow: beaten, or breaks a limit') at screen 0.02, 0.88 left font font_of(format, 18) \
        textcolor rgb faint noenhanced
    set label 4 subject(y_name).unit_words(y_unit, y_size).log_words(y_log) at screen 0.02, 0.83 left font text_font textcolor rgb ink noenhanced
    set xlabel subject(x_name).unit_words(x_unit, x_size).log_words(x_log) font text_font textcolor rgb ink noenhanced
    plot data_file using (x_of('')):(y_of('')):(x_of('_low')):(x_of('_high')):(y_of('_low')):(y_of('_high')) with xyerrorbars \
            linecolor rgb faint linewidth 1 pointtype 7 pointsize 0, \
        '' using (keep(column('front') == 1, x_of(''))):(keep(column('front') == 1, y_of(''))) smooth unique with lines linecolor rgb colours[2] linewidth 2 dashtype 14, \
        '' using (keep(column('front') == 0, x_of(''))):(y_of('')):(mark * size_of(column('z'))) with points pointtype 6 pointsize variable linecolor rgb colours[8] linewidth 2, \
        '' using (keep(column('front') == 1, x_of(''))):(y_of('')):(mark * size_of(column('z'))) with points pointtype 7 pointsize variable linecolor rgb colours[2], \
        '' using (keep(column('knee') == 1, x_of(''))):(y_of('')) with points pointtype 6 pointsize 4.2 * mark linecolor rgb colours[3] linewidth 3, \
        '' using (keep(column('best') == 1, x_of(''))):(y_of('')) with points pointtype 4 pointsize 5 * mark linecolor rgb ink linewidth 2, \
        '' using (keep(!is_marked(0) && !is_far(stringcolumn('label')), x_of(''))):(y_of('')):(level_label(stringcolumn('label'))) \
            with labels left offset character 1.2, 0.7 font font_of(format, 18) textcolor rgb ink noenhanced, \
        '' using (keep(is_marked(0) && !is_far(stringcolumn('label')), x_of(''))):(y_of('')):(spot_label(level_label(stringcolumn('label')))) \
            with labels left offset character 1.8, 0.7 font font_of(format, 18) textcolor rgb ink noenhanced, \
        '' using (keep(is_far(stringcolumn('label')), x_of(''))):(y_of('')):(spot_label(level_label(stringcolumn('label')))) \
            with labels right offset character -1.8, 0.7 font font_of(format, 18) textcolor rgb ink noenhanced
    unset output
    unset label
}
