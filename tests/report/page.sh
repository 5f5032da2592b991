# SPDX-License-Identifier: GPL-3.0-or-later
# Sourced by the tests of report.html, behind tests/tap.sh: what a page must be, whoever wrote it.

# Every start tag has its end, in order (void elements end in />): a parser of the XML that the page is meant to be.
balanced() {
    awk 'BEGIN { RS = "<" }
        NR == 1 { next }
        /^!DOCTYPE html>/ { next }
        !/>/ { print "a < that begins no tag: " $0; bad = 1; exit }
        { end = index($0, ">"); tag = substr($0, 1, end - 1); name = tag; sub(/[ \t\n\r].*/, "", name)
          if (substr(tag, length(tag)) == "/") next
          if (name ~ /^\//) { if (stack[depth--] != substr(name, 2)) { print "unexpected " name; bad = 1; exit } }
          else stack[++depth] = name }
        END { if (!bad && depth) print "open at the end: " stack[depth]; exit bad || depth }' "$1"
}
well_formed() { balanced "$1" && { ! command -v xmllint >/dev/null || xmllint --noout "$1"; }; }

# What makes a browser fetch or act: such an element, such an attribute, an address other than a link within the page or the name of an
# XML vocabulary. Looked for in tags only, attributes' names without their values: text may speak of anything.
fetches() {
    tr '\n' ' ' <"$1" | grep -oE '<[^>]*>' >"$SCRATCH/tags"
    sed -E "s/=\"[^\"]*\"/=/g; s/= *'[^']*'/=/g" "$SCRATCH/tags" |
        grep -iE '^<(script|link|iframe|object|embed|img|image|base|form|audio|video|source|foreignobject)\b|[ /](src|srcset|action|poster|formaction|style|on[a-z]+)='
    grep -oE "href=(\"[^#][^\"]*|'[^#][^']*)" "$SCRATCH/tags"
    grep -oiE " (xmlns(:xlink)?)=\"[^\"]*\"" "$SCRATCH/tags" | sort -u | grep -vE '"http://www.w3.org/(2000/svg|1999/xlink)"$'
    sed -n '/<style>/,/<\/style>/p' "$1" | grep -iE '@import|url\('
    grep -oE "url\([^#][^)]*" "$SCRATCH/tags"
}

# The numbers of the page, "measure=value". A half-width has a measure of its own.
page_numbers() { grep -oE '<data title="[^"]*" value="[^"]*"' "$1" | sed -E 's/<data title="([^"]*)" value="([^"]*)"/\1=\2/' | sort -u; }

# The text between the tags of the n-th block of lines to paste.
lines_of() { awk -v n="$2" 'BEGIN { RS = "<pre[^>]*>" } NR == n + 1 { sub(/<\/pre>.*/, ""); print }' "$1" | plain; }
plain() { sed -e 's/<[^>]*>//g' -e "s/&#39;/'/g" -e 's/&quot;/"/g' -e 's/&lt;/</g' -e 's/&gt;/>/g' -e 's/&amp;/\&/g'; }

# The command at the end of the page, to be run by bash, into folder $3 instead of DIR.
repeated() { sed -n '/<pre tabindex="0"><code>linger /,/<\/code>/p' "$1" | plain | sed -e "s|^linger|'$2'|" -e "s|DIR$|'$3' -q|"; }
no_controls() { ! LC_ALL=C tr -d '\t\n' <"$1" | LC_ALL=C grep -q '[[:cntrl:]]'; }
