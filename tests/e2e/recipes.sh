#!/bin/sh
# SPDX-License-Identifier: MIT
# Runs each recipe of data/recipes for real: the recorder against servers that are well, hostile,
# dead and broken, read by a strict reader of the Prometheus text format; the units by systemd where
# it is installed; the wall's command on a terminal; the rules against the names that are written.
set -u
srcdir=${srcdir:-.}
recipes=$srcdir/data/recipes
BLFTOP=${BLFTOP:-./blftop}
sim=${UAPI_SIM:-./uapi-sim}
export BLFTOP
for tool in jq iconv script mkfifo; do
    command -v $tool >/dev/null || { echo "recipes.sh: skipped, $tool is missing"; exit 77; }
done
[ -x "$sim" ] || { echo "recipes.sh: skipped, $sim was not built"; exit 77; }

work=$(mktemp -d) || exit 1
bad=0
pids=
folder=$work/textfile
mkdir "$folder"

# Ends all that was started.
stop() {
    for pid in $pids; do
        kill "$pid" 2>/dev/null
        wait "$pid"
    done
    pids=
}
trap 'stop; rm -rf "$work"' EXIT
trap 'exit 1' INT TERM HUP PIPE

# Tells of a failure.
fail() {
    echo "recipes.sh: $*"
    bad=1
}

# Fails unless both texts are the same: WHAT, GOT, EXPECTED.
same() {
    [ "$2" = "$3" ] || fail "$1: got '$2', not '$3'"
}

# Waits until a command succeeds, 20 seconds at most.
await() {
    tries=0
    until "$@" >/dev/null 2>&1; do
        tries=$((tries + 1))
        [ $tries -lt 400 ] || { fail "in vain: $*"; return 1; }
        sleep 0.05
    done
}

# Starts the simulator; url gets its address.
start() {
    : >"$work/out"
    "$sim" --token ready --churn 0 "$@" >"$work/out" 2>"$work/err" &
    pids="$pids $!"
    await grep -q . "$work/out" || exit 1
    url=$(sed -n 's/^uapi-sim: listening on //p' "$work/out")
}

# Writes settings for these servers, NAME URL each; the rest of the file is standard input.
configure() {
    (
        echo 'servers = ('
        comma=
        while [ $# -gt 0 ]; do
            printf '%s{ name = "%s"; url = "%s"; token = "ready"; }' "$comma" "$1" "$2"
            comma=', '
            shift 2
        done
        echo ');'
        cat
    ) >"$work/blftop.conf"
    chmod 600 "$work/blftop.conf"
}

# Runs the recorder; code gets its exit status.
record() {
    "$recipes/blftop-recorder" "$folder" --config "$work/blftop.conf" 2>"$work/err"
    code=$?
    prom=$folder/blftop.prom
    [ -s "$prom" ] || { fail "no file"; return; }
    judge "$prom" || fail "the file is no Prometheus text: $(cat "$work/judged") $(cat "$prom")"
    same "other files" "$(ls -A "$folder")" blftop.prom
    same "mode" "$(ls -l "$prom" | cut -c 1-10)" -rw-r--r--
}

# Is a file right in every byte?
judge() {
    LC_ALL=C awk -f "$srcdir/tests/support/prometheus.awk" "$1" >"$work/judged" &&
        iconv -f UTF-8 -t UTF-8 "$1" >/dev/null 2>&1 && [ -z "$(tail -c 1 "$1" | tr -d '\n')" ]
}

# The value of a series.
value() {
    grep -v '^#' "$folder/blftop.prom" | grep -F "$1 " | sed 's/.* //'
}

# The reader itself: what is right passes, and each of these mistakes is seen.
head='# HELP m a\n# TYPE m gauge\n'
refused=0
for text in "${head}m 1\n" "${head}m{a=\"\\\\\\\\\\\\\"\\\\n\",b=\"x\"} -1.5e3\n" "${head}m +Inf\n"; do
    printf "$text" >"$work/sample"
    judge "$work/sample" || fail "a right text is refused: $(cat "$work/sample" "$work/judged")"
done
for text in '' 'm 1\n' '# TYPE m gauge\nm 1\n' '# HELP m a\nm 1\n' "${head}m 1" "${head}m one\n" \
    "${head}m 1 1700000000\n" "${head}m 1\nm 2\n" "${head}m{a=\"1\",b=\"2\"} 1\nm{b=\"2\",a=\"1\"} 1\n" \
    "${head}m{a=\"1\"b=\"2\"} 1\n" "${head}m{a=\"1\",a=\"1\"} 1\n" "${head}m{a=\"\\\\t\"} 1\n" \
    "${head}m{a=\"x\"y\"} 1\n" "${head}m{a=\"x} 1\n" "${head}m{1a=\"x\"} 1\n" "${head}m{__a=\"x\"} 1\n" \
    "${head}m{a=\"\\\\\"} 1\n" "${head}m{a=\"\033\"} 1\n" "${head}m{a=\"\377\"} 1\n" "${head}m 1\r\n" \
    "${head}m 1\n# HELP n b\n# TYPE n gauge\nn 1\nm{a=\"1\"} 1\n" "${head}${head}m 1\n" \
    '# HELP m a\\t\n# TYPE m gauge\nm 1\n' '# HELP m a\n# TYPE m number\nm 1\n' "${head}m-n 1\n" \
    "${head}n 1\n" "# note\n${head}m 1\n"; do
    printf "$text" >"$work/sample"
    judge "$work/sample" && fail "a wrong text passes: $(cat "$work/sample")"
    refused=$((refused + 1))
done
same "wrong texts" $refused 27

# A server that is well: the counts are the report's own.
start --extensions 300
well=$url
configure hq "$well" </dev/null
before=$(date +%s)
record
after=$(date +%s)
same "exit" $code 0
"$BLFTOP" --config "$work/blftop.conf" --once --format json >"$work/json"
for lamp in online ringing busy offline expired mismatch unknown static; do
    same "$lamp" "$(value "blftop_extensions{server=\"hq\",lamp=\"$lamp\"}")" \
        "$(jq ".counts.$lamp" "$work/json")"
done
same "lamps" "$(grep -c '^blftop_extensions{' "$folder/blftop.prom")" 8
same "up" "$(value 'blftop_up{server="hq"}')" 1
same "complete" "$(value 'blftop_complete{server="hq"}')" 1
same "exit code" "$(value blftop_recorder_exit_code)" 0
for stamp in 'blftop_recorder_timestamp_seconds' 'blftop_fetched_timestamp_seconds{server="hq"}'; do
    [ "$(value "$stamp")" -ge "$before" ] && [ "$(value "$stamp")" -le "$after" ] ||
        fail "$stamp is not between $before and $after"
done
grep -q '^blftop_extension_' "$folder/blftop.prom" && fail "series an extension without being asked"

# Extensions one by one, from phones and people that call themselves what they like.
cat >"$work/fleet.json" <<'EOF'
{"entry":[
{"extension":"0003*210","status":1,"registration":[
 {"agent":"a\"} 1\nblftop_up{server=\"hq\"} 0\n#","registration":1,"expire":"2036-01-01T00:00:00Z"},
 {"agent":"a\"} 1\nblftop_up{server=\"hq\"} 0\n#","registration":1,"expire":"2036-01-01T00:00:00Z"}]},
{"extension":"0003*211","status":3,"registration":[{"agent":"back\\slash\\","registration":1}]},
{"extension":"0003*212","status":0,"registration":[{"agent":"\u001b[31m\u009b\u202e\u0000\ud800 \u00e9\ud83d\udcde","registration":-2}]},
{"extension":"0003*213\"} 9\\","status":1,"registration":[{"agent":"","registration":1}]},
{"extension":"0003*214","status":2,"registration":[]},
{"extension":"0003*215","status":1}]}
EOF
start --fleet "$work/fleet.json"
configure 'h\"} 7 \\' "$url" <<'EOF'
names = ( { extension = "0003*211"; name = "Front \"desk\" \\ {1}"; } );
EOF
BLFTOP_EACH=true
export BLFTOP_EACH
record
same "rows" "$(grep -c '^blftop_extension_severity{' "$folder/blftop.prom")" 6
same "busy and named" \
    "$(grep -cxF 'blftop_extension_severity{server="h\"} 7 \\",extension="0003*211",name="Front \"desk\" \\ {1}"} 2' \
        "$folder/blftop.prom")" 1
same "agent" \
    "$(grep -cxF 'blftop_extension_agent_info{server="h\"} 7 \\",extension="0003*211",agent="back\\slash\\"} 1' \
        "$folder/blftop.prom")" 1
same "up of a phone" "$(grep -c '^blftop_up' "$folder/blftop.prom")" 1
unset BLFTOP_EACH

# Of two servers one is dead: it has no counts, and the other one's are as they were.
configure hq "$well" lab http://127.0.0.1:1 </dev/null
record
same "exit with a dead server" $code 3
same "the live one" "$(value 'blftop_up{server="hq"}')" 1
same "the dead one" "$(value 'blftop_up{server="lab"}')/$(value 'blftop_complete{server="lab"}')" 0/0
same "its counts" "$(grep -c '^blftop_extensions{server="lab"' "$folder/blftop.prom")" 0
same "its age" "$(grep -c '^blftop_fetched_timestamp_seconds{server="lab"' "$folder/blftop.prom")" 0
same "counts that stay" "$(value 'blftop_extensions{server="hq",lamp="online"}')" \
    "$(jq .counts.online "$work/json")"

# What was well is forgotten when nothing can be read any more, and that is what the file says.
start --extensions 30 --fault 500
configure hq "$url" </dev/null
record
same "exit of a broken server" "$([ $code -ne 0 ] && echo bad)" bad
same "exit code told" "$(value blftop_recorder_exit_code)" $code
same "counts of before" "$(grep -c '^blftop_extensions' "$folder/blftop.prom")" 0
echo 'nonsense' >"$work/blftop.conf"
record
same "exit of wrong settings" "$code/$(value blftop_recorder_exit_code)" 2/2
configure hq "$well" </dev/null
real=$BLFTOP
printf '#!/bin/sh\necho "{\\"version\\":2}"\n' >"$work/other"
chmod +x "$work/other"
BLFTOP=$work/other
record
same "exit of another report" "$code/$(value blftop_recorder_exit_code)" 5/5
cat >"$work/odd.json" <<'EOF'
{"version":1,"servers":[{"name":"hq","fetched_at":null,"complete":true,"error":null}],
"counts":{"online":1},"extensions":[{"server":"hq","extension":"1","name":"a\\n\"b","lamp":"online",
"registrations":[{"agent":"c\nd\\"},{"agent":"LONG1"},{"agent":"LONG2"},{"agent":null}]}]}
EOF
sed "s/LONG/$(printf '%0128d' 0)/g" "$work/odd.json" >"$work/long.json"
printf '#!/bin/sh\ncat "%s"\n' "$work/long.json" >"$work/other"
export BLFTOP_EACH=true
record
unset BLFTOP_EACH
same "line ends and backslashes" "$(grep -cF 'name="a\\n\"b"' "$folder/blftop.prom")/$(
    grep -cF 'agent="c\nd\\"' "$folder/blftop.prom")" 1/1
same "agents that begin alike" "$(grep -c '^blftop_extension_agent_info{' "$folder/blftop.prom")" 2
BLFTOP=$work/missing
record
same "exit without the program" "$code/$(value blftop_recorder_exit_code)" 127/127
BLFTOP=$real

# Ended midway, it leaves the file before as it is, and nothing else.
record
cp "$folder/blftop.prom" "$work/before"
start --extensions 30 --fault hang
configure hq "$url" <<'EOF'
poll = { timeout = 2.0; };
EOF
"$recipes/blftop-recorder" "$folder" --config "$work/blftop.conf" >/dev/null 2>&1 &
pids="$pids $!"
recorder=$!
await sh -c "ls -A '$folder' | grep -q '^.blftop.'"
kill "$recorder"
# A shell heeds a signal when its command has ended: the poll that hangs is given up in two seconds.
await sh -c "! ls -A '$folder' | grep -q '^.blftop.'"
cmp -s "$work/before" "$folder/blftop.prom" || fail "a recorder that was ended has written"
"$recipes/blftop-recorder" "$work/nowhere" 2>/dev/null
same "exit without a folder" $? 2

# The rules use names that are written, and no others.
start --extensions 30
configure hq "$url" </dev/null
record
grep 'expr:' "$recipes/blftop-rules.yml" | grep -o 'blftop_[a-z_]*' | sort -u >"$work/used"
same "names in the rules" "$([ "$(wc -l <"$work/used")" -ge 5 ] && echo some)" some
while read -r name; do
    grep -q "^# TYPE $name gauge" "$folder/blftop.prom" || fail "the rules use $name, which is not written"
done <"$work/used"
if command -v promtool >/dev/null; then
    promtool check rules "$recipes/blftop-rules.yml" >"$work/out" 2>&1 || fail "promtool: $(cat "$work/out")"
    promtool check metrics <"$folder/blftop.prom" >"$work/out" 2>&1 || fail "promtool: $(cat "$work/out")"
fi

# The units, with the programs that are here, as far as systemd is.
mkdir "$work/units"
for unit in blftop-recorder.service blftop-recorder.timer blftop-wall.service; do
    sed "s|^\(ExecStart[^=]*=[+-]*\)[^ ]*|\1/bin/true|" "$recipes/$unit" >"$work/units/$unit"
done
if command -v systemd-analyze >/dev/null; then
    systemd-analyze verify --man=no "$work"/units/* >"$work/out" 2>&1
    grep -e "$work/units" -e '^blftop-' "$work/out" >"$work/judged" &&
        fail "units: $(cat "$work/judged")"
fi

# The recorder's and the wall's own command lines, but for paths.
line=$(sed -n 's/^ExecStart=//p' "$recipes/blftop-recorder.service" |
    sed "s|/usr/local/libexec/blftop|$recipes|; s|/var/lib/blftop-textfile|$folder|; s|/etc/blftop/recorder.conf|$work/blftop.conf|")
rm "$folder/blftop.prom"
$line || fail "the unit's line: $line"
[ -s "$folder/blftop.prom" ] || fail "the unit's line writes nothing: $line"
line=$(sed -n 's/^ExecStart=//p' "$recipes/blftop-wall.service" |
    sed "s|^blftop |$BLFTOP |; s|/etc/blftop/wall.conf|$work/blftop.conf|")
eval "export $(sed -n 's/^Environment=//p' "$recipes/blftop-wall.service")"
mkfifo "$work/keys"
script -qec "stty rows 25 cols 80; exec $line" /dev/null <"$work/keys" >"$work/screen" 2>&1 &
pids="$pids $!"
wall=$!
exec 9>"$work/keys"
await grep -q '0003\*210' "$work/screen" || fail "the wall shows nothing"
printf q >&9
wait "$wall"
same "exit of the wall" $? 0
exec 9>&-
exit $bad
