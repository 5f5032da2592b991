#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# tools/install-dependencies on machines that are played: dpkg-query, apt-get, id and sudo are scripts that say what
# the scene wants and write down what they were asked. Nothing is installed.
. tests/tap.sh
tool=$PWD/tools/install-dependencies
stage=$SCRATCH/stage

prop() { # NAME SCRIPT
    printf '#!/bin/bash\n%s\n' "$2" >"$stage/bin/$1"
    chmod +x "$stage/bin/$1"
}

# A bare Debian, as root: bash and coreutils, lists of packages that apt knows, nothing that linger needs.
scene() {
    rm -rf "$stage" && mkdir -p "$stage/bin"
    for program in bash env cat sed tr grep head tail mktemp rm sort printf; do
        ln -s "$(command -v $program)" "$stage/bin/$program"
    done
    prop dpkg-query 'exit 1'
    prop id 'echo 0'
    prop apt-cache 'exit 0'
    prop apt-get 'echo "apt-get $*, $DEBIAN_FRONTEND" >>"$STAGE/asked"'
    : >"$stage/asked"
}
play() { words=$(PATH=$stage/bin STAGE=$stage bash "$tool" "$@" 2>&1) && code=0 || code=$?; }

scene
play build
equal "bare machine: ends well" $code 0
contains "bare machine: names what is missing, and how it is had" "$words" \
    "linger needs: gcc libc6-dev make pkg-config libgsl-dev libcsv-dev libinih-dev zlib1g-dev libjansson-dev. Installing them with: apt-get install -y --no-install-recommends gcc"
equal "bare machine: asks apt once, without questions" "$(cat "$stage/asked")" \
    "apt-get -q -o Dpkg::Use-Pty=0 install -y --no-install-recommends gcc libc6-dev make pkg-config libgsl-dev libcsv-dev libinih-dev zlib1g-dev libjansson-dev, noninteractive"

scene
prop dpkg-query 'printf "%s=install ok installed\n" gcc libc6-dev make pkg-config libgsl-dev libcsv-dev libinih-dev zlib1g-dev libjansson-dev'
play build
equal "all there: says nothing" "$words" ""
equal "all there: asks nothing" "$(cat "$stage/asked")" ""
play build test
contains "one missing: only that one" "$words" "linger needs: libcmocka-dev binutils gzip patch."

scene
prop dpkg-query 'printf "%s=install ok installed\nlibcsv-dev=deinstall ok config-files\n" gcc libc6-dev make pkg-config libgsl-dev libinih-dev zlib1g-dev libjansson-dev'
play build
contains "removed but not purged is missing" "$words" "linger needs: libcsv-dev."

scene
prop gnuplot 'exit 0'
prop fc-list 'echo font'
prop fc-match 'exit 0'
play plot
equal "any gnuplot and any font will do" "$words$(cat "$stage/asked")" ""

scene
prop apt-cache 'exit 100'
play build
contains "a machine without lists: they are fetched first" "$(head -n 1 "$stage/asked")" "update, noninteractive"
contains "... and then used" "$(tail -n 1 "$stage/asked")" "install -y"

scene
prop apt-get 'echo "apt-get $*" >>"$STAGE/asked"; case "$*" in *update*) : >"$STAGE/new" ;; *) [ -e "$STAGE/new" ] ;; esac'
play build
equal "lists too old: fetched, and tried again" "$code $(grep -c . "$stage/asked")" "0 3"

scene
prop id 'echo 1000'
prop sudo 'echo "sudo $*" >>"$STAGE/asked"; exec "$@"'
play build
contains "not root: with sudo" "$words" "Installing them with: sudo apt-get install -y"
contains "not root: and really so" "$(cat "$stage/asked")" "sudo env DEBIAN_FRONTEND=noninteractive apt-get"

scene
prop id 'echo 1000'
play build
equal "not root, no sudo: stops" $code 1
contains "not root, no sudo: says the command" "$words" "apt-get update && apt-get install -y --no-install-recommends gcc"
equal "not root, no sudo: asks nothing" "$(cat "$stage/asked")" ""

scene
prop apt-get 'echo "apt-get $*" >>"$STAGE/asked"; case "$*" in *update*) echo "W: Failed to fetch http://deb.debian.org/debian  Could not resolve host"; exit 0 ;; *) echo "E: Unable to locate package gcc"; exit 100 ;; esac'
play build
equal "no network: stops" $code 1
contains "no network: says so" "$words" "apt could not reach its server"

scene
for program in tee chmod; do ln -s "$(command -v $program)" "$stage/bin/$program"; done
prop apt-get '"$POLICY_RC_D"; echo "apt-get $*; may a service start? $?" >>"$STAGE/asked"'
export POLICY_RC_D=$stage/policy-rc.d
play validate
contains "web servers: none may start while they are installed (101: forbidden)" "$(cat "$stage/asked")" "may a service start? 101"
check "web servers: ... and what forbids it is gone afterwards" test ! -e "$POLICY_RC_D"

scene
prop apt-get 'echo "E: You do not have enough free space in /var/cache/apt/archives/."; exit 100'
play build
contains "apt fails: its own words" "$words" "not have enough free space"
contains "apt fails: and ours" "$words" "apt-get could not install: gcc"

scene
rm "$stage/bin/apt-get" "$stage/bin/dpkg-query"
play build test plot
equal "not Debian: stops" $code 1
contains "not Debian: says what to install" "$words" "libgsl-dev libcsv-dev libinih-dev"
prop dnf 'exit 0'
play build
contains "Fedora: by its own names" "$words" "sudo dnf install -y gcc glibc-devel gsl-devel inih-devel"

begun=$EPOCHREALTIME
for i in 1 2 3 4 5 6 7 8 9 10; do "$tool" build >/dev/null 2>&1; done
ms=$(awk -v a="$begun" -v b="$EPOCHREALTIME" 'BEGIN { printf "%d", 100 * (b - a) }')
check "all there: in 50 ms on a quiet machine, measured $ms ms" test "$ms" -lt 200
tap_end
