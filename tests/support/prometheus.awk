# SPDX-License-Identifier: MIT
# Reads the Prometheus text format (version 0.0.4) as strictly as its page allows, and as node_exporter's
# textfile collector does, which refuses timestamps. Each metric has one HELP and one TYPE, in this
# order, before its samples, and is in one piece; no control characters; no series twice. What is
# wrong is told as "LINE: what", and the exit status is 1. Run it with LC_ALL=C.
function fail(what) {
    print NR ": " what
    bad = 1
}

# Are all backslashes of a text before one of these characters?
function is_escaped(text, allowed,    at) {
    for (at = 1; at <= length(text); at++)
        if (substr(text, at, 1) == "\\" && index(allowed, substr(text, ++at, 1)) == 0 || at > length(text))
            return 0
    return 1
}

# A metric's first line of a kind.
function begin(name, kind) {
    if (name !~ /^[a-zA-Z_:][a-zA-Z0-9_:]*$/)
        fail("metric name: " name)
    if ((kind, name) in told)
        fail("second " kind " of " name)
    told[kind, name] = 1
}

# The end of the quoted value that begins behind `at`, 0 if there is none.
function value_end(text, at) {
    for (at++; at <= length(text); at++) {
        if (substr(text, at, 1) == "\"")
            return at
        if (substr(text, at, 1) == "\\")
            at++
    }
    return 0
}

# Takes the labels off `rest`, and makes them the same whatever their order.
function take_labels(    name, end, count, i, held, pairs, seen, series) {
    rest = substr(rest, 2)
    while (rest !~ /^}/) {
        if (count++ > 0 && sub(/^,/, "", rest) == 0) {
            fail("a comma is missing at: " rest)
            return ""
        }
        if (!match(rest, /^[a-zA-Z_][a-zA-Z0-9_]*="/) || rest ~ /^__/) {
            fail("label at: " rest)
            return ""
        }
        name = substr(rest, 1, RLENGTH - 2)
        end = value_end(rest, RLENGTH)
        if (end == 0 || !is_escaped(substr(rest, RLENGTH + 1, end - RLENGTH - 1), "\\\"n")) {
            fail("value of label " name)
            return ""
        }
        if (name in seen)
            fail("label " name " twice")
        seen[name] = 1
        held = substr(rest, 1, end)
        for (i = count - 1; i > 0 && pairs[i] > held; i--)
            pairs[i + 1] = pairs[i]
        pairs[i + 1] = held
        rest = substr(rest, end + 1)
    }
    rest = substr(rest, 2)
    for (i = 1; i <= count; i++)
        series = series "," pairs[i]
    return series
}

/[\001-\037\177]/ {
    fail("control character")
}

/^#/ {
    if (!match($0, /^# (HELP|TYPE) [^ ]+ ./)) {
        fail("comment: " $0)
        next
    }
    begin($3, $2)
    if ($2 == "HELP" && !is_escaped(substr($0, RLENGTH), "\\n"))
        fail("escape in HELP of " $3)
    if ($2 == "TYPE" && (!(("HELP", $3) in told) || $0 !~ /^# TYPE [^ ]+ (counter|gauge|histogram|summary|untyped)$/))
        fail("TYPE of " $3)
    if ($2 == "HELP" || current != $3)
        current = $2 == "HELP" ? $3 : ""
    next
}

{
    match($0, /^[a-zA-Z0-9_:]*/)
    name = substr($0, 1, RLENGTH)
    rest = substr($0, RLENGTH + 1)
    if (name == "" || !(("TYPE", name) in told) || name != current)
        fail("sample that is not behind its HELP and TYPE: " $0)
    series = name (rest ~ /^{/ ? take_labels() : "")
    if (rest !~ /^ ([+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?|NaN|[+-]Inf)$/)
        fail("value: " rest)
    if (series in samples)
        fail("series twice: " series)
    samples[series] = 1
    counted++
}

END {
    if (counted == 0)
        fail("no samples")
    exit bad
}
