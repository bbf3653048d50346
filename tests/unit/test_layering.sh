#!/bin/sh
# SPDX-License-Identifier: MIT
# The layering is a test, not a promise: a room includes only rooms below it on this list, and each
# library's header stands in one place.
set -u
srcdir=${srcdir:-.}
rooms="main modes load loop net board report uapi model config base"
bad=0

# Tells of a breach.
breach() {
    echo "layering: $*"
    bad=1
}

# Prints a room's place on the list, 0 being the top.
place_of() {
    place=0
    for room in $rooms; do
        [ "$room" = "$1" ] && { echo $place; return; }
        place=$((place + 1))
    done
    echo -1
}

# Prints the room of a file below src/ or include/.
room_of() {
    below=${1#"$srcdir"/src/}
    below=${below#"$srcdir"/include/}
    case $below in
    */*) echo "${below%%/*}" ;;
    *) basename "$below" | sed 's/\.[ch]$//; s/^loop_.*/loop/' ;;
    esac
}

for file in "$srcdir"/src/*.c "$srcdir"/src/*/*.c "$srcdir"/include/*.h "$srcdir"/include/*/*.h; do
    [ -f "$file" ] || continue
    room=$(room_of "$file")
    from=$(place_of "$room")
    [ "$room" = sim ] || [ "$from" -ge 0 ] || breach "$file is in no known room"
    for header in $(sed -n 's/^#include "\([^"]*\)".*/\1/p' "$file"); do
        to_room=$(room_of "$srcdir/include/$header")
        if [ "$room" = sim ]; then
            case $to_room in
            sim | uapi | model | base) ;;
            *) breach "$file includes $header" ;;
            esac
        else
            to=$(place_of "$to_room")
            [ "$to" -ge "$from" ] || breach "$file includes $header, which is above it"
        fi
    done
done

# Checks that a library's header is included only where it may be.
only() {
    header=$1
    allowed=$2
    for file in $(grep -rlE "^#include <(ncursesw/)?$header>" "$srcdir/src" "$srcdir/include"); do
        echo "${file#"$srcdir"/}" | grep -qE "^($allowed)$" || breach "$file includes <$header>"
    done
    grep -rqE "^#include <(ncursesw/)?$header>" "$srcdir/src" || breach "nobody includes <$header>: is this test blind?"
}

only 'curses\.h' 'src/board/screen\.c|src/board/keypad\.c'
only 'term\.h' 'src/board/terminfo\.c'
only 'curl/curl\.h' 'src/net/fetch\.c|src/net/transfer\.c|src/base/url\.c'
only 'libconfig\.h' 'src/config/settings(_option)?\.c'
only 'jansson\.h' '(src|include)/uapi/[a-z]*\.[ch]|src/report/json\.c'
only 'microhttpd\.h' 'src/sim/[a-z]*\.c'

exit $bad
