#!/bin/sh
# SPDX-License-Identifier: MIT
# Runs every fuzz target over its corpus: each input once, through the same code that is fuzzed.
set -u
srcdir=${srcdir:-.}
bad=0
ran=0
for corpus in "$srcdir"/tests/data/fuzz/*/; do
    name=$(basename "$corpus")
    if "tests/fuzz/fuzz_$name" "$corpus"; then
        ran=$((ran + 1))
    else
        echo "fuzz_$name failed on its corpus"
        bad=1
    fi
done
[ "$ran" -gt 0 ] || { echo "no corpus was found"; bad=1; }
exit $bad
