#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# tests/golden/run.sh [--update] [CASE]...: the program end to end. A case is a folder:
#
#   cmd    shell, run in the top folder; $LINGER is the program, $SCRATCH an empty folder
#   out    what stdout must be, to the byte     err    the same of stderr (absent: nothing)
#   code   the exit code (absent: 0)
#
# Names of this machine are taken out of what is compared: $SCRATCH and $LINGER stand for their values. --update
# writes out, err and code as they are now; review the diff.
. tests/tap.sh
export LINGER=${LINGER:-$PWD/build/linger}
export SCRATCH=${SCRATCH:-$(mktemp -d)}
work=$SCRATCH.golden
mkdir -p "$work"
trap 'rm -rf "$work" "$SCRATCH"' EXIT
update=no
[ "${1:-}" = "$LINGER" ] && shift # as tests/run calls it
[ "${1:-}" = --update ] && update=yes && shift

# Leaves out, err and code in $work.
run_case() {
    rm -rf "${SCRATCH:?}" && mkdir -p "$SCRATCH"
    bash "$1/cmd" >"$work/out" 2>"$work/err" </dev/null
    echo $? >"$work/code"
    sed -i -e "s|$SCRATCH|\$SCRATCH|g" -e "s|$LINGER|\$LINGER|g" "$work/out" "$work/err"
}

keep() { # FILE DEFAULT: a file that says no more than its absence is not kept
    if [ "$(cat "$work/${1##*/}")" = "$2" ]; then rm -f "$1"; else cp "$work/${1##*/}" "$1"; fi
}

compare() {
    local case=$1 differences=
    [ -e "$case/out" ] || [ -e "$case/err" ] || differences="has neither out nor err; run --update"$'\n'
    [ -e "$case/code" ] && cp "$case/code" "$work/code.wanted" || echo 0 >"$work/code.wanted"
    for stream in out err; do
        [ -e "$case/$stream" ] && cp "$case/$stream" "$work/$stream.wanted" || : >"$work/$stream.wanted"
    done
    for stream in code out err; do
        differences+=$(diff -u --label "$stream wanted" --label "$stream got" "$work/$stream.wanted" "$work/$stream" | head -n 40)
    done
    if [ -z "$differences" ]; then
        pass "$name"
    else
        fail "$name" "$differences" "again: LINGER=$LINGER tests/golden/run.sh $name"
    fi
}

for case in tests/golden/*/; do
    case=${case%/} name=${case##*/}
    [ -e "$case/cmd" ] || continue
    [ $# -eq 0 ] || [[ " $* " == *" $name "* ]] || continue
    run_case "$case"
    if [ $update = no ]; then
        compare "$case"
    else
        keep "$case/out" '' && keep "$case/err" '' && keep "$case/code" 0
        pass "$name written"
    fi
done
tap_end
