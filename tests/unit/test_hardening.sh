#!/bin/sh
# SPDX-License-Identifier: MIT
# What the built programs are, read from the programs: position independent, no writable jump
# tables, no stack that runs, no folder of their own for libraries, guarded stacks, and none of the
# calls that write as far as the input goes or hand a line to a shell.
set -u
bad=0
command -v readelf >/dev/null || { echo "hardening: readelf is missing (binutils has it)"; exit 77; }

# Tells of a breach.
breach() {
    echo "hardening: $*"
    bad=1
}

for program in ./blftop ./uapi-sim; do
    [ -x "$program" ] || continue
    shape=$(readelf -hlWd "$program") || { breach "$program cannot be read"; continue; }
    # Names of what it takes from libraries, without versions.
    calls=$(readelf --dyn-syms -W "$program" | awk '$7 == "UND" { sub(/@.*/, "", $8); print $8 }')
    case $calls in
    *__asan_*) echo "hardening: built with sanitizers, as none is that is installed"; exit 77 ;;
    esac
    echo "$shape" | grep -q 'Type: *DYN' || breach "$program is at a fixed address"
    echo "$shape" | grep -q 'GNU_RELRO' || breach "$program keeps its tables writable"
    echo "$shape" | grep -Eq 'BIND_NOW|FLAGS_1.* NOW' || breach "$program binds names late"
    echo "$shape" | grep -Eq 'GNU_STACK.* RW +0x' || breach "$program has a stack that runs"
    echo "$shape" | grep -E 'RPATH|RUNPATH' && breach "$program brings a library path along"
    echo "$calls" | grep -qx '__stack_chk_fail' || breach "$program does not guard its stack"
    banned='strcpy|strcat|sprintf|vsprintf|gets|system|popen|mktemp|tmpnam|v?w?printw|mvw?printw'
    echo "$calls" | grep -Ex "$banned" && breach "$program makes calls that are banned"
done
exit $bad
