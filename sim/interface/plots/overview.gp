# SPDX-License-Identifier: GPL-3.0-or-later
#
# overview: the study on one sheet, four measures against x. Draws overview.svg and overview.png.

# Works from any folder: the files it loads lie beside it.
slash = 0
do for [i = 1:strlen(ARG0)] { if (ARG0[i:i] eq "/") { slash = i } }
if (slash) { cd ARG0[1:slash] }
load "plot_settings.gp"
load "style.gp"
load "words.gp"

load 'panels.gp'

do for [format in formats] {
    eval terminal_of(format, 18)
    set output 'overview.'.format
    load 'axis.gp'
    set multiplot
    do for [p = 1:n_panels] {
        panel = panels[p]
        text_px = 18
        frame_left = p % 2 ? 0.075 : 0.575
        frame_right = frame_left + 0.3
        sheet_right = p % 2 ? 0.5 : 1
        frame_bottom = p <= 2 ? 0.545 : 0.1
        frame_top = frame_bottom + 0.275
        x_label_wanted = p > n_panels - 2
        if (p == 1) {
            set label 1 bold(sheet_title(x_name)) at screen 0.02, 0.965 left \
                font font_of(format, 32) textcolor rgb ink
            set label 2 origin_words(replications) at screen 0.02, 0.92 left font font_of(format, 18) textcolor rgb faint noenhanced
        }
        title_left = frame_left - 0.055
        title_y = frame_top + 0.066
        title_px = 19
        load 'curves.gp'
        unset label
    }
    unset multiplot
    unset output
}
