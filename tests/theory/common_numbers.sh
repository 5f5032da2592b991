#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# What common random numbers are worth in the timeout sweep of the classic study (the 15 levels of make demo): paired differences of
# neighbouring points have at most a third of the variance of independent ones, for connections held and for requests per second.
#
# In all (sums over the pairs), for requests per second at every pair, and for connections at every pair up to 7 s. Beyond that no generator
# can do it: connections held differ by the think time above the limit, and for a gamma(4, 1.25 s) think time T and limits a < b
#   the standard deviations of max(T - a, 0) and max(T - b, 0) are as 1 : 0.44 (7, 10 s), 1 : 0.21 (10, 15 s), their correlation is 0.81, 0.56,
# so with the very same think times the ratio is 0.40 and 0.77 (numerical integration; checked here by awk). 60 replications; over 6 seeds the
# sums were 0.15 to 0.18 (connections), 0.010 to 0.021 (requests), the worst pair up to 7 s 0.23, so a third is many standard errors away.
. tests/tap.sh
LINGER=${1:-${LINGER:-build/linger}}
SCRATCH=${SCRATCH:-$(mktemp -d)}
levels=0.5,1,2,3,5,7,10,15,20,30,45,60,90,120,300

"$LINGER" compare inputs/scenarios/classic-100x5.ini --vary server.idle_limit=$levels --variance -r 60 -q \
    --measures connections_open,daemons_held,requests_per_s >"$SCRATCH/table" 2>"$SCRATCH/errors"
equal "it is measured" "$?" 0

# ratio MEASURE COLUMN: of the summary, 2 all, 5 most.
ratio() { awk -v m="$1" -v c="$2" '$1 == m && !seen++ { print $c }' "$SCRATCH/table"; }
at_most_a_third() { awk -v r="$1" 'BEGIN { exit !(r != "" && r <= 1 / 3) }'; }
for measure in connections_open daemons_held requests_per_s; do
    check "$measure, all pairs: $(ratio $measure 2)" at_most_a_third "$(ratio $measure 2)"
done
check "requests_per_s, the worst pair: $(ratio requests_per_s 5)" at_most_a_third "$(ratio requests_per_s 5)"

# pair MEASURE A B: the ratio of one pair, in the table of the measure.
pair() { awk -v m="$1" -v a="$2" -v b="$3" '/s\.d\. A/ { here = $1 == m } here && $1 == a && $2 == "to" && $3 == b { print $(NF - 1) }' "$SCRATCH/table"; }
for limits in "0.5 1" "1 2" "2 3" "3 5" "5 7"; do
    r=$(pair connections_open $limits)
    check "connections_open, ${limits/ / to } s: $r" at_most_a_third "$r"
done

# What the think times alone allow: Simpson over 0 .. 60 s of the gamma density x^3 exp(-x/1.25) / (6 x 1.25^4).
ideal() {
    awk -v a="$1" -v b="$2" 'BEGIN {
        h = 0.001
        for (i = 0; i <= 60000; i++) {
            x = i * h; w = (i == 0 || i == 60000 ? 1 : i % 2 ? 4 : 2) * h / 3 * x ^ 3 * exp(-x / 1.25) / (6 * 1.25 ^ 4)
            u = x > a ? x - a : 0; v = x > b ? x - b : 0
            mu += w * u; mv += w * v; uu += w * u * u; vv += w * v * v; uv += w * u * v
        }
        uu -= mu * mu; vv -= mv * mv; uv -= mu * mv
        printf "%.2f\n", (uu + vv - 2 * uv) / (uu + vv)
    }'
}
equal "7 and 10 s: the same think times give no less than" "$(ideal 7 10)" 0.40
equal "10 and 15 s" "$(ideal 10 15)" 0.77
tap_end
