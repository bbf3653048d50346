#!/bin/sh
# SPDX-License-Identifier: MIT
# Drives uapi-sim with curl as a user would: tokens, pages, mistakes, TLS, a fleet from a file.
set -u
sim=${UAPI_SIM:-./uapi-sim}
for tool in curl openssl; do
    command -v $tool >/dev/null || { echo "sim.sh: skipped, $tool is missing"; exit 77; }
done
[ -x "$sim" ] || { echo "sim.sh: skipped, $sim was not built"; exit 77; }

work=$(mktemp -d) || exit 1
bad=0
pid=
url=
self=/uapi/extensions/@me/@self/presence

# Ends the running simulator and tells how it went.
stop() {
    [ -n "$pid" ] || return 0
    kill "$pid" 2>/dev/null
    wait "$pid"
    ended=$?
    pid=
    return $ended
}
trap 'stop; rm -rf "$work"' EXIT
trap 'exit 1' INT TERM HUP

# Tells of a failure.
fail() {
    echo "sim.sh: $*"
    bad=1
}

# Fails unless both texts are the same: WHAT, GOT, EXPECTED.
same() {
    [ "$2" = "$3" ] || fail "$1: got '$2', not '$3'"
}

# Fails unless a text holds another: WHAT, TEXT, PART.
holds() {
    case $2 in
    *"$3"*) ;;
    *) fail "$1: no '$3' in '$2'" ;;
    esac
}

# Waits for the first line of the simulator's output and takes the address from it.
await() {
    tries=0
    while ! grep -q . "$work/out" 2>/dev/null; do
        tries=$((tries + 1))
        [ $tries -lt 200 ] || { fail "the simulator does not start: $(cat "$work/err")"; exit 1; }
        sleep 0.05
    done
    line=$(head -n 1 "$work/out")
    url=${line#uapi-sim: listening on }
    [ "$url" != "$line" ] || { fail "first line: $line"; exit 1; }
}

# Starts the simulator with the options given.
start() {
    : >"$work/out"
    "$sim" "$@" >"$work/out" 2>"$work/err" &
    pid=$!
    await
}

# Gets a path with the ready token. Proxies are for others.
get() {
    path=$1
    shift
    curl -s --noproxy '*' -H 'Authorization: Bearer ready' "$@" "$url$path"
}

# The status of a GET.
status() {
    get "$1" -o /dev/null -w '%{http_code}'
}

# The extensions of what is read, one a line.
numbers() {
    grep -o '"extension":"[^"]*"' | cut -d '"' -f 4
}

start --token ready --extensions 300 --churn 0 --log --client app:pw --token-life 1
case $url in
http://127.0.0.1:*) ;;
*) fail "address: $url" ;;
esac

# The token endpoint.
form="grant_type=client_credentials&client_id=app&client_secret=pw"
answer=$(curl -s --noproxy '*' -d "$form" "$url/oauth/token.php")
holds "token" "$answer" '"token_type":"Bearer","expires_in":1}'
token=$(echo "$answer" | cut -d '"' -f 4)
code=$(curl -s --noproxy '*' -o /dev/null -w '%{http_code}' -H "Authorization: Bearer $token" \
    "$url$self")
same "issued token" "$code" 200
sleep 1.1
answer=$(curl -si --noproxy '*' -H "Authorization: Bearer $token" "$url$self")
holds "token that has ended" "$answer" '401 Unauthorized'
holds "challenge" "$answer" 'WWW-Authenticate: Bearer'
holds "no token" "$(curl -s --noproxy '*' "$url$self")" '{"error":{"code":'
answer=$(curl -s --noproxy '*' -w '%{http_code}' -d "${form}x" "$url/oauth/token.php")
holds "wrong secret" "$answer" '{"error":"invalid_client","error_description":"'
holds "wrong secret" "$answer" '}401'
same "GET of the token" "$(status /oauth/token.php)" 405
head -c 70000 /dev/zero | tr '\0' x >"$work/large"
code=$(curl -s --noproxy '*' -o /dev/null -w '%{http_code}' -d "@$work/large" \
    "$url/oauth/token.php")
same "large form" "$code" 413

# Resources and mistakes.
same "example" "$(get "/uapi/extensions/@me/0003*210/presence/" | numbers)" '0003*210'
same "escaped" "$(get "/uapi/extensions/@me/0003%2A210/presence" | numbers)" '0003*210'
same "default count" "$(get "$self" | numbers | wc -l | tr -d ' ')" 20
same "nothing" "$(status "$self?filterBy=extension&filterOp=equals&filterValue=1")" 204
same "other user" "$(status "/uapi/extensions/7/@self/presence")" 403
same "elsewhere" "$(status /uapi)" 404
same "DELETE" "$(get "$self" -X DELETE -o /dev/null -w '%{http_code}')" 405
same "HEAD" "$(get "$self" -I -o /dev/null -w '%{http_code}')" 405
holds "count" "$(get "$self?count=5000")" '{"error":{"code":"count_invalid","message":"'
holds "extension" "$(get "/uapi/extensions/@me/9/presence")" '"extension_invalid"'
next=$(get "$self?count=7" | grep -o '"next":"[^"]*"' | cut -d '"' -f 4)
same "next" "$next" "$url$self?count=7&startIndex=7"
holds "fields" "$(get "/uapi/extensions/@me/210/presence?fields=extension")" \
    '"entry":[{"extension":"0003*210"}]'
curl -s --noproxy '*' -H 'Authorization: Bearer ready' "$url$self" "$url$self" "$url$self" >/dev/null
holds "counters" "$(get /sim/stats)" '"tokens_issued":1,'
stop
same "exit after TERM" $? 0
holds "log" "$(cat "$work/err")" "GET $self?count=7 200 "
if grep -q -e ready -e pw -e "$token" "$work/err"; then
    fail "the log holds a secret"
fi

# All pages together hold every extension once, whatever their size.
start --token ready --extensions 5000 --churn 0
get "$self?count=4999" | numbers >"$work/whole"
get "$self?count=4999&startIndex=4999" | numbers >>"$work/whole"
sort "$work/whole" >"$work/expected"
same "extensions" "$(sort -u "$work/expected" | wc -l | tr -d ' ')" 5000
for size in 1 7; do
    at=0
    : >"$work/urls"
    while [ $at -lt 5000 ]; do
        echo "url=\"$url$self?count=$size&startIndex=$at\"" >>"$work/urls"
        at=$((at + size))
    done
    curl -s --noproxy '*' -H 'Authorization: Bearer ready' -K "$work/urls" | numbers | sort \
        >"$work/paged"
    cmp -s "$work/paged" "$work/expected" || fail "pages of $size differ from the whole"
done
stop

# It lives, and a page cap holds.
start --token ready --extensions 2000 --churn 0.05 --page-cap 1500
get "$self?count=4999" >"$work/before"
same "page cap" "$(numbers <"$work/before" | wc -l | tr -d ' ')" 1500
sleep 1
get "$self?count=4999" >"$work/after"
cmp -s "$work/before" "$work/after" && fail "a second has changed nothing"
stop

# A fleet from a file, byte for byte, read anew when it changes.
odd='{ "extension" : "0003*210",  "status":9, "x":[{"entry":"]"}] }'
echo "{\"entry\":[$odd]}" >"$work/fleet.json"
start --token ready --fleet "$work/fleet.json"
holds "fleet" "$(get "$self")" "\"entry\":[$odd]}"
echo '{"entry":[{"extension":"1"},{"extension":"2"}]}' >"$work/fleet.json"
same "changed fleet" "$(get "$self" | numbers | tr '\n' ' ')" '1 2 '
echo '{"entry":[{' >"$work/fleet.json"
same "broken fleet" "$(get "$self" | numbers | tr '\n' ' ')" '1 2 '
holds "broken fleet" "$(cat "$work/err")" 'the fleet stays as it was'
echo '{"entry":[]}' >"$work/fleet.json"
same "empty fleet" "$(status "$self")" 204
stop

# Answers are held back without holding up each other or the counters.
start --token ready --delay 400
began=$(date +%s%N)
for i in 1 2 3 4; do
    get "$self" -o /dev/null &
    getters="${getters:-} $!"
done
holds "counters at once" "$(get /sim/stats)" '"presence_requests":0,'
wait $getters
took=$((($(date +%s%N) - began) / 1000000))
[ $took -ge 400 ] && [ $took -lt 1500 ] || fail "four answers held for 400 ms took $took ms"
get "$self" -o /dev/null -m 5 &
getter=$!
sleep 0.1
stop
same "exit while an answer is held" $? 0
wait $getter

# Faults: each reaches the socket as it is named.
# Plays a fault and tells status, bytes and curl's exit code of a page and of a token.
play() {
    start --token ready --extensions 30 --churn 0 --client app:pw --fault "$@"
    page=$(get "$self" -m 1 -o "$work/page" -w '%{http_code} %{size_download} %{exitcode}')
    token=$(curl -s --noproxy '*' -m 1 -d "$form" -o "$work/token" -w '%{http_code} %{exitcode}' \
        "$url/oauth/token.php")
    holds "counters with $1" "$(get /sim/stats)" '"presence_requests":1,'
    stop
    same "exit after $1" $? 0
}
play close
same "close" "$page/$token" "000 0 52/000 52"
play reset
same "reset" "$page/$token" "000 0 56/000 56"
play reset-head
holds "reset-head" "$page" " 0 56"
play cut-body
holds "cut-body" "$page" " 18"
play reset-body
holds "reset-body" "$page" " 56"
play hang
same "hang" "$page/$token" "000 0 28/000 28"
play slow
holds "slow" "$page" " 28"
size=${page#200 }
[ "${size% *}" -ge 2 ] && [ "${size% *}" -le 12 ] || fail "a slow page gave $page in a second"
play token-down
same "token-down" "${page%% *}/$token" "200/503 0"
play gzip-bomb
same "gzip-bomb" "$(gzip -dc <"$work/page" 2>/dev/null | head -c 67108864 | wc -c | tr -d ' ')" 67108864
play poison-bytes
same "poisoned rows" "$(tr -d '\200-\377' <"$work/page" | numbers | wc -l | tr -d ' ')" 20
play 503 --fault bom
same "two faults" "${page%% *}" 503
holds "two faults" "$(cat "$work/page")" "$(printf '\357\273\277{"error"')"
for run in 1 2; do
    start --token ready --seed 3 --fault 500:0.5
    for i in 1 2 3 4 5 6 7 8 9 10 11 12; do
        status "$self"
    done >"$work/statuses$run"
    stop
done
cmp -s "$work/statuses1" "$work/statuses2" || fail "a seed does not reproduce its faults"
holds "chance" "$(cat "$work/statuses1")" 200
holds "chance" "$(cat "$work/statuses1")" 500

# TLS.
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost \
    -addext 'subjectAltName=IP:127.0.0.1' -keyout "$work/key.pem" -out "$work/cert.pem" \
    2>/dev/null || fail "openssl makes no certificate"
start --token ready --cert "$work/cert.pem" --key "$work/key.pem" --extensions 5000 --churn 0
holds "https" "$url" "https://127.0.0.1:"
get "$self?count=4999" --cacert "$work/cert.pem" | numbers | sort >"$work/paged"
same "over TLS" "$(wc -l <"$work/paged" | tr -d ' ')" 4999
holds "next over TLS" "$(get "$self?count=1" --cacert "$work/cert.pem")" '"next":"https://127.0.0.1:'
get "$self" -o /dev/null && fail "an unknown certificate was taken"
stop

# The leash: the token comes and the end goes through standard input.
mkfifo "$work/leash"
: >"$work/out"
"$sim" --leash <"$work/leash" >"$work/out" 2>"$work/err" &
pid=$!
exec 9>"$work/leash"
echo ready >&9
await
same "token on the leash" "$(status "$self")" 200
exec 9>&-
wait $pid
same "exit after the leash" $? 0
pid=

# What cannot be is refused.
for options in "--port 70000" "--extensions 0" "--churn 2" "--nonsense" "--cert x" "--client x" \
    "--listen nowhere" "--fault hong" "--fault hang:2" "--fleet $work/missing" "--cert $work/out --key $work/out" "extra"; do
    "$sim" $options >"$work/out" 2>"$work/err" </dev/null
    same "exit of $options" $? 2
    same "lines of $options" "$(wc -l <"$work/err" | tr -d ' ')" 1
done
"$sim" --leash </dev/null 2>/dev/null
same "exit of an empty leash" $? 2
holds "nearest fault" "$("$sim" --fault hong 2>&1)" 'nearest is hang'
holds "help" "$("$sim" --help)" '--page-cap N'
holds "help" "$("$sim" --help)" '    poison-esc       one agent'
exit $bad
