# SPDX-License-Identifier: GPL-3.0-or-later
do for [e = 1:n_ends] {
    unset label (100 + e)
    unset arrow (100 + e)
}
