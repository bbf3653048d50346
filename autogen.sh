#!/bin/sh
# SPDX-License-Identifier: MIT
# Prepares a fresh checkout: makes configure and runs it.
#
#   ./autogen.sh [--deps] [CONFIGURE-OPTION...]
#
# --deps       first installs what building and testing need (Debian, Ubuntu, Fedora, Alpine)
#              (not what only `make lint` needs: clang, clang-tidy, cppcheck; it names what is missing)
# NOCONFIGURE  in the environment: stop once configure is made
set -eu

debian="gcc make autoconf automake pkg-config libncurses-dev libcurl4-openssl-dev libjansson-dev
 libconfig-dev libcmocka-dev libmicrohttpd-dev libvterm-dev ncurses-term tmux openssl ca-certificates curl jq"
fedora="gcc make autoconf automake pkgconf-pkg-config ncurses-devel libcurl-devel jansson-devel
 libconfig-devel libcmocka-devel libmicrohttpd-devel libvterm-devel ncurses-term tmux openssl ca-certificates curl jq"
alpine="gcc musl-dev make autoconf automake pkgconf ncurses-dev curl-dev jansson-dev
 libconfig-dev cmocka-dev libmicrohttpd-dev libvterm-dev ncurses-terminfo tmux openssl ca-certificates curl jq
 bash"

# Runs a command as root.
as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    else
        sudo "$@"
    fi
}

# Tries a command twice: package mirrors have bad moments.
twice() {
    "$@" || { sleep 3; "$@"; }
}

# Installs what is missing with the system's package manager.
# shellcheck disable=SC2086 # the lists are meant to be split
install_deps() {
    if command -v apt-get >/dev/null; then
        missing=
        for package in $debian; do
            dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q '^install ok installed' ||
                missing="$missing $package"
        done
        [ -z "$missing" ] && return
        twice as_root env DEBIAN_FRONTEND=noninteractive apt-get -q update
        twice as_root env DEBIAN_FRONTEND=noninteractive \
            apt-get -q -y --no-install-recommends install $missing
    elif command -v dnf >/dev/null; then
        twice as_root dnf -y install $fedora
    elif command -v apk >/dev/null; then
        twice as_root apk add $alpine
    else
        echo "autogen.sh: no apt-get, dnf or apk here; please install what these are called on this system:" >&2
        echo "$debian" >&2
        exit 1
    fi
}

srcdir=$(dirname "$0")
if [ "${1-}" = --deps ]; then
    shift
    install_deps
fi
(cd "$srcdir" && autoreconf -fi)
if [ -z "${NOCONFIGURE-}" ]; then
    "$srcdir/configure" "$@"
fi
