#!/bin/sh
# SPDX-License-Identifier: MIT
# One header a module, one module a header: each external function of src/X.c is declared in
# include/X.h. And no external symbol is defined in two of the libraries.
set -u
srcdir=${srcdir:-.}
bad=0
seen=0

# Prints what an object or a library defines for others.
symbols_of() {
    nm -g --defined-only "$1" 2>/dev/null | awk 'NF == 3 && $3 !~ /^_/ {print $3}' | sort -u
}

for object in src/lib*_a-*.o src/*/lib*_a-*.o; do
    module=$(echo "${object#src/}" | sed 's/lib[a-z]*_a-//; s/\.o$//')
    [ -f "$srcdir/src/$module.c" ] || continue # left from a file that was renamed
    seen=$((seen + 1))
    for symbol in $(symbols_of "$object"); do
        grep -qE "\b$symbol[[(;]" "$srcdir/include/$module.h" 2>/dev/null && continue
        echo "modules: $symbol of src/$module.c is not in include/$module.h"
        bad=1
    done
done
[ "$seen" -gt 50 ] || { echo "modules: only $seen objects were found"; bad=1; }

for twice in $(for library in libblftop.a libuapisim.a libtests.a; do
    symbols_of $library
done | sort | uniq -d); do
    echo "modules: $twice is defined in two libraries"
    bad=1
done
exit $bad
