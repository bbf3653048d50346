# SPDX-License-Identifier: MIT
# Counts lines, functions and branches in what gcov --stdout -b -c prints, a line a file and a room,
# and fails where too few were run. Branches of assert() do not count: the other one is a crash.
# With detail=1 it names each line and branch that was not run.
#
#   awk -v lines=95 -v branches=85 -v whole="src/base/text.c …" -f coverage.awk

# Prints a share as a percentage; nothing to run is all of it.
function percent(part, all) {
    return sprintf("%6.2f", all ? 100 * part / all : 100)
}

# Prints one row of the table.
function row(name) {
    printf "%-28s %6d %s %6d %s %6d %s\n", name, \
        all[name, "line"], percent(run[name, "line"], all[name, "line"]), \
        all[name, "call"], percent(run[name, "call"], all[name, "call"]), \
        all[name, "branch"], percent(run[name, "branch"], all[name, "branch"])
}

# Counts one line, function or branch of the current file, wherever it is added up.
function count(what, taken) {
    for (i = 1; i <= sums; i++) {
        all[sum[i], what]++
        run[sum[i], what] += taken
    }
}

# Says what falls short and remembers it.
function fail(text) {
    print "coverage: " text
    bad = 1
}

# Fails if too small a share of what was asked ran.
function demand(name, what, least) {
    if (all[name, what] == 0)
        fail(name ": nothing was measured")
    else if (100 * run[name, what] < least * all[name, what])
        fail(name ": " what "s " percent(run[name, what], all[name, what]) " %, of which " least " must run")
}

/^ *-: *0:Source:/ {
    file = $0
    sub(/^ *-: *0:Source:/, "", file)
    sub(/^\.\//, "", file)
    sums = 0
    if (file !~ /^src\/.*\.c$/)
        next
    room = file
    sub(/\/[^\/]*$/, "", room)
    files[++known] = file
    sum[1] = file
    sum[2] = "in all"
    sum[3] = room == "src/sim" ? "the simulator" : "the board"
    sum[4] = room == "src" ? "src" : room
    sums = 4
    if (!(room in seen)) {
        seen[room] = 1
        rooms[++furnished] = room
    }
    next
}

sums == 0 { next }

/^function / {
    count("call", $4 > 0)
    next
}

/^branch / {
    # "never executed" counts as a branch not taken, as in gcov's own summary of branches taken.
    if (!asserts)
        count("branch", $3 == "taken" && $4 > 0)
    if (detail && !asserts && !($3 == "taken" && $4 > 0))
        printf "%s:%d: branch %s not taken: %s\n", file, line, $2, source
    next
}

/^ *[^ ]+: *[0-9]+:/ {
    split($0, part, ":")
    ran = part[1]
    gsub(/[ *]/, "", ran)
    line = part[2] + 0
    source = $0
    sub(/^[^:]*:[^:]*:/, "", source)
    asserts = source ~ /^ *assert\(/
    if (ran != "-" && line > 0) {
        count("line", ran !~ /^[#=]/)
        if (detail && ran ~ /^[#=]/)
            printf "%s:%d: not run: %s\n", file, line, source
    }
}

END {
    printf "%-28s %13s %13s %13s\n", "", "lines %", "functions %", "branches %"
    for (i = 1; i <= known; i++)
        row(files[i])
    print ""
    for (i = 1; i <= furnished; i++)
        row(rooms[i])
    print ""
    row("the simulator")
    row("the board")
    row("in all")
    demand("the board", "line", lines)
    demand("the board", "branch", branches)
    demand("in all", "line", lines)
    demand("in all", "branch", branches)
    asked = split(whole, each, " ")
    for (i = 1; i <= asked; i++) {
        demand(each[i], "branch", 100)
        demand(each[i], "line", 100)
    }
    exit bad
}
