#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# linger import end to end: a log by hand in every form; what is left out; rotated logs; the log of a simulated hour against the scenario
# that made it; and, where LINGER_TRUTH is set, a day of the NASA-HTTP log against an independent count and the best timeouts.
. tests/tap.sh
LINGER=${1:-${LINGER:-build/linger}}
SCRATCH=${SCRATCH:-$(mktemp -d)}

# The requests of inputs/workloads/trace-sample.csv as lines: second, client, bytes.
requests='0 a 1000;2 b 1000;3 a 1000;8 a 0;9 c 500;9 b 1000;12 c 1000;20 a 1000'
each() { tr ';' '\n' <<<"$requests" | while read -r second client bytes; do line "$(printf %02d "$second")" "$client" "$bytes"; done; }
curve() { "$LINGER" import "$@" --timeouts 0,5 --tie timer --curve - -q; }
by_hand='idle_limit_s,requests,connections_opened,reuse_share,closed_by_request_limit,connection_seconds,connections_open
0,8,8,0,0,0,0
5,8,6,0.25,0,36,1.55'

# ---- forms -----------------------------------------------------------------------------------------

line() { echo "$2 - - [10/Oct/2000:13:55:$1 -0700] \"GET / HTTP/1.1\" 200 $3"; }
each >"$SCRATCH/common.log"
equal "common" "$(curve "$SCRATCH/common.log")" "$by_hand"
gzip -c "$SCRATCH/common.log" >"$SCRATCH/common.log.gz"
equal "gzip" "$(curve "$SCRATCH/common.log.gz")" "$by_hand"
equal "stdin" "$(curve - <"$SCRATCH/common.log")" "$by_hand"
equal "gzip on stdin" "$(curve - <"$SCRATCH/common.log.gz")" "$by_hand"
sed 's/$/\r/' "$SCRATCH/common.log" >"$SCRATCH/crlf.log"
equal "lines that end in CR LF" "$(curve "$SCRATCH/crlf.log")" "$by_hand"
line() { echo "$2 - - [10/Oct/2000:20:55:$1 +0000] \"GET / HTTP/1.1\" 200 $3 \"-\" \"a \\\"b\\\"\""; }
each >"$SCRATCH/combined.log"
equal "combined, another zone" "$(curve "$SCRATCH/combined.log")" "$by_hand"
line() { echo "www.example.org:443 2001:db8::$2 - - [10/Oct/2000:20:55:$1 +0000] \"GET / HTTP/2.0\" 200 $3 \"-\" \"-\""; }
each >"$SCRATCH/vhost.log"
equal "vhost_combined, IPv6" "$(curve "$SCRATCH/vhost.log")" "$by_hand"
line() { echo "9712113$1.000|$2"; }
each >"$SCRATCH/msec.log"
equal "nginx, \$msec" "$(curve "$SCRATCH/msec.log" --format '$msec|$remote_addr')" "$by_hand"
line() { echo "[10/Oct/2000:20:56:$1 +0000] $2 60.250"; }
each >"$SCRATCH/end.log"
equal "nginx stamps the end: a minute before" "$("$LINGER" import "$SCRATCH/end.log" --format '[$time_local] $remote_addr $request_time' |
    sed -n 2p)" "2000-10-10 20:55:00 to 2000-10-10 20:55:20 UTC"
line() { echo "{\"startedDateTime\":\"2000-10-10T13:55:$1.000-07:00\",\"time\":1.5,\"request\":{\"url\":\"https://$2/x\"},\"response\":{\"status\":200,\"bodySize\":$3}},"; }
{ echo '{"log":{"entries":['; each | sed '$s/,$//'; echo ']}}'; } >"$SCRATCH/page.har"
equal "HAR: one host of it" "$(curve "$SCRATCH/page.har" --host a | tail -n 1)" "5,4,3,0.25,0,18,0.65"
contains "HAR: the others are counted" "$("$LINGER" import "$SCRATCH/page.har")" "left out                4   answered by other hosts"
equal "a trace" "$(curve inputs/workloads/trace-sample.csv)" "$by_hand"

# ---- out again --------------------------------------------------------------------------------------

"$LINGER" import "$SCRATCH/common.log" --as trace -o "$SCRATCH/out.csv" --scenario "$SCRATCH/out.ini" -q
equal "a trace: times and numbered clients" "$(grep -v '^#' "$SCRATCH/out.csv" | cut -d, -f1,2 | tr '\n' ' ')" \
    "time_s,client 0,0 2,1 3,0 8,0 9,2 9,1 12,2 20,0 "
equal "a trace with the names of the log" "$("$LINGER" import "$SCRATCH/common.log" --as trace -o - --keep-addresses 2>/dev/null |
    grep -v '^#' | cut -d, -f2 | tr '\n' ' ')" "client a b a a c b c a "
contains "its scenario runs, and opens as many connections" \
    "$("$LINGER" run "$SCRATCH/out.ini" --set server.tie=timer --json -q)" '"connections_opened": {"unit": "1", "mean": 6,'
check "a file is not written over" test "$("$LINGER" import "$SCRATCH/common.log" --as trace -o "$SCRATCH/out.csv" >"$SCRATCH/said" 2>&1; echo $?)" = 73
check "... unless forced" "$LINGER" import "$SCRATCH/common.log" --as trace -o "$SCRATCH/out.csv" -f -q
check "nothing is written when one of two cannot be" test "$("$LINGER" import "$SCRATCH/common.log" -o "$SCRATCH/new.csv" \
    --scenario "$SCRATCH/out.ini" >"$SCRATCH/said" 2>&1; echo $?)" = 73 -a ! -e "$SCRATCH/new.csv" -a ! -e "$SCRATCH/new-values.csv"
if [ -e /dev/full ]; then
    check "a full disk is said" test "$("$LINGER" import "$SCRATCH/common.log" --curve /dev/full -f -q 2>/dev/null; echo $?)" != 0
fi

# ---- what is left out --------------------------------------------------------------------------------

{
    sed -n 1,3p "$SCRATCH/common.log"
    echo 'x - - [10/Oct/2000:13:55:04 -0700] "-" 408 -'
    echo 'x - - [10/Oct/2000:13:55:04 -0700] "\x16\x03\x01\x00" 400 226'
    printf 'x - - [10/Oct/2000:13:55:04 -0700] "\x16\x03\x01\xff" 400 226\n'
    echo '::1 - - [10/Oct/2000:13:55:05 -0700] "OPTIONS * HTTP/1.0" 200 -'
    echo
    printf '\xff\xfe\x00\x01garbage\n'
    echo 'x - - [31/Feb/2000:13:55:04 -0700] "GET / HTTP/1.1" 200 5'
    head -c 100000 /dev/zero | tr '\0' x
    echo
    sed -n 4,8p "$SCRATCH/common.log"
} >"$SCRATCH/odd.log"
equal "odd lines change nothing" "$(curve "$SCRATCH/odd.log" 2>/dev/null)" "$by_hand"
said=$("$LINGER" import "$SCRATCH/odd.log" 2>&1 >"$SCRATCH/report")
contains "a line of garbage, with its number" "$said" "odd.log:9: "
contains "a date that does not exist" "$said" "odd.log:10: %t: read '31/Feb/2000:13:55:04 -0700', allowed: a time like"
contains "a line that is too long" "$said" "odd.log:11: read 'xxx"
contains "how many" "$said" "3 of 15 lines were not understood"
report=$(cat "$SCRATCH/report")
contains "silent connections are counted" "$report" "left out                1   connections on which nothing was asked"
contains "... and what is not HTTP" "$report" "left out                2   lines that are not HTTP"
contains "... and the server's own" "$report" "left out                1   the server's calls to itself"

# What is odd but right: scoped IPv6, escaped and bare quotes, tabs in an agent, users with blanks, a backslash at the end, UTF-8, dates years apart and
# out of order, the hour that a change of clocks repeats (four seconds, not 59 minutes back), and fields behind those of the format.
cat >"$SCRATCH/strange.log" <<'END'
2001:db8::1 - - [10/Oct/2000:13:55:36 -0700] "GET /a\"b HTTP/1.1" 200 5 "-" "Mozilla \"quoted\" agent"
fe80::1%eth0 - - [10/Oct/2000:13:55:37 -0700] "GET / HTTP/1.1" 200 5 "-" "tab	in	agent"
10.0.0.1 - user with blanks [10/Oct/2000:13:55:38 -0700] "GET / HTTP/1.1" 200 5 "-" "x"
10.0.0.1 - - [10/Oct/2000:13:55:39 -0700] "GET / HTTP/1.1" 200 - "-" "ends in a backslash \\"
10.0.0.1 - - [10/Oct/2000:13:55:40 -0700] "GET / HTTP/1.1" 200 5 "-" "bare "quote" inside"
10.0.0.1 - - [10/Oct/2031:13:55:41 -0700] "GET /é ü HTTP/1.1" 200 5 "-" "y"
10.0.0.1 - - [29/Oct/2023:02:59:58 +0200] "GET / HTTP/1.1" 200 5 "-" "y"
10.0.0.1 - - [29/Oct/2023:02:00:02 +0100] "GET / HTTP/1.1" 200 5 "-" "y"
10.0.0.1 - - [10/Oct/1998:13:55:41 -0700] "GET / HTTP/1.1" 200 5 "-" "y"
END
equal "strange lines are requests" "$(curve "$SCRATCH/strange.log" | tail -n 1 | cut -d, -f2,3)" "9,6"
said=$("$LINGER" import "$SCRATCH/strange.log" 2>&1)
contains "from first to last" "$said" "1998-10-10 20:55:41 to 2031-10-10 20:55:41 UTC"
contains "what was out of order is said" "$said" "sorted                  3   times that were earlier than one before"
contains "no curve of decades with nine visits" "$said" "rates            no curve"
printf '10.0.0.1 - - [10/Oct/2000:13:55:40 -0700] "GET / HTTP/1.1" 200 5 "-" "y" "more" 0.04\n' >>"$SCRATCH/strange.log"
contains "a line that has more is counted, or read as the others are" "$("$LINGER" import "$SCRATCH/strange.log" 2>&1)" "strange.log (common, and more that is not read): 10 lines"

# Apache's %D, %T, %{c}L and %k; nginx's request time, connection and number on it: two connections, of three requests one on an open one.
cat >"$SCRATCH/apache.log" <<'END'
1.1.1.1 [10/Oct/2000:13:55:36 -0700] "GET / HTTP/1.1" 200 1500000 2 AbC/dE+f 0
1.1.1.1 [10/Oct/2000:13:55:37 -0700] "GET / HTTP/1.1" 200 500000 0 AbC/dE+f 1
1.1.1.1 [10/Oct/2000:13:55:38 -0700] "GET / HTTP/1.1" 200 - - AbC/dE+g 0
END
cat >"$SCRATCH/nginx.log" <<'END'
1.1.1.1 - [10/Oct/2000:13:55:36 -0700] "GET / HTTP/1.1" 200 12 1.500 45 1 "10.0.0.5:8080" 0.100, 0.200
1.1.1.1 - [10/Oct/2000:13:55:37 -0700] "GET / HTTP/1.1" 200 12 0.500 45 2 "10.0.0.5:8080" -
1.1.1.1 - [10/Oct/2000:13:55:38 -0700] "GET / HTTP/1.1" 200 12 0.000 46 1 "-" -
END
apache='%h %t "%r" %>s %D %T %{c}L %k'
nginx='$remote_addr - [$time_local] "$request" $status $body_bytes_sent $request_time $connection $connection_requests "$upstream_addr" $upstream_response_time'
for server in apache nginx; do
    said=$("$LINGER" import "$SCRATCH/$server.log" --format "${!server}" --page-gap 3s 2>&1)
    contains "$server: connections by their numbers" "$said" "connections             2   as the server numbered them"
    contains "$server: requests on open ones" "$said" "reused             33.3 %   of the requests"
    contains "$server: what a document took" "$said" "time taken         1.50 s   mean of documents that are files"
    equal "$server: no line is wider than 80 columns" "$(head -n 12 <<<"$said" | sed 1d | awk 'length > 80')" ""
done

printf '\x1f\x8b\x08 and nothing that unpacks' >"$SCRATCH/damaged.log.gz"
equal "a damaged gzip file is said once" "$("$LINGER" import "$SCRATCH/damaged.log.gz" 2>&1 | grep -c 'the gzip file')" 1

# ---- several, out of order -----------------------------------------------------------------------------

sed -n 5,8p "$SCRATCH/common.log" >"$SCRATCH/access.log"
sed -n 1,4p "$SCRATCH/common.log" | gzip >"$SCRATCH/access.log.1.gz"
equal "rotated logs, the newer first" "$(curve "$SCRATCH/access.log" "$SCRATCH/access.log.1.gz")" "$by_hand"

# ---- a simulated hour --------------------------------------------------------------------------------------
# inputs/scenarios/sample-log.ini: 0.5 visits a second, pages of 7 requests, geometric(0.2) of them a visit, think lognormal(2,1). Bounds are four
# standard errors of this seed's hour and what cutting pages at 1.5 s with stamps of whole seconds costs (2.5 % of the think times).

"$LINGER" log inputs/scenarios/sample-log.ini -o "$SCRATCH/hour.log"
lines=$(wc -l <"$SCRATCH/hour.log")
check "at least 50,000 lines, got $lines" test "$lines" -ge 50000
equal "the log is the same each time" "$("$LINGER" log inputs/scenarios/sample-log.ini | cksum)" "$(cksum <"$SCRATCH/hour.log")"
contains "the shipped sample is a log" "$("$LINGER" import inputs/logs/sample.log.gz 2>&1 | head -n 1)" "sample.log.gz (combined): 53,585 lines"
"$LINGER" import "$SCRATCH/hour.log" -o "$SCRATCH/hour.csv" --scenario "$SCRATCH/hour.ini" >"$SCRATCH/report"
between() { # NAME VALUE LOW HIGH
    check "$1: $2 is within $3 and $4" awk -v x="$2" -v a="$3" -v b="$4" 'BEGIN { exit !(x >= a && x <= b) }'
}
cell() { awk -F, -v name="$1" '/^#/ { next } !header { for (i = 1; i <= NF; i++) if ($i == name) c = i; header = 1; next } { print $c }' "$SCRATCH/hour.csv"; }
mean() { awk -F, -v name="$1" '/^#/ { next } !header { for (i = 1; i <= NF; i++) if ($i == name) c = i; header = 1; next } { n++; s += $c } END { print s / n }' "$SCRATCH/hour-values.csv"; }
between "visits a second" "$(cell sessions)" 0.45 0.55
between "programs make documents" "$(cell dynamic_share)" 0.27 0.33
between "pages of a visit" "$(mean pages)" 4.4 5.4
between "objects of a page" "$(mean objects)" 5.9 6.6
between "think time" "$(mean think_s)" 11.5 13.7
between "bytes of a document" "$(mean document_bytes)" 14200 15900
between "bytes of an object" "$(mean object_bytes)" 10800 12300
requests=$(awk 'END { print NR / 3200 }' "$SCRATCH/hour.log")
got=$("$LINGER" run "$SCRATCH/hour.ini" --json -q | sed -n 's/^ *"requests_per_s": {"unit": "[^"]*", "mean": \([^,]*\),.*/\1/p')
between "the scenario made of it asks as often ($requests a second)" "$got" "$(awk -v r="$requests" 'BEGIN { print 0.93 * r }')" \
    "$(awk -v r="$requests" 'BEGIN { print 1.07 * r }')"

# ---- rates ---------------------------------------------------------------------------------------------------
# How often visits begin. By hand: two, one, four and one visits in four steps of 10 s, of which the last is seen for 9 s; the log is 39 s long.

line() { echo "$2 - - [10/Oct/2000:13:55:$1 -0700] \"GET / HTTP/1.1\" 200 5"; }
rates() { "$LINGER" import "$SCRATCH/rates.log" --rate-step 10s -o "$SCRATCH/rates.csv" -f "$@"; }
factors() { awk -F, '/^[0-9]/ && (NR % 2) == 0 { printf "%s%s", n++ ? " " : "", $2 }' "$1"; }
requests='0 a;2 b;12 c;13 a;21 d;22 e;24 f;25 g;31 h;36 b;38 h;39 a'
each >"$SCRATCH/rates.log"
said=$(rates)
equal "rates by hand" "$(grep -v '^#' "$SCRATCH/rates-rates.csv" | tr '\n' ' ')" \
    "time_s,factor 0,0.975 9.999,0.975 10,0.4875 19.999,0.4875 20,1.95 29.999,1.95 30,0.541666667 40,0.541666667 "
contains "the busiest step" "$said" "busiest                 4   visits, 10 s from 2000-10-10 20:55:20, 1.95 x mean"
contains "the quietest" "$said" "quietest                1   visits, 10 s from 2000-10-10 20:55:10, 0.49 x mean"
# Begun at 8 s, ended at 43: five steps. The first is seen for 2 s, and goes with the second: 3 visits in 12 s; the last with the fourth: 2 in 13 s.
requests='8 a;9 b;12 c;13 a;21 d;22 e;24 f;25 g;31 h;36 b;42 i;43 a'
each >"$SCRATCH/rates.log"
rates -q
equal "steps seen in part" "$(factors "$SCRATCH/rates-rates.csv")" "$(awk 'BEGIN { m = 9 / 35; printf "%.9g %.9g %.9g %.9g %.9g", 3 / 12 / m, .1 / m, .4 / m, .1 / m, 2 / 13 / m }')"
contains "a short log has no curve" "$("$LINGER" import "$SCRATCH/rates.log")" "rates            no curve   fewer than 3 steps of 1 h or more, 30 visits each"

# A day whose visits are counted beforehand: 40 + 10 h in hour h, each of three requests, and one visit that goes on over midnight.
awk 'BEGIN { for (h = 0; h < 24; h++) for (k = 0; k < 40 + 10 * h; k++) for (r = 0; r < 3; r++) {
        s = h * 3600 + int(k * 3500 / (40 + 10 * h)) + 20 * r
        printf "%d %d.%d - - [10/Oct/2000:%02d:%02d:%02d +0000] \"GET / HTTP/1.1\" 200 5\n", s, h, k, s / 3600, s / 60 % 60, s % 60 }
    print 86399, "23.269 - - [10/Oct/2000:23:59:59 +0000] \"GET / HTTP/1.1\" 200 5" }' | sort -n -s -k1,1 | cut -d' ' -f2- >"$SCRATCH/day.log"
"$LINGER" import "$SCRATCH/day.log" -o "$SCRATCH/day.csv" -q
equal "a counted day, hour by hour" "$(factors "$SCRATCH/day-rates.csv")" "$(awk 'BEGIN { m = 3720 / 86399
    for (h = 0; h < 24; h++) printf "%s%.9g", h ? " " : "", (40 + 10 * h) / (h == 23 ? 3599 : 3600) / m }')"
contains "... and the busiest hour" "$("$LINGER" import "$SCRATCH/day.log")" "busiest               270   visits, 1 h from 2000-10-10 23:00, 1.74 x mean"
rm -f "$SCRATCH/rates-rates.csv"
"$LINGER" import "$SCRATCH/day.log" --no-rates -o "$SCRATCH/rates.csv" --scenario "$SCRATCH/rates.ini" -f -q
check "without rates none are written" test ! -e "$SCRATCH/rates-rates.csv"
check "... or named" test "$(grep -c '^rates' "$SCRATCH/rates.ini")" = 0

# The log of a simulated day with a curve that is known. Visits are a Poisson process, so the count of an hour has the integral of the curve
# as mean and variance: chi-square of 24 hours, 0.1 % at 51.18 (decided beforehand; the seed is the scenario's).
cat >"$SCRATCH/known-rates.csv" <<'END'
time_s,factor
0,0.3
14400,0.1
36000,1
50400,0.8
72000,1.2
86400,0.3
END
cat >"$SCRATCH/known.ini" <<'END'
[workload]
rates = known-rates.csv
[users]
sessions      = 0.2/s
session_pages = geometric(0.4)
session_end   = leave
think         = exponential(3s)
objects       = 2
[server]
architecture  = event
[run]
warmup        = 0s
horizon       = 24h
END
"$LINGER" log "$SCRATCH/known.ini" -o "$SCRATCH/known.log"
"$LINGER" import "$SCRATCH/known.log" -o "$SCRATCH/back.csv" --scenario "$SCRATCH/back.ini" -q
chi=$(awk -F, 'FNR == 1 { file++ } /^#/ { next }
    file == 1 && /^[0-9]/ { t[n] = $1; f[n++] = $2 }
    file == 2 { if (!column) { for (i = 1; i <= NF; i++) if ($i == "sessions") column = i } else rate = $column }
    file == 3 && /^[0-9]/ && rows++ % 2 == 0 { got[hours++] = $2 * rate * 3600 }
    END { for (h = 0; h < 24; h++) { # the integral of a line, which has no knot within an hour, is its mean
            for (i = 0; t[i + 1] <= h * 3600; i++) ;
            wanted = 0.2 * 3600 * (f[i] + (f[i + 1] - f[i]) * (h * 3600 + 1800 - t[i]) / (t[i + 1] - t[i]))
            chi += (got[h] - wanted) ^ 2 / wanted }
        print hours == 24 ? chi : "not 24 hours" }' "$SCRATCH/known-rates.csv" "$SCRATCH/back.csv" "$SCRATCH/back-rates.csv")
between "visits of a simulated day, hour by hour: chi-square" "$chi" 5 51.18

# And back: requests of each hour, simulated from what was imported, against the log's. With n visits of x requests the log's count has
# the variance n Var(x), the simulation's n E(x^2); again 24 hours, 51.18.
"$LINGER" run "$SCRATCH/back.ini" -o "$SCRATCH/back" -r 1 --seed 5 --set run.series_interval=3600s -q >"$SCRATCH/said" 2>&1
chi=$(awk -F, 'FNR == 1 { file++ }
    file == 1 { split($0, part, /[ :]/); hour = part[5]; n[part[1]]++; if (!(part[1] in first)) first[part[1]] = hour; requests[hour + 0]++ }
    file == 2 && !column { for (i = 1; i <= NF; i++) if ($i == "requests_per_s") column = i; next }
    file == 2 { simulated[rows++] = $column * 3600 }
    END { for (c in n) { visits[first[c] + 0]++; all++; sum += n[c]; squares += n[c] ^ 2 }
        each = squares / all + squares / all - (sum / all) ^ 2
        for (h = 0; h < 24; h++) chi += (simulated[h] - requests[h]) ^ 2 / (visits[h] * each)
        print rows == 24 ? chi : rows " hours" }' "$SCRATCH/known.log" "$SCRATCH/back/series.csv")
between "requests of a day, imported and simulated, hour by hour: chi-square" "$chi" 5 51.18

# ---- a real log ----------------------------------------------------------------------------------------------

log=${LINGER_TRUTH:-}/data/nasa_ksc_19950801.csv.gz
expected=${LINGER_TRUTH:-}/data/nasa_replay_expected.csv
if [ -z "${LINGER_TRUTH:-}" ]; then
    skip "the NASA-HTTP log: visits of its hours, 14 points of its curve, the best timeouts" \
        "LINGER_TRUTH is not set: it names the folder of expected values, which is not part of the repository"
    tap_end
fi
# As the server wrote it: common log format, stamps of its zone.
zcat "$log" | awk -F, '/^#/ || /^time_s/ { next } {
    printf "host%s.example.org - - [01/Aug/1995:%02d:%02d:%02d -0400] \"GET / HTTP/1.0\" %s %s\n", $2, $1 / 3600, $1 / 60 % 60, $1 % 60, $3, $4 }' \
    >"$SCRATCH/nasa.log"
rows=0
while IFS=, read -r idle_limit limit tie requests opened reuse _ _ by_limit seconds open _; do
    [ "$idle_limit" = timeout_s ] && continue
    rows=$((rows + 1))
    [ "$idle_limit" = 0 ] && by_limit=0 limit=0 # keep-alive off
    got=$("$LINGER" import "$SCRATCH/nasa.log" --timeouts "$idle_limit" --request-limit "$limit" --tie "${tie/close/timer}" --curve - -q |
        awk -F, 'NR == 2 { printf "%s,%s,%.6f,%s,%s,%.6f", $2, $3, $4, $5, $6, $7 }')
    equal "NASA: T $idle_limit, limit $limit, $tie first" "$got" "$requests,$opened,$reuse,$by_limit,$seconds,$open"
done < <(tr -d '\r' <"$expected")
equal "NASA: rows expected" $rows 14
# Visits an hour, to a hundredth: a client's first request, and those more than 30 min behind the one before.
"$LINGER" import "$SCRATCH/nasa.log" -o "$SCRATCH/nasa.csv" -q
equal "NASA: visits begun in each hour" \
    "$(awk -F, '!/^#/ && FILENAME != last { last = FILENAME; file++ } /^#/ { next }
        file == 1 { if (!c) { for (i = 1; i <= NF; i++) if ($i == "sessions") c = i } else rate = $c }
        file == 2 && /^[0-9]/ && rows++ % 2 == 0 { printf "%.2f ", 3600 * $2 * rate }' "$SCRATCH/nasa.csv" "$SCRATCH/nasa-rates.csv")" \
    "$(zcat "$log" | awk -F, '/^#/ || /^time_s/ { next } { if (!n++) first = $1; end = $1 }
        !($2 in last) || $1 - last[$2] > 1800 { visits[int($1 / 3600)]++ } { last[$2] = $1 }
        END { for (h = 0; h <= int(end / 3600); h++) {
            seen = (h < int(end / 3600) ? 3600 * (h + 1) : end) - (h ? 3600 * h : first); printf "%.2f ", 3600 * visits[h] / seen } }')"
for best in 10:2 30:9 120:48; do
    contains "NASA: an opening costs ${best%:*} s held, ${best#*:} s is best" "$("$LINGER" import "$log" --opening-cost "${best%:*}" | tr -s ' ')" \
        "best idle limit ${best#*:} s"
done
tap_end
