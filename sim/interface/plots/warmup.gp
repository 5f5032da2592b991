# SPDX-License-Identifier: GPL-3.0-or-later
#
# warmup: what was cut from the beginning of each replication and why, from warmup.csv: the column that decided, averaged over
# replications; below it the standard error of the mean of what is left (the root of MSER), which is least where the cut is; at the
# right, what each column would have cut. Draws warmup.svg and warmup.png.

# Works from any folder: the files it loads lie beside it.
slash = 0
do for [i = 1:strlen(ARG0)] { if (ARG0[i:i] eq "/") { slash = i } }
if (slash) { cd ARG0[1:slash] }
load "plot_settings.gp"
load "style.gp"
load "words.gp"

file = 'warmup.csv'
n_columns = (words(warmup_columns) - 2) / 3
judged(k) = word(warmup_columns, 3 * k)
stats file using (time_last = column('time_s'), batches = 1.0, 1) nooutput
stats file using (column('cut')) name 'ALL' nooutput
batch_s = time_last / ALL_records
cut_s = ALL_sum * batch_s
array cuts[n_columns]
deciding = judged(1)
longest = -1
do for [k = 1:n_columns] {
    stats file using (column(judged(k).'.cut')) name 'ONE' nooutput
    cuts[k] = ONE_sum * batch_s
    if (ONE_sum > longest) { longest = ONE_sum; deciding = judged(k) }
}

# The scale of the standard error: whole powers of ten around it.
least = 1e300
most = 0
stats file using (v = column(deciding.'.mser'), least = v > 0 && v < least ? v : least, most = v > most ? v : most, 1) nooutput

do for [format in formats] {
    eval terminal_of(format, 18)
    set output 'warmup.'.format
    text_px = 18
    text_font = font_of(format, text_px)
    frame_left = 0.085
    frame_right = 0.66
    sheet_right = 1
    set multiplot
    set label 1 bold(sprintf('The first %g s are cut, in which %s settles', cut_s, series_words(deciding))) at screen 0.02, 0.955 left font font_of(format, 30) textcolor rgb ink
    if (cut_s <= 0) { set label 1 bold('Nothing is cut') }
    set label 2 joined_dot(origin_words(1), 'mean of replications of their own') at screen 0.02, 0.915 left font font_of(format, 18) textcolor rgb faint noenhanced
    set xrange [0:time_last]
    time_step = step_for(time_last, 6)
    set xtics ()
    do for [i = 0:floor(time_last / time_step + 1e-9)] { set xtics add ('' i * time_step) }
    if (cut_s > 0) { set object 1 rectangle from 0, graph 0 to cut_s, graph 1 behind fillcolor rgb grid fillstyle solid 1 noborder }

    # the level
    panel_unit = series_unit(deciding)
    panel_top = 0
    stats file using (v = column(deciding), panel_top = larger(panel_top, v), 1) nooutput
    y_marks = 4
    frame_bottom = 0.52
    frame_top = 0.83
    load 'yaxis.gp'
    load 'frame.gp'
    set label 3 series_words(deciding).', the cut shaded' at graph 0, screen 0.85 left font text_font textcolor rgb ink noenhanced
    plot file using (column('time_s') - batch_s / 2):(column(deciding) / panel_size) with lines linecolor rgb colours[2] linewidth 1.8
    unset label

    # what it leaves
    set xtics ()
    do for [i = 0:floor(time_last / time_step + 1e-9)] { set xtics add (number(i * time_step) i * time_step) }
    frame_bottom = 0.11
    frame_top = 0.42
    set lmargin at screen frame_left
    set bmargin at screen frame_bottom
    set tmargin at screen frame_top
    set label 3 'standard error of what is left when all before is cut, logarithmic' at graph 0, screen 0.44 left font text_font textcolor rgb ink noenhanced
    x_label_text = 'time [s]'
    load 'xlabel.gp'
    if (most > 0) {
        set logscale y
        set yrange [sqrt(least) * 0.8:sqrt(most) * 1.25]
        set ytics ()
        do for [e = floor(log10(least) / 2) - 1:ceil(log10(most) / 2)] {
            do for [m in '1 2 5'] { set ytics add (sprintf('%g', m * 10.0 ** e) m * 10.0 ** e) }
        }
        plot file using (column('time_s') - batch_s):(sqrt(column(deciding.'.mser'))) with lines linecolor rgb colours[3] linewidth 1.8
        unset logscale y
    }
    unset label
    unset object 1

    # who wanted how much
    frame_left = 0.80
    frame_right = 0.965
    frame_bottom = 0.52
    frame_top = 0.83
    load 'frame.gp'
    set yrange [n_columns + 0.6:0.4]
    set ytics () nomirror
    do for [k = 1:n_columns] { set ytics add (series_words(judged(k)) k) }
    set xrange [0:larger(cut_s, batch_s) * 1.1]
    set xtics auto
    time_step = step_for(larger(cut_s, batch_s) * 1.1, 3)
    set xtics ()
    do for [i = 0:floor(larger(cut_s, batch_s) * 1.1 / time_step + 1e-9)] { set xtics add (number(i * time_step) i * time_step) }
    set label 3 'cut by each alone [s]' at graph 0, screen 0.85 left font text_font textcolor rgb ink noenhanced
    unset grid
    set boxwidth 0.5
    plot for [k = 1:n_columns] '+' using (0):(k):(0):(cuts[k]):(k - 0.28):(k + 0.28) every ::0::0 with boxxyerror linecolor rgb (judged(k) eq deciding ? colours[2] : colours[8]) fillstyle solid 1 noborder
    unset multiplot
    unset output
}
