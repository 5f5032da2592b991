#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# What linger config says of a configuration that sets nothing, and of Debian's, is what the product's preset says: the presets were
# written from the manuals, directive by directive, and not by this program. Keys that both have are compared.
. tests/tap.sh
LINGER=${1:-${LINGER:-build/linger}}
SCRATCH=${SCRATCH:-$(mktemp -d)}

# Lines "key = value" of [server], times in seconds.
values() { sed -n '/^\[server\]/,/^\[m/p' "$1" | sed -nE 's/^([a-z_]+) *= *(.*[^ ]) *$/\1 \2/p' | sed 's/ 1h$/ 3600s/; s/ 0s$/ 0/; s/ 1min$/ 60s/' | sort; }

# like PRESET LEAST ARGUMENTS...: at least LEAST keys in common, and none of them differs.
like() {
    local preset=$1 least=$2
    shift 2
    "$LINGER" config "$@" -o - >"$SCRATCH/read.ini" 2>"$SCRATCH/err" || { fail "$preset: reads" "$(cat "$SCRATCH/err")"; return; }
    join <(values "inputs/presets/$preset.ini") <(values "$SCRATCH/read.ini") >"$SCRATCH/both"
    equal "$preset: at least $least keys, the same values" "$(awk '$2 != $3' "$SCRATCH/both")" ""
    check "$preset: $(wc -l <"$SCRATCH/both") keys in common" test "$(wc -l <"$SCRATCH/both")" -ge "$least"
}

cd "$(dirname "$0")/../.." || exit 1
echo 'ServerName x' >"$SCRATCH/httpd.conf"
printf 'events {}\nhttp {}\n' >"$SCRATCH/nginx.conf"
for mpm in prefork worker event; do like apache-$mpm 9 "$SCRATCH/httpd.conf" --mpm $mpm; done
like nginx-1.18 7 "$SCRATCH/nginx.conf" --server-version 1.18.0
like nginx-1.19.10 7 "$SCRATCH/nginx.conf" --server-version 1.19.10
like nginx-1.29.7 7 "$SCRATCH/nginx.conf"
printf 'worker_processes auto;\nevents {\n\tworker_connections 768;\n}\nhttp {}\n' >"$SCRATCH/nginx.conf"
like nginx-debian12 7 "$SCRATCH/nginx.conf" --server-version 1.22.1
common=$'Timeout 300\nKeepAlive On\nMaxKeepAliveRequests 100\nKeepAliveTimeout 5\nLoadModule reqtimeout_module x.so\nMaxRequestWorkers 150
RequestReadTimeout header=20-40,minrate=500\nRequestReadTimeout body=10,minrate=500'
threads=$'StartServers 2\nMinSpareThreads 25\nMaxSpareThreads 75\nThreadLimit 64\nThreadsPerChild 25'
for mpm in worker event; do
    printf '%s\n' "LoadModule mpm_${mpm}_module x.so" "$common" "$threads" >"$SCRATCH/httpd.conf"
    like apache-$mpm-debian12 11 "$SCRATCH/httpd.conf"
done
printf '%s\n' "LoadModule mpm_prefork_module x.so" "$common" $'StartServers 5\nMinSpareServers 5\nMaxSpareServers 10' >"$SCRATCH/httpd.conf"
like apache-prefork-debian12 8 "$SCRATCH/httpd.conf"
tap_end
