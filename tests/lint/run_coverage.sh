#!/bin/sh
# SPDX-License-Identifier: MIT
# Prints what of src/ the tests run, by file and room, and fails where that is too little. Works in
# the folder it is called from: an unpacked tree of its own, which it builds for gcov.
#
#   tests/lint/run_coverage.sh [-v]     -v names every line and branch that no test runs
set -eu

lines=95
branches=85
# Of these every line and branch: what cleans foreign text, what holds the secret, what decides when
# to ask again, and what tells old from new.
whole="src/base/text.c src/uapi/token.c src/poll/auth.c src/poll/schedule.c src/model/staleness.c src/model/server_status.c"

detail=0
[ "${1-}" != -v ] || detail=1
jobs=$(nproc 2>/dev/null || echo 1)
./configure -q CC=gcc CFLAGS='-O0 -g --coverage'
make -j"$jobs" >build.log 2>&1 || { cat build.log; exit 1; }
# Torture fails the allocations and the writes of gcov's own as well, which spoils what it counts.
tests=$(printf 'include Makefile\nprint-tests:\n\t@echo $(TESTS)\n' | make -s -f - print-tests |
    tr ' ' '\n' | grep -v '^tests/long/torture')
make -j"$jobs" check TESTS="$(echo $tests)" >check.log 2>&1 || { cat test-suite.log; exit 1; }

find src -name '*.gcda' | sort | while read -r data; do
    gcov --stdout --branch-probabilities --branch-counts "$data"
done | awk -v detail=$detail -v lines=$lines -v branches=$branches -v whole="$whole" \
    -f tests/lint/coverage.awk
