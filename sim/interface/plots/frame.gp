# SPDX-License-Identifier: GPL-3.0-or-later
#
# frame: puts the panel at its place on the sheet, and says how names at line ends fit beside it.
#
# In: frame_left, frame_right, frame_bottom, frame_top, sheet_right (shares of the sheet), text_px, y_top.

set lmargin at screen frame_left
set rmargin at screen frame_right
set bmargin at screen frame_bottom
set tmargin at screen frame_top
line_gap = y_top * text_px * 1.42 / (page_height * (frame_top - frame_bottom))
end_chars = floor((sheet_right - frame_right - 0.012) * page_width / (0.60 * text_px))
end_font = text_font
set xtics font text_font textcolor rgb ink
