#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# report.html of tune: well-formed, fetches nothing, cannot be made to do anything by a name, says why there is no answer, holds the numbers of
# tuning.csv, and is the same bytes for the same inputs. What it is held against: an XML parser (where there is one); tuning.csv; verdicts of
# limits and the Pareto front worked out here from its intervals and means; what nginx's manual says of keepalive_timeout (times in ms).
. tests/tap.sh
SCRATCH=${SCRATCH:-$(mktemp -d)}
. tests/report/page.sh
linger=${1:-$LINGER}
classic=inputs/scenarios/classic-100x5.ini
short="--set run.horizon=120s -q"

# The numbers of tuning.csv; NAME_half_width belongs to NAME.
csv_numbers() {
    awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) { name[i] = $i; sub(/_half_width$/, " half_width", name[i]) }; next }
        { for (i = 1; i <= NF; i++) if ($i != "") print name[i] "=" $i }' "$1" | sort -u
}
# best FILE COLUMN: of the answer.
best() { awk -F, -v name="$2" 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next } $at["best"] == 1 { print $at[name] }' "$1"; }
# The numbers of a measure in the n-th verdict.
verdict() { grep 'class="verdict"' "$1" | sed -n "$2p" | grep -oE "title=\"$3\" value=\"[^\"]*\"" | cut -d '"' -f 4; }
# rows FILE CAPTION: of the table with that caption, cells between |, without tags.
rows() { awk -v caption="<caption>$2" 'index($0, caption) == 1 { on = 1 } on && /^<tr><th scope="row">/ { print } on && /<\/table>/ { exit }' "$1" |
    sed -e 's/<wbr\/>//g' -e 's/<\/t[hd]>/|/g' -e 's/<[^>]*>//g'; }

# ---- an answer -------------------------------------------------------------------------------------------------

tune() { "$linger" tune "$classic" $short --objective 'minimise memory_total' --slo 'page_response < 200ms' --vary server.idle_limit=2,5,10,20 \
    --set server.preset=nginx-1.19.10 "$@"; }
check "tune" tune -o "$SCRATCH/a" -t 1
page=$SCRATCH/a/report.html csv=$SCRATCH/a/tuning.csv
check "... leaves a well-formed page" well_formed "$page"
equal "... that fetches nothing" "$(fetches "$page")" ""
equal "... whose numbers are in tuning.csv" "$(page_numbers "$page" | comm -23 - <(csv_numbers "$csv"))" ""
equal "... with all of these: objective, costs" "$(csv_numbers "$csv" | grep -E '^(objective|memory_total|page_response|cpu_utilisation)( |=)' |
    comm -23 - <(page_numbers "$page"))" ""
equal "... and the limit of the levels" "$(csv_numbers <(awk -F, 'NR == 1 || $2 == 0' "$csv") | grep -E '^limit_1( half_width)?=' | comm -23 - <(page_numbers "$page"))" ""
equal "the verdict is the mean over fresh replications" "$(verdict "$page" 1 fresh)" "$(best "$csv" fresh)"
equal "... with its interval" "$(verdict "$page" 1 'fresh half_width')" "$(best "$csv" fresh_half_width)"
equal "... and between what the best lies" "$(verdict "$page" 2 low) $(verdict "$page" 2 high)" "$(best "$csv" low) $(best "$csv" high)"
check "the answer lies in it" awk -v x="$(best "$csv" server.idle_limit)" -v a="$(best "$csv" low)" -v b="$(best "$csv" high)" 'BEGIN { exit !(a != "" && a <= x && x <= b) }'
contains "... and how sure the choice is" "$(grep 'class="verdict"' "$page" | sed -n 2p)" "is the best with at least 95"
equal "our lines to paste" "$(lines_of "$page" 1)" "[server]
idle_limit = $(best "$csv" server.idle_limit)s"
equal "the vendor's" "$(lines_of "$page" 2)" "$(best "$csv" server.idle_limit | awk '{ printf "keepalive_timeout %.0fms;", 1000 * $1 }')"

# A limit holds when mean + half-width is below it, fails when mean - half-width is not.
wanted=$(awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next } $at["refined"] == 0 {
    m = $at["limit_1"]; h = $at["limit_1_half_width"]; print $1 + 0, (m + h < 0.2 ? "holds" : m - h >= 0.2 ? "fails" : "undecided") }' "$csv" | sort)
said=$(rows "$page" 'How each setting fares' | awk -F'|' '{ sub(/.*=/, "", $1); print $1, $3 }' | grep -E '^(2|5|10|20) ' | sort)
equal "how each setting fares with the limit" "$said" "$wanted"
front=$(awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
    $at["limits"] == "holds" { n++; x[n] = $1; a[n] = $at["memory_total"]; b[n] = $at["page_response"]; c[n] = $at["cpu_utilisation"] }
    END { for (i = 1; i <= n; i++) { beaten = 0
        for (j = 1; j <= n; j++) if (a[j] <= a[i] && b[j] <= b[i] && c[j] <= c[i] && (a[j] < a[i] || b[j] < b[i] || c[j] < c[i])) beaten = 1
        if (!beaten) print x[i] } }' "$csv" | sort -g)
equal "the Pareto front is the one of the means" "$(rows "$page" 'The Pareto front' | sed -E 's/idle_limit=([0-9.]*).*/\1/')" "$front"
equal "all settings are listed" "$(rows "$page" 'Means and their intervals' | wc -l)" "$(($(wc -l <"$csv") - 1))"
contains "what was given is there" "$(sed 's/<wbr\/>//g' "$page")" '<th scope="row">users.think</th><td>gamma(4,1.25s)</td>'
contains "... what the preset says" "$(sed 's/<wbr\/>//g' "$page")" '<td>preset nginx-1.19.10</td>'
contains "... and what is not modelled" "$(cat "$page")" "HTTP/3, and priorities"

tune -o "$SCRATCH/b" -t 3 >/dev/null
check "another folder, another number of threads: the same bytes" cmp "$page" "$SCRATCH/b/report.html"
check "the command that it gives" bash -c "$(repeated "$page" "$linger" "$SCRATCH/c")"
check "... makes the same page" cmp "$page" "$SCRATCH/c/report.html"

if command -v gnuplot >/dev/null; then
    equal "the picture is in it, with words for those who do not see it" "$(grep -c '<svg [^>]*role="img"[^>]* aria-label="Plot\. ' "$page")" 1
    equal "no name stands twice" "$(grep -oE " id=['\"][^'\"]*" "$page" | sort | uniq -d)" ""
else
    skip "the picture" "gnuplot is not installed"
fi
mkdir "$SCRATCH/nothing"
check "without gnuplot" env PATH="$SCRATCH/nothing" "$linger" tune "$classic" $short --vary server.idle_limit=2,20 -o "$SCRATCH/bare"
contains "... the page says so" "$(cat "$SCRATCH/bare/report.html")" "No picture was drawn with this report"
check "... and is well-formed" well_formed "$SCRATCH/bare/report.html"
equal "... and complete in numbers" "$(csv_numbers "$SCRATCH/bare/tuning.csv" | grep -E '^(memory_total|page_response|cpu_utilisation)( |=)' | comm -23 - <(page_numbers "$SCRATCH/bare/report.html"))" ""
tune --no-plots -o "$SCRATCH/a" >/dev/null
check "--no-plots: the picture of an earlier search is gone" test ! -e "$SCRATCH/a/front.svg"
equal "... from the page too" "$(grep -c '<svg' "$page")" 0

# ---- the knee, several factors, no limits ------------------------------------------------------------------------------

check "no objective" "$linger" tune "$classic" $short --vary server.keepalive=off,on --vary server.idle_limit=5,15 --no-plots -o "$SCRATCH/knee"
page=$SCRATCH/knee/report.html
check "... well-formed" well_formed "$page"
contains "... the knee is the answer, and this is said" "$(cat "$page")" "No objective was stated, so the knee of the front is the answer"
equal "... its cost is that of the row" "$(verdict "$page" 1 memory_total)" "$(best "$SCRATCH/knee/tuning.csv" memory_total)"
equal "... numbers are in tuning.csv" "$(page_numbers "$page" | comm -23 - <(csv_numbers "$SCRATCH/knee/tuning.csv"))" ""
check "settings of the model's own choice" "$linger" tune "$classic" $short --set users.count=10 -o "$SCRATCH/own"
check "... come by themselves when it is repeated" bash -c "$(repeated "$SCRATCH/own/report.html" "$linger" "$SCRATCH/own2")"
check "... with the same page" cmp "$SCRATCH/own/report.html" "$SCRATCH/own2/report.html"
check "a model without front, preset or optimum" "$linger" tune inputs/scenarios/mm1.ini -q --objective 'minimise response' --vary queue.servers=1,2,3 --set run.horizon=2000s -o "$SCRATCH/mmc"
check "... has a page" well_formed "$SCRATCH/mmc/report.html"
equal "... that speaks of neither" "$(grep -cE 'What settings trade|Without a simulation|preset' "$SCRATCH/mmc/report.html")" 0

# ---- no answer ---------------------------------------------------------------------------------------------------------------

"$linger" tune "$classic" $short --objective 'minimise memory_total' --slo 'page_response < 100ms' --vary server.idle_limit=5,15 -o "$SCRATCH/none" >/dev/null
equal "no setting keeps the limit: exit code" $? 1
page=$SCRATCH/none/report.html
check "... well-formed" well_formed "$page"
contains "... the verdict says so" "$(grep -m 1 'class="verdict"' "$page")" "No answer: none of the 2 settings is certain to keep <code>page_response &lt; 100ms</code>"
equal "... and names the one that comes nearest" "$(verdict "$page" 2 limit_1)" "$(awk -F, 'NR > 1 { print $7 }' "$SCRATCH/none/tuning.csv" | sort -g | head -n 1)"
contains "... nothing to paste" "$(cat "$page")" "None: there is no answer."
contains "... and what it means" "$(cat "$page")" "Each of them breaks a limit for certain"
"$linger" tune "$classic" $short --objective 'minimise memory_total' --indifference 0.1% --budget 84 --vary server.idle_limit=14,15,16 --vary server.requests_per_connection=10,0 \
    --no-plots -o "$SCRATCH/budget" >/dev/null
equal "the budget ends: exit code" $? 1
contains "... the verdict says so" "$(grep -m 1 'class="verdict"' "$SCRATCH/budget/report.html")" "Not decided: the budget of 84 replications is used up."
check "... well-formed" well_formed "$SCRATCH/budget/report.html"

# ---- what is there already, what is cut off -----------------------------------------------------------------------------------

mkdir "$SCRATCH/mine" && echo mine >"$SCRATCH/mine/report.html"
tune -o "$SCRATCH/mine" >/dev/null 2>"$SCRATCH/errors"
equal "somebody else's report.html is not written over" "$? $(cat "$SCRATCH/mine/report.html")" "73 mine"
contains "... and this is said" "$(cat "$SCRATCH/errors")" "report.html that linger did not write; allowed: another folder, or --force"
# A limit on the size of files, above tuning.csv and below the page, cuts the page off in the middle: once the program is killed (SIGXFSZ), once it is told.
limit=$(($(wc -c <"$SCRATCH/a/manifest.csv") / 1024 + 2))
check "the page is longer than the limit that cuts it" test "$(wc -c <"$SCRATCH/a/report.html")" -gt $((1024 * limit))
{ bash -c "ulimit -f $limit; exec \"\$@\"" - "$linger" tune "$classic" $short --vary server.idle_limit=2,20 --no-plots -o "$SCRATCH/a"; } >/dev/null 2>&1
equal "killed while it writes the page: no half page stands there, nor an earlier one" "$? $(ls "$SCRATCH/a" | grep -x report.html)" "153 "
bash -c "trap '' XFSZ; ulimit -f $limit; exec \"\$@\"" - "$linger" tune "$classic" $short --vary server.idle_limit=2,20 --no-plots -o "$SCRATCH/a" >/dev/null 2>"$SCRATCH/errors"
equal "a full disk: exit code, and nothing stands there" "$? $(ls "$SCRATCH/a" | grep report)" "74 "
"$linger" tune "$classic" --set run.horizon=2000s -r 1000 --vary server.idle_limit=2,5,10,20 -q -o "$SCRATCH/b" >/dev/null 2>&1 &
sleep 1 && kill -INT $! 2>/dev/null
wait $!
equal "Ctrl-C: no page" "$? $(ls "$SCRATCH/b" | grep report)" "130 "

# ---- names that would do harm -----------------------------------------------------------------------------------------

evil="a\"onload='x'<script>alert(1)<b>&amp;"
mkdir "$SCRATCH/in"
cp "$classic" "$SCRATCH/in/$evil.ini"
{ printf '[preset]\nproduct = <script>alert(2)</script>\nnote = </code><img src=x onerror=alert(3)>\n[server]\nidle_limit = 5s\n'
  printf 'idle_limit.vendor = <b>Evil"</b> = 5s"><svg onload=alert(4)>\nidle_limit.note = <script>\nidle_limit.zero = \037\n'; } >"$SCRATCH/in/<p>'.ini"
(cd "$SCRATCH/in" && "$linger" tune "$evil.ini" $short --set "server.preset=./<p>'.ini" --vary server.idle_limit=0,7,20 -o "$SCRATCH/evil" >/dev/null)
page=$SCRATCH/evil/report.html
check "hostile names: well-formed" well_formed "$page"
equal "... nothing fetched, nothing run" "$(fetches "$page")" ""
contains "... they are text" "$(cat "$page")" '&lt;script&gt;alert(1)&lt;b&gt;&amp;amp;'
contains "... and so is what a preset says" "$(cat "$page")" '&lt;script&gt;alert(2)&lt;/script&gt;'
check "... no control characters" no_controls "$page"
tap_end
