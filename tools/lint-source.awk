# SPDX-License-Identifier: GPL-3.0-or-later
# What can be seen in the text of a C file: licence line, lengths, banned calls, leftover notes. Prints one line a
# breach and ends with 1 if there was one. Comments and strings are blanked before calls are looked for.

function breach(line, why) {
    printf "%s:%d: %s\n", FILENAME, line, why
    breaches++
}

# The line without comments and without what stands in quotes. `in_comment` carries over lines.
function code_of(line,    out, i, c, two, quote) {
    out = ""
    quote = ""
    for (i = 1; i <= length(line); i++) {
        c = substr(line, i, 1)
        two = substr(line, i, 2)
        if (in_comment) {
            if (two == "*/") { in_comment = 0; i++ }
        } else if (quote != "") {
            if (c == "\\") i++
            else if (c == quote) quote = ""
        } else if (two == "/*") {
            in_comment = 1
            i++
        } else if (two == "//") {
            break
        } else if (c == "\"" || c == "'") {
            quote = c
            out = out c
        } else {
            out = out c
        }
    }
    return out
}

function check_calls(code) {
    if (match(code, /(^|[^A-Za-z0-9_.>])(rand|time|gets|strcpy|strcat|sprintf|strtok|atoi|atof|alloca)[ \t]*\(/))
        breach(FNR, "banned call:" substr(code, RSTART, RLENGTH) ")")
    if (FILENAME ~ /^sim\/kernel\// && FILENAME !~ /\/status\.c$/ &&
        match(code, /(^|[^A-Za-z0-9_.>])(printf|fprintf|puts|fputs|fopen|fread|fwrite|getenv|exit|abort|malloc|free)[ \t]*\(/))
        breach(FNR, "the kernel does no I/O and owns no heap:" substr(code, RSTART, RLENGTH) ")")
}

# A block at the margin that ends in a bare } is a function; one that ends in }; is data.
function check_function(code) {
    if (!begin && code ~ /\{[ \t]*$/ && code !~ /^[ \t]*#/) begin = FNR
    if (begin && code ~ /^\}/) {
        if (code ~ /^\}[ \t]*$/ && FNR - begin + 1 > 80)
            breach(begin, "a function of " FNR - begin + 1 " lines; 80 are allowed")
        begin = 0
    }
}

function finish() {
    if (lines > 500) breach_at_end(lines " lines; 500 are allowed")
    if (file != "" && !licence) breach_at_end("no SPDX line among the first three")
}

function breach_at_end(why) {
    printf "%s: %s\n", file, why
    breaches++
}

FNR == 1 {
    finish()
    file = FILENAME
    licence = in_comment = begin = 0
}

{
    lines = FNR
    if (FNR <= 3 && /SPDX-License-Identifier: GPL-3\.0-or-later/) licence = 1
    if (/(^|[^A-Za-z])(TODO|FIXME|XXX)([^A-Za-z]|$)/) breach(FNR, "a note left behind; open an issue")
    code = code_of($0)
    check_calls(code)
    check_function(code)
}

END {
    finish()
    exit breaches > 0
}
