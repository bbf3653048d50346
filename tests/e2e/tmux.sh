#!/bin/sh
# SPDX-License-Identifier: MIT
# A board in tmux, looked at from terminals of one size after the other, which come and go. The
# terminals are those of a second tmux.
set -u
blftop=${BLFTOP:-./blftop}
sim=${UAPI_SIM:-./uapi-sim}
command -v tmux >/dev/null || { echo "tmux.sh: skipped, tmux is missing"; exit 77; }
[ -x "$sim" ] || { echo "tmux.sh: skipped, $sim was not built"; exit 77; }

work=$(mktemp -d) || exit 1
sim_pid=

# Orders to the tmux with the board, and to the one with the terminals.
inner() { env -u TMUX tmux -f /dev/null -S "$work/inner" "$@"; }
outer() { env -u TMUX tmux -f /dev/null -S "$work/outer" "$@"; }

# Leaves nothing behind.
clean() {
    outer kill-server 2>/dev/null
    inner kill-server 2>/dev/null
    [ -z "$sim_pid" ] || kill "$sim_pid" 2>/dev/null
    rm -rf "$work"
}
trap clean EXIT
trap 'exit 1' INT TERM HUP

# Tells of a failure.
fail() {
    echo "tmux.sh: $*"
    inner capture-pane -p -t board 2>/dev/null
    exit 1
}

# Waits, ten seconds at most, until a command succeeds.
await() {
    tries=0
    while ! "$@"; do
        tries=$((tries + 1))
        [ $tries -lt 200 ] || return 1
        sleep 0.05
    done
}

# Is the frame whole at this size: the header reaches the right edge, the last row is the footer's,
# and no row is longer? In ASCII, where a byte is a column. COLUMNS ROWS.
is_whole() {
    [ "$(inner display-message -p -t board '#{pane_width}x#{pane_height}')" = "$1x$2" ] || return 1
    inner capture-pane -p -t board >"$work/frame"
    awk -v cols="$1" -v rows="$2" '
        NR == 1 { header = /blftop.*LIVE/ && length($0) >= cols - 1 }
        length($0) > cols { long = 1 }
        NR == rows { footer = /q quit/ }
        END { exit !(header && footer && !long) }' "$work/frame"
}

# Attaches a terminal of this size, looks, and takes it away again.
look_from() {
    outer new-session -d -s "t$1" -x "$1" -y "$2" \
        "env -u TMUX tmux -f /dev/null -S '$work/inner' attach -t board"
    await is_whole "$1" "$2" || fail "at $1x$2 the frame is not whole"
    outer kill-session -t "t$1"
    await has_no_viewer || fail "the viewer of $1x$2 never left"
}

# Is nobody attached?
has_no_viewer() { [ -z "$(inner list-clients 2>/dev/null)" ]; }

# The test itself.
board__tmux_detached_and_attached_at_another_size__draws_the_whole_frame__E11() {
    await is_whole 80 24 || fail "at 80x24 the frame is not whole"
    look_from 120 36
    look_from 60 20
    look_from 100 30
}

"$sim" --token tmux-test --churn 0 >"$work/out" 2>&1 &
sim_pid=$!
await grep -q listening "$work/out" || fail "the simulator does not start"
url=$(sed -n 's/^uapi-sim: listening on //p' "$work/out")
(
    umask 077
    printf 'server = { url = "%s"; token = "tmux-test"; };\npoll = { interval = 1.0; };\n' \
        "$url" >"$work/conf"
)
inner new-session -d -s board -x 80 -y 24 "exec '$blftop' --ascii --config '$work/conf'"
inner set-option -g status off
board__tmux_detached_and_attached_at_another_size__draws_the_whole_frame__E11
inner send-keys -t board q
await eval '! inner has-session -t board 2>/dev/null' || fail "q does not end it"
