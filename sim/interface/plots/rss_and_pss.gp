# SPDX-License-Identifier: GPL-3.0-or-later
#
# rss_and_pss: which figure tells the truth about memory. The resident sets of all daemons, added up, count a page
# as often as daemons share it; the proportional set size counts it once. Drawn for the setting that holds most. Draws
# rss_and_pss.svg and rss_and_pss.png, if both were observed.

# Works from any folder: the files it loads lie beside it.
slash = 0
do for [i = 1:strlen(ARG0)] { if (ARG0[i:i] eq "/") { slash = i } }
if (slash) { cd ARG0[1:slash] }
load "plot_settings.gp"
load "style.gp"
load "words.gp"

format = word(formats, 1)
load 'axis.gp'
if (!has(measures, 'memory_rss') || !has(measures, 'memory_pss') || x_words) { exit }

largest = 1
panel_top = 0
rss_last = 0
pss_last = 0
x_at = 0
do for [k = 1:n_lines] {
    stats data_file using (v = column(sprintf('memory_rss.%d', k)), v > panel_top ? (panel_top = v, largest = k) : 0, 1) nooutput
}
stats data_file using (r = column(sprintf('memory_rss.%d', largest)), p = column(sprintf('memory_pss.%d', largest)), \
    r == r && p == p ? (rss_last = r, pss_last = p, x_at = column('x')) : 0, 1) nooutput
rss(part) = column(sprintf('memory_rss.%d%s', largest, part)) / panel_size
pss(part) = column(sprintf('memory_pss.%d%s', largest, part)) / panel_size

do for [format in formats] {
    eval terminal_of(format, 22)
    set output 'rss_and_pss.'.format
    text_px = 22
    text_font = font_of(format, text_px)
    panel_unit = 'B'
    y_marks = 5
    load 'yaxis.gp'
    frame_left = 0.085
    frame_right = 0.80
    frame_bottom = 0.095
    frame_top = 0.80
    sheet_right = 1
    load 'frame.gp'
    n_ends = 2
    array end_y[3]
    array end_text[3]
    array end_colour[3]
    end_y[1] = rss_last / panel_size
    end_text[1] = 'sum of RSS, '.quantity(rss_last, 'B')
    end_colour[1] = colours[3]
    end_y[2] = pss_last / panel_size
    end_text[2] = 'what it costs, PSS, '.quantity(pss_last, 'B')
    end_colour[2] = colours[2]
    load 'ends.gp'
    set label 3 bold('The sum of RSS says '.quantity(rss_last, 'B').'; what it costs is '.quantity(pss_last, 'B').' (PSS)') \
        at screen 0.02, 0.955 left font font_of(format, 30) textcolor rgb ink
    set label 4 joined(line_words(largest), (strstrt('aeiou', parameter_words(x_name)[1:1]) > 0 ? 'at an ' : 'at a ').parameter_words(x_name).' of '.level_text(x_at)). \
        '; the shaded part is pages that daemons share, counted more than once' \
        at screen 0.02, 0.9115 left font text_font textcolor rgb ink noenhanced
    set label 6 'memory of all daemons' at screen 0.02, frame_top + 0.032 left font text_font textcolor rgb ink noenhanced
    set label 2 origin_words(replications) at screen 0.02, 0.88 left font font_of(format, 18) textcolor rgb faint noenhanced
    x_label_text = x_axis_words
    load 'xlabel.gp'
    plot data_file using (x_line(column('x'))):(rss('')):(pss('')) with filledcurves fillstyle solid 0.10 noborder linecolor rgb colours[3], \
        '' using (x_line(column('x'))):(rss('.low')):(rss('.high')) with filledcurves linecolor rgb colours[3], \
        '' using (x_line(column('x'))):(pss('.low')):(pss('.high')) with filledcurves linecolor rgb colours[2], \
        '' using (x_line(column('x'))):(rss('')) with linespoints linecolor rgb colours[3] linewidth 2.6 dashtype 13 \
            pointtype markers[3] pointsize marker_size(format), \
        '' using (x_line(column('x'))):(pss('')) with linespoints linecolor rgb colours[2] linewidth 2.6 dashtype 12 \
            pointtype markers[2] pointsize marker_size(format)
    unset output
    unset label
}
