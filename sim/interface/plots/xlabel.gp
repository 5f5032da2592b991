# SPDX-License-Identifier: GPL-3.0-or-later
# The name of the x axis, at the same height in all terminals.
set label 5 x_label_text at screen 0.5 * (frame_left + frame_right), frame_bottom - 3.6 * text_px / page_height center \
    font text_font textcolor rgb ink noenhanced
