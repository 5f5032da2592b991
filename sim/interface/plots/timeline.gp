# SPDX-License-Identifier: GPL-3.0-or-later
#
# timeline: one run from series.csv, panels under one another on one time axis: what the daemons do, stacked; requests,
# CPU and memory. A model without daemons gets a panel for each of its first columns. Draws timeline.svg and timeline.png.

# Works from any folder: the files it loads lie beside it.
slash = 0
do for [i = 1:strlen(ARG0)] { if (ARG0[i:i] eq "/") { slash = i } }
if (slash) { cd ARG0[1:slash] }
load "plot_settings.gp"
load "style.gp"
load "words.gp"

if (series_rows < 2) { exit }

# A sheet has no room for more rows than it has dots.
row_step = ceil(series_rows / 2000.0)
level_list = 'requests_per_s cpu_utilisation memory_rss,memory_pss page_response'
stacked = has(series_columns, 'daemons_busy') && has(series_columns, 'daemons_idle_keepalive')
if (!stacked) { level_list = series_columns[strstrt(series_columns.' ', ' ') + 1:strlen(series_columns)] }
shown = ''
do for [group in level_list] {
    cut_at = strstrt(group.',', ',')
    if (has(series_columns, group[1:cut_at - 1]) && words(shown) < 4) { shown = shown.' '.group }
}
n_levels = words(shown)
level_height = stacked ? (n_levels > 3 ? 0.095 : 0.12) : (0.80 - 0.05 * n_levels) / n_levels

do for [format in formats] {
    eval terminal_of(format, 18)
    set output 'timeline.'.format
    text_px = 18
    text_font = font_of(format, text_px)
    frame_left = 0.085
    frame_right = 0.835
    sheet_right = 1
    time_named = 0
    load 'time_axis.gp'
    set multiplot
    set label 2 origin_words(1) at screen 0.02, 0.915 left font font_of(format, 18) textcolor rgb faint noenhanced
    frame_top = 0.845
    if (stacked) {
        frame_bottom = 0.845 - (0.745 - n_levels * (level_height + 0.03))
        load 'timeline_daemons.gp'
        unset label
        frame_top = frame_bottom - 0.03
    } else {
        set label 3 bold('One run: '.blanks(word(shown, 1)).' over time') at screen 0.02, 0.955 left font font_of(format, 30) textcolor rgb ink
    }
    do for [i = 1:n_levels] {
        group = word(shown, i)
        frame_bottom = frame_top - level_height
        if (i == n_levels) { time_named = 1; load 'time_axis.gp'; x_label_text = 'time ['.time_unit.']'; load 'xlabel.gp' }
        load 'timeline_level.gp'
        unset label
        frame_top = frame_bottom - 0.03
    }
    unset multiplot
    unset output
}
