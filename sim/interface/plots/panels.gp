# SPDX-License-Identifier: GPL-3.0-or-later
#
# panels: which measures of this study are shown when nobody asked: panels[1..n_panels]. First the wishes of words.gp, then,
# for a model that has none of them, whatever comes first.

array panels[4]
n_panels = 0
do for [group in panel_wishes] {
    found = ''
    rest = group.','
    while (strlen(rest) > 0) {
        cut_at = strstrt(rest, ',')
        if (found eq '' && has(measures, rest[1:cut_at - 1])) { found = rest[1:cut_at - 1] }
        rest = rest[cut_at + 1:strlen(rest)]
    }
    if (found ne '') { n_panels = n_panels + 1; panels[n_panels] = found }
}
shown = ''
do for [i = 1:n_panels] { shown = shown.' '.panels[i] }
do for [m in measures] {
    side = tail_is(m, '_peak') || tail_is(m, '_p50') || tail_is(m, '_p95') || tail_is(m, '_p99') || tail_is(m, '_max')
    if (n_panels < 4 && !side && !has(shown, m)) { n_panels = n_panels + 1; panels[n_panels] = m; shown = shown.' '.m }
}
