#!/bin/sh
# SPDX-License-Identifier: MIT
# Row H6 of the list of faults, beside what `make distcheck` does: builds a tree three times, in its
# own folder, in one elsewhere, and in a folder beside the sources (VPATH), and asks that the programs
# are the same to the bit; then installs below DESTDIR, where all must be and nothing else.
#
#   tests/lint/run_builds.sh TREE      an unpacked release; it is built in, then removed
set -eu
here=$(cd "$1" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work" "$here"' EXIT
trap 'exit 1' HUP INT TERM
jobs=$(nproc 2>/dev/null || echo 1)
cp -R "$here" "$work/elsewhere"
cp -R "$here" "$work/sources"
mkdir -p "$work/build/deep"

# Builds in a folder with the configure of another.
build() {
    cd "$1"
    "$2"/configure -q --prefix=/usr
    make -j"$jobs" >build.log 2>&1 || { cat build.log; exit 1; }
}
(build "$here" .)
(build "$work/elsewhere" .)
(build "$work/build/deep" ../../sources)

for program in blftop uapi-sim; do
    [ -e "$here/$program" ] || { echo "builds: $program is left out"; continue; }
    cmp "$here/$program" "$work/elsewhere/$program"
    cmp "$here/$program" "$work/build/deep/$program"
    echo "builds: H6 $program is the same in two folders and beside its sources"
done

(cd "$work/build/deep" && make install DESTDIR="$work/root" >/dev/null)
for installed in bin/blftop share/doc/blftop/README.md share/doc/blftop/examples/blftop.conf \
    libexec/blftop/blftop-recorder libexec/blftop/to-prometheus.jq; do
    [ -e "$work/root/usr/$installed" ] || { echo "builds: $installed is not installed"; exit 1; }
done
(cd "$work/build/deep" && make uninstall DESTDIR="$work/root" >/dev/null)
left=$(find "$work/root" -type f)
[ -z "$left" ] || { echo "builds: left after uninstall: $left"; exit 1; }
echo "builds: H6 DESTDIR takes all, and gives it back"
