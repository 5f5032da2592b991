# SPDX-License-Identifier: GPL-3.0-or-later
#
# yaxis: from 0 to a round number above what is shown, in a unit a person would choose, which stands at the top mark.
#
# In: panel_top and panel_unit (SI), text_font, y_marks. Out: panel_size (SI of one unit), y_top, y_step.

if (!(panel_top > 0)) { panel_top = 1.0 }
panel_size = unit_size(panel_unit, panel_top)
y_step = step_for(panel_top / panel_size, y_marks)
y_top = y_step * ceil(panel_top / panel_size * 1.06 / y_step)
if (panel_unit eq 'share' && panel_top <= 1 && y_top > 100) { y_top = 100 }
set yrange [0:y_top]
set ytics font text_font textcolor rgb ink
set ytics ()
y_last_mark = floor(y_top / y_step + 1e-9)
do for [i = 0:y_last_mark] {
    set ytics add (number(i * y_step).(i == y_last_mark ? tick_text(glued(unit_name(panel_unit, panel_size))) : '') i * y_step)
}
set grid ytics back linecolor rgb grid linewidth 1 linetype 1
