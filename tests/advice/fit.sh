#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# linger fit against numbers worked by hand, against a simulated server filled to the limit, and the sizes it assumes against the scenarios in
# which they were measured. Nothing is random here: no tolerance but that of printing.
. tests/tap.sh
LINGER=${1:-${LINGER:-build/linger}}
SCRATCH=${SCRATCH:-$(mktemp -d)}

# fit_of ARCHITECTURE KEY OPTIONS...: a number of --json
fit_of() {
    local architecture=$1 key=$2
    shift 2
    "$LINGER" fit "$@" --json | sed -n "s/.*\"architecture\": \"$architecture\".*\"$key\": \([^,}]*\).*/\1/p"
}

# ---- by hand -------------------------------------------------------------------------------------------

# 1 GB without shared pages, queue or cache; a process has 0.5 MB of its own and 0.5 MB of the kernel's less 4 kB, a socket takes 4 kB.
hand=(--ram 1GB --cache 0 --cores 2 --pss 500kB --rss 5MB --set memory.daemon_kernel=496kB --set memory.socket=4kB --set memory.connection=0
    --set memory.shared=0 --set memory.base=0 --set server.backlog=0 --set memory.thread_used=30kB --set memory.thread_kernel=6kB)
equal "prefork: 1 GB / 1 MB" "$(fit_of prefork limit "${hand[@]}")" 1000
equal "prefork: by RSS 1 GB / 5 MB" "$(fit_of prefork rss_rule "${hand[@]}")" 200
equal "worker: 25 threads of 40 kB and 0.996 MB a process: 501 whole ones in 1 GB" "$(fit_of worker limit "${hand[@]}")" 12525
equal "event: three connections a thread: 25 x 48 kB + 0.996 MB: 455 processes" "$(fit_of event limit "${hand[@]}")" 11375
equal "nginx: two processes of 0.996 MB, 4 kB a connection of each, two of each its own" "$(fit_of nginx limit "${hand[@]}")" 124753
equal "half of it for the page cache" "$(fit_of prefork limit "${hand[@]}" --cache 50%)" 500
equal "reserved" "$(fit_of prefork limit "${hand[@]}" --set machine.reserved=100MB)" 900
equal "100 in the queue take 0.4 MB: 999" "$(fit_of prefork limit "${hand[@]}" --set server.backlog=100)" 999
equal "shared pages once: 10 MB" "$(fit_of prefork limit "${hand[@]}" --set memory.shared=10MB)" 990
equal "TLS: 1000 kB more each" "$(fit_of prefork limit "${hand[@]}" --set users.tls=1.3 --set memory.tls=1MB)" 500
equal "programs: 1000 kB more each" "$(fit_of prefork limit "${hand[@]}" --set users.dynamic_share=0.1 --set memory.dynamic=1MB)" 500
equal "not even one" "$(fit_of prefork limit "${hand[@]}" --set machine.reserved=999.5MB)" 0
equal "half the RAM" "$(fit_of prefork limit "${hand[@]}" --ram 500MB)" 500
equal "... which ps adds up to 500 x 5 MB" "$(fit_of prefork rss "${hand[@]}" --ram 500MB)" 2500000000

# ---- by simulation ------------------------------------------------------------------------------------------

# filled NAME OPTIONS...: memory_total at most of a server that is filled equals the closed form.
filled() {
    local name=$1
    shift
    "$LINGER" fit "$@" --simulate --json >"$SCRATCH/fit.json"
    for architecture in prefork worker event nginx; do
        check "$name: $architecture: simulated memory_total_peak is the closed form" awk -v a="$architecture" '
            index($0, "\"" a "\"") { match($0, /"total": [0-9.e+]*/); total = substr($0, RSTART + 9, RLENGTH - 9)
                match($0, /"simulated_total_peak": [0-9.e+]*/); seen = substr($0, RSTART + 24, RLENGTH - 24) }
            END { exit !(total > 0 && seen > 0 && (seen / total - 1) ^ 2 < 1e-18) }' "$SCRATCH/fit.json"
    done
}
filled "as measured" --ram 200MB
filled "TLS and programs" --ram 300MB --set users.tls=1.2 --set users.dynamic_share=0.5

# ---- what is assumed -------------------------------------------------------------------------------------

# The sizes are those of the measured scenarios: the same limit and total with the same machine.
for architecture in prefork worker event nginx; do
    for key in limit total rss_rule; do
        equal "$architecture: $key as inputs/scenarios/measured-$architecture.ini has it" \
            "$(fit_of "$architecture" $key --ram 2GiB --cores 1 --set server.threads_per_process=25 --set server.backlog=511)" \
            "$(fit_of "$architecture" $key "inputs/scenarios/measured-$architecture.ini" --ram 2GiB --set server.backlog=511)"
    done
done
contains "yours is said" "$("$LINGER" fit inputs/scenarios/static-site.ini --ram 1GiB)" "yours: server.worker_limit = 400"
check "80 columns" awk 'length > 80 { print; wide = 1 } END { exit wide }' <("$LINGER" fit --ram 4GiB --simulate)
tap_end
