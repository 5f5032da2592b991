#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# The lessons of notebooks/, as far as that goes in seconds and without Jupyter (`make notebooks` runs them): each is valid, was run without
# errors, stands in the index, its commands parse, and every number in its text is claimed. Then that tools/check-notebooks finds what it
# is for: a copy of a lesson is spoilt in each of these ways, and must be told from the original.
. tests/tap.sh
LINGER=${1:-${LINGER:-build/linger}}
SCRATCH=${SCRATCH:-$(mktemp -d)}
export LINGER
if ! /usr/bin/python3 -c 'import ast, json' 2>/dev/null; then
    skip "the lessons" "there is no /usr/bin/python3"
    tap_end
fi

for lesson in notebooks/*.ipynb; do
    check "$lesson" tools/check-notebooks "$lesson"
done

# spoilt NAME WORDS SCRIPT: SCRIPT changes a notebook (n, a dictionary; text and code, its first cells of each kind) and WORDS are said.
spoilt() {
    local name=$1 words=$2
    /usr/bin/python3 - "$3" "$SCRATCH/01-hundred-users.ipynb" <<'EOF'
import json, sys
n = json.load(open("notebooks/01-hundred-users.ipynb", encoding="utf-8"))
for cell in n["cells"]:
    cell["source"] = "".join(cell["source"]).splitlines(True)
text = next(cell for cell in n["cells"] if cell["cell_type"] == "markdown")
code = [cell for cell in n["cells"] if cell["cell_type"] == "code"]
exec(sys.argv[1])
json.dump(n, open(sys.argv[2], "w", encoding="utf-8"))
EOF
    contains "told: $name" "$(tools/check-notebooks "$SCRATCH/01-hundred-users.ipynb" 2>&1)" "$words"
}
spoilt "a number that nothing claims" "no cell claims the number 1234" 'text["source"].append("It is 1234.")'
spoilt "a claim without its text" "no such phrase" 'code[-1]["source"][-1:] = ["say(\"99 elephants\", len(said))\n", "all_said()"]'
spoilt "a number compared with itself" "nothing computed" 'code[-1]["source"][-1:] = ["say(\"100 users\", 100)\n", "all_said()"]'
spoilt "claims that nothing looks at" "must end with all_said()" 'code[-1]["source"].pop()'
spoilt "an error among the outputs" "an error" 'code[1]["outputs"].append({"output_type": "error", "ename": "E", "evalue": "", "traceback": []})'
spoilt "a cell that was not run" "not run in its turn" 'code[1]["execution_count"] = None'
spoilt "a path of a machine" "names the machine" 'code[1]["outputs"].append({"output_type": "stream", "name": "stdout", "text": ["/ho" + "me/x"]})'
spoilt "a scenario that is gone" "there is no inputs/scenarios/gone.ini" 'text["source"].append("\n```sh\nlinger run inputs/scenarios/gone.ini\n```\n")'
spoilt "a parameter that is gone" "users.elephants" \
    'text["source"].append("\n```sh\nlinger run inputs/scenarios/classic-100x5.ini --set users.elephants=1\n```\n")'
spoilt "a lesson without a guess" "its parts are" 'n["cells"] = [c for c in n["cells"] if "## Guess" not in "".join(c["source"])]'
tap_end
