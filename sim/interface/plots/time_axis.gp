# SPDX-License-Identifier: GPL-3.0-or-later
# The time axis of a run: from 0 to its last row, a long one in hours. Only the lowest panel has its marks named (time_named).

stats series_file using (time_last = column('time_s'), 1) nooutput
set xrange [0:time_last]
set xtics ()
time_step = step_for(time_last, 7)
if (time_last > 200 && time_last <= 1200) { time_step = time_last > 600 ? 120 : 60 }
time_size = time_last > 14400 ? 3600.0 : 1.0
time_unit = time_size > 1 ? 'h' : 's'
if (time_size > 1) { time_step = 3600 * (time_last <= 86400 ? ceil(time_last / 3600 / 12) : step_for(time_last / 3600, 7)) }
do for [i = 0:floor(time_last / time_step + 1e-9)] { set xtics add ((time_named ? number(i * time_step / time_size) : '') i * time_step) }
