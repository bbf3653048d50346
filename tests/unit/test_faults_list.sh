#!/bin/sh
# SPDX-License-Identifier: MIT
# Every row of tests/FAULTS.md has a test whose name ends with the row's id, or says why it has none
# ("Not tested: ..."); every id in a test's name has a row; rows are there once and in order.
set -u
srcdir=${srcdir:-.}
tests=$srcdir/tests
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
bad=0

# Reports a breach.
breach() {
    echo "faults: $*"
    bad=1
}

# The ids in the names of tests: functions of C and shell, and the checks of test_hardening.sh.
{
    grep -hoE '^(static void )?[a-z][A-Za-z0-9_]*__[A-Za-z0-9_]+' "$tests"/*/*.c "$tests"/*/*.sh |
        grep -oE '(__[A-H][0-9]+)+$' | sed 's/^__//; s/__/\n/g'
    sed -nE 's/^ *holds ([A-H][0-9]+) .*/\1/p' "$tests/unit/test_hardening.sh"
} | sort -u >"$work/ids"
[ -s "$work/ids" ] || breach "no test has an id in its name"

sed -nE 's/^\| ([A-Z][0-9]+) \|.*/\1/p' "$tests/FAULTS.md" >"$work/rows"
for group in A:20 B:18 C:11 D:13 E:11 F:11 G:8 H:7; do
    seq -f "${group%:*}%g" "${group#*:}"
done >"$work/wanted"
cmp -s "$work/rows" "$work/wanted" || breach "rows are missing, doubled or out of order"

while read -r row; do
    line=$(grep "^| $row |" "$tests/FAULTS.md")
    echo "$line" | grep -qE '^\| [^|]+ \| [^|].* \| .+ \|$' || breach "$row does not say what happens"
    grep -qx "$row" "$work/ids" && continue
    echo "$line" | grep -qE '\| Not tested[^:]*: .' || breach "$row has neither a test nor a reason"
done <"$work/rows"
while read -r id; do
    grep -qx "$id" "$work/rows" || breach "a test has the id of no row, $id"
done <"$work/ids"
exit $bad
