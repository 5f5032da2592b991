#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# run: alone
#
# `make install` puts everything below DESTDIR/PREFIX and nothing elsewhere; what is installed runs from any folder; `make
# uninstall` takes it all away again.
. tests/tap.sh
if [ "${OBJECTS##*/}" != release ]; then
    skip "make install" "it installs a release build"
    tap_end
fi
case $OBJECTS in /*) ;; *) OBJECTS=$PWD/$OBJECTS ;; esac
there=$SCRATCH/image/opt/linger
house() { env -u MAKEFLAGS -u MAKELEVEL make BUILD="${OBJECTS%/release}" DESTDIR="$SCRATCH/image" PREFIX=/opt/linger "$@"; }

check "make install" house install
for file in bin/linger share/man/man1/linger.1 share/man/man5/linger-params.5 share/doc/linger/README.md \
    share/linger/scenarios/classic-100x5.ini share/linger/workloads/static-site.csv; do
    check "there is $file" test -s "$there/$file"
done
equal "nothing beside PREFIX" "$(find "$SCRATCH/image" -type f ! -path "$there/*")" ""
equal "everybody may read it" "$(find "$there" -type f ! -perm -444)$(find "$there" -type d ! -perm -555)" ""
if command -v man >/dev/null 2>&1; then
    equal "the manual pages have no errors" "$(for page in "$there"/share/man/*/*; do man --warnings -l "$page" 2>&1 >/dev/null; done)" ""
else
    skip "the manual pages have no errors" "man is not installed"
fi
check "runs from another folder" env -C / "$there/bin/linger" run "$there/share/linger/scenarios/mm1.ini" --json --quiet \
    --set run.horizon=2000s --set run.warmup=0 --set run.replications=2
check "make uninstall" house uninstall
equal "nothing is left" "$(find "$SCRATCH/image" -type f)" ""
tap_end
