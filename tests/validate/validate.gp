# SPDX-License-Identifier: GPL-3.0-or-later
#
# validate: measured against simulated. gnuplot -e "folder='DIR'; points='NAME ...'; kit='tests/validate'" validate.gp
# draws DIR/validation.svg and .png (every error of the table in one picture), DIR/timelines.svg and .png (all points) and
# DIR/points/NAME/timeline.svg. Colours are those of Okabe and Ito; servers also differ by marker.

set encoding utf8
set datafile separator comma
set datafile columnheaders
ink = '#333333'
faint = '#6B6B6B'
blue = '#0072B2'
orange = '#D55E00'
set border 3 linecolor rgb faint linewidth 1
set tics nomirror out scale 0.6 textcolor rgb ink noenhanced
set key off

# A font by its height in pixels: the two terminals count differently.
font(format, px) = sprintf(format eq 'svg' ? 'sans-serif,%g' : 'Sans,%g', format eq 'svg' ? px : 0.75 * px)
terminal(format, width, height, px) = sprintf(format eq 'svg' ? \
    "set terminal svg size %d,%d dynamic enhanced background '#FFFFFF' font '%s' name 'linger'" : \
    "set terminal pngcairo size %d,%d enhanced background '#FFFFFF' font '%s'", width, height, font(format, px))

# ---- every error ---------------------------------------------------------------------------------------------

array server_name[4] = ['prefork', 'worker', 'event', 'nginx']
array server_colour[4] = ['#000000', '#0072B2', '#D55E00', '#009E73']
array server_marker[4] = [7, 5, 9, 13]
array close_enough[8] = [3, 7, 3, 5, 10, 12, 10, 10]
clip(v) = v < 0.7 ? 0.7 : v > 1.4 ? 1.4 : v

do for [format in 'svg png'] {
    eval terminal(format, 1600, 900, 20)
    set output folder.'/validation.'.format
    set multiplot
    set lmargin 12
    set rmargin 4
    set tmargin 7
    set bmargin 5
    set label 1 '{/:Bold Simulated over measured, real servers on this machine}' at screen 0.02, 0.955 left font font(format, 27)
    set label 2 'A marker is one point of the matrix; the grey box is what is held to be close. Markers at the edges lie beyond them; those not judged are drawn too.' \
        at screen 0.02, 0.905 left textcolor rgb faint noenhanced
    do for [k = 1:4] {
        set label 10 + k server_name[k] at screen 0.53 + 0.095 * k, 0.955 left textcolor rgb server_colour[k] \
            point pointtype server_marker[k] pointsize 1.3 linecolor rgb server_colour[k] offset 1.2, 0
    }
    set logscale y
    set yrange [0.68:1.44]
    set ytics ('−30 %%' 0.7, '−20 %%' 0.8, '−10 %%' 0.9, 'equal' 1, '+10 %%' 1.1, '+20 %%' 1.2, '+40 %%' 1.4)
    set xrange [0.5:8.5]
    set xtics ('connections' 1, 'processes' 2, 'requests/s' 3, 'connections/s' 4, 'PSS' 5, 'TIME\_WAIT' 6, 'CPU' 7, 'page time' 8) scale 0 enhanced
    do for [k = 1:8] {
        set object k rectangle from k - 0.42, 1 - close_enough[k] / 100.0 to k + 0.42, 1 + close_enough[k] / 100.0 \
            behind fillcolor rgb '#E4E4E4' fillstyle solid noborder
    }
    set arrow 1 from 0.5, 1 to 8.5, 1 nohead linecolor rgb faint linewidth 1 back
    plot for [k = 1:4] folder.'/scatter.csv' using 1:(column(3) == k ? clip(column(2)) : NaN) \
        with points pointtype server_marker[k] pointsize 1.3 linecolor rgb server_colour[k]
    unset multiplot
    unset object
    unset arrow
    unset label
    unset logscale
}
set output

# ---- time lines ------------------------------------------------------------------------------------------------

set xtics autofreq scale 0.6
set ytics autofreq
set xrange [0:*]
set yrange [0:*]
distance(point, name) = system(sprintf("awk -F, '$1 == \"%s\" && $2 == \"%s\" { printf \"%%.1f\", 100 * $6 }' '%s/validation.csv'", point, name, folder))
heading(point) = (d = distance(point, 'timeline_processes'), \
    sprintf('%s: %s %%%s', point, distance(point, 'timeline_connections'), point[1:2] eq 'ng' ? '' : ', '.d.' %'))
timeline(point) = folder.'/points/'.point.'/timeline.csv'
processes_scale(point) = point[1:2] eq 'wk' || point[1:2] eq 'ev' ? 25 : 1

draw_timeline = "plot timeline(point) using 1:2 with lines linewidth 5 linecolor rgb '#A8CDE8', '' using 1:3 with lines linewidth 1.5 linecolor rgb blue, ".\
    "'' using 1:($4 * processes_scale(point)) with lines linewidth 5 linecolor rgb '#F5C7A9', '' using 1:($5 * processes_scale(point)) with lines linewidth 1.5 linecolor rgb orange"

do for [format in 'svg png'] {
    rows = int((words(points) + 3) / 4)
    eval terminal(format, 1600, 130 + 210 * rows, 15)
    set output folder.'/timelines.'.format
    top = 1 - 100.0 / (130 + 210 * rows)
    set multiplot layout rows, 4 margins 0.04, 0.99, 0.05, top spacing 0.04, 0.28 / (rows + 1)
    do for [n = 1:words(points)] {
        point = word(points, n)
        if (n == 1) {
            set label 1 '{/:Bold Connections held} and {/:Bold daemons}, from the cold start' at screen 0.02, 1 - 30.0 / (130 + 210 * rows) left font font(format, 24)
            set label 2 'Thick and pale: measured. Thin: simulated. Connections blue, daemons (threads of worker and event) red. In seconds. Behind each name: distance of the two lines, connections and processes.' \
                at screen 0.02, 1 - 62.0 / (130 + 210 * rows) left textcolor rgb faint noenhanced
        } else {
            unset label
        }
        set title heading(point) noenhanced offset 0, -0.6
        eval draw_timeline
    }
    unset multiplot
    unset label
}
do for [n = 1:words(points)] {
    point = word(points, n)
    eval terminal('svg', 1000, 600, 18)
    set output folder.'/points/'.point.'/timeline.svg'
    set title heading(point).' apart (connections, processes)' noenhanced
    set xlabel 'seconds' textcolor rgb ink
    eval draw_timeline
}
set output
