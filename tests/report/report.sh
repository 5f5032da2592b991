#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# report.html of run and sweep: well-formed, fetches nothing, cannot be made to do anything by a name, holds the numbers of results.csv,
# and is the same bytes for the same inputs. What it is held against: an XML parser (where there is one), results.csv, shell and awk.
. tests/tap.sh
SCRATCH=${SCRATCH:-$(mktemp -d)}
. tests/report/page.sh
linger=${1:-$LINGER}
classic=inputs/scenarios/classic-100x5.ini
short="--set run.warmup=10s --set run.horizon=40s -r 3 -q"

# The numbers of results.csv. A half-width has a measure of its own.
csv_numbers() {
    awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
        { if ($at["mean"] != "") print $at["measure"] "=" $at["mean"]; if ($at["half_width"] != "") print $at["measure"] " half_width=" $at["half_width"] }' "$1" | sort -u
}

# ---- a sweep ---------------------------------------------------------------------------------------------

sweep() { "$linger" sweep "$classic" $short --vary server.keepalive=on,off --vary server.idle_limit=1,15 "$@"; }
check "a sweep" sweep -o "$SCRATCH/a" -t 1
page=$SCRATCH/a/report.html
check "... leaves a well-formed page" well_formed "$page"
equal "... that fetches nothing" "$(fetches "$page")" ""
equal "... whose numbers are in results.csv" "$(page_numbers "$page" | comm -23 - <(csv_numbers "$SCRATCH/a/results.csv"))" ""
for measure in memory_total_peak page_response page_response_p95 cpu_utilisation requests_per_s daemons_held_peak; do
    equal "... with all points of $measure" "$(csv_numbers "$SCRATCH/a/results.csv" | grep -E "^$measure( |=)" | comm -23 - <(page_numbers "$page"))" ""
done
lowest=$(awk -F, '$3 == "memory_total_peak" { print $5 }' "$SCRATCH/a/results.csv" | sort -g | head -n 1)
highest=$(awk -F, '$3 == "memory_total_peak" { print $5 }' "$SCRATCH/a/results.csv" | sort -g | tail -n 1)
equal "the verdict names the lowest and the highest" "$(grep -m 1 'class="verdict"' "$page" | grep -oE 'title="memory_total_peak" value="[^"]*"' | cut -d '"' -f 4 | tr '\n' ' ')" "$lowest $highest "
equal "keep-alive off makes the idle limit indifferent" "$(grep -m 1 'class="verdict"' "$page" | grep -oE '<code>[^<]*' | head -n 1)" "<code>server.keepalive = off"
contains "every value that was given is there" "$(sed 's/<wbr\/>//g' "$page")" '<th scope="row">users.think</th><td>gamma(4,1.25s)</td>'
contains "... and defaults with their source" "$(sed 's/<wbr\/>//g' "$page")" '<th scope="row">tcp.initial_window</th><td>10</td>'

sweep -o "$SCRATCH/b" -t 3
check "another folder, another number of threads: the same bytes" cmp "$page" "$SCRATCH/b/report.html"
again=$(sed -n '/<pre tabindex="0"><code>linger sweep/,/<\/code>/p' "$page" | sed -e 's/<[^>]*>//g' -e "s/&#39;/'/g" -e "s|^linger|'$linger'|" -e "s|DIR|'$SCRATCH/c' -q|")
check "the command that it gives" bash -c "$again"
check "... makes the same results" cmp "$SCRATCH/a/results.csv" "$SCRATCH/c/results.csv"
check "... and the same page" cmp "$page" "$SCRATCH/c/report.html"

# ---- pictures --------------------------------------------------------------------------------------------------

if command -v gnuplot >/dev/null; then
    equal "the pictures are in it, with words for those who do not see them" "$(grep -c '<svg [^>]*role="img"[^>]* aria-label="Plot\. ' "$page")" 6
    equal "no name stands twice" "$(grep -oE " id=['\"][^'\"]*" "$page" | sort | uniq -d)" ""
    echo '<svg><title>stale</title></svg>' >"$SCRATCH/a/memory_pss.svg"
    sweep -o "$SCRATCH/a"
    check "a picture of an earlier study is not taken for one of this" sh -c '! grep -q stale "$1"' - "$page"
else
    skip "pictures" "gnuplot is not installed"
fi
mkdir "$SCRATCH/nothing"
check "without gnuplot" env PATH="$SCRATCH/nothing" "$linger" run "$classic" $short -o "$SCRATCH/bare"
contains "... the page says so" "$(cat "$SCRATCH/bare/report.html")" "None were drawn with this report"
check "... and is well-formed" well_formed "$SCRATCH/bare/report.html"
sweep --no-plots -o "$SCRATCH/a"
check "--no-plots: pictures of an earlier study are gone" test ! -e "$SCRATCH/a/page_response.svg"
equal "--no-plots: no pictures, not even those that are there" "$(grep -c '<svg' "$page")" 0

mkdir "$SCRATCH/mine" && echo mine >"$SCRATCH/mine/report.html"
"$linger" run "$classic" $short --no-plots -o "$SCRATCH/mine" 2>"$SCRATCH/errors" >/dev/null
equal "somebody else's report.html is not written over" "$? $(cat "$SCRATCH/mine/report.html")" "73 mine"
contains "... and this is said" "$(cat "$SCRATCH/errors")" "report.html that linger did not write; allowed: another folder, or --force"

# ---- a run ---------------------------------------------------------------------------------------------------------

check "a run" "$linger" run "$classic" $short -o "$SCRATCH/run"
page=$SCRATCH/run/report.html
check "... leaves a well-formed page" well_formed "$page"
equal "... with all numbers of results.csv, and no other" "$(page_numbers "$page")" "$(csv_numbers "$SCRATCH/run/results.csv")"
check "one replication" "$linger" run "$classic" $short -r 1 --no-plots -o "$SCRATCH/run"
contains "... has intervals of batch means, and says so" "$(cat "$page")" "from batch means of the one replication"
check "one replay of a trace" "$linger" run inputs/scenarios/trace-replay.ini -r 1 -q --no-plots -o "$SCRATCH/trace"
contains "... has no interval, and says so" "$(cat "$SCRATCH/trace/report.html")" "One replication has no interval"
equal "... nowhere" "$(page_numbers "$SCRATCH/trace/report.html" | grep -c half_width)" 0
check "a run with a preset" "$linger" run "$classic" $short --no-plots --set server.preset=nginx-1.19.10 --set server.idle_limit=20s -o "$SCRATCH/run"
contains "... gives the vendor's directive" "$(sed 's/<wbr\/>//g' "$page")" '<th scope="row">keepalive_timeout</th><td>20s</td><td>75s</td><td>server.idle_limit = 20s</td>'

# ---- names that would do harm -----------------------------------------------------------------------------------------

evil="a\"onload='x'<script>alert(1)<b>&amp;"
mkdir "$SCRATCH/in"
cp "$classic" "$SCRATCH/in/$evil.ini"
{ printf '[preset]\nproduct = <script>alert(2)</script>\nnote = </code><img src=x onerror=alert(3)>\n[server]\nidle_limit = 5s\n'
  printf 'idle_limit.vendor = <b>Evil"</b> = 5s"><svg onload=alert(4)>\nidle_limit.note = <script>\nidle_limit.zero = \037\n'; } >"$SCRATCH/in/<p>'.ini"
(cd "$SCRATCH/in" && "$linger" run "$evil.ini" $short --set "server.preset=./<p>'.ini" --set server.idle_limit=7s -o "$SCRATCH/evil" >/dev/null)
page=$SCRATCH/evil/report.html
check "hostile names: well-formed" well_formed "$page"
equal "... nothing fetched, nothing run" "$(fetches "$page")" ""
contains "... they are text" "$(cat "$page")" '&lt;script&gt;alert(1)&lt;b&gt;&amp;amp;'
contains "... and so is what a preset says" "$(cat "$page")" '&lt;b&gt;Evil&quot;&lt;/b&gt;'
check "... no control characters" sh -c '! LC_ALL=C grep -q "[[:cntrl:]]" "$1" || ! LC_ALL=C tr -d "\t\n" <"$1" | LC_ALL=C grep -q "[[:cntrl:]]"' - "$page"
tap_end
