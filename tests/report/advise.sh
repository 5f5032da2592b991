#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# report.html of advise: well-formed, fetches nothing, cannot be made to do anything by a name, holds the numbers of the CSV files beside it, says where
# each value comes from, and is the same bytes for the same inputs. What it is held against: an XML parser (where there is one); those files; the
# configuration and the log written here; bars against shares by awk; patch(1).
. tests/tap.sh
SCRATCH=${SCRATCH:-$(mktemp -d)}
. tests/report/page.sh
linger=${1:-$LINGER}
case $linger in /*) ;; *) linger=$PWD/$linger ;; esac

# prefork of 100 slots, four times the traffic of the shipped log: keep-alive holds them all.
prefork() {
    mkdir -p "$1"
    printf 'LoadModule mpm_prefork_module modules/mod_mpm_prefork.so\nKeepAlive On\nKeepAliveTimeout 15\nMaxRequestWorkers 100\n' >"$1/apache2.conf"
}
cp inputs/logs/sample.log.gz "$SCRATCH"
prefork "$SCRATCH/apache2"
mkdir "$SCRATCH/nginx"
printf 'events {\n\tworker_connections 768;\n}\nhttp {\n\tserver {\n\t\tlisten 80;\n\t}\n}\n' >"$SCRATCH/nginx/nginx.conf"
advise() { (cd "$SCRATCH" && "$linger" advise --log sample.log.gz --config "${config:-apache2}" --traffic 4 --ram 1GiB --cores 2 -r 4 -q "$@"); }

# Numbers of all files beside the page, as the page names them.
csv_numbers() {
    { awk -F, 'FNR > 1 { print $1 "=" $3; print $1 " half_width=" $4 }' "$1/measures.csv"
      awk -F, 'FNR > 1 { print $1 " slots=" $3; print $1 " share=" $4 }' "$1/slots.csv"
      awk -F, 'FNR > 1 { print $1 " value=" $3 }' "$1/findings.csv"
      [ ! -e "$1/promises.csv" ] || awk -F, 'FNR > 1 { print $1 " now=" $3; print $1 " then=" $4; print $1 " difference=" $5; print $1 " difference half_width=" $6 }' "$1/promises.csv"
      awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) { name[i] = $i; sub(/_half_width$/, " half_width", name[i]) }; next }
          { for (i = 2; i <= NF; i++) if (name[i] != "fate") print name[i] "=" $i }' "$1/settings.csv"; } | sort -u
}
# promised FOLDER MEASURE COLUMN
promised() { awk -F, -v m="$2" -v c="$3" '$1 == m { print $c }' "$1/promises.csv"; }
verdict() { grep 'class="verdict"' "$1" | sed -n "$2p" | grep -oE "title=\"$3\" value=\"[^\"]*\"" | cut -d '"' -f 4; }
# cells PAGE ROW: of the row whose header is ROW, tags gone, | between.
cells() { sed 's/<wbr\/>//g' "$1" | grep -F "<th scope=\"row\">$2</th>" | head -n 1 | sed -e 's/<\/t[hd]>/|/g' | plain; }

# ---- a change -----------------------------------------------------------------------------------------------

check "advise" advise -o a -t 1
page=$SCRATCH/a/report.html
check "... leaves a well-formed page" well_formed "$page"
equal "... that fetches nothing" "$(fetches "$page")" ""
equal "... whose numbers are in the files beside it" "$(page_numbers "$page" | comm -23 - <(csv_numbers "$SCRATCH/a"))" ""
equal "... with all promises, slots, findings and trials" "$(csv_numbers "$SCRATCH/a" | grep -E ' (now|then|difference|slots|share|value)|^(page_response|page_response_p95|memory_total|memory_total_peak)( half_width)?=' | comm -23 - <(page_numbers "$page"))" ""
for measure in page_response memory_total; do
    equal "the verdict promises what promises.csv does of $measure" \
        "$(verdict "$page" 1 "$measure now") $(verdict "$page" 1 "$measure then") $(verdict "$page" 1 "$measure difference") $(verdict "$page" 1 "$measure difference half_width")" \
        "$(promised "$SCRATCH/a" $measure 3) $(promised "$SCRATCH/a" $measure 4) $(promised "$SCRATCH/a" $measure 5) $(promised "$SCRATCH/a" $measure 6)"
done
contains "... and says the cause" "$(grep 'class="verdict"' "$page" | sed -n 2p)" "MaxRequestWorkers is reached, and it is keep-alive"

# Bars are drawn on 1000 and begin where the one before has ended.
bars=$(grep -oE '<rect class="part" x="[0-9.]*" width="[0-9.]*"' "$page" | sed -E 's/.*x="([0-9.]*)" width="([0-9.]*)"/\1 \2/')
check "a bar for each part, as long as its share, one behind the other" awk -v bars="$bars" 'BEGIN { n = split(bars, b, /[ \n]/) / 2 }
    NR > 1 { split($0, f, ","); i++; d = b[2 * i - 1] - from; e = b[2 * i] - 1000 * f[4]; if (d * d > 0.011 || e * e > 0.011) wrong = 1; from += 1000 * f[4] }
    END { exit wrong || i != n || i == 0 || (from - 1000) ^ 2 > 0.01 }' "$SCRATCH/a/slots.csv"
for rule in $(awk -F, 'NR > 1 { print $1 }' "$SCRATCH/a/findings.csv"); do contains "the finding $rule is there" "$(cat "$page")" "Rule $rule, after "; done
check "there are findings" test "$(grep -c 'Rule [a-z-]*, after ' "$page")" -ge 2
contains "... with the line that they are about" "$(cat "$page")" "<code>MaxRequestWorkers 100, apache2/apache2.conf:4</code>"
sed -n '/<pre class="diff"/,/<\/pre>/p' "$page" | plain >"$SCRATCH/patch"
equal "the patch on the page is advise.patch" "$(cat "$SCRATCH/patch")" "$(cat "$SCRATCH/a/advise.patch")"
cp -r "$SCRATCH/apache2" "$SCRATCH/changed"
check "... and applies" patch -s -p0 -d "$SCRATCH/changed" -i "$SCRATCH/patch"
equal "... to one line" "$(diff "$SCRATCH/apache2/apache2.conf" "$SCRATCH/changed/apache2.conf" | grep -c '^>')" 1
equal "a row for each setting tried" "$(grep -cE '<td>(advised|equal|slower|larger|beyond RAM|serves less|undecided)</td></tr>' "$page")" "$(($(wc -l <"$SCRATCH/a/settings.csv") - 1))"

# Sources.
contains "a value of the configuration, with its line" "$(cells "$page" server.idle_limit)" "|KeepAliveTimeout 15, apache2/apache2.conf:3|"
contains "... one that is compiled in" "$(cells "$page" server.requests_per_connection)" "|MaxKeepAliveRequests 100, compiled in|"
contains "... of the log" "$(cells "$page" users.think)" "|log sample.log.gz|"
contains "... of the command line" "$(cells "$page" machine.ram)" "|command line|"
contains "... that nobody has said" "$(cells "$page" users.rtt)" "|assumed: a log does not say how far its users are|"
contains "... that was measured for this server" "$(cells "$page" memory.daemon_private)" "|measured: Apache 2.4.71 prefork|"
contains "... a default" "$(cells "$page" tcp.initial_window)" "|RFC 6928|"
contains "the traffic" "$(cat "$page")" "requests of 1617 clients"
contains "what is not modelled" "$(cat "$page")" "HTTP/3, and priorities"

advise -o b -t 3 >/dev/null
check "another folder, another number of threads: the same bytes" cmp "$page" "$SCRATCH/b/report.html"
check "the command that it gives" bash -c "cd '$SCRATCH' && $(repeated "$page" "$linger" c)"
check "... makes the same page" cmp "$page" "$SCRATCH/c/report.html"

# ---- pictures -------------------------------------------------------------------------------------------------

if command -v gnuplot >/dev/null; then
    equal "the picture is in it, with words for those who do not see it" "$(grep -c '<svg [^>]*role="img"[^>]* aria-label="Plot\. ' "$page")" 1
    equal "... with the present and the advised settings marked" "$(awk -F, 'NR > 1 && $9 == 0 && $10 == 1 { now++ } NR > 1 && $11 == 1 { advised++ } END { print now, advised }' "$SCRATCH/a/front_data.csv")" "1 1"
    contains "... by name" "$(cat "$page")" "15 s, now"
else
    skip "the picture" "gnuplot is not installed"
fi
mkdir "$SCRATCH/nothing"
check "without gnuplot" env PATH="$SCRATCH/nothing" "$linger" advise --scenario inputs/scenarios/static-site.ini -r 2 --set run.horizon=200s --set run.warmup=60s -q -o "$SCRATCH/bare"
contains "... the page says so" "$(cat "$SCRATCH/bare/report.html")" "No picture was drawn with this report"
check "... and is well-formed" well_formed "$SCRATCH/bare/report.html"
contains "... a scenario without a configuration: lines of a scenario" "$(lines_of "$SCRATCH/bare/report.html" 1)" "[server]"
contains "... and it is the source" "$(cells "$SCRATCH/bare/report.html" server.worker_limit)" "|scenario inputs/scenarios/static-site.ini|"

# ---- nothing to change, in the folder of an earlier one -----------------------------------------------------------------

config=nginx advise --traffic 1 -o a --no-plots >"$SCRATCH/said"
contains "nothing to write" "$(cat "$SCRATCH/said")" "What to write: nothing."
contains "... the verdict says so" "$(grep -m 1 'class="verdict"' "$page")" "Write nothing: of the "
equal "... with the present mean" "$(verdict "$page" 1 page_response)" "$(awk -F, '$1 == "page_response" { print $3 }' "$SCRATCH/a/measures.csv")"
check "... well-formed" well_formed "$page"
equal "... numbers are in the files" "$(page_numbers "$page" | comm -23 - <(csv_numbers "$SCRATCH/a"))" ""
equal "what an earlier study promised, patched and drew is gone" "$(ls "$SCRATCH/a" | grep -E '^(promises.csv|advise.patch|front.svg)$')" ""
contains "nginx: slots are connections, of 768 two are its own" "$(cat "$page")" "slots: worker_connections 768, nginx/nginx.conf:2"

mkdir "$SCRATCH/mine" && echo mine >"$SCRATCH/mine/report.html"
advise -o mine >/dev/null 2>"$SCRATCH/errors"
equal "somebody else's report.html is not written over" "$? $(cat "$SCRATCH/mine/report.html")" "73 mine"
contains "... and this is said" "$(cat "$SCRATCH/errors")" "report.html that linger did not write; allowed: another folder, or --force"
# Cut off in the middle of the page, as in tune.sh; all other files are shorter than the manifest.
limit=$(($(wc -c <"$SCRATCH/b/manifest.csv") / 1024 + 2))
check "the page is longer than the limit that cuts it" test "$(wc -c <"$SCRATCH/b/report.html")" -gt $((1024 * limit))
(cd "$SCRATCH" && bash -c "trap '' XFSZ; ulimit -f $limit; exec \"\$@\"" - "$linger" advise --log sample.log.gz --config apache2 -r 2 -q --no-plots -o b) >/dev/null 2>"$SCRATCH/errors"
equal "a full disk: exit code, and neither half a page stands there nor an earlier one" "$? $(ls "$SCRATCH/b" | grep report)" "74 "

# ---- names that would do harm -----------------------------------------------------------------------------------------

evil="<b>'&amp;\"onload='x'<script>alert(1)"
prefork "$SCRATCH/$evil"
printf 'ServerName "<img src=x onerror=alert(2)>"\n' >>"$SCRATCH/$evil/apache2.conf"
cp "$SCRATCH/sample.log.gz" "$SCRATCH/$evil.log.gz"
(cd "$SCRATCH" && "$linger" advise --log "$evil.log.gz" --config "$evil" --traffic 4 -r 2 -q -o evil >/dev/null)
page=$SCRATCH/evil/report.html
check "hostile names: well-formed" well_formed "$page"
equal "... nothing fetched, nothing run" "$(fetches "$page")" ""
contains "... they are text" "$(cat "$page")" '&lt;script&gt;alert(1)'
check "... no control characters" no_controls "$page"
check "the command with hostile names" bash -c "cd '$SCRATCH' && $(repeated "$page" "$linger" again)"
check "... makes the same page" cmp "$page" "$SCRATCH/again/report.html"
tap_end
