# SPDX-License-Identifier: GPL-3.0-or-later
#
# The time lines of connections and daemons, measured (grey, thick) and simulated (colour, thin), from a cold start: one
# picture a point, and all of them on one page. Reads outputs/measured/ID.csv, written by `make measured`.
folder = 'outputs/measured/'
points = system("cd ".folder." && ls *.csv | sed 's/\\.csv$//' | sort")
set datafile separator ','
set encoding utf8
set border 3 lc rgb '#666666'
set tics nomirror out scale 0.5 textcolor rgb '#333333'
set grid ytics lc rgb '#dddddd' lt 1
set yrange [0:*]
set key bottom right samplen 2 textcolor rgb '#333333' noenhanced

draw = "plot file using 1:2 with lines lw 5 lc rgb '#bbbbbb' title 'connections, measured', '' using 1:3 with lines lw 1.6 lc rgb '#0072b2' title 'simulated', '' using 1:4 with lines lw 5 dt 1 lc rgb '#dddddd' title 'daemons, measured', '' using 1:5 with lines lw 1.6 dt 2 lc rgb '#d55e00' title 'simulated'"

set terminal pngcairo size 1000,600 font 'DejaVu Sans,12' noenhanced
do for [id in points] {
    file = folder.id.'.csv'
    set output folder.id.'.png'
    set title id.': second by second from a cold start' left font ',14'
    set xlabel 'time [s]'
    eval draw
}
set terminal pngcairo size 1900,1500 font 'DejaVu Sans,10' noenhanced
set output folder.'time_lines.png'
set multiplot layout 5,4 title 'Connections (blue) and daemons (orange) simulated, over what real servers did (grey)' font ',16'
unset key
unset xlabel
do for [id in points] {
    file = folder.id.'.csv'
    set title id left font ',12'
    eval draw
}
unset multiplot
