#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# tests/wrong_input/run.sh [LINGER]: what is wrong is refused. Each case asserts the exit code, words in stderr (the
# place and what is allowed), an empty stdout, that no file was made, and that it took no more than ten seconds.
#
#   ini TEXT, csv TEXT            write x.ini and w.csv (printf escapes)
#   refuses NAME CODE WORD... -- ARGUMENTS        stdin is FEED's output, if FEED names a command
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh
LINGER=${1:-${LINGER:-build/linger}}
case $LINGER in /*) ;; *) LINGER=$PWD/$LINGER ;; esac
own_scratch=
[ -n "${SCRATCH:-}" ] || { SCRATCH=$(mktemp -d "${TMPDIR:-/tmp}/linger-wrong-input.XXXXXX"); own_scratch=1; }
trap '[ -z "$own_scratch" ] || rm -rf "$SCRATCH"' EXIT
mkdir -p "$SCRATCH/case" && cd "$SCRATCH/case" || exit 1
FEED=true

ini() { printf '%b' "$1" >x.ini; }
csv() { printf '%b' "$1" >w.csv; }

listing() { find . -mindepth 1 -printf '%p %s %T@\n'; }

refuses() {
    local name=$1 code=$2 got words=() before why='' word said
    shift 2
    while [ "$1" != -- ]; do words+=("$1"); shift; done
    shift
    before=$(listing)
    # A feeder that is cut off says so; only linger's words count.
    { eval "$FEED" 2>/dev/null || :; } | timeout 10 "$LINGER" "$@" >../stdout 2>../stderr
    got=${PIPESTATUS[1]}
    [ "$got" = "$code" ] || why+="exit code $got, not $code. "
    said=$(<../stderr)
    for word in "${words[@]}"; do
        [[ $said == *"$word"* ]] || why+="stderr lacks \"$word\". "
    done
    [ -s ../stdout ] && why+='stdout is not empty. '
    [ "$(listing)" = "$before" ] || why+='a file was made or changed. '
    if [ -z "$why" ]; then pass "$name"; else fail "$name" "linger $*: $why" "$(head -n 5 ../stderr | cut -c 1-300)"; fi
}

# A wrong line in a scenario, and in a CSV that it names.
scenario() { local name=$1 text=$2; shift 2; ini "$text"; refuses "$name" 78 "$@" -- run x.ini; }
trace() { local name=$1 text=$2; shift 2; ini '[run]\nhorizon = 0\n[workload]\nfile = w.csv\n'; csv "$text"; refuses "$name" 65 "$@" -- run x.ini; }
classes() { local name=$1 text=$2; shift 2; ini '[workload]\nfile = w.csv\n'; csv "$text"; refuses "$name" 65 "$@" -- run x.ini; }

# ---- files --------------------------------------------------------------------------------------

refuses 'a scenario that is not there' 66 'none.ini' 'No such file' -- run none.ini
mkdir folder
refuses 'a directory as scenario' 66 'folder: is a directory' -- run folder
scenario 'an empty scenario' '' 'x.ini: empty' 'key = value'
scenario 'a scenario of comments only' '# nothing\n\n; here\n' 'x.ini: empty'
truncate -s 2G big
refuses '2 GB of zeros as scenario' 78 'big:1: a NUL byte' -- run big
refuses 'the same in a sweep' 78 'big:1: a NUL byte' -- sweep big --vary users.count=1,2 -o out
FEED=yes
refuses 'an endless stream as scenario' 78 '-:1: neither key = value' -- run -
FEED="yes '# comment'"
refuses 'endless comments as scenario' 78 'longer than 1 MiB' -- run -
FEED="yes | tr -d '\n'"
refuses 'an endless line as scenario' 78 '-:1: ' 'longer than 1 MiB' -- run -
FEED="yes 'a = b'"
refuses 'endless keys as scenario' 78 'more than 4096 keys' -- run -
FEED='head -c 5000000 /dev/urandom'
refuses 'random bytes as scenario' 78 '-:' -- run -
FEED=true
ini '[workload]\nfile = none.csv\n'
refuses 'a workload that is not there' 66 'none.csv: cannot open: No such file' -- run x.ini
ini '[workload]\nfile = folder\n'
refuses 'a directory as workload' 66 'folder: is a directory' -- run x.ini
ini '[workload]\nfile = big\n'
refuses '2 GB of zeros as workload' 65 'big:1: a NUL byte' -- run x.ini
rm big
ini '[run]\nhorizon = 0\n[workload]\nfile = -\n'
FEED=yes
refuses 'an endless stream as workload' 65 '-:1: unknown column' -- run x.ini
FEED="(echo 'time_s,client'; yes x,y)"
refuses 'an endless trace of wrong numbers' 65 '-:2: time_s: read' -- run x.ini
FEED="(echo 'time_s,client'; yes | tr -d '\n')"
refuses 'an endless field' 65 '-:2: time_s: a field of more than 65536 bytes' -- run x.ini
FEED="yes '# comment'"
refuses 'endless comments before the header' 65 'no header line in the first 2 MiB' -- run x.ini
FEED="(echo '\"time_s,client'; yes 1,2)"
refuses 'a quote left open in an endless stream' 65 '-:1: a field of more than 65536 bytes; is a quote left open?' -- run x.ini
FEED='(printf "a\\0b"; head -c 5000000 /dev/urandom)'
refuses 'garbage as workload' 65 '-:1: ' -- run x.ini
FEED=true
mkfifo ../pipe
ini '[run]\nhorizon = 0\n[workload]\nfile = ../pipe\n'
FEED="timeout 10 sh -c 'yes >../pipe'"
refuses 'garbage through a named pipe' 65 "../pipe:1: unknown column 'y'" -- run x.ini
FEED=true
ini '[run]\nhorizon = 0\n[workload]\nfile = w.csv.gz\n'
{ echo time_s,client; seq -f '%.0f,a' 100000; } | gzip -1 | head -c 60000 >w.csv.gz
refuses 'gzip cut off' 65 'w.csv.gz:' 'the gzip file ends in the middle' -- run x.ini
printf '\037\213\010garbage' >w.csv.gz
refuses 'no gzip behind its first bytes' 65 'w.csv.gz: the gzip file' -- run x.ini
rm w.csv.gz
ini '[workload]\nfile = -\n'
FEED='cat x.ini'
refuses 'stdin for two' 78 'workload.file' 'stdin holds the scenario' -- run -
FEED=true

# ---- scenarios -------------------------------------------------------------------------------------

scenario 'an unknown key' '[users]\ncuont = 3\n' "x.ini:2: unknown key 'users.cuont'" "did you mean 'users.count'"
scenario 'a key of another section' '[users]\nbacklog = 3\n' "x.ini:2: unknown key" "did you mean 'server.backlog'"
scenario 'an unknown section' '[srever]\nkeepalive = on\n' 'x.ini:1: unknown section [srever]' '[server]'
scenario 'a key outside a section' 'count = 3\n' 'x.ini:1: count: stands before any [section]'
scenario 'a line that is neither' '[users]\ncount 3\n' 'x.ini:2: neither key = value, [section]'
scenario 'a section left open' '[users\ncount = 3\n' 'x.ini:1: a section without its closing bracket'
scenario 'a key twice' '[users]\ncount = 3\n\ncount = 4\n' 'x.ini:4: users.count: stands twice, first in line 2'
scenario 'a line too long' "[users]\ncount = $(printf '%0300d' 3)\n" 'x.ini:2: a line of 308 characters'
scenario 'a NUL byte' '[users]\ncount = 3\n\0' 'x.ini:3: a NUL byte'
scenario 'an unknown model' '[run]\nmodel = squid\n' "x.ini:2: run.model: read 'squid', allowed: web | mmc"
scenario 'an unknown preset in a scenario' '[server]\npreset = haproxyy-3\n' "x.ini:2: server.preset: unknown preset 'haproxyy-3', did you mean 'haproxy-3'?"
scenario 'a scenario as preset' '[run]\nseed = 1\n[server]\npreset = x.ini\n' "x.ini:2: unknown key 'run.seed' of a preset of model web"
scenario 'a bad unit' '[server]\nidle_limit = 5 parsec\n' "x.ini:2: server.idle_limit: read '5 parsec'" 'ns us ms s min h d'
scenario 'a unit of another dimension' '[machine]\nram = 4s\n' "x.ini:2: machine.ram: read '4s'" 'KiB MiB GiB'
scenario 'a negative time' '[server]\nidle_limit = -3s\n' "x.ini:2: server.idle_limit: read '-3s', allowed: a time of 0 s"
scenario 'not a number' '[server]\nidle_limit = nan\n' "x.ini:2: server.idle_limit: read 'nan', allowed: a time"
scenario 'infinity' '[run]\nhorizon = inf\n' "x.ini:2: run.horizon: read 'inf', allowed: a time"
scenario 'hexadecimal' '[users]\ncount = 0x10\n' "x.ini:2: users.count: read '0x10', allowed: a whole number"
scenario 'a huge number' '[users]\ncount = 1e300\n' "x.ini:2: users.count: read '1e300', allowed: a whole number"
scenario 'a number beyond all' '[server]\nidle_limit = 1e999\n' "x.ini:2: server.idle_limit: read '1e999'"
scenario 'half a user' '[users]\ncount = 2.5\n' "x.ini:2: users.count: read '2.5', allowed: a whole number"
scenario 'nobody' '[users]\ncount = 0\n' "x.ini:2: users.count: read '0', allowed: a whole number of 1"
scenario 'an empty value' '[users]\ncount =\n' "x.ini:2: users.count: read '', allowed: a whole number"
scenario 'a bad choice' '[server]\narchitecture = preforked\n' "x.ini:2: server.architecture: read 'preforked', allowed: prefork"
scenario 'a bad switch' '[server]\nkeepalive = maybe\n' "x.ini:2: server.keepalive: read 'maybe', allowed: on | off"
scenario 'no worker' '[server]\nworker_limit = 0\n' "x.ini:2: server.worker_limit: read '0', allowed: a whole number of 1"
scenario 'no core' '[machine]\ncores = 0\n' "x.ini:2: machine.cores: read '0', allowed: a whole number of 1"
scenario 'no replication' '[run]\nreplications = 0\n' "x.ini:2: run.replications: read '0', allowed: a whole number of 1 to 100000"
scenario 'a precision of nothing' '[run]\nprecision = 60%\n' "x.ini:2: run.precision: read '60%', allowed: a share of 0 to 0.5"
scenario 'a result that there is not' '[run]\nprecision_measures = page_response, pge_response\n' "x.ini: run.precision_measures: read 'pge_response', did you mean 'page_response'?"
scenario 'too few for an interval' '[run]\nreplications_max = 9\n' "x.ini:2: run.replications_max: read '9', allowed: a whole number of 10 to 100000"
scenario 'a warm-up as long as the run' '[run]\nwarmup = 5min\nhorizon = 300s\n' 'x.ini: run.warmup' 'below the end at 300 s'
scenario 'no end' '[run]\nhorizon = 0\n' "x.ini: run.horizon: read '0', allowed: a time above 0 s"
scenario 'three mistakes at once' '[users]\ncount = x\nthink = y\n[server]\nidle_limit = z\n' 'x.ini:2: ' 'x.ini:3: ' 'x.ini:5: '

# ---- distributions -----------------------------------------------------------------------------------

scenario 'a negative number of files' '[site]\nfiles = -1\n' "x.ini:2: site.files: read '-1', allowed: a whole number of 0 to 1000000000"
scenario 'files of nothing' '[site]\nfile_bytes = 0\n' "x.ini:2: site.file_bytes: read '0', allowed: a size of 1 B"
scenario 'no such popularity' '[site]\nzipf = 9\n' "x.ini:2: site.zipf: read '9', allowed: a number of 0 to 5"
scenario 'no disk' '[machine]\ndisks = 0\n' "x.ini:2: machine.disks: read '0', allowed: a whole number of 1 to 10000"
scenario 'reads that end before they begin' '[disk]\nservice = uniform(-1ms,1ms)\n' 'x.ini:2: disk.service: ' 'allowed: a distribution of times of 0 s'
scenario 'a disk that gives nothing' '[disk]\nbytes_per_s = 0\n' "x.ini:2: disk.bytes_per_s: read '0', allowed: a byte rate of 1 B/s"
scenario 'neither refused nor swapped' '[machine]\novercommit = kill\n' "x.ini:2: machine.overcommit: read 'kill', allowed: refuse | swap"
scenario 'more reserved than there is' '[machine]\nram = 1GB\nreserved = 2GB\n' "machine.reserved: read '2GB', allowed: at most machine.ram (1GB)"
misses() { local name=$1 code=$2 text=$3; shift 3; ini '[site]\nmiss_ratio = w.csv\n'; csv "$text"; refuses "$name" "$code" "$@" -- run x.ini; }
misses 'a curve without its columns' 65 'size,misses\n1,1\n' "w.csv:1: no column 'cache_bytes' (wanted by site.miss_ratio), allowed: size, misses"
misses 'a curve without ratios' 65 'cache_bytes\n1\n' "w.csv:1: no column 'miss_ratio'"
misses 'caches that do not grow' 65 '# mine\ncache_bytes,miss_ratio\n1e6,1\n1e6,0.5\n' "w.csv:4: cache_bytes: read '1e6', allowed: a number of 0 or more, above 1000000, the one before"
misses 'a negative cache' 65 'cache_bytes,miss_ratio\n-1,1\n' "w.csv:2: cache_bytes: read '-1', allowed: a number of 0 or more"
misses 'more misses than look-ups' 65 'cache_bytes,miss_ratio\n0,1\n1,1.01\n' "w.csv:3: miss_ratio: read '1.01', allowed: a number of 0 to 1"
misses 'a curve of words' 65 'cache_bytes,miss_ratio\n0,all\n' "w.csv:2: miss_ratio: read 'all', allowed: a number of 0 to 1"
misses 'a curve of no points' 65 'cache_bytes,miss_ratio\n' 'w.csv: cache_bytes: a header and no rows'
ini '[site]\nmiss_ratio = none.csv\n'
refuses 'a curve that is not there' 66 'none.csv: cannot open: No such file' -- run x.ini
ini ''
think() { local name=$1 text=$2; shift 2; scenario "$name" "[users]\nthink = $text\n" 'x.ini:2: users.think: ' "$@"; }
think 'an unknown distribution' 'exponental(3)' "unknown distribution 'exponental'; known: constant exponential"
think 'too few arguments' 'pareto(1)' 'too few arguments for pareto(scale,shape)'
think 'too many arguments' 'exponential(1,2)' 'too many arguments for exponential(mean)'
think 'a parenthesis left open' 'exponential(3' 'a closing parenthesis is missing'
think 'text behind a distribution' 'exponential(3) s' "'s' is left over"
think 'a mean of 0' 'exponential(0)' 'must be above 0'
think 'a bad unit in a distribution' 'exponential(3 parsec)' "cannot use '3 parsec' in exponential(mean)"
think 'negative thinking' 'constant(-3s)' "read 'constant(-3s)', allowed: a distribution of times of 0 s"
think 'thinking that can be negative' 'uniform(-1,1)' 'allowed: a distribution of times of 0 s'
think 'an interval without probability' 'exponential(1) in 1e6..2e6' 'too little to draw from'
think 'an interval upside down' 'exponential(1) in 2..1' 'low end above its high end'
ini '[users]\nthink = empirical(none.csv:think_s)\n'
refuses 'an empirical file that is not there' 66 'none.csv: cannot open' -- run x.ini
ini '[users]\nthink = empirical(w.csv:thnk_s)\n'
csv 'think_s\n1\n'
refuses 'an empirical column that is not there' 65 "w.csv:1: no column 'thnk_s' (wanted by users.think), allowed: think_s" -- run x.ini
ini '[users]\nthink = empirical(w.csv:think_s)\n'
csv 'think_s\n1\nnan\n'
refuses 'an empirical value that is no number' 65 "w.csv:3: think_s: read 'nan', allowed: a number" -- run x.ini
csv 'think_s\n'
refuses 'an empirical column without rows' 65 'w.csv: think_s: a header and no rows' -- run x.ini

# ---- CSV ------------------------------------------------------------------------------------------

trace 'an empty CSV' '' 'w.csv: empty, allowed: a header line'
trace 'a header without rows' 'time_s,client\n' 'w.csv: a header and no rows'
trace 'a quote left open' 'time_s,client\n1,a\n2,"b\n3,c\n' 'w.csv:3: client: a quote is opened and never closed'
trace 'a quote inside a field' 'time_s,client\n1,a"b\n' 'w.csv:2: client: a quote inside a bare field'
trace 'text behind a quote' 'time_s,client\n1,"a"b\n' 'w.csv:2: client: a quote inside a bare field, or text behind a closing quote'
trace 'a row too short' 'time_s,client\n1,a\n2\n' 'w.csv:3: row has 1 field, the header has 2'
trace 'a row too long' 'time_s,client\n1,a,b\n' 'w.csv:2: row has 3 fields, the header has 2'
trace 'a column twice' 'time_s,client,time_s\n1,a,1\n' 'w.csv:1: time_s: columns 1 and 3 have the same name'
trace 'a column without a name' 'time_s,,client\n1,,a\n' 'w.csv:1: column 2 of the header has no name'
trace 'a NUL byte in a CSV' 'time_s,client\n1,a\n2,\0\n' 'w.csv:3: client: a NUL byte'
trace 'a trace without clients' 'time_s,user\n1,a\n' "w.csv:1: no column 'client'"
trace 'a client without a name' 'time_s,client\n1,\n' "w.csv:2: client: read '', allowed: any text"
trace 'times that decrease' 'time_s,client\n1,a\n3,a\n2,a\n' "w.csv:4: time_s: read '2', allowed: a number of 3 or more"
trace 'a negative time in a trace' 'time_s,client\n-1,a\n' "w.csv:2: time_s: read '-1', allowed: a number of 0 or more"
trace 'a time that is no number' 'time_s,client\nnan,a\ninf,a\n1s,a\n' "w.csv:2: time_s: read 'nan'" "w.csv:3: time_s: read 'inf'" "w.csv:4: time_s: read '1s'"
classes 'an unknown column' 'thikn,count\n1s,3\n' "w.csv:1: unknown column 'thikn', did you mean 'think'"
classes 'a column of another section' 'keepalive\non\n' "w.csv:1: unknown column 'keepalive'" 'keys of [users]'
classes 'a bad number in a CSV' 'count,think\n3,1s\nx,1s\n' "w.csv:3: count: read 'x', allowed: a whole number"
classes 'negative thinking in a CSV' 'count,think\n3,-1s\n' "w.csv:2: think: read '-1s', allowed: a distribution of times of 0 s"
classes 'a class of nobody' 'count\n0\n' "w.csv:2: count: read '0', allowed: a whole number of 1"

# ---- the world around the server -----------------------------------------------------------------------

rates() { local name=$1 text=$2; shift 2; ini '[users]\nsessions = 5/s\nsession_pages = 2\n[workload]\nrates = w.csv\n'; csv "$text"; refuses "$name" 65 "$@" -- run x.ini; }
rates 'a curve without time' 'hour,factor\n0,1\n1,2\n' "w.csv:1: no column 'time_s'" 'a curve of rates has time_s and factor'
rates 'a curve without factors' 'time_s\n0\n10\n' "w.csv:1: no column 'factor'"
rates 'a curve of a class that is not there' 'time_s,office\n0,1\n10,2\n' "w.csv:1: unknown column 'office'" 'names of classes in workload.file'
rates 'a curve that begins late' 'time_s,factor\n5,1\n10,2\n' "w.csv:2: time_s: read '5', allowed: 0"
rates 'a curve that goes back' 'time_s,factor\n0,1\n10,2\n10,3\n' "w.csv:4: time_s: read '10', allowed: a number above"
rates 'a negative factor' 'time_s,factor\n0,1\n10,-2\n' "w.csv:3: read '-2', allowed: a number of 0 or more"
rates 'a curve of one row' 'time_s,factor\n0,1\n' 'w.csv: 1 rows, allowed: 2 or more'
ini '[workload]\nrates = none.csv\n'
refuses 'a curve that is not there' 66 'none.csv' 'No such file' -- run x.ini
scenario 'visits that begin and never end' '[users]\nsessions = 1/s\n' "users.session_pages: read '0', allowed: 1 or more"
scenario 'shares above all' '[users]\nhttp10 = 0.7\nclose = 0.4\n' 'http10, http10_keepalive, close and http2 are 1.1 together' 'add up to 1 at most'
classes 'shares above all in a class' 'class,http2,close\na,0.5,0.2\nb,0.9,0.3\n' 'of class b are 1.2 together'
scenario 'an unknown TLS' '[users]\ntls = 1.1\n' "x.ini:2: users.tls: read '1.1', allowed: off | 1.2 | 1.3"
scenario 'a size in seconds' '[users]\nobject_bytes = exponential(10s)\n' 'x.ini:2: users.object_bytes: ' "cannot use '10s' in exponential(mean)"
scenario 'a bandwidth without time' '[users]\nbandwidth = 10MB\n' "x.ini:2: users.bandwidth: read '10MB', allowed: a byte rate" 'Mbit/s'
scenario 'a SYN loss of all' '[users]\nsyn_loss = 100%\n' "x.ini:2: users.syn_loss: read '100%', allowed: a share of 0 to 0.99"
scenario 'a window of nothing' '[tcp]\ninitial_window = 0\n' "x.ini:2: tcp.initial_window: read '0', allowed: a whole number of 1"

# ---- the command line --------------------------------------------------------------------------------

ini '[users]\ncount = 3\n'
refuses 'no command' 64 'linger help' --
refuses 'an unknown command' 64 "'rnu'" "'run'" -- rnu x.ini
refuses 'an unknown option' 64 '--jsn' -- run x.ini --jsn
refuses 'no scenario' 64 'which scenario' -- run
refuses 'two scenarios' 64 'one scenario' -- run x.ini x.ini
refuses 'an option without its value' 64 '--set' -- run x.ini --set
refuses 'a budget for nothing' 64 '--budget without --precision' -- run x.ini --budget 100
refuses 'a budget that is neither' 78 "run.time_budget: read '5 apples', allowed: a time" -- run x.ini --precision 2% --budget '5 apples'
refuses 'results without a precision' 64 '--measures without --precision' -- sweep x.ini --vary users.count=1,2 --measures page_response
refuses 'a --set without a value' 64 "read 'users.count', allowed: SECTION.KEY=VALUE" -- run x.ini --set users.count
refuses 'a --set without a section' 64 "read 'count=3', allowed: SECTION.KEY=VALUE" -- run x.ini --set count=3
refuses 'a --set of an unknown key' 78 "--set: unknown key 'users.cuont', did you mean 'users.count'" -- run x.ini --set users.cuont=3
refuses 'a --set of a wrong value' 78 "--set: users.count: read '-1', allowed: a whole number of 1" -- run x.ini --set users.count=-1
refuses 'an unknown preset' 78 "--set: server.preset: unknown preset 'ngnix-1.18', did you mean 'nginx-1.18'?" -- run x.ini --set server.preset=ngnix-1.18
refuses 'an unknown product' 78 "--set: server.preset: unknown preset 'squid'; linger presets lists them" -- run x.ini --set server.preset=squid
refuses 'an unknown preset in a sweep' 78 "--vary: server.preset: unknown preset 'tomcatt', did you mean 'tomcat'?" -- sweep x.ini --vary server.preset=tomcat,tomcatt -o out
refuses 'a preset file that is not there' 66 './p.ini: cannot open: No such file' -- run x.ini --set server.preset=./p.ini
refuses 'a --set of an unknown model' 78 "--set: run.model: read 'x', allowed: web | mmc" -- run x.ini --set run.model=x
refuses 'no threads' 64 '--threads' -- run x.ini --threads 0
refuses 'a --seed that is no number' 78 'run.seed' 'a whole number' -- run x.ini --seed x
refuses 'a sweep of nothing' 64 '--vary' -- sweep x.ini -o out
refuses 'a --vary without levels' 64 '--vary' -- sweep x.ini --vary users.count -o out
refuses 'a --vary of an unknown key' 78 'users.cuont' "did you mean 'users.count'" -- sweep x.ini --vary users.cuont=1,2 -o out
refuses 'a --vary of a wrong level' 78 "users.count: read '0', allowed: a whole number of 1" -- sweep x.ini --vary users.count=0,1 -o out
refuses 'a --vary of a bad range' 64 'users.count' -- sweep x.ini --vary 'users.count=1..9 step 0' -o out
refuses 'a --baseline that is not varied' 64 '--baseline' 'a varied parameter' -- sweep x.ini --vary users.count=1,2 --baseline users.rtt=1s -o out
refuses 'a --baseline that is no level' 64 "--baseline: users.count: read '3', allowed: one of its levels" -- sweep x.ini --vary users.count=1,2 --baseline users.count=3 -o out
refuses 'a --baseline without a folder' 64 '--baseline without --output' -- sweep x.ini --vary users.count=1,2 --baseline users.count=2
refuses 'nothing to compare' 64 'which two' -- compare
refuses 'one to compare' 64 'with what' -- compare x.ini
refuses 'three to compare' 64 'allowed: two' -- compare x.ini x.ini x.ini
refuses 'three points to compare' 64 '--vary makes 3 points; allowed: 2' -- compare x.ini --vary users.count=1,2,3
refuses 'two scenarios, and --vary' 64 'one scenario and --vary alone' -- compare x.ini x.ini --vary users.count=1,2
refuses 'two seeds' 78 'has seed 2, allowed: 1' -- compare x.ini --set-b run.seed=2
refuses 'a wrong value for B' 78 "users.count: read '0'" -- compare x.ini --set-b users.count=0
refuses 'a measure that there is not' 64 "--measures: unknown measure 'page_respons', did you mean 'page_response'?" -- compare x.ini --set-b users.count=4 --measures page_respons
refuses 'variance of nothing' 64 '--variance looks at the points of --vary' -- compare x.ini x.ini --variance
csv '{"scenario": "x", "seed": 1, "version": "1", "measures": {"a": {"unit": "s", "mean": 1, "half_width": 0.1, "n": 5}}}\n' && mv w.csv old.json
csv '{"scenario": "x", "measures": {"b": {"unit": "s", "mean": 1, "half_width": 0.1, "n": 5}}}\n' && mv w.csv other.json
csv '{"scenario": "x", "measures": {"a": {"unit": "B", "mean": 1, "half_width": 0.1, "n": 5}}}\n' && mv w.csv unit.json
csv '{"scenario": "x",\n "measures": {"a": {"unit": "s", "mean": "1"}}}\n' && mv w.csv text.json
csv '{"scenario": "x",\n "measures": {"a": {"unit": "s", "mean": 1,\n' && mv w.csv half.json
csv '{"scenario": "x", "rows": [1, {"a": null}]}\n' && mv w.csv none.json
refuses 'results of another model' 65 'other.json: has no measure in common with old.json' -- compare old.json other.json
refuses 'results in another unit' 65 "unit.json: a: has unit 'B', allowed: 's'" -- compare old.json unit.json
refuses 'results that are text' 65 'text.json:2: a: read something that is not a number' -- compare old.json text.json
refuses 'half a file of results' 65 'half.json:3: read the end of the file' -- compare old.json half.json
refuses 'JSON that is no result' 65 'none.json:' 'has no measures' -- compare old.json none.json
refuses 'results and a scenario' 64 'old.json is a file of results and the other is not' -- compare old.json x.ini
refuses 'results that are set' 64 'cannot be set or varied' -- compare old.json old.json --set users.count=3
refuses 'a selection among nothing' 64 'among which settings' -- select x.ini --minimise page_response
refuses 'a selection by nothing' 64 'best in what' -- select x.ini --vary users.count=1,2
refuses 'a selection by two measures' 64 'one of --minimise and --maximise' -- select x.ini --vary users.count=1,2 --minimise page_response --maximise pages_per_s
refuses 'an indifference zone of another unit' 64 "--indifference: read '5kB', allowed: a time" -- select x.ini --vary users.count=1,2 --minimise page_response --indifference 5kB
refuses 'a zone of nothing' 64 "--indifference: read '0', allowed: a time" -- select x.ini --vary users.count=1,2 --minimise page_response --indifference 0
refuses 'certainty' 64 "--probability: read '100%', allowed: a share of 0.5 to 0.9999" -- select x.ini --vary users.count=1,2 --minimise page_response --probability 100%
refuses 'a budget below the first stage' 64 "--budget: read '27', allowed: 28 to" -- select x.ini --vary users.count=1,2 --minimise page_response --budget 27
refuses 'an assertion of nothing' 64 "--assert: read 'page_response', allowed: a measure and what it must keep to" -- run x.ini --assert page_response
refuses 'an assertion of another unit' 64 "--assert: read '5MB' after 'page_response <', allowed: a time, like 500ms" -- run x.ini --assert 'page_response < 5MB'
refuses 'an assertion of no measure' 64 "--assert: unknown measure 'page_respons', did you mean 'page_response'?" -- sweep x.ini --vary users.count=1,2 -o out --assert 'page_respons < 1s'
refuses 'an objective without a direction' 64 "--objective: read 'memory_total', allowed: minimise or maximise" -- tune x.ini -o out --objective memory_total
refuses 'an objective of a product' 64 "allowed: measures and numbers" -- tune x.ini -o out --objective 'minimise memory_total*page_response'
refuses 'two objectives' 64 '--cost: there is an objective already' -- tune x.ini --objective 'minimise memory_total' --cost memory_total
refuses 'a limit of no measure' 64 "--slo: unknown measure 'page_respons'" -- tune x.ini --slo 'page_respons < 1s'
refuses 'no memory' 78 "--ram: read '4GiBs', allowed: a size" -- tune x.ini --ram 4GiBs
refuses 'an opening that costs nothing' 64 "--opening-cost: read '0', allowed: a time" -- tune x.ini --opening-cost 0
ini '[run]\nmodel = mmc\n' && mv x.ini mmc.ini && ini '[users]\ncount = 3\n'
refuses 'a model with nothing to tune' 64 "--vary: which settings? The model mmc has none of its own choice" -- tune mmc.ini --objective 'minimise response'
refuses 'a model without a front, and no objective' 64 "--objective: what is to be small?" -- tune mmc.ini --vary queue.servers=1,2
refuses 'a capacity without a limit' 64 'up to which limit?' -- capacity x.ini
refuses 'a capacity of no load' 64 '--vary: server.keepalive is no load' -- capacity x.ini --slo 'page_response < 1s' --vary server.keepalive=0..1
refuses 'a capacity of a list' 64 "--vary: read 'users.count=1,2', allowed: KEY=LOW..HIGH" -- capacity x.ini --slo 'page_response < 1s' --vary users.count=1,2
refuses 'a capacity of a range upside down' 64 'allowed: LOW above 0 and below HIGH' -- capacity x.ini --slo 'page_response < 1s' --vary users.count=20..10
refuses 'a capacity of an unknown load' 78 "did you mean 'users.count'" -- capacity x.ini --slo 'page_response < 1s' --vary users.cuont=1..10
refuses 'a folder that cannot be made' 73 'x.ini: Not a directory' -- sweep x.ini --vary users.count=1,2 -o x.ini/out

# ---- configurations of servers -----------------------------------------------------------------------

conf() { printf '%b' "$1" >x.conf; }
refuses 'no configuration' 64 'which configuration' -- config
refuses 'two configurations' 64 'one configuration' -- config x.conf x.conf
refuses 'a configuration that is not there' 66 'none: cannot open' -- config none
refuses 'a folder that is no configuration' 66 'folder: a folder without apache2.conf, httpd.conf, nginx.conf' -- config folder
conf '# nothing\n'
refuses 'a configuration of comments only' 65 'x.conf: no directive; allowed: a configuration of Apache or nginx' -- config x.conf
conf '\nKeepAliveTimeout soon\nKeepAlive yes\n'
refuses 'two wrong directives' 65 "x.conf:2: KeepAliveTimeout: read 'soon', allowed: up to" "x.conf:3: KeepAlive: read 'yes', allowed: On | Off" -- config x.conf
conf '<IfModule x>\n'
refuses 'a section left open' 65 "x.conf:1: '<IfModule>' is not closed" -- config x.conf
conf 'Include x.conf\n'
refuses 'a configuration that includes itself' 65 "x.conf:1: Include: includes 'x.conf', which is being read: a circle" -- config x.conf
conf 'events {\n}\nhttp {\n  include none.types;\n}\n'
refuses 'an included file that is not there' 66 "x.conf:4: include: cannot find 'none.types'" -- config x.conf
conf 'http {\n  server {\n}\n'
refuses 'a block left open' 65 'x.conf:1: a block that is opened here is never closed' -- config x.conf
conf 'http {\n  keepalive_timeout 5;\n  keepalive_timeout 6;\n}\n'
refuses 'a directive twice' 65 'x.conf:3: keepalive_timeout: stands twice on this level, first in x.conf:2' -- config x.conf
FEED='yes "{" | head -c 1000000'
refuses 'a million braces as configuration' 65 "-:1: '{' without a directive" -- config - --server nginx
FEED='yes "a {" | head -c 1000000'
refuses 'blocks without end' 65 'opens too many blocks within each other' -- config - --server nginx
FEED='yes "<If x>" | head -c 1000000'
refuses 'sections without end' 65 "'If' opens too many sections within each other" -- config - --server apache
FEED='yes "\${a}" | tr -d "\n" | head -c 3000000'
refuses 'a line of three million characters' 65 "is not ended by ';' or '{'" -- config - --server nginx
FEED='yes "KeepAlive On"'
refuses 'a configuration without end' 65 'longer than 4 MiB' -- config -
FEED='head -c 100000 /dev/urandom'
refuses 'random bytes as configuration' 65 'a NUL byte; this is not a text file' -- config -
FEED=true
conf 'KeepAlive On\n'
refuses 'an unknown MPM' 64 "--mpm: read 'itk', allowed: prefork | worker | event" -- config x.conf --mpm itk
refuses 'an unknown site' 64 "--host: no site is called 'example.org'" -- config x.conf --host example.org
refuses 'a version of no server' 64 "--server-version: read 'two', allowed: like 1.18.0" -- config x.conf --server-version two
refuses 'an unknown server' 64 "--server: read 'iis', allowed: apache | nginx" -- config x.conf --server iis
refuses 'no cores' 64 "--cores: read '0', allowed: a whole number" -- config x.conf --cores 0
refuses 'a section over another file' 73 'x.conf: File exists; --force writes over it' -- config x.conf -o x.conf
refuses 'a wanted value that is wrong' 78 "--set: server.idle_limit: read 'soon', allowed: a time" -- config x.conf --set server.idle_limit=soon
refuses 'a wanted value without a directive' 78 '--set: server.tie: this Apache has no directive for it' -- config x.conf --set server.tie=request
refuses 'a wanted key that is unknown' 78 "unknown key 'server.idel_limit', did you mean 'server.idle_limit'" -- config x.conf --set server.idel_limit=3s
refuses 'a wanted value and a section' 64 'one of them' -- config x.conf --set server.idle_limit=3s -o out.ini
refuses 'a patch of stdin' 64 'needs a file to patch' -- config - --set server.idle_limit=3s

# ---- logs ---------------------------------------------------------------------------------------

line='::1 - - [10/Oct/2000:13:55:36 -0700] "GET / HTTP/1.1" 200 5'
log() { local name=$1 text=$2; shift 2; printf '%b' "$text" >x.log; refuses "$name" 65 "$@" -- import x.log; }
refuses 'a log that is not there' 66 'none.log: cannot open' -- import none.log
log 'an empty log' '' 'x.log: empty, allowed: an access log'
log 'a log of blank lines' '\n\n\n' 'x.log: empty'
log 'a log without a request' 'one\ntwo\n' 'x.log:1: %h: read' '2 of 2 lines were not understood' 'no line is a request'
log 'silent connections only' "${line/GET*200 5/-\\\" 408 -}\n" 'no line is a request'
log 'garbage' '\x01\xff\x02\n\x00\x00' '2 of 2 lines'
log 'NULs are shown, and do not end what is read' 'a\x01\x00b\xff\x00c\n' "x.log:1: %h: read 'a??b"
cp "$LINGER" x.log
refuses 'a program as a log' 65 "x.log:1: %h: read '?ELF" 'no line is a request' -- import x.log
for form in utf-16 utf-16le utf-16be; do
    printf '%s\n' "$line" | iconv -f utf-8 -t $form >x.log
    refuses "a log in $form" 65 'x.log: read UTF-16, allowed: UTF-8 or ASCII' -- import x.log
done
mkdir -p folder.log
refuses 'a folder as a log' 66 'folder.log: is a directory' -- import folder.log
refuses 'a log that stands twice' 64 "'x.log' stands twice" -- import x.log x.log
refuses 'stdin twice' 64 "'-' stands twice" -- import - -
head -c 3000000 /dev/zero | tr '\0' x >x.log
refuses 'one line of 3 MB' 65 'x.log:1: read' 'a line of at most 65536 bytes' -- import x.log
printf '%s\n' "$line" | gzip | head -c 40 >x.log.gz
refuses 'a gzip log that is cut off' 65 'x.log.gz' 'gzip' -- import x.log.gz
printf '\x1f\x8b\x08 and nothing that unpacks' >x.log.gz
refuses 'a gzip log of garbage' 65 'x.log.gz: the gzip file' -- import x.log.gz
{ gzip -c <(yes "$line" | head -n 20000) | head -c 300; head -c 3000 /dev/zero | tr '\0' '\252'; } >x.log.gz
refuses 'a gzip log that is damaged in the middle' 65 'the gzip file' -- import x.log.gz
printf '%s\n' "$line" >x.log
refuses 'a format without a time' 64 "--format: no time in '%h'" -- import x.log --format %h
refuses 'a format with a field that ends nowhere' 64 "no text behind '%h'" -- import x.log --format '%h%l %t'
refuses 'an unknown directive' 64 "unknown directive '%y'" -- import x.log --format '%h %t %y'
refuses 'a format that is not the log'\''s' 65 'x.log:1: %h: read' -- import x.log --format '%h|%t'
refuses 'a HAR that is no JSON' 65 'x.log:1: column' 'allowed: JSON' -- import x.log --format har
echo '{"log": {}}' >x.har
refuses 'JSON that is no HAR' 65 'no log.entries' -- import x.har
echo '{"log": {"entries": [{"startedDateTime": "yesterday"}]}}' >x.har
refuses 'a HAR without a time' 65 "startedDateTime: entry 1: read 'yesterday'" -- import x.har
echo '{"log": {"entries": [' >x.har
refuses 'a HAR that ends in the middle' 65 'x.har:2: column 0:' 'allowed: JSON' -- import x.har
echo '{"log": {"entries": []}}' >x.har
refuses 'a HAR without entries' 65 'x.har: empty, allowed: an access log, a HAR or a trace, with a request in it' -- import x.har
echo '{"log": {"entries": [1, null, "x", {"startedDateTime": "2024-01-01T00:00:00Z", "request": {"url": 5}}]}}' >x.har
refuses 'a HAR of entries that are none' 65 'startedDateTime: entry 1:' 'request.url: entry 4:' '4 of 4 lines' -- import x.har
{ printf '{"log": '; head -c 1000000 /dev/zero | tr '\0' '['; } >x.har
refuses 'a HAR of a million brackets' 65 'x.har:1: column' 'maximum parsing depth' -- import x.har
csv 'time_s,user\n1,a\n'
refuses 'a trace without clients' 65 "no column 'client'" -- import w.csv
refuses 'words that are wrong, all at once' 64 "--as: read 'x'" "--page-gap: read '0'" "--opening-cost: read 'cheap'" "--timeouts: read 'a..b'" -- \
    import x.log --as x --page-gap 0 --opening-cost cheap --timeouts a..b
refuses 'a scenario without its workload' 64 'both --scenario FILE.ini and -o FILE.csv' -- import x.log --scenario x.ini
refuses 'steps of no curve' 64 '--rate-step is of the curve of rates, which --no-rates leaves out' -- import x.log --no-rates --rate-step 1h
refuses 'steps of a trace' 64 'which --as trace leaves out' -- import x.log --as trace --rate-step 1h
refuses 'steps without length' 64 "--rate-step: read '0'" -- import x.log --rate-step 0
refuses 'classes to stdout' 64 'a second file' -- import x.log -o -
refuses 'an output in no folder' 73 'none/x.csv: No such file' -- import x.log -o none/x.csv
refuses 'an output that is there' 73 'w.csv: File exists; --force' -- import x.log -o w.csv
refuses 'a log of a model without a server' 64 'model mmc has no web server' -- log "$OLDPWD/inputs/scenarios/mm1.ini"

# ---- advice -------------------------------------------------------------------------------------

printf 'KeepAlive On\nKeepAliveTimeout 5\n' >apache2.conf
printf '%s\n' "$line" "$line" >x.log
refuses 'advice about nothing' 64 'which traffic?' -- advise
refuses 'advice without settings' 64 'which settings? --config PATH' -- advise --log x.log
refuses 'advice with an operand' 64 "'x.log' is what?" -- advise x.log
refuses 'advice of two kinds of traffic' 64 'not from both' -- advise --log x.log --scenario x.ini --config apache2.conf
refuses 'advice about a log that is not there' 66 'none.log: cannot open' -- advise --log none.log --config apache2.conf
refuses 'advice about a configuration that is not there' 66 'none.conf' -- advise --log x.log --config none.conf
refuses 'advice about a configuration on stdin' 64 "--config: read '-'" -- advise --log x.log --config -
refuses 'advice with wrong values' 64 "--traffic: read 'lots'" "--within: read '300%'" -- advise --log x.log --config apache2.conf --traffic lots --within 300%
refuses 'advice for a machine of no size' 78 "machine.ram: read 'big'" -- advise --log x.log --config apache2.conf --ram big
refuses 'advice by one replication' 64 'allowed: --replications 2 or more' -- advise --log x.log --config apache2.conf -r 1
refuses 'advice about a model without a server' 64 'model mmc has no web server' -- advise --scenario "$OLDPWD/inputs/scenarios/mm1.ini"
refuses 'traffic of a scenario, times something' 64 'about a log' -- advise --scenario "$OLDPWD/inputs/scenarios/static-site.ini" --traffic 2
refuses 'advice into a folder that cannot be' 73 'x.log' -- advise --log x.log --config apache2.conf -o x.log
refuses 'a fit of a model without memory' 64 'model mmc has no memory' -- fit "$OLDPWD/inputs/scenarios/mm1.ini"
refuses 'a fit to no RAM' 78 "machine.ram: read '4'" -- fit --ram 4
refuses 'a cache of more than all' 64 "--cache: read '120%'" -- fit --cache 120%
refuses 'a fit of two scenarios' 64 'one scenario at a time' -- fit a.ini b.ini

# ---- race and ports --------------------------------------------------------------------------------

refuses 'race: all wrong words at once' 64 "--rtt: read 'near'" "--rate: read 'often'" "--non-idempotent: read '2'" "--gaps: read 'normal(1,2)': unknown distribution" -- \
    race --reuser 60s --server 5s --rtt near --rate often --non-idempotent 2 --gaps 'normal(1,2)'
refuses 'race: limits that are none' 64 "--reuser: read '6 parsec'" "--server: read '-1s'" -- race --reuser '6 parsec' --server -1s
refuses 'race: an unknown product' 78 "--server: unknown preset 'nod', did you mean 'node-25'" -- race --reuser 60s --server nod
refuses 'race: a server as reuser' 78 "--reuser: read 'tomcat'" 'a preset for proxy.preset' -- race --reuser tomcat --server 5s
refuses 'race: a proxy as server' 78 "--server: read 'go-http-client'" 'a preset for server.preset' -- race --reuser 60s --server go-http-client
refuses 'race: no side named' 64 "'60s' belongs to no option" -- race 60s 5s
refuses 'race: gaps of no file' 66 'none.csv' 'No such file' -- race --reuser 60s --server 5s --gaps 'empirical(none.csv:gap)'
refuses 'race: gaps of no scenario' 66 'none.ini' 'No such file' -- race --reuser 60s --server 5s --gaps none.ini
refuses 'ports: all wrong words at once' 64 "--rate: read 'many'" "--ports: read '60999-32768'" "--pool: read '65'" "--closes-first: read 'both'" -- \
    ports --rate many --ports 60999-32768 --pool 65 --closes-first both
refuses 'ports: nothing to do' 64 "--rate: read '0'" "--response: read '0'" -- ports --rate 0 --response 0
refuses 'ports: more under way than is solved' 64 '--response: 1e+06 requests under way' 'allowed: up to 20000' -- ports --rate 10000/s --response 100s

tap_end
