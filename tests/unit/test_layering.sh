#!/bin/sh
# SPDX-License-Identifier: MIT
# The layering is a test, not a promise: a folder includes only folders below it on this list, and each
# library's header stands in one place.
set -u
srcdir=${srcdir:-.}
folders="main app startup demo event_loop monitor term draw ui report log poll http uapi model config base"
bad=0

# Tells of a breach.
breach() {
    echo "layering: $*"
    bad=1
}

# Prints a folder's place on the list, 0 being the top.
place_of() {
    place=0
    for folder in $folders; do
        [ "$folder" = "$1" ] && { echo $place; return; }
        place=$((place + 1))
    done
    echo -1
}

# Prints the folder of a file below src/ or include/.
folder_of() {
    below=${1#"$srcdir"/src/}
    below=${below#"$srcdir"/include/}
    case $below in
    */*) echo "${below%%/*}" ;;
    *) basename "$below" | sed 's/\.[ch]$//' ;;
    esac
}

for file in "$srcdir"/src/*.c "$srcdir"/src/*/*.c "$srcdir"/include/*.h "$srcdir"/include/*/*.h; do
    [ -f "$file" ] || continue
    folder=$(folder_of "$file")
    from=$(place_of "$folder")
    [ "$folder" = sim ] || [ "$from" -ge 0 ] || breach "$file is in no known folder"
    for header in $(sed -n 's/^#include "\([^"]*\)".*/\1/p' "$file" | grep -vx config.h); do
        to_folder=$(folder_of "$srcdir/include/$header")
        if [ "$folder" = sim ]; then
            case $to_folder in
            sim | uapi | model | base) ;;
            *) breach "$file includes $header" ;;
            esac
        else
            to=$(place_of "$to_folder")
            # How many lines a scrolled text has depends on how it is drawn.
            case ${file#"$srcdir/"}:$header in
            src/ui/cursor.c:draw/draw_detail.h | src/ui/input.c:draw/draw_help.h) continue ;;
            esac
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

only 'curses\.h' 'src/term/screen\.c|src/term/keyboard\.c'
only 'term\.h' 'src/term/terminfo\.c'
only 'curl/curl\.h' 'src/http/[a-z]*\.c|src/base/url\.c'
only 'libconfig\.h' 'src/config/settings(_parse)?\.c'
only 'jansson\.h' '(src|include)/uapi/[a-z_]*\.[ch]|src/report/json\.c'
only 'microhttpd\.h' 'src/sim/[a-z_]*\.c'

exit $bad
