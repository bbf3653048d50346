#!/bin/sh
# SPDX-License-Identifier: MIT
# What the running program keeps from others: its memory, its environment, a core dump; and that it
# runs with no privileges of others. Cases that need root to be set up are skipped without it.
set -u
nobody=65534
folder=$(mktemp -d) || exit 1
simulator=
bad=0

# Ends what was started, removes what was made.
clean_up() {
    [ -z "$simulator" ] || kill "$simulator" 2>/dev/null
    rm -rf "$folder"
}
trap clean_up EXIT
trap 'exit 1' HUP INT TERM

# Tells of a case that failed.
fail() {
    echo "FAIL: $*"
    bad=1
}

# Starts a server that answers late, and writes settings for it.
start_server() {
    "$UAPI_SIM" --token canary --delay 60000 >"$folder/sim" &
    simulator=$!
    for i in $(seq 100); do
        grep -q http "$folder/sim" && break
        sleep 0.1
    done
    url=$(sed -n 's/.*\(http:[^ ]*\)/\1/p' "$folder/sim")
    echo "server = { url = \"$url\"; token = \"canary\"; }; poll = { timeout = 60.0; };" >"$folder/blftop.conf"
    chmod 600 "$folder/blftop.conf"
}

# A process's limit on core dumps, soft and hard.
core_limit() {
    sed -n 's/^Max core file size *\([^ ]*\) *\([^ ]*\) .*/\1 \2/p' "/proc/$1/limits" 2>/dev/null
}

# What program a process runs by now.
name_of() {
    cat "/proc/$1/comm" 2>/dev/null
}

# Has a process come as far as to hide itself? What is in /proc of it is root's then (proc(5)).
hides_itself() {
    [ "$(name_of "$1")" = blftop ] && [ "$(stat -c %u "/proc/$1/environ" 2>/dev/null)" = 0 ]
}

# Row F11 of the list of faults.
process__running__leaves_no_core_dump__F11() {
    "$BLFTOP" --config "$folder/blftop.conf" --once >/dev/null 2>&1 &
    pid=$!
    for i in $(seq 100); do
        [ "$(core_limit $pid)" = "0 0" ] && break
        sleep 0.1
    done
    [ "$(core_limit $pid)" = "0 0" ] || fail "core limit: $(core_limit $pid)"
    kill "$pid"
    wait "$pid" 2>/dev/null
}

# Likewise; a process that hides nothing is the control.
process__same_user__cannot_read_its_memory__F11() {
    [ "$(id -u)" = 0 ] && [ -n "$(command -v setpriv)" ] || { echo "skipped: memory (needs root and setpriv)"; return; }
    chown -R $nobody "$folder"
    chmod 755 "$folder"
    as_nobody="setpriv --reuid=$nobody --regid=$nobody --clear-groups"
    cp "$BLFTOP" "$folder/blftop"
    chmod 755 "$folder/blftop"
    $as_nobody "$folder/blftop" --config "$folder/blftop.conf" --once >/dev/null 2>&1 &
    pid=$!
    $as_nobody sleep 30 &
    other=$!
    for i in $(seq 100); do
        [ "$(name_of $other)" = sleep ] && hides_itself $pid && break
        sleep 0.1
    done
    $as_nobody cat "/proc/$other/environ" >/dev/null || fail "the control, a process that hides nothing, cannot be read either"
    $as_nobody cat "/proc/$pid/environ" >/dev/null 2>&1 && fail "its environment can be read by the same user"
    $as_nobody head -c 1 "/proc/$pid/maps" >/dev/null 2>&1 && fail "its memory map can be read by the same user"
    kill "$pid" "$other" || fail "it is gone"
    wait "$pid" "$other" 2>/dev/null
}

# Row F10.
process__setuid__is_refused__F10() {
    [ "$(id -u)" = 0 ] && [ -n "$(command -v setpriv)" ] || { echo "skipped: setuid (needs root and setpriv)"; return; }
    cp "$BLFTOP" "$folder/setuid"
    chown 0:0 "$folder/setuid"
    chmod 4755 "$folder/setuid"
    chmod 755 "$folder"
    setpriv --reuid=$nobody --regid=$nobody --clear-groups "$folder/setuid" --version >"$folder/out" 2>&1
    code=$?
    if [ $code = 0 ] && setpriv --reuid=$nobody --regid=$nobody --clear-groups findmnt -no OPTIONS -T "$folder" | grep -q nosuid; then
        echo "skipped: setuid (the file system does not allow it)"
    elif [ $code != 2 ] || ! grep -q "refuses to run with more privileges" "$folder/out"; then
        fail "setuid: code $code, $(cat "$folder/out")"
    fi
}

start_server
process__running__leaves_no_core_dump__F11
process__same_user__cannot_read_its_memory__F11
process__setuid__is_refused__F10
[ $bad = 0 ] && [ "$(id -u)" != 0 ] && exit 77 # most of it was skipped
exit $bad
