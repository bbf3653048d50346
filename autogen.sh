#!/bin/sh
# SPDX-License-Identifier: MIT
# Prepares a fresh checkout: makes configure and runs it.
#
#   ./autogen.sh [--deps | --test-deps] [CONFIGURE-OPTION...]
#
# --deps       first installs what building and the demo need (Debian, Ubuntu, Fedora, Alpine)
# --test-deps  also what `make check` needs; neither installs what only `make lint` and `make fuzz`
#              need: clang, clang-tidy, cppcheck
# NOCONFIGURE  in the environment: stop once configure is made
#
# With --deps alone configure is told --without-tests.
set -eu

debian="gcc make autoconf automake pkg-config libncurses-dev libcurl4-openssl-dev libjansson-dev
 libconfig-dev libmicrohttpd-dev ca-certificates"
debian_tests="libcmocka-dev libvterm-dev ncurses-term tmux openssl curl jq"
fedora="gcc make autoconf automake pkgconf-pkg-config ncurses-devel libcurl-devel jansson-devel
 libconfig-devel libmicrohttpd-devel ca-certificates"
fedora_tests="libcmocka-devel libvterm-devel ncurses-term tmux openssl curl jq"
alpine="gcc musl-dev make autoconf automake pkgconf ncurses-dev curl-dev jansson-dev
 libconfig-dev libmicrohttpd-dev ca-certificates"
alpine_tests="cmocka-dev libvterm-dev ncurses-terminfo tmux openssl curl jq bash"

# Runs a shell command as root, or says what root should run.
as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        sh -c "$1"
    elif command -v sudo >/dev/null; then
        sudo sh -c "$1"
    else
        echo "autogen.sh: packages are missing and there is no sudo; as root, run:" >&2
        echo "    $1" >&2
        exit 1
    fi
}

# Tries a command twice: package mirrors fail at times.
twice() {
    "$@" || { sleep 3; "$@"; }
}

# Installs what is missing with the system's package manager.
# shellcheck disable=SC2086,SC2116 # the lists are meant to be split
install_deps() {
    if command -v apt-get >/dev/null; then
        missing=
        for package in $debian; do
            dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q '^install ok installed' ||
                missing="$missing $package"
        done
        [ -z "$missing" ] && return
        twice as_root "apt-get -q update && DEBIAN_FRONTEND=noninteractive apt-get -q -y --no-install-recommends install$missing"
    elif command -v dnf >/dev/null; then
        twice as_root "dnf -y install $(echo $fedora)"
    elif command -v apk >/dev/null; then
        twice as_root "apk add $(echo $alpine)"
    else
        echo "autogen.sh: no apt-get, dnf or apk here; please install what these are called on this system:" >&2
        echo "$debian" >&2
        exit 1
    fi
}

srcdir=$(dirname "$0")
case ${1-} in
--deps)
    shift
    install_deps
    set -- --without-tests "$@"
    ;;
--test-deps)
    shift
    debian="$debian $debian_tests"
    fedora="$fedora $fedora_tests"
    alpine="$alpine $alpine_tests"
    install_deps
    ;;
esac
(cd "$srcdir" && autoreconf -fi)
if [ -z "${NOCONFIGURE-}" ]; then
    "$srcdir/configure" "$@"
fi
