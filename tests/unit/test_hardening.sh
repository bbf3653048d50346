#!/bin/sh
# SPDX-License-Identifier: MIT
# What the built programs are hardened with, read from the programs, from their objects and from the
# flags configure settled on. Each line names the row of the list of faults that it holds:
# H1 the flags, each probed and in effect; H2 what the loader is told; H7 calls that are banned.
#
#   tests/unit/test_hardening.sh [PROGRAM...]     ./blftop and ./uapi-sim, from the build's folder
set -u
export LC_ALL=C
srcdir=${srcdir:-.}
bad=0
[ $# -gt 0 ] || set -- ./blftop ./uapi-sim
command -v readelf >/dev/null || { echo "hardening: readelf is missing (binutils has it)"; exit 77; }

# Tells whether the command given after row, program and words holds.
holds() {
    claim="$1 $2: $3"
    shift 3
    if "$@"; then
        echo "holds  $claim"
    else
        echo "BREACH $claim"
        bad=1
    fi
}

# Does a text have, or lack, a line that matches an extended regular expression?
has() { printf '%s\n' "$1" | grep -Eq -- "$2"; }
lacks() {
    ! printf '%s\n' "$1" | grep -E -- "$2"
}

# Prints what the Makefile sets a variable to.
variable() { sed -n "s/^$1 = *//p" Makefile; }
flags=" $(variable HARDEN_CFLAGS) $(variable HARDEN_LDFLAGS) "
warnings=" $(variable WARN_CFLAGS) "
compiler=$(variable CC)

# Was a flag put to use?
uses() { has "$flags" "[ ]$1[ ]"; }

# Is a flag in use, or did the compiler refuse it when configure tried?
is_settled() {
    uses "$1" || grep -A 100 -F "checking whether $compiler takes $1" config.log |
        grep -m 1 'result:' | grep -q 'result: no'
}

# Does every object of a library have the mark of indirect branches that land where they may?
objects_are_marked() {
    notes=$(readelf -nW "$1" | grep -c 'x86 feature:.*IBT, SHSTK')
    [ "$notes" -gt 0 ] && [ "$notes" -eq "$(ar t "$1" | grep -c '\.o$')" ]
}

# Does the C library's start-up object bear that mark, without which no program can?
start_is_marked() {
    readelf -nW "$($compiler -print-file-name=Scrt1.o)" 2>/dev/null | grep -q 'IBT, SHSTK'
}

# No stack pointer goes down by more than a page at once, and after a whole page that page is touched,
# so that none jumps over the guard page. (gcc touches it with or, clang with mov.)
steps_are_short() {
    objdump -d --no-show-raw-insn "$1" | awk '
        is_page && !/(or|mov)[ql] +\$0x0,\(%rsp\)/ { bad = 1; print "untouched before:" $0 }
        { is_page = /sub +\$0x1000,%rsp/; pages += is_page }
        /sub +\$0x[0-9a-f]+,%rsp/ && !/\$0x([0-9a-f]|[0-9a-f][0-9a-f]|[0-9a-f][0-9a-f][0-9a-f]|1000),/ {
            bad = 1
            print
        }
        END { exit bad || !pages }'
}

# Are bounds checked, or is this a build without optimisation, which knows no bounds?
is_fortified() { uses '-D_FORTIFY_SOURCE=[23]' || lacks " $(variable CFLAGS)" ' -O[1-9s]'; }

case $(readelf --dyn-syms -W "$1"; readelf -sW "$1") in
*__asan_* | *__gcov_*)
    echo "hardening: built with sanitizers or for coverage, as none is that is installed"
    exit 77
    ;;
esac

for flag in -U_FORTIFY_SOURCE -fstack-protector-strong -fstack-clash-protection -fcf-protection=full \
    -ftrivial-auto-var-init=zero -fstrict-flex-arrays=3 -fPIE -pie -Wl,-z,relro -Wl,-z,now \
    -Wl,-z,noexecstack; do
    holds H1 "$flag" "in use, or refused by the compiler when configure tried" is_settled "$flag"
done
holds H1 _FORTIFY_SOURCE "in use, or without effect without optimisation" \
    is_fortified
holds H7 -Wformat=2 "the compiler checks every format" has "$warnings" ' -Wformat=2 '

for program in "$@"; do
    [ -x "$program" ] || [ "$program" = ./uapi-sim ] || holds H2 "$program" "is there" false
    [ -x "$program" ] || continue
    shape=$(readelf -hlWd "$program") || { holds H2 "$program" "can be read" false; continue; }
    # Names of what it takes from libraries, without versions.
    calls=$(readelf --dyn-syms -W "$program" | awk '$7 == "UND" { sub(/@.*/, "", $8); print $8 }')
    machine=$(printf '%s\n' "$shape" | sed -n 's/^ *Machine: *//p')

    holds H2 "$program" "can stand at any address" has "$shape" 'Type: *DYN'
    holds H2 "$program" "has tables that are read-only once it runs" has "$shape" 'GNU_RELRO'
    holds H2 "$program" "binds its names at the start" has "$shape" 'BIND_NOW|FLAGS_1.* NOW'
    holds H2 "$program" "has a stack that does not run" has "$shape" 'GNU_STACK.* RW +0x'
    holds H2 "$program" "has no memory both writable and executable" lacks "$shape" 'LOAD.* RWE '
    holds H2 "$program" "needs no change of its code to be loaded" lacks "$shape" 'TEXTREL'
    holds H2 "$program" "brings no path to libraries along" lacks "$shape" 'RPATH|RUNPATH'
    holds H2 "$program" "guards its stacks" has "$calls" '^__stack_chk_fail$'
    if uses '-D_FORTIFY_SOURCE=[23]' && has "$shape" 'libc\.so\.6'; then
        holds H2 "$program" "has its copies' bounds checked" has "$calls" '^__[a-z]+_chk$'
    fi
    if has "$machine" X86-64 && uses -fcf-protection=full && start_is_marked; then
        holds H2 "$program" "has the mark of guarded branches and returns" \
            has "$(readelf -nW "$program")" 'x86 feature:.*IBT, SHSTK'
    fi
    if has "$machine" X86-64 && uses -fstack-clash-protection && command -v objdump >/dev/null; then
        holds H1 "$program" "touches every page of its stack" steps_are_short "$program"
    fi

    banned='(__isoc(99|23)_)?v?[fs]?w?scanf|(str|stp|wcs)cpy|(str|wcs)cat|v?sprintf|gets|system|popen'
    banned="$banned|mktemp|tmpnam|tmpnam_r|tempnam|(mv)?(vw?_?|w)?printw|mvwprintw|(vw|w|mv|mvw)scanw"
    holds H7 "$program" "makes no call that is banned" lacks "$calls" "^(__)?($banned)(_chk)?\$"
done

for library in libblftop.a libuapisim.a; do
    [ -f $library ] || continue
    if [ "$(uname -m)" = x86_64 ] && uses -fcf-protection=full; then
        holds H1 $library "has marks for guarded branches and returns" objects_are_marked $library
    fi
done

# A function that takes a format says so, or the compiler would not look at what it is given; and
# nowhere is the compiler told to look away.
declarations=$(cat "$srcdir"/include/*.h "$srcdir"/include/*/*.h | tr '\n' ' ' | tr ';' '\n' |
    grep -F 'const char *format, ...)')
holds H7 include "has functions that take formats" has "$declarations" 'format'
holds H7 include "has no format that is not checked" \
    test -z "$(printf '%s\n' "$declarations" | grep -v '__attribute__((format(printf')"
holds H7 src "tells the compiler to overlook no format" \
    lacks "$(cat "$srcdir"/src/*.c "$srcdir"/src/*/*.c "$srcdir"/include/*/*.h)" 'ignored "-Wformat'
holds H7 src "puts nothing on the screen by a format" \
    lacks "$(cat "$srcdir"/src/*.c "$srcdir"/src/*/*.c)" '(^|[^a-z_])(mv)?(vw_?|w)?printw *\('

exit $bad
