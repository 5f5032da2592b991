#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# The house is clean by tools/lint, and tools/lint sees dirt: each kind of breach is planted into a small copy of a house,
# and must be found there, in the right line.
. tests/tap.sh
top=$PWD
case $OBJECTS in /*) ;; *) OBJECTS=$top/$OBJECTS ;; esac

# ---- the house itself ----------------------------------------------------------------------------
words=$(tools/lint)
while read -r line; do
    case $line in
    "ok "*"# SKIP "*) line=${line#ok * - } && skip "house: ${line% # SKIP*}" "${line##*SKIP }" ;;
    "ok "*) pass "house: ${line#ok * - }" ;;
    "not ok "*) fail "house: ${line#not ok * - }" "$(grep '^#' <<<"$words")" ;;
    esac
done <<<"$words"

# ---- a small house, clean at first -----------------------------------------------------------------
licence='/* SPDX-License-Identifier: GPL-3.0-or-later */'
clean_house() {
    cd "$SCRATCH" && rm -rf house && mkdir -p house/{sim/{kernel,experiment,interface},models/web,build/release} && cd house || exit 1
    for file in sim/model.h sim/kernel/clock.h sim/experiment/sweep.h sim/interface/cli.h models/theory.h \
        models/web/{network,listener,server,browser,web}.h; do
        echo "$licence" >$file
    done
    printf '%s\n#include "sim/kernel/clock.h"\n#include "sim/model.h"\nstatic const int table[] = {1, 2};\nint room(int i) {\n    return table[i];\n}\n' \
        "$licence" | tee models/theory.c models/web/server_prefork.c sim/experiment/sweep.c >sim/interface/cli.c
}
build_house() { # [FILE]...: into build/release, as the Makefile does; all of it, or what is in these
    for file in ${@:-$(find sim models -name '*.c')}; do
        [[ $file == *.c ]] || continue
        mkdir -p "build/release/${file%/*}"
        gcc -std=c17 -I. -c "$file" -o "build/release/${file%.c}.o" || exit 1
    done
}
judge_house() { (OBJECTS=build/release "$top/tools/lint" 2>&1); }

clean_house && build_house && cp -r build "$SCRATCH/built"
equal "a clean house has no complaints" "$(judge_house | grep -c '^not ok')" 0

# planted NAME COMPLAINT FILE LINE: one line of C put into a file of a clean house.
planted() {
    clean_house
    [ -e "$3" ] || [ -z "$4" ] || echo "$licence" >"$3"
    printf '%s\n' "$4" >>"$3"
    cp -r "$SCRATCH/built/." build && build_house "$3" 2>/dev/null
    local words
    words=$(judge_house)
    cd "$top" || exit 1
    if [ "$(grep -c '^not ok' <<<"$words")" -eq 1 ] && grep -qF "${3%.c}" <<<"$words" && grep -qF "$2" <<<"$words"; then
        pass "$1"
    else
        fail "$1" "wanted one complaint with '$2', got:" "$words"
    fi
}

planted "kernel includes the contract" "goes up, from floor 0 to floor 1" sim/kernel/clock.h '#include "sim/model.h"'
planted "the contract includes the experiment" "goes up" sim/model.h '#include "sim/experiment/sweep.h"'
planted "experiment includes interface" "goes up" sim/experiment/sweep.c '#include "sim/interface/cli.h"'
planted "sim includes a model" "sim/ never includes models/" sim/interface/cli.c '#include "models/theory.h"'
planted "experiment includes a model" "sim/ never includes models/" sim/experiment/sweep.c '#include "models/theory.h"'
planted "a model includes the experiment" "side by side" models/theory.c '#include "sim/experiment/sweep.h"'
planted "a model includes the interface" "goes up" models/theory.c '#include "sim/interface/cli.h"'
planted "an include that is not from the top folder" "from the top folder" models/theory.c '#include "theory.h"'
planted "the server includes the browser" "order of models/web" models/web/server_prefork.c '#include "models/web/browser.h"'
planted "the listener includes a server" "order of models/web" models/web/listener.h '  #  include "models/web/server.h"'
planted "a room without a place" "no place in the order" models/web/cellar.h '#include "models/web/web.h"'
planted "libcsv beside its door" "csv_table" sim/interface/cli.c '#include <csv.h>'
planted "zlib beside its door" "byte_stream" models/theory.c '#include <zlib.h>'
planted "libinih beside its door" "ini_lines" sim/interface/cli.c '#include <ini.h>'
planted "GSL in the wrong room of the kernel" "rng_stream" sim/kernel/clock.h '#include <gsl/gsl_rng.h>'
planted "stdio in the kernel" "status" sim/kernel/clock.h '#include <stdio.h>'
planted "a mutable global" "count is a mutable global" models/theory.c 'int count = 3;'
planted "a mutable global, zero" "count is a mutable global" models/theory.c 'int count;'
planted "a static variable in a function" "is a mutable global" models/theory.c 'int next(void) { static int last; return ++last; }'
planted "a thread-local variable" "hidden is a mutable global" models/theory.c '_Thread_local int hidden;'
planted "a table of pointers that may be changed" "words is a mutable global" models/theory.c 'const char *words[] = {"a", "b"};'
planted "a banned call" "banned call" models/theory.c 'int atoi(const char *); int number(void) { return atoi("1"); }'
planted "a heap in the kernel" "owns no heap" sim/kernel/clock.h 'void *malloc(unsigned long); static inline void *own(void) { return malloc(1); }'
planted "a note left behind" "open an issue" models/theory.c '/* TODO: all of it */'
planted "no licence line" "no SPDX line" models/new.h '' 
planted "a long function" "a function of 83 lines" models/theory.c "$(printf 'int long_one(int i) {\n%s\n    return i;\n}' "$(yes '    i++;' | head -n 80)")"
planted "a long file" "510 lines; 500 are allowed" models/theory.h "$(yes '/* . */' | head -n 509)"

# What looks like a breach and is none.
clean_house
cat >>models/theory.c <<'EOT'
/* #include "sim/interface/cli.h" would go up, and atoi("1") is banned, but this is a comment. */
static const char *const words[] = {"strcpy(", "a \" atoi(", "\\"};
struct wall { int (*time)(int); };
const char *word(const struct wall *wall, int run_time, int i) {
    return words[wall->time (i) + run_time];
}
EOT
build_house
words=$(judge_house)
cd "$top" || exit 1
equal "comments, strings, members and constant tables are no breaches" "$(grep -c '^not ok' <<<"$words")" 0
tap_end
