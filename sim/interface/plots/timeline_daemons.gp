# SPDX-License-Identifier: GPL-3.0-or-later
#
# timeline_daemons: what the daemons do, stacked: busy, idle keep-alive, closing, spare; the line around them is the daemons
# alive, the dotted one the connections open. Colours differ in lightness too. Where no connection ever holds a daemon (nginx) there
# are only lines: the connections open and, if they come and go, the visitors.

layers = ''
do for [c in 'daemons_busy daemons_idle_keepalive daemons_closing daemons_spare'] { if (has(series_columns, c)) { layers = layers.' '.c } }
held_top = 0
if (has(series_columns, 'daemons_held')) { stats series_file using (held_top = larger(held_top, column('daemons_held')), 1) nooutput } else { held_top = 1 }
if (held_top == 0) { layers = '' }
n_layers = words(layers)
array layer_fill[4] = ['#D55E00', '#8CCBF0', '#F0E442', '#E2E2E2']
array layer_ink[4] = ['#D55E00', '#0072B2', '#857A00', '#6B6B6B']
layer_sum(k) = sum [i = 1:k] column(word(layers, i))

array late[7]
array mean[7]
do for [k = 1:7] { late[k] = 0; mean[k] = 0 }
panel_top = 0
panel_unit = '1'
do for [k = 1:n_layers] {
    rows = 0
    stats series_file using (v = column(word(layers, k)), late[k] = late[k] + 0.1 * (v - late[k]), rows = rows + 1, \
        mean[k] = mean[k] + (v - mean[k]) / rows, panel_top = larger(panel_top, layer_sum(n_layers)), 1) nooutput
}
lines_list = ''
visitors_top = 0
if (has(series_columns, 'visitors')) { stats series_file using (visitors_top = larger(visitors_top, column('visitors')), 1) nooutput }
do for [c in (held_top > 0 ? 'daemons_alive' : visitors_top > 0 ? 'visitors' : '').' connections_open'] { if (has(series_columns, c)) { lines_list = lines_list.' '.c } }
alive_peak = panel_top
do for [k = 1:words(lines_list)] {
    rows = 0
    stats series_file using (v = column(word(lines_list, k)), late[4 + k] = late[4 + k] + 0.1 * (v - late[4 + k]), rows = rows + 1, \
        mean[4 + k] = mean[4 + k] + (v - mean[4 + k]) / rows, panel_top = larger(panel_top, v), 1) nooutput
}
y_marks = 5
load 'yaxis.gp'
load 'frame.gp'
n_ends = n_layers + words(lines_list)
is_dotted(k) = word(lines_list, k) eq 'connections_open'
series_colour(k) = is_dotted(k) ? colours[4] : colours[1]
array end_y[n_ends + 1]
array end_text[n_ends + 1]
array end_colour[n_ends + 1]
below = 0
do for [k = 1:n_layers] {
    end_y[k] = below + late[k] / 2
    below = below + late[k]
    end_text[k] = series_words(word(layers, k))
    end_colour[k] = layer_ink[k]
}
do for [k = 1:words(lines_list)] {
    end_y[n_layers + k] = late[4 + k] + 0.001 * (3 - k) * y_top
    end_text[n_layers + k] = series_words(word(lines_list, k))
    end_colour[n_layers + k] = series_colour(k)
}
load 'ends.gp'
whole(v) = v < 1 ? 'less than 1' : number(floor(v + 0.5))
set label 3 bold(n_layers == 0 ? 'Up to '.number(floor(panel_top + 0.5)).' connections open, '.whole(mean[4 + words(lines_list)]).' on average: no daemon is held by them' : 'Up to '.whole(alive_peak).' daemons: on average '.whole(mean[2]).' wait on an idle connection, '.whole(mean[1]).(mean[1] < 1.5 ? ' works' : ' work')) \
    at screen 0.02, 0.955 left font font_of(format, 30) textcolor rgb ink
set label 4 (n_layers ? 'daemons' : words(lines_list) > 1 ? 'connections, visitors' : 'connections') at screen 0.02, frame_top + 0.027 left font text_font textcolor rgb ink noenhanced
if (n_layers) {
    plot for [k = n_layers:1:-1] series_file using (column('time_s')):(layer_sum(k)):(layer_sum(k - 1)) every row_step \
            with filledcurves fillstyle solid 1 noborder linecolor rgb layer_fill[k], \
        for [k = 1:words(lines_list)] series_file using (column('time_s')):(column(word(lines_list, k))) every row_step \
            with lines linewidth (is_dotted(k) ? 2.4 : 2) dashtype is_dotted(k) ? 20 : 1 linecolor rgb series_colour(k)
} else {
    plot for [k = 1:words(lines_list)] series_file using (column('time_s')):(column(word(lines_list, k))) every row_step \
        with lines linewidth 1.8 linecolor rgb series_colour(k)
}
load 'ends_clear.gp'
