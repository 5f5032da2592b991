#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Pictures of a small study written by hand: tests/plots/run.sh PATH_OF_LINGER. TAP on stdout.
#
# What is compared with: the numbers in the CSV below (500 daemons x 5 MB = 2,500 MB), the PNG specification (signature, IHDR),
# and the interface's promises. Where gnuplot is not installed, only what must work without it is tested.
set -u
linger=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
n=0 failed=0

# check WHAT COMMAND...: the command succeeds.
check() {
    n=$((n + 1)) what=$1
    shift
    if "$@" >check.log 2>&1; then echo "ok $n - $what"; else
        failed=1
        echo "not ok $n - $what"
        sed 's/^/# /' check.log
    fi
}

# ends CODE COMMAND...: the command ends with this exit code.
ends() {
    code=$1
    shift
    "$@" >out 2>err
    got=$?
    [ "$got" -eq "$code" ] || { echo "exit $got instead of $code"; cat err; return 1; }
}

# row KEEPALIVE LIMIT REQUESTS PEAK_DAEMONS: what a sweep would write for one point.
row() {
    awk -v p="$1,$2,$3" -v d="$4" 'BEGIN {
        printf "%s,daemons_held_peak,1,%d,0,10\n%s,memory_held_peak,B,%.0f,0,10\n", p, d, p, d * 5000000
        printf "%s,memory_rss,B,%.0f,1e6,10\n%s,memory_pss,B,%.0f,1e5,10\n", p, d * 5000000, p, 4750000 + d * 250000
        printf "%s,cpu_utilisation,1,%g,0.01,10\n%s,requests_per_s,1/s,%g,2,10\n", p, 0.6 - d / 2000 - (p ~ /^on.*,0$/) / 20, p, 200 + d / 50
        printf "%s,page_response,s,%g,0.005,10\n%s,page_response_p95,s,%g,0.01,10\n", p, 0.31 - d / 4000, p, 0.7 - d / 1000
        printf "%s,never_seen,s,,,0\n", p }'
}

study() {
    mkdir -p "$1"
    {
        echo server.keepalive,server.idle_limit,server.requests_per_connection,measure,unit,mean,half_width,n
        for requests in 100 0; do
            row on 0.5 $requests 110; row on 1 $requests 150; row on 2 $requests 230; row on 5 $requests 390
            row on 15 $requests 500; row on 30 $requests 500; row on 60 $requests 500
            for limit in 0.5 1 2 5 15 30 60; do row off $limit $requests 26; done
        done
    } >"$1/results.csv"
    printf '%s\n' parameter,value,unit "scenario,it's a_test,"  seed,42,1 server.idle_limit,15,s >"$1/manifest.csv"
}

series() {
    mkdir -p "$1"
    awk 'BEGIN {
        print "time_s,daemons_alive,daemons_busy,daemons_idle_keepalive,daemons_closing,daemons_spare,connections_open,memory_rss,memory_pss,cpu_utilisation,requests_per_s,page_response"
        for (t = 1; t <= 120; t++) { a = t < 50 ? 10 * t : 500; print t "," a ",5," a - 12 ",2,5," a - 5 "," a * 5 "e6," a * 25 "e4,0.4," 200 + t % 7 "," (t == 40 ? 4 : t > 50 && t < 60 ? "" : 0.25) }
    }' >"$1/series.csv"
}

png_is() { # FILE WIDTH HEIGHT: bytes 1-8 the signature, 17-24 width and height (PNG specification 5.2, 11.2.2)
    [ "$(od -An -tx1 -N8 "$1" | tr -d ' \n')" = 89504e470d0a1a0a ] || return 1
    [ "$(od -An -tu1 -j16 -N8 "$1" | awk '{ print $1 * 16777216 + $2 * 65536 + $3 * 256 + $4, $5 * 16777216 + $6 * 65536 + $7 * 256 + $8 }')" = "$2 $3" ]
}
narrow() { # FILE COLUMNS: no line longer
    LC_ALL=C.UTF-8 awk -v most="$2" '{ gsub(/[\200-\277]/, "") } length > most { print; bad = 1 } END { exit bad || NR < 10 }' "$1"
}
says() { # FILE TEXT...: the file holds each text
    file=$1
    shift
    for text; do grep -qF -- "$text" "$file" || { echo "$file does not say: $text"; return 1; }; done
}

study study
series run

# Without gnuplot: one line that names the package, the scripts and data are there, and no picture.
mkdir empty_path
check "a missing gnuplot ends with 66" ends 66 env PATH="$work/empty_path" "$linger" plot study
check "... in one line that names the package" sh -c '[ "$(wc -l <err)" -eq 1 ] && grep -q "apt install gnuplot-nox" err'
check "... and leaves the scripts" test -s study/overview.gp -a -s study/plot_data.csv
check "... and no picture" test ! -e study/overview.svg

check "a folder without results ends with 66" ends 66 "$linger" plot empty_path
check "an unknown measure ends with 64" ends 64 "$linger" plot study --measure nonsense
check "an unknown x ends with 64" ends 64 "$linger" plot study --x server.nonsense
check "an unknown format ends with 64" ends 64 "$linger" plot study --format gif
check "no folder ends with 64" ends 64 "$linger" plot
mkdir wrong && printf 'server.idle_limit,measure,unit,mean,half_width,n\n5,memory_rss,B,many,0,1\n' >wrong/results.csv
check "a mean that is not a number ends with 65" ends 65 "$linger" plot wrong
check "... and names its line" says err 'results.csv:2: mean'
check "... and writes nothing" test ! -e wrong/style.gp

if ! command -v gnuplot >/dev/null; then
    echo "1..$n"
    echo "# gnuplot is not installed: pictures not tested"
    exit $failed
fi

check "a study is drawn" ends 0 "$linger" plot study
check "... in silence" test ! -s err -a ! -s out
for picture in overview memory_held_peak cpu_utilisation requests_per_s page_response rss_and_pss; do
    check "$picture.png is a PNG of 1600 x 1000" png_is "study/$picture.png" 1600 1000
    check "$picture.svg is complete" says "study/$picture.svg" '<svg' '</svg>' 'idle limit [s]'
done
check "memory: the ceiling, the sentence, the lines" says study/memory_held_peak.svg '500 daemons × 5 MB = 2,500 MB' \
    'Peak memory held rises from 550 MB to 2,500 MB' 'keep-alive off: 130 MB' '>keep-alive off<' '100 requests,' '>unlimited<' '3,000 MB'
check "... scenario, replications and seed" says study/overview.svg "it's a_test" 'mean of 10 replications' 'seed 42'
check "off is drawn once, whatever the request limit" sh -c '[ "$(grep -c ">keep-alive off<" study/memory_held_peak.svg)" -eq 1 ]'
check "RSS against PSS: 4.75 MB shared, 0.25 MB a daemon" says study/rss_and_pss.svg '2,500 MB; what it costs is 130 MB (PSS)'
check "CPU in per cent, page response in ms" sh -c 'grep -q "falls from 54.5 % to 35 %" study/cpu_utilisation.svg &&
    grep -q "282 ms to 185 ms" study/page_response.svg && grep -q "p95" study/page_response.svg'

mkdir first && cp study/*.svg first/
check "drawn again" ends 0 "$linger" plot study
for svg in first/*.svg; do check "$(basename "$svg"): the same bytes" cmp "$svg" "study/$(basename "$svg")"; done
rm -f study/overview.svg
check "by hand, from another folder" ends 0 gnuplot study/overview.gp
check "... the same bytes" cmp first/overview.svg study/overview.svg

check "one measure, one format" ends 0 "$linger" plot study --measure memory_rss --format png
check "... gives that picture" test -s study/memory_rss.png -a ! -e study/memory_rss.svg
check "a measure never observed is no failure" ends 0 "$linger" plot study --measure never_seen --format svg
check "another x" ends 0 "$linger" plot study --x server.requests_per_connection --measure memory_rss --format svg
check "... where 0 is no limit" says study/memory_rss.svg 'no limit' 'number of requests per connection'
check "lines that part are named apart" says study/cpu_utilisation.svg '>100 requests<' '>unlimited<'
check "words on the x axis" ends 0 "$linger" plot study --x server.keepalive --measure memory_rss --format svg
check "... by name" says study/memory_rss.svg '>off<' '>on<' 'by keepalive'

check "the time line of a run" ends 0 "$linger" plot run
check "... as PNG" png_is run/timeline.png 1600 1000
check "... names its layers" says run/timeline.svg 'Up to 500 daemons' 'idle keep-alive' busy closing spare 'connections open' 'time [s]'
check "... has room for the longest response, which stands before seconds without a page" says run/timeline.svg '>6 s<'

find study run -type f | sort >before
check "preview" ends 0 env COLUMNS=80 "$linger" plot study --preview
check "... is at most 80 columns wide" narrow out 80
check "... shows the memory curve" says out '500 daemons × 5 MB = 2,500 MB' 'keep-alive off' 'idle limit [s]'
check "preview of another measure, 100 columns" ends 0 env COLUMNS=100 "$linger" plot study --preview --measure cpu_utilisation
check "... is at most 100 columns wide" narrow out 100
check "... and wider than 80" sh -c '! awk "length > 80 { exit 1 }" out'
check "preview of a run" ends 0 env COLUMNS=80 "$linger" plot run --preview
check "... is at most 80 columns wide" narrow out 80
check "... shows the daemons" says out 'daemons alive' 'time [s]'
find study run -type f | sort >after
check "a preview leaves no file behind" cmp before after

echo "1..$n"
exit $failed
