# SPDX-License-Identifier: GPL-3.0-or-later
# Sourced by tests of lessons, after tap.sh: runs a command that a lesson's comment names and reads what it says. SCRATCH and LINGER are the
# script's own.

# The command of a lesson that holds WORD, as its comment has it, lines joined; nothing else is run here.
command_of() { # LESSON WORD [PATTERN]
    sed -n 's/^;   *\(linger .*\)$/\1/p' "inputs/scenarios/$1.ini" | grep " *$2 .*$3" | head -n 1
}

# lesson NAME WORD [PATTERN]: runs that command, the one with PATTERN behind the word if there are several, and leaves "level;level measure mean
# half_width" lines in $SCRATCH/seen. What it writes to outputs/ goes to $SCRATCH.
lesson() {
    local name=$1 words begun seconds
    words=$(command_of "$name" "$2" "$3")
    contains "$name: $2: its comment names the command" "$words" "inputs/scenarios/$name.ini"
    words=${words//outputs\//$SCRATCH/}
    begun=$EPOCHREALTIME
    case $2 in
    run) eval "\"\$LINGER\" ${words#linger} --quiet --json" >"$SCRATCH/out" 2>"$SCRATCH/err" ;;
    *) eval "\"\$LINGER\" ${words#linger} --quiet" >"$SCRATCH/out" 2>"$SCRATCH/err" ;;
    esac
    equal "$name: $2: exit code" $? 0
    seconds=$(awk -v a="$begun" -v b="$EPOCHREALTIME" 'BEGIN { print b - a }')
    check "$name: $2: under 5 s (took $seconds s)" awk -v s="$seconds" 'BEGIN { exit !(s < 5) }'
    case $2 in
    run) sed -n 's/^ *"\([a-z0-9_]*\)": {"unit": "[^"]*", "mean": \([^,]*\), "half_width": \([^,]*\),.*/- \1 \2 \3/p' "$SCRATCH/out" ;;
    *) awk -F, 'NR == 1 { for (i = 1; $i != "measure"; i++); n = i - 1; next }
        { levels = $1; for (i = 2; i <= n; i++) levels = levels ";" $i; print levels, $(n + 1), $(n + 3), $(n + 4) }' "$SCRATCH/out" ;;
    esac >"$SCRATCH/seen"
}

# seen LEVELS MEASURE: the mean. low, high: the ends of its interval.
seen() { awk -v l="$1" -v m="$2" '$1 == l && $2 == m { print $3 }' "$SCRATCH/seen"; }
low() { awk -v l="$1" -v m="$2" '$1 == l && $2 == m { print $3 - $4 }' "$SCRATCH/seen"; }
high() { awk -v l="$1" -v m="$2" '$1 == l && $2 == m { print $3 + $4 }' "$SCRATCH/seen"; }

# between NAME LOW X HIGH: X is there, and LOW <= X <= HIGH.
between() {
    check "$1: $3 in [$2, $4]" awk -v low="$2" -v x="$3" -v high="$4" \
        'BEGIN { exit !(x != "" && low != "" && high != "" && x + 0 >= low + 0 && x + 0 <= high + 0) }'
}
ratio() { awk -v a="$1" -v b="$2" 'BEGIN { if (a != "" && b > 0) printf "%.6g", a / b }'; }
