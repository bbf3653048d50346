#!/bin/sh
# SPDX-License-Identifier: MIT
# Fuzzes: run_fuzz.sh SOURCE SECONDS TARGET... builds the targets with clang, libFuzzer, ASan and
# UBSan in ./build-fuzz, runs each for so many seconds from the tree's corpus, and prints a table.
# What a target finds is left in ./build-fuzz/crashes, and named. The tree is not written to.
set -u
source=$1
seconds=$2
shift 2
clang=${FUZZ_CC:-clang}
seed=${SEED:-$(date +%s)}
build=$PWD/build-fuzz
crashes=$build/crashes
bad=0

# Says why nothing is done.
skip() {
    echo "fuzz: skipped: $1"
    exit 0
}

# Prints the last number behind a word of a log, or 0.
last_number() {
    sed -n "s/.*$1 *\([0-9][0-9]*\).*/\1/p" "$2" | tail -n 1 | grep . || echo 0
}

command -v "$clang" >/dev/null || skip "there is no $clang"
mkdir -p "$crashes" || exit 1
work=$(mktemp -d "$build/run.XXXXXX") || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
echo 'int LLVMFuzzerTestOneInput(const char *d, unsigned long n); int LLVMFuzzerTestOneInput(const char *d, unsigned long n) { return d && n > 9 ? 0 : 0; }' >"$work/try.c"
"$clang" -fsanitize=fuzzer,address,undefined "$work/try.c" -o "$work/try" 2>"$work/try.log" ||
    skip "$clang has no libFuzzer, or no sanitizers"

# A copy of what is built, because a folder that is built in itself cannot also be built elsewhere.
mkdir -p "$build/source"
(cd "$source" && {
    echo configure; echo configure.ac; echo Makefile.in; echo Makefile.am; echo aclocal.m4
    find build-aux -type f
    find src include tests -name '*.[ch]'
} | tar -cf - -T -) | tar -xf - -C "$build/source" || exit 1
cd "$build" || exit 1
if [ ! -f Makefile ]; then
    source/configure CC="$clang" --enable-fuzzing --enable-sanitizers >configure.log 2>&1 ||
        { echo "fuzz: configure failed, see $build/configure.log"; exit 1; }
fi
programs=
for target in "$@"; do programs="$programs tests/fuzz/fuzz_$target"; done
# shellcheck disable=SC2086 # a list of words
make $programs >make.log 2>&1 || { echo "fuzz: the build failed, see $build/make.log"; exit 1; }

printf '%-12s %12s %8s %9s %9s %11s %s\n' target executions exec/s coverage new-cover seed crashes
for target in "$@"; do
    corpus=$source/tests/data/fuzz/$target
    dict=$source/tests/fuzz/dict/$target.dict
    log=$work/$target.log
    mkdir -p "$work/$target"
    set -- -max_total_time="$seconds" -seed="$seed" -timeout=20 -rss_limit_mb=2048 \
        -print_final_stats=1 -artifact_prefix="$crashes/$target-"
    [ -f "$dict" ] && set -- "$@" -dict="$dict"
    LC_ALL=C.UTF-8 TZ=UTC "tests/fuzz/fuzz_$target" "$@" "$work/$target" "$corpus" >"$log" 2>&1
    status=$?
    start=$(sed -n 's/.*INITED *cov: *\([0-9]*\).*/\1/p' "$log" | head -n 1)
    cover=$(last_number 'cov:' "$log")
    runs=$(last_number 'stat::number_of_executed_units:' "$log")
    speed=$(last_number 'stat::average_exec_per_sec:' "$log")
    found=none
    if [ $status -ne 0 ]; then
        bad=1
        cp "$log" "$crashes/$target.log"
        found=$(sed -n 's/.*Test unit written to //p' "$log" | tail -n 1)
        found="${found:-exit $status}, see $crashes/$target.log"
    fi
    printf '%-12s %12s %8s %9s %9s %11s %s\n' "$target" "$runs" "$speed" "$cover" \
        "$((cover - ${start:-0}))" "$seed" "$found"
done
exit $bad
