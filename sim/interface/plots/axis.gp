# SPDX-License-Identifier: GPL-3.0-or-later
#
# axis: the x axis of a study, from plot_settings.gp. Numbers over more than a decade stand on a logarithmic axis; words
# stand side by side. A level of 0 has no place on a logarithmic axis: it stands apart, on the right if it means
# "no limit", else on the left.

x_words = (x_is_number && n_x > 1) ? 0 : 1
set xtics ()
apart_share = format eq 'dumb' ? 0.35 : 0.17
unset logscale x
unset mxtics
zero_apart = 0
unlimited_zero = 0
if (x_words) {
    set xrange [0.4:n_x + 0.6]
    do for [i = 1:n_x] { set xtics add (tick_text(x_levels[i]) i) }
    x_log = 0
} else {
    x_first = 1e300
    x_last = -1e300
    x_zero = 0
    do for [i = 1:n_x] {
        level = real(x_levels[i])
        if (level == 0) { x_zero = 1 } else { x_first = smaller(x_first, level); x_last = larger(x_last, level) }
    }
    unlimited_zero = x_zero && zero_is_unlimited(x_name)
    x_log = x_first > 0 && x_last / x_first > 10
    zero_apart = x_zero && (x_log || unlimited_zero)
    if (x_zero && !zero_apart) { x_first = smaller(x_first, 0); x_last = larger(x_last, 0) }
}
if (!x_words) {
    if (x_log) { set logscale x }
    x_span = x_last > x_first ? x_last - x_first : 2 * larger(abs(x_last), 1)
    beyond = x_log ? (x_last / x_first) ** apart_share : apart_share * x_span
    near = x_log ? (x_last / x_first) ** 0.015 : 0.015 * x_span
    zero_at = unlimited_zero ? (x_log ? x_last * beyond : x_last + beyond) : (x_log ? x_first / beyond : x_first - beyond)
    x_from = zero_apart && !unlimited_zero ? zero_at : x_first
    x_to = zero_apart && unlimited_zero ? zero_at : x_last
    set xrange [x_log ? x_from / near : x_from - near : x_log ? x_to * near : x_to + near]
}
# Marks a person looks for: whole decades when there are many, 1 2 5 when few; for seconds also 15, 60, 300.
if (!x_words && x_log) {
    ticks = x_last / x_first > 200 && x_unit ne 's' ? '1' : x_last / x_first > 2e4 ? '1' : x_unit eq 's' && x_last <= 1000 ? '1 1.5 2 3 5 6' : '1 2 5'
    do for [e = floor(log10(x_first) - 0.001):ceil(log10(x_last))] {
        do for [t in ticks] {
            v = real(t) * 10.0 ** e
            wanted_tick = (t ne '1.5' || v == 15) && (t ne '3' || v == 30 || v == 300) && (t ne '6' || v == 60 || v == 600) \
                && !(x_unit eq 's' && (v == 10 || v == 20 || v == 50 || v == 100 || v == 200 || v == 500 || v == 1000))
            if (wanted_tick && v >= x_first * 0.999 && v <= x_last * 1.001) { set xtics add (number(v) v) }
        }
    }
}
if (!x_words && !x_log) {
    x_step = x_last > x_first ? step_for(x_span, 6) : larger(abs(x_last), 1)
    do for [i = ceil(x_first / x_step - 1e-9):floor(x_last / x_step + 1e-9)] { set xtics add (number(i * x_step) i * x_step) }
}
if (zero_apart) { set xtics add ((unlimited_zero ? 'no limit' : '0') zero_at) }

x_unit_words = x_unit eq '' || x_unit eq '1' ? '' : ' ['.x_unit.']'
x_axis_words = parameter_words(x_name).x_unit_words.(x_log ? ', logarithmic' : '')
level_text(v) = number(v).(x_unit eq '' || x_unit eq '1' ? '' : x_unit eq '1/s' ? '/s' : ' '.x_unit)
span_words = x_words ? '' : 'as the '.parameter_words(x_name).' grows from '.number(x_first).' to '.(unlimited_zero ? 'no limit' : level_text(x_last))

# Where a row stands: on the line, or apart.
x_line(x) = zero_apart && x == 0 ? NaN : x
x_apart(x) = zero_apart && x == 0 ? zero_at : NaN
