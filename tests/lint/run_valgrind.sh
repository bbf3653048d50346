#!/bin/sh
# SPDX-License-Identifier: MIT
# Runs the tests, and the program in the tests that start it, under valgrind's memcheck, and fails
# on everything that it finds. A test that fails is named with its cases, no more: a program is some
# 30 times slower so and takes more memory, SIGTSTP stops nobody, and what a program overwrites of its
# environment stays in /proc (valgrind 3.19).
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
# Without --vgdb=no it leaves pipes in the folder for temporary files when it is killed.
check="valgrind -q --vgdb=no --sim-hints=lax-ioctls --suppressions=$suppressions --leak-check=full --errors-for-leak-kinds=definite --show-leak-kinds=definite"
# What a test reads that does what valgrind cannot take.
BLFTOP_UNDER_VALGRIND=1
export BLFTOP_UNDER_VALGRIND
FILES_MIN=64 # that valgrind and a program need; with a few it does not start

# Stands in for a program: `wrap NAME PATH`. Where valgrind cannot judge it, the program runs alone,
# which is noted: with a standard descriptor closed, valgrind's log becomes that, and the program
# writes into it; short of descriptors, valgrind does not start.
wrap() {
    cat >"$folder/$1" <<END
#!/bin/sh
for each in 0 1 2; do
    [ -e /proc/self/fd/\$each ] || alone='a standard descriptor closed'
done
[ "\$(ulimit -n)" = unlimited ] || [ "\$(ulimit -n)" -ge $FILES_MIN ] || alone='few descriptors'
if [ "\${alone:-}" ]; then
    echo "\$alone" >>"$folder/alone"
    exec "$2" "\$@"
fi
exec $check --log-file="$folder/%p.$1" "$2" "\$@"
END
    chmod +x "$folder/$1"
    printf '%s/%s\n' "$folder" "$1"
}

# Why a test is left out; nothing if it is not.
reason_against() {
    case $1 in
    tests/long/*) echo "it has limits of time of its own" ;;
    *.sh) echo "it is a shell script" ;;
    esac
}

program=$BLFTOP
BLFTOP=$(wrap blftop "$program")
count=0
for test in $VALGRIND_TESTS; do
    count=$((count + 1))
done
at=0
runs=0
failed=0
slow=
begin=$(date +%s)
for test in $VALGRIND_TESTS; do
    at=$((at + 1))
    reason=$(reason_against "$test")
    if [ "$reason" ]; then
        echo "valgrind: $at/$count $test: left out: $reason"
        continue
    fi
    runs=$((runs + 1))
    start=$(date +%s)
    status=0
    is_itself=yes
    case $test in
    tests/e2e/test_faults_proxy | tests/e2e/test_faults_sweep) ;; # they start no program
    tests/e2e/*) is_itself=no ;;
    esac
    case $is_itself in
    no) "./$test" >"$folder/out" 2>&1 || status=$? ;;
    yes) BLFTOP=$program $check --log-file="$folder/%p.test" "./$test" >"$folder/out" 2>&1 || status=$? ;;
    esac
    # Whatever is in a log counts: what memcheck found, and that valgrind did not get on.
    findings=0
    processes=0
    for log in "$folder"/*.test "$folder"/*.blftop; do
        [ -e "$log" ] || continue
        processes=$((processes + 1))
        [ -s "$log" ] || continue
        findings=$((findings + 1))
        echo "valgrind: $test: ${log##*.}"
        cat "$log"
    done
    if [ "$processes" -eq 0 ]; then
        findings=1
        echo "valgrind: $test: neither it nor a program that it starts was under valgrind"
    fi
    echo "valgrind: $at/$count $test: $findings findings in $processes processes, $(($(date +%s) - start)) s"
    if [ -e "$folder/alone" ]; then
        sort "$folder/alone" | uniq -c | while read -r times why; do
            echo "valgrind:   started $times times without valgrind, which cannot take it: $why"
        done
    fi
    sed -n 's/^left out: /valgrind:   left out: /p' "$folder/out"
    if [ "$status" -ne 0 ]; then
        slow="$slow $test"
        echo "valgrind:   it fails under valgrind (status $status), which is not judged:"
        sed -n 's/^\[  FAILED  \] \([a-z0-9]*__.*\)/valgrind:     \1/p' "$folder/out" | sort -u
    fi
    failed=$((failed + findings))
    rm -f "$folder"/*.test "$folder"/*.blftop "$folder/alone"
done
[ -z "$slow" ] || echo "valgrind: not judged by their result, which fails under it:$slow"
echo "valgrind: $runs tests in $(($(date +%s) - begin)) s, $failed findings"
[ "$failed" -eq 0 ]
