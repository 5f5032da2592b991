# SPDX-License-Identifier: GPL-3.0-or-later
#
# measures: one picture for each measure that was asked for, or else for each panel of the overview.

# Works from any folder: the files it loads lie beside it.
slash = 0
do for [i = 1:strlen(ARG0)] { if (ARG0[i:i] eq "/") { slash = i } }
if (slash) { cd ARG0[1:slash] }
load "plot_settings.gp"
load "style.gp"
load "words.gp"

load 'panels.gp'
pictures = wanted
if (wanted eq '') { do for [p = 1:n_panels] { pictures = pictures.' '.panels[p] } }

do for [format in formats] {
    eval terminal_of(format, 22)
    load 'axis.gp'
    do for [panel in pictures] {
        text_px = 22
        frame_left = 0.085
        sheet_right = 1
        x_label_wanted = 1
        frame_right = 0.825
        frame_bottom = 0.095
        frame_top = 0.80
        title_left = 0.02
        title_y = 0.955
        title_px = 30
        set label 2 origin_words(replications) at screen title_left, title_y - 0.075 left font font_of(format, 18) textcolor rgb faint noenhanced
        set output panel.'.'.format
        set label 6 axis_words(panel) at screen title_left, frame_top + 0.032 left font font_of(format, text_px) textcolor rgb ink noenhanced
        load 'curves.gp'
        unset output
        unset label
    }
}
