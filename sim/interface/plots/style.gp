# SPDX-License-Identifier: GPL-3.0-or-later
#
# style: what all pictures have in common. Loaded first by each script that makes pictures.
#
# Colours are those of Okabe and Ito (colour-blind safe); each line also has a dash and a marker of its own, so that the
# pictures can be read in grey. Lines are named at their ends, there is no legend.

data_file = 'plot_data.csv'
set encoding utf8
set datafile separator comma
set datafile columnheaders
set datafile missing NaN

array colours[8] = ['#000000', '#0072B2', '#D55E00', '#009E73', '#CC79A7', '#56B4E9', '#E69F00', '#7F7F7F']
array markers[8] = [4, 7, 9, 5, 13, 11, 6, 8]
set dashtype 11 (11, 5)
set dashtype 12 solid
set dashtype 13 (18, 4)
set dashtype 14 (3, 3)
set dashtype 15 (14, 4, 3, 4)
set dashtype 16 solid
set dashtype 17 (7, 4)
set dashtype 18 (2, 5)
set dashtype 19 (9, 9)
set dashtype 20 (2, 3)
of8(k) = (k - 1) % 8 + 1
ink = '#333333'
faint = '#6B6B6B'
grid = '#E4E4E4'

# ---- the sheet ------------------------------------------------------------------------------------------------

page_width = 1600.0
page_height = 1000.0
# A font by its height in pixels: the two terminals count differently. Only the generic family, which every viewer has.
face_of(format) = format eq 'svg' ? 'sans-serif' : 'Sans'
points(format, px) = format eq 'svg' ? px : 0.75 * px
font_of(format, px) = sprintf('%s,%g', face_of(format), points(format, px))
marker_size(format) = format eq 'svg' ? 0.55 : 1.1
# The only enhanced text is bold(): names come from files, and an underscore in them is an underscore.
bold(s) = '{/:Bold '.s.'}'
terminal_of(format, px) = sprintf(format eq 'svg' ? \
    "set terminal svg size %d,%d dynamic enhanced background '#FFFFFF' font '%s' name 'linger'" : \
    "set terminal pngcairo size %d,%d enhanced background '#FFFFFF' font '%s'", page_width, page_height, font_of(format, px))

set border 3 linecolor rgb faint linewidth 1
set tics nomirror out scale 0.6 textcolor rgb ink noenhanced
set key off
set style fill transparent solid 0.18 noborder

# More lines than this cannot be told apart; the subtitle says how many are left out.
lines_max = 10
lines_left_out = has_results && n_lines > lines_max ? n_lines - lines_max : 0
if (has_results) { n_lines = n_lines - lines_left_out }

# ---- numbers for people -----------------------------------------------------------------------------------------

has(list, name) = strstrt(' '.list.' ', ' '.name.' ') > 0
commas(s) = strlen(s) <= 3 ? s : commas(s[1:strlen(s) - 3]).','.s[strlen(s) - 2:strlen(s)]
number(v) = v < 0 ? '-'.number(-v) : v >= 99.95 ? commas(sprintf('%.0f', v)) : sprintf('%.3g', v)
# What is not observed (NaN, not even equal to itself) does not count: a gap in a time line would make all before it forgotten.
larger(a, b) = b != b || a > b ? a : b
smaller(a, b) = b != b || a < b ? a : b

# Steps of 1, 2, 2.5 or 5 times a power of ten: about `n` of them up to `top`.
decade(v) = 10.0 ** floor(log10(v) + 1e-9)
leading(r) = r <= 1.0001 ? 1 : r <= 2.0001 ? 2 : r <= 2.5001 ? 2.5 : r <= 5.0001 ? 5 : 10
step_for(top, n) = leading(1.0 * top / n / decade(1.0 * top / n)) * decade(1.0 * top / n)

# The unit a person would choose for a quantity whose largest value is `top`: its size in SI, and its name.
unit_size(unit, top) = unit eq 'B' ? (top >= 2e10 ? 1e9 : top >= 2e6 ? 1e6 : top >= 2e3 ? 1e3 : 1) : \
    unit eq 's' && top > 0 ? (top < 1e-3 ? 1e-6 : top < 1 ? 1e-3 : 1) : unit eq 'share' ? 0.01 : 1
unit_name(unit, size) = unit eq 'B' ? (size == 1e9 ? 'GB' : size == 1e6 ? 'MB' : size == 1e3 ? 'kB' : 'B') : \
    unit eq 's' ? (size == 1e-6 ? 'µs' : size == 1e-3 ? 'ms' : 's') : unit eq 'share' ? '%' : \
    unit eq '1' || unit eq '' ? '' : unit eq '1/s' ? '/s' : unit
glued(name) = name eq '' || name eq '/s' ? name : ' '.name
quantity(v, unit) = (size = unit_size(unit, abs(v)), \
    number(v / size).glued(unit_name(unit, size)))

# ---- words ----------------------------------------------------------------------------------------------------

# The texts of tick marks are formats to gnuplot.
tick_text(s) = (cut = strstrt(s, '%')) ? s[1:cut].'%'.tick_text(s[cut + 1:strlen(s)]) : s
blanks(s) = (cut = strstrt(s, '_')) ? s[1:cut - 1].' '.blanks(s[cut + 1:strlen(s)]) : s
after_dot(s) = s[strstrt(s, '.') + 1:strlen(s)]
