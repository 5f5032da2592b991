# SPDX-License-Identifier: GPL-3.0-or-later
# Sourced by test scripts: TAP in five words. The plan is written at the end, by `tap_end`, so that adding a check is
# adding a line; a script that dies before it has no plan, and tests/run counts that as a failure.
#
#   . tests/tap.sh
#   check "two and two are four" test $((2 + 2)) -eq 4
#   equal "the answer" "$got" "$wanted"
#   skip "needs the moon" "it is day"
#   tap_end

tap_number=0
tap_failed=0

pass() { tap_number=$((tap_number + 1)) && echo "ok $tap_number - $1"; }

# fail NAME [WHY]...
fail() {
    tap_number=$((tap_number + 1))
    tap_failed=$((tap_failed + 1))
    echo "not ok $tap_number - $1"
    shift
    [ $# -eq 0 ] || printf '%s\n' "$@" | sed 's/^/#   /'
}

skip() { tap_number=$((tap_number + 1)) && echo "ok $tap_number - $1 # SKIP $2"; }

# check NAME COMMAND...: it must end with 0; what it says is shown when it does not.
check() {
    local name=$1 words code
    shift
    words=$("$@" 2>&1)
    code=$?
    if [ $code -eq 0 ]; then pass "$name"; else fail "$name" "exit code $code of: $*" "$words"; fi
}

# equal NAME GOT WANTED
equal() {
    if [ "$2" = "$3" ]; then pass "$1"; else fail "$1" "got:    $2" "wanted: $3"; fi
}

# contains NAME TEXT PART
contains() {
    case $2 in *"$3"*) pass "$1" ;; *) fail "$1" "no '$3' in:" "$2" ;; esac
}

tap_end() {
    echo "1..$tap_number"
    [ $tap_failed -eq 0 ]
    exit
}
