#!/bin/sh
# SPDX-License-Identifier: MIT
# Reads src/ and tests/ with what finds faults without running them, and fails on every finding that
# tests/lint/known.list does not explain. Tools that are not installed are named and left out.
#
#   make lint                          all of them
#   make lint LINT_TOOLS="gcc cppcheck"     some
#
# srcdir        the tree
# LINT_FLAGS    what the preprocessor is told when the program is built, quoted for a shell
set -eu
export LC_ALL=C
srcdir=$(cd "${srcdir:-.}" && pwd)
tools=${LINT_TOOLS:-gcc clang clang-tidy cppcheck}
jobs=$(nproc 2>/dev/null || echo 1)
work=$(mktemp -d)
prefix=$(printf '%s' "$srcdir" | sed 's/[.*[^$]/\\&/g')
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
find "$srcdir/src" "$srcdir/tests" -name '*.c' | sort >"$work/files"
eval "set -- $LINT_FLAGS"

# All that is on by default and what is off by default, but
# - alpha.deadcode and alpha.security.ArrayBound: wrong wherever they spoke (V2 replaces the latter);
# - what is left out of .clang-tidy too.
clang_checkers=security,unix,optin.portability,nullability,valist
clang_checkers=$clang_checkers,alpha.unix,alpha.security.ArrayBoundV2,alpha.security.MallocOverflow
clang_checkers=$clang_checkers,alpha.security.MmapWriteExec,alpha.security.ReturnPtrRange
clang_checkers=$clang_checkers,alpha.security.cert,alpha.security.taint,alpha.core.BoolAssignment
clang_checkers=$clang_checkers,alpha.core.Conversion,alpha.core.FixedAddr,alpha.core.IdenticalExpr
clang_checkers=$clang_checkers,alpha.core.PointerArithm,alpha.core.PointerSub,alpha.core.SizeofPtr
clang_checkers=$clang_checkers,alpha.core.CastSize,alpha.core.StackAddressAsyncEscape
clang_checkers=$clang_checkers,alpha.core.TestAfterDivZero
clang_not=security.insecureAPI.DeprecatedOrUnsafeBufferHandling

# Runs a command for each file, as many at once as there are processors; `{}` is the file.
each() {
    xargs -P "$jobs" -I '{}' "$@" <"$work/files" 2>&1 || true
}

# Prints what a tool says of all files. The preprocessor's flags are the arguments.
run_gcc() { each gcc "$@" -O2 -fanalyzer -c '{}' -o /dev/null; }
run_clang() {
    each clang --analyze --analyzer-output text -Xclang -analyzer-checker=$clang_checkers \
        -Xclang -analyzer-disable-checker=$clang_not "$@" '{}'
}
# The analyser inside clang-tidy is the one that clang has just been.
run_clang_tidy() { each clang-tidy --quiet --checks='-clang-analyzer-*' '{}' -- "$@"; }
run_cppcheck() {
    cppcheck --enable=all --inconclusive --quiet --std=c11 --inline-suppr -j 1 \
        --suppress=missingInclude --suppress=missingIncludeSystem \
        --suppress=unmatchedSuppression --file-list="$work/files" -D_GNU_SOURCE -DTESTS_DIR='""' \
        -DPACKAGE_VERSION='""' -I "$srcdir/include" -I "$srcdir/tests" \
        --template='{file}:{line}:{column}: warning: {message} [{id}]' 2>&1 || true
}

ran=
for tool in $tools; do
    if ! command -v "$tool" >/dev/null; then
        echo "lint: $tool is left out: it is not installed"
        continue
    fi
    ran="$ran $tool"
    echo "lint: $("$tool" --version | grep -m 1 -E '[0-9]+\.[0-9]')"
    "run_$(echo "$tool" | tr - _)" "$@" | grep -E '^[^ ]+:[0-9]+:[0-9]+: (warning|error|fatal error): ' |
        sed "s|^$prefix/||; s/^/$tool /" | sort -u >>"$work/found" || true
done
[ -n "$ran" ] || { echo "lint: nothing was read"; exit 1; }
awk -v srcdir="$srcdir" -v ran="$ran " -f "$srcdir/tests/lint/explain.awk" \
    "$srcdir/tests/lint/known.list" "$work/found"
