#!/bin/sh
# SPDX-License-Identifier: MIT
# Runs the tests, and the program in the tests that start it, under valgrind's memcheck, and fails
# on everything that it finds. A program is some 30 times slower so: a test that fails of that alone
# is named, no more.
#
#   make valgrind                                  all tests that are programs
#   make valgrind VALGRIND_TESTS=tests/unit/test_x     some
#
# BLFTOP, UAPI_SIM  the programs
# VALGRIND_TESTS    the tests
set -eu
command -v valgrind >/dev/null || { echo "valgrind: it is not installed"; exit 1; }
suppressions=$(cd "${srcdir:-.}" && pwd)/tests/lint/valgrind.supp
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 1' HUP INT TERM
check="valgrind -q --sim-hints=lax-ioctls --suppressions=$suppressions --leak-check=full --errors-for-leak-kinds=definite --show-leak-kinds=definite"

# Stands in for a program: `wrap NAME PATH`.
wrap() {
    printf '#!/bin/sh\nexec %s --log-file=%s/%%p.%s "%s" "$@"\n' "$check" "$folder" "$1" "$2" \
        >"$folder/$1"
    chmod +x "$folder/$1"
    printf '%s/%s\n' "$folder" "$1"
}
program=$BLFTOP
BLFTOP=$(wrap blftop "$program")
runs=0
failed=0
slow=
for test in $VALGRIND_TESTS; do
    runs=$((runs + 1))
    case $test in
    *.sh | tests/campaign/*) runs=$((runs - 1)); continue ;; # torture and soak have their own limits of time
    tests/e2e/*) "./$test" >"$folder/out" 2>&1 || slow="$slow $test" ;;
    *) BLFTOP=$program $check --log-file="$folder/%p.test" "./$test" >"$folder/out" 2>&1 ||
        slow="$slow $test" ;;
    esac
    # What a failed test of cmocka leaves behind is no finding: it jumps out of its functions.
    for log in "$folder"/*.test "$folder"/*.blftop; do
        [ -s "$log" ] || continue
        failed=$((failed + 1))
        echo "valgrind: $test: ${log##*.}"
        cat "$log"
    done
    rm -f "$folder"/*.test "$folder"/*.blftop
done
echo "valgrind: $runs tests, $failed findings"
[ -z "$slow" ] || echo "valgrind: not judged by their result, which fails under it:$slow"
[ "$failed" -eq 0 ]
